#include "ui/desktop/panels/lesson_parts.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::desktop {
namespace {

std::string in_small(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return out;
}

}  // namespace

StepWindow steps_around(std::size_t present, std::size_t count, std::size_t most) {
    if (count <= most) return {0, count};
    const std::size_t first = std::min(present > 0 ? present - 1 : 0, count - most);
    return {first, first + most};
}

std::string order_answer(const std::vector<std::size_t>& chosen) {
    std::string out;
    for (const std::size_t item : chosen) out += fmt::format("{}{}", out.empty() ? "" : " ", item + 1);
    return out;
}

void choose(std::vector<std::size_t>& chosen, std::size_t item) {
    const auto found = std::find(chosen.begin(), chosen.end(), item);
    if (found == chosen.end()) {
        chosen.push_back(item);
    } else {
        chosen.erase(found);
    }
}

float lesson_share(const LessonView& lesson) {
    if (lesson.steps.empty()) return 0;
    const auto passed = std::count(lesson.passed.begin(), lesson.passed.end(), true);
    return static_cast<float>(passed) / static_cast<float>(lesson.steps.size());
}

std::vector<const Lists::Openable*> openables_of(const Lists& lists, std::string_view kind, std::string_view filter) {
    const std::vector<std::string> words = split_words(in_small(filter));
    std::vector<const Lists::Openable*> out;
    for (const Lists::Openable& row : lists.openables) {
        if (row.kind != kind) continue;
        const std::string text = in_small(row.name + " " + row.title);
        if (std::all_of(words.begin(), words.end(), [&](const std::string& word) { return text.find(word) != std::string::npos; })) out.push_back(&row);
    }
    return out;
}

const Lists::Openable* lesson_to_go_on_with(const Lists& lists) {
    for (const bool begun : {true, false}) {
        for (const Lists::Openable& row : lists.openables) {
            if (row.kind == "lesson" && !row.finished && row.begun == begun) return &row;
        }
    }
    return nullptr;
}

EvidenceParts evidence_parts(const std::string& line) {
    const std::size_t gap = line.find("  ");
    if (gap == std::string::npos) return {{}, line};
    return {line.substr(0, gap), std::string(trim(line.substr(gap)))};
}

}  // namespace podium::desktop
