// ping: one question a second, with times from the network as it is at that moment. The messages are
// those of iputils 20221126 or of BusyBox 1.37.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/net/route.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr Duration kLinger = seconds(10);  // both: how long to wait for the last answer
constexpr int kDataBytes = 56;
constexpr int kHeaderBytes = 28;  // of ICMP and IP
constexpr int kIcmpBytes = 8;
constexpr std::int64_t kMostDataBytes = 65'507;
constexpr std::size_t kMostOpen = 100'000;

constexpr OptionRule kPingRules[] = {
    {'c', {}, true}, {'i', {}, true}, {'W', {}, true}, {'w', {}, true}, {'s', {}, true}, {'q'}, {'n'}, {'4'},
    {'6', {}, false, false}, {'I', {}, true, false}, {'t', {}, true, false}, {'f', {}, false, false}, {'A', {}, false, false}, {'D', {}, false, false}, {'O', {}, false, false}, {'p', {}, true, false},
};

struct Echo {
    std::int64_t sequence = 0;
    Time due{};
    Duration round_trip{};
    bool unreachable = false;  ///< It ends with the kernel's own answer.
};

class Ping final : public ClonedProgram<Ping> {
  public:
    Ping(Arguments argv, bool busybox) : argv_(std::move(argv)), busybox_(busybox) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!begun_) {
            begun_ = true;
            if (!begin(context)) return Step::exit(status_);
        }
        if (context.take_signal() == shell::kSigInt) {
            print(context, busybox_ ? "" : "\n");
            return finish(context);
        }
        if (!take_due(context)) return Step::exit(shell::kSigPipe + 128);
        if (next_send_ <= context.now() && (count_ == 0 || sent_ < count_)) send(context);
        if (over(context)) return finish(context);
        return Step::block(next_moment());
    }

  private:
    bool fail(ProcessContext& context, const std::string& text, int status) {
        print_error(context, text);
        status_ = status;
        return false;
    }

    bool number(ProcessContext& context, const Options& options, char letter, std::int64_t least, std::int64_t most, std::int64_t& to) {
        const auto text = options.value(letter);
        if (!text) return true;
        if (parse_integer(*text, to) && to >= least && to <= most) return true;
        return fail(context, fmt::format("ping: invalid argument: '{}': out of range: {} <= value <= {}\n", *text, least, most), 1);
    }

    bool time(ProcessContext& context, const Options& options, char letter, Duration& to) {
        const auto text = options.value(letter);
        if (!text) return true;
        const auto value = parse_decimal_nanoseconds(*text);
        if (!value) return fail(context, fmt::format("ping: invalid argument: '{}'\n", *text), 1);
        to = nanoseconds(*value);
        return true;
    }

    bool begin(ProcessContext& context) {
        const Options options = parse_options(argv_, kPingRules);
        if (options.mistake) {
            if (options.mistake->kind == OptionMistake::Kind::NotModelled) return fail(context, fmt::format("ping: Podium does not model the option {} of ping\n", options.mistake->given), 2);
            const std::string letter = options.mistake->given.substr(options.mistake->given.find_first_not_of('-'));
            const bool lacks = options.mistake->kind == OptionMistake::Kind::NoValue;
            return fail(context, fmt::format("ping: {} -- '{}'\n{}", lacks ? "option requires an argument" : "invalid option", letter, usage()), busybox_ ? 1 : 2);
        }
        if (!number(context, options, 'c', 1, INT64_MAX, count_) || !number(context, options, 's', 0, kMostDataBytes, bytes_)) return false;
        if (!time(context, options, 'i', interval_) || !time(context, options, 'W', linger_) || !time(context, options, 'w', whole_)) return false;
        quiet_ = options.has('q');
        if (interval_ < milliseconds(2)) return fail(context, "ping: cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)\n", 2);
        if (options.arguments.size() != 1) return fail(context, busybox_ ? usage() : "ping: usage error: Destination address required\n", busybox_ ? 1 : 1);
        name_ = options.arguments.front();
        const Route route = find_route(context, name_);
        if (!route.resolved) return fail(context, busybox_ ? fmt::format("ping: bad address '{}'\n", name_) : fmt::format("ping: {}: Name or service not known\n", name_), busybox_ ? 1 : 2);
        address_ = route.address;
        if (busybox_) print(context, fmt::format("PING {} ({}): {} data bytes\n", name_, address_, bytes_));
        else if (route.no_network) return fail(context, "ping: connect: Network is unreachable\n", 2);
        else print(context, fmt::format("PING {} ({}) {}({}) bytes of data.\n", name_, address_, bytes_, bytes_ + kHeaderBytes));
        // Without a route there the kernel refuses the first packet.
        if (route.no_network) return fail(context, "ping: sendto: Network unreachable\n", 1);
        context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        began_ = next_send_ = context.now();
        return true;
    }

    [[nodiscard]] std::string usage() const {
        if (busybox_) return "BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n";
        return "\nUsage\n  ping [options] <destination>\n\nOptions:\n  -c <count>  -i <interval>  -n  -q  -s <size>  -w <deadline>  -W <timeout>\n";
    }

    void send(ProcessContext& context) {
        const Route route = find_route(context, address_);
        ++sent_;
        last_sent_ = context.now();
        next_send_ = context.now() + interval_;
        Echo echo;
        echo.sequence = sent_;
        if (route.reachable) {
            const bool lost = static_cast<std::int64_t>(context.random() % static_cast<std::uint64_t>(model::kPartsPerMillion)) < route.loss_ppm;
            if (lost) return;
            echo.round_trip = route.latency * 2;
            echo.due = context.now() + echo.round_trip;
        } else if (route.neighbour) {
            // The kernel asks for the neighbour three times and then gives up all that waits for it.
            if (context.now() >= asking_until_) asking_until_ = context.now() + kKernelResolvesNeighbour;
            echo.due = asking_until_;
            echo.unreachable = true;
        } else {
            return;
        }
        if (open_.size() < kMostOpen) open_.push_back(echo);
    }

    // Tells what has come back; false when nobody reads it.
    bool take_due(ProcessContext& context) {
        for (const Echo& echo : open_) {
            if (echo.due <= context.now() && !tell(context, echo)) return false;
        }
        std::erase_if(open_, [&context](const Echo& echo) { return echo.due <= context.now(); });
        return true;
    }

    [[nodiscard]] std::string milliseconds_text(Duration duration) const {
        if (busybox_) return format_seconds(duration.nanoseconds * 1000, 3);
        const int digits = duration >= milliseconds(100) ? 0 : duration >= milliseconds(10) ? 1 : duration >= milliseconds(1) ? 2 : 3;
        return format_seconds(duration.nanoseconds * 1000, digits);
    }

    bool tell(ProcessContext& context, const Echo& echo) {
        if (echo.unreachable) {
            ++errors_;
            const std::vector<std::string> own = own_addresses(context);
            const std::string from = own.empty() ? "127.0.0.1" : own.front().substr(0, own.front().find('/'));
            if (busybox_ || quiet_) return true;
            return print(context, fmt::format("From {} icmp_seq={} Destination Host Unreachable\n", from, echo.sequence));
        }
        ++received_;
        least_ = received_ == 1 ? echo.round_trip : std::min(least_, echo.round_trip);
        most_ = std::max(most_, echo.round_trip);
        total_ = total_ + echo.round_trip;
        round_trips_.push_back(echo.round_trip);
        if (round_trips_.size() > kMostOpen) round_trips_.erase(round_trips_.begin());
        if (quiet_) return true;
        const std::int64_t size = bytes_ + kIcmpBytes;
        if (busybox_) return print(context, fmt::format("{} bytes from {}: seq={} ttl=64 time={} ms\n", size, address_, echo.sequence - 1, milliseconds_text(echo.round_trip)));
        const std::string from = name_ == address_ ? address_ : fmt::format("{} ({})", name_, address_);
        return print(context, fmt::format("{} bytes from {}: icmp_seq={} ttl=64 time={} ms\n", size, from, echo.sequence, milliseconds_text(echo.round_trip)));
    }

    [[nodiscard]] Time last_moment() const {
        // iputils ping_common.c, __schedule_exit: once an answer was seen, twice the longest way is waited for the
        // rest, whatever -W says.
        const Duration wait = received_ > 0 && !busybox_ ? std::max(most_ * 2, interval_) : linger_ > Duration{} ? linger_ : kLinger;
        return last_sent_ + wait;
    }

    [[nodiscard]] bool over(const ProcessContext& context) const {
        if (whole_ > Duration{} && context.now() >= began_ + whole_) return true;
        if (count_ == 0 || sent_ < count_) return false;
        return received_ + errors_ >= sent_ || context.now() >= last_moment();
    }

    [[nodiscard]] Time next_moment() const {
        Time next = kNever;
        for (const Echo& echo : open_) next = std::min(next, echo.due);
        if (count_ == 0 || sent_ < count_) next = std::min(next, next_send_);
        else next = std::min(next, std::max(last_moment(), last_sent_ + nanoseconds(1)));
        if (whole_ > Duration{}) next = std::min(next, began_ + whole_);
        return next;
    }

    Step finish(ProcessContext& context) {
        const std::int64_t loss = sent_ == 0 ? 0 : (sent_ - received_) * 100 / sent_;
        std::string out = fmt::format("\n--- {} ping statistics ---\n", name_);
        if (sent_ == 0) last_sent_ = began_;
        const std::int64_t average = received_ == 0 ? 0 : total_.nanoseconds / received_;
        const auto text = [](std::int64_t nanoseconds) { return format_seconds(nanoseconds * 1000, 3); };
        if (busybox_) {
            out += fmt::format("{} packets transmitted, {} packets received, {}% packet loss\n", sent_, received_, loss);
            if (received_ > 0) out += fmt::format("round-trip min/avg/max = {}/{}/{} ms\n", text(least_.nanoseconds), text(average), text(most_.nanoseconds));
        } else {
            const std::string errors = errors_ > 0 ? fmt::format(", +{} errors", errors_) : "";
            out += fmt::format("{} packets transmitted, {} received{}, {}% packet loss, time {}ms\n", sent_, received_, errors, loss, (last_sent_ - began_).nanoseconds / 1'000'000);
            if (received_ > 0) out += fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms\n", text(least_.nanoseconds), text(average), text(most_.nanoseconds), text(deviation(average)));
            else out += "\n";
        }
        print(context, out);
        return Step::exit(received_ > 0 ? 0 : 1);
    }

    // The root of the mean square of what differs from the average, in whole nanoseconds.
    [[nodiscard]] std::int64_t deviation(std::int64_t average) const {
        std::int64_t squares = 0;
        for (const Duration duration : round_trips_) {
            const std::int64_t microseconds = (duration.nanoseconds - average) / 1'000;
            squares += microseconds * microseconds;
        }
        if (!round_trips_.empty()) squares /= static_cast<std::int64_t>(round_trips_.size());
        std::int64_t root = 0;
        for (std::int64_t bit = std::int64_t{1} << 30; bit > 0; bit >>= 1) {
            if ((root + bit) * (root + bit) <= squares) root += bit;
        }
        return root * 1'000;
    }

    Arguments argv_;
    bool busybox_;
    bool begun_ = false;
    bool quiet_ = false;
    std::string name_;
    std::string address_;
    std::int64_t count_ = 0;  ///< 0: for ever.
    std::int64_t bytes_ = kDataBytes;
    Duration interval_ = seconds(1);
    Duration linger_{};
    Duration whole_{};
    Time began_{};
    Time next_send_{};
    Time last_sent_{};
    Time asking_until_{};
    std::vector<Echo> open_;
    std::vector<Duration> round_trips_;
    std::int64_t sent_ = 0;
    std::int64_t received_ = 0;
    std::int64_t errors_ = 0;
    Duration least_{};
    Duration most_{};
    Duration total_{};
    int status_ = 0;
};

}  // namespace

ProgramPointer make_ping(const Arguments& argv, bool busybox) { return std::make_unique<Ping>(argv, busybox); }

}  // namespace podium::programs::net
