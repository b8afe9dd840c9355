// fmt.Sprintf over the values of a template.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/utf8.hpp"
#include "sim/programs/format/go_functions.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

constexpr int kWidthMost = 1000;  // Go allows a million; no table is that wide

struct Verb {
    bool minus = false;
    bool plus = false;
    bool zero = false;
    bool space = false;
    bool sharp = false;
    int width = 0;
    int precision = -1;
    char32_t letter = 0;
};

std::string padded(const std::string& text, const Verb& verb, bool number) {
    const auto letters = static_cast<int>(rune_count(text));
    if (letters >= verb.width) return text;
    const auto missing = static_cast<std::size_t>(verb.width - letters);
    if (verb.minus) return text + std::string(missing, ' ');
    if (verb.zero && number) {
        const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
        return text.substr(0, sign) + std::string(missing, '0') + text.substr(sign);
    }
    return std::string(missing, verb.zero ? '0' : ' ') + text;
}

std::string letter_text(char32_t letter) {
    std::string text;
    append_rune(text, letter);
    return text;
}

std::string bad_verb(const Verb& verb, const Value& value) {
    if (!value.valid()) return fmt::format("%!{}(<nil>)", letter_text(verb.letter));
    return fmt::format("%!{}({}={})", letter_text(verb.letter), value.type, print_value(value));
}

std::string hex(std::string_view bytes, bool capital) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += capital ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
    }
    return text;
}

std::string whole_number(const Verb& verb, const Value& value) {
    const bool negative = value.kind() == Kind::Int && int_of(value) < 0;
    const std::uint64_t size = value.kind() == Kind::Uint ? uint_of(value)
                               : negative ? 0 - static_cast<std::uint64_t>(int_of(value))
                                          : static_cast<std::uint64_t>(int_of(value));
    std::string digits;
    switch (verb.letter) {
        case 'b':
            digits = fmt::format("{:b}", size);
            break;
        case 'o':
            digits = fmt::format("{:o}", size);
            break;
        case 'x':
            digits = fmt::format("{}{:x}", verb.sharp ? "0x" : "", size);
            break;
        case 'X':
            digits = fmt::format("{}{:X}", verb.sharp ? "0X" : "", size);
            break;
        default:
            digits = std::to_string(size);
            break;
    }
    if (verb.precision > static_cast<int>(digits.size())) {
        digits.insert(0, static_cast<std::size_t>(verb.precision) - digits.size(), '0');
    }
    return (negative ? "-" : verb.plus ? "+" : verb.space ? " " : "") + digits;
}

std::string real_number(const Verb& verb, const Value& value) {
    const int precision = verb.precision < 0 ? 6 : std::min(verb.precision, 100);
    const double number = float_of(value);
    const std::string sign = verb.plus && number >= 0 ? "+" : "";
    if (verb.letter == 'e') return sign + fmt::format("{:.{}e}", number, precision);
    if (verb.letter == 'g')
        return sign + (verb.precision < 0 ? print_value(value)
                                          : fmt::format("{:.{}g}", number, precision));
    return sign + fmt::format("{:.{}f}", number, precision);
}

std::string one(const Verb& verb, const Value& given) {
    const Value value = unboxed(given);
    const Kind kind = value.kind();
    const bool whole = kind == Kind::Int || kind == Kind::Uint;
    switch (verb.letter) {
        case 'T':
            return padded(value.valid() ? std::string(value.type) : "<nil>", verb, false);
        case 'v':
            if (whole && value.type != "time.Duration")
                return padded(whole_number(verb, value), verb, true);
            return padded(value.valid() ? print_value(value) : "<nil>", verb, kind == Kind::Float);
        case 's':
        case 'q': {
            const bool list = kind == Kind::Slice || kind == Kind::Map || kind == Kind::Struct ||
                              kind == Kind::Pointer;
            const bool stringer = value.type == "time.Duration" || value.type == "time.Time";
            if (kind != Kind::String && value.type != kBytes && !stringer &&
                !(list && verb.letter == 's'))
                return bad_verb(verb, value);
            std::string text = kind == Kind::String   ? text_of(value)
                               : value.type == kBytes ? bytes_of(value)
                                                      : print_value(value);
            if (verb.precision >= 0 && kind == Kind::String) {
                text = rune_prefix(text, static_cast<std::size_t>(verb.precision));
            }
            return padded(verb.letter == 'q' ? go_quote(text) : text, verb, false);
        }
        case 't':
            return kind == Kind::Bool ? padded(print_value(value), verb, false)
                                      : bad_verb(verb, value);
        case 'b':
        case 'o':
        case 'd':
            return whole ? padded(whole_number(verb, value), verb, true) : bad_verb(verb, value);
        case 'x':
        case 'X':
            if (whole) return padded(whole_number(verb, value), verb, true);
            if (kind == Kind::String)
                return padded(hex(text_of(value), verb.letter == 'X'), verb, false);
            return bad_verb(verb, value);
        case 'c':
            return whole ? padded(letter_text(static_cast<char32_t>(int_of(value) & 0x1FFFFF)),
                                  verb,
                                  false)
                         : bad_verb(verb, value);
        case 'e':
        case 'f':
        case 'F':
        case 'g':
            return kind == Kind::Float ? padded(real_number(verb, value), verb, true)
                                       : bad_verb(verb, value);
        default:
            return bad_verb(verb, value);
    }
}

}  // namespace

std::string go_printf(std::string_view format, std::span<const Value> arguments) {
    std::string out;
    std::size_t next = 0;
    for (std::size_t at = 0; at < format.size();) {
        if (format[at] != '%') {
            out += format[at++];
            continue;
        }
        ++at;
        Verb verb;
        for (; at < format.size() &&
               std::string_view("-+ 0#").find(format[at]) != std::string_view::npos;
             ++at) {
            verb.minus |= format[at] == '-';
            verb.plus |= format[at] == '+';
            verb.zero |= format[at] == '0';
            verb.space |= format[at] == ' ';
            verb.sharp |= format[at] == '#';
        }
        const auto number = [&format, &at, &next, &arguments](int absent) {
            if (at < format.size() && format[at] == '*') {
                ++at;
                const std::int64_t given =
                    next < arguments.size() ? int_of(unboxed(arguments[next++])) : 0;
                return static_cast<int>(std::clamp<std::int64_t>(given, -kWidthMost, kWidthMost));
            }
            int value = absent;
            for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) {
                value = std::min(std::max(value, 0) * 10 + (format[at] - '0'), kWidthMost);
            }
            return value;
        };
        verb.width = number(0);
        if (verb.width < 0) {
            verb.minus = true;
            verb.width = -verb.width;
        }
        if (at < format.size() && format[at] == '.') {
            ++at;
            verb.precision = std::max(number(0), 0);
        }
        if (at >= format.size()) {
            out += "%!(NOVERB)";
            break;
        }
        const Rune rune = decode_rune(format, at);
        at += rune.size;
        verb.letter = rune.value;
        if (verb.letter == '%') {
            out += '%';
        } else if (next >= arguments.size()) {
            out += fmt::format("%!{}(MISSING)", letter_text(verb.letter));
        } else {
            out += one(verb, arguments[next++]);
        }
    }
    if (next >= arguments.size()) return out;
    out += "%!(EXTRA ";
    for (std::size_t i = next; i < arguments.size(); ++i) {
        if (i > next) out += ", ";
        const Value value = unboxed(arguments[i]);
        out += value.valid() ? fmt::format("{}={}", value.type, print_value(value)) : "<nil>";
    }
    return out + ")";
}

}  // namespace podium::format
