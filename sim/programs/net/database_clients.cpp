// The clients that health checks ask their own servers with: pg_isready, mysqladmin, MariaDB's
// healthcheck.sh, mongosh, rabbitmqctl and rabbitmq-diagnostics, and traefik healthcheck. They ask
// whether the server is there; pg_isready and mysqladmin say who they are when they do
// (database_login.hpp), and are content with a server that does not let them in.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/database_login.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

/// What a client asks, and what it says to each outcome.
struct Plan {
    std::string host = "localhost";
    std::uint16_t port = 0;
    std::string path;                      ///< What is got over HTTP; empty: a connection is enough.
    Duration patience = seconds(10);
    Duration start_up = milliseconds(20);  ///< The client's own, until it asks.
    std::string there;                     ///< Printed when the server is there.
    std::string refused;                   ///< Printed when nobody listens; {reason} is filled in.
    std::string unresolved;                ///< Printed when the name is not known.
    bool failure_on_output = false;        ///< The sentence of a failure goes to standard output.
    int refused_status = 1;
    std::string refusal;                   ///< Printed instead of asking.
    int refusal_status = 1;
    enum class LogsIn : std::uint8_t { No, Postgres, Mysql } logs_in = LogsIn::No;
    Options options;  ///< Of one that logs in,
    Arguments words;  ///< and its command line.
    int silent = 0;  ///< How often it is told to be so.
    bool reads_question = false;           ///< What it asks comes from standard input (mongosh without --eval).
};

Plan refuse(std::string sentence, int status) {
    Plan plan;
    plan.refusal = std::move(sentence) + "\n";
    plan.refusal_status = status;
    return plan;
}

std::string mistake_text(std::string_view program, const OptionMistake& mistake) {
    if (mistake.kind == OptionMistake::Kind::NoValue) return fmt::format("{}: option {} requires an argument", program, mistake.given);
    return fmt::format("{}: Podium does not model the option {} of {}", program, mistake.given, program);
}

Plan plan_pg_isready(const Arguments& argv, const Arguments&) {
    static constexpr OptionRule kRules[] = {{'h', "host", true}, {'p', "port", true}, {'U', "username", true}, {'d', "dbname", true}, {'q', "quiet"}, {'t', "timeout", true}};
    const Options options = parse_options(argv, kRules);
    if (options.mistake) return refuse(mistake_text("pg_isready", *options.mistake), 3);
    Plan plan;
    plan.logs_in = Plan::LogsIn::Postgres;
    plan.options = options;
    plan.silent = options.has('q') ? 1 : 0;
    std::int64_t time = 3;
    if (const auto text = options.value('t')) parse_integer(*text, time);
    plan.patience = time > 0 ? seconds(time) : kForEver;
    return plan;
}

Plan plan_mysqladmin(const Arguments& argv, const Arguments&) {
    static constexpr OptionRule kRules[] = {{'h', "host", true},
                                            {'P', "port", true},
                                            {'u', "user", true},
                                            {'S', "socket", true},
                                            {'s', "silent"},
                                            {0, "connect-timeout", true},
                                            {0, "protocol", true}};
    const Options options = parse_options(without_password(argv), kRules);
    const std::string& name = argv.front();
    if (options.mistake) return refuse(mistake_text(name, *options.mistake), 1);
    if (options.arguments.empty() || options.arguments.front() != "ping") return refuse(fmt::format("{}: Podium models 'ping' only", name), 1);
    Plan plan;
    plan.logs_in = Plan::LogsIn::Mysql;
    plan.options = options;
    plan.words = argv;
    plan.silent = static_cast<int>(
        std::count_if(options.options.begin(), options.options.end(), [](const Option& option) { return option.is('s'); }));
    return plan;
}

// The script's tests (mariadb-docker healthcheck.sh): each asks the server over TCP or with a statement.
Plan plan_healthcheck(const Arguments& argv, const Arguments&) {
    static constexpr std::array<std::string_view, 4> kTests{"connect", "innodb_initialized", "innodb_buffer_pool_loaded", "mariadbupgrade"};
    static constexpr std::array<std::string_view, 3> kWithValue{"--su", "--datadir", "--defaults-file"};
    if (argv.size() < 2) return refuse("At least one argument required", 1);
    Plan plan;
    plan.port = 3306;
    std::string first;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        const std::string& word = argv[i];
        if (!word.starts_with("--")) return refuse(fmt::format("Unknown healthcheck option {}", word), 1);
        if (std::find(kWithValue.begin(), kWithValue.end(), word) != kWithValue.end()) ++i;
        const bool prepares = word.starts_with("--su") || word.starts_with("--datadir") || word.starts_with("--defaults") || word == "--no-defaults";
        if (prepares) continue;
        const std::string test = word.substr(2);
        if (test.starts_with("replication") || test == "galera_online") return refuse(fmt::format("healthcheck.sh: Podium models no replication, so not {}", word), 1);
        if (std::find(kTests.begin(), kTests.end(), test) == kTests.end()) return refuse(fmt::format("healthcheck unknown option or test '{}'", test), 1);
        if (first.empty()) first = test;
    }
    plan.refused = first.empty() ? "" : fmt::format("healthcheck {} failed\n", first);
    if (first.empty()) plan.refused_status = 0;
    return plan;
}

