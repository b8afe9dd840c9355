#include "sim/programs/net/database_login.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conninfo.hpp"
#include "sim/programs/net/mysql_errors.hpp"

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

// As libpq reads a port (pqParseIntParam, PQconnectPoll): nothing given, or nothing in it, is the usual one.
Result<std::uint16_t> port_of(const std::string& text) {
    if (text.empty()) return kPostgresPort;
    std::int64_t number = 0;
    if (!parse_integer(trim(text), number))
        return Error{fmt::format("invalid integer value \"{}\" for connection option \"port\"", text), {}, {}};
    if (number < 1 || number > 65'535) return Error{fmt::format("invalid port number: \"{}\"", text), {}, {}};
    return static_cast<std::uint16_t>(number);
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
    ConnectionOptions said = options_of_variables(
        [&context](std::string_view name) { return context.environment(name); });
    if (const auto host = options.value('h')) said["host"] = *host;
    if (const auto port = options.value('p')) said["port"] = *port;
    // Of what stands without an option the first is the database, where -d does not say it, and the
    // next the user.
    std::size_t at = 0;
    std::optional<std::string> database = options.value('d');
    if (!database && at < arguments.size()) database = arguments[at++];
    // What the text in the database's place says counts more than options do.
    if (const auto user = options.value('U'))
        said["user"] = *user;
    else if (at < arguments.size())
        said["user"] = arguments[at];
    Result<void> read;
    if (database && is_connection_string(*database))
        read = read_connection_string(*database, said);
    else if (database && !database->empty())
        said["dbname"] = *database;
    if (read) read = check_connection_options(said);
    const auto port = port_of(said["port"]);
    if (!read)
        out.mistake = read.error().message;
    else if (!port)
        out.mistake = port.error().message;
    else
        out.port = *port;
    out.host = said["hostaddr"].empty() ? said["host"] : said["hostaddr"];
    out.user = said["user"].empty() ? own_account(context) : said["user"];
    out.database = said["dbname"].empty() ? out.user : said["dbname"];
    if (!said["password"].empty()) out.password = said["password"];
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
    return fmt::format("ERROR {} ({}): {}", failure.code, mysql_state(failure.code), failure.text);
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
