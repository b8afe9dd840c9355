#include "ui/cli/watch.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "ui/cli/output.hpp"
#include "ui/cli/signals.hpp"
#include "ui/cli/traffic_option.hpp"

namespace podium::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressEvery = std::chrono::milliseconds(200);
constexpr auto kProgressAfter = std::chrono::seconds(1);
constexpr auto kLongestSleep = std::chrono::milliseconds(500);

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): as the signals it comes from
bool was_interrupted = false;

}  // namespace

void sleep_until(Clock::time_point due) {
    while (!interrupt_waits() && !asked_to_leave() && !output_closed()) {
        const auto left = due - Clock::now();
        if (left <= Clock::duration::zero()) return;
        const auto slice = std::chrono::ceil<std::chrono::milliseconds>(
            std::min<Clock::duration>(left, kLongestSleep));
        poll(nullptr, 0, static_cast<int>(slice.count()));
    }
}

Progress::Progress(bool on)
    : on_(on && isatty(STDERR_FILENO) != 0), begun_(Clock::now()), last_(begun_) {}

Progress::~Progress() {
    clear();
}

void Progress::show(const lab::Session& session, Time end) {
    const auto now = Clock::now();
    if (!on_ || now - last_ < kProgressEvery || now - begun_ < kProgressAfter) return;
    last_ = now;
    shown_ = true;
    (void)finish_output();
    fmt::print(stderr,
               "\r\x1b[2Ksimulated {}{}, {} facts",
               format_time(session.now()),
               end == kNever ? "" : " of " + format_time(end),
               session.journal().size());
    std::fflush(stderr);
}

void Progress::clear() {
    if (shown_) fmt::print(stderr, "\r\x1b[2K");
    shown_ = false;
}

Result<void> JsonOut::open(const std::string& path) {
    if (path.empty()) return {};
    path_ = path;
    to_stdout_ = path == "-";
    if (!to_stdout_) {
        errno = 0;
        out_.open(path, std::ios::binary | std::ios::trunc);
        if (!out_)
            return Error{fmt::format("cannot write the facts: {}", std::strerror(errno)),
                         Place{path, 0, 0},
                         "check the folder and its permissions"};
    }
    on_ = true;
    return {};
}

void JsonOut::write(const lab::Session& session) {
    if (!on_ || next_ > session.journal().last()) return;
    std::string lines;
    session.journal().for_each(next_, [&](const Fact& fact) {
        lines += view::fact_row(session.world(), lab::fact_catalogue(), fact) + "\n";
    });
    next_ = FactId{session.journal().last().value + 1};
    put_lines(lines);
}

void JsonOut::write_summary(const lab::Session& session) {
    put_lines(traffic_rows(session));
}

void JsonOut::write_line(const std::string& row) {
    put_lines(row + "\n");
}

void JsonOut::put_lines(const std::string& lines) {
    if (!on_) return;
    if (to_stdout_) {
        put_text(lines);
    } else {
        out_ << lines;
    }
}

Result<void> JsonOut::finish() {
    if (!on_ || to_stdout_) return {};
    out_.close();
    if (out_) return {};
    return Error{"the facts could not be written whole",
                 Place{path_, 0, 0},
                 "check the space left on the disk"};
}

Result<void> watch_run(lab::Session& session, Time end, const Watch& watch, JsonOut& json) {
    catch_signals();
    let_interrupts_end();
    TimelineStyle style;
    style.colour = wants_colour(stdout);
    style.detail = watch.detail;
    style.width = width_of(stdout);
    style.names = watch.names;
    style.lines = watch.lines;
    Timeline timeline(style);
    Progress progress(watch.speed == 0);
    const auto began = Clock::now();
    const Time from = session.now();
    was_interrupted = false;
    while (session.now() < end && !(watch.until_quiet && session.quiet())) {
        Time next = std::min(session.next_time(), end);
        if (watch.speed > 0 && !output_closed()) {
            sleep_until(began + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                    static_cast<double>((next - from).nanoseconds) / watch.speed)));
        }
        if (take_interrupt() || asked_to_leave()) {
            if (watch.speed > 0) {  // the moment that was reached
                const double real = std::chrono::duration<double>(Clock::now() - began).count();
                session.run_until(
                    std::clamp(from + Duration{static_cast<std::int64_t>(real * watch.speed * 1e9)},
                               session.now(),
                               next));
            }
            was_interrupted = true;
            break;
        }
        session.run_until(next);
        json.write(session);
        if (!watch.quiet) {
            const std::string lines = timeline.new_lines(session);
            if (!lines.empty()) progress.clear();
            put_text(lines);
            if (watch.speed > 0) (void)finish_output();
        }
        progress.show(session, end);
        if (session.trouble() != nullptr) break;
    }
    if (!watch.until_quiet && !was_interrupted) session.run_until(end);
    json.write(session);
    json.write_summary(session);
    if (!watch.quiet) put_text(timeline.new_lines(session));
    return json.finish();
}

void tell_stopped(const lab::Session& session) {
    complain(fmt::format("the run stopped at {}: {}", format_time(session.now()), session.trouble()->text()));
}

bool interrupted() {
    return was_interrupted;
}

}  // namespace podium::cli
