// Words that look: queries of the run as it is, and checks.

#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/bindings.hpp"
#include "scripting/library.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/lab/why.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"
#include "sim/view/summary.hpp"

namespace podium::scripting {
namespace {

constexpr std::uint64_t kQuerySteps = 50;
constexpr std::uint64_t kFactSteps = 4;

// The run, which a look begins too.
const model::World& world_of(lua_State* lua) {
    Scenario& self = scenario_of(lua);
    if (Result<void> begun = self.begin(); !begun) raise_error(lua, begun.error());
    Sandbox::of(lua).charge(lua, kQuerySteps);
    return self.run_so_far().world();
}

// --- services ---

constexpr char kService[] = "service";
constexpr char kContainer[] = "container";
constexpr char kHost[] = "host";
constexpr char kVolume[] = "volume";

void ask(lua_State* lua, AskedNames::Kind kind, const std::string& name) {
    scenario_of(lua).asked().ask(kind, name, Sandbox::of(lua).place(lua));
}

// Whether something is there at all is a fair question; a check that asks it for ever is none.
void ask_in_predicate(lua_State* lua, AskedNames::Kind kind, const std::string& name) {
    if (!Sandbox::of(lua).calling()) return;
    ask(lua, kind, name);
    LookedAt& looked_at = scenario_of(lua).looked_at();
    looked_at.names.insert(name);
    if (kind == AskedNames::Kind::Container) looked_at.containers.insert(name);
}

constexpr std::string_view kContainerStates[] = {"created", "running", "paused", "restarting", "exited", "removing", "removed"};
constexpr std::string_view kHealths[] = {"none", "starting", "healthy", "unhealthy"};
constexpr std::string_view kEngineStates[] = {"running", "stopping", "stopped", "starting", "frozen"};

template <const char* kind_name>
int make_handle(lua_State* lua) {
    push_handle(lua, kind_name, string_at(lua, 1));
    return 1;
}


view::ServiceState service_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kService);
    ask_in_predicate(lua, AskedNames::Kind::Service, name);
    return view::service_state(world_of(lua), name);
}

view::ServiceHistory service_history(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kService);
    ask_in_predicate(lua, AskedNames::Kind::Service, name);
    world_of(lua);
    return scenario_of(lua).histories().of(name);
}

int push_flag(lua_State* lua, bool value) {
    lua_pushboolean(lua, value ? 1 : 0);
    return 1;
}

int push_number(lua_State* lua, std::int64_t value) {
    lua_pushinteger(lua, value);
    return 1;
}

int service_running(lua_State* lua) {
    return push_flag(lua, service_now(lua).running > 0);
}

int service_count(lua_State* lua) {
    return push_number(lua, service_now(lua).running);
}

int service_containers(lua_State* lua) {
    return push_number(lua, service_now(lua).containers);
}

int service_oom(lua_State* lua) {
    return push_flag(lua, service_now(lua).oom_killed);
}

int service_health(lua_State* lua) {
    refuse_other_texts(lua, kService, "health", kHealths);
    push_text(lua, service_now(lua).health);
    return 1;
}

int service_healthy(lua_State* lua) {
    return push_flag(lua, service_now(lua).health == "healthy");
}

int service_starts(lua_State* lua) {
    return push_number(lua, service_history(lua).starts);
}

int service_restarts(lua_State* lua) {
    return push_number(lua, service_history(lua).restarts);
}

int service_moves(lua_State* lua) {
    return push_number(lua, service_history(lua).moves);
}

int service_deaths(lua_State* lua) {
    return push_number(lua, service_history(lua).deaths);
}

int service_exit(lua_State* lua) {
    const view::ServiceHistory history = service_history(lua);
    if (!history.exited) {
        lua_pushnil(lua);
        return 1;
    }
    return push_number(lua, history.last_exit);
}

int service_availability(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kService);
    ask_in_predicate(lua, AskedNames::Kind::Service, name);
    const model::World& world = world_of(lua);
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps);
    const auto summaries = view::summarise(world, lab::fact_catalogue(), session.now());
    const auto* const summary = view::service_meant(world, summaries, name);
    if (summary == nullptr || summary->availability() < 0) {
        lua_pushnil(lua);
    } else {
        lua_pushnumber(lua, static_cast<double>(summary->availability()) / 100);
    }
    return 1;
}

