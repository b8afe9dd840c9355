// kill, killall, pgrep, pkill, pidof: signals to processes, and processes by their names. On hosts they speak as procps-ng
// 4.0 and psmisc 23 do, in containers without those as busybox does.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/regex.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/small/processes.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::small {
namespace {

bool read_pid(const std::string& text, shell::Pid& pid) {
    std::int64_t number = 0;
    if (!parse_integer(text, number) || number < INT32_MIN || number > INT32_MAX) return false;
    pid = static_cast<shell::Pid>(static_cast<std::int32_t>(number));
    return true;
}

/// The signal of "-9", "-s TERM", "-TERM" as the first words, which are taken off; -1 when it is none.
int take_signal_option(std::vector<std::string>& words) {
    if (words.empty() || words.front().size() < 2 || words.front().front() != '-') return shell::kSigTerm;
    std::string text = words.front().substr(1);
    if (text == "-") {
        words.erase(words.begin());
        return shell::kSigTerm;
    }
    if (text == "s" || text == "n" || text == "-signal") {
        if (words.size() < 2) return -1;
        text = words[1];
        words.erase(words.begin());
    } else if (text.starts_with("-signal=")) {
        text.erase(0, std::string_view("-signal=").size());
    } else if (text.starts_with("s") && shell::signal_number(text) < 0) {
        text.erase(0, 1);
    }
    words.erase(words.begin());
    return shell::signal_number(text);
}

/// All names, 16 a line, as procps and psmisc list them.
std::string signal_list() {
    std::string names;
    for (int signal = 1; signal <= 31; ++signal)
        names += (signal == 29 ? "POLL" : shell::signal_name(signal)) + (signal % 16 == 0 || signal == 31 ? "\n" : " ");
    return names;
}

/// `kill -l 9 TERM`
int translate_signals(Tool& tool, const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::int64_t number = 0;
        const bool is_number = parse_integer(words[i], number);
        const int signal = shell::signal_number(words[i]);
        if (signal <= 0) {
            tool.complain(tool.gnu ? fmt::format("unknown signal name {}", words[i]) : fmt::format("unknown signal '{}'", words[i]));
            return 1;
        }
        tool.print(is_number ? shell::signal_name(signal) + "\n" : fmt::format("{}\n", signal));
    }
    return 0;
}

/// What the kernel keeps of a process's name.
std::string kernel_name(const Seen& seen) {
    constexpr std::size_t kNameBytes = 15;
    return seen.program.substr(0, kNameBytes);
}

/// pgrep's options and pkill's, where the one has others.
OptionSyntax matching_syntax(bool gnu, bool kills) {
    if (!gnu) return {kills ? "fxnovlP:" : "flaxnovP:", {}, "s"};
    // procps has --signal without a letter.
    return {kills ? "fxnoviceP:u:U:\1:" : "fxnovicd:laP:u:U:",
            {{"full", 'f'},
             {"exact", 'x'},
             {"newest", 'n'},
             {"oldest", 'o'},
             {"inverse", 'v'},
             {"ignore-case", 'i'},
             {"count", 'c'},
             {"delimiter", 'd'},
             {"list-name", 'l'},
             {"list-full", 'a'},
             {"echo", 'e'},
             {"parent", 'P'},
             {"euid", 'u'},
             {"uid", 'U'},
             {"signal", '\1'}},
            "gGstOrLFAwqH"};
}

