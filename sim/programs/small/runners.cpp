#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/shell/signals.hpp"

// xargs, timeout, watch: programs that run others.

namespace podium::programs::small {
namespace {

/// xargs [-r] [-0] [-t] [-n MAX] [-L MAX] [-P MAX] [-I STRING] [COMMAND [ARGUMENT]...]
class Xargs final : public Cloned<Xargs, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (!read(system)) return Step::exit(1);
        }
        if (!all_read_) {
            if (!collect(system)) return Step::block();
            if (!bad_.empty()) {
                complain(system, is_gnu(system) ? bad_ + "; by default quotes are special to xargs unless you use the -0 option" : bad_);
                return Step::exit(1);
            }
        }
        while (true) {
            for (std::size_t i = 0; i < children_.size();) {
                const auto status = system.reap(children_[i]);
                if (!status) {
                    ++i;
                    continue;
                }
                children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
                if (*status == 255) {
                    complain(system,
                             fmt::format("{}: exited with status 255; aborting", command_.front()));
                    return Step::exit(124);
                }
                if (*status != 0) status_ = *status > 128 ? 125 : 123;
            }
            const bool all_run = next_ >= items_.size() &&
                                 (ran_ || (skip_empty_ && items_.empty()) || !replace_.empty());
            if (all_run && children_.empty()) return Step::exit(status_);
            if (all_run || children_.size() >= at_once_) return Step::block();
            const std::vector<std::string> argv = next_command();
            if (trace_) system.write(2, join(argv, " ") + "\n");
            shell::SpawnRequest request = child_request(argv, start().environment);
            request.descriptors = {{1, 1}, {2, 2}};
            const shell::Spawned spawned = system.spawn(request);
            if (spawned.pid == 0) {
                if (spawned.error == Errno::NotModelled)
                    return Step::exit(
                        complain_of_start(system, name(), argv.front(), spawned.error));
                complain(system, fmt::format("{}: {}", argv.front(), errno_text(spawned.error)));
                return Step::exit(spawned.error == Errno::NoEntry ? 127 : 126);
            }
            children_.push_back(spawned.pid);
            ran_ = true;
        }
    }

  private:
    bool read(System& system) {
        const Options options = read_options(argv(),
                                             {"rn:L:I:0td:P:",
                                              {{"no-run-if-empty", 'r'},
                                               {"max-args", 'n'},
                                               {"null", '0'},
                                               {"verbose", 't'},
                                               {"replace", 'I'},
                                               {"delimiter", 'd'},
                                               {"max-procs", 'P'}},
                                              "aEepsx",
                                              true},
                                             is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return false;
        }
        for (const char letter : {'n', 'L', 'P'}) {
            if (!options.has(letter)) continue;
            std::int64_t most = 0;
            if (!parse_integer(options.value(letter), most) || most < (letter == 'P' ? 0 : 1)) {
                complain(
                    system,
                    fmt::format(
                        "invalid number \"{}\" for -{} option", options.value(letter), letter));
                return false;
            }
            if (letter != 'P')
                most_ = static_cast<std::size_t>(most);
            else  // 0: as many as there are.
                at_once_ = most == 0 ? SIZE_MAX : static_cast<std::size_t>(most);
        }
        skip_empty_ = options.has('r');
        trace_ = options.has('t');
        replace_ = options.value('I');
        if (options.has('0'))
            delimiter_ = '\0';
        else if (options.has('d'))
            delimiter_ = options.value('d') == "\\n"  ? '\n'
                         : options.value('d').empty() ? '\n'
                                                      : options.value('d').front();
        else if (!replace_.empty() || options.has('L'))
            delimiter_ = '\n';
        command_ = options.operands;
        if (command_.empty()) command_.emplace_back("echo");
        return true;
    }

    /// Reads standard input to its end; false while there is more to come.
    bool collect(System& system) {
        while (true) {
            const shell::ReadResult read = system.read(0, kMostBytesAStep);
            if (read.kind == shell::ReadResult::Kind::WouldBlock) return false;
            if (read.kind != shell::ReadResult::Kind::Data) break;
            text_ += read.data;
        }
        all_read_ = true;
        if (!delimiter_) {
            split_quoted();
        } else {
            for (std::string& part : split(text_, *delimiter_)) {
                if (*delimiter_ == '\n') part = std::string(trim(part));
                if (!part.empty()) items_.push_back(std::move(part));
            }
        }
        text_.clear();
        return true;
    }

    /// Words between blanks, with quotes and backslashes as xargs has them.
    void split_quoted() {
        std::string word;
        bool in_word = false;
        for (std::size_t i = 0; i < text_.size(); ++i) {
            const char c = text_[i];
            if (c == ' ' || c == '\t' || c == '\n') {
                if (std::exchange(in_word, false)) items_.push_back(std::exchange(word, {}));
            } else if (c == '\'' || c == '"') {
                const std::size_t end = text_.find(c, i + 1);
                if (end == std::string::npos) {
                    bad_ = fmt::format("unmatched {} quote", c == '"' ? "double" : "single");
                    return;
                }
                word += text_.substr(i + 1, end - i - 1);
                in_word = true;
                i = end;
            } else {
                if (c == '\\' && i + 1 < text_.size()) ++i;
                word += text_[i];
                in_word = true;
            }
        }
        if (in_word) items_.push_back(std::move(word));
    }

    std::vector<std::string> next_command() {
        std::vector<std::string> argv = command_;
        if (!replace_.empty()) {
            const std::string& item = items_[next_++];
            for (std::string& word : argv) {
                for (std::size_t at = word.find(replace_); at != std::string::npos;
                     at = word.find(replace_, at + item.size()))
                    word.replace(at, replace_.size(), item);
            }
            return argv;
        }
        const std::size_t end = std::min(items_.size(), next_ + std::min(most_, items_.size()));
        argv.insert(argv.end(),
                    items_.begin() + static_cast<std::ptrdiff_t>(next_),
                    items_.begin() + static_cast<std::ptrdiff_t>(end));
        next_ = end;
        return argv;
    }

    std::vector<std::string> command_;
    std::string text_;
    std::vector<std::string> items_;
    std::string bad_;
    std::size_t next_ = 0;
    std::size_t most_ = 5000;
    std::optional<char> delimiter_;
    std::string replace_;
    bool skip_empty_ = false;
    bool trace_ = false;
    bool all_read_ = false;
    bool ran_ = false;
    std::vector<shell::Pid> children_;
    std::size_t at_once_ = 1;
    int status_ = 0;
};

