#pragma once

// What a learner did in a lesson, as plain data: enough to do it all again on any seed. Written by
// the player; kept in the progress file.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::lessons {

/// Something typed, at its simulated moment.
struct Act {
    enum class Kind : std::uint8_t { Line, Interrupt, Write };

    Time time;
    Kind kind = Kind::Line;
    std::string text;     ///< A line; Write: the file's path on the host.
    std::string content;  ///< Write: what it holds from then on.

    bool operator==(const Act&) const = default;
};

/// The time spent at one step.
struct StepRecord {
    std::string step;
    Time begun{};
    Time now{};  ///< How far the run has gone at it.
    std::vector<Act> acts;
    bool passed = false;
    bool shown = false;                ///< The solution was asked for.
    std::map<std::string, int> hints;  ///< How many rungs of each were given.

    bool operator==(const StepRecord&) const = default;
};

struct GivenAnswer {
    std::string answer;
    bool decided = false;  ///< A prediction waits for its step.
    bool right = false;
    int tries = 1;    ///< How often the question was answered, also before its step was begun again.
    std::string key;  ///< Of a decided prediction; empty in an exam, and for what lesson.md says itself.

    bool operator==(const GivenAnswer&) const = default;
};

struct Attempt {
    std::uint64_t seed = 1;
    int version = 1;  ///< Of the lesson.
    /// The steps so far in the lesson's order; the last one is where the learner is.
    std::vector<StepRecord> steps;
    std::map<std::string, GivenAnswer> answers;
    /// Questions that are asked again, and how often they were answered after which more could be known.
    std::map<std::string, int> answered_before;
    bool finished = false;  ///< Its end was reached.
    bool failed = false;    ///< An exam, with too few right answers.
    int percent_right = -1;  ///< Of a finished one's questions; -1: it has none, or it was kept by an older version.

    bool operator==(const Attempt&) const = default;
};

}  // namespace podium::lessons
