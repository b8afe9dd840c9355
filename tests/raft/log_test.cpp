// The log, against a plain vector.

#include "sim/orch/raft/log.hpp"

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/orch/raft/progress.hpp"

namespace podium::raft {
namespace {

// All entries ever, in one vector; dropped ones stay and are not looked at.
struct PlainLog {
    std::vector<Entry> entries;
    Index base = 0;

    void append(const Entry& entry) { entries.push_back(entry); }

    void truncate(Index index) { entries.resize(index - 1); }
};

Entry entry_of(Term term, std::uint64_t payload) {
    Entry entry;
    entry.kind = EntryKind::Payload;
    entry.term = term;
    entry.payload = payload;
    entry.bytes = static_cast<std::uint32_t>(payload % 100);
    return entry;
}

void require_same(const Log& log, const PlainLog& plain) {
    REQUIRE(log.base() == plain.base);
    REQUIRE(log.last() == plain.entries.size());
    for (Index index = log.first(); index <= log.last(); ++index)
        REQUIRE(log.at(index) == plain.entries[index - 1]);
    if (log.last() > 0) REQUIRE(log.last_term() == plain.entries.back().term);
    if (log.base() > 0) REQUIRE(log.term(log.base()) == plain.entries[log.base() - 1].term);
    REQUIRE_FALSE(log.term(log.last() + 1));
}

}  // namespace

TEST_CASE(
    "log: any run of appends, truncations and drops reads like a plain vector, and so do its "
    "copies") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomStream random(seed, "log test", 0);
        Log log;
        PlainLog plain;
        Log old_log;
        PlainLog old_plain;
        Term term = 1;
        for (std::uint64_t step = 0; step < 120; ++step) {
            const std::uint64_t what = random.below(10);
            if (what < 6) {
                for (std::uint64_t n = random.below(120); n > 0; --n) {
                    if (random.chance(1, 20)) ++term;
                    const Entry entry = entry_of(term, random.below(1000));
                    log.append(entry);
                    plain.append(entry);
                }
            } else if (what < 8 && log.last() > log.base()) {
                const Index index = log.base() + 1 + random.below(log.last() - log.base());
                log.truncate(index);
                plain.truncate(index);
                ++term;
            } else if (what == 8) {
                plain.base = log.base() + random.below(log.last() - log.base() + 1);
                log.drop_until(plain.base);
            } else {
                require_same(old_log, old_plain);
                old_log = log;
                old_plain = plain;
            }
            INFO("seed " << seed << ", step " << step);
            require_same(log, plain);
        }
    }
}

TEST_CASE("log: a copy for a message stays within its bytes but has at least one entry") {
    Log log;
    for (int i = 0; i < 5; ++i) {
        Entry entry;
        entry.term = 1;
        entry.bytes = 10;
        log.append(entry);
    }
    std::vector<Entry> out;
    log.copy(2, 25, out);
    CHECK(out.size() == 2);
    out.clear();
    log.copy(2, 0, out);
    CHECK(out.size() == 1);
    out.clear();
    log.copy(6, 100, out);
    CHECK(out.empty());
}

TEST_CASE("log: after a reset what comes next follows on the snapshot") {
    Log log;
    for (int i = 0; i < 300; ++i)
        log.append(entry_of(1, 1));
    log.reset(1000, 7);
    CHECK(log.last() == 1000);
    CHECK(log.last_term() == 7);
    CHECK(log.matches(1000, 7));
    CHECK_FALSE(log.term(999));
    log.append(entry_of(8, 1));
    CHECK(log.at(1001).term == 8);
}

TEST_CASE("log: where two logs may still match is found by term") {
    Log log;
    for (const int term : {1, 3, 3, 4, 4, 5, 5, 5, 6})
        log.append(entry_of(static_cast<Term>(term), 0));
    CHECK(log.last_not_after(8, 3) == 3);
    CHECK(log.last_not_after(9, 6) == 9);
    CHECK(log.last_not_after(5, 1) == 1);
    CHECK(log.last_not_after(5, 0) == 0);
    CHECK(log.last_not_after(50, 5) == 8);
}

TEST_CASE("progress: a probe is one message, replication a window, a snapshot a pause") {
    Progress row;
    row.next = 5;
    row.sent(2, 3);
    CHECK(row.is_paused());
    CHECK(row.next == 5);
    REQUIRE(row.confirmed(6));
    row.become(ProgressKind::Replicate);
    CHECK(row.next == 7);
    for (int i = 0; i < 3; ++i)
        row.sent(2, 3);
    CHECK(row.next == 13);
    CHECK(row.is_paused());
    REQUIRE(row.confirmed(8));
    row.free_inflight(8);
    CHECK_FALSE(row.is_paused());
    CHECK(row.inflight.size() == 2);
    CHECK_FALSE(row.confirmed(7));
    row.become_snapshot(20);
    CHECK(row.is_paused());
    row.become(ProgressKind::Probe);
    CHECK(row.next == 21);
}

TEST_CASE("progress: an old refusal changes nothing") {
    Progress row;
    row.match = 5;
    row.next = 10;
    CHECK_FALSE(row.refused(7, 3));
    CHECK(row.refused(9, 7));
    CHECK(row.next == 8);
    row.become(ProgressKind::Replicate);
    CHECK_FALSE(row.refused(5, 2));
    CHECK(row.refused(6, 2));
    CHECK(row.next == 6);
}

}  // namespace podium::raft
