#pragma once

// Exchanges: one request from a client to whatever listens at an address, and its answer. The client is
// a process, or a source of traffic (traffic.hpp), which is none. Names are resolved, routes and their
// delays are the network's, and what can go wrong goes wrong as in life: no such name, nothing listens,
// no way there, no answer in time, the server dies while it answers. Written by exchange.cpp alone.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/network.hpp"

namespace podium::model {

struct World;


enum class ExchangeState : std::uint8_t {
    Travelling,   ///< On its way to the server.
    Queued,       ///< Arrived; the server has not taken it yet.
    Answering,    ///< Taken by the server.
    Returning,    ///< The answer is on its way.
    Answered,
    NoSuchHost,   ///< The name does not resolve.
    Refused,      ///< Nobody listens there.
    Unreachable,  ///< No way there.
    TimedOut,     ///< No answer within the client's patience.
    Reset,        ///< The server ended before it answered.
};

/// The protocol of a socket in the file system: a listener has it beside its port, whose number
/// names the socket
/// (.s.PGSQL.5432), and is found by the processes of its own container (or host) alone, whatever
/// network others share with it.
inline constexpr std::string_view kUnixSocket = "unix";
/// The method of a client that says who it is and asks for nothing more: answered by a server that
/// asks for that (Listener::asks_login), and no more than a CONNECT elsewhere.
inline constexpr std::string_view kLogIn = "LOGIN";

/// Whom a client of a database says it is, and what it wants to use there.
struct Login {
    std::string user;
    std::optional<std::string> password;  ///< None: it has none to give.
    std::string database;                 ///< Empty: none yet (MySQL).
};

struct ExchangeSpec {
    std::string host;  ///< A name or an IPv4 address.
    std::uint16_t port = 80;
    std::string protocol = "tcp";  ///< Or "udp", or kUnixSocket.
    std::string method;  ///< "GET", "POST"; "CONNECT" asks only whether somebody listens; kLogIn.
    std::string path = "/";
    std::string body;
    std::string agent;  ///< User-Agent of an HTTP request; empty: it names none.
    Duration timeout = seconds(120);
    std::shared_ptr<const Login> login;  ///< Null: it says nothing of that.
};

/// Where a client stands: on a host, in a container's network, or outside all hosts.
struct Origin {
    HostId host;            ///< None: outside.
    ContainerId container;  ///< None: the host's own network.
    NodeId outside;         ///< Its place in the network when it is on no host.
    ContainerId likely;     ///< The container it reached last: looked at first, for speed alone.
};

struct Exchange {
    ExchangeSpec spec;
    ProcessId client;
    TrafficId traffic;         ///< Instead of a process: the source that sent it,
    std::uint32_t ticket = 0;  ///< and what the source knows it by.
    ProcessId server;
    HostId from_host;
    ContainerId from_container;
    NodeId from_outside;
    std::uint64_t turn = 0;     ///< Which of those that answer it goes to,
    bool balanced = false;      ///< and all its packets do, as IPVS keeps a connection.
    HostId via_host;  ///< The host whose routing mesh sends it on, when that is not the server's.
    HostId to_host;
    ContainerId to_container;  ///< Before it is known: where to look first. In whose network the server listens; none: the host's.
    bool to_left_behind = false;  ///< That network is of an earlier run of the container, and nothing else leads to it.
    std::uint16_t to_port = 0;  ///< There.
    Duration latency{};  ///< One way,
    Duration added_latency{};  ///< and this much more.
    ExchangeState state = ExchangeState::Travelling;
    std::uint8_t repeats = 0;  ///< How often the first packet, then the answer, had to be sent again.
    std::uint32_t serial = 0;
    int code = 0;  ///< HTTP status, or the server's own.
    std::string content_type;
    std::string headers;  ///< Of an HTTP answer, a line each, ended by "\r\n"; empty: its type and length alone.
    std::string answer;
    std::int64_t unmade_bytes = 0;  ///< Of the answer, that were only counted.
    std::string address;  ///< What the name resolved to.
    FactId cause;
};

/// A process listens on a port of its container (or of its host).
struct Listener {
    ProcessId process;
    ContainerId container;  ///< None: a process of the host itself.
    std::uint16_t port = 0;
    std::string protocol;
    bool asks_login = false;  ///< Its server wants to know who its clients are.
};

/// Sends a request; the client is woken when it has ended.
ExchangeId start_exchange(World& world, ProcessId client, ExchangeSpec spec);
/// The same for a source of traffic: it is told by traffic_exchange_ended(), unless the exchange has
/// ended already when this returns, and keeps the time itself: spec.timeout ends nothing. Each way takes
/// `added_latency` longer.
ExchangeId start_exchange(World& world, TrafficId source, std::uint32_t ticket, const Origin& origin, ExchangeSpec spec, Duration added_latency);
/// The exchange when it has ended (answered or failed), else null.
const Exchange* ended_exchange(const World& world, ExchangeId exchange);
void release_exchange(World& world, ExchangeId exchange);
/// "Could not resolve host: x" and the like; empty when it was answered.
std::string exchange_failure(const Exchange& exchange);
/// Whether a connection that was refused was one to the engine's proxy (docker-proxy), which takes it, only then
/// looks for the container's server, and hangs up when there is none: one from the host itself to 127.0.0.0/8, or
/// from a container to an address of its host, at which the engine has published the port. All others the kernel
/// forwards.
bool proxy_takes(const World& world, const Exchange& exchange);

/// Listens; false when another process of the same container or host has the port.
bool listen_on(World& world,
               ProcessId process,
               std::uint16_t port,
               const std::string& protocol,
               bool asks_login = false);
void stop_listening(World& world, ProcessId process);
/// The next request that has arrived for a process, which it now answers; none: nothing has.
std::optional<ExchangeId> accept_exchange(World& world, ProcessId process);
void answer_exchange(World& world, ExchangeId exchange, int code, std::string content_type, std::string body, std::string headers = {}, std::int64_t unmade_bytes = 0);
/// Counts bytes that a process had from a server outside the simulated world (a model's download).
void count_download(World& world, ProcessId process, std::int64_t bytes);
/// A container's processes are gone: what they were asked is reset, what they listened on is free.
void reset_exchanges(World& world, ContainerId container);

}  // namespace podium::model
