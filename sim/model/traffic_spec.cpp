#include "sim/model/traffic_spec.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"
#include "sim/model/traffic_times.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kMilliPerHour = 3'600'000;  // of one request a second
// What rate times nanoseconds is for one request.
constexpr std::int64_t kOneRequest = 3'600'000'000'000'000;
constexpr std::int64_t kMostPerSecond = 100'000;
constexpr std::int64_t kMostUsers = 10'000;
constexpr std::int64_t kMostRetries = 100;
constexpr std::size_t kMostText = 4'000;
constexpr Duration kLongest = hours(1000);    // of for=
constexpr Duration kLongestPhase = hours(1);  // of ramps and bursts: keeps products within 128 bits
constexpr Duration kShortestThink = milliseconds(1);
constexpr Duration kNeverSent{INT64_MAX / 2};

Duration whole(Int128 nanoseconds_wanted) {
    if (nanoseconds_wanted > kNeverSent.nanoseconds) return kNeverSent;
    return Duration{static_cast<std::int64_t>(nanoseconds_wanted)};
}

Int128 divided_up(Int128 a, Int128 b) {
    return (a + b - 1) / b;
}

Duration ramp_offset(const TrafficSpec& spec, Int128 amount) {
    const Int128 start = spec.start.milli_per_hour;
    const Int128 rate = spec.rate.milli_per_hour;
    const Int128 over = spec.over.nanoseconds;
    const Int128 doubled = (start + rate) * over;  // twice what the ramp sends
    if (2 * amount > doubled) return whole(over + divided_up(2 * amount - doubled, 2 * rate));
    // start*t + (rate-start)*t²/(2*over) grows with t: find the first nanosecond at which it is
    // enough.
    Int128 low = 0;
    Int128 high = over;
    while (low < high) {
        const Int128 middle = (low + high) / 2;
        if (2 * over * start * middle + (rate - start) * middle * middle >= 2 * over * amount) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return whole(low);
}

Duration burst_offset(const TrafficSpec& spec, Int128 amount) {
    const Int128 high_part = static_cast<Int128>(spec.rate.milli_per_hour) * spec.on.nanoseconds;
    const Int128 cycle =
        high_part + static_cast<Int128>(spec.low.milli_per_hour) * spec.off.nanoseconds;
    const Int128 before = amount / cycle * (spec.on + spec.off).nanoseconds;
    const Int128 rest = amount % cycle;
    if (rest < high_part) return whole(before + divided_up(rest, spec.rate.milli_per_hour));
    return whole(before + spec.on.nanoseconds +
                 divided_up(rest - high_part, spec.low.milli_per_hour));
}

// --- reading ---

Error wrong(std::string sentence, std::string hint) {
    return Error{std::move(sentence), {}, std::move(hint)};
}

Result<Duration> read_duration(const std::string& name,
                               const std::string& value,
                               Duration least,
                               Duration most) {
    const auto duration = parse_duration(value);
    if (!duration)
        return wrong(fmt::format("{}={} is no time", name, value),
                     fmt::format("write it like {}=2s", name));
    if (*duration < least || *duration > most)
        return wrong(
            fmt::format("{}={} is out of range", name, value),
            fmt::format("it is from {} to {}", format_duration(least), format_duration(most)));
    return *duration;
}

Result<std::uint32_t> read_count(const std::string& name,
                                 const std::string& value,
                                 std::int64_t least,
                                 std::int64_t most) {
    std::int64_t number = 0;
    if (!parse_integer(value, number) || number < least || number > most)
        return wrong(fmt::format("{}={} is no such number", name, value),
                     fmt::format("write a whole number from {} to {}", least, most));
    return static_cast<std::uint32_t>(number);
}

Result<Rate> read_rate(const std::string& name, const std::string& value, bool may_be_none) {
    auto rate = parse_rate(value);
    if (!rate)
        return wrong(fmt::format("{}={}: {}", name, value, rate.error().message),
                     rate.error().hint);
    if (rate->milli_per_hour == 0 && !may_be_none)
        return wrong(fmt::format("{}={} sends nothing", name, value), "write it like rate=20/s");
    return rate;
}

Result<TrafficPattern> read_pattern(const std::string& value) {
    if (value == "constant") return TrafficPattern::Constant;
    if (value == "poisson") return TrafficPattern::Poisson;
    if (value == "ramp") return TrafficPattern::Ramp;
    if (value == "burst") return TrafficPattern::Burst;
    if (value == "users") return TrafficPattern::Users;
    return wrong(fmt::format("unknown pattern '{}'", value),
                 "there are constant, poisson, ramp, burst and users");
}

Result<std::string> read_method(const std::string& value) {
    static const std::vector<std::string> kMethods{
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    if (value == "tcp" || value == "CONNECT") return std::string("CONNECT");
    if (std::find(kMethods.begin(), kMethods.end(), value) == kMethods.end())
        return wrong(
            fmt::format("unknown method '{}'", value),
            fmt::format("there are {}, and tcp, which only connects", join(kMethods, ", ")));
    return value;
}

Result<void> read_name(TrafficSpec& spec, const std::string& value) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    if (value.empty() || value.size() > 60 || !std::all_of(value.begin(), value.end(), fits))
        return wrong(fmt::format("name={} is no name", value),
                     "use up to 60 letters, digits, '-', '_' and '.'");
    spec.name = value;
    spec.named = true;
    return {};
}

template <class T>
Result<void> take(T& into, Result<T> value) {
    if (!value) return value.error();
    into = *value;
    return {};
}

// The settings that are durations.
struct TimeSetting {
    std::string_view name;
    Duration TrafficSpec::* into;
    Duration least;
    Duration most;
};

constexpr Duration kInstant = nanoseconds(1);
constexpr TimeSetting kTimeSettings[] = {{"over", &TrafficSpec::over, kInstant, kLongestPhase},
                                         {"on", &TrafficSpec::on, kInstant, kLongestPhase},
                                         {"off", &TrafficSpec::off, kInstant, kLongestPhase},
                                         {"think", &TrafficSpec::think, kShortestThink, hours(24)},
                                         {"timeout", &TrafficSpec::timeout, milliseconds(1), hours(1)},
                                         {"retry-after", &TrafficSpec::retry_after, milliseconds(1), hours(1)},
                                         {"latency", &TrafficSpec::latency, {}, minutes(1)},
                                         {"for", &TrafficSpec::duration, kInstant, kLongest}};

Result<void> read_setting(TrafficSpec& spec, const std::string& name, const std::string& value) {
    if (name == "name") return read_name(spec, value);
    if (name == "rate") return take(spec.rate, read_rate(name, value, false));
    if (name == "start") return take(spec.start, read_rate(name, value, true));
    if (name == "low") return take(spec.low, read_rate(name, value, true));
    if (name == "pattern") return take(spec.pattern, read_pattern(value));
    if (name == "method") return take(spec.method, read_method(value));
    for (const TimeSetting& setting : kTimeSettings) {
        if (name == setting.name) return take(spec.*setting.into, read_duration(name, value, setting.least, setting.most));
    }
    if (name == "users") return take(spec.users, read_count(name, value, 1, kMostUsers));
    if (name == "retries") return take(spec.retries, read_count(name, value, 0, kMostRetries));
    if (name == "path") {
        if (!value.starts_with('/'))
            return wrong(fmt::format("path={} is no path", value),
                         "it begins with a slash, like path=/items");
        spec.path = value;
        return {};
    }
    if (name == "body") {
        spec.body = value;
        return {};
    }
    if (name == "from") {
        spec.from = value == "outside" ? std::string() : value;
        return {};
    }
    std::vector<std::string> names;
    for (const TrafficSetting& setting : traffic_settings())
        names.emplace_back(setting.name);
    const std::string near = nearest(name, names);
    return wrong(fmt::format("traffic has no setting '{}'", name),
                 near.empty() ? fmt::format("it has {}", join(names, ", "))
                              : fmt::format("did you mean '{}'?", near));
}

Result<std::uint16_t> read_port(const std::string& text) {
    std::int64_t port = 0;
    if (!parse_integer(text, port) || port < 1 || port > 65'535)
        return wrong(fmt::format("'{}' is no port", text),
                     "write the published port, like web:8080");
    return static_cast<std::uint16_t>(port);
}

// "shop/web" of "shop/web:8080": before a port there is no path, so that is a project's service; 0: it is none.
std::size_t whole_service_length(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::size_t slash = text.find('/');
    if (colon == std::string::npos || slash == 0 || slash >= colon - 1 || text.find('/', slash + 1) < colon) return 0;
    std::int64_t port = 0;
    return parse_integer(text.substr(colon + 1, text.find('/', colon) - colon - 1), port) ? colon : 0;
}

// "web", "web:8080", "shop/web:8080", "http://web:8080/items".
Result<void> read_target(TrafficSpec& spec, std::string text) {
    if (text.starts_with("https://"))
        return wrong("Podium's servers speak plain HTTP",
                     fmt::format("ask for http://{}", text.substr(8)));
    if (text.starts_with("http://")) {
        text = text.substr(7);
        spec.port = 80;
    } else if (text.find("://") != std::string::npos) {
        return wrong(fmt::format("'{}' is no target of traffic", text),
                     "write a service and its published port, like web:8080");
    }
    if (const auto slash = text.find('/', spec.port == 0 ? whole_service_length(text) : 0); slash != std::string::npos) {
        spec.path = text.substr(slash);
        text = text.substr(0, slash);
    }
    if (const auto colon = text.find(':'); colon != std::string::npos) {
        const auto port = read_port(text.substr(colon + 1));
        if (!port) return port.error();
        spec.port = *port;
        text = text.substr(0, colon);
    }
    if (text.empty())
        return wrong("traffic goes to somebody",
                     "name a service or host and its published port, like web:8080");
    spec.target = text;
    return {};
}

// What only one pattern knows is refused with the others.
Result<void> check_pattern(const TrafficSpec& spec, const std::vector<std::string>& given) {
    struct Row {
        std::string_view setting;
        TrafficPattern pattern;
        std::string_view name;
        bool needed;
    };

    static constexpr Row kRows[] = {{"start", TrafficPattern::Ramp, "ramp", false},
                                    {"over", TrafficPattern::Ramp, "ramp", true},
                                    {"on", TrafficPattern::Burst, "burst", true},
                                    {"off", TrafficPattern::Burst, "burst", true},
                                    {"low", TrafficPattern::Burst, "burst", false},
                                    {"users", TrafficPattern::Users, "users", true},
                                    {"think", TrafficPattern::Users, "users", false}};
    const auto has = [&given](std::string_view name) {
        return std::find(given.begin(), given.end(), name) != given.end();
    };
    for (const Row& row : kRows) {
        if (has(row.setting) && spec.pattern != row.pattern)
            return wrong(fmt::format("{}= has no effect with this pattern", row.setting),
                         fmt::format("it belongs to pattern={}", row.name));
        if (!has(row.setting) && row.needed && spec.pattern == row.pattern)
            return wrong(fmt::format("pattern={} needs {}=", row.name, row.setting),
                         fmt::format("podium docs traffic says what it means"));
    }
    if (spec.pattern == TrafficPattern::Users && has("rate"))
        return wrong("rate= has no effect with pattern=users",
                     "users= and think= say how much is sent");
    if (has("retry-after") && spec.retries == 0)
        return wrong("retry-after= has no effect without retries=",
                     "say how often, like retries=2");
    if (has("path") && spec.method == "CONNECT")
        return wrong("path= has no effect with method=tcp", "leave it out");
    if (has("body") && spec.method != "POST" && spec.method != "PUT" && spec.method != "PATCH" &&
        spec.method != "DELETE")
        return wrong(fmt::format("body= has no effect with {}", spec.method), "add method=POST");
    return {};
}

Result<void> read_words(TrafficSpec& spec,
                        const std::vector<std::string>& words,
                        std::vector<std::string>& given) {
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || word.find_first_of(":/") < equals) {
            if (spec.target.empty()) {
                if (Result<void> read = read_target(spec, word); !read) return read;
                if (spec.path != "/") given.emplace_back("path");
            } else if (spec.port == 0) {
                if (Result<void> read = take(spec.port, read_port(word)); !read) return read;
            } else {
                return wrong(
                    fmt::format("traffic has one target, and '{}' is one word too many", word),
                    "settings are written like rate=20/s");
            }
            continue;
        }
        const std::string name = word.substr(0, equals);
        if (std::find(given.begin(), given.end(), name) != given.end())
            return wrong(fmt::format("{}= is given twice", name), "leave one out");
        if (Result<void> read = read_setting(spec, name, word.substr(equals + 1)); !read)
            return read;
        given.push_back(name);
    }
    return {};
}

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
    const Error error{
        fmt::format("'{}' is no rate", text), {}, "write it like 20/s, 300/m or 0.5/s"};
    std::int64_t per_hour = 3600;
    std::string_view number = text;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const std::string_view unit = text.substr(slash + 1);
        if (unit != "s" && unit != "m" && unit != "h") return error;
        per_hour = unit == "s" ? 3600 : unit == "m" ? 60 : 1;
        number = text.substr(0, slash);
    }
    const auto dot = number.find('.');
    std::string digits(number.substr(0, dot));
    std::string decimals =
        dot == std::string_view::npos ? std::string() : std::string(number.substr(dot + 1));
    if (decimals.size() > 3 || (dot != std::string_view::npos && decimals.empty())) return error;
    decimals.append(3 - decimals.size(), '0');
    digits += decimals;
    std::int64_t thousandths = 0;
    if (digits.size() > 12 || digits.find_first_not_of("0123456789") != std::string::npos ||
        dot == 0 || number.empty() || !parse_integer(digits, thousandths))
        return error;
    const Int128 rate = static_cast<Int128>(thousandths) * per_hour;
    if (rate > static_cast<Int128>(kMostPerSecond) * kMilliPerHour)
        return Error{fmt::format("'{}' is more than {} requests a second", text, kMostPerSecond),
                     {},
                     "send less"};
    return Rate{static_cast<std::int64_t>(rate)};
}

