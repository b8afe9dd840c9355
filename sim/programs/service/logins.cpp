#include "sim/programs/service/logins.hpp"

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/way.hpp"
#include "sim/programs/service/log_text.hpp"
#include "sim/programs/service/start.hpp"

namespace podium::programs {

using model::DatabaseEngine;
using model::ProcessContext;

std::string peer_of(ProcessContext& context, const model::Exchange& exchange) {
    if (exchange.spec.protocol == model::kUnixSocket) return "localhost";
    // In one network namespace Linux gives a connection the address it goes to as its own, too.
    const model::NetworkPlace from = model::place_of(context.world(), exchange.from_container);
    const bool inside = exchange.from_host == exchange.to_host && !exchange.from_outside &&
                        from == model::NetworkPlace{exchange.to_container, exchange.to_left_behind};
    if (inside) return exchange.address;
    const std::string seen = client_address(context, exchange);
    return seen == "127.0.0.1" ? exchange.address : seen;
}

std::string variable_of(ProcessContext& context,
                        std::initializer_list<std::string> names,
                        std::string_view otherwise) {
    for (const std::string& name : names) {
        std::string value = context.environment(name);
        if (!value.empty()) return value;
    }
    return std::string(otherwise);
}

std::vector<std::vector<std::string>> read_table(ProcessContext& context, const std::string& path) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : split(file_content(context, path), '\n')) {
        if (!line.empty()) rows.push_back(split(line, '\t'));
    }
    return rows;
}

bool write_file_whole(ProcessContext& context,
                      const std::string& path,
                      const std::string& content) {
    int descriptor = -1;
    context.make_directory(directory_of(path), true);
    if (context.open(path, shell::OpenMode::Write, descriptor) != shell::Errno::None) return false;
    const shell::Errno error = context.write(descriptor, content);
    context.close(descriptor);
    return error == shell::Errno::None;
}

bool write_table(ProcessContext& context,
                 const std::string& path,
                 const std::vector<std::vector<std::string>>& rows) {
    std::string content;
    for (const std::vector<std::string>& row : rows)
        content += join(row, "\t") + "\n";
    return write_file_whole(context, path, content);
}

std::vector<std::string> Logins::refusal(ProcessContext& context,
                                         const model::BehaviourProfile& profile) {
    const bool mysql =
        profile.engine == DatabaseEngine::Mysql || profile.engine == DatabaseEngine::Mariadb;
    return mysql ? refusal_of_mysql(context, profile) : std::vector<std::string>();
}

bool Logins::initialise(ProcessContext& context,
                        const model::BehaviourProfile& profile,
                        std::vector<ScriptLine>& said) {
    if (!model::asks_login(profile.engine)) return true;
    return profile.engine == DatabaseEngine::Postgres ? initialise_postgres(context, profile, said)
                                                      : initialise_mysql(context, profile, said);
}

bool Logins::begin(ProcessContext& context,
                   const model::BehaviourProfile& profile,
                   bool again,
                   std::vector<std::string>& log) {
    if (profile.engine != DatabaseEngine::Postgres) return true;
    auto rules = read_host_rules(context, profile, again, log);
    if (!rules) return again;
    rules_ = std::move(*rules);
    return true;
}

Verdict Logins::judge(ProcessContext& context,
                      const model::BehaviourProfile& profile,
                      const model::Exchange& exchange) {
    if (profile.engine == DatabaseEngine::Postgres)
        return judge_postgres(context, profile, rules_, exchange);
    const std::uint64_t connection = next_connection_++;
    return judge_mysql(context, profile, exchange, connection);
}

}  // namespace podium::programs
