#include "sim/shell/array.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {

const std::string* IndexedArray::find(std::int64_t index) const {
    const auto found = elements_.find(index);
    return found != elements_.end() ? &found->second : nullptr;
}

void IndexedArray::set(std::int64_t index, std::string value) {
    PODIUM_ASSERT(index >= 0 && index <= kHighestArrayIndex, "an array's index lies within its limits");
    bytes_ += value.size();
    if (index >= end_index()) {
        elements_.emplace_hint(elements_.end(), index, std::move(value));
        return;
    }
    std::string& place = elements_[index];
    bytes_ -= place.size();
    place = std::move(value);
}

void IndexedArray::erase(std::int64_t index) {
    const auto place = elements_.find(index);
    if (place == elements_.end()) return;
    bytes_ -= place->second.size();
    elements_.erase(place);
}

void IndexedArray::clear() {
    elements_.clear();
    bytes_ = 0;
}

std::string IndexedArray::shown() const {
    std::string out = "(";
    for (const auto& [index, value] : elements_) {
        out += fmt::format("{}[{}]={}", out.size() > 1 ? " " : "", index, double_quoted(value));
    }
    return out + ")";
}

std::optional<ElementName> split_element(std::string_view word) {
    const std::size_t open = word.find('[');
    if (open == std::string_view::npos || open + 2 >= word.size() || !is_name(word.substr(0, open))) return std::nullopt;
    int brackets = 0;
    for (std::size_t i = open; i < word.size(); ++i) {
        if (word[i] == '[') ++brackets;
        if (word[i] != ']' || --brackets > 0) continue;
        if (i + 1 != word.size()) return std::nullopt;
        return ElementName{std::string(word.substr(0, open)), std::string(word.substr(open + 1, i - open - 1))};
    }
    return std::nullopt;
}

}  // namespace podium::shell
