#include "sim/programs/compose/compose.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/docopt.hpp"
#include "sim/programs/compose/help_v1.hpp"
#include "sim/programs/compose/verbs.hpp"

namespace podium::programs {
namespace {

using composing::ComposeVerb;
using composing::Wish;
using Words = std::vector<std::string>;

constexpr std::string_view kDryRun = "dry-run";
// Another name of `config`.
constexpr std::string_view kAlias = "convert";

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
        auto globals = parse(globals_of(), words, false);
        if (!globals) return wrong_flag(globals.error(), nullptr);
        wish_.globals = std::move(*globals);
        if (std::string name = docker::unsimulated_flag(globals_of(), wish_.globals); !name.empty()) return not_simulated(fmt::format("the flag {}", name));
        Words rest = wish_.globals.arguments;
        if (wish_.globals.on("version")) return begin_version();
        if (v1_ && rest.empty() && !wish_.globals.has("help")) return say({}, overview(), 0);
        if (wish_.globals.has("help") || rest.empty()) return say(overview(), {}, 0);
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
        for (const docker::Flag& flag : flags_with_persistent(*verb)) {
            if (!flag.hidden) out.push_back(fmt::format("--{}", flag.name));
        }
        return out;
    }

    [[nodiscard]] std::span<const docker::Flag> globals_of() const { return v1_ ? composing::global_flags_v1() : composing::global_flags_v2(); }

  private:
    [[nodiscard]] std::span<const ComposeVerb> verbs() const { return v1_ ? composing::verbs_v1() : composing::verbs_v2(); }
    [[nodiscard]] std::string_view program() const { return v1_ ? "docker-compose" : "docker compose"; }

    // --dry-run of docker compose 2 is persistent: it may stand before the command and after it.
    [[nodiscard]] std::vector<docker::Flag> flags_with_persistent(const ComposeVerb& verb) const {
        std::vector<docker::Flag> out(verb.flags.begin(), verb.flags.end());
        if (v1_) return out;
        const auto globals = globals_of();
        const auto dry_run = std::find_if(globals.begin(), globals.end(), [](const docker::Flag& flag) { return flag.name == kDryRun; });
        out.insert(std::find_if(out.begin(), out.end(), [](const docker::Flag& flag) { return flag.name > kDryRun; }), *dry_run);
        return out;
    }

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

    [[nodiscard]] Result<docker::ParsedFlags> parse(std::span<const docker::Flag> flags, const Words& words, bool interspersed) const {
        if (!v1_) return docker::parse_flags(flags, words, interspersed);
        auto read = composing::docopt_words(flags, words);
        if (!read) return read.error();
        return docker::parse_flags(flags, *read, false);
    }

    // cobra with compose's own handler says the sentence.
    [[nodiscard]] std::unique_ptr<shell::Program> wrong_flag(const Error& error, const ComposeVerb* verb) const {
        const std::string hint = error.hint.empty() ? std::string() : fmt::format(" ({})", error.hint);
        if (!v1_) return say({}, fmt::format("{}{}\n", error.message, hint), 1);
        // A number that is none gets as far as Python's int().
        if (error.message.starts_with("invalid argument")) {
            const std::size_t quote = error.message.find('"');
            return say({}, fmt::format("ValueError: invalid literal for int() with base 10: '{}'\n", error.message.substr(quote + 1, error.message.find('"', quote + 1) - quote - 1)), 1);
        }
        return wrong_words_v1(verb, error.hint.empty() ? std::string() : fmt::format("Podium: {}; did you mean {}?\n", error.message, error.hint));
    }

