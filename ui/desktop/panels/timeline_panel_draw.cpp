// How the timeline is drawn.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/timeline_draw.hpp"
#include "ui/desktop/panels/timeline_panel.hpp"

namespace podium::desktop {

std::uint32_t TimelinePanel::service_place(const Frame& frame, const view::Lane& lane) {
    // As its tiles in the cluster; also at moments at which it is not there.
    if (frame.cluster != nullptr && places_of_ != frame.cluster) {
        places_of_ = frame.cluster;
        for (const view::ServiceView& service : frame.cluster->services) places_[{service.name, service.project()}] = service.place;
    }
    const auto found = places_.find({lane.name, lane.project});
    return found == places_.end() ? view::kNone : found->second;
}

void TimelinePanel::draw_axis(Context& context, const Frame&) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::int64_t step = tick_step(scale_, context.px(kTimelineTickRoom));
    const int parts = small_ticks(step);
    const auto small = static_cast<double>(step) / parts;
    const std::uint32_t ground = mixed(theme.background, theme.panel, 0.5F);
    const auto first = static_cast<std::int64_t>(std::ceil(std::max(0.0, scale_.begin) / small));
    const auto last = static_cast<std::int64_t>(std::floor(scale_.end() / small));
    ImFont* font = context.fonts->small;
    for (std::int64_t tick = first; tick <= last; ++tick) {
        const auto at = static_cast<std::int64_t>(std::llround(static_cast<double>(tick) * small));
        const bool named = tick % parts == 0;
        const float x = std::floor(scale_.x_of({at})) + 0.5F;
        list->AddLine(ImVec2(x, axis_.bottom() - context.px(2)), ImVec2(x, lanes_.bottom()), packed(mixed(ground, theme.line, named ? 0.85F : 0.4F)));
        if (!named) continue;
        const std::string words = tick_label(at, step);
        const float width = words_size(font, words).x;
        const float left = std::clamp(x - width / 2, axis_.x - context.px(10), axis_.right() - width);
        put_words(list, font, ImVec2(left, axis_.y + context.px(6)), theme.faint, words);
    }
}

void TimelinePanel::draw_labels(Context& context, const Frame& frame) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(ImVec2(labels_.x, labels_.y), ImVec2(labels_.right(), labels_.bottom()), true);
    for (const TimelineDrawnRow& row : drawn_) draw_label(context, frame, row);
    list->PopClipRect();
    if (rows_.empty()) put_words(list, context.fonts->small, ImVec2(lanes_.x, lanes_.y + context.px(6)), context.theme->faint, "nothing has happened yet");
    // How far the lanes are scrolled.
    const float whole = static_cast<float>(rows_.size()) * context.px(kTimelineRowPitch);
    if (whole <= lanes_.height + 1) return;
    const float height = lanes_.height * lanes_.height / whole;
    const float top = lanes_.y + scroll_ / whole * lanes_.height;
    list->AddRectFilled(ImVec2(lanes_.right() + context.px(7), top), ImVec2(lanes_.right() + context.px(10), top + height), packed(context.theme->faint, 0.5F), context.px(1.5F));
}

std::string TimelinePanel::row_words(const Frame& frame, const TimelineRow& row) {
    const std::string label = row_label(*frame.lanes, row);
    // A source of traffic is often called as the host it comes from.
    if (row.kind == view::LaneKind::Traffic) return std::string(icon::kGlobe) + " " + label;
    if (row.kind == view::LaneKind::Fault) return std::string(icon::kBolt) + " " + label;
    return label;
}

