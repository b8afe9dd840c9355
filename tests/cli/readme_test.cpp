// What README.md shows of the program's output is what the program prints.

#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"
#include "tests/source_directory.hpp"

namespace podium::cli::testing {
namespace {

using Shown = std::vector<std::string>;

Shown lines_in(const std::string& text) {
    Shown out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

Shown readme() {
    std::ifstream in(test::source_directory() + "/README.md");
    std::ostringstream text;
    text << in.rdbuf();
    return lines_in(text.str());
}

// The fenced block that has a line beginning so.
Shown block_with(const std::string& beginning) {
    Shown block;
    bool within = false;
    bool wanted = false;
    for (const std::string& line : readme()) {
        if (line.starts_with("```")) {
            if (wanted) return block;
            within = !within;
            block.clear();
            continue;
        }
        if (!within) continue;
        block.push_back(line);
        wanted = wanted || line.starts_with(beginning);
    }
    return {};
}

// The stretches between lines "..." stand in what was printed, in this order, the first at its beginning.
void check_shown(const Shown& block, const std::string& printed) {
    const Shown lines = lines_in(printed);
    REQUIRE(!block.empty());
    auto from = lines.begin();
    auto begin = block.begin();
    while (begin != block.end()) {
        const auto end = std::find(begin, block.end(), "...");
        INFO("README.md does not show what is printed, from this line on: " << *begin);
        const auto found = std::search(from, lines.end(), begin, end);
        REQUIRE(found != lines.end());
        if (begin == block.begin()) CHECK(found == lines.begin());
        from = found + (end - begin);
        begin = end == block.end() ? end : end + 1;
    }
}

// The words of a command as a shell takes them apart; README's have no quotes.
std::vector<std::string> words_behind_podium(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word);
    REQUIRE(words.size() > 1);
    REQUIRE(words.front() == "podium");
    return {words.begin() + 1, words.end()};
}

}  // namespace

TEST_CASE("README: its first screen has real output and the two commands") {
    const Shown lines = readme();
    const auto command = std::find_if(
        lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("./run test"); });
    CHECK(command - lines.begin() < 30);
    const Folder folder("readme");
    check_shown(block_with("A workshop project"), run_podium(folder, {"--text"}).out);
}

TEST_CASE("README: the comparison it shows is what its command prints, with the same faults for all") {
    const Folder folder("readme_compare");
    const Shown command = block_with("podium compare restart/policies");
    REQUIRE(command.size() == 1);
    const std::string printed = run_podium(folder, words_behind_podium(command.front())).out;
    check_shown(block_with("restart/policies: 4 variants"), printed);
    CHECK(printed.find("Not all variants had the same faults") == std::string::npos);
}

}  // namespace podium::cli::testing
