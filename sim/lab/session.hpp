#pragma once

// The façade: a run that can be given commands, moved in time, copied and saved.
//
// SimState is the whole state of a run as one copyable value. A Session holds one, the command log and
// snapshots of the past. A command stamped t takes effect when everything already due at or before t
// has happened; this rule is the same live and in replay, so seed + inputs + log give the same facts.
// One thread.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/core/fact_catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/lab/command.hpp"
#include "sim/lab/words.hpp"
#include "sim/model/world.hpp"
#include "sim/orch/swarm/swarm.hpp"

namespace podium::lab {

/// A terminal on a host. Rows of SimState: a fork in the middle of a running command forks that too.
struct Terminal {
    std::string name;  ///< "host" or "host/2".
    model::HostId host;
    model::ProcessId shell;
    model::StreamId input;   ///< Typed, not yet read: by the shell when it is idle, else by what runs.
    model::StreamId output;
    model::StreamId error;
    bool running = false;    ///< A line was given to the shell and has not ended.
    std::string line;        ///< That line.
    Time line_started{};
    FactId line_fact;
    int last_status = 0;
    int own_status = -1;      ///< The running line is one of Podium's own words and ended with this.
    bool pausing = false;     ///< The running line is wait or at: it ends at `pause_until`, whatever the host does.
    Time pause_until{};
    std::uint32_t boots = 0;  ///< How often its host had booted when its shell began.
    std::vector<std::string> waiting_lines;  ///< Came while it paused without a shell.
    bool closed = false;      ///< Its shell went down with the host or was hung up: the next line opens another.
    std::string line_output;  ///< What the running line has written so far.
    std::string line_error;
};

/// One piece of what a terminal showed, in order.
struct Shown {
    enum class Kind : std::uint8_t { Line, Output, Error, Done };
    Time time;
    std::string terminal;
    Kind kind = Kind::Output;
    std::string text;
    int status = 0;  ///< Kind::Done: of the line.
};

struct SimState {
    explicit SimState(std::uint64_t seed);
    // In session.cpp, so that not everybody who includes this compiles them.
    SimState(const SimState&);
    SimState(SimState&&) noexcept;
    SimState& operator=(const SimState&);
    SimState& operator=(SimState&&) noexcept;
    ~SimState();

    model::World world;
    faults::FaultState faults;
    swarm::Swarm swarm;
    std::map<std::string, Terminal> terminals;
    std::size_t next_command = 0;  ///< The first command of the log that has not taken effect.
};

const FactCatalogue& fact_catalogue();

class Session {
  public:
    // In session.cpp, so that not everybody who includes this compiles them.
    Session(const Session&);
    Session(Session&&) noexcept;
    Session& operator=(const Session&);
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// Builds the hosts and their files. Errors: a catalogue that can't be read, a host named twice,
    /// a link to a host that is not there.
    static Result<Session> create(SetUp set_up);
    /// Reads a saved run and stands at its beginning. `read_policy` as in SetUp; without one, a run
    /// that has a scheduling policy is refused.
    static Result<Session> load(const std::string& text, const std::string& filename, scheduler::PolicyReader read_policy = nullptr);
    /// The run as one small text: version, seed, inputs, commands, and how far it went.
    [[nodiscard]] std::string save() const;

    [[nodiscard]] Time now() const { return state_.world.kernel.now(); }
    [[nodiscard]] const SetUp& set_up() const { return set_up_; }
    [[nodiscard]] const SimState& state() const { return state_; }
    [[nodiscard]] const model::World& world() const { return state_.world; }
    [[nodiscard]] const Journal& journal() const { return state_.world.kernel.journal(); }
    [[nodiscard]] const std::vector<Command>& log() const { return log_; }
    /// How far a loaded run had gone when it was saved.
    [[nodiscard]] Time saved_end() const { return saved_end_; }
    /// The fingerprint it had then, as 16 hexadecimal digits.
    [[nodiscard]] const std::string& saved_fingerprint() const { return saved_fingerprint_; }
    /// Of the facts that the journal keeps, the same in every build: FactCatalogue::fingerprint.
    [[nodiscard]] std::uint64_t fingerprint() const;

