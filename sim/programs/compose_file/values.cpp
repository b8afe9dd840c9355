#include "sim/programs/compose_file/values.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <span>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {
namespace {

enum class Cast { Integer, Integer64, Float, Boolean, Bytes, Microseconds, Text };

struct CastRule {
    std::string_view pattern;
    Cast cast;
};

// What compose-go casts after it has replaced variables. A list position is any step.
constexpr CastRule kCasts[] = {
    {"services.*.cpu_count", Cast::Integer64},
    {"services.*.cpu_percent", Cast::Float},
    {"services.*.cpu_period", Cast::Integer64},
    {"services.*.cpu_quota", Cast::Integer64},
    {"services.*.cpu_rt_period", Cast::Integer64},
    {"services.*.cpu_rt_runtime", Cast::Integer64},
    {"services.*.cpus", Cast::Float},
    {"services.*.cpu_shares", Cast::Integer64},
    {"services.*.init", Cast::Boolean},
    {"services.*.depends_on.*.required", Cast::Boolean},
    {"services.*.depends_on.*.restart", Cast::Boolean},
    {"services.*.deploy.replicas", Cast::Integer},
    {"services.*.deploy.update_config.parallelism", Cast::Integer},
    {"services.*.deploy.update_config.max_failure_ratio", Cast::Float},
    {"services.*.deploy.rollback_config.parallelism", Cast::Integer},
    {"services.*.deploy.rollback_config.max_failure_ratio", Cast::Float},
    {"services.*.deploy.restart_policy.max_attempts", Cast::Integer},
    {"services.*.deploy.placement.max_replicas_per_node", Cast::Integer},
    {"services.*.healthcheck.retries", Cast::Integer},
    {"services.*.healthcheck.disable", Cast::Boolean},
    {"services.*.oom_kill_disable", Cast::Boolean},
    {"services.*.oom_score_adj", Cast::Integer64},
    {"services.*.pids_limit", Cast::Integer64},
    {"services.*.ports.*.target", Cast::Integer},
    {"services.*.privileged", Cast::Boolean},
    {"services.*.read_only", Cast::Boolean},
    {"services.*.scale", Cast::Integer},
    {"services.*.stdin_open", Cast::Boolean},
    {"services.*.tty", Cast::Boolean},
    {"services.*.ulimits.*", Cast::Integer},
    {"services.*.ulimits.*.hard", Cast::Integer},
    {"services.*.ulimits.*.soft", Cast::Integer},
    {"services.*.volumes.*.read_only", Cast::Boolean},
    {"services.*.volumes.*.volume.nocopy", Cast::Boolean},
    {"networks.*.external", Cast::Boolean},
    {"networks.*.internal", Cast::Boolean},
    {"networks.*.attachable", Cast::Boolean},
    {"networks.*.enable_ipv4", Cast::Boolean},
    {"networks.*.enable_ipv6", Cast::Boolean},
    {"volumes.*.external", Cast::Boolean},
    {"secrets.*.external", Cast::Boolean},
    {"configs.*.external", Cast::Boolean},
};

// What docker-compose 1.29.2 converts (interpolation.py, ConversionMap): its schema has no room for
// strings there.
constexpr CastRule kPythonCasts[] = {
    {"services.*.blkio_config.weight", Cast::Integer},
    {"services.*.blkio_config.weight_device.weight", Cast::Integer},
    {"services.*.build.labels.*", Cast::Text},
    {"services.*.cpus", Cast::Float},
    {"services.*.cpu_count", Cast::Integer},
    {"services.*.cpu_quota", Cast::Microseconds},
    {"services.*.cpu_period", Cast::Microseconds},
    {"services.*.cpu_rt_period", Cast::Microseconds},
    {"services.*.cpu_rt_runtime", Cast::Microseconds},
    {"services.*.configs.mode", Cast::Integer},
    {"services.*.secrets.mode", Cast::Integer},
    {"services.*.healthcheck.retries", Cast::Integer},
    {"services.*.healthcheck.disable", Cast::Boolean},
    {"services.*.deploy.labels.*", Cast::Text},
    {"services.*.deploy.replicas", Cast::Integer},
    {"services.*.deploy.placement.max_replicas_per_node", Cast::Integer},
    {"services.*.deploy.resources.limits.cpus", Cast::Float},
    {"services.*.deploy.update_config.parallelism", Cast::Integer},
    {"services.*.deploy.update_config.max_failure_ratio", Cast::Float},
    {"services.*.deploy.rollback_config.parallelism", Cast::Integer},
    {"services.*.deploy.rollback_config.max_failure_ratio", Cast::Float},
    {"services.*.deploy.restart_policy.max_attempts", Cast::Integer},
    {"services.*.mem_swappiness", Cast::Integer},
    {"services.*.labels.*", Cast::Text},
    {"services.*.oom_kill_disable", Cast::Boolean},
    {"services.*.oom_score_adj", Cast::Integer},
    {"services.*.ports.target", Cast::Integer},
    {"services.*.ports.published", Cast::Integer},
    {"services.*.scale", Cast::Integer},
    {"services.*.ulimits.*", Cast::Integer},
    {"services.*.ulimits.*.soft", Cast::Integer},
    {"services.*.ulimits.*.hard", Cast::Integer},
    {"services.*.privileged", Cast::Boolean},
    {"services.*.read_only", Cast::Boolean},
    {"services.*.stdin_open", Cast::Boolean},
    {"services.*.tty", Cast::Boolean},
    {"services.*.volumes.read_only", Cast::Boolean},
    {"services.*.volumes.volume.nocopy", Cast::Boolean},
    {"services.*.volumes.tmpfs.size", Cast::Bytes},
    {"networks.*.attachable", Cast::Boolean},
    {"networks.*.external", Cast::Boolean},
    {"networks.*.internal", Cast::Boolean},
    {"networks.*.labels.*", Cast::Text},
    {"volumes.*.external", Cast::Boolean},
    {"volumes.*.labels.*", Cast::Text},
    {"secrets.*.external", Cast::Boolean},
    {"secrets.*.labels.*", Cast::Text},
    {"configs.*.external", Cast::Boolean},
    {"configs.*.labels.*", Cast::Text},
};

// Python's int(text, base=0) after to_int has made an octal number of leading zeros.
bool python_integer(std::string_view written, std::int64_t& value) {
    std::string text(trim(written));
    const bool negative = text.starts_with("-");
    if (negative || text.starts_with("+")) text.erase(0, 1);
    const std::string prefix = lower(text.substr(0, 2));
    int base = prefix == "0x" ? 16 : prefix == "0o" ? 8 : prefix == "0b" ? 2 : 10;
    if (base != 10) text.erase(0, 2);
    if (base == 10 && text.size() > 1 && text[0] == '0') base = 8;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc{} || stop != end || text.starts_with("-")) return false;
    if (negative) value = -value;
    return true;
}

