#pragma once

// The processes that a program sees, for those that list them and those that look for some.

#include <string>
#include <vector>

#include "sim/model/ids.hpp"
#include "sim/programs/small/program.hpp"

namespace podium::programs::small {

struct Seen {
    model::ProcessId id;
    shell::Pid pid = 0;
    shell::Pid parent = 0;
    std::string command;
    std::string program;  ///< The last part of argv[0], without the colon of a title.
    std::string user;
    Duration cpu{};
    std::int64_t memory_bytes = 0;
    Time started{};
    char state = 'S';
    bool own_terminal = false;
};

/// Of the program's namespace, by number: a host sees all its processes, a container its own.
std::vector<Seen> visible(const Tool& tool);

}  // namespace podium::programs::small
