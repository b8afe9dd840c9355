#pragma once

// Comparison as Go's templates do it. Used inside this folder only.

#include "sim/programs/format/go_value.hpp"

namespace podium::format {

/// Go's eq, for two values; throws CallFailure when they cannot be compared.
bool go_equal(const Value& first, const Value& second);
/// Go's lt; throws CallFailure when they cannot be ordered.
bool go_less(const Value& first, const Value& second);

}  // namespace podium::format
