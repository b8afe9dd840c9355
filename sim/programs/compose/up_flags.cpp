// What is wrong with the command line of `up`, `create`, `scale` and `run`.

#include "sim/programs/compose/up.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/defaults.hpp"

namespace podium::programs::composing {

bool Up::read_scales(std::string& wrong) {
    std::vector<std::string> entries = kind_ == UpKind::Scale ? wish().arguments() : flags().all("scale");
    for (const std::string& entry : entries) {
        const std::size_t equals = entry.find('=');
        const std::string name = entry.substr(0, equals);
        const std::string text = equals == std::string::npos ? std::string() : entry.substr(equals + 1);
        std::int64_t count = 0;
        const bool number = parse_integer(text, count) && count >= 0;
        wrong = number ? unknown_service({name}) : wrong_scale(entry, name, text);
        if (!wrong.empty()) return false;
        scales_[name] = count;
    }
    wrong = wrong_names();
    return wrong.empty();
}

std::string Up::too_many() const {
    const Convergence wanted = convergence();
    for (const std::string& name : services_) {
        const compose::Service& service = *project().find_service(name);
        const std::int64_t count = scale_of(wanted, service);
        if (count <= kMostReplicas) continue;
        const std::string own = fmt::format("services.{}.scale", service.name);
        const bool written = compose::node_at(project().model, own) != nullptr;
        const std::string place = compose::place_at(project().model, written ? own : fmt::format("services.{}.deploy.replicas", service.name)).text();
        return fmt::format("{}service \"{}\" is to have {} containers; Podium gives one service at most {}", scales_.contains(service.name) ? std::string() : place + ": ", service.name, count, kMostReplicas);
    }
    return {};
}

std::string Up::wrong_scale(const std::string& entry, const std::string& name, const std::string& text) const {
    if (v1() && entry.find('=') == std::string::npos) return fmt::format("Arguments to scale should be in the form service=num");
    if (v1()) return fmt::format("Number of containers for service \"{}\" is not a number", name);
    if (kind_ == UpKind::Scale) {
        return text.empty() || name.empty() ? fmt::format("invalid scale specifier: {}", entry) : fmt::format("invalid scale specifier: can't parse replica value as int: {}", entry);
    }
    const bool two = std::count(entry.begin(), entry.end(), '=') == 1;
    return two ? fmt::format("strconv.Atoi: parsing \"{}\": invalid syntax", text) : fmt::format("invalid --scale option \"{}\". Should be SERVICE=NUM", entry);
}

std::string Up::wrong_names() const {
    for (const auto& [name, count] : scales_) {
        const std::string& own = project().find_service(name)->container_name;
        if (own.empty() || count < 2 || v1()) continue;
        return fmt::format("WARNING: The \"{}\" service is using the custom container name \"{}\". Docker requires each container to have a unique name. Remove the custom name to scale the service", name, own);
    }
    return {};
}

std::string Up::unattachable() const {
    std::string list;
    for (const std::string& name : flags().all("attach")) {
        if (std::find(services_.begin(), services_.end(), name) == services_.end()) list += (list.empty() ? "" : ", ") + name;
    }
    return list.empty() ? list : fmt::format("cannot attach to services not included in up: {}", list);
}

std::string Up::conflicting_flags_v1() const {
    if (flags().on("force-recreate") && flags().on("no-recreate")) return "--force-recreate and --no-recreate cannot be combined.";
    if (flags().on("renew-anon-volumes") && flags().on("no-recreate")) return "--renew-anon-volumes and --no-recreate cannot be combined.";
    if (flags().has("publish") && flags().on("service-ports")) return "Service port mapping and manual port mapping can not be used together";
    if (flags().on("detach") && (aborts() || flags().on("attach-dependencies"))) return "-d cannot be combined with --abort-on-container-exit or --attach-dependencies.";
    if (variable_on("COMPOSE_IGNORE_ORPHANS") && flags().on("remove-orphans")) return "COMPOSE_IGNORE_ORPHANS and --remove-orphans cannot be combined.";
    for (const std::string_view name : {"detach", "abort-on-container-exit", "exit-code-from", "attach-dependencies"}) {
        if (kind_ == UpKind::Up && flags().on("no-start") && flags().has(name)) return fmt::format("--no-start and --{} cannot be combined.", name);
    }
    return {};
}

std::string Up::conflicting_flags_v2() const {
    const bool fails = flags().on("abort-on-container-failure");
    const bool stops = flags().on("abort-on-container-exit") || (flags().has("exit-code-from") && !fails);
    const bool attaches = flags().on("attach-dependencies") || flags().has("attach");
    const std::string pull = flags().text("pull", "policy");
    if (stops && fails) return "--abort-on-container-failure cannot be combined with --abort-on-container-exit";
    if (flags().on("wait") && (attaches || stops)) return "--wait cannot be combined with --abort-on-container-exit, --attach or --attach-dependencies";
    if ((flags().on("detach") || flags().on("wait")) && (attaches || stops || fails)) {
        return fmt::format("--{} cannot be combined with --abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch", flags().on("wait") ? "wait" : "detach");
    }
    if (flags().on("renew-anon-volumes") && flags().on("no-recreate")) return "--no-recreate and --renew-anon-volumes are incompatible";
    if (flags().on("force-recreate") && flags().on("no-recreate")) return "--force-recreate and --no-recreate are incompatible";
    if (flags().on("always-recreate-deps") && flags().on("no-recreate")) return "--always-recreate-deps and --no-recreate are incompatible";
    if (flags().has("attach") && flags().on("attach-dependencies")) return "cannot combine --attach and --attach-dependencies";
    if (kind_ == UpKind::Up && ignores_orphans() && removes_orphans()) return "cannot combine COMPOSE_IGNORE_ORPHANS and --remove-orphans";
    if (kind_ == UpKind::Run) {
        if (std::string wrong = conflicting_run_flags(); !wrong.empty()) return wrong;
    }
    if (flags().has("pull") && pull != "always" && pull != "never" && pull != "missing" && pull != "build" && pull != "if_not_present") return fmt::format("invalid --pull option \"{}\"", pull);
    return {};
}

std::string Up::conflicting_run_flags() const {
    if (flags().has("publish") && flags().on("service-ports")) return "--service-ports and --publish are incompatible";
    if (flags().has("tty") && flags().has("no-TTY")) return "--tty and --no-TTY can't be used together";
    for (const std::string& label : flags().all("label")) {
        if (label.find('=') == std::string::npos) return "label must be set as KEY=VALUE";
    }
    return {};
}

}  // namespace podium::programs::composing
