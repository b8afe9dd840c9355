// Words that look at services, containers, hosts and volumes as they are.

#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/bindings_look.hpp"
#include "scripting/library.hpp"
#include "sim/base/text.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"
#include "sim/view/summary.hpp"

namespace podium::scripting {

const model::World& world_of(lua_State* lua) {
    Scenario& self = scenario_of(lua);
    if (Result<void> begun = self.begin(); !begun) raise_error(lua, begun.error());
    Sandbox::of(lua).charge(lua, kQuerySteps);
    return self.run_so_far().world();
}

void ask(lua_State* lua, AskedNames::Kind kind, const std::string& name) {
    scenario_of(lua).asked().ask(kind, name, Sandbox::of(lua).place(lua));
}

int push_number(lua_State* lua, std::int64_t value) {
    lua_pushinteger(lua, value);
    return 1;
}

namespace {

// --- services ---

constexpr char kService[] = "service";
constexpr char kContainer[] = "container";
constexpr char kHost[] = "host";
constexpr char kVolume[] = "volume";

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


// Containers are found by what they are called, removed ones among them, each time.
const model::World& world_of_containers(lua_State* lua) {
    const model::World& world = world_of(lua);
    Sandbox::of(lua).charge(lua, world.containers.size() * kContainerSteps);
    return world;
}

view::ServiceState service_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kService);
    ask_in_predicate(lua, AskedNames::Kind::Service, name);
    return view::service_state(world_of_containers(lua), name);
}

view::ServiceHistory service_history(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kService);
    ask_in_predicate(lua, AskedNames::Kind::Service, name);
    const model::World& world = world_of(lua);
    const view::Histories& histories = scenario_of(lua).histories();
    if (histories.knows(name)) return histories.of(name);
    world_of_containers(lua);
    if (view::services_of_container(world, name).empty()) return {};  // not there yet
    Sandbox::of(lua).charge(lua, scenario_of(lua).run_so_far().journal().size() * kFactSteps);
    return view::container_history(world, lab::fact_catalogue(), name);
}


int push_flag(lua_State* lua, bool value) {
    lua_pushboolean(lua, value ? 1 : 0);
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
    scenario_of(lua).looked_at().clock = true;
    const lab::Session& session = scenario_of(lua).run_so_far();
    Sandbox::of(lua).charge(lua, session.journal().size() * kFactSteps);
    const auto ran = view::availability_of(world, lab::fact_catalogue(), session.now(), name);
    const auto services = ran ? std::set<model::ServiceIdentity>{} : view::services_of_container(world, name);
    if (!services.empty()) {
        const std::string whose = join(view::ServiceNames::of_run(world).called(services), "' and of '");
        raise_error(lua, Error{fmt::format("'{}' is a container of '{}'; availability is a service's", name, whose), {}, {}});
    }
    if (!ran || ran->share < 0) {
        lua_pushnil(lua);
    } else {
        lua_pushnumber(lua, static_cast<double>(ran->share) / 100);
    }
    return 1;
}

// --- containers, hosts, volumes ---

view::ContainerStateView container_now(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kContainer);
    ask_in_predicate(lua, AskedNames::Kind::Container, name);
    return view::container_state(world_of_containers(lua), name);
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

// A predicate has asked for what changes without a fact.
void note_drift(lua_State* lua, Drift::Of of, const std::string& name) {
    if (Sandbox::of(lua).calling()) scenario_of(lua).looked_at().add_drift(scenario_of(lua).run_so_far().world(), of, name);
}

int host_disk(lua_State* lua) {
    const view::HostStateView state = host_now(lua);
    note_drift(lua, Drift::Of::Host, handle_at(lua, 1, kHost));
    return push_number(lua, state.disk_used_bytes);
}

int host_memory(lua_State* lua) {
    const view::HostStateView state = host_now(lua);
    note_drift(lua, Drift::Of::Host, handle_at(lua, 1, kHost));
    return push_number(lua, state.memory_used_bytes);
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
    const model::World& world = world_of(lua);
    Sandbox::of(lua).charge(lua, world.volumes.size() / kVolumesPerStep);
    return view::volume_state(world, name);
}

int volume_exists(lua_State* lua) {
    return push_flag(lua, volume_now(lua).exists);
}

int volume_size(lua_State* lua) {
    const view::VolumeStateView state = volume_now(lua);
    note_drift(lua, Drift::Of::Volume, handle_at(lua, 1, kVolume));
    return push_number(lua, state.size_bytes);
}

int volume_mounted(lua_State* lua) {
    return push_number(lua, volume_now(lua).mounted);
}

int volume_read(lua_State* lua) {
    const std::string name = handle_at(lua, 1, kVolume);
    ask_in_predicate(lua, AskedNames::Kind::Volume, name);
    const std::string path = string_at(lua, 2);
    std::string content;
    const bool there = view::volume_file(world_of(lua), name, path, content);
    note_drift(lua, Drift::Of::Volume, name);
    scenario_of(lua).looked_at().clock = true;  // as many bytes may be others
    if (!there) {
        lua_pushnil(lua);
        return 1;
    }
    Sandbox::of(lua).charge(lua, content.size() / kBytesPerStep);
    push_text(lua, content);
    return 1;
}

}  // namespace

std::vector<BindingGroup> query_bindings() {
    return {
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
