#include "sim/programs/compose/client.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/files.hpp"
#include "sim/programs/compose/stopping.hpp"
#include "sim/programs/compose/unsimulated_keys.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/load.hpp"
#include "sim/programs/docker/unknown_image.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {

using shell::Step;

namespace {

constexpr std::uint8_t kLeaving = 3;
constexpr std::uint8_t kFinding = 4;

// Commands of docker compose 2 that need a project's name alone (toProjectName), and those that take it where there
// are no files (projectOrName).
constexpr std::string_view kByNameAlone[] = {"attach", "cp", "events", "exec", "images", "port", "stats", "top"};
constexpr std::string_view kByName[] = {"down", "kill", "logs", "pause", "ps", "restart", "rm", "start", "stop", "unpause", "volumes", "wait"};

bool is_among(std::span<const std::string_view> names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

}  // namespace

std::size_t Client::ask(model::RequestSpec spec) {
    asks_.emplace_back();
    asks_.back().spec = std::move(spec);
    return asks_.size() - 1;
}

bool Client::advance_asks(model::ProcessContext& context) {
    bool all = true;
    for (Ask& one : asks_) {
        if (one.answered) continue;
        if (!one.call.started()) one.call.start(context, one.spec);
        if (!one.call.done(context)) {
            all = false;
            continue;
        }
        one.answer = one.call.take(context);
        one.answered = true;
    }
    return all;
}

Step Client::step(shell::System& system) {
    model::ProcessContext& context = model::ProcessContext::of(system);
    if (stage_ == 0) {
        stage_ = 1;
        return Step::busy(v1() ? kStartV1 : kStartV2);
    }
    if (stage_ == kLeaving) return Step::exit(status_);
    if (successor_.there()) return successor_.step(system);
    if (stage_ == 1) {
        if (!read_input(context)) return Step::block();
        stage_ = 2;
        std::string wrong = v1() ? wrong_ansi_v1() : tell_deprecated_v2(context);
        if (wrong.empty() && !v1()) wrong = set_up_progress(context);
        if (!wrong.empty()) {
            print_error(context, wrong + "\n");
            return Step::exit(1);
        }
        board_.ansi_v1 = v1() && ansi_codes_v1(context);
        if (v1() && wish_.globals.on("no-ansi")) warn(context, "--no-ansi option is deprecated and will be removed in future versions. Use `--ansi never` instead.");
        if (needs_files()) {
            name_ = name_for_files();
            if (name_.empty()) {
                if (auto loaded = load(context); !loaded) {
                    if (!v1() && is_among(kByName, wish_.verb->name)) name_ = own_variable("COMPOSE_PROJECT_NAME");
                    if (name_.empty()) {
                        refuse(context, loaded.error().message);
                        return Step::exit(1);
                    }
                }
            }
            if (!name_.empty()) stage_ = kFinding;
        }
    }
    if (stage_ == kFinding) {
        if (!find_project(context)) return Step::block();
        stage_ = 2;
    }
    for (;;) {
        if (!advance_asks(context)) return Step::block(std::min(wake_at_, board_.progress.deadline()));
        if (!board_.advance(context)) {
            wake_at_ = kNever;
            if (meanwhile(context)) continue;
            return Step::block(std::min(board_.deadline(), wake_at_));
        }
        wake_at_ = kNever;
        switch (think(context)) {
            case Move::Go:
                if (successor_.there()) return successor_.step(system);
                break;
            case Move::Wait: return Step::block(std::min(wake_at_, board_.progress.deadline()));
            case Move::Done:
                board_.progress.end(context);
                if (!v1()) return Step::exit(status_);
                stage_ = kLeaving;
                return Step::busy(kExitV1);
        }
    }
}

Client::Move ContainersClient::think(model::ProcessContext& context) {
    if (listing_ == 0) {
        if (const std::string wrong = check(); !wrong.empty()) return fail(context, wrong);
        ask(list_request(project().name, listed_service()));
        listing_ = 1;
        return Move::Go;
    }
    if (listing_ == 1) {
        if (!answer(0).ok()) return fail(context, answer(0));
        found_ = read_found(answer(0).body);
        forget_answers();
        arrange();
        listing_ = 2;
    }
    return go_on(context);
}

bool Client::by_name_alone() const { return !v1() && is_among(kByNameAlone, wish_.verb->name); }

std::string Client::name_for_files() const {
    const std::string given = wish_.globals.text("project-name");
    if (by_name_alone()) return given.empty() ? own_variable("COMPOSE_PROJECT_NAME") : given;
    return !v1() && is_among(kByName, wish_.verb->name) && !wish_.globals.has("file") ? given : std::string();
}

bool Client::find_project(model::ProcessContext& context) {
    const std::string name = lower(name_);
    if (asks_.empty()) {
        ask(list_request(name));
        for (const auto operation : {model::Operation::NetworkList, model::Operation::VolumeList}) {
            model::RequestSpec spec = request_for(operation);
            spec.options["filters"] = list_request(name).options.at("filters");
            ask(std::move(spec));
        }
    }
    if (!advance_asks(context)) return false;
    by_name_ = true;
    project_ = std::make_shared<const compose::Project>(project_of(name, answer(0).body, answer(1).body, answer(2).body));
    forget_answers();
    return true;
}

bool Client::read_input(model::ProcessContext& context) {
    const std::vector<std::string> files = wish_.globals.all("file");
    if (!needs_files() || std::find(files.begin(), files.end(), "-") == files.end()) return true;
    constexpr std::size_t kPiece = 64U << 10;
    while (true) {
        shell::ReadResult piece = context.read(0, kPiece);
        if (piece.kind == shell::ReadResult::Kind::WouldBlock) return false;
        if (piece.kind != shell::ReadResult::Kind::Data) return true;
        input_ += piece.data;
    }
}

Result<void> Client::load(model::ProcessContext& context) {
    const HostFiles files(context, &input_);
    compose::LoadRequest request;
    request.files = &files;
    request.dialect = wish_.dialect;
    request.for_client = true;
    request.configuration_only = v1() && wish_.verb->name == "config";
    request.working_directory = context.working_directory();
    request.paths = wish_.globals.all("file");
    request.project_name = wish_.globals.text("project-name");
    request.project_directory = wish_.globals.text("project-directory");
    request.env_files = wish_.globals.all("env-file");
    request.profiles = wish_.globals.all("profile");
    request.services = named_services();
    request.all_resources = wish_.globals.on("all-resources");
    request.compatible = !v1() && wish_.globals.on("compatibility");
    request.interpolate = !flags().on("no-interpolate");
    for (const std::string& entry : wish_.environment) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos) request.environment[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    auto loaded = compose::load(request);
    if (!loaded) return loaded.error();
    project_ = std::make_shared<const compose::Project>(std::move(*loaded));
    tell_warnings(context);
    return {};
}

void Client::tell_warnings(model::ProcessContext& context) {
    for (const compose::Warning& warning : project_->warnings) {
        if (!warning.own) warn(context, warning.sentence);
    }
    if (v1() && wish_.verb->name != "config") {
        tell_of_networks_v1(context);
        tell_of_secrets_v1(context);
    }
    if (!wish_.verb->tells_unsimulated) return;
    for (const compose::Unsimulated& item : project_->unsimulated) {
        model::World& world = context.world();
        world.kernel.record(model::kFactNotModelled, Subject(SubjectType::Host, context.row().host.value), world.kernel.intern(fmt::format("{}: {}", item.path, item.sentence)));
    }
    // No lines of the client's own, as for the flags of docker run.
    const bool dependencies = wish_.verb->name == "build" ? flags().on("with-dependencies") : !flags().on("no-deps");
    const std::vector<std::string> services = chosen_services(*project_, named_services(), dependencies);
    for (const std::string& sentence : unsimulated_sentences(*project_, services, wish_.verb->name)) print_error(context, fmt::format("Podium: {}\n", sentence));
}

// docker-compose 1.29.2, network.py, ProjectNetworks.from_services: when a project is made of the configuration. There they
// are a set of Python's, in no order.
void Client::tell_of_networks_v1(model::ProcessContext& context) {
    std::vector<std::string> unused;
    for (const compose::Network& network : project_->networks) {
        if (network.key != "default" && !compose::is_used(*project_, network)) unused.push_back(network.key);
    }
    std::sort(unused.begin(), unused.end());
    if (!unused.empty()) warn(context, "Some networks were defined but are not used by any service: " + join(unused, ", "));
}

// docker-compose 1.29.2, project.py, get_secrets: of every service, in the order of the file, when a project is made of
// the configuration; `config` makes none.
void Client::tell_of_secrets_v1(model::ProcessContext& context) {
    const compose::Node* services = project_->model.find("services");
    if (services == nullptr) return;
    const auto tell = [&](const compose::Service& service) {
        for (const compose::FileReference& used : service.secrets) {
            const compose::FileObject* secret = project_->find_secret(used.source);
            if (secret == nullptr) continue;
            const std::string beginning = fmt::format("Service \"{}\" uses secret \"{}\"", service.name, used.source);
            if (secret->external) {
                warn(context, beginning + " which is external. External secrets are not available to containers created by docker-compose.");
                continue;
            }
            if (!used.user.empty() || !used.group.empty() || used.mode.value_or(0) != 0)
                warn(context, beginning + " with uid, gid, or mode. These fields are not supported by this implementation of the Compose file");
            const auto file = context.stat(secret->file);
            if (file.exists && !file.is_directory) continue;
            warn(context, fmt::format("Service \"{0}\" uses an undefined secret file \"{1}\", the following file should be created \"{1}\"", service.name, secret->file));
        }
    };
    for (const compose::Entry& entry : services->entries) {
        for (const auto* list : {&project_->services, &project_->disabled_services}) {
            for (const compose::Service& service : *list) {
                if (service.name == entry.key) tell(service);
            }
        }
    }
}

std::string Client::variable(const std::string& name) const {
    if (project_ != nullptr && !by_name_) {
        const auto found = project_->environment.find(name);
        return found == project_->environment.end() ? std::string() : found->second;
    }
    return own_variable(name);
}

std::string Client::own_variable(const std::string& name) const {
    for (const std::string& entry : wish_.environment) {
        if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) return entry.substr(name.size() + 1);
    }
    return {};
}

