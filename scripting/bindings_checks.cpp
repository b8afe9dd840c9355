// Words that have a check look over the whole run.

#include <fmt/format.h>
#include <string>
#include <utility>

#include <lua.hpp>

#include "scripting/bindings_look.hpp"
#include "sim/base/text.hpp"

namespace podium::scripting {
namespace {

std::string name_at(lua_State* lua, int index) {
    return lua_isnoneornil(lua, index) ? std::string() : string_at(lua, index);
}

// What begins otherwise than a number is no duration, not even a wrong one.
bool begins_as_number(const std::string& text) {
    const std::string_view rest = trim(text);
    return !rest.empty() && std::string_view("0123456789+-.").find(rest.front()) != std::string_view::npos;
}

Check& new_check(lua_State* lua, CheckKind kind, const char* word, int name_index) {
    require_task(lua, word);
    if (scenario_of(lua).checks() >= Scenario::kMostChecks)
        Sandbox::of(lua).kill(lua,
                              fmt::format("it has more than {} checks", Scenario::kMostChecks));
    Check& check =
        scenario_of(lua).add_check(kind, Sandbox::of(lua).place(lua), name_at(lua, name_index));
    check.verdict.kind = word;
    return check;
}

int state_check(lua_State* lua, CheckKind kind, const char* word) {
    require_function(lua, 1);
    new_check(lua, kind, word, 2).predicate = Sandbox::of(lua).keep(lua, 1);
    return 0;
}

int always(lua_State* lua) {
    return state_check(lua, CheckKind::Always, "always");
}

int never(lua_State* lua) {
    return state_check(lua, CheckKind::Never, "never");
}

int span_check(lua_State* lua, CheckKind kind, const char* word) {
    require_function(lua, 1);
    const Duration span = duration_at(lua, 2);
    Check& check = new_check(lua, kind, word, 3);
    check.span = span;
    check.has_span = true;
    check.predicate = Sandbox::of(lua).keep(lua, 1);
    return 0;
}

int eventually(lua_State* lua) {
    return span_check(lua, CheckKind::Eventually, "eventually");
}

int stable(lua_State* lua) {
    return span_check(lua, CheckKind::Stable, "stable");
}

int at_most(lua_State* lua) {
    int whole = 0;
    const lua_Integer most = lua_tointegerx(lua, 1, &whole);
    if (lua_type(lua, 1) != LUA_TNUMBER || whole == 0) wrong_argument(lua, 1, "a whole number");
    if (most < 0 || most > 1'000'000)
        return luaL_error(lua, "at_most takes a number from 0 to 1000000");
    EventPattern event = event_at(lua, 2);
    ask_target(lua, event);
    const bool named = lua_isnoneornil(lua, 4) && lua_type(lua, 3) == LUA_TSTRING && !begins_as_number(string_at(lua, 3));
    const bool limited = !named && !lua_isnoneornil(lua, 3);
    const Duration span = limited ? duration_at(lua, 3) : Duration{};
    if (limited && span.nanoseconds == 0)
        return luaL_error(lua, "at_most takes a duration greater than 0s");
    Check& check = new_check(lua, CheckKind::AtMost, "at_most", named ? 3 : 4);
    check.most = most;
    check.event = std::move(event);
    check.has_span = limited;
    check.span = span;
    return 0;
}

int within(lua_State* lua) {
    const Duration span = duration_at(lua, 1);
    EventPattern cause = event_at(lua, 2);
    EventPattern effect;
    const bool predicate = lua_type(lua, 3) == LUA_TFUNCTION;
    if (!predicate) effect = event_at(lua, 3);
    ask_target(lua, cause);
    ask_target(lua, effect);
    Check& check = new_check(lua, CheckKind::Within, "within", 4);
    check.span = span;
    check.has_span = true;
    check.event = std::move(cause);
    check.effect = std::move(effect);
    if (predicate) check.predicate = Sandbox::of(lua).keep(lua, 3);
    return 0;
}

int availability(lua_State* lua) {
    const bool of_traffic = lua_isuserdata(lua, 1) != 0;
    if (!of_traffic && lua_isstring(lua, 1) == 0)
        wrong_argument(lua, 1, "a service's name or what traffic(…) gives");
    const std::string service = of_traffic ? handle_at(lua, 1, "traffic") : string_at(lua, 1);
    const auto bound = parse_bound(string_at(lua, 2));
    if (!bound) raise_error(lua, bound.error());
    Check& check = new_check(lua,
                             of_traffic ? CheckKind::TrafficAvailability : CheckKind::Availability,
                             "availability",
                             3);
    check.service = service;
    check.bound = *bound;
    if (!of_traffic) ask(lua, AskedNames::Kind::Service, service);
    return 0;
}

int latency(lua_State* lua) {
    const std::string source = handle_at(lua, 1, "traffic");
    const auto bound = parse_latency_bound(string_at(lua, 2));
    if (!bound) raise_error(lua, bound.error());
    Check& check = new_check(lua, CheckKind::Latency, "latency", 3);
    check.service = source;
    check.latency = *bound;
    return 0;
}

}  // namespace

BindingGroup check_bindings() {
    constexpr int kName = 1;  // which each may have
    return {
        "Checks (each looks after every instant in which something happened, from its call on; requests of traffic, a "
        "host's memory and disk and a volume's bytes also as they change, and the time as a span or the run ends; the last "
        "argument may be a name)",
        {
            {"always", "always(f)", "f holds at every look.", guarded<always>, kName},
            {"never", "never(f)", "f holds at none.", guarded<never>, kName},
            {"eventually",
             "eventually(f, \"30s\")",
             "f holds at a look within that time.",
             guarded<eventually>,
             kName},
            {"stable",
             "stable(f, \"10s\")",
             "f has held that long without a break when the run ends.",
             guarded<stable>,
             kName},
            {"at_most",
             "at_most(3, \"die web\", \"1m\")",
             "No stretch shorter than the duration (without one: the run) holds more of the event.",
             guarded<at_most>,
             kName},
            {"within",
             "within(\"5s\", \"die web\", \"start web\")",
             "Each time the first event happens, the second follows in time; or, for a function in "
             "its place, it holds at a look in time.",
             guarded<within>,
             kName},
            {"availability",
             "availability(\"web\", \">= 99.5%\")",
             "How much of the time since its first start the service was up, at the end; for a "
             "handle of traffic, how many of its requests were answered.",
             guarded<availability>,
             kName},
            {"latency",
             "latency(t, \"p99 <= 200ms\")",
             "How long the answered requests of a handle of traffic took, at the end: median, "
             "p95, p99 or longest.",
             guarded<latency>,
             kName},
        }};
}

}  // namespace podium::scripting
