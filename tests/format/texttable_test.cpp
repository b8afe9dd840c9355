#include "sim/programs/format/texttable.hpp"

#include <catch2/catch.hpp>

using namespace podium::format;

namespace {
const std::vector<std::string> kPs{"Name", "Command", "State", "Ports"};
}

TEST_CASE("texttable: docker-compose ps without containers is its header") {
    CHECK(*text_table(kPs, {}) ==
          "Name   Command   State   Ports\n"
          "------------------------------\n");
}

TEST_CASE("texttable: the header is centred, an odd blank goes to the right, lines end in blanks") {
    CHECK(*text_table(kPs,
                      {{"stop-nohandler_db_1", "sleep 3600", "Exit 137", ""},
                       {"stop-nohandler_web_1", "sleep 3600", "Exit 137", ""}}) ==
          "        Name            Command      State     Ports\n"
          "----------------------------------------------------\n"
          "stop-nohandler_db_1    sleep 3600   Exit 137        \n"
          "stop-nohandler_web_1   sleep 3600   Exit 137        \n");
}

TEST_CASE("texttable: a terminal squeezes the table into its width") {
    const auto table = text_table(kPs,
                                  {{"lifecycle_web_1",
                                    "sh -c trap 'exit 0' TERM;  ...",
                                    "Up",
                                    "0.0.0.0:8080->80/tcp,:::8080->80/tcp"}},
                                  80);
    REQUIRE(table);
    CHECK(*table ==
          "     Name                  Command             State             Ports          \n"
          "--------------------------------------------------------------------------------\n"
          "lifecycle_web_1   sh -c trap 'exit 0' TERM;    Up      0.0.0.0:8080-            \n"
          "                  ...                                  >80/tcp,:::8080->80/tcp  \n");
}

TEST_CASE(
    "texttable: a terminal too narrow for a letter a column is refused in texttable's words") {
    const auto table = text_table(kPs, {}, 12);
    REQUIRE_FALSE(table);
    CHECK(table.error().message == "max_width too low to render data");
}

TEST_CASE("texttable: wrapping parts words at hyphens and long words anywhere") {
    using Lines = std::vector<std::string>;
    CHECK(wrap_text("hello world", 5) == Lines{"hello", "world"});
    CHECK(wrap_text("kill-pid-restart_db_1", 10) == Lines{"kill-pid-r", "estart_db_", "1"});
    CHECK(wrap_text("abcdefghij", 4) == Lines{"abcd", "efgh", "ij"});
    CHECK(wrap_text("  lead", 10) == Lines{"  lead"});
    CHECK(wrap_text("well-known-facts", 11) == Lines{"well-known-", "facts"});
    CHECK(wrap_text("one -- two--three", 9) == Lines{"one --", "two--", "three"});
    CHECK(wrap_text("   ", 2).empty());
}
