#include "sim/core/future_events.hpp"

#include <algorithm>
#include <bit>

#include "sim/base/assert.hpp"

namespace podium {
namespace {

/// A slot of no more events is sorted; one of more is spread over a wheel.
constexpr std::size_t kMostSorted = 48;
/// How many events a slot of a new wheel should hold.
constexpr std::size_t kEventsPerSlot = 8;
static_assert(kMostSorted / kEventsPerSlot >= 2, "spreading always makes narrower slots");
/// How many blocks of a slot are fetched ahead of their use.
constexpr std::size_t kBlocksFetched = 8;
/// The window keeps memory for so many events; that of a larger burst is given back.
constexpr std::size_t kKeptEvents = 4096;

constexpr auto later = [](const Event& a, const Event& b) { return b.before(a); };

void clear(std::vector<Event>& events) {
    events.clear();
    if (events.capacity() > kKeptEvents) events.shrink_to_fit();
}

constexpr std::uint64_t bits_of(Time time) { return static_cast<std::uint64_t>(time.nanoseconds); }

}  // namespace

std::size_t FutureEvents::Wheel::first_in_use() const {
    const auto word = static_cast<std::size_t>(std::countr_zero(words_in_use));
    return word * 64 + static_cast<std::size_t>(std::countr_zero(in_use[word]));
}

void FutureEvents::Wheel::set_used(std::size_t slot) {
    in_use[slot / 64] |= 1ULL << slot % 64;
    words_in_use |= 1ULL << slot / 64;
}

void FutureEvents::Wheel::set_empty(std::size_t slot) {
    in_use[slot / 64] &= ~(1ULL << slot % 64);
    if (in_use[slot / 64] == 0) words_in_use &= ~(1ULL << slot / 64);
}

Time FutureEvents::Wheel::end_of(std::size_t slot) const {
    const std::uint64_t last = bits_of(begin) + ((slot + 1) << shift) - 1;
    return Time{static_cast<std::int64_t>(std::min(last, bits_of(end)))};
}

/// Calls visit(block, its events, how many) for each block of a slot. The blocks lie anywhere in
/// memory, so those to come are fetched while the present one is worked on. `visit` may free it.
template <class Visit>
void FutureEvents::walk(Slot slot, Visit visit) {
    const auto fetch = [this](std::uint32_t index) {
        const char* bytes = reinterpret_cast<const char*>(block(index));
        for (std::size_t i = 0; i < kBlockEvents * sizeof(Event); i += 64) __builtin_prefetch(bytes + i);
    };
    std::uint32_t index = slot.first_block;
    std::uint32_t ahead = index;
    std::size_t blocks_ahead = (slot.count - 1) / kBlockEvents;
    for (std::size_t i = 0; i < kBlocksFetched && blocks_ahead > 0; ++i, --blocks_ahead) {
        ahead = next_block_[ahead];
        fetch(ahead);
    }
    for (std::size_t left = slot.count; left > 0;) {
        if (blocks_ahead > 0) {
            --blocks_ahead;
            ahead = next_block_[ahead];
            fetch(ahead);
        }
        const std::uint32_t next = next_block_[index];
        const std::size_t here = std::min(left, kBlockEvents);
        visit(index, static_cast<const Event*>(block(index)), here);
        left -= here;
        index = next;
    }
}

/// Hands each event of a slot to `visit` and frees its blocks.
template <class Visit>
void FutureEvents::take_slot(Slot slot, Visit visit) {
    walk(slot, [this, &visit](std::uint32_t index, const Event* events, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) visit(events[i]);
        free_block(index);
    });
}

void FutureEvents::add_chunk() {
    const std::size_t blocks = next_block_.size();
    PODIUM_ASSERT(blocks < kNoBlock - kChunkBlocks, "a run has at most 2^35 pending events");
    chunks_.emplace_back(std::make_unique<Chunk>());
    for (std::size_t i = 1; i <= kChunkBlocks; ++i) {
        next_block_.push_back(i == kChunkBlocks ? first_free_ : static_cast<std::uint32_t>(blocks + i));
    }
    first_free_ = static_cast<std::uint32_t>(blocks);
}

void FutureEvents::push_into_window(const Event& event) {
    late_.push_back(event);
    std::push_heap(late_.begin(), late_.end(), later);
    if (late_.size() >= spread_at_) spread_window();
}

Event FutureEvents::pop_from_heap() {
    PODIUM_ASSERT(size_ > 0, "an event is taken only where there is one");
    if (run_begin_ < run_.size() && run_[run_begin_].before(late_.front())) return run_[run_begin_++];
    std::pop_heap(late_.begin(), late_.end(), later);
    const Event event = late_.back();
    late_.pop_back();
    return event;
}

