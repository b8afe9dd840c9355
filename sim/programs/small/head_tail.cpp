#include <algorithm>
#include <deque>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/defaults.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

constexpr std::string_view kFollowOptions = "fF";

/// "-20" as "-n 20", the old way to ask for lines.
std::vector<std::string> modern(std::vector<std::string> argv) {
    for (std::size_t i = 1; i < argv.size(); ++i) {
        const bool is_value = argv[i - 1] == "-n" || argv[i - 1] == "-c";
        if (is_value) continue;
        const bool number = argv[i].size() > 1 && argv[i][0] == '-' &&
                            argv[i].find_first_not_of("0123456789", 1) == std::string::npos;
        if (number) argv[i] = "-n" + argv[i].substr(1);
        const bool begins_with_number =
            argv[i].size() > 2 && argv[i][0] == '-' && argv[i][1] >= '0' && argv[i][1] <= '9';
        if (begins_with_number && kFollowOptions.find(argv[i].back()) != std::string_view::npos) {
            argv.insert(argv.begin() + static_cast<std::ptrdiff_t>(i) + 1, "-f");
            argv[i] = "-n" + argv[i].substr(1, argv[i].size() - 2);
        }
    }
    return argv;
}

std::string header(const std::string& file, bool first) {
    return fmt::format("{}==> {} <==\n", first ? "" : "\n", file == "-" ? "standard input" : file);
}

/// The end of what was read so far, and the memory it takes in life.
struct Kept {
    static constexpr std::size_t kMostBytes = std::size_t{16} << 20;
    std::string text;
    std::int64_t dropped = 0;  ///< Counted before `text`, not kept.
    std::int64_t told = 0;

    [[nodiscard]] bool cut() const { return dropped > 0; }

    void add(System& system, std::string_view data) {
        text += data;
        if (text.size() > 2 * kMostBytes) {
            dropped += static_cast<std::int64_t>(text.size() - kMostBytes);
            text.erase(0, text.size() - kMostBytes);
        }
        tell(system);
    }

    void drop(System& system, std::size_t bytes) {
        text.erase(0, bytes);
        dropped = 0;
        tell(system);
    }

    void tell(System& system) {
        constexpr std::int64_t kMemoryCounts = 1 << 20;
        const std::int64_t mebibytes = (static_cast<std::int64_t>(text.size()) + dropped) / kMemoryCounts;
        if (mebibytes == told) return;
        told = mebibytes;
        system.use_memory(told * kMemoryCounts);
    }
};

