#include <algorithm>
#include <array>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/core/fact_catalogue.hpp"
#include "sim/core/journal.hpp"
#include "tests/base/death.hpp"

using namespace podium;
using Catch::Matchers::Contains;

namespace {

/// A fact as it went in.
struct Plain {
    Time time;
    FactId cause;
    Subject subject;
    FactKind kind = 0;
    std::vector<std::uint32_t> words;
};

bool same(const Fact& fact, const Plain& plain) {
    return fact.time == plain.time && fact.cause == plain.cause && fact.subject == plain.subject &&
           fact.kind == plain.kind && std::equal(fact.words.begin(), fact.words.end(), plain.words.begin(), plain.words.end());
}

/// Facts of all shapes: at one instant, close together and years apart, with no field and with many.
std::vector<Plain> random_facts(std::size_t count, std::uint64_t seed) {
    RandomStream random(seed, "facts", 0);
    std::vector<Plain> facts;
    Time now{};
    for (std::uint32_t i = 0; i < count; ++i) {
        switch (random.below(4)) {
            case 0: break;
            case 1: now = now + nanoseconds(random.between(1, 1000)); break;
            case 2: now = now + random.exponential(milliseconds(50)); break;
            default: now = now + (random.chance(1, 100) ? hours(random.between(1, 100)) : seconds(4)); break;
        }
        Plain fact;
        fact.time = now;
        fact.cause = FactId{static_cast<std::uint32_t>(random.below(i + 1))};
        fact.subject = Subject(SubjectType::Container, static_cast<std::uint32_t>(random.below(1 << 28)));
        fact.kind = static_cast<FactKind>(random.below(1 << 16));
        fact.words.resize(random.chance(1, 500) ? random.below(Journal::kMostWords + 1) : random.below(5));
        for (std::uint32_t& word : fact.words) word = static_cast<std::uint32_t>(random.next());
        facts.push_back(std::move(fact));
    }
    return facts;
}

void append(Journal& journal, const Plain& fact) {
    journal.append(fact.time, fact.kind, fact.subject, fact.cause, fact.words);
}

/// By the words alone.
std::uint64_t fingerprint(const Journal& journal) { return FactCatalogue({}).fingerprint(journal, {}); }

Journal journal_of(const std::vector<Plain>& facts) {
    Journal journal;
    for (const Plain& fact : facts) append(journal, fact);
    return journal;
}

constexpr std::array<std::uint32_t, 3> kThreeWords{137, 1, 2};

/// So many equal facts, a millisecond apart.
Journal ticking_journal(std::uint32_t facts) {
    Journal journal;
    for (std::uint32_t i = 0; i < facts; ++i) {
        journal.append(Time{} + milliseconds(i), 1, {SubjectType::Container, i % 7}, FactId{i}, kThreeWords);
    }
    return journal;
}

}  // namespace

TEST_CASE("journal: what went in comes out, in any order of reading") {
    // Three sealed segments and a part of the open one; and the moment just before sealing.
    for (const std::size_t count : {3 * Journal::kFactsPerSegment + 1000UL, 2UL * Journal::kFactsPerSegment}) {
        const std::vector<Plain> facts = random_facts(count, count);
        const Journal journal = journal_of(facts);
        REQUIRE(journal.size() == count);
        REQUIRE(journal.last() == FactId{static_cast<std::uint32_t>(count)});
        bool agree = true;
        for (std::uint32_t i = 0; i < count; ++i) agree = agree && same(journal.at(FactId{i + 1}), facts[i]);
        RandomStream random(1, "reads", 0);
        for (int i = 0; i < 20'000; ++i) {
            const std::uint64_t at = random.below(count);
            const Fact fact = journal.at(FactId{static_cast<std::uint32_t>(at + 1)});
            agree = agree && fact.id.value == at + 1 && same(fact, facts[at]);
        }
        CHECK(agree);
    }
}

TEST_CASE("journal: reading in order gives each fact once, from anywhere") {
    const std::vector<Plain> facts = random_facts(2 * Journal::kFactsPerSegment + 77, 5);
    const Journal journal = journal_of(facts);
    for (const std::uint32_t from : {0U, 1U, 17U, Journal::kFactsPerSegment, Journal::kFactsPerSegment + 1, journal.last().value}) {
        std::uint32_t expected = std::max(from, 1U);
        bool agree = true;
        journal.for_each(FactId{from}, [&](const Fact& fact) {
            agree = agree && fact.id.value == expected && same(fact, facts[expected - 1]);
            ++expected;
        });
        CHECK(agree);
        CHECK(expected == journal.last().value + 1);
    }
    journal.for_each(FactId{journal.last().value + 1}, [](const Fact&) { FAIL("there is no such fact"); });
    Journal{}.for_each(FactId{}, [](const Fact&) { FAIL("there is no fact"); });
}

