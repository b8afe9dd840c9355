// Conversions of printf. What is expected is what C's printf makes.

#include <cmath>

#include <catch2/catch.hpp>

#include "sim/base/conversion.hpp"

using namespace podium;

namespace {

Conversion read(std::string_view format) {
    std::size_t at = 0;
    return read_conversion(format, at, [] { return std::int64_t{-7}; });
}

}  // namespace

TEST_CASE("conversion: flags, width, precision and a letter are read, and what follows is left") {
    std::size_t at = 1;
    const Conversion all = read_conversion("%-+ 0#12.3ldx", at, [] { return std::int64_t{0}; });
    CHECK(at == 12);
    CHECK((all.left && all.plus && all.space && all.zero && all.alternative));
    CHECK(all.width == 12);
    CHECK(all.precision == 3);
    CHECK(all.letter == 'd');
    const Conversion stars = read("*.*f");
    CHECK((stars.left && stars.width == 7 && stars.precision == -7));
    CHECK(read("").letter == '\0');
    CHECK(read("5.s").precision == 0);
    CHECK_FALSE(read("10000d").too_wide());
    CHECK(read("10001d").too_wide());
    CHECK(read("99999999999999999999.5d").too_wide());
    CHECK(read(".10001f").too_wide());
}

TEST_CASE("conversion: fields are those of C") {
    CHECK(whole_field(255, read("#06x")) == "0x00ff");
    CHECK(whole_field(255, read("-#8X")) == "0XFF    ");
    CHECK(whole_field(8, read("#.4o")) == "0010");
    CHECK(whole_field(0, read("#x")) == "0");
    CHECK(whole_field(0, read("5.0d")) == "     ");
    CHECK(whole_field(-7, read("05d")) == "-0007");
    CHECK(whole_field(-7, read("-05d")) == "-7   ");
    CHECK(whole_field(5, read("+06.3d")) == "  +005");
    CHECK(whole_field(-1, read("u")) == "18446744073709551615");
    CHECK(whole_field(INT64_MIN, read("d")) == "-9223372036854775808");
    CHECK(real_field(3.14159, read("08.3f")) == "0003.142");
    CHECK(real_field(-1.5, read("08f")) == "-1.500000");
    CHECK(real_field(1, read(" .1e")) == " 1.0e+00");
    CHECK(real_field(3, read("#.0f")) == "3.");
    CHECK(real_field(-HUGE_VAL, read("08f")) == "    -inf");
    CHECK(real_field(HUGE_VAL, read("G")) == "INF");
    CHECK(text_field("abcdef", read("5.2s")) == "   ab");
    CHECK(text_field("ab", read("-5s")) == "ab   ");
}
