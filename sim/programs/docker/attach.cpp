// `docker start` and `docker attach`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/attached.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

// What a client looks at in a container before it attaches.
struct Looked {
    std::string id;
    bool tty = false;
    bool open_stdin = false;
    bool auto_remove = false;
    std::string wrong;  ///< Why nobody can attach to it now.
};

bool truth(const Json& json, const char* section, const char* name) {
    return json.contains(section) && json[section].is_object() && json[section].value(name, false);
}

Looked look_at(const Answer& answer) {
    const Json json = Json::parse(answer.body, nullptr, false);
    Looked out;
    if (!json.is_object()) return out;
    out.id = json.value("Id", std::string());
    out.tty = truth(json, "Config", "Tty");
    out.open_stdin = truth(json, "Config", "OpenStdin");
    out.auto_remove = truth(json, "HostConfig", "AutoRemove");
    if (!truth(json, "State", "Running")) {
        out.wrong = "You cannot attach to a stopped container, start it first";
    } else if (truth(json, "State", "Paused")) {
        out.wrong = "You cannot attach to a paused container, unpause it first";
    } else if (truth(json, "State", "Restarting")) {
        out.wrong = "You cannot attach to a restarting container, wait until it is running";
    }
    return out;
}

// `docker start -a`: inspect, attach, wait, start, then show until it ends.
class StartAttached final : public VerbProgram<StartAttached> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        for (;;) {
            switch (stage_) {
                case Stage::Inspect: {
                    if (!asked(context, call_, answer_, [this] {
                            return request_for(model::Operation::ContainerInspect,
                                               arguments().front());
                        }))
                        return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    looked_ = look_at(answer_);
                    if (!looked_.tty) attended_.signals.begin(context, looked_.id);
                    attended_.attach(context,
                                     looked_.id,
                                     flags().on("interactive") && looked_.open_stdin,
                                     looked_.tty,
                                     flags().text("detach-keys"));
                    stage_ = Stage::Attach;
                    break;
                }
                case Stage::Attach:
                    if (!attended_.attached(context)) return Step::block();
                    if (const std::string refusal = attended_.refusal(context); !refusal.empty())
                        return fail(context, refusal);
                    attended_.wait(
                        context, looked_.id, looked_.auto_remove ? "removed" : "next-exit");
                    call_.start(context, request_for(model::Operation::ContainerStart, looked_.id));
                    stage_ = Stage::Start;
                    break;
                case Stage::Start:
                    if (!call_.done(context)) return Step::block();
                    answer_ = call_.take(context);
                    stage_ = answer_.ok() ? Stage::Run : Stage::Failed;
                    break;
                case Stage::Failed: {
                    int status = 0;
                    if (looked_.auto_remove &&
                        !attended_.ended(context, host_time(context), status))
                        return Step::block();
                    attended_.hang_up(context);
                    return fail(context, error_text(answer_));
                }
                case Stage::Run: {
                    int status = 0;
                    const Flow flow = attended_.pump(context);
                    if (flow != Flow::Detached &&
                        (flow == Flow::Open ||
                         !attended_.ended(context, host_time(context), status)))
                        return Step::block();
                    attended_.hang_up(context);
                    return Step::exit(status & 0xFF);
                }
            }
        }
    }

    [[nodiscard]] bool forced_out() const override { return attended_.signals.forced(); }

  private:
    enum class Stage : std::uint8_t { Inspect, Attach, Start, Failed, Run };

    Stage stage_ = Stage::Inspect;
    Call call_;
    Answer answer_;
    Looked looked_;
    Attended attended_;
};

// `docker attach`: wait, inspect, attach, inspect again, then show until it ends.
class Attach final : public VerbProgram<Attach> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        const std::string& target = arguments().front();
        for (;;) {
            switch (stage_) {
                case Stage::Inspect:
                case Stage::InspectAgain: {
                    if (!attended_.waits()) attended_.wait(context, target, {});
                    if (!asked(context, call_, answer_, [&target] {
                            return request_for(model::Operation::ContainerInspect, target);
                        }))
                        return Step::block();
                    const Looked looked = look_at(answer_);
                    const std::string wrong = answer_.ok() ? looked.wrong : error_text(answer_);
                    if (!wrong.empty()) return give_up(context, wrong);
                    if (stage_ == Stage::InspectAgain) {
                        stage_ = Stage::Run;
                        break;
                    }
                    const bool input = !flags().on("no-stdin");
                    if (input && looked.tty && !context.is_terminal(0))
                        return give_up(context, "the input device is not a TTY");
                    if (flags().on("sig-proxy", true) && !looked.tty)
                        attended_.signals.begin(context, looked.id);
                    attended_.attach(context,
                                     looked.id,
                                     input && looked.open_stdin,
                                     looked.tty,
                                     flags().text("detach-keys"));
                    stage_ = Stage::Attach;
                    break;
                }
                case Stage::Attach:
                    if (!attended_.attached(context)) return Step::block();
                    if (const std::string refusal = attended_.refusal(context); !refusal.empty())
                        return give_up(context, refusal);
                    stage_ = Stage::InspectAgain;
                    break;
                case Stage::Run: {
                    int status = 0;
                    const Flow flow = attended_.pump(context);
                    if (flow == Flow::Detached) return give_up(context, std::string(kDetached));
                    if (flow == Flow::Open ||
                        !attended_.ended(context, host_time(context), status))
                        return Step::block();
                    attended_.hang_up(context);
                    return Step::exit(status & 0xFF);
                }
            }
        }
    }

    [[nodiscard]] bool forced_out() const override { return attended_.signals.forced(); }

  private:
    enum class Stage : std::uint8_t { Inspect, Attach, InspectAgain, Run };

    Step give_up(model::ProcessContext& context, const std::string& message) {
        attended_.hang_up(context);
        return fail(context, message);
    }

    Stage stage_ = Stage::Inspect;
    Call call_;
    Answer answer_;
    Attended attended_;
};

model::RequestSpec start_request(const Invocation&, const std::string& name) {
    return request_for(model::Operation::ContainerStart, name);
}

std::string start_summary(const std::vector<std::string>& failed) {
    return "Error: failed to start containers: " + join(failed, ", ");
}

}  // namespace

std::unique_ptr<shell::Program> start_start(Invocation invocation) {
    if (invocation.flags.on("attach") || invocation.flags.on("interactive")) {
        if (invocation.arguments().size() > 1)
            return say(std::move(invocation),
                       failed("you cannot start and attach multiple containers at once"));
        return std::make_unique<StartAttached>(std::move(invocation));
    }
    EachArgument how;
    how.request = start_request;
    how.errors_at_once = true;
    how.summary = start_summary;
    return start_each(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_attach(Invocation invocation) {
    return std::make_unique<Attach>(std::move(invocation));
}

}  // namespace podium::programs::docker