TEST_CASE("journal: an empty one has no fact") {
    const Journal journal;
    CHECK(journal.size() == 0);
    CHECK_FALSE(journal.last());
    CHECK_FALSE(journal.has(FactId{}));
    CHECK_FALSE(journal.has(FactId{1}));
}

TEST_CASE("journal: its fingerprint is pinned, equal for copies, and sees every word") {
    const std::vector<Plain> facts = random_facts(Journal::kFactsPerSegment + 500, 11);
    const Journal journal = journal_of(facts);
    CHECK(fingerprint(ticking_journal(100)) == 0x26F98A60415AA652ULL);
    Journal copy = journal;
    CHECK(fingerprint(copy) == fingerprint(journal));
    CHECK(fingerprint(journal_of(facts)) == fingerprint(journal));
    for (const std::size_t changed : {0UL, 100UL, facts.size() - 1}) {
        std::vector<Plain> other = facts;
        other[changed].words.push_back(1);
        CHECK(fingerprint(journal_of(other)) != fingerprint(journal));
        other = facts;
        other[changed].cause.value ^= 1;
        CHECK(fingerprint(journal_of(other)) != fingerprint(journal));
        other = facts;
        other[changed].kind ^= 1;
        CHECK(fingerprint(journal_of(other)) != fingerprint(journal));
    }
}

TEST_CASE("journal: a copy goes on by itself and shares what is sealed") {
    const std::vector<Plain> facts = random_facts(3 * Journal::kFactsPerSegment, 12);
    Journal whole;
    Journal copy;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (i == 2 * Journal::kFactsPerSegment + 10) copy = whole;
        append(whole, facts[i]);
    }
    CHECK(copy.size() == 2 * Journal::kFactsPerSegment + 10);
    CHECK(copy.at(FactId{5}).words.data() == whole.at(FactId{5}).words.data());
    for (std::size_t i = copy.size(); i < facts.size(); ++i) append(copy, facts[i]);
    CHECK(fingerprint(copy) == fingerprint(whole));
}

TEST_CASE("journal: beyond its limit the oldest segments go, and ids stay") {
    const std::vector<Plain> facts = random_facts(6 * Journal::kFactsPerSegment + 5, 13);
    Journal journal;
    journal.set_limit(2 * Journal::kFactsPerSegment);
    for (const Plain& fact : facts) append(journal, fact);
    CHECK(journal.size() == facts.size());
    CHECK(journal.first() == FactId{4 * Journal::kFactsPerSegment + 1});
    CHECK_FALSE(journal.has(FactId{4 * Journal::kFactsPerSegment}));
    bool agree = true;
    std::size_t read = 0;
    journal.for_each(FactId{}, [&](const Fact& fact) {
        agree = agree && same(fact, facts[fact.id.value - 1]) && same(journal.at(fact.id), facts[fact.id.value - 1]);
        ++read;
    });
    CHECK(agree);
    CHECK(read == 2 * Journal::kFactsPerSegment + 5);
    CHECK_THAT(last_words_of([&] { (void)journal.at(FactId{1}); }), Contains("while the journal keeps it"));
}

TEST_CASE("journal: even with the smallest limit the newest segment is kept") {
    Journal journal;
    journal.set_limit(0);
    for (std::uint32_t i = 0; i < 3 * Journal::kFactsPerSegment; ++i) journal.append(Time{}, 1, {}, {}, {});
    CHECK(journal.has(journal.last()));
    CHECK(journal.size() - journal.first().value < 2 * Journal::kFactsPerSegment);
}

TEST_CASE("journal: a fact of three words takes less than 30 bytes, a short journal a few hundred") {
    const Journal journal = ticking_journal(50 * Journal::kFactsPerSegment);
    CHECK(static_cast<double>(journal.memory_bytes()) / static_cast<double>(journal.size()) < 31);
    CHECK(ticking_journal(10).memory_bytes() < 800);
}

TEST_CASE("journal: facts out of the order of time, and facts too long, are programmer's errors") {
    CHECK_THAT(last_words_of([] {
                   Journal journal = ticking_journal(2);
                   journal.append(Time{}, 1, {}, {}, {});
               }),
               Contains("in the order of their time"));
    CHECK_THAT(last_words_of([] {
                   const std::vector<std::uint32_t> words(Journal::kMostWords + 1);
                   Journal{}.append(Time{}, 1, {}, {}, words);
               }),
               Contains("at most 255 words"));
}

TEST_CASE("a subject is a kind of row and its id") {
    const Subject subject(SubjectType::Request, 0x0FFFFFFF);
    CHECK(subject.type() == SubjectType::Request);
    CHECK(subject.id() == 0x0FFFFFFF);
    CHECK(Subject{}.type() == SubjectType::None);
    CHECK(Subject(SubjectType::Host, 9) < Subject(SubjectType::Container, 1));
}
