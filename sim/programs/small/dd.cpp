#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"
#include "sim/model/defaults.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// Bytes that are copied in a nanosecond: 1 GB/s.
constexpr std::int64_t kBytesPerNanosecond = 1;
/// What a read and a write take besides, of however little: with bs=1 it is 2.5 MB/s.
constexpr Duration kRecordCost = nanoseconds(400);
/// What is copied between two looks at signals, at that speed a tenth of a second.
constexpr std::int64_t kMostBytesBetween = 100'000'000;

/// dd if= of= bs= count= skip= seek= conv=notrunc,fsync,fdatasync,ucase,lcase oflag=sync,dsync,direct iflag=fullblock
/// status=none,noxfer. It takes a block's memory, copies at an assumed speed, and counts zeros without keeping them.
class Dd final : public Cloned<Dd, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (first_step()) {
            if (!read_operands(system) || !open_files(system)) return Step::exit(1);
            started_ = system.now();
            context.use_memory(block_);
            return Step::busy(microseconds(1));
        }
        if (failed_) return finish(system, 1);
        std::int64_t moved = 0;  // What is skipped, too.
        std::int64_t turns = 0;
        while (taken() != count_ && moved < std::max(block_, std::min<std::int64_t>(kMostBytesBetween, block_ * 1024))) {
            if (!from_zeros_) {
                if (const auto step = read(system)) return *step;
            }
            if (from_zeros_) skip_ = 0;  // of these, no beginning is another than the rest
            const std::int64_t size = from_zeros_ ? block_ : static_cast<std::int64_t>(pending_.size());
            filled_ += size;
            moved += size;
            ++turns;
            const bool whole = filled_ == block_ || !fills_blocks_;
            if (skip_ > 0) {
                if (whole) --skip_;
            } else {
                const std::int64_t place = file_place(context);
                const Errno error = write(context, size);
                if (error == Errno::BrokenPipe) return Step::exit(kBrokenPipeStatus);
                if (error != Errno::None) {
                    complain(system, fmt::format("error writing '{}': {}", output_name_, errno_text(error)));
                    count(in_);
                    bytes_ += file_place(context) - place;  // What there was room for.
                    failed_ = true;
                    return Step::busy(cost_of(moved, turns));
                }
                bytes_ += size;
                if (whole) {
                    count(in_);
                    count(out_);
                }
            }
            if (whole) filled_ = 0;
            pending_.clear();
        }
        const Duration cost = cost_of(moved, turns);
        if (taken() != count_) return pace_.busy(system, static_cast<std::size_t>(moved), cost, output_);
        if (!counted_cost_) {
            counted_cost_ = true;
            return Step::busy(cost);
        }
        return finish(system, 0);
    }

  private:
    struct Records {
        std::int64_t full = 0;
        std::int64_t partial = 0;
    };

    static Duration cost_of(std::int64_t bytes, std::int64_t records) {
        return nanoseconds(bytes / kBytesPerNanosecond + records * kRecordCost.nanoseconds);
    }

    [[nodiscard]] std::int64_t taken() const { return in_.full + in_.partial; }

    void count(Records& records) const { ++(filled_ == block_ ? records.full : records.partial); }

    /// Reads what there is of a record; a step where there is nothing to go on with.
    std::optional<Step> read(System& system) {
        shell::ReadResult read = system.read(input_, static_cast<std::size_t>(block_ - filled_));
        if (read.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
        if (read.kind == shell::ReadResult::Kind::Failed) complain(system, fmt::format("error reading '{}': {}", input_name_, errno_text(read.error)));
        if (read.kind != shell::ReadResult::Kind::Data) {
            if (filled_ > 0 && skip_ == 0) {
                count(in_);
                count(out_);
            }
            return finish(system, read.kind == shell::ReadResult::Kind::Failed ? 1 : 0);
        }
        pending_ = std::move(read.data);
        change_case();
        warn_of_partial(system);
        return std::nullopt;
    }

    /// GNU's dd says so when it reads on, where that is not what was asked for (iread() of coreutils 9.1).
    void warn_of_partial(System& system) {
        const auto size = static_cast<std::int64_t>(pending_.size());
        const std::int64_t last = std::exchange(last_read_, size);
        const bool counts = given_block_ && !fills_blocks_ && case_ == '\0' && (skips_ || count_ > 0);
        if (!counts || last == 0 || last == block_ || quiet_ || !is_gnu(system) || std::exchange(warned_, true)) return;
        complain(system, fmt::format("warning: partial read ({} byte{}); suggest iflag=fullblock", last, last == 1 ? "" : "s"));
    }

    /// Where it writes in a file; 0 where the output is none.
    [[nodiscard]] std::int64_t file_place(ProcessContext& context) const {
        const model::Stream* const stream = context.world().streams.find(context.stream_of(output_));
        return stream != nullptr && stream->kind == model::Stream::Kind::File ? stream->offset : 0;
    }

    Errno write(ProcessContext& context, std::int64_t size) {
        if (!from_zeros_) return context.write(output_, pending_);
        if (output_ == 1 || !counts_zeros_) {
            for (std::int64_t left = size; left > 0;) {
                const auto part =
                    std::min<std::int64_t>(left, static_cast<std::int64_t>(kMostBytesAStep));
                if (const Errno error = context.write_zeros(output_, part); error != Errno::None)
                    return error;
                left -= part;
            }
            return Errno::None;
        }
        return context.write_zeros(output_, size);
    }

    bool read_number(System& system,
                     const std::string& word,
                     std::size_t equals,
                     std::int64_t& number) {
        const std::optional<std::int64_t> size =
            read_size(std::string_view(word).substr(equals + 1));
        if (size) {
            number = *size;
            return true;
        }
        complain(system,
                 fmt::format(
                     "invalid number{} '{}'", is_gnu(system) ? ":" : "", word.substr(equals + 1)));
        return false;
    }

    // A list of words of an operand. All writes are done at once here, so that there is nothing to synchronise.
    bool read_words(System& system, const std::string& key, const std::string& value) {
        for (const std::string& word : split(value, ',')) {
            const bool of_status = key == "status" && (word == "none" || word == "noxfer");
            const bool of_conversion = key == "conv" && (word == "notrunc" || word == "fsync" || word == "fdatasync" ||
                                                         word == "ucase" || word == "lcase");
            const bool of_flags = (key == "oflag" && (word == "sync" || word == "dsync" || word == "direct")) ||
                                  (key == "iflag" && (word == "fullblock" || word == "direct"));
            if (!of_status && !of_conversion && !of_flags) {
                complain(system, fmt::format("Podium does not model {}={}", key, word));
                return false;
            }
            if (word == "none") quiet_ = true;
            if (word == "noxfer") without_rate_ = true;
            if (word == "fullblock") fills_blocks_ = true;
            if (word == "notrunc") truncates_ = false;
            if (word == "ucase" || word == "lcase") case_ = word.front();
        }
        return true;
    }

    void change_case() {
        for (char& c : pending_) {
            if (case_ == 'u' && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            if (case_ == 'l' && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
    }

    // Where it begins to write: after `seek` blocks, over what is there; what is cut off is cut off there.
    Errno find_place(System& system) {
        ProcessContext& context = ProcessContext::of(system);
        if (seek_ > INT64_MAX / block_) return Errno::NoSpace;
        const std::int64_t place = seek_ * block_;
        const std::int64_t size = system.stat(output_name_).size_bytes;
        if (truncates_ && place < size && place > 0) return Errno::NotModelled;
        const auto mode = truncates_ && place == 0 ? shell::OpenMode::Write : shell::OpenMode::Append;
        if (const Errno error = system.open(output_name_, mode, output_); error != Errno::None) return error;
        model::Stream& stream = context.world().streams.at(context.stream_of(output_));
        if (stream.kind != model::Stream::Kind::File) return Errno::None;
        counts_zeros_ = true;
        if (place > size) {  // a hole
            if (const Errno error = context.write_zeros(output_, place - size); error != Errno::None) return error;
        }
        model::Stream& place_of = context.world().streams.at(context.stream_of(output_));
        place_of.append = false;
        place_of.offset = place;
        return Errno::None;
    }

    bool read_operands(System& system) {
        for (std::size_t i = 1; i < argv().size(); ++i) {
            const std::string& word = argv()[i];
            const std::size_t equals = word.find('=');
            const std::string key = word.substr(0, equals);
            if (equals == std::string::npos) {
                complain(system, fmt::format("unrecognized operand '{}'", word));
                return false;
            }
            const std::string value = word.substr(equals + 1);
            bool fine = true;
            if (key == "if")
                input_name_ = value;
            else if (key == "of")
                output_name_ = value;
            else if (key == "bs")
                fine = given_block_ = read_number(system, word, equals, block_);
            else if (key == "count")
                fine = read_number(system, word, equals, count_);
            else if (key == "skip")
                fine = read_number(system, word, equals, skip_);
            else if (key == "seek")
                fine = read_number(system, word, equals, seek_);
            else if (key == "status" || key == "conv" || key == "iflag" || key == "oflag")
                fine = read_words(system, key, value);
            else {
                const bool real = key == "ibs" || key == "obs" || key == "cbs";
                complain(system,
                         real ? fmt::format("Podium does not model the operand '{}='", key)
                              : fmt::format("unrecognized operand '{}'", word));
                fine = false;
            }
            if (!fine) return false;
        }
        skips_ = skip_ > 0;
        if (block_ > 0) return true;
        complain(system,
                 is_gnu(system) ? "invalid number: '0'"
                                : "number 0 is not in 1..9223372036854775807 range");
        return false;
    }

    bool open_files(System& system) {
        const auto failed = [&](const std::string& path, Errno error) {
            const bool gnu = is_gnu(system);
            complain(
                system,
                fmt::format(fmt::runtime(gnu ? "failed to open '{}': {}" : "can't open '{}': {}"),
                            path,
                            errno_text(error)));
            return false;
        };
        from_zeros_ = input_name_ == "/dev/zero";
        if (!input_name_.empty() && !from_zeros_) {
            if (const Errno error = system.open(input_name_, shell::OpenMode::Read, input_);
                error != Errno::None)
                return failed(input_name_, error);
        }
        ProcessContext& context = ProcessContext::of(system);
        const model::Stream* const stream = context.world().streams.find(context.stream_of(input_));
        if (stream == nullptr || (stream->kind != model::Stream::Kind::Pipe && stream->kind != model::Stream::Kind::Terminal)) fills_blocks_ = true;
        if (!output_name_.empty()) {
            const Errno error = find_place(system);
            if (error == Errno::NotModelled) {
                complain(system, "Podium does not model cutting a file off in its middle: add conv=notrunc");
                return false;
            }
            if (error != Errno::None) return failed(output_name_, error);
        } else if (seek_ > 0) {
            complain(system, "Podium models the operand 'seek=' for a file only: add of=");
            return false;
        }
        if (output_name_.empty()) output_name_ = "standard output";
        return true;
    }

    Step finish(System& system, int status) {
        if (quiet_) return Step::exit(status);
        std::string text = fmt::format("{}+{} records in\n{}+{} records out\n", in_.full, in_.partial, out_.full, out_.partial);
        if (without_rate_) {
            system.write(2, text);
            return Step::exit(status);
        }
        const Duration took = std::max(system.now() - started_, microseconds(1));
        const auto per_second = static_cast<std::int64_t>(static_cast<Int128>(bytes_) *
                                                          1'000'000'000 / took.nanoseconds);
        if (is_gnu(system)) {
            std::string sizes;
            if (bytes_ >= 1024)
                sizes = fmt::format(" ({}, {})", gnu_size(bytes_, false), gnu_size(bytes_, true));
            else if (bytes_ >= 1000)
                sizes = fmt::format(" ({})", gnu_size(bytes_, false));
            text += fmt::format("{} bytes{} copied, {} s, {}/s\n",
                                bytes_,
                                sizes,
                                format_seconds(took.nanoseconds, 6),
                                gnu_size(per_second, false));
        } else {
            text += fmt::format("{} bytes ({}) copied, {} seconds, {}/s\n",
                                bytes_,
                                format::bytes_size(bytes_),
                                format_seconds(took.nanoseconds, 6),
                                format::bytes_size(per_second));
        }
        system.write(2, text);
        return Step::exit(status);
    }

    /// A size as coreutils' dd writes it (human_readable, rounded to the nearest): "105 MB", "1.0 GB", "100 MiB".
    static std::string gnu_size(std::int64_t bytes, bool binary) {
        constexpr std::string_view kPrefixes = "kMGTPE";
        const double step = binary ? 1024 : 1000;
        auto value = static_cast<double>(bytes);
        std::size_t power = 0;
        while (value >= step && power < kPrefixes.size()) {
            value /= step;
            ++power;
        }
        if (power > 0 && std::round(value) >= step && power < kPrefixes.size()) {
            value /= step;
            ++power;
        }
        if (power == 0) return fmt::format("{} B", bytes);
        const char prefix = binary ? static_cast<char>(std::toupper(kPrefixes[power - 1])) : kPrefixes[power - 1];
        const bool one_decimal = value < 9.95;
        return fmt::format("{:.{}f} {}{}", value, one_decimal ? 1 : 0, prefix, binary ? "iB" : "B");
    }

    std::string input_name_;
    std::string output_name_;
    std::int64_t block_ = 512;
    std::int64_t count_ = -1;
    std::int64_t skip_ = 0;
    std::int64_t seek_ = 0;
    Records in_;
    Records out_;
    std::int64_t filled_ = 0;  // of the present record
    std::int64_t last_read_ = 0;
    std::int64_t bytes_ = 0;
    std::string pending_;
    Pace pace_;
    int input_ = 0;
    int output_ = 1;
    bool from_zeros_ = false;
    bool counts_zeros_ = false;
    bool truncates_ = true;
    bool quiet_ = false;
    bool without_rate_ = false;
    bool fills_blocks_ = false;  // Of a pipe or terminal a read is a record, however short; a file gives all that is wanted.
    bool given_block_ = false;
    bool skips_ = false;
    bool warned_ = false;
    char case_ = '\0';  // 'u' or 'l'
    bool counted_cost_ = false;
    bool failed_ = false;
    Time started_{};
};

}  // namespace

std::unique_ptr<shell::Program> make_dd(Start start) {
    return std::make_unique<Dd>(std::move(start));
}

}  // namespace podium::programs::small
