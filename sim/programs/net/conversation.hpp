#pragma once

// One question of a program to a server, with the patience of its parts: how long to wait for the
// connection, and how long for the whole. It is the exchange of sim/model seen as a TCP client sees it.
// Plain data: copied with the program that holds it.

#include <string>
#include <string_view>

#include "sim/model/exchange.hpp"
#include "sim/model/process.hpp"

namespace podium::programs::net {

/// How a conversation stands.
enum class Talk : std::uint8_t {
    Pending,
    Answered,
    NoSuchHost,
    Refused,
    NoNetwork,       ///< The kernel has no route at all: no interface leads there, and none leads out.
    NoRoute,         ///< The kernel gave up: nobody at that address answers on the local network.
    ConnectTimeout,  ///< No connection within the patience for it.
    Timeout,         ///< Connected, but no answer within the patience for the whole.
    Reset,           ///< The server, or the engine's proxy in front of it, hung up.
};

/// Linux gives up a connection after 6 repeated SYNs (tcp_syn_retries: 1+2+4+8+16+32+64 s).
inline constexpr Duration kKernelConnects = seconds(127);
/// Linux gives up an address of the local network after three questions for it, a second apart.
inline constexpr Duration kKernelResolvesNeighbour = milliseconds(3060);
/// What "for ever" means to a client without a patience of its own.
inline constexpr Duration kForEver = hours(24);

/// The method of a question that is not HTTP but plain text, as redis and memcached take it; the answer
/// has code 0.
inline constexpr std::string_view kPlainText = "TEXT";

inline constexpr std::uint16_t kPostgresPort = 5432;
inline constexpr std::uint16_t kMysqlPort = 3306;

/// What a PostgreSQL answers to whoever it does not let in (a MySQL its own number of the error,
/// from 1000 on).
inline constexpr int kPasswordWanted = 1;  ///< It would need a password, and none was given.
inline constexpr int kTurnedAway = 2;

constexpr bool let_in(int code) {
    return code != kPasswordWanted && code != kTurnedAway && code < 1000;
}

struct Patience {
    Duration connect = kKernelConnects;
    Duration whole = kForEver;
};

class Conversation {
  public:
    void start(model::ProcessContext& context, model::ExchangeSpec spec, Patience patience = {});
    [[nodiscard]] bool started() const { return id_ || no_network_; }
    /// Looks how it stands; after anything but Pending the exchange is forgotten and the fields below
    /// are there.
    Talk look(model::ProcessContext& context);
    /// When to look again at the latest.
    [[nodiscard]] Time deadline(model::ProcessContext& context) const;
    /// Hangs up.
    void abandon(model::ProcessContext& context);

    int code = 0;              ///< HTTP status, or the server's own.
    std::string content_type;
    std::string headers;       ///< As in model::Exchange.
    std::string body;
    std::string address;       ///< What the name resolved to; empty when it did not.
    Time began{};
    bool connected = false;    ///< It got as far as a connection.

  private:
    [[nodiscard]] Talk judge(model::ProcessContext& context, const model::Exchange& row) const;
    [[nodiscard]] Duration connect_patience() const;

    model::ExchangeId id_;
    Patience patience_;
    bool no_neighbour_ = false;
    bool no_network_ = false;  // nothing was sent; to be told at the next look
};

}  // namespace podium::programs::net
