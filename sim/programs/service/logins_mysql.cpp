// MySQL's and MariaDB's users and databases. Sources: docker-library/mysql docker-entrypoint.sh and
// MariaDB/mariadb-docker docker-entrypoint.sh (docker_verify_minimum_env, docker_setup_db; both
// servers run with skip-name-resolve, so that no address becomes a name); mysql
// sql/auth/sql_authentication.cc (login_failed_error, acl_authenticate), sql/auth/sql_auth_cache.cc
// (acl_check_host, ACL_compare: the more specific host first), share/messages_to_clients.txt. MySQL
// logs a denied login only with log_error_verbosity 3, which the image has not; MariaDB does with
// its log_warnings of 2.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/base64.hpp"
#include "sim/base/sha1.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/net/mysql_errors.hpp"
#include "sim/programs/service/log_text.hpp"
#include "sim/programs/service/logins.hpp"

namespace podium::programs {
namespace {

using model::BehaviourProfile;
using model::ProcessContext;

constexpr std::string_view kAnyDatabase = "*";
constexpr std::array<std::string_view, 3> kOwnDatabases{"mysql", "performance_schema", "sys"};

struct Account {
    std::string user;
    std::string host;      ///< "localhost", "%", "172.17.%".
    std::string secret;    ///< mysql_native_password's; empty: it needs no password.
    std::string database;  ///< The one it has rights in; kAnyDatabase: all.
};

bool is_mariadb(const BehaviourProfile& profile) {
    return profile.engine == model::DatabaseEngine::Mariadb;
}

std::string accounts_file(const BehaviourProfile& profile) {
    return profile.data_path + (is_mariadb(profile) ? "/mysql/global_priv.MAD" : "/mysql/user.ibd");
}

std::string_view server_name(const BehaviourProfile& profile) {
    return is_mariadb(profile) ? "MariaDB" : "MySQL";
}

// PASSWORD(): '*' and the digest of the digest in large hexadecimal digits.
std::string native_secret(const std::string& password) {
    if (password.empty()) return {};
    std::string out = "*";
    for (const char byte : sha1(sha1(password)))
        out += fmt::format("{:02X}", static_cast<unsigned char>(byte));
    return out;
}

// The variables that the scripts read: MariaDB's by its own name first.
std::string setting(ProcessContext& context,
                    const BehaviourProfile& profile,
                    const std::string& name,
                    std::string_view otherwise = {}) {
    if (!is_mariadb(profile)) return variable_of(context, {"MYSQL_" + name}, otherwise);
    return variable_of(context, {"MARIADB_" + name, "MYSQL_" + name}, otherwise);
}

ScriptLine script_line(ProcessContext& context, std::string_view type, const std::string& text) {
    return {type == "ERROR" || type == "Warn",
            log_text(context, "{now %Y-%m-%d %H:%M:%S+00:00}", {}) +
                fmt::format(" [{}] [Entrypoint]: {}", type, text)};
}

// openssl rand -base64 24, and pwgen --numerals --capitalize --symbols --remove-chars="'\" -1 32.
std::string random_password(ProcessContext& context, const BehaviourProfile& profile) {
    std::string bytes;
    while (bytes.size() < 24) {
        const std::uint64_t drawn = context.random();
        for (int shift = 0; shift < 64; shift += 8)
            bytes += static_cast<char>(drawn >> shift & 0xFF);
    }
    if (!is_mariadb(profile)) return base64(bytes);
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./"
        ":;<=>?@[]^_{|}~";
    std::string out;
    while (out.size() < 32) {
        const std::uint64_t drawn = context.random();
        out += kLetters[static_cast<std::size_t>(drawn % kLetters.size())];
    }
    return out;
}

std::vector<Account> accounts_of(ProcessContext& context, const BehaviourProfile& profile) {
    std::vector<Account> out;
    for (const auto& row : read_table(context, accounts_file(profile))) {
        if (row.size() == 4) out.push_back({row[0], row[1], row[2], row[3]});
    }
    return out;
}

// LIKE, as far as hosts need it: % is any text, _ any letter.
bool host_fits(std::string_view pattern, std::string_view host) {
    if (pattern.empty()) return host.empty();
    if (pattern.front() == '%') {
        // Several are as one, and would take long.
        while (pattern.starts_with("%%"))
            pattern.remove_prefix(1);
        for (std::size_t skip = 0; skip <= host.size(); ++skip) {
            if (host_fits(pattern.substr(1), host.substr(skip))) return true;
        }
        return false;
    }
    return !host.empty() && (pattern.front() == '_' || pattern.front() == host.front()) &&
           host_fits(pattern.substr(1), host.substr(1));
}

// How much of a host stands before its first wildcard; all of it where there is none.
std::size_t certainty(const std::string& host) {
    return host.find_first_of("%_");
}

bool may_use(const Account& account, const std::string& database) {
    if (account.database == kAnyDatabase || account.database == database) return true;
    return lower(database) == "information_schema" || database == "performance_schema";
}

}  // namespace

std::vector<std::string> refusal_of_mysql(ProcessContext& context,
                                          const BehaviourProfile& profile) {
    if (setting(context, profile, "USER") != "root") return {};
    const std::string_view prefix = is_mariadb(profile) ? "MARIADB" : "MYSQL";
    return {
        script_line(context,
                    "ERROR",
                    fmt::format("{0}_USER=\"root\", {0}_USER and {0}_PASSWORD are for configuring "
                                "a regular user and cannot be used for the root user",
                                prefix))
            .text,
        fmt::format("    Remove {}_USER=\"root\" and use one of the following to control the root "
                    "user password:",
                    prefix),
        fmt::format("    - {}_ROOT_PASSWORD", prefix),
        fmt::format("    - {}",
                    is_mariadb(profile) ? "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD"
                                        : "MYSQL_ALLOW_EMPTY_PASSWORD"),
        fmt::format("    - {}_RANDOM_ROOT_PASSWORD", prefix)};
}

bool initialise_mysql(ProcessContext& context,
                      const BehaviourProfile& profile,
                      std::vector<ScriptLine>& said) {
    const std::string_view prefix = is_mariadb(profile) ? "MARIADB" : "MYSQL";
    // A hash may be given in small hexadecimal letters.
    const auto hash = [&](const std::string& variable) {
        return is_mariadb(profile) ? upper(context.environment("MARIADB_" + variable)) : std::string();
    };
    const auto note = [&](const std::string& text) {
        said.push_back(script_line(context, "Note", text));
    };
    std::string root = setting(context, profile, "ROOT_PASSWORD");
    if (!setting(context, profile, "RANDOM_ROOT_PASSWORD").empty()) {
        root = random_password(context, profile);
        note("GENERATED ROOT PASSWORD: " + root);
    }
    const std::string root_hash = hash("ROOT_PASSWORD_HASH");
    const std::string root_secret = root_hash.empty() ? native_secret(root) : root_hash;
    std::vector<std::vector<std::string>> accounts{
        {"root", "localhost", root_secret, std::string(kAnyDatabase)}};
    const std::string root_host = setting(context, profile, "ROOT_HOST", "%");
    if (root_host != "localhost")
        accounts.push_back({"root", root_host, root_secret, std::string(kAnyDatabase)});

    for (const std::string_view own : kOwnDatabases)
        context.make_directory(fmt::format("{}/{}", profile.data_path, own), true);
    const std::string database = setting(context, profile, "DATABASE");
    if (!database.empty()) {
        note("Creating database " + database);
        const shell::Errno made =
            context.make_directory(fmt::format("{}/{}", profile.data_path, database), true);
        if (made != shell::Errno::None && made != shell::Errno::Exists) return false;
    }
    const std::string user = setting(context, profile, "USER");
    const std::string password = setting(context, profile, "PASSWORD");
    const std::string user_hash = hash("PASSWORD_HASH");
    const bool has_password = !password.empty() || !user_hash.empty();
    if (!user.empty() && has_password) {
        note("Creating user " + user);
        if (!database.empty())
            note(fmt::format("Giving user {} access to schema {}", user, database));
        accounts.push_back(
            {user,
             is_mariadb(profile) ? variable_of(context, {"MARIADB_USER_HOST"}, "%") : "%",
             user_hash.empty() ? native_secret(password) : user_hash,
             database});
    } else if (!user.empty()) {
        said.push_back(script_line(
            context,
            "Warn",
            fmt::format(
                "{0}_USER specified, but missing {0}_PASSWORD; {0}_USER will not be created",
                prefix)));
    } else if (has_password) {
        said.push_back(script_line(
            context,
            "Warn",
            fmt::format(
                "{0}_PASSWORD specified, but missing {0}_USER; {0}_PASSWORD will be ignored",
                prefix)));
    }
    return write_table(context, accounts_file(profile), accounts);
}

Verdict judge_mysql(ProcessContext& context,
                    const BehaviourProfile& profile,
                    const model::Exchange& exchange,
                    std::uint64_t connection) {
    const model::Login& login = *exchange.spec.login;
    const std::string peer = peer_of(context, exchange);
    std::vector<Account> accounts = accounts_of(context, profile);
    std::erase_if(accounts,
                  [&peer](const Account& account) { return !host_fits(account.host, peer); });
    if (accounts.empty())
        return {net::kHostNotPrivileged,
                fmt::format("Host '{}' is not allowed to connect to this {} server",
                            peer,
                            server_name(profile)),
                {},
                {}};
    std::stable_sort(accounts.begin(), accounts.end(), [](const Account& a, const Account& b) {
        return certainty(a.host) > certainty(b.host);
    });
    const auto account =
        std::find_if(accounts.begin(), accounts.end(), [&login](const Account& candidate) {
            return candidate.user == login.user;
        });
    const std::string password = login.password.value_or("");
    if (account == accounts.end() || account->secret != native_secret(password)) {
        Verdict denied;
        denied.code = net::kAccessDenied;
        denied.text = fmt::format("Access denied for user '{}'@'{}' (using password: {})",
                                  login.user,
                                  peer,
                                  password.empty() ? "NO" : "YES");
        if (is_mariadb(profile))
            denied.log.push_back(log_text(context, "{now %Y-%m-%d %H:%M:%S}", {}) +
                                 fmt::format(" {} [Warning] {}", connection, denied.text));
        return denied;
    }
    if (login.database.empty()) return {};
    if (!may_use(*account, login.database))
        return {net::kDatabaseDenied,
                fmt::format("Access denied for user '{}'@'{}' to database '{}'",
                            account->user,
                            account->host,
                            login.database),
                {},
                {}};
    const std::string folder = fmt::format("{}/{}", profile.data_path, login.database);
    const bool there =
        lower(login.database) == "information_schema" ||
        (login.database.find('/') == std::string::npos && context.stat(folder).is_directory);
    if (!there)
        return {net::kUnknownDatabase, fmt::format("Unknown database '{}'", login.database), {}, {}};
    return {0, {}, {}, folder};
}

}  // namespace podium::programs
