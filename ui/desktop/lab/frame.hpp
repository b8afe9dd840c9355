#pragma once

// A frame: everything the window may know, as it was between two instants of the run. Made on the
// engine's thread, published as a shared pointer to a constant, drawn by the window's thread; nobody
// changes one. Parts that did not change are shared with the frame before.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/view/cluster_view.hpp"
#include "sim/view/lane_set.hpp"
#include "sim/view/tone.hpp"
#include "ui/desktop/lab/intent.hpp"

namespace podium::view {
struct RunOutcome;
}

namespace podium::desktop {

/// A line of the facts panel, of a history or of a chain of causes.
struct FactLine {
    FactId fact;
    FactId cause;
    Time time{};
    view::Tone tone = view::Tone::Plain;
    std::string who;
    std::string what;
    std::string why;
    bool ahead = false;  ///< It is still to come: the run stands before it.
    Subject subject = {};  ///< Whom it is about, where `who` may be the name of several.
};

/// All about the selection.
struct Detail {
    Selection selection;
    std::string title;
    std::string subtitle;  ///< "container on swarm-larry".
    std::string state;
    view::Tone tone = view::Tone::Plain;
    struct Row {
        std::string name;
        std::string value;
        view::Tone tone = view::Tone::Plain;
        std::string section = {};  ///< "Processes"; empty: what stands first.
    };
    std::vector<Row> rows;  ///< Image, restarts, exit code, mounts, networks ...
    /// Memory over the last stretch, one value each `sample_every`, the newest last; with what it may use.
    std::vector<std::int64_t> memory_bytes;
    std::vector<std::int64_t> cpu_millicores;
    Duration sample_every = seconds(1);
    std::int64_t memory_limit_bytes = 0;
    std::vector<bool> probes;  ///< The last health checks: passed or not, the newest last.
    std::vector<std::string> logs;  ///< The last lines.
    std::vector<FactLine> history;  ///< What happened to it, the newest last.
    std::string why;                ///< As `why NAME` answers, in lines.
    std::vector<FactLine> causes;   ///< The chain to the last thing that happened, the first cause first.
    std::string task;  ///< The swarm's task that it is, or whose container it is; empty: none.
    /// For a task (and Look::placement): nodes × filters, of one that waits as things are, of one that has a node as they were when it
    /// got it.
    struct Placement {
        std::string node;
        std::string filter;  ///< Empty: it takes the task.
        std::string words;
        bool chosen = false;  ///< It got the task.
    };
    std::vector<Placement> placement;
    Time decided = kNever;  ///< When it got its node; never: it waits, or that decision is not kept.
    std::vector<std::string> placement_remarks;  ///< Sentences below the table, or in its place. Where `task` is there is either, once
                                                 ///< the scheduler was asked.
    std::vector<std::string> ways;  ///< The nearest changes that would place it.
    std::int64_t cpu_limit_millicores = 0;
    std::string service;  ///< Whose it is, where there is one.
    std::string host;     ///< Where it is.
};

struct FactPage {
    /// At most kMostLines, around the present moment, in order. Shared with other pages, so FactLine::ahead says nothing here.
    std::vector<std::shared_ptr<const FactLine>> lines;
    std::size_t happened = 0;   ///< So many of them have happened; the rest is still to come.
    std::uint64_t matches = 0;  ///< Of all facts.
    static constexpr std::size_t kMostLines = 2'000;
};

/// A terminal session as it is shown.
struct TerminalView {
    std::string name;  ///< "host", "host/2".
    std::string prompt;
    bool running = false;  ///< A line runs.
    bool reads = false;    ///< And what runs waits for a line to be typed.
    std::string directory;  ///< Where its shell is.
    struct Line {
        enum class Kind : std::uint8_t { Typed, Output, Error, Note };
        Kind kind = Kind::Output;
        std::string text;
    };
    std::shared_ptr<const std::vector<Line>> lines;  ///< The last kMostLines.
    static constexpr std::size_t kMostLines = 5'000;
};

/// A step's question as it is asked.
struct QuestionView {
    std::string id;
    std::string kind;  ///< "choice", "order", "number" ...
    std::string text;
    std::vector<std::string> choices;
    bool prediction = false;
    std::string given;  ///< The answer that was given; empty: none.
    bool decided = false;
    bool right = false;
    std::string because;
    std::string key;                ///< What was right, in words; empty while that is not told.
    std::vector<std::string> seen;  ///< What happened in the copy that decided a prediction.
    std::string unit;               ///< A number's: "s", "MiB", "containers".
    bool measured = false;          ///< The number is a time or a size: its unit has to be given.
    bool open = false;              ///< It waits for an answer.
    int tries = 0;
};

struct LessonView {
    std::string title;
    std::string step_title;
    std::size_t step = 0;  ///< From 0.
    std::vector<std::string> steps;  ///< Their titles.
    std::vector<bool> passed;
    std::string markdown;  ///< The step's text.
    std::vector<QuestionView> questions;
    std::string verdict;   ///< Of the last check; empty: there was none.
    enum class Outcome : std::uint8_t { None, Passed, NotYet, Fault } outcome = Outcome::None;
    std::vector<std::string> evidence;
    Time decided_at{};     ///< The moment the verdict names, on the learner's own run.
    bool decided_here = false;
    std::vector<std::string> hints;  ///< Those given, in order.
    bool may_see_solution = false;
    bool can_next = false;
    bool finished = false;
    std::string note;  ///< What the last act came to, when it could not be done.

