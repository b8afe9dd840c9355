#include "ui/cli/lesson_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "lessons/load.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "ui/cli/installation.hpp"

namespace podium::cli {
namespace {

// "02-first-compose-project" is number 2.
bool has_number(const std::string& name, std::int64_t number) {
    std::int64_t found = 0;
    return parse_integer(name.substr(0, name.find('-')), found) && found == number;
}

// Whichever way leads there.
std::string canonical_path(const std::string& path) {
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, failed);
    return failed ? path : real.string();
}

}  // namespace

Result<std::string> lessons_directory() {
    auto data = data_directory();
    if (!data) return data;
    return *data + "/lessons/content";
}

Result<std::string> images_catalogue() {
    const auto data = data_directory();
    if (!data) return data.error();
    return RealFiles().read(*data + "/scenarios/images.yaml");
}

Result<std::string> find_lesson(const RealShelf& shelf, const std::string& called) {
    const std::string path = resolve_path(working_directory(), called);
    if (shelf.exists(path + "/lesson.md")) return path;
    const auto content = lessons_directory();
    if (!content) return content;
    const std::vector<std::string> names = lessons::lesson_names(shelf, *content);
    std::int64_t number = 0;
    const bool numbered = parse_integer(called, number);
    std::vector<std::string> fitting;
    for (const std::string& name : names) {
        if (name == called) return *content + "/" + name;
        if (numbered ? has_number(name, number) : name.find(called) != std::string::npos)
            fitting.push_back(name);
    }
    if (fitting.size() == 1) return *content + "/" + fitting.front();
    if (!fitting.empty())
        return Error{fmt::format("'{}' may be {}", called, join(fitting, " or ")),
                     {},
                     "say more of its name"};
    const std::string near = nearest(called, names);
    return Error{fmt::format("there is no lesson '{}'", called),
                 {},
                 near.empty() ? "see: podium learn" : fmt::format("did you mean '{}'?", near)};
}

bool is_lesson(const std::string& called) {
    const RealShelf shelf;
    if (called.empty() || called.find('.') != std::string::npos) return false;
    const std::string path = resolve_path(working_directory(), called);
    if (shelf.exists(path) && !shelf.exists(path + "/lesson.md")) return false;
    const auto found = find_lesson(shelf, called);
    if (!found || *found == path) return found.ok();
    // A part of a name, which podium learn takes too, may as well be meant for a scenario.
    const std::string name = base_name(*found);
    std::int64_t number = 0;
    return parse_integer(called, number) || name == called || name.substr(name.find('-') + 1) == called;
}

namespace {

// A path as a key of the file of progress, which is UTF-8: bytes that are no part of that are %XX.
std::string as_utf8(const std::string& path) {
    std::string out;
    for (std::size_t at = 0; at < path.size();) {
        const Rune rune = decode_rune(path, at);
        out += rune.valid ? path.substr(at, rune.size) : fmt::format("%{:02X}", static_cast<unsigned char>(path[at]));
        at += rune.size;
    }
    return out;
}

}  // namespace

Result<lessons::Lesson> read_lesson(const RealShelf& shelf, const std::string& folder) {
    const auto data = data_directory();
    if (!data) return data.error();
    auto lesson = lessons::load_lesson(shelf, folder, *data + "/scenarios/clusters");
    // Two lessons of one's own may well be called the same.
    if (const std::string real = canonical_path(folder); lesson && directory_of(real) != canonical_path(*data + "/lessons/content")) lesson->kept_as = as_utf8(real);
    return lesson;
}

std::string progress_file() {
    return state_directory() + "/progress.json";
}

Result<lessons::Progress> read_progress() {
    if (Result<void> ours = check_state_directory(); !ours) return ours.error();
    const RealFiles files;
    if (!files.exists(progress_file())) return lessons::Progress();
    const auto text = files.read(progress_file());
    if (!text) return text.error();
    return lessons::Progress::parse(*text, progress_file());
}

Result<lessons::Progress> read_progress(const lessons::Lesson& lesson) {
    auto progress = read_progress();
    if (!progress || lesson.kept_as == lesson.name) return progress;
    const auto content = lessons_directory();
    if (!content) return content.error();
    const std::vector<std::string> names = lessons::lesson_names(RealShelf(), *content);
    const bool of_course = std::find(names.begin(), names.end(), lesson.name) != names.end();
    if (!of_course) progress->rename(lesson.name, lesson.kept_as);
    return progress;
}

Result<void> keep_attempt(const lessons::Lesson& lesson, const lessons::Attempt& attempt) {
    auto progress = read_progress(lesson);
    if (!progress) return progress.error();
    if (Result<void> made = make_state_directory(); !made) return made;
    progress->set_attempt(lesson.kept_as, attempt);
    return write_whole_file(progress_file(), progress->text());
}

Result<void> set_attempt_aside(const lessons::Lesson& lesson) {
    auto progress = read_progress(lesson);
    if (!progress) return progress.error();
    progress->set_aside(lesson.kept_as);
    return write_whole_file(progress_file(), progress->text());
}

Result<std::vector<lessons::Lesson>> load_all_lessons(const RealShelf& shelf) {
    const auto content = lessons_directory();
    if (!content) return content.error();
    std::vector<lessons::Lesson> out;
    for (const std::string& name : lessons::lesson_names(shelf, *content)) {
        auto lesson = read_lesson(shelf, *content + "/" + name);
        if (!lesson) return lesson.error();
        out.push_back(std::move(*lesson));
    }
    return out;
}

std::vector<lessons::Lesson> load_own_lessons(const RealShelf& shelf, const lessons::Progress& progress) {
    std::vector<lessons::Lesson> out;
    for (const std::string& name : progress.names()) {
        if (!name.starts_with('/') || !shelf.exists(name + "/lesson.md")) continue;
        auto lesson = read_lesson(shelf, name);
        if (lesson && lesson->kept_as == name) out.push_back(std::move(*lesson));
    }
    return out;
}

}  // namespace podium::cli
