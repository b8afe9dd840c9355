// PostgreSQL's roles, databases and pg_hba.conf. Sources: docker-library/postgres
// docker-entrypoint.sh (docker_init_database_dir, docker_setup_db, pg_setup_hba_conf); postgres
// src/bin/initdb/initdb.c and src/backend/libpq/pg_hba.conf.sample (what stands in pg_hba.conf);
// src/backend/libpq/hba.c (how it is read), auth.c (ClientAuthentication, auth_failed), crypt.c
// (get_role_password), src/backend/utils/init/postinit.c and miscinit.c (the role, then the
// database).

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/sha256.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/address.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/service/headers.hpp"
#include "sim/programs/service/log_text.hpp"
#include "sim/programs/service/logins.hpp"
#include "sim/programs/service/start.hpp"

namespace podium::programs {
namespace {

using model::BehaviourProfile;
using model::ProcessContext;
using Table = std::vector<std::vector<std::string>>;

constexpr std::array<std::string_view, 5> kMethods{
    "trust", "reject", "scram-sha-256", "md5", "password"};
constexpr std::array<std::string_view, 8> kMethodsNotModelled{
    "ident", "gss", "sspi", "pam", "bsd", "ldap", "cert", "radius"};
constexpr std::string_view kPeer = "peer";
constexpr std::array<std::string_view, 5> kHostTypes{
    "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"};
// pg_hba.conf.sample begins with so many lines of commentary, in the series from 16 on, in 14 and
// 15, and before. Podium's own are fewer, and filled up, so that a line's number in the log is that
// of life (128, 100 and 99 for the one that the image's script adds).
constexpr std::size_t kCommentary16 = 115;
constexpr std::size_t kCommentary14 = 87;
constexpr std::size_t kCommentary13 = 86;
constexpr int kFirstOwnDatabase = 16384;  // FirstNormalObjectId (access/transam.h)

std::string roles_file(const BehaviourProfile& profile) {
    return profile.data_path + "/global/1260";
}

std::string databases_file(const BehaviourProfile& profile) {
    return profile.data_path + "/global/1262";
}

std::string rules_file(const BehaviourProfile& profile) {
    return profile.data_path + "/pg_hba.conf";
}

// A line of the server's log (log_line_prefix as it is in the image: '%m [%p] ').
std::string stamped(ProcessContext& context, shell::Pid pid, const std::string& text) {
    return log_text(context, "{log_time}", {}) + fmt::format(" [{}] ", pid) + text;
}

std::string secret_of(const std::string& role, const std::string& password) {
    return password.empty() ? "" : "SCRAM-SHA-256$" + sha256_hex(role + ":" + password);
}

int series_here(ProcessContext& context) {
    std::int64_t major = 0;
    const auto values = release_here(context);
    const auto found = values.find("major");
    return found != values.end() && parse_integer(found->second, major) ? static_cast<int>(major)
                                                                        : 17;
}

// What of initdb's arguments says how clients are trusted: --auth (-A), --auth-local and
// --auth-host.
std::string auth_argument(const std::string& arguments, std::string_view kind) {
    std::string out = "trust";
    std::vector<std::string> words = split(arguments, ' ');
    std::erase_if(words, [](const std::string& word) { return word.empty(); });
    bool told = false;  // --auth-host counts, wherever --auth stands
    constexpr std::string_view kShort = "-A";
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        const std::string name = words[i].substr(0, equals);
        const bool own = name == fmt::format("--auth-{}", kind);
        const bool attached = name.starts_with(kShort) && words[i].size() > kShort.size();
        if (!own && (told || (name != "--auth" && name != kShort && !attached))) continue;
        if (attached)
            out = words[i].substr(kShort.size());
        else if (equals != std::string::npos)
            out = words[i].substr(equals + 1);
        else if (i + 1 < words.size())
            out = words[++i];
        told = told || own;
    }
    // initdb.c: each of these stands for the other where it is of no use.
    if (!told && kind == "host" && out == "peer") return "ident";
    if (!told && kind == "local" && out == "ident") return "peer";
    return out;
}

std::string first_rules(ProcessContext& context) {
    const int series = series_here(context);
    const std::size_t commentary = series >= 16   ? kCommentary16
                                   : series >= 14 ? kCommentary14
                                                  : kCommentary13;
    std::vector<std::string> lines{"# PostgreSQL Client Authentication Configuration File",
                                   "# (Podium leaves its commentary empty.)"};
    lines.resize(commentary - 2, "#");
    lines.emplace_back("# TYPE  DATABASE        USER            ADDRESS                 METHOD");
    lines.emplace_back();
    const std::string arguments = context.environment("POSTGRES_INITDB_ARGS");
    const std::string local = auth_argument(arguments, "local");
    const std::string host = auth_argument(arguments, "host");
    const auto add = [&lines](std::string_view type,
                              std::string_view database,
                              std::string_view address,
                              const std::string& method) {
        lines.push_back(
            fmt::format("{:<8}{:<16}{:<16}{:<24}{}", type, database, "all", address, method));
    };
    lines.emplace_back("# \"local\" is for Unix domain socket connections only");
    add("local", "all", "", local);
    lines.emplace_back("# IPv4 local connections:");
    add("host", "all", "127.0.0.1/32", host);
    lines.emplace_back("# IPv6 local connections:");
    add("host", "all", "::1/128", host);
    lines.emplace_back("# Allow replication connections from localhost, by a user with the");
    lines.emplace_back("# replication privilege.");
    add("local", "replication", "", local);
    add("host", "replication", "127.0.0.1/32", host);
    add("host", "replication", "::1/128", host);
    // The image's script, after initdb.
    const std::string method =
        variable_of(context, {"POSTGRES_HOST_AUTH_METHOD"}, series >= 14 ? "scram-sha-256" : "md5");
    lines.emplace_back();
    if (method == "trust") {
        lines.emplace_back("# warning trust is enabled for all connections");
        lines.push_back(
            fmt::format("# see https://www.postgresql.org/docs/{}/auth-trust.html", series));
    }
    lines.push_back("host all all all " + method);
    return join(lines, "\n") + "\n";
}

constexpr std::array<std::string_view, 13> kTrustWarning{
    "********************************************************************************",
    "WARNING: POSTGRES_HOST_AUTH_METHOD has been set to \"trust\". This will allow",
    "         anyone with access to the Postgres port to access your database without",
    "         a password, even if POSTGRES_PASSWORD is set. See PostgreSQL",
    "         documentation about \"trust\":",
    "         https://www.postgresql.org/docs/current/auth-trust.html",
    "         In Docker's default configuration, this is effectively any other",
    "         container on the same system.",
    "",
    "         It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace",
    "         it with \"-e POSTGRES_PASSWORD=password\" instead to set a password in",
    "         \"docker run\".",
    "********************************************************************************"};

// Names of a list "a,b", without their quotes.
std::vector<std::string> names_of(const std::string& word) {
    std::vector<std::string> out;
    for (std::string& name : split(word, ',')) {
        std::erase(name, '"');
        if (!name.empty()) out.push_back(std::move(name));
    }
    return out;
}

// Host names, which would have to be looked up, and the server's networks (samenet) are not modelled.
bool is_modelled_address(const std::string& address) {
    if (address == "all" || address == "samehost") return true;
    return address != "samenet" && (address.find(':') != std::string::npos ||
                                    address.find_first_not_of("0123456789./") == std::string::npos);
}

// One rule of pg_hba.conf. Nothing when the line can't be used: `mistake` says why.
std::optional<HostRule> read_rule(const std::string& line, int number, std::string& mistake) {
    std::string spaced = line;
    std::replace(spaced.begin(), spaced.end(), '\t', ' ');
    std::vector<std::string> words = split(spaced, ' ');
    std::erase_if(words, [](const std::string& word) { return word.empty(); });
    const auto fail = [&mistake](std::string text) {
        mistake = std::move(text);
        return std::optional<HostRule>();
    };
    HostRule rule;
    rule.line = number;
    rule.text = line;
    rule.type = words[0];
    const bool local = rule.type == "local";
    if (!local && std::find(kHostTypes.begin(), kHostTypes.end(), rule.type) == kHostTypes.end())
        return fail(fmt::format("invalid connection type \"{}\"", rule.type));
    if (words.size() < 2) return fail("end-of-line before database specification");
    if (words.size() < 3) return fail("end-of-line before role specification");
    rule.databases = names_of(words[1]);
    rule.users = names_of(words[2]);
    for (const std::vector<std::string>& names : {rule.databases, rule.users}) {
        for (const std::string& name : names) {
            if (name.find_first_of("+@/") == 0)
                return fail(fmt::format("Podium does not model the name \"{}\"", name));
        }
    }
    std::size_t at = 3;
    if (!local) {
        if (words.size() < 4) return fail("end-of-line before IP address specification");
        rule.addresses = words[at++];
        if (!is_modelled_address(rule.addresses))
            return fail(fmt::format("Podium does not model the address \"{}\"", rule.addresses));
        // An address may be followed by its mask.
        const bool one = rule.addresses.find_first_not_of("0123456789.") == std::string::npos;
        if (one && at >= words.size()) return fail("end-of-line before netmask specification");
        if (one) {
            const Result<model::Ipv4> mask = model::parse_ipv4(words[at++]);
            if (!mask.ok()) return fail(fmt::format("invalid IP mask \"{}\"", words[at - 1]));
            int bits = 0;
            while (bits < 32 && (mask->value >> (31 - bits) & 1U) != 0)
                ++bits;
            rule.addresses += fmt::format("/{}", bits);
        }
    }
    if (at >= words.size()) return fail("end-of-line before authentication method");
    rule.method = words[at];
    const bool known =
        std::find(kMethods.begin(), kMethods.end(), rule.method) != kMethods.end() ||
        rule.method == kPeer ||
        std::find(kMethodsNotModelled.begin(), kMethodsNotModelled.end(), rule.method) !=
            kMethodsNotModelled.end();
    if (!known) return fail(fmt::format("invalid authentication method \"{}\"", rule.method));
    if (rule.method == kPeer && !local)
        return fail("peer authentication is only supported on local sockets");
    return rule;
}

bool address_fits(const HostRule& rule, const std::string& peer, const std::string& own) {
    if (rule.addresses == "all") return true;
    if (rule.addresses == "samehost")
        return peer == own || peer.starts_with("127.") || peer == "::1";
    const bool six = peer.find(':') != std::string::npos;
    if (six)
        return rule.addresses == peer + "/128" || rule.addresses == "::/0" ||
               rule.addresses == "::0/0";
    const Result<model::Ipv4> address = model::parse_ipv4(peer);
    const Result<model::Subnet> subnet = model::parse_subnet(
        rule.addresses.find('/') == std::string::npos ? rule.addresses + "/32" : rule.addresses);
    return address.ok() && subnet.ok() && subnet->contains(*address);
}

bool names_fit(const std::vector<std::string>& names,
               const std::string& wanted,
               const std::string& role) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        // Nobody replicates here; a role's group is itself.
        return name == "all" || name == wanted ||
               ((name == "sameuser" || name == "samerole") && wanted == role);
    });
}

