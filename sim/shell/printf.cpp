// printf.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

#include "sim/base/conversion.hpp"
#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/escapes.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

/// As bash's %q: a backslash before each character that means something, or $'..' where some can't be shown (lib/sh/shquote.c,
/// sh_backslash_quote(); lib/sh/strtrans.c).
std::string backslashed(std::string_view text, bool utf8) {
    if (text.empty()) return "''";
    const auto is_shown = [utf8](char c) { return (c >= ' ' && c <= '~') || (utf8 && static_cast<unsigned char>(c) >= 0x80); };
    if (!std::all_of(text.begin(), text.end(), is_shown)) return dollar_quoted(text, utf8);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        bool plain = is_name_char(c) || static_cast<unsigned char>(c) >= 0x80 || std::string_view("%+-./:=@_").find(c) != std::string_view::npos;
        if (c == '#') plain = i > 0;
        if (c == '~') plain = i > 0 && text[i - 1] != ':' && text[i - 1] != '=';
        if (!plain) out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

class Printer {
  public:
    Printer(const BuiltinCall& call, std::string_view format, std::vector<std::string> arguments)
        : call_(call), format_(format), arguments_(std::move(arguments)) {}

    bool run() {
        do {
            const std::size_t before = next_;
            if (!once()) break;
            // The format is used again while arguments are left, unless it takes none.
            if (next_ == before) break;
        } while (next_ < arguments_.size());
        return !failed_;
    }

    [[nodiscard]] const std::string& text() const { return out_; }

  private:
    [[nodiscard]] bool ash() const { return call_.state.dialect == Dialect::Ash; }

    void complain(const std::string& sentence) {
        failed_ = true;
        call_.state.complain_as_program(call_.system, "printf", sentence);
    }

    std::string argument() {
        return next_ < arguments_.size() ? arguments_[next_++] : std::string();
    }

    /// One pass over the format; false when output ends.
    bool once() {
        std::size_t i = 0;
        while (i < format_.size()) {
            const char c = format_[i];
            if (out_.size() > kMostBytes) {
                complain(fmt::format("Podium's printf writes up to {} MiB at once", kMostBytes >> 20));
                return false;
            }
            if (c == '\\') {
                if (!take_escape(format_, EscapeStyle::Format, call_.state, i, out_)) return false;
            } else if (c != '%') {
                out_.push_back(c);
                ++i;
            } else if (i + 1 < format_.size() && format_[i + 1] == '%') {
                out_.push_back('%');
                i += 2;
            } else {
                Conversion conversion;
                if (!parse(i, conversion) || !convert(conversion)) return false;
            }
        }
        return true;
    }

    bool parse(std::size_t& i, Conversion& out) {
        const std::size_t start = i++;
        out = read_conversion(format_, i, [this] {
            is_signed_ = true;
            return integer(argument());
        });
        if (out.too_wide()) {
            complain(fmt::format("Podium's printf fills up to {} characters", kWidestConversion));
            return false;
        }
        if (!ash() && out.letter == '(') {
            complain("Podium's printf does not model %( )T; use date");
            return false;
        }
        const bool grouped = ash() && out.grouped;  // busybox has no such flag.
        const std::string_view letters = ash() ? "diouxXcsbeEfFgG" : "diouxXcsbqeEfFgG";
        if (out.letter != '\0' && !grouped && letters.find(out.letter) != std::string_view::npos) return true;
        const std::string_view rest = format_.substr(start);
        complain(ash()                 ? fmt::format("{}: invalid format", rest)
                 : out.letter == '\0' ? fmt::format("`{}': missing format character", rest)
                                       : fmt::format("`{}': invalid format character", out.letter));
        return false;
    }

    bool convert(const Conversion& conversion) {
        switch (conversion.letter) {
            case 's':
                out_ += text_field(argument(), conversion);
                return true;
            case 'q':
                out_ += text_field(backslashed(argument(), has_utf8(call_.state)), conversion);
                return true;
            case 'c':
                // Of an empty argument it is the zero that ends it in C.
                out_ += padded_field(std::string(1, (argument() + '\0').front()), conversion);
                return true;
            case 'b': {
                std::string text;
                const bool goes_on = add_unescaped(argument(), EscapeStyle::Argument, call_.state, text);
                out_ += text_field(text, conversion);
                return goes_on;
            }
            case 'd':
            case 'i':
            case 'o':
            case 'u':
            case 'x':
            case 'X':
                whole(conversion);
                return true;
            default:
                real(conversion);
                return true;
        }
    }

    /// 'A and "A are a character's number; 0 where there is none.
    static bool is_character(const std::string& text) { return text.starts_with('\'') || text.starts_with('"'); }

    static std::string_view without_blanks_before(std::string_view text) { return text.substr(std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size())); }

    /// What is no number, in bash named by how it begins (builtins/common.c, sh_invalidnum()).
    void complain_of_number(const std::string& text) {
        if (ash()) return complain(fmt::format("invalid number '{}'", text));
        const bool octal = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
        complain(fmt::format("{}: invalid {}number", text, octal ? "octal " : text.starts_with("0x") ? "hex " : ""));
    }

    std::int64_t integer(const std::string& text) {
        if (text.empty()) {
            if (ash()) complain("invalid number ''");
            return 0;
        }
        if (is_character(text)) return static_cast<unsigned char>(text[1]);
        std::string_view digits = without_blanks_before(text);
        const bool negative = digits.starts_with("-");
        if (negative || digits.starts_with("+")) digits.remove_prefix(1);
        int base = 10;
        if (digits.starts_with("0x") || digits.starts_with("0X")) {
            base = 16;
            digits.remove_prefix(2);
        } else if (digits.size() > 1 && digits[0] == '0') {
            base = 8;
        }
        std::uint64_t value = 0;
        const auto beyond = [&](bool limited) {
            // bash 5.2 warns and goes on with the nearest number; busybox takes none.
            if (ash()) {
                complain(fmt::format("invalid number '{}'", text));
                return std::int64_t{0};
            }
            call_.state.complain_as_program(
                call_.system,
                "printf",
                fmt::format("warning: {}: Numerical result out of range", text));
            return limited ? (negative ? INT64_MIN : INT64_MAX) : static_cast<std::int64_t>(UINT64_MAX);
        };
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (error == std::errc::result_out_of_range) return beyond(is_signed_);
        if (is_signed_ && value > std::uint64_t{INT64_MAX} + (negative ? 1 : 0)) return beyond(true);
        if (error != std::errc() || end != digits.data() + digits.size()) {
            complain_of_number(text);
            if (ash() || error != std::errc()) return 0;
        }
        return static_cast<std::int64_t>(negative ? 0 - value : value);
    }

    void whole(const Conversion& conversion) {
        is_signed_ = conversion.letter == 'd' || conversion.letter == 'i';
        out_ += whole_field(integer(argument()), conversion);
    }

    double number(const std::string& text) {
        if (text.empty()) return 0;
        if (is_character(text)) return static_cast<unsigned char>(text[1]);
        std::string_view digits = without_blanks_before(text);
        const bool negative = digits.starts_with("-");
        if (negative || digits.starts_with("+")) digits.remove_prefix(1);
        const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
        if (hexadecimal) digits.remove_prefix(2);
        double value = 0;
        const char* end = digits.data();
        // std::from_chars would take one more minus.
        if (!digits.starts_with('-')) end = std::from_chars(end, end + digits.size(), value, hexadecimal ? std::chars_format::hex : std::chars_format::general).ptr;
        if (end != digits.data() + digits.size() || digits.empty()) {
            complain_of_number(text);
            if (ash()) return 0;
        }
        return negative && end != digits.data() ? -value : value;  // what is none is 0, never -0
    }

    void real(const Conversion& conversion) { out_ += real_field(number(argument()), conversion); }

    const BuiltinCall& call_;
    std::string_view format_;
    std::vector<std::string> arguments_;
    std::size_t next_ = 0;
    std::string out_;
    bool failed_ = false;
    bool is_signed_ = true;  // of the number that is being read
};

}  // namespace

