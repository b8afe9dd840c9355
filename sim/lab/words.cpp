#include "sim/lab/words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/facts.hpp"
#include "sim/lab/session.hpp"
#include "sim/lab/why.hpp"
#include "sim/model/engine_state.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/traffic.hpp"

namespace podium::lab {
namespace {

// Explanations in a terminal, whose width the simulation doesn't know.
constexpr std::size_t kTextWidth = 100;

WordResult answer(std::string output) { return {WordResult::Kind::Answered, std::move(output), 0, {}}; }
WordResult refuse(const std::string& sentence) { return {WordResult::Kind::Answered, "podium: " + sentence + "\n", 2, {}}; }

Error too_long(const std::string& typed) { return Error{fmt::format("'{}' is longer than a run can last, which is 292 years", typed), {}, "take less"}; }

// Written as times are, and only too large to be one.
bool is_too_long(const std::string& text) {
    std::string small;
    bool digits = false;
    for (const char letter : text) {
        const bool digit = letter >= '0' && letter <= '9';
        if (!digit || !digits) small += digit ? '1' : letter;
        digits = digit;
    }
    return !parse_duration(text) && parse_duration(small);
}

// Time has an end, too.
WordResult pause_for(const SimState& state, const std::string& typed, Duration pause) {
    if (pause >= kNever - state.world.kernel.now()) return refuse(too_long(typed).text());
    return {WordResult::Kind::Answered, {}, 0, pause};
}

WordResult wait_word(const SimState& state, const std::vector<std::string>& words) {
    // A wait without a time, or for a process, is the shell's own.
    if (words.size() != 2) return {};
    const auto duration = read_duration(words[1]);
    if (duration && duration->nanoseconds >= 0) return pause_for(state, words[1], *duration);
    return is_too_long(words[1]) ? refuse(duration.error().text()) : WordResult{};
}

WordResult at_word(const SimState& state, const std::vector<std::string>& words) {
    const auto when = words.size() == 2 ? read_duration(words[1]) : Result<Duration>(Error{});
    if (!when) return refuse(words.size() == 2 && is_too_long(words[1]) ? when.error().text() : "at takes one moment since the start of the run, like: at 1m30s");
    const Duration left = Time{when->nanoseconds} - state.world.kernel.now();
    if (left.nanoseconds < 0) return refuse(fmt::format("{} has passed; it is {} now (rewind {} goes back)", words[1], format_time(state.world.kernel.now()), words[1]));
    return pause_for(state, words[1], left);
}

WordResult why_word(const SetUp& set_up, const SimState& state, std::vector<std::string> words, const Past& past) {
    // --at may stand before the name, too.
    if (words.size() == 4 && words[1] == "--at") std::rotate(words.begin() + 1, words.begin() + 3, words.end());
    Time until = state.world.kernel.now();
    if (words.size() == 4 && words[2] == "--at") {
        const auto when = parse_duration(words[3]);
        if (!when) return refuse(when.error().text());
        if (Time{when->nanoseconds} > until) return refuse(fmt::format("{} is still to come; it is {} now", words[3], format_time(until)));
        until = Time{when->nanoseconds};
    } else if (words.size() != 2) {
        return refuse("why takes a service, container or host, like: why web, or: why web --at 1m30s");
    }
    const Result<std::string> text = why(set_up, state, words[1], until, kTextWidth, past);
    return text ? answer(*text) : refuse(text.error().text());
}

// The lines typed in a terminal so far, this one among them, numbered.
std::vector<std::string> typed_lines(const SimState& state, const Terminal& terminal) {
    std::vector<std::string> out;
    const view::FactReader facts(state.world, fact_catalogue());
    const Journal& journal = state.world.kernel.journal();
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.kind != kFactLine || facts.text(fact, "terminal") != terminal.name) return;
        out.push_back(fmt::format("{:>5}  {}\n", out.size() + 1, facts.text(fact, "line")));
    });
    return out;
}

WordResult history_word(const SimState& state, const Terminal& terminal, const std::vector<std::string>& words) {
    std::vector<std::string> lines = typed_lines(state, terminal);
    std::int64_t last = 0;
    if (words.size() == 2 && parse_integer(words[1], last) && last >= 0) {
        lines.erase(lines.begin(), lines.end() - std::min<std::ptrdiff_t>(last, std::ssize(lines)));
    } else if (words.size() > 1) {
        return refuse(fmt::format("history takes how many of the last lines to show, not '{}'", words[1]));
    }
    std::string text;
    for (const std::string& line : lines) text += line;
    return answer(text);
}