/// timeout [-s SIGNAL] [-k DURATION] DURATION COMMAND [ARGUMENT]...
class Timeout final : public Cloned<Timeout, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (const auto status = begin(system)) return Step::exit(*status);
        }
        while (const int signal = system.take_signal()) {
            if (signal != shell::kSigChld) system.kill(child_, signal);
        }
        if (!ended_) ended_ = system.reap(child_);
        if (!ended_ && system.now() >= deadline_ && !timed_out_) {
            timed_out_ = true;
            system.kill(child_, signal_);
            deadline_ = kill_after_ ? system.now() + *kill_after_ : kNever;
        } else if (!ended_ && timed_out_ && system.now() >= deadline_) {
            killed_ = true;
            deadline_ = kNever;
            system.kill(child_, shell::kSigKill);
        }
        if (!ended_) ended_ = system.reap(child_);
        if (!ended_) return Step::block(deadline_);
        // busybox gives the child's own status, GNU 124 unless the child had to be killed.
        if (!timed_out_ || !is_gnu(system) || preserve_) return Step::exit(*ended_);
        return Step::exit(killed_ || signal_ == shell::kSigKill ? 128 + shell::kSigKill : 124);
    }

  private:
    std::optional<int> begin(System& system) {
        const bool gnu = is_gnu(system);
        const Options options = read_options(
            argv(),
            {"s:k:t", {{"signal", 's'}, {"kill-after", 'k'}, {"preserve-status", 'p'}}, "v", true},
            gnu);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return gnu ? 125 : 1;
        }
        preserve_ = options.has('p');
        if (options.operands.size() < 2) {
            if (gnu)
                complain(system, "missing operand");
            else
                system.write(2, "Usage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS\n");
            return gnu ? 125 : 1;
        }
        const auto limit = read_seconds(options.operands.front());
        if (options.has('k')) kill_after_ = read_seconds(options.value('k'));
        if (options.has('s')) signal_ = shell::signal_number(options.value('s'));
        if (!limit || (options.has('k') && !kill_after_) || signal_ <= 0) {
            complain(system,
                     signal_ <= 0
                         ? fmt::format("'{}': invalid signal", options.value('s'))
                         : fmt::format("invalid time interval '{}'", options.operands.front()));
            return gnu ? 125 : 1;
        }
        const std::vector<std::string> command(options.operands.begin() + 1,
                                               options.operands.end());
        const shell::Spawned spawned = spawn_child(system, command, start().environment);
        if (spawned.pid == 0)
            return complain_of_start(system, name(), command.front(), spawned.error);
        child_ = spawned.pid;
        for (const int signal : {shell::kSigTerm, shell::kSigInt, shell::kSigHup, shell::kSigQuit})
            system.set_disposition(signal, shell::Disposition::Catch);
        const bool never = limit->nanoseconds == 0 || *limit >= kNever - system.now();
        deadline_ = never ? kNever : system.now() + *limit;
        return std::nullopt;
    }

    shell::Pid child_ = 0;
    Time deadline_ = kNever;
    int signal_ = shell::kSigTerm;
    std::optional<Duration> kill_after_;
    bool preserve_ = false;
    std::optional<int> ended_;
    bool timed_out_ = false;
    bool killed_ = false;
};

