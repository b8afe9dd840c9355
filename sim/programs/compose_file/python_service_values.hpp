#pragma once

// Values of a service that docker-compose 1.29.2 takes apart when it makes a service of them: these
// break no schema, and are told one at a time. The service is as it is merged from the files.

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// Rates of blkio_config: bytes with a unit, or whole numbers (config.py, process_blkio_config).
Result<void> check_python_rates(const Node& service);

/// What volumes_from names (types.py, VolumeFromSpec.parse_v2).
Result<void> check_python_volumes_from(const Node& service);

/// A mount of type tmpfs has no source (types.py, MountSpec.parse).
Result<void> check_python_tmpfs(const Node& service);

}  // namespace podium::compose