std::string faults_that_go_on(const SimState& state) {
    std::vector<std::string> texts;
    for (const faults::ActiveFault& fault : state.faults.active)
        texts.push_back(fault.request.text());
    return join(texts, ", ");
}

WordResult inject_word(SimState& state, const std::string& rest, bool lift) {
    const auto request = faults::parse_fault(rest);
    if (!request) return refuse(request.error().text());
    if (lift) {
        if (const auto checked = faults::check_lift(*request); !checked) return refuse(checked.error().text());
    }
    if (lift) {
        const std::string going = faults_that_go_on(state);
        if (faults::end_fault(state.world, state.faults, *request)) return answer("");
        return refuse(fmt::format("no such fault goes on: {} ({})",
                                  request->text(),
                                  going.empty() ? "none does" : "what does: " + going));
    }
    if (const auto checked = faults::check_fault(state.world, *request); !checked) return refuse(checked.error().text());
    const FactId before = state.world.kernel.journal().last();
    faults::begin_fault(state.world, state.faults, *request);
    // Its first fact says whether it took hold of anything.
    const FactId first{before.value + 1};
    if (state.world.kernel.journal().has(first) && state.world.kernel.journal().at(first).kind == faults::kFactFaultMissed) {
        const std::string reason = view::FactReader(state.world, fact_catalogue()).text(state.world.kernel.journal().at(first), "reason");
        return refuse("there was nothing to break: " + (reason.empty() ? request->target + " does not run" : reason));
    }
    return answer("");
}

std::string hosts_text(const SimState& state) {
    std::string out = fmt::format("{:<16} {:<16} {:<6} {:<10} {:>6} {:>10} {:>10}\n", "HOST", "ADDRESS", "STATE", "ENGINE", "CPUS", "MEMORY", "DISK USED");
    for (const model::Host& host : state.world.hosts) {
        out += fmt::format("{:<16} {:<16} {:<6} {:<10} {:>6} {:>6} MiB {:>6} MiB\n", host.spec.name, host.spec.address, host.up ? "up" : "down", model::engine_standing(host), host.spec.cpu_millicores / 1000, host.spec.memory_bytes >> 20, host.disk_used_bytes >> 20);
    }
    return out;
}

std::string faults_text(const SimState& state) {
    std::string out;
    for (const faults::ActiveFault& fault : state.faults.active) out += fmt::format("goes on: {}\n", fault.request.text());
    for (const faults::FaultSpec& spec : faults::fault_list()) out += fmt::format("{:<18} {}\n", spec.id, spec.summary);
    return out;
}

// Without a port in the text those that its target publishes are asked in turn.
bool has_port_to_ask(const model::World& world, const model::TrafficSpec& spec) {
    const std::vector<model::ContainerId> containers = model::containers_named(world, spec.target);
    if (spec.port != 0 || containers.empty()) return true;
    return std::any_of(containers.begin(), containers.end(), [&world](model::ContainerId id) {
        const model::Container& c = world.container(id);
        return c.detail && std::any_of(c.detail->wanted_ports.begin(),
                                       c.detail->wanted_ports.end(),
                                       [](const model::PortBinding& port) { return port.protocol == "tcp"; });
    });
}

WordResult traffic_word(SimState& state, const std::vector<std::string>& words, const std::string& rest) {
    if (words.size() == 1) return answer(view::traffic_text(view::summarise_traffic(state.world)));
    if (words[1] == "stop") {
        if (words.size() != 3) return refuse("traffic stop takes the name of one source, like: traffic stop web");
        return model::stop_traffic(state.world, words[2]) ? answer("") : refuse(fmt::format("no traffic called '{}' is being sent", words[2]));
    }
    const auto spec = model::parse_traffic(rest);
    if (!spec) return refuse(spec.error().text());
    if (!model::traffic_target_exists(state.world, *spec)) return refuse(fmt::format("there is no host, service or container '{}'; name one that is there (docker ps)", spec->target));
    if (!has_port_to_ask(state.world, *spec))
        return refuse(fmt::format(
            "{0} publishes no port on the host (docker run -p, or ports in a Compose file; else name one, like traffic {0}:8080)",
            spec->target));
    const auto begun = model::begin_traffic(state.world, *spec);
    return begun ? answer("") : refuse(begun.error().text());
}

