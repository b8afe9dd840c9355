#pragma once

// How the clients of PostgreSQL, MySQL and MariaDB say where and as whom they connect, and what
// they say when that fails: psql, pg_isready, mysql, mariadb, mysqladmin and mariadb-admin. Plain
// data.
//
// Sources: postgres src/interfaces/libpq/fe-connect.c (defaults, emitHostIdentityInfo,
// connectFailureMessage; connection strings are in conninfo.hpp), src/common/sprompt.c; mysql
// sql-common/client.cc (read_user_name, MYSQL_PWD; localhost is the socket), libmysql/errmsg.cc,
// client/mysql.cc, client/mysqladmin.cc; mariadb-connector-c libmariadb/ma_errmsg.c.

#include <optional>
#include <string>

#include "sim/model/behaviour.hpp"
#include "sim/model/exchange.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/options.hpp"

namespace podium::programs::net {

/// Where and as whom a client connects.
struct Connection {
    std::string host;    ///< Empty: the server's socket.
    std::string socket;  ///< The socket's path; PostgreSQL's folder of it.
    std::uint16_t port = 0;
    std::string user;
    std::optional<std::string> password;
    std::string database;
    bool password_first = false;  ///< It asks for a password before it connects.
    bool never_asks = false;
    std::string mistake;   ///< Why it can't even try, a line; empty: it can.
    bool mariadb = false;  ///< It speaks as MariaDB's client.
    bool warns = false;    ///< MySQL's, of a password on the command line.
};

/// Reads options -h, -p, -U, -d, -w and -W as psql has them, the first two `arguments`, and PGHOST
/// and the like.
Connection postgres_connection(model::ProcessContext& context,
                               const Options& options,
                               const std::vector<std::string>& arguments);
/// Reads -h, -P, -u, -D, --password, --protocol and -S (socket), the first of `arguments`, and
/// MYSQL_PWD. `words`: the command line, for -p.
Connection mysql_connection(model::ProcessContext& context,
                            const Options& options,
                            const std::vector<std::string>& arguments,
                            const std::vector<std::string>& words);
/// The words without -p and --password, whose value stands in the same word only.
std::vector<std::string> without_password(const std::vector<std::string>& words);

/// An exchange with the login; its method is kLogIn.
model::ExchangeSpec login_spec(const Connection& connection);
/// What psql says when it does not get in, without "psql: error: ".
std::string postgres_failure(const Connection& connection,
                             Talk talk,
                             const Conversation& conversation);
/// The same of mysql: "ERROR 1045 (28000): …" without its newline.
std::string mysql_failure(const Connection& connection,
                          Talk talk,
                          const Conversation& conversation);
/// The part of that after the colon.
std::string mysql_reason(const Connection& connection, Talk talk, const Conversation& conversation);

/// A password that is typed, or the first line of standard input where that is no terminal.
class PasswordPrompt {
  public:
    /// Asks, once; nothing while the line is not complete.
    std::optional<std::string> read(model::ProcessContext& context, const std::string& question);

  private:
    bool asked_ = false;
    std::string line_;
};

}  // namespace podium::programs::net
