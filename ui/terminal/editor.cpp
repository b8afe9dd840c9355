#include "ui/terminal/editor.hpp"

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <histedit.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include "sim/base/text.hpp"

namespace podium::terminal {
namespace {

constexpr int kIdleMilliseconds = 50;
constexpr int kMostHistory = 1000;
constexpr std::size_t kMostCandidatesShown = 200;
constexpr std::size_t kUsualWidth = 80;
constexpr wchar_t kInterruptKey = L'\x03';
constexpr wchar_t kEscapeKey = L'\x1b';
constexpr wchar_t kSearchKey = L'\x12';  // Ctrl-R
constexpr int kSequenceMilliseconds = 20;

// What the search for an earlier line takes for itself; any other key ends it, and then does what
// it always does.
bool goes_on_searching(wchar_t key) {
    constexpr wchar_t kSearchForward = L'\x13';
    constexpr wchar_t kBackspace = L'\b';
    constexpr wchar_t kDelete = L'\x7f';
    constexpr wchar_t kWord = L'\x17';
    return key == kSearchKey || key == kSearchForward || key == kBackspace || key == kWord ||
           key >= L' ' || key == kDelete;
}

// Set by a signal.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t window_changed = 0;

void on_window_change(int) {
    window_changed = 1;
}

std::size_t window_width() {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
    return size.ws_col;
}

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// libedit reads wide characters, and so does its terminal: without a locale of UTF-8 it could not.
void want_utf8() {
    std::setlocale(LC_CTYPE, "");
    if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
}

// The keys people know from bash's prompt, where libedit's own differ or are missing.
void bind_keys(EditLine* line) {
    constexpr const char* kKeys[][2] = {
        {"\\e[1~", "ed-move-to-beg"},
        {"\\e[4~", "ed-move-to-end"},
        {"\\e[H", "ed-move-to-beg"},
        {"\\e[F", "ed-move-to-end"},
        {"\\eOH", "ed-move-to-beg"},
        {"\\eOF", "ed-move-to-end"},
        {"\\e[3~", "ed-delete-next-char"},
        {"\\e[1;5D", "ed-prev-word"},
        {"\\e[1;5C", "em-next-word"},
        {"\\eb", "ed-prev-word"},
        {"\\ef", "em-next-word"},
        {"^W", "ed-delete-prev-word"},
        {"^U", "vi-kill-line-prev"},
        {"^R", "em-inc-search-prev"},
    };
    for (const auto& key : kKeys)
        el_set(line, EL_BIND, key[0], key[1], nullptr);
}

}  // namespace

struct Editor::Machine {
    EditorHooks hooks;
    std::string history_path;
    EditLine* line = nullptr;
    History* history = nullptr;
    std::string prompt;  // libedit keeps a pointer to it
    std::string appeared;  // what is to be shown above the line
    bool interrupted = false;
    bool left = false;
    bool searching = false;       // Ctrl-R: the line shows the search
    bool sequence_ahead = false;  // the rest of an escape sequence that ended a search comes next

    static Machine& of(EditLine* line) {
        void* data = nullptr;
        el_get(line, EL_CLIENTDATA, &data);
        return *static_cast<Machine*>(data);
    }

    // libedit's callbacks.
    static char* show_prompt(EditLine* line);
    static int get_key(EditLine* line, wchar_t* key);
    static unsigned char complete(EditLine* line, int key);
    static unsigned char interrupt(EditLine* line, int key);

