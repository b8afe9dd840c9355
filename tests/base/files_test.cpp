#include <catch2/catch.hpp>

#include "sim/base/files.hpp"

using namespace podium;

TEST_CASE("a path is cleaned of dots, doubled slashes and what is left again") {
    CHECK(clean_path("") == ".");
    CHECK(clean_path(".") == ".");
    CHECK(clean_path("a") == "a");
    CHECK(clean_path("a/./b/../c") == "a/c");
    CHECK(clean_path("a//b/") == "a/b");
    CHECK(clean_path("./a/..") == ".");
    CHECK(clean_path("../a") == "../a");
    CHECK(clean_path("a/../../b") == "../b");
    CHECK(clean_path("../../a/..") == "../..");
    CHECK(clean_path("/") == "/");
    CHECK(clean_path("/..") == "/");
    CHECK(clean_path("/../a/../b") == "/b");
}

TEST_CASE("a relative path is resolved in a directory, an absolute one is not") {
    CHECK(resolve_path("project", "compose.yaml") == "project/compose.yaml");
    CHECK(resolve_path("project", "../shared/base.yaml") == "shared/base.yaml");
    CHECK(resolve_path("/project", "./a") == "/project/a");
    CHECK(resolve_path("project", "/etc/hosts") == "/etc/hosts");
    CHECK(resolve_path(".", "a") == "a");
    CHECK(resolve_path("", "a") == "a");
}

TEST_CASE("a path has a directory and a name") {
    CHECK(directory_of("a/b/c") == "a/b");
    CHECK(directory_of("c") == ".");
    CHECK(directory_of("/c") == "/");
    CHECK(base_name("a/b/c") == "c");
    CHECK(base_name("c") == "c");
    CHECK(base_name("a/") == "");
}
