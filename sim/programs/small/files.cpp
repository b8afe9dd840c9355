#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/small/programs.hpp"

// touch, mkdir, rmdir, rm, chmod: what changes files without a look at their content.

namespace podium::programs::small {
namespace {

/// The sentences of a failed removal, making and so on: GNU quotes, busybox says "can't".
std::string refusal(const Tool& tool,
                    std::string_view gnu_verb,
                    std::string_view busybox_verb,
                    const std::string& path) {
    return tool.gnu ? fmt::format("{} '{}'", gnu_verb, path)
                    : fmt::format("{} '{}'", busybox_verb, path);
}

bool remove_one(Tool& tool, const std::string& path, bool recursive, bool force) {
    const shell::FileInfo info = tool.system.stat(path);
    if (!info.exists) {
        if (!force)
            tool.complain(refusal(tool, "cannot remove", "can't remove", path), Errno::NoEntry);
        return force;
    }
    if (info.is_directory && !recursive) {
        if (tool.gnu) {
            tool.complain(fmt::format("cannot remove '{}'", path), Errno::IsDirectory);
        } else {
            tool.complain(fmt::format("'{}' is a directory", path));
        }
        return false;
    }
    const Errno error = tool.system.remove(path, recursive);
    if (error == Errno::None) return true;
    if (error == Errno::ResourceBusy) {
        // What is in a mount goes; the mount itself stays, and is complained of.
        std::vector<std::string> names;
        tool.system.list(path, names);
        for (const std::string& name : names)
            remove_one(tool, path_below(path, name), true, force);
    }
    tool.complain(refusal(tool, "cannot remove", "can't remove", path), error);
    return false;
}

/// Applies "u+x,go-w" or "755" to a mode; nothing when it is neither.
std::optional<int> change_mode(const std::string& text, int mode) {
    if (!text.empty() && text.find_first_not_of("01234567") == std::string::npos &&
        text.size() <= 4) {
        int value = 0;
        for (const char c : text)
            value = value * 8 + (c - '0');
        return value;
    }
    for (const std::string& clause : split(text, ',')) {
        std::size_t i = 0;
        int who = 0;
        for (; i < clause.size(); ++i) {
            if (clause[i] == 'u')
                who |= 0700;
            else if (clause[i] == 'g')
                who |= 0070;
            else if (clause[i] == 'o')
                who |= 0007;
            else if (clause[i] == 'a')
                who |= 0777;
            else
                break;
        }
        if (who == 0) who = 0777;
        if (i >= clause.size()) return std::nullopt;
        const char sign = clause[i++];
        int bits = 0;
        for (; i < clause.size(); ++i) {
            if (clause[i] == 'r')
                bits |= 0444;
            else if (clause[i] == 'w')
                bits |= 0222;
            else if (clause[i] == 'x')
                bits |= 0111;
            else
                return std::nullopt;
        }
        bits &= who;
        if (sign == '+')
            mode |= bits;
        else if (sign == '-')
            mode &= ~bits;
        else if (sign == '=')
            mode = (mode & ~who) | bits;
        else
            return std::nullopt;
    }
    return mode;
}

bool chmod_one(Tool& tool, const std::string& path, const std::string& mode_text, bool recursive) {
    const shell::FileInfo info = tool.system.stat(path);
    const std::optional<int> mode = change_mode(mode_text, info.mode);
    if (!mode) {
        tool.complain(fmt::format("invalid mode{} '{}'", tool.gnu ? ":" : "", mode_text));
        return false;
    }
    const Errno error = tool.context.change_mode(path, *mode);
    if (error != Errno::None) {
        tool.complain(tool.gnu ? fmt::format("cannot access '{}'", path) : path, error);
        return false;
    }
    bool done = true;
    if (recursive && info.is_directory) {
        std::vector<std::string> names;
        tool.system.list(path, names);
        for (const std::string& name : names)
            done = chmod_one(tool, path_below(path, name), mode_text, true) && done;
    }
    return done;
}

}  // namespace

int run_touch(Tool& tool) {
    const auto options = tool.options({"cam", {{"no-create", 'c'}}, "drt"});
    if (!options) return 1;
    if (options->operands.empty()) {
        if (tool.gnu) {
            tool.complain("missing file operand");
            return 1;
        }
        return tool.missing_operand("[-c] FILE...");
    }
    int status = 0;
    for (const std::string& path : options->operands) {
        if (options->has('c') && !tool.system.stat(path).exists) continue;
        const Errno error = tool.context.touch(path);
        if (error == Errno::None) continue;
        tool.complain(tool.gnu ? fmt::format("cannot touch '{}'", path) : path, error);
        status = 1;
    }
    return status;
}

namespace {

/// Linux's PATH_MAX and NAME_MAX.
bool is_too_long(const std::string& path) {
    constexpr std::size_t kMostOfPath = 4095;
    constexpr std::size_t kMostOfName = 255;
    if (path.size() > kMostOfPath) return true;
    const std::vector<std::string> names = split(path, '/');
    return std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.size() > kMostOfName; });
}

}  // namespace

