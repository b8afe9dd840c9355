// `exec` and `wait` of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kExecFailed = 126;
// `docker compose wait` when the engine fails it.
constexpr int kWaitFailed = 42;

class Exec final : public ComposeCommand<Exec> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override { return v1() ? service() : std::vector<std::string>{}; }

    Move think(model::ProcessContext& context) override {
        switch (stage_) {
            case Stage::Ask:
                if (const std::string wrong = unknown_service(service()); !wrong.empty()) return fail(context, wrong);
                ask(list_request(project().name, wish().arguments().front()));
                stage_ = Stage::Create;
                return Move::Go;
            case Stage::Create: return create(context);
            case Stage::Start: return start(context);
            case Stage::Run: return run(context);
            case Stage::Status: return status(context);
        }
        return finish(1);
    }

  private:
    enum class Stage : std::uint8_t { Ask, Create, Start, Run, Status };

    [[nodiscard]] std::vector<std::string> service() const { return {wish().arguments().front()}; }

    // 1.29 has a terminal unless -T; docker compose 2 where its output is one, and -T=false asks for one.
    [[nodiscard]] bool tty(model::ProcessContext& context) const {
        const char* name = v1() ? "no-TTY" : "no-tty";
        if (flags().has(name)) return !flags().on(name) && (!v1() || context.is_terminal(0));
        return v1() ? context.is_terminal(0) : context.is_terminal(1);
    }
    [[nodiscard]] bool interactive() const { return !flags().on("detach") && flags().on("interactive", true); }

    Move create(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        const std::int64_t index = flags().integer("index", v1() ? 1 : 0);
        std::vector<Found> found = read_found(answer(0).body);
        std::erase_if(found, [this](const Found& one) { return (v1() && one.oneoff) || !one.running(); });
        std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.oneoff != b.oneoff ? b.oneoff : a.number < b.number; });
        const bool any = !v1() && index <= 0;
        const auto one = std::find_if(found.begin(), found.end(), [&](const Found& candidate) { return any || candidate.number == index; });
        if (one == found.end()) return fail(context, not_running(wish().arguments().front()));
        if (v1() && !flags().on("no-TTY") && !flags().on("detach") && !context.is_terminal(0)) {
            print_error(context, "the input device is not a TTY\n");  // docker's own word
            return finish(1);
        }
        if (!v1() && tty(context) && interactive() && !context.is_terminal(0)) return fail(context, "the input device is not a TTY");
        docker::tell_unsimulated(context, "compose exec", flags());
        model::RequestSpec spec = request_for(model::Operation::ExecCreate, one->id);
        const auto& words = wish().arguments();
        spec.options["command"] = json_bytes(Json(std::vector<std::string>(words.begin() + 1, words.end())));
        std::vector<std::string> variables;
        // "NAME" alone takes the client's own value, and is left out where there is none.
        for (const std::string& entry : flags().all("env")) {
            const std::string value = entry.find('=') == std::string::npos ? entry + "=" + variable(entry) : entry;
            if (value != entry + "=" || entry.find('=') != std::string::npos) variables.push_back(value);
        }
        if (!variables.empty()) spec.options["environment"] = json_bytes(Json(variables));
        if (flags().has("workdir")) spec.options["workdir"] = flags().text("workdir");
        if (flags().has("user")) spec.options["user"] = flags().text("user");
        if (tty(context)) spec.options["tty"] = "1";
        if (interactive()) spec.options["stdin"] = "1";
        forget_answers();
        ask(std::move(spec));
        stage_ = Stage::Start;
        return Move::Go;
    }

    Move start(model::ProcessContext& context) {
        if (!answer(0).ok()) return fail(context, answer(0));
        id_ = Json::parse(answer(0).body, nullptr, false).value("Id", std::string());
        model::RequestSpec spec = request_for(model::Operation::ExecStart, id_);
        if (flags().on("detach")) spec.options["detach"] = "1";
        attachment_.send_input = interactive();
        if (interactive() && tty(context)) attachment_.watch_for({});
        if (tty(context)) context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        call_.start(context, std::move(spec));
        stage_ = Stage::Run;
        return Move::Go;
    }

    Move run(model::ProcessContext& context) {
        interrupt(context);
        if (!call_.upgraded(context)) return Move::Wait;
        if (flags().on("detach")) {
            const bool refused = call_.done(context);
            const Answer over = refused ? call_.take(context) : Answer{200, {}};
            call_.abandon(context);
            return over.ok() ? finish(0) : fail(context, over);
        }
        const docker::Flow flow = attachment_.pump(context, call_);
        if (flow == docker::Flow::Detached) {
            call_.abandon(context);
            return fail(context, std::string(docker::kDetached));
        }
        if (flow == docker::Flow::Open || !call_.done(context)) return Move::Wait;
        over_ = call_.take(context);
        forget_answers();
        ask(request_for(model::Operation::ExecInspect, id_));
        stage_ = Stage::Status;
        return Move::Go;
    }

    Move status(model::ProcessContext& context) {
        const Json json = Json::parse(answer(0).body, nullptr, false);
        const bool known = answer(0).ok() && json.is_object() && json.contains("ExitCode") && json["ExitCode"].is_number();
        if (!over_.ok() && over_.status != 0) print(context, over_.message() + "\n");
        if (!known) return finish(over_.ok() ? 1 : kExecFailed);
        return finish(json["ExitCode"].get<int>() & 0xFF);
    }

    // Ctrl-C goes to the command: its terminal would hand it on.
    void interrupt(model::ProcessContext& context) {
        if (context.take_signal() == shell::kSigInt) interrupted_ = true;
        if (!interrupted_) return;
        if (!look_.started()) look_.start(context, request_for(model::Operation::ExecInspect, id_));
        if (!look_.done(context)) return;
        interrupted_ = false;
        const Json json = Json::parse(look_.take(context).body, nullptr, false);
        if (json.is_object() && json.contains("Pid") && json["Pid"].is_number() && json.value("Running", false)) {
            context.kill(json["Pid"].get<shell::Pid>(), shell::kSigInt);
        }
    }

    Stage stage_ = Stage::Ask;
    std::string id_;
    Call call_;
    Call look_;
    Answer over_;
    docker::Attachment attachment_;
    bool interrupted_ = false;
};