class Head final : public Cloned<Head, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(
            modern(argv()),
            {"n:c:qv", {{"lines", 'n'}, {"bytes", 'c'}, {"quiet", 'q'}, {"verbose", 'v'}}, "z"},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        bytes_ = options.has('c');
        std::string text = bytes_             ? options.value('c')
                           : options.has('n') ? options.value('n')
                                              : "10";
        if (text.starts_with('-')) {
            all_but_ = true;
            text.erase(0, 1);
        }
        const auto count = read_size(text);
        if (!count) {
            complain(
                system,
                is_gnu(system)
                    ? fmt::format("invalid number of {}: '{}'", bytes_ ? "bytes" : "lines", text)
                    : fmt::format("invalid number '{}'", text));
            return 1;
        }
        count_ = *count;
        headers_ = (options.operands.size() > 1 || options.has('v')) && !options.has('q');
        input().set_files(options.operands);
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        take(system, data);
        return std::nullopt;
    }

    std::optional<int> file_begins(System& system) override {
        left_ = count_;
        if (headers_) out().add(header(input().name(), std::exchange(first_, false)));
        // None wanted: nothing is read.
        if (left_ == 0 && !all_but_) input().skip_file(system);
        return std::nullopt;
    }

    /// With a negative number: all but the last so many.
    std::optional<int> file_ends(System& /*system*/) override {
        if (!all_but_) return std::nullopt;
        const std::string text = std::exchange(kept_, {}).text;
        if (bytes_) {
            const auto size = static_cast<std::int64_t>(text.size());
            out().add(std::string_view(text).substr(
                0, static_cast<std::size_t>(std::max<std::int64_t>(0, size - count_))));
            return std::nullopt;
        }
        std::size_t end = text.size();
        for (std::int64_t i = 0; i < count_ && end > 0; ++i) {
            const std::size_t newline = end >= 2 ? text.rfind('\n', end - 2) : std::string::npos;
            end = newline == std::string::npos ? 0 : newline + 1;
        }
        out().add(std::string_view(text).substr(0, end));
        return std::nullopt;
    }

    std::optional<int> failed(System& system) override {
        complain(system,
                 is_gnu(system)
                     ? fmt::format("cannot open '{}' for reading: {}", input().name(), errno_text(input().error()))
                     : fmt::format("{}: {}", input().name(), errno_text(input().error())));
        status_ = 1;
        return std::nullopt;
    }

    std::optional<int> pause(System& system) override { return flush(system); }

    Step end(System& system) override { return Step::exit(flush(system).value_or(status_)); }

  private:
    void take(System& system, const std::string& data) {
        if (all_but_) {
            kept_.add(system, data);
            return;
        }
        std::size_t end = data.size();
        if (bytes_) {
            end = std::min<std::size_t>(end, static_cast<std::size_t>(left_));
            left_ -= static_cast<std::int64_t>(end);
        } else {
            std::size_t at = 0;
            while (left_ > 0 && at < data.size()) {
                const std::size_t newline = data.find('\n', at);
                if (newline == std::string::npos) break;
                at = newline + 1;
                --left_;
            }
            if (left_ == 0) end = at;
        }
        out().add(std::string_view(data).substr(0, end));
        if (left_ == 0) input().skip_file(system);
    }

    Kept kept_;
    std::int64_t count_ = 10;
    std::int64_t left_ = 0;
    bool bytes_ = false;
    bool all_but_ = false;
    bool headers_ = false;
    bool first_ = true;
};

