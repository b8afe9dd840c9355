#pragma once

// A scenario: a script that sets up a run, drives it in simulated time and says what must hold. It
// drives its Session through commands only, each posted at the moment the script stands at, so that
// seed and command log give the same run without the script. Its predicates read sim/view.
//
// The script is the first task; at, after and every make more. A task runs until it suspends itself
// (wait, wait_until, sh) or ends. At each instant: what is due in the run, then the tasks that are
// ready, until neither has anything left; then the checks look, if there was a fact. One thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scripting/asked_names.hpp"
#include "scripting/checks.hpp"
#include "scripting/compared_texts.hpp"
#include "scripting/sandbox.hpp"
#include "sim/base/files.hpp"
#include "sim/lab/project.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/query.hpp"

namespace podium::scripting {

struct ScenarioRequest {
    std::string text;       ///< The script.
    std::string name;       ///< As errors name it.
    std::string directory;  ///< Where the files it names are, absolute.
    const FileReader* files = nullptr;
    std::string catalogue;  ///< The text of scenarios/images.yaml.
    std::string clusters;   ///< The folder of the cluster files that come with Podium.
    std::string schedulers;  ///< That of the scheduling policies.
    /// Places tasks instead of what the script says (--scheduler).
    std::optional<scheduler::PolicyText> scheduler;
    std::uint64_t seed = 1;
    std::optional<Duration> duration;                             ///< Instead of the script's own.
    std::vector<std::pair<std::string, std::string>> parameters;  ///< --set
    /// Of a comparison: every value that one of its runs gives a parameter. Two that are one number are refused
    /// where the script says that it is a number.
    std::vector<std::pair<std::string, std::string>> compared;
    std::string program = "podium run";
    Limits limits;

    // --- a lesson's lab.lua: see lesson_words.hpp ---
    /// The run to go on with, wherever it stands, instead of one of the script's own.
    std::optional<lab::Session> session;
    /// A terminal that the script never types into; what it shows is kept for take_shown.
    std::string persons_terminal;
    /// Adds globals.
    std::function<void(lua_State*)> more_bindings;
};

/// What the script says about itself.
struct ScenarioHeader {
    std::string title;
    std::string goal;
    std::string watch;
    std::optional<Duration> duration;
};

/// A parameter as the script declared it.
struct ScenarioParameter {
    std::string name;
    std::string value;
    std::vector<std::string> choices;
};

class Scenario {
  public:
    /// A run without a duration of its own ends when nothing more would happen, at most here.
    static constexpr Duration kDefaultEnd = minutes(10);
    static constexpr Duration kLongest = hours(24 * 7);
    /// The most functions given to at, after and every, ended ones among them.
    static constexpr std::size_t kMostTasks = 10'000;
    static constexpr std::size_t kMostChecks = 1'000;
    static constexpr std::size_t kMostParameters = 100;

    /// Compiles the script. Errors have its file and line.
    static Result<std::unique_ptr<Scenario>> create(ScenarioRequest request);
    ~Scenario();
    Scenario(const Scenario&) = delete;
    Scenario& operator=(const Scenario&) = delete;

    /// Does the next instant; false when the run has ended. An error is the script's, and ends it.
    Result<bool> step();
    /// All of it.
    Result<void> run();

    /// None before the script has begun its run.
    [[nodiscard]] const lab::Session* session() const { return session_ ? &*session_ : nullptr; }

    /// Complete once the run has ended: those of the checks in their order, then one that is not decided for
    /// each span of the script's own that the run's end has cut off: the script itself, if it still waited, and
    /// each wait_until with a limit, in what at, after and every call; and what at and after were to call and the end
    /// came first, or what they called still waits. What every calls comes again and again, so no turn of it is missed.
    [[nodiscard]] std::vector<Verdict> verdicts() const;

