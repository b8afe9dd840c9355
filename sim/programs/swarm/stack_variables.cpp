// Variables in stack files, as cli/compose/interpolation and cli/compose/loader/interpolate.go of docker/cli 28.2
// fill them in.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/yaml.hpp"
#include "sim/programs/docker/flags.hpp"
#include "sim/programs/swarm/stack_schema.hpp"

namespace podium::programs::docker {
namespace {

using compose::Entry;
using compose::Node;
using compose::NodeKind;

struct StackCast {
    std::string_view pattern;
    NodeKind kind;
};

// cli/compose/loader/interpolate.go.
constexpr std::array kStackCasts{
    StackCast{"services.*.configs.[].mode", NodeKind::Integer},
    StackCast{"services.*.secrets.[].mode", NodeKind::Integer},
    StackCast{"services.*.healthcheck.retries", NodeKind::Integer},
    StackCast{"services.*.healthcheck.disable", NodeKind::Boolean},
    StackCast{"services.*.deploy.replicas", NodeKind::Integer},
    StackCast{"services.*.deploy.update_config.parallelism", NodeKind::Integer},
    StackCast{"services.*.deploy.update_config.max_failure_ratio", NodeKind::Float},
    StackCast{"services.*.deploy.rollback_config.parallelism", NodeKind::Integer},
    StackCast{"services.*.deploy.rollback_config.max_failure_ratio", NodeKind::Float},
    StackCast{"services.*.deploy.restart_policy.max_attempts", NodeKind::Integer},
    StackCast{"services.*.deploy.placement.max_replicas_per_node", NodeKind::Integer},
    StackCast{"services.*.ports.[].target", NodeKind::Integer},
    StackCast{"services.*.ports.[].published", NodeKind::Integer},
    StackCast{"services.*.ulimits.*", NodeKind::Integer},
    StackCast{"services.*.ulimits.*.hard", NodeKind::Integer},
    StackCast{"services.*.ulimits.*.soft", NodeKind::Integer},
    StackCast{"services.*.privileged", NodeKind::Boolean},
    StackCast{"services.*.oom_score_adj", NodeKind::Integer},
    StackCast{"services.*.read_only", NodeKind::Boolean},
    StackCast{"services.*.stdin_open", NodeKind::Boolean},
    StackCast{"services.*.tty", NodeKind::Boolean},
    StackCast{"services.*.volumes.[].read_only", NodeKind::Boolean},
    StackCast{"services.*.volumes.[].volume.nocopy", NodeKind::Boolean},
    StackCast{"networks.*.external", NodeKind::Boolean},
    StackCast{"networks.*.internal", NodeKind::Boolean},
    StackCast{"networks.*.attachable", NodeKind::Boolean},
    StackCast{"volumes.*.external", NodeKind::Boolean},
    StackCast{"secrets.*.external", NodeKind::Boolean},
    StackCast{"configs.*.external", NodeKind::Boolean},
};

bool follows_pattern(const std::vector<std::string>& path, std::string_view pattern) {
    const std::vector<std::string> steps = split(pattern, '.');
    if (steps.size() != path.size()) return false;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i] != "*" && steps[i] != path[i]) return false;
    return true;
}

class StackVariables {
  public:
    explicit StackVariables(const compose::Lookup& variables) : variables_(variables) {}

    Result<void> fill(Node& node) {
        if (node.is_string()) return replace(node);
        for (Entry& entry : node.entries)
            if (const Result<void> done = step(entry.value, entry.key); !done) return done;
        for (Node& item : node.items)
            if (const Result<void> done = step(item, "[]"); !done) return done;
        return {};
    }

  private:
    Result<void> step(Node& node, const std::string& name) {
        path_.push_back(name);
        Result<void> done = fill(node);
        path_.pop_back();
        return done;
    }

    [[nodiscard]] Error wrong_template(const std::string& what) const {
        return Error{fmt::format("invalid interpolation format for {}: {}; you may need to escape any $ with another $", join(path_, "."), in_quotes(what)), {}, {}};
    }

    Result<void> replace(Node& node) {
        const compose::Interpolation filled = compose::interpolate(node.text, variables_);
        switch (filled.outcome) {
            case compose::Interpolation::Outcome::Done: break;
            // docker's sentence for both: a required one is a template of its own making (template.go, withRequired).
            case compose::Interpolation::Outcome::RequiredMissing:
                return wrong_template(fmt::format("required variable {} is missing a value: {}", filled.variable, filled.reason));
            case compose::Interpolation::Outcome::InvalidTemplate: return wrong_template(node.text);
            case compose::Interpolation::Outcome::TooLong: return Error{fmt::format("{}: a value is too long once its variables are filled in", join(path_, ".")), {}, {}};
        }
        if (filled.text == node.text) return {};
        node.text = filled.text;
        node.quoted = true;
        const auto cast = std::find_if(kStackCasts.begin(), kStackCasts.end(), [this](const StackCast& one) { return follows_pattern(path_, one.pattern); });
        return cast == kStackCasts.end() ? Result<void>{} : become(node, cast->kind);
    }

    Result<void> become(Node& node, NodeKind kind) const {
        const auto wrong = [&](std::string_view what) { return Error{fmt::format("error while interpolating {}: failed to cast to expected type: {}", join(path_, "."), what), {}, {}}; };
        const std::string word = lower(node.text);
        if (kind == NodeKind::Boolean) {
            const bool yes = word == "y" || word == "yes" || word == "true" || word == "on";
            const bool no = word == "n" || word == "no" || word == "false" || word == "off";
            if (!yes && !no) return wrong("invalid boolean: " + node.text);
            node = compose::boolean_node(yes, node.place);
            return {};
        }
        const Node number = compose::resolve_plain_scalar(node.text, compose::Dialect::V2, node.place);
        const bool fits = number.kind == NodeKind::Integer || (kind == NodeKind::Float && number.kind == NodeKind::Float);
        if (!fits) return wrong(fmt::format("strconv.{}: parsing {}: invalid syntax", kind == NodeKind::Integer ? "Atoi" : "ParseFloat", in_quotes(node.text)));
        node = number;
        return {};
    }

    const compose::Lookup& variables_;
    std::vector<std::string> path_;
};

}  // namespace

Result<void> fill_in_stack_variables(Node& file, const compose::Lookup& variables) { return StackVariables(variables).fill(file); }

}  // namespace podium::programs::docker
