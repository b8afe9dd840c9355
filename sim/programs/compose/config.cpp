// config, version and pull of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/prepare.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"

namespace podium::programs::composing {
namespace {

class Config final : public ComposeCommand<Config> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    // Those who list names are given no services (docker/compose v2.40.3 cmd/compose/config.go, runServices and the like): what is
    // named beside --services, --volumes, --networks, --models or --hash is not even looked for.
    [[nodiscard]] std::vector<std::string> named_services() const override {
        bool lists = v1() || flags().has("hash");
        for (const std::string_view list : {"services", "volumes", "networks", "models"}) lists = lists || flags().on(list);
        return lists ? std::vector<std::string>{} : wish().arguments();
    }

    Move think(model::ProcessContext& context) override {
        std::string text;
        std::string wrong = unknown_service(named_services());
        if (!wrong.empty()) return fail(context, wrong);
        const compose::Project chosen = selected_project(project(), named_services());
        if (flags().on("services")) {
            for (const std::string& name : v1() ? names() : compose::start_order(chosen)) text += name + "\n";
        } else if (flags().on("volumes")) {
            for (const compose::Volume& volume : chosen.volumes) {
                if (v1() || compose::is_used(chosen, volume)) text += volume.key + "\n";
            }
        } else if (flags().on("networks")) {
            for (const compose::Network& network : project().networks) {
                if (compose::is_used(project(), network)) text += network.key + "\n";
            }
        } else if (flags().on("images")) {
            for (const compose::Service& service : chosen.services) text += image_of(chosen, service) + "\n";
        } else if (flags().on("profiles")) {
            text = profiles();
        } else if (flags().has("hash")) {
            text = hashes(wrong);
        } else if (flags().on("models")) {
            for (const compose::Model& model : project().models) text += model.model + "\n";
        } else if (flags().on("environment")) {
            for (const auto& [name, value] : project().environment) text += fmt::format("{}={}\n", name, value);
        } else if (v1()) {
            text = compose::config_yaml_v1(project()) + "\n";
        } else {
            const std::string format = flags().text("format", "yaml");
            if (format != "yaml" && format != "json" && !format.empty()) wrong = fmt::format("unsupported format {}", docker::in_quotes(format));
            text = format == "json" ? compose::config_json_v2(chosen) : compose::config_yaml_v2(chosen);
        }
        if (!wrong.empty()) return fail(context, wrong);
        if (flags().on("quiet")) return finish(0);
        if (flags().has("output")) return write_to(context, flags().text("output"), text);
        print(context, text);
        return finish(0);
    }

  private:
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const compose::Service& service : project().services) out.push_back(service.name);
        return out;
    }

    [[nodiscard]] std::string profiles() const {
        std::vector<std::string> out;
        for (const auto* list : {&project().services, &project().disabled_services}) {
            for (const compose::Service& service : *list) out.insert(out.end(), service.profiles.begin(), service.profiles.end());
        }
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        std::string text;
        for (const std::string& profile : out) text += profile + "\n";
        return text;
    }

    [[nodiscard]] std::string hashes(std::string& wrong) const {
        const std::string wanted = flags().text("hash");
        std::vector<std::string> chosen;
        if (wanted != "*") chosen = split(wanted, ',');
        wrong = unknown_service(chosen);
        std::string text;
        for (const compose::Service& service : project().services) {
            if (chosen.empty() || std::find(chosen.begin(), chosen.end(), service.name) != chosen.end()) text += fmt::format("{} {}\n", service.name, config_hash_of(project(), service));
        }
        return text;
    }

    Move write_to(model::ProcessContext& context, const std::string& path, const std::string& text) {
        int descriptor = -1;
        const shell::Errno error = context.open(path, shell::OpenMode::Write, descriptor);
        if (error != shell::Errno::None) return fail(context, fmt::format("open {}: {}", path, shell::errno_text(error)));
        context.write(descriptor, text);
        context.close(descriptor);
        return finish(0);
    }
};

class Version final : public ComposeCommand<Version> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] bool needs_files() const override { return false; }

    Move think(model::ProcessContext& context) override {
        if (v1()) {
            if (flags().on("short")) {
                print(context, fmt::format("{}\n", kVersionV1));
            } else {
                print(context, fmt::format("{}\ndocker-py version: 5.0.3\nCPython version: 3.11.2\nOpenSSL version: OpenSSL 3.0.19 27 Jan 2026\n", kVersionLineV1));
            }
        } else if (flags().on("short")) {
            print(context, fmt::format("{}\n", kVersionV2));
        } else if (flags().text("format") == "json") {
            print(context, fmt::format("{{\"version\":\"v{}\"}}\n", kVersionV2));
        } else {
            print(context, fmt::format("Docker Compose version v{}\n", kVersionV2));
        }
        return finish(0);
    }
};

