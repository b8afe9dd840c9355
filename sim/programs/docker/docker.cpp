#include "sim/programs/docker/docker.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/programs/docker/build.hpp"
#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using Words = std::vector<std::string>;
using ProgramPointer = std::unique_ptr<shell::Program>;

constexpr std::uint64_t kClientWork = 150;  // a line read, besides the process started for it
constexpr std::string_view kRootUsage = "docker [OPTIONS] COMMAND [ARG...]";
constexpr std::array<std::string_view, 8> kLogLevels{
    "debug", "info", "warn", "warning", "error", "fatal", "panic", "trace"};

std::string near_line(const std::string& found) {
    return found.empty() ? found : fmt::format("\nDid you mean '{}'?", found);
}

// Which API an engine has is only known when it answers.
Result<model::RequestSpec> ping_request(const Invocation&, Time) {
    return request_for(model::Operation::Ping);
}

Finish too_new(const Invocation& invocation, const Answer&, Time) {
    return failed(too_new_flags(invocation.verb->flags, invocation.flags));
}

Words names_below(std::string_view prefix) {
    Words names;
    const auto add = [&](std::string_view path) {
        if (!path.starts_with(prefix)) return;
        const std::string_view name = path.substr(prefix.size());
        if (name.find(' ') == std::string_view::npos) names.emplace_back(name);
    };
    for (const Verb& verb : verbs()) {
        for (const std::string& path : split(verb.paths, '|'))
            add(path);
        if (verb.aliases.empty()) continue;
        for (const std::string& alias : split(verb.aliases, '|'))
            add(std::string_view(alias).substr(0, alias.find('=')));
    }
    for (const AbsentVerb& verb : absent_verbs())
        add(verb.path);
    if (prefix.empty()) {
        for (const Group& group : groups())
            names.emplace_back(group.name);
        names.emplace_back("compose");
        names.emplace_back("help");
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// Finds what a command line asks for, one word after the other.
class CommandLine {
  public:
    CommandLine(const Words& environment, ComposePlugin plugin, Words filters = {})
        : compose_(plugin) {
        invocation_.environment = environment;
        invocation_.filters = std::move(filters);
    }

    ProgramPointer read(Words words) {
        auto global = parse_flags(global_flags(), words, false);
        if (!global) {
            return print_failure(
                fmt::format("{}\n\nUsage:  {}\n\nRun 'docker --help' for more information{}",
                            global.error().message,
                            kRootUsage,
                            near_line(global.error().hint)),
                kExitEngine);
        }
        if (global->on("help")) return help_before(global->arguments);
        if (global->on("version"))
            return print_text(
                fmt::format("Docker version {}, build {}\n", kClientVersion, kClientBuild));
        if (const std::string refused = refused_global(*global); !refused.empty())
            return print_failure(refused);
        invocation_.host = global->text("host");
        invocation_.context = global->text("context");
        invocation_.config = global->text("config");
        words = std::move(global->arguments);
        if (words.empty()) return say(std::move(invocation_), {{}, front_page(), 0});
        return verb_or_group(words);
    }

  private:
    ProgramPointer print_text(std::string text) {
        return say(std::move(invocation_), {std::move(text), {}, 0});
    }

    ProgramPointer print_failure(const std::string& text, int status = 1) {
        return say(std::move(invocation_), failed(text, status));
    }

    // Flags before the verb that lead to another way to an engine.
    [[nodiscard]] static std::string refused_global(const ParsedFlags& global) {
        if (global.all("host").size() > 1) return "Specify only one -H";
        if (const std::string level = global.text("log-level", "info");
            std::find(kLogLevels.begin(), kLogLevels.end(), level) == kLogLevels.end())
            return fmt::format("Unable to parse logging level: {}", level);
        if (const std::string flag = unsimulated_flag(global_flags(), global); !flag.empty())
            return fmt::format("docker: Podium does not simulate {} yet", flag);
        return {};
    }

    ProgramPointer verb_or_group(const Words& words) {
        if (words.front() == "help") return help(Words(words.begin() + 1, words.end()));
        if (words.front() == "compose") return compose(words);
        std::string canonical;
        if (const Verb* verb = find_verb(words.front(), canonical))
            return verb_line(*verb, canonical, Words(words.begin() + 1, words.end()));
        if (const Group* group = find_group(words.front())) return in_group(*group, words);
        if (const AbsentVerb* absent = find_absent(words.front()))
            return absent_line(*absent, words.front());
        return print_failure(fmt::format(
            "docker: unknown command: docker {}\n\nRun 'docker --help' for more information{}",
            words.front(),
            near_name(words.front(), "")));
    }

    [[nodiscard]] static std::string near_name(const std::string& name, const std::string& prefix) {
        const std::string found = nearest(name, names_below(prefix));
        return near_line(found.empty() ? found : "docker " + prefix + found);
    }

    ProgramPointer in_group(const Group& group, const Words& words) {
        if (words.size() == 1) return say(std::move(invocation_), {{}, group_help(group), 0});
        const std::string& word = words[1];
        if (word == "--help" || word == "-h") {
            // Help about the verb that follows, if one does.
            std::string canonical;
            const Verb* verb =
                words.size() < 3 ? nullptr
                                 : find_verb(fmt::format("{} {}", group.name, words[2]), canonical);
            return print_text(verb == nullptr ? group_help(group) : verb_help(*verb, canonical));
        }
        const std::string path = fmt::format("{} {}", group.name, word);
        std::string canonical;
        if (const Verb* verb = find_verb(path, canonical))
            return verb_line(*verb, canonical, Words(words.begin() + 2, words.end()));
        if (const AbsentVerb* absent = find_absent(path); absent != nullptr && word.front() != '-')
            return absent_line(*absent, path);
        if (!word.empty() && word.front() == '-') {
            const auto flags = parse_flags({}, Words(words.begin() + 1, words.end()), false);
            const std::string wrong = flags ? "unknown flag: " + word : flags.error().message;
            return print_failure(
                fmt::format(
                    "{}\n\nUsage:  docker {}{}\n\nRun 'docker {} --help' for more information",
                    wrong,
                    group.name,
                    group.usage,
                    group.name),
                kExitEngine);
        }
        return print_failure(
            fmt::format("docker: unknown command: docker {} {}\n\nUsage:  docker {}{}\n\nRun "
                        "'docker {} --help' for more information{}",
                        group.name,
                        word,
                        group.name,
                        group.usage,
                        group.name,
                        near_name(word, std::string(group.name) + " ")));
    }

    ProgramPointer absent_line(const AbsentVerb& verb, const std::string& path) {
        switch (verb.absence) {
            case Absence::NotSimulated:
                return print_failure(
                    fmt::format("docker {}: Podium does not simulate {} yet", path, verb.what));
            case Absence::Experimental:
                return print_failure(
                    fmt::format("docker {} is only supported on a Docker daemon with experimental "
                                "features enabled",
                                path));
        }
        return nullptr;
    }

    ProgramPointer compose(const Words& words) {
        if (compose_ == nullptr)
            return print_failure(
                "docker: unknown command: docker compose\n\nRun 'docker --help' for more "
                "information");
        return compose_(words, invocation_.environment);
    }

    // Reads a verb's flags and arguments and starts it.
    ProgramPointer verb_line(const Verb& verb, const std::string& canonical, const Words& words) {
        const std::string path = "docker " + canonical;
        const std::string usage = usage_line(verb, canonical);
        const BuilderNotice builder = verb.start == start_build ? builder_notice(invocation_) : BuilderNotice{};
        if (!builder.failure.empty()) return print_failure(builder.failure);
        auto flags = parse_flags(verb.flags, words, verb.interspersed);
        if (!flags) {
            return print_failure(
                fmt::format("{}{}\n\nUsage:  {}\n\nRun '{} --help' for more information{}",
                            builder.text,
                            flags.error().message,
                            usage,
                            path,
                            near_line(flags.error().hint)),
                kExitEngine);
        }
        if (flags->on("help")) return print_text(verb_help(verb, canonical));
        if (const std::string wrong = wrong_count(verb, path, usage, flags->arguments.size());
            !wrong.empty())
            return print_failure(builder.text + wrong);
        if (verb.start == start_run || verb.start == start_create) {
            const std::string wrong = refused_value(*flags);
            // What the engine refuses `docker create` hands on as it is.
            if (wrong.starts_with("Error response") && verb.start == start_create)
                return print_failure(wrong);
            if (!wrong.empty())
                return print_failure(
                    fmt::format(
                        "docker: {}\n\nRun '{} --help' for more information", wrong, path),
                    kExitEngine);
        }
        if (const std::string flag = unsimulated_flag(verb.flags, *flags); !flag.empty()) {
            return print_failure(fmt::format("{}: Podium does not simulate {} yet", path, flag),
                                 kExitEngine);
        }
        invocation_.verb = &verb;
        invocation_.path = path;
        invocation_.flags = std::move(*flags);
        if (!too_new_flags(verb.flags, invocation_.flags).empty())
            return start_one_call(std::move(invocation_), {ping_request, too_new});
        return verb.start(std::move(invocation_));
    }

    // docker's sentences for too few and too many arguments; one has its slip in life too.
    static std::string wrong_count(const Verb& verb,
                                   const std::string& path,
                                   const std::string& usage,
                                   std::size_t given) {
        const auto least = static_cast<std::size_t>(verb.least);
        const auto most = verb.most == kAnyNumber ? given : static_cast<std::size_t>(verb.most);
        if (given >= least && given <= most) return {};
        const auto plural = [](int count) { return count == 1 ? "argument" : "arguments"; };
        if (verb.most == 0) {
            return fmt::format(
                "docker: '{}' accepts no arguments\n\nUsage:  {}\n\nRun '{} --help' for more "
                "information",
                path,
                usage,
                path);
        }
        if (verb.most == kAnyNumber) {
            return fmt::format(
                "docker: '{}' requires at least {} {}\n\nUsage:  {}\n\nSee '{} --help' for more "
                "information",
                path,
                verb.least,
                plural(verb.least),
                usage,
                path);
        }
        if (verb.least == verb.most) {
            return fmt::format(
                "docker: '{}' requires {} {}\n\nUsage:  {}\n\nRun '{} --help' for more information",
                path,
                verb.least,
                plural(verb.least),
                usage,
                path);
        }
        if (verb.least == 0) {
            return fmt::format(
                "docker: '{}' requires at most {} {}\n\nUsage:  {}\n\nSRun '{} --help' for more "
                "information",
                path,
                verb.most,
                plural(verb.most),
                usage,
                path);
        }
        return fmt::format(
            "docker: '{}' requires at least {} and at most {} {}\n\nUsage:  {}\n\nRun '{} --help' "
            "for more information",
            path,
            verb.least,
            verb.most,
            plural(verb.most),
            usage,
            path);
    }

    // `docker --help ps` is help about ps, as far as there is such a verb.
    ProgramPointer help_before(const Words& words) {
        std::string canonical;
        const bool known = !words.empty() && (words.front() == "compose" ||
                                              find_verb(words.front(), canonical) != nullptr ||
                                              find_group(words.front()) != nullptr);
        return known ? help(words) : print_text(front_page());
    }

    ProgramPointer help(const Words& words) {
        if (words.empty()) return print_text(front_page());
        if (words.front() == "compose") {
            Words asked{"compose"};
            asked.insert(asked.end(), words.begin() + 1, words.end());
            asked.emplace_back("--help");
            return compose(asked);
        }
        const std::string path = join(words, " ");
        std::string canonical;
        if (const Verb* verb = find_verb(path, canonical))
            return print_text(verb_help(*verb, canonical));
        if (const Group* group = find_group(path)) return print_text(group_help(*group));
        if (const AbsentVerb* absent = find_absent(path);
            absent != nullptr && absent->absence == Absence::NotSimulated)
            return absent_line(*absent, path);
        return print_failure("unknown help topic: " + path);
    }

    Invocation invocation_;
    ComposePlugin compose_;
};

void add_flags(Words& out, std::span<const Flag> flags, const std::string& last) {
    for (const Flag& flag : flags) {
        const std::string name = fmt::format("--{}", flag.name);
        if (!flag.hidden && flag.simulated && name.starts_with(last)) out.push_back(name);
    }
    if (std::string("--help").starts_with(last)) out.emplace_back("--help");
}

}  // namespace

std::unique_ptr<shell::Program> make_docker(const std::vector<std::string>& argv,
                                            const std::vector<std::string>& environment,
                                            ComposePlugin compose,
                                            std::vector<std::string> filters) {
    count_work(kClientWork);
    return CommandLine(environment, compose, std::move(filters))
        .read(Words(argv.begin() + (argv.empty() ? 0 : 1), argv.end()));
}

std::vector<std::string> docker_completions(const std::vector<std::string>& words) {
    Words out;
    if (words.size() < 2) return out;
    const std::string& last = words.back();
    const Words before(words.begin() + 1, words.end() - 1);
    const std::string prefix = before.empty() ? "" : before.front() + " ";
    std::string canonical;
    const Verb* verb = before.empty() ? nullptr : find_verb(before.front(), canonical);
    if (verb == nullptr && before.size() >= 2) verb = find_verb(prefix + before[1], canonical);
    if (last.starts_with('-')) {
        add_flags(out, verb == nullptr ? global_flags() : verb->flags, last);
    } else if (verb == nullptr && before.size() < 2) {
        for (std::string& name : names_below(prefix)) {
            if (name.starts_with(last)) out.push_back(std::move(name));
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace podium::programs::docker
