// The rules of tests/tidy/rules.hpp held against the whole tree.

#include <catch2/catch.hpp>

#include "tests/tidy/rules.hpp"
#include "tests/source_directory.hpp"

namespace {

using podium::tidy::Findings;
using podium::tidy::Source;

const std::vector<Source>& tree() {
    static const std::vector<Source> kTree = podium::tidy::read_tree(podium::test::source_directory());
    return kTree;
}

template <class Rule>
void expect_no_findings(const Rule& rule) {
    REQUIRE(tree().size() > 20);
    for (const auto& source : tree()) {
        for (const auto& finding : rule(source)) {
            FAIL_CHECK(finding.text());
        }
    }
}

}  // namespace

TEST_CASE("tree: rooms include only what the table of rooms allows") {
    expect_no_findings(podium::tidy::rooms);
}

TEST_CASE("tree: libraries stay in the rooms that need them") {
    expect_no_findings(podium::tidy::libraries);
}

TEST_CASE("tree: nothing under sim can make two runs differ") {
    expect_no_findings(podium::tidy::determinism);
}

TEST_CASE("tree: headers open with a paragraph, files are short, nothing is left for later") {
    expect_no_findings(podium::tidy::form);
}

TEST_CASE("tree: no file names a place of one machine") {
    expect_no_findings(podium::tidy::machine_paths);
}

TEST_CASE("tree: quoted includes name files from the root") {
    expect_no_findings(
        [](const Source& source) { return podium::tidy::quoted_includes(source, tree()); });
}
