// Chance must be the same on every compiler: first values are pinned here, and may change only
// together with the version of saved runs.

#include <algorithm>
#include <array>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace podium;

TEST_CASE("mixing and hashing give their published values") {
    CHECK(mix64(0) == 0xE220A8397B1DCDAFULL);  // splitmix64's first output from seed 0
    CHECK(mix64(1) == 0x910A2DEC89025CC1ULL);
    CHECK(hash_text("") == 0xCBF29CE484222325ULL);
    CHECK(hash_text("a") == 0xAF63DC4C8601EC8CULL);
    CHECK(hash_text("foobar") == 0x85944171F73967E8ULL);
}

TEST_CASE("a stream's first values are pinned") {
    RandomStream raw(1, "test", 7);
    for (const std::uint64_t value :
         {0xC31F2A371560921FULL, 0xC49B1F80AD001664ULL, 0xADCBB47F0D336849ULL, 0x58465285B6109BD0ULL}) {
        CHECK(raw.next() == value);
    }
    RandomStream dice(42, "dice", 1);
    for (const std::int64_t value : {1, 5, 1, 2, 6, 4, 5, 6, 1, 3}) CHECK(dice.between(1, 6) == value);
}

TEST_CASE("the exponential distribution's first values are pinned") {
    RandomStream life(42, "life", 1);
    for (const std::int64_t value :
         {181'326'283'584, 2'666'166'843, 87'043'919'367, 9'714'322'048, 39'394'978'363, 436'765'582'207}) {
        CHECK(life.exponential(seconds(100)).nanoseconds == value);
    }
}

TEST_CASE("streams differ by seed, purpose and entity, and a stream asked for again starts again") {
    const auto first = [](std::uint64_t seed, std::string_view purpose, std::uint64_t entity) {
        return RandomStream(seed, purpose, entity).next();
    };
    std::vector<std::uint64_t> values;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (std::uint64_t entity = 0; entity < 20; ++entity) {
            values.push_back(first(seed, "lifetime", entity));
            values.push_back(first(seed, "delay", entity));
        }
    }
    CHECK(first(3, "delay", 5) == first(3, "delay", 5));
    std::sort(values.begin(), values.end());
    CHECK(std::adjacent_find(values.begin(), values.end()) == values.end());
}

TEST_CASE("bounded draws stay in their bounds and reach all of them evenly") {
    RandomStream random(5, "bounds", 0);
    std::array<int, 7> seen{};
    for (int i = 0; i < 70'000; ++i) ++seen[random.below(7)];
    for (const int count : seen) CHECK(std::abs(count - 10'000) < 500);
    CHECK(random.below(1) == 0);
    CHECK(random.between(-3, -3) == -3);
    for (int i = 0; i < 1'000; ++i) {
        const std::int64_t value = random.between(-2, 2);
        CHECK((value >= -2 && value <= 2));
    }
    for (int i = 0; i < 100; ++i) {
        CHECK_FALSE(random.chance(0, 10));
        CHECK(random.chance(10, 10));
    }
}

TEST_CASE("exponential draws have their mean, their shape and a tail without end") {
    RandomStream random(1, "mean", 0);
    constexpr int kDraws = 1'000'000;
    constexpr std::array<double, 4> kBeyond{0.367879, 0.135335, 0.049787, 0.018316};  // e^-1 ... e^-4
    std::array<int, 4> beyond{};
    std::int64_t sum = 0;
    int beyond_table = 0;
    bool negative = false;
    for (int i = 0; i < kDraws; ++i) {
        const Duration draw = random.exponential(seconds(1));
        negative = negative || draw < Duration{};
        sum += draw.nanoseconds;
        for (std::size_t k = 0; k < beyond.size(); ++k) {
            if (draw > seconds(static_cast<std::int64_t>(k) + 1)) ++beyond[k];
        }
        if (draw > milliseconds(8318)) ++beyond_table;  // ln 4096: from here on by renewal
    }
    CHECK_FALSE(negative);
    CHECK(static_cast<double>(sum) / kDraws / 1e9 == Approx(1.0).epsilon(0.004));
    for (std::size_t k = 0; k < beyond.size(); ++k) {
        CHECK(static_cast<double>(beyond[k]) / kDraws == Approx(kBeyond[k]).epsilon(0.02));
    }
    CHECK(std::abs(beyond_table - kDraws / 4096) < 60);
}

TEST_CASE("an exponential draw of mean 0 is 0") {
    RandomStream random(1, "none", 0);
    for (int i = 0; i < 10'000; ++i) CHECK(random.exponential(Duration{}) == Duration{});
}
