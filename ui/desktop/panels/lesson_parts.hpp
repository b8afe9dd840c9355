#pragma once

// What the lesson's panel works out before it draws: which steps are shown, what an order's answer is so far,
// which lessons a filter leaves. Plain functions, without ImGui.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// The steps of a long lesson around the present one: a window of them.
struct StepWindow {
    std::size_t first = 0;
    std::size_t last = 0;  ///< One behind.
    [[nodiscard]] std::size_t before() const { return first; }
};
/// `most` steps at most, the present one among them with one before it if there is one.
StepWindow steps_around(std::size_t present, std::size_t count, std::size_t most);

/// "2 3 of 9" is what podium learn takes: the numbers of the items in the order in which they were chosen.
std::string order_answer(const std::vector<std::size_t>& chosen);
/// Chooses an item, or takes it out again.
void choose(std::vector<std::size_t>& chosen, std::size_t item);

/// How far a lesson is, 0 to 1.
float lesson_share(const LessonView& lesson);

/// The openables of a kind whose name or title has all words of a filter.
std::vector<const Lists::Openable*> openables_of(const Lists& lists, std::string_view kind, std::string_view filter);
/// The lesson to go on with: one that was begun, else the first that isn't finished; null: all are.
const Lists::Openable* lesson_to_go_on_with(const Lists& lists);

/// "12.000s  What happened." as its moment and its words.
struct EvidenceParts {
    std::string moment;
    std::string words;
};
EvidenceParts evidence_parts(const std::string& line);

}  // namespace podium::desktop
