#pragma once

// SortedRows: rows by key, in order, for many small tables that are looked up often. The keys stand
// side by side, so that a look-up touches few lines of memory; the rows stand apart, so that references
// to them last until they are erased; iterators last until a row is added or erased. What a std::map does
// here it does too otherwise.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/box.hpp"

namespace podium {

template <class Key, class Value>
class SortedRows {
  public:
    using value_type = std::pair<const Key, Value>;

  private:
    struct Place {
        Key key;
        Box<value_type> row;
    };
    using Places = std::vector<Place>;

    template <bool kConst>
    class Iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = SortedRows::value_type;
        using difference_type = std::ptrdiff_t;
        using reference = std::conditional_t<kConst, const value_type&, value_type&>;
        using pointer = std::conditional_t<kConst, const value_type*, value_type*>;
        using Inner = std::conditional_t<kConst, typename Places::const_iterator, typename Places::iterator>;

        Iterator() = default;
        explicit Iterator(Inner at) : at_(at) {}

        reference operator*() const { return *at_->row; }
        pointer operator->() const { return at_->row.get(); }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        Iterator operator++(int) {
            Iterator was = *this;
            ++at_;
            return was;
        }
        bool operator==(const Iterator&) const = default;

      private:
        Inner at_{};
    };

  public:
    using iterator = Iterator<false>;
    using const_iterator = Iterator<true>;

    [[nodiscard]] iterator begin() { return iterator(places_.begin()); }
    [[nodiscard]] iterator end() { return iterator(places_.end()); }
    [[nodiscard]] const_iterator begin() const { return const_iterator(places_.begin()); }
    [[nodiscard]] const_iterator end() const { return const_iterator(places_.end()); }
    [[nodiscard]] bool empty() const { return places_.empty(); }
    [[nodiscard]] std::size_t size() const { return places_.size(); }

    [[nodiscard]] iterator find(const Key& key) {
        const auto at = place_of(places_, key);
        return iterator(at != places_.end() && at->key == key ? at : places_.end());
    }
    [[nodiscard]] const_iterator find(const Key& key) const {
        const auto at = place_of(places_, key);
        return const_iterator(at != places_.end() && at->key == key ? at : places_.end());
    }
    /// As find(), which looks at `place` first.
    [[nodiscard]] iterator find(const Key& key, std::size_t place) {
        if (place < places_.size() && places_[place].key == key) return iterator(places_.begin() + static_cast<std::ptrdiff_t>(place));
        return find(key);
    }
    [[nodiscard]] bool contains(const Key& key) const { return find(key) != end(); }
    [[nodiscard]] Value& at(const Key& key) {
        const auto found = find(key);
        PODIUM_ASSERT(found != end(), "a row is read while it exists");
        return found->second;
    }
    [[nodiscard]] const Value& at(const Key& key) const {
        const auto found = find(key);
        PODIUM_ASSERT(found != end(), "a row is read while it exists");
        return found->second;
    }
    /// As at(), which looks at `place` first: where the row was the last time; becomes where it is.
    [[nodiscard]] Value& at(const Key& key, std::size_t& place) {
        if (place < places_.size() && places_[place].key == key) return places_[place].row->second;
        const auto found = place_of(places_, key);
        PODIUM_ASSERT(found != places_.end() && found->key == key, "a row is read while it exists");
        place = static_cast<std::size_t>(found - places_.begin());
        return found->row->second;
    }
    /// Goes through the rows from the last one on until `is_it` says so of one.
    template <class IsIt>
    bool any_from_last(IsIt is_it) const {
        return std::any_of(places_.rbegin(), places_.rend(), [&is_it](const Place& place) { return is_it(place.key, std::as_const(place.row->second)); });
    }
    /// The row, made first if there is none yet.
    Value& operator[](const Key& key) {
        auto at = place_of(places_, key);
        if (at == places_.end() || at->key != key) at = places_.insert(at, Place{key, std::make_unique<value_type>(key, Value())});
        return at->row->second;
    }
    std::size_t erase(const Key& key) {
        const auto at = place_of(places_, key);
        if (at == places_.end() || at->key != key) return 0;
        places_.erase(at);
        return 1;
    }
    void clear() { places_.clear(); }

  private:
    template <class List>
    static auto place_of(List& places, const Key& key) {
        return std::lower_bound(places.begin(), places.end(), key, [](const Place& place, const Key& wanted) { return place.key < wanted; });
    }

    Places places_;
};

}  // namespace podium
