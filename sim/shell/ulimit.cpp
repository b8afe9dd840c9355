// ulimit: shows the limits of the shell's process. They can't be changed.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/shell/builtins.hpp"

namespace podium::shell {
namespace {

struct Limit {
    char letter;
    std::string_view name;     ///< Of setrlimit, as docker calls it; empty: always without end.
    std::int64_t unit;
    std::string_view bash;     ///< How `ulimit -a` of bash calls it; empty: it has none.
    std::string_view bash_unit;
    std::string_view busybox;
};

// In the order of `ulimit -a`.
constexpr std::array kLimits{
    Limit{'R', "rttime", 1, "real-time non-blocking time", "(microseconds, -R)", ""},
    Limit{'c', "core", 512, "core file size", "(blocks, -c)", "core file size (blocks)"},
    Limit{'d', "data", 1024, "data seg size", "(kbytes, -d)", "data seg size (kb)"},
    Limit{'e', "nice", 1, "scheduling priority", "(-e)", "scheduling priority"},
    Limit{'f', "fsize", 512, "file size", "(blocks, -f)", "file size (blocks)"},
    Limit{'i', "sigpending", 1, "pending signals", "(-i)", "pending signals"},
    Limit{'l', "memlock", 1024, "max locked memory", "(kbytes, -l)", "max locked memory (kb)"},
    Limit{'m', "rss", 1024, "max memory size", "(kbytes, -m)", "max memory size (kb)"},
    Limit{'n', "nofile", 1, "open files", "(-n)", "open files"},
    Limit{'q', "msgqueue", 1, "POSIX message queues", "(bytes, -q)", "POSIX message queues (bytes)"},
    Limit{'r', "rtprio", 1, "real-time priority", "(-r)", "real-time priority"},
    Limit{'s', "stack", 1024, "stack size", "(kbytes, -s)", "stack size (kb)"},
    Limit{'t', "cpu", 1, "cpu time", "(seconds, -t)", "cpu time (seconds)"},
    Limit{'u', "nproc", 1, "max user processes", "(-u)", "max user processes"},
    Limit{'v', "", 1024, "virtual memory", "(kbytes, -v)", "virtual memory (kb)"},
    Limit{'x', "locks", 1, "file locks", "(-x)", "file locks"},
};

std::string value_text(const BuiltinCall& call, const Limit& limit, bool hard) {
    const std::int64_t value = limit.name.empty() ? -1 : call.system.resource_limit(limit.name, hard);
    return value < 0 ? "unlimited" : fmt::format("{}", value / limit.unit);
}

std::string row_text(const BuiltinCall& call, const Limit& limit, bool hard) {
    constexpr int kBashColumn = 40;  // where the value begins, less its blank
    const std::string value = value_text(call, limit, hard);
    if (call.state.dialect == Dialect::Bash)
        return fmt::format("{:<20}{:>{}} {}\n", limit.bash, limit.bash_unit, kBashColumn - 20, value);
    return limit.busybox.empty() ? std::string() : fmt::format("{:<32}(-{}) {}\n", limit.busybox, limit.letter, value);
}

}  // namespace

Outcome builtin_ulimit(const BuiltinCall& call) {
    bool hard = false;
    bool all = false;
    std::string letters;
    std::size_t at = 1;
    for (; at < call.argv.size() && call.argv[at].size() > 1 && call.argv[at].front() == '-'; ++at) {
        for (const char letter : call.argv[at].substr(1)) {
            if (letter == 'H') hard = true;
            else if (letter == 'a') all = true;
            else if (letter != 'S') letters += letter;
        }
    }
    if (letters.empty()) letters += 'f';
    if (at < call.argv.size()) return call.refuse("Podium's shell does not model setting limits", 1);
    std::string out;
    if (all) {
        for (const Limit& limit : kLimits) out += row_text(call, limit, hard);
        return call.print(out);
    }
    for (const char letter : letters) {
        const auto found = std::find_if(kLimits.begin(), kLimits.end(), [letter](const Limit& limit) { return limit.letter == letter; });
        if (found == kLimits.end()) return call.refuse(fmt::format("-{}: invalid option", letter), 2);
        out += letters.size() > 1 ? row_text(call, *found, hard) : value_text(call, *found, hard) + "\n";
    }
    return call.print(out);
}

}  // namespace podium::shell
