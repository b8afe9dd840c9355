#include "sim/model/catalogue_profile.hpp"

#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/model/catalogue_reader.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kHighestAccount = 65'535;

// --- how it starts ---------------------------------------------------------------------------------

// The number of the signal under a key; 0 when the key is not there.
int read_signal_name(CatalogueReader& in, const YAML::Node& node) {
    std::string name;
    in.text(node, "signal", name);
    if (in.failed() || name.empty()) return 0;
    const int number = shell::signal_number(name);
    if (number <= 0) in.fail(node, fmt::format("there is no signal \"{}\"", name), "write it like TERM");
    return number;
}

std::vector<CommandAnswer> read_answers(CatalogueReader& in, const YAML::Node& map) {
    std::vector<CommandAnswer> answers;
    for (const YAML::Node& node : in.sequence(map, "answers")) {
        CommandAnswer answer;
        in.expect_keys(node, "an answer", {"commands", "says", "error", "status", "signal"});
        in.texts(node, "commands", answer.commands);
        in.text(node, "says", answer.says);
        in.flag(node, "error", answer.standard_error);
        in.number(node, "status", answer.exit_status, 0, 255);
        answer.signal = read_signal_name(in, node);
        if (!in.failed() && answer.commands.empty()) in.fail(node, "an answer needs the commands it is for");
        answers.push_back(std::move(answer));
    }
    return answers;
}

std::vector<BackgroundRule> read_background(CatalogueReader& in, const YAML::Node& map) {
    std::vector<BackgroundRule> rules;
    for (const YAML::Node& node : in.sequence(map, "background")) {
        BackgroundRule rule;
        in.expect_keys(node, "a rule of going into the background", {"server", "with", "without", "file"});
        in.text(node, "server", rule.server);
        in.texts(node, "with", rule.with);
        in.texts(node, "without", rule.without);
        in.text(node, "file", rule.file);
        if (!in.failed() && rule.server.empty()) in.fail(node, "a rule of going into the background needs its server");
        rules.push_back(std::move(rule));
    }
    return rules;
}

RootRefusal read_root_refusal(CatalogueReader& in, const YAML::Node& node) {
    RootRefusal refusal;
    in.expect_keys(node, "root_refusal", {"log", "status"});
    in.texts(node, "log", refusal.log);
    in.number(node, "status", refusal.exit_status, 1, 255);
    return refusal;
}

constexpr std::pair<std::string_view, ScriptGives> kScriptGives[] = {
    {"nothing", ScriptGives::Nothing}, {"options", ScriptGives::Options}, {"everything", ScriptGives::Everything}};