bool Client::variable_on(const std::string& name) const {
    const std::string value = lower(variable(name));
    return value == "true" || value == "1" || value == "y" || value == "yes" || value == "on";
}

std::string Client::ansi() const {
    if (wish_.globals.on("no-ansi")) return "never";
    if (wish_.globals.has("ansi") || v1()) return wish_.globals.text("ansi", "auto");
    const std::string given = variable("COMPOSE_ANSI");
    return given.empty() ? "auto" : given;
}

// cmd/compose/compose.go, RootCommand, and the normalisers of down, up and create; pull.go.
std::string Client::tell_deprecated_v2(model::ProcessContext& context) const {
    const auto red = [&context](std::string_view text) { print_error(context, fmt::format("\x1b[31m{}\n\x1b[0m", text)); };
    const docker::ParsedFlags& globals = wish_.globals;
    if (globals.on("no-ansi")) {
        if (globals.text("ansi", "auto") != "auto") return "cannot specify DEPRECATED \"--no-ansi\" and \"--ansi\". Please use only \"--ansi\"";
        print_error(context, "option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead.\n");
    }
    if (globals.has("workdir")) {
        if (globals.all("project-directory").size() > globals.all("workdir").size()) return "cannot specify DEPRECATED \"--workdir\" and \"--project-directory\". Please use only \"--project-directory\" instead";
        red("option '--workdir' is DEPRECATED at root level! Please use '--project-directory' instead.");
    }
    if (wish_.flags.has("volume") && wish_.verb->name == "down") warn(context, "--volume is deprecated, please use --volumes");
    if (wish_.flags.has("y")) warn(context, "--y is deprecated, please use --yes instead");
    for (const std::string_view name : {"no-parallel", "parallel"}) {
        if (wish_.flags.has(name)) red(fmt::format("option '--{}' is DEPRECATED and will be ignored.", name));
    }
    return {};
}

