#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace podium::tidy {
namespace {

bool is_under(std::string_view path, std::string_view folders) {
    // `folders` is a list with spaces; the empty list is everywhere.
    if (folders.empty()) {
        return true;
    }
    while (!folders.empty()) {
        const auto end = std::min(folders.find(' '), folders.size());
        const auto folder = folders.substr(0, end);
        if (path.starts_with(folder) && (folder.ends_with('/') || path.size() > folder.size())) {
            return true;
        }
        folders.remove_prefix(std::min(end + 1, folders.size()));
    }
    return false;
}

/// A library: how its headers begin, and where they may stand.
struct Library {
    std::string_view prefix;
    std::string_view folders;  ///< Beginnings of paths, with spaces between; empty: everywhere.
    bool only_cpp = false;     ///< Too heavy for a header.
    std::string_view advice;
};

/// The first row that fits counts.
constexpr std::array kLibraries = {
    Library{"fmt/", "", false, ""},
    Library{"catch2/", "tests/", false, "only tests know the test library"},
    Library{"nlohmann/json_fwd.hpp", "", false, ""},
    Library{"nlohmann/",
            "",
            true,
            "include <nlohmann/json_fwd.hpp> in the header and the rest in the .cpp"},
    Library{"yaml-cpp/",
            "sim/model/ sim/programs/ sim/orch/ sim/lab/cluster_file lessons/ tests/",
            true,
            "YAML is read in the .cpp files that parse specifications"},
    Library{"CLI/", "ui/cli/ ui/desktop/main", true, "arguments are parsed in ui/cli, and in the window's own main file"},
    Library{"histedit.h", "ui/terminal/", true, "line editing belongs to ui/terminal"},
    Library{"boost/container/", "", false, ""},
    Library{"boost/graph/",
            "sim/model/network sim/model/route",
            true,
            "the graph stays in the network's .cpp under sim/model"},
    Library{"boost/property_map/",
            "sim/model/network sim/model/route",
            true,
            "the graph stays in the network's .cpp under sim/model"},
    Library{"boost/asio", "ui/api/ tests/api/", true, "sockets belong to ui/api"},
    Library{"boost/beast", "ui/api/ tests/api/", true, "HTTP belongs to ui/api"},
    Library{"lua", "scripting/ tests/scripting/", true, "Lua stays in scripting"},
    Library{"lauxlib.h", "scripting/ tests/scripting/", true, "Lua stays in scripting"},
    Library{"md4c", "lessons/", true, "Markdown is read in lessons"},
    Library{"SFML/", "ui/desktop/ tests/desktop/", false, "SFML stays in ui/desktop"},
    Library{"imgui", "ui/desktop/ tests/desktop/", false, "ImGui stays in ui/desktop"},
    Library{"backends/imgui", "ui/desktop/ tests/desktop/", false, "ImGui stays in ui/desktop"},
    Library{"stb_image", "ui/desktop/window/ tests/desktop/", true, "pictures are read and written in ui/desktop/window"},
    Library{"GL/", "ui/desktop/ tests/desktop/", false, "OpenGL stays in ui/desktop"},
    Library{"EGL/", "ui/desktop/ tests/desktop/", false, "EGL stays in ui/desktop"},
    Library{"cxxabi.h", "", true, ""},
};

/// Headers of the operating system: front ends and tests only.
constexpr std::array<std::string_view, 19> kSystemHeaders = {"unistd.h",
                                                             "fcntl.h",
                                                             "termios.h",
                                                             "poll.h",
                                                             "pty.h",
                                                             "pwd.h",
                                                             "dirent.h",
                                                             "signal.h",
                                                             "time.h",
                                                             "dlfcn.h",
                                                             "netdb.h",
                                                             "locale.h",
                                                             "pthread.h",
                                                             "sys/",
                                                             "netinet/",
                                                             "arpa/",
                                                             "linux/",
                                                             "spawn.h",
                                                             "malloc.h"};

bool is_system_header(std::string_view name) {
    return std::any_of(
        kSystemHeaders.begin(), kSystemHeaders.end(), [name](std::string_view header) {
            return header.ends_with('/') ? name.starts_with(header) : name == header;
        });
}

/// What must not stand in the code of sim, scripting and lessons, and what to use.
struct Forbidden {
    std::string_view word;
    std::string_view folders;
    std::string_view advice;
};

constexpr std::string_view kCore = "sim/ scripting/ lessons/";
constexpr std::string_view kNoUnordered =
    "its order differs between libraries; use std::map, a sorted vector or a slot map";
constexpr std::string_view kNoRandom =
    "results differ between libraries; draw from sim/base/random.hpp";
constexpr std::string_view kNoClock =
    "simulated time is podium::Time; the wall clock belongs to a front end's pacer";
constexpr std::string_view kNoThread = "a run is one thread's; a front end supplies the executor";
constexpr std::string_view kNoFile =
    "files come through podium::FileReader, which the front end supplies";
constexpr std::string_view kNoLibm =
    "libraries round differently; compute in integers or with a table";
constexpr std::string_view kNoAddress = "addresses differ from run to run; compare and print ids";

constexpr std::array kForbiddenHeaders = {
    Forbidden{"unordered_map", "sim/", kNoUnordered},
    Forbidden{"unordered_set", "sim/", kNoUnordered},
    Forbidden{"random", kCore, kNoRandom},
    Forbidden{"chrono", kCore, kNoClock},
    Forbidden{"ctime", kCore, kNoClock},
    Forbidden{"thread", kCore, kNoThread},
    Forbidden{"mutex", kCore, kNoThread},
    Forbidden{"shared_mutex", kCore, kNoThread},
    Forbidden{"condition_variable", kCore, kNoThread},
    Forbidden{"future", kCore, kNoThread},
    Forbidden{"semaphore", kCore, kNoThread},
    Forbidden{"stop_token", kCore, kNoThread},
    Forbidden{"coroutine", kCore, "simulated work is plain data that can be copied"},
    Forbidden{"fstream", kCore, kNoFile},
    Forbidden{"filesystem", kCore, kNoFile},
    Forbidden{"iostream", kCore, "return text; front ends print it"},
};

constexpr std::array kForbiddenWords = {
    Forbidden{"unordered_map", "sim/", kNoUnordered},
    Forbidden{"unordered_set", "sim/", kNoUnordered},
    Forbidden{"unordered_multimap", "sim/", kNoUnordered},
    Forbidden{"unordered_multiset", "sim/", kNoUnordered},
    Forbidden{"mt19937", kCore, kNoRandom},
    Forbidden{"mt19937_64", kCore, kNoRandom},
    Forbidden{"random_device", kCore, kNoRandom},
    Forbidden{"uniform_int_distribution", kCore, kNoRandom},
    Forbidden{"uniform_real_distribution", kCore, kNoRandom},
    Forbidden{"normal_distribution", kCore, kNoRandom},
    Forbidden{"exponential_distribution", kCore, kNoRandom},
    Forbidden{"std::shuffle", kCore, kNoRandom},
    Forbidden{"std::rand", kCore, kNoRandom},
    Forbidden{"srand", kCore, kNoRandom},
    Forbidden{
        "std::hash", "sim/", "its values differ between libraries; use sim/base/fingerprint.hpp"},
    Forbidden{"system_clock", kCore, kNoClock},
    Forbidden{"steady_clock", kCore, kNoClock},
    Forbidden{"high_resolution_clock", kCore, kNoClock},
    Forbidden{"gettimeofday", kCore, kNoClock},
    Forbidden{"clock_gettime", kCore, kNoClock},
    Forbidden{"std::time", kCore, kNoClock},
    Forbidden{"getenv", kCore, "the front end reads the environment and passes on what matters"},
    Forbidden{"std::thread", kCore, kNoThread},
    Forbidden{"std::jthread", kCore, kNoThread},
    Forbidden{"std::async", kCore, kNoThread},
    Forbidden{"fopen", kCore, kNoFile},
    Forbidden{"uintptr_t", "sim/", kNoAddress},
    Forbidden{"owner_before", "sim/", kNoAddress},
    Forbidden{"std::exp", "sim/", kNoLibm},
    Forbidden{"std::log", "sim/", kNoLibm},
    Forbidden{"std::log2", "sim/", kNoLibm},
    Forbidden{"std::log10", "sim/", kNoLibm},
    Forbidden{"std::pow", "sim/", kNoLibm},
    Forbidden{"std::sin", "sim/", kNoLibm},
    Forbidden{"std::cos", "sim/", kNoLibm},
};

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Does `word` stand in `text` with no letter, digit or '_' on either side?
bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || !is_word_character(text[at - 1])) &&
            (end == text.size() || !is_word_character(text[end]))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string Finding::text() const {
    return fmt::format("{}:{}: {}", path, line, message);
}

