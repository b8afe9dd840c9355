#include "sim/programs/compose/compose.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs {
namespace {

using composing::ComposeVerb;
using composing::Wish;
using Words = std::vector<std::string>;

// Prints something known and exits.
class Say final : public ClonedProgram<Say> {
  public:
    Say(Duration start, std::string out, std::string error, int status) : start_(start), out_(std::move(out)), error_(std::move(error)), status_(status) {}

    shell::Step step(shell::System& system) override {
        if (!started_) {
            started_ = true;
            return shell::Step::busy(start_);
        }
        if (!out_.empty()) print(system, out_);
        if (!error_.empty()) print_error(system, error_);
        return shell::Step::exit(status_);
    }

  private:
    Duration start_;
    std::string out_;
    std::string error_;
    int status_;
    bool started_ = false;
};

// One of the two clients as a reader of command lines.
class CommandLine {
  public:
    explicit CommandLine(compose::Dialect dialect) : v1_(dialect == compose::Dialect::V1) { wish_.dialect = dialect; }

    std::unique_ptr<shell::Program> read(const Words& words, const Words& environment) {
        wish_.environment = environment;
        auto globals = docker::parse_flags(globals_of(), words, false);
        if (!globals) return wrong_flag(globals.error(), nullptr);
        wish_.globals = std::move(*globals);
        if (std::string name = docker::unsimulated_flag(globals_of(), wish_.globals); !name.empty()) return not_simulated(fmt::format("the flag {}", name));
        Words rest = wish_.globals.arguments;
        if (wish_.globals.on("version")) return begin_version();
        if (wish_.globals.has("help") || rest.empty()) return say(v1_ && rest.empty() && !wish_.globals.has("help") ? std::string() : overview(), v1_ && rest.empty() && !wish_.globals.has("help") ? overview() : std::string(), rest.empty() && v1_ && !wish_.globals.has("help") ? 1 : 0);
        if (rest.front() == "help") return help(rest);
        const ComposeVerb* verb = find(rest.front());
        if (verb == nullptr) return unknown(rest.front());
        rest.erase(rest.begin());
        return start(*verb, rest);
    }

    [[nodiscard]] Words names() const {
        Words out;
        for (const ComposeVerb& verb : verbs()) out.emplace_back(verb.name);
        return out;
    }

    [[nodiscard]] Words flags_of(const std::string& name) const {
        Words out;
        const ComposeVerb* verb = find(name);
        if (verb == nullptr) return out;
        for (const docker::Flag& flag : verb->flags) {
            if (!flag.hidden) out.push_back(fmt::format("--{}", flag.name));
        }
        return out;
    }

    [[nodiscard]] std::span<const docker::Flag> globals_of() const { return v1_ ? composing::global_flags_v1() : composing::global_flags_v2(); }

  private:
    [[nodiscard]] std::span<const ComposeVerb> verbs() const { return v1_ ? composing::verbs_v1() : composing::verbs_v2(); }
    [[nodiscard]] std::string_view program() const { return v1_ ? "docker-compose" : "docker compose"; }

    [[nodiscard]] const ComposeVerb* find(const std::string& name) const {
        for (const ComposeVerb& verb : verbs()) {
            if (verb.name == name) return &verb;
        }
        return nullptr;
    }

