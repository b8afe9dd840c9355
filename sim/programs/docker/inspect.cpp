// `docker inspect` and the inspect verbs of containers, images, networks and volumes.

#include "sim/programs/format/inspect.hpp"

#include <array>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/model/world.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using format::Inspected;
using model::Operation;
using shell::Step;

struct Kind {
    std::string_view name;
    Inspected what;
    Operation operation;
    std::string_view path = {};  ///< Of what a swarm answers.
};

// In the order in which docker tries them.
constexpr std::array kKinds{
    Kind{"container", Inspected::Container, Operation::ContainerInspect},
    Kind{"image", Inspected::Image, Operation::ImageInspect},
    Kind{"network", Inspected::Network, Operation::NetworkInspect},
    Kind{"volume", Inspected::Volume, Operation::VolumeInspect},
    Kind{"service", Inspected::Service, Operation::Orchestration, "/services/"},
    Kind{"task", Inspected::Task, Operation::Orchestration, "/tasks/"},
    Kind{"node", Inspected::Node, Operation::Orchestration, "/nodes/"},
    Kind{"secret", Inspected::Secret, Operation::Orchestration, "/secrets/"},
    Kind{"config", Inspected::Config, Operation::Orchestration, "/configs/"},
};
constexpr std::size_t kFirstOfSwarm = 4;
constexpr std::size_t kNetwork = 2;
constexpr std::array<std::string_view, 10> kAllTypes{"config",
                                                     "container",
                                                     "image",
                                                     "network",
                                                     "node",
                                                     "plugin",
                                                     "secret",
                                                     "service",
                                                     "task",
                                                     "volume"};

class Inspect final : public VerbProgram<Inspect> {
  public:
    /// Looks among all kinds, or among one.
    Inspect(Invocation invocation, std::optional<std::size_t> only)
        : VerbProgram(std::move(invocation)), only_(only) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!inspector_) {
            auto made = format::Inspector::make(flags().text("format"));
            if (!made) return fail(context, made.error().message, format::kTemplateStatus);
            inspector_ = std::move(*made);
            kind_ = only_.value_or(0);
        }
        while (at_ < arguments().size()) {
            if (asks_info_) {
                if (!asked(context, call_, answer_, [] { return request_for(Operation::Info); }))
                    return Step::block();
                if (answer_.status == 0) print_error(context, error_text(answer_) + "\n");
                asks_info_ = false;
                const Json info = Json::parse(answer_.body, nullptr, false);
                const bool manager = answer_.ok() && info.is_object() && info.contains("Swarm") && info["Swarm"].value("ControlAvailable", false);
                if (!manager) next(no_such_object());
                continue;
            }
            if (!asked(context, call_, answer_, [this] { return request(); })) return Step::block();
            if (!in_swarm_ && kind_ == kNetwork && answer_.status == 404 && context.world().host(context.row().host).engine.orchestrated) {
                // A network of the swarm that this host has no part of yet.
                in_swarm_ = true;
                continue;
            }
            if (in_swarm_ && !answer_.ok()) answer_.status = 404;  // a worker can't ask, and nobody is told
            in_swarm_ = false;
            take(context);
        }
        const std::string errors = inspector_->errors();
        return finish(context, {inspector_->output(), errors, errors.empty() ? 0 : 1});
    }

  private:
    [[nodiscard]] model::RequestSpec request() const {
        if (const std::string_view path = in_swarm_ ? "/networks/" : kKinds[kind_].path; !path.empty()) {
            const bool service = kKinds[kind_].name == "service";
            return request_for(Operation::Orchestration, fmt::format("GET {}{}{}", path, arguments()[at_], service ? "?insertDefaults=true" : ""));
        }
        model::RequestSpec spec = request_for(kKinds[kind_].operation, arguments()[at_]);
        if (kinds_have_size() && flags().on("size")) spec.options["size"] = "1";
        if (flags().on("verbose")) spec.options["verbose"] = "1";
        if (!only_) spec.options["any-kind"] = "1";
        return spec;
    }

    [[nodiscard]] bool kinds_have_size() const {
        return kKinds[kind_].what == Inspected::Container;
    }

    void take(model::ProcessContext& context) {
        if (answer_.ok()) {
            if (flags().on("size") && !kinds_have_size()) {
                print_error(context,
                            fmt::format("WARNING: --size ignored for {}\n", kKinds[kind_].name));
            }
            Json described = Json::parse(answer_.body, nullptr, false);
            inspector_->add(kKinds[kind_].what, described);
            next({});
        } else if (only_) {
            next(error_text(answer_));
        } else if (!skips()) {
            next(error_text(answer_));
        } else if (++kind_ == kFirstOfSwarm) {
            // Whether services and the like are looked for depends on whether this is a swarm's
            // manager.
            asks_info_ = true;
        } else if (kind_ == kKinds.size()) {
            next(no_such_object());
        }
    }

    [[nodiscard]] std::string no_such_object() const { return fmt::format("Error: No such object: {}", arguments()[at_]); }

    // Whether what the engine said only means that it is no thing of this kind.
    [[nodiscard]] bool skips() const {
        return answer_.status == 404 ||
               answer_.message().find("invalid reference format") != std::string::npos;
    }

    void next(const std::string& error) {
        if (!error.empty()) inspector_->add_error(error);
        ++at_;
        kind_ = only_.value_or(0);
    }

    std::optional<std::size_t> only_;
    std::optional<format::Inspector> inspector_;
    std::size_t at_ = 0;
    std::size_t kind_ = 0;
    bool asks_info_ = false;
    bool in_swarm_ = false;
    Call call_;
    Answer answer_;
};

std::unique_ptr<shell::Program> start_one_kind(Invocation invocation, std::size_t kind) {
    return std::make_unique<Inspect>(std::move(invocation), kind);
}

std::string type_list() {
    std::string out;
    for (const std::string_view type : kAllTypes)
        out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", type);
    return out;
}

}  // namespace

std::unique_ptr<shell::Program> start_inspect(Invocation invocation) {
    if (!invocation.flags.has("type"))
        return std::make_unique<Inspect>(std::move(invocation), std::nullopt);
    const std::string type = invocation.flags.text("type");
    if (type.empty())
        return say(std::move(invocation),
                   failed(fmt::format("type is empty: must be one of {}", type_list())));
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i].name == type) return start_one_kind(std::move(invocation), i);
    }
    for (const std::string_view known : kAllTypes) {
        if (known == type)
            return say(std::move(invocation),
                       failed(fmt::format("docker inspect: Podium does not simulate --type {} yet",
                                          type)));
    }
    return say(
        std::move(invocation),
        failed(fmt::format("unknown type: {}: must be one of {}", in_quotes(type), type_list())));
}

std::unique_ptr<shell::Program> start_inspect_container(Invocation invocation) {
    return start_one_kind(std::move(invocation), 0);
}

std::unique_ptr<shell::Program> start_inspect_image(Invocation invocation) {
    return start_one_kind(std::move(invocation), 1);
}

std::unique_ptr<shell::Program> start_inspect_network(Invocation invocation) {
    return start_one_kind(std::move(invocation), 2);
}

std::unique_ptr<shell::Program> start_inspect_volume(Invocation invocation) {
    return start_one_kind(std::move(invocation), 3);
}

}  // namespace podium::programs::docker
