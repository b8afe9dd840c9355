#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "sim/base/conversion.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/small/awk_code.hpp"

// awk's numbers, texts, printf and fields.

namespace podium::programs::small::awk {
namespace {

constexpr std::size_t kMostFormatted = std::size_t{8} << 20;

bool is_awk_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// Both keep to 32 bits: mawk takes the nearest (d_to_I, d_to_U of version 20200120), busybox 1.35 the least for all others.
std::int64_t awk_whole(double value, char letter, bool mawk) {
    const bool is_signed = letter == 'd' || letter == 'i';
    if (mawk && std::isnan(value)) return is_signed ? -2147483647 : 0;
    if (mawk) return static_cast<std::int64_t>(is_signed ? std::clamp(value, -2147483647.0, 2147483647.0) : std::clamp(value, 0.0, 4294967295.0));
    const bool fits = value > -2147483649.0 && value < 2147483648.0;
    const auto whole = fits ? static_cast<std::int32_t>(value) : INT32_MIN;
    return is_signed ? whole : static_cast<std::int64_t>(static_cast<std::uint32_t>(whole));
}

/// Works through a format.
class AwkFormatter {
  public:
    AwkFormatter(std::string_view format, const std::vector<Value>& values, const std::string& convfmt, bool mawk)
        : format_(format), values_(values), convfmt_(convfmt), mawk_(mawk) {}

    std::string run(std::string& problem) {
        while (at_ < format_.size() && problem_.empty()) {
            if (out_.size() > kMostFormatted) {
                problem_ = fmt::format("Podium's awk puts up to {} MiB together, in", kMostFormatted >> 20);
                break;
            }
            if (format_[at_] != '%') {
                out_ += format_[at_++];
            } else if (format_.substr(at_).starts_with("%%")) {
                out_ += '%';
                at_ += 2;
            } else {
                conversion();
            }
        }
        problem = problem_;
        return out_;
    }

  private:
    Value next() {
        if (next_ < values_.size()) return values_[next_++];
        // busybox takes what is missing for empty; mawk ends.
        if (mawk_) problem_ = "not enough arguments passed to";
        return {};
    }

    void conversion() {
        ++at_;
        const Conversion read = read_conversion(format_, at_, [this] {
            constexpr double kBeyond = 2.0 * kWidestConversion;
            return static_cast<std::int64_t>(bounded(number_of(next(), mawk_), -kBeyond, kBeyond));
        });
        if (read.too_wide()) problem_ = fmt::format("Podium's awk fills up to {} characters, in", kWidestConversion);
        if (!problem_.empty()) return;
        if (read.letter == '\0' || (read.grouped && mawk_) || std::string_view("diouxXcseEfFgG").find(read.letter) == std::string_view::npos) {
            problem_ = mawk_ ? fmt::format("improper conversion(number {}) in", next_ + 1) : "Invalid format specifier";
            return;
        }
        const Value value = next();
        if (problem_.empty()) add(read, value);
    }

    void add(const Conversion& read, const Value& value) {
        if (read.letter == 's') {
            out_ += text_field(text_of(value, convfmt_, mawk_), read);
        } else if (read.letter == 'c') {
            std::string text(1, '\0');
            if (value.kind == Kind::Text || value.kind == Kind::Input || value.kind == Kind::Unset)
                text = std::string(1, (value.text + '\0').front());
            else
                text[0] = static_cast<char>(static_cast<unsigned char>(static_cast<std::int64_t>(bounded(value.number, -1e9, 1e9)) & 0xff));
            out_ += padded_field(text, read);
        } else if (std::string_view("diouxX").find(read.letter) != std::string_view::npos) {
            out_ += whole_field(awk_whole(number_of(value, mawk_), read.letter, mawk_), read);
        } else {
            out_ += real_field(number_of(value, mawk_), read);
        }
    }

