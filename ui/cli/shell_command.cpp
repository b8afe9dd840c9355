// podium shell: the simulated host's terminal, for a person at a prompt or a script from a pipe.

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <poll.h>
#include <unistd.h>

#include "sim/base/text.hpp"
#include "sim/lab/foreground.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/key_watch.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/signals.hpp"
#include "ui/cli/watch.hpp"
#include "ui/terminal/completion.hpp"
#include "ui/terminal/editor.hpp"
#include "ui/terminal/terminal.hpp"

namespace podium::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Further behind the clock than this (the program was stopped, or computes slowly), time is not
// caught up with.
constexpr double kMostLagSeconds = 1.0;
constexpr std::size_t kReadBytes = 4096;

// Keeps simulated time in step with the clock.
class Pacer {
  public:
    explicit Pacer(double speed) : speed_(speed) {}

    [[nodiscard]] double speed() const { return speed_; }

    /// From here on, `now` goes with the present moment of the clock.
    void start(Time now) {
        began_ = Clock::now();
        from_ = now;
    }

    /// The simulated moment of now at a speed above 0.
    [[nodiscard]] Time present(double speed) const {
        const double real = std::chrono::duration<double>(Clock::now() - began_).count();
        return from_ + Duration{static_cast<std::int64_t>(real * speed * 1e9)};
    }

    /// Real seconds until a simulated moment; negative when it is late.
    [[nodiscard]] double until(Time moment, double speed) const {
        const double due = static_cast<double>((moment - from_).nanoseconds) / 1e9 / speed;
        return due - std::chrono::duration<double>(Clock::now() - began_).count();
    }

  private:
    double speed_;
    Clock::time_point began_ = Clock::now();
    Time from_{};
};

// What runs at a prompt: paced, typed to with the terminal's own line editing, interrupted by
// Ctrl-C.
class LiveScreen final : public terminal::Screen {
  public:
    explicit LiveScreen(Pacer& pacer) : pacer_(pacer) {}

    void show(std::string_view text) override { put(stdout, text); }

    void show_error(std::string_view text) override { put(stderr, text); }

    Time pass(Time from, Time to, bool typing) override;

    bool interrupted() override {
        const bool came = take_interrupt();
        if (came) at_line_start_ = false;  // the terminal shows ^C
        return came;
    }

    bool quit() override {
        const bool came = take_quit();
        if (came) at_line_start_ = false;  // the terminal shows ^\ too
        return came;
    }

    terminal::Typing typed() override { return std::exchange(typing_, {}); }

    Result<scheduler::PolicyText> read_scheduler(const std::string& name) override {
        return cli::read_scheduler(name);
    }

    void watch_keys(const std::string& keys) override { keys_.watch_for(keys); }

    bool left() override { return asked_to_leave() || gone_; }

    /// The cursor stands at the beginning of a line.
    [[nodiscard]] bool at_line_start() const { return at_line_start_; }

    void begin_line() {
        at_line_start_ = true;
        keys_.watch_for({});
    }

  private:
    void put(std::FILE* stream, std::string_view text) {
        if (stream == stdout) {
            put_text(text);
            (void)finish_output();  // a failure is told at the end
        } else {
            std::fwrite(text.data(), 1, text.size(), stream);
        }
        if (!text.empty()) at_line_start_ = text.back() == '\n' || text.back() == 'J';
    }

    void read_typing();

    Pacer& pacer_;
    KeyWatch keys_;
    terminal::Typing typing_;
    bool gone_ = false;
    bool at_line_start_ = true;
};

Time LiveScreen::pass(Time from, Time to, bool typing) {
    // Without a pace time stands while a command waits for its person: it goes on at the clock's
    // then.
    const double speed = pacer_.speed() > 0 ? pacer_.speed() : typing ? 1.0 : 0.0;
    if (speed <= 0) {
        pacer_.start(to);
        return to;
    }
    if (pacer_.until(from, speed) < -kMostLagSeconds) pacer_.start(from);
    while (!interrupt_waits() && !asked_to_leave()) {
        const double left = pacer_.until(to, speed);
        if (left <= 0) return to;
        pollfd keys{STDIN_FILENO, POLLIN, 0};
        const int milliseconds = std::max(1, static_cast<int>(std::min(left, 1.0) * 1000));
        const int ready = poll(&keys, typing ? 1 : 0, milliseconds);
        if (ready > 0) {
            read_typing();
            break;
        }
    }
    return std::clamp(pacer_.present(speed), from, to);
}

