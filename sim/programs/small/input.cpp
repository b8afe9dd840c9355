#include "sim/base/work.hpp"
#include "sim/model/defaults.hpp"
#include "sim/programs/small/input.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "sim/model/world.hpp"

namespace podium::programs::small {
namespace {

constexpr std::uint64_t kLineWork = 2;           // a line taken, and what a filter does with it
constexpr std::size_t kCharactersPerWork = 16;

constexpr std::size_t kReadBytes = 64U << 10;
constexpr std::int64_t kMemoryCounts = 1 << 20;  // a filter's memory is counted in steps of this

}  // namespace

std::int64_t count_newlines(std::string_view text) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    for (const char* at = text.data(); at != end && (at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr; ++at) ++count;
    return count;
}

void Input::set_files(std::vector<std::string> files) {
    files_ = std::move(files);
    if (files_.empty()) files_.emplace_back("-");
}

void Input::close(System& system) {
    if (descriptor_ > 0) system.close(descriptor_);
    descriptor_ = -1;
}

void Input::skip_file(System& system) {
    close(system);
    buffer_.clear();
    at_ = 0;
    searched_ = 0;
    dropped_ = 0;
    ended_ = false;
}

std::string Input::take_rest() {
    std::string rest = buffer_.substr(at_);
    buffer_.clear();
    at_ = 0;
    searched_ = 0;
    return rest;
}

Input::Item Input::next_chunk(System& system, std::string& data) {
    if (descriptor_ < 0) {
        if (next_ >= files_.size()) return Item::End;
        name_ = files_[next_++];
        if (name_ == "-") {
            descriptor_ = 0;
            return Item::FileBegins;
        }
        error_ = system.open(name_, shell::OpenMode::Read, descriptor_);
        if (error_ == Errno::None) return Item::FileBegins;
        descriptor_ = -1;
        return Item::Failed;
    }
    shell::ReadResult read = system.read(descriptor_, kReadBytes);
    switch (read.kind) {
        case shell::ReadResult::Kind::Data:
            data = std::move(read.data);
            return Item::Data;
        case shell::ReadResult::Kind::WouldBlock:
            return Item::Wait;
        case shell::ReadResult::Kind::EndOfFile:
            close(system);
            return Item::FileEnds;
        case shell::ReadResult::Kind::Failed:
            error_ = read.error;
            close(system);
            return Item::Failed;
    }
    return Item::End;
}

Input::Item Input::next_line(System& system, std::string& line) {
    std::size_t read = 0;
    while (true) {
        const std::size_t newline = buffer_.find('\n', std::max(at_, searched_));
        if (newline != std::string::npos) {
            line.assign(buffer_, at_, newline - at_);
            at_ = newline + 1;
            searched_ = at_;
            had_newline_ = true;
            if (dropped_ > 0) system.use_memory(0);
            dropped_ = 0;
            count_work(kLineWork + line.size() / kCharactersPerWork);
            return Item::Data;
        }
        buffer_.erase(0, at_);
        at_ = 0;
        searched_ = buffer_.size();
        if (ended_) {
            searched_ = 0;
            dropped_ = 0;
            if (!buffer_.empty()) {
                line = std::exchange(buffer_, {});
                had_newline_ = false;
                return Item::Data;
            }
            ended_ = false;
            return Item::FileEnds;
        }
        if (read >= kMostBytesAStep) return Item::Pause;
        std::string data;
        const Item item = next_chunk(system, data);
        if (item == Item::Data) {
            read += data.size();
            keep(system, data);
        } else if (item == Item::FileEnds) {
            ended_ = true;
        } else {
            return item;
        }
    }
}

void Input::keep(System& system, const std::string& data) {
    const auto before = dropped_ + static_cast<std::int64_t>(buffer_.size());
    const auto after = before + static_cast<std::int64_t>(data.size());
    if (after / kMemoryCounts > before / kMemoryCounts) system.use_memory(after);
    if (buffer_.size() < kMostLineBytes) {
        buffer_ += data;
        return;
    }
    const std::size_t dropped = std::min(data.find('\n'), data.size());
    dropped_ += static_cast<std::int64_t>(dropped);
    cut_ = cut_ || dropped > 0;
    buffer_ += std::string_view(data).substr(dropped);
}

bool Input::reads_zeros(System& system) const {
    ProcessContext& context = ProcessContext::of(system);
    const model::Stream* stream = context.world().streams.find(context.stream_of(descriptor_));
    return stream != nullptr && stream->kind == model::Stream::Kind::Zero;
}

bool LineFilter::hold(System& system, std::size_t bytes) {
    const std::int64_t before = held_bytes_;
    held_bytes_ += static_cast<std::int64_t>(bytes);
    if (held_bytes_ / kMemoryCounts > before / kMemoryCounts) system.use_memory(held_bytes_);
    if (held_bytes_ <= kMostHeldBytes) return true;
    complain(system, fmt::format("Podium keeps at most {} MiB of what is to be sorted or turned round", kMostHeldBytes >> 20));
    status_ = 2;
    return false;
}

std::string Input::cannot_open(bool gnu) const {
    if (gnu) return fmt::format("{}: {}", name_, errno_text(error_));
    if (error_ == Errno::IsDirectory) return "read error: Is a directory";
    return fmt::format("can't open '{}': {}", name_, errno_text(error_));
}

Step ChunkFilter::step(System& system) {
    if (first_step()) {
        if (const auto status = begin(system)) return Step::exit(*status);
    }
    std::string data;
    std::size_t taken = 0;
    bool waits = false;
    while (taken < kMostBytesAStep && !waits) {
        std::optional<int> status;
        switch (input_.next_chunk(system, data)) {
            case Input::Item::Data:
                taken += data.size();
                status = chunk(system, data);
                break;
            case Input::Item::FileBegins:
                status = file_begins(system);
                break;
            case Input::Item::FileEnds:
                status = file_ends(system);
                break;
            case Input::Item::Failed:
                status = failed(system);
                break;
            case Input::Item::Pause:
            case Input::Item::Wait:
                waits = true;
                break;
            case Input::Item::End:
                return end(system);
        }
        if (status) return Step::exit(*status);
    }
    if (const auto status = pause(system)) return Step::exit(*status);
    return waits ? Step::block() : busy(system, taken);
}

void LineFilter::failed(System& system) {
    complain(system, fmt::format("{}: {}", input_.name(), errno_text(input_.error())));
}

Step LineFilter::finish(System& system) {
    const int status = end(system);
    const auto broken = output_.flush(system, name());
    return Step::exit(broken ? *broken : status);
}

namespace {

// Of a filter that makes much of little; the rest waits for the next step.
constexpr std::size_t kMostOutputAStep = 16 * kMostBytesAStep;

}  // namespace

Step LineFilter::step(System& system) {
    if (first_step()) {
        if (const auto status = begin(system)) {
            const auto broken = output_.flush(system, name());
            return Step::exit(broken ? *broken : *status);
        }
    }
    std::size_t taken = 0;
    std::size_t looked = 0;
    std::string text;
    while (taken < kMostBytesAStep) {
        switch (input_.next_line(system, text)) {
            case Input::Item::Pause:
                looked = kMostBytesAStep;
                taken = kMostBytesAStep;
                break;
            case Input::Item::Data:
                taken += text.size() + 1;
                if (input_.cut() && !std::exchange(told_cut_, true)) {
                    complain(system, fmt::format("Podium keeps the first {} MiB of a line", Input::kMostLineBytes >> 20));
                    status_ = failed_status_;
                }
                if (!line(system, text)) return finish(system);
                taken += std::exchange(worked_, 0);
                if (output_.size() >= kMostOutputAStep) taken = std::max(taken, kMostBytesAStep);
                break;
            case Input::Item::FileBegins:
                file_begins(system, input_.name());
                break;
            case Input::Item::FileEnds:
                file_ends(system, input_.name());
                break;
            case Input::Item::Failed:
                failed(system);
                status_ = failed_status_;
                break;
            case Input::Item::End:
                return finish(system);
            case Input::Item::Wait:
                if (const auto broken = output_.flush(system, name())) return Step::exit(*broken);
                return Step::block();
        }
    }
    if (const auto broken = output_.flush(system, name())) return Step::exit(*broken);
    // What fills the memory is not slowed down: the memory ends it.
    return looked > 0 ? Step::busy(kStepCost) : input_.busy(system, taken);
}

}  // namespace podium::programs::small
