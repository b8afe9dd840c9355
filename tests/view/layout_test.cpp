// Text in columns: where lines are broken.

#include "sim/view/layout.hpp"

#include <catch2/catch.hpp>

namespace podium::view {

using Lines = std::vector<std::string>;

TEST_CASE("layout: lines are broken at blanks, a longer word where it must be") {
    CHECK(wrapped("one two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped("abcdefgh ij", 4) == Lines{"abcd", "efgh", "ij"});
    CHECK(wrapped("", 4) == Lines{""});
    CHECK(wrapped("one two three", 0) == Lines{"one two three"});
}

TEST_CASE("layout: a text keeps its own lines, at any width") {
    CHECK(wrapped("NAME  STATUS\n\n  web  up\n", 0) == Lines{"NAME  STATUS", "", "  web  up", ""});
    CHECK(wrapped("one two\nthree four", 5) == Lines{"one", "two", "three", "four"});
    CHECK(wrapped("one\n  two three", 8) == Lines{"one", "  two", "three"});
}

}  // namespace podium::view