    /// A part of the step's text, in order, up to the first question that is open.
    struct Piece {
        enum class Kind : std::uint8_t { Text, Question, Why } kind = Kind::Text;
        std::string text;          ///< Text: Markdown. Why: the causes, in lines.
        std::size_t question = 0;  ///< In `questions`.
    };
    std::vector<Piece> pieces;
    std::string kind;     ///< Of the step: "Read", "Do" ...
    std::string name;     ///< The lesson's: intent::Open begins or goes on with it.
    std::string terminal; ///< Where its lines are typed.
    bool exam = false;
    bool judged = false;   ///< The step is one to be checked.
    bool can_back = false;
    bool has_hints = false;
    std::string condition;             ///< NotYet: what is not met,
    std::string sentence;              ///< and what was seen of it.
    std::vector<QuestionView> predicted;  ///< Predictions that passing this step has decided.
    std::vector<Time> evidence_times;  ///< Of each line of evidence on the learner's own run; kNever: elsewhere.
};

struct MetricsView {
    std::shared_ptr<const view::RunOutcome> outcome;  ///< So far.
    /// One value each `sample_every`, the newest last: of all services together.
    Duration sample_every = seconds(1);
    std::vector<float> available;   ///< Share of wanted containers that run, 0 to 1.
    std::vector<float> failed;      ///< Requests a second that failed.
    std::vector<float> answered;
    std::vector<float> latency;     ///< Median, in milliseconds.
    std::vector<float> restarts;    ///< So far.
    // The fullest host's, at the moment of each value, 0 to 1:
    std::vector<float> memory;
    std::vector<float> processor;
    std::vector<float> disk;
    // which that was, from 1 in `hosts`; 0: none.
    std::vector<std::uint32_t> memory_host;
    std::vector<std::uint32_t> processor_host;
    std::vector<std::uint32_t> disk_host;
    std::vector<std::string> hosts;
    Time last{};  ///< When the newest values were taken. Below 0: there is no value.
};

/// The other side of a fork, on the same clock.
struct ForkView {
    Time begun{};
    std::string change;  ///< What was changed, in words.
    std::shared_ptr<const view::ClusterView> without;  ///< The cluster without the change.
    struct Difference {
        std::string measure;  ///< "availability of web".
        std::string without;
        std::string with;
        view::Tone tone = view::Tone::Plain;  ///< Good: the change is better.
    };
    std::vector<Difference> differences;
};

struct CompareView {
    bool running = false;
    std::size_t done = 0;
    std::size_t runs = 0;
    std::string text;   ///< The table, as podium compare prints it.
    struct Row {
        std::string measure;
        std::vector<std::string> values;       ///< Of each variant.
        std::vector<std::string> differences;  ///< To the first, with 95 % intervals; the first's is empty.
        std::vector<std::string> spreads;      ///< "12.000 to 31.500", over the seeds.
        /// Of each variant: the seeds of its least and greatest value. Equal: all came out alike, or there is none.
        struct Ends {
            std::uint64_t least_seed = 0;
            std::uint64_t most_seed = 0;
        };
        std::vector<Ends> ends;
    };
    std::vector<std::string> variants;
    std::vector<Row> rows;
    std::string error;
    std::string scenario;  ///< What was compared, as intent::Open names it,
    /// and each variant as it opens it.
    struct Variant {
        std::vector<std::string> settings;
        std::string scheduler;
    };
    std::vector<Variant> made_of;
    /// A table of ImGui's has 64 columns, and the first is the measures'.
    static constexpr std::size_t kMostVariants = 63;
};

/// What a menu offers for something: an action and the shell's command it stands for.
struct Action {
    std::string label;    ///< "Kill".
    std::string command;  ///< "docker kill shop-web-1", or "inject kill web.1".
    std::string terminal; ///< Where it is typed.
    bool fault = false;
    std::string heading;  ///< Actions of one heading stand together: "Container", "Faults".
    std::string unable;   ///< Why it can't be done now; empty: it can.
};

/// What could be opened, injected and completed: does not change while one run is open.
struct Lists {
    struct Fault {
        std::string id;
        std::string summary;
        std::string target;  ///< "container", "host", "link", "registry", "image", "hosts".
        bool lasts = false;
        struct Argument {
            std::string name;
            std::string meaning;
        };
        std::vector<Argument> arguments;
    };
    std::vector<Fault> faults;
    std::vector<std::string> verbs;  ///< For the palette: "docker service ls" ...
    struct Openable {
        std::string name;
        std::string title;
        std::string kind;  ///< "scenario", "lesson", "cluster".
        std::string more;       ///< A lesson: "25 min"; a scenario: its parameters.
        std::string summary;
        bool begun = false;     ///< A lesson:
        bool finished = false;
        float done = 0;         ///< The share of its steps that are passed.
    };
    std::vector<Openable> openables;
    std::vector<std::string> parameters;  ///< Of the open scenario: "policy=no|always".
    std::vector<std::string> schedulers;
    bool comparable = false;  ///< A scenario is open: intent::Compare runs its variants.
};

struct CheckMark {
    Time time{};
    std::string name;
    bool passed = false;
    std::vector<std::string> evidence;
};

struct Frame {
    std::uint64_t serial = 0;
    std::string title;    ///< Of what is open.
    std::uint64_t seed = 0;
    Time now{};
    Time horizon{};       ///< As far as the run has gone.
    bool live = true;     ///< now is the horizon.
    bool playing = false;
    bool quiet = false;   ///< Nothing more would happen.
    double speed = 1;
    double behind = 0;    ///< Real seconds by which the engine is behind the wanted speed; shown above 1.
    bool busy = false;    ///< Something long is computed (a seek, a scenario's run).
    std::string notice;   ///< A sentence for the person: what was refused, or where a file was saved.
    std::uint64_t notice_serial = 0;
    view::Tone notice_tone = view::Tone::Plain;

