// podium run, why, replay, check, faults: a run from the command line.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/project.hpp"
#include "sim/lab/session.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/timeline.hpp"
#include "ui/cli/traffic_option.hpp"

extern char** environ;  // NOLINT(readability-identifier-naming): the C library's

namespace podium::cli {
namespace {

constexpr Duration kDefaultEnd = minutes(10);
constexpr auto kProgressEvery = std::chrono::milliseconds(200);
constexpr const char* kHost = "host";

std::map<std::string, std::string> real_environment() {
    std::map<std::string, std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return out;
}

Result<std::string> catalogue_text() {
    const auto data = data_directory();
    if (!data) return data.error();
    return RealFiles().read(*data + "/scenarios/images.yaml");
}

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// A line on standard error that a person watches while a long run computes.
class Progress {
  public:
    explicit Progress(bool on) : on_(on && isatty(STDERR_FILENO) != 0) {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(const lab::Session& session, Time end) {
        const auto now = std::chrono::steady_clock::now();
        if (!on_ || now - last_ < kProgressEvery) return;
        if (now - begun_ < std::chrono::seconds(1)) return;
        last_ = now;
        shown_ = true;
        fmt::print(stderr, "\r\x1b[2Ksimulated {} of {}, {} facts", format_time(session.now()), format_time(end), session.journal().size());
        std::fflush(stderr);
    }
    void clear() {
        if (shown_) fmt::print(stderr, "\r\x1b[2K");
        shown_ = false;
    }

  private:
    bool on_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last_ = begun_;
};

// The facts of a run as JSON, a line each, written as they come.
class JsonOut {
  public:
    Result<void> open(const std::string& path) {
        if (path.empty()) return {};
        if (path == "-") {
            to_stdout_ = true;
        } else {
            out_.open(path, std::ios::binary | std::ios::trunc);
            if (!out_) return Error{"cannot write the file", Place{path, 0, 0}, "check the folder and its permissions"};
        }
        on_ = true;
        return {};
    }
    void write(const lab::Session& session) {
        if (!on_ || next_ > session.journal().last()) return;
        std::string lines;
        session.journal().for_each(next_, [&](const Fact& fact) { lines += view::fact_row(session.world(), lab::fact_catalogue(), fact) + "\n"; });
        next_ = FactId{session.journal().last().value + 1};
        if (to_stdout_) {
            put(lines);
        } else {
            out_ << lines;
        }
    }
    void write_summary(const lab::Session& session) {
        if (!on_) return;
        const std::string lines = traffic_rows(session);
        if (to_stdout_) {
            put(lines);
        } else {
            out_ << lines;
        }
    }
    bool finish() {
        if (!on_ || to_stdout_) return true;
        out_.close();
        return static_cast<bool>(out_);
    }

