#include "sim/programs/service/service.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/main_program.hpp"
#include "sim/model/processor.hpp"
#include "sim/model/unknown_image.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/service/answers.hpp"
#include "sim/programs/service/headers.hpp"
#include "sim/programs/service/log_text.hpp"
#include "sim/programs/service/logins.hpp"
#include "sim/programs/service/start.hpp"
#include "sim/programs/service/unread_files.hpp"
#include "sim/programs/service/workers.hpp"

namespace podium::programs {
namespace {

using model::BehaviourProfile;
using model::LogMoment;
using model::ProcessContext;
using model::Requirement;
using model::WriteMoment;
using shell::Step;

constexpr Duration kLeakRound = milliseconds(500);
constexpr Duration kConnectPatience = seconds(5);
// Of one server at once; more wait in its queue.
constexpr std::size_t kMostAtOnce = 64;

class Service final : public ClonedProgram<Service> {
  public:
    explicit Service(const BehaviourProfile& profile) : profile_(&profile) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (stage_ == Stage::Begin) begin(context);
        if (stage_ == Stage::Detached) go_on_in_background(context);
        if (stage_ == Stage::Ending) return ending(context);
        if (take_signals(context)) return ending(context);
        log_later(context);
        if (stage_ == Stage::Initialising && !initialised(context)) return wait();
        if (stage_ == Stage::Needing && !needs_met(context)) return stage_ == Stage::Ending ? Step::block(due_) : wait();
        if (stage_ == Stage::Starting && !started(context)) return stage_ == Stage::Ending ? Step::block(due_) : wait();
        if (stage_ == Stage::Ending) return Step::block(due_);
        serve(context);
        return Step::block(next_due(context));
    }

  private:
    enum class Stage : std::uint8_t { Begin, Detached, Initialising, Needing, Starting, Ready, Ending };

    struct Job {
        model::ExchangeId exchange;
        Work work;
        Time due{};
    };

    struct LaterLine {
        Time due{};
        const model::LogRule* rule = nullptr;
    };

    [[nodiscard]] Step wait() const {
        Time next = due_;
        for (const LaterLine& line : later_) next = std::min(next, line.due);
        return Step::block(next);
    }

    void log(ProcessContext& context, bool error, const std::string& text, LogValues values = {}) {
        values.emplace("port", port_text(context));
        values.emplace("pid", fmt::format("{}", context.pid()));
        context.write(error ? 2 : 1, log_text(context, text, std::move(values)) + "\n");
    }

    [[nodiscard]] std::string port_text(ProcessContext& context) const {
        const auto listens = listen_ports(context, *profile_);
        return listens.empty() ? "" : fmt::format("{}", listens.front().first);
    }

    // A script is taken for a server, and so is code on the command line that speaks of serving or of going on; all other code does something
    // that nobody can know here.
    bool refused_code(ProcessContext& context) {
        if (!profile_->stands_in) return false;
        constexpr std::array<std::string_view, 6> kTakesCode{"-c", "-e", "--eval", "-p", "--print", "-pe"};
        constexpr std::array<std::string_view, 6> kServes{"listen", "serve", "Server", ".run(", "while", "setInterval"};
        const std::vector<std::string> argv = model::main_program(*profile_, context.row().argv).argv;
        const auto option = std::find_if(argv.begin(), argv.end(), [&](const std::string& word) { return std::find(kTakesCode.begin(), kTakesCode.end(), word) != kTakesCode.end(); });
        if (option == argv.end() || option - argv.begin() > 1) return false;
        const std::string first = argv[0].substr(argv[0].rfind('/') + 1);
        const auto& known = profile_->interpreters;
        const bool by_name = std::find(known.begin(), known.end(), first) != known.end();
        if (known.empty() || (option != argv.begin() && !by_name)) return false;
        const std::string_view code = option + 1 == argv.end() ? std::string_view() : std::string_view(option[1]);
        if (std::any_of(kServes.begin(), kServes.end(), [&](std::string_view word) { return code.find(word) != std::string_view::npos; })) return false;
        const std::string text = fmt::format("{}: Podium does not run code given with {}; only what serves is acted out, as a web server", by_name ? first : known.front(), *option);
        if (context.row().container) context.world().kernel.record(model::kFactNotModelled, Subject(SubjectType::Container, context.row().container.value), context.world().kernel.intern(text));
        context.write(2, text + "\n");
        end(context, 1, milliseconds(30));
        return true;
    }

