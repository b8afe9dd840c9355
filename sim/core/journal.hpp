#pragma once

// The journal: all facts of a run in the order they happened, in segments. Full segments are sealed
// and shared between copies (they never change); only the open one is copied. Appended by the
// kernel alone. A limit on the number of kept facts drops the oldest segments; ids never change.
//
// A fact is a few 32-bit words in its segment, one fact after the other:
//
//     head: kind (16 bits), how many words time takes (8), how many fields (8)
//     time since the fact before it, in 0, 1 or 2 words
//     cause, subject, fields
//
// so a fact costs 12 to 20 bytes and its fields. Every 16th fact has an entry in an index with its
// place and time; a fact is found by walking on from there.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/core/fact.hpp"

namespace podium {

class Journal {
  public:
    static constexpr std::uint32_t kFactsPerSegment = 1U << 12;
    /// The most facts kept by default; older segments are dropped beyond it.
    static constexpr std::uint64_t kDefaultLimit = 200'000'000;
    /// The most words the fields of one fact take.
    static constexpr std::size_t kMostWords = 255;

    /// Requires a time not before the last fact's, and at most kMostWords words.
    FactId append(Time time, FactKind kind, Subject subject, FactId cause, std::span<const std::uint32_t> words) {
        PODIUM_ASSERT(words.size() <= kMostWords, "the fields of a fact take at most 255 words");
        PODIUM_ASSERT(time >= last_time_, "facts are recorded in the order of their time");
        const std::uint32_t place = count_ % kFactsPerSegment;
        if (place == 0 || open_.size() - used_ < kMostHeadWords + words.size()) make_room(words.size());
        if (place % kFactsPerEntry == 0) index_.push_back(Entry{last_time_, used_});
        const auto delta = static_cast<std::uint64_t>((time - last_time_).nanoseconds);
        const std::uint32_t time_words = delta == 0 ? 0 : delta <= UINT32_MAX ? 1 : 2;
        std::uint32_t* to = open_.data() + used_;
        to[0] = static_cast<std::uint32_t>(kind) << 16 | time_words << 8 | static_cast<std::uint32_t>(words.size());
        to[1] = static_cast<std::uint32_t>(delta);
        to[2] = static_cast<std::uint32_t>(delta >> 32);
        to += 1 + time_words;
        to[0] = cause.value;
        to[1] = subject.packed;
        for (std::size_t i = 0; i < words.size(); ++i) to[2 + i] = words[i];
        used_ += static_cast<std::uint32_t>(3 + time_words + words.size());
        last_time_ = time;
        return FactId{++count_};
    }
    /// The newest fact's id; 0 when there is none.
    [[nodiscard]] FactId last() const { return FactId{count_}; }
    /// The oldest fact still kept; 1 unless the limit was reached.
    [[nodiscard]] FactId first() const { return FactId{dropped_ * kFactsPerSegment + 1}; }
    [[nodiscard]] bool has(FactId id) const { return id >= first() && id <= last(); }
    /// Requires has(id). Walks over up to 15 facts; to read many in order, use for_each.
    [[nodiscard]] Fact at(FactId id) const;
    /// Calls visit(fact) for the kept facts from `from` to the last, in order.
    template <class Visit>
    void for_each(FactId from, Visit visit) const {
        FactId id = std::max(from, first());
        while (id <= last()) {
            Cursor cursor = find(id);
            do {
                visit(cursor.read(id));
                ++id.value;
            } while (id <= last() && (id.value - 1) % kFactsPerSegment != 0);
        }
    }
    [[nodiscard]] std::uint64_t size() const { return count_; }
    [[nodiscard]] std::size_t memory_bytes() const;
    /// Keeps at most about so many facts, in whole segments; the newest segment is always kept.
    void set_limit(std::uint64_t facts) { limit_ = facts; }

  private:
    static constexpr std::uint32_t kFactsPerEntry = 16;
    static constexpr std::size_t kMostHeadWords = 5;

    struct Entry {
        Time before;  // the time of the fact before
        std::uint32_t begin;
    };
    struct Segment {
        std::vector<std::uint32_t> words;
        std::vector<Entry> index;
    };
    /// A place in a segment, before a fact.
    struct Cursor {
        const std::uint32_t* at;
        Time time;  // of the fact before

        /// The fact here, said to be number `id`; moves on to the next.
        Fact read(FactId id) {
            const std::uint32_t head = at[0];
            const std::uint32_t time_words = head >> 8 & 0xFF;
            const std::size_t count = head & 0xFF;
            std::uint64_t delta = 0;
            if (time_words > 0) delta = at[1];
            if (time_words > 1) delta |= static_cast<std::uint64_t>(at[2]) << 32;
            time.nanoseconds += static_cast<std::int64_t>(delta);
            at += 1 + time_words;
            Fact fact;
            fact.id = id;
            fact.time = time;
            fact.cause = FactId{at[0]};
            fact.subject.packed = at[1];
            fact.kind = static_cast<FactKind>(head >> 16);
            fact.words = std::span(at + 2, count);
            at += 2 + count;
            return fact;
        }
    };

    void make_room(std::size_t words);
    void seal();
    [[nodiscard]] Cursor find(FactId id) const;

    std::vector<std::shared_ptr<const Segment>> sealed_;
    // The open segment. Its buffer is kept when it is sealed, so that it stays in the cache.
    std::vector<std::uint32_t> open_;
    std::vector<Entry> index_;
    std::uint32_t used_ = 0;  // words of open_
    std::uint32_t count_ = 0;
    std::uint32_t dropped_ = 0;  // segments dropped from the front
    Time last_time_;
    std::uint64_t limit_ = kDefaultLimit;
};

}  // namespace podium