    void pass_time();
    void follow_search(wchar_t key);
    void clear_typed() const;
};

char* Editor::Machine::show_prompt(EditLine* line) {
    Machine& machine = of(line);
    machine.prompt = machine.hooks.prompt();
    return machine.prompt.data();
}

// Takes the prompt and what was typed off the screen, and stands where the prompt began.
void Editor::Machine::clear_typed() const {
    const LineInfo* info = el_line(line);
    const std::size_t before =
        display_width(prompt) +
        display_width(
            std::string_view(info->buffer, static_cast<std::size_t>(info->cursor - info->buffer)));
    const std::size_t rows = before / window_width();
    put((rows > 0 ? "\x1b[" + std::to_string(rows) + "A" : "") + "\r\x1b[J");
}

// Shows what has appeared with the line being typed below it, and the prompt as it is by now.
void Editor::Machine::pass_time() {
    appeared += hooks.idle();
    // A search has the line to itself.
    if (searching || (appeared.empty() && hooks.prompt() == prompt)) return;
    clear_typed();
    if (!appeared.empty()) put(appeared + (appeared.back() == '\n' ? "" : "\n"));
    appeared.clear();
    el_set(line, EL_REFRESH);
    std::fflush(stdout);
}

// libedit ends a search at Esc and takes what follows for letters: an arrow's sequence is therefore
// given to it once more, whole.
void Editor::Machine::follow_search(wchar_t key) {
    if (!searching) {
        searching = key == kSearchKey;
        return;
    }
    searching = goes_on_searching(key);
    if (key != kEscapeKey) return;
    pollfd rest{STDIN_FILENO, POLLIN, 0};
    sequence_ahead = poll(&rest, 1, kSequenceMilliseconds) > 0;
}

int Editor::Machine::get_key(EditLine* line, wchar_t* key) {
    Machine& machine = of(line);
    std::mbstate_t state{};
    if (std::exchange(machine.sequence_ahead, false)) {
        *key = kEscapeKey;
        return 1;
    }
    while (true) {
        if (machine.hooks.leave()) {
            machine.left = true;
            return 0;
        }
        if (machine.hooks.interrupted()) {
            machine.searching = false;
            *key = kInterruptKey;
            return 1;
        }
        if (std::exchange(window_changed, 0) != 0) el_resize(line);
        pollfd waited{STDIN_FILENO, POLLIN, 0};
        const int ready = poll(&waited, 1, kIdleMilliseconds);
        if (ready <= 0) {
            if (ready < 0 && errno != EINTR) return -1;
            machine.pass_time();
            continue;
        }
        char byte = 0;
        const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            machine.left = true;
            return 0;
        }
        const std::size_t size = std::mbrtowc(key, &byte, 1, &state);
        if (size == static_cast<std::size_t>(-2)) continue;  // more bytes of this letter follow
        if (size == static_cast<std::size_t>(-1)) {          // no UTF-8: left out
            state = {};
            continue;
        }
        if (size == 0) *key = L'\0';
        machine.follow_search(*key);
        // The terminal is given back before the line is seen to end: a key pressed at that sight is
        // for what runs. (A search goes on in its own mode; libedit sets it again.)
        if (*key == L'\r' || *key == L'\n') el_set(line, EL_PREP_TERM, 0);
        return 1;
    }
}

unsigned char Editor::Machine::interrupt(EditLine* line, int) {
    Machine& machine = of(line);
    machine.interrupted = true;
    put("^C\n\x1b[J");
    return CC_NEWLINE;
}

unsigned char Editor::Machine::complete(EditLine* line, int) {
    Machine& machine = of(line);
    const LineInfo* info = el_line(line);
    const std::string before(info->buffer, info->cursor);
    const Completion found = machine.hooks.complete(before);
    if (found.candidates.empty()) return CC_REFRESH_BEEP;
    const std::string common = common_beginning(found.candidates);
    std::string rest = common.substr(std::min(found.typed, common.size()));
    if (found.candidates.size() == 1 && !common.ends_with('/') && !common.ends_with('='))
        rest += ' ';
    if (!rest.empty()) {
        el_insertstr(line, rest.c_str());
        return CC_REFRESH;
    }
    std::vector<std::string> shown = found.candidates;
    std::string more;
    if (shown.size() > kMostCandidatesShown) {
        more = "… and " + std::to_string(shown.size() - kMostCandidatesShown) + " more\n";
        shown.resize(kMostCandidatesShown);
    }
    put("\n" + in_columns(shown, window_width()) + more);
    return CC_REDISPLAY;
}

