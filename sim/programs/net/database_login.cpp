#include "sim/programs/net/database_login.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;

constexpr std::string_view kPostgresFolder = "/var/run/postgresql";
constexpr std::array<std::string_view, 2> kMysqlSockets{"/var/run/mysqld/mysqld.sock",
                                                        "/run/mysqld/mysqld.sock"};
constexpr std::size_t kMostPassword = 1024;

// The account a client runs as.
std::string own_account(ProcessContext& context) {
    const model::Credentials who = model::credentials_of(context.world(), context.id());
    return model::user_name(context.world(), context.row().host, context.row().container, who.user)
        .value_or(who.user == 0 ? "root" : "");
}

// Whether the client is MariaDB's: what `mysql` is in an image that has `mariadb`.
bool is_mariadb_client(ProcessContext& context, const std::string& program) {
    if (program.starts_with("mariadb")) return true;
    if (!context.row().container) return false;
    const model::ImagePointer& image = context.world().detail(context.row().container).image;
    return image != nullptr && context.world().catalogue->profile(*image).has_program("mariadb");
}

std::string variable(ProcessContext& context, std::string_view name, const std::string& otherwise) {
    std::string value = context.environment(name);
    return value.empty() ? otherwise : value;
}

// Keywords of libpq (fe-connect.c, PQconninfoOptions) that change nothing where there is one server, that answers at once
// and has no TLS and no GSS.
constexpr std::array<std::string_view, 18> kIdleKeywords{
    "application_name", "channel_binding", "client_encoding",     "connect_timeout",    "fallback_application_name",
    "gssencmode",       "keepalives",      "keepalives_count",    "keepalives_idle",    "keepalives_interval",
    "krbsrvname",       "passfile",        "sslcert",             "sslcompression",     "sslkey",
    "sslrootcert",      "sslsni",          "target_session_attrs"};

// allow and prefer go on without TLS where a server has none.
void check_sslmode(Connection& to, const std::string& mode) {
    if (mode == "disable" || mode == "allow" || mode == "prefer") return;
    const bool known = mode == "require" || mode == "verify-ca" || mode == "verify-full";
    to.mistake = known ? fmt::format("Podium models no TLS, so no server has what sslmode={} wants (disable, allow and prefer go on without)", mode)
                       : fmt::format("invalid sslmode value: \"{}\"", mode);
}

void set_postgres_value(Connection& to,
                        std::string& port,
                        const std::string& name,
                        const std::string& value) {
    if (name == "host" || name == "hostaddr")
        to.host = value;
    else if (name == "port")
        port = value;
    else if (name == "user")
        to.user = value;
    else if (name == "password")
        to.password = value;
    else if (name == "dbname")
        to.database = value;
    else if (name == "sslmode")
        check_sslmode(to, value);
    else if (std::find(kIdleKeywords.begin(), kIdleKeywords.end(), name) == kIdleKeywords.end())
        to.mistake = fmt::format("invalid connection option \"{}\"", name);
}

// "postgresql://user:password@host:port/database", or "host=x user=y": what stands in the place of
// a database's name.
void read_connection_text(const std::string& text, Connection& to, std::string& port) {
    if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        const std::size_t question = text.find('?');
        std::string before = text.substr(0, question);
        // Without a host it is the socket; parse_address wants one.
        const std::size_t start = before.find("//") + 2;
        const std::size_t host = std::max(start, before.find('@', start) == std::string::npos ? start : before.rfind('@') + 1);
        const bool nowhere = host == before.size() || before[host] == '/';
        if (nowhere) before.insert(host, "localhost");
        const auto address = model::parse_address(before, 0);
        if (!address) {
            to.mistake = fmt::format("could not parse connection URI \"{}\"", text);
            return;
        }
        to.host = nowhere ? std::string() : address->host;
        if (address->port != 0) port = fmt::format("{}", address->port);
        if (!address->user.empty()) to.user = address->user;
        if (address->password) to.password = address->password;
        if (address->path.size() > 1) to.database = address->path.substr(1);
        if (question == std::string::npos) return;
        for (const std::string& part : split(text.substr(question + 1), '&')) {
            const auto equals = part.find('=');
            if (equals == std::string::npos) {
                to.mistake = fmt::format("missing key/value separator \"=\" in URI query parameter: \"{}\"", part);
                return;
            }
            set_postgres_value(to, port, part.substr(0, equals), part.substr(equals + 1));
        }
        return;
    }
    for (const std::string& part : split(text, ' ')) {
        const auto equals = part.find('=');
        if (equals == std::string::npos) continue;
        std::string value = part.substr(equals + 1);
        std::erase(value, '\'');
        set_postgres_value(to, port, part.substr(0, equals), value);
    }
}

bool is_connection_text(const std::string& text) {
    return text.find('=') != std::string::npos || text.starts_with("postgres://") ||
           text.starts_with("postgresql://");
}

