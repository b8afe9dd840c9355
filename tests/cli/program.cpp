#include "tests/cli/program.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <pty.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace podium::cli::testing {
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// Long enough for a loaded machine and a sanitizer; a test that needs it has failed.
// ThreadSanitizer makes all ten and more times as slow.
#ifdef __SANITIZE_THREAD__
constexpr auto kLongest = std::chrono::seconds(1200);
#else
constexpr auto kLongest = std::chrono::seconds(120);
#endif

[[noreturn]] void become(const Folder& folder,
                         const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
    if (chdir(folder.path().c_str()) != 0) _exit(126);
    for (const char* name : {"NO_COLOR", "COLUMNS", "COMPOSE_FILE", "COMPOSE_PROJECT_NAME"})
        unsetenv(name);
    setenv("XDG_STATE_HOME", (folder.path() + "/state").c_str(), 1);
    setenv("TERM", "xterm-256color", 1);
    for (const std::string& entry : environment) {
        const auto equals = entry.find('=');
        setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
    }
    std::vector<char*> argv;
    std::string program = PODIUM_PROGRAM;
    argv.push_back(program.data());
    std::vector<std::string> words = arguments;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
}

int status_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct Pipe {
    int read = -1;
    int write = -1;

    Pipe() {
        int ends[2] = {-1, -1};
        REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        read = ends[0];
        write = ends[1];
    }
};

void close_end(int& descriptor) {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
}

// Reads what is there; closes the descriptor at its end.
void take(int& descriptor, std::string& text) {
    char bytes[4096];
    const ssize_t got = ::read(descriptor, bytes, sizeof bytes);
    if (got > 0) {
        text.append(bytes, static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
        close_end(descriptor);
    }
}

}  // namespace

Folder::Folder(const std::string& name)
    : path_((fs::current_path() / ("cli_test_" + name)).string()) {
    fs::remove_all(path_);
    fs::create_directories(path_);
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& content) const {
    const std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

std::string Folder::read(const std::string& name) const {
    std::ifstream in(path_ + "/" + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

bool Folder::has(const std::string& name) const {
    return fs::exists(path_ + "/" + name);
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

Outcome run_podium(const Folder& folder,
                   const std::vector<std::string>& arguments,
                   const Start& start) {
    Pipe input;
    Pipe output;
    Pipe error;
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int out = output.write;
        if (!start.output_to.empty()) out = open(start.output_to.c_str(), O_WRONLY);
        dup2(input.read, 0);
        dup2(out, 1);
        dup2(error.write, 2);
        become(folder, arguments, start.environment);
    }
    close_end(input.read);
    close_end(output.write);
    close_end(error.write);
    std::signal(SIGPIPE, SIG_IGN);
    std::size_t written = 0;
    while (written < start.input.size()) {
        const ssize_t put =
            ::write(input.write, start.input.data() + written, start.input.size() - written);
        if (put < 0 && errno != EINTR) break;
        if (put > 0) written += static_cast<std::size_t>(put);
    }
    close_end(input.write);
    Outcome outcome;
    const auto limit = Clock::now() + kLongest;
    bool interrupted = start.interrupt_after_milliseconds == 0;
    while (output.read >= 0 || error.read >= 0) {
        if (Clock::now() > limit) {
            kill(child, SIGKILL);
            FAIL("podium did not end in time; it had said: " << outcome.out << outcome.error);
        }
        pollfd waited[2] = {{output.read, POLLIN, 0}, {error.read, POLLIN, 0}};
        poll(waited, 2, 100);
        if (waited[0].revents != 0) take(output.read, outcome.out);
        if (waited[1].revents != 0) take(error.read, outcome.error);
        if (start.close_output_early && outcome.out.find('\n') != std::string::npos)
            close_end(output.read);
        if (!interrupted && !outcome.out.empty()) {
            poll(nullptr, 0, start.interrupt_after_milliseconds);
            kill(child, start.interrupt_by);
            interrupted = true;
        }
    }
    int status = 0;
    waitpid(child, &status, 0);
    outcome.status = status_of(status);
    return outcome;
}

Outcome script(const Folder& folder,
               const std::string& lines,
               const std::vector<std::string>& arguments) {
    Start start;
    start.input = lines;
    std::vector<std::string> all{"shell"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_podium(folder, all, start);
}

Screen::Screen(const Folder& folder,
               const std::vector<std::string>& arguments,
               int columns,
               const std::vector<std::string>& environment) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = 24;
    child_ = forkpty(&terminal_, nullptr, nullptr, &size);
    REQUIRE(child_ >= 0);
    if (child_ == 0) become(folder, arguments, environment);
}

Screen::~Screen() {
    if (child_ > 0) {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }
    if (terminal_ >= 0) close(terminal_);
}

void Screen::type(const std::string& keys) const {
    REQUIRE(::write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
}

void Screen::look() {
    poll(nullptr, 0, 300);
}

bool Screen::read_some(int milliseconds) {
    pollfd waited{terminal_, POLLIN, 0};
    if (poll(&waited, 1, milliseconds) <= 0) return true;
    char bytes[4096];
    const ssize_t got = ::read(terminal_, bytes, sizeof bytes);
    if (got <= 0) return errno == EINTR;
    raw_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

bool Screen::shows(const std::string& text) {
    const auto limit = Clock::now() + kLongest;
    while (true) {
        const std::size_t found = shown().find(text, seen_);
        if (found != std::string::npos) {
            seen_ = found + text.size();
            return true;
        }
        if (Clock::now() > limit || !read_some(100)) {
            UNSCOPED_INFO("the screen showed:\n"
                          << shown().substr(std::min(seen_, shown().size())));
            return false;
        }
    }
}

std::string Screen::shown() const {
    std::string out;
    for (std::size_t i = 0; i < raw_.size(); ++i) {
        if (raw_[i] == '\x1b' && i + 1 < raw_.size() && raw_[i + 1] == '[') {
            i += 2;
            while (i < raw_.size() && (raw_[i] < '@' || raw_[i] > '~'))
                ++i;
        } else if (raw_[i] == '\x1b') {
            ++i;
        } else if (raw_[i] != '\r' && raw_[i] != '\a') {
            out += raw_[i];
        }
    }
    return out;
}

int Screen::ends() {
    const auto limit = Clock::now() + kLongest;
    while (Clock::now() < limit) {
        int status = 0;
        if (waitpid(child_, &status, WNOHANG) == child_) {
            child_ = -1;
            while (read_some(0) && poll(nullptr, 0, 0) == 0) {
                pollfd waited{terminal_, POLLIN, 0};
                if (poll(&waited, 1, 0) <= 0 || (waited.revents & POLLIN) == 0) break;
            }
            return status_of(status);
        }
        read_some(50);
    }
    return -1;
}

}  // namespace podium::cli::testing
