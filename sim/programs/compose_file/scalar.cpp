// What plain scalars are. V2 follows go-yaml (YAML 1.2 with octal as 0440 and 0o440), V1 follows
// PyYAML (YAML 1.1: yes and no are booleans, 22:22 is a number to base 60).

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string without_underscores(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != '_') out += c;
    }
    return out;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (text == word) return true;
    }
    return false;
}

bool is_null_text(std::string_view text) {
    return is_one_of(text, {"", "~", "null", "Null", "NULL"});
}

std::optional<bool> boolean_of(std::string_view text, Dialect dialect) {
    if (is_one_of(text, {"true", "True", "TRUE"})) return true;
    if (is_one_of(text, {"false", "False", "FALSE"})) return false;
    if (dialect == Dialect::V2) return std::nullopt;
    if (is_one_of(text, {"yes", "Yes", "YES", "on", "On", "ON"})) return true;
    if (is_one_of(text, {"no", "No", "NO", "off", "Off", "OFF"})) return false;
    return std::nullopt;
}

// Digits to a base, all of them, that fit in 64 bits.
std::optional<std::int64_t> digits_of(std::string_view digits, int base, bool negative) {
    if (digits.empty()) return std::nullopt;
    Int128 value = 0;
    for (const char c : digits) {
        int digit = 99;
        if (is_digit(c)) digit = c - '0';
        if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
        if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
        if (value > static_cast<Int128>(INT64_MAX) + (negative ? 1 : 0)) return std::nullopt;
    }
    return static_cast<std::int64_t>(negative ? -value : value);
}

// "1:30:00" as YAML 1.1 reads it: base 60, every part after the first under 60.
std::optional<std::int64_t> base_sixty_of(std::string_view text, bool negative) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() < 2 || parts[0].empty() || parts[0][0] == '0') return std::nullopt;
    Int128 value = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = digits_of(parts[i], 10, false);
        if (!part || (i > 0 && (*part > 59 || parts[i].size() > 2))) return std::nullopt;
        value = value * 60 + *part;
        if (value > INT64_MAX) return std::nullopt;
    }
    return static_cast<std::int64_t>(negative ? -value : value);
}

std::optional<std::int64_t> integer_of(std::string_view written, Dialect dialect) {
    std::string_view text = written;
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (text.empty() || !is_digit(text[0])) return std::nullopt;
    const std::string bare = without_underscores(text);
    if (bare == "0") return 0;
    const std::string_view prefix = std::string_view(bare).substr(0, 2);
    if (prefix == "0x" || (prefix == "0X" && dialect == Dialect::V2)) {
        return digits_of(std::string_view(bare).substr(2), 16, negative);
    }
    if (prefix == "0b" || (prefix == "0B" && dialect == Dialect::V2)) {
        return digits_of(std::string_view(bare).substr(2), 2, negative);
    }
    if (dialect == Dialect::V2 && (prefix == "0o" || prefix == "0O")) {
        return digits_of(std::string_view(bare).substr(2), 8, negative);
    }
    if (bare[0] == '0') return digits_of(bare, 8, negative);
    if (dialect == Dialect::V1 && bare.find(':') != std::string::npos)
        return base_sixty_of(bare, negative);
    return digits_of(bare, 10, negative);
}

// The digits of a decimal number that is none of 64 bits: Python's have no bounds.
std::string long_decimal(std::string_view text) {
    const std::string sign = text.starts_with("-") ? "-" : "";
    if (text.starts_with("-") || text.starts_with("+")) text.remove_prefix(1);
    if (text.empty() || text[0] < '1' || text[0] > '9') return {};
    const std::string digits = without_underscores(text);
    if (digits.find_first_not_of("0123456789") != std::string::npos) return {};
    return sign + digits;
}

