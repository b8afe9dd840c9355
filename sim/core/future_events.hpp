#pragma once

// The future-event set: events not yet due, taken in their total order. A value: copying it copies
// the future. Events are never taken back; their handlers check a generation instead.

#include <vector>

#include "sim/core/event.hpp"

namespace podium {

class FutureEvents {
  public:
    void push(const Event& event);
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    /// The time of the next event; kNever when there is none.
    [[nodiscard]] Time next_time() const { return heap_.empty() ? kNever : heap_.front().time; }
    /// Takes the next event. Requires !empty().
    Event pop();
    [[nodiscard]] std::size_t memory_bytes() const { return heap_.capacity() * sizeof(Event); }

  private:
    std::vector<Event> heap_;  // 4-ary, smallest first
};

}  // namespace podium
