#include "sim/shell/array.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/assert.hpp"

namespace podium::shell {
namespace {

// As an iterator of either kind of vector.
template <class Elements>
auto place_of(Elements& elements, std::int64_t index) {
    return std::lower_bound(elements.begin(), elements.end(), index, [](const IndexedArray::Element& element, std::int64_t wanted) {
        return element.index < wanted;
    });
}

}  // namespace

const std::string* IndexedArray::find(std::int64_t index) const {
    const auto found = place_of(elements_, index);
    return found != elements_.end() && found->index == index ? &found->value : nullptr;
}

void IndexedArray::set(std::int64_t index, std::string value) {
    PODIUM_ASSERT(index >= 0 && index <= kHighestArrayIndex, "an array's index lies within its limits");
    bytes_ += value.size();
    if (index >= end_index()) {
        elements_.push_back({index, std::move(value)});
        return;
    }
    const auto place = place_of(elements_, index);
    if (place->index == index) {
        bytes_ -= place->value.size();
        place->value = std::move(value);
    } else {
        elements_.insert(place, {index, std::move(value)});
    }
}

void IndexedArray::erase(std::int64_t index) {
    const auto place = place_of(elements_, index);
    if (place == elements_.end() || place->index != index) return;
    bytes_ -= place->value.size();
    elements_.erase(place);
}

void IndexedArray::clear() {
    elements_.clear();
    bytes_ = 0;
}

std::string IndexedArray::shown() const {
    std::string out = "(";
    for (const Element& element : elements_) {
        out += fmt::format("{}[{}]={}", out.size() > 1 ? " " : "", element.index, double_quoted(element.value));
    }
    return out + ")";
}

std::string double_quoted(const std::string& text) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
    std::string out = "\"";
    if (std::any_of(text.begin(), text.end(), is_control)) {
        static constexpr std::string_view kLetters = "abtnvfr";
        out = "$'";
        for (const char c : text) {
            if (c == '\'' || c == '\\') out.push_back('\\');
            if (!is_control(c)) {
                out.push_back(c);
            } else if (c >= '\a' && c <= '\r') {
                out += {'\\', kLetters[static_cast<std::size_t>(c - '\a')]};
            } else {
                out += c == 0x1B ? std::string("\\E") : fmt::format("\\{:03o}", static_cast<unsigned>(c));
            }
        }
        return out + "'";
    }
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '$' || c == '`') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

}  // namespace podium::shell