Result<TrafficSpec> parse_traffic(std::string_view text) {
    if (text.size() > kMostText)
        return wrong(fmt::format("traffic is described in at most {} characters", kMostText),
                     "see: podium docs traffic");
    TrafficSpec spec;
    spec.text = join(split_words(text), " ");
    std::vector<std::string> given;
    if (Result<void> read = read_words(spec, split_words(text), given); !read) return read.error();
    if (spec.target.empty())
        return wrong("traffic goes to somebody",
                     "name a service or host and its published port, like web:8080");
    if (spec.users > 0 && std::find(given.begin(), given.end(), "pattern") == given.end())
        spec.pattern = TrafficPattern::Users;
    if (Result<void> checked = check_pattern(spec, given); !checked) return checked.error();
    const bool local = spec.target == "localhost" || spec.target.starts_with("127.");
    if (local && spec.from.empty())
        return wrong(fmt::format("{} is the client itself when it stands outside", spec.target),
                     "name a host or a service, or the host it is sent from, like from=host");
    if (!spec.named) spec.name = spec.target;
    return spec;
}

Duration mean_distance(Rate rate) {
    return whole(kOneRequest / rate.milli_per_hour);
}

Duration request_offset(const TrafficSpec& spec, std::uint64_t n) {
    const Int128 amount = static_cast<Int128>(n) * kOneRequest;
    switch (spec.pattern) {
        case TrafficPattern::Ramp:
            return ramp_offset(spec, amount);
        case TrafficPattern::Burst:
            return burst_offset(spec, amount);
        case TrafficPattern::Constant:
        case TrafficPattern::Poisson:
        case TrafficPattern::Users:
            return whole(divided_up(amount, spec.rate.milli_per_hour));
    }
    return kNeverSent;
}

