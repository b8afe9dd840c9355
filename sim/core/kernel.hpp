#pragma once

// The kernel: time, what will happen, what happened, and chance. It knows nothing of containers. A
// value, part of SimState; written by the one thread that runs the simulation.
//
// The engine's loop lives with the rooms it serves: take_next() moves time forward and says what is
// due; the caller hands the event to the room that owns its kind.

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/interner.hpp"
#include "sim/base/random.hpp"
#include "sim/core/event.hpp"
#include "sim/core/future_events.hpp"
#include "sim/core/journal.hpp"

namespace podium {

class Kernel {
  public:
    /// Rounds within one instant before it is taken for an endless loop (a programmer's error).
    static constexpr std::uint32_t kMostRounds = 4000;

    explicit Kernel(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] Time now() const { return now_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    // --- what will happen ---
    /// Schedules an event `delay` from now (>= 0), caused by the fact that causes the present one. A
    /// delay beyond the end of time gives the last instant before kNever.
    void schedule(Duration delay, Phase phase, EventKind kind, std::uint32_t subject, std::uint64_t word = 0, std::uint32_t extra = 0) {
        const bool in_time = delay < kNever - now_;
        schedule_at(in_time ? now_ + delay : kNever - nanoseconds(1), phase, kind, subject, word, extra);
    }
    /// Schedules an event at `time`, now or later. At the present instant, a phase earlier than that
    /// of the event being handled goes to the next round.
    void schedule_at(Time time, Phase phase, EventKind kind, std::uint32_t subject, std::uint64_t word = 0, std::uint32_t extra = 0) {
        PODIUM_ASSERT(time >= now_, "an event is scheduled for now or later");
        const std::uint64_t round = time == now_ ? round_of_present(phase) : 0;
        Event event;
        event.time = time;
        event.order = round << kRoundShift | static_cast<std::uint64_t>(phase) << kPhaseShift | ++sequence_;
        event.word = word;
        event.subject = subject;
        event.cause = cause_;
        event.extra = extra;
        event.kind = kind;
        if ((kind & kBackgroundEvent) != 0) ++background_ahead_;
        events_.push(event);
    }
    [[nodiscard]] Time next_time() const { return events_.next_time(); }
    /// Moves time to the next event and takes it; its cause becomes the present one.
    Event take_next() {
        const Event event = events_.pop();
        PODIUM_ASSERT(event.time >= now_, "time never goes back");
        now_ = event.time;
        present_order_ = event.order & ~kSequenceMask;
        cause_ = event.cause;
        if ((event.kind & kBackgroundEvent) != 0) --background_ahead_;
        ++handled_;
        return event;
    }
    /// Events that have just come near (FutureEvents::take_just_come_near): whoever handles them may fetch what they are about ahead.
    std::span<const Event> take_just_come_near() { return events_.take_just_come_near(); }
    /// Takes every event that `wanted` picks out of the future, in order; a rare and costly thing.
    template <class Wanted>
    std::vector<Event> take_out(Wanted wanted) {
        std::vector<Event> out;
        FutureEvents left;
        while (!events_.empty()) {
            const Event event = events_.pop();
            if (!wanted(event)) {
                left.push(event);
                continue;
            }
            if ((event.kind & kBackgroundEvent) != 0) --background_ahead_;
            out.push_back(event);
        }
        events_ = std::move(left);
        return out;
    }
    /// Moves time forward without an event. Requires that none is due before `time`.
    void advance_to(Time time);
    [[nodiscard]] const FutureEvents& future() const { return events_; }
    /// How many of the events ahead are of the background: see kBackgroundEvent.
    [[nodiscard]] std::size_t background_ahead() const { return background_ahead_; }

    // --- what happened ---
    /// Records a fact caused by the present cause. The arguments are its fields in the table's order:
    /// StringId, bool, an enumerator or an integer of at most 32 bits take one word; Duration and
    /// 64-bit integers two.
    template <class... Fields>
    FactId record(FactKind kind, Subject subject, Fields... fields) {
        std::array<std::uint32_t, (word_count<Fields>() + ... + 0) + 1> words;  // NOLINT: all used ones are written
        std::size_t n = 0;
        (put(words.data(), n, fields), ...);
        return journal_.append(now_, kind, subject, cause_, std::span(words.data(), n));
    }
    /// The fact that causes what is done now: facts recorded and events scheduled carry it.
    [[nodiscard]] FactId cause() const { return cause_; }
    void set_cause(FactId cause) { cause_ = cause; }
    [[nodiscard]] const Journal& journal() const { return journal_; }
    [[nodiscard]] Journal& journal() { return journal_; }

    // --- names and chance ---
    StringId intern(std::string_view text) { return interner_.id(text); }
    [[nodiscard]] std::string_view text(StringId id) const { return interner_.text(id); }
    /// The id of a text if it has one, else 0.
    [[nodiscard]] StringId find_text(std::string_view text) const { return interner_.find(text); }
    [[nodiscard]] const Interner& interner() const { return interner_; }
    /// A stream of its own for (purpose, entity); the same each time it is asked for.
    [[nodiscard]] RandomStream random(std::string_view purpose, std::uint64_t entity) const { return {seed_, purpose, entity}; }
    [[nodiscard]] std::uint64_t events_handled() const { return handled_; }

  private:
    static constexpr int kPhaseShift = 48;
    static constexpr int kRoundShift = 52;
    static constexpr std::uint64_t kSequenceMask = (1ULL << kPhaseShift) - 1;

    [[nodiscard]] std::uint64_t round_of_present(Phase phase) const;
    template <class T>
    static constexpr std::size_t word_count() {
        return sizeof(T) > 4 ? 2 : 1;
    }
    template <class T>
    static void put(std::uint32_t* words, std::size_t& n, T field) {
        if constexpr (std::same_as<T, StringId>) {
            words[n++] = field.value;
        } else if constexpr (std::same_as<T, Duration> || std::same_as<T, Time>) {
            put(words, n, field.nanoseconds);
        } else if constexpr (sizeof(T) > 4) {
            const auto wide = static_cast<std::uint64_t>(field);
            words[n++] = static_cast<std::uint32_t>(wide);
            words[n++] = static_cast<std::uint32_t>(wide >> 32);
        } else {
            words[n++] = static_cast<std::uint32_t>(field);
        }
    }

    Time now_{};
    std::uint64_t present_order_ = 0;  // round and phase of the event being handled
    std::uint64_t sequence_ = 0;
    std::uint64_t seed_;
    std::uint64_t handled_ = 0;
    std::size_t background_ahead_ = 0;
    FactId cause_;
    FutureEvents events_;
    Journal journal_;
    Interner interner_;
};

/// Sets the cause for a scope and puts the former one back.
class CauseScope {
  public:
    CauseScope(Kernel& kernel, FactId cause) : kernel_(kernel), former_(kernel.cause()) { kernel.set_cause(cause); }
    ~CauseScope() { kernel_.set_cause(former_); }
    CauseScope(const CauseScope&) = delete;
    CauseScope& operator=(const CauseScope&) = delete;

  private:
    Kernel& kernel_;
    FactId former_;
};

}  // namespace podium
