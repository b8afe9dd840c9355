// The tokens that have a text: anchors, tags and scalars.

#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/compose_file/yaml_scanner.hpp"

namespace podium::compose {
namespace {

using Kind = YamlTokenKind;

constexpr std::string_view kCloseQuote = "close the quotes";

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
}

bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

}  // namespace

void YamlScanner::scan_anchor(Kind kind) {
    const YamlMark start = mark_;
    advance();
    std::string name;
    while (is_word(at())) {
        name += at();
        advance();
    }
    if (name.empty() || !(blank_or_end() || is_one_of(at(), "?:,]}%@`"))) {
        stop({kind == Kind::Alias ? "while scanning an alias" : "while scanning an anchor",
              "did not find expected alphabetic or numeric character",
              fmt::format("expected alphabetic or numeric character, but found {}", shown()),
              "put a value that begins with * or & in quotes"},
             start);
    }
    push(kind, start, std::move(name));
}

void YamlScanner::scan_tag() {
    const YamlMark start = mark_;
    advance();
    // Verbatim tags and handles: nobody has them in a Compose file, but "!!str".
    if (at() == '!') advance();
    if (at() == '<') throw Unsure{};
    while (is_word(at()) || is_one_of(at(), ";/?:@&=+$,.!~*'()[]%")) {
        if (at() == '!' || at() == '%') throw Unsure{};
        advance();
    }
    if (break_or_end() || at() == ' ' || (at() == '\t' && !python())) return push(Kind::Tag, start);
    stop({"while scanning a tag",
          "did not find expected whitespace or line break",
          fmt::format("expected ' ', but found {}", shown()),
          "put a value that begins with ! in quotes"},
         start);
}

void YamlScanner::block_header(const YamlMark& start, int& increment) {
    const auto digit = [&] {
        if (at() < '0' || at() > '9') return false;
        if (at() == '0') {
            stop({"while scanning a block scalar",
                  "found an indentation indicator equal to 0",
                  "expected indentation indicator in the range 1-9, but found 0",
                  "write | or > alone"},
                 start);
        }
        increment = at() - '0';
        advance();
        return true;
    };
    const auto chomping = [this] {
        if (at() != '+' && at() != '-') return false;
        advance();
        return true;
    };
    if (chomping()) {
        digit();
    } else if (digit()) {
        chomping();
    }
    constexpr std::string_view kHint =
        "begin the text on the line below, or put the value in quotes";
    if (python() && !break_or_end() && at() != ' ') {
        stop({"while scanning a block scalar",
              {},
              fmt::format("expected chomping or indentation indicators, but found {}", shown()),
              kHint},
             start);
    }
    while (at() == ' ' || (!python() && at() == '\t'))
        advance();
    if (at() == '#') skip_to_break();
    if (break_or_end()) return advance_line();
    stop({"while scanning a block scalar",
          "did not find expected comment or line break",
          fmt::format("expected a comment or a line break, but found {}", shown()),
          kHint},
         start);
}

// Blank lines and indentation; an indentation of 0 is to be found out.
void YamlScanner::block_breaks(int& indent, const YamlMark& start) {
    int widest = 0;
    while (true) {
        while ((indent == 0 || mark_.column < indent) && at() == ' ')
            advance();
        widest = std::max(widest, mark_.column);
        if (!python() && (indent == 0 || mark_.column < indent) && at() == '\t') {
            stop({"while scanning a block scalar",
                  "found a tab character where an indentation space is expected",
                  {},
                  kNoTabs},
                 start);
        }
        if (!is_break()) break;
        advance_line();
    }
    if (indent == 0) indent = std::max({widest, indent_ + 1, 1});
}

void YamlScanner::scan_block_scalar() {
    const YamlMark start = mark_;
    advance();
    int increment = 0;
    block_header(start, increment);
    int indent = increment == 0 ? 0 : std::max(indent_, 0) + increment;
    block_breaks(indent, start);
    while (mark_.column == indent && !at_end()) {
        skip_to_break();
        advance_line();
        block_breaks(indent, start);
    }
    push(Kind::Scalar, start);
}

