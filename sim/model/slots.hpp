#pragma once

// A column of rows that come and go. A freed slot is used again under a new generation, so an old id
// finds nothing. Slots are handed out last-freed first: deterministic, and small in a steady run.

#include <deque>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/model/ids.hpp"

namespace podium::model {

template <class Row, class Tag>
class Slots {
  public:
    using Key = SlotId<Tag>;

    Key add(Row row) {
        std::uint32_t slot = 0;
        if (free_.empty()) {
            slots_.emplace_back();
            slot = static_cast<std::uint32_t>(slots_.size());
        } else {
            slot = free_.back();
            free_.pop_back();
        }
        Slot& place = slots_[slot - 1];
        place.row = std::move(row);
        place.used = true;
        ++place.generation;
        ++count_;
        return Key{slot, place.generation};
    }
    [[nodiscard]] Row* find(Key key) {
        if (key.slot == 0 || key.slot > slots_.size()) return nullptr;
        Slot& place = slots_[key.slot - 1];
        return place.used && place.generation == key.generation ? &place.row : nullptr;
    }
    [[nodiscard]] const Row* find(Key key) const { return const_cast<Slots*>(this)->find(key); }
    [[nodiscard]] Row& at(Key key) {
        Row* row = find(key);
        PODIUM_ASSERT(row != nullptr, "a row is read while it exists");
        return *row;
    }
    [[nodiscard]] const Row& at(Key key) const { return const_cast<Slots*>(this)->at(key); }
    void erase(Key key) {
        if (find(key) == nullptr) return;
        Slot& place = slots_[key.slot - 1];
        place.row = Row{};
        place.used = false;
        free_.push_back(key.slot);
        --count_;
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    /// The ids of all rows, by slot.
    [[nodiscard]] std::vector<Key> keys() const {
        std::vector<Key> out;
        for (std::size_t i = 0; out.size() < count_; ++i) {
            if (slots_[i].used) out.push_back(Key{static_cast<std::uint32_t>(i + 1), slots_[i].generation});
        }
        return out;
    }

  private:
    struct Slot {
        Row row{};
        std::uint32_t generation = 0;
        bool used = false;
    };
    std::deque<Slot> slots_;  // references to rows stay good while others are added
    std::vector<std::uint32_t> free_;
    std::size_t count_ = 0;
};

}  // namespace podium::model