std::string Client::wrong_ansi_v1() const {
    const std::string mode = wish_.globals.text("ansi", "auto");
    if (mode != "never" && mode != "always" && mode != "auto") return fmt::format("Invalid value for --ansi: {}. Expected one of never, always, auto.", mode);
    return wish_.globals.has("ansi") && wish_.globals.on("no-ansi") ? "--no-ansi and --ansi cannot be combined." : "";
}

// Podium's terminals are terminals to isatty(); whether something that understands a terminal's escape
// sequences reads along, TERM says.
bool Client::colours(model::ProcessContext& context) const {
    const std::string mode = ansi();
    if (v1()) return mode != "never";  // 1.29 colours logs wherever they go
    if (mode == "never" || !variable("NO_COLOR").empty()) return false;
    const std::string terminal = variable("TERM");
    return mode == "always" || (context.is_terminal(1) && !terminal.empty() && terminal != "dumb");
}

std::string Client::set_up_progress(model::ProcessContext& context) {
    Progress& progress = board_.progress;
    progress.title = std::string(title());
    progress.dry_run = board_.dry_run = dry_run();
    progress.colours = variable("NO_COLOR").empty();
    std::int64_t columns = 0;
    if (parse_integer(variable("COLUMNS"), columns) && columns > 0 && columns <= kWidestTerminal) progress.width = static_cast<int>(columns);
    if (parse_integer(variable("LINES"), columns) && columns > 0 && columns <= kWidestTerminal) progress.height = static_cast<int>(columns);
    const std::string mode = ansi();
    const std::string terminal = variable("TERM");
    if (context.is_terminal(2) && !terminal.empty() && terminal != "dumb") progress.mode = ProgressMode::Tty;
    if (mode == "never") progress.mode = ProgressMode::Plain;
    if (mode == "always") progress.mode = ProgressMode::Tty;
    const std::string wanted = wish_.globals.has("progress") ? wish_.globals.text("progress") : variable("COMPOSE_PROGRESS");
    if (wanted.empty() || wanted == "auto") return {};
    if (wanted == "tty") {
        if (mode == "never") return "can't use --progress tty while ANSI support is disabled";
        progress.mode = ProgressMode::Tty;
    } else if (wanted == "plain") {
        if (mode == "always") return "can't use --progress plain while ANSI support is forced";
        progress.mode = ProgressMode::Plain;
    } else if (wanted == "quiet" || wanted == "none") {
        progress.mode = ProgressMode::Quiet;
    } else if (wanted == "json") {
        progress.mode = ProgressMode::Json;
    } else {
        return fmt::format("unsupported --progress value {}", docker::in_quotes(wanted));
    }
    return {};
}