    std::shared_ptr<const view::ClusterView> cluster;
    std::shared_ptr<const view::LaneSet> lanes;  ///< Up to the horizon.
    std::shared_ptr<const std::vector<CheckMark>> checks;
    std::shared_ptr<const Detail> detail;        ///< Null: nothing is selected.
    std::shared_ptr<const std::vector<FactLine>> causes;  ///< Of Look::fact.
    std::shared_ptr<const FactPage> facts;       ///< Null unless looked at.
    std::shared_ptr<const MetricsView> metrics;  ///< Null unless looked at.
    std::shared_ptr<const std::vector<TerminalView>> terminals;
    std::string directory;  ///< Where the shell of one that is opened now begins.
    std::shared_ptr<const LessonView> lesson;    ///< Null: no lesson is open.
    std::shared_ptr<const ForkView> fork;        ///< Null: there is none.
    std::shared_ptr<const CompareView> compare;  ///< Null: nothing was compared.
    std::shared_ptr<const Lists> lists;

    /// The answer to the last intent::Complete.
    struct Completion {
        std::uint64_t serial = 0;  ///< Another for each answer.
        std::string terminal;
        std::string before;
        std::string insert;                ///< What may be put in at once; empty: it is not clear.
        std::vector<std::string> choices;  ///< What it could be.
    };
    std::shared_ptr<const Completion> completion;
};

using FramePointer = std::shared_ptr<const Frame>;

}  // namespace podium::desktop
