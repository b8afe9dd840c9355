#pragma once

// Literal: a sentence of the program's own text, for rows of which there are very many. It takes a
// pointer's room and is copied for nothing; only a string literal makes one, which lasts as long as
// the program.

#include <cstddef>
#include <string>
#include <string_view>

namespace podium {

class Literal {
  public:
    constexpr Literal() = default;
    template <std::size_t kSize>
    consteval Literal(const char (&text)[kSize]) : text_(text) {}  // NOLINT(google-explicit-constructor,*-avoid-c-arrays)
    /// Of a text that lasts as long as the program though it is no literal.
    static Literal of_lasting(const std::string& text) {
        Literal out;
        out.text_ = text.c_str();
        return out;
    }

    [[nodiscard]] std::string_view view() const { return text_; }
    [[nodiscard]] bool empty() const { return *text_ == '\0'; }
    operator std::string_view() const { return text_; }  // NOLINT(google-explicit-constructor)

    friend bool operator==(Literal a, Literal b) { return a.view() == b.view(); }
    friend bool operator==(Literal a, std::string_view b) { return a.view() == b; }
    template <std::size_t kSize>
    friend bool operator==(Literal a, const char (&b)[kSize]) {  // NOLINT(*-avoid-c-arrays)
        return a.view() == b;
    }

  private:
    const char* text_ = "";
};

}  // namespace podium