    // --- for who drives a run piecewise, between whose pieces a person types: scenario_pieces.cpp
    // ---
    /// Runs to `until`, or to the end of the instant that is `enough`; never ends the run.
    Result<void> advance(Time until, const std::function<bool(const lab::Session&)>& enough = {});
    /// Lets the run work so many times Limits::work more, from now on; what an advance then ends with says
    /// the session's exhausted().
    void allow_work(std::uint64_t times = 1) { session_->limit_work(request_.limits.work * times); }
    /// A further task, from now on.
    Result<void> start(FunctionRef function);
    /// Every task of start() has ended (what at, after and every have registered may not have).
    [[nodiscard]] bool tasks_done() const;
    /// Where the script's own text waits, or waited last; no line when it never has.
    [[nodiscard]] Place stands() const { return tasks_.front()->stands; }
    /// The one started last has.
    [[nodiscard]] bool last_started_done() const;
    /// Ends the run: every check is decided.
    Result<void> end();

    /// What a predicate says now. An error that has no line of its own has `place`.
    Result<bool> holds_now(FunctionRef predicate, const Place& place) { return holds(predicate, place); }

    /// What the person's terminal has shown since the last call.
    std::vector<lab::Shown> take_shown();

    Sandbox& sandbox() { return *sandbox_; }

    [[nodiscard]] bool all_passed() const;

    [[nodiscard]] const ScenarioHeader& header() const { return header_; }

    [[nodiscard]] const std::vector<ScenarioParameter>& parameters() const { return parameters_; }

    [[nodiscard]] const std::vector<lab::NotSimulated>& not_simulated() const {
        return not_simulated_;
    }

    [[nodiscard]] bool ended_quiet() const { return ended_quiet_; }

    /// Where the script itself still waited when the run ended; nothing when it had come to its end.
    [[nodiscard]] std::optional<Place> unfinished() const;

    // --- for the bindings, which are in bindings*.cpp; they run inside step() ---
    enum class Wait : std::uint8_t { Ready, Time, Line, Predicate, Ended };

    struct Task {
        TaskRef ref;
        std::size_t number = 0;
        Wait wait = Wait::Ready;
        Time wake{};
        Place made;  ///< Where it was given to at, after or every,
        const char* word = "";  ///< and to which of them; empty: to none.
        FunctionRef predicate;
        Place asked;  ///< Where the predicate is waited for.
        bool answered = false;  ///< It has been called.
        Place stands; ///< Where it waits.
        bool has_deadline = false;
        std::string types_on;  ///< A host,
        int terminal = 0;      ///< and which of its terminals; 0: its own one.
        // every:
        FunctionRef body;
        Duration interval{};
        Time turn{};  ///< When its present turn was due.
        // what the suspended call returns:
        enum class Gives : std::uint8_t { Nothing, Flag, Line } gives = Gives::Nothing;
        bool flag = false;
        int status = 0;
        std::string output;
        std::string error;
    };

    /// Creates the session, if it is not there yet. Errors: what the script has set up can't be.
    Result<void> begin();

    [[nodiscard]] bool begun() const { return session_.has_value(); }

    [[nodiscard]] Time now() const { return session_ ? session_->now() : Time{}; }

    [[nodiscard]] const lab::Session& run_so_far() const { return *session_; }

    Result<void> post(lab::CommandKind kind,
                      Time time,
                      const std::string& where,
                      const std::string& text,
                      const std::string& content = {});

    [[nodiscard]] Task& running() { return *tasks_[running_]; }

    [[nodiscard]] std::size_t tasks() const { return tasks_.size(); }

    [[nodiscard]] std::size_t checks() const { return checks_.size(); }

    /// For those who watch: a line of narration. Before the run begins it is kept until then.
    void say(const std::string& text);
    Task& add_task(TaskRef ref, Time wake);
    /// Types a line into a terminal of the running task's own on a host.
    Result<void> type(const std::string& host, const std::string& line);
    Check& add_check(CheckKind kind, const Place& place, std::string name);
    Result<std::string> set_parameter(const std::string& name,
                                      const std::string& otherwise,
                                      std::vector<std::string> choices);
    Result<void> add_project(const std::vector<std::string>& paths,
                             const std::string* text,
                             const std::vector<std::string>& profiles,
                             const std::map<std::string, std::string>& environment,
                             bool up);

    lab::SetUp& set_up() { return set_up_; }

