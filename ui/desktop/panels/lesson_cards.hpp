#pragma once

// The lesson panel's cards: a question, a hint, a verdict with its evidence, the causes of something. They keep
// what is being answered, and belong to the window's thread.

#include <array>
#include <map>
#include <string>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/draw/prose.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

class LessonCards {
  public:
    void question(Context& context, const LessonView& lesson, const QuestionView& question, float width);
    /// Gives the command in it that was clicked; empty: none.
    std::string hint(Context& context, std::size_t number, const std::string& text, float width);
    /// A click on a moment goes there.
    void verdict(Context& context, const Frame& frame, const LessonView& lesson, float width);
    void causes(Context& context, const std::string& text, float width);
    /// Another step: what was being answered is forgotten.
    void forget();

  private:
    struct Answering {
        std::vector<std::size_t> order;
        std::array<char, 48> number{};
        int tries = 0;
    };
    void choices(Context& context, const QuestionView& question, float width);
    void order(Context& context, const QuestionView& question, Answering& answering, float width);
    void number(Context& context, const QuestionView& question, Answering& answering, float width);
    void answered(Context& context, const LessonView& lesson, const QuestionView& question, float width);
    bool choice_button(Context& context, const std::string& id, const std::string& badge, const std::string& text, float width, bool chosen);
    void evidence(Context& context, const std::string& id, const std::string& line, Time moment, float width);

    Prose prose_;
    std::map<std::string, Answering> answering_;
};

}  // namespace podium::desktop