void TimelinePanel::draw_label(Context& context, const Frame& frame, const TimelineDrawnRow& row) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const view::Lane& lane = *frame.lanes->lanes[row.row.first];
    const std::string id(lane_kind_id(row.row.kind));
    const float pitch = context.px(kTimelineRowPitch);
    const float top = std::max(row.y, labels_.y);
    const float bottom = std::min(row.y + pitch, labels_.bottom());
    const bool folds = row.row.heads && row.row.of_kind > 1;
    const Area fold{labels_.x, top, context.px(kTimelineLabelMargin), bottom - top};
    if (folds && hit(context, "timeline.fold." + id, fold)) folded_[static_cast<std::size_t>(row.row.kind)] = !folded_[static_cast<std::size_t>(row.row.kind)];
    const bool on_fold = folds && ImGui::IsItemHovered();
    const Area name{labels_.x + context.px(kTimelineLabelMargin), top, labels_.width - context.px(kTimelineLabelMargin), bottom - top};
    if (hit(context, row.row.lanes == 1 ? fmt::format("timeline.lane.{}.{}", id, lane_label(*frame.lanes, lane)) : "timeline.lanes." + id, name)) {
        const Selection thing = lane_selection(lane, frame.now);
        if (row.row.lanes > 1) {
            folded_[static_cast<std::size_t>(row.row.kind)] = false;
        } else if (thing.kind != Selection::Kind::None) {
            context.select(thing.kind, thing.name);
        }
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered && row.row.kind == view::LaneKind::Service && row.row.lanes == 1) context.lit_hovered = lane.whole();
    if (hovered && ImGui::IsMouseClicked(1) && row.row.lanes == 1) {
        const Selection thing = lane_selection(lane, frame.now);
        if (thing.kind != Selection::Kind::None) context.menu = {true, thing, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
    }
    if (folds) {
        const ImVec2 middle(labels_.x + context.px(10), row_middle(context, row.y));
        const float size = context.px(3);
        const std::uint32_t ink = packed(on_fold ? theme.text : theme.faint);
        if (row.row.lanes > 1) {
            list->AddTriangleFilled(ImVec2(middle.x - size * 0.7F, middle.y - size), ImVec2(middle.x - size * 0.7F, middle.y + size), ImVec2(middle.x + size, middle.y), ink);
        } else {
            list->AddTriangleFilled(ImVec2(middle.x - size, middle.y - size * 0.7F), ImVec2(middle.x + size, middle.y - size * 0.7F), ImVec2(middle.x, middle.y + size), ink);
        }
    }
    const bool selected = row.row.lanes == 1 && lane_is_selected(*frame.lanes, lane, context.look.selection);
    ImFont* font = context.fonts->small;
    const std::string words = fitted(font, row_words(frame, row.row), name.width - context.px(8));
    put_words(list, font, ImVec2(name.x, row.y + (pitch - font->FontSize) / 2), selected || hovered ? theme.text : theme.dim, words);
}

void TimelinePanel::draw_lanes(Context& context, const Frame& frame) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(ImVec2(lanes_.x - context.px(6), lanes_.y), ImVec2(lanes_.right() + context.px(6), lanes_.bottom()), true);
    for (const TimelineDrawnRow& row : drawn_) {
        const view::Lane& first = *frame.lanes->lanes[row.row.first];
        if (row.row.lanes == 1 && lane_is_selected(*frame.lanes, first, context.look.selection))
            list->AddRectFilled(ImVec2(lanes_.x, row.y), ImVec2(lanes_.right(), row.y + context.px(kTimelineRowPitch)), packed(context.theme->accent, 0.07F));
        for (const TimelineDrawnLane& lane : row.lanes) draw_pieces(context, frame, row, lane);
        for (const TimelineDrawnLane& lane : row.lanes) draw_marks(context, frame, row, lane);
    }
    draw_causes(context);
    list->PopClipRect();
}

