#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/core/fact_catalogue.hpp"
#include "sim/core/kernel.hpp"
#include "tests/base/death.hpp"

using namespace podium;
using Catch::Matchers::Contains;

namespace {

constexpr EventKind kTick = kRoomTest | 1;
constexpr FactKind kHappened = kRoomTest | 1;

/// The subjects of all events, in the order they are taken.
std::vector<std::uint32_t> take_all(Kernel& kernel) {
    std::vector<std::uint32_t> subjects;
    while (kernel.next_time() < kNever) subjects.push_back(kernel.take_next().subject);
    return subjects;
}

/// A small world: each event records a fact and schedules up to two more, by chance.
void run(Kernel& kernel, Time until) {
    while (kernel.next_time() <= until) {
        const Event event = kernel.take_next();
        kernel.set_cause(kernel.record(kHappened, {SubjectType::Container, event.subject}, event.extra, event.time));
        RandomStream random = kernel.random("world", kernel.events_handled());
        for (std::uint64_t i = random.below(event.word < 200 ? 3 : 2) + 1; i > 1; --i) {
            const auto phase = static_cast<Phase>(random.below(6));
            const Duration delay = random.chance(1, 4) ? Duration{} : random.exponential(seconds(3));
            kernel.schedule(delay, phase, kTick, event.subject, random.next() % 400, event.extra + 1);
        }
    }
}

std::uint64_t fingerprint(const Kernel& kernel) {
    static const FactTable table{{kHappened, "test.happened", {{"generation", FieldType::Integer}, {"due", FieldType::Duration}}}};
    static const FactCatalogue catalogue({&table});
    return catalogue.fingerprint(kernel.journal(), kernel.interner());
}

Kernel world(std::uint64_t seed) {
    Kernel kernel(seed);
    for (std::uint32_t i = 1; i <= 500; ++i) kernel.schedule(milliseconds(i), Phase::Runtime, kTick, i, i);
    return kernel;
}

}  // namespace

TEST_CASE("kernel: events are taken by time, and time is that of the event") {
    Kernel kernel;
    kernel.schedule(seconds(3), Phase::Fault, kTick, 3);
    kernel.schedule(seconds(1), Phase::Observer, kTick, 1);
    kernel.schedule(seconds(2), Phase::Runtime, kTick, 2);
    CHECK(kernel.next_time() == Time{} + seconds(1));
    CHECK(kernel.take_next().subject == 1);
    CHECK(kernel.now() == Time{} + seconds(1));
    CHECK(take_all(kernel) == std::vector<std::uint32_t>{2, 3});
    CHECK(kernel.now() == Time{} + seconds(3));
    CHECK(kernel.next_time() == kNever);
    CHECK(kernel.events_handled() == 3);
}

TEST_CASE("kernel: at one instant the phases follow each other, and within a phase first come, first taken") {
    Kernel kernel;
    const std::vector<Phase> phases{Phase::Observer, Phase::Agent, Phase::Fault, Phase::Orchestrator, Phase::Runtime, Phase::Physics};
    for (std::uint32_t turn = 0; turn < 2; ++turn) {
        for (const Phase phase : phases) kernel.schedule(seconds(1), phase, kTick, static_cast<std::uint32_t>(phase) * 10 + turn);
    }
    CHECK(take_all(kernel) == std::vector<std::uint32_t>{0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51});
}

TEST_CASE("kernel: an earlier phase of the present instant goes to the next round") {
    Kernel kernel;
    kernel.schedule(seconds(1), Phase::Agent, kTick, 1);
    kernel.schedule(seconds(1), Phase::Observer, kTick, 2);
    CHECK(kernel.take_next().subject == 1);
    kernel.schedule({}, Phase::Physics, kTick, 5);       // an earlier phase: after all of this round
    kernel.schedule({}, Phase::Agent, kTick, 3);         // the same phase: still in this round
    kernel.schedule({}, Phase::Orchestrator, kTick, 4);  // a later phase: still in this round
    const std::vector<std::uint32_t> expected{3, 4, 2, 5};
    for (const std::uint32_t subject : expected) {
        const Event event = kernel.take_next();
        CHECK(event.subject == subject);
        CHECK(event.round() == (subject == 5 ? 1 : 0));
    }
}

