#include "ui/desktop/panels/lesson_cards.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/lesson_parts.hpp"

namespace podium::desktop {
namespace {

constexpr float kCardPadding = 14;

/// A card around what is drawn while it lives: a raised ground with a coloured edge.
class Card {
  public:
    Card(Context& context, float width, std::uint32_t edge, const char* sign, const std::string& title)
        : context_(context), width_(width), edge_(edge), list_(ImGui::GetWindowDrawList()), from_(ImGui::GetCursorScreenPos()) {
        list_->ChannelsSplit(2);
        list_->ChannelsSetCurrent(1);
        ImGui::SetCursorScreenPos(ImVec2(from_.x + context.px(kCardPadding), from_.y + context.px(10)));
        ImGui::BeginGroup();
        ImGui::PushFont(context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(edge));
        ImGui::TextUnformatted((std::string(sign) + "  " + title).c_str());
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }

    ~Card() {
        ImGui::EndGroup();
        const Theme& theme = *context_.theme;
        const ImVec2 to(from_.x + width_, ImGui::GetItemRectMax().y + context_.px(10));
        list_->ChannelsSetCurrent(0);
        list_->AddRectFilled(from_, to, packed(mixed(theme.panel, theme.raised, 0.6F)), context_.px(8));
        list_->AddRectFilled(from_, ImVec2(from_.x + context_.px(3), to.y), packed(edge_), context_.px(2));
        list_->ChannelsMerge();
        ImGui::SetCursorScreenPos(from_);
        ImGui::Dummy(ImVec2(width_, to.y - from_.y));
        ImGui::Dummy(ImVec2(0, context_.px(2)));
    }

    Card(const Card&) = delete;
    Card& operator=(const Card&) = delete;

    [[nodiscard]] float inner() const { return width_ - context_.px(2 * kCardPadding); }

  private:
    Context& context_;
    float width_;
    std::uint32_t edge_;
    ImDrawList* list_;
    ImVec2 from_;
};

std::uint32_t prose_ink(const Theme& theme) {
    return mixed(theme.text, theme.dim, theme.dark ? 0.2F : 0.1F);
}

}  // namespace

void LessonCards::forget() {
    prose_.forget();
    answering_.clear();
}

void LessonCards::question(Context& context, const LessonView& lesson, const QuestionView& question, float width) {
    const Theme& theme = *context.theme;
    const bool asks = question.open;
    const bool late = question.given.empty() && !asks;
    const char* title = question.prediction ? (asks || late ? "PREDICT FIRST" : "YOUR PREDICTION") : "QUESTION";
    const std::uint32_t edge = question.decided ? (question.right ? theme.good : theme.warning) : question.prediction ? theme.warning : theme.accent;
    Card card(context, width, edge, question.prediction ? icon::kBulb : icon::kBook, title);
    const std::string id = "lesson.question." + question.id;
    prose_.put(context, id, question.text, card.inner(), theme.text);
    context.mark(id);
    ImGui::Dummy(ImVec2(0, context.px(2)));
    if (!question.given.empty()) answered(context, lesson, question, card.inner());
    if (!asks) return;
    Answering& answering = answering_[question.id];
    if (answering.tries != question.tries) {
        answering = {};
        answering.tries = question.tries;
    }
    if (question.kind == "choice") choices(context, question, card.inner());
    if (question.kind == "order") order(context, question, answering, card.inner());
    if (question.kind == "number") number(context, question, answering, card.inner());
}

bool LessonCards::choice_button(Context& context, const std::string& id, const std::string& badge, const std::string& text, float width, bool chosen) {
    const Theme& theme = *context.theme;
    const float left = context.px(34);
    const float words = width - left - context.px(8);
    const float height = std::max(prose_.layout(context, id, text, words).height + context.px(10), context.px(30));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Area area{at.x, at.y, width, height};
    const bool clicked = hit(context, id, area);
    const bool hot = ImGui::IsItemHovered() || ImGui::IsItemFocused();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, ImVec2(area.right(), area.bottom()), packed(mixed(theme.raised, theme.accent, chosen ? 0.3F : hot ? 0.2F : 0.0F)), context.px(6));
    list->AddRect(at, ImVec2(area.right(), area.bottom()), packed(chosen || hot ? theme.accent : theme.line), context.px(6));
    const ImVec2 size = words_size(context.fonts->bold, badge);
    put_words(list, context.fonts->bold, ImVec2(at.x + context.px(17) - size.x / 2, at.y + context.px(6)), chosen ? theme.accent : theme.dim, badge);
    ImGui::SetCursorScreenPos(ImVec2(at.x + left, at.y + context.px(5)));
    prose_.put(context, id, text, words, theme.text);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, height));
    return clicked;
}

