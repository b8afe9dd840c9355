#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/small/awk_streams.hpp"

namespace podium::programs::small::awk {

void RecordBuffer::add(std::string_view data) {
    text_.erase(0, at_);
    at_ = 0;
    text_ += data;
}

std::optional<std::string> RecordBuffer::cut(std::size_t end, std::size_t next) {
    std::string record = text_.substr(at_, end - at_);
    at_ = next;
    looked_ = 0;
    return record;
}

std::optional<std::string> RecordBuffer::rest(bool ended) {
    looked_ = size();
    if (!ended || size() == 0) return std::nullopt;
    return cut(text_.size(), text_.size());
}

Result<std::optional<std::string>> RecordBuffer::take(bool ended, const std::string& separator, bool mawk) {
    if (separator != separator_) looked_ = 0;
    if (separator.size() > 1) return take_by_pattern(ended, separator, mawk);
    separator_ = separator;
    if (separator.size() == 1) {
        const std::size_t end = text_.find(separator, at_ + looked_);
        return end == std::string::npos ? rest(ended) : cut(end, end + 1);
    }
    // Paragraphs: empty lines divide.
    at_ = std::min(text_.find_first_not_of('\n', at_), text_.size());
    const std::size_t end = text_.find("\n\n", at_ + (looked_ > 0 ? looked_ - 1 : 0));
    if (end != std::string::npos) return cut(end, std::min(text_.find_first_not_of('\n', end), text_.size()));
    if (!ended || size() == 0 || text_.back() != '\n') return rest(ended);
    return cut(text_.size() - 1, text_.size());
}

Result<std::optional<std::string>> RecordBuffer::take_by_pattern(bool ended, const std::string& separator, bool mawk) {
    if (separator != separator_) {
        auto compiled = compile(separator, mawk);
        if (!compiled) return compiled.error();
        pattern_ = std::move(*compiled);
        separator_ = separator;
    }
    // What has no end is searched from its beginning each time; where that is much, not before it has grown by a quarter.
    constexpr std::size_t kMuch = std::size_t{64} << 10;
    if (!ended && looked_ > kMuch && size() < looked_ + looked_ / 4) return std::optional<std::string>();
    const auto match = pattern_.search(text_, at_);
    // One at the very end might go on.
    if (match && match->end > match->begin && (ended || match->end < text_.size())) return cut(match->begin, match->end);
    return rest(ended);
}

bool Streams::start(System& system, const std::string& command, bool reads, Stream& out) {
    int read_end = -1;
    int write_end = -1;
    system.pipe(read_end, write_end);
    shell::SpawnRequest request = child_request({"sh", "-c", command}, environment_);
    request.descriptors = reads ? std::vector<shell::Inherit>{{0, 0}, {1, write_end}, {2, 2}} : std::vector<shell::Inherit>{{0, read_end}, {1, 1}, {2, 2}};
    const shell::Spawned spawned = system.spawn(request);
    system.close(reads ? write_end : read_end);
    out.descriptor = reads ? read_end : write_end;
    out.child = spawned.pid;
    return spawned.pid != 0;
}

std::optional<int> Streams::write(System& system, const std::string& program, Out how, const std::string& name, const std::string& text, bool mawk) {
    auto found = outputs_.find(name);
    if (found == outputs_.end()) {
        if (outputs_.size() >= kMostStreams) {
            complain(system, program, fmt::format("Podium's awk writes to up to {} files and commands at once", kMostStreams));
            return 2;
        }
        Stream stream;
        if (how == kPipe) {
            if (!start(system, name, false, stream)) {
                complain(system, program, "cannot start sh");
                return 2;
            }
        } else if (name == "/dev/stderr") {
            stream.descriptor = 2;
        } else if (const Errno error = system.open(name, how == kAppend ? shell::OpenMode::Append : shell::OpenMode::Write, stream.descriptor); error != Errno::None) {
            complain(system, program,
                     mawk ? fmt::format("cannot open \"{}\" for output ({})", name, errno_text(error)) : fmt::format("can't open '{}': {}", name, errno_text(error)));
            return mawk ? 2 : 1;
        }
        found = outputs_.emplace(name, std::move(stream)).first;
    }
    const Errno error = system.write(found->second.descriptor, text);
    if (error == Errno::None) return std::nullopt;
    if (error == Errno::BrokenPipe) return kBrokenPipeStatus;
    complain(system, program, fmt::format("write failure ({})", errno_text(error)));
    return 2;
}

Got Streams::read(System& system, From from, const std::string& name, const std::string& separator, bool mawk, std::string& record) {
    auto found = inputs_.find(name);
    if (found == inputs_.end()) {
        if (inputs_.size() >= kMostStreams) return Got::Failed;
        Stream stream;
        if (from == kCommand) {
            if (!start(system, name, true, stream)) return Got::Failed;
        } else if (name == "-" || name == "/dev/stdin") {
            stream.descriptor = 0;
        } else if (system.open(name, shell::OpenMode::Read, stream.descriptor) != Errno::None) {
            return Got::Failed;
        }
        found = inputs_.emplace(name, std::move(stream)).first;
    }
    Stream& stream = found->second;
    while (true) {
        auto taken = stream.buffer.take(stream.ended, separator, mawk);
        if (!taken || stream.buffer.size() > kMostRecordBytes) return Got::Failed;
        if (*taken) {
            record = std::move(**taken);
            return Got::Record;
        }
        if (stream.ended) return Got::Nothing;
        const shell::ReadResult read = system.read(stream.descriptor, kMostBytesAStep);
        if (read.kind == shell::ReadResult::Kind::WouldBlock) return Got::Wait;
        if (read.kind == shell::ReadResult::Kind::Failed && stream.buffer.size() == 0) return Got::Failed;
        if (read.kind == shell::ReadResult::Kind::Data)
            stream.buffer.add(read.data);
        else
            stream.ended = true;
    }
}

std::optional<int> Streams::finish(System& system, Stream& stream) {
    if (stream.descriptor > 2) system.close(stream.descriptor);
    stream.descriptor = -1;
    if (stream.child == 0) return 0;
    const auto status = system.reap(stream.child);
    if (status) stream.child = 0;
    return status;
}

std::optional<int> Streams::close(System& system, const std::string& name) {
    // What is written to and what is read may have one name: mawk's file_close() ends both.
    int out = -1;
    for (auto* const streams : {&outputs_, &inputs_}) {
        const auto found = streams->find(name);
        if (found == streams->end()) continue;
        const auto status = finish(system, found->second);
        if (!status) return std::nullopt;
        streams->erase(found);
        if (out < 0) out = *status;
    }
    return out;
}

bool Streams::close_outputs(System& system) {
    // All are closed first, so that no command waits for the end of another's input.
    for (auto& [name, stream] : outputs_) {
        if (stream.descriptor > 2) system.close(stream.descriptor);
        stream.descriptor = -1;
    }
    while (!outputs_.empty()) {
        if (!finish(system, outputs_.begin()->second)) return false;
        outputs_.erase(outputs_.begin());
    }
    return true;
}

}  // namespace podium::programs::small::awk