// --- containers, hosts, volumes ---

view::ContainerStateView container_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kContainer);
    ask_in_predicate(lua, AskedNames::Kind::Container, name);
    return view::container_state(world_of(lua), name);
}

int push_or_nil(lua_State* lua, const std::string& text) {
    if (text.empty()) {
        lua_pushnil(lua);
    } else {
        push_text(lua, text);
    }
    return 1;
}

int container_state(lua_State* lua) {
    refuse_other_texts(lua, kContainer, "state", kContainerStates);
    return push_or_nil(lua, container_now(lua).state);
}

int container_running(lua_State* lua) {
    return push_flag(lua, container_now(lua).running);
}

int container_health(lua_State* lua) {
    refuse_other_texts(lua, kContainer, "health", kHealths);
    return push_or_nil(lua, container_now(lua).health);
}

int container_restarts(lua_State* lua) {
    return push_number(lua, container_now(lua).restarts);
}

int container_oom(lua_State* lua) {
    return push_flag(lua, container_now(lua).oom_killed);
}

int container_image(lua_State* lua) {
    return push_or_nil(lua, container_now(lua).image);
}

int container_exit(lua_State* lua) {
    const view::ContainerStateView state = container_now(lua);
    if (!state.exists) {
        lua_pushnil(lua);
        return 1;
    }
    return push_number(lua, state.exit_code);
}

[[noreturn]] void no_host(lua_State* lua, const model::World& world, const std::string& name) {
    const std::set<std::string> names = view::host_names(world);
    const std::vector<std::string> hosts(names.begin(), names.end());
    const std::string near = nearest(name, hosts);
    constexpr std::size_t kFew = 8;
    raise_error(lua,
                Error{fmt::format("there is no host '{}'", name),
                      {},
                      !near.empty()           ? fmt::format("did you mean '{}'?", near)
                      : hosts.size() > kFew   ? "its cluster names them"
                      : hosts.size() == 1     ? "there is " + hosts.front()
                                              : "there are " + join(hosts, ", ")});
}

view::HostStateView host_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kHost);
    const model::World& world = world_of(lua);
    view::HostStateView state = view::host_state(world, name);
    if (!state.exists) no_host(lua, world, name);
    if (Sandbox::of(lua).calling()) scenario_of(lua).looked_at().names.insert(name);
    return state;
}

int host_up(lua_State* lua) {
    return push_flag(lua, host_now(lua).up);
}

int host_engine(lua_State* lua) {
    refuse_other_texts(lua, kHost, "engine", kEngineStates);
    return push_or_nil(lua, host_now(lua).engine);
}

int host_disk(lua_State* lua) {
    return push_number(lua, host_now(lua).disk_used_bytes);
}

int host_memory(lua_State* lua) {
    return push_number(lua, host_now(lua).memory_used_bytes);
}

int host_changed(lua_State* lua) {
    host_now(lua);
    const std::string path = string_at(lua, 2);
    if (!path.starts_with("/")) return luaL_error(lua, "changed needs an absolute path on the host, like /root/notes");
    const auto changed = view::host_file_changed(world_of(lua), handle_at(lua, 1, kHost), path);
    if (changed) {
        lua_pushnumber(lua, changed->seconds());
    } else {
        lua_pushnil(lua);
    }
    return 1;
}

view::VolumeStateView volume_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kVolume);
    ask_in_predicate(lua, AskedNames::Kind::Volume, name);
    return view::volume_state(world_of(lua), name);
}

int volume_exists(lua_State* lua) {
    return push_flag(lua, volume_now(lua).exists);
}

int volume_size(lua_State* lua) {
    return push_number(lua, volume_now(lua).size_bytes);
}

int volume_mounted(lua_State* lua) {
    return push_number(lua, volume_now(lua).mounted);
}

int volume_read(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kVolume);
    ask_in_predicate(lua, AskedNames::Kind::Volume, name);
    const std::string path = string_at(lua, 2);
    std::string content;
    if (!view::volume_file(world_of(lua), name, path, content)) {
        lua_pushnil(lua);
        return 1;
    }
    Sandbox::of(lua).charge(lua, content.size() / kBytesPerStep);
    push_text(lua, content);
    return 1;
}

// --- events ---

