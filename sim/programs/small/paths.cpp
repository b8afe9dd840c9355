#include <fmt/format.h>

#include "sim/programs/small/programs.hpp"

// basename, dirname, pwd, readlink, mktemp, which: names of files.

namespace podium::programs::small {
namespace {

std::string without_trailing_slashes(std::string path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

std::string directory_name(const std::string& text) {
    const std::string path = without_trailing_slashes(text);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : without_trailing_slashes(path.substr(0, slash));
}

}  // namespace

int run_basename(Tool& tool) {
    const auto options = tool.options({"as:", {{"multiple", 'a'}, {"suffix", 's'}}, "z"});
    if (!options) return 1;
    if (options->operands.empty()) return tool.missing_operand("FILE [SUFFIX]");
    const bool several = options->has('a') || options->has('s');
    std::string suffix = options->value('s');
    std::size_t count = options->operands.size();
    if (!several && count > 1) {
        suffix = options->operands[1];
        count = 1;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::string path = without_trailing_slashes(options->operands[i]);
        std::string name = path == "/" ? path : base_name(path);
        if (!suffix.empty() && name.size() > suffix.size() && name.ends_with(suffix))
            name.resize(name.size() - suffix.size());
        tool.print(name + "\n");
    }
    return 0;
}

int run_dirname(Tool& tool) {
    const auto options = tool.options({"", {}, "z"});
    if (!options) return 1;
    if (options->operands.empty()) return tool.missing_operand("FILENAME");
    for (const std::string& path : options->operands)
        tool.print(directory_name(path) + "\n");
    return 0;
}

int run_pwd(Tool& tool) {
    if (!tool.options({"LP"})) return 1;
    tool.print(tool.system.working_directory() + "\n");
    return 0;
}

int run_readlink(Tool& tool) {
    const auto options = tool.options({"femn", {{"canonicalize", 'f'}}, "qsvz"});
    if (!options) return 1;
    if (options->operands.empty()) return tool.missing_operand("[-fn] FILE");
    const bool canonical = options->has('f') || options->has('e') || options->has('m');
    int status = 0;
    for (const std::string& path : options->operands) {
        // There are no symbolic links, so that without -f there is nothing to say.
        const bool there =
            options->has('m') ||
            tool.system
                .stat(options->has('f') ? directory_name(tool.context.absolute_path(path)) : path)
                .exists;
        if (!canonical || !there) {
            status = 1;
            continue;
        }
        tool.print(tool.context.absolute_path(path) + (options->has('n') ? "" : "\n"));
    }
    return status;
}

int run_mktemp(Tool& tool) {
    const auto options = tool.options(
        {"dp:uqt", {{"directory", 'd'}, {"tmpdir", 'p'}, {"dry-run", 'u'}, {"quiet", 'q'}}, ""});
    if (!options) return 1;
    std::string path = options->operands.empty() ? "tmp.XXXXXX" : options->operands.front();
    if (options->operands.empty() && tool.gnu) path = "tmp.XXXXXXXXXX";
    if (options->operands.empty() || options->has('p') || options->has('t'))
        path = path_below(options->has('p') ? options->value('p') : "/tmp", path);
    const std::size_t end = path.find_last_not_of('X');
    const std::size_t wild = path.size() - (end == std::string::npos ? 0 : end + 1);
    if (wild < (tool.gnu ? 3U : 6U)) {
        tool.complain(tool.gnu ? fmt::format("too few X's in template '{}'", path)
                               : "Invalid argument");
        return 1;
    }
    constexpr std::string_view kLetters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (std::size_t i = path.size() - wild; i < path.size(); ++i)
        path[i] = kLetters[tool.system.random() % kLetters.size()];
    Errno error = Errno::None;
    if (options->has('d')) {
        error = tool.system.make_directory(path, false);
    } else if (!options->has('u')) {
        error = tool.context.touch(path);
    }
    if (error == Errno::None && !options->has('u'))
        error = tool.context.change_mode(path, options->has('d') ? 0700 : 0600);
    if (error != Errno::None) {
        tool.complain(fmt::format("failed to create file via template '{}'", path), error);
        return 1;
    }
    tool.print(path + "\n");
    return 0;
}

int run_which(Tool& tool) {
    const auto options = tool.options({"a"});
    if (!options) return 2;
    int status = options->operands.empty() ? 1 : 0;
    for (const std::string& name : options->operands) {
        if (name.find('/') != std::string::npos) {
            if (tool.system.find_program(name) == Errno::None) {
                tool.print(name + "\n");
            } else {
                status = 1;
            }
            continue;
        }
        if (tool.system.find_program(name) != Errno::None) {
            status = 1;
            continue;
        }
        std::string found = "/usr/bin/" + name;
        for (const std::string_view directory : {"/usr/local/sbin/",
                                                 "/usr/local/bin/",
                                                 "/usr/sbin/",
                                                 "/usr/bin/",
                                                 "/sbin/",
                                                 "/bin/"}) {
            // Programs are shown in every directory of programs; a script is where it was put.
            const bool usual = directory == (tool.gnu ? "/usr/bin/" : "/bin/");
            const shell::FileInfo info = tool.system.stat(std::string(directory) + name);
            if (info.exists && (usual || info.size_bytes > 0)) {
                found = std::string(directory) + name;
                break;
            }
        }
        tool.print(found + "\n");
    }
    return status;
}

}  // namespace podium::programs::small
