#pragma once

// The future-event set: events not yet due, taken in their total order. A value: copying it copies
// the future. Events are never taken back; their handlers check a generation instead. Written by
// the kernel alone.
//
// It is a timing wheel that chooses its own slots. Time is cut by boundaries into
//
//     window | innermost wheel | ... | outermost wheel
//
// Each part holds the events later than the end of the part before it and not later than its own
// end. The window is what is taken from: a sorted run, and a small heap for what is pushed into it
// afterwards. A wheel has up to 1024 unsorted slots of equal width with a bitmap of those in use,
// so no time is spent on empty ones. When the window is empty it moves to the next slot in use. A
// slot of few events is sorted into the window; one of many is first spread over a new innermost
// wheel, whose slots are as narrow as its events are dense. When the heap grows too large, the
// window itself is spread in the same way. So the widths follow the population: ten events minutes
// apart are one heap, a million make two wheels.
//
// Events in slots lie in blocks of 16 out of one pool: a pending event costs little more than
// its own 40 bytes, and the pool only grows, so the steady loop does not allocate.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/box.hpp"
#include "sim/core/event.hpp"

namespace podium {

class FutureEvents {
  public:
    /// Adds an event. Requires a time of 0 or later; it may be earlier than events already taken.
    void push(const Event& event) {
        ++size_;
        if (event.time <= window_end_) {
            push_into_window(event);
            return;
        }
        std::size_t depth = open_wheels_ - 1;
        while (event.time > wheels_[depth].end) --depth;
        put(wheels_[depth], event);
    }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// The time of the next event; kNever when there is none.
    [[nodiscard]] Time next_time() const {
        Time next = kNever;
        if (run_begin_ < run_.size()) next = run_[run_begin_].time;
        if (!late_.empty() && late_.front().time < next) next = late_.front().time;
        return next;
    }
    /// Takes the next event. Requires !empty().
    Event pop() {
        Event event;
        if (late_.empty() && run_begin_ < run_.size()) [[likely]] {
            event = run_[run_begin_++];
        } else {
            event = pop_from_heap();
        }
        --size_;
        if (run_begin_ == run_.size() && late_.empty()) move_window();
        return event;
    }
    /// The events of a window that has just moved, in order: all that come next but for what will still be pushed. Told once for
    /// each window.
    std::span<const Event> take_just_come_near() { return std::exchange(just_moved_, false) ? std::span<const Event>(run_).subspan(run_begin_) : std::span<const Event>(); }
    [[nodiscard]] std::size_t memory_bytes() const;

  private:
    static constexpr std::size_t kBlockEvents = 16;
    static constexpr std::size_t kChunkBlocks = 64;
    static constexpr std::size_t kMostSlots = 1024;

    /// Events of one slot in the order of their arrival: a chain of blocks, all full but the last.
    struct Slot {
        std::uint32_t first_block = 0;
        std::uint32_t last_block = 0;
        std::uint32_t count = 0;
    };
    struct Wheel {
        Time begin;  // of the first slot
        Time end;    // the last instant that belongs to this wheel
        int shift = 0;  // a slot is 2^shift nanoseconds wide
        std::uint64_t words_in_use = 0;  // which words of `in_use` are not 0
        std::array<std::uint64_t, kMostSlots / 64> in_use{};  // which slots hold events
        std::vector<Slot> slots;

        /// The slot in use that is nearest in time. Requires words_in_use != 0.
        [[nodiscard]] std::size_t first_in_use() const;
        /// The last instant of a slot.
        [[nodiscard]] Time end_of(std::size_t slot) const;
        void set_used(std::size_t slot);
        void set_empty(std::size_t slot);
    };
    using Chunk = std::array<Event, kBlockEvents * kChunkBlocks>;

    [[nodiscard]] Event* block(std::uint32_t index) {
        return chunks_[index / kChunkBlocks]->data() + index % kChunkBlocks * kBlockEvents;
    }
    void put(Wheel& wheel, const Event& event) {
        // No event that comes here is before the wheel: the window reaches at least to its begin.
        const std::uint64_t index = static_cast<std::uint64_t>((event.time - wheel.begin).nanoseconds) >> wheel.shift;
        Slot& slot = wheel.slots[index];
        const std::size_t place = slot.count % kBlockEvents;
        if (place == 0) {
            const std::uint32_t fresh = take_block();
            if (slot.count == 0) {
                wheel.set_used(index);
                slot.first_block = fresh;
            } else {
                next_block_[slot.last_block] = fresh;
            }
            slot.last_block = fresh;
        }
        ++slot.count;
        block(slot.last_block)[place] = event;
    }
    std::uint32_t take_block() {
        if (first_free_ == kNoBlock) add_chunk();
        const std::uint32_t index = first_free_;
        first_free_ = next_block_[index];
        return index;
    }
    void free_block(std::uint32_t index) {
        next_block_[index] = first_free_;
        first_free_ = index;
    }
    template <class Visit>
    void walk(Slot slot, Visit visit);
    template <class Visit>
    void take_slot(Slot slot, Visit visit);
    void add_chunk();
    void push_into_window(const Event& event);
    Event pop_from_heap();
    void move_window();
    void fill_window(Wheel& wheel, std::size_t slot);
    void spread_slot(std::size_t slot);
    void spread_window();
    void sort_run();
    Wheel& open_wheel(Time first, Time last, Time end, std::size_t events);

    static constexpr std::uint32_t kNoBlock = UINT32_MAX;
    /// The heap's size at which the window is spread over a wheel.
    static constexpr std::size_t kFirstSpread = 128;

    std::size_t size_ = 0;

    // The window: events up to and including window_end_.
    Time window_end_ = kNever;
    std::size_t run_begin_ = 0;  // what is before it in run_ has been taken
    std::vector<Event> run_;     // sorted
    std::vector<Event> late_;    // a heap, earliest first
    std::size_t spread_at_ = kFirstSpread;
    bool just_moved_ = false;  // nobody was told yet what is in run_

    // The wheels, outermost first; those from open_wheels_ on are empty and kept for their memory.
    std::size_t open_wheels_ = 0;
    std::vector<Wheel> wheels_;

    // The pool of blocks.
    std::uint32_t first_free_ = kNoBlock;
    std::vector<std::uint32_t> next_block_;  // by block
    std::vector<Box<Chunk>> chunks_;
};

}  // namespace podium
