// The timing wheel against the plain heap: the same pushes must give the same order, whatever the
// mix of times, and a copy taken at any moment must go on as the original does.

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/core/future_events.hpp"
#include "tests/base/death.hpp"
#include "tests/core/slow_future_events.hpp"

using namespace podium;

namespace {

/// The wheel and the heap side by side. Each push and pop goes to both.
class Pair {
  public:
    void push(Time time, std::uint64_t rank = 0) {
        Event event;
        event.time = time;
        event.order = rank << 48 | ++sequence_;
        event.word = event.order ^ 0x5555;
        event.subject = static_cast<std::uint32_t>(sequence_);
        wheel_.push(event);
        heap_.push(event);
    }
    /// Takes the next event of both; remembers whether they were the same.
    Time pop() {
        agree_ = agree_ && wheel_.next_time() == heap_.next_time();
        const Event expected = heap_.pop();
        const Event event = wheel_.pop();
        agree_ = agree_ && event.time == expected.time && event.order == expected.order && event.word == expected.word &&
                 event.subject == expected.subject && wheel_.size() == heap_.size();
        return expected.time;
    }
    void pop_all() {
        while (!heap_.empty() && agree_) pop();
        agree_ = agree_ && wheel_.empty() && wheel_.next_time() == kNever;
    }
    [[nodiscard]] bool agree() const { return agree_; }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    [[nodiscard]] const FutureEvents& wheel() const { return wheel_; }

  private:
    FutureEvents wheel_;
    SlowFutureEvents heap_;
    std::uint64_t sequence_ = 0;
    bool agree_ = true;
};

Time after(Time now, Duration delay) {
    return delay < kNever - now ? now + delay : kNever;
}

struct Mix {
    std::string name;
    std::function<Duration(RandomStream&)> delay;
};

/// A delay whose size is anything from nanoseconds to 2^bits of them.
Duration any_size(RandomStream& random, std::uint64_t bits) {
    return Duration{static_cast<std::int64_t>(random.next() >> 1 >> (63 - random.below(bits + 1)))};
}

const std::vector<Mix>& mixes() {
    static const std::vector<Mix> all{
        {"lifetimes and back-offs",
         [](RandomStream& r) { return r.chance(1, 2) ? r.exponential(seconds(100)) : milliseconds(100LL << r.below(10)); }},
        {"one instant", [](RandomStream&) { return Duration{}; }},
        {"few instants", [](RandomStream& r) { return seconds(static_cast<std::int64_t>(r.below(3))); }},
        {"neighbouring nanoseconds", [](RandomStream& r) { return Duration{r.between(0, 200)}; }},
        {"microseconds to minutes", [](RandomStream& r) { return any_size(r, 37); }},
        {"all sizes", [](RandomStream& r) { return any_size(r, 63); }},
        {"mostly now, some far",
         [](RandomStream& r) { return r.chance(1, 50) ? hours(24 * r.between(1, 4000)) : microseconds(r.between(0, 50)); }},
        {"mostly never", [](RandomStream& r) { return r.chance(1, 4) ? milliseconds(r.between(0, 9)) : kNever - Time{}; }},
        {"a ticking clock", [](RandomStream&) { return seconds(1); }},
    };
    return all;
}

/// Grows to `most` pending events, holds there for a while, shrinks to nothing; some bursts.
void drive(Pair& pair, const Mix& mix, RandomStream& random, std::size_t most) {
    Time now{};
    const auto push = [&] { pair.push(after(now, mix.delay(random)), random.below(6)); };
    for (const std::uint64_t pushes_in_100 : {75U, 50U, 52U, 48U, 20U}) {
        for (std::size_t step = 0; step < 2 * most && pair.agree(); ++step) {
            if (pair.size() < most && random.chance(pushes_in_100, 100)) {
                push();
            } else if (pair.size() > 0) {
                now = pair.pop();
            }
            if (random.below(most) == 0) {
                for (int i = 0; i < 300; ++i) push();
            }
        }
    }
    pair.pop_all();
}

}  // namespace

