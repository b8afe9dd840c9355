#pragma once

// Exchanges: one request from a process to whatever listens at an address, and its answer. Names are
// resolved, routes and their delays are the network's, and what can go wrong goes wrong as in life: no
// such name, nothing listens, no way there, no answer in time, the server dies while it answers.
// Written by exchange.cpp alone.

#include <optional>
#include <string>

#include "sim/model/ids.hpp"
#include "sim/base/time.hpp"

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

struct ExchangeSpec {
    std::string host;  ///< A name or an IPv4 address.
    std::uint16_t port = 80;
    std::string protocol = "tcp";
    std::string method;  ///< "GET", "POST"; "CONNECT" asks only whether somebody listens.
    std::string path = "/";
    std::string body;
    Duration timeout = seconds(120);
};

struct Exchange {
    ExchangeSpec spec;
    ProcessId client;
    ProcessId server;
    HostId from_host;
    Duration latency{};  ///< One way.
    ExchangeState state = ExchangeState::Travelling;
    std::uint32_t serial = 0;
    int code = 0;  ///< HTTP status, or the server's own.
    std::string content_type;
    std::string answer;
    std::string address;  ///< What the name resolved to.
    FactId cause;
};

/// A process listens on a port of its container (or of its host).
struct Listener {
    ProcessId process;
    HostId host;
    ContainerId container;
    std::uint16_t port = 0;
    std::string protocol;
};

/// Sends a request; the client is woken when it has ended.
ExchangeId start_exchange(World& world, ProcessId client, ExchangeSpec spec);
/// The exchange when it has ended (answered or failed), else null.
const Exchange* ended_exchange(const World& world, ExchangeId exchange);
void release_exchange(World& world, ExchangeId exchange);
/// "Could not resolve host: x" and the like; empty when it was answered.
std::string exchange_failure(const Exchange& exchange);

/// Listens; false when another process of the same container or host has the port.
bool listen_on(World& world, ProcessId process, std::uint16_t port, const std::string& protocol);
void stop_listening(World& world, ProcessId process);
/// The next request that has arrived for a process, which it now answers; none: nothing has.
std::optional<ExchangeId> accept_exchange(World& world, ProcessId process);
void answer_exchange(World& world, ExchangeId exchange, int code, std::string content_type, std::string body);
/// A container's processes are gone: what they were asked is reset, what they listened on is free.
void reset_exchanges(World& world, ContainerId container);

}  // namespace podium::model