    // 1.29 shows the help and says nothing of what is wrong. SystemExit with a text ends with 0 but for the program's own
    // options, and exit_with_metrics keeps quiet about exec.
    [[nodiscard]] std::unique_ptr<shell::Program> wrong_words_v1(const ComposeVerb* verb, const std::string& note = {}) const {
        if (verb == nullptr) return say({}, overview() + note, 1);
        return say({}, (verb->name == "exec" ? std::string() : verb_help(*verb)) + note, 0);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> unknown(const std::string& name) const {
        const std::string near = nearest(name, names());
        const std::string hint = near.empty() ? std::string() : fmt::format(" (did you mean {}?)", near);
        if (v1_) return say({}, fmt::format("No such command: {}{}\n\n{}\n", name, hint, composing::commands_v1()), 1);
        return say(overview(), fmt::format("unknown docker command: \"compose {}\"{}\n", name, hint), 1);
    }

    // cli/cobra.go of docker 28.5, usageTemplate; "bridge" alone has commands of its own.
    [[nodiscard]] std::string commands(bool management) const {
        std::string out;
        for (const ComposeVerb& verb : verbs()) {
            if (verb.name != kAlias && (verb.name == "bridge") == management) out += fmt::format("  {:<12}{}\n", verb.name, verb.about);
        }
        return out;
    }

    [[nodiscard]] std::string overview() const {
        if (v1_) return std::string(composing::help_v1({})) + "\n";
        return fmt::format("Usage:  docker compose [OPTIONS] COMMAND\n\nDefine and run multi-container applications with Docker\n\nOptions:\n{}\nManagement Commands:\n{}\nCommands:\n{}\n"
                           "Run 'docker compose COMMAND --help' for more information on a command.\n", docker::flag_usages(globals_of()), commands(true), commands(false));
    }

    [[nodiscard]] std::string verb_help(const ComposeVerb& verb) const {
        if (v1_) return std::string(composing::help_v1(verb.name)) + "\n";
        const std::string options = fmt::format("\nOptions:\n{}", docker::flag_usages(flags_with_persistent(verb)));
        const bool aliased = verb.name == "config" || verb.name == kAlias;
        const std::string_view aliases = aliased ? "\nAliases:\n  docker compose config, docker compose convert\n" : "";
        return fmt::format("Usage:  {}\n\n{}\n{}{}", aliased ? "docker compose config [OPTIONS] [SERVICE...]" : usage(verb), trim(verb.about), aliases, options);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> help(const Words& words) const {
        if (words.size() < 2) return say(overview(), {}, 0);
        const ComposeVerb* verb = find(words[1]);
        return verb == nullptr ? unknown(words[1]) : say(verb_help(*verb), {}, 0);
    }

    std::unique_ptr<shell::Program> begin_version() {
        if (v1_) return say(std::string(composing::kVersionLineV1) + "\n", {}, 0);
        wish_.verb = find("version");
        return composing::start_version(wish_);
    }

    std::unique_ptr<shell::Program> start(const ComposeVerb& verb, const Words& words) {
        if (v1_ && !words.empty() && (words.front() == "--help" || words.front() == "-h")) return say(verb_help(verb), {}, 0);
        if (verb.start == nullptr) return not_simulated(fmt::format("the command {}", verb.name));
        auto flags = parse(flags_with_persistent(verb), words, verb.interspersed);
        if (!flags) return wrong_flag(flags.error(), &verb);
        for (const auto& [name, value] : flags->given) {
            if (!v1_ && name == kDryRun) wish_.globals.given.emplace_back(name, value);
        }
        if (flags->has("help")) return say(verb_help(verb), {}, 0);
        if (std::string name = docker::unsimulated_flag(verb.flags, *flags); !name.empty()) return not_simulated(fmt::format("the flag {} of {}", name, verb.name));
        // A dry run of these would have to guess what runs in a container.
        const bool guesses = verb.name == "run" || verb.name == "exec" || verb.name == "attach" || verb.name == "cp" || verb.name == "wait";
        if (guesses && wish_.globals.on(kDryRun)) return not_simulated(fmt::format("the flag --dry-run with {}", verb.name));
        const auto count = static_cast<int>(flags->arguments.size());
        if (count < verb.least || (verb.most >= 0 && count > verb.most)) return wrong_count(verb, flags->arguments);
        wish_.verb = &verb;
        wish_.flags = std::move(*flags);
        return verb.start(std::move(wish_));
    }

    [[nodiscard]] std::unique_ptr<shell::Program> wrong_count(const ComposeVerb& verb, const Words& given) const {
        if (v1_) return wrong_words_v1(&verb);
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
