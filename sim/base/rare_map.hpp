#pragma once

// RareMap: a map that nearly all rows have nothing in. Empty it takes a pointer's room. What a
// std::map does here it does too; references to values last as there. Who goes through it or finds something
// only reads: so an empty one stays empty.

#include <cstddef>
#include <initializer_list>
#include <map>
#include <utility>

#include "sim/base/box.hpp"

namespace podium {

template <class Key, class Value>
class RareMap {
  public:
    using Map = std::map<Key, Value>;
    using iterator = typename Map::iterator;
    using const_iterator = typename Map::const_iterator;
    using value_type = typename Map::value_type;

    RareMap() = default;
    RareMap(Map map) {  // NOLINT(google-explicit-constructor)
        if (!map.empty()) map_.ensure() = std::move(map);
    }
    RareMap& operator=(std::initializer_list<value_type> values) { return *this = RareMap(values); }
    RareMap(std::initializer_list<value_type> values) : RareMap(Map(values)) {}

    Value& operator[](const Key& key) { return map_.ensure()[key]; }
    [[nodiscard]] const Map& map() const {
        static const Map kNone;
        return map_ ? *map_ : kNone;
    }
    operator const Map&() const { return map(); }  // NOLINT(google-explicit-constructor)
    [[nodiscard]] const Value& at(const Key& key) const { return map().at(key); }
    [[nodiscard]] const_iterator find(const Key& key) const { return map().find(key); }
    [[nodiscard]] const_iterator begin() const { return map().begin(); }
    [[nodiscard]] const_iterator end() const { return map().end(); }
    [[nodiscard]] bool contains(const Key& key) const { return map().contains(key); }
    [[nodiscard]] std::size_t count(const Key& key) const { return map().count(key); }
    [[nodiscard]] bool empty() const { return map().empty(); }
    [[nodiscard]] std::size_t size() const { return map().size(); }
    template <class... Arguments>
    std::pair<iterator, bool> emplace(Arguments&&... arguments) {
        return map_.ensure().emplace(std::forward<Arguments>(arguments)...);
    }
    /// Calls `change(value)` with each value, in the order of their keys.
    template <class Change>
    void change_each(const Change& change) {
        if (!map_) return;
        for (auto& [key, value] : *map_) change(value);
    }
    std::size_t erase(const Key& key) { return map_ ? map_->erase(key) : 0; }
    void clear() { map_.reset(); }

    friend bool operator==(const RareMap& a, const RareMap& b) { return a.map() == b.map(); }

  private:
    Box<Map> map_;
};

}  // namespace podium
