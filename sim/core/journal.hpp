#pragma once

// The journal: all facts of a run in the order they happened, in segments. Full segments are sealed
// and shared between copies (they never change); only the open one is copied. Appended by the
// kernel alone. A limit on the number of kept facts drops the oldest segments; ids never change.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/fingerprint.hpp"
#include "sim/core/fact.hpp"

namespace podium {

class Journal {
  public:
    static constexpr std::uint32_t kFactsPerSegment = 1U << 14;
    /// The most facts kept by default; older segments are dropped beyond it.
    static constexpr std::uint64_t kDefaultLimit = 200'000'000;

    FactId append(Time time, FactKind kind, Subject subject, FactId cause, std::span<const std::uint32_t> words);
    /// The newest fact's id; 0 when there is none.
    [[nodiscard]] FactId last() const { return FactId{count_}; }
    /// The oldest fact still kept; 1 unless the limit was reached.
    [[nodiscard]] FactId first() const { return FactId{dropped_ * kFactsPerSegment + 1}; }
    [[nodiscard]] bool has(FactId id) const { return id >= first() && id <= last(); }
    /// Requires has(id).
    [[nodiscard]] Fact at(FactId id) const;
    [[nodiscard]] std::uint64_t size() const { return count_; }
    /// Over all kept facts, in order; equal for equal runs on every compiler.
    [[nodiscard]] std::uint64_t fingerprint() const;
    [[nodiscard]] std::size_t memory_bytes() const;
    void set_limit(std::uint64_t facts) { limit_ = facts; }

  private:
    struct Head {
        Time time;
        FactId cause;
        Subject subject;
        std::uint32_t words_begin;
        FactKind kind;
        std::uint16_t words_count;
    };
    struct Segment {
        std::vector<Head> heads;
        std::vector<std::uint32_t> words;
    };

    void seal();
    [[nodiscard]] const Segment& segment_of(FactId id) const;

    std::vector<std::shared_ptr<const Segment>> sealed_;
    Segment open_;
    std::uint32_t count_ = 0;
    std::uint32_t dropped_ = 0;  // segments dropped from the front
    std::uint64_t limit_ = kDefaultLimit;
};

}  // namespace podium
