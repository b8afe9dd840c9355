#include "lessons/load.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lessons/blocks.hpp"
#include "lessons/markdown.hpp"
#include "lessons/sections.hpp"
#include "lessons/yaml_reader.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/lab/image_names.hpp"

namespace podium::lessons {
namespace {

constexpr std::string_view kKindNames[] = {"Read", "Predict", "Do", "Quiz", "Check", "Explain"};
constexpr std::size_t kMostProjectBytes = 1U << 20;

Error mistake(const Place& place, std::string sentence, std::string hint = {}) {
    return Error{std::move(sentence), place, std::move(hint)};
}

std::string slug(std::string_view title) {
    std::string out;
    for (const char c : lower(title)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out += c;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    return out;
}

// Where a lesson's files are looked for.
struct Folders {
    const Shelf& shelf;
    const std::string& lesson;
    const std::string& clusters;
};

// --- front matter ---

Result<void> read_hosts(YamlReader& front, Lesson& lesson) {
    for (YamlReader& item : front.items("hosts")) {
        if (!item.is_map({"name", "cpus", "memory", "disk"})) break;
        lab::HostSetUp host;
        host.name = item.required("name");
        host.cpu_millicores = item.number("cpus", 4, 1, 1024) * 1000;
        for (const auto& [key, bytes] :
             {std::pair{"memory", &host.memory_bytes}, std::pair{"disk", &host.disk_bytes}}) {
            if (!item.has(key)) continue;
            if (!parse_bytes(item.text(key), *bytes) || *bytes <= 0)
                item.at(key).fail(fmt::format("'{}' takes a size like 8g", key));
        }
        lesson.machines.hosts.push_back(host);
    }
    if (lesson.machines.hosts.empty()) lesson.machines.hosts.emplace_back();
    if (front.error()) return *front.error();
    return {};
}

// Whether there are such images only the catalogue knows: rehearse() asks it.
void read_images(YamlReader& front, Lesson& lesson) {
    std::set<std::string> there;
    for (YamlReader& item : front.items("images")) {
        const std::string name = item.text();
        const auto whole = lab::whole_image_name(name);
        if (!whole) {
            item.fail(fmt::format("'{}' is no image: {}", name, whole.error().message), "name it like redis:7");
        } else if (!there.insert(*whole).second) {
            item.fail(fmt::format("the image '{}' is there twice", name), "take one of them out");
        }
        lesson.images.push_back(name);
        lesson.image_places.push_back(item.place());
    }
}

// "three-host" comes with Podium, "hosts.yaml" lies beside lesson.md.
Result<void> read_cluster(YamlReader& front, const Folders& folders, Lesson& lesson) {
    lesson.cluster = front.text("cluster");
    const Place place = front.at("cluster").place();
    if (front.has("hosts"))
        return mistake(place, "a lesson has either 'hosts' or a 'cluster'", "take one of them out");
    const bool own = lesson.cluster.ends_with(".yaml");
    const std::string path = own ? fmt::format("{}/{}", folders.lesson, lesson.cluster)
                                 : fmt::format("{}/{}.yaml", folders.clusters, lesson.cluster);
    if (lesson.cluster.find('/') != std::string::npos || !folders.shelf.exists(path))
        return mistake(place,
                       fmt::format("there is no cluster '{}'", lesson.cluster),
                       "name one of scenarios/clusters, like three-host, or a file beside "
                       "lesson.md, like hosts.yaml");
    const auto text = folders.shelf.read(path);
    if (!text) return text.error();
    auto cluster = lab::parse_cluster_file(*text, path);
    if (!cluster) return cluster.error();
    lesson.machines = std::move(*cluster);
    const std::string swarm = front.text("swarm", lesson.machines.formed ? "formed" : "bare");
    if (swarm != "formed" && swarm != "bare")
        return mistake(
            front.at("swarm").place(),
            fmt::format("'swarm' can't be '{}'", swarm),
            "it is 'formed', when the lesson begins with a swarm of all hosts, or 'bare'");
    lesson.machines.formed = swarm == "formed";
    if (front.error()) return *front.error();
    return {};
}

Result<void> read_front(const Document& document,
                        const std::string& file,
                        const Folders& folders,
                        Lesson& lesson,
                        std::string& project) {
    YamlReader front(document.front, file, document.front_line);
    if (front.is_map({"title",
                      "summary",
                      "version",
                      "minutes",
                      "exam",
                      "pass",
                      "directory",
                      "project",
                      "settle",
                      "images",
                      "hosts",
                      "cluster",
                      "swarm"})) {
        lesson.title = front.required("title");
        lesson.summary = front.required("summary");
        lesson.version = static_cast<int>(front.number("version", 1, 1, 1'000'000));
        lesson.minutes = static_cast<int>(front.number("minutes", 0, 1, 600));
        if (!front.has("version")) front.required("version");
        if (!front.has("minutes")) front.required("minutes");
        lesson.exam = front.boolean("exam", false);
        lesson.pass_percent = static_cast<int>(front.number("pass", 80, 1, 100));
        if (front.has("pass") && !lesson.exam)
            front.at("pass").fail("'pass' is of an exam", "add 'exam: true'");
        read_images(front, lesson);
        project = front.text("project");
        lesson.directory = front.text("directory", "/root");
        if (!lesson.directory.starts_with('/') || clean_path(lesson.directory) != lesson.directory)
            front.at("directory").fail("'directory' takes a whole path, like /root/todo");
        if (front.has("settle")) {
            const auto settle = parse_duration(front.text("settle"));
            if (!settle || *settle < Duration{} || *settle > hours(1)) {
                front.at("settle").fail("'settle' takes a duration of at most an hour, like 30s");
            } else {
                lesson.settle = *settle;
            }
        }
    }
    if (front.error()) return *front.error();
    if (front.has("cluster")) return read_cluster(front, folders, lesson);
    if (front.has("swarm"))
        return mistake(front.at("swarm").place(),
                       "'swarm' is of a cluster",
                       "name one: 'cluster: three-host'");
    return read_hosts(front, lesson);
}

// --- steps ---

Result<Step> read_heading(const Section& section, const std::string& file) {
    Step step;
    step.place = Place{file, section.line, 0};
    std::string heading = section.heading;
    if (const auto open = heading.rfind("{#");
        open != std::string::npos && heading.ends_with('}')) {
        step.id = heading.substr(open + 2, heading.size() - open - 3);
        heading = std::string(trim(heading.substr(0, open)));
        if (step.id.empty() || step.id != slug(step.id))
            return mistake(step.place,
                           fmt::format("'{}' is no name for a step", step.id),
                           "small letters, digits and '-'");
    }
    const auto colon = heading.find(':');
    const std::string kind = heading.substr(0, colon);
    const auto* const found = std::find(std::begin(kKindNames), std::end(kKindNames), kind);
    if (colon == std::string::npos || found == std::end(kKindNames)) {
        return mistake(step.place,
                       fmt::format("'## {}' is not the heading of a step", section.heading),
                       "begin it with Read:, Predict:, Do:, Quiz:, Check: or Explain:, and use ### "
                       "for headings within a step");
    }
    step.kind = static_cast<StepKind>(found - std::begin(kKindNames));
    step.title = std::string(trim(heading.substr(colon + 1)));
    if (step.title.empty()) return mistake(step.place, "this step has no title");
    if (step.id.empty()) step.id = slug(step.title);
    if (step.id.empty())
        return mistake(step.place, "this step needs a name", "end its heading with {#name}");
    return step;
}

Result<void> check_kind(const Step& step) {
    const bool asks = step.kind == StepKind::Predict || step.kind == StepKind::Quiz;
    if (asks && step.questions.empty())
        return mistake(step.place,
                       fmt::format("step '{}' asks nothing", step.id),
                       "add a block ```choice, ```order or ```number");
    const bool acts = step.kind == StepKind::Do || step.kind == StepKind::Check;
    if (!acts && !step.hints.empty())
        return mistake(step.hints.front().place, "only a Do or Check step has hints");
    for (const Question& question : step.questions) {
        if (!asks) return mistake(question.place, "only a Predict or Quiz step asks questions");
        if (step.kind == StepKind::Predict && question.key.empty())
            return mistake(question.place,
                           fmt::format("prediction '{}' has no key", question.id),
                           "name the function of lab.lua that computes it: 'key: NAME'; a "
                           "prediction's answer is never written down");
        if (step.kind == StepKind::Quiz && !question.key.empty())
            return mistake(question.place,
                           fmt::format("question '{}' has a key", question.id),
                           "only predictions have one; a quiz has 'right: …'");
    }
    return {};
}

int line_at(std::string_view text, std::size_t at, int first_line) {
    return first_line + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// A front end that showed HTML would do what the author of a lesson wants; none does, so it is no part of the text.
Result<void> check_prose(const Chunk& chunk, const std::string& file) {
    const std::size_t html = find_html(chunk.text);
    if (html == std::string_view::npos) return {};
    return mistake(Place{file, line_at(chunk.text, html, chunk.line), 0},
                   "a lesson's text has no HTML",
                   "write Markdown; what is meant as it stands goes between backquotes");
}

Result<Step> read_step(const Section& section, const std::string& file, const Lesson& lesson) {
    auto step = read_heading(section, file);
    if (!step) return step;
    std::string text;
    int text_line = section.line + 1;
    const auto flush = [&] {
        if (!trim(text).empty())
            step->pieces.push_back({Piece::Kind::Text, text, 0, Place{file, text_line, 0}});
        text.clear();
    };
    for (const Chunk& chunk : section.chunks) {
        if (text.empty()) text_line = chunk.fenced ? chunk.line - 1 : chunk.line;
        if (!chunk.fenced) {
            if (const auto plain = check_prose(chunk, file); !plain) return plain.error();
            text += chunk.text;
            read_mentions(chunk, file, step->mentions);
            continue;
        }
        const auto block = read_block(chunk, file, lesson, *step);
        if (!block) return block.error();
        switch (*block) {
            case Block::Shown:
                text += fmt::format("```{}\n{}```\n", chunk.info, chunk.text);
                break;
            case Block::Question:
                flush();
                step->pieces.push_back({Piece::Kind::Question,
                                        {},
                                        step->questions.size() - 1,
                                        step->questions.back().place});
                break;
            case Block::Why:
                flush();
                step->pieces.push_back({Piece::Kind::Why,
                                        std::string(trim(chunk.text)),
                                        0,
                                        Place{file, chunk.line, 0}});
                break;
            case Block::Silent:
                break;
        }
    }
    flush();
    if (step->pieces.empty())
        return mistake(step->place, fmt::format("step '{}' is empty", step->id));
    if (const auto fits = check_kind(*step); !fits) return fits.error();
    return step;
}

// What only the whole lesson shows: names used twice, and predictions decided at a step that is no
// later Do.
Result<void> check_names(const Lesson& lesson) {
    std::set<std::string> steps;
    std::set<std::string> questions;
    for (const Step& step : lesson.steps) {
        if (!steps.insert(step.id).second)
            return mistake(step.place,
                           fmt::format("two steps are named '{}'", step.id),
                           "end one's heading with {#another-name}");
        std::set<std::string> hints;
        for (const Hint& hint : step.hints) {
            if (!hints.insert(hint.id).second)
                return mistake(hint.place,
                               fmt::format("two hints of this step are named '{}'", hint.id));
        }
        for (const Question& question : step.questions) {
            if (!questions.insert(question.id).second)
                return mistake(question.place,
                               fmt::format("two questions are named '{}'", question.id));
        }
    }
    for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
        for (const Question& question : lesson.steps[i].questions) {
            if (question.after.empty()) continue;
            const Step* after = lesson.step(question.after);
            if (after == nullptr)
                return mistake(question.place,
                               fmt::format("there is no step '{}'", question.after));
            if (after->kind != StepKind::Do || lesson.index_of(question.after) < i)
                return mistake(
                    question.place,
                    fmt::format(
                        "prediction '{}' is to be decided after '{}', which is no later Do step",
                        question.id,
                        question.after),
                    "a prediction comes before what it is about");
        }
    }
    return {};
}

// --- the other files ---

Result<void> read_folder(const Shelf& shelf,
                         const std::string& folder,
                         const std::string& inside,
                         Lesson& lesson) {
    for (const std::string& name : shelf.list(folder)) {
        const std::string path = folder + "/" + name;
        if (shelf.is_directory(path)) {
            if (const auto read = read_folder(shelf, path, inside + name + "/", lesson); !read)
                return read.error();
            continue;
        }
        auto content = shelf.read(path);
        if (!content) return content.error();
        if (content->size() > kMostProjectBytes)
            return mistake(Place{path, 0, 0}, "this file is larger than 1 MiB");
        if (lesson.files.size() == kMostProjectFiles)
            return mistake(Place{path, 0, 0},
                           fmt::format("a project has at most {} files", kMostProjectFiles));
        lesson.files.push_back({lesson.machines.hosts.front().name,
                                lesson.directory + "/" + inside + name,
                                std::move(*content)});
    }
    return {};
}

Result<Script> read_script(const Shelf& shelf, const Lesson& lesson, const std::string& path) {
    auto content = shelf.read(path);
    if (!content) return content.error();
    return parse_script(lesson, *content, path);
}

Result<void> read_scripts(const Shelf& shelf, const std::string& folder, Lesson& lesson) {
    if (!shelf.exists(folder + "/solution.sh"))
        return mistake(Place{folder, 0, 0}, "this lesson has no solution.sh");
    auto solution = read_script(shelf, lesson, folder + "/solution.sh");
    if (!solution) return solution.error();
    lesson.solution = std::move(*solution);
    const bool has_do = std::any_of(lesson.steps.begin(), lesson.steps.end(), [](const Step& step) {
        return step.kind == StepKind::Do;
    });
    for (const std::string& name : shelf.list(folder)) {
        if (!name.starts_with("wrong-") || !name.ends_with(".sh")) continue;
        auto wrong = read_script(shelf, lesson, folder + "/" + name);
        if (!wrong) return wrong.error();
        lesson.wrong.push_back(std::move(*wrong));
    }
    if (has_do && lesson.wrong.size() < 2)
        return mistake(Place{folder, 0, 0},
                       "a lesson with Do steps has at least two wrong-*.sh",
                       "each a likely mistake, with the hint that it must raise");
    return {};
}

}  // namespace

std::string_view name_of(StepKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

const Step* Lesson::step(std::string_view id) const {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [id](const Step& step) { return step.id == id; });
    return found == steps.end() ? nullptr : &*found;
}

std::size_t Lesson::index_of(std::string_view id) const {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [id](const Step& step) { return step.id == id; });
    return static_cast<std::size_t>(found - steps.begin());
}

bool Lesson::has_host(std::string_view called) const {
    const auto is_it = [called](const lab::HostSetUp& host) { return host.name == called; };
    return std::any_of(machines.hosts.begin(), machines.hosts.end(), is_it);
}

Result<Lesson> load_lesson(const Shelf& shelf,
                           const std::string& folder,
                           const std::string& clusters) {
    const std::string file = folder + "/lesson.md";
    const auto text = shelf.read(file);
    if (!text) return text.error();
    if (text->size() > kMostLessonBytes)
        return mistake(Place{file, 0, 0}, "this lesson is larger than 256 KiB");
    if (const std::size_t control = first_control(*text); control != std::string::npos)
        return mistake(Place{file, line_at(*text, control, 1), 0},
                       fmt::format("a lesson has no control characters, and here is {}",
                                   printable(text->substr(control, decode_rune(*text, control).size))),
                       "take it out");
    const auto document = cut(*text, file);
    if (!document) return document.error();
    Lesson lesson;
    lesson.name = base_name(folder);
    lesson.kept_as = lesson.name;
    std::string project;
    if (const auto front = read_front(*document, file, {shelf, folder, clusters}, lesson, project);
        !front)
        return front.error();
    for (const Section& section : document->sections) {
        auto step = read_step(section, file, lesson);
        if (!step) return step.error();
        if (lesson.steps.size() == kMostSteps)
            return mistake(step->place, fmt::format("a lesson has at most {} steps", kMostSteps));
        lesson.steps.push_back(std::move(*step));
    }
    if (const auto names = check_names(lesson); !names) return names.error();
    if (!project.empty()) {
        if (!shelf.is_directory(folder + "/" + project))
            return mistake(Place{file, document->front_line, 0},
                           fmt::format("there is no folder '{}' in this lesson", project));
        if (const auto files = read_folder(shelf, folder + "/" + project, "", lesson); !files)
            return files.error();
    }
    lesson.lab_file = folder + "/lab.lua";
    if (shelf.exists(lesson.lab_file)) {
        auto lab = shelf.read(lesson.lab_file);
        if (!lab) return lab.error();
        lesson.lab = std::move(*lab);
    }
    if (const auto scripts = read_scripts(shelf, folder, lesson); !scripts) return scripts.error();
    return lesson;
}

std::vector<std::string> lesson_names(const Shelf& shelf, const std::string& content) {
    std::vector<std::string> out;
    for (const std::string& name : shelf.list(content)) {
        if (shelf.exists(content + "/" + name + "/lesson.md")) out.push_back(name);
    }
    return out;
}

}  // namespace podium::lessons
