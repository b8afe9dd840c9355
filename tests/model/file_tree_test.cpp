#include "sim/model/file_tree.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/model/process.hpp"

using namespace podium;
using namespace podium::model;

TEST_CASE("file tree: what is below a directory is told from names that only begin like it") {
    FileTree tree;
    tree.write("/a-b", "1", {});
    tree.write("/a/x", "22", {});
    tree.write("/a/y/z", "333", {});
    tree.write("/ab", "4444", {});
    tree.write("/a\xc3\xa9/f", "55555", {});
    CHECK(tree.list("/") == std::vector<std::string>{"a", "a-b", "ab", "a\xc3\xa9"});
    CHECK(tree.list("/a") == std::vector<std::string>{"x", "y"});
    CHECK(tree.is_directory("/"));
    CHECK(tree.is_directory("/a"));
    CHECK(tree.is_directory("/a/y"));
    CHECK_FALSE(tree.is_directory("/a-b"));
    CHECK_FALSE(tree.is_directory("/a/x"));
    CHECK_FALSE(tree.is_directory("/a/nothing"));
    CHECK(tree.size_bytes() == 15);
    CHECK(tree.remove("/a") == 5);
    CHECK_FALSE(tree.is_directory("/a"));
    CHECK(tree.list("/") == std::vector<std::string>{"a-b", "ab", "a\xc3\xa9"});
    CHECK(tree.remove("/") == 10);
    CHECK(tree.nodes().empty());

    CHECK(is_path_below("/a/x", "/a"));
    CHECK(is_path_below("/a", "/"));
    CHECK_FALSE(is_path_below("/a", "/a"));
    CHECK_FALSE(is_path_below("/a-b", "/a"));
    CHECK_FALSE(is_path_below("/", "/a"));
    CHECK_FALSE(is_path_below("/", "/"));
}

TEST_CASE("file tree: a tree knows a directory by what is below it alone") {
    FileTree from;
    from.write("/data/one", "1", {});
    FileTree tree;
    tree.put("/data/one", *from.find("/data/one"));
    CHECK(tree.find("/data") == nullptr);
    CHECK(tree.is_directory("/data"));
    CHECK_FALSE(tree.is_directory("/dat"));
}

TEST_CASE("file tree: a path is cleaned in the folder it is read in") {
    CHECK(clean_path("/", "") == "/");
    CHECK(clean_path("/srv", "") == "/srv");
    CHECK(clean_path("/srv", "a") == "/srv/a");
    CHECK(clean_path("srv//./x/", "a//b/./") == "/srv/x/a/b");
    CHECK(clean_path("/srv", "/etc/../etc/passwd") == "/etc/passwd");
    CHECK(clean_path("/srv/www", "../../../..") == "/");
    CHECK(clean_path("/srv", "../.hidden/..x") == "/.hidden/..x");
    CHECK(clean_path("", "..") == "/");
}