TEST_CASE("kernel: rounds begin anew at each instant") {
    Kernel kernel;
    kernel.schedule(seconds(1), Phase::Agent, kTick, 1);
    kernel.take_next();
    kernel.schedule({}, Phase::Fault, kTick, 2);
    CHECK(kernel.take_next().round() == 1);
    kernel.schedule(nanoseconds(1), Phase::Fault, kTick, 3);
    const Event later = kernel.take_next();
    CHECK(later.round() == 0);
    CHECK(later.phase() == Phase::Fault);
}

TEST_CASE("kernel: an instant has a limited number of rounds, all of which can be used") {
    const auto spin = [](std::uint32_t rounds) {
        Kernel kernel;
        kernel.schedule({}, Phase::Agent, kTick, 1);
        for (std::uint32_t i = 1; i < rounds; ++i) {
            kernel.take_next();
            kernel.schedule({}, Phase::Agent, kTick, 1);
            kernel.take_next();
            kernel.schedule({}, Phase::Physics, kTick, 1);
            kernel.take_next();
            kernel.schedule({}, Phase::Agent, kTick, 1);
        }
        return kernel.take_next().round();
    };
    CHECK(spin(Kernel::kMostRounds) == Kernel::kMostRounds - 1);
    CHECK_THAT(last_words_of([&spin] { spin(Kernel::kMostRounds + 1); }), Contains("limited number of rounds"));
}

TEST_CASE("kernel: nothing is scheduled in the past, and time passes no event by") {
    CHECK_THAT(last_words_of([] { Kernel{}.schedule(nanoseconds(-1), Phase::Agent, kTick, 1); }), Contains("for now or later"));
    CHECK_THAT(last_words_of([] {
                   Kernel kernel;
                   kernel.schedule(seconds(1), Phase::Agent, kTick, 1);
                   kernel.advance_to(Time{} + seconds(2));
               }),
               Contains("passes no event by"));
    CHECK_THAT(last_words_of([] {
                   Kernel kernel;
                   kernel.advance_to(Time{} + seconds(2));
                   kernel.advance_to(Time{} + seconds(1));
               }),
               Contains("passes no event by"));
    CHECK_THAT(last_words_of([] { Kernel{}.take_next(); }), Contains("only where there is one"));
}