// `docker compose wait`: until the containers of the services have ended.
class Wait final : public ComposeCommand<Wait, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    // projectOrName without services: whether they are any, the engine's containers say.
    [[nodiscard]] std::vector<std::string> named_services() const override { return {}; }
    [[nodiscard]] std::string check() override { return {}; }

    void arrange() override {
        const auto& names = wish().arguments();
        std::erase_if(found_, [&names](const Found& one) { return !one.running() || std::find(names.begin(), names.end(), one.service) == names.end(); });
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            round_ = 1;
            if (found_.empty()) return fail(context, fmt::format("no containers for project \"{}\"", project().name));
            for (const Found& one : found_) {
                calls_.emplace_back();
                ids_.push_back(one.id);
                model::RequestSpec spec = request_for(model::Operation::ContainerWait, one.id);
                spec.options["condition"] = "not-running";
                calls_.back().start(context, std::move(spec));
            }
        }
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            if (!calls_[i].started() || !calls_[i].done(context)) continue;
            const Answer over = calls_[i].take(context);
            if (!over.ok()) return fail(context, over, kWaitFailed);
            ++ended_;
            status_ = Json::parse(over.body, nullptr, false).value("StatusCode", 0);
            print(context, fmt::format("container \"{}\" exited with status code {}\n", ids_[i], status_));
        }
        if (ended_ < calls_.size()) return Move::Wait;
        if (!flags().on("down-project")) return finish(status_);
        Wish down = wish();
        down.flags = {};
        down.flags.given.emplace_back("remove-orphans", "true");
        return become(start_down(std::move(down)), status_);
    }

  private:
    std::vector<Call> calls_;
    std::vector<std::string> ids_;
    std::size_t ended_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> start_exec(Wish wish) { return std::make_unique<Exec>(std::move(wish)); }
std::unique_ptr<shell::Program> start_wait(Wish wish) { return std::make_unique<Wait>(std::move(wish)); }

}  // namespace podium::programs::composing