bool Client::ansi_codes_v1(model::ProcessContext& context) const {
    const std::string mode = ansi();
    if (mode != "auto") return mode == "always";
    const std::string terminal = variable("TERM");
    return variable("CLICOLOR") != "0" && context.is_terminal(2) && !terminal.empty() && terminal != "dumb";
}

// ConsoleWarningFormatter names the level where there are colours; elsewhere the sentence stands alone.
void Client::warn(model::ProcessContext& context, std::string_view text) const {
    if (!v1()) return say_warning(context, text);
    print_error(context, fmt::format("{}{}\n", board_.ansi_v1 ? "\x1b[33mWARNING\x1b[0m: " : "", text));
}

void Client::log_error(model::ProcessContext& context, std::string_view text) const {
    print_error(context, fmt::format("{}{}\n", board_.ansi_v1 ? "\x1b[31mERROR\x1b[0m: " : "", text));
}

// exit_with_metrics of 1.29.2 logs nothing for exec, so that its command's status is not taken for an error.
void Client::refuse(model::ProcessContext& context, std::string_view text) const {
    if (v1() && wish_.verb->name == "exec") {
        print_error(context, fmt::format("Podium: docker-compose {} says nothing of it, but: {}\n", kVersionV1, text));
        return;
    }
    log_error(context, text);
}

