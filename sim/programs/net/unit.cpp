#include "sim/programs/net/unit.hpp"

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/model/engine.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"

namespace podium::programs::net {
namespace {

using model::EngineState;
using model::ProcessContext;

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86'400;

// When the engine last came up or went down; the start of the run when it never did.
Time last_change(ProcessContext& context) {
    const model::World& world = context.world();
    const Journal& journal = world.kernel.journal();
    const std::uint32_t host = context.row().host.value;
    for (FactId id = journal.last(); id && id >= journal.first(); --id.value) {
        const Fact& fact = journal.at(id);
        const bool engine = fact.kind == model::kFactEngineUp || fact.kind == model::kFactEngineStopped || fact.kind == model::kFactEngineStopping || fact.kind == model::kFactEngineStarting || fact.kind == model::kFactEngineCrashed || fact.kind == model::kFactEngineRefused;
        if (engine && fact.subject.id() == host) return fact.time;
    }
    return {};
}

std::string ago(Duration duration) {
    const std::int64_t seconds = duration.nanoseconds / 1'000'000'000;
    if (seconds < kMinute) return fmt::format("{}s", seconds);
    if (seconds < kHour) return seconds < 10 * kMinute && seconds % kMinute != 0 ? fmt::format("{}min {}s", seconds / kMinute, seconds % kMinute) : fmt::format("{}min", seconds / kMinute);
    if (seconds < kDay) return seconds % kHour < kMinute ? fmt::format("{}h", seconds / kHour) : fmt::format("{}h {}min", seconds / kHour, seconds % kHour / kMinute);
    return fmt::format("{} day{}", seconds / kDay, seconds / kDay == 1 ? "" : "s");
}

std::string date(ProcessContext& context, Time time) {
    static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    const model::Host& host = context.world().host(context.row().host);
    const Duration skew = host.clock_skew;
    const Time stamped = host.stamped(time);
    std::string text = rfc3339(stamped, skew);
    text[text.find('T')] = ' ';
    text.pop_back();
    return fmt::format("{} {} UTC", kDays[unix_seconds(stamped, skew) / kDay % 7], text);
}

}  // namespace

std::string_view unit_state(ProcessContext& context) {
    const model::Engine& engine = context.world().host(context.row().host).engine;
    switch (engine.state) {
        case EngineState::Running: return model::api_waits(context.world(), context.row().host) ? "activating" : "active";
        case EngineState::Frozen: return "active";
        case EngineState::Stopping: return engine.unit_restarts ? "active" : "deactivating";  // systemd has not asked for it, and waits for the process
        case EngineState::Starting: return "activating";
        case EngineState::Stopped:
            if (engine.unit_restarts) return "activating";
            return engine.crashed || !engine.refused.empty() ? "failed" : "inactive";
    }
    return "inactive";
}

std::string unit_status(ProcessContext& context) {
    const std::string_view state = unit_state(context);
    const Time since = last_change(context);
    const std::string moment = fmt::format("since {}; {} ago", date(context, since), ago(context.now() - since));
    std::string dot = "●";
    std::string active = fmt::format("active (running) {}", moment);
    if (state == "deactivating") active = fmt::format("deactivating (stop-sigterm) {}", moment);
    const model::Engine& engine = context.world().host(context.row().host).engine;
    if (state == "activating") active = fmt::format("activating (start) {}", moment);
    if (state == "activating" && engine.state == EngineState::Stopped) active = fmt::format("activating (auto-restart){} {}", engine.crashed ? " (Result: signal)" : "", moment);
    if (state == "failed") {
        const bool refused = !context.world().host(context.row().host).engine.refused.empty();
        active = fmt::format("failed (Result: {}) {}", refused ? "exit-code" : "signal", moment);
        dot = "×";
    }
    if (state == "inactive") {
        active = fmt::format("inactive (dead) {}", moment);
        dot = "○";
    }
    const bool listens = socket_state(context) == "active";
    return fmt::format(
        "{} docker.service - Docker Application Container Engine\n"
        "     Loaded: loaded (/lib/systemd/system/docker.service; enabled; preset: enabled)\n"
        "     Active: {}\n"
        "TriggeredBy: {} docker.socket\n"
        "       Docs: https://docs.docker.com\n",
        dot,
        active,
        listens ? "●" : "○");
}

std::string_view socket_state(ProcessContext& context) {
    const model::Engine& engine = context.world().host(context.row().host).engine;
    if (engine.state == EngineState::Running || engine.state == EngineState::Frozen || engine.socket_listens) return "active";
    return engine.refused.empty() ? "inactive" : "failed";
}

// What systemd listens at belongs to the service while that runs.
std::string socket_status(ProcessContext& context) {
    const std::string_view state = socket_state(context);
    const std::string_view service = unit_state(context);
    const bool served = context.world().host(context.row().host).engine.state != EngineState::Stopped;
    std::string active = "inactive (dead)";
    if (state == "active") active = served ? "active (running)" : "active (listening)";
    if (state == "failed") active = "failed (Result: service-start-limit-hit)";
    return fmt::format(
        "{} docker.socket - Docker Socket for the API\n"
        "     Loaded: loaded (/lib/systemd/system/docker.socket; enabled; preset: enabled)\n"
        "     Active: {}\n"
        "   Triggers: {} docker.service\n"
        "     Listen: /run/docker.sock (Stream)\n",
        state == "active" ? "●" : state == "failed" ? "×" : "○",
        active,
        service == "failed" ? "×" : service == "inactive" ? "○" : "●");
}

}  // namespace podium::programs::net