bool is_ping(std::string question) {
    std::erase_if(question, [](char c) { return c == ' ' || c == '"' || c == '\'' || c == '\n' || c == ';'; });
    static constexpr std::array<std::string_view, 7> kPings{"adminCommand(ping)", "runCommand(ping)", "{ping:1}", "db.hello()", "db.isMaster()", "db.stats()", "db.version()"};
    return std::any_of(kPings.begin(), kPings.end(), [&question](std::string_view ping) { return question.find(ping) != std::string::npos; });
}

Plan refuse_mongosh() { return refuse("mongosh: Podium models --eval \"db.adminCommand('ping')\" and the like only", 1); }

Plan plan_mongosh(const Arguments& argv, const Arguments&) {
    static constexpr OptionRule kRules[] = {{0, "host", true}, {0, "port", true}, {0, "eval", true}, {0, "quiet"}, {'u', "username", true}, {'p', "password", true}, {0, "authenticationDatabase", true}, {0, "norc"}};
    const Options options = parse_options(argv, kRules);
    if (options.mistake) return refuse(mistake_text("mongosh", *options.mistake), 1);
    std::string question = options.value("eval").value_or("");
    if (options.value("eval") && !is_ping(question)) return refuse_mongosh();
    while (!question.empty() && (question.back() == ' ' || question.back() == ';')) question.pop_back();
    Plan plan;
    plan.reads_question = !options.value("eval");
    plan.host = options.value("host").value_or("127.0.0.1");
    std::int64_t port = 27017;
    if (const auto text = options.value("port")) parse_integer(*text, port);
    for (const std::string& argument : options.arguments) {
        std::string address = argument.starts_with("mongodb://") ? argument.substr(10) : argument;
        address = address.substr(0, address.find('/'));
        if (argument.starts_with("mongodb://")) address.erase(0, address.rfind('@') == std::string::npos ? 0 : address.rfind('@') + 1);
        if (address.find(':') != std::string::npos) {
            parse_integer(std::string_view(address).substr(address.find(':') + 1), port);
            address.resize(address.find(':'));
        }
        if (argument.starts_with("mongodb://") || argument.find_first_of(".:") != std::string::npos) plan.host = address;
    }
    plan.port = static_cast<std::uint16_t>(port);
    plan.start_up = milliseconds(700);  // it starts a JavaScript engine first
    plan.there = question.ends_with(".ok") ? "1\n" : "{ ok: 1 }\n";
    plan.refused = fmt::format("MongoNetworkError: connect ECONNREFUSED {}:{}\n", plan.host, plan.port);
    plan.unresolved = fmt::format("MongoNetworkError: getaddrinfo ENOTFOUND {}\n", plan.host);
    return plan;
}

Plan plan_rabbitmq(const Arguments& argv, const Arguments& environment) {
    static constexpr OptionRule kRules[] = {{'q', "quiet"}, {'s', "silent"}, {'t', "timeout", true}, {'n', "node", true}};
    const Options options = parse_options(argv, kRules);
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    if (options.mistake) return refuse(mistake_text(name, *options.mistake), 64);
    const std::string verb = options.arguments.empty() ? "" : options.arguments.front();
    std::string node = "rabbit@localhost";
    for (const std::string& variable : environment) {
        if (variable.starts_with("HOSTNAME=")) node = "rabbit@" + variable.substr(9);
    }
    // rabbitmq-server deps/rabbitmq_cli, the commands' banners and outputs; of a node's status only that it has one.
    const std::pair<std::string_view, std::string> kVerbs[] = {
        {"ping", fmt::format("Will ping {}. This only checks if the OS process is running and registered with epmd. Timeout: 60000 ms.\nPing succeeded\n", node)},
        {"status", fmt::format("Status of node {} ...\n(Podium models no more of a node's status than that it runs)\n", node)},
        {"check_running", fmt::format("Checking if RabbitMQ is running on node {0} ...\nRabbitMQ on node {0} is fully booted and running\n", node)},
        {"check_local_alarms", fmt::format("Asking node {0} to report any local resource alarms ...\nNode {0} reported no local alarms\n", node)},
        {"check_port_connectivity", fmt::format("Testing TCP connections to all active listeners on node {0} using hostname resolution ...\nSuccessfully connected to ports 5672 on node {0}.\n", node)},
        {"check_virtual_hosts", fmt::format("Checking if all vhosts are running on node {0} ...\nTime-out: 60000 ms\nNode {0} reported all vhosts as running\n", node)},
        {"node_health_check", fmt::format("Timeout: 70 seconds ...\nChecking health of node {} ...\nHealth check passed\n", node)},
        {"await_startup", ""}};
    const auto known = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&verb](const auto& row) { return row.first == verb; });
    if (known == std::end(kVerbs)) return refuse(fmt::format("{}: Podium models ping, status, check_running, check_local_alarms, check_port_connectivity, check_virtual_hosts, node_health_check and await_startup only", name), 64);
    Plan plan;
    plan.port = 5672;
    plan.start_up = milliseconds(600);  // it starts an Erlang node first
    if (!options.has('q') && !options.has('s')) plan.there = known->second;
    plan.refused = fmt::format("Error: unable to perform an operation on node '{}'. Please see diagnostics information and suggestions below.\n", node);
    plan.refused_status = 69;
    return plan;
}