// errno of a TCP connection that did not come about.
int number_of(Talk talk) {
    switch (talk) {
        case Talk::NoNetwork:
            return 101;
        case Talk::NoRoute:
            return 113;
        case Talk::ConnectTimeout:
        case Talk::Timeout:
            return 110;
        case Talk::Reset:
            return 104;
        case Talk::Pending:
        case Talk::Answered:
        case Talk::NoSuchHost:
        case Talk::Refused:
            return 111;
    }
    return 111;
}

std::string_view sentence_of(Talk talk) {
    switch (talk) {
        case Talk::NoNetwork:
            return "Network is unreachable";
        case Talk::NoRoute:
            return "No route to host";
        case Talk::ConnectTimeout:
            return "Connection timed out";
        case Talk::Timeout:
        case Talk::Reset:
        case Talk::Pending:
        case Talk::Answered:
        case Talk::NoSuchHost:
        case Talk::Refused:
            return "Connection refused";
    }
    return "Connection refused";
}

std::string_view state_of(int code) {
    switch (code) {
        case 1044:
        case 1049:
            return "42000";
        case 1045:
            return "28000";
        case 1046:
            return "3D000";
        default:
            return "HY000";
    }
}

// --- what fails before the server has answered, of MySQL's clients and MariaDB's ---

struct Failure {
    int code = 0;
    std::string text;
};

Failure mysql_connecting(const Connection& connection, Talk talk) {
    const std::string_view server = connection.mariadb ? "server" : "MySQL server";
    if (connection.host.empty()) {
        // Whoever could take the connection is gone, or there was nobody.
        return {
            2002,
            fmt::format(
                "Can't connect to local {} through socket '{}' (2)", server, connection.socket)};
    }
    if (talk == Talk::NoSuchHost)
        return {2005, fmt::format("Unknown {} host '{}' (-2)", server, connection.host)};
    if (talk == Talk::Reset || talk == Talk::Timeout)
        return {2013,
                fmt::format("Lost connection to {} at '{}', system error: {}",
                            server,
                            connection.mariadb ? "handshake: reading initial communication packet"
                                               : "reading initial communication packet",
                            talk == Talk::Timeout ? 110 : 0)};
    // MariaDB's connects without waiting, and says that of a connection that was refused meanwhile,
    // too (EINPROGRESS).
    if (connection.mariadb)
        return {2002,
                fmt::format("Can't connect to server on '{}' ({})",
                            connection.host,
                            talk == Talk::Refused ? 115 : number_of(talk))};
    return {2003,
            fmt::format("Can't connect to MySQL server on '{}:{}' ({})",
                        connection.host,
                        connection.port,
                        number_of(talk))};
}

Failure mysql_failed(const Connection& connection, Talk talk, const Conversation& conversation) {
    if (talk == Talk::Answered) return {conversation.code, conversation.body};
    return mysql_connecting(connection, talk);
}

}  // namespace

Connection postgres_connection(ProcessContext& context,
                               const Options& options,
                               const std::vector<std::string>& arguments) {
    Connection out;
    out.host = variable(context, "PGHOST", "");
    out.user = variable(context, "PGUSER", "");
    out.database = variable(context, "PGDATABASE", "");
    if (const std::string password = context.environment("PGPASSWORD"); !password.empty())
        out.password = password;
    std::string port = variable(context, "PGPORT", fmt::format("{}", kPostgresPort));
    if (const std::string mode = context.environment("PGSSLMODE"); !mode.empty())
        check_sslmode(out, mode);
    out.host = options.value('h').value_or(out.host);
    port = options.value('p').value_or(port);
    // Of what stands without an option the first is the database, where -d does not say it, and the
    // next the user.
    std::size_t at = 0;
    std::optional<std::string> database = options.value('d');
    if (!database && at < arguments.size()) database = arguments[at++];
    // What the text in the database's place says counts more than options do.
    if (const auto user = options.value('U'))
        out.user = *user;
    else if (at < arguments.size())
        out.user = arguments[at];
    if (database && is_connection_text(*database))
        read_connection_text(*database, out, port);
    else if (database && !database->empty())
        out.database = *database;
    if (out.user.empty()) out.user = own_account(context);
    if (out.database.empty()) out.database = out.user;
    std::int64_t number = 0;
    if (!parse_integer(port, number) || number < 1 || number > 65'535)
        out.mistake = fmt::format("invalid port number: \"{}\"", port);
    out.port = static_cast<std::uint16_t>(number);
    out.socket = kPostgresFolder;
    if (out.host.starts_with('/')) out.socket = std::exchange(out.host, std::string());
    out.password_first = options.has('W');
    out.never_asks = options.has('w');
    return out;
}

std::vector<std::string> without_password(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const std::string& word : words) {
        const bool password = word == "--password" || word.starts_with("--password=") ||
                              (word.starts_with("-p") && !word.starts_with("--"));
        if (out.empty() || !password) out.push_back(word);
    }
    return out;
}