    // Whether the start is given up before it has begun.
    bool refused(ProcessContext& context) {
        if (refused_code(context)) return true;
        if (!by_script_ && !profile_->root_refusal.log.empty() && model::credentials_of(context.world(), context.id()).user == 0) {
            for (const std::string& line : profile_->root_refusal.log) log(context, true, line);
            end(context, profile_->root_refusal.exit_status, milliseconds(5));
            return true;
        }
        if (!by_script_) return refused_by_server(context);
        if (const auto line = read_variable_files(context, profile_->variable_files)) {
            log(context, true, *line);
            end(context, 1, milliseconds(5));
            return true;
        }
        return refused_by_server(context);
    }

    bool refused_by_server(ProcessContext& context) {
        if (profile_->engine != model::DatabaseEngine::Redis) return false;
        const model::ContainerId container = context.row().container;
        const model::ImagePointer image = container ? context.world().detail(container).image : nullptr;
        const auto complaint = redis_complaint(context.row().argv, image == nullptr ? "" : image->version);
        if (!complaint) return false;
        context.write(2, *complaint + "\n");
        end(context, 1, milliseconds(2));
        return true;
    }

    void end(ProcessContext& context, int status, Duration takes) {
        model::stop_listening(context.world(), context.id());
        workers_.stop(context);
        stage_ = Stage::Ending;
        exit_status_ = status;
        due_ = context.now() + takes;
        model::set_processor_demand(context.world(), context.id(), 0);
    }

    // What it was answering when it was told to end it answers, as far as there is time.
    Step ending(ProcessContext& context) {
        for (Job& job : jobs_) advance(context, job);
        std::erase_if(jobs_, [](const Job& job) { return !job.exchange; });
        if (context.now() >= due_) {
            if (ready_ > Time{}) unlock(context);
            return Step::exit(exit_status_);
        }
        Time next = due_;
        for (const Job& job : jobs_) {
            if (job.due > context.now()) next = std::min(next, job.due);
        }
        return Step::block(next);
    }

    // A variable may say that the data is elsewhere.
    void find_data(ProcessContext& context) {
        if (profile_->data_variable.empty()) return;
        const std::string path = context.environment(profile_->data_variable);
        if (!path.starts_with('/') || path == profile_->data_path) return;
        moved_ = std::make_shared<const BehaviourProfile>(model::with_data_path(*profile_, path));
        profile_ = moved_.get();
    }

    // Whether the script finds data of another series, or a mount, where it would not look.
    bool refused_for_old_data(ProcessContext& context) {
        const model::OldDataRefusal& rule = profile_->old_data;
        if (rule.log.empty() || moved_ != nullptr) return false;
        std::vector<std::string> places;
        for (const std::string& place : rule.places) {
            if (context.stat(place + "/" + rule.file).exists) places.push_back(place);
        }
        const auto& mounts = context.world().detail(context.row().container).mounts;
        const bool mounted = std::any_of(mounts.begin(), mounts.end(), [&rule](const model::MountPoint& point) { return point.mount.target == rule.mount; });
        if (places.empty() && mounted) places.push_back(rule.mount + " (unused mount/volume)");
        if (places.empty()) return false;
        for (const std::string& line : rule.log) {
            if (line != "{places}") log(context, true, line);
            else for (const std::string& place : places) log(context, true, "         " + place);
        }
        end(context, rule.exit_status, milliseconds(5));
        return true;
    }

    // "NAME" that is not empty, or "NAME=value".
    static bool is_given(ProcessContext& context, const std::string& variable) {
        const std::size_t equals = variable.find('=');
        const std::string value = context.environment(variable.substr(0, equals));
        return equals == std::string::npos ? !value.empty() : value == variable.substr(equals + 1);
    }

