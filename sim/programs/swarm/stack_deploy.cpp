// `docker stack deploy` (cli/command/stack/swarm/deploy.go and deploy_composefile.go of docker/cli 28.2).

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/service_parts.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/stack_file.hpp"
#include "sim/programs/swarm/stack_spec.hpp"
#include "sim/programs/swarm/stack_verbs.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

// One part of a deployment: done, waiting for an answer, or what is wrong.
enum class Done : std::uint8_t { Yes, Waits };
using Part = Result<Done>;

std::string text_of(const Json& body) { return format::compact_json(body, format::HtmlEscape::Yes); }

// The engine's answer to a question about the whole stack.
const Reply* ask_stack(Talk& talk, std::string_view what, const std::string& stack) { return talk.ask(target_of("GET", what, {filters_of({stack_filter(stack)})})); }

class Deployment {
  public:
    Deployment(const Invocation& invocation, Talk& talk, const compose::Project& project)
        : invocation_(invocation), talk_(talk), project_(project), stack_(invocation.arguments().front()), resolve_(invocation.flags.text("resolve-image", "always")) {}

    Outcome run() {
        const Part parts[] = {check_manager(), prune(), check_external(), make_networks(), make_files(true), make_files(false), find_files(), make_services()};
        for (const Part& part : parts) {
            if (!part) return ends_badly(part.error().message);
            if (*part == Done::Waits) return std::nullopt;
        }
        tell_unsimulated_sentences(talk_.context(), "stack deploy", unsimulated_in_stack(project_));
        Ending ending = ends();
        if (!invocation_.flags.on("detach", true)) ending.services = ids_;
        ending.quiet = invocation_.flags.on("quiet");
        ending.named_errors = true;
        return ending;
    }

  private:
    // Parts behind one that waits or has failed must not ask.
    [[nodiscard]] bool stopped() const { return stopped_; }
    Part stop(Part part) {
        stopped_ = true;
        return part;
    }
    Part waits() { return stop(Done::Waits); }

    Part check_manager() {
        const Reply* info = talk_.ask_engine(request_for(model::Operation::Info));
        if (info == nullptr) return waits();
        if (!info->ok()) return stop(wrong(info->error()));
        if (flag_at(info->value(), "Swarm.ControlAvailable")) return Done::Yes;
        return stop(wrong("this node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again"));
    }

    Part prune() {
        if (stopped() || !invocation_.flags.on("prune")) return Done::Yes;
        const Reply* services = ask_stack(talk_, "/services", stack_);
        if (services == nullptr) return waits();
        if (!services->ok()) talk_.print_error(fmt::format("Failed to list services: {}\n", services->error()));
        std::map<std::string, const Json*> gone;
        for (const Json& service : services->value()) {
            if (!service.is_object()) break;
            const std::string name = text_at(service, "Spec.Name");
            if (project_.find_service(name.starts_with(stack_ + "_") ? name.substr(stack_.size() + 1) : name) == nullptr) gone[name] = &service;
        }
        for (const auto& [name, service] : gone)
            if (remove_part(talk_, "service", name, text_at(*service, "ID")) == Removal::Waits) return waits();
        return Done::Yes;
    }

    Part check_external() {
        if (stopped()) return Done::Yes;
        networks_ = stack_networks(project_, stack_);
        for (const StackNetwork& network : networks_) {
            if (!network.external || network.name == "host" || network.name == "bridge" || network.name == "none" || network.name == "default") continue;
            // The host's own first; one of the swarm may be unknown to it.
            const Reply* found = talk_.ask_engine(request_for(model::Operation::NetworkInspect, network.name));
            if (found == nullptr) return waits();
            if (found->is_missing()) found = talk_.ask(target_of("GET", "/networks/" + path_part(network.name)));
            if (found == nullptr) return waits();
            if (found->is_missing())
                return stop(wrong(fmt::format("network {} is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed", in_quotes(network.name))));
            if (!found->ok()) return stop(wrong(found->error()));
            if (const std::string scope = text_at(found->value(), "Scope"); scope != "swarm")
                return stop(wrong(fmt::format("network {} is declared as external, but it is not in the right scope: {} instead of \"swarm\"", in_quotes(network.name), in_quotes(scope))));
        }
        return Done::Yes;
    }

