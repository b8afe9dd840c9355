// podium lesson: what authors of lessons need.

#include <algorithm>
#include <fmt/format.h>

#include "lessons/load.hpp"
#include "lessons/rehearsal.hpp"
#include "lessons/template.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/learn_command.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"

namespace podium::cli {
namespace {

constexpr int kPreviewWidth = 90;

Result<std::vector<lessons::WrittenFile>> files_of_new(const std::string& cluster) {
    std::vector<lessons::WrittenFile> out;
    if (cluster.empty()) {
        for (const lessons::TemplateFile& file : lessons::lesson_template())
            out.push_back({std::string(file.path), std::string(file.content)});
        return out;
    }
    const std::vector<std::string> known = cluster_names();
    if (std::find(known.begin(), known.end(), cluster) == known.end())
        return Error{fmt::format("there is no cluster '{}'", cluster),
                     {},
                     fmt::format("those that come with Podium are {}", join(known, ", "))};
    const auto hosts = read_cluster(cluster);
    if (!hosts) return hosts.error();
    return lessons::cluster_lesson_template(cluster, hosts->hosts.front().name);
}

// As a shell reads it: what has blanks or the like in it between quotes.
std::string quoted(const std::string& word) {
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
    });
    if (plain) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

int new_lesson(const std::string& name, const std::string& cluster) {
    const std::string folder = resolve_path(working_directory(), name);
    const std::string called = base_name(folder);
    if (called.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
        return bad_input(Error{fmt::format("'{}' is no name for a lesson", called), {}, "small letters, digits and '-', like 26-more"});
    if (RealFiles().exists(folder))
        return bad_input(
            Error{"this is there already", Place{folder, 0, 0}, "choose another name"});
    const auto files = files_of_new(cluster);
    if (!files) return bad_input(files.error());
    for (const lessons::WrittenFile& file : *files) {
        const std::string path = folder + "/" + file.path;
        if (const auto made = make_directories(directory_of(path)); !made)
            return bad_input(made.error());
        if (const auto written = write_whole_file(path, file.content); !written)
            return bad_input(written.error());
    }
    fmt::print(
        "Made {}: a small lesson that passes its test. Change it, look with: podium lesson preview "
        "{}, try it with: podium lesson test {}\n",
        name,
        quoted(name),
        quoted(name));
    return kAllWell;
}

int preview_lesson(const std::string& name) {
    const RealShelf shelf;
    const auto folder = find_lesson(shelf, name);
    if (!folder) return bad_input(folder.error());
    const auto lesson = read_lesson(shelf, *folder);
    if (!lesson) return bad_input(lesson.error());
    fmt::print("{}", lessons::preview(*lesson, kPreviewWidth, wants_colour(stdout)));
    return kAllWell;
}

int test_lessons(std::vector<std::string> names) {
    const RealShelf shelf;
    const auto catalogue = images_catalogue();
    if (!catalogue) return bad_input(catalogue.error());
    if (names.empty()) {
        const auto content = lessons_directory();
        if (!content) return bad_input(content.error());
        names = lessons::lesson_names(shelf, *content);
    }
    int status = kAllWell;
    for (const std::string& name : names) {
        const auto folder = find_lesson(shelf, name);
        if (!folder) return bad_input(folder.error());
        const auto lesson = read_lesson(shelf, *folder);
        if (!lesson) return bad_input(lesson.error());
        fmt::print("{}\n", lesson->name);
        const auto lines = lessons::rehearse(*lesson, *catalogue);
        for (const lessons::RehearsalLine& line : lines) {
            fmt::print("  {} {}\n", line.ok ? "ok  " : "FAIL", line.what);
            if (!line.ok) fmt::print("       {}\n", line.why);
        }
        std::fflush(stdout);
        if (!lessons::all_ok(lines)) status = kFailed;
    }
    return status;
}

}  // namespace

int lesson_command(const LessonOptions& options) {
    if (!options.cluster.empty() && options.what != "new")
        return bad_input(Error{fmt::format("--cluster does not go with {}", options.what),
                               {},
                               "a lesson says itself which cluster it has"});
    if (options.what == "test") return test_lessons(options.names);
    if (options.what != "new" && options.what != "preview")
        return bad_input(
            Error{fmt::format("podium lesson {}: there is no such thing to do", options.what),
                  {},
                  "new NAME, preview NAME, or test [NAME...]"});
    if (options.names.size() != 1)
        return bad_input(
            Error{fmt::format("podium lesson {} takes one lesson", options.what), {}, "name it"});
    return options.what == "new" ? new_lesson(options.names.front(), options.cluster)
                                 : preview_lesson(options.names.front());
}

}  // namespace podium::cli