void TimelinePanel::draw_pieces(Context& context, const Frame& frame, const TimelineDrawnRow& row, const TimelineDrawnLane& drawn) {
    const view::Lane& lane = *frame.lanes->lanes[drawn.lane];
    const float top = row.y + (context.px(kTimelineRowPitch) - context.px(kTimelineSpanHeight)) / 2;
    const float now = scale_.x_of(present(frame));
    const std::uint32_t service = lane.kind == view::LaneKind::Service ? service_place(frame, lane) : 0;
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const SpanPiece& piece : drawn.spans) {
        const view::LaneSpan& span = lane.spans[piece.span];
        SpanLook look;
        look.colour = span_colour(*context.theme, lane.kind, piece.tone, service);
        look.tone = piece.tone;
        look.calm = lane.kind == view::LaneKind::Host && piece.tone == view::Tone::Good;
        look.begins = scale_.x_of(span.begin) >= scale_.x - 1;
        look.chosen = context.look.fact && span.fact == context.look.fact;
        const float middle = std::clamp(now, piece.x0, piece.x1);
        look.area = {piece.x0, top, middle - piece.x0, context.px(kTimelineSpanHeight)};
        look.label = piece.merged ? std::string_view() : std::string_view(span.label);
        place_label(context, drawn, look);
        put_span(context, list, look);
        if (named_++ < kTimelineMostNamed) context.mark(fmt::format("timeline.span.{}.{}", lane.name, span.fact.value), Area{piece.x0, top, piece.x1 - piece.x0, look.area.height});
        // What is ahead of the present, and what may go on beyond all that has happened.
        const float end = span.end == kNever ? scale_.x + scale_.width : piece.x1;
        if (end <= middle + 1 || piece.merged) continue;
        const float whole = look.area.width;
        look.area = {middle, top, end - middle, look.area.height};
        look.ahead = true;
        look.begins = look.begins && whole <= 0;
        if (whole > context.px(40)) look.label = {};
        if (span.begin > present(frame) || piece.x1 > middle + 1) {
            look.area.width = piece.x1 - middle;
            place_label(context, drawn, look);
            put_span(context, list, look);
        }
        if (span.end == kNever) {
            const float from = std::max(middle, piece.x1);
            if (end - from > 2) list->AddRectFilled(ImVec2(from, top), ImVec2(end, top + look.area.height), packed(look.colour, look.calm ? 0.03F : 0.07F), context.px(4));
        }
    }
}

// Words stand where no diamond covers them.
void TimelinePanel::place_label(const Context& context, const TimelineDrawnLane& drawn, SpanLook& look) const {
    if (look.label.empty()) return;
    const float margin = context.px(8);
    const float width = words_size(context.fonts->small, look.label).x;
    const LabelRoom room = label_room(drawn.marks, look.area.x + margin, look.area.right() - margin, width, context.px(9), context.px(10), context.px(14));
    look.label_from = room.from;
    look.label_room = room.room;
}

void TimelinePanel::draw_marks(Context& context, const Frame& frame, const TimelineDrawnRow& row, const TimelineDrawnLane& drawn) {
    const view::Lane& lane = *frame.lanes->lanes[drawn.lane];
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = row_middle(context, row.y);
    for (std::size_t i = 0; i < drawn.marks.size(); ++i) {
        const MarkPiece& piece = drawn.marks[i];
        const view::LaneMark& mark = lane.marks[piece.mark];
        const float next = i + 1 < drawn.marks.size() ? drawn.marks[i + 1].x - context.px(7) : lanes_.right();
        const bool chosen = context.look.fact && mark.fact == context.look.fact;
        put_diamond(context, list, ImVec2(piece.x, y), mark_colour(*context.theme, lane.kind, piece.tone), piece.count, chosen, mark.time > present(frame), next - piece.x - context.px(6));
        const float reach = context.px(kTimelineReach);
        if (named_++ < kTimelineMostNamed) context.mark(fmt::format("timeline.mark.{}.{}", lane.name, mark.fact.value), Area{piece.x - reach, y - reach, reach * 2, reach * 2});
    }
}

void TimelinePanel::draw_causes(Context& context) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::uint32_t colour = context.theme->violet;
    for (std::size_t i = 0; i < causes_.size(); ++i) {
        if (i > 0) put_arrow(context, list, causes_[i - 1], causes_[i], colour);
        list->AddCircle(causes_[i], context.px(7.5F), packed(colour, 0.9F), 20, context.px(1.5F));
    }
    if (!causes_.empty()) context.mark("timeline.causes", Area{causes_.front().x, causes_.front().y, causes_.back().x - causes_.front().x, 1});
}