const HostRule* rule_for(const std::vector<HostRule>& rules,
                         const model::Login& login,
                         const std::string& peer,
                         const std::string& own,
                         bool socket) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const HostRule& rule) {
        // The server speaks no TLS in the image as it is.
        if ((rule.type == "local") != socket || rule.type == "hostssl" || rule.type == "hostgssenc")
            return false;
        return (socket || address_fits(rule, peer, own)) &&
               names_fit(rule.databases, login.database, login.user) &&
               names_fit(rule.users, login.user, login.user);
    });
    return found == rules.end() ? nullptr : &*found;
}

// Who the client's process is, for peer.
std::string account_of(ProcessContext& context, const model::Exchange& exchange) {
    const model::World& world = context.world();
    if (world.processes.find(exchange.client) == nullptr) return {};
    const model::Credentials who = model::credentials_of(world, exchange.client);
    return model::user_name(world, exchange.from_host, exchange.from_container, who.user)
        .value_or("");
}

// One connection's judgement.
class Judgement {
  public:
    Judgement(ProcessContext& context,
              const BehaviourProfile& profile,
              const model::Exchange& exchange)
        : context_(context),
          profile_(profile),
          exchange_(exchange),
          login_(*exchange.spec.login),
          series_(series_here(context)) {
        if (login_.database.empty())
            login_.database = login_.user;  // as the server has it (ProcessStartupPacket)
    }

