#pragma once

// A conversion of C's printf, "%-08.3f": how it is read from a format, and what it makes of a value (ISO C17, 7.21.6.1). The shells' printf
// and awk's have it from here; which letters they know, and what they make of an argument, is theirs.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace podium {

/// Of a field, and of the digits of a precision.
inline constexpr std::int64_t kWidestConversion = 10'000;

struct Conversion {
    bool left = false;         ///< -
    bool zero = false;         ///< 0
    bool plus = false;         ///< +
    bool space = false;        ///< a blank
    bool alternative = false;  ///< #
    bool grouped = false;      ///< ', POSIX's: the C locale has no groups of digits. Who doesn't know it refuses it.
    std::int64_t width = 0;
    std::int64_t precision = -1;  ///< Less than 0: none was given.
    char letter = '\0';           ///< As it is written, be it a conversion or none; '\0' where the format ends.

    /// Beyond kWidestConversion: whoever has read it refuses it.
    [[nodiscard]] bool too_wide() const { return width > kWidestConversion || precision > kWidestConversion; }
};

/// Reads what comes after a %, and leaves `at` behind the letter. `star` gives the argument that a * takes.
Conversion read_conversion(std::string_view format, std::size_t& at, const std::function<std::int64_t()>& star);

/// Filled up to the width.
std::string padded_field(std::string_view text, const Conversion& conversion);
/// %s: cut to the precision, and filled up.
std::string text_field(std::string_view text, const Conversion& conversion);
/// %d, %i; with %o, %u, %x and %X the value's 64 bits are a number without a sign.
std::string whole_field(std::int64_t value, const Conversion& conversion);
/// %e, %f, %g, or in capitals.
std::string real_field(double value, const Conversion& conversion);

}  // namespace podium
