#include "sim/programs/docker/streams.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/model/detach_keys.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::docker {
namespace {

using Read = shell::ReadResult;

// The signals that end or tell a process something; docker hands on all but those about its own
// children and pipes.
constexpr std::array kForwarded{shell::kSigHup,
                                shell::kSigInt,
                                shell::kSigQuit,
                                shell::kSigUsr1,
                                shell::kSigUsr2,
                                shell::kSigAlrm,
                                shell::kSigTerm};

std::string text_of(const Json& line, const char* name) {
    const auto found = line.find(name);
    return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_progress(const Json& line) {
    const auto detail = line.find("progressDetail");
    return detail != line.end() && detail->is_object() && !detail->empty();
}

}  // namespace

Flow copy_available(shell::System& system, int from, int to) {
    if (from < 0) return Flow::Ended;
    for (;;) {
        const Read piece = system.read(from, kReadSize);
        switch (piece.kind) {
            case Read::Kind::WouldBlock:
                return Flow::Open;
            case Read::Kind::EndOfFile:
            case Read::Kind::Failed:
                return Flow::Ended;
            case Read::Kind::Data:
                if (to >= 0 && system.write(to, piece.data) != shell::Errno::None)
                    return Flow::Broken;
                break;
        }
    }
}

bool FrameReader::next(int& which, std::string& piece) {
    constexpr std::size_t kHeader = 8;
    constexpr std::size_t kSizeAt = 4;
    if (rest_.size() - at_ < kHeader) return false;
    std::size_t size = 0;
    for (std::size_t i = kSizeAt; i < kHeader; ++i)
        size = size << 8U | static_cast<unsigned char>(rest_[at_ + i]);
    if (rest_.size() - at_ - kHeader < size) return false;
    which = rest_[at_];
    piece = rest_.substr(at_ + kHeader, size);
    at_ += kHeader + size;
    if (at_ == rest_.size()) {
        rest_.clear();
        at_ = 0;
    }
    return true;
}

Flow Attachment::pump_frames(model::ProcessContext& context, int from) {
    if (from < 0) return Flow::Ended;
    for (;;) {
        const Read read = context.read(from, kReadSize);
        if (read.kind == Read::Kind::WouldBlock) return Flow::Open;
        if (read.kind != Read::Kind::Data) return Flow::Ended;
        frames_.take(read.data);
        int which = 1;
        std::string piece;
        while (frames_.next(which, piece)) {
            if (which == 2 ? !show_error : !show_output) continue;
            if (context.write(which, piece) != shell::Errno::None) return Flow::Broken;
        }
    }
}

std::string DetachKeys::take(std::string_view typed) {
    if (keys_.empty()) return std::string(typed);
    std::string out;
    for (const char key : typed) {
        if (key == keys_[matched_]) {
            if (++matched_ == keys_.size()) break;
            continue;
        }
        out += keys_.substr(0, matched_);
        matched_ = 0;
        out += key;
    }
    return out;
}

void Attachment::watch_for(const std::string& text) {
    detach_keys.watch_for(
        model::detach_key_bytes(text.empty() ? model::kDefaultDetachKeys : std::string_view(text))
            .value_or(std::string()));
}

Flow Attachment::pump(model::ProcessContext& context, Call& call) {
    if (send_input && !detach_keys.complete()) pump_input(context, call);
    if (detach_keys.complete()) return Flow::Detached;
    if (multiplexed) return pump_frames(context, call.output(context));
    const int from_output = call.output(context);
    const int from_error = call.error_output(context);
    // What came through the one connection is shown in its order.
    for (auto run = context.next_written(from_output, from_error); run.bytes > 0;
         run = context.next_written(from_output, from_error)) {
        const bool shown = run.second ? show_error : show_output;
        const Read piece = context.read(run.second ? from_error : from_output, run.bytes);
        if (piece.kind != Read::Kind::Data) break;
        if (shown && context.write(run.second ? 2 : 1, piece.data) != shell::Errno::None)
            return Flow::Broken;
    }
    const Flow output = copy_available(context, from_output, show_output ? 1 : -1);
    const Flow error = copy_available(context, from_error, show_error ? 2 : -1);
    if (output == Flow::Broken || error == Flow::Broken) return Flow::Broken;
    if (output != Flow::Ended || error != Flow::Ended) return Flow::Open;
    // What is typed from here on is for the next program.
    if (send_input) context.close(0);
    return Flow::Ended;
}

void Attachment::pump_input(model::ProcessContext& context, Call& call) {
    const int to = call.input(context);
    if (to < 0) return;
    for (;;) {
        const Read typed = context.read(0, kReadSize);
        if (typed.kind == Read::Kind::WouldBlock) return;
        if (typed.kind != Read::Kind::Data) break;
        if (context.write(to, detach_keys.take(typed.data)) != shell::Errno::None) break;
        if (detach_keys.complete()) {
            call.tell_detached(context);
            return;
        }
    }
    send_input = false;
    call.close_input(context);
}

void SignalProxy::begin(model::ProcessContext& context, std::string container) {
    container_ = std::move(container);
    for (const int signal : kForwarded)
        context.set_disposition(signal, shell::Disposition::Catch);
}

void SignalProxy::forward(model::ProcessContext& context) {
    if (container_.empty()) return;
    while (!kills_.empty() && kills_.front().done(context)) {
        kills_.front().abandon(context);
        kills_.pop_front();
    }
    for (int signal = context.take_signal(); signal != 0; signal = context.take_signal()) {
        if (signal == shell::kSigInt || signal == shell::kSigTerm) ++terminations_;
        model::RequestSpec spec = request_for(model::Operation::ContainerKill, container_);
        spec.options["signal"] = fmt::format("SIG{}", shell::signal_name(signal));
        kills_.emplace_back();
        kills_.back().start(context, std::move(spec));
    }
}

void SignalProxy::end(model::ProcessContext& context) {
    for (Call& call : kills_)
        call.abandon(context);
    kills_.clear();
}

std::string PullDisplay::take(std::string_view piece) {
    rest_ += piece;
    std::string out;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
        const Json line = Json::parse(rest_.substr(0, end), nullptr, false);
        rest_.erase(0, end + 1);
        if (!line.is_object()) continue;
        if (const std::string error = text_of(line, "error"); !error.empty()) {
            error_ = error;
        } else if (!has_progress(line)) {
            const std::string id = text_of(line, "id");
            out += fmt::format("{}{}{}\n", id, id.empty() ? "" : ": ", text_of(line, "status"));
        }
    }
    return out;
}

}  // namespace podium::programs::docker