void YamlScanner::escape(const YamlMark& start) {
    const std::string context =
        python() ? "while scanning a double-quoted scalar" : "while parsing a quoted scalar";
    constexpr std::string_view kHint =
        "in double quotes write \\\\ for a backslash, or use single quotes";
    // PyYAML has gone past the backslash when it complains.
    if (python()) advance();
    const std::size_t ahead = python() ? 0 : 1;
    const char c = at(ahead);
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0 &&
        !is_one_of(c, python() ? "0abt\tnvfre \"\\/N_LP" : "0abt\tnvfre \"'\\N_LP")) {
        stop({context,
              "found unknown escape character",
              fmt::format("found unknown escape character {}", shown(ahead)),
              kHint},
             start);
    }
    advance(ahead + 1);
    for (std::size_t i = 0; i < digits; ++i) {
        if (is_hexadecimal(at(i))) continue;
        stop({context,
              "did not find expected hexdecimal number",
              fmt::format("expected escape sequence of {} hexadecimal numbers, but found {}",
                          digits,
                          shown(i)),
              kHint},
             start);
    }
    advance(digits);
}

// Between the words of a quoted text, over line ends.
void YamlScanner::quoted_blanks(const YamlMark& start) {
    const std::string context = "while scanning a quoted scalar";
    while (blank() || is_break()) {
        if (blank()) {
            advance();
            continue;
        }
        advance_line();
        if (python() && document_indicator())
            stop({context, {}, "found unexpected document separator", kCloseQuote, true}, start);
    }
    if (at_end())
        stop({context,
              "found unexpected end of stream",
              "found unexpected end of stream",
              kCloseQuote,
              true},
             start);
}

void YamlScanner::scan_quoted(bool single) {
    const YamlMark start = mark_;
    const char quote = at();
    advance();
    while (true) {
        if (!python() && document_indicator()) {
            stop({"while scanning a quoted scalar",
                  "found unexpected document indicator",
                  {},
                  kCloseQuote,
                  true},
                 start);
        }
        if (at_end()) quoted_blanks(start);
        while (!blank_or_end()) {
            if (single && at() == quote && at(1) == quote) {
                advance(2);
            } else if (at() == quote) {
                advance();
                return push(Kind::Scalar, start);
            } else if (!single && at() == '\\' && is_break(1)) {
                advance();
                break;
            } else if (!single && at() == '\\') {
                escape(start);
            } else {
                advance();
            }
        }
        quoted_blanks(start);
    }
}

bool YamlScanner::plain_ends() const {
    if (blank_or_end()) return true;
    if (at() == ':' && (blank_or_end(1) || (python() && flow_ != 0 && is_one_of(at(1), ",[]{}"))))
        return true;
    return flow_ != 0 && is_one_of(at(), ",?[]{}");
}

void YamlScanner::scan_plain() {
    const YamlMark start = mark_;
    const int indent = indent_ + 1;
    bool over_lines = false;
    while (!document_indicator() && at() != '#') {
        const std::size_t before = place_;
        while (!plain_ends())
            advance();
        if (python() && place_ == before) break;
        if (place_ != before) over_lines = false;
        const bool more = python() ? at() == ' ' || is_break() : blank() || is_break();
        if (!more) break;
        while (at() == ' ' || is_break() || (!python() && at() == '\t')) {
            if (is_break()) {
                advance_line();
                over_lines = true;
                if (document_indicator()) break;
                continue;
            }
            if (over_lines && mark_.column < indent && at() == '\t') {
                stop({"while scanning a plain scalar",
                      "found a tab character that violates indentation",
                      {},
                      kNoTabs},
                     start);
            }
            // PyYAML: blanks behind a line's words are read before its end, those of later lines
            // one by one.
            advance();
        }
        if (flow_ == 0 && mark_.column < indent) break;
    }
    key_allowed_ = over_lines;
    push(Kind::Scalar, start);
}

}  // namespace podium::compose
