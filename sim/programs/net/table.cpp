#include "sim/programs/net/table.hpp"

#include <algorithm>
#include <array>

#include "sim/programs/net/programs.hpp"

namespace podium::programs {
namespace {

using net::Arguments;
using net::ProgramPointer;

enum class Where : std::uint8_t { Anywhere, Host, Container };

struct Row {
    std::string_view name;
    Where where;
    ProgramPointer (*make)(const Arguments& argv, const Arguments& environment, bool in_container);
};

constexpr auto kPrograms = std::to_array<Row>({
    {"curl", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool) { return net::make_curl(argv); }},
    {"halt", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_power(argv); }},
    {"nc", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_nc(argv, in_container); }},
    {"ping", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_ping(argv, in_container); }},
    {"poweroff", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_power(argv); }},
    {"reboot", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_power(argv); }},
    {"service", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_service_command(argv); }},
    {"shutdown", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_power(argv); }},
    {"sudo", Where::Anywhere, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_sudo(argv, environment); }},
    {"systemctl", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_systemctl(argv); }},
    {"healthcheck.sh", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"mariadb", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"mariadb-admin", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"mongosh", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"mysql", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"mysqladmin", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"nginx", Where::Container, [](const Arguments& argv, const Arguments&, bool) { return net::make_nginx(argv); }},
    {"node", Where::Container, [](const Arguments& argv, const Arguments&, bool) { return net::make_script_client(argv); }},
    {"nodejs", Where::Container, [](const Arguments& argv, const Arguments&, bool) { return net::make_script_client(argv); }},
    {"ollama", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_ollama(argv, environment); }},
    {"pg_isready", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"psql", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"python", Where::Container, [](const Arguments& argv, const Arguments&, bool) { return net::make_script_client(argv); }},
    {"python3", Where::Container, [](const Arguments& argv, const Arguments&, bool) { return net::make_script_client(argv); }},
    {"rabbitmq-diagnostics", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"rabbitmqctl", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"redis-cli", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"traefik", Where::Container, [](const Arguments& argv, const Arguments& environment, bool) { return net::make_database_client(argv, environment); }},
    {"getent", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"ifconfig", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"ip", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"netstat", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"nslookup", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"ss", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_network_look(argv, in_container); }},
    {"ssh", Where::Host, [](const Arguments& argv, const Arguments&, bool) { return net::make_ssh(argv); }},
    {"wget", Where::Anywhere, [](const Arguments& argv, const Arguments&, bool in_container) { return net::make_wget(argv, in_container); }},
});

bool is_there(const Row& row, bool in_container) { return row.where == Where::Anywhere || (row.where == Where::Container) == in_container; }

}  // namespace

std::unique_ptr<shell::Program> make_net_program(const std::vector<std::string>& argv,
                                                 const std::vector<std::string>& environment,
                                                 bool in_container,
                                                 shell::Errno& error) {
    error = shell::Errno::NoEntry;
    if (argv.empty()) return nullptr;
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    const auto row = std::find_if(kPrograms.begin(), kPrograms.end(), [&](const Row& candidate) { return candidate.name == name && is_there(candidate, in_container); });
    if (row == kPrograms.end()) return nullptr;
    error = shell::Errno::None;
    return row->make(argv, environment, in_container);
}

bool is_net_program(std::string_view name, bool in_container) {
    return std::any_of(kPrograms.begin(), kPrograms.end(), [&](const Row& row) { return row.name == name && is_there(row, in_container); });
}

std::vector<std::string> net_program_names(bool in_container) {
    std::vector<std::string> names;
    for (const Row& row : kPrograms) {
        if (is_there(row, in_container)) names.emplace_back(row.name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace podium::programs