TEST_CASE("future events: every mix of times is taken in the heap's order") {
    for (const Mix& mix : mixes()) {
        for (const std::size_t most : {5UL, 60UL, 400UL, 20'000UL}) {
            CAPTURE(mix.name, most);
            RandomStream random(most, mix.name, 0);
            Pair pair;
            drive(pair, mix, random, most);
            // Once more with what the first round has left behind: empty wheels, free blocks.
            drive(pair, mix, random, most);
            CHECK(pair.agree());
        }
    }
}

TEST_CASE("future events: mixes following each other are taken in the heap's order") {
    RandomStream random(9, "sequence of mixes", 0);
    Pair pair;
    Time now{};
    for (int turn = 0; turn < 300 && pair.agree(); ++turn) {
        const Mix& mix = mixes()[random.below(mixes().size())];
        const std::uint64_t pushes = random.below(700);
        for (std::uint64_t i = 0; i < pushes; ++i) pair.push(after(now, mix.delay(random)), random.below(6));
        const std::uint64_t pops = random.below(std::min<std::uint64_t>(pair.size(), 900) + 1);
        for (std::uint64_t i = 0; i < pops; ++i) now = pair.pop();
        if (now > Time{} + hours(1'000'000)) {
            pair.pop_all();
            now = Time{};
        }
    }
    pair.pop_all();
    CHECK(pair.agree());
}

TEST_CASE("future events: a copy goes on as the original does, and neither touches the other") {
    for (const Mix& mix : mixes()) {
        CAPTURE(mix.name);
        RandomStream random(3, mix.name, 1);
        Pair pair;
        Time now{};
        for (int turn = 0; turn < 12; ++turn) {
            for (int i = 0; i < 900; ++i) pair.push(after(now, mix.delay(random)), random.below(6));
            for (std::uint64_t i = random.below(800); i > 0; --i) now = pair.pop();
            Pair copy = pair;
            RandomStream same = random;
            Time copy_now = now;
            for (int i = 0; i < 500; ++i) {
                copy.push(after(copy_now, mix.delay(same)), same.below(6));
                copy_now = copy.pop();
            }
            copy.pop_all();
            CHECK(copy.agree());
            copy = pair;
            CHECK(copy.size() == pair.size());
            copy.pop_all();
            CHECK(copy.agree());
        }
        pair.pop_all();
        CHECK(pair.agree());
    }
}

TEST_CASE("future events: what is pushed before the next event, or before the last taken, comes first") {
    RandomStream random(4, "early", 0);
    Pair pair;
    for (int i = 0; i < 3'000; ++i) pair.push(Time{} + hours(1) + random.exponential(seconds(100)));
    for (int i = 0; i < 100; ++i) pair.pop();
    // Between now and the next event, far more than the window's heap takes.
    for (int i = 0; i < 3'000; ++i) pair.push(Time{random.between(0, 3'600'000'000'000)});
    for (int i = 0; i < 2'000; ++i) pair.pop();
    for (int i = 0; i < 500; ++i) pair.push(Time{random.between(0, 1'000)});
    pair.pop_all();
    CHECK(pair.agree());
}

TEST_CASE("future events: pushes that heed no order at all are taken in the heap's order") {
    RandomStream random(8, "no order", 0);
    Pair pair;
    for (int turn = 0; turn < 400 && pair.agree(); ++turn) {
        const std::uint64_t bits = 6 + random.below(58);
        const auto base = random.chance(1, 2) ? 0 : any_size(random, 40).nanoseconds;
        for (std::uint64_t i = random.below(700); i > 0; --i) {
            pair.push(after(Time{base}, Duration{static_cast<std::int64_t>(random.next() >> (64 - bits) >> 1)}), random.below(6));
        }
        for (std::uint64_t i = random.below(std::min<std::uint64_t>(pair.size(), 900) + 1); i > 0; --i) pair.pop();
    }
    pair.pop_all();
    CHECK(pair.agree());
}

TEST_CASE("future events: a storm behind a single far event does not stay one heap") {
    // The set is first asked for its order when it holds one event a day away; the window then spans
    // that day. What comes later must leave the window again.
    RandomStream random(5, "storm", 0);
    Pair pair;
    pair.push(Time{} + hours(24));
    pair.push(Time{});
    Time now = pair.pop();
    for (int i = 0; i < 50'000; ++i) pair.push(now + random.exponential(seconds(100)));
    for (int i = 0; i < 50'000; ++i) {
        now = pair.pop();
        pair.push(now + random.exponential(seconds(100)));
    }
    pair.pop_all();
    CHECK(pair.agree());
}

TEST_CASE("future events: at one instant, pushes into earlier phases find their place in a large burst") {
    RandomStream random(6, "burst", 0);
    Pair pair;
    const Time instant = Time{} + seconds(10);
    for (int i = 0; i < 20'000; ++i) pair.push(instant, 5);
    for (int i = 0; i < 10'000; ++i) pair.push(instant + random.exponential(seconds(100)), 2);
    for (int i = 0; i < 10'000; ++i) {
        pair.pop();
        pair.push(instant, 2 + random.below(5));
    }
    pair.pop_all();
    CHECK(pair.agree());
}

TEST_CASE("future events: memory stays near the size of the events") {
    RandomStream random(7, "memory", 0);
    const auto event_at = [](Time time, std::uint64_t order) {
        Event event;
        event.time = time;
        event.order = order;
        return event;
    };
    FutureEvents events;
    std::uint64_t order = 0;
    SECTION("ten events take a few hundred bytes") {
        for (int i = 0; i < 10; ++i) events.push(event_at(Time{} + random.exponential(minutes(5)), ++order));
        for (int i = 0; i < 1'000; ++i) events.push(event_at(events.pop().time + random.exponential(minutes(5)), ++order));
        CHECK(events.memory_bytes() < 2'000);
    }
    SECTION("many events take 10 % more than themselves, also after a long while") {
        constexpr std::size_t kPending = 200'000;
        for (std::size_t i = 0; i < kPending; ++i) events.push(event_at(Time{} + random.exponential(seconds(100)), ++order));
        for (std::size_t i = 0; i < 10 * kPending; ++i) {
            events.push(event_at(events.pop().time + random.exponential(seconds(100)), ++order));
        }
        CHECK(events.memory_bytes() < kPending * 44);
    }
    SECTION("a burst at one instant takes twice itself, and half is given back") {
        constexpr std::size_t kPending = 200'000;
        events.push(event_at(Time{}, ++order));
        events.push(event_at(Time{} + hours(1), ++order));
        for (std::size_t i = 0; i < kPending; ++i) events.push(event_at(Time{} + seconds(1), ++order));
        CHECK(events.memory_bytes() < kPending * 88);
        while (events.size() > 1) events.pop();
        CHECK(events.memory_bytes() < kPending * 44);
    }
}

TEST_CASE("future events: what has just come near is what comes next but for later pushes, and is told once") {
    FutureEvents events;
    constexpr std::size_t kEvents = 5000;
    RandomStream random(7, "near", 0);
    for (std::size_t i = 0; i < kEvents; ++i) {
        Event event;
        event.time = Time{static_cast<std::int64_t>(random.next() % 1'000'000'000'000)};
        event.order = i;
        events.push(event);
    }
    std::size_t told = 0;
    bool right = true;
    std::vector<Event> near;  // the next of them last
    while (true) {
        const auto just = events.take_just_come_near();
        right = right && (just.empty() || near.empty());
        told += just.size();
        if (!just.empty()) near.assign(just.rbegin(), just.rend());
        if (events.empty()) break;
        const Event event = events.pop();
        if (near.empty()) continue;
        const bool is_next = near.back().order == event.order;
        right = right && (is_next || event.before(near.back()));
        if (is_next) near.pop_back();
    }
    CHECK(right);
    CHECK(told > kEvents - 200);  // all but what was pushed into the first window
    CHECK(told <= kEvents);
}

TEST_CASE("future events: taking from an empty set is a programmer's error") {
    CHECK_THAT(last_words_of([] { FutureEvents{}.pop(); }), Catch::Matchers::Contains("only where there is one"));
}