void Client::note_unknown_images(model::ProcessContext& context, const std::vector<std::string>& images) const {
    for (const std::string& image : images) print_error(context, docker::unknown_image_note(context, image));
}

Client::Move Client::exit_v1(model::ProcessContext& context, int status) {
    if (status != 0) log_error(context, fmt::format("{}", status));
    return finish(status);
}

Client::Move Client::fail(model::ProcessContext& context, std::string_view message, int status) {
    board_.progress.end(context);
    refuse(context, message);
    return finish(status);
}

Client::Move Client::fail(model::ProcessContext& context, const Answer& answer, int status) {
    board_.progress.end(context);
    if (answer.status == 0) {
        log_error(context, v1() ? kNoEngineV1 : kNoEngine);
    } else {
        log_error(context, v1() ? answer.message() : "Error response from daemon: " + answer.message());
    }
    return finish(status);
}

std::string Client::unknown_service(const std::vector<std::string>& names) const {
    if (by_name_ || by_name_alone()) return {};  // it may have been a service all the same
    for (const std::string& name : names) {
        if (project().find_service(name) == nullptr) return fmt::format("{}: {}{}", v1() ? "No such service" : "no such service", name, near_service(name));
    }
    return {};
}

std::string Client::near_service(const std::string& name) const {
    if (by_name_ || project().find_service(name) != nullptr) return {};
    std::vector<std::string> known;
    for (const compose::Service& service : project().services) known.push_back(service.name);
    const std::string near = nearest(name, known);
    return near.empty() ? near : fmt::format(" (did you mean {}?)", near);
}

std::string Client::not_running(const std::string& service) const {
    const std::int64_t index = flags().integer("index", v1() ? 1 : 0);
    if (v1()) return fmt::format("No container found for {}_{}", service, index);
    return fmt::format("service \"{}\" is not running{}{}", service, index > 0 ? fmt::format(" container #{}", index) : std::string(), near_service(service));
}

std::string Client::grace_of(const std::string& service) const {
    if (flags().has("timeout")) return flags().text("timeout");
    if (!v1()) return {};
    const compose::Service* found = project_ == nullptr ? nullptr : project_->find_service(service);
    if (found != nullptr && found->stop_grace_period) return fmt::format("{}", found->stop_grace_period->nanoseconds / 1'000'000'000);
    return fmt::format("{}", kStopSeconds);
}

compose::Project selected_project(const compose::Project& project, const std::vector<std::string>& names) {
    compose::Project selected = project;
    if (names.empty()) return selected;
    const std::vector<std::string> kept = chosen_services(project, names, true);
    std::erase_if(selected.services, [&kept](const compose::Service& service) {
        return std::find(kept.begin(), kept.end(), service.name) == kept.end();
    });
    return selected;
}

std::vector<std::string> chosen_services(const compose::Project& project, const std::vector<std::string>& names, bool with_dependencies) {
    std::set<std::string> wanted(names.begin(), names.end());
    const std::vector<std::string> order = compose::start_order(project);
    if (names.empty()) return order;
    if (with_dependencies) {
        // From the last to the first: what a service needs comes before it in the order.
        for (auto name = order.rbegin(); name != order.rend(); ++name) {
            if (!wanted.contains(*name)) continue;
            for (const compose::Dependency& dependency : project.find_service(*name)->depends_on) wanted.insert(dependency.service);
        }
    }
    std::vector<std::string> out;
    for (const std::string& name : order) {
        if (wanted.contains(name)) out.push_back(name);
    }
    return out;
}

}  // namespace podium::programs::composing
