#include "sim/programs/format/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/utf8.hpp"


namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

struct Style {
    int indent = 0;  // 0: all on one line
    bool sorted = false;
    HtmlEscape escape = HtmlEscape::No;
};

void new_line(std::string& out, const Style& style, int depth) {
    if (style.indent == 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(style.indent) * static_cast<std::size_t>(depth), ' ');
}

void write(std::string& out, const Json& value, const Style& style, int depth);

void write_object(std::string& out, const Json& value, const Style& style, int depth) {
    std::vector<Json::const_iterator> members;
    for (auto it = value.begin(); it != value.end(); ++it)
        members.push_back(it);
    if (style.sorted) {
        std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
            return a.key() < b.key();
        });
    }
    out += '{';
    bool first = true;
    for (const auto& member : members) {
        if (!first) out += ',';
        first = false;
        new_line(out, style, depth + 1);
        out += json_string(member.key(), style.escape);
        out += style.indent > 0 ? ": " : ":";
        write(out, member.value(), style, depth + 1);
    }
    if (!members.empty()) new_line(out, style, depth);
    out += '}';
}

void write_array(std::string& out, const Json& value, const Style& style, int depth) {
    out += '[';
    bool first = true;
    for (const Json& element : value) {
        if (!first) out += ',';
        first = false;
        new_line(out, style, depth + 1);
        write(out, element, style, depth + 1);
    }
    if (!value.empty()) new_line(out, style, depth);
    out += ']';
}

void write(std::string& out, const Json& value, const Style& style, int depth) {
    switch (value.type()) {
        case Json::value_t::object:
            write_object(out, value, style, depth);
            return;
        case Json::value_t::array:
            write_array(out, value, style, depth);
            return;
        case Json::value_t::string:
            out += json_string(value.get_ref<const std::string&>(), style.escape);
            return;
        case Json::value_t::boolean:
            out += value.get<bool>() ? "true" : "false";
            return;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            out += json_number(value);
            return;
        case Json::value_t::null:
        case Json::value_t::binary:
        case Json::value_t::discarded:
            out += "null";
            return;
    }
}

}  // namespace

std::string json_string(std::string_view text, HtmlEscape escape) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        const std::string_view bytes = text.substr(at, rune.size);
        at += rune.size;
        switch (rune.value) {
            case '"':
                out += "\\\"";
                continue;
            case '\\':
                out += "\\\\";
                continue;
            case '\b':
                out += "\\b";
                continue;
            case '\f':
                out += "\\f";
                continue;
            case '\n':
                out += "\\n";
                continue;
            case '\r':
                out += "\\r";
                continue;
            case '\t':
                out += "\\t";
                continue;
            default:
                break;
        }
        const bool html = rune.value == '<' || rune.value == '>' || rune.value == '&';
        const bool line_separator = rune.value == 0x2028 || rune.value == 0x2029;
        if (!rune.valid) {
            out += "\\ufffd";
        } else if (rune.value < 0x20 || line_separator || (html && escape == HtmlEscape::Yes)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(rune.value));
        } else {
            out += bytes;
        }
    }
    return out + '"';
}

std::string json_number(const nlohmann::ordered_json& value) {
    if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
    if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
    const double number = value.get<double>();
    if (!std::isfinite(number)) return "null";
    // Go changes to an exponent below 1e-6 and from 1e21 on, and writes it without leading zeros.
    const double size = number < 0 ? -number : number;
    const bool exponent = size != 0 && (size < 1e-6 || size >= 1e21);
    std::array<char, 400> buffer{};
    const auto result =
        std::to_chars(buffer.data(),
                      buffer.data() + buffer.size(),
                      number,
                      exponent ? std::chars_format::scientific : std::chars_format::fixed);
    std::string text(buffer.data(), result.ptr);
    const std::size_t zero = text.find("e-0");
    if (zero != std::string::npos) text.erase(zero + 2, 1);
    return text;
}

std::string pretty_json(const nlohmann::ordered_json& value, int indent) {
    std::string out;
    write(out, value, {indent, false, HtmlEscape::No}, 0);
    return out;
}

std::string compact_json(const nlohmann::ordered_json& value, HtmlEscape escape) {
    std::string out;
    write(out, value, {0, false, escape}, 0);
    return out;
}

std::string sorted_json(const nlohmann::ordered_json& value, HtmlEscape escape) {
    std::string out;
    write(out, value, {0, true, escape}, 0);
    return out;
}

}  // namespace podium::format
