#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/shell/pattern.hpp"

namespace podium::programs::small {
namespace {

struct Test {
    std::string pattern;  ///< -name
    std::string path;     ///< -path
    char type = '\0';     ///< -type
    std::int64_t most_depth = INT32_MAX;
    std::int64_t least_depth = 0;
    bool deletes = false;
};

void visit(Tool& tool, const std::string& path, std::int64_t depth, const Test& test, int& status) {
    const shell::FileInfo info = tool.system.stat(path);
    if (info.is_directory && depth < test.most_depth) {
        // -delete works from the leaves up; otherwise a directory comes before what is in it.
        if (!test.deletes && depth >= test.least_depth)
            visit(tool, path, test.most_depth, test, status);
        std::vector<std::string> names;
        tool.system.list(path, names);
        for (const std::string& name : names)
            visit(tool, path_below(path, name), depth + 1, test, status);
        if (!test.deletes) return;
    }
    if (depth < test.least_depth) return;
    const bool fits =
        (test.pattern.empty() || shell::matches_pattern(test.pattern, base_name(path))) &&
        (test.path.empty() || shell::matches_pattern(test.path, path)) &&
        (test.type == '\0' || (test.type == 'd') == info.is_directory);
    if (!fits) return;
    if (!test.deletes) {
        tool.print(path + "\n");
    } else if (const Errno error = tool.system.remove(path, false); error != Errno::None) {
        tool.complain(fmt::format("cannot delete '{}'", path), error);
        status = 1;
    }
}

}  // namespace

int run_find(Tool& tool) {
    std::vector<std::string> paths;
    Test test;
    for (std::size_t i = 1; i < tool.argv().size(); ++i) {
        const std::string& word = tool.argv()[i];
        if (!word.starts_with('-')) {
            paths.push_back(word);
            continue;
        }
        if (word == "-print") continue;
        if (word == "-delete") {
            test.deletes = true;
            continue;
        }
        const bool known = word == "-name" || word == "-path" || word == "-type" ||
                           word == "-maxdepth" || word == "-mindepth";
        if (!known) {
            tool.complain(fmt::format("Podium does not model find's '{}'", word));
            return 1;
        }
        if (i + 1 >= tool.argv().size()) {
            tool.complain(fmt::format("missing argument to '{}'", word));
            return 1;
        }
        const std::string& value = tool.argv()[++i];
        bool fine = true;
        if (word == "-name")
            test.pattern = value;
        else if (word == "-path")
            test.path = value;
        else if (word == "-maxdepth")
            fine = parse_integer(value, test.most_depth) && test.most_depth >= 0;
        else if (word == "-mindepth")
            fine = parse_integer(value, test.least_depth) && test.least_depth >= 0;
        else
            fine = value == "f" || value == "d";
        if (word == "-type") test.type = value.empty() ? '\0' : value.front();
        if (!fine) {
            tool.complain(fmt::format("Podium does not model '{} {}'", word, value));
            return 1;
        }
    }
    if (paths.empty()) paths.emplace_back(".");
    int status = 0;
    for (const std::string& path : paths) {
        if (!tool.system.stat(path).exists) {
            tool.complain(tool.gnu ? fmt::format("'{}'", path) : path, Errno::NoEntry);
            status = 1;
            continue;
        }
        visit(tool, path, 0, test, status);
    }
    return status;
}

int run_clear(Tool& tool) {
    tool.print("\033[H\033[J");
    return 0;
}

}  // namespace podium::programs::small
