// podium learn: the lessons, at a terminal or from a pipe.

#include "ui/cli/learn_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <thread>
#include <unistd.h>

#include "lessons/conversation.hpp"
#include "lessons/load.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/signals.hpp"
#include "ui/terminal/completion.hpp"
#include "ui/terminal/editor.hpp"

namespace podium::cli {
namespace {

constexpr double kLearnersSpeed = 10;
constexpr int kWidestText = 100;
constexpr int kNarrowestText = 40;
constexpr int kPipesWidth = 80;

int text_width() {
    const std::size_t width = width_of(stdout);
    return width == 0 ? kPipesWidth
                      : std::clamp(static_cast<int>(width), kNarrowestText, kWidestText);
}

class CliWatcher final : public lessons::Watcher {
  public:
    explicit CliWatcher(double speed) : speed_(speed) {}

    void show(std::string_view text) override { put(stdout, text); }

    void show_error(std::string_view text) override { put(stdout, text); }

    void pass(Time from, Time to) override {
        if (speed_ <= 0 || to <= from) return;
        std::this_thread::sleep_for(std::chrono::nanoseconds(
            static_cast<std::int64_t>(static_cast<double>((to - from).nanoseconds) / speed_)));
    }

    bool interrupted() override { return take_interrupt(); }

    bool left() override { return asked_to_leave(); }

  private:
    static void put(std::FILE* stream, std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stream);
        std::fflush(stream);
    }

    double speed_;
};

class CliDesk final : public lessons::Desk {
  public:
    CliDesk(const lessons::Player& player, double speed)
        : lesson_(player.lesson()), watcher_(speed), person_(isatty(STDIN_FILENO) != 0) {
        layout_ = {text_width(), wants_colour(stdout)};
        if (!person_) return;
        catch_signals();
        terminal::EditorHooks hooks;
        hooks.prompt = [this] { return prompt_; };
        hooks.idle = [] { return std::string(); };
        hooks.complete = [&player](const std::string& before) {
            return terminal::complete(
                player.session(), lessons::learners_terminal(player.lesson()), before);
        };
        hooks.interrupted = [] { return take_interrupt(); };
        hooks.leave = [] { return asked_to_leave(); };
        const bool kept = make_state_directory().ok();
        editor_ = std::make_unique<terminal::Editor>(
            kept ? state_directory() + "/lesson-history" : std::string(), hooks);
    }

    void print(std::string_view text) override {
        put_text(text);
        std::fflush(stdout);
    }

    std::optional<std::string> ask(const std::string& prompt) override {
        if (person_) {
            prompt_ = prompt;
            while (true) {
                const terminal::TypedLine typed = editor_->read();
                (void)take_interrupt();
                if (typed.kind == terminal::TypedLine::Kind::Line) return typed.text;
                if (typed.kind == terminal::TypedLine::Kind::Interrupted && !asked_to_leave()) continue;
                print("\n");
                return std::nullopt;
            }
        }
        std::string line;
        if (!std::getline(std::cin, line)) return std::nullopt;
        print(prompt + line + "\n");
        return line;
    }

    lessons::Watcher& watcher() override { return watcher_; }

    [[nodiscard]] bool interruptible() const override { return person_; }

    [[nodiscard]] lessons::Layout layout() const override { return layout_; }

    Result<std::string> edit(const std::string& name, const std::string& content) override {
        return person_ ? edit_with_editor(name, content) : edit_from_pipe();
    }

    void save(const lessons::Attempt& attempt) override {
        const Result<void> kept = keep_attempt(lesson_, attempt);
        if (!kept && !complained_) complain("your progress is not kept: " + kept.error().text());
        complained_ = complained_ || !kept;
    }

  private:
    // The new text follows in the pipe, up to a line with a single dot.
    static Result<std::string> edit_from_pipe() {
        std::string content;
        std::string line;
        while (std::getline(std::cin, line)) {
            if (line == ".") return content;
            content += line + "\n";
        }
        return Error{"edit: the text has no end", {}, "end it with a line of a single dot"};
    }