    // Whether the script would not make the users that the variables say.
    bool refused_for_users(ProcessContext& context) {
        const std::vector<std::string> lines = Logins::refusal(context, *profile_);
        if (lines.empty()) return false;
        for (const std::string& line : lines)
            say(context, true, line);
        end(context, 1, milliseconds(5));
        return true;
    }

    // A line with nothing left to be filled in.
    static void say(ProcessContext& context, bool error, const std::string& line) {
        context.write(error ? 2 : 1, line + "\n");
    }

    static void tell_not_modelled(ProcessContext& context, const std::string& text) {
        model::World& world = context.world();
        world.kernel.record(model::kFactNotModelled,
                            Subject(SubjectType::Container, context.row().container.value),
                            world.kernel.intern(text));
    }

    void begin(ProcessContext& context) {
        begun_ = context.now();
        find_data(context);
        by_script_ = profile_->entrypoint_scripts.empty() || model::begins_with_script(*profile_, context.row().argv);
        if (refused(context)) return;
        const bool fresh =
            profile_->initialisation && !context.stat(profile_->initialisation->unless).exists;
        // No server acts in the place of one that is to end.
        if ((profile_->unknown_commands_serve || profile_->stands_in) && context.row().container && model::is_counted_on_to_end(context.world(), context.row().container)) {
            tell_not_modelled(context,
                              fmt::format("Podium does not run '{}', which others wait for to have "
                                          "ended: it is taken to have worked",
                                          join(model::main_program(*profile_, context.row().argv).argv, " ")));
            end(context, 0, profile_->start_up);
            return;
        }
        if (const auto note = not_simulated(context, *profile_)) tell_not_modelled(context, *note);
        if (context.row().container) {
            for (const std::string& note : unread_files(context, *profile_, fresh && by_script_))
                tell_not_modelled(context, note);
        }
        // Starting is work: with less than its share of the processor it takes longer.
        start_up_ = model::job_time(context.world(), context.id(), profile_->start_up, profile_->cpu.busy_millicores);
        handle_signals(context);
        model::set_process_memory(context.world(), context.id(), profile_->memory.start_bytes > 0 ? profile_->memory.start_bytes : profile_->memory.base_bytes / 2);
        log_all(context, LogMoment::Start);
        for (const model::RequiredVariables& required : profile_->required_variables) {
            if (!by_script_) break;
            if (required.only_without_data && !fresh) continue;
            const bool given = std::any_of(
                required.any_of.begin(), required.any_of.end(), [&](const std::string& name) {
                    return is_given(context, name);
                });
            if (given) continue;
            for (const std::string& line : required.log) log(context, true, line);
            end(context, required.exit_status, milliseconds(5));
            return;
        }
        if (fresh && by_script_ && context.row().container && refused_for_old_data(context)) return;
        if (fresh && by_script_ && refused_for_users(context)) return;
        if (profile_->kind == model::ServiceKind::Greeting) {
            end(context, profile_->run_exit_status, profile_->start_up);
            return;
        }
        if (!fresh && by_script_ && profile_->initialisation &&
            !profile_->initialisation->found.empty())
            log(context, false, profile_->initialisation->found);
        stage_ = Stage::Needing;
        if (fresh) {
            const std::vector<std::string>& lines = profile_->initialisation->log;
            for (std::size_t i = 0; i < lines.size() && (i == 0 || i + 1 < lines.size()); ++i) log(context, false, lines[i]);
            stage_ = Stage::Initialising;
            due_ = context.now() + profile_->initialisation->takes;
        }
    }

    void handle_signals(ProcessContext& context) {
        for (const model::SignalRule& rule : profile_->signals) {
            context.set_disposition(rule.signal, rule.action == model::SignalAction::Ignore ? shell::Disposition::Ignore : shell::Disposition::Catch);
        }
    }

    // --- into the background ---

    bool leaves_foreground(ProcessContext& context) const {
        if (detached_) return false;
        const model::BackgroundRule* rule = model::background_rule(*profile_, context.row().argv);
        if (rule == nullptr) return false;
        const std::string configuration = rule->file.empty() ? std::string() : file_content(context, rule->file);
        return std::none_of(rule->without.begin(), rule->without.end(), [&](const std::string& words) { return configuration.find(words) != std::string::npos; });
    }

