// Traffic: clients that send requests to a published port, and what became of them so far.

#include <algorithm>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/bindings.hpp"
#include "scripting/scenario.hpp"
#include "sim/lab/traffic.hpp"

namespace podium::scripting {
namespace {

constexpr const char* kTraffic = "traffic";
constexpr std::uint64_t kQuerySteps = 100;
constexpr std::size_t kSourcesPerStep = 4;  // gone through for the one that is meant

// The settings are those of `podium run --traffic`; `lasts` is its for=, which is a word of Lua's
// own.
int begin_traffic(lua_State* lua) {
    require_task(lua, kTraffic);
    const std::string target = string_at(lua, 1);
    std::string text = target;
    std::string name;
    if (!lua_isnoneornil(lua, 2)) {
        require_table(lua, 2);
        std::vector<std::string> known{"lasts"};
        for (const auto& [setting, _] : lab::traffic_help()) {
            if (setting != "for") known.emplace_back(setting);
        }
        check_fields(lua, 2, kTraffic, known);
        for (const std::string& setting : known) {
            // A number is seconds where a time is, as everywhere.
            const bool time = setting == "lasts" || lab::is_traffic_time(setting);
            const std::string value = time ? time_field(lua, 2, setting.c_str()) : text_field(lua, 2, setting.c_str());
            if (value.empty()) continue;
            if (value.find_first_of(" \t\n") != std::string::npos) {
                return luaL_error(
                    lua, "traffic: the value of %s has a blank in it", setting.c_str());
            }
            text += fmt::format(" {}={}", setting == "lasts" ? "for" : setting, value);
            if (setting == "name") name = value;
        }
    }
    Scenario& scenario = scenario_of(lua);
    if (Result<void> begun = scenario.begin(); !begun) raise_error(lua, begun.error());
    if (Result<void> checked = lab::check_published(scenario.run_so_far(), text); !checked) raise_error(lua, checked.error());
    // Each handle stands for traffic of its own, so its name is settled here.
    if (name.empty()) {
        const std::string first = target.substr(0, target.rfind(':'));
        name = first;
        std::string stem = first;
        std::replace(stem.begin(), stem.end(), '/', '-');  // which no name that is given has
        for (int number = 2; !scenario.take_traffic_name(name); ++number) name = fmt::format("{}-{}", stem, number);
        if (name != first) text += " name=" + name;
    } else if (!scenario.take_traffic_name(name)) {
        raise_error(lua, Error{fmt::format("there is traffic called '{}' already", name), {}, "give this one another name"});
    }
    if (Result<void> posted = scenario.post(
            lab::CommandKind::Traffic, scenario.now(), scenario.set_up().hosts.front().name, text);
        !posted)
        raise_error(lua, posted.error());
    const std::string whom = target.substr(0, target.rfind(':'));
    const bool address = whom == "localhost" || whom.find_first_not_of("0123456789.") == std::string::npos;
    if (!address)
        scenario.asked().ask(AskedNames::Kind::Machine, whom, Sandbox::of(lua).place(lua));
    push_handle(lua, kTraffic, name);
    return 1;
}

int stop_traffic(lua_State* lua) {
    require_task(lua, "stop");
    Scenario& scenario = scenario_of(lua);
    if (Result<void> posted = scenario.post(lab::CommandKind::TrafficStop,
                                            scenario.now(),
                                            scenario.set_up().hosts.front().name,
                                            handle_at(lua, 1, kTraffic));
        !posted)
        raise_error(lua, posted.error());
    return give_nothing(lua);
}

struct TrafficNow {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    bool failing = false;
};

// The newest source of that name; an empty one before it has begun.
TrafficNow traffic_now(lua_State* lua, bool counts = true) {
    const std::string name = handle_at(lua, 1, kTraffic);
    const std::size_t sources = scenario_of(lua).run_so_far().world().traffic.size();
    Sandbox::of(lua).charge(lua, kQuerySteps + sources / kSourcesPerStep);
    const model::World& world = scenario_of(lua).run_so_far().world();
    if (Sandbox::of(lua).calling()) {
        LookedAt& looked_at = scenario_of(lua).looked_at();
        looked_at.names.insert(name);
        // No request is told by itself; that they begin to fail, and are answered again, is.
        if (counts) looked_at.add_drift(world, Drift::Of::Traffic, name);
    }
    for (auto source = world.traffic.rbegin(); source != world.traffic.rend(); ++source) {
        if (source->spec.name != name) continue;
        return {source->tally.sent, source->tally.answered(), source->tally.failed(), source->state == model::TrafficState::Failing};
    }
    return {};
}

int traffic_sent(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(traffic_now(lua).sent));
    return 1;
}

int traffic_answered(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(traffic_now(lua).answered));
    return 1;
}

int traffic_lost(lua_State* lua) {
    lua_pushinteger(lua, static_cast<lua_Integer>(traffic_now(lua).failed));
    return 1;
}

int traffic_failing(lua_State* lua) {
    lua_pushboolean(lua, traffic_now(lua, false).failing ? 1 : 0);
    return 1;
}

}  // namespace

BindingGroup traffic_bindings() {
    return {
        "Traffic (requests to a published port; its table is in the summary)",
        {
            {"traffic",
             "t = traffic(\"web:8080\", {rate = \"50/s\", path = \"/items\", lasts = \"5m\", …})",
             "Begins to send; the settings are those of podium docs traffic. Gives a handle:",
             guarded<begin_traffic>},
            {"traffic:stop", "t:stop()", "Sends no more.", guarded<stop_traffic>},
            {"traffic:sent", "t:sent()", "Requests so far.", guarded<traffic_sent>},
            {"traffic:answered",
             "t:answered()",
             "Those answered with a status below 400.",
             guarded<traffic_answered>},
            {"traffic:lost", "t:lost()", "Those that failed.", guarded<traffic_lost>},
            {"traffic:failing",
             "t:failing()",
             "They fail just now: since it began to be so none has been answered.",
             guarded<traffic_failing>},
        }};
}

}  // namespace podium::scripting