const CastRule* cast_of(const Path& path, Dialect dialect) {
    const std::span<const CastRule> rules =
        dialect == Dialect::V1 ? std::span<const CastRule>(kPythonCasts) : std::span<const CastRule>(kCasts);
    for (const CastRule& rule : rules) {
        if (matches(path, rule.pattern)) return &rule;
    }
    return nullptr;
}

// compose-go writes every list position as "[]", with a dot before it.
std::string go_path(const Path& path) {
    std::string out;
    for (const std::string& step : path) {
        if (!out.empty()) out += '.';
        out += !step.empty() && step[0] == '[' ? "[]" : step;
    }
    return out;
}

// docker-compose 1.29 names the option, the section's noun and the name: service, network, ...
std::string python_option(const Path& path) {
    return path.size() > 2 ? path[2] : path.back();
}

std::string python_section(const Path& path) {
    std::string section = path.empty() ? "" : path[0];
    if (!section.empty() && section.back() == 's') section.pop_back();
    return section;
}

class Interpolating {
  public:
    Interpolating(const Lookup& lookup, Dialect dialect, std::vector<Warning>& warnings)
        : lookup_(lookup), dialect_(dialect), warnings_(warnings) {}

    Result<void> walk(Node& node, const Path& path) {
        if (node.is_string()) return value(node, path);
        if (node.is_scalar() && dialect_ == Dialect::V1) {
            // to_str is the one conversion that does not leave alone what is no string.
            const CastRule* rule = cast_of(path, dialect_);
            if (rule != nullptr && rule->cast == Cast::Text) cast_text(node);
            return {};
        }
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            // interpolation.py, recursive_interpolate: an element has the path of its list.
            const Result<void> done =
                walk(node.items[i],
                     dialect_ == Dialect::V1 ? path : path_of(path, index_step(i)));
            if (!done) return done;
        }
        for (Entry& entry : node.entries) {
            // 1.29 replaces variables in these five sections only.
            if (path.empty() && dialect_ == Dialect::V1 && !is_python_section(entry.key)) continue;
            const Result<void> done = walk(entry.value, path_of(path, entry.key));
            if (!done) return done;
        }
        return {};
    }

  private:
    static bool is_python_section(std::string_view key) {
        return key == "services" || key == "networks" || key == "volumes" || key == "secrets" ||
               key == "configs";
    }

    Result<void> value(Node& node, const Path& path) {
        if (node.text.find('$') != std::string::npos) {
            Interpolation result = interpolate(node.text, lookup_, dialect_);
            if (result.outcome != Interpolation::Outcome::Done) return refused(result, node, path);
            for (const std::string& name : result.unset)
                warn_unset(name, node.place);
            node.text = std::move(result.text);
        }
        const CastRule* rule = cast_of(path, dialect_);
        if (rule == nullptr) return {};
        return cast(node, rule->cast, path);
    }

    void warn_unset(const std::string& name, const Place& place) {
        if (dialect_ == Dialect::V1) {
            // Python's environment remembers what it has complained of.
            if (!seen_.insert(name).second) return;
            warnings_.push_back(
                {fmt::format("The {} variable is not set. Defaulting to a blank string.", name),
                 place,
                 false});
        } else {
            warnings_.push_back(
                {fmt::format("The \"{}\" variable is not set. Defaulting to a blank string.", name),
                 place,
                 false});
        }
    }

    Error refused(const Interpolation& result, const Node& node, const Path& path) const {
        using Outcome = Interpolation::Outcome;
        const std::string where = go_path(path);
        const std::string name = path.size() > 1 ? path[1] : "";
        if (result.outcome == Outcome::TooLong) {
            return Error{
                fmt::format(
                    "the value of {} becomes too long or too deep when its variables are replaced",
                    where),
                node.place,
                "use fewer nested defaults"};
        }
        if (result.outcome == Outcome::RequiredMissing) {
            const std::string hint = fmt::format("set {} in the shell or in .env", result.variable);
            if (dialect_ == Dialect::V1) {
                return Error{fmt::format("Missing mandatory value for \"{}\" option interpolating "
                                         "{} in {} \"{}\": {}",
                                         python_option(path),
                                         node.text,
                                         python_section(path),
                                         name,
                                         result.reason.empty() ? result.variable : result.reason),
                             node.place,
                             hint};
            }
            return Error{
                fmt::format(
                    "error while interpolating {}: required variable {} is missing a value{}{}",
                    where,
                    result.variable,
                    result.reason.empty() ? "" : ": ",
                    result.reason),
                node.place,
                hint};
        }
        if (dialect_ == Dialect::V1) {
            return Error{
                fmt::format("Invalid interpolation format for \"{}\" option in {} \"{}\": \"{}\"",
                            python_option(path),
                            python_section(path),
                            name,
                            node.text),
                node.place,
                "write $$ for a dollar sign; variables are $NAME or ${NAME}"};
        }
        return Error{fmt::format("invalid interpolation format for {}.\nYou may need to escape any "
                                 "$ with another $.\n{}",
                                 where,
                                 result.template_text),
                     node.place,
                     "write $$ for a dollar sign; variables are $NAME or ${NAME}"};
    }

    Error bad_cast(const Node& node,
                   const Path& path,
                   const std::string& go,
                   const std::string& python,
                   const std::string& hint) const {
        if (dialect_ == Dialect::V1) {
            Path singular = path;
            singular[0] = python_section(path);
            return Error{fmt::format("Error while attempting to convert {} to appropriate type: "
                                     "\"{}\" is not a valid {}",
                                     go_path(singular),
                                     node.text,
                                     python),
                         node.place,
                         hint};
        }
        return Error{
            fmt::format("error while interpolating {}: failed to cast to expected type: {}",
                        go_path(path),
                        go),
            node.place,
            hint};
    }

    Result<void> cast(Node& node, Cast kind, const Path& path) {
        switch (kind) {
            case Cast::Integer:
            case Cast::Integer64: {
                std::string_view digits = node.text;
                if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);
                std::int64_t number = 0;
                const bool read = dialect_ == Dialect::V1 ? python_integer(node.text, number)
                                                          : parse_integer(digits, number);
                if (!read) {
                    return bad_cast(node,
                                    path,
                                    fmt::format("strconv.{}: parsing \"{}\": invalid syntax",
                                                kind == Cast::Integer ? "Atoi" : "ParseInt",
                                                node.text),
                                    "integer",
                                    "write a whole number");
                }
                node = integer_node(number, node.place);
                return {};
            }
            case Cast::Float: {
                double number = 0;
                const char* end = node.text.data() + node.text.size();
                const auto [stop, error] = std::from_chars(node.text.data(), end, number);
                if (error != std::errc{} || stop != end || node.text.empty()) {
                    return bad_cast(
                        node,
                        path,
                        fmt::format("strconv.ParseFloat: parsing \"{}\": invalid syntax",
                                    node.text),
                        "float",
                        "write a number such as 0.5");
                }
                Node cast_node = string_node(float_text(number, dialect_), node.place);
                cast_node.kind = NodeKind::Float;
                node = std::move(cast_node);
                return {};
            }
            case Cast::Boolean:
                return cast_boolean(node, path);
            case Cast::Bytes: {
                std::int64_t number = 0;
                if (!parse_bytes(node.text, number))
                    return bad_cast(node, path, {}, "byte value", "write a size such as 64m");
                node = integer_node(number, node.place);
                return {};
            }
            case Cast::Microseconds:
                return cast_microseconds(node, path);
            case Cast::Text:
                return {};
        }
        return {};
    }

    // to_microseconds of 1.29.2 breaks down at what is no duration, also at a plain number in
    // quotes; so the sentence is that of its other conversions.
    Result<void> cast_microseconds(Node& node, const Path& path) const {
        const Result<Duration> duration = parse_duration(node.text, false);
        if (!duration) return bad_cast(node, path, {}, "integer", "write 50ms, or a number without quotes");
        node = integer_node(duration->nanoseconds / 1'000, node.place);
        return {};
    }

    static void cast_text(Node& node) {
        const bool boolean = node.kind == NodeKind::Boolean;
        node = string_node(!boolean         ? node.text
                           : node.is_true() ? "True"
                                            : "False",
                           node.place);
    }

    Result<void> cast_boolean(Node& node, const Path& path) {
        const std::string word = lower(node.text);
        const bool loose_true = word == "y" || word == "yes" || word == "on";
        const bool loose_false = word == "n" || word == "no" || word == "off";
        if (!loose_true && !loose_false && word != "true" && word != "false") {
            return bad_cast(node,
                            path,
                            "invalid boolean: " + node.text,
                            "boolean value",
                            "write true or false");
        }
        const bool value = loose_true || word == "true";
        if ((loose_true || loose_false) && dialect_ == Dialect::V2) {
            warnings_.push_back(
                {fmt::format("\"{}\" for boolean is not supported by YAML 1.2, please use `{}`",
                             node.text,
                             value ? "true" : "false"),
                 node.place,
                 false});
        }
        node = boolean_node(value, node.place);
        return {};
    }

    const Lookup& lookup_;
    Dialect dialect_;
    std::vector<Warning>& warnings_;
    std::set<std::string> seen_;
};

}  // namespace

Result<void> interpolate_model(Node& model,
                               const Lookup& lookup,
                               Dialect dialect,
                               std::vector<Warning>& warnings) {
    return Interpolating(lookup, dialect, warnings).walk(model, {});
}

}  // namespace podium::compose
