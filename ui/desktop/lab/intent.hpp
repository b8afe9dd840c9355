#pragma once

// What the person wants: the one way from the window to the engine's thread. Panels make these and
// hand them to Context::send; the engine's thread does them in the order they came. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/core/fact.hpp"

namespace podium::desktop {

/// Something that can be selected, by name, so that it means the same at another moment and in a fork.
struct Selection {
    enum class Kind : std::uint8_t { None, Host, Container, Service, Task, Fault, Link, Traffic, Volume };
    Kind kind = Kind::None;
    std::string name;  ///< Container: "web.1"; Link: "one-other"; Fault: its text.

    bool operator==(const Selection&) const = default;
};

/// What the facts panel shows.
struct FactsWish {
    std::string filter;      ///< Words that must all be in a fact's line; "kind:container.die", "who:web.1".
    bool headlines = true;   ///< Only what a timeline tells.
    bool of_selection = false;

    bool operator==(const FactsWish&) const = default;
};

/// What the window looks at: only that is put into frames.
struct Look {
    Selection selection;
    FactId fact;  ///< Selected: its causes are wanted. 0: none.
    FactsWish facts;
    bool inspector = true;
    bool facts_panel = false;
    bool metrics_panel = false;
    bool placement = false;  ///< The table of nodes of the selected task.
    bool why = false;        ///< The answer to `why` in words, which costs most.

    bool operator==(const Look&) const = default;
};

namespace intent {
struct Play {};
struct Pause {};
struct Toggle {};
struct Speed {
    double times = 1;  ///< 0.01 to 10,000.
};
struct StepEvent {};
struct StepFact {};
struct StepFactOfSelection {};
struct Seek {
    Time time;
};
/// To the end of what has happened.
struct GoLive {};
struct SetLook {
    Look look;
};
/// A line typed into a terminal: of a fork on the side with the change.
struct Type {
    std::string terminal;  ///< "host", "host/2".
    std::string line;
};
/// What may stand where the cursor stands in a terminal's line: `before` is what is left of it.
struct Complete {
    std::string terminal;
    std::string before;
};
/// A key that is a signal: "INT", "QUIT", "EOF".
struct Key {
    std::string terminal;
    std::string key;
};
/// A fault as `--fault` takes it, without times.
struct Inject {
    std::string fault;
};
struct Lift {
    std::string fault;
};
/// Goes on as the run stands now, with `line` typed or `fault` injected (one of them, or neither, which
/// leaves the person to do something), beside what it would have been.
struct Fork {
    std::string terminal;
    std::string line;
    std::string fault;
};
/// Gives up one side of a fork: the one with the change (false) or the one without it (true).
struct EndFork {
    bool keep_change = true;
};
struct Save {
    std::string path;
};
/// Opens a file, scenario or lesson in place of what is there.
struct Open {
    std::string name;
    std::optional<std::uint64_t> seed = {};
    std::vector<std::string> settings = {};  ///< Of a scenario: "policy=no".
    std::string scheduler = {};
};
/// Runs variants of the open scenario on the same seeds: "policy=no", "policy=always".
struct Compare {
    std::vector<std::string> settings;
    std::vector<std::string> schedulers;
    std::uint64_t seeds = 10;
};
/// Places tasks by another policy: a file's name, or "spread".
struct Scheduler {
    std::string name;
};
// --- of a lesson ---
struct LessonCheck {};
struct LessonHint {};
struct LessonNext {};
struct LessonBack {};
struct LessonAgain {};
struct LessonSolve {};
struct LessonAnswer {
    std::string question;  ///< Its id.
    std::string answer;    ///< As podium learn takes it.
};
}  // namespace intent

using Intent = std::variant<intent::Play, intent::Pause, intent::Toggle, intent::Speed, intent::StepEvent, intent::StepFact,
                            intent::StepFactOfSelection, intent::Seek, intent::GoLive, intent::SetLook, intent::Type, intent::Complete, intent::Key,
                            intent::Inject, intent::Lift, intent::Fork, intent::EndFork, intent::Save, intent::Open, intent::Compare,
                            intent::Scheduler, intent::LessonCheck, intent::LessonHint, intent::LessonNext, intent::LessonBack,
                            intent::LessonAgain, intent::LessonSolve, intent::LessonAnswer>;

}  // namespace podium::desktop