    /// Takes the hosts of a cluster file: a path beside the script (…/x.yaml), or the name of one that comes with Podium.
    Result<void> use_cluster(const std::string& name);
    /// Reads a scheduling policy: a file beside the script (…/x.lua), the name of one that comes with
    /// Podium, or "spread".
    [[nodiscard]] Result<scheduler::PolicyText> find_scheduler(const std::string& name) const;
    /// False when traffic of this run, or one that the script has begun in this instant, is called so. The run has begun.
    bool take_traffic_name(const std::string& name);
    /// False when the script has called this word before.
    bool say_once(const std::string& word) { return said_.insert(word).second; }

    ScenarioHeader& header_of_script() { return header_; }

    [[nodiscard]] const view::Histories& histories() const { return histories_; }

    AskedNames& asked() { return asked_; }

    /// What the predicate that is looked at now has asked about so far.
    LookedAt& looked_at() { return looked_at_; }

    [[nodiscard]] std::string source_line(int line) const;

    [[nodiscard]] const std::vector<ComparedText>& compared() const { return compared_; }

    [[nodiscard]] const ScenarioRequest& request() const { return request_; }

  private:
    explicit Scenario(ScenarioRequest request);

    Result<void> settle();
    Result<void> resume(Task& task);
    Result<bool> wake_predicates();
    void follow_terminals();
    bool said_by_predicate(const Fact& fact);
    /// False when all that has happened since is that predicates have said something.
    bool follow_facts();
    bool has_drifted(const Check& check);
    /// `last`: the run ends here.
    Result<void> look(bool last = false);
    [[nodiscard]] bool over() const;
    [[nodiscard]] bool waiting() const;
    [[nodiscard]] Time next_moment() const;
    Result<void> finish();
    [[nodiscard]] std::vector<Verdict> cut_off() const;
    [[nodiscard]] Error too_much_work() const;
    [[nodiscard]] Result<void> went_on() const;
    /// `asked_before`: it has been called already, so that it gives something back is known.
    Result<bool> holds(FunctionRef predicate, const Place& place, bool asked_before = false);
    [[nodiscard]] bool gives_nothing(FunctionRef predicate) const;
    [[nodiscard]] int free_terminal(const std::string& host);
    [[nodiscard]] Task* next_task();

    ScenarioRequest request_;
    std::unique_ptr<Sandbox> sandbox_;
    std::optional<lab::Session> session_;
    lab::SetUp set_up_;
    std::string up_line_;
    Place up_place_;     // where the script asked for it
    std::optional<int> up_status_;  // what it ended with; nothing: it has not,
    Time up_ended_{};    // when,
    FactId up_fact_{};   // and the fact of that
    std::vector<std::string> early_;
    std::map<std::string, std::size_t, std::less<>> said_by_predicates_;  // how often; their facts are still to come
    ScenarioHeader header_;
    std::set<std::string> said_;
    std::set<std::string> traffic_names_;
    std::vector<ScenarioParameter> parameters_;
    std::vector<lab::NotSimulated> not_simulated_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::size_t running_ = 0;
    std::vector<std::size_t> started_tasks_;  // of start(), by number
    std::vector<lab::Shown> persons_shown_;
    static constexpr std::size_t kNobody = SIZE_MAX;
    std::map<std::string, std::deque<std::size_t>>
        terminals_;  // who waits for which line: a task's number, or kNobody

    // "host/2" and so on, in which one task at a time types.
    struct FurtherTerminals {
        std::set<int> free;
        int last = 1;  // that was ever used
    };

    std::map<std::string, FurtherTerminals> further_terminals_;  // by host

    struct Heard {
        std::string output;
        std::string error;
    };

    std::map<std::string, Heard> heard_;  // of the line that runs
    std::vector<ComparedText> compared_;
    AskedNames asked_;
    LookedAt looked_at_;
    lab::DeclaredNames project_names_;
    std::vector<Check> checks_;
    std::vector<Verdict> cut_off_;  // known at the end
    std::size_t looked_checks_ = 0;  // checks before this have looked at least once
    FactId next_fact_{1};
    std::vector<FactId> instant_facts_;
    view::Histories histories_;
    Time end_{};
    Place acted_;  // where the script last did something to the run
    bool started_ = false;
    bool ended_ = false;
    bool ended_quiet_ = false;
};

}  // namespace podium::scripting