/// Moves the empty window to the nearest events. Without any, all is as at the start.
void FutureEvents::move_window() {
    clear(run_);
    clear(late_);
    run_begin_ = 0;
    spread_at_ = kFirstSpread;
    while (open_wheels_ > 0) {
        Wheel& wheel = wheels_[open_wheels_ - 1];
        if (wheel.words_in_use == 0) {
            --open_wheels_;
            continue;
        }
        const std::size_t slot = wheel.first_in_use();
        if (wheel.slots[slot].count <= kMostSorted) {
            fill_window(wheel, slot);
            return;
        }
        spread_slot(slot);
        if (!run_.empty()) return;
    }
    window_end_ = kNever;
}

void FutureEvents::fill_window(Wheel& wheel, std::size_t index) {
    Slot& slot = wheel.slots[index];
    run_.reserve(slot.count);
    take_slot(slot, [this](const Event& event) { run_.push_back(event); });
    slot = Slot{};
    wheel.set_empty(index);
    window_end_ = wheel.end_of(index);
    sort_run();
    just_moved_ = true;
}

/// Events of one instant come in order, but that those of an earlier phase may come after those of a later one.
void FutureEvents::sort_run() {
    const auto before = [](const Event& a, const Event& b) { return a.before(b); };
    if (std::is_sorted(run_.begin(), run_.end(), before)) return;
    std::sort(run_.begin(), run_.end(), before);
}

/// Spreads a slot of the innermost wheel over a new one; if all its events are of one instant,
/// nothing can tell them apart but sorting, and they become the window.
void FutureEvents::spread_slot(std::size_t index) {
    Wheel& from = wheels_[open_wheels_ - 1];
    const Slot slot = from.slots[index];
    Time first = kNever;
    Time last{};
    walk(slot, [&first, &last](std::uint32_t, const Event* events, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            first = std::min(first, events[i].time);
            last = std::max(last, events[i].time);
        }
    });
    if (first == last) {
        fill_window(from, index);
        window_end_ = last;
        return;
    }
    from.slots[index] = Slot{};
    from.set_empty(index);
    Wheel& to = open_wheel(first, last, from.end_of(index), slot.count);
    take_slot(slot, [this, &to](const Event& event) { put(to, event); });
}

/// Spreads the window over a new wheel, because too many events were pushed into it.
void FutureEvents::spread_window() {
    Time first = late_.front().time;
    Time last = first;
    for (const Event& event : late_) last = std::max(last, event.time);
    if (run_begin_ < run_.size()) {
        first = std::min(first, run_[run_begin_].time);
        last = std::max(last, run_.back().time);
    }
    if (open_wheels_ == 0) open_wheel(Time{}, kNever, kNever, 1);
    if (first == last) {
        // One instant cannot be spread. It is sorted, and from here on the window holds nothing else.
        window_end_ = last;
        run_.erase(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(run_begin_));
        run_begin_ = 0;
        run_.insert(run_.end(), late_.begin(), late_.end());
        clear(late_);
        sort_run();
        spread_at_ = 2 * run_.size();
        return;
    }
    const std::size_t events = late_.size() + run_.size() - run_begin_;
    Wheel& to = open_wheel(first, last, window_end_, events);
    for (std::size_t i = run_begin_; i < run_.size(); ++i) put(to, run_[i]);
    for (const Event& event : late_) put(to, event);
    move_window();
}

/// Opens an innermost wheel for `events` events between `first` and `last`. It ends at `end` or
/// where its slots do, whichever is earlier; what is between belongs to the wheel around it.
FutureEvents::Wheel& FutureEvents::open_wheel(Time first, Time last, Time end, std::size_t events) {
    PODIUM_ASSERT(first.nanoseconds >= 0, "no event is before the start of a run");
    if (open_wheels_ == wheels_.size()) wheels_.emplace_back();
    Wheel& wheel = wheels_[open_wheels_++];
    const std::size_t slots = std::bit_floor(std::clamp<std::size_t>(events / kEventsPerSlot, 1, kMostSlots));
    wheel.begin = first;
    const auto range_bits = static_cast<int>(std::bit_width(bits_of(last) - bits_of(first)));
    wheel.shift = std::max(range_bits - std::countr_zero(slots), 0);
    if (wheel.slots.size() < slots) wheel.slots.resize(slots);
    const std::uint64_t limit = bits_of(first) + (slots << wheel.shift) - 1;
    wheel.end = Time{static_cast<std::int64_t>(std::min(limit, bits_of(end)))};
    return wheel;
}

std::size_t FutureEvents::memory_bytes() const {
    std::size_t bytes = chunks_.size() * sizeof(Chunk) + chunks_.capacity() * sizeof(chunks_[0]) +
                        next_block_.capacity() * sizeof(next_block_[0]) +
                        (run_.capacity() + late_.capacity()) * sizeof(Event) + wheels_.capacity() * sizeof(Wheel);
    for (const Wheel& wheel : wheels_) bytes += wheel.slots.capacity() * sizeof(Slot);
    return bytes;
}

}  // namespace podium
