#include <catch2/catch.hpp>

#include "sim/base/printable.hpp"

namespace podium {

TEST_CASE("printable: what is text stays as it is") {
    CHECK(printable("") == "");
    CHECK(printable("a line\n\tand ümläuts, 漢字, “quotes” …") == "a line\n\tand ümläuts, 漢字, “quotes” …");
}

TEST_CASE("printable: what would steer a terminal is shown") {
    CHECK(printable("\x1b[2J") == "\\x1b[2J");
    CHECK(printable(std::string_view("a\0b\r\a\x7f", 6)) == "a\\x00b\\x0d\\x07\\x7f");
    CHECK(printable("\xc2\x9b" "2J \xc2\xa0") == "\\u009b2J \xc2\xa0");
    CHECK(printable("\xe2\x80\xae" "x" "\xe2\x81\xa6") == "\\u202ex\\u2066");
    CHECK(first_control("ab\x1b") == 2);
    CHECK(first_control("ab") == std::string_view::npos);
}

TEST_CASE("printable: half a character at the end is no control character") {
    CHECK(printable("\xc2") == "\xc2");
    CHECK(printable("\xe2\x80") == "\xe2\x80");
}
}  // namespace podium