bool is_among(const std::string& list, const std::string& wanted) {
    const std::vector<std::string> parts = split(list, ',');
    return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

/// Says what is wrong with how the processes are chosen; false when nothing is.
bool wrong_choice(Tool& tool, const Options& options) {
    const auto say = [&](std::string_view sentence) {
        tool.complain(sentence);
        if (tool.gnu) tool.system.write(2, fmt::format("Try `{} --help' for more information.\n", tool.name));
        return true;
    };
    if (options.operands.size() > 1) return say("only one pattern can be provided");
    if (options.operands.empty() && !options.has('P') && !options.has('u') && !options.has('U')) return say("no matching criteria specified");
    if (!options.has('P')) return false;
    for (const std::string& parent : split(options.value('P'), ',')) {
        std::int64_t number = 0;
        if (parse_integer(parent, number)) continue;
        tool.complain(fmt::format("not a number: {}", parent));
        return true;
    }
    return false;
}

std::optional<std::vector<Seen>> select(Tool& tool, const Options& options) {
    const std::string pattern = options.operands.empty() ? std::string() : options.operands.front();
    const auto regex = Regex::compile(pattern, {true, options.has('i')});
    if (!regex) {
        tool.complain(tool.gnu ? fmt::format("regex error: {}", regex.error().message) : regex.error().message);
        return std::nullopt;
    }
    const std::string users = options.has('u') ? options.value('u') : options.value('U');
    const auto matches = [&](const Seen& seen) {
        if (options.has('P') && !is_among(options.value('P'), fmt::format("{}", seen.parent))) return false;
        // Here users have one number and name each; root's is the number people type.
        if (!users.empty() && !is_among(users, seen.user) && !(seen.user == "root" && is_among(users, "0"))) return false;
        const std::string text = options.has('f') ? seen.command : tool.gnu ? kernel_name(seen) : seen.program;
        const auto match = regex->search(text);
        return match && (!options.has('x') || (match->begin == 0 && match->end == text.size()));
    };
    std::vector<Seen> found;
    for (Seen& seen : visible(tool)) {
        if (seen.id == tool.context.id() || seen.state == 'Z') continue;
        if (matches(seen) != options.has('v')) found.push_back(std::move(seen));
    }
    const auto by_start = [](const Seen& a, const Seen& b) { return std::pair(a.started, a.pid) < std::pair(b.started, b.pid); };
    if (!found.empty() && (options.has('n') || options.has('o'))) {
        const auto one = options.has('n') ? std::max_element(found.begin(), found.end(), by_start) : std::min_element(found.begin(), found.end(), by_start);
        const Seen only = *one;
        found = {only};
    }
    constexpr std::size_t kLongestName = 15;
    if (found.empty() && tool.gnu && !options.has('f') && pattern.size() > kLongestName) {
        tool.complain("pattern that searches for process name longer than 15 characters will result in zero matches");
        tool.system.write(2, fmt::format("Try `{} -f' option to match against the complete command line.\n", tool.name));
    }
    return found;
}

struct KillallOptions {
    bool quiet = false;
    bool verbose = false;
    bool ignore_case = false;
    bool regular = false;
    int signal = shell::kSigTerm;
    std::vector<std::string> names;
};

/// psmisc's options; a status when the program ends of them.
std::optional<int> read_killall(Tool& tool, KillallOptions& out) {
    for (std::size_t i = 1; i < tool.argv().size(); ++i) {
        const std::string& word = tool.argv()[i];
        if (word.size() < 2 || word.front() != '-') {
            out.names.push_back(word);
        } else if (word == "--") {
            out.names.insert(out.names.end(), tool.argv().begin() + static_cast<std::ptrdiff_t>(i) + 1, tool.argv().end());
            break;
        } else if (word == "-q" || word == "--quiet") {
            out.quiet = true;
        } else if (word == "-l" || word == "--list") {
            tool.print(signal_list());
            return 0;
        } else if (tool.gnu && (word == "-v" || word == "--verbose")) {
            out.verbose = true;
        } else if (tool.gnu && (word == "-I" || word == "--ignore-case")) {
            out.ignore_case = true;
        } else if (tool.gnu && (word == "-r" || word == "--regexp")) {
            out.regular = true;
        } else if (tool.gnu && (word == "-e" || word == "--exact")) {
            continue;  // names are whole here
        } else if (tool.gnu && (word == "-i" || word == "-w" || word == "-g" || word == "-u" || word == "-y" || word == "-o" || word == "--interactive" || word == "--wait" || word == "--user")) {
            tool.complain(fmt::format("Podium does not model the option {}", word));
            return 1;
        } else {
            std::vector<std::string> rest(tool.argv().begin() + static_cast<std::ptrdiff_t>(i), tool.argv().end());
            const std::size_t before = rest.size();
            out.signal = take_signal_option(rest);
            i += before - rest.size() - (before > rest.size() ? 1 : 0);
            if (out.signal >= 0) continue;
            const std::string given = word == "-s" || word == "--signal" ? (i < tool.argv().size() ? tool.argv()[i] : std::string()) : word.substr(1);
            if (tool.gnu) {
                tool.system.write(2, fmt::format("{}: unknown signal; killall -l lists signals.\n", given));
            } else {
                tool.complain(fmt::format("bad signal name '{}'", given));
            }
            return 1;
        }
    }
    return std::nullopt;
}

}  // namespace

int run_kill(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    if (!words.empty() && words.front() == "-l") {
        if (words.size() > 1) return translate_signals(tool, words);
        tool.print(signal_list());
        return 0;
    }
    const std::string given = words.empty() ? std::string() : words.front();
    const int signal = take_signal_option(words);
    if (signal < 0) {
        tool.complain(tool.gnu ? fmt::format("unknown signal {}", given) : fmt::format("bad signal name '{}'", given.substr(1)));
        return 1;
    }
    if (words.empty()) {
        tool.complain(tool.gnu ? "not enough arguments" : "you need to specify whom to kill");
        return 1;
    }
    int status = 0;
    for (const std::string& word : words) {
        shell::Pid pid = 0;
        if (!read_pid(word, pid)) {
            tool.complain(tool.gnu ? fmt::format("failed to parse argument: '{}'", word) : fmt::format("invalid number '{}'", word));
            status = 1;
            continue;
        }
        const Errno error = tool.system.kill(pid, signal);
        if (error == Errno::None) continue;
        tool.complain(tool.gnu ? fmt::format("({})", word) : fmt::format("can't kill pid {}", word), error);
        status = 1;
    }
    return status;
}