EntrypointScript read_script(CatalogueReader& in, const YAML::Node& node) {
    EntrypointScript script;
    in.expect_keys(node, "script", {"path", "gives", "bash", "exec_line", "interpreter"});
    in.text(node, "path", script.path);
    in.choice(node, "gives", script.gives, kScriptGives);
    in.flag(node, "bash", script.bash);
    in.number(node, "exec_line", script.exec_line, 0, 10'000);
    in.text(node, "interpreter", script.interpreter);
    if (!in.failed() && !script.path.starts_with('/')) in.fail(node, "script needs its path");
    return script;
}

VariableFiles read_variable_files(CatalogueReader& in, const YAML::Node& node) {
    VariableFiles out;
    in.expect_keys(node, "variable_files", {"names", "both", "missing"});
    in.texts(node, "names", out.names);
    in.text(node, "both", out.both);
    in.text(node, "missing", out.missing);
    if (!in.failed() && out.names.empty()) in.fail(node, "variable_files needs the names of variables");
    return out;
}

Initialisation read_initialisation(CatalogueReader& in, const YAML::Node& node) {
    Initialisation out;
    in.expect_keys(node, "initialise", {"unless", "takes", "log", "found"});
    in.text(node, "unless", out.unless);
    in.duration(node, "takes", out.takes);
    in.texts(node, "log", out.log);
    in.text(node, "found", out.found);
    if (!out.unless.starts_with('/')) in.fail(node, "initialise needs the path that shows that it was done", "unless: /data/x");
    return out;
}

RequiredVariables read_required_variables(CatalogueReader& in, const YAML::Node& node) {
    RequiredVariables out;
    in.expect_keys(node, "required_variables", {"any_of", "exit_status", "log", "only_without_data"});
    in.texts(node, "any_of", out.any_of);
    in.number(node, "exit_status", out.exit_status, 0, 255);
    in.texts(node, "log", out.log);
    in.flag(node, "only_without_data", out.only_without_data);
    if (out.any_of.empty()) in.fail(node, "required_variables needs any_of");
    return out;
}

LoginVariables read_login(CatalogueReader& in, const YAML::Node& node) {
    LoginVariables out;
    in.expect_keys(node,
                   "login",
                   {"user_variable",
                    "user",
                    "password_variable",
                    "password",
                    "database_variable",
                    "database"});
    in.text(node, "user_variable", out.user_variable);
    in.text(node, "user", out.user);
    in.text(node, "password_variable", out.password_variable);
    in.text(node, "password", out.password);
    in.text(node, "database_variable", out.database_variable);
    in.text(node, "database", out.database);
    if (out.user.empty()) in.fail(node, "a login needs the user that it is without a variable");
    return out;
}

Requirement read_requirement(CatalogueReader& in, const YAML::Node& node) {
    static constexpr std::pair<std::string_view, UnmetAction> kActions[] = {
        {"exit", UnmetAction::Exit}, {"wait", UnmetAction::Wait}, {"serve", UnmetAction::Serve}};
    Requirement out;
    in.expect_keys(node,
                   "a requirement",
                   {"name",
                    "variable",
                    "port_variable",
                    "default",
                    "default_port",
                    "file",
                    "unmet",
                    "retry_every",
                    "patience",
                    "exit_status",
                    "status_without",
                    "log",
                    "log_met",
                    "login",
                    "log_refused",
                    "body_without"});
    in.text(node, "name", out.name);
    in.text(node, "variable", out.variable);
    in.text(node, "port_variable", out.port_variable);
    in.text(node, "default", out.default_address);
    in.port(node, "default_port", out.default_port);
    in.text(node, "file", out.file);
    in.choice(node, "unmet", out.unmet, kActions);
    in.duration(node, "retry_every", out.retry_every);
    in.duration(node, "patience", out.patience);
    in.number(node, "exit_status", out.exit_status, 0, 255);
    in.number(node, "status_without", out.status_without, 100, 599);
    in.text(node, "log", out.log);
    in.text(node, "log_met", out.log_met);
    if (const auto login = in.find(node, "login")) out.login = read_login(in, *login);
    in.text(node, "log_refused", out.log_refused);
    in.text(node, "body_without", out.body_without);
    if (out.name.empty()) in.fail(node, "a requirement needs a name");
    if (out.variable.empty() && out.default_address.empty() && out.file.empty()) {
        in.fail(node, "a requirement needs a variable, a default or a file");
    }
    if (out.retry_every <= Duration{}) in.fail(node, "retry_every has to be longer than nothing");
    return out;
}

std::vector<ListenPort> read_ports(CatalogueReader& in, const YAML::Node& map) {
    std::vector<ListenPort> ports;
    for (const YAML::Node& node : in.sequence(map, "listen")) {
        ListenPort port;
        in.expect_keys(node, "a port", {"port", "protocol", "variable", "options", "after"});
        in.port(node, "port", port.port);
        in.text(node, "protocol", port.protocol);
        in.text(node, "variable", port.variable);
        in.texts(node, "options", port.options);
        in.duration(node, "after", port.after);
        if (port.port == 0) in.fail(node, "a port needs its number");
        if (port.protocol != "tcp" && port.protocol != "udp") in.fail(node, fmt::format("unknown protocol \"{}\"", port.protocol));
        ports.push_back(std::move(port));
    }
    return ports;
}

// --- how it runs -----------------------------------------------------------------------------------

WriteRule read_write(CatalogueReader& in, const YAML::Node& node) {
    static constexpr std::pair<std::string_view, WriteMoment> kMoments[] = {{"initialise", WriteMoment::Initialise},
                                                                            {"start", WriteMoment::Start},
                                                                            {"request", WriteMoment::Request},
                                                                            {"interval", WriteMoment::Interval}};
    WriteRule out;
    in.expect_keys(node, "a write", {"when", "path", "content", "bytes", "append", "every", "lock", "failure", "open_failure", "remove_failure"});
    in.choice(node, "when", out.when, kMoments);
    in.text(node, "path", out.path);
    in.text(node, "content", out.content);
    in.size(node, "bytes", out.bytes);
    in.flag(node, "append", out.append);
    in.duration(node, "every", out.every);
    in.flag(node, "lock", out.lock);
    in.text(node, "failure", out.failure);
    in.text(node, "open_failure", out.open_failure);
    in.text(node, "remove_failure", out.remove_failure);
    if (!out.remove_failure.empty() && !out.lock) in.fail(node, "only a lock has a remove_failure");
    if (!out.path.starts_with('/')) in.fail(node, "a write needs a path from the root");
    if (out.when == WriteMoment::Interval && out.every <= Duration{}) in.fail(node, "a write at intervals needs every");
    return out;
}

LogRule read_log(CatalogueReader& in, const YAML::Node& node) {
    static constexpr std::pair<std::string_view, LogMoment> kMoments[] = {
        {"start", LogMoment::Start}, {"ready", LogMoment::Ready}, {"request", LogMoment::Request}};
    LogRule out;
    in.expect_keys(node, "a log line", {"at", "error", "after", "text", "script"});
    in.choice(node, "at", out.when, kMoments);
    in.flag(node, "error", out.standard_error);
    in.duration(node, "after", out.after);
    in.text(node, "text", out.text);
    in.flag(node, "script", out.by_script);
    return out;
}

Route read_route(CatalogueReader& in, const YAML::Node& node) {
    Route out;
    in.expect_keys(node, "a route", {"method", "path", "status", "type", "body", "file", "root", "moved", "forbidden", "needs", "takes"});
    in.text(node, "method", out.method);
    in.text(node, "path", out.path);
    in.number(node, "status", out.status, 100, 599);
    in.text(node, "type", out.content_type);
    in.text(node, "body", out.body);
    in.text(node, "file", out.file);
    in.text(node, "root", out.root);
    in.text(node, "moved", out.moved);
    in.text(node, "forbidden", out.forbidden);
    in.text(node, "needs", out.needs);
    in.duration(node, "takes", out.takes);
    if (!out.path.starts_with('/')) in.fail(node, "a route needs a path");
    return out;
}

ModelRule read_model(CatalogueReader& in, const YAML::Node& node) {
    ModelRule out;
    in.expect_keys(node, "a model", {"name", "size", "memory", "milli_tokens_per_second"});
    in.text(node, "name", out.name);
    in.size(node, "size", out.size_bytes);
    in.size(node, "memory", out.memory_bytes);
    in.number(node, "milli_tokens_per_second", out.milli_tokens_per_second, 1, 1'000'000'000);
    if (out.name.empty()) in.fail(node, "a model needs a name");
    return out;
}

WorkerRule read_workers(CatalogueReader& in, const YAML::Node& node) {
    WorkerRule out;
    in.expect_keys(node, "workers", {"main_title", "title", "user"});
    in.text(node, "main_title", out.main_title);
    in.text(node, "title", out.title);
    in.text(node, "user", out.user);
    if (out.title.empty()) in.fail(node, "workers need a title");
    return out;
}

SignalRule read_signal(CatalogueReader& in, const YAML::Node& node) {
    static constexpr std::pair<std::string_view, SignalAction> kActions[] = {
        {"exit", SignalAction::Exit}, {"ignore", SignalAction::Ignore}, {"reload", SignalAction::Reload}};
    SignalRule out;
    std::string name;
    in.expect_keys(node, "a signal", {"signal", "action", "status", "takes", "error", "log"});
    in.text(node, "signal", name);
    in.choice(node, "action", out.action, kActions);
    in.number(node, "status", out.exit_status, 0, 255);
    in.duration(node, "takes", out.takes);
    in.flag(node, "error", out.standard_error);
    in.texts(node, "log", out.log);
    out.signal = shell::signal_number(name);
    if (out.signal <= 0) in.fail(node, fmt::format("there is no signal \"{}\"", name), "write it like TERM");
    if (out.signal == shell::kSigKill || out.signal == shell::kSigStop) in.fail(node, fmt::format("no program can handle {}", name));
    return out;
}

void read_resources(CatalogueReader& in, const YAML::Node& node, BehaviourProfile& out) {
    if (const auto memory = in.find(node, "memory")) {
        in.expect_keys(*memory, "memory", {"base", "start", "per_request", "growth_per_second"});
        in.size(*memory, "base", out.memory.base_bytes);
        in.size(*memory, "start", out.memory.start_bytes);
        in.size(*memory, "per_request", out.memory.per_request_bytes);
        in.size(*memory, "growth_per_second", out.memory.growth_bytes_per_second);
    }
    if (const auto cpu = in.find(node, "cpu")) {
        in.expect_keys(*cpu, "cpu", {"idle", "busy"});
        in.number(*cpu, "idle", out.cpu.idle_millicores, 0, 1'000'000);
        in.number(*cpu, "busy", out.cpu.busy_millicores, 0, 1'000'000);
    }
}

constexpr std::pair<std::string_view, ServiceKind> kKinds[] = {
    {"shell-only", ServiceKind::ShellOnly}, {"greeting", ServiceKind::Greeting},
    {"http", ServiceKind::Http},            {"todo-web", ServiceKind::TodoWeb},
    {"database", ServiceKind::Database},    {"model-server", ServiceKind::ModelServer},
    {"tcp", ServiceKind::Tcp}};

constexpr std::pair<std::string_view, DatabaseEngine> kEngines[] = {
    {"none", DatabaseEngine::None},
    {"todo", DatabaseEngine::Todo},
    {"postgres", DatabaseEngine::Postgres},
    {"mysql", DatabaseEngine::Mysql},
    {"mongo", DatabaseEngine::Mongo},
    {"redis", DatabaseEngine::Redis},
    {"mariadb", DatabaseEngine::Mariadb},
    {"memcached", DatabaseEngine::Memcached}};

void check_profile(CatalogueReader& in, const YAML::Node& node, const BehaviourProfile& profile) {
    const auto needs = [&](const std::string& name) {
        if (!name.empty() && profile.requirement(name) == nullptr) {
            in.fail(node, fmt::format("there is no requirement \"{}\"", name));
        }
    };
    for (const Route& route : profile.routes) needs(route.needs);
    needs(profile.todo.requirement);
    if (profile.kind == ServiceKind::TodoWeb && profile.todo.requirement.empty()) in.fail(node, "a todo-web needs todo");
    const bool keeps = profile.kind == ServiceKind::ModelServer ||
                       (profile.kind == ServiceKind::Database && profile.engine != DatabaseEngine::Memcached);
    if (keeps && profile.data_path.empty()) in.fail(node, "a server that keeps data needs data_path");
    if (profile.kind == ServiceKind::Database && profile.engine == DatabaseEngine::None) in.fail(node, "a database needs engine");
    for (const WriteRule& write : profile.writes) {
        if (write.when == WriteMoment::Initialise && !profile.initialisation) {
            in.fail(node, "a write at initialise needs initialise");
        }
    }
}

}  // namespace

std::vector<std::string> read_programs(CatalogueReader& in, const YAML::Node& map, const ProgramSets& sets) {
    std::vector<std::string> names;
    in.texts(map, "programs", names);
    std::set<std::string> programs;
    for (const std::string& name : names) {
        const auto set = sets.find(name);
        if (set == sets.end()) {
            programs.insert(name);
        } else {
            programs.insert(set->second.begin(), set->second.end());
        }
    }
    return {programs.begin(), programs.end()};
}

std::vector<ImageAccount> read_accounts(CatalogueReader& in, const YAML::Node& map) {
    std::vector<ImageAccount> accounts;
    for (const YAML::Node& node : in.sequence(map, "accounts")) {
        ImageAccount account;
        in.expect_keys(node, "an account", {"name", "number", "group", "comment", "home", "shell"});
        in.text(node, "name", account.name);
        std::int64_t number = 0;
        in.number(node, "number", number, 1, kHighestAccount);
        account.number = static_cast<std::uint32_t>(number);
        in.number(node, "group", number, 0, kHighestAccount);
        account.group = static_cast<std::uint32_t>(number);
        in.text(node, "comment", account.comment);
        in.text(node, "home", account.home);
        in.text(node, "shell", account.shell);
        if (!in.failed() && (account.name.empty() || account.number == 0)) in.fail(node, "an account needs its name and number");
        accounts.push_back(std::move(account));
    }
    return accounts;
}

std::vector<ImageFile> read_files(CatalogueReader& in, const YAML::Node& map) {
    std::vector<ImageFile> files;
    for (const YAML::Node& node : in.sequence(map, "files")) {
        ImageFile file;
        in.expect_keys(node, "a file", {"path", "content", "bytes", "directory"});
        in.text(node, "path", file.path);
        in.text(node, "content", file.content);
        in.size(node, "bytes", file.bytes);
        in.flag(node, "directory", file.directory);
        if (!file.path.starts_with('/')) in.fail(node, "a file needs a path from the root");
        files.push_back(std::move(file));
    }
    return files;
}

BehaviourProfile read_profile(CatalogueReader& in, const YAML::Node& node, const ProgramSets& sets) {
    BehaviourProfile out;
    in.expect_keys(node, "run",
                   {"kind",     "engine",   "entrypoint_scripts", "servers",      "interpreters", "unknown_commands_serve",
                    "programs", "files",    "start_up",           "initialise",   "required_variables", "requirements",
                    "listen",   "listens_on_exposed_ports",       "writes",       "memory",       "cpu",
                    "log",      "routes",   "request_takes",      "data_path",    "todo",         "models",
                    "signals",  "exit_status",            "stands_in",    "answers",      "script",
                    "headers",  "workers",
                    "arguments", "accounts",              "variable_files",     "background",   "root_refusal",
                    "client_options",       "data_variable"});
    in.choice(node, "kind", out.kind, kKinds);
    in.choice(node, "engine", out.engine, kEngines);
    in.texts(node, "entrypoint_scripts", out.entrypoint_scripts);
    in.texts(node, "servers", out.servers);
    in.texts(node, "interpreters", out.interpreters);
    in.flag(node, "unknown_commands_serve", out.unknown_commands_serve);
    in.flag(node, "stands_in", out.stands_in);
    out.answers = read_answers(in, node);
    out.background = read_background(in, node);
    in.texts(node, "client_options", out.client_options);
    if (const auto refusal = in.find(node, "root_refusal")) out.root_refusal = read_root_refusal(in, *refusal);
    if (const auto script = in.find(node, "script")) out.script = read_script(in, *script);
    in.texts(node, "arguments", out.arguments);
    out.accounts = read_accounts(in, node);
    if (const auto files = in.find(node, "variable_files")) out.variable_files = read_variable_files(in, *files);
    out.programs = read_programs(in, node, sets);
    out.files = read_files(in, node);
    in.duration(node, "start_up", out.start_up);
    if (const auto initialise = in.find(node, "initialise")) out.initialisation = read_initialisation(in, *initialise);
    for (const YAML::Node& item : in.sequence(node, "required_variables")) out.required_variables.push_back(read_required_variables(in, item));
    for (const YAML::Node& item : in.sequence(node, "requirements")) out.requirements.push_back(read_requirement(in, item));
    out.ports = read_ports(in, node);
    in.flag(node, "listens_on_exposed_ports", out.listens_on_exposed_ports);
    for (const YAML::Node& item : in.sequence(node, "writes")) out.writes.push_back(read_write(in, item));
    read_resources(in, node, out);
    for (const YAML::Node& item : in.sequence(node, "log")) out.log.push_back(read_log(in, item));
    for (const YAML::Node& item : in.sequence(node, "routes")) out.routes.push_back(read_route(in, item));
    in.duration(node, "request_takes", out.request_takes);
    in.text(node, "data_path", out.data_path);
    in.text(node, "data_variable", out.data_variable);
    if (const auto todo = in.find(node, "todo")) {
        in.expect_keys(*todo, "todo", {"requirement", "title"});
        in.text(*todo, "requirement", out.todo.requirement);
        in.text(*todo, "title", out.todo.title);
    }
    for (const YAML::Node& item : in.sequence(node, "models")) out.models.push_back(read_model(in, item));
    for (const YAML::Node& item : in.sequence(node, "signals")) out.signals.push_back(read_signal(in, item));
    in.number(node, "exit_status", out.run_exit_status, 0, 255);
    in.texts(node, "headers", out.headers);
    if (const auto workers = in.find(node, "workers")) out.workers = read_workers(in, *workers);
    check_profile(in, node, out);
    return out;
}

}  // namespace podium::model