void LessonCards::choices(Context& context, const QuestionView& question, float width) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const std::string id = fmt::format("lesson.answer.{}.{}", question.id, i + 1);
        if (choice_button(context, id, fmt::format("{}", i + 1), question.choices[i], width, false))
            context.send(intent::LessonAnswer{question.id, fmt::format("{}", i + 1)});
    }
}

void LessonCards::order(Context& context, const QuestionView& question, Answering& answering, float width) {
    const Theme& theme = *context.theme;
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
    ImGui::TextUnformatted("Click them in their order.");
    ImGui::PopStyleColor();
    ImGui::PopFont();
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const auto found = std::find(answering.order.begin(), answering.order.end(), i);
        const bool chosen = found != answering.order.end();
        const std::string badge = chosen ? fmt::format("{}.", found - answering.order.begin() + 1) : std::string("·");
        const std::string id = fmt::format("lesson.answer.{}.{}", question.id, i + 1);
        if (choice_button(context, id, badge, question.choices[i], width, chosen)) choose(answering.order, i);
    }
    const bool whole = answering.order.size() == question.choices.size();
    if (button(context, "lesson.answer." + question.id, "Answer", 0, whole, whole))
        context.send(intent::LessonAnswer{question.id, order_answer(answering.order)});
}

void LessonCards::number(Context& context, const QuestionView& question, Answering& answering, float width) {
    const float button_width = context.px(76);
    const std::string hint = question.measured ? fmt::format("like 5 {}", question.unit) : question.unit.empty() ? std::string("a number") : question.unit;
    ImGui::SetNextItemWidth(width - button_width - context.px(8));
    // As high as the button beside it.
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(context.px(10), (context.px(30) - context.fonts->text->FontSize) / 2));
    const std::string id = "lesson.number." + question.id;
    const bool entered = ImGui::InputTextWithHint(("##" + id).c_str(), hint.c_str(), answering.number.data(), answering.number.size(),
                                                  ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::PopStyleVar();
    context.mark(id);
    ImGui::SameLine(0, context.px(8));
    const std::string given(trim(std::string(answering.number.data())));
    const bool clicked = button(context, "lesson.answer." + question.id, "Answer", button_width, !given.empty(), !given.empty());
    if ((entered || clicked) && !given.empty()) context.send(intent::LessonAnswer{question.id, given});
}

void LessonCards::answered(Context& context, const LessonView& lesson, const QuestionView& question, float width) {
    const Theme& theme = *context.theme;
    const std::string id = "lesson.answered." + question.id;
    prose_.put(context, id + ".given", "You said: " + question.given, width, theme.dim);
    if (!question.decided) {
        ImGui::PushFont(context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
        ImGui::TextUnformatted(lesson.exam ? "Noted." : "Noted. We'll see.");
        ImGui::PopStyleColor();
        ImGui::PopFont();
        return;
    }
    ImGui::PushFont(context.fonts->bold);
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(question.right ? theme.good : theme.warning));
    const char* words = question.right ? "Right" : question.key.empty() ? "Not right" : "It went otherwise";
    ImGui::TextUnformatted((std::string(question.right ? icon::kCheck : icon::kCross) + "  " + words).c_str());
    ImGui::PopStyleColor();
    ImGui::PopFont();
    if (!question.right && !question.key.empty()) prose_.put(context, id + ".key", question.key, width, theme.text);
    if (!question.because.empty()) prose_.put(context, id + ".because", question.because, width, prose_ink(theme));
    if (question.seen.empty()) return;
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.faint));
    ImGui::TextUnformatted("In a copy of your run:");
    ImGui::PopStyleColor();
    ImGui::PopFont();
    for (std::size_t i = 0; i < question.seen.size(); ++i) evidence(context, fmt::format("{}.seen.{}", id, i + 1), question.seen[i], kNever, width);
}