bool is_traffic_time(std::string_view setting) {
    return std::any_of(std::begin(kTimeSettings), std::end(kTimeSettings), [setting](const TimeSetting& one) { return one.name == setting; });
}

const std::vector<TrafficSetting>& traffic_settings() {
    static const std::vector<TrafficSetting> settings{
        {"name", "what it is called (the target's name)"},
        {"rate", "requests a time: 20/s, 300/m, 0.5/s (10/s)"},
        {"pattern", "constant, poisson, ramp, burst or users (constant)"},
        {"start", "ramp: the rate it begins with (0)"},
        {"over", "ramp: how long it takes from start to rate"},
        {"on", "burst: how long it sends at rate"},
        {"off", "burst: how long it sends at low after that"},
        {"low", "burst: the rate in between (0)"},
        {"users", "users: how many; each waits for its answer and thinks before it asks again"},
        {"think", "users: how long each thinks (1s)"},
        {"method", "GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS; tcp only connects (GET)"},
        {"path", "what is asked for (/)"},
        {"body", "what is sent along, with POST and the like"},
        {"timeout", "how long a client waits for an answer (5s)"},
        {"retries", "how often a request that failed is sent again before it counts as lost (0)"},
        {"retry-after", "how long after the failure (100ms)"},
        {"from", "where the clients stand: outside, or a host (outside)"},
        {"latency", "added each way between them and the host (0)"},
        {"for", "how long they send (until stopped)"},
    };
    return settings;
}

}  // namespace podium::model
