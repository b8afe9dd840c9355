#include "sim/programs/docker/verb.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/model/world.hpp"
#include "sim/programs/docker/context_store.hpp"
#include "sim/programs/docker/defaults.hpp"

namespace podium::programs::docker {

using shell::Step;

bool Invocation::variable(std::string_view name, std::string& value) const {
    for (const std::string& entry : environment) {
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
            value = entry.substr(name.size() + 1);
            return true;
        }
    }
    return false;
}

std::string error_text(const Answer& answer) {
    if (answer.status == 0) return std::string(kNoEngine);
    return "Error response from daemon: " + answer.message();
}

Finish failed(std::string_view message, int status) {
    return {{}, fmt::format("{}\n", message), status};
}

Time host_time(model::ProcessContext& context) {
    return context.now() + context.world().host(context.row().host).clock_skew;
}

bool read_whole_file(shell::System& system,
                     const std::string& path,
                     std::string& content,
                     std::string& why) {
    int descriptor = -1;
    const shell::Errno error = system.open(path, shell::OpenMode::Read, descriptor);
    if (error != shell::Errno::None) {
        why = std::string(shell::errno_text(error));
        return false;
    }
    content.clear();
    while (content.size() < kMostFileBytes) {
        shell::ReadResult piece = system.read(descriptor, kReadSize);
        if (piece.kind != shell::ReadResult::Kind::Data) break;
        content += piece.data;
    }
    system.close(descriptor);
    return true;
}

Step ClientProgram::step(shell::System& system) {
    if (!started_) {
        started_ = true;
        return Step::busy(kClientStart);
    }
    if (!found_engine_) {
        found_engine_ = true;
        if (asks_engine()) {
            const auto endpoint = find_endpoint(system, invocation_);
            if (!endpoint) return fail(system, endpoint.error().message);
        }
    }
    Step step = advance(model::ProcessContext::of(system));
    if (!forced_out() || step.kind == Step::Kind::Exit) return step;
    // docker/cli 28, cmd/docker/docker.go: forceExitAfter3TerminationSignals.
    return finish(system, {{}, "\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n", 1});
}

Step ClientProgram::finish(shell::System& system, const Finish& finish) {
    constexpr int kBrokenPipe = 141;
    if (!finish.out.empty() && !print(system, finish.out)) return Step::exit(kBrokenPipe);
    if (!finish.error.empty()) print_error(system, finish.error);
    return Step::exit(finish.status);
}

Step ClientProgram::fail(shell::System& system, std::string_view message, int status) {
    return finish(system, failed(message, status));
}

namespace {

class Say final : public VerbProgram<Say> {
  public:
    Say(Invocation invocation, Finish finish)
        : VerbProgram(std::move(invocation)), finish_(std::move(finish)) {}

  protected:
    Step advance(model::ProcessContext& context) override { return finish(context, finish_); }

    [[nodiscard]] bool asks_engine() const override { return false; }

  private:
    Finish finish_;
};

class OneCallProgram final : public VerbProgram<OneCallProgram> {
  public:
    OneCallProgram(Invocation invocation, OneCall how)
        : VerbProgram(std::move(invocation)), how_(how) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!call_.started()) {
            auto spec = how_.request(invocation(), host_time(context));
            if (!spec) return fail(context, spec.error().message);
            call_.start(context, std::move(*spec));
        }
        if (!call_.done(context)) return Step::block();
        const Answer answer = call_.take(context);
        if (!answer.ok()) return fail(context, error_text(answer));
        return finish(context, how_.show(invocation(), answer, host_time(context)));
    }

  private:
    OneCall how_;
    Call call_;
};

class EachProgram final : public VerbProgram<EachProgram> {
  public:
    EachProgram(Invocation invocation, EachArgument how)
        : VerbProgram(std::move(invocation)), how_(how), calls_(arguments().size()) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!how_.notice.empty()) print(context, std::exchange(how_.notice, {}));
        while (next_ < calls_.size()) {
            const std::size_t window = how_.parallel ? kMostAtOnce : 1;
            for (std::size_t i = next_; i < std::min(calls_.size(), next_ + window); ++i) {
                if (!calls_[i].started())
                    calls_[i].start(context, how_.request(invocation(), arguments()[i]));
            }
            if (!calls_[next_].done(context)) return Step::block();
            const Answer answer = calls_[next_].take(context);
            show(context, arguments()[next_], answer);
            ++next_;
        }
        if (failed_.empty()) return Step::exit(0);
        if (how_.summary != nullptr) print_error(context, how_.summary(failed_) + "\n");
        if (!errors_.empty()) print_error(context, errors_);
        return Step::exit(1);
    }

  private:
    void show(model::ProcessContext& context, const std::string& argument, const Answer& answer) {
        if (answer.ok()) {
            print(context,
                  how_.shown == nullptr ? argument + "\n"
                                        : how_.shown(invocation(), argument, answer));
            return;
        }
        const std::string line = error_text(answer) + "\n";
        const bool forgiven = how_.forgiven != nullptr && how_.forgiven(invocation(), answer);
        if (forgiven || how_.errors_at_once) {
            print_error(context, line);
        } else {
            errors_ += line;
        }
        if (!forgiven) failed_.push_back(argument);
    }

    EachArgument how_;
    std::vector<Call> calls_;
    std::size_t next_ = 0;
    std::vector<std::string> failed_;
    std::string errors_;
};

}  // namespace

std::unique_ptr<shell::Program> say(Invocation invocation, Finish finish) {
    return std::make_unique<Say>(std::move(invocation), std::move(finish));
}

std::unique_ptr<shell::Program> start_one_call(Invocation invocation, OneCall how) {
    return std::make_unique<OneCallProgram>(std::move(invocation), how);
}

std::unique_ptr<shell::Program> start_each(Invocation invocation, EachArgument how) {
    return std::make_unique<EachProgram>(std::move(invocation), how);
}

}  // namespace podium::programs::docker