    Part make_networks() {
        if (stopped()) return Done::Yes;
        const Reply* known = ask_stack(talk_, "/networks", stack_);
        if (known == nullptr) return waits();
        if (!known->ok()) return stop(wrong(known->error()));
        std::set<std::string> names;
        for (const Json& network : known->value()) names.insert(text_at(network, "Name"));
        for (const StackNetwork& network : networks_) {
            if (network.external || names.count(network.name) != 0) continue;
            talk_.print(fmt::format("Creating network {}\n", network.name));
            const Reply* made = talk_.ask("POST /networks/create", network.body);
            if (made == nullptr) return waits();
            if (!made->ok()) return stop(wrong(fmt::format("failed to create network {}: {}", network.name, made->error())));
        }
        return Done::Yes;
    }

    Part make_files(bool secrets) {
        if (stopped()) return Done::Yes;
        const char* const what = secrets ? "secret" : "config";
        const auto specs = stack_files(talk_, secrets ? project_.secrets : project_.configs, stack_);
        if (!specs) return stop(specs.error());
        for (const Json& spec : *specs) {
            const std::string name = text_at(spec, "Name");
            const Reply* known = talk_.ask(target_of("GET", fmt::format("/{}s/{}", what, path_part(name))));
            if (known == nullptr) return waits();
            if (!known->ok() && !known->is_missing()) return stop(wrong(known->error()));
            const bool fresh = known->is_missing();
            if (fresh) talk_.print(fmt::format("Creating {} {}\n", what, name));
            const Reply* done = fresh ? talk_.ask(fmt::format("POST /{}s/create", what), text_of(spec))
                                      : talk_.ask(target_of("POST", fmt::format("/{}s/{}/update", what, text_at(known->value(), "ID")), {{"version", std::to_string(number_at(known->value(), "Version.Index"))}}), text_of(spec));
            if (done == nullptr) return waits();
            if (!done->ok()) return stop(wrong(fmt::format("failed to {} {} {}: {}", fresh ? "create" : "update", what, name, done->error())));
        }
        return Done::Yes;
    }

    // The ids of what each service is given.
    Part find_files() {
        if (stopped()) return Done::Yes;
        for (const compose::Service* service : in_file_order(project_)) {
            Json found[2];
            for (const bool secrets : {true, false}) {
                const auto wanted = service_files(secrets ? service->secrets : service->configs, secrets ? project_.secrets : project_.configs, stack_, secrets);
                if (!wanted) return stop(wrong(fmt::format("service {}: {}", service->name, wanted.error().message)));
                const auto resolved = resolve_files(talk_, *wanted, secrets ? "secret" : "config");
                if (!resolved) return waits();
                if (!*resolved) return stop(wrong(fmt::format("service {}: {}", service->name, resolved->error().message)));
                found[secrets ? 0 : 1] = **resolved;
            }
            auto spec = stack_service(project_, *service, stack_, found[0], found[1]);
            if (!spec) return stop(wrong(fmt::format("service {}: {}", service->name, spec.error().message)));
            specs_.push_back(std::move(*spec));
        }
        return Done::Yes;
    }

    Part make_services() {
        if (stopped()) return Done::Yes;
        const Reply* known = ask_stack(talk_, "/services", stack_);
        if (known == nullptr) return waits();
        if (!known->ok()) return stop(wrong(known->error()));
        std::map<std::string, const Json*> by_name;
        for (const Json& service : known->value()) by_name[text_at(service, "Spec.Name")] = &service;
        for (Json& spec : specs_) {
            const auto found = by_name.find(text_at(spec, "Name"));
            Part part = found == by_name.end() ? create(spec) : update(spec, *found->second);
            if (!part || *part == Done::Waits) return stop(std::move(part));
        }
        return Done::Yes;
    }

