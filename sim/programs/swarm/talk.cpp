#include "sim/programs/swarm/talk.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/commands.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/swarm/progress.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::docker {

using shell::Step;

Reply::Reply(Answer given) : answer(std::move(given)) {
    Json read = Json::parse(answer.body, nullptr, false);
    json = std::make_shared<const Json>(read.is_discarded() ? Json() : std::move(read));
}

const Reply* Talk::ask(std::string target, std::string body) {
    model::RequestSpec spec = request_for(model::Operation::Orchestration, std::move(target));
    spec.body = std::move(body);
    return ask_engine(std::move(spec));
}

const Reply* Talk::ask_engine(model::RequestSpec spec) {
    if (waiting_) return nullptr;
    if (next_ < state_.replies.size()) return &state_.replies[next_++];
    if (!state_.call.started()) state_.call.start(context_, std::move(spec));
    if (!state_.call.done(context_)) {
        waiting_ = true;
        return nullptr;
    }
    state_.replies.emplace_back(state_.call.take(context_));
    ++next_;
    return &state_.replies.back();
}

std::optional<std::string> Talk::read_until(std::size_t most, bool whole) {
    const auto enough = [&] { return state_.input_ended || state_.input.size() >= most || (!whole && state_.input.find('\n') != std::string::npos); };
    while (!enough()) {
        shell::ReadResult piece = context_.read(0, kReadSize);
        if (piece.kind == shell::ReadResult::Kind::WouldBlock) {
            waiting_ = true;
            return std::nullopt;
        }
        if (piece.kind == shell::ReadResult::Kind::Data) state_.input += piece.data;
        else state_.input_ended = true;
    }
    return state_.input.substr(0, whole ? most : std::min(most, state_.input.find('\n')));
}

std::optional<std::string> Talk::read_input(std::size_t most) { return read_until(most, true); }

std::optional<std::string> Talk::read_line(std::size_t most) { return read_until(most, false); }

void Talk::print(std::string_view text) {
    if (waiting_ || pieces_++ < state_.printed) return;
    ++state_.printed;
    if (!programs::print(context_, text)) broken_ = true;
}

void Talk::print_error(std::string_view text) {
    if (waiting_ || pieces_++ < state_.printed) return;
    ++state_.printed;
    programs::print_error(context_, text);
}

namespace {

class ProcedureProgram final : public VerbProgram<ProcedureProgram> {
  public:
    ProcedureProgram(Invocation invocation, Procedure procedure)
        : VerbProgram(std::move(invocation)), procedure_(procedure) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        constexpr int kBrokenPipe = 141;
        if (!ending_) {
            Talk talk(context, state_);
            Outcome outcome = procedure_(invocation(), talk);
            if (talk.broken()) return Step::exit(kBrokenPipe);
            if (!outcome) return Step::block();
            if (outcome->services.empty()) return finish(context, outcome->finish);
            if (!outcome->finish.out.empty() && !print(context, outcome->finish.out)) return Step::exit(kBrokenPipe);
            ending_ = std::move(*outcome);
            state_ = {};
            context.set_disposition(shell::kSigInt, shell::Disposition::Catch);
        }
        return wait_for_services(context);
    }

    [[nodiscard]] bool forced_out() const override { return interrupts_ >= kMostInterrupts; }

  private:
    static constexpr int kMostInterrupts = 3;

    Step wait_for_services(model::ProcessContext& context) {
        while (at_ < ending_->services.size()) {
            const std::string& service = ending_->services[at_];
            if (!wait_) wait_.emplace(service, ending_->quiet);
            if (!wait_->advance(context)) {
                interrupts_ = wait_->interrupts();
                return Step::block(wait_->deadline());
            }
            if (!wait_->error().empty())
                errors_ += ending_->named_errors ? fmt::format("{}: {}\n", service, wait_->error()) : wait_->error() + "\n";
            wait_.reset();
            ++at_;
        }
        errors_ = ending_->finish.error + errors_;
        return finish(context, {{}, errors_, errors_.empty() ? 0 : 1});
    }

    Procedure procedure_;
    TalkState state_;
    std::optional<Ending> ending_;
    std::optional<ServiceWait> wait_;
    std::size_t at_ = 0;
    std::string errors_;
    int interrupts_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> start_procedure(Invocation invocation, Procedure procedure) {
    return std::make_unique<ProcedureProgram>(std::move(invocation), procedure);
}

std::unique_ptr<shell::Program> say_help(Invocation invocation) {
    std::string help = verb_help(*invocation.verb, invocation.path.substr(std::string_view("docker ").size()));
    return say(std::move(invocation), {std::move(help), {}, 0});
}

Ending ends(std::string out) { return {{std::move(out), {}, 0}, {}, false, false}; }

Ending ends_badly(std::string_view message, int status) { return {failed(message, status), {}, false, false}; }

Ending ends_with_errors(const std::vector<std::string>& errors) {
    Finish finish;
    for (const std::string& error : errors) finish.error += error + "\n";
    finish.status = errors.empty() ? 0 : 1;
    return {std::move(finish), {}, false, false};
}

}  // namespace podium::programs::docker
