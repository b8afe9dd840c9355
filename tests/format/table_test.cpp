#include "sim/programs/format/table.hpp"

#include <catch2/catch.hpp>

using namespace podium::format;

TEST_CASE("table: columns are ten wide at least and three blanks apart") {
    CHECK(align_columns("DRIVER\tVOLUME NAME\nlocal\tollama\nlocal\tvol1\n") ==
          "DRIVER    VOLUME NAME\n"
          "local     ollama\n"
          "local     vol1\n");
    CHECK(align_columns("NETWORK ID\tNAME\tDRIVER\tSCOPE\n677c74bca703\tbridge\tbridge\tlocal\n") ==
          "NETWORK ID     NAME      DRIVER    SCOPE\n"
          "677c74bca703   bridge    bridge    local\n");
}

TEST_CASE("table: an empty last cell leaves the padding before it") {
    CHECK(align_columns("ID\tPORTS\tERROR\nmcy9tan1xnfd\t\t\n") ==
          "ID             PORTS     ERROR\n"
          "mcy9tan1xnfd             \n");
}

TEST_CASE("table: a line with fewer cells ends the columns it does not have") {
    CHECK(align_columns("a\tb\tc\nx\nlooooooooooong\tb\tc\n") ==
          "a         b         c\n"
          "x\n"
          "looooooooooong   b         c\n");
}

TEST_CASE("table: wide letters take two columns, and the last line needs no line end") {
    CHECK(align_columns("日本\tb\nabcd\tb") == "日本      b\nabcd      b");
    CHECK(align_columns("").empty());
    CHECK(align_columns("UID\tPID\nroot\t1\n", kWideStops) ==
          "UID                 PID\nroot                1\n");
}