// Checks and the fork, on the axis.
void TimelinePanel::draw_moments(Context& context, const Frame& frame) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(ImVec2(axis_.x - context.px(8), axis_.y), ImVec2(axis_.right() + context.px(8), lanes_.bottom()), true);
    if (frame.checks != nullptr) {
        for (std::size_t i = 0; i < frame.checks->size(); ++i) {
            const CheckMark& check = (*frame.checks)[i];
            const float x = scale_.x_of(check.time);
            if (x < axis_.x - context.px(8) || x > axis_.right() + context.px(8)) continue;
            const std::uint32_t colour = check.passed ? theme.good : theme.bad;
            ImFont* font = context.fonts->small;
            const char* words = check.passed ? icon::kCheck : icon::kCross;
            const ImVec2 size = words_size(font, words);
            const Area area{x - size.x / 2 - context.px(3), axis_.bottom() - size.y, size.x + context.px(6), size.y};
            list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(mixed(theme.background, colour, 0.22F)), context.px(4));
            put_words(list, font, ImVec2(x - size.x / 2, area.y), colour, words);
            context.mark(fmt::format("timeline.check.{}", i), area);
            if (area.holds(ImGui::GetMousePos().x, ImGui::GetMousePos().y) && ImGui::IsWindowHovered())
                ImGui::SetTooltip("%s", fmt::format("{} {} at {}", check.name, check.passed ? "passes" : "fails", format_time(check.time)).c_str());
        }
    }
    if (frame.fork != nullptr) {
        const float x = std::floor(scale_.x_of(frame.fork->begun)) + 0.5F;
        put_dashes(context, list, x, axis_.y + context.px(18), lanes_.bottom(), theme.violet);
        ImFont* font = context.fonts->small;
        const std::string words = fmt::format("{} fork", icon::kFork);
        const ImVec2 size = words_size(font, words);
        Area label{x + context.px(4), axis_.bottom() - size.y, size.x, size.y};
        // Beside the moment's pill, which is in its place while little time has passed.
        if (const Area pill = present_pill(context, frame); pill.x < label.right() && pill.right() > label.x) label.x = pill.right() + context.px(4);
        put_words(list, font, ImVec2(label.x, label.y), theme.violet, words);
        context.mark("timeline.fork.label", label);
        context.mark("timeline.fork", Area{x - 2, axis_.y, 4, lanes_.bottom() - axis_.y});
    }
    list->PopClipRect();
}

// Where the present's moment is written.
Area TimelinePanel::present_pill(const Context& context, const Frame& frame) const {
    const ImVec2 size = words_size(context.fonts->small, moment_label(present(frame), scale_));
    const float x = std::floor(scale_.x_of(present(frame))) + 0.5F;
    // An axis shorter than the pill keeps its beginning in sight.
    const float left = std::max(axis_.x - context.px(14), std::min(x - size.x / 2 - context.px(6), axis_.right() + context.px(14) - size.x - context.px(12)));
    return {left, axis_.y + context.px(3), size.x + context.px(12), size.y + context.px(4)};
}

void TimelinePanel::draw_present(Context& context, const Frame& frame) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float horizon = std::floor(scale_.x_of(frame.horizon)) + 0.5F;
    const float x = std::floor(scale_.x_of(present(frame))) + 0.5F;
    ImFont* font = context.fonts->small;
    if (!frame.live && horizon > x + 2 && horizon < lanes_.right() + 1) {
        put_dashes(context, list, horizon, axis_.bottom() - context.px(4), lanes_.bottom(), theme.faint);
        context.mark("timeline.horizon", Area{horizon - 1, axis_.y, 2, lanes_.bottom() - axis_.y});
    }
    if (x < lanes_.x - 1 || x > lanes_.right() + 1) return;
    list->AddLine(ImVec2(x, axis_.bottom() - context.px(5)), ImVec2(x, lanes_.bottom()), packed(theme.text, 0.88F), context.px(1.5F));
    const Area pill = present_pill(context, frame);
    list->AddRectFilled(ImVec2(pill.x, pill.y), ImVec2(pill.right(), pill.bottom()), packed(theme.text), context.px(4));
    put_words(list, font, ImVec2(pill.x + context.px(6), pill.y + context.px(2)), theme.background, moment_label(present(frame), scale_));
    context.mark("timeline.now", pill);
}

