// `build`, and what builds an image for it, for `up`, `create` and `run`.

#include "sim/programs/compose/build.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/programs/build_context.hpp"
#include "sim/programs/compose/client.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/prepare.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/build.hpp"

namespace podium::programs::composing {
namespace {

constexpr const char* kBuilderLabel = "com.docker.compose.image.builder";

class Build final : public ComposeCommand<Build> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            ask(request_for(model::Operation::Version));
            round_ = 1;
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            round_ = 2;
            return plan(context);
        }
        if (board_.errors().empty()) return finish(0);
        return fail(context, board_.errors().front().message);
    }

    [[nodiscard]] std::string_view title() const override { return "Building"; }

  private:
    Move plan(model::ProcessContext& context) {
        board_.stop_at_error = true;
        BuildWish how;
        how.no_cache = flags().on("no-cache");
        how.pull = flags().on("pull");
        how.quiet = flags().on("quiet");
        // docker compose 2 takes these two and does nothing with them.
        how.remove = !v1() || !flags().on("no-rm");
        how.force_remove = v1() && flags().on("force-rm");
        const std::string memory = flags().text("memory");
        if (!memory.empty() && !docker::parse_size(memory, how.memory_bytes)) {
            // As docker says it, which 1.29 asks to build the first service.
            print_error(context, fmt::format("invalid argument {} for \"-m, --memory\" flag: invalid size: '{}'\n", docker::in_quotes(memory), memory));
            const std::vector<std::string> names = chosen_services(project(), wish().arguments(), false);
            return fail(context, build_failure_v1(names.empty() ? std::string() : names.front()));
        }
        for (const std::string& entry : flags().all("build-arg")) {
            const std::size_t equals = entry.find('=');
            how.arguments[entry.substr(0, equals)] = equals == std::string::npos ? variable(entry) : entry.substr(equals + 1);
        }
        Preparer preparer(project(), board_);
        bool warned = v1();
        for (const std::string& name : chosen_services(project(), wish().arguments(), flags().on("with-dependencies"))) {
            const compose::Service& service = *project().find_service(name);
            if (!service.build) {
                if (v1() && !how.quiet) print_error(context, name + " uses an image, skipping\n");
                continue;
            }
            if (!std::exchange(warned, true)) warn(context, kNoBake);
            if (const std::string wrong = preparer.build(context, service, how, {}); !wrong.empty()) return fail(context, wrong);
        }
        return Move::Go;
    }
};

std::string refused_by_classic(const compose::Build& build) {
    // build_classic.go: doBuildClassic.
    const auto sentence = [](std::string_view what) { return fmt::format("the classic builder doesn't support {}, set DOCKER_BUILDKIT=1 to use BuildKit", what); };
    if (build.platforms.size() > 1) return sentence("multi-arch build");
    if (build.privileged) return sentence("privileged mode");
    if (!build.additional_contexts.empty()) return sentence("additional contexts");
    if (build.ssh) return sentence("SSH keys");
    if (build.secrets) return sentence("secrets");
    return {};
}

}  // namespace

Result<Act> build_act(model::ProcessContext& context, const compose::Project& project, const compose::Service& service, const BuildWish& wish) {
    const compose::Build& build = *service.build;
    const bool v1 = project.dialect == compose::Dialect::V1;
    if (const std::string wrong = v1 ? std::string() : refused_by_classic(build); !wrong.empty()) return Error{wrong, build.place, {}};
    if (build.context.find("://") != std::string::npos || build.context.starts_with("git@")) {
        return Error{fmt::format("service \"{}\": Podium does not simulate contexts from an address", service.name), build.place, {}};
    }
    const bool inline_file = !build.dockerfile_inline.empty();
    auto read = read_build_context(context, build.context, inline_file ? std::string() : build.dockerfile, build.context, inline_file ? &build.dockerfile_inline : nullptr);
    if (!read) return read.error();
    // docker compose 2.40 pkg/compose/build_classic.go; docker-py, which 1.29 builds with, takes any pattern.
    if (!v1 && !read->wrong_pattern.empty()) return Error{"checking context: " + read->wrong_pattern, build.place, {}};
    model::BuildSpec& spec = *read->spec;
    if (!v1) spec.syntax = model::DockerfileSyntax::BuildKit;
    spec.tags.push_back(image_of(project, service));
    for (const std::string& tag : build.tags) spec.tags.push_back(tag);
    for (const compose::EnvironmentVariable& argument : build.args) {
        if (argument.value) spec.arguments[argument.name] = *argument.value;
    }
    for (const auto& [name, value] : wish.arguments) spec.arguments[name] = value;
    for (const compose::Pair& label : build.labels) spec.labels[label.name] = label.value;
    if (!v1) spec.labels[kBuilderLabel] = "classic";
    spec.target = build.target;
    spec.network = build.network.empty() ? "default" : build.network;
    spec.memory_bytes = wish.memory_bytes;
    spec.no_cache = wish.no_cache || build.no_cache;
    spec.pull = wish.pull || build.pull;
    spec.remove = wish.remove;
    spec.force_remove = wish.force_remove;
    Act act = act_for(model::Operation::ImageBuild, image_of(project, service));
    act.kind = Act::Kind::Build;
    act.spec.build = read->spec;
    act.quiet = wish.quiet;
    if (v1) act.error_notice = fmt::format("{}\n\n", docker::kNoBuildx);
    act.notice = docker::sending_context(read->sent_bytes);
    return act;
}

std::string build_failure_v1(const std::string& service) { return fmt::format("Service '{}' failed to build : Build failed", service); }

std::string Preparer::build(model::ProcessContext& context, const compose::Service& service, const BuildWish& wish, std::string closing) {
    auto act = build_act(context, project_, service, wish);
    if (!act && v1()) {
        // docker-compose 1.29.2, service.py, _CLIBuilder.build: docker says what it is, BuildError that it was.
        Act failed;
        failed.error_notice = fmt::format("{}\n\n{}\n", docker::kNoBuildx, act.error().message);
        failed.wrong = build_failure_v1(service.name);
        act = std::move(failed);
    }
    if (!act) return act.error().message;
    act->closing = std::move(closing);
    if (!built_.emplace(full_image(image_of(project_, service))).second) return {};
    Task task;
    task.subject = v1() ? service.name : "Service " + service.name;
    task.service = service.name;
    const std::size_t batch = chain(v1() && !wish.quiet ? fmt::format("Building {}\n", service.name) : std::string());
    task.acts.push_back(v1() ? std::move(*act) : shown(std::move(*act), "Building", "Built"));
    board_.add(batch, std::move(task));
    return {};
}

std::unique_ptr<shell::Program> start_build(Wish wish) { return std::make_unique<Build>(std::move(wish)); }

}  // namespace podium::programs::composing
