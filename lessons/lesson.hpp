#pragma once

// A lesson as plain data: what lesson.md says, and the files beside it. Made once by load_lesson
// and never changed. What lab.lua does is scripting's; here it is a text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/cluster_file.hpp"
#include "sim/lab/command.hpp"

namespace podium::lessons {

enum class StepKind : std::uint8_t {
    Read,     ///< Text.
    Predict,  ///< Questions whose keys are computed from the run.
    Do,       ///< Lines typed into the terminal until the step's checks are met.
    Quiz,     ///< Questions whose answers are written down.
    Check,    ///< Checks over the whole run so far.
    Explain,  ///< Text, and the causes of what happened.
};

std::string_view name_of(StepKind kind);

struct Answer {
    std::string id;
    std::string text;
    std::string because;  ///< Why it is wrong; empty for the right one.

    bool operator==(const Answer&) const = default;
};

/// What a number counts. Time is kept in nanoseconds, sizes in bytes, others in thousandths.
enum class Measure : std::uint8_t { Count, Time, Bytes };

struct Question {
    enum class Kind : std::uint8_t { Choice, Order, Number };

    Kind kind = Kind::Choice;
    std::string id;
    std::string text;             ///< Markdown.
    std::vector<Answer> answers;  ///< Choice: to choose from; Order: to be ordered, as shown.
    std::string key;              ///< A prediction: the function of lab.lua that computes the key.
    std::string after;  ///< A prediction: the step at whose end; empty: at once, in a copy.
    std::string right;  ///< A quiz's choice.
    std::vector<std::string> order;  ///< A quiz's order.
    Measure measure = Measure::Count;
    std::string unit;         ///< "s", "MiB", "containers"; empty: a bare number.
    std::int64_t number = 0;  ///< A quiz's number.
    std::int64_t within = 0;  ///< How far from it counts as right.
    std::string because;      ///< Order and Number: why another answer is wrong.
    Place place;
};

/// One mistake's ladder of hints.
struct Hint {
    static constexpr int kRungs = 3;

    std::string id;
    std::string check;          ///< Raised when this is the first check not met,
    std::string when;           ///< and (or) when this function of lab.lua says so.
    std::string rungs[kRungs];  ///< Concept, where to look, almost there.
    Place place;
};

/// A command that the text shows; in a console block with the output it shows below it, be it none.
struct ShownCommand {
    std::string line;
    std::string host;  ///< Where it is typed; empty: at the learner's terminal.
    bool has_output = false;  ///< What it writes is shown.
    std::vector<std::string>
        output;  ///< A line "..." stands for any lines, "..." in one for any text.
    int status = 0;
    Place place;
};

/// A part of a step's text, in order.
struct Piece {
    enum class Kind : std::uint8_t { Text, Question, Why };

    Kind kind = Kind::Text;
    std::string text;          ///< Text: Markdown; Why: the name whose causes are told.
    std::size_t question = 0;  ///< Its number among the step's.
    Place place;
};

struct Step {
    StepKind kind = StepKind::Read;
    std::string id;
    std::string title;
    std::vector<Piece> pieces;
    std::vector<Question> questions;
    std::vector<Hint> hints;
    std::vector<ShownCommand> commands;  ///< In blocks, in order.
    std::vector<ShownCommand> mentions;  ///< Within sentences.
    std::vector<ShownCommand> advice;    ///< Within hints.
    Place place;
};

/// Lines typed at a step, by solution.sh or a wrong-*.sh.
struct ScriptPart {
    std::string step;
    std::vector<std::string> lines;
    Place place;
    std::vector<int> numbers;  ///< Of the lines in their file.
};

struct Script {
    std::string file;
    std::string hint;  ///< A wrong one: the hint it must raise,
    std::string at;    ///< at this step: the last one it has a part for.
    std::vector<ScriptPart> parts;
};

struct Lesson {
    std::string name;  ///< Its folder's: "02-first-compose-project".
    std::string kept_as;  ///< What progress calls it: its name, but of one that is not the course's its folder's path.
    std::string title;
    std::string summary;
    int version = 1;
    int minutes = 0;
    bool exam = false;
    int pass_percent = 80;            ///< An exam: of its questions.
    std::string directory = "/root";  ///< Where the terminal stands, and the project's files.
    Duration settle = seconds(10);  ///< How long the run goes on in a copy before a check decides.
    std::vector<std::string> images;
    std::vector<Place> image_places;  ///< Of each.
    std::string cluster;  ///< The cluster file its hosts come from, as it calls it; empty: none.
    lab::ClusterFile machines;  ///< Its hosts, at least one, and what joins them.
    std::vector<lab::HostFile> files;
    std::vector<Step> steps;
    std::string lab;  ///< lab.lua; empty: none.
    std::string lab_file;
    Script solution;
    std::vector<Script> wrong;

    [[nodiscard]] const Step* step(std::string_view id) const;
    [[nodiscard]] std::size_t index_of(std::string_view id) const;
    [[nodiscard]] bool has_host(std::string_view called) const;
};

// Limits: each is an error when it is passed.
inline constexpr std::size_t kMostSteps = 60;
inline constexpr std::size_t kMostQuestions = 30;
inline constexpr std::size_t kMostAnswers = 12;
inline constexpr std::size_t kMostLessonBytes = 256U << 10;
inline constexpr std::size_t kMostProjectFiles = 60;

}  // namespace podium::lessons