// A text, or a table: action, one of service, container, host and name, and fields.
EventPattern event_at(lua_State* lua, int index) {
    Sandbox& sandbox = Sandbox::of(lua);
    sandbox.charge(lua, kQuerySteps * 10);
    if (lua_type(lua, index) == LUA_TSTRING) {
        const auto pattern = parse_event_pattern(string_at(lua, index));
        if (!pattern) raise_error(lua, pattern.error());
        return *pattern;
    }
    if (lua_type(lua, index) != LUA_TTABLE)
        wrong_argument(lua,
                       index,
                       "an event (a text like \"die web\", or a table like {action = \"die\", "
                       "service = \"web\"})");
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields;
    std::map<std::string, std::string> sorted;
    sandbox.charge_walk(lua, index);
    lua_pushnil(lua);
    while (lua_next(lua, index) != 0) {
        sandbox.charge(lua, kCallSteps);
        if (lua_type(lua, -2) != LUA_TSTRING) luaL_error(lua, "the fields of an event have names");
        const std::string name = string_at(lua, -2);
        std::size_t size = 0;
        const char* text = text_of_value(lua, -1, &size);
        charge_reading(lua, size);
        sorted[name].assign(text, size);
        lua_pop(lua, 2);
    }
    const std::string action = sorted["action"];
    if (action.empty())
        luaL_error(lua, "an event has an action, like {action = \"die\", service = \"web\"}");
    for (const auto& [name, value] : sorted) {
        if (name == "action") continue;
        if (name == "service" || name == "container" || name == "host" || name == "target") {
            if (!target.empty()) luaL_error(lua, "an event has one target; this one has two");
            target = value;
        } else {
            fields.emplace_back(name, value);
        }
    }
    const auto pattern = make_event_pattern(action, target, std::move(fields));
    if (!pattern) raise_error(lua, pattern.error());
    return *pattern;
}

// Its target, and the fields that are names of what has to be there.
void ask_target(lua_State* lua, const EventPattern& event) {
    if (!event.target.empty()) ask(lua, AskedNames::Kind::Target, event.target);
    for (const EventPattern::Wanted& wanted : event.wanted) {
        const bool name = wanted.field == "host" || wanted.field == "node" || wanted.field == "member" || wanted.field == "service";
        if (name && wanted.value.is_text && !wanted.value.text.empty()) ask(lua, AskedNames::Kind::Target, wanted.value.text);
    }
}

// count, first and last in a predicate.
void ask_event_in_predicate(lua_State* lua, const EventPattern& event) {
    if (!Sandbox::of(lua).calling()) return;
    ask_target(lua, event);
    LookedAt& looked_at = scenario_of(lua).looked_at();
    if (event.target.empty()) {
        looked_at.kinds.insert(event.kinds.begin(), event.kinds.end());
    } else {
        looked_at.names.insert(event.target);
    }
}

int count(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps);
    std::int64_t found = 0;
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        found += pattern.matches(session, fact) ? 1 : 0;
    });
    return push_number(lua, found);
}

void push_fact(lua_State* lua, const lab::Session& session, const Fact& fact) {
    lua_newtable(lua);
    const view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
    for (const FieldValue& value :
         lab::fact_catalogue().fields(fact, session.world().kernel.interner())) {
        switch (value.type) {
            case FieldType::Text:
                lua_pushlstring(lua, value.text.data(), value.text.size());
                break;
            case FieldType::Flag:
                lua_pushboolean(lua, value.number != 0 ? 1 : 0);
                break;
            case FieldType::Duration:
                lua_pushnumber(lua, Duration{value.number}.seconds());
                break;
            case FieldType::Integer:
            case FieldType::Long:
                lua_pushinteger(lua, value.number);
                break;
        }
        lua_setfield(lua, -2, std::string(value.name).c_str());
    }
    lua_pushnumber(lua, fact.time.seconds());
    lua_setfield(lua, -2, "time");
    lua_pushinteger(lua, fact.id.value);
    lua_setfield(lua, -2, "fact");
    lua_pushinteger(lua, fact.cause.value);
    lua_setfield(lua, -2, "cause");
    push_text(lua, std::string(info.action));
    lua_setfield(lua, -2, "action");
    push_text(lua, info.service);
    lua_setfield(lua, -2, "service");
    push_text(lua, info.container);
    lua_setfield(lua, -2, "container");
}

