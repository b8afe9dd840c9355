// Values as jq 1.6 prints them (src/jv_print.c). All numbers are doubles, in as few digits as tell them from all others.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/utf8.hpp"
#include "sim/programs/small/jq.hpp"

namespace podium::programs::small {
namespace {

constexpr int kMaxJqPrintDepth = 256;

// jvp_dtoa_fmt in src/jv_dtoa.c. There is no infinity in JSON, nor what isn't a number.
std::string number_as_text(double value) {
    constexpr double kMost = std::numeric_limits<double>::max();
    if (std::isnan(value)) return "null";
    std::array<char, 40> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::clamp(value, -kMost, kMost), std::chars_format::scientific);
    std::string_view text(buffer.data(), static_cast<std::size_t>(result.ptr - buffer.data()));
    const std::string sign = text.front() == '-' ? "-" : "";
    text.remove_prefix(sign.size());
    const std::size_t mark = text.find('e');
    std::string digits(1, text.front());
    if (mark > 2) digits += text.substr(2, mark - 2);
    int exponent = 0;
    const bool below = text[mark + 1] == '-';
    std::from_chars(text.data() + mark + 2, text.data() + text.size(), exponent);
    // Digits before the point.
    const int point = (below ? -exponent : exponent) + 1;
    const auto size = static_cast<int>(digits.size());
    if (point <= -4 || point > size + 15) {
        const std::string rest = size > 1 ? "." + digits.substr(1) : "";
        return fmt::format("{}{}{}e{}{:02}", sign, digits.front(), rest, below ? '-' : '+', exponent);
    }
    if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    if (point >= size) return sign + digits + std::string(static_cast<std::size_t>(point - size), '0');
    return sign + digits.insert(static_cast<std::size_t>(point), 1, '.');
}

void add_escaped(char c, std::string& out) {
    constexpr std::string_view kMeant = "\"\\\b\t\r\n\f";
    constexpr std::string_view kNames = "\"\\btrnf";
    const std::size_t known = kMeant.find(c);
    if (known != std::string_view::npos)
        out.append({'\\', kNames[known]});
    else
        out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
}

void add_string(const std::string& text, std::string& out) {
    constexpr char kDelete = 0x7F;
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        const char c = text[at];
        if (!rune.valid)
            append_rune(out, 0xFFFD);
        else if (rune.size > 1)
            out.append(text, at, rune.size);
        else if (c < ' ' || c == kDelete || c == '"' || c == '\\')
            add_escaped(c, out);
        else
            out += c;
        at += rune.size;
    }
    out += '"';
}

void add_value(const Json& value, bool indented, int depth, std::string& out) {
    if (depth > kMaxJqPrintDepth) {
        out += "<skipped: too deep>";
        return;
    }
    if (value.is_number()) {
        out += number_as_text(value.get<double>());
    } else if (value.is_string()) {
        add_string(value.get_ref<const std::string&>(), out);
    } else if (!value.is_array() && !value.is_object()) {
        out += value.is_null() ? "null" : value.get<bool>() ? "true" : "false";
    } else if (value.empty()) {
        out += value.is_array() ? "[]" : "{}";
    } else {
        const auto new_line = [&](int to) {
            if (indented) out.append("\n").append(static_cast<std::size_t>(to) * 2, ' ');
        };
        bool first = true;
        out += value.is_array() ? '[' : '{';
        for (const auto& [name, each] : value.items()) {
            if (!first) out += ',';
            first = false;
            new_line(depth + 1);
            if (value.is_object()) {
                add_string(name, out);
                out += indented ? ": " : ":";
            }
            add_value(each, indented, depth + 1, out);
        }
        new_line(depth);
        out += value.is_array() ? ']' : '}';
    }
}

}  // namespace

std::string jq_text(const Json& value, bool indented) {
    std::string out;
    add_value(value, indented, 0, out);
    return out;
}

}  // namespace podium::programs::small
