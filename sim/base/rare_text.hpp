#pragma once

// RareText: a text that nearly all rows have none of. Without one it takes a pointer's room.

#include <string>
#include <string_view>
#include <utility>

#include "sim/base/box.hpp"

namespace podium {

class RareText {
  public:
    RareText() = default;

    RareText& operator=(std::string_view text) {
        if (text.empty()) {
            text_.reset();
        } else {
            text_.ensure() = text;
        }
        return *this;
    }
    RareText& operator=(std::string&& text) {
        if (text.empty()) {
            text_.reset();
        } else {
            text_.ensure() = std::move(text);
        }
        return *this;
    }
    RareText& operator=(const char* text) { return *this = std::string_view(text); }
    void clear() { text_.reset(); }
    [[nodiscard]] bool empty() const { return !text_; }
    [[nodiscard]] const std::string& text() const {
        static const std::string kNone;
        return text_ ? *text_ : kNone;
    }
    [[nodiscard]] std::string::const_iterator begin() const { return text().begin(); }
    [[nodiscard]] std::string::const_iterator end() const { return text().end(); }
    [[nodiscard]] std::size_t size() const { return text().size(); }
    operator const std::string&() const { return text(); }  // NOLINT(google-explicit-constructor)
    operator std::string_view() const { return text(); }    // NOLINT(google-explicit-constructor)

    friend bool operator==(const RareText& a, const RareText& b) { return a.text() == b.text(); }
    friend bool operator==(const RareText& a, std::string_view b) { return a.text() == b; }

  private:
    Box<std::string> text_;
};

}  // namespace podium
