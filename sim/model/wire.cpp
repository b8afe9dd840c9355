#include "sim/model/wire.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kSyn = 74;        // Ethernet 14, IPv4 20, TCP with its options 40
constexpr std::int64_t kHeader = 66;     // the same of all later ones: only the time stamps are left
constexpr std::int64_t kReset = 54;      // no options
constexpr std::int64_t kSegment = 1448;  // what is left of an MTU of 1500
// Of an HTTP request: its first line's blanks and version, Host, Accept, the empty line.
constexpr std::int64_t kRequestWords = 48;
constexpr std::int64_t kAgentWords = 14;  // "User-Agent: " and the line end
constexpr std::int64_t kAnswerWords = 60;  // first line, type and length, the empty line

std::int64_t segments(std::int64_t bytes) { return (bytes + kSegment - 1) / kSegment; }

void add(Packets& packets, std::int64_t count, std::int64_t bytes) {
    packets.count += count;
    packets.bytes += bytes;
}

// So many bytes of data one way; every second packet is acknowledged.
void add_data(Packets& way, Packets& other, std::int64_t bytes) {
    const std::int64_t data = segments(bytes);
    add(way, data, data * kHeader + bytes);
    const std::int64_t acknowledged = (data + 1) / 2;
    add(other, acknowledged, acknowledged * kHeader);
}

void add_connection(OnWire& wire) {
    add(wire.forth, 2, kSyn + kHeader);
    add(wire.back, 1, kSyn);
}

void add_end(OnWire& wire) {
    add(wire.forth, 2, 2 * kHeader);
    add(wire.back, 1, kHeader);
}

std::int64_t size(const std::string& text) { return static_cast<std::int64_t>(text.size()); }

std::int64_t request_bytes(const ExchangeSpec& spec) {
    const std::int64_t agent = spec.agent.empty() ? 0 : kAgentWords + size(spec.agent);
    return kRequestWords + size(spec.method) + size(spec.path) + size(spec.host) + agent + size(spec.body);
}

std::int64_t answer_bytes(const Exchange& row) {
    const std::int64_t head = row.code == 0 ? 0 : kAnswerWords + size(row.headers);
    return head + size(row.answer) + row.unmade_bytes;
}

}  // namespace

OnWire on_wire(const Exchange& row, ExchangeState end) {
    OnWire wire;
    if (end == ExchangeState::Refused) {
        add(wire.forth, 1, kSyn);
        add(wire.back, 1, kReset);
        return wire;
    }
    if (row.state == ExchangeState::Travelling) {
        const std::int64_t tries = row.repeats + 1;
        add(wire.forth, tries, tries * kSyn);
        return wire;
    }
    add_connection(wire);
    if (row.spec.method != "CONNECT") {
        add_data(wire.forth, wire.back, request_bytes(row.spec));
        if (end == ExchangeState::Answered) add_data(wire.back, wire.forth, answer_bytes(row));
    }
    add_end(wire);
    return wire;
}

OnWire download_on_wire(std::int64_t bytes) {
    OnWire wire;
    add_connection(wire);
    add_data(wire.forth, wire.back, kRequestWords);
    add_data(wire.back, wire.forth, bytes);
    add_end(wire);
    return wire;
}

void add_use(Container& container, const Packets& received, const Packets& sent) {
    if (!container.detail) return;
    NetworkUse& use = container.detail->network;
    use.received_bytes += received.bytes;
    use.received_packets += received.count;
    use.sent_bytes += sent.bytes;
    use.sent_packets += sent.count;
}

}  // namespace podium::model