/// tail: keeps what may be the end of each file, then prints it; with -f it follows the last one.
class Tail final : public Cloned<Tail, ChunkFilter> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override { return followed_.empty() ? ChunkFilter::step(system) : follow(system); }

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(
            modern(argv()),
            {"n:c:fFqvs:",
             {{"lines", 'n'}, {"bytes", 'c'}, {"follow", 'f'}, {"quiet", 'q'}, {"verbose", 'v'}},
             "z"},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        bytes_ = options.has('c');
        std::string text = bytes_             ? options.value('c')
                           : options.has('n') ? options.value('n')
                                              : "10";
        from_start_ = text.starts_with('+');
        if (from_start_ || text.starts_with('-')) text.erase(0, 1);
        const auto count = read_size(text);
        if (!count) {
            complain(
                system,
                is_gnu(system)
                    ? fmt::format("invalid number of {}: '{}'", bytes_ ? "bytes" : "lines", text)
                    : fmt::format("invalid number '{}'", text));
            return 1;
        }
        count_ = *count;
        follow_ = options.has('f') || options.has('F');
        headers_ = (options.operands.size() > 1 || options.has('v')) && !options.has('q');
        input().set_files(options.operands);
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        take(system, data);
        return from_start_ ? flush(system) : std::nullopt;
    }

    std::optional<int> file_begins(System& /*system*/) override {
        kept_ = {};
        newlines_ = 0;
        seen_ = 0;
        if (headers_) out().add(header(input().name(), std::exchange(first_, false)));
        return std::nullopt;
    }

    std::optional<int> file_ends(System& system) override {
        out().add(std::string_view(kept_.text).substr(tail_start()));
        if (kept_.cut()) {
            complain(system, fmt::format("Podium keeps the last {} MiB of a file that is read to its end", Kept::kMostBytes >> 20));
            status_ = 1;
        }
        kept_ = {};
        if (!follow_ || input().name() == "-") return std::nullopt;
        int descriptor = -1;
        if (system.open(input().name(), shell::OpenMode::Read, descriptor) != Errno::None) return std::nullopt;
        // To the end of what was just shown.
        while (system.read(descriptor, kMostBytesAStep).kind == shell::ReadResult::Kind::Data)
            continue;
        to_follow_.push_back({input().name(), descriptor});
        return std::nullopt;
    }

    std::optional<int> failed(System& system) override {
        complain(system,
                 is_gnu(system)
                     ? fmt::format("cannot open '{}' for reading: {}", input().name(), errno_text(input().error()))
                     : fmt::format("can't open '{}': {}", input().name(), errno_text(input().error())));
        status_ = 1;
        return std::nullopt;
    }

    // What fills the memory is not slowed down: the memory ends it.
    Step busy(System& system, std::size_t taken) override { return kept_.cut() ? Step::busy(kStepCost) : ChunkFilter::busy(system, taken); }

    Step end(System& system) override {
        if (const auto failed = flush(system)) return Step::exit(*failed);
        if (!follow_ || to_follow_.empty()) return Step::exit(status_);
        followed_ = to_follow_;
        shown_last_ = followed_.back().file;
        return follow(system);
    }

  private:
    struct Followed {
        std::string file;
        int descriptor = -1;
    };

    void take(System& system, std::string_view data) {
        if (from_start_) {
            while (seen_ + 1 < count_ && !data.empty()) {
                const std::size_t end = bytes_ ? 1 : std::min(data.find('\n'), data.size() - 1) + 1;
                if (bytes_ || data[end - 1] == '\n') ++seen_;
                data.remove_prefix(end);
            }
            out().add(data);
            return;
        }
        kept_.add(system, data);
        newlines_ += count_newlines(data);
        // Only once there is something to cut off: else looking would take longer with each piece.
        if (!bytes_ && newlines_ <= 2 * count_ + 1) return;
        const std::size_t start = tail_start();
        if (bytes_ ? start > kept_.text.size() / 2 : start > 0) {
            kept_.drop(system, start);
            newlines_ = bytes_ ? 0 : count_;
        }
    }

    [[nodiscard]] std::size_t tail_start() const {
        const std::string& text = kept_.text;
        if (from_start_) return 0;
        if (bytes_) return text.size() - std::min(text.size(), static_cast<std::size_t>(count_));
        if (count_ == 0) return text.size();
        std::size_t start = text.size();
        for (std::int64_t i = 0; i < count_ && start > 0; ++i) {
            const std::size_t newline =
                start >= 2 ? text.rfind('\n', start - 2) : std::string::npos;
            start = newline == std::string::npos ? 0 : newline + 1;
        }
        return start;
    }

    Step follow(System& system) {
        for (const Followed& file : followed_) {
            while (true) {
                const shell::ReadResult read = system.read(file.descriptor, kMostBytesAStep);
                if (read.kind != shell::ReadResult::Kind::Data) break;
                if (headers_ && shown_last_ != file.file) out().add(header(file.file, false));
                shown_last_ = file.file;
                out().add(read.data);
            }
            ProcessContext::of(system).follow(file.descriptor);
        }
        const auto failed = flush(system);
        return failed ? Step::exit(*failed) : Step::block();
    }

    Kept kept_;
    std::int64_t newlines_ = 0;
    std::int64_t count_ = 10;
    std::int64_t seen_ = 0;
    bool bytes_ = false;
    bool from_start_ = false;
    bool follow_ = false;
    bool headers_ = false;
    bool first_ = true;
    std::vector<Followed> to_follow_;
    std::vector<Followed> followed_;
    std::string shown_last_;
};

}  // namespace

std::unique_ptr<shell::Program> make_head(Start start) {
    return std::make_unique<Head>(std::move(start));
}

std::unique_ptr<shell::Program> make_tail(Start start) {
    return std::make_unique<Tail>(std::move(start));
}

}  // namespace podium::programs::small
