#pragma once

// The future-event set as a plain 4-ary heap: slow, and short enough to be believed. The timing
// wheel of sim/core is held against it, by tests for its order and by the benchmark for its speed.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/core/event.hpp"

namespace podium {

class SlowFutureEvents {
  public:
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    [[nodiscard]] Time next_time() const { return heap_.empty() ? kNever : heap_.front().time; }

    void push(const Event& event) {
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

    Event pop() {
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

  private:
    static constexpr std::size_t kArity = 4;

    std::vector<Event> heap_;
};

}  // namespace podium