void LiveScreen::read_typing() {
    char bytes[kReadBytes];
    const ssize_t got = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) return;
    gone_ = gone_ || got < 0;
    if (got <= 0) {
        typing_.end = true;
        return;
    }
    std::string text(bytes, static_cast<std::size_t>(got));
    at_line_start_ = text.back() == '\n';
    if (at_line_start_) text.pop_back();
    for (std::string& line : split(text, '\n'))
        typing_.lines.push_back(std::move(line));
}

// What is typed as a terminal shows it: a key that is no letter as ^P.
std::string echoed(const std::string& line) {
    constexpr char kBlank = ' ';
    constexpr char kCaretOffset = '@';
    std::string out;
    for (const char key : line) {
        const bool letter = key < 0 || key >= kBlank || key == '\t';
        out += letter ? std::string(1, key) : std::string{'^', static_cast<char>(key + kCaretOffset)};
    }
    return out;
}

// What a script runs: as fast as it computes; what reads the terminal gets the script's next lines.
class ScriptScreen final : public terminal::Screen {
  public:
    explicit ScriptScreen(const lab::Session& session) : session_(session) {}

    void show(std::string_view text) override {
        progress_.clear();
        put_text(text);
    }

    void show_error(std::string_view text) override {
        progress_.clear();
        (void)finish_output();
        std::fwrite(text.data(), 1, text.size(), stderr);
    }

    Time pass(Time, Time to, bool) override {
        progress_.show(session_, kNever);
        return to;
    }

    bool interrupted() override { return take_interrupt(); }

    terminal::Typing typed() override {
        std::string line;
        if (std::getline(std::cin, line)) {
            put_text(echoed(line) + "\n");
            return {{line}, false};
        }
        return {{}, !std::exchange(ended_, true)};
    }

    // Control letters begin no line of a shell; looking ahead waits for the script's next line, as
    // reading it would.
    bool detaches(const std::string& keys) override {
        return !std::cin.eof() && std::cin.peek() == static_cast<unsigned char>(keys.front());
    }

    Result<scheduler::PolicyText> read_scheduler(const std::string& name) override {
        return cli::read_scheduler(name);
    }

    bool left() override { return asked_to_leave(); }

    void begin_line() {
        progress_.clear();
        ended_ = false;
    }

    void end_line() { progress_.clear(); }

  private:
    const lab::Session& session_;
    Progress progress_{true};
    bool ended_ = false;  ///< The running line has been told that nothing more is typed.
};

// On a host that is down or stands still no shell hears an exit; who types one wants to leave all the same. Gives the status, or
// nothing for any other line.
std::optional<int> leave_without_shell(const lab::Session& session, const std::string& home, const std::string& line, int last) {
    const lab::Standing standing = lab::standing_of(session, home);
    const std::vector<std::string> words = split_words(line);
    if ((!standing.down && !standing.frozen) || words.empty() || words.size() > 2 || (words[0] != "exit" && words[0] != "logout")) return std::nullopt;
    std::int64_t status = last;
    constexpr int kWrongNumber = 2;  // of bash
    if (words.size() == 2 && !parse_integer(words[1], status)) status = kWrongNumber;
    return static_cast<int>(status & 0xFF);
}

// From a pipe: each line with its output; the status is the last one's.
int run_script(lab::Session& session) {
    const std::string home = first_host(session);
    const bool several = session.set_up().hosts.size() > 1;
    ScriptScreen screen(session);
    int status = 0;
    std::string line;
    while (!asked_to_leave() && std::getline(std::cin, line)) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const bool more = lab::standing_of(session, home).more;
        if (!more && (trim(line).empty() || trim(line).front() == '#')) continue;
        screen.begin_line();
        put_text(fmt::format("{}{} {}\n", more || !several ? "" : home, more ? ">" : "$", line));
        (void)finish_output();
        if (const auto left = leave_without_shell(session, home, line, status)) return *left;
        const terminal::LineEnd end = terminal::run_line(session, home, line, screen, false);
        status = end.status;
        screen.end_line();
        if (end.gave_up == terminal::GaveUp::Trouble) {
            tell_stopped(session);
            return kBadInput;
        }
        if (end.gave_up != terminal::GaveUp::No && !asked_to_leave())
            complain(terminal::give_up_sentence(line, end));
        if (lab::standing_of(session, home).ended)
            return lab::standing_of(session, home).status & 0xFF;
    }
    if (lab::standing_of(session, home).more) {
        complain("the script ends in the middle of a command; end it, or take its last line out");
        return kBadInput;
    }
    return status;
}