    std::string_view format_;
    const std::vector<Value>& values_;
    const std::string& convfmt_;
    bool mawk_;
    std::size_t at_ = 0;
    std::size_t next_ = 0;
    std::string out_;
    std::string problem_;
};

/// What \ddd or \xHH stands for, `at` its first letter after the backslash; goes on to its last one. Nothing where it is no such thing.
std::optional<char> numbered_letter(std::string_view text, std::size_t& at) {
    const bool hexadecimal = text[at] == 'x';
    if (!hexadecimal && (text[at] < '0' || text[at] > '7')) return std::nullopt;
    const std::string_view digits = text.substr(hexadecimal ? at + 1 : at, hexadecimal ? 2 : 3);
    unsigned value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 8);
    const auto length = static_cast<std::size_t>(read.ptr - digits.data());
    if (length == 0) return std::nullopt;
    at += hexadecimal ? length : length - 1;
    return static_cast<char>(static_cast<unsigned char>(value & 0xffU));
}

/// The infinity or the NaN that a text without a sign begins with, as strtod() has them.
std::optional<double> named_number(std::string_view text, std::size_t& length) {
    const auto begins = [text](std::string_view name) { return text.size() >= name.size() && lower(text.substr(0, name.size())) == name; };
    for (const std::string_view name : {"infinity", "inf", "nan"}) {
        if (!begins(name)) continue;
        length = name.size();
        return name == "nan" ? std::numeric_limits<double>::quiet_NaN() : HUGE_VAL;
    }
    return std::nullopt;
}

}  // namespace

Result<Regex> compile(std::string_view pattern, bool mawk) {
    std::string text;
    bool in_set = false;
    std::size_t set_at = 0;  // Where the set's members begin.
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char next = pattern[++i];
            // To mawk such a letter is none but itself; busybox puts it into the pattern before that is read.
            if (const auto letter = numbered_letter(pattern, i)) {
                if (mawk && !in_set && std::string_view("^$.[]|()*+?{}\\").find(*letter) != std::string_view::npos) text += '\\';
                if (in_set && *letter == ']')
                    text.insert(set_at, "]");
                else
                    text += *letter;
            } else if (next == '/' || next == '"') text += next;
            else if (next == 'n') text += '\n';
            else if (next == 't') text += '\t';
            else if (next == 'r') text += '\r';
            else if (in_set && next == ']') text.insert(set_at, "]");
            else if (in_set && next != '\\') text += next;
            else if (in_set) text += '\\';
            else text += std::string{'\\', next};
            continue;
        }
        if (!in_set && c == '[') {
            in_set = true;
            text += c;
            if (i + 1 < pattern.size() && pattern[i + 1] == '^') text += pattern[++i];
            set_at = text.size();
            if (i + 1 < pattern.size() && pattern[i + 1] == ']') text += pattern[++i];
            continue;
        }
        if (in_set && c == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
            const std::size_t end = pattern.find(":]", i + 2);
            if (end != std::string_view::npos) {
                text += pattern.substr(i, end + 2 - i);
                i = end + 1;
                continue;
            }
        }
        if (in_set && c == ']') in_set = false;
        // mawk 1.3.4-20200120 has no intervals (its rexp was built without REPETITIONS).
        if (mawk && !in_set && (c == '{' || c == '}')) text += '\\';
        text += c;
    }
    return Regex::compile(text, {true, false});
}

std::string unescaped(std::string_view text, bool mawk) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 >= text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        static constexpr std::string_view kLetters = "\"\\abfnrtv";
        static constexpr std::string_view kMeanings = "\"\\\a\b\f\n\r\t\v";
        if (const std::size_t at = kLetters.find(c); at != std::string_view::npos) {
            out += kMeanings[at];
        } else if (const auto letter = numbered_letter(text, i)) {
            out += *letter;
        } else if (!mawk) {
            out += c;
        } else if (c != '\n') {  // A backslash before the end of a line joins the two.
            out += std::string{'\\', c};
        }
    }
    return out;
}

