#pragma once

// The base of all Compose commands: the time a client takes to start, the project's files read through
// the simulated host, questions asked several at once, and the board of what is done to the engine. A
// command is a procedure of rounds: think() is called whenever nothing that it began is under way.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/compose/board.hpp"
#include "sim/programs/compose/found.hpp"
#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::composing {

struct ComposeVerb;

/// A command as a person called it.
struct Wish {
    const ComposeVerb* verb = nullptr;
    compose::Dialect dialect = compose::Dialect::V2;
    docker::ParsedFlags globals;  ///< Before the command: -f, -p, ...
    docker::ParsedFlags flags;
    std::vector<std::string> environment;

    [[nodiscard]] const std::vector<std::string>& arguments() const { return flags.arguments; }
    [[nodiscard]] bool v1() const { return dialect == compose::Dialect::V1; }
};

struct Ask {
    model::RequestSpec spec;
    Call call;
    Answer answer;
    bool answered = false;
};

/// Another program that a command hands over to; copied with it.
class Successor {
  public:
    Successor() = default;
    Successor(const Successor& other) : program_(other.program_ == nullptr ? nullptr : other.program_->clone()), status(other.status) {}
    Successor& operator=(const Successor&) = delete;
    ~Successor() = default;

    void set(std::unique_ptr<shell::Program> program) { program_ = std::move(program); }
    [[nodiscard]] bool there() const { return program_ != nullptr; }
    shell::Step step(shell::System& system) {
        shell::Step step = program_->step(system);
        if (step.kind == shell::Step::Kind::Exit && status) step.status = *status;
        return step;
    }

  private:
    std::unique_ptr<shell::Program> program_;

  public:
    std::optional<int> status;  ///< The command's own, whatever the program's is.
};

class Client : public shell::Program {
  public:
    explicit Client(Wish wish) : wish_(std::move(wish)) { board_.dialect = wish_.dialect; }
    shell::Step step(shell::System& system) final;

  protected:
    enum class Move : std::uint8_t {
        Go,    ///< Run what was asked or put on the board, then think again.
        Wait,  ///< Step again when something happened, or at wake_at_.
        Done,  ///< Exit with status_.
    };
    virtual Move think(model::ProcessContext& context) = 0;
    /// Called whenever something may have happened while the board is at work; sets wake_at_ as it needs.
    /// True: the board was cleared, think again.
    virtual bool meanwhile(model::ProcessContext& context) {
        static_cast<void>(context);
        return false;
    }
    /// V2: what the block of progress lines on a terminal is headed with.
    [[nodiscard]] virtual std::string_view title() const { return "Running"; }
    /// Whether the command needs the project's files.
    [[nodiscard]] virtual bool needs_files() const { return true; }
    /// Services whose profiles are made active.
    [[nodiscard]] virtual std::vector<std::string> named_services() const { return by_name_alone() ? std::vector<std::string>{} : wish_.arguments(); }
    /// V2: the command wants no more of the files than the project's name (toProjectName): what it is about is
    /// looked for in the engine, whatever the files say.
    [[nodiscard]] bool by_name_alone() const;

    [[nodiscard]] const Wish& wish() const { return wish_; }
    [[nodiscard]] bool v1() const { return wish_.v1(); }
    [[nodiscard]] const docker::ParsedFlags& flags() const { return wish_.flags; }
    [[nodiscard]] const compose::Project& project() const { return *project_; }
    [[nodiscard]] const std::shared_ptr<const compose::Project>& project_pointer() const { return project_; }

    /// A variable of the project (its .env included), else of the shell; empty when it isn't set.
    [[nodiscard]] std::string variable(const std::string& name) const;
    /// A variable of the client's own environment.
    [[nodiscard]] std::string own_variable(const std::string& name) const;
    /// Whether a variable holds what docker compose 2 takes for true.
    [[nodiscard]] bool variable_on(const std::string& name) const;
    /// V2: lines may be coloured: --ansi, COMPOSE_ANSI, NO_COLOR, the terminal.
    [[nodiscard]] bool colours(model::ProcessContext& context) const;
    [[nodiscard]] bool dry_run() const { return wish_.globals.on("dry-run"); }

    /// Asks in the next round; its number. Answers stay until forget_answers().
    std::size_t ask(model::RequestSpec spec);
    [[nodiscard]] const Answer& answer(std::size_t number) const { return asks_[number].answer; }
    void forget_answers() { asks_.clear(); }

    /// Goes on as another program; with its status, or the one given.
    Move become(std::unique_ptr<shell::Program> program, std::optional<int> status = std::nullopt) {
        successor_.set(std::move(program));
        successor_.status = status;
        return Move::Go;
    }

