#include "sim/conform/compare.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/conform/comparisons.hpp"

namespace podium::conform {
namespace {

constexpr double kBackoffTolerance = 1e-6;

// Docker's rule, worked out here once more from how long the simulated runs lasted.
void compare_backoff(const Recording& recorded, const std::vector<Life>& made, std::vector<std::string>& differences) {
    // What an engine finds running under live-restore has a new restart manager whose first delay is spent
    // (moby restore); no event of the container says when that was.
    if (recorded.live_restore && engine_start_of(recorded) >= 0) return;
    for (const Life& life : made) {
        double delay = 0;
        for (const EventRow& event : life.events) {
            if (event.object != "container") continue;
            if (event.action == "start" && event.reason != "restart-policy") delay = 0;
            if (event.action != "die" || !event.backoff || event.decision != "restart") continue;
            delay = *event.ran >= 10.0 ? 0.0 : delay;
            delay = delay == 0.0 ? 0.1 : std::min(delay * 2, 60.0);
            if (std::abs(delay - *event.backoff) > kBackoffTolerance) {
                differences.push_back(fmt::format("{}: the delay before the restart at {:.3f} s is {:.1f} s, the rule says {:.1f} s", life.label, event.t, *event.backoff, delay));
                return;
            }
        }
    }
}

// Names the engine made up are chance.
std::vector<std::string> random_names(const Recording& recorded, const std::vector<EventRow>& events) {
    std::vector<std::string> names;
    for (const EventRow& event : events) {
        if (event.object == "container" && is_random_name(recorded, event)) names.push_back(event.name);
    }
    return names;
}

std::string without(std::string text, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) text.replace(at, name.size(), "<name>");
    }
    return text;
}

std::vector<std::string> masked_lines(const std::string& text, bool sorted) {
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n')) {
        const std::string plain = masked(line);
        if (!plain.empty()) lines.push_back(plain);
    }
    if (sorted) std::sort(lines.begin(), lines.end());
    return lines;
}

void compare_text(const CommandRow& real, const std::string& what, const std::string& recorded, const std::string& simulated, std::vector<std::string>& differences) {
    // The order of "Creating … done" lines and of a level's containers is not compared.
    const bool sorted = real.line.starts_with("docker-compose") || real.line.starts_with("docker compose");
    const auto want = masked_lines(recorded, sorted);
    const auto got = masked_lines(simulated, sorted);
    for (std::size_t i = 0; i < std::max(want.size(), got.size()); ++i) {
        const std::string left = i < want.size() ? want[i] : "(nothing)";
        const std::string right = i < got.size() ? got[i] : "(nothing)";
        if (left == right) continue;
        differences.push_back(fmt::format("$ {}: {} differs\n      recorded  {}\n      simulated {}", real.line, what, left, right));
        return;
    }
}

}  // namespace

void compare_commands(const Recording& recorded, const Simulated& simulated, std::vector<std::string>& differences) {
    const std::vector<std::string> real_names = random_names(recorded, recorded.events);
    const std::vector<std::string> made_names = random_names(recorded, simulated.events);
    for (std::size_t i = 0; i < recorded.commands.size(); ++i) {
        const CommandRow& real = recorded.commands[i];
        if (i >= simulated.commands.size()) {
            differences.push_back(fmt::format("$ {}: it did not end in the simulation", real.line));
            return;
        }
        const CommandRow& made = simulated.commands[i];
        if (real.status != made.status) {
            differences.push_back(fmt::format("$ {}: status {} in the recording, {} in the simulation{}", real.line, real.status, made.status, made.error && !made.error->empty() ? fmt::format(": {}", trim(*made.error)) : ""));
            continue;
        }
        if (real.output) compare_text(real, "standard output", without(*real.output, real_names), without(made.output.value_or(""), made_names), differences);
        if (real.error) compare_text(real, "standard error", without(*real.error, real_names), without(made.error.value_or(""), made_names), differences);
    }
}

std::string masked(const std::string& text) {
    static const std::regex kId("(^|[^0-9A-Za-z])(sha256:)?([0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-z])");
    static const std::regex kTime("(Less than a second|About a minute|About an hour|[0-9]+ (seconds?|minutes?|hours?|days?|weeks?|months?|years?))");
    static const std::regex kSize("\\b[0-9.]+ ?([kKMGT]i?B|B)\\b");
    static const std::regex kBlanks("[ \\t\\r]+");
    static const std::regex kDashes("-{3,}");
    std::string out = std::regex_replace(text, kId, "$1<id>");
    out = std::regex_replace(out, kTime, "<time>");
    out = std::regex_replace(out, kSize, "<size>");
    out = std::regex_replace(out, kDashes, "---");
    out = std::regex_replace(out, kBlanks, " ");
    return std::string(trim(out));
}

std::vector<std::string> compare(const Recording& recorded, const Simulated& simulated, const std::vector<Dependencies>& dependencies) {
    std::vector<std::string> differences;
    const std::vector<Life> real = lives_of(recorded, recorded.events);
    const std::vector<Life> made = lives_of(recorded, simulated.events);
    compare_lives(recorded, simulated, real, made, differences);
    compare_levels(recorded, simulated, dependencies, differences);
    compare_objects(recorded, simulated, differences);
    compare_backoff(recorded, made, differences);
    compare_commands(recorded, simulated, differences);
    compare_inspections(recorded, simulated, real, made, differences);
    compare_polls(recorded, simulated, real, made, differences);
    compare_summary(recorded, simulated, real, made, differences);
    return differences;
}

}  // namespace podium::conform