// traefik v3 cmd/healthcheck/healthcheck.go. It reads the server's own options; that ping is switched on may also stand in a
// file, which is taken for granted.
Plan plan_traefik(const Arguments& argv, const Arguments&) {
    if (argv.size() < 2 || argv[1] != "healthcheck") return refuse("traefik: Podium models 'healthcheck' and 'version' of its commands only", 1);
    const auto option = [&argv](const std::string& name) {
        for (const std::string& word : argv) {
            if (lower(word).starts_with("--" + name + "=")) return word.substr(name.size() + 3);
        }
        return std::string();
    };
    const std::string named = lower(option("ping.entrypoint"));
    const std::string address = option(fmt::format("entrypoints.{}.address", named.empty() ? "traefik" : named));
    std::int64_t port = 8080;
    if (const std::size_t colon = address.rfind(':'); colon != std::string::npos) parse_integer(address.substr(colon + 1), port);
    if (port < 1 || port > 65'535) port = 8080;
    Plan plan;
    plan.port = static_cast<std::uint16_t>(port);
    plan.path = "/ping";
    plan.patience = seconds(5);
    plan.there = fmt::format("OK: http://:{}/ping\n", port);
    plan.refused = fmt::format("Error calling healthcheck: Head \"http://:{0}/ping\": dial tcp :{0}: connect: connection refused\n", port);
    plan.failure_on_output = true;
    return plan;
}

class DatabaseClient final : public ClonedProgram<DatabaseClient> {
  public:
    explicit DatabaseClient(Plan plan) : plan_(std::move(plan)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!plan_.refusal.empty()) {
            print_error(context, plan_.refusal);
            return Step::exit(plan_.refusal_status);
        }
        if (plan_.reads_question) {
            const std::optional<bool> asks = read_question(context);
            if (!asks) return Step::block();
            if (!*asks) return Step::exit(plan_.refusal.empty() ? 0 : plan_.refusal_status);
        }
        if (begun_ == kNever) begun_ = context.now();
        if (context.now() < begun_ + plan_.start_up) return Step::block(begun_ + plan_.start_up);
        if (plan_.logs_in != Plan::LogsIn::No) return log_in(context);
        if (!conversation_.started()) {
            model::ExchangeSpec spec;
            spec.host = plan_.host;
            spec.port = plan_.port;
            spec.method = plan_.path.empty() ? "CONNECT" : "GET";
            spec.path = plan_.path;
            conversation_.start(context, std::move(spec), {plan_.patience, plan_.patience});
        }
        const Talk talk = conversation_.look(context);
        if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
        if (talk == Talk::Answered) {
            print(context, plan_.there);
            return Step::exit(0);
        }
        const std::string& text = talk == Talk::NoSuchHost && !plan_.unresolved.empty() ? plan_.unresolved : plan_.refused;
        if (plan_.failure_on_output) print(context, text);
        else print_error(context, text);
        return Step::exit(plan_.refused_status);
    }

  private:
    static constexpr std::size_t kMostQuestion = 1U << 16;

    [[nodiscard]] bool is_postgres() const { return plan_.logs_in == Plan::LogsIn::Postgres; }

    // Where and as whom; false: it was said why not.
    bool connect(ProcessContext& context) {
        connected_ = true;
        connection_ = is_postgres()
                          ? postgres_connection(context, plan_.options, plan_.options.arguments)
                          : mysql_connection(context, plan_.options, {}, plan_.words);
        if (connection_.mistake.empty()) {
            if (connection_.warns)
                print_error(context,
                            fmt::format("{}: [Warning] Using a password on the command line "
                                        "interface can be insecure.\n",
                                        plan_.words.front()));
            return true;
        }
        print_error(context,
                    (is_postgres() ? "pg_isready: error: " : "") + connection_.mistake + "\n");
        return false;
    }

    Step log_in(ProcessContext& context) {
        if (!connected_ && !connect(context)) return Step::exit(is_postgres() ? 3 : 1);
        if (connection_.password_first) {
            const auto typed = prompt_.read(context, "Enter password: ");
            if (!typed) return Step::block();
            connection_.password = *typed;
            connection_.password_first = false;
        }
        if (!conversation_.started())
            conversation_.start(context, login_spec(connection_), {plan_.patience, plan_.patience});
        const Talk talk = conversation_.look(context);
        if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
        return Step::exit(is_postgres() ? tell_ready(context, talk) : tell_alive(context, talk));
    }

    // pg_isready.c: whatever the server says of the login, it takes connections (PQping).
    int tell_ready(ProcessContext& context, Talk talk) {
        const bool there = talk == Talk::Answered;
        const std::string place =
            fmt::format("{}:{}",
                        connection_.host.empty() ? connection_.socket : connection_.host,
                        connection_.port);
        if (plan_.silent == 0)
            print(context, place + (there ? " - accepting connections\n" : " - no response\n"));
        return there ? 0 : 2;
    }

    // mysqladmin.cc: who is not let in has still found a server, and ping ends with 0. One --silent hides failures only; it
    // takes two not to hear that the server is alive.
    int tell_alive(ProcessContext& context, Talk talk) {
        const bool there = talk == Talk::Answered;
        if (there && let_in(conversation_.code)) {
            if (plan_.silent < 2) print(context, "mysqld is alive\n");
            return 0;
        }
        const std::string host = connection_.host.empty() ? "localhost" : connection_.host;
        if (plan_.silent == 0)
            print_error(context,
                        fmt::format("{}: connect to server at '{}' failed\nerror: '{}'\n",
                                    plan_.words.front(),
                                    host,
                                    mysql_reason(connection_, talk, conversation_)));
        if (!there && plan_.silent == 0) print_error(context, advice(host));
        return there ? 0 : 1;
    }

    [[nodiscard]] std::string advice(const std::string& host) const {
        if (connection_.host.empty())
            return fmt::format("Check that {} is running and that the socket: '{}' exists!\n",
                               connection_.mariadb ? "mariadbd" : "mysqld",
                               connection_.socket);
        return fmt::format(
            "Check that {0} is running on {1} and that the port is {2}.\nYou can check this by "
            "doing 'telnet {1} {2}'\n",
            connection_.mariadb ? "mariadbd" : "mysqld",
            host,
            connection_.port);
    }

    // What stands on standard input, to its end: nothing while it waits, false when there is nothing to ask.
    std::optional<bool> read_question(ProcessContext& context) {
        if (context.is_terminal(0)) {
            plan_.refusal = refuse_mongosh().refusal;
            print_error(context, plan_.refusal);
            return false;
        }
        for (;;) {
            const shell::ReadResult part = context.read(0, kMostQuestion);
            if (part.kind == shell::ReadResult::Kind::WouldBlock) return std::nullopt;
            if (part.kind != shell::ReadResult::Kind::Data || question_.size() > kMostQuestion) break;
            question_ += part.data;
        }
        plan_.reads_question = false;
        if (question_.find_first_not_of(" \n") == std::string::npos) return false;
        if (!is_ping(question_)) {
            plan_.refusal = refuse_mongosh().refusal;
            print_error(context, plan_.refusal);
            return false;
        }
        if (question_.find(".ok") != std::string::npos) plan_.there = "1\n";
        return true;
    }

    Plan plan_;
    std::string question_;
    Time begun_ = kNever;
    Conversation conversation_;
    bool connected_ = false;  ///< `connection_` is known.
    Connection connection_;
    PasswordPrompt prompt_;
};

ProgramPointer start(Plan plan) { return std::make_unique<DatabaseClient>(std::move(plan)); }

}  // namespace

ProgramPointer make_database_client(const Arguments& argv, const Arguments& environment) {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    if (name == "redis-cli") return make_redis_cli(argv);
    if (name == "pg_isready") return start(plan_pg_isready(argv, environment));
    if (name == "mysqladmin" || name == "mariadb-admin") return start(plan_mysqladmin(argv, environment));
    if (name == "traefik") return start(plan_traefik(argv, environment));
    if (name == "mongosh") return start(plan_mongosh(argv, environment));
    if (name == "healthcheck.sh") return start(plan_healthcheck(argv, environment));
    if (name == "rabbitmq-diagnostics" || name == "rabbitmqctl") return start(plan_rabbitmq(argv, environment));
    return make_sql_client(argv);
}

}  // namespace podium::programs::net
