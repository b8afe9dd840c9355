#include "sim/programs/service/start.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "sim/base/text.hpp"
#include "sim/model/unknown_image.hpp"

namespace podium::programs {
namespace {

using model::ProcessContext;

constexpr std::size_t kMostVariableBytes = 1U << 16;

// Directives of redis 8's configuration, with their older names and those that are gone since redis
// 6 (src/config.c).
constexpr std::array<std::string_view, 199> kRedisDirectives = {
    "acl-pubsub-default",
    "aclfile",
    "acllog-max-len",
    "active-defrag-cycle-max",
    "active-defrag-cycle-min",
    "active-defrag-ignore-bytes",
    "active-defrag-max-scan-fields",
    "active-defrag-threshold-lower",
    "active-defrag-threshold-upper",
    "active-expire-effort",
    "activedefrag",
    "activerehashing",
    "always-show-logo",
    "aof-disable-auto-gc",
    "aof-load-truncated",
    "aof-rewrite-incremental-fsync",
    "aof-timestamp-enabled",
    "aof-use-rdb-preamble",
    "aof_rewrite_cpulist",
    "appenddirname",
    "appendfilename",
    "appendfsync",
    "appendonly",
    "auto-aof-rewrite-min-size",
    "auto-aof-rewrite-percentage",
    "bgsave_cpulist",
    "bind",
    "bind-source-addr",
    "bio_cpulist",
    "busy-reply-threshold",
    "client-output-buffer-limit",
    "client-query-buffer-limit",
    "cluster-allow-pubsubshard-when-down",
    "cluster-allow-reads-when-down",
    "cluster-allow-replica-migration",
    "cluster-announce-bus-port",
    "cluster-announce-hostname",
    "cluster-announce-human-nodename",
    "cluster-announce-ip",
    "cluster-announce-port",
    "cluster-announce-tls-port",
    "cluster-config-file",
    "cluster-enabled",
    "cluster-link-sendbuf-limit",
    "cluster-migration-barrier",
    "cluster-node-timeout",
    "cluster-port",
    "cluster-preferred-endpoint-type",
    "cluster-replica-no-failover",
    "cluster-replica-validity-factor",
    "cluster-require-full-coverage",
    "cluster-slave-no-failover",
    "cluster-slave-validity-factor",
    "cluster-slot-stats-enabled",
    "crash-log-enabled",
    "crash-memcheck-enabled",
    "daemonize",
    "databases",
    "dbfilename",
    "dir",
    "disable-thp",
    "dynamic-hz",
    "enable-debug-command",
    "enable-module-command",
    "enable-protected-configs",
    "gopher-enabled",
    "hash-max-listpack-entries",
    "hash-max-listpack-value",
    "hash-max-ziplist-entries",
    "hash-max-ziplist-value",
    "hide-user-data-from-log",
    "hll-sparse-max-bytes",
    "hz",
    "ignore-warnings",
    "include",
    "io-threads",
    "io-threads-do-reads",
    "jemalloc-bg-thread",
    "key-load-delay",
    "latency-monitor-threshold",
    "latency-tracking",
    "latency-tracking-info-percentiles",
    "lazyexpire-nested-arbitrary-keys",
    "lazyfree-lazy-eviction",
    "lazyfree-lazy-expire",
    "lazyfree-lazy-server-del",
    "lazyfree-lazy-user-del",
    "lazyfree-lazy-user-flush",
    "lfu-decay-time",
    "lfu-log-factor",
    "list-compress-depth",
    "list-max-listpack-size",
    "list-max-ziplist-entries",
    "list-max-ziplist-size",
    "list-max-ziplist-value",
    "loading-process-events-interval-bytes",
    "loadmodule",
    "locale-collate",
    "logfile",
    "loglevel",
    "lua-time-limit",
    "masterauth",
    "masteruser",
    "max-new-connections-per-cycle",
    "max-new-tls-connections-per-cycle",
    "maxclients",
    "maxmemory",
    "maxmemory-clients",
    "maxmemory-eviction-tenacity",
    "maxmemory-policy",
    "maxmemory-samples",
    "min-replicas-max-lag",
    "min-replicas-to-write",
    "min-slaves-max-lag",
    "min-slaves-to-write",
    "no-appendfsync-on-rewrite",
    "notify-keyspace-events",
    "oom-score-adj",
    "oom-score-adj-values",
    "pidfile",
    "port",
    "proc-title-template",
    "propagation-error-behavior",
    "protected-mode",
    "proto-max-bulk-len",
    "rdb-del-sync-files",
    "rdb-key-save-delay",
    "rdb-save-incremental-fsync",
    "rdbchecksum",
    "rdbcompression",
    "rename-command",
    "repl-backlog-size",
    "repl-backlog-ttl",
    "repl-disable-tcp-nodelay",
    "repl-diskless-load",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
    "repl-diskless-sync-max-replicas",
    "repl-diskless-sync-period",
    "repl-ping-replica-period",
    "repl-ping-slave-period",
    "repl-rdb-channel",
    "repl-timeout",
    "replica-announce-ip",
    "replica-announce-port",
    "replica-announced",
    "replica-full-sync-buffer-limit",
    "replica-ignore-disk-write-errors",
    "replica-ignore-maxmemory",
    "replica-lazy-flush",
    "replica-priority",
    "replica-read-only",
    "replica-serve-stale-data",
    "replicaof",
    "requirepass",
    "sanitize-dump-payload",
    "save",
    "sentinel",
    "server_cpulist",
    "set-max-intset-entries",
    "set-max-listpack-entries",
    "set-max-listpack-value",
    "set-proc-title",
    "shutdown-on-sigint",
    "shutdown-on-sigterm",
    "shutdown-timeout",
    "slave-announce-ip",
    "slave-announce-port",
    "slave-ignore-maxmemory",
    "slave-lazy-flush",
    "slave-priority",
    "slave-read-only",
    "slave-serve-stale-data",
    "slaveof",
    "slowlog-log-slower-than",
    "slowlog-max-len",
    "socket-mark-id",
    "stop-writes-on-bgsave-error",
    "stream-node-max-bytes",
    "stream-node-max-entries",
    "supervised",
    "syslog-enabled",
    "syslog-facility",
    "syslog-ident",
    "tcp-backlog",
    "tcp-keepalive",
    "timeout",
    "tls-allowlist",
    "tls-auth-clients",
    "tls-ca-cert-dir",
    "tls-ca-cert-file",
    "tls-cert-file",
    "tls-cluster",
    "tls-port",
    "tracking-table-max-keys",
    "unixsocket",
    "unixsocketperm",
    "use-exit-on-panic",
    "user"};

bool is_redis_directive(const std::string& name) {
    // Options of tls, of active defragmentation and of modules ("search-…") are many, and some came
    // late.
    for (const std::string_view family : {"tls-", "search-", "ts-", "bf-", "cf-", "zset-"}) {
        if (name.starts_with(family)) return true;
    }
    return std::find(kRedisDirectives.begin(), kRedisDirectives.end(), lower(name)) !=
           kRedisDirectives.end();
}

// More of what is not simulated of one command line is counted only.
constexpr std::size_t kMostNamed = 8;

bool variable_content(ProcessContext& context, const std::string& path, std::string& content) {
    int descriptor = -1;
    if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return false;
    content.clear();
    while (content.size() < kMostVariableBytes) {
        const shell::ReadResult part =
            context.read(descriptor, kMostVariableBytes - content.size());
        if (part.kind != shell::ReadResult::Kind::Data) break;
        content += part.data;
    }
    context.close(descriptor);
    return true;
}

}  // namespace

std::vector<std::pair<std::uint16_t, std::string>> listen_ports(ProcessContext& context, const model::BehaviourProfile& profile) {
    std::vector<std::pair<std::uint16_t, std::string>> out;
    const auto add = [&out](std::uint16_t port, const std::string& protocol) {
        if (port != 0 && std::find(out.begin(), out.end(), std::pair(port, protocol)) == out.end()) out.emplace_back(port, protocol);
    };
    bool told = false;
    for (const model::ListenPort& rule : profile.ports) {
        const std::uint16_t port = model::listen_port(rule, *context.row().environment, context.row().argv);
        told = told || port != rule.port;
        add(port, rule.protocol);
    }
    if (!context.row().container || (!profile.listens_on_exposed_ports && (!profile.stands_in || told))) return out;
    const model::World& world = context.world();
    const model::Container& c = world.container(context.row().container);
    const std::vector<std::pair<std::uint16_t, std::string>> usual = std::exchange(out, {});
    for (const auto* exposed : {&world.spec(c).exposed_ports, &c.detail->image->config.exposed_ports}) {
        for (const std::string& text : *exposed) {
            const auto slash = text.find('/');
            std::int64_t port = 0;
            if (parse_integer(text.substr(0, slash), port)) add(static_cast<std::uint16_t>(port), slash == std::string::npos ? "tcp" : text.substr(slash + 1));
        }
    }
    if (profile.listens_on_exposed_ports && c.detail->health_check) {
        for (const std::uint16_t port : model::ports_of_check(c.detail->health_check->test, model::names_for_checks(world, context.row().container))) add(port, "tcp");
    }
    if (out.empty() || profile.listens_on_exposed_ports) {
        for (const model::PortBinding& port : c.detail->wanted_ports) add(port.container_port, port.protocol);
    }
    if (out.empty() || profile.listens_on_exposed_ports) {
        for (const auto& [port, protocol] : usual) add(port, protocol);
    }
    return out;
}

std::string file_content(ProcessContext& context, const std::string& path) {
    std::string content;
    return variable_content(context, path, content) ? content : std::string();
}

std::optional<std::string> read_variable_files(ProcessContext& context,
                                               const model::VariableFiles& rules) {
    std::vector<std::string> variables = *context.row().environment;
    bool changed = false;
    for (const std::string& name : rules.names) {
        const std::string file = context.environment(name + "_FILE");
        if (file.empty()) continue;
        const std::map<std::string, std::string, std::less<>> values{{"variable", name},
                                                                     {"file", file}};
        if (!rules.both.empty() && !context.environment(name).empty())
            return model::fill_template(rules.both, values);
        std::string content;
        if (!variable_content(context, file, content)) {
            if (rules.missing.empty()) continue;
            return model::fill_template(rules.missing, values);
        }
        content.erase(content.find_last_not_of('\n') + 1);
        std::erase_if(variables, [&name](const std::string& entry) {
            return entry.starts_with(name + "=") || entry.starts_with(name + "_FILE=");
        });
        variables.push_back(name + "=" + content);
        changed = true;
    }
    if (changed)
        context.row().environment =
            std::make_shared<const std::vector<std::string>>(std::move(variables));
    return std::nullopt;
}

std::optional<std::string> redis_complaint(const std::vector<std::string>& argv,
                                           const std::string& version) {
    const auto server = std::find_if(argv.begin(), argv.end(), [](const std::string& word) {
        return word.ends_with("redis-server");
    });
    int line = 1;  // redis joins its options to a text that begins with an empty line
    std::string option;
    for (auto word = server == argv.end() ? argv.begin() : server + 1; word != argv.end(); ++word) {
        if (!word->starts_with("--")) continue;
        ++line;
        const std::string name = word->substr(
            2, word->find('=') == std::string::npos ? std::string::npos : word->find('=') - 2);
        if (is_redis_directive(name)) continue;
        option = name;
        for (auto value = word + 1; value != argv.end() && !value->starts_with("--"); ++value)
            option += fmt::format(" \"{}\"", *value);
        return fmt::format(
            "\n*** FATAL CONFIG FILE ERROR (Redis {}) ***\nReading the configuration file, at line "
            "{}\n>>> '{}'\n"
            "Bad directive or wrong number of arguments",
            version,
            line,
            option);
    }
    return std::nullopt;
}

std::optional<std::string> not_simulated(ProcessContext& context,
                                         const model::BehaviourProfile& profile) {
    const model::World& world = context.world();
    if (!context.row().container || &profile == world.catalogue->default_profile.get())
        return std::nullopt;
    const std::vector<std::string> argv = model::main_program(profile, context.row().argv).argv;
    if (profile.stands_in) {
        const auto ports = listen_ports(context, profile);
        const std::string port = ports.empty() ? "" : fmt::format(" on port {}", ports.front().first);
        return fmt::format(
            "Podium does not run '{}'; a web server{} acts in its place", join(argv, " "), port);
    }
    const model::ImagePointer& image = world.detail(context.row().container).image;
    static const std::vector<std::string> kNone;
    std::vector<std::string> given = model::unsimulated_arguments(
        profile, image == nullptr ? kNone : image->config.command, argv);
    if (given.empty()) return std::nullopt;
    const std::size_t more = given.size() > kMostNamed ? given.size() - kMostNamed : 0;
    given.resize(given.size() - more);
    return fmt::format("Podium does not simulate '{}'{} of {}, which runs as without",
                       join(given, "', '"),
                       more > 0 ? fmt::format(" and {} more", more) : "",
                       profile.servers.empty() ? profile.name : profile.servers.front());
}

}  // namespace podium::programs