WordResult help_word(const std::vector<std::string>& words) {
    std::vector<OwnWord> asked = own_words();
    if (words.size() > 1) std::erase_if(asked, [&words](const OwnWord& word) { return word.usage.substr(0, word.usage.find(' ')) != words[1]; });
    std::size_t widest = 0;
    for (const OwnWord& word : asked) widest = std::max(widest, word.usage.size());
    std::string text;
    for (const OwnWord& word : asked) text += fmt::format("{:<{}}  {}\n", word.usage, widest, word.meaning);
    if (words.size() > 2 || text.empty()) return refuse("help tells of Podium's own words, all or one, like: help why; of docker's: docker COMMAND --help; bash's own help is not simulated");
    if (words.size() == 2) return answer(text);
    return answer("Podium's own words:\n" + text + "\nBeside them bash's own are there (cd, export, for, wait …), whose help is not simulated, and the host's programs: docker, docker compose,\ncurl, ping, ssh, systemctl and what is around them. docker --help tells of docker's.\n");
}

}  // namespace

Result<Duration> read_duration(const std::string& text) {
    auto duration = parse_duration(text);
    return !duration && is_too_long(text) ? Result<Duration>(too_long(text)) : duration;
}

bool stands_alone(std::string_view line) { return line.find_first_of(";&|<>()$`\"'\\{}*?[]~#!\n") == std::string_view::npos; }

const std::vector<OwnWord>& own_words() {
    static const std::vector<OwnWord> words{
        {"wait DURATION", "let simulated time pass, like: wait 30s"},
        {"at MOMENT", "let time pass until a moment since the start of the run"},
        {"why NAME [--at MOMENT]",
         "the causes of the last thing that happened to a service, container or host"},
        {"inject FAULT TARGET [NAME=VALUE...]", "break something: see faults"},
        {"lift FAULT TARGET [NAME=VALUE...]", "end a fault that lasts"},
        {"traffic TARGET:PORT [NAME=VALUE...]",
         "send requests to a published port: traffic web:8080 rate=20/s; alone: how it goes"},
        {"traffic stop NAME", "stop sending"},
        {"faults", "the faults there are, and those that go on"},
        {"hosts", "the hosts and their engines"},
        {"help [WORD]", "these words"},
        {"history [COUNT]", "the lines typed in this terminal so far"},
        {"rewind MOMENT", "go back to a moment, from which another future begins"},
        {"scheduler FILE.lua",
         "place the tasks of swarms by a policy of yours from now on, by one that comes with "
         "Podium, or by spread: see podium docs lua"},
    };
    return words;
}

bool is_own_line(const std::string& line) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty() || !stands_alone(line)) return false;
    if (words[0] == "wait") return words.size() == 2 && (parse_duration(words[1]).ok() || is_too_long(words[1]));
    if (words[0] == "hosts" || words[0] == "faults") return words.size() == 1;
    constexpr std::string_view kWithArguments[] = {"at", "why", "inject", "lift", "traffic", "history", "help"};
    return std::find(std::begin(kWithArguments), std::end(kWithArguments), words[0]) != std::end(kWithArguments);
}

WordResult run_own_word(const SetUp& set_up, SimState& state, const Terminal& terminal, const std::string& line, const Past& past) {
    const std::vector<std::string> words = split_words(line);
    if (words.empty()) return {};
    const std::string rest = line.size() > line.find(words[0]) + words[0].size() ? line.substr(line.find(words[0]) + words[0].size()) : std::string();
    if (words[0] == "wait") return wait_word(state, words);
    if (words[0] == "at") return at_word(state, words);
    if (words[0] == "why") return why_word(set_up, state, words, past);
    if (words[0] == "inject" || words[0] == "lift") return inject_word(state, rest, words[0] == "lift");
    if (words[0] == "traffic") return traffic_word(state, words, rest);
    if (words[0] == "help") return help_word(words);
    if (words[0] == "history") return history_word(state, terminal, words);
    if (words.size() > 1) return {};
    if (words[0] == "hosts") return answer(hosts_text(state));
    if (words[0] == "faults") return answer(faults_text(state));
    return {};
}

}  // namespace podium::lab
