// `docker exec`: look at the container, create the exec, start it, and ask for its exit code.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

class Exec final : public VerbProgram<Exec> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        for (;;) {
            switch (stage_) {
                case Stage::Inspect:
                    if (auto read = read_environment(context); !read)
                        return fail(context, read.error().message);
                    if (!asked(context, call_, answer_, [this] {
                            return request_for(model::Operation::ContainerInspect,
                                               arguments().front());
                        }))
                        return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    if (attends() && flags().on("interactive") && flags().on("tty") &&
                        !context.is_terminal(0)) {
                        return fail(context, "the input device is not a TTY");
                    }
                    stage_ = Stage::Create;
                    break;
                case Stage::Create:
                    if (!asked(context, call_, answer_, [this] { return create_request(); }))
                        return Step::block();
                    if (!answer_.ok()) return fail(context, error_text(answer_));
                    id_ = Json::parse(answer_.body, nullptr, false).value("Id", std::string());
                    tell_unsimulated(context, "exec", flags());
                    begin(context);
                    stage_ = Stage::Run;
                    break;
                case Stage::Run:
                    if (!run(context)) return Step::block();
                    if (attachment_.detach_keys.complete()) {
                        call_.abandon(context);
                        return fail(context, kDetached);
                    }
                    if (!attends())
                        return answer_.ok() ? Step::exit(0) : fail(context, error_text(answer_));
                    stage_ = Stage::Status;
                    break;
                case Stage::Status:
                    return status(context);
            }
        }
    }

  private:
    enum class Stage : std::uint8_t { Inspect, Create, Run, Status };

    [[nodiscard]] bool attends() const { return !flags().on("detach"); }

    Result<void> read_environment(shell::System& system) {
        if (call_.started()) return {};
        variables_.clear();
        for (const std::string& file : flags().all("env-file")) {
            auto pairs = read_pairs_file(system, file, &invocation());
            if (!pairs) return pairs.error();
            variables_.insert(variables_.end(), pairs->begin(), pairs->end());
        }
        for (const std::string& entry : flags().all("env"))
            variables_.push_back(resolved_variable(invocation(), entry));
        return {};
    }

    [[nodiscard]] model::RequestSpec create_request() const {
        model::RequestSpec spec = request_for(model::Operation::ExecCreate, arguments().front());
        spec.options["command"] =
            json_bytes(Json(std::vector<std::string>(arguments().begin() + 1, arguments().end())));
        if (!variables_.empty()) spec.options["environment"] = json_bytes(Json(variables_));
        if (flags().has("workdir")) spec.options["workdir"] = flags().text("workdir");
        if (flags().has("user")) spec.options["user"] = flags().text("user");
        if (flags().on("tty")) spec.options["tty"] = "1";
        if (flags().on("interactive") && attends()) spec.options["stdin"] = "1";
        if (flags().has("detach-keys")) spec.options["detachKeys"] = flags().text("detach-keys");
        return spec;
    }

    void begin(model::ProcessContext& context) {
        model::RequestSpec spec = request_for(model::Operation::ExecStart, id_);
        if (!attends()) spec.options["detach"] = "1";
        attachment_.send_input = attends() && flags().on("interactive");
        if (attachment_.send_input && flags().on("tty"))
            attachment_.watch_for(flags().text("detach-keys"));
        // With a terminal in between, Ctrl-C is a letter for the command, not for docker.
        if (attends() && flags().on("tty"))
            context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        call_.start(context, std::move(spec));
    }

    // True when the command has ended and all of its output was shown, or was never started, or is
    // left alone.
    bool run(model::ProcessContext& context) {
        interrupt(context);
        if (!attends()) {
            // The engine answers as soon as the command runs.
            if (!call_.upgraded(context)) return false;
            answer_ = call_.done(context) ? call_.take(context) : Answer{200, {}};
            call_.abandon(context);
            return true;
        }
        if (!call_.upgraded(context)) return false;
        const Flow flow = attachment_.pump(context, call_);
        if (flow == Flow::Detached) return true;
        if (flow == Flow::Open || !call_.done(context)) return false;
        answer_ = call_.take(context);
        return true;
    }

    Step status(model::ProcessContext& context) {
        Answer inspected;
        if (!asked(context, call_, inspected, [this] {
                return request_for(model::Operation::ExecInspect, id_);
            }))
            return Step::block();
        const Json json = Json::parse(inspected.body, nullptr, false);
        const bool known = inspected.ok() && json.is_object() && json.contains("ExitCode") &&
                           json["ExitCode"].is_number();
        if (!answer_.ok()) {
            // The engine has switched to a stream before it finds that the command can't be run, so
            // what is wrong comes as output, with a terminal's line end.
            if (answer_.status == 0) return Step::exit(255);
            print(context, answer_.message() + "\r\n");
            return Step::exit(known ? json["ExitCode"].get<int>() & 0xFF : 126);
        }
        if (inspected.status == 0) return Step::exit(255);
        return known ? Step::exit(json["ExitCode"].get<int>() & 0xFF)
                     : fail(context, error_text(inspected));
    }

    // Hands Ctrl-C on to the command: its terminal would.
    void interrupt(model::ProcessContext& context) {
        if (context.take_signal() == shell::kSigInt) interrupted_ = true;
        if (!interrupted_) return;
        Answer inspected;
        if (!asked(context, look_, inspected, [this] {
                return request_for(model::Operation::ExecInspect, id_);
            }))
            return;
        interrupted_ = false;
        const Json json = Json::parse(inspected.body, nullptr, false);
        if (json.is_object() && json.contains("Pid") && json["Pid"].is_number() &&
            json.value("Running", false)) {
            context.kill(json["Pid"].get<shell::Pid>(), shell::kSigInt);
        }
    }

    Stage stage_ = Stage::Inspect;
    Call call_;
    Call look_;
    Answer answer_;
    std::string id_;
    std::vector<std::string> variables_;
    Attachment attachment_;
    bool interrupted_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> start_exec(Invocation invocation) {
    return std::make_unique<Exec>(std::move(invocation));
}

}  // namespace podium::programs::docker
