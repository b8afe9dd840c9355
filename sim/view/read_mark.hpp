#pragma once

// How far somebody has read the facts of a run that goes on, and may be sought back or go on otherwise meanwhile.

#include "sim/base/random.hpp"
#include "sim/core/journal.hpp"

namespace podium::view {

class ReadMark {
  public:
    /// Whether what was read is what has happened: not so in a run that was sought back, or has gone on otherwise since.
    [[nodiscard]] bool holds(const Journal& journal) const {
        return read_ && journal.has(read_) && journal.at(read_).time == time_ && print_of(journal.at(read_)) == print_;
    }
    /// All of it is read.
    void set(const Journal& journal) { set(journal, journal.last()); }
    /// It is read up to that fact.
    void set(const Journal& journal, FactId last) {
        *this = {};
        if (!journal.has(last)) return;
        const Fact fact = journal.at(last);
        read_ = fact.id;
        time_ = fact.time;
        print_ = print_of(fact);
    }
    /// The first fact that is not read; of a mark that does not hold the first of all.
    [[nodiscard]] FactId next() const { return FactId{read_.value + 1}; }

  private:
    static std::uint64_t print_of(const Fact& fact) {
        return mix64(static_cast<std::uint64_t>(fact.kind) << 32 | fact.subject.packed) ^ mix64(fact.cause.value + 1);
    }

    FactId read_;
    Time time_{};  ///< What it was.
    std::uint64_t print_ = 0;
};

}  // namespace podium::view