Outcome builtin_printf(const BuiltinCall& call) {
    const bool bash = call.state.dialect == Dialect::Bash;
    const std::string usage = bash ? "usage: printf [-v var] format [arguments]" : "usage: printf FORMAT [ARGUMENT...]";
    std::size_t first = 1;
    std::optional<std::string> variable;
    for (; bash && first < call.argv.size() && call.argv[first].size() > 1 && call.argv[first].front() == '-' && call.argv[first] != "--"; ++first) {
        const std::string& option = call.argv[first];
        if (option[1] != 'v') return call.refuse(fmt::format("{}: invalid option\nprintf: {}", option.substr(0, 2), usage), 2);
        if (option.size() == 2 && ++first >= call.argv.size()) return call.refuse(fmt::format("-v: option requires an argument\nprintf: {}", usage), 2);
        variable = option.size() > 2 ? option.substr(2) : call.argv[first];
        if (!is_place(call.state, *variable)) return call.refuse(fmt::format("`{}': not a valid identifier", *variable), 2);
    }
    if (first < call.argv.size() && call.argv[first] == "--") ++first;
    if (first >= call.argv.size()) {
        call.state.complain_of_usage(call.system, "printf", usage);
        return Outcome::done(2);
    }
    const std::string format = call.argv[first];
    Printer printer(call,
                    format,
                    {call.argv.begin() + static_cast<std::ptrdiff_t>(first) + 1, call.argv.end()});
    const bool well = printer.run();
    if (variable) {
        const std::optional<Outcome> failed = assign_place(call.state, call.system, *variable, printer.text());
        return failed ? *failed : Outcome::done(well ? 0 : 1);
    }
    return call.print(printer.text(), well ? 0 : 1);
}

}  // namespace podium::shell