    Part create(Json& spec) {
        const std::string name = text_at(spec, "Name");
        talk_.print(fmt::format("Creating service {}\n", name));
        if (!settle_image(spec, resolve_ != "never", nullptr)) return Done::Waits;
        const Reply* made = talk_.ask("POST /services/create", text_of(in_order(spec)));
        if (made == nullptr) return Done::Waits;
        if (!made->ok()) return wrong(fmt::format("failed to create service {}: {}", name, made->error()));
        // Warnings are told of updates alone.
        ids_.push_back(text_at(made->value(), "ID"));
        return Done::Yes;
    }

    Part update(Json& spec, const Json& known) {
        const std::string name = text_at(spec, "Name");
        const std::string id = text_at(known, "ID");
        talk_.print(fmt::format("Updating service {} (id: {})\n", name, id));
        Json& task = spec["TaskTemplate"];
        const std::string image = text_at(task, "ContainerSpec.Image");
        const Json& labels = at(known, "Spec.Labels");
        const auto before = labels.is_object() ? labels.find(std::string(kStackImageLabel)) : labels.end();
        const bool same = labels.is_object() && before != labels.end() && *before == image;
        // An image that hasn't changed stays the one that was found then.
        if (resolve_ != "always" && same) task["ContainerSpec"]["Image"] = text_at(known, "Spec.TaskTemplate.ContainerSpec.Image");
        task["ForceUpdate"] = number_at(known, "Spec.TaskTemplate.ForceUpdate");
        std::string warning;
        if (!settle_image(spec, resolve_ == "always" || (resolve_ == "changed" && !same), &warning)) return Done::Waits;
        const Reply* updated = talk_.ask(target_of("POST", fmt::format("/services/{}/update", id), {{"version", std::to_string(number_at(known, "Version.Index"))}}), text_of(in_order(spec)));
        if (updated == nullptr) return Done::Waits;
        if (!updated->ok()) return wrong(fmt::format("failed to update service {}: {}", name, updated->error()));
        print_warnings(talk_, updated->value(), warning);
        ids_.push_back(id);
        return Done::Yes;
    }

    // False while the registry's answer is missing.
    bool settle_image(Json& spec, bool ask_registry, std::string* warning) {
        Json& task = spec["TaskTemplate"];
        task["ContainerSpec"]["Image"] = tagged_image(text_at(task, "ContainerSpec.Image"));
        if (!ask_registry) return true;
        const auto told = resolve_image(talk_, task);
        if (told && warning != nullptr) *warning = *told;
        return told.has_value();
    }

    const Invocation& invocation_;
    Talk& talk_;
    const compose::Project& project_;
    std::string stack_;
    std::string resolve_;
    bool stopped_ = false;
    std::vector<StackNetwork> networks_;
    std::vector<Json> specs_;
    std::vector<std::string> ids_;
};

Outcome deploy_stack(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    if (const std::string bad = bad_stack_name(invocation.arguments().front()); !bad.empty()) return ends_badly(bad);
    const auto project = load_stack(invocation, talk, true, StackUse::Deploy);
    if (!project) return std::nullopt;
    if (!*project) return ends_badly(project->error().message);
    const auto warnings = stack_warnings(***project);
    if (!warnings) return ends_badly(warnings.error().message);
    if (!warnings->empty()) talk.print_error(*warnings);
    const std::string resolve = flags.text("resolve-image", "always");
    if (resolve != "always" && resolve != "changed" && resolve != "never") return ends_badly(fmt::format("Invalid option {} for flag --resolve-image", resolve));
    if (!flags.has("detach"))
        talk.print_error("Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n");
    return Deployment(invocation, talk, ***project).run();
}

}  // namespace

std::unique_ptr<shell::Program> start_stack_deploy(Invocation invocation) { return start_procedure(std::move(invocation), deploy_stack); }

}  // namespace podium::programs::docker
