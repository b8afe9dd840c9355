// How Go's fmt and encoding/json write the values of go_value.hpp.

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/base64.hpp"
#include "sim/base/time.hpp"
#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/go_value.hpp"
#include "sim/programs/format/json_text.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

// %v of a float64: as short as possible, with an exponent of two digits below 1e-4 and from 1e6 on.
std::string float_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
    const double size = number < 0 ? -number : number;
    const bool exponent = size != 0 && (size < 1e-4 || size >= 1e6);
    std::array<char, 400> buffer{};
    const auto result =
        std::to_chars(buffer.data(),
                      buffer.data() + buffer.size(),
                      number,
                      exponent ? std::chars_format::scientific : std::chars_format::fixed);
    return std::string(buffer.data(), result.ptr);
}

std::string moment_text(const Value& value) {
    const std::string text = text_of(value);
    const std::optional<Time> time = parse_rfc3339(text);
    return time ? go_time_text(*time) : std::string(kZeroTimeText);
}

// fs.FileMode.String: the type of what has a mode is not told here.
std::string mode_text(std::uint64_t mode) {
    constexpr std::string_view kLetters = "rwxrwxrwx";
    std::string out = "-";
    for (std::size_t i = 0; i < kLetters.size(); ++i)
        out += (mode >> (kLetters.size() - 1 - i) & 1U) != 0 ? kLetters[i] : '-';
    return out;
}

void print(std::string& out, const Value& value, int depth);

void print_struct(std::string& out, const Value& value, int depth) {
    out += '{';
    bool first = true;
    for (const Field& field : fields_of(value.type)) {
        if (!first) out += ' ';
        first = false;
        print(out, struct_field(value, field.name), depth + 1);
    }
    out += '}';
}

void print(std::string& out, const Value& value, int depth) {
    if (value.type == "time.Time") {
        out += moment_text(value);
        return;
    }
    switch (value.kind()) {
        case Kind::Invalid:
            out += "<nil>";
            return;
        case Kind::Interface:
            print(out, unboxed(value), depth);
            return;
        case Kind::Bool:
            out += bool_of(value) ? "true" : "false";
            return;
        case Kind::Int:
            out += value.type == "time.Duration" ? format_duration(Duration{int_of(value)})
                                                 : std::to_string(int_of(value));
            return;
        case Kind::Uint:
            out += value.type == "fs.FileMode" ? mode_text(uint_of(value))
                                               : std::to_string(uint_of(value));
            return;
        case Kind::Float:
            out += float_text(float_of(value));
            return;
        case Kind::String:
            out += text_of(value);
            return;
        case Kind::Struct:
            print_struct(out, value, depth);
            return;
        case Kind::Slice:
            out += '[';
            for (std::size_t i = 0; i < length_of(value); ++i) {
                if (i > 0) out += ' ';
                print(out, element_at(value, i), depth + 1);
            }
            out += ']';
            return;
        case Kind::Map: {
            out += "map[";
            bool first = true;
            for (const std::string& key : sorted_keys(value)) {
                if (!first) out += ' ';
                first = false;
                out += key + ":";
                print(out, map_entry(value, key), depth + 1);
            }
            out += ']';
            return;
        }
        case Kind::Pointer: {
            if (value.data == nullptr) {
                out += "<nil>";
                return;
            }
            // Only the outermost pointer to a struct, slice or map shows what it points to.
            const Value target{element_type(value.type), value.data, value.owned};
            // What writes itself does so through a pointer, too.
            if (target.type == "time.Time" || target.type == "time.Duration") {
                print(out, target, depth);
                return;
            }
            const Kind kind = target.kind();
            const bool shown =
                depth == 0 && (kind == Kind::Struct || kind == Kind::Slice || kind == Kind::Map);
            if (!shown) {
                out += kPointerText;
                return;
            }
            out += '&';
            print(out, target, depth + 1);
            return;
        }
    }
}

bool is_empty(const Value& value) {
    switch (value.kind()) {
        case Kind::Struct:
            return false;
        case Kind::Pointer:
        case Kind::Interface:
            return value.data == nullptr;
        case Kind::Invalid:
        case Kind::Bool:
        case Kind::Int:
        case Kind::Uint:
        case Kind::Float:
        case Kind::String:
        case Kind::Slice:
        case Kind::Map:
            return !truth_of(value);
    }
    return true;
}

void write_json(std::string& out, const Value& value);

void write_fields(std::string& out, const Value& value, bool& first) {
    for (const Field& field : fields_of(value.type)) {
        const Value content = struct_field(value, field.name);
        if (field.embedded) {
            write_fields(out, indirect(content), first);
            continue;
        }
        if (field.omit_empty && is_empty(content)) continue;
        if (!first) out += ',';
        first = false;
        out += json_string(field.key) + ":";
        write_json(out, content);
    }
}

// A row writes its own JSON, with < and > escaped and its members sorted; its method Label is none.
void write_row(std::string& out, const Value& value) {
    Json members = *value.data;
    members.erase("Label");
    out += sorted_json(members, HtmlEscape::Yes);
}

void write_compound(std::string& out, const Value& value) {
    const bool map = value.kind() == Kind::Map;
    out += map ? '{' : '[';
    bool first = true;
    const auto separate = [&out, &first] {
        if (!first) out += ',';
        first = false;
    };
    if (map) {
        for (const std::string& key : sorted_keys(value)) {
            separate();
            out += json_string(key) + ":";
            write_json(out, map_entry(value, key));
        }
    } else {
        for (std::size_t i = 0; i < length_of(value); ++i) {
            separate();
            write_json(out, element_at(value, i));
        }
    }
    out += map ? '}' : ']';
}

void write_json(std::string& out, const Value& value) {
    if (is_row(value)) {
        write_row(out, value);
        return;
    }
    const Value at = indirect(value);
    // A moment writes itself, through a pointer too.
    if (at.type == "time.Time") {
        out += json_string(at.data == nullptr ? std::string(kNeverText) : text_of(at));
        return;
    }
    switch (at.kind()) {
        case Kind::Invalid:
        case Kind::Interface:
        case Kind::Pointer:
            out += "null";
            return;
        case Kind::Bool:
            out += bool_of(at) ? "true" : "false";
            return;
        case Kind::Int:
            out += std::to_string(int_of(at));
            return;
        case Kind::Uint:
            out += std::to_string(uint_of(at));
            return;
        case Kind::Float:
            out += json_number(*at.data);
            return;
        case Kind::String:
            out += at.type == "json.Number" && at.data != nullptr ? json_number(*at.data)
                                                                  : json_string(text_of(at));
            return;
        case Kind::Struct: {
            out += '{';
            bool first = true;
            write_fields(out, at, first);
            out += '}';
            return;
        }
        case Kind::Slice:
        case Kind::Map:
            if (at.data == nullptr && at.type != "[2]uint") {
                out += "null";
            } else if (at.type == kBytes) {
                out += json_string(base64(bytes_of(at)));
            } else {
                write_compound(out, at);
            }
            return;
    }
}

}  // namespace

std::string print_value(const Value& value) {
    std::string out;
    if (is_row(value)) return "{" + std::string(kPointerText) + "}";
    print(out, value, 0);
    return out;
}

std::string json_of(const Value& value) {
    std::string out;
    write_json(out, value);
    return out;
}

}  // namespace podium::format
