#include "sim/shell/array.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/assert.hpp"

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
