#pragma once

// Whom a database lets in: PostgreSQL's roles, MySQL's and MariaDB's users, and the databases there
// are. They are written when the data are initialised, by the variables that the image's script
// reads then, and stand with the data: what the variables say later changes nothing. PostgreSQL's
// pg_hba.conf is the real one's form and may be edited; the other files (global/1260 and
// global/1262 of PostgreSQL, mysql/global_priv.MAD of MariaDB, mysql/user.ibd of MySQL) are in
// Podium's own. What is said to whom is in logins_postgres.cpp and logins_mysql.cpp. Plain data of
// the server's program.

#include <optional>
#include <string>
#include <vector>

#include "sim/model/behaviour.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

/// What a server says of a client that wants to log in.
struct Verdict {
    int code =
        0;  ///< 0: it is let in. Else one of net/conversation.hpp, or MySQL's number of the error.
    std::string text;  ///< Why not, as the client is told: "FATAL:  role "x" does not exist".
    std::vector<std::string> log;  ///< Lines that the server logs of it.
    std::string folder;  ///< Let in: where the database it wants is kept; empty: it wants none.
};

/// A line that an image's script says, and where.
struct ScriptLine {
    bool error = false;
    std::string text;
};

/// What a PostgreSQL's pg_hba.conf says on one line.
struct HostRule {
    int line = 0;
    std::string text;  ///< The line as it stands there.
    std::string type;  ///< "local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc".
    std::vector<std::string> databases;
    std::vector<std::string> users;
    std::string addresses;  ///< "all", "samehost", "127.0.0.1/32", "::1/128".
    std::string method;
};

class Logins {
  public:
    /// Why the image's script does not initialise with these variables: lines for standard error;
    /// none: it does.
    static std::vector<std::string> refusal(model::ProcessContext& context,
                                            const model::BehaviourProfile& profile);
    /// Writes users and databases as the image's script does; false when there was no room for
    /// them. `said`: what the script says.
    static bool initialise(model::ProcessContext& context,
                           const model::BehaviourProfile& profile,
                           std::vector<ScriptLine>& said);
    /// The server starts, or (`again`) reads its configuration again. False: it can't start. `log`:
    /// what it logs of it.
    bool begin(model::ProcessContext& context,
               const model::BehaviourProfile& profile,
               bool again,
               std::vector<std::string>& log);
    /// Whether the client of an exchange is let in. Requires that its spec has a login.
    Verdict judge(model::ProcessContext& context,
                  const model::BehaviourProfile& profile,
                  const model::Exchange& exchange);

  private:
    std::vector<HostRule> rules_;        // PostgreSQL
    std::uint64_t next_connection_ = 3;  // MariaDB; the first two are the server's own
};

// --- for the two of them ---

/// Where the client of an exchange connects from, as the server sees it: "localhost" over a socket
/// of the file system.
std::string peer_of(model::ProcessContext& context, const model::Exchange& exchange);
/// The first of these variables that is set and not empty, else `otherwise`.
std::string variable_of(model::ProcessContext& context,
                        std::initializer_list<std::string> names,
                        std::string_view otherwise = {});
/// The fields of each line of one of Podium's own files, tabs between them.
std::vector<std::vector<std::string>> read_table(model::ProcessContext& context,
                                                 const std::string& path);
bool write_table(model::ProcessContext& context,
                 const std::string& path,
                 const std::vector<std::vector<std::string>>& rows);
/// Writes a file with the directories above it; false when there is no room.
bool write_file_whole(model::ProcessContext& context,
                      const std::string& path,
                      const std::string& content);

bool initialise_postgres(model::ProcessContext& context,
                         const model::BehaviourProfile& profile,
                         std::vector<ScriptLine>& said);
/// Reads pg_hba.conf, `again` in a server that runs; nothing when it can't be used, and `log` says
/// why.
std::optional<std::vector<HostRule>> read_host_rules(model::ProcessContext& context,
                                                     const model::BehaviourProfile& profile,
                                                     bool again,
                                                     std::vector<std::string>& log);
Verdict judge_postgres(model::ProcessContext& context,
                       const model::BehaviourProfile& profile,
                       const std::vector<HostRule>& rules,
                       const model::Exchange& exchange);

std::vector<std::string> refusal_of_mysql(model::ProcessContext& context,
                                          const model::BehaviourProfile& profile);
bool initialise_mysql(model::ProcessContext& context,
                      const model::BehaviourProfile& profile,
                      std::vector<ScriptLine>& said);
Verdict judge_mysql(model::ProcessContext& context,
                    const model::BehaviourProfile& profile,
                    const model::Exchange& exchange,
                    std::uint64_t connection);

}  // namespace podium::programs