Editor::Editor(std::string history_path, EditorHooks hooks)
    : machine_(std::make_unique<Machine>()) {
    want_utf8();
    Machine& machine = *machine_;
    machine.hooks = std::move(hooks);
    machine.history_path = std::move(history_path);
    HistEvent event{};
    machine.history = history_init();
    ::history(machine.history, &event, H_SETSIZE, kMostHistory);
    ::history(machine.history, &event, H_SETUNIQUE, 1);
    if (!machine.history_path.empty())
        ::history(machine.history, &event, H_LOAD, machine.history_path.c_str());
    machine.line = el_init("podium", stdin, stdout, stderr);
    EditLine* line = machine.line;
    el_set(line, EL_CLIENTDATA, &machine);
    el_set(line, EL_EDITOR, "emacs");
    el_set(line, EL_PROMPT, &Machine::show_prompt);
    el_set(line, EL_GETCFN, &Machine::get_key);
    el_set(line, EL_HIST, ::history, machine.history);
    el_set(line, EL_SIGNAL, 0);
    // Ctrl-C is a signal at the prompt as it is while a command runs, so that none is lost between
    // the two, and so is Ctrl-\; Ctrl-Z is a key like others while a line is edited.
    el_set(line, EL_SETTY, "-d", "susp=", "quit=", nullptr);
    el_set(line,
           EL_ADDFN,
           "podium-complete",
           "Completes the word before the cursor",
           &Machine::complete);
    el_set(line, EL_ADDFN, "podium-interrupt", "Gives up the line", &Machine::interrupt);
    el_set(line, EL_BIND, "^I", "podium-complete", nullptr);
    el_set(line, EL_BIND, "^C", "podium-interrupt", nullptr);
    bind_keys(line);

    struct sigaction action {};

    action.sa_handler = on_window_change;
    sigaction(SIGWINCH, &action, nullptr);
}

Editor::~Editor() {
    el_end(machine_->line);
    history_end(machine_->history);
}

TypedLine Editor::read() {
    Machine& machine = *machine_;
    machine.interrupted = false;
    int count = 0;
    // Before the prompt is seen: Ctrl-D pressed at that sight would be swallowed by the terminal's
    // own line editing, as the end of a line nobody reads.
    el_set(machine.line, EL_PREP_TERM, 1);
    machine.searching = false;
    machine.sequence_ahead = false;
    const char* text = el_gets(machine.line, &count);
    put(std::exchange(machine.appeared, {}));
    if (machine.interrupted) return {TypedLine::Kind::Interrupted, {}};
    if (machine.left || text == nullptr || count <= 0) return {TypedLine::Kind::End, {}};
    std::string out(text, static_cast<std::size_t>(count));
    while (!out.empty() && (out.back() == '\n' || out.back() == '\r'))
        out.pop_back();
    if (!trim(out).empty()) {
        HistEvent event{};
        ::history(machine.history, &event, H_ENTER, out.c_str());
        if (!machine.history_path.empty())
            ::history(machine.history, &event, H_SAVE, machine.history_path.c_str());
    }
    return {TypedLine::Kind::Line, std::move(out)};
}

void Editor::type_ahead(const std::string& text) {
    el_push(machine_->line, text.c_str());
}

std::vector<std::string> Editor::history() const {
    std::vector<std::string> out;
    HistEvent event{};
    for (int more = ::history(machine_->history, &event, H_LAST); more >= 0;
         more = ::history(machine_->history, &event, H_PREV)) {
        std::string line(event.str);
        while (!line.empty() && line.back() == '\n')
            line.pop_back();
        out.push_back(std::move(line));
    }
    return out;
}

std::string common_beginning(const std::vector<std::string>& candidates) {
    if (candidates.empty()) return {};
    std::string common = candidates.front();
    for (const std::string& candidate : candidates) {
        const auto differs =
            std::mismatch(common.begin(), common.end(), candidate.begin(), candidate.end());
        common.erase(differs.first, common.end());
    }
    return common;
}

std::string in_columns(const std::vector<std::string>& names, std::size_t width) {
    std::size_t widest = 0;
    for (const std::string& name : names)
        widest = std::max(widest, display_width(name));
    const std::size_t columns = std::max<std::size_t>(1, (width + 2) / (widest + 2));
    const std::size_t rows = (names.size() + columns - 1) / columns;
    std::string out;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = row; i < names.size(); i += rows) {
            out += names[i];
            if (i + rows < names.size()) out.append(widest + 2 - display_width(names[i]), ' ');
        }
        out += '\n';
    }
    return out;
}

}  // namespace podium::terminal