Findings libraries(const Source& source) {
    if (!source.is_cpp()) {
        return {};
    }
    Findings findings;
    const auto add = [&](const Include& include, std::string_view message) {
        findings.push_back(
            {source.path, include.line, fmt::format("<{}>: {}", include.name, message)});
    };
    for (const auto& include : includes_of(source)) {
        const bool is_standard = include.name.find_first_of("/.") == std::string::npos;
        if (include.quoted || is_standard) {
            continue;
        }
        if (is_system_header(include.name)) {
            if (!is_under(source.path, "ui/ tests/")) {
                add(include,
                    "a header of the operating system; only front ends and tests may use it");
            }
            continue;
        }
        const auto* library =
            std::find_if(kLibraries.begin(), kLibraries.end(), [&](const Library& row) {
                return std::string_view(include.name).starts_with(row.prefix);
            });
        if (library == kLibraries.end()) {
            add(include,
                "a library tests/tidy/rules.cpp doesn't know; add it to the table there with the "
                "room that needs it, or use what is there");
        } else if (!is_under(source.path, library->folders) ||
                   (library->only_cpp && source.is_header())) {
            add(include, library->advice);
        }
    }
    return findings;
}

Findings determinism(const Source& source) {
    if (!source.is_cpp()) {
        return {};
    }
    Findings findings;
    for (const auto& include : includes_of(source)) {
        for (const auto& row : kForbiddenHeaders) {
            if (!include.quoted && include.name == row.word && is_under(source.path, row.folders)) {
                findings.push_back(
                    {source.path, include.line, fmt::format("<{}>: {}", row.word, row.advice)});
            }
        }
    }
    int number = 0;
    for (const auto& line : source.lines) {
        ++number;
        if (line.code.starts_with('#')) {
            continue;
        }
        for (const auto& row : kForbiddenWords) {
            if (has_word(line.code, row.word) && is_under(source.path, row.folders)) {
                findings.push_back(
                    {source.path, number, fmt::format("{}: {}", row.word, row.advice)});
            }
        }
    }
    return findings;
}

