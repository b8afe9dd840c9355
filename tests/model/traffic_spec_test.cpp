// How traffic is written down, when its requests are sent, and how latencies are counted.

#include "sim/model/traffic_spec.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sim/model/latency.hpp"
#include "sim/model/traffic_times.hpp"

namespace podium::model {
namespace {

TrafficSpec read(const std::string& text) {
    const auto spec = parse_traffic(text);
    INFO(text << ": " << (spec ? "" : spec.error().text()));
    REQUIRE(spec.ok());
    return *spec;
}

std::int64_t at_milliseconds(const TrafficSpec& spec, std::uint64_t n) {
    return request_offset(spec, n).nanoseconds / 1'000'000;
}

}  // namespace

TEST_CASE("traffic: a target is written with a colon, as a word of its own, or as an address") {
    for (const char* text : {"web:8080", "web 8080", "http://web:8080", "http://web:8080/"}) {
        const TrafficSpec spec = read(text);
        CHECK(spec.target == "web");
        CHECK(spec.port == 8080);
        CHECK(spec.path == "/");
        CHECK(spec.name == "web");
        CHECK_FALSE(spec.named);
    }
    for (const char* text : {"shop/web:8080", "shop/web:8080/", "shop/web:8080 path=/"}) {  // a project's
        const TrafficSpec spec = read(text);
        CHECK(spec.target == "shop/web");
        CHECK(spec.port == 8080);
        CHECK(spec.path == "/");
        CHECK(spec.name == "shop/web");
    }
    CHECK(read("shop/web:8080/items").path == "/items");
    CHECK(read("web/items").target == "web");
    CHECK(read("http://web/items:1").target == "web");
    CHECK(read("web/items/a:1").path == "/items/a:1");
    CHECK(read("web").port == 0);
    CHECK(read("http://web/items").port == 80);
    CHECK(read("web:8080/items?n=1").path == "/items?n=1");
}

TEST_CASE("traffic: every setting is read") {
    const TrafficSpec spec = read(
        "web 8080 rate=50/s pattern=constant path=/items timeout=2s for=5m name=users method=POST "
        "body=milk retries=2 retry-after=300ms from=one latency=20ms");
    CHECK(spec.rate.milli_per_hour == 180'000'000);
    CHECK(spec.pattern == TrafficPattern::Constant);
    CHECK(spec.path == "/items");
    CHECK(spec.timeout == seconds(2));
    CHECK(spec.duration == minutes(5));
    CHECK(spec.name == "users");
    CHECK(spec.named);
    CHECK(spec.method == "POST");
    CHECK(spec.body == "milk");
    CHECK(spec.retries == 2);
    CHECK(spec.retry_after == milliseconds(300));
    CHECK(spec.from == "one");
    CHECK(spec.latency == milliseconds(20));
    CHECK(read("web:1 method=tcp").method == "CONNECT");
    CHECK(read("web:1 users=3").pattern == TrafficPattern::Users);
    CHECK(read("web:1 from=outside").from.empty());
}

TEST_CASE("traffic: it is known of each setting whether it is a time") {
    for (const TrafficSetting& setting : traffic_settings()) {
        const std::string said = fmt::format("{}=parsec", setting.name);
        INFO(said);
        const auto read = parse_traffic("web:8080 " + said);
        CHECK(is_traffic_time(setting.name) == (!read && read.error().message == said + " is no time"));
    }
    CHECK_FALSE(is_traffic_time("rate"));
    CHECK(is_traffic_time("retry-after"));
}

TEST_CASE("traffic: what is wrong is said in one sentence, with what would be right") {
    struct Row {
        const char* text;
        const char* sentence;
    };

    const Row row = GENERATE(values<Row>({
        {"", "traffic goes to somebody"},
        {"rate=3/s", "traffic goes to somebody"},
        {"web:0", "'0' is no port"},
        {"web:http", "'http' is no port"},
        {"web 8080 9090", "'9090' is one word too many"},
        {"https://web", "plain HTTP"},
        {"ftp://web", "'ftp://web' is no target"},
        {"web:1 rat=3/s", "did you mean 'rate'?"},
        {"web:1 rate=fast", "'fast' is no rate"},
        {"web:1 rate=0/s", "sends nothing"},
        {"web:1 rate=1/d", "'1/d' is no rate"},
        {"web:1 rate=200000/s", "more than 100000 requests a second"},
        {"web:1 rate=1/s rate=2/s", "rate= is given twice"},
        {"web:1 pattern=wave", "unknown pattern 'wave'"},
        {"web:1 pattern=ramp", "pattern=ramp needs over="},
        {"web:1 pattern=burst on=1s", "pattern=burst needs off="},
        {"web:1 over=10s", "over= has no effect with this pattern"},
        {"web:1 users=3 rate=1/s", "rate= has no effect with pattern=users"},
        {"web:1 users=0", "users=0 is no such number"},
        {"web:1 think=2s", "think= has no effect with this pattern"},
        {"web:1 timeout=0", "timeout=0 is out of range"},
        {"web:1 timeout=soon", "timeout=soon is no time"},
        {"web:1 retry-after=1s", "retry-after= has no effect without retries="},
        {"web:1 path=items", "path=items is no path"},
        {"web:1 method=FETCH", "unknown method 'FETCH'"},
        {"web:1 method=tcp path=/x", "path= has no effect with method=tcp"},
        {"web:1 body=x", "body= has no effect with GET"},
        {"web:1 name=a/b", "name=a/b is no name"},
        {"localhost:80", "localhost is the client itself"},
    }));
    const auto spec = parse_traffic(row.text);
    INFO(row.text);
    REQUIRE_FALSE(spec.ok());
    CHECK_THAT(spec.error().text(), Catch::Contains(row.sentence));
    CHECK(spec.error().text().find('\n') == std::string::npos);
}

TEST_CASE("traffic: rates of any unit are exact") {
    CHECK(parse_rate("20")->milli_per_hour == 72'000'000);
    CHECK(parse_rate("20/s")->milli_per_hour == 72'000'000);
    CHECK(parse_rate("20/m")->milli_per_hour == 1'200'000);
    CHECK(parse_rate("0.001/h")->milli_per_hour == 1);
    const TrafficSpec spec = read("web:1 rate=20/m");
    CHECK(request_offset(spec, 3) == seconds(9));
    CHECK(request_offset(spec, 1'000'000) == seconds(3'000'000));
}

TEST_CASE("traffic: a ramp sends what lies under its line") {
    // 0 to 10/s over 10 s: t seconds in, t*t/2 have been sent; 50 in all, then 10 a second.
    const TrafficSpec spec = read("web:1 pattern=ramp rate=10/s over=10s");
    CHECK(request_offset(spec, 0) == Duration{});
    CHECK(at_milliseconds(spec, 2) == 2'000);
    CHECK(at_milliseconds(spec, 8) == 4'000);
    CHECK(at_milliseconds(spec, 50) == 10'000);
    CHECK(at_milliseconds(spec, 60) == 11'000);
    const TrafficSpec from = read("web:1 pattern=ramp start=10/s rate=30/s over=10s");
    CHECK(at_milliseconds(from, 200) == 10'000);
    CHECK(at_milliseconds(from, 75) == 5'000);
    const TrafficSpec down = read("web:1 pattern=ramp start=30/s rate=10/s over=10s");
    CHECK(at_milliseconds(down, 125) == 5'000);
    CHECK(at_milliseconds(down, 210) == 11'000);
}

TEST_CASE("traffic: bursts are a square wave") {
    const TrafficSpec spec = read("web:1 pattern=burst rate=10/s on=1s off=4s");
    CHECK(at_milliseconds(spec, 9) == 900);
    CHECK(at_milliseconds(spec, 10) == 5'000);
    CHECK(at_milliseconds(spec, 25) == 10'500);
    const TrafficSpec low = read("web:1 pattern=burst rate=10/s on=1s off=4s low=1/s");
    CHECK(at_milliseconds(low, 10) == 1'000);
    CHECK(at_milliseconds(low, 11) == 2'000);
    CHECK(at_milliseconds(low, 14) == 5'000);
}

TEST_CASE("latency: quantiles are exact for equal values and at most 3.2 % too large for others") {
    LatencyHistogram equal;
    CHECK(equal.quantile(500) == Duration{});
    for (int i = 0; i < 10; ++i)
        equal.add(microseconds(3'120));
    CHECK(equal.quantile(500) == microseconds(3'120));
    CHECK(equal.quantile(1000) == microseconds(3'120));
    LatencyHistogram spread;
    for (std::int64_t i = 1; i <= 100'000; ++i)
        spread.add(microseconds(i));
    CHECK(spread.count() == 100'000);
    for (const std::uint32_t share : {1U, 10U, 100U, 500U, 950U, 990U, 999U}) {
        const std::int64_t exact = std::int64_t{share} * 100'000;
        const std::int64_t found = spread.quantile(share).nanoseconds;
        CHECK(found >= exact);
        CHECK(found <= exact + exact * 32 / 1000);
    }
    spread.add(hours(1000));
    CHECK(spread.quantile(1000) == hours(1000));
}

}  // namespace podium::model