    [[nodiscard]] std::unique_ptr<shell::Program> say(std::string out, std::string error, int status) const {
        return std::make_unique<Say>(v1_ ? composing::kStartV1 : composing::kStartV2, std::move(out), std::move(error), status);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> not_simulated(const std::string& what) const {
        return say({}, fmt::format("{}: {} exists in life but Podium doesn't simulate it\n", program(), what), 1);
    }

    [[nodiscard]] std::string usage(const ComposeVerb& verb) const { return fmt::format("{} {} {}", program(), verb.name, verb.usage); }

    // docopt shows the whole help; cobra with compose's own handler says the sentence.
    [[nodiscard]] std::unique_ptr<shell::Program> wrong_flag(const Error& error, const ComposeVerb* verb) const {
        const std::string hint = error.hint.empty() ? std::string() : fmt::format(" ({})", error.hint);
        if (!v1_) return say({}, fmt::format("{}{}\n", error.message, hint), 1);
        return say({}, fmt::format("{}{}\n\n{}", error.message, hint, verb == nullptr ? overview() : verb_help(*verb)), 1);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> unknown(const std::string& name) const {
        const std::string near = nearest(name, names());
        const std::string hint = near.empty() ? std::string() : fmt::format(" (did you mean {}?)", near);
        if (v1_) return say({}, fmt::format("No such command: {}{}\n\n{}", name, hint, commands()), 1);
        return say(overview(), fmt::format("unknown docker command: \"compose {}\"{}\n", name, hint), 1);
    }

    [[nodiscard]] std::string commands() const {
        std::string out = "Commands:\n";
        for (const ComposeVerb& verb : verbs()) {
            if (verb.name == "convert") continue;
            out += fmt::format("  {:<18} {}{}\n", verb.name, verb.about, verb.start == nullptr && verb.name != "help" ? " (not simulated)" : "");
        }
        return out;
    }

    [[nodiscard]] std::string overview() const {
        const std::string head = v1_ ? "Define and run multi-container applications with Docker.\n\nUsage:\n  docker-compose [-f <arg>...] [--profile <name>...] [options] [--] [COMMAND] [ARGS...]\n  docker-compose -h|--help\n"
                                     : "\nUsage:  docker compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Docker\n";
        return fmt::format("{}\nOptions:\n{}\n{}", head, docker::flag_usages(globals_of()), commands());
    }

    [[nodiscard]] std::string verb_help(const ComposeVerb& verb) const {
        const std::string options = verb.flags.empty() ? std::string() : fmt::format("\nOptions:\n{}", docker::flag_usages(verb.flags));
        if (v1_) return fmt::format("{}.\n\nUsage: {} {}\n{}", verb.about, verb.name, verb.usage, options);
        return fmt::format("\nUsage:  {}\n\n{}\n{}", usage(verb), verb.about, options);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> help(const Words& words) const {
        if (words.size() < 2) return say(overview(), {}, 0);
        const ComposeVerb* verb = find(words[1]);
        return verb == nullptr ? unknown(words[1]) : say(verb_help(*verb), {}, 0);
    }

    std::unique_ptr<shell::Program> begin_version() {
        wish_.verb = find("version");
        return composing::start_version(wish_);
    }

    std::unique_ptr<shell::Program> start(const ComposeVerb& verb, const Words& words) {
        if (verb.start == nullptr) return not_simulated(fmt::format("the command {}", verb.name));
        auto flags = docker::parse_flags(verb.flags, words, verb.interspersed);
        if (!flags) return wrong_flag(flags.error(), &verb);
        if (flags->has("help")) return say(verb_help(verb), {}, 0);
        if (std::string name = docker::unsimulated_flag(verb.flags, *flags); !name.empty()) return not_simulated(fmt::format("the flag {} of {}", name, verb.name));
        // A dry run of these would have to guess what runs in a container.
        const bool guesses = verb.name == "run" || verb.name == "exec" || verb.name == "attach" || verb.name == "cp" || verb.name == "wait";
        if (guesses && wish_.globals.on("dry-run")) return not_simulated(fmt::format("the flag --dry-run with {}", verb.name));
        const auto count = static_cast<int>(flags->arguments.size());
        if (count < verb.least || (verb.most >= 0 && count > verb.most)) return wrong_count(verb, flags->arguments);
        wish_.verb = &verb;
        wish_.flags = std::move(*flags);
        return verb.start(std::move(wish_));
    }

    [[nodiscard]] std::unique_ptr<shell::Program> wrong_count(const ComposeVerb& verb, const Words& given) const {
        if (v1_) return say({}, verb_help(verb), 1);
        const auto count = static_cast<int>(given.size());
        if (verb.most == 0) return say({}, fmt::format("unknown command {} for \"docker compose {}\"\n", docker::in_quotes(given.front()), verb.name), 1);
        if (verb.name != "wait" && verb.name != "cp") return say({}, fmt::format("requires at least {} arg(s), only received {}\n", verb.least, count), 1);
        const std::string_view least = verb.name == "wait" ? "at least " : "";
        return say({}, fmt::format("'docker compose {}' requires {}{} argument{}\n\nUsage:  {}\n\nRun 'docker compose {} --help' for more information\n", verb.name, least, verb.least, verb.least == 1 ? "" : "s", usage(verb), verb.name), 1);
    }

    bool v1_;
    Wish wish_;
};

Words after(const Words& argv, std::size_t count) { return Words(argv.begin() + static_cast<std::ptrdiff_t>(std::min(count, argv.size())), argv.end()); }

}  // namespace

std::unique_ptr<shell::Program> make_compose_v2(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
    const bool whole = !argv.empty() && argv.front() != "compose";
    return CommandLine(compose::Dialect::V2).read(after(argv, whole ? 2 : 1), environment);
}

std::unique_ptr<shell::Program> make_compose_v1(const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
    return CommandLine(compose::Dialect::V1).read(after(argv, 1), environment);
}

std::vector<std::string> compose_completions(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    const bool v1 = words.front() == "docker-compose";
    const CommandLine line(v1 ? compose::Dialect::V1 : compose::Dialect::V2);
    const std::size_t first = v1 || words.front() == "compose" ? 1 : 2;
    if (words.size() <= first) return {};
    const std::string& last = words.back();
    std::string verb;
    const Words names = line.names();
    for (std::size_t i = first; i + 1 < words.size() && verb.empty(); ++i) {
        if (std::find(names.begin(), names.end(), words[i]) != names.end()) verb = words[i];
    }
    Words candidates;
    if (!verb.empty()) {
        candidates = line.flags_of(verb);
    } else if (last.starts_with("-")) {
        for (const docker::Flag& flag : line.globals_of()) candidates.push_back(fmt::format("--{}", flag.name));
    } else {
        candidates = names;
    }
    std::erase_if(candidates, [&last](const std::string& candidate) { return !candidate.starts_with(last); });
    std::sort(candidates.begin(), candidates.end());
    return candidates;
}

}  // namespace podium::programs