int run_mkdir(Tool& tool) {
    const auto options =
        tool.options({"pm:v", {{"parents", 'p'}, {"mode", 'm'}, {"verbose", 'v'}}, "Z"});
    if (!options) return 1;
    if (options->operands.empty()) return tool.missing_operand("[-m MODE] [-p] DIRECTORY...");
    int status = 0;
    for (const std::string& path : options->operands) {
        if (is_too_long(tool.context.absolute_path(path))) {
            tool.complain(fmt::format("{}: File name too long", refusal(tool, "cannot create directory", "can't create directory", path)));
            status = 1;
            continue;
        }
        Errno error = tool.system.make_directory(path, options->has('p'));
        if (error == Errno::None && options->has('m')) {
            const std::optional<int> mode = change_mode(options->value('m'), 0755);
            error = mode ? tool.context.change_mode(path, *mode) : Errno::Invalid;
        }
        if (error == Errno::None) {
            if (options->has('v')) tool.print(fmt::format("mkdir: created directory '{}'\n", path));
            continue;
        }
        tool.complain(refusal(tool, "cannot create directory", "can't create directory", path),
                      error);
        status = 1;
    }
    return status;
}

int run_rmdir(Tool& tool) {
    const auto options = tool.options({"", {}, "p"});
    if (!options) return 1;
    if (options->operands.empty()) return tool.missing_operand("DIRECTORY...");
    int status = 0;
    for (const std::string& path : options->operands) {
        const shell::FileInfo info = tool.system.stat(path);
        Errno error = info.exists && !info.is_directory ? Errno::NotDirectory : Errno::None;
        if (error == Errno::None) error = tool.system.remove(path, false);
        if (error == Errno::None) continue;
        tool.complain(
            tool.gnu ? fmt::format("failed to remove '{}'", path) : fmt::format("'{}'", path),
            error);
        status = 1;
    }
    return status;
}

int run_rm(Tool& tool) {
    const auto options =
        tool.options({"rRfv", {{"recursive", 'r'}, {"force", 'f'}, {"verbose", 'v'}}, "dI"});
    if (!options) return 1;
    const bool force = options->has('f');
    const bool recursive = options->has('r') || options->has('R');
    if (options->operands.empty()) return force ? 0 : tool.missing_operand("[-rf] FILE...");
    int status = 0;
    for (const std::string& path : options->operands) {
        const std::string last = base_name(path);
        if (last == "." || last == "..") {
            tool.complain(
                tool.gnu
                    ? fmt::format("refusing to remove '.' or '..' directory: skipping '{}'", path)
                    : "can't remove '.' or '..'");
            status = 1;
            continue;
        }
        if (recursive && tool.context.absolute_path(path) == "/") {
            tool.complain("it is dangerous to operate recursively on '/'");
            status = 1;
            continue;
        }
        if (!remove_one(tool, path, recursive, force)) {
            status = 1;
        } else if (options->has('v') && !tool.system.stat(path).exists) {
            tool.print(fmt::format("removed '{}'\n", path));
        }
    }
    return status;
}

int run_chmod(Tool& tool) {
    // A mode like "-x" is no option.
    std::vector<std::string> words;
    bool recursive = false;
    for (std::size_t i = 1; i < tool.argv().size(); ++i) {
        if (tool.argv()[i] == "-R" || tool.argv()[i] == "--recursive") {
            recursive = true;
        } else {
            words.push_back(tool.argv()[i]);
        }
    }
    if (words.size() < 2) return tool.missing_operand("[-R] MODE FILE...");
    int status = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (!chmod_one(tool, words[i], words.front(), recursive)) status = 1;
    }
    return status;
}

}  // namespace podium::programs::small