    /// Adds a command. Requires command.time >= now(). After a seek back, what the log held beyond now
    /// is given up first: the run forks here.
    void post(Command command);
    /// Runs all that is due up to and including `time`, commands among it, and stands there.
    void run_until(Time time);
    /// Runs like run_until, but stops after the instant at which `enough` says so.
    void run_until(Time time, const std::function<bool(const Session&)>& enough);
    /// Lets this session work so much from now on (sim/base/work.hpp); beyond that every run_until and seek
    /// ends at once, wherever it stands, and exhausted() says so. Not part of the run.
    void limit_work(std::uint64_t units) {
        work_ = 0;
        most_work_ = units;
    }
    [[nodiscard]] bool exhausted() const { return work_ > most_work_; }
    /// What it has worked since it was limited last.
    [[nodiscard]] std::uint64_t work() const { return work_; }
    /// What is wrong with the scheduling policy: from then on every run_until and seek ends at once,
    /// wherever it stands, but for commands that are due; until one of these sets another policy. Null:
    /// nothing is.
    [[nodiscard]] const Error* trouble() const { return state_.swarm.policy_trouble(); }
    /// Moves to any moment; equal to running there from the start.
    void seek(Time time);
    /// How the run stood at a moment up to now: run there again from a snapshot, beside this session, which
    /// stays where it is. Null for what is still to come.
    [[nodiscard]] std::unique_ptr<const SimState> state_at(Time time) const;
    /// Gives up what the log holds beyond now and a seek came back from: the run forks here.
    void forget_future();
    /// A copy that goes on by itself.
    [[nodiscard]] Session fork() const { return *this; }
    /// Nothing more would happen: no command, no fault and no event is ahead but rounds of the
    /// background, and no terminal runs a line.
    [[nodiscard]] bool quiet() const;
    /// The next moment at which something happens; kNever when nothing does.
    [[nodiscard]] Time next_time() const;

    /// A terminal by name, opened now if there is none; error when its host does not exist. It is the
    /// log's own act too: a terminal opens when the first line for it takes effect.
    [[nodiscard]] const Terminal* terminal(const std::string& name) const;
    /// Takes what terminals have shown since the last call. Not part of the run.
    std::vector<Shown> take_shown();
    /// Faults that a text names wrongly are refused before they get into the log.
    [[nodiscard]] Result<void> check(const Command& command) const;
    /// For `at`, `seek` and views: how many snapshots are kept, and their memory.
    [[nodiscard]] std::size_t snapshots() const { return snapshots_.size(); }

  private:
    explicit Session(SetUp set_up);

    Result<void> build();
    [[nodiscard]] Result<scheduler::PolicyPointer> read_policy(const scheduler::PolicyText& text) const;
    void step();
    void apply(const Command& command);
    void drain_terminals();
    void drain_one(Terminal& terminal);
    void feed_terminal(Terminal& terminal);
    WordResult own_word(const Terminal& terminal, const std::string& line);
    Terminal* open_terminal(const std::string& name);
    bool answer_outside(const Command& command);
    void press(const Command& command);
    void begin_pause(Terminal& terminal, Duration pause);
    void end_pauses();
    void notice_closed(Terminal& terminal);
    void hang_up(Terminal& terminal);
    void maybe_snapshot();
    [[nodiscard]] bool command_due(Time limit) const;

    SetUp set_up_;
    SimState state_;
    std::vector<Command> log_;
    std::deque<SimState> snapshots_;  // of moments between instants, oldest first
    std::uint64_t next_snapshot_events_ = 0;
    std::uint64_t work_ = 0;
    std::uint64_t most_work_ = UINT64_MAX;
    std::size_t seen_command_ = 0;  // commands before this took effect in the run as it was last driven
    std::vector<Shown> shown_;
    // What `why` has answered, by the last fact before it, its moment and its line: who runs through the past again needs not
    // go further back for the same answer, which would cost more with each.
    std::map<std::tuple<FactId, Time, std::string>, WordResult> explained_;
    Time saved_end_{};
    std::string saved_fingerprint_;
};

}  // namespace podium::lab
