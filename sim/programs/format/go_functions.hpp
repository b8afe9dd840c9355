#pragma once

// The functions a template can call. Used inside this folder only.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/format/go_value.hpp"

namespace podium::format {

/// Thrown by a function that refuses its arguments; the executor adds where.
struct CallFailure {
    std::string message;
};

struct Function {
    std::string_view name;
    std::vector<std::string_view> parameters;
    std::string_view more;  ///< The type of further arguments; empty when there may be none.
    Value (*call)(std::span<const Value> arguments) =
        nullptr;  ///< Null: `and` and `or`, done by the executor.
};

/// The function of that name, or null. `headers`: docker's functions as a table's header sees them.
const Function* find_function(std::string_view name, bool headers);

/// fmt.Sprintf.
std::string go_printf(std::string_view format, std::span<const Value> arguments);

}  // namespace podium::format