    Verdict by(const std::vector<HostRule>& rules) {
        const bool socket = exchange_.spec.protocol == model::kUnixSocket;
        const std::string peer = peer_of(context_, exchange_);
        const HostRule* rule = rule_for(rules, login_, peer, exchange_.address, socket);
        const std::string where = fmt::format("host \"{}\", user \"{}\", database \"{}\"{}",
                                              socket ? "[local]" : peer,
                                              login_.user,
                                              login_.database,
                                              socket          ? ""
                                              : series_ >= 14 ? ", no encryption"
                                                              : ", SSL off");
        if (rule == nullptr) return turn_away(fmt::format("no pg_hba.conf entry for {}", where));
        if (rule->method == "reject")
            return turn_away(fmt::format("pg_hba.conf rejects connection for {}", where));
        if (std::find(kMethodsNotModelled.begin(), kMethodsNotModelled.end(), rule->method) !=
            kMethodsNotModelled.end())
            return turn_away(
                fmt::format("Podium does not model the authentication method {}", rule->method),
                {},
                rule);
        if (rule->method == kPeer && account_of(context_, exchange_) != login_.user)
            return turn_away(
                fmt::format("Peer authentication failed for user \"{}\"", login_.user), {}, rule);
        const Table roles = read_table(context_, roles_file(profile_));
        const auto role = std::find_if(
            roles.begin(), roles.end(), [this](const auto& row) { return row[0] == login_.user; });
        if (rule->method != "trust" && rule->method != kPeer) {
            if (login_.password.value_or("").empty())
                return {net::kPasswordWanted, "fe_sendauth: no password supplied", {}, {}};
            const std::string secret = role == roles.end() || role->size() < 2 ? "" : (*role)[1];
            if (secret.empty() || secret != secret_of(login_.user, *login_.password)) {
                const std::string why =
                    role == roles.end() ? fmt::format("Role \"{}\" does not exist.", login_.user)
                    : secret.empty()
                        ? fmt::format("User \"{}\" has no password assigned.", login_.user)
                        : std::string();
                return turn_away(
                    fmt::format("password authentication failed for user \"{}\"", login_.user),
                    why,
                    rule);
            }
        }
        if (role == roles.end())
            return turn_away(fmt::format("role \"{}\" does not exist", login_.user));
        const Table databases = read_table(context_, databases_file(profile_));
        const auto database =
            std::find_if(databases.begin(), databases.end(), [this](const auto& row) {
                return row.size() == 2 && row[1] == login_.database;
            });
        if (database == databases.end())
            return turn_away(fmt::format("database \"{}\" does not exist", login_.database));
        if (login_.database == "template0")
            return turn_away("database \"template0\" is not currently accepting connections");
        return {0, {}, {}, fmt::format("{}/base/{}", profile_.data_path, database->front())};
    }

