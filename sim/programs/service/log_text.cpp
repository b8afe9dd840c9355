#include "sim/programs/service/log_text.hpp"

#include <array>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/model/way.hpp"
#include "sim/programs/service/headers.hpp"

namespace podium::programs {
namespace {

using model::ProcessContext;

constexpr std::array<std::string_view, 12> kMonths{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kNow = "{now ";

Duration skew_of(ProcessContext& context) {
    return context.world().host(context.row().host).clock_skew;
}

std::string_view weekday(Time time, Duration skew) {
    constexpr std::int64_t kThursday = 4;  // 1970-01-01
    return kDays[static_cast<std::size_t>((unix_seconds(time, skew) / 86'400 + kThursday) % 7)];
}

// What one letter of a format stands for; nothing for one that is none.
std::string conversion(char letter, const CivilTime& civil, std::string_view day) {
    switch (letter) {
        case 'Y':
            return fmt::format("{}", civil.year);
        case 'm':
            return fmt::format("{:02}", civil.month);
        case 'd':
            return fmt::format("{:02}", civil.day);
        case 'e':
            return fmt::format("{:2}", civil.day);
        case 'b':
            return std::string(kMonths[static_cast<std::size_t>(civil.month - 1)]);
        case 'a':
            return std::string(day);
        case 'H':
            return fmt::format("{:02}", civil.hour);
        case 'M':
            return fmt::format("{:02}", civil.minute);
        case 'S':
            return fmt::format("{:02}", civil.second);
        default:
            return {};
    }
}

std::string with_times(std::string_view text, Time time, Duration skew) {
    std::string out;
    for (std::size_t at = text.find(kNow); at != std::string_view::npos; at = text.find(kNow)) {
        const auto end = text.find('}', at);
        if (end == std::string_view::npos) break;
        out += text.substr(0, at);
        out += time_text(text.substr(at + kNow.size(), end - at - kNow.size()), time, skew);
        text.remove_prefix(end + 1);
    }
    return out + std::string(text);
}

// A server in its host's own network sees what left another host with that host's address, as its engine masquerades its
// containers (libnetwork, setup_ip_tables.go, MASQUERADE), and its own host's containers with theirs.
std::string address_at_host(const model::World& world, const model::Exchange& exchange) {
    if (exchange.from_host != exchange.to_host) return world.host(exchange.from_host).spec.address;
    const model::NetworkPlace from = model::place_of(world, exchange.from_container);
    const model::Endpoint* const way = from.owner && !from.left_behind ? model::gateway_of(world, from.owner) : nullptr;
    // From that network to itself Linux takes the address that is gone to.
    return way != nullptr ? way->ipv4.text() : exchange.address;
}

}  // namespace

std::string time_text(std::string_view format, Time time, Duration skew) {
    const CivilTime civil = civil_time(time, skew);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            out += format[i];
            continue;
        }
        const char letter = format[++i];
        const bool decimals =
            (letter == '3' || letter == '6') && format.substr(i + 1).starts_with('N');
        if (decimals) {
            out += fmt::format("{:09}", civil.nanosecond)
                       .substr(0, static_cast<std::size_t>(letter - '0'));
            ++i;
        } else {
            out += conversion(letter, civil, weekday(time, skew));
        }
    }
    return out;
}

std::string log_text(ProcessContext& context, const std::string& text, LogValues values) {
    const Time now = context.now();
    const Duration skew = skew_of(context);
    values.emplace("hostname", context.hostname());
    values.emplace("time", time_text("%Y-%m-%dT%H:%M:%S.%3NZ", now, skew));
    values.emplace("log_time", time_text("%Y-%m-%d %H:%M:%S.%3N UTC", now, skew));
    values.emplace("clf_time", time_text("%d/%b/%Y:%H:%M:%S +0000", now, skew));
    if (text.find("{version}") != std::string::npos) values.merge(release_here(context));
    return model::fill_template(with_times(text, now, skew), values);
}

std::string client_address(ProcessContext& context, const model::Exchange& exchange) {
    const model::World& world = context.world();
    const bool at_host = !exchange.to_container && !exchange.to_left_behind;
    if (at_host && exchange.from_host && !exchange.address.empty()) return address_at_host(world, exchange);
    const model::Process* client = world.processes.find(exchange.client);
    if (!context.row().container) return "127.0.0.1";
    const model::Container& server = world.container(context.row().container);
    if (client != nullptr && client->container == context.row().container) return "127.0.0.1";
    // Another container of a network of the server's shows its address there; whoever else comes
    // through the network's gateway.
    std::string gateway;
    for (const model::Endpoint& here : server.detail->endpoints) {
        if (!here.connected || !here.bridge) continue;
        if (gateway.empty()) gateway = world.bridge(here.bridge).gateway.text();
        if (client == nullptr || !client->container) continue;
        for (const model::Endpoint& there : world.container(client->container).detail->endpoints) {
            if (there.connected && there.bridge == here.bridge) return there.ipv4.text();
        }
    }
    return gateway.empty() ? "127.0.0.1" : gateway;
}

}  // namespace podium::programs