Findings form(const Source& source) {
    if (!source.is_cpp()) {
        return {};
    }
    Findings findings;
    const auto count = static_cast<int>(source.lines.size());
    if (count > kMaxLines) {
        findings.push_back(
            {source.path,
             count,
             fmt::format("{} lines, more than {}; split it by concept", count, kMaxLines)});
    }
    if (source.is_header()) {
        if (source.lines.empty() || source.lines[0].text != "#pragma once") {
            findings.push_back({source.path, 1, "a header begins with #pragma once"});
        }
        const auto paragraph = std::find_if(source.lines.begin() + (source.lines.empty() ? 0 : 1),
                                            source.lines.end(),
                                            [](const Line& line) { return !line.text.empty(); });
        if (paragraph == source.lines.end() || !paragraph->text.starts_with("//")) {
            findings.push_back(
                {source.path,
                 2,
                 "a header opens with a paragraph: what this is, its invariants, who writes it"});
        }
    }
    // Spelt in two parts so that this file passes its own rule.
    static const std::array<std::string, 4> kLeftForLater = {std::string("TO") + "DO",
                                                             std::string("FIX") + "ME",
                                                             std::string("XX") + "X",
                                                             std::string("HA") + "CK"};
    int number = 0;
    for (const auto& line : source.lines) {
        ++number;
        for (const auto& word : kLeftForLater) {
            if (has_word(line.text, word)) {
                findings.push_back({source.path,
                                    number,
                                    fmt::format("{}: nothing is left for later in the tree; do it "
                                                "or refuse it with a sentence",
                                                word)});
            }
        }
    }
    return findings;
}

Findings machine_paths(const Source& source) {
    // In two parts for the same reason.
    const std::string work = std::string("/wo") + "rk/";
    const std::string temporary = std::string("/tm") + "p/";
    // Simulated containers have a temporary folder of that name too, so it is looked for only where
    // real files are named.
    const bool names_real_files =
        is_under(source.path, ".ci/ ui/ cmake/") || source.path.find('/') == std::string::npos;
    Findings findings;
    int number = 0;
    for (const auto& line : source.lines) {
        ++number;
        if (line.text.find(work) != std::string::npos) {
            findings.push_back({source.path,
                                number,
                                fmt::format("{} is a place of one machine; use a path from the "
                                            "tree or an environment variable",
                                            work)});
        }
        if (names_real_files && line.text.find(temporary) != std::string::npos) {
            findings.push_back(
                {source.path,
                 number,
                 fmt::format("{} is not everybody's; use TMPDIR or the build folder", temporary)});
        }
    }
    return findings;
}

Findings quoted_includes(const Source& source, const std::vector<Source>& tree) {
    if (!source.is_cpp()) {
        return {};
    }
    Findings findings;
    for (const auto& include : includes_of(source)) {
        const auto at = std::lower_bound(
            tree.begin(),
            tree.end(),
            include.name,
            [](const Source& file, const std::string& path) { return file.path < path; });
        if (include.quoted && (at == tree.end() || at->path != include.name)) {
            findings.push_back(
                {source.path,
                 include.line,
                 fmt::format("\"{}\" is no file of the tree; write its path from the root",
                             include.name)});
        }
    }
    return findings;
}

}  // namespace podium::tidy