    // What was started ends with 0, and its child goes on as the server (daemon(3)).
    void leave_foreground(ProcessContext& context) {
        model::stop_listening(context.world(), context.id());
        auto child = std::make_unique<Service>(*this);
        child->detached_ = true;
        child->stage_ = Stage::Detached;
        context.fork(std::move(child), {{0, 0}, {1, 1}, {2, 2}}, true);
        end(context, 0, {});
    }

    void go_on_in_background(ProcessContext& context) {
        handle_signals(context);
        stage_ = Stage::Starting;
        due_ = context.now();
    }

    void log_all(ProcessContext& context, LogMoment moment, const LogValues& values = {}) {
        for (const model::LogRule& rule : profile_->log) {
            if (rule.when != moment || (rule.by_script && !by_script_)) continue;
            // What listens on no port says nothing of one.
            if (moment == LogMoment::Ready && rule.text.find("{port}") != std::string::npos && port_text(context).empty()) continue;
            if (rule.after > Duration{}) later_.push_back({context.now() + rule.after, &rule});
            else log(context, rule.standard_error, rule.text, values);
        }
    }

    // Lines that come some time after the moment they belong to.
    void log_later(ProcessContext& context) {
        for (const LaterLine& line : later_) {
            if (line.due <= context.now()) log(context, line.rule->standard_error, line.rule->text);
        }
        std::erase_if(later_, [now = context.now()](const LaterLine& line) { return line.due <= now; });
    }

    bool take_signals(ProcessContext& context) {
        while (const int signal = context.take_signal()) {
            const model::SignalRule* rule = profile_->signal_rule(signal);
            if (rule == nullptr) continue;
            for (const std::string& line : rule->log) log(context, rule->standard_error, line);
            if (rule->action == model::SignalAction::Reload) {
                workers_.renew(context, *profile_);
                if (stage_ == Stage::Ready) begin_logins(context, true);
            }
            if (rule->action != model::SignalAction::Exit) continue;
            if (stage_ == Stage::Ready && profile_->engine == model::DatabaseEngine::Redis && !redis_.stop(context)) {
                log(context, false, "{pid}:M {now %d %b %Y %H:%M:%S.%3N} # Error trying to save the DB, can't exit.");
                continue;
            }
            end(context, rule->exit_status, rule->takes);
            return true;
        }
        return false;
    }

    bool make_directory(ProcessContext& context, const std::string& path) {
        const shell::Errno error = context.make_directory(path, true);
        if (error == shell::Errno::None || error == shell::Errno::Exists) return true;
        log(context, true, fmt::format("{}: {}", path, shell::errno_text(error)));
        return false;
    }

    bool write_rule(ProcessContext& context, const model::WriteRule& rule) {
        int descriptor = -1;
        if (rule.path.ends_with('/')) return make_directory(context, rule.path.substr(0, rule.path.size() - 1));
        context.make_directory(directory_of(rule.path), true);
        shell::Errno error = rule.lock ? context.remove(rule.path, false) : shell::Errno::None;
        if (error != shell::Errno::None && error != shell::Errno::NoEntry && !rule.remove_failure.empty() && context.stat(rule.path).exists) {
            log(context, true, rule.remove_failure, {{"reason", std::string(shell::errno_text(error))}});
            return false;
        }
        error = context.open(rule.path, rule.append ? shell::OpenMode::Append : shell::OpenMode::Write, descriptor);
        if (error != shell::Errno::None) {
            const std::string& text = rule.open_failure.empty() ? rule.failure : rule.open_failure;
            if (!text.empty()) log(context, true, text, {{"reason", std::string(shell::errno_text(error))}});
            return false;
        }
        error = rule.content.empty() ? shell::Errno::None : context.write(descriptor, rule.content);
        if (error == shell::Errno::None && rule.bytes > 0) error = context.write_zeros(descriptor, rule.bytes);
        context.close(descriptor);
        if (error == shell::Errno::None) return true;
        if (rule.lock) context.remove(rule.path, false);
        log(context, true, rule.failure.empty() ? "{path}: {reason}" : rule.failure, {{"path", rule.path}, {"reason", std::string(shell::errno_text(error))}});
        return false;
    }

