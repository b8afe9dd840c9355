#include "ui/cli/lesson_files.hpp"

#include <fmt/format.h>

#include "lessons/load.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/installation.hpp"

namespace podium::cli {
namespace {

// "02-first-compose-project" is number 2.
bool has_number(const std::string& name, std::int64_t number) {
    std::int64_t found = 0;
    return parse_integer(name.substr(0, name.find('-')), found) && found == number;
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

Result<lessons::Lesson> read_lesson(const RealShelf& shelf, const std::string& folder) {
    const auto data = data_directory();
    if (!data) return data.error();
    return lessons::load_lesson(shelf, folder, *data + "/scenarios/clusters");
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

}  // namespace podium::cli