void TimelinePanel::draw_measure(Context& context) {
    if (!measuring_) return;
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x0 = std::clamp(scale_.x_of(std::min(measure_from_, measure_to_)), lanes_.x, lanes_.right());
    const float x1 = std::clamp(scale_.x_of(std::max(measure_from_, measure_to_)), lanes_.x, lanes_.right());
    list->AddRectFilled(ImVec2(x0, lanes_.y), ImVec2(x1, lanes_.bottom()), packed(theme.accent, 0.13F));
    for (const float x : {x0, x1}) list->AddLine(ImVec2(x, lanes_.y), ImVec2(x, lanes_.bottom()), packed(theme.accent), context.px(1));
    const std::string words = length_label(measure_to_ - measure_from_);
    ImFont* font = context.fonts->bold;
    const ImVec2 size = words_size(font, words);
    const float left = std::clamp((x0 + x1) / 2 - size.x / 2 - context.px(8), lanes_.x, std::max(lanes_.x, lanes_.right() - size.x - context.px(16)));
    const Area pill{left, lanes_.y + context.px(4), size.x + context.px(16), size.y + context.px(6)};
    list->AddRectFilled(ImVec2(pill.x, pill.y), ImVec2(pill.right(), pill.bottom()), packed(theme.accent), context.px(5));
    put_words(list, font, ImVec2(left + context.px(8), pill.y + context.px(3)), theme.background, words);
    context.mark("timeline.measure." + words, pill);
}

bool TimelinePanel::small_button(Context& context, const std::string& id, const char* words, const Area& area, bool on, const char* hint) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool clicked = hit(context, id, area);
    const bool hovered = ImGui::IsItemHovered();
    if (on || hovered) list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(hovered ? theme.raised : mixed(theme.panel, theme.accent, 0.18F)), context.px(4));
    ImFont* font = context.fonts->small;
    const ImVec2 size = words_size(font, words);
    put_words(list, font, ImVec2(area.x + (area.width - size.x) / 2, area.y + (area.height - size.y) / 2), on ? theme.accent : hovered ? theme.text : theme.faint, words);
    if (hovered) ImGui::SetTooltip("%s", hint);
    return clicked;
}

void TimelinePanel::draw_buttons(Context& context, const Frame&) {
    const float height = context.px(18);
    const float y = axis_.y + context.px(4);
    const Area fit{labels_.x + context.px(kTimelineLabelMargin - 6), y, context.px(30), height};
    const Area follow{fit.right() + context.px(4), y, context.px(48), height};
    if (small_button(context, "timeline.fit", "fit", fit, window_.mode() == TimelineWindow::Mode::Fit, "show the whole run")) window_.fit();
    if (small_button(context, "timeline.follow", "follow", follow, window_.mode() == TimelineWindow::Mode::Follow, "move along with the present")) window_.follow();
}

void TimelinePanel::draw_hint(Context& context, const Frame& frame, const TimelineFound& found) {
    const Theme& theme = *context.theme;
    ImGui::BeginTooltip();
    const std::string label = found.lane->kind == view::LaneKind::Consensus ? "managers" : lane_label(*frame.lanes, *found.lane);
    if (found.mark != nullptr) {
        ImGui::TextUnformatted(fmt::format("{}: {}", label, found.mark->what).c_str());
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
        std::string words = format_time(found.mark->time);
        if (found.count > 1) words += fmt::format(" · the worst of {} here", found.count);
        if (found.mark->time > present(frame)) words += " · ahead";
        ImGui::TextUnformatted(words.c_str());
        ImGui::PopStyleColor();
    } else {
        const view::LaneSpan& span = *found.span;
        ImGui::TextUnformatted(fmt::format("{}: {}", label, span.label).c_str());
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
        const Time end = span.end == kNever ? frame.horizon : span.end;
        ImGui::TextUnformatted(fmt::format("from {} {}, {}", format_time(span.begin), span.end == kNever ? "on" : "to " + format_time(span.end), length_label(end - span.begin)).c_str());
        ImGui::PopStyleColor();
    }
    ImGui::EndTooltip();
}

}  // namespace podium::desktop
