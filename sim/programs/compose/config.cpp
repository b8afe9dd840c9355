// config, version and pull of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/image.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/config_text.hpp"

namespace podium::programs::composing {
namespace {

class Config final : public ComposeCommand<Config> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override { return v1() ? std::vector<std::string>{} : wish().arguments(); }

    Move think(model::ProcessContext& context) override {
        if (flags().on("quiet")) return finish(0);
        std::string text;
        if (flags().on("services")) {
            for (const std::string& name : v1() ? names() : compose::start_order(project())) text += name + "\n";
        } else if (flags().on("volumes")) {
            for (const compose::Volume& volume : project().volumes) {
                if (v1() || compose::is_used(project(), volume)) text += volume.key + "\n";
            }
        } else if (flags().on("networks")) {
            for (const compose::Network& network : project().networks) text += network.key + "\n";
        } else if (flags().on("images")) {
            for (const compose::Service& service : project().services) text += image_of(project(), service) + "\n";
        } else if (flags().on("profiles")) {
            text = profiles();
        } else if (flags().has("hash")) {
            std::string wrong;
            text = hashes(wrong);
            if (!wrong.empty()) return fail(context, wrong);
        } else {
            text = v1() ? compose::config_yaml_v1(project()) + "\n" : compose::config_yaml_v2(project());
        }
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
        if (wanted != "*") wrong = unknown_service({wanted});
        std::string text;
        for (const compose::Service& service : project().services) {
            if (wanted == "*" || wanted == service.name) text += fmt::format("{} {}\n", service.name, config_hash_of(project(), service));
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
                print(context, fmt::format("docker-compose version {}, build unknown\ndocker-py version: 5.0.3\nCPython version: 3.11.2\nOpenSSL version: OpenSSL 3.0.19 27 Jan 2026\n", kVersionV1));
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
            plan(context);
            return Move::Go;
        }
        const bool forgiven = flags().on("ignore-pull-failures");
        if (board_.errors().empty()) return finish(0);
        if (v1()) {
            for (const TaskError& error : board_.errors()) print_error(context, error.message + "\n");
            return finish(forgiven ? 0 : 1);
        }
        if (forgiven) return finish(0);
        return fail(context, board_.errors().front().message);
    }

  private:
    void plan(model::ProcessContext& context) {
        board_.quiet = flags().on("quiet");
        Batch batch;
        batch.verb = v1() ? "Pulling" : "";
        const std::size_t number = board_.add(std::move(batch));
        std::vector<std::string> pulled;
        for (const std::string& name : chosen_services(project(), wish().arguments(), flags().on("include-deps"))) {
            const compose::Service& service = *project().find_service(name);
            if (service.image.empty()) {
                if (!v1()) print_error(context, fmt::format(" {} Skipped No image to be pulled \n", name));
                continue;
            }
            const auto reference = model::parse_image_reference(service.image, model::ReferenceReader::Client);
            const std::string full = reference ? reference->with_default_tag().familiar() : service.image;
            if (std::find(pulled.begin(), pulled.end(), full) != pulled.end()) {
                if (!v1()) print_error(context, fmt::format(" {} Skipped Image is already being pulled by {} \n", name, name));
                continue;
            }
            pulled.push_back(full);
            Task task;
            task.subject = name;
            task.service = name;
            Act act = act_for(model::Operation::ImagePull, full);
            act.kind = Act::Kind::Pull;
            if (!v1()) {
                act.begin = "Pulling";
                act.end = "Pulled";
            }
            task.acts.push_back(std::move(act));
            board_.add(number, std::move(task));
        }
    }
};

}  // namespace

std::unique_ptr<shell::Program> start_config(Wish wish) { return std::make_unique<Config>(std::move(wish)); }
std::unique_ptr<shell::Program> start_version(Wish wish) { return std::make_unique<Version>(std::move(wish)); }
std::unique_ptr<shell::Program> start_pull(Wish wish) { return std::make_unique<Pull>(std::move(wish)); }

}  // namespace podium::programs::composing