    void unlock(ProcessContext& context) {
        for (const model::WriteRule& rule : profile_->writes) {
            if (rule.lock) context.remove(rule.path, false);
        }
    }

    bool write_all(ProcessContext& context, WriteMoment moment) {
        bool all = true;
        for (const model::WriteRule& rule : profile_->writes) {
            if (rule.when == moment) all = write_rule(context, rule) && all;
        }
        return all;
    }

    bool initialised(ProcessContext& context) {
        if (context.now() < due_) return false;
        std::vector<ScriptLine> said;
        const bool written = write_all(context, WriteMoment::Initialise) &&
                             Logins::initialise(context, *profile_, said);
        for (const ScriptLine& line : said)
            say(context, line.error, line.text);
        if (!written) {
            end(context, 1, milliseconds(5));
            return false;
        }
        const std::vector<std::string>& lines = profile_->initialisation->log;
        if (lines.size() > 1) log(context, false, lines.back());
        begun_ = context.now();  // its start comes after that
        stage_ = Stage::Needing;
        return true;
    }

    // --- what it must reach ---

    // Goes through the requirements one by one; false while it waits (or ends).
    bool needs_met(ProcessContext& context) {
        while (need_ < profile_->requirements.size()) {
            const Requirement& requirement = profile_->requirements[need_];
            if (requirement.unmet == model::UnmetAction::Serve || try_requirement(context, requirement)) {
                ++need_;
                need_since_ = {};
                continue;
            }
            return false;
        }
        stage_ = Stage::Starting;
        // The entrypoint scripts are through: the process goes on as the server.
        context.row().argv = model::server_command(*profile_, context.row().argv);
        // The program's own start goes on beside what it waits for.
        due_ = std::max(context.now(), begun_ + start_up_);
        if (due_ > context.now()) model::set_processor_demand(context.world(), context.id(), profile_->cpu.busy_millicores);
        return true;
    }

    bool try_requirement(ProcessContext& context, const Requirement& requirement) {
        const auto address = model::requirement_address(requirement, *context.row().environment);
        if (!requirement.file.empty()) {
            if (context.stat(requirement.file).exists) return true;
            return unmet(context, requirement, requirement.file);
        }
        if (!address) return true;
        if (!asked_) {
            if (need_since_ == Time{}) need_since_ = context.now();
            if (context.now() < retry_at_) {
                due_ = retry_at_;
                return false;
            }
            model::ExchangeSpec spec;
            spec.host = address->host;
            spec.port = address->port;
            spec.method = requirement.login ? std::string(model::kLogIn) : "CONNECT";
            spec.login =
                model::requirement_login(requirement, *address, *context.row().environment);
            spec.timeout = kConnectPatience;
            asked_ = model::start_exchange(context.world(), context.id(), spec);
        }
        const model::Exchange* row = model::ended_exchange(context.world(), asked_);
        if (row == nullptr) {
            due_ = kNever;
            return false;
        }
        const bool there = row->state == model::ExchangeState::Answered;
        const std::string refusal = there && !net::let_in(row->code) ? row->answer : std::string();
        model::release_exchange(context.world(), asked_);
        asked_ = {};
        const std::string text = fmt::format("{}:{}", address->host, address->port);
        if (!there || !refusal.empty()) return unmet(context, requirement, text, refusal);
        if (!requirement.log_met.empty()) log(context, false, requirement.log_met, {{"address", text}});
        return true;
    }

    // `refusal`: what a database says that does not let it in; empty: it can't be reached.
    bool unmet(ProcessContext& context,
               const Requirement& requirement,
               const std::string& address,
               const std::string& refusal = {}) {
        const std::string& text = refusal.empty() || requirement.log_refused.empty()
                                      ? requirement.log
                                      : requirement.log_refused;
        if (!text.empty()) log(context, true, text, {{"address", address}, {"reason", refusal}});
        if (need_since_ == Time{}) need_since_ = context.now();
        if (requirement.unmet == model::UnmetAction::Exit && context.now() - need_since_ >= requirement.patience) {
            end(context, requirement.exit_status, milliseconds(5));
            return false;
        }
        retry_at_ = context.now() + requirement.retry_every;
        due_ = retry_at_;
        return false;
    }

