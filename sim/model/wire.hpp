#pragma once

// What an exchange is in packets, for a container's interface counters: TCP over Ethernet, one connection
// an exchange. Pure arithmetic; internal to sim/model.

#include <cstdint>

#include "sim/model/world.hpp"

namespace podium::model {

struct Packets {
    std::int64_t bytes = 0;
    std::int64_t count = 0;
};

struct OnWire {
    Packets forth;  ///< From client to server.
    Packets back;
};

/// What an exchange that ends so has sent both ways; its row's state is the one before.
OnWire on_wire(const Exchange& row, ExchangeState end);
/// A download of so many bytes, over a connection of its own.
OnWire download_on_wire(std::int64_t bytes);
/// Adds to a container's counters.
void add_use(Container& container, const Packets& received, const Packets& sent);

}  // namespace podium::model
