// The table of rooms: who may include whom. A change of the architecture is a change of this table.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "tests/tidy/rules.hpp"

namespace podium::tidy {
namespace {

/// A row: a folder, and the folders its files may include besides their own and sim/base. Names end
/// at the first empty one.
struct Room {
    std::string_view folder;
    std::array<std::string_view, 12> may_include;
};

constexpr std::array kRooms = {
    Room{"sim/base", {}},
    Room{"sim/core", {}},
    Room{"sim/shell", {"sim/core"}},
    Room{"sim/model", {"sim/shell", "sim/core"}},
    Room{"sim/faults", {"sim/model", "sim/shell", "sim/core"}},
    Room{"sim/orch", {"sim/model", "sim/shell", "sim/core"}},
    Room{"sim/programs", {"sim/orch", "sim/model", "sim/shell", "sim/core"}},
    Room{"sim/view", {"sim/orch", "sim/model", "sim/core"}},
    Room{"sim/lab",
         {"sim/programs",
          "sim/faults",
          "sim/view",
          "sim/orch",
          "sim/model",
          "sim/shell",
          "sim/core"}},
    Room{"sim/conform", {"sim/lab"}},
    Room{"scripting", {"sim/lab", "sim/view"}},
    Room{"lessons", {"scripting", "sim/lab", "sim/view"}},
    Room{"ui/terminal", {"sim/lab", "sim/view"}},
    Room{"ui/api", {"sim/lab", "sim/view"}},
    Room{"ui/cli",
         {"ui/terminal", "ui/api", "sim/conform", "lessons", "scripting", "sim/lab", "sim/view"}},
    // The desktop prepares runs as the command line does.
    Room{"ui/desktop",
         {"ui/cli", "ui/terminal", "ui/api", "lessons", "scripting", "sim/lab", "sim/view"}},
};

/// Rooms above the lab know what facts are, and nothing else of sim/core.
constexpr std::array<std::string_view, 7> kAboveLab = {
    "sim/conform", "scripting", "lessons", "ui/terminal", "ui/api", "ui/cli", "ui/desktop"};

/// What scripts implement: scheduling policies.
constexpr std::string_view kPolicyInterface = "sim/orch/scheduler";

/// Folders of sim/orch that never know of each other, nor what they share of them.
constexpr std::array<std::string_view, 6> kOrchestrators = {
    "swarm", "kubernetes", "nomad", "ecs", "mesos", "consul"};

bool is_in(std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

const Room* room_of(std::string_view path) {
    const auto* room = std::find_if(
        kRooms.begin(), kRooms.end(), [path](const Room& row) { return is_in(path, row.folder); });
    return room == kRooms.end() ? nullptr : room;
}

/// The orchestrator in whose folder the file is; empty when in none.
std::string_view orchestrator_of(std::string_view path) {
    for (const auto name : kOrchestrators) {
        if (is_in(path, fmt::format("sim/orch/{}", name))) {
            return name;
        }
    }
    return {};
}

bool may_include(const Room& from, const Room& to) {
    return &from == &to || to.folder == "sim/base" ||
           std::find(from.may_include.begin(), from.may_include.end(), to.folder) !=
               from.may_include.end();
}

bool is_above_lab(const Room& room) {
    return std::find(kAboveLab.begin(), kAboveLab.end(), room.folder) != kAboveLab.end();
}

std::string allowed_list(const Room& room) {
    std::string list = "sim/base";
    for (const auto folder : room.may_include) {
        if (!folder.empty()) {
            list += fmt::format(", {}", folder);
        }
    }
    return is_above_lab(room) ? list + ", sim/core/fact.hpp" : list;
}

bool has_rooms(std::string_view path) {
    return is_in(path, "sim") || is_in(path, "ui") || is_in(path, "scripting") ||
           is_in(path, "lessons");
}

}  // namespace

Findings rooms(const Source& source) {
    if (!source.is_cpp() || !has_rooms(source.path)) {
        return {};
    }
    const Room* from = room_of(source.path);
    if (from == nullptr) {
        return {{source.path,
                 1,
                 "this file is in no room; move it into one, or add its folder to "
                 "tests/tidy/rooms.cpp"}};
    }
    Findings findings;
    for (const auto& include : includes_of(source)) {
        if (!include.quoted) {
            continue;
        }
        const Room* to = room_of(include.name);
        if (to == nullptr) {
            if (is_in(include.name, "tests")) {
                findings.push_back(
                    {source.path,
                     include.line,
                     "the program must not need its tests; move what is shared into a room"});
            }
            continue;
        }
        const auto mine = orchestrator_of(source.path);
        const auto theirs = orchestrator_of(include.name);
        if (from == to && !theirs.empty() && theirs != mine) {
            findings.push_back({source.path,
                                include.line,
                                fmt::format("\"{}\" is the folder of another orchestrator; move "
                                            "what both need to sim/orch",
                                            include.name)});
        } else if (!may_include(*from, *to) &&
                   !(is_above_lab(*from) && include.name == "sim/core/fact.hpp") &&
                   !(from->folder == "scripting" && is_in(include.name, kPolicyInterface))) {
            findings.push_back(
                {source.path,
                 include.line,
                 fmt::format("{} must not include \"{}\", only {}; ask for it through one of these",
                             from->folder,
                             include.name,
                             allowed_list(*from))});
        }
    }
    return findings;
}

}  // namespace podium::tidy