double leading_number(std::string_view text, bool hexadecimal, bool octal, std::size_t& length) {
    length = 0;
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.')) return 0;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    double value = 0;
    if (hexadecimal && (text.starts_with("0x") || text.starts_with("0X"))) {
        const auto read = std::from_chars(begin + 2, end, value, std::chars_format::hex);
        length = read.ec == std::errc::invalid_argument ? 1 : static_cast<std::size_t>(read.ptr - begin);
        return value;
    }
    if (octal && text[0] == '0') {
        const std::size_t digits = std::min(text.find_first_not_of("01234567"), text.size());
        const char next = digits < text.size() ? text[digits] : '\0';
        std::uint64_t whole = 0;
        if (digits > 1 && next != '8' && next != '9' && next != '.' && std::from_chars(begin, begin + digits, whole, 8).ec == std::errc()) {
            length = digits;
            return static_cast<double>(whole);
        }
    }
    const auto read = std::from_chars(begin, end, value);
    if (read.ec == std::errc::invalid_argument) return 0;
    length = static_cast<std::size_t>(read.ptr - begin);
    if (read.ec != std::errc::result_out_of_range) return value;
    // Beyond what a double holds: std::from_chars leaves the value alone, strtod gives infinity or 0.
    const std::size_t letter = text.substr(0, length).find_first_of("eE");
    const bool small = letter != std::string_view::npos && letter + 1 < length && text[letter + 1] == '-';
    return small ? 0 : HUGE_VAL;
}

double number_of(std::string_view text, bool mawk, bool& whole) {
    whole = false;
    std::size_t at = 0;
    while (at < text.size() && is_awk_blank(text[at])) ++at;
    const bool negative = at < text.size() && text[at] == '-';
    const bool with_sign = negative || (at < text.size() && text[at] == '+');
    if (with_sign) ++at;
    std::size_t length = 0;
    double value = leading_number(text.substr(at), true, !mawk && !with_sign, length);
    if (length == 0) value = named_number(text.substr(at), length).value_or(0);
    if (length == 0) return 0;
    whole = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at + length), text.end(), is_awk_blank);
    return negative ? -value : value;
}

double bounded(double value, double least, double most) { return std::isnan(value) ? least : std::clamp(value, least, most); }

double number_of(const Value& value, bool mawk) {
    if (value.kind != Kind::Text) return value.number;
    bool whole = false;
    return number_of(value.text, mawk, whole);
}

std::string text_of(const Value& value, const std::string& format, bool mawk) {
    if (value.kind != Kind::Number) return value.text;
    const double most = mawk ? 2147483648.0 : 9.2e18;
    if (std::isfinite(value.number) && value.number > -most && value.number < most && std::trunc(value.number) == value.number)
        return fmt::format("{}", static_cast<std::int64_t>(value.number));
    std::string problem;
    return format_values(format, {value}, "%.6g", mawk, problem);
}

Value from_input(std::string text, bool mawk) {
    bool whole = false;
    const double number = number_of(text, mawk, whole);
    return {whole ? Kind::Input : Kind::Text, number, std::move(text)};
}

std::string format_values(std::string_view format, const std::vector<Value>& values, const std::string& convfmt, bool mawk, std::string& problem) {
    return AwkFormatter(format, values, convfmt, mawk).run(problem);
}

std::vector<std::string> split_by(const std::string& text, const Regex& separator) {
    std::vector<std::string> out;
    if (text.empty()) return out;
    std::size_t from = 0;
    std::size_t look = 0;
    while (const auto match = separator.search(text, look)) {
        if (match->end == match->begin) {
            look = match->end + 1;
            if (look > text.size()) break;
            continue;
        }
        out.push_back(text.substr(from, match->begin - from));
        from = look = match->end;
    }
    out.push_back(text.substr(from));
    return out;
}

Result<std::vector<std::string>> split_fields(const std::string& text, const std::string& separator, bool mawk) {
    if (separator == " ") {
        std::vector<std::string> out;
        std::size_t at = 0;
        while (true) {
            while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) ++at;
            if (at >= text.size()) return out;
            const std::size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
            out.push_back(text.substr(at, end - at));
            at = end;
        }
    }
    if (text.empty()) return std::vector<std::string>();
    if (separator.empty()) {
        std::vector<std::string> out;
        for (const char c : text) out.emplace_back(1, c);
        return out;
    }
    if (separator.size() == 1) return split(text, separator.front());
    auto regex = compile(separator, mawk);
    if (!regex) return regex.error();
    return split_by(text, *regex);
}

}  // namespace podium::programs::small::awk
