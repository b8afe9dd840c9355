// podium shell: the simulated host's terminal, for a person at a prompt or a script from a pipe.

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <editline/readline.h>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/terminal/terminal.hpp"

namespace podium::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kTerminal = "host";
constexpr int kMostHistory = 1000;

std::atomic<bool> interrupt_asked{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): set by a signal

void on_interrupt(int) { interrupt_asked = true; }

class CliScreen final : public terminal::Screen {
  public:
    explicit CliScreen(double speed) : speed_(speed) {}
    void show(std::string_view text) override { put(stdout, text); }
    void show_error(std::string_view text) override { put(stderr, text); }
    void pass(Time from, Time to) override {
        if (speed_ <= 0 || to <= from) return;
        std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>((to - from).nanoseconds) / speed_)));
    }
    bool interrupted() override { return interrupt_asked.exchange(false); }

  private:
    static void put(std::FILE* stream, std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stream);
        std::fflush(stream);
    }
    double speed_;
};

// From a pipe: each line with its output; the status is the last one's.
int run_script(lab::Session& session) {
    CliScreen screen(0);
    int status = 0;
    std::string line;
    while (std::getline(std::cin, line)) {
        if (trim(line).empty() || trim(line).front() == '#') continue;
        fmt::print("$ {}\n", line);
        std::fflush(stdout);
        const std::string word(trim(line));
        if (word == "exit" || word.starts_with("exit ")) {
            std::int64_t wanted = status;
            parse_integer(trim(std::string_view(word).substr(4)), wanted);
            return static_cast<int>(wanted & 0xFF);
        }
        const terminal::LineEnd end = terminal::run_line(session, kTerminal, line, screen, false);
        status = end.status;
        if (end.gave_up) complain(fmt::format("'{}' was still running after a simulated day and was interrupted; limit it, like: timeout 30 {}", line, line));
    }
    return status;
}

const lab::Session* completed_session = nullptr;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): libedit's callback has no argument for it

char* next_completion(const char*, int state) {
    static std::vector<std::string> found;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): as libedit wants it
    static std::size_t next = 0;            // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
    if (state == 0) {
        found = terminal::completions(*completed_session, std::string(rl_line_buffer).substr(0, static_cast<std::size_t>(rl_point)));
        next = 0;
    }
    return next < found.size() ? strdup(found[next++].c_str()) : nullptr;
}

char** complete(const char* text, int, int) { return rl_completion_matches(text, next_completion); }

int converse(lab::Session& session, double speed) {
    std::signal(SIGINT, on_interrupt);
    rl_readline_name = "podium";
    rl_attempted_completion_function = complete;
    completed_session = &session;
    using_history();
    stifle_history(kMostHistory);
    const std::string history = state_directory() + "/history";
    if (make_directories(state_directory()).ok()) read_history(history.c_str());
    fmt::print("A simulated host. Type docker and shell commands; Podium's own words are: wait, at, why, inject, lift,\n"
               "faults, hosts, rewind. Ctrl-D leaves.\n");
    CliScreen screen(speed > 0 ? speed : 1);
    CliScreen unpaced(0);
    int status = 0;
    Clock::time_point asked = Clock::now();
    while (char* typed = readline(fmt::format("[{}] root@{}:~# ", format_time(session.now()), kTerminal).c_str())) {
        const std::string line = typed;
        std::free(typed);
        if (speed > 0) {  // simulated time passed while the person typed
            const double real = std::chrono::duration<double>(Clock::now() - asked).count();
            session.run_until(session.now() + Duration{static_cast<std::int64_t>(real * speed * 1e9)});
        }
        if (!trim(line).empty()) {
            add_history(line.c_str());
            if (trim(line) == "exit") break;
            if (trim(line) == "history") {
                for (int i = 0; const HIST_ENTRY* entry = history_get(history_base + i); ++i) fmt::print("{:>5}  {}\n", i + 1, entry->line);
            } else {
                interrupt_asked = false;
                status = terminal::run_line(session, kTerminal, line, speed > 0 ? static_cast<terminal::Screen&>(screen) : unpaced, true).status;
            }
        }
        asked = Clock::now();
    }
    write_history(history.c_str());
    fmt::print("\n");
    return status;
}

}  // namespace

int shell_command(const std::vector<std::string>& files, const std::string& speed_text, std::uint64_t seed) {
    double speed = 1;
    if (!speed_text.empty()) {
        const auto speed_given = parse_speed(speed_text);
        if (!speed_given) {
            complain(speed_given.error().text());
            return kBadInput;
        }
        speed = *speed_given;
    }
    auto session = prepare_session(files, seed);
    if (!session) {
        complain(session.error().text());
        return kBadInput;
    }
    const int status = isatty(STDIN_FILENO) != 0 ? converse(*session, speed) : run_script(*session);
    remember_run(*session);
    return status;
}

}  // namespace podium::cli
