// Commands of docker compose 2 that find containers and leave the rest to docker's own code: attach, cp,
// stats and volumes.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/docker.hpp"

namespace podium::programs::composing {
namespace {

using Words = std::vector<std::string>;

class Borrowed : public ContainersClient {
  public:
    using ContainersClient::ContainersClient;

  protected:
    // Numbers in order, one-off containers at the end (getSpecifiedContainer).
    void arrange() override {
        std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.oneoff != b.oneoff ? b.oneoff : a.service != b.service ? a.service < b.service : a.number < b.number; });
    }

    [[nodiscard]] std::unique_ptr<shell::Program> docker_program(Words words, Words filters = {}) const {
        words.insert(words.begin(), "docker");
        return docker::make_docker(words, wish().environment, nullptr, std::move(filters));
    }

    // A flag of this command handed on as it was given.
    void hand_on(Words& words, std::string_view name) const {
        if (flags().has(name)) words.push_back(fmt::format("--{}={}", name, flags().text(name)));
    }

    // getSpecifiedContainer: of a service, by --index or the first.
    [[nodiscard]] const Found* one_of(const std::string& service, bool running) const {
        const std::int64_t index = flags().integer("index");
        for (const Found& found : found_) {
            if (found.service == service && (!running || found.running()) && (index <= 0 || found.number == index)) return &found;
        }
        return nullptr;
    }
};

class Attach final : public ComposeCommand<Attach, Borrowed> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move go_on(model::ProcessContext& context) override {
        const Found* found = one_of(wish().arguments().front(), true);
        if (found == nullptr) return fail(context, not_running(wish().arguments().front()));
        Words words{"attach"};
        for (const std::string_view name : {"detach-keys", "no-stdin", "sig-proxy"}) hand_on(words, name);
        words.push_back(found->id);
        return become(docker_program(std::move(words)));
    }
};

class Stats final : public ComposeCommand<Stats, Borrowed> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move go_on(model::ProcessContext& context) override {
        static_cast<void>(context);
        Words words{"stats"};
        for (const std::string_view name : {"all", "no-stream", "no-trunc", "format"}) hand_on(words, name);
        Words filters{fmt::format("label={}={}", kProjectLabel, project().name)};
        for (const std::string& service : wish().arguments()) filters.push_back(fmt::format("label={}={}", kServiceLabel, service));
        return become(docker_program(std::move(words), std::move(filters)));
    }
};

class Volumes final : public ComposeCommand<Volumes, Borrowed> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move go_on(model::ProcessContext& context) override {
        Words words{"volume", "ls", fmt::format("--filter=label={}={}", kProjectLabel, project().name)};
        for (const std::string_view name : {"quiet", "format"}) hand_on(words, name);
        if (wish().arguments().empty()) return become(docker_program(std::move(words)));
        // Of services: the volumes that their containers have.
        Words names;
        for (const Found& found : found_) {
            if (std::find(wish().arguments().begin(), wish().arguments().end(), found.service) == wish().arguments().end()) continue;
            for (const FoundMount& mount : found.mounts) {
                if (mount.type == "volume") names.push_back(mount.name);
            }
        }
        if (names.empty()) names.emplace_back("/");  // a name that no volume has
        for (const std::string& name : names) words.push_back(fmt::format("--filter=name=^{}$", name));
        static_cast<void>(context);
        return become(docker_program(std::move(words)));
    }
};

// "SERVICE:PATH", or a path of the host.
struct CopyEnd {
    std::string service;
    std::string path;
};

CopyEnd copy_end(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (text.starts_with("/") || text.starts_with(".") || colon == std::string::npos) return {{}, text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

// One container after the other; docker's code copies, its own message is replaced by progress.
class Copy final : public ComposeCommand<Copy, Borrowed> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::string_view title() const override { return "Copying"; }

    [[nodiscard]] std::string check() override {
        from_ = copy_end(wish().arguments()[0]);
        to_ = copy_end(wish().arguments()[1]);
        if (!from_.service.empty() && !to_.service.empty()) return "copying between services is not supported";
        if (from_.service.empty() && to_.service.empty()) return "unknown copy direction";
        return {};
    }

    Move go_on(model::ProcessContext& context) override {
        const std::string& service = from_.service.empty() ? to_.service : from_.service;
        if (round_ == 0) {
            round_ = 1;
            const std::int64_t index = flags().integer("index");
            for (const Found& found : found_) {
                if (found.service != service || (found.oneoff && !flags().on("all")) || (index > 0 && found.number != index)) continue;
                targets_.push_back(found);
            }
            if (targets_.empty()) return fail(context, index > 0 ? not_running(service) : fmt::format("no container found for service \"{}\"", service));
            if (!from_.service.empty()) targets_.resize(1);
        }
        for (; at_ < targets_.size(); ++at_) {
            const Found& target = targets_[at_];
            const std::string text = from_.service.empty() ? fmt::format("copy {} to {}:{}", from_.path, target.name, to_.path) : fmt::format("copy {}:{} to {}", target.name, from_.path, to_.path);
            if (!copying_.there()) {
                board_.progress.event(context, {target.name, text, EventState::Working, "Copying", {}});
                Words words{"cp", "--quiet"};
                words.push_back(from_.service.empty() ? from_.path : target.id + ":" + from_.path);
                words.push_back(to_.service.empty() ? to_.path : target.id + ":" + to_.path);
                copying_.set(docker_program(std::move(words)));
            }
            const shell::Step step = copying_.step(context);
            switch (step.kind) {
                case shell::Step::Kind::Exit: break;
                case shell::Step::Kind::Busy: wake_at_ = context.now() + step.cpu; return Move::Wait;
                case shell::Step::Kind::Block:
                case shell::Step::Kind::Exec: wake_at_ = step.deadline; return Move::Wait;
            }
            copying_.set(nullptr);
            if (step.status != 0) return finish(step.status);
            board_.progress.event(context, {target.name, text, EventState::Done, "Copied", {}});
        }
        return finish(0);
    }

  private:
    CopyEnd from_;
    CopyEnd to_;
    std::vector<Found> targets_;
    std::size_t at_ = 0;
    Successor copying_;
};

}  // namespace

std::unique_ptr<shell::Program> start_attach(Wish wish) { return std::make_unique<Attach>(std::move(wish)); }
std::unique_ptr<shell::Program> start_stats(Wish wish) { return std::make_unique<Stats>(std::move(wish)); }
std::unique_ptr<shell::Program> start_volumes(Wish wish) { return std::make_unique<Volumes>(std::move(wish)); }
std::unique_ptr<shell::Program> start_copy(Wish wish) { return std::make_unique<Copy>(std::move(wish)); }

}  // namespace podium::programs::composing