int run_killall(Tool& tool) {
    KillallOptions options;
    if (const auto status = read_killall(tool, options)) return *status;
    if (options.names.empty()) {
        if (tool.gnu) {
            tool.system.write(2, "Usage: killall [OPTION]... [--] NAME...\n       killall -l, --list\n       killall -V, --version\n");
        } else {
            tool.complain("you need to specify whom to kill");
        }
        return 1;
    }
    int status = 0;
    for (const std::string& name : options.names) {
        const auto regex = options.regular ? Regex::compile(name, {true, options.ignore_case}) : Result<Regex>(Regex::literal(name, options.ignore_case));
        if (!regex) {
            tool.system.write(2, fmt::format("killall: Bad regular expression: {}\n", name));
            return 1;
        }
        bool found = false;
        for (const Seen& seen : visible(tool)) {
            if (seen.id == tool.context.id() || seen.state == 'Z') continue;
            const auto match = regex->search(seen.program);
            if (!match || (!options.regular && (match->begin != 0 || match->end != seen.program.size()))) continue;
            found = true;
            tool.system.kill(seen.pid, options.signal);
            if (options.verbose) tool.system.write(2, fmt::format("Killed {}({}) with signal {}\n", seen.program, seen.pid, options.signal));
        }
        if (found) continue;
        status = 1;
        if (options.quiet) continue;
        // psmisc does not begin the line with its name.
        if (tool.gnu) {
            tool.system.write(2, fmt::format("{}: no process found\n", name));
        } else {
            tool.complain(fmt::format("{}: no process killed", name));
        }
    }
    return status;
}

int run_pgrep(Tool& tool) {
    const auto options = tool.options(matching_syntax(tool.gnu, false));
    if (!options || wrong_choice(tool, *options)) return 2;
    const auto found = select(tool, *options);
    if (!found) return 2;
    if (options->has('c')) {
        tool.print(fmt::format("{}\n", found->size()));
        return found->empty() ? 1 : 0;
    }
    const std::string delimiter = options->has('d') ? options->value('d') : "\n";
    std::string text;
    for (const Seen& seen : *found) {
        if (!text.empty()) text += delimiter;
        text += fmt::format("{}", seen.pid);
        if (options->has('a'))
            text += " " + seen.command;
        else if (options->has('l'))
            text += " " + (tool.gnu ? kernel_name(seen) : seen.program);
    }
    if (!found->empty()) tool.print(text + "\n");
    return found->empty() ? 1 : 0;
}

int run_pkill(Tool& tool) {
    std::vector<std::string> words(tool.argv().begin() + 1, tool.argv().end());
    int signal = shell::kSigTerm;
    // "-9" and "-HUP" stand among options of one letter.
    for (auto word = words.begin(); word != words.end(); ++word) {
        const bool is_signal = word->size() > 2 && word->front() == '-' && shell::signal_number(word->substr(1)) > 0;
        const bool is_number = word->size() == 2 && word->front() == '-' && (*word)[1] >= '0' && (*word)[1] <= '9';
        if (!is_signal && !is_number) continue;
        signal = shell::signal_number(word->substr(1));
        words.erase(word);
        break;
    }
    words.insert(words.begin(), tool.argv().front());
    const Options options = read_options(words, matching_syntax(tool.gnu, true), tool.gnu);
    if (!options.problem.empty()) {
        complain_of_options(tool.system, tool.name, options);
        return 2;
    }
    if (!tool.gnu && options.has('l')) {
        tool.print(signal_list());
        return 0;
    }
    if (options.has('\1')) signal = shell::signal_number(options.value('\1'));
    // procps says nothing of a signal that there is not.
    if (signal < 0) return 1;
    if (wrong_choice(tool, options)) return 2;
    const auto found = select(tool, options);
    if (!found) return 2;
    for (const Seen& seen : *found) {
        tool.system.kill(seen.pid, signal);
        if (options.has('e')) tool.print(fmt::format("{} killed (pid {})\n", kernel_name(seen), seen.pid));
    }
    if (options.has('c')) tool.print(fmt::format("{}\n", found->size()));
    return found->empty() ? 1 : 0;
}

int run_pidof(Tool& tool) {
    const auto options = tool.options({"s"});
    if (!options) return 1;
    std::string line;
    std::vector<Seen> all = visible(tool);
    std::reverse(all.begin(), all.end());
    for (const std::string& name : options->operands) {
        for (const Seen& seen : all) {
            if (seen.program != base_name(name) || seen.state == 'Z') continue;
            if (!line.empty() && options->has('s')) break;
            line += (line.empty() ? "" : " ") + fmt::format("{}", seen.pid);
        }
    }
    if (line.empty()) return 1;
    tool.print(line + "\n");
    return 0;
}

}  // namespace podium::programs::small
