#pragma once

// The devices of a host, all of which every container has too.

#include <array>
#include <string>
#include <string_view>

#include "sim/model/container_spec.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

inline constexpr std::array<std::string_view, 8> kDevices = {
    "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty"};

/// Why a container's start fails over what it asks for of its host's devices; empty when it has them (moby v20.10.24
/// daemon/oci_linux.go, WithDevices; oci/devices_linux.go, DevicesFromPath: a directory stands for the devices in it).
std::string device_failure(const World& world, HostId host, const ContainerSpec& spec);

}  // namespace podium::model