/// watch [-n SECONDS] [-t] COMMAND...: runs it again and again, on a cleared terminal.
class Watch final : public Cloned<Watch, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (!begin(system)) return Step::exit(1);
        }
        while (true) {
            if (child_ != 0) {
                const auto status = system.reap(child_);
                if (!status) return Step::block();
                child_ = 0;
                if (exits_on_error_ && *status != 0) return Step::exit(8);
                next_ = system.now() + interval_;
            }
            if (system.now() < next_) return Step::block(next_);
            if (system.write(1, heading(system)) == Errno::BrokenPipe)
                return Step::exit(kBrokenPipeStatus);
            const shell::Spawned spawned = spawn_child(system, command_, start().environment);
            if (spawned.pid == 0)
                return Step::exit(
                    complain_of_start(system, name(), command_.front(), spawned.error));
            child_ = spawned.pid;
        }
    }

  private:
    bool begin(System& system) {
        const Options options =
            read_options(argv(),
                         {"n:tex",
                          {{"interval", 'n'}, {"no-title", 't'}, {"errexit", 'e'}, {"exec", 'x'}},
                          "bcdgpqrw",
                          true},
                         is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return false;
        }
        if (options.operands.empty()) {
            system.write(2, "Usage: watch [-n SEC] [-t] PROG ARGS\n");
            return false;
        }
        title_ = !options.has('t');
        exits_on_error_ = options.has('e');
        if (options.has('n')) {
            const auto interval = read_seconds(options.value('n'));
            if (!interval) {
                complain(system, fmt::format("failed to parse argument: '{}'", options.value('n')));
                return false;
            }
            interval_ = std::max(*interval, milliseconds(100));
        }
        text_ = join(options.operands, " ");
        command_ =
            options.has('x') ? options.operands : std::vector<std::string>{"sh", "-c", text_};
        next_ = system.now();
        return true;
    }

    [[nodiscard]] std::string heading(System& system) const {
        std::string out = system.is_terminal(1) ? "\033[H\033[J" : "";
        if (!title_) return out;
        const model::Host& host =
            ProcessContext::of(system).world().host(ProcessContext::of(system).row().host);
        if (is_gnu(system)) return out + procps_heading(system, host.clock_skew);
        const CivilTime at = civil_time(system.now(), host.clock_skew);
        return out + fmt::format("Every {}s: {}    {}: {}-{:02}-{:02} {:02}:{:02}:{:02}\n\n",
                                 format_seconds(interval_.nanoseconds, 1),
                                 text_,
                                 system.hostname(),
                                 at.year,
                                 at.month,
                                 at.day,
                                 at.hour,
                                 at.minute,
                                 at.second);
    }

    // procps 4, watch.c, output_header(): the command on the left, cut where it must be, the host
    // and its time at the terminal's right edge.
    [[nodiscard]] std::string procps_heading(System& system, Duration skew) const {
        static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
        static constexpr const char* kMonths[] = {
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        constexpr std::size_t kWidth = 80;
        constexpr std::int64_t kDaySeconds = 86'400;
        const CivilTime at = civil_time(system.now(), skew);
        const std::string right =
            fmt::format("{}: {} {} {:>2} {:02}:{:02}:{:02} {}",
                        system.hostname(),
                        kDays[unix_seconds(system.now(), skew) / kDaySeconds % 7],
                        kMonths[at.month - 1],
                        at.day,
                        at.hour,
                        at.minute,
                        at.second,
                        at.year);
        std::string left = fmt::format("Every {}s: ", format_seconds(interval_.nanoseconds, 1));
        if (right.size() > kWidth) return "\n\n";
        if (left.size() + right.size() + 2 > kWidth)
            return std::string(kWidth - right.size(), ' ') + right + "\n\n";
        const std::size_t room = kWidth - right.size() - 1 - left.size();
        if (text_.size() <= room)
            left += text_;
        else if (room > 4)
            left += text_.substr(0, room - 4) + " ...";
        left.append(kWidth - right.size() - left.size(), ' ');
        return left + right + "\n\n";
    }

    std::vector<std::string> command_;
    std::string text_;
    Duration interval_ = seconds(2);
    Time next_{};
    bool title_ = true;
    bool exits_on_error_ = false;
    shell::Pid child_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_xargs(Start start) {
    return std::make_unique<Xargs>(std::move(start));
}

std::unique_ptr<shell::Program> make_timeout(Start start) {
    return std::make_unique<Timeout>(std::move(start));
}

std::unique_ptr<shell::Program> make_watch(Start start) {
    return std::make_unique<Watch>(std::move(start));
}

}  // namespace podium::programs::small
