#include <fmt/format.h>

#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

// cp and mv. Content is copied from tree to tree, so that what was only counted stays counted.

namespace podium::programs::small {
namespace {

/// Copies one file's node; the directory it goes to exists.
Errno copy_file(Tool& tool, const std::string& from, const std::string& to) {
    model::World& world = tool.context.world();
    const model::HostId host = tool.context.row().host;
    const model::ContainerId container = tool.context.row().container;
    model::FileNode scratch;
    const model::FileNode* node =
        model::view_file(world, host, container, tool.context.absolute_path(from), scratch);
    if (node == nullptr) return Errno::NoEntry;
    const model::FileNode copy = *node;
    int descriptor = -1;
    if (const Errno error = tool.system.open(to, shell::OpenMode::Write, descriptor);
        error != Errno::None)
        return error;
    Errno error = tool.system.write(descriptor, copy.content);
    if (error == Errno::None && copy.extra_bytes > 0)
        error = tool.context.write_zeros(descriptor, copy.extra_bytes);
    tool.system.close(descriptor);
    if (error == Errno::None && copy.mode != 0644) error = tool.context.change_mode(to, copy.mode);
    return error;
}

/// A copy of a directory: the operand it began with, and the directory that was made for it, which must not be copied again
/// when it lies within.
struct Whole {
    std::string operand;
    std::string target;
};

bool copy(Tool& tool, const std::string& from, const std::string& to, bool recursive, Whole whole = {}) {
    const shell::FileInfo info = tool.system.stat(from);
    if (!info.exists) {
        tool.complain(
            tool.gnu ? fmt::format("cannot stat '{}'", from) : fmt::format("can't stat '{}'", from),
            Errno::NoEntry);
        return false;
    }
    if (!info.is_directory) {
        const Errno error = copy_file(tool, from, to);
        if (error == Errno::None) return true;
        tool.complain(tool.gnu ? fmt::format("cannot create regular file '{}'", to)
                               : fmt::format("can't create '{}'", to),
                      error);
        return false;
    }
    if (!recursive) {
        tool.complain(tool.gnu ? fmt::format("-r not specified; omitting directory '{}'", from)
                               : fmt::format("omitting directory '{}'", from));
        return false;
    }
    if (!whole.target.empty() && tool.context.absolute_path(from) == tool.context.absolute_path(whole.target)) {
        tool.complain(tool.gnu ? fmt::format("cannot copy a directory, '{}', into itself, '{}'", whole.operand, whole.target)
                               : fmt::format("recursion detected, omitting directory '{}'", from));
        return false;
    }
    if (!tool.system.stat(to).exists) {
        if (const Errno error = tool.system.make_directory(to, false); error != Errno::None) {
            tool.complain(tool.gnu ? fmt::format("cannot create directory '{}'", to)
                                   : fmt::format("can't create directory '{}'", to),
                          error);
            return false;
        }
    }
    if (whole.target.empty()) whole = {from, to};
    std::vector<std::string> names;
    tool.system.list(from, names);
    bool done = true;
    for (const std::string& name : names)
        done = copy(tool, path_below(from, name), path_below(to, name), true, whole) && done;
    return done;
}

bool move(Tool& tool, const std::string& from, const std::string& to) {
    const Errno error = tool.system.rename(from, to);
    if (error == Errno::None) return true;
    if (error == Errno::NoEntry && !tool.system.stat(from).exists) {
        tool.complain(tool.gnu ? fmt::format("cannot stat '{}'", from)
                               : fmt::format("can't rename '{}'", from),
                      error);
    } else if (error == Errno::Invalid && tool.gnu) {
        tool.complain(fmt::format("cannot move '{}' to a subdirectory of itself, '{}'", from, to));
    } else {
        tool.complain(tool.gnu ? fmt::format("cannot move '{}' to '{}'", from, to)
                               : fmt::format("can't rename '{}'", from),
                      error);
    }
    return false;
}

/// Where an operand goes within a directory: below it under its own name, and "folder/." or ".."
/// into it, as what is in the folder is meant.
std::string place_within(const Tool& tool, const std::string& target, std::string operand) {
    while (operand.size() > 1 && operand.ends_with('/'))
        operand.pop_back();
    const std::string name = base_name(operand);
    if (name == "." || name == "..") return target;
    return path_below(target, base_name(tool.context.absolute_path(operand)));
}

/// The shared part: the last operand is where the others go.
template <class Action>
int to_target(Tool& tool, const std::vector<std::string>& operands, Action action) {
    if (operands.empty()) return tool.missing_operand("SOURCE... DEST");
    if (operands.size() == 1) {
        if (!tool.gnu) return tool.missing_operand("SOURCE... DEST");
        tool.complain(fmt::format("missing destination file operand after '{}'", operands.front()));
        return 1;
    }
    const std::string& target = operands.back();
    const bool into = tool.system.stat(target).is_directory;
    if (operands.size() > 2 && !into) {
        tool.complain(tool.gnu ? fmt::format("target '{}' is not a directory", target)
                               : fmt::format("target '{}' is not a directory", target));
        return 1;
    }
    int status = 0;
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
        const std::string to = into ? place_within(tool, target, operands[i]) : target;
        if (tool.context.absolute_path(to) == tool.context.absolute_path(operands[i])) {
            tool.complain(fmt::format("'{}' and '{}' are the same file", operands[i], to));
            status = 1;
        } else if (!action(operands[i], to)) {
            status = 1;
        }
    }
    return status;
}

}  // namespace

int run_cp(Tool& tool) {
    const auto options =
        tool.options({"rRafpv",
                      {{"recursive", 'r'}, {"archive", 'a'}, {"force", 'f'}, {"verbose", 'v'}},
                      "bdiHlLnPsStTuxZ"});
    if (!options) return 1;
    const bool recursive = options->has('r') || options->has('R') || options->has('a');
    return to_target(tool, options->operands, [&](const std::string& from, const std::string& to) {
        const bool done = copy(tool, from, to, recursive);
        if (done && options->has('v')) tool.print(fmt::format("'{}' -> '{}'\n", from, to));
        return done;
    });
}

int run_mv(Tool& tool) {
    const auto options = tool.options({"fv", {{"force", 'f'}, {"verbose", 'v'}}, "bintSTuZ"});
    if (!options) return 1;
    return to_target(tool, options->operands, [&](const std::string& from, const std::string& to) {
        const bool done = move(tool, from, to);
        if (done && options->has('v')) tool.print(fmt::format("renamed '{}' -> '{}'\n", from, to));
        return done;
    });
}

}  // namespace podium::programs::small
