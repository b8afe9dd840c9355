#include "sim/programs/compose_file/yaml_characters.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>

#include "sim/base/utf8.hpp"

namespace podium::compose {
namespace {

// What is wrong with the character at a byte, in the words of Go and Python.
struct Wrong {
    std::size_t at = 0;
    std::string_view go;
    std::string python;
    std::string_view hint;
};

constexpr std::string_view kSaveAsUtf8 = "save the file as UTF-8";

struct Character {
    std::size_t size = 1;
    unsigned value = 0;
};

unsigned byte_at(const std::string& text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// `good` bytes of the character are as they should be; Python counts these.
Wrong undecodable(const std::string& text,
                  std::size_t at,
                  std::size_t good,
                  std::string_view go,
                  std::string_view why) {
    const std::string where =
        good > 1 ? fmt::format("bytes in position {}-{}", at, at + good - 1)
                 : fmt::format("byte 0x{:02x} in position {}", byte_at(text, at), at);
    return {at,
            go,
            fmt::format(".UnicodeDecodeError: 'utf-8' codec can't decode {}: {}", where, why),
            kSaveAsUtf8};
}

std::optional<Wrong> decode(const std::string& text, std::size_t at, Character& out) {
    const unsigned first = byte_at(text, at);
    out = {1, first};
    if (first < 0x80) return std::nullopt;
    if (first < 0xC0 || first > 0xF7)
        return undecodable(text, at, 1, "invalid leading UTF-8 octet", "invalid start byte");
    out.size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    out.value = first & (0xFFU >> (out.size + 1));
    if (at + out.size > text.size())
        return undecodable(text,
                           at,
                           text.size() - at,
                           "incomplete UTF-8 octet sequence",
                           "unexpected end of data");
    for (std::size_t i = 1; i < out.size; ++i) {
        if (!is_continuation_byte(text[at + i]))
            return undecodable(
                text, at, i, "invalid trailing UTF-8 octet", "invalid continuation byte");
        out.value = (out.value << 6U) | (byte_at(text, at + i) & 0x3FU);
    }
    constexpr unsigned kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool start_is_wrong = first < 0xC2 || first > 0xF4;
    const std::string_view why =
        start_is_wrong ? "invalid start byte" : "invalid continuation byte";
    if (out.value < kSmallest[out.size])
        return undecodable(text, at, 1, "invalid length of a UTF-8 sequence", why);
    if ((out.value >= 0xD800 && out.value <= 0xDFFF) || out.value > 0x10FFFF)
        return undecodable(text, at, 1, "invalid Unicode character", why);
    return std::nullopt;
}

bool is_allowed(unsigned value) {
    if (value == '\t' || value == '\n' || value == '\r' || value == 0x85) return true;
    return (value >= 0x20 && value <= 0x7E) || (value >= 0xA0 && value <= 0xFFFD) ||
           value >= 0x10000;
}

Place place_of_byte(const std::string& text, std::size_t at, const std::string& file) {
    const auto lines =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const std::size_t begin = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t column = begin == std::string::npos ? at + 1 : at - begin;
    return {file, static_cast<int>(lines) + 1, static_cast<int>(column)};
}

std::optional<Wrong> first_wrong(const std::string& text, const std::string& file) {
    std::optional<Wrong> control;
    std::size_t index = 0;
    for (std::size_t at = 0; at < text.size(); ++index) {
        Character character;
        if (auto wrong = decode(text, at, character)) return wrong;
        if (!is_allowed(character.value) && !control) {
            const bool rooted = file.starts_with("/");
            control =
                Wrong{at,
                      "control characters are not allowed",
                      fmt::format("yaml.reader.ReaderError: unacceptable character #x{:04x}: "
                                  "special characters are not allowed\n  in \"{}{}\", position {}",
                                  character.value,
                                  rooted ? "" : "./",
                                  file,
                                  index),
                      "is this a text file in UTF-8?"};
        }
        at += character.size;
    }
    return control;
}

}  // namespace

std::optional<Error> yaml_character_error(const std::string& text,
                                          const std::string& file,
                                          Dialect dialect) {
    const std::optional<Wrong> wrong = first_wrong(text, file);
    if (!wrong) return std::nullopt;
    return Error{dialect == Dialect::V1 ? wrong->python : fmt::format("yaml: {}", wrong->go),
                 place_of_byte(text, wrong->at, file),
                 std::string(wrong->hint)};
}

}  // namespace podium::compose
