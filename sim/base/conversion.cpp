#include "sim/base/conversion.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace podium {
namespace {

/// A number: the head is its sign or its 0x, between which and the digits zeros go.
std::string number_field(const std::string& head, const std::string& digits, const Conversion& conversion, bool zeros) {
    const auto length = static_cast<std::int64_t>(head.size() + digits.size());
    const bool fills = zeros && conversion.zero && !conversion.left && conversion.width > length;
    if (!fills) return padded_field(head + digits, conversion);
    return head + std::string(static_cast<std::size_t>(conversion.width - length), '0') + digits;
}

std::string sign_of(bool negative, const Conversion& conversion) { return negative ? "-" : conversion.plus ? "+" : conversion.space ? " " : ""; }

std::string real_digits(double size, const Conversion& conversion) {
    constexpr int kUsualPrecision = 6;
    const int precision = conversion.precision < 0 ? kUsualPrecision : static_cast<int>(conversion.precision);
    const bool alternative = conversion.alternative;
    switch (conversion.letter) {
        case 'e': return alternative ? fmt::format("{:#.{}e}", size, precision) : fmt::format("{:.{}e}", size, precision);
        case 'E': return alternative ? fmt::format("{:#.{}E}", size, precision) : fmt::format("{:.{}E}", size, precision);
        case 'g': return alternative ? fmt::format("{:#.{}g}", size, precision) : fmt::format("{:.{}g}", size, precision);
        case 'G': return alternative ? fmt::format("{:#.{}G}", size, precision) : fmt::format("{:.{}G}", size, precision);
        default: return alternative ? fmt::format("{:#.{}f}", size, precision) : fmt::format("{:.{}f}", size, precision);
    }
}

}  // namespace

Conversion read_conversion(std::string_view format, std::size_t& at, const std::function<std::int64_t()>& star) {
    Conversion out;
    const auto peek = [&] { return at < format.size() ? format[at] : '\0'; };
    for (;; ++at) {
        if (peek() == '-') out.left = true;
        else if (peek() == '0') out.zero = true;
        else if (peek() == '+') out.plus = true;
        else if (peek() == ' ') out.space = true;
        else if (peek() == '#') out.alternative = true;
        else if (peek() == '\'') out.grouped = true;
        else break;
    }
    const auto number = [&] {
        constexpr std::int64_t kBeyond = kWidestConversion + 1;
        if (peek() == '*') {
            ++at;
            return std::clamp(star(), -kBeyond, kBeyond);
        }
        std::int64_t value = 0;
        for (; peek() >= '0' && peek() <= '9'; ++at) value = std::min(value * 10 + (peek() - '0'), kBeyond);
        return value;
    };
    out.width = number();
    if (out.width < 0) {
        out.left = true;
        out.width = -out.width;
    }
    if (peek() == '.') {
        ++at;
        out.precision = number();
    }
    while (peek() != '\0' && std::string_view("hjlLtz").find(peek()) != std::string_view::npos) ++at;
    out.letter = peek();
    if (at < format.size()) ++at;
    return out;
}

std::string padded_field(std::string_view text, const Conversion& conversion) {
    const std::string blanks(static_cast<std::size_t>(std::max<std::int64_t>(conversion.width - static_cast<std::int64_t>(text.size()), 0)), ' ');
    std::string out(text);
    return conversion.left ? out + blanks : blanks + out;
}

std::string text_field(std::string_view text, const Conversion& conversion) {
    return padded_field(conversion.precision < 0 ? text : text.substr(0, static_cast<std::size_t>(conversion.precision)), conversion);
}

std::string whole_field(std::int64_t value, const Conversion& conversion) {
    const auto bits = static_cast<std::uint64_t>(value);
    std::string head;
    std::string digits;
    switch (conversion.letter) {
        case 'o': digits = fmt::format("{:o}", bits); break;
        case 'u': digits = fmt::format("{}", bits); break;
        case 'x': digits = fmt::format("{:x}", bits); break;
        case 'X': digits = fmt::format("{:X}", bits); break;
        default:
            digits = fmt::format("{}", value < 0 ? 0 - bits : bits);
            head = sign_of(value < 0, conversion);
    }
    // Of 0 without a digit to show nothing is shown.
    if (conversion.precision == 0 && value == 0) digits.clear();
    if (conversion.precision > static_cast<std::int64_t>(digits.size())) digits.insert(0, static_cast<std::size_t>(conversion.precision) - digits.size(), '0');
    if (conversion.alternative && conversion.letter == 'o' && !digits.starts_with('0')) digits.insert(0, "0");
    if (conversion.alternative && (conversion.letter == 'x' || conversion.letter == 'X') && value != 0) head = {'0', conversion.letter};
    return number_field(head, digits, conversion, conversion.precision < 0);
}

std::string real_field(double value, const Conversion& conversion) {
    const std::string sign = sign_of(std::signbit(value), conversion);
    if (std::isfinite(value)) return number_field(sign, real_digits(std::fabs(value), conversion), conversion, true);
    const bool capitals = conversion.letter < 'a';
    return padded_field(sign + (std::isnan(value) ? (capitals ? "NAN" : "nan") : (capitals ? "INF" : "inf")), conversion);
}

}  // namespace podium