    static Result<std::string> edit_with_editor(const std::string& name,
                                                const std::string& content) {
        const char* visual = std::getenv("VISUAL");
        const char* editor = visual != nullptr ? visual : std::getenv("EDITOR");
        const std::string program = editor != nullptr && *editor != '\0' ? editor : "vi";
        const std::string path = state_directory() + "/edit-" + name;
        if (const auto made = make_state_directory(); !made) return made.error();
        if (const auto written = write_whole_file(path, content); !written) return written.error();
        std::string quoted = "'";
        for (const char c : path)
            quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        // The editor is the learner's own choice, options and all, so the shell reads it.
        const int status = std::system((program + " " + quoted + "'").c_str());
        auto edited = RealFiles().read(path);
        std::remove(path.c_str());
        if (status != 0)
            return Error{fmt::format("'{}' could not be run", program),
                         {},
                         "set EDITOR to the editor you like"};
        return edited;
    }

    const lessons::Lesson& lesson_;
    CliWatcher watcher_;
    bool person_;
    std::string prompt_;
    std::unique_ptr<terminal::Editor> editor_;
    bool complained_ = false;
    lessons::Layout layout_;
};

void list_lessons(const std::vector<lessons::Lesson>& all, const lessons::Progress& progress) {
    const bool colour = wants_colour(stdout);
    fmt::print("The lessons. Begin or go on with: podium learn NUMBER\n\n");
    for (const lessons::Lesson& lesson : all) {
        const lessons::LessonProgress done = progress.of(lesson);
        const std::string number = lesson.name.substr(0, lesson.name.find('-'));
        const char* mark = done.finished ? "[x]" : done.begun ? "[>]" : "[ ]";
        const char* paint = !colour         ? ""
                            : done.finished ? "\x1b[32m"
                            : done.begun    ? "\x1b[33m"
                                            : "";
        const std::string where =
            done.failed && !done.finished
                ? fmt::format(", not passed: {} % right, {} % are needed", done.percent_right, lesson.pass_percent)
            : done.begun && !done.finished
                ? fmt::format(", {} of {} steps", done.steps_passed, lesson.steps.size())
                : "";
        fmt::print("{}{} {}  {}{} ({} min{})\n",
                   paint,
                   mark,
                   number,
                   lesson.title,
                   colour ? "\x1b[0m" : "",
                   lesson.minutes,
                   where);
        constexpr int kIndent = 8;
        const std::string summary =
            lessons::render_markdown(lesson.summary, {text_width() - kIndent, colour});
        for (const std::string& line : split(trim(summary), '\n'))
            fmt::print("{:{}}{}\n", "", kIndent, line);
    }
}

// The lesson to go on with, else the first one not finished.
const lessons::Lesson* next_lesson(const std::vector<lessons::Lesson>& all,
                                   const lessons::Progress& progress) {
    for (const bool begun : {true, false}) {
        for (const lessons::Lesson& lesson : all) {
            const lessons::LessonProgress done = progress.of(lesson);
            if (!done.finished && done.begun == begun) return &lesson;
        }
    }
    return nullptr;
}

int export_report(const std::string& file) {
    const RealShelf shelf;
    auto all = load_all_lessons(shelf);
    const auto progress = read_progress();
    for (const Error* error :
         {all ? nullptr : &all.error(), progress ? nullptr : &progress.error()}) {
        if (error == nullptr) continue;
        complain(error->text());
        return kBadInput;
    }
    for (lessons::Lesson& own : load_own_lessons(shelf, *progress)) all->push_back(std::move(own));
    const std::string text =
        file.ends_with(".json") ? progress->report_json(*all) : progress->report(*all);
    if (file == "-") {
        fmt::print("{}", text);
        return kAllWell;
    }
    if (const auto written = write_whole_file(file, text); !written) {
        complain(written.error().text());
        return kBadInput;
    }
    fmt::print("Written to {}.\n", file);
    return kAllWell;
}

int run_lesson(const std::string& folder, const LearnOptions& options, double speed) {
    const RealShelf shelf;
    auto loaded = read_lesson(shelf, folder);
    if (!loaded) return bad_input(loaded.error());
    const auto lesson = std::make_shared<const lessons::Lesson>(std::move(*loaded));
    const auto catalogue = images_catalogue();
    if (!catalogue) return bad_input(catalogue.error());
    const auto progress = read_progress(*lesson);
    if (!progress) return bad_input(progress.error());
    std::optional<lessons::Attempt> attempt;
    if (!options.again) attempt = progress->attempt(lesson->kept_as);
    if (attempt && attempt->finished) attempt.reset();
    if (attempt && options.seed && attempt->seed != *options.seed)
        return bad_input(
            Error{fmt::format("'{}' was begun with the seed {}", lesson->title, attempt->seed),
                  {},
                  "leave --seed out to go on, or begin anew with --again"});
    const bool draws = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
    const lessons::PlayerRequest request{*catalogue, options.seed.value_or(1), draws};
    auto player = lessons::Player::create(lesson, request, attempt);
    if (!player && attempt) {
        fmt::print("podium: {}: it begins anew; what was done is kept for podium learn --export\n", player.error().message);
        attempt.reset();
        if (const auto kept = set_attempt_aside(*lesson); !kept) return bad_input(kept.error());
        player = lessons::Player::create(lesson, request);
    }
    if (!player) return bad_input(player.error());
    CliDesk desk(*player, speed);
    const lessons::Layout layout = desk.layout();
    const std::string title =
        layout.colour ? fmt::format("\x1b[1m{}\x1b[0m", lesson->title) : lesson->title;
    desk.print(title + "\n" + lessons::render_markdown(lesson->summary, layout));
    if (attempt) desk.print("You go on where you left off; 'again' begins this step anew.\n");
    switch (lessons::converse(*player, desk)) {
        case lessons::Ending::Finished:
        case lessons::Ending::Left:
            return kAllWell;
        case lessons::Ending::NotYet:
            return kFailed;
        case lessons::Ending::Fault:
            return kBadInput;
    }
    return kOwnFault;
}

// What has no lesson to be about.
Result<void> check_options(const LearnOptions& options) {
    const bool exports = !options.export_file.empty();
    const std::pair<bool, const char*> others[] = {{exports && !options.lesson.empty(), "LESSON"},
                                                   {options.again, "--again"},
                                                   {options.seed.has_value(), "--seed"},
                                                   {!options.speed.empty(), "--speed"}};
    const bool asks = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
    for (const auto& [given, option] : others) {
        if (!given) continue;
        if (exports)
            return Error{
                fmt::format("{} does not go with --export, which tells of all lessons", option),
                {},
                "leave it out"};
        if (options.lesson.empty() && !asks)
            return Error{
                fmt::format("{} goes with a lesson", option), {}, "name one (see: podium learn)"};
    }
    return {};
}

}  // namespace

