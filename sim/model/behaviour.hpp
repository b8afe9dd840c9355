#pragma once

// How images behave: one profile for each image of the catalogue, read from scenarios/images.yaml.
// A profile is plain data that says what the image's server does (when it listens, what it must reach,
// where it writes, how much memory it takes, how it ends); the processes that act it out are programs
// made from it. A catalogue is immutable once read and shared by all copies of a run; pointers to its
// profiles stay valid as long as it lives.
//
// Texts in a profile (log lines, bodies, file contents) may have placeholders in braces, filled in by
// fill_template(); an unknown one stays as it is, so that JSON can be written plainly. Who acts a
// profile out gives these names:
//
//   time         2026-11-20T16:52:07.571Z       log_time   2026-11-20 16:52:07.571 UTC
//   pid          the server's, in its container
//   clf_time     20/Nov/2026:16:52:07 +0000     hostname   the container's host name
//   version      the tag's version              port       the first port it listens on
//   address      what a requirement means       signal     of a signal rule
//   client, method, path, status, bytes, agent, milliseconds   of the request at hand
//   command      what a process was started with
//
// and in the lines of an answer's head: date, type, length, and of a file: modified, modified_hex, length_hex

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/model/image.hpp"

namespace podium::model {

struct Login;  // exchange.hpp

/// What the server of an image does with a request.
enum class ServiceKind : std::uint8_t {
    ShellOnly,    ///< No server: the default command is a shell or interpreter that ends without input.
    Greeting,     ///< Prints its start lines and exits with `run_exit_status` after `start_up`.
    Http,         ///< Answers `routes`.
    TodoWeb,      ///< The to-do application: GET / lists its items as a page, GET /items as JSON, POST
                  ///< /items adds the body, DELETE /items/N removes; items are rows of its database.
    Database,     ///< Keeps rows or keys below `data_path`; see DatabaseEngine.
    ModelServer,  ///< The ollama API: models kept below `data_path`, answers generated token by token.
    Tcp,          ///< Accepts connections and keeps them; says nothing by itself.
};

/// Whose protocol a Database speaks, so that its client programs know each other. Todo is the to-do
/// application's own: HTTP on its port, one row a line in data_path/rows: GET /rows gives all lines,
/// POST /rows appends the body as one, DELETE /rows/N takes the N-th away (from 1).
enum class DatabaseEngine : std::uint8_t {
    None,
    Todo,
    Postgres,
    Mysql,
    Mariadb,
    Mongo,
    Redis,
    Memcached
};

/// Whether a database lets nobody do anything before they have said who they are
/// (service/logins.hpp).
constexpr bool asks_login(DatabaseEngine engine) {
    return engine == DatabaseEngine::Postgres || engine == DatabaseEngine::Mysql ||
           engine == DatabaseEngine::Mariadb;
}

/// A port the server listens on once it is ready.
struct ListenPort {
    std::uint16_t port = 0;
    std::string protocol = "tcp";
    std::string variable;  ///< Environment variable that overrides the port, if set; else empty.
    std::vector<std::string> options;  ///< Arguments that override it: "--port" (with its value in the next word or after
                                       ///< '='), "-p" (the value may stand in the same word), "-c port=".
    Duration after{};      ///< After the server is ready.
};

/// What to do while something the server needs is not there.
enum class UnmetAction : std::uint8_t {
    Exit,   ///< Try every `retry_every` for `patience`, then exit with `exit_status`.
    Wait,   ///< Try every `retry_every` for ever; the server is not ready meanwhile.
    Serve,  ///< Log it and serve; requests that need it get `status_without`.
};

/// As whom a server logs in to a database it needs: what its address says
/// ("postgres://user:password@host/database"), else variables, else the defaults.
struct LoginVariables {
    std::string user_variable;
    std::string password_variable;
    std::string database_variable;
    std::string user;
    std::string password;  ///< Empty: it has none to give.
    std::string database;
};

/// Something the server must reach when it starts.
struct Requirement {
    std::string name;             ///< For log lines: "database".
    std::string variable;         ///< Environment variable with the address: URL, "host:port" or host.
    std::string port_variable;    ///< Environment variable with the port alone; empty if there is none.
    std::string default_address;  ///< When the variable is not set: "db:5432"; empty: then nothing is needed.
    std::uint16_t default_port = 0;
    std::string file;             ///< Instead of an address: a file that must exist.
    UnmetAction unmet = UnmetAction::Exit;
    Duration retry_every = seconds(1);
    Duration patience{};          ///< Exit: how long to try; 0 is once.
    int exit_status = 1;
    int status_without = 500;     ///< Serve: HTTP status of requests while it is missing.
    std::string log;              ///< Printed for each failed try; {address} is filled in.
    std::string log_met;          ///< Printed when it is reached; empty: nothing.
    std::optional<LoginVariables> login;  ///< When it is a database that the server logs in to.
    std::string log_refused;   ///< Printed instead of `log` when the database does not let it in;
                               ///< {reason} is the database's.
    std::string body_without;  ///< Serve: of the answer while it is missing; empty: a sentence that
                               ///< says so.
};

/// An address as a server reads it from its environment.
struct Address {
    std::string host;
    std::uint16_t port = 0;
    std::string path;  ///< Of a URL, from its '/' on; else empty.
    std::string user;  ///< Of a URL, with its %XX decoded; else empty.
    std::optional<std::string> password;  ///< The same; none: the URL has no ':' after the user.
};

/// Environment variables without which the server refuses to start (a database without a password).
struct RequiredVariables {
    std::vector<std::string>
        any_of;  ///< One of these must be set and not empty, or be as said: "METHOD=trust".
    int exit_status = 1;
    std::vector<std::string> log;     ///< What it prints to standard error.
    bool only_without_data = true;    ///< Only when it would initialise its data first.
};

/// Variables that the image's script also reads from the file that NAME_FILE names (docker-library's file_env).
struct VariableFiles {
    std::vector<std::string> names;
    std::string both;     ///< Said, and the start given up with 1, when NAME and NAME_FILE are both set; empty: the file counts.
    std::string missing;  ///< The same when the file can't be read; empty: it goes on without.
};

/// What an image's entrypoint script makes the server's arguments of the words it is called with.
enum class ScriptGives : std::uint8_t {
    Nothing,     ///< It runs every command line as it is (nginx: exec "$@").
    Options,     ///< A command line that begins with a hyphen: set -- postgres "$@".
    Everything,  ///< It runs nothing else (grafana).
};

/// The image's entrypoint script: what it gives to the server, and how it speaks of a command it can't find.
struct EntrypointScript {
    ScriptGives gives = ScriptGives::Nothing;
    std::string path;        ///< "/docker-entrypoint.sh"; empty: nothing is known of it.
    bool bash = false;       ///< Else the image's sh runs it: dash, or BusyBox's.
    int exec_line = 0;       ///< Of the line that runs the command; 0: not known.
    std::string interpreter;  ///< What it gives a command to that is no program ("node"); empty: none.
};

/// Commands of the image that say something and end: "redis-server --version".
struct CommandAnswer {
    std::vector<std::string> commands;
    std::string says;  ///< {version}, {series} (its first two numbers) and {major} are filled in.
    bool standard_error = false;
    int exit_status = 0;
    int signal = 0;    ///< Not 0: it sends this signal to the container's server, ends with 0, and says nothing.
                       ///< Only where no server runs is the rest of the answer what happens.
};

/// A server that goes into the background by itself: its command ends, and what it has become goes on.
struct BackgroundRule {
    std::string server;                ///< "nginx"
    std::vector<std::string> with;     ///< Arguments one of which it needs for that; none: it does by default.
    std::vector<std::string> without;  ///< Arguments that keep it in the foreground: "daemon off;".
    std::string file;                  ///< Its configuration, where the words of `without` may stand as well.
};

/// What a server says of being started by root without the image's script, which would change the user.
struct RootRefusal {
    std::vector<std::string> log;  ///< Empty: it may run as root.
    int exit_status = 1;
};

/// What an entrypoint script says of data that another series of releases has left where it does not look, or of a mount there
/// (docker-library/postgres 18 docker-entrypoint.sh, docker_error_old_databases). Only where its data is at data_path.
struct OldDataRefusal {
    std::string file;                 ///< What such a folder holds: "PG_VERSION".
    std::vector<std::string> places;  ///< Folders.
    std::string mount;                ///< A mount just here is refused as well.
    std::vector<std::string> log;     ///< A line "{places}" stands for as many as there are; empty: nothing is refused.
    int exit_status = 1;
};

/// An account of the image beside those of its distribution; a group of the same name goes with it.
struct ImageAccount {
    std::string name;
    std::uint32_t number = 0;
    std::uint32_t group = 0;  ///< Its group's number.
    std::string comment;
    std::string home = "/";
    std::string shell = "/bin/false";
};

/// The processes that a server starts beside itself, one for each processor, and how it shows itself then.
struct WorkerRule {
    std::string main_title;  ///< "nginx: master process {command}".
    std::string title;       ///< "nginx: worker process".
    std::string user;        ///< The account they run as.
};

/// What the server does once before its first start on empty data.
struct Initialisation {
    std::string unless;  ///< A path: when it exists, the data are there already.
    Duration takes{};
    std::vector<std::string> log;
    std::string found;  ///< What the script says when it is not done, as the data are there; empty:
                        ///< nothing.
};

enum class WriteMoment : std::uint8_t {
    Initialise,  ///< With Initialisation, when the data are made.
    Start,       ///< At each start, when ready.
    Request,     ///< For each request answered (an item stored, a page viewed).
    Interval,    ///< Every `every`, from ready on.
};

struct WriteRule {
    WriteMoment when = WriteMoment::Start;
    std::string path;
    std::string content;          ///< Written first, then `bytes` that are only counted.
    std::int64_t bytes = 0;
    bool append = false;          ///< Else the file is replaced.
    Duration every{};             ///< Interval only.
    bool lock = false;            ///< A lock file: made anew, and removed when the program ends by itself.
    std::string failure;          ///< What is said when it can't be written, "{reason}" being errno's sentence; empty: the path and that.
    std::string open_failure;     ///< The same when it can't be opened; empty: `failure`.
    std::string remove_failure;   ///< A lock only: when an old one can't be removed; empty: that is left to the opening.
};

struct MemoryUse {
    std::int64_t base_bytes = 32LL << 20;        ///< Once it is ready.
    std::int64_t start_bytes = 0;                ///< While it starts; 0: rises with the start to base.
    std::int64_t per_request_bytes = 0;          ///< While a request is being answered.
    std::int64_t growth_bytes_per_second = 0;    ///< A leak, from ready on.
};

struct CpuUse {
    std::int64_t idle_millicores = 1;
    std::int64_t busy_millicores = 1000;  ///< While starting up or answering.
};

enum class SignalAction : std::uint8_t {
    Exit,    ///< Stops listening, then exits with `exit_status` after `takes`.
    Ignore,  ///< Nothing happens.
    Reload,  ///< Logs and goes on.
};

struct SignalRule {
    int signal = 0;  ///< Linux number.
    SignalAction action = SignalAction::Exit;
    int exit_status = 0;
    Duration takes{};
    bool standard_error = false;  ///< Where its lines go.
    std::vector<std::string> log;
};

enum class LogMoment : std::uint8_t { Start, Ready, Request };

struct LogRule {
    LogMoment when = LogMoment::Start;
    bool standard_error = false;
    bool by_script = false;  ///< The image's entrypoint script says it, not the server.
    Duration after{};  ///< Start: since the process began; Ready: since it is ready.
    std::string text;
};

/// An answer to HTTP requests. The first route that fits wins; with none the answer is 404.
struct Route {
    std::string method;  ///< Empty: any.
    std::string path;    ///< Exact, or a prefix when it ends in '*'.
    int status = 200;
    std::string content_type = "text/html";
    std::string body;
    std::string file;        ///< Instead of a body: the content of this file as it is when asked.
    std::string root;        ///< Instead of both: the files below this folder; the next route answers for what is not there.
    std::string moved;       ///< With a root, the page for a folder that is asked for without its slash.
    std::string forbidden;   ///< With a root, the page for a folder without index.html; empty: as for what is not there.
    std::string needs;       ///< The name of a Requirement this route does not work without.
    Duration takes{};        ///< 0: the profile's request time.
};

/// TodoWeb: where it keeps its items.
struct TodoStore {
    std::string requirement;  ///< The Requirement that is its database.
    std::string title;        ///< Of its page.
};

/// What a model server offers.
struct ModelRule {
    std::string name;              ///< "llama3.2:1b".
    std::int64_t size_bytes = 0;   ///< Downloaded by a pull into `data_path`.
    std::int64_t memory_bytes = 0;  ///< While it is loaded.
    std::int64_t milli_tokens_per_second = 10'000;
};

/// A file that the image brings along (and a fresh volume mounted over it gets).
struct ImageFile {
    std::string path;
    std::string content;
    std::int64_t bytes = 0;  ///< Further bytes that are only counted.
    bool directory = false;
};

/// How one image behaves.
struct BehaviourProfile {
    std::string name;  ///< Of the image in the catalogue: "nginx", "ghcr.io/open-webui/open-webui".
    ServiceKind kind = ServiceKind::Http;
    DatabaseEngine engine = DatabaseEngine::None;
    std::string summary;  ///< One sentence for people: what it simulates.

