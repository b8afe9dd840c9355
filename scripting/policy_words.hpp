#pragma once

// What a scheduling policy sees: one table of the fields of a task and of a host, and of the
// functions it may have. From it come the values and `podium docs lua`.

#include <span>
#include <string_view>

#include "scripting/bindings.hpp"
#include "sim/orch/scheduler/policy.hpp"

struct lua_State;

namespace podium::scripting {

struct PolicyField {
    std::string_view name;
    std::string_view sentence;
    bool of_one_task;  ///< It tells the tasks of a group apart.
    void (*push)(lua_State*, const scheduler::Question&);
};

std::span<const PolicyField> policy_task_fields();
std::span<const PolicyField> policy_host_fields();

/// What may stand in a policy, for the reference.
BindingGroup policy_bindings();

/// The basic functions of Lua that a policy has, and the tables of its library.
std::span<const char* const> policy_functions();
std::span<const char* const> policy_libraries();

}  // namespace podium::scripting