TEST_CASE("kernel: a delay beyond the end of time is the last instant before never") {
    Kernel kernel;
    kernel.advance_to(Time{} + seconds(10));
    kernel.schedule(Duration{INT64_MAX}, Phase::Agent, kTick, 1);
    kernel.schedule(kNever - kernel.now(), Phase::Agent, kTick, 2);
    CHECK(kernel.next_time() == kNever - nanoseconds(1));
    CHECK(take_all(kernel) == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("kernel: time passes without events, and what is scheduled then is of round 0") {
    Kernel kernel;
    kernel.schedule(seconds(1), Phase::Observer, kTick, 1);
    kernel.take_next();
    kernel.advance_to(Time{} + seconds(2));
    kernel.schedule({}, Phase::Fault, kTick, 2);
    CHECK(kernel.next_time() == kernel.now());
    CHECK(kernel.take_next().round() == 0);
    // Time that stands still stays where it is in the order.
    kernel.schedule({}, Phase::Observer, kTick, 3);
    kernel.take_next();
    kernel.advance_to(kernel.now());
    kernel.schedule({}, Phase::Fault, kTick, 4);
    CHECK(kernel.take_next().round() == 1);
}

TEST_CASE("kernel: a fact and an event carry the fact that caused them") {
    Kernel kernel;
    const FactId command = kernel.record(kHappened, {});
    CHECK_FALSE(kernel.journal().at(command).cause);
    kernel.set_cause(command);
    kernel.schedule(seconds(1), Phase::Runtime, kTick, 1);
    kernel.set_cause({});
    kernel.schedule(seconds(2), Phase::Runtime, kTick, 2);

    CHECK(kernel.take_next().cause == command);
    CHECK(kernel.cause() == command);
    const FactId died = kernel.record(kHappened, {});
    CHECK(kernel.journal().at(died).cause == command);
    {
        const CauseScope scope(kernel, died);
        kernel.schedule(seconds(2), Phase::Runtime, kTick, 3);
        CHECK(kernel.journal().at(kernel.record(kHappened, {})).cause == died);
    }
    CHECK(kernel.cause() == command);
    CHECK_FALSE(kernel.take_next().cause);
    CHECK(kernel.take_next().cause == died);
    kernel.advance_to(kernel.now() + seconds(1));
    CHECK_FALSE(kernel.cause());
}

TEST_CASE("kernel: a fact's fields are written as its table says, long ones in two words") {
    enum class State : std::uint8_t { Created, Running };
    Kernel kernel;
    kernel.advance_to(Time{} + milliseconds(1500));
    const StringId name = kernel.intern("web");
    const FactId id = kernel.record(kHappened, {SubjectType::Host, 4}, -1, name, true, State::Running, seconds(5), std::int64_t{-2}, std::uint16_t{65535}, Time{7});
    const Fact fact = kernel.journal().at(id);
    CHECK(fact.time == Time{} + milliseconds(1500));
    CHECK(fact.subject == Subject{SubjectType::Host, 4});
    CHECK(fact.kind == kHappened);
    const std::vector<std::uint32_t> words(fact.words.begin(), fact.words.end());
    CHECK(words == std::vector<std::uint32_t>{0xFFFFFFFF, name.value, 1, 1, 705'032'704, 1, 0xFFFFFFFE, 0xFFFFFFFF, 65535, 7, 0});
    CHECK(kernel.text(name) == "web");
    CHECK(kernel.journal().at(kernel.record(kHappened, {})).words.empty());
}

TEST_CASE("kernel: an event keeps its words and is 40 bytes") {
    static_assert(sizeof(Event) == 40);
    Kernel kernel;
    kernel.schedule_at(Time{5}, Phase::Physics, kTick, 0xFFFFFFFF, 0x123456789ABCDEF0ULL, 0x89ABCDEF);
    const Event event = kernel.take_next();
    CHECK(event.time == Time{5});
    CHECK(event.kind == kTick);
    CHECK(event.phase() == Phase::Physics);
    CHECK(event.subject == 0xFFFFFFFF);
    CHECK(event.word == 0x123456789ABCDEF0ULL);
    CHECK(event.extra == 0x89ABCDEF);
}

TEST_CASE("kernel: equal seeds run equally, other seeds do not, and the run is pinned") {
    Kernel first = world(1);
    Kernel second = world(1);
    Kernel other = world(2);
    for (Kernel* kernel : {&first, &second, &other}) run(*kernel, Time{} + seconds(30));
    CHECK(first.journal().size() > 1'000);
    CHECK(fingerprint(first) == fingerprint(second));
    CHECK(fingerprint(first) != fingerprint(other));
    CHECK(fingerprint(first) == 0xEC2B298EA3BAF525ULL);
}

TEST_CASE("kernel: the fingerprint is of texts, not of the order in which they were first used") {
    const FactTable table{{kHappened, "test.happened", {{"name", FieldType::Text}, {"spell", FieldType::Duration}, {"image", FieldType::Text}}}};
    const FactCatalogue catalogue({&table});
    const auto run = [&catalogue](std::vector<std::string> first_used, const std::string& image) {
        Kernel kernel;
        for (const std::string& text : first_used) kernel.intern(text);
        for (const std::string_view name : {"web", "db", "web"}) {
            const StringId of_name = kernel.intern(name);
            kernel.record(kHappened, {SubjectType::Container, 1}, of_name, seconds(5), kernel.intern(image));
        }
        return catalogue.fingerprint(kernel.journal(), kernel.interner());
    };
    CHECK(run({}, "nginx") == run({"nginx", "db"}, "nginx"));
    CHECK(run({}, "nginx") == 0x06AB5CAE18E7B2DFULL);
    CHECK(run({}, "nginx") != run({}, "httpd"));
    // With the same numbers, other texts.
    CHECK(run({"web", "db"}, "nginx") != run({"web", "db"}, "db"));
}

TEST_CASE("kernel: a copy at any moment goes on as the original") {
    Kernel whole = world(3);
    run(whole, Time{} + seconds(30));
    Kernel stepped = world(3);
    for (int second = 1; second <= 30; ++second) {
        run(stepped, Time{} + seconds(second));
        if (second % 7 != 0) continue;
        Kernel fork = stepped;
        run(fork, Time{} + seconds(30));
        CHECK(fingerprint(fork) == fingerprint(whole));
        CHECK(fork.events_handled() == whole.events_handled());
        stepped = Kernel(stepped);
    }
    CHECK(fingerprint(stepped) == fingerprint(whole));
}