// The fact of that number as a table, if the event is one; whether it is.
bool push_if_matching(lua_State* lua, const EventPattern& pattern, FactId id) {
    Sandbox::of(lua).charge(lua, kFactSteps * 8);
    const lab::Session& session = scenario_of(lua).run_so_far();
    const Fact fact = session.journal().at(id);
    if (!pattern.matches(session, fact)) return false;
    push_fact(lua, session, fact);
    return true;
}

int first(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const Journal& journal = scenario_of(lua).run_so_far().journal();
    for (FactId id = journal.first(); id <= journal.last(); ++id.value) {
        if (push_if_matching(lua, pattern, id)) return 1;
    }
    lua_pushnil(lua);
    return 1;
}

int last(lua_State* lua) {
    const EventPattern pattern = event_at(lua, 1);
    ask_event_in_predicate(lua, pattern);
    world_of(lua);
    const Journal& journal = scenario_of(lua).run_so_far().journal();
    for (FactId id = journal.last(); id && id >= journal.first(); --id.value) {
        if (push_if_matching(lua, pattern, id)) return 1;
    }
    lua_pushnil(lua);
    return 1;
}

// A unit of simulating takes about as long as so many steps.
constexpr std::uint64_t kStepsPerWork = 6;

// It goes through all facts and, for a swarm, runs through a piece of the past again.
int why(lua_State* lua) {
    require_task(lua, "why");
    const std::string name = string_at(lua, 1);
    world_of(lua);
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps * 8);
    const std::uint64_t before = work_done();
    const auto text = lab::why(session, name, session.now(), 0);
    Sandbox::of(lua).charge(lua, (work_done() - before) * kStepsPerWork);
    if (text) {
        push_text(lua, *text);
    } else {
        lua_pushnil(lua);
    }
    return 1;
}

// --- checks ---

std::string name_at(lua_State* lua, int index) {
    return lua_isnoneornil(lua, index) ? std::string() : string_at(lua, index);
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
    const bool limited = !lua_isnoneornil(lua, 3);
    const Duration span = limited ? duration_at(lua, 3) : Duration{};
    if (limited && span.nanoseconds == 0)
        return luaL_error(lua, "at_most takes a duration greater than 0s");
    Check& check = new_check(lua, CheckKind::AtMost, "at_most", 4);
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
    return {
        "Checks (each looks after every instant in which something happened, from its call on; the "
        "last argument may be a name)",
        {
            {"always", "always(f)", "f holds at every look.", guarded<always>},
            {"never", "never(f)", "f holds at none.", guarded<never>},
            {"eventually",
             "eventually(f, \"30s\")",
             "f holds at a look within that time.",
             guarded<eventually>},
            {"stable",
             "stable(f, \"10s\")",
             "f has held that long without a break when the run ends.",
             guarded<stable>},
            {"at_most",
             "at_most(3, \"die web\", \"1m\")",
             "No stretch shorter than the duration (without one: the run) holds more of the event.",
             guarded<at_most>},
            {"within",
             "within(\"5s\", \"die web\", \"start web\")",
             "Each time the first event happens, the second follows in time; or, for a function in "
             "its place, it holds at a look in time.",
             guarded<within>},
            {"availability",
             "availability(\"web\", \">= 99.5%\")",
             "How much of the time since its first start the service was up, at the end; for a "
             "handle of traffic, how many of its requests were answered.",
             guarded<availability>},
            {"latency",
             "latency(t, \"p99 <= 200ms\")",
             "How long the answered requests of a handle of traffic took, at the end: median, "
             "p95, p99 or longest.",
             guarded<latency>},
        }};
}