  private:
    Verdict turn_away(const std::string& why,
                      std::string detail = {},
                      const HostRule* matched = nullptr) {
        Verdict out;
        out.code = net::kTurnedAway;
        out.text = "FATAL:  " + why;
        const shell::Pid pid = model::take_pid(context_.world(), context_.id());
        out.log.push_back(stamped(context_, pid, "FATAL:  " + why));
        if (matched != nullptr) {
            // Since 16, with its include files, the file is named.
            const std::string file =
                series_ >= 16 ? fmt::format("file \"{}\"", rules_file(profile_)) : "pg_hba.conf";
            detail += fmt::format("{}Connection matched {} line {}: \"{}\"",
                                  detail.empty() ? "" : "\n\t",
                                  file,
                                  matched->line,
                                  matched->text);
        }
        if (!detail.empty()) out.log.push_back(stamped(context_, pid, "DETAIL:  " + detail));
        return out;
    }

    ProcessContext& context_;
    const BehaviourProfile& profile_;
    const model::Exchange& exchange_;
    model::Login login_;
    int series_;
};

}  // namespace

bool initialise_postgres(ProcessContext& context,
                         const BehaviourProfile& profile,
                         std::vector<ScriptLine>& said) {
    const std::string role = variable_of(context, {"POSTGRES_USER"}, "postgres");
    const std::string own = variable_of(context, {"POSTGRES_DB"}, role);
    if (context.environment("POSTGRES_HOST_AUTH_METHOD") == "trust") {
        for (const std::string_view line : kTrustWarning)
            said.push_back({true, std::string(line)});
    }
    Table databases{{"1", "template1"}, {"4", "template0"}, {"5", "postgres"}};
    const auto there = std::any_of(
        databases.begin(), databases.end(), [&own](const auto& row) { return row[1] == own; });
    if (!there) {
        databases.push_back({fmt::format("{}", kFirstOwnDatabase), own});
        said.push_back({false, "CREATE DATABASE"});
    }
    for (const auto& database : databases)
        context.make_directory(fmt::format("{}/base/{}", profile.data_path, database.front()),
                               true);
    return write_table(context,
                       roles_file(profile),
                       {{role, secret_of(role, context.environment("POSTGRES_PASSWORD"))}}) &&
           write_table(context, databases_file(profile), databases) &&
           write_file_whole(context, rules_file(profile), first_rules(context));
}