class Pull final : public ComposeCommand<Pull> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::string_view title() const override { return "Pulling"; }

    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            if (v1() && flags().on("parallel")) warn(context, "--parallel option is deprecated and will be removed in future versions.");
            ask(request_for(model::Operation::Version));
            for (const compose::Service& service : project().services) ask(request_for(model::Operation::ImageInspect, service.image));
            round_ = 1;
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            round_ = 2;
            for (std::size_t i = 0; i < project().services.size(); ++i) {
                if (answer(i + 1).ok()) present_.insert(project().services[i].name);
            }
            plan(context);
            return Move::Go;
        }
        const bool forgiven = flags().on("ignore-pull-failures");
        if (board_.errors().empty()) return finish(0);
        if (forgiven) return finish(0);
        if (v1()) {
            std::vector<std::string> messages;
            for (const TaskError& error : board_.errors()) messages.push_back(error.message);
            return fail(context, join(messages, "\n"));
        }
        return fail(context, board_.errors().front().message);
    }

  private:
    void plan(model::ProcessContext& context) {
        board_.quiet = flags().on("quiet") && v1();
        board_.quiet_pull = flags().on("quiet");
        board_.cancel_pulls = !flags().on("ignore-pull-failures");
        std::optional<std::size_t> last;
        Batch batch;
        batch.verb = v1() ? "Pulling" : "";
        const std::size_t number = board_.add(std::move(batch));
        std::map<std::string, std::string> pulled;
        std::vector<std::string> images;
        for (const std::string& name : chosen_services(project(), wish().arguments(), flags().on("include-deps"))) {
            const compose::Service& service = *project().find_service(name);
            if (service.image.empty()) {
                if (!v1()) skip(name, "Skipped - No image to be pulled");
                continue;
            }
            if (const std::string reason = v1() ? std::string() : reason_to_skip(service); !reason.empty()) {
                skip(name, reason);
                continue;
            }
            const std::string full = full_image(service.image);
            if (const auto [other, first] = pulled.emplace(full, name); !first) {
                if (!v1()) skip(name, fmt::format("Skipped - Image is already being pulled by {}", other->second));
                continue;
            }
            images.push_back(full);
            Task task;
            task.subject = name;
            task.service = name;
            Act act = act_for(model::Operation::ImagePull, full);
            act.kind = Act::Kind::Pull;
            task.acts.push_back(v1() ? std::move(act) : shown(std::move(act), "Pulling", "Pulled", "Error"));
            // --no-parallel of 1.29: one after the other.
            if (v1() && flags().on("no-parallel") && last) task.after.push_back(*last);
            last = board_.add(number, std::move(task));
        }
        note_unknown_images(context, images);
        for (const ProgressEvent& event : skipped_) {
            if (!board_.quiet) board_.progress.event(context, event);
        }
    }

    void skip(const std::string& service, const std::string& text) { skipped_.push_back({service, text, EventState::Done, {}, {}}); }

    // What a service's pull policy, or --policy in its place, keeps from being pulled.
    [[nodiscard]] std::string reason_to_skip(const compose::Service& service) const {
        const std::string policy = flags().has("policy") ? flags().text("policy") : service.pull_policy_text;
        const bool missing = policy == "missing" || policy == "if_not_present";
        if (policy == "never" || policy == "build") return "Skipped";
        // imageAlreadyPresent: a tag other than latest.
        const std::string full = full_image(service.image);
        if (missing && present_.contains(service.name) && !full.ends_with(":latest")) return "Skipped - Image is already present locally";
        if (service.build && flags().on("ignore-buildable")) return "Skipped - Image can be built";
        return {};
    }

    std::set<std::string> present_;
    std::vector<ProgressEvent> skipped_;
};

}  // namespace

std::unique_ptr<shell::Program> start_config(Wish wish) { return std::make_unique<Config>(std::move(wish)); }
std::unique_ptr<shell::Program> start_version(Wish wish) { return std::make_unique<Version>(std::move(wish)); }
std::unique_ptr<shell::Program> start_pull(Wish wish) { return std::make_unique<Pull>(std::move(wish)); }

}  // namespace podium::programs::composing