    // --- ready ---

    bool started(ProcessContext& context) {
        if (context.now() < due_) return false;
        if (leaves_foreground(context)) {
            if (!listen(context)) return false;
            leave_foreground(context);
            return false;
        }
        stage_ = Stage::Ready;
        ready_ = context.now();
        model::set_processor_demand(context.world(), context.id(), 0);
        model::set_process_memory(context.world(), context.id(), profile_->memory.base_bytes);
        if (context.row().ended) return false;
        if (!write_all(context, WriteMoment::Start)) {
            end(context, 1, milliseconds(5));
            return false;
        }
        if (!begin_logins(context, false) || !listen(context)) return false;
        if (profile_->engine == model::DatabaseEngine::Redis) redis_.begin(context, profile_->data_path);
        workers_.start(context, *profile_);
        log_all(context, LogMoment::Ready);
        next_leak_ = ready_ + kLeakRound;
        for (const model::WriteRule& rule : profile_->writes) next_writes_.push_back(rule.when == WriteMoment::Interval ? ready_ + rule.every : kNever);
        return true;
    }

    // False: it can't start.
    bool begin_logins(ProcessContext& context, bool again) {
        std::vector<std::string> lines;
        const bool begun = logins_.begin(context, *profile_, again, lines);
        for (const std::string& line : lines)
            say(context, true, line);
        if (!begun) end(context, 1, milliseconds(5));
        return begun;
    }

    bool listen(ProcessContext& context) {
        const bool asks = model::asks_login(profile_->engine);
        auto places = listen_ports(context, *profile_);
        // A database's clients beside it use its socket: PostgreSQL's has its port's number in its
        // name, MySQL's has none.
        if (asks && !places.empty())
            places.emplace_back(profile_->engine == model::DatabaseEngine::Postgres
                                    ? places.front().first
                                    : net::kMysqlPort,
                                model::kUnixSocket);
        for (const auto& [port, protocol] : places) {
            if (model::listen_on(context.world(), context.id(), port, protocol, asks)) continue;
            log(context, true, fmt::format("cannot listen on port {}: Address already in use", port));
            end(context, 1, milliseconds(5));
            return false;
        }
        return true;
    }

    void serve(ProcessContext& context) {
        grow(context);
        workers_.replace_lost(context, *profile_);
        redis_.save_when_due(context);
        for (std::size_t i = 0; i < next_writes_.size(); ++i) {
            if (next_writes_[i] > context.now()) continue;
            write_rule(context, profile_->writes[i]);
            next_writes_[i] = context.now() + profile_->writes[i].every;
        }
        while (jobs_.size() < kMostAtOnce) {
            const auto exchange = model::accept_exchange(context.world(), context.id());
            if (!exchange) break;
            Job job;
            job.exchange = *exchange;
            if (!lets_in(context, job)) continue;
            const Duration alone = begin_work(context, *profile_, context.world().exchanges.at(*exchange).spec, job.work);
            const std::int64_t wanted = profile_->cpu.busy_millicores;
            job.due = context.now() + model::job_time(context.world(), context.id(), alone, wanted);
            jobs_.push_back(std::move(job));
            set_load(context);
        }
        for (Job& job : jobs_) advance(context, job);
        if (std::erase_if(jobs_, [](const Job& job) { return !job.exchange; }) > 0) set_load(context);
    }

    // Whether the client of a question may ask it. One that only logs in is answered here, and so
    // is one that is turned away: beside what a question takes, that takes no time.
    bool lets_in(ProcessContext& context, Job& job) {
        if (!model::asks_login(profile_->engine) ||
            context.world().exchanges.at(job.exchange).spec.login == nullptr)
            return true;
        const model::Exchange row = context.world().exchanges.at(job.exchange);
        Verdict verdict = logins_.judge(context, *profile_, row);
        for (const std::string& line : verdict.log)
            say(context, true, line);
        job.work.database = std::move(verdict.folder);
        if (verdict.code == 0 && row.spec.method != model::kLogIn) return true;
        model::answer_exchange(
            context.world(), job.exchange, verdict.code, "text/plain", std::move(verdict.text));
        return false;
    }