std::optional<std::vector<HostRule>> read_host_rules(ProcessContext& context,
                                                     const BehaviourProfile& profile,
                                                     bool again,
                                                     std::vector<std::string>& log) {
    const auto unusable = [&] {
        // postmaster.c: a server that runs goes on with what it had.
        log.push_back(stamped(context,
                              context.pid(),
                              again
                                  ? fmt::format("LOG:  {} was not reloaded", rules_file(profile))
                                  : fmt::format("FATAL:  could not load {}", rules_file(profile))));
        return std::nullopt;
    };
    const std::string file = rules_file(profile);
    if (!context.stat(file).exists) {
        log.push_back(stamped(
            context,
            context.pid(),
            fmt::format("LOG:  could not open file \"{}\": No such file or directory", file)));
        return unusable();
    }
    std::vector<HostRule> rules;
    bool usable = true;
    int number = 0;
    for (const std::string& line : split(file_content(context, file), '\n')) {
        ++number;
        const std::string text(trim(std::string_view(line).substr(0, line.find('#'))));
        if (text.empty()) continue;
        std::string mistake;
        if (auto rule = read_rule(text, number, mistake)) {
            rules.push_back(std::move(*rule));
            continue;
        }
        usable = false;
        log.push_back(stamped(context, context.pid(), "LOG:  " + mistake));
        log.push_back(
            stamped(context,
                    context.pid(),
                    fmt::format("CONTEXT:  line {} of configuration file \"{}\"", number, file)));
    }
    if (!usable) return unusable();
    return rules;
}

Verdict judge_postgres(ProcessContext& context,
                       const BehaviourProfile& profile,
                       const std::vector<HostRule>& rules,
                       const model::Exchange& exchange) {
    return Judgement(context, profile, exchange).by(rules);
}

}  // namespace podium::programs
