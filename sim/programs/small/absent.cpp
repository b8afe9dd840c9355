#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/programs/small/programs.hpp"

// Programs of a host that Podium does not model and that have something in their place: they say what.

namespace podium::programs::small {
namespace {

struct Absent {
    std::string_view name;
    std::string_view instead;
};

constexpr std::string_view kEdit = "write a file with cat > FILE <<EOF, change one with sed -i";
constexpr std::string_view kInstall = "nothing can be installed on a simulated host";
constexpr std::string_view kLogs = "docker logs shows what a container has written, docker events and podium why what happened";

/// By name, sorted.
constexpr std::array kAbsent = {
    Absent{"apt", kInstall},
    Absent{"apt-get", kInstall},
    Absent{"brew", kInstall},
    Absent{"dig", "nslookup asks for names"},
    Absent{"dmesg", "docker inspect -f '{{.State.OOMKilled}}' tells whether memory ended a container"},
    Absent{"dnf", kInstall},
    Absent{"emacs", kEdit},
    Absent{"host", "nslookup asks for names"},
    Absent{"htop", "docker stats and top -b -n1 show what is used"},
    Absent{"ifconfig", "ip addr shows addresses"},
    Absent{"journalctl", kLogs},
    Absent{"ln", "cp makes a copy"},
    Absent{"lsof", "ss -ltn shows which ports are listened on, docker ps whose they are"},
    Absent{"man", "docker COMMAND --help tells what docker's commands take"},
    Absent{"nano", kEdit},
    Absent{"route", "ip route shows the routes"},
    Absent{"screen", "a line ending in & runs beside the next"},
    Absent{"su", "here you are root already"},
    Absent{"telnet", "nc and curl connect"},
    Absent{"tmux", "a line ending in & runs beside the next"},
    Absent{"traceroute", "ping tells whether a host answers"},
    Absent{"tree", "find and ls show what is in a folder"},
    Absent{"vi", kEdit},
    Absent{"vim", kEdit},
    Absent{"yum", kInstall},
};

const Absent* find_absent(std::string_view name) {
    const auto found = std::lower_bound(kAbsent.begin(), kAbsent.end(), name, [](const Absent& absent, std::string_view wanted) { return absent.name < wanted; });
    return found != kAbsent.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

bool has_substitute(std::string_view name) { return find_absent(name) != nullptr; }

int run_absent(Tool& tool) {
    constexpr int kStatusNotFound = 127;
    tool.complain(fmt::format("Podium does not model this program; {}", find_absent(tool.name)->instead));
    return kStatusNotFound;
}

}  // namespace podium::programs::small