    void advance(ProcessContext& context, Job& job) {
        const model::Exchange* row = context.world().exchanges.find(job.exchange);
        if (row == nullptr) {
            job.exchange = {};
            return;
        }
        if (context.now() < job.due) return;
        const model::ExchangeSpec spec = row->spec;
        job.work.unread = static_cast<bool>(row->traffic);
        if (!continue_work(context, *profile_, spec, redis_, job.work)) return;
        if (!write_all(context, WriteMoment::Request)) {
            job.work.code = 500;
            job.work.type = "text/plain";
            job.work.body = "No space left on device\n";
        }
        // Another protocol's questions are no requests to log.
        if (job.work.code != 0) {
            log_all(context,
                    LogMoment::Request,
                    {{"method", spec.method},
                     {"path", spec.path},
                     {"status", fmt::format("{}", job.work.code)},
                     {"bytes", fmt::format("{}", spec.method == "HEAD" ? 0 : job.work.body.size() + job.work.unmade)},
                     {"agent", spec.agent.empty() ? "-" : spec.agent},
                     {"client", client_address(context, *row)},
                     {"milliseconds", format_seconds((context.now() - job.work.began).nanoseconds * 1000, 0)}});
        }
        std::string headers;
        if (!job.work.unread && job.work.code != 0) headers = answer_headers(context, *profile_, job.work);
        model::answer_exchange(context.world(), job.exchange, job.work.code, job.work.type, job.work.body, std::move(headers), static_cast<std::int64_t>(job.work.unmade));
        job.exchange = {};
    }

    void set_load(ProcessContext& context) {
        model::set_processor_demand(context.world(), context.id(), static_cast<std::int64_t>(jobs_.size()) * profile_->cpu.busy_millicores);
        set_memory(context);
    }

    void set_memory(ProcessContext& context) {
        model::set_process_memory(context.world(), context.id(), profile_->memory.base_bytes + leaked_ + static_cast<std::int64_t>(jobs_.size()) * profile_->memory.per_request_bytes);
    }

    void grow(ProcessContext& context) {
        if (profile_->memory.growth_bytes_per_second <= 0 || context.now() < next_leak_) return;
        leaked_ = static_cast<std::int64_t>(static_cast<Int128>(profile_->memory.growth_bytes_per_second) * (context.now() - ready_).nanoseconds / 1'000'000'000);
        next_leak_ = context.now() + kLeakRound;
        set_memory(context);
    }

    [[nodiscard]] Time next_due(const ProcessContext& context) const {
        Time next = redis_.next_save();
        for (const LaterLine& line : later_) next = std::min(next, line.due);
        for (const Job& job : jobs_) {
            if (job.due > context.now()) next = std::min(next, job.due);
        }
        for (const Time write : next_writes_) next = std::min(next, write);
        if (profile_->memory.growth_bytes_per_second > 0) next = std::min(next, next_leak_);
        return next;
    }

    const BehaviourProfile* profile_;
    std::shared_ptr<const BehaviourProfile> moved_;  // profile_ with its data elsewhere, when a variable says so
    Stage stage_ = Stage::Begin;
    Time begun_{};
    bool detached_ = false;  // it has left the foreground
    bool by_script_ = true;  // else its own command line was run without the image's script
    Duration start_up_{};
    Time ready_{};
    Time due_ = kNever;
    int exit_status_ = 0;
    std::size_t need_ = 0;
    Time need_since_{};
    Time retry_at_{};
    model::ExchangeId asked_;
    std::vector<Job> jobs_;
    std::vector<Time> next_writes_;
    std::vector<LaterLine> later_;
    RedisServer redis_;
    Logins logins_;
    Workers workers_;
    std::int64_t leaked_ = 0;
    Time next_leak_{};
};

}  // namespace

std::unique_ptr<shell::Program> make_service_program(const BehaviourProfile& profile) { return std::make_unique<Service>(profile); }

}  // namespace podium::programs
