// `docker run` and `docker create`: create, pull first if need be; then attach, wait and start, or
// only wait and start when detached.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/image.hpp"
#include "sim/model/platform.hpp"
#include "sim/programs/docker/attached.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/unknown_image.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

bool mentions(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// docker run's status for what kept a container from starting.
int start_failure_status(const std::string& message) {
    if (mentions(message, "executable file not found") ||
        mentions(message, "no such file or directory") ||
        mentions(message, "Podium does not model this program"))
        return kExitNotFound;
    if (mentions(message, "permission denied") || mentions(message, "is a directory"))
        return kExitNotExecutable;
    return kExitEngine;
}

std::string with_help(const std::string& message, std::string_view verb) {
    return fmt::format("docker: {}\n\nRun 'docker {} --help' for more information", message, verb);
}

class Run final : public VerbProgram<Run> {
  public:
    Run(Invocation invocation, bool only_create)
        : VerbProgram(std::move(invocation)), only_create_(only_create) {}

  protected:
    [[nodiscard]] bool forced_out() const override { return attended_.signals.forced(); }

    Step advance(model::ProcessContext& context) override {
        attended_.signals.forward(context);
        for (;;) {
            switch (stage_) {
                case Stage::Prepare:
                    if (auto wrong = prepare(context); !wrong)
                        return fail(context, wrong.error().message, prepare_status_);
                    break;
                case Stage::Pull:
                    if (!pull(context)) return Step::block();
                    if (!error_.empty()) return refuse(context, error_);
                    stage_ = Stage::Create;
                    break;
                case Stage::Create:
                    if (!create(context)) return Step::block();
                    if (!error_.empty()) return refuse(context, error_);
                    break;
                case Stage::Created:
                    if (!created(context)) return refuse(context, error_);
                    if (only_create_) return Step::exit(0);
                    break;
                case Stage::Attach:
                    if (!attended_.attached(context)) return Step::block();
                    if (const std::string refusal = attended_.refusal(context); !refusal.empty())
                        return fail(context, refusal);
                    begin_start(context);
                    break;
                case Stage::Start:
                    if (!start_.done(context)) return Step::block();
                    if (const Answer answer = start_.take(context); !answer.ok()) {
                        error_ = error_text(answer);
                        attended_.detach(context);
                        stage_ = Stage::StartFailed;
                    } else if (detached()) {
                        attended_.hang_up(context);
                        return Step::exit(0);
                    } else {
                        stage_ = Stage::Run;
                    }
                    break;
                case Stage::StartFailed:
                    return start_failed(context);
                case Stage::Run:
                    return run(context);
            }
        }
    }

  private:
    enum class Stage : std::uint8_t {
        Prepare,
        Pull,
        Create,
        Created,
        Attach,
        Start,
        StartFailed,
        Run
    };

    [[nodiscard]] std::string_view verb() const { return only_create_ ? "create" : "run"; }

    [[nodiscard]] bool detached() const {
        return !wish_->attach_input && !wish_->attach_output && !wish_->attach_error;
    }

    // An error of create or start: `docker run` adds a hint and chooses its status, `docker create`
    // does not.
    Step refuse(model::ProcessContext& context, const std::string& message) {
        attended_.hang_up(context);
        if (only_create_) return fail(context, message);
        return fail(context, with_help(message, verb()), start_failure_status(message));
    }

    // What is wrong with the command line. `late`: found only when the container is to be created,
    // where `docker create` adds no hint.
    Result<void> wrong(const std::string& message, bool late = false) {
        const bool engine = message.starts_with("Error response from daemon: ");
        if (only_create_ && (late || engine)) return Error{message, {}, {}};
        prepare_status_ = kExitEngine;
        if (message.starts_with("Podium ")) {
            return Error{fmt::format("docker {}: {}", verb(), message), {}, {}};
        }
        return Error{with_help(message, verb()), {}, {}};
    }

    Result<void> prepare(model::ProcessContext& context) {
        const std::string pull = flags().text("pull", "missing");
        if (pull != "always" && pull != "missing" && pull != "never" && !pull.empty()) {
            return wrong(fmt::format(
                "invalid pull option: '{}': must be one of \"always\", \"missing\" or \"never\"",
                pull));
        }
        auto wish = container_wish(invocation(), context);
        if (!wish) return wrong(wish.error().message);
        if (!only_create_ && flags().on("detach")) {
            if (flags().has("attach"))
                return Error{
                    "conflicting options: cannot specify both --attach and --detach", {}, {}};
            wish->attach_input = wish->attach_output = wish->attach_error = false;
        } else if (!only_create_ && wish->attach_input && wish->spec.tty &&
                   !context.is_terminal(0)) {
            return Error{"the input device is not a TTY", {}, {}};
        }
        wish->spec.stdin_once = wish->spec.open_stdin && wish->attach_input;
        const auto reference =
            model::parse_image_reference(wish->spec.image, model::ReferenceReader::Client);
        if (!reference) return wrong(reference.error().message, true);
        if (const std::string file = flags().text("cidfile");
            !file.empty() && context.stat(file).exists) {
            return wrong(fmt::format("container ID file found, make sure the other container isn't "
                                     "running or delete {}",
                                     file),
                         true);
        }
        image_ = reference->with_default_tag().familiar();
        if (const std::string platform = flags().text("platform"); !platform.empty()) {
            bool named = false;
            const std::string refused = model::refused_platform(platform, named);
            if (!refused.empty() && named) say_pulling(context, *reference);
            if (!refused.empty())
                return wrong(named ? refused : "Error response from daemon: " + refused);
        }
        spec_ = std::make_shared<const model::ContainerSpec>(wish->spec);
        wish_ = std::make_shared<const ContainerWish>(std::move(*wish));
        stage_ = pull == "always" ? Stage::Pull : Stage::Create;
        return {};
    }

    // What is shown before a registry is found to have no image for a platform.
    void say_pulling(model::ProcessContext& context, const model::ImageReference& reference) {
        if (flags().on("quiet")) return;
        print_error(context,
                    fmt::format("Unable to find image '{}' locally\n{}: Pulling from {}\n",
                                image_,
                                reference.with_default_tag().tag,
                                reference.path));
    }

    // True when the pull is over; error_ says how.
    bool pull(model::ProcessContext& context) {
        if (!call_.started())
            call_.start(context, request_for(model::Operation::ImagePull, image_));
        if (!call_.upgraded(context)) return false;
        const int from = call_.output(context);
        if (from >= 0 && !noted_) print_error(context, unknown_image_note(context, image_));
        noted_ = true;
        bool open = from >= 0;
        while (open) {
            const shell::ReadResult piece = context.read(from, kReadSize);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return false;
            if (piece.kind != shell::ReadResult::Kind::Data) break;
            const std::string shown = display_.take(piece.data);
            if (!flags().on("quiet")) print_error(context, shown);
        }
        if (!call_.done(context)) return false;
        const Answer answer = call_.take(context);
        if (!answer.ok()) error_ = from < 0 ? error_text(answer) : answer.status == 0 ? "unexpected EOF" : answer.message();
        if (error_.empty()) error_ = display_.error();
        pulled_ = true;
        return true;
    }

    // True when it is clear what comes next: stage_ or error_ says what.
    bool create(model::ProcessContext& context) {
        const auto spec = [this] {
            model::RequestSpec request = request_for(model::Operation::ContainerCreate);
            request.container = spec_;
            if (const std::string name = flags().text("name"); !name.empty())
                request.options["name"] = name;
            return request;
        };
        if (!asked(context, call_, answer_, spec)) return false;
        if (answer_.ok()) {
            stage_ = Stage::Created;
        } else if (answer_.status == 404 && !pulled_ &&
                   flags().text("pull", "missing") == "missing") {
            if (!flags().on("quiet"))
                print_error(context, fmt::format("Unable to find image '{}' locally\n", image_));
            stage_ = Stage::Pull;
        } else {
            error_ = error_text(answer_);
        }
        return true;
    }

    // Writes down the new container's id, and begins what follows. False when error_ says what
    // failed.
    bool created(model::ProcessContext& context) {
        const Json body = Json::parse(answer_.body, nullptr, false);
        id_ = body.is_object() ? body.value("Id", std::string()) : std::string();
        if (body.is_object() && body.contains("Warnings") && body["Warnings"].is_array()) {
            for (const Json& warning : body["Warnings"])
                print_error(context, fmt::format("WARNING: {}\n", warning.get<std::string>()));
        }
        tell_unsimulated(context, verb(), flags());
        if (const std::string file = flags().text("cidfile"); !file.empty()) {
            int descriptor = -1;
            const shell::Errno error = context.open(file, shell::OpenMode::Write, descriptor);
            if (error != shell::Errno::None) {
                error_ = fmt::format("failed to create the container ID file: open {}: {}",
                                     file,
                                     shell::errno_text(error));
                return false;
            }
            context.write(descriptor, id_);
            context.close(descriptor);
        }
        if (only_create_ || detached()) print(context, id_ + "\n");
        if (only_create_) return true;
        if (flags().on("sig-proxy", true) && !detached()) attended_.signals.begin(context, id_);
        if (detached()) {
            begin_start(context);
            return true;
        }
        attended_.attachment.show_output = wish_->attach_output;
        attended_.attachment.show_error = wish_->attach_error;
        attended_.attach(
            context, id_, wish_->attach_input, spec_->tty, flags().text("detach-keys"));
        stage_ = Stage::Attach;
        return true;
    }

    void begin_start(model::ProcessContext& context) {
        attended_.wait(context, id_, spec_->auto_remove ? "removed" : "next-exit");
        start_.start(context, request_for(model::Operation::ContainerStart, id_));
        stage_ = Stage::Start;
    }

    Step start_failed(model::ProcessContext& context) {
        // One that removes itself is waited for, so that it is gone when the error is told.
        int status = 0;
        if (spec_->auto_remove && !attended_.ended(context, host_time(context), status))
            return Step::block();
        return refuse(context, error_);
    }

    Step run(model::ProcessContext& context) {
        const Flow flow = attended_.pump(context);
        int status = 0;
        if (flow != Flow::Detached &&
            (flow == Flow::Open || !attended_.ended(context, host_time(context), status)))
            return Step::block();
        attended_.hang_up(context);
        return Step::exit(status & 0xFF);
    }

    bool only_create_;
    Stage stage_ = Stage::Prepare;
    int prepare_status_ = 1;
    std::shared_ptr<const ContainerWish> wish_;
    std::shared_ptr<const model::ContainerSpec> spec_;
    std::string image_;
    std::string id_;
    std::string error_;
    bool pulled_ = false;
    Call call_;
    Call start_;
    Answer answer_;
    PullDisplay display_;
    bool noted_ = false;
    Attended attended_;
};

}  // namespace

std::unique_ptr<shell::Program> start_run(Invocation invocation) {
    return std::make_unique<Run>(std::move(invocation), false);
}

std::unique_ptr<shell::Program> start_create(Invocation invocation) {
    return std::make_unique<Run>(std::move(invocation), true);
}

}  // namespace podium::programs::docker