    // What runs.
    std::vector<std::string> entrypoint_scripts;  ///< Programs that pass on to the command after them.
    std::vector<std::string> servers;             ///< Commands that are the server: "nginx", "ollama serve".
    std::vector<std::string> interpreters;        ///< Alone they read standard input; with a script they serve.
    bool stands_in = false;  ///< Its servers are programs that people bring along, which Podium can't know.
    std::vector<CommandAnswer> answers;
    std::vector<BackgroundRule> background;
    std::vector<std::string> client_options;  ///< With one of these first, the server's program serves nothing: nginx -t.
    RootRefusal root_refusal;
    EntrypointScript script;
    std::vector<std::string> arguments;           ///< Arguments of the server that are simulated, beside those of `ports`.
    std::vector<ImageAccount> accounts;
    bool unknown_commands_serve = false;          ///< Default profile: a command that is no known program is the server.
    std::vector<std::string> programs;            ///< What can be run in the container, sorted.
    std::vector<ImageFile> files;

    // Starting.
    Duration start_up = seconds(1);  ///< From its first step until it is ready, all else being there.
    std::optional<Initialisation> initialisation;
    VariableFiles variable_files;
    std::vector<RequiredVariables> required_variables;
    OldDataRefusal old_data;
    std::vector<Requirement> requirements;
    std::vector<ListenPort> ports;
    bool listens_on_exposed_ports = false;  ///< Default profile: `ports` are the container's exposed ones.