std::vector<BindingGroup> query_bindings() {
    return {
        {"Events so far",
         {
             {"count", "count(\"die web\")", "How often the event has happened.", guarded<count>},
             {"first",
              "first(\"die web\")",
              "The first such fact as a table, as last gives it, or nil.",
              guarded<first>},
             {"last",
              "last(\"die web\")",
              "The last such fact as a table (time, fact, cause, action, service, container and "
              "its own fields), or nil.",
              guarded<last>},
             {"why",
              "why(\"web.2\")",
              "How a service, container, host or a swarm's task stands and what led there, in the "
              "words of podium why; nil when nothing is called so. Not in a check.",
              guarded<why>},
         }},
        {"Services",
         {
             {"service",
              "service(\"web\")",
              "A service of Compose or of a swarm, or a container by name; its methods:",
              guarded<make_handle<kService>>},
             {"service:running",
              "service:running()",
              "At least one of its containers runs.",
              guarded<service_running>},
             {"service:count", "service:count()", "How many of them run.", guarded<service_count>},
             {"service:containers",
              "service:containers()",
              "How many there are, running or not.",
              guarded<service_containers>},
             {"service:health",
              "service:health()",
              "The worst of those that run: \"unhealthy\", \"starting\", \"healthy\", \"none\"; "
              "\"\" when none runs.",
              guarded<service_health>},
             {"service:healthy",
              "service:healthy()",
              "All that run are healthy, and one does.",
              guarded<service_healthy>},
             {"service:starts",
              "service:starts()",
              "How often they have started.",
              guarded<service_starts>},
             {"service:restarts",
              "service:restarts()",
              "How often their restart policy has started them, or others in their place in a swarm.",
              guarded<service_restarts>},
             {"service:moves",
              "service:moves()",
              "How often a task of it, in a swarm, has started on another node than the last one of its slot.",
              guarded<service_moves>},
             {"service:deaths",
              "service:deaths()",
              "How often they have died.",
              guarded<service_deaths>},
             {"service:exit",
              "service:exit()",
              "The last exit status, or nil.",
              guarded<service_exit>},
             {"service:oom",
              "service:oom()",
              "One of them was killed for using too much memory.",
              guarded<service_oom>},
             {"service:availability",
              "service:availability()",
              "Per cent of the time since the first start in which one ran, so far; or nil.",
              guarded<service_availability>},
         }},
        {"Containers",
         {
             {"container",
              "container(\"web.1\")",
              "A container by name, or service.N; its methods:",
              guarded<make_handle<kContainer>>},
             {"container:state",
              "container:state()",
              "\"created\", \"running\", \"paused\", \"restarting\", \"exited\", \"removed\"; nil "
              "when there was none.",
              guarded<container_state>},
             {"container:running", "container:running()", "It runs.", guarded<container_running>},
             {"container:health",
              "container:health()",
              "\"none\", \"starting\", \"healthy\", \"unhealthy\"; nil when it is not there.",
              guarded<container_health>},
             {"container:exit",
              "container:exit()",
              "Its exit status, 0 before it has one; nil when it is not there.",
              guarded<container_exit>},
             {"container:restarts",
              "container:restarts()",
              "Restarts by its policy since it was last started by request.",
              guarded<container_restarts>},
             {"container:oom",
              "container:oom()",
              "It was killed for using too much memory.",
              guarded<container_oom>},
             {"container:image",
              "container:image()",
              "What it was made from, as named; nil when it is not there.",
              guarded<container_image>},
         }},
        {"Hosts",
         {
             {"host", "host(\"host\")", "A host; its methods:", guarded<make_handle<kHost>>},
             {"host:up", "host:up()", "It is on.", guarded<host_up>},
             {"host:engine",
              "host:engine()",
              "\"running\", \"stopping\", \"stopped\", \"starting\" or \"frozen\".",
              guarded<host_engine>},
             {"host:disk", "host:disk()", "Bytes of its disk in use.", guarded<host_disk>},
             {"host:memory", "host:memory()", "Bytes of its memory in use.", guarded<host_memory>},
             {"host:changed",
              "host:changed(\"/root/notes\")",
              "When a file of it was last written, as now() and an event's time count; nil when there is no such file.",
              guarded<host_changed>},
         }},
        {"Volumes",
         {
             {"volume",
              "volume(\"data\")",
              "A volume by its name, with or without the project before it; its methods:",
              guarded<make_handle<kVolume>>},
             {"volume:exists", "volume:exists()", "It is there.", guarded<volume_exists>},
             {"volume:size", "volume:size()", "Bytes in it.", guarded<volume_size>},
             {"volume:mounted",
              "volume:mounted()",
              "How many running containers use it.",
              guarded<volume_mounted>},
             {"volume:read",
              "volume:read(\"file\")",
              "What a file in it holds, or nil.",
              guarded<volume_read>},
         }},
    };
}

}  // namespace podium::scripting