int learn_command(const LearnOptions& options) {
    if (Result<void> checked = check_options(options); !checked) return bad_input(checked.error());
    if (!options.export_file.empty()) return export_report(options.export_file);
    double speed = isatty(STDIN_FILENO) != 0 ? kLearnersSpeed : 0;
    if (!options.speed.empty()) {
        const auto given = parse_speed(options.speed);
        if (!given) return bad_input(given.error());
        speed = *given;
    }
    const RealShelf shelf;
    std::string called = options.lesson;
    if (called.empty()) {
        const auto all = load_all_lessons(shelf);
        if (!all) return bad_input(all.error());
        const auto progress = read_progress();
        if (!progress) return bad_input(progress.error());
        list_lessons(*all, *progress);
        const lessons::Lesson* next = next_lesson(*all, *progress);
        if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0 || next == nullptr)
            return kAllWell;
        put_text(fmt::format("\nWhich one? (Enter: {}, q: none) ", next->title));
        std::fflush(stdout);
        if (!std::getline(std::cin, called)) return kAllWell;
        called = std::string(trim(called));
        if (called == "q" || called == "quit") return kAllWell;
        if (called.empty()) called = next->name;
    }
    const auto folder = find_lesson(shelf, called);
    if (!folder) return bad_input(folder.error());
    return run_lesson(*folder, options, speed);
}

}  // namespace podium::cli
