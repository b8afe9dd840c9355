// printf.

#include <charconv>
#include <cstdint>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/escapes.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {
namespace {

constexpr std::int64_t kWidest = 10'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

/// As bash's %q: a backslash before each character that means something.
std::string backslashed(std::string_view text) {
    if (text.empty()) return "''";
    std::string out;
    for (const char c : text) {
        const bool plain =
            is_name_char(c) || std::string_view("%+-./:=@_").find(c) != std::string_view::npos;
        if (!plain) out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

/// One conversion of a format: "%-08.3f".
struct Conversion {
    bool left = false;
    bool zero = false;
    bool plus = false;
    bool space = false;
    bool alternative = false;
    std::int64_t width = 0;
    std::int64_t precision = -1;
    char letter = '\0';
};

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
        } while (next_ < arguments_.size() && out_.size() < kMostBytes);
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
            if (c == '\\') {
                if (!take_escape(format_, EscapeStyle::Format, i, out_)) return false;
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
        const auto peek = [&] { return i < format_.size() ? format_[i] : '\0'; };
        for (;; ++i) {
            if (peek() == '-') {
                out.left = true;
            } else if (peek() == '0') {
                out.zero = true;
            } else if (peek() == '+') {
                out.plus = true;
            } else if (peek() == ' ') {
                out.space = true;
            } else if (peek() == '#') {
                out.alternative = true;
            } else {
                break;
            }
        }
        const auto take_number = [&](std::int64_t& value) {
            if (peek() == '*') {
                ++i;
                is_signed_ = true;
                value = integer(argument());
                return;
            }
            value = 0;
            while (peek() >= '0' && peek() <= '9') {
                value = std::min(value * 10 + (peek() - '0'), kWidest + 1);
                ++i;
            }
        };
        take_number(out.width);
        if (out.width < 0) {
            out.left = true;
            out.width = -std::max(out.width, -kWidest - 1);
        }
        if (peek() == '.') {
            ++i;
            take_number(out.precision);
        }
        if (out.width > kWidest || out.precision > kWidest) {
            complain(fmt::format("Podium's printf fills up to {} characters", kWidest));
            return false;
        }
        while (peek() == 'l' || peek() == 'h' || peek() == 'j' || peek() == 'z')
            ++i;
        out.letter = peek();
        if (out.letter == '\0' ||
            std::string_view("diouxXcsbqeEfFgG").find(out.letter) == std::string_view::npos) {
            const std::string given(format_.substr(start, i + 1 - start));
            complain(ash() ? fmt::format("{}: invalid format", given)
                     : out.letter == '\0'
                         ? fmt::format("`{}': missing format character", given)
                         : fmt::format("`{}': invalid format character", out.letter));
            return false;
        }
        ++i;
        return true;
    }

    bool convert(const Conversion& conversion) {
        switch (conversion.letter) {
            case 's':
                pad(cut(argument(), conversion), conversion, false);
                return true;
            case 'q':
                pad(ash() ? quote(argument()) : backslashed(argument()), conversion, false);
                return true;
            case 'c':
                // Of an empty argument it is the zero that ends it in C.
                pad(std::string(1, (argument() + '\0').front()), conversion, false);
                return true;
            case 'b': {
                std::string text;
                const bool goes_on = add_unescaped(argument(), EscapeStyle::Echo, text);
                pad(cut(text, conversion), conversion, false);
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

    static std::string cut(std::string text, const Conversion& conversion) {
        if (conversion.precision >= 0 &&
            static_cast<std::int64_t>(text.size()) > conversion.precision) {
            text.resize(static_cast<std::size_t>(conversion.precision));
        }
        return text;
    }

    void pad(const std::string& text, const Conversion& conversion, bool number) {
        const auto length = static_cast<std::int64_t>(text.size());
        const auto missing =
            static_cast<std::size_t>(std::max<std::int64_t>(conversion.width - length, 0));
        if (conversion.left) {
            out_ += text + std::string(missing, ' ');
        } else if (number && conversion.zero) {
            const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+' || text[0] == ' ');
            out_ += text.substr(0, sign ? 1 : 0) + std::string(missing, '0') +
                    text.substr(sign ? 1 : 0);
        } else {
            out_ += std::string(missing, ' ') + text;
        }
    }

    std::int64_t integer(const std::string& text) {
        if (text.empty()) return 0;
        if (text.size() > 1 && (text[0] == '\'' || text[0] == '"'))
            return static_cast<unsigned char>(text[1]);
        std::string_view digits = trim(text);
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
            complain(ash() ? fmt::format("invalid number '{}'", text)
                           : fmt::format("{}: invalid number", text));
            if (ash() || error != std::errc()) return 0;
        }
        return static_cast<std::int64_t>(negative ? 0 - value : value);
    }

    void whole(const Conversion& conversion) {
        is_signed_ = conversion.letter == 'd' || conversion.letter == 'i';
        const std::int64_t value = integer(argument());
        const auto bits = static_cast<std::uint64_t>(value);
        std::string digits;
        std::string sign;
        switch (conversion.letter) {
            case 'o':
                digits = fmt::format("{:o}", bits);
                break;
            case 'u':
                digits = fmt::format("{}", bits);
                break;
            case 'x':
                digits = fmt::format("{:x}", bits);
                break;
            case 'X':
                digits = fmt::format("{:X}", bits);
                break;
            default:
                digits = fmt::format("{}", value < 0 ? 0 - bits : bits);
                sign = value < 0 ? "-" : conversion.plus ? "+" : conversion.space ? " " : "";
        }
        if (conversion.precision > static_cast<std::int64_t>(digits.size())) {
            digits.insert(0, static_cast<std::size_t>(conversion.precision) - digits.size(), '0');
        }
        if (conversion.alternative && value != 0) {
            if (conversion.letter == 'o') sign = "0";
            if (conversion.letter == 'x') sign = "0x";
            if (conversion.letter == 'X') sign = "0X";
        }
        pad(sign + digits, conversion, conversion.precision < 0);
    }

    void real(const Conversion& conversion) {
        const std::string text = argument();
        double value = 0;
        if (!text.empty()) {
            const std::string_view digits = trim(text);
            const std::string_view bare = digits.starts_with("+") ? digits.substr(1) : digits;
            const auto [end, error] =
                std::from_chars(bare.data(), bare.data() + bare.size(), value);
            if (error != std::errc() || end != bare.data() + bare.size()) {
                complain(ash() ? fmt::format("invalid number '{}'", text)
                               : fmt::format("{}: invalid number", text));
            }
        }
        constexpr int kUsualPrecision = 6;
        const int precision =
            conversion.precision < 0 ? kUsualPrecision : static_cast<int>(conversion.precision);
        std::string digits;
        switch (conversion.letter) {
            case 'e':
                digits = fmt::format("{:.{}e}", value, precision);
                break;
            case 'E':
                digits = fmt::format("{:.{}E}", value, precision);
                break;
            case 'g':
                digits = fmt::format("{:.{}g}", value, precision);
                break;
            case 'G':
                digits = fmt::format("{:.{}G}", value, precision);
                break;
            default:
                digits = fmt::format("{:.{}f}", value, precision);
        }
        if (!digits.starts_with("-") && conversion.plus) digits.insert(0, "+");
        pad(digits, conversion, true);
    }

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
    std::size_t first = 1;
    std::optional<std::string> variable;
    if (call.state.dialect == Dialect::Bash && call.argv.size() > 2 && call.argv[1] == "-v") {
        variable = call.argv[2];
        first = 3;
        if (!is_place(call.state, *variable)) return call.refuse(fmt::format("`{}': not a valid identifier", *variable), 2);
    }
    if (first < call.argv.size() && call.argv[first] == "--") ++first;
    if (first >= call.argv.size()) {
        call.state.complain_of_usage(call.system,
                                     "printf",
                                     call.state.dialect == Dialect::Ash
                                         ? "usage: printf FORMAT [ARGUMENT...]"
                                         : "usage: printf [-v var] format [arguments]");
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
