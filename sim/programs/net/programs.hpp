#pragma once

// The factories of the programs in this folder; each reads its command line at its first step, so that
// what is wrong with it is said by the program itself.

#include <memory>
#include <string>
#include <vector>

#include "sim/shell/system.hpp"

namespace podium::programs::net {

using Arguments = std::vector<std::string>;
using ProgramPointer = std::unique_ptr<shell::Program>;

ProgramPointer make_curl(const Arguments& argv);
/// `busybox`: with the messages of BusyBox, else with those of GNU Wget.
ProgramPointer make_wget(const Arguments& argv, bool busybox);
ProgramPointer make_nc(const Arguments& argv, bool busybox);
/// `busybox`: with the messages of BusyBox, else with those of iputils.
ProgramPointer make_ping(const Arguments& argv, bool busybox);
ProgramPointer make_systemctl(const Arguments& argv);
/// `service`.
ProgramPointer make_service_command(const Arguments& argv);
ProgramPointer make_sudo(const Arguments& argv, const Arguments& environment);
ProgramPointer make_ssh(const Arguments& argv);
/// The clients of databases and brokers that health checks use: pg_isready, redis-cli and the like.
ProgramPointer make_database_client(const Arguments& argv, const Arguments& environment);
/// `nginx` beside the server: what tests its configuration and sends it signals.
ProgramPointer make_nginx(const Arguments& argv);
/// `ollama`, the client.
ProgramPointer make_ollama(const Arguments& argv, const Arguments& environment);
/// `python`, `python3`, `node` and `nodejs`, as health checks use them.
ProgramPointer make_script_client(const Arguments& argv);
ProgramPointer make_redis_cli(const Arguments& argv);
/// `psql`, `mysql` and `mariadb`.
ProgramPointer make_sql_client(const Arguments& argv);
/// `ip`, `ifconfig`, `ss`, `netstat`, `nslookup`, `getent`.
ProgramPointer make_network_look(const Arguments& argv, bool busybox);
/// `shutdown`, `reboot`, `poweroff` and `halt`.
ProgramPointer make_power(const Arguments& argv);

}  // namespace podium::programs::net
