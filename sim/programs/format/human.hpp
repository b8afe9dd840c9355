#pragma once

// Durations, sizes, states, ports and commands in the words of the docker CLI (28.2.2), of the
// engine (20.10) and of docker-compose (1.29.2). Plain functions from values to text; nothing here
// keeps state or looks at a clock: "how long ago" is always a difference the caller has made.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/go_quote.hpp"
#include "sim/base/time.hpp"

namespace podium::format {

// --- durations and sizes -------------------------------------------------------------------------

/// docker/go-units: "Less than a second", "1 second", "59 seconds", "About a minute", "46 minutes",
/// "About an hour", then hours (rounded to the nearest) to 47, days to 13, weeks to 8, months,
/// years.
std::string human_duration(Duration duration);
/// docker/go-units, decimal with so many significant digits: "1.98MB" (3, in tables), "5.04kB" (4).
std::string human_size(std::int64_t bytes, int digits = 4);
/// docker/go-units, binary with four significant digits: "23.54GiB", "16MiB", "0B".
std::string bytes_size(std::int64_t bytes);
/// docker-compose's `images` column: decimal, four significant digits, a blank: "1.984 MB".
std::string compose_size(std::int64_t bytes);
/// Two decimals and a percent sign: "12.50%" (`docker stats`); `whole` of 0 gives "0.00%".
std::string percentage(std::int64_t part, std::int64_t whole);

// --- ids, commands, quoting ----------------------------------------------------------------------

/// The first 12 characters, without "sha256:" before them.
std::string short_id(std::string_view id);
using podium::go_quote;
/// Cut to so many columns, the last being "…"; wide letters count two.
std::string ellipsis(std::string_view text, int columns);
/// Columns that a text takes on a terminal: wide East Asian letters two, combining marks none.
int text_columns(std::string_view text);
/// The order in which the CLI sorts networks, volumes and ports: runs of digits compare as numbers
/// ("80/tcp" before "443/tcp", "web2" before "web10").
bool natural_less(std::string_view a, std::string_view b);
/// The engine's Command of a listed container: path and arguments with blanks between, arguments
/// that contain a blank in single quotes (whatever quotes they contain themselves).
std::string listed_command(std::string_view path, std::span<const std::string> arguments);
/// `docker ps`'s COMMAND: listed_command, cut to 20 unless `truncate` is false, in double quotes.
std::string command_column(std::string_view command, bool truncate = true);
/// docker-compose's Command: entrypoint and command joined by blanks; over 30 characters it is the
/// first 26 and " ...".
std::string compose_command(std::span<const std::string> entrypoint,
                            std::span<const std::string> command);

// --- container state -----------------------------------------------------------------------------

/// What the engine's own state texts are made of. Times are how long ago, seen from now.
struct StateFacts {
    bool running = false;  ///< True while restarting and while paused too, as in the engine.
    bool paused = false;
    bool restarting = false;
    bool removing = false;
    bool dead = false;
    std::int64_t exit_code = 0;
    std::optional<Duration> since_started;   ///< Nothing: it has never started.
    std::optional<Duration> since_finished;  ///< Nothing: it has never ended.
    std::optional<std::string> health;  ///< "starting", "healthy", "unhealthy"; nothing: no check.
};

/// Engine 20.10's State.String(), the STATUS column: "Up 2 seconds (healthy)", "Up 3 minutes
/// (Paused)", "Up 4 seconds (health: starting)", "Restarting (1) 5 seconds ago", "Exited (137) 3
/// seconds ago", "Created", "Removal In Progress", "Dead".
std::string status_text(const StateFacts& state);
/// Engine 20.10's State.StateString(): paused, restarting, running, removing, dead, created,
/// exited.
std::string_view state_word(const StateFacts& state);
/// docker-compose 1.29's State: "Up", "Up (healthy)", "Up (health: starting)", "Exit 137",
/// "Restarting", "Paused".
std::string compose_state(const StateFacts& state);

// --- ports ---------------------------------------------------------------------------------------

/// One row of the engine's list of a container's ports. An empty ip: exposed, not published.
struct ListedPort {
    std::string ip;
    std::uint16_t private_port = 0;
    std::uint16_t public_port = 0;
    std::string type = "tcp";

    bool operator==(const ListedPort&) const = default;
};

/// The PORTS column of docker 28.2.2 (and of compose v2): "0.0.0.0:8080->80/tcp,
/// [::]:8080->80/tcp", "80/tcp". Ports that follow each other are joined
/// ("0.0.0.0:8080-8081->8080-8081/tcp") only where host and container use the same number.
std::string ports_column(std::vector<ListedPort> ports);

/// One entry of inspect's NetworkSettings.Ports: "80/tcp" and where it is published.
struct PortBinding {
    std::string host_ip;
    std::string host_port;
};

struct BoundPort {
    std::string port;
    std::vector<PortBinding> bindings;
};

/// docker-compose 1.29's Ports: "0.0.0.0:8080->80/tcp,:::8080->80/tcp, 443/tcp", sorted by port
/// text.
std::string compose_ports(std::vector<BoundPort> ports);
/// `docker port`: "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n".
std::string port_lines(std::vector<BoundPort> ports);

/// Host and port as Go joins them: an address with a colon goes into brackets.
std::string join_host_port(std::string_view host, std::string_view port);

}  // namespace podium::format