std::string LessonCards::hint(Context& context, std::size_t number, const std::string& text, float width) {
    Card card(context, width, context.theme->violet, icon::kBulb, "HINT");
    const std::string id = fmt::format("lesson.given.{}", number + 1);
    std::string command = prose_.put(context, id, text, card.inner(), prose_ink(*context.theme));
    context.mark(id);
    return command;
}

void LessonCards::evidence(Context& context, const std::string& id, const std::string& line, Time moment, float width) {
    const Theme& theme = *context.theme;
    const Fonts& fonts = *context.fonts;
    const EvidenceParts parts = evidence_parts(line);
    const bool there = moment != kNever;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float left = parts.moment.empty() ? context.px(10) : words_size(fonts.small, parts.moment).x + context.px(12);
    // Words are taken as they are: a fact may have letters in it that mean something in Markdown.
    std::string plain;
    for (const char letter : parts.words) {
        if (std::string_view("\\`*_[]<>#|~").find(letter) != std::string_view::npos) plain += '\\';
        plain += letter;
    }
    const float height = prose_.layout(context, id, plain, width - left).height;
    bool hot = false;
    if (there) {
        if (hit(context, id, {at.x, at.y, width, height})) context.send(intent::Seek{moment});
        hot = ImGui::IsItemHovered() || ImGui::IsItemFocused();
        if (hot) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    } else {
        context.mark(id, Area{at.x, at.y, width, height}, false);
    }
    if (hot)
        list->AddRectFilled(ImVec2(at.x - context.px(4), at.y), ImVec2(at.x + width, at.y + height), packed(theme.accent, 0.16F), context.px(4));
    put_words(list, fonts.small, ImVec2(at.x, at.y + context.px(1)), there ? theme.accent : theme.faint, parts.moment);
    ImGui::SetCursorScreenPos(ImVec2(at.x + left, at.y));
    prose_.put(context, id, plain, width - left, hot ? theme.text : prose_ink(theme));
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, height));
}

void LessonCards::verdict(Context& context, const Frame& frame, const LessonView& lesson, float width) {
    const Theme& theme = *context.theme;
    switch (lesson.outcome) {
        case LessonView::Outcome::None: return;
        case LessonView::Outcome::Passed: {
            Card card(context, width, theme.good, icon::kCheck, lesson.judged ? "PASSED" : "DONE");
            prose_.put(context, "lesson.verdict", lesson.verdict, card.inner(), prose_ink(theme));
            context.mark("lesson.verdict");
            return;
        }
        case LessonView::Outcome::Fault: {
            Card card(context, width, theme.bad, icon::kWarning, "FAULT OF THE LESSON");
            prose_.put(context, "lesson.verdict", lesson.verdict, card.inner(), prose_ink(theme));
            context.mark("lesson.verdict");
            return;
        }
        case LessonView::Outcome::NotYet: break;
    }
    Card card(context, width, theme.warning, icon::kWarning, "NOT YET");
    prose_.put(context, "lesson.verdict", "**" + lesson.condition + "**", card.inner(), theme.text);
    context.mark("lesson.verdict");
    if (!lesson.sentence.empty()) evidence(context, "lesson.moment", lesson.sentence, lesson.decided_here ? lesson.decided_at : kNever, card.inner());
    for (std::size_t i = 0; i < lesson.evidence.size(); ++i) {
        const Time moment = i < lesson.evidence_times.size() ? lesson.evidence_times[i] : kNever;
        evidence(context, fmt::format("lesson.evidence.{}", i + 1), lesson.evidence[i], moment, card.inner());
    }
    if (!frame.live && button(context, "lesson.live", "Back to the present")) context.send(intent::GoLive{});
}

void LessonCards::causes(Context& context, const std::string& text, float width) {
    const Theme& theme = *context.theme;
    Card card(context, width, theme.bad, icon::kSearch, "WHY");
    std::size_t number = 0;
    for (const std::string& line : split(text, '\n')) {
        if (trim(line).empty()) continue;
        evidence(context, fmt::format("lesson.cause.{}", ++number), std::string(trim(line)), kNever, card.inner());
    }
}

}  // namespace podium::desktop