// Whether a text has the form of a decimal fraction or an exponent. PyYAML wants the dot, and a
// sign in the exponent.
bool has_float_form(std::string_view text, Dialect dialect) {
    std::size_t i = 0;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    std::size_t digits = 0;
    while (i < text.size() && is_digit(text[i]))
        ++i, ++digits;
    bool dot = false;
    if (i < text.size() && text[i] == '.') {
        dot = true;
        ++i;
        while (i < text.size() && is_digit(text[i]))
            ++i, ++digits;
    }
    if (digits == 0 || (dialect == Dialect::V1 && !dot)) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        ++i;
        if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
            ++i;
        } else if (dialect == Dialect::V1) {
            return false;
        }
        const std::size_t from = i;
        while (i < text.size() && is_digit(text[i]))
            ++i;
        if (i == from) return false;
    }
    return i == text.size();
}

std::optional<double> float_of(std::string_view written, Dialect dialect) {
    if (is_one_of(written, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) return HUGE_VAL;
    if (is_one_of(written, {"-.inf", "-.Inf", "-.INF"})) return -HUGE_VAL;
    if (is_one_of(written, {".nan", ".NaN", ".NAN"})) return std::nan("");
    std::string text = without_underscores(written);
    if (written.empty() || written[0] == '_' || !has_float_form(text, dialect)) return std::nullopt;
    if (text[0] == '+') text.erase(0, 1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return std::nullopt;
    return value;
}

// The shortest digits that read back as the same value, and the exponent of the first of them.
void shortest_digits(double value, std::string& digits, int& exponent) {
    std::array<char, 64> buffer{};
    const auto written = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    const std::string text(buffer.data(), written.ptr);
    const std::size_t e = text.find('e');
    digits.clear();
    for (const char c : text.substr(0, e)) {
        if (is_digit(c)) digits += c;
    }
    std::int64_t power = 0;
    std::string_view tail = std::string_view(text).substr(e + 1);
    if (!tail.empty() && tail[0] == '+') tail.remove_prefix(1);
    parse_integer(tail, power);
    exponent = static_cast<int>(power);
}

}  // namespace

std::string float_text(double value, Dialect dialect) {
    const bool go = dialect == Dialect::V2;
    if (std::isnan(value)) return go ? "NaN" : "nan";
    if (std::isinf(value)) return value > 0 ? (go ? "+Inf" : "inf") : (go ? "-Inf" : "-inf");
    std::string sign = std::signbit(value) ? "-" : "";
    std::string digits;
    int exponent = 0;
    shortest_digits((value < 0 ? -value : value), digits, exponent);
    // Go's %v turns to an exponent at 1e6, Python's repr at 1e16.
    const int turn = go ? 6 : 16;
    if (exponent < -4 || exponent >= turn) {
        std::string out = sign + digits.substr(0, 1);
        if (digits.size() > 1) out += "." + digits.substr(1);
        const int size = exponent < 0 ? -exponent : exponent;
        return out + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + std::to_string(size);
    }
    std::string out = sign;
    if (exponent < 0) {
        out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
        return out;
    }
    const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out += digits.substr(0, whole);
    if (digits.size() > whole) {
        out += "." + digits.substr(whole);
    } else if (!go) {
        out += ".0";
    }
    return out;
}

Node resolve_plain_scalar(const std::string& text, Dialect dialect, Place place) {
    if (is_null_text(text)) return null_node(std::move(place));
    if (const auto boolean = boolean_of(text, dialect))
        return boolean_node(*boolean, std::move(place));
    if (const auto integer = integer_of(text, dialect))
        return integer_node(*integer, std::move(place));
    if (const std::string digits = long_decimal(text); !digits.empty() && dialect == Dialect::V1) {
        Node node = string_node(digits, std::move(place));
        node.kind = NodeKind::Integer;
        return node;
    }
    if (const auto number = float_of(text, dialect)) {
        Node node = string_node(float_text(*number, dialect), std::move(place));
        node.kind = NodeKind::Float;
        return node;
    }
    return string_node(text, std::move(place));
}

}  // namespace podium::compose
