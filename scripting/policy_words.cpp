#include "scripting/policy_words.hpp"

#include <array>
#include <fmt/format.h>
#include <string>

#include <lua.hpp>

#include "scripting/sandbox.hpp"
#include "sim/orch/scheduler/placer.hpp"

namespace podium::scripting {
namespace {

using scheduler::Question;

void push_integer(lua_State* lua, std::uint64_t number) {
    lua_pushinteger(lua, static_cast<lua_Integer>(number));
}

void push_cpus(lua_State* lua, std::int64_t nano_cpus) {
    lua_pushnumber(lua, static_cast<double>(nano_cpus) / 1e9);
}

void push_labels(lua_State* lua, const scheduler::Labels& labels) {
    lua_createtable(lua, 0, static_cast<int>(labels.size()));
    for (const auto& [name, value] : labels) {
        Sandbox::of(lua).charge(lua, kCallSteps);
        push_text(lua, name);
        push_text(lua, value);
        lua_rawset(lua, -3);
    }
}

constexpr std::array kTaskFields = {
    PolicyField{"service",
                "The name of its service.",
                false,
                [](lua_State* lua, const Question& q) { push_text(lua, q.group.service); }},
    PolicyField{"slot",
                "Which of the service's replicas it is, from 1.",
                true,
                [](lua_State* lua, const Question& q) { push_integer(lua, q.task.slot); }},
    PolicyField{"cpus",
                "The processors it reserves, as a number.",
                false,
                [](lua_State* lua, const Question& q) {
                    push_cpus(lua, q.group.shape.reservations.nano_cpus);
                }},
    PolicyField{"memory",
                "The bytes of memory it reserves.",
                false,
                [](lua_State* lua, const Question& q) {
                    lua_pushinteger(lua, q.group.shape.reservations.memory_bytes);
                }},
    PolicyField{"labels",
                "The labels of its service: task.labels.tier.",
                false,
                [](lua_State* lua, const Question& q) { push_labels(lua, q.group.labels); }},
    PolicyField{"constraints",
                "Its placement constraints as a list of texts. Swarm's own filters hold them "
                "already.",
                false,
                [](lua_State* lua, const Question& q) {
                    lua_newtable(lua);
                    lua_Integer at = 0;
                    for (const scheduler::Constraint& constraint : q.group.shape.constraints) {
                        Sandbox::of(lua).charge(lua, kCallSteps);
                        push_text(lua, constraint.text());
                        lua_rawseti(lua, -2, ++at);
                    }
                }},
    PolicyField{"failures",
                "How many tasks of its slot have failed, of those that the swarm still keeps (5 a "
                "slot, unless it was told otherwise).",
                true,
                [](lua_State* lua, const Question& q) { push_integer(lua, q.task.failures); }},
};

constexpr std::array kHostFields = {
    PolicyField{"name",
                "Its name.",
                false,
                [](lua_State* lua, const Question& q) { push_text(lua, q.node.hostname); }},
    PolicyField{"cpus",
                "Its processors.",
                false,
                [](lua_State* lua, const Question& q) { push_cpus(lua, q.node.total.nano_cpus); }},
    PolicyField{
        "memory",
        "Its memory in bytes.",
        false,
        [](lua_State* lua, const Question& q) { lua_pushinteger(lua, q.node.total.memory_bytes); }},
    PolicyField{"free_cpus",
                "Processors that no task there has reserved.",
                false,
                [](lua_State* lua, const Question& q) { push_cpus(lua, q.node.free_nano_cpus()); }},
    PolicyField{"free_memory",
                "Bytes that no task there has reserved.",
                false,
                [](lua_State* lua, const Question& q) {
                    lua_pushinteger(lua, q.node.free_memory_bytes());
                }},
    PolicyField{"labels",
                "The labels of its node: host.labels.disk.",
                false,
                [](lua_State* lua, const Question& q) { push_labels(lua, q.node.labels); }},
    PolicyField{"zone",
                "Its label zone, which a cluster file's zones become; \"\" without one.",
                false,
                [](lua_State* lua, const Question& q) {
                    const auto zone = q.node.labels.find("zone");
                    push_text(lua, zone == q.node.labels.end() ? std::string() : zone->second);
                }},
    PolicyField{"role",
                "\"manager\" or \"worker\".",
                false,
                [](lua_State* lua, const Question& q) {
                    lua_pushstring(lua,
                                   q.node.role == scheduler::Role::Manager ? "manager" : "worker");
                }},
    PolicyField{"tasks",
                "How many tasks are to run there.",
                false,
                [](lua_State* lua, const Question& q) { push_integer(lua, q.node.use.active); }},
    PolicyField{"tasks_of_service",
                "How many of these are of the task's service.",
                false,
                [](lua_State* lua, const Question& q) {
                    push_integer(lua, q.node.use.active_of(q.group.shape.service));
                }},
    PolicyField{"failures",
                "How often tasks of the service, in its present version, failed there within the "
                "last five minutes.",
                false,
                [](lua_State* lua, const Question& q) {
                    push_integer(lua, scheduler::recent_failures(q.node, q.group.shape, q.now));
                }},
    PolicyField{"outages",
                "How often it stopped answering since the present leader leads.",
                false,
                [](lua_State* lua, const Question& q) { push_integer(lua, q.node.use.outages); }},
};

constexpr std::array kFunctions = {
    "assert", "error", "ipairs", "pairs", "pcall", "select", "tonumber", "tostring", "type"};
constexpr std::array kLibraries = {"math", "string", "table", "utf8"};

}  // namespace

std::span<const PolicyField> policy_task_fields() {
    return kTaskFields;
}

std::span<const PolicyField> policy_host_fields() {
    return kHostFields;
}

std::span<const char* const> policy_functions() {
    return kFunctions;
}

std::span<const char* const> policy_libraries() {
    return kLibraries;
}

BindingGroup policy_bindings() {
    static const std::vector<std::pair<std::string, std::string_view>> fields = [] {
        std::vector<std::pair<std::string, std::string_view>> out;
        for (const PolicyField& field : kTaskFields)
            out.emplace_back(fmt::format("task.{}", field.name), field.sentence);
        for (const PolicyField& field : kHostFields)
            out.emplace_back(fmt::format("host.{}", field.name), field.sentence);
        return out;
    }();
    BindingGroup out{
        "Scheduling policies (--scheduler FILE.lua: a script of its own, which defines filter, "
        "score "
        "or both)",
        {
            {"filter",
             "function filter(task, host) return true end",
             "Whether the host may have the task. It is asked of hosts that all of Swarm's own "
             "filters let pass; without it all of these may.",
             nullptr},
            {"score",
             "function score(task, host) return 0 end",
             "A number; the host with the highest gets the task. Equal ones are taken as Swarm's "
             "spread takes them; without it all are equal.",
             nullptr},
            {"explain",
             "function explain(task, host) return \"too full\" end",
             "Optional: why the host is refused, or why the task goes there, as a part of a "
             "sentence. A task that finds no host shows it; podium run --detail tells it of each "
             "that "
             "does.",
             nullptr},
            {"now", "now()", "Seconds since the run began.", nullptr},
        }};
    for (const auto& [name, sentence] : fields)
        out.rows.push_back({name, name, sentence, nullptr});
    return out;
}

}  // namespace podium::scripting