    Move finish(int status) {
        status_ = status;
        return Move::Done;
    }
    /// Says a sentence of the client's log: a warning, as each of the two writes it.
    void warn(model::ProcessContext& context, std::string_view text) const;
    /// The same of an error, after which the command need not end.
    void log_error(model::ProcessContext& context, std::string_view text) const;
    /// Says of each image that the catalogue doesn't have what it is taken for, as `docker pull` does here.
    void note_unknown_images(model::ProcessContext& context, const std::vector<std::string>& images) const;
    /// Ends as sys.exit(status) ends docker-compose 1.29, which then logs any status but 0 as an error
    /// (exit_with_metrics; recorded for `start`).
    Move exit_v1(model::ProcessContext& context, int status);
    /// Says a sentence on standard error and ends.
    Move fail(model::ProcessContext& context, std::string_view message, int status = 1);
    /// No engine answered, or it refused: says so and ends.
    Move fail(model::ProcessContext& context, const Answer& answer, int status = 1);
    /// Says what keeps the services from being known; empty when all exist.
    [[nodiscard]] std::string unknown_service(const std::vector<std::string>& names) const;
    /// The sentence for a service of which no container (or none of --index) is there.
    [[nodiscard]] std::string not_running(const std::string& service) const;
    /// -t, else the service's grace, else 10 s, as docker-compose 1.29 puts it into the request; docker
    /// compose 2 says nothing where -t is not given and leaves it to the engine.
    [[nodiscard]] std::string grace_of(const std::string& service) const;

    Board board_;
    int status_ = 0;
    Time wake_at_ = kNever;
    int round_ = 0;

  private:
    Result<void> load(model::ProcessContext& context);
    /// Where a file is "-": reads all of standard input; false as long as there may come more.
    bool read_input(model::ProcessContext& context);
    /// V2: the name by which the engine's containers are the project, so that no file is read: of -p, if there is no
    /// -f, or COMPOSE_PROJECT_NAME. Empty: files are read.
    [[nodiscard]] std::string name_for_files() const;
    /// " (did you mean web?)", or nothing.
    [[nodiscard]] std::string near_service(const std::string& name) const;
    /// Asks for what the engine has, and makes the project of it; false as long as the answers are out.
    bool find_project(model::ProcessContext& context);
    /// V2: chooses how progress is told from --ansi and --progress; the sentence of what is wrong.
    std::string set_up_progress(model::ProcessContext& context);
    [[nodiscard]] std::string wrong_ansi_v1() const;
    /// V1: standard error is a terminal that understands escape sequences, or --ansi always.
    [[nodiscard]] bool ansi_codes_v1(model::ProcessContext& context) const;
    /// Says what keeps the command from beginning: what is wrong with the files or the services named.
    void refuse(model::ProcessContext& context, std::string_view text) const;
    /// Says what docker compose 2 says of flags that it no longer wants; the sentence of what is wrong.
    std::string tell_deprecated_v2(model::ProcessContext& context) const;
    [[nodiscard]] std::string ansi() const;
    void tell_warnings(model::ProcessContext& context);
    void tell_of_networks_v1(model::ProcessContext& context);
    void tell_of_secrets_v1(model::ProcessContext& context);
    bool advance_asks(model::ProcessContext& context);

    Wish wish_;
    std::shared_ptr<const compose::Project> project_;
    std::vector<Ask> asks_;
    Successor successor_;
    bool by_name_ = false;
    std::string name_;   // of a project that goes by name
    std::string input_;  // what standard input gave
    std::uint8_t stage_ = 0;
};

/// A command that begins with the project's containers: checks what it was given, lists them, and goes on.
class ContainersClient : public Client {
  public:
    using Client::Client;

  protected:
    Move think(model::ProcessContext& context) final;
    /// Called again and again once found_ is known.
    virtual Move go_on(model::ProcessContext& context) = 0;
    /// What is wrong with what was given; empty when nothing is.
    [[nodiscard]] virtual std::string check() { return unknown_service(wish().arguments()); }
    /// Of whose containers there is need; empty: of all services.
    [[nodiscard]] virtual std::string listed_service() const { return {}; }
    /// Takes from found_ what doesn't count, and puts it in order.
    virtual void arrange() {}

    std::vector<Found> found_;  ///< As the engine lists them, one-off ones and orphans too.

  private:
    std::uint8_t listing_ = 0;
};

/// Gives a command its clone().
template <class Derived, class Base = Client>
class ComposeCommand : public Base {
  public:
    using Base::Base;
    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override { return std::make_unique<Derived>(static_cast<const Derived&>(*this)); }
};

/// The services a command is about, dependencies first: those named, or all; with those they depend on.
std::vector<std::string> chosen_services(const compose::Project& project, const std::vector<std::string>& names, bool with_dependencies);
/// What docker compose 2 works on when services are named: of the project these and what they depend on (compose-go
/// types/project.go, WithSelectedServices). What the others alone use counts as unused then.
compose::Project selected_project(const compose::Project& project, const std::vector<std::string>& names);
/// What the clients say at the first Ctrl-C.
inline constexpr std::string_view kGracefullyV1 = "Gracefully stopping... (press Ctrl+C again to force)\n";
inline constexpr std::string_view kGracefullyV2 = "Gracefully Stopping... press Ctrl+C again to force\n";

}  // namespace podium::programs::composing
