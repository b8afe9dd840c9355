#include "sim/core/future_events.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace podium {
namespace {

constexpr std::size_t kArity = 4;

}  // namespace

void FutureEvents::push(const Event& event) {
    heap_.push_back(event);
    std::size_t i = heap_.size() - 1;
    while (i > 0) {
        const std::size_t parent = (i - 1) / kArity;
        if (!event.before(heap_[parent])) break;
        heap_[i] = heap_[parent];
        i = parent;
    }
    heap_[i] = event;
}

Event FutureEvents::pop() {
    PODIUM_ASSERT(!heap_.empty(), "an event is taken only where there is one");
    const Event first = heap_.front();
    const Event last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return first;
    std::size_t i = 0;
    while (true) {
        const std::size_t child = i * kArity + 1;
        if (child >= heap_.size()) break;
        std::size_t least = child;
        const std::size_t end = std::min(child + kArity, heap_.size());
        for (std::size_t c = child + 1; c < end; ++c) {
            if (heap_[c].before(heap_[least])) least = c;
        }
        if (!heap_[least].before(last)) break;
        heap_[i] = heap_[least];
        i = least;
    }
    heap_[i] = last;
    return first;
}

}  // namespace podium