    // Running.
    std::vector<WriteRule> writes;
    MemoryUse memory;
    CpuUse cpu;
    std::vector<LogRule> log;
    std::vector<Route> routes;
    Duration request_takes = milliseconds(2);
    std::string data_path;  ///< Database, ModelServer: where it keeps what it must not lose.
    std::string data_variable;  ///< The variable that says another place ("PGDATA"); empty: none does.
    TodoStore todo;
    std::vector<ModelRule> models;
    std::vector<std::string> headers;  ///< Lines of its HTTP answers' heads; one with a name that nothing is known of is left out.
    std::optional<WorkerRule> workers;

    // Ending.
    std::vector<SignalRule> signals;  ///< A signal without a rule has the kernel's effect (none for PID 1).
    int run_exit_status = 0;          ///< Greeting.

    [[nodiscard]] const SignalRule* signal_rule(int signal) const;
    [[nodiscard]] bool has_program(std::string_view program) const;
    [[nodiscard]] const Requirement* requirement(std::string_view requirement_name) const;
};

/// What a container's PID 1 turns out to be.
struct MainProgram {
    enum class Kind : std::uint8_t {
        Service,      ///< The image's server: acted out from the profile.
        Interpreter,  ///< An interpreter without a script: ends at once with 0 unless it has input.
        Command,      ///< `argv` is an ordinary command, run as it is.
    };
    Kind kind = Kind::Command;
    std::vector<std::string> argv;  ///< Without the entrypoint scripts that passed it on.
};

/// Reads a container's argv (entrypoint and command as run) the way the image's scripts would:
/// "docker-entrypoint.sh postgres -c x=1" is the server, "docker-entrypoint.sh sh -c …" is a command.
MainProgram main_program(const BehaviourProfile& profile, const std::vector<std::string>& argv);

/// Whether a program of the image, by its name alone, is its server or passes on to it: an entrypoint script, an interpreter.
bool may_serve(const BehaviourProfile& profile, std::string_view program);
/// Whether a command line that something in a container runs is the image's server. A command that only a container's
/// own command line is taken for the server by (that of an unknown image) is not.
bool runs_server(const BehaviourProfile& profile, const std::vector<std::string>& argv);
/// Whether a command line begins with one of the image's entrypoint scripts.
bool begins_with_script(const BehaviourProfile& profile, const std::vector<std::string>& argv);
/// The rule by which a server's command line (without the scripts) goes into the background; null when it stays.
const BackgroundRule* background_rule(const BehaviourProfile& profile, const std::vector<std::string>& argv);

/// The answer to a command line of the image's programs that only says something; null when it is none.
const CommandAnswer* answer_to(const BehaviourProfile& profile, const std::vector<std::string>& argv);
/// Whether there is an answer to some command line of this program.
bool has_answers(const BehaviourProfile& profile, std::string_view program);

/// The arguments of a server's command line (without the scripts) that are not simulated: each with its values as one
/// text. Those of the image's own command are.
std::vector<std::string> unsimulated_arguments(const BehaviourProfile& profile,
                                               const std::vector<std::string>& image_command,
                                               const std::vector<std::string>& argv);

/// The address a requirement means in an environment ("NAME=value" each); nothing when none is needed.
std::optional<Address> requirement_address(const Requirement& requirement, std::span<const std::string> environment);

/// As whom a server logs in at a requirement's address; null where it says nothing of that.
std::shared_ptr<const Login> requirement_login(const Requirement& requirement,
                                               const Address& address,
                                               std::span<const std::string> environment);

/// Reads "http://host:1/x", "postgres://user:pass@host/db", "host:1" or "host"; nothing when there is
/// no host in it.
std::optional<Address> parse_address(std::string_view text, std::uint16_t default_port);

/// The port a rule means in an environment and for a command line; 0 when an argument says that there is none.
std::uint16_t listen_port(const ListenPort& rule,
                          std::span<const std::string> environment,
                          std::span<const std::string> argv = {});

/// What {version}, {series} (its first two numbers) and {major} mean for a release.
std::map<std::string, std::string, std::less<>> release_values(const std::string& release);

/// What a file says in an image of this release.
std::string file_content(const ImageFile& file, const std::string& release);

/// The value of a variable in an environment of "NAME=value", the last one winning.
std::optional<std::string> find_variable(std::span<const std::string> environment, std::string_view name);

/// Fills "{name}" for each name in `values`; others stay as they are.
std::string fill_template(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);

/// One build of an image in the catalogue: the tags that mean it and its layers.
struct ImageVersion {
    std::vector<std::string> tags;
    ImagePointer image;
    std::vector<std::string> environment;  ///< The image's, with its placeholders ("NODE_VERSION={version}").
    std::shared_ptr<const BehaviourProfile> profile;  ///< When it has programs or accounts of its own; else null.
    std::vector<std::string> own_tags;  ///< Tags that are known to mean the release of its image, not a later one.
};

/// The profile with its data elsewhere: data_path, and what is written and looked for below it.
BehaviourProfile with_data_path(const BehaviourProfile& profile, const std::string& path);

/// One repository of the catalogue.
struct CatalogueEntry {
    ImageReference repository;  ///< No tag.
    std::vector<ImageVersion> versions;  ///< The first is what "latest" and any other number mean.
    std::string newest;  ///< "1.29": a numbered tag up to this exists; empty: only the tags listed.
    std::vector<std::string> variants;  ///< "slim-bookworm": what a tag may be, or end in, without their numbers.
    std::vector<std::string> releases;  ///< "17.6", "16.10": the last one of each series; the first is what "latest" means.
    std::shared_ptr<const BehaviourProfile> profile;
};

struct Catalogue {
    std::map<std::string, CatalogueEntry, std::less<>> entries;  ///< By full name: "docker.io/library/nginx".
    std::shared_ptr<const BehaviourProfile> default_profile;
    ImagePointer default_image;        ///< Layers and configuration of an image that is not here.
    std::vector<std::string> missing;  ///< Full names no registry has: pulls of them are refused.

    /// The entry of a reference's repository; null when it is not in the catalogue.
    [[nodiscard]] const CatalogueEntry* find(const ImageReference& reference) const;
    /// The image a tag or digest means; null when the repository or the tag does not exist.
    [[nodiscard]] ImagePointer image(const ImageReference& reference) const;
    /// An image for a reference that is not in the catalogue: the default profile's configuration.
    [[nodiscard]] ImagePointer unknown_image(const ImageReference& reference) const;
    /// The release a tag means: "16-alpine" is "16.10", "latest" the newest one; empty when the entry lists none.
    [[nodiscard]] static std::string release(const CatalogueEntry& entry, std::string_view tag);
    /// The profile of an image, the default one for an unknown image.
    [[nodiscard]] const BehaviourProfile& profile(const Image& image) const;
    [[nodiscard]] bool is_missing(const ImageReference& reference) const;
    /// The familiar names of all entries, sorted.
    [[nodiscard]] std::vector<std::string> names() const;
};

/// Reads a catalogue from YAML (the format is described at the top of scenarios/images.yaml). Errors
/// name file, line and column.
Result<Catalogue> parse_catalogue(std::string_view text, const std::string& filename);

}  // namespace podium::model
