#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/core/future_events.hpp"
#include "tests/core/slow_future_events.hpp"

using namespace podium;

TEST_CASE("smoke") {
    RandomStream random(1, "smoke", 0);
    FutureEvents wheel; SlowFutureEvents slow;
    std::int64_t now = 0; std::uint64_t seq = 0;
    for (int i = 0; i < 300000; ++i) {
        if (slow.empty() || random.below(100) < 52) {
            Event e; e.time = Time{now + random.exponential(seconds(100)).nanoseconds}; e.order = ++seq;
            wheel.push(e); slow.push(e);
        } else {
            REQUIRE(wheel.next_time() == slow.next_time());
            Event a = wheel.pop(), b = slow.pop();
            REQUIRE(a.order == b.order);
            now = a.time.nanoseconds;
        }
        REQUIRE(wheel.size() == slow.size());
    }
}