Connection mysql_connection(ProcessContext& context,
                            const Options& options,
                            const std::vector<std::string>& arguments,
                            const std::vector<std::string>& words) {
    Connection out;
    const std::string program = words.front().substr(words.front().rfind('/') + 1);
    out.mariadb = is_mariadb_client(context, program);
    out.host = options.value('h').value_or("localhost");
    out.user = options.value('u').value_or(own_account(context));
    out.database = options.value('D').value_or("");
    if (out.database.empty() && !arguments.empty()) out.database = arguments.front();
    if (const std::string password = context.environment("MYSQL_PWD"); !password.empty())
        out.password = password;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        const bool letter = word.starts_with("-p") && !word.starts_with("--");
        if (!letter && word != "--password" && !word.starts_with("--password=")) continue;
        out.password_first = word == "-p" || word == "--password";
        if (out.password_first) continue;
        out.password = letter ? word.substr(2) : word.substr(word.find('=') + 1);
        out.warns = !out.mariadb && !out.password->empty();
    }
    std::int64_t number = kMysqlPort;
    const auto port = options.value('P');
    if (port && (!parse_integer(*port, number) || number < 1 || number > 65'535))
        out.mistake =
            fmt::format("{}: Podium models ports from 1 to 65535 only, not '{}'", program, *port);
    out.port = static_cast<std::uint16_t>(number);
    out.socket = options.value('S').value_or(std::string(kMysqlSockets[out.mariadb ? 1 : 0]));
    const std::string protocol = lower(options.value("protocol").value_or(""));
    // MariaDB's client since 10.6.1 takes a port on the command line for a wish for TCP; MySQL's
    // leaves it unread.
    const bool tcp =
        protocol == "tcp" || (protocol.empty() && out.mariadb && port && !options.value('S'));
    if (protocol == "socket" || (out.host == "localhost" && !tcp)) out.host.clear();
    return out;
}

model::ExchangeSpec login_spec(const Connection& connection) {
    model::ExchangeSpec spec;
    const bool socket = connection.host.empty();
    spec.host = socket ? "localhost" : connection.host;
    spec.port = connection.port;
    if (socket) {
        spec.protocol = model::kUnixSocket;
        const bool postgres = !connection.socket.ends_with(".sock");
        // A path where no server of the image has its socket leads to none.
        const bool known =
            postgres
                ? connection.socket == kPostgresFolder || connection.socket == "/run/postgresql"
                : std::find(kMysqlSockets.begin(), kMysqlSockets.end(), connection.socket) !=
                      kMysqlSockets.end();
        if (!postgres) spec.port = kMysqlPort;
        if (!known) spec.port = 0;
    }
    spec.method = model::kLogIn;
    model::Login login;
    login.user = connection.user;
    login.password = connection.password;
    login.database = connection.database;
    spec.login = std::make_shared<const model::Login>(std::move(login));
    return spec;
}

std::string postgres_failure(const Connection& connection,
                             Talk talk,
                             const Conversation& conversation) {
    if (talk == Talk::NoSuchHost)
        return fmt::format(
            "could not translate host name \"{}\" to address: Name or service not known",
            connection.host);
    const bool socket = connection.host.empty();
    const std::string& address = conversation.address;
    const std::string shown =
        address.empty() || address == connection.host ? "" : fmt::format(" ({})", address);
    std::string out =
        socket ? fmt::format("connection to server on socket \"{}/.s.PGSQL.{}\" failed: ",
                             connection.socket,
                             connection.port)
               : fmt::format("connection to server at \"{}\"{}, port {} failed: ",
                             connection.host,
                             shown,
                             connection.port);
    if (talk == Talk::Answered) return out + conversation.body;
    if (talk == Talk::Reset || talk == Talk::Timeout)
        return out +
               "server closed the connection unexpectedly\n\tThis probably means the server "
               "terminated abnormally\n\tbefore or while processing the request.";
    if (socket)
        return out +
               "No such file or directory\n\tIs the server running locally and accepting "
               "connections on that socket?";
    return out +
           fmt::format("{}\n\tIs the server running on that host and accepting TCP/IP connections?",
                       sentence_of(talk));
}

std::string mysql_reason(const Connection& connection,
                         Talk talk,
                         const Conversation& conversation) {
    return mysql_failed(connection, talk, conversation).text;
}

std::string mysql_failure(const Connection& connection,
                          Talk talk,
                          const Conversation& conversation) {
    const Failure failure = mysql_failed(connection, talk, conversation);
    return fmt::format("ERROR {} ({}): {}", failure.code, state_of(failure.code), failure.text);
}

std::optional<std::string> PasswordPrompt::read(ProcessContext& context,
                                                const std::string& question) {
    if (!std::exchange(asked_, true)) print_error(context, question);
    // One by one: what comes after the line is for the client.
    while (line_.size() < kMostPassword) {
        const shell::ReadResult part = context.read(0, 1);
        if (part.kind == shell::ReadResult::Kind::WouldBlock) return std::nullopt;
        if (part.kind != shell::ReadResult::Kind::Data || part.data == "\n") break;
        line_ += part.data;
    }
    return line_;
}

}  // namespace podium::programs::net
