#pragma once

// What a container calls itself in its own /etc/hosts.

#include <string>
#include <vector>

#include "sim/model/world.hpp"

namespace podium::model {

/// Its full name, and when that has a dot its first part besides: "hh.dd.ee", "hh" of --hostname hh --domainname dd.ee.
/// Source: moby 20.10, libnetwork sandbox_dns_unix.go, updateHostsFile.
std::vector<std::string> own_names(const World& world, ContainerId container);

}  // namespace podium::model
