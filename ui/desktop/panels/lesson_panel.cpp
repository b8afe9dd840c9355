// The lesson panel: where a learner is, the step's text, its questions, what a check came to, hints; and without
// a lesson, what there is to open.

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/prose.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/lesson_cards.hpp"
#include "ui/desktop/panels/lesson_parts.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr std::size_t kMostStepsShown = 4;
constexpr float kStepHeight = 29;
constexpr float kFooterRow = 36;
constexpr float kScrollRoom = 10;

class LessonPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override {
        if (area.width != area_width_) {
            // Until it is known what the panel's padding leaves of it.
            area_width_ = area.width;
            whole_ = std::max(area.width - context.px(28), context.px(120));
            width_ = whole_ - context.px(kScrollRoom);
        }
        if (!frame.lesson) return;
        const LessonView& lesson = *frame.lesson;
        const std::string where = fmt::format("{}/{}", lesson.name, lesson.step);
        if (where != where_) {
            where_ = where;
            prose_.forget();
            cards_.forget();
            to_top_ = true;
            hints_ = 0;
        }
        for (std::size_t i = 0; i < lesson.pieces.size(); ++i) {
            if (lesson.pieces[i].kind == LessonView::Piece::Kind::Text) (void)prose_.layout(context, text_id(i), lesson.pieces[i].text, width_);
        }
    }

    void draw(Context& context, const Frame& frame, const Area& area) override {
        whole_ = std::max(ImGui::GetContentRegionAvail().x, context.px(120));
        width_ = whole_ - context.px(kScrollRoom);
        if (!frame.lesson) {
            put_heading(context, icon::kBook, "LESSONS");
            if (frame.lists) draw_openables(context, *frame.lists);
            return;
        }
        const LessonView& lesson = *frame.lesson;
        put_heading(context, icon::kBook, lesson.exam ? "EXAM" : "LESSON", fmt::format("step {} of {}", lesson.step + 1, lesson.steps.size()));
        const float footer = context.px(footer_height(lesson));
        const float height = std::max(area.bottom() - ImGui::GetCursorScreenPos().y - footer, context.px(80));
        ImGui::BeginChild("lesson.body", ImVec2(whole_, height), false, ImGuiWindowFlags_NavFlattened);
        if (std::exchange(to_top_, false)) ImGui::SetScrollY(0);
        draw_head(context, lesson);
        draw_step(context, lesson);
        draw_outcome(context, frame, lesson);
        ImGui::EndChild();
        draw_buttons(context, lesson);
    }

  private:
    static std::string text_id(std::size_t piece) { return fmt::format("lesson.text.{}", piece); }

    // --- where one is ---

    void draw_head(Context& context, const LessonView& lesson) {
        const Theme& theme = *context.theme;
        wrapped(context, context.fonts->title, theme.text, lesson.title);
        ImGui::Dummy(ImVec2(0, context.px(2)));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        put_bar(context, ImGui::GetWindowDrawList(), {at.x, at.y, width_, context.px(5)}, lesson_share(lesson), theme.good);
        context.mark("lesson.progress", Area{at.x, at.y, width_, context.px(5)});
        ImGui::Dummy(ImVec2(0, context.px(10)));
        const StepWindow shown = all_steps_ ? StepWindow{0, lesson.steps.size()} : steps_around(lesson.step, lesson.steps.size(), kMostStepsShown);
        for (std::size_t i = shown.first; i < shown.last; ++i) draw_step_row(context, lesson, i);
        const std::size_t hidden = lesson.steps.size() - (shown.last - shown.first);
        if (hidden > 0 || all_steps_) {
            const std::string words = all_steps_ ? "fewer" : fmt::format("{} more steps", hidden);
            if (lesson.steps.size() > kMostStepsShown && link(context, "lesson.steps", words)) all_steps_ = !all_steps_;
        }
        ImGui::Dummy(ImVec2(0, context.px(4)));
    }

    void draw_step_row(Context& context, const LessonView& lesson, std::size_t i) const {
        const Theme& theme = *context.theme;
        const Fonts& fonts = *context.fonts;
        ImDrawList* list = ImGui::GetWindowDrawList();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = context.px(kStepHeight);
        const bool present = i == lesson.step;
        const bool done = lesson.passed[i];
        if (present)
            list->AddRectFilled(ImVec2(at.x, at.y), ImVec2(at.x + width_, at.y + height), packed(mixed(theme.panel, theme.accent, 0.14F)), context.px(6));
        const ImVec2 centre(at.x + context.px(14), at.y + height / 2);
        const std::uint32_t ink = done ? theme.good : present ? theme.accent : theme.faint;
        if (done) {
            list->AddCircleFilled(centre, context.px(9), packed(mixed(theme.panel, theme.good, 0.25F)), 24);
        } else {
            list->AddCircle(centre, context.px(8.5F), packed(ink), 24, context.px(present ? 2.0F : 1.0F));
        }
        const std::string sign = done ? icon::kCheck : fmt::format("{}", i + 1);
        const ImVec2 size = words_size(fonts.small, sign);
        put_words(list, fonts.small, ImVec2(centre.x - size.x / 2, centre.y - size.y / 2), ink, sign);
        const ImFont* font = present ? fonts.bold : fonts.text;
        const std::string title = fitted(font, lesson.steps[i], width_ - context.px(36));
        put_words(list, present ? fonts.bold : fonts.text, ImVec2(at.x + context.px(31), centre.y - font->FontSize / 2),
                  present ? theme.text : done ? theme.dim : mixed(theme.text, theme.dim, 0.4F), title);
        context.mark(fmt::format("lesson.step.{}", i + 1), Area{at.x, at.y, width_, height}, present);
        ImGui::Dummy(ImVec2(width_, height - ImGui::GetStyle().ItemSpacing.y));
    }

    // --- the step ---

    void draw_step(Context& context, const LessonView& lesson) {
        const Theme& theme = *context.theme;
        const std::uint32_t ink = mixed(theme.text, theme.dim, theme.dark ? 0.3F : 0.15F);
        if (!lesson.passed[lesson.step] || lesson.judged) {
            ImGui::PushFont(context.fonts->small);
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
            ImGui::TextUnformatted(step_word(lesson));
            ImGui::PopStyleColor();
            ImGui::PopFont();
        }
        for (std::size_t i = 0; i < lesson.pieces.size(); ++i) {
            const LessonView::Piece& piece = lesson.pieces[i];
            switch (piece.kind) {
                case LessonView::Piece::Kind::Text: {
                    const std::string command = prose_.put(context, text_id(i), piece.text, width_, ink);
                    if (!command.empty()) put_into_terminal(context, lesson, command);
                    break;
                }
                case LessonView::Piece::Kind::Why: cards_.causes(context, piece.text, width_); break;
                case LessonView::Piece::Kind::Question:
                    if (piece.question < lesson.questions.size()) cards_.question(context, lesson, lesson.questions[piece.question], width_);
                    break;
            }
            ImGui::Dummy(ImVec2(0, context.px(4)));
        }
    }

    static const char* step_word(const LessonView& lesson) {
        if (lesson.kind == "Do") return "YOUR TURN, IN THE TERMINAL";
        if (lesson.kind == "Check") return "ALL OF IT IS CHECKED";
        if (lesson.kind == "Predict") return "SAY WHAT YOU EXPECT";
        if (lesson.kind == "Quiz") return "WHAT DO YOU KNOW NOW?";
        return lesson.kind == "Explain" ? "WHAT HAPPENED" : "READ";
    }

    static void put_into_terminal(Context& context, const LessonView& lesson, const std::string& command) {
        context.terminal = lesson.terminal;
        context.typed_ahead = command;
        // Which may be behind another panel, or the lower side hidden.
        context.panel_wanted = "terminal";
    }

    void draw_outcome(Context& context, const Frame& frame, const LessonView& lesson) {
        // What is new is brought into sight.
        const std::string verdict = lesson.verdict + lesson.sentence;
        const bool judged = verdict != verdict_ && lesson.outcome != LessonView::Outcome::None;
        const bool hinted = lesson.hints.size() > hints_;
        const bool noted = lesson.note != note_ && !lesson.note.empty();
        verdict_ = verdict;
        hints_ = lesson.hints.size();
        note_ = lesson.note;
        if (lesson.outcome != LessonView::Outcome::None) {
            if (judged) ImGui::SetScrollHereY(0.1F);
            cards_.verdict(context, frame, lesson, width_);
        }
        for (const QuestionView& question : lesson.predicted) cards_.question(context, lesson, question, width_);
        for (std::size_t i = 0; i < lesson.hints.size(); ++i) {
            if (hinted && i + 1 == lesson.hints.size()) ImGui::SetScrollHereY(0.1F);
            const std::string command = cards_.hint(context, i, lesson.hints[i], width_);
            if (!command.empty()) put_into_terminal(context, lesson, command);
        }
        if (!lesson.note.empty()) {
            if (noted && !judged && !hinted) ImGui::SetScrollHereY(0.5F);
            const std::string command = prose_.put(context, "lesson.note", lesson.note, width_, context.theme->dim);
            if (!command.empty()) put_into_terminal(context, lesson, command);
        }
        ImGui::Dummy(ImVec2(0, context.px(6)));
    }

    // --- what can be done ---

    static float footer_height(const LessonView& lesson) {
        return (lesson.may_see_solution ? 3.0F : 2.0F) * kFooterRow + 28;
    }

    void draw_buttons(Context& context, const LessonView& lesson) const {
        ImGui::Dummy(ImVec2(0, context.px(2)));
        const float gap = context.px(8);
        const bool passed = lesson.passed[lesson.step];
        const bool last = lesson.step + 1 == lesson.steps.size();
        const float half = (whole_ - gap) / 2;
        if (lesson.judged) {
            if (button(context, "lesson.check", std::string(icon::kCheck) + "  Check", half, true, !passed)) context.send(intent::LessonCheck{});
            ImGui::SameLine(0, gap);
        }
        const std::string on = lesson.finished ? "Finished" : last ? "Finish" : "Next";
        if (button(context, "lesson.next", on, lesson.judged ? half : whole_, lesson.can_next && !lesson.finished, lesson.can_next && !lesson.finished))
            context.send(intent::LessonNext{});
        const float part = lesson.has_hints ? (whole_ - 2 * gap) / 3 : half;
        if (button(context, "lesson.back", "Back", part, lesson.can_back)) context.send(intent::LessonBack{});
        ImGui::SameLine(0, gap);
        if (button(context, "lesson.again", "Again", part)) context.send(intent::LessonAgain{});
        if (lesson.has_hints) {
            ImGui::SameLine(0, gap);
            if (button(context, "lesson.hint", std::string(icon::kBulb) + "  Hint", part)) context.send(intent::LessonHint{});
        }
        if (lesson.may_see_solution && button(context, "lesson.solve", "Show the solution", whole_)) context.send(intent::LessonSolve{});
    }

    // --- without a lesson ---

    void draw_openables(Context& context, const Lists& lists) {
        const Theme& theme = *context.theme;
        if (const Lists::Openable* next = lesson_to_go_on_with(lists)) {
            const std::string words = fmt::format("{} {}", next->begun ? "Go on with" : "Begin", next->title);
            if (button(context, "lesson.go_on", fitted(context.fonts->text, words, whole_ - context.px(20)), whole_, true, true))
                context.send(intent::Open{next->name});
        }
        ImGui::SetNextItemWidth(whole_);
        ImGui::InputTextWithHint("##lesson.filter", "Find a lesson or scenario", filter_.data(), filter_.size());
        context.mark("lesson.filter");
        const std::string_view filter(filter_.data());
        ImGui::BeginChild("lesson.openables", ImVec2(0, 0), false, ImGuiWindowFlags_NavFlattened);
        for (const auto& [kind, title] : {std::pair{"lesson", "LESSONS"}, std::pair{"scenario", "SCENARIOS"}, std::pair{"cluster", "EMPTY CLUSTERS"}}) {
            const std::vector<const Lists::Openable*> rows = openables_of(lists, kind, filter);
            if (rows.empty()) continue;
            ImGui::Dummy(ImVec2(0, context.px(4)));
            ImGui::PushFont(context.fonts->small);
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
            ImGui::TextUnformatted(title);
            ImGui::PopStyleColor();
            ImGui::PopFont();
            for (const Lists::Openable* row : rows) draw_openable(context, *row);
        }
        ImGui::EndChild();
    }

    void draw_openable(Context& context, const Lists::Openable& row) const {
        const Theme& theme = *context.theme;
        const Fonts& fonts = *context.fonts;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = context.px(40);
        const float width = width_;
        if (!in_reach(width, height)) {
            ImGui::Dummy(ImVec2(width, height));
            return;
        }
        if (hit(context, "lesson.open." + row.name, {at.x, at.y, width, height})) context.send(intent::Open{row.name});
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (ImGui::IsItemHovered() || ImGui::IsItemFocused())
            list->AddRectFilled(at, ImVec2(at.x + width, at.y + height), packed(mixed(theme.panel, theme.accent, 0.12F)), context.px(6));
        const bool lesson = row.kind == "lesson";
        const char* sign = !lesson ? (row.kind == "cluster" ? icon::kServer : icon::kPlay) : row.finished ? icon::kCheck : icon::kBook;
        const std::uint32_t ink = row.finished ? theme.good : row.begun ? theme.warning : theme.dim;
        put_words(list, fonts.text, ImVec2(at.x + context.px(6), at.y + context.px(5)), ink, sign);
        const float left = context.px(28);
        put_words(list, fonts.text, ImVec2(at.x + left, at.y + context.px(4)), theme.text, fitted(fonts.text, row.title, width - left - context.px(4)));
        const std::string number = lesson ? "lesson " + row.name.substr(0, row.name.find('-')) : row.name;
        std::string more = number + (row.more.empty() ? "" : " · " + row.more);
        if (lesson && row.finished) more += " · finished";
        if (lesson && row.begun && !row.finished) more += fmt::format(" · {:.0f} % done", static_cast<double>(row.done) * 100.0);
        put_words(list, fonts.small, ImVec2(at.x + left, at.y + context.px(22)), theme.faint, fitted(fonts.small, more, width - left - context.px(4)));
    }

    // --- small things ---

    void wrapped(const Context& context, ImFont* font, std::uint32_t colour, const std::string& words) const {
        ImGui::PushFont(font);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(colour));
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width_);
        ImGui::TextUnformatted(words.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        ImGui::PopFont();
        (void)context;
    }

    bool link(Context& context, const std::string& id, const std::string& words) const {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const ImVec2 size = words_size(context.fonts->small, words);
        const bool clicked = hit(context, id, {at.x + context.px(31), at.y, size.x, size.y + context.px(4)});
        put_words(ImGui::GetWindowDrawList(), context.fonts->small, ImVec2(at.x + context.px(31), at.y + context.px(2)), context.theme->accent, words);
        return clicked;
    }

    float whole_ = 240;  // of the panel
    float width_ = 230;  // of what scrolls
    float area_width_ = 0;
    std::string where_;
    bool to_top_ = true;
    std::string verdict_;  // as they were drawn last
    std::size_t hints_ = 0;
    std::string note_;
    bool all_steps_ = false;
    Prose prose_;
    LessonCards cards_;
    std::array<char, 80> filter_{};
};

}  // namespace

std::unique_ptr<Panel> make_lesson_panel() {
    return std::make_unique<LessonPanel>();
}

}  // namespace podium::desktop
