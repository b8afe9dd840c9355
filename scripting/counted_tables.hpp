#pragma once

// What Lua's tables take besides the instructions that use them: how long the chains of keys are that fall to one place, and
// what it takes to make a table larger. Counted in steps, for the sandbox that runs (see counted_c.hpp).

#include <cstddef>
#include <cstdint>

struct lua_State;

namespace podium::scripting::tables {

struct Growth {
    std::uint64_t steps = 0;        ///< To count what the table has and to put it in again.
    std::size_t longest_chain = 0;  ///< Of numbers, as the table is after that; 0: too few to matter.
};

/// What it will take Lua to give a table, as lua_topointer knows it, a part for its keys of so many bytes.
Growth growth_of(const void* table, std::size_t bytes);

/// Lua's tables are laid out as this file reads them. Leaves the stack as it was; needs two places on it and memory.
bool are_known(lua_State* lua);

}  // namespace podium::scripting::tables