  private:
    bool on_ = false;
    bool to_stdout_ = false;
    std::ofstream out_;
    FactId next_{1};
};

struct Watch {
    bool quiet = false;
    bool detail = false;
    bool until_quiet = false;
    double speed = 0;  ///< Simulated seconds a real one; 0: as fast as it computes.
};

Result<void> watch_run(lab::Session& session, Time end, const Watch& watch, JsonOut& json) {
    Timeline timeline(wants_colour(stdout), watch.detail);
    Progress progress(watch.quiet || watch.speed == 0);
    const auto began = std::chrono::steady_clock::now();
    const Time from = session.now();
    while (session.now() < end && !(watch.until_quiet && session.quiet())) {
        const Time next = std::min(session.next_time(), end);
        if (watch.speed > 0) {
            const auto due = began + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>((next - from).nanoseconds) / watch.speed));
            std::fflush(stdout);
            std::this_thread::sleep_until(due);
        }
        session.run_until(next);
        json.write(session);
        if (!watch.quiet) {
            const std::string lines = timeline.new_lines(session);
            if (!lines.empty()) {
                progress.clear();
                put(lines);
            }
        }
        progress.show(session, end);
    }
    if (!watch.until_quiet) session.run_until(end);
    json.write(session);
    json.write_summary(session);
    if (!watch.quiet) put(timeline.new_lines(session));
    if (!json.finish()) return Error{"the facts could not be written whole", {}, "check the space left on the disk"};
    return {};
}

std::string last_run_path() { return state_directory() + "/last.podium"; }

Result<void> add_timed(lab::Session& session, lab::CommandKind kind, const std::string& option, const std::string& text) {
    const auto timed = parse_timed(text);
    if (!timed) return Error{fmt::format("{} '{}': {}", option, text, timed.error().message), {}, timed.error().hint};
    lab::Command command{timed->begin, kind, kHost, timed->what, {}};
    if (Result<void> checked = session.check(command); !checked) return Error{fmt::format("{} '{}': {}", option, text, checked.error().message), {}, checked.error().hint};
    const lab::Command lift{timed->end.value_or(timed->begin), lab::CommandKind::Lift, kHost, timed->what, {}};
    if (timed->end) {
        if (Result<void> checked = session.check(lift); !checked) return Error{fmt::format("{} '{}': {}", option, text, checked.error().message), {}, checked.error().hint};
    }
    session.post(command);
    if (timed->end) session.post(lift);
    return {};
}

std::string shell_remove(const std::string& service) {
    return fmt::format("docker rm -f $(docker ps -aq --filter label=com.docker.compose.service={})", service);
}

Result<void> add_events(lab::Session& session, const RunOptions& options, const std::vector<std::string>& services) {
    for (const std::string& text : options.faults) {
        if (Result<void> added = add_timed(session, lab::CommandKind::Inject, "--fault", text); !added) return added;
    }
    for (const std::string& text : options.kills) {
        if (Result<void> added = add_timed(session, lab::CommandKind::Inject, "--kill", "kill " + text); !added) return added;
    }
    for (const std::string& text : options.engine_restarts) {
        const std::string whole = text.starts_with("@") ? fmt::format("engine-restart {} {}", kHost, text) : "engine-restart " + text;
        if (Result<void> added = add_timed(session, lab::CommandKind::Inject, "--restart-engine", whole); !added) return added;
    }
    for (const std::string& text : options.removals) {
        const auto timed = parse_timed(text);
        if (!timed) return Error{fmt::format("--remove '{}': {}", text, timed.error().message), {}, timed.error().hint};
        session.post({timed->begin, lab::CommandKind::Line, std::string(kHost) + "/remove", shell_remove(timed->what), {}});
    }
    for (const std::string& text : options.lines) {
        if (Result<void> added = add_timed(session, lab::CommandKind::Line, "--do", text); !added) return added;
    }
    return add_traffic(session, options.traffic, services);
}

int bad(const Error& error) {
    complain(error.text());
    return kBadInput;
}

bool ends_with(const std::string& text, std::string_view end) { return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0; }

void tell_not_simulated(const lab::PreparedProject& project, const std::vector<std::string>& files) {
    if (project.not_simulated.empty()) return;
    std::vector<std::string> names;
    for (const lab::NotSimulated& row : project.not_simulated) {
        const std::string name = row.path.substr(row.path.rfind('.') + 1);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    complain(fmt::format("not simulated, and without effect here: {} (podium check {} lists where)", join(names, ", "), files.empty() ? "" : files.front()));
}

Result<Duration> wanted_duration(const RunOptions& options) {
    if (options.duration.empty()) return kDefaultEnd;
    auto duration = parse_duration(options.duration);
    if (duration && duration->nanoseconds <= 0) return Error{fmt::format("--for '{}' is no time to run", options.duration), {}, "write it like 90s or 10m"};
    return duration;
}

int simulate(const RunOptions& options, lab::SetUp set_up, const lab::PreparedProject& project) {
    auto session = lab::Session::create(std::move(set_up));
    if (!session) return bad(session.error());
    session->post({Time{}, lab::CommandKind::Line, kHost, project.up_line, {}});
    if (Result<void> added = add_events(*session, options, project.services); !added) return bad(added.error());
    const auto duration = wanted_duration(options);
    if (!duration) return bad(duration.error());
    Watch watch;
    watch.quiet = options.quiet;
    watch.detail = options.detail;
    watch.until_quiet = options.duration.empty();
    if (!options.speed.empty()) {
        const auto speed = parse_speed(options.speed);
        if (!speed) return bad(speed.error());
        watch.speed = *speed;
    }
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad(opened.error());
    if (Result<void> watched = watch_run(*session, Time{duration->nanoseconds}, watch, json); !watched) return bad(watched.error());
    remember_run(*session);
    if (!options.save.empty()) {
        if (Result<void> saved = write_whole_file(options.save, session->save()); !saved) return bad(saved.error());
    }
    if (options.json != "-") {
        if (!options.quiet) {
            put(fmt::format("\n{} after {} simulated, seed {}.\n\n", session->quiet() && watch.until_quiet ? "Quiet: nothing more would happen" : "The end", format_time(session->now()), options.seed));
        }
        put(summary_text(*session, wants_colour(stdout)));
        put(traffic_summary(*session));
    }
    return kAllWell;
}

}  // namespace

// Not being able to is worth a word, no more.
void remember_run(const lab::Session& session) {
    if (Result<void> made = make_directories(state_directory()); !made) {
        complain("this run is not kept for `podium why`: " + made.error().text());
    } else if (Result<void> written = write_whole_file(last_run_path(), session.save()); !written) {
        complain("this run is not kept for `podium why`: " + written.error().text());
    }
}

Result<lab::Session> prepare_session(const std::vector<std::string>& paths, std::uint64_t seed) {
    const RealFiles files;
    if (paths.size() == 1 && ends_with(paths.front(), ".podium")) {
        const auto text = files.read(paths.front());
        if (!text) return text.error();
        auto session = lab::Session::load(*text, paths.front());
        if (session) session->seek(session->saved_end());
        return session;
    }
    const auto catalogue = catalogue_text();
    if (!catalogue) return catalogue.error();
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.catalogue = *catalogue;
    set_up.program = "podium shell";
    if (!paths.empty()) {
        lab::ProjectRequest request;
        request.files = &files;
        request.paths = paths;
        request.working_directory = working_directory();
        request.environment = real_environment();
        const auto project = lab::prepare_project(request, kHost);
        if (!project) return project.error();
        set_up.files = project->files;
        set_up.environment = project->environment;
        set_up.directory = project->directory;
    }
    return lab::Session::create(std::move(set_up));
}

void complain(const std::string& sentence) { fmt::print(stderr, "podium: {}\n", sentence); }

int run_command(const RunOptions& options) {
    const RealFiles files;
    for (const std::string& file : options.files) {
        if (ends_with(file, ".podium")) return replay_command({file, options.json, options.quiet});
        if (ends_with(file, ".lua")) return bad(Error{"scenarios in Lua are not in this version of Podium", Place{file, 0, 0}, "give it a Compose file"});
        if (!files.exists(file) && !ends_with(file, ".yml") && !ends_with(file, ".yaml")) {
            return bad(Error{fmt::format("'{}' is neither a file nor a scenario or lesson of this version", file), {}, "give it a Compose file, like compose.yaml"});
        }
    }
    lab::ProjectRequest request;
    request.files = &files;
    request.paths = options.files;
    request.working_directory = working_directory();
    request.profiles = options.profiles;
    request.environment = real_environment();
    const auto project = lab::prepare_project(request, kHost);
    if (!project) return bad(project.error());
    for (const std::string& warning : project->warnings) complain(warning);
    tell_not_simulated(*project, options.files);
    const auto catalogue = catalogue_text();
    if (!catalogue) {
        complain(catalogue.error().text());
        return kOwnFault;
    }
    lab::SetUp set_up;
    set_up.seed = options.seed;
    set_up.catalogue = *catalogue;
    set_up.files = project->files;
    set_up.environment = project->environment;
    set_up.directory = project->directory;
    set_up.program = "podium run";
    return simulate(options, std::move(set_up), *project);
}

int demo_command() {
    const auto data = data_directory();
    if (!data) {
        complain(data.error().text());
        return kOwnFault;
    }
    put("A workshop project on one simulated host: a web interface and the model server it needs.\n"
        "Its server crashes, the engine is restarted, and a container is deleted; see what Docker does, and why.\n\n");
    RunOptions options;
    options.files = {*data + "/scenarios/workshop/compose.yaml"};
    options.duration = "6m";
    options.kills = {"ollama@2m"};
    options.engine_restarts = {"@3m"};
    options.removals = {"ollama@4m"};
    options.lines = {"docker compose up -d @4m30s"};
    const int status = run_command(options);
    if (status == kAllWell) {
        put("\nTry next: ./run why ollama          the causes of what last happened to it\n"
            "          ./run why ollama --at 2m1s  … at any moment\n"
            "          ./run run FILE --kill web@30s   the same with a Compose file of yours\n");
    }
    return status;
}

int why_command(const WhyOptions& options) {
    const std::string path = options.run.empty() ? last_run_path() : options.run;
    const RealFiles files;
    if (options.run.empty() && !files.exists(path)) return bad(Error{"there is no last run to ask about", {}, "make one with: podium run FILE"});
    const auto text = files.read(path);
    if (!text) return bad(text.error());
    auto session = lab::Session::load(*text, path);
    if (!session) return bad(session.error());
    Time until = session->saved_end();
    if (!options.at.empty()) {
        const auto at = parse_duration(options.at);
        if (!at) return bad(at.error());
        until = std::min(until, Time{at->nanoseconds});
    }
    session->seek(until);
    const std::string chain = view::explain(session->world(), lab::fact_catalogue(), options.target, until);
    if (chain.empty()) return bad(Error{fmt::format("nothing had happened to '{}' by {}", options.target, format_time(until)), {}, "name a service, a container, a network, a volume or a host of that run"});
    put(chain);
    return kAllWell;
}

int replay_command(const ReplayOptions& options) {
    const auto text = RealFiles().read(options.file);
    if (!text) return bad(text.error());
    auto session = lab::Session::load(*text, options.file);
    if (!session) return bad(session.error());
    Watch watch;
    watch.quiet = options.quiet;
    JsonOut json;
    if (Result<void> opened = json.open(options.json); !opened) return bad(opened.error());
    if (Result<void> watched = watch_run(*session, session->saved_end(), watch, json); !watched) return bad(watched.error());
    const std::string now = fmt::format("{:016x}", session->fingerprint());
    if (options.json != "-") put(fmt::format("{}{} facts, fingerprint {}\n", options.quiet ? "" : "\n", session->journal().size(), now));
    if (now == session->saved_fingerprint()) return kAllWell;
    complain(fmt::format("{}: the facts are not those of the saved run (fingerprint {} then, {} now); it was made by another version of Podium", options.file, session->saved_fingerprint(), now));
    return kFailed;
}

int check_command(const std::vector<std::string>& paths, const std::vector<std::string>& profiles) {
    const RealFiles files;
    lab::ProjectRequest request;
    request.files = &files;
    request.paths = paths;
    request.working_directory = working_directory();
    request.profiles = profiles;
    request.environment = real_environment();
    const auto project = lab::prepare_project(request, kHost);
    if (!project) return bad(project.error());
    for (const std::string& warning : project->warnings) put("warning: " + warning + "\n");
    for (const lab::NotSimulated& row : project->not_simulated) put(fmt::format("{}: {}: {}\n", row.place.text(), row.path, row.sentence));
    put(fmt::format("{}: {} service{} ({}); {} setting{} not simulated\n", project->name, project->services.size(), project->services.size() == 1 ? "" : "s", join(project->services, ", "), project->not_simulated.size(), project->not_simulated.size() == 1 ? " is" : "s are"));
    return kAllWell;
}

int faults_command() {
    for (const faults::FaultSpec& spec : faults::fault_list()) {
        put(fmt::format("{:<16} {}\n", spec.id, spec.summary));
        for (const faults::FaultArgument& argument : spec.arguments) put(fmt::format("{:<16}   {}=…  {}\n", "", argument.name, argument.meaning));
        put(fmt::format("{:<16}   ends: {}\n", "", spec.ends));
    }
    return kAllWell;
}

int facts_command() {
    for (const FactSpec* spec : lab::fact_catalogue().all()) {
        std::string fields;
        for (const FieldSpec& field : spec->fields) fields += fmt::format("{}{}", fields.empty() ? "" : ", ", field.name);
        put(fmt::format("{:<30} {}\n", spec->name, fields));
    }
    return kAllWell;
}

int traffic_docs_command() {
    put(traffic_docs());
    return kAllWell;
}

}  // namespace podium::cli