// What a person at a prompt is told, who can mend the policy and go on.
std::string stopped_text(const lab::Session& session) {
    return fmt::format(
        "podium: the run stands still at {}: {}\n"
        "podium: scheduler FILE.lua (or spread) goes on with another policy, rewind goes back\n",
        format_time(session.now()),
        session.trouble()->text());
}

int converse(lab::Session& session, double speed) {
    const std::string home = first_host(session);
    Pacer pacer(speed);
    LiveScreen screen(pacer);
    terminal::EditorHooks hooks;
    hooks.prompt = [&session, &home] { return terminal::prompt_of(session, home); };
    // A signal to leave is looked for between two instants, however much there is to catch up with.
    const auto catch_up = [&session, &pacer] {
        if (pacer.speed() > 0)
            session.run_until(std::max(session.now(), pacer.present(pacer.speed())),
                              [](const lab::Session&) { return asked_to_leave(); });
    };
    bool told = false;  // that the run stands still
    hooks.idle = [&session, &catch_up, &home, &told] {
        catch_up();
        const bool tells = session.trouble() != nullptr && !std::exchange(told, true);
        return terminal::background_output(session, home) + (tells ? stopped_text(session) : "");
    };
    hooks.complete = [&session, &home](const std::string& before) {
        return terminal::complete(session, home, before);
    };
    hooks.interrupted = [] { return take_interrupt(); };
    hooks.leave = [] { return asked_to_leave(); };
    const bool kept = make_state_directory().ok();
    terminal::Editor editor(kept ? state_directory() + "/history" : std::string(), hooks);
    fmt::print(
        "A simulated host. Type docker and shell commands; Tab completes, Ctrl-D leaves{1}.\n"
        "Podium's own words: {0}.\n",
        join(terminal::own_word_names(), ", "),
        speed > 0 ? "" : "; time passes with commands only");
    int status = 0;
    pacer.start(session.now());
    while (true) {
        if (!screen.at_line_start()) fmt::print("\n");
        screen.begin_line();
        const terminal::TypedLine typed = editor.read();
        (void)take_quit();  // a shell at its prompt ignores Ctrl-\ as bash does
        if (typed.kind == terminal::TypedLine::Kind::End) break;
        if (typed.kind == terminal::TypedLine::Kind::Interrupted || trim(typed.text).empty())
            continue;
        catch_up();
        if (const auto left = leave_without_shell(session, home, typed.text, status)) return *left;
        const Time before = session.now();
        const bool stood = session.trouble() != nullptr;
        const terminal::LineEnd end = terminal::run_line(session, home, typed.text, screen, true);
        status = end.status;
        if (session.now() < before || pacer.speed() <= 0 || stood) pacer.start(session.now());
        told = session.trouble() != nullptr;
        if (end.gave_up == terminal::GaveUp::Trouble) screen.show_error(stopped_text(session));
        const lab::Standing standing = lab::standing_of(session, home);
        if (standing.ended) return standing.status & 0xFF;
    }
    fmt::print("\n");
    return status;
}

}  // namespace

int shell_command(const std::vector<std::string>& files,
                  const std::string& cluster,
                  const std::string& scheduler,
                  const std::string& speed_text,
                  std::uint64_t seed) {
    double speed = 1;
    if (!speed_text.empty()) {
        const auto speed_given = parse_speed(speed_text);
        if (!speed_given) {
            complain(speed_given.error().text());
            return kBadInput;
        }
        speed = *speed_given;
    }
    const bool person = isatty(STDIN_FILENO) != 0;
    auto session = prepare_session(files, cluster, scheduler, seed, person ? kDrawingTerminal : "");
    if (!session) {
        complain(session.error().text());
        return kBadInput;
    }
    catch_signals();
    catch_quit();
    const int status = person ? converse(*session, speed) : run_script(*session);
    remember_run(*session);
    return status;
}

}  // namespace podium::cli
