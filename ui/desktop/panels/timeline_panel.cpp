// The timeline: a lane for each host, service and fault, folded to pixels, with the present, what is
// ahead of it, and the way through time.

#include "ui/desktop/panels/timeline_panel.hpp"

#include <algorithm>
#include <cmath>

#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {

void TimelinePanel::prepare(Context& context, const Frame& frame, const Area& area) {
    const float axis = context.px(kTimelineAxisHeight);
    rows_ = frame.lanes == nullptr ? std::vector<TimelineRow>{} : timeline_rows(*frame.lanes, folded_);
    const float label = label_width(context, frame, area.width);
    const float width = std::max(1.0F, area.width - label - context.px(kTimelineRightMargin));
    axis_ = {area.x + label, area.y, width, axis};
    labels_ = {area.x, area.y + axis, label, std::max(1.0F, area.height - axis - context.px(4))};
    lanes_ = {area.x + label, labels_.y, width, labels_.height};
    if (!scrubbing_) window_.settle(frame.now, frame.horizon);
    scale_ = window_.scale(lanes_.x, lanes_.width);
    const float most = std::max(0.0F, static_cast<float>(rows_.size()) * context.px(kTimelineRowPitch) - lanes_.height);
    scroll_ = std::clamp(scroll_, 0.0F, most);
    fold_rows(context, frame);
    place_causes(context, frame);
}

// As wide as the names need, of a wide panel a fifth at most. Of a fleet's many rows the first say what is needed: they are looked
// at in every frame.
float TimelinePanel::label_width(const Context& context, const Frame& frame, float width) const {
    const float least = context.px(kTimelineLabelWidth);
    const float most = std::max(least, width / 5);
    float needed = least;
    for (std::size_t i = 0; i < std::min(rows_.size(), kTimelineRowsMeasured) && needed < most; ++i)
        needed = std::max(needed, words_size(context.fonts->small, row_words(frame, rows_[i])).x + context.px(kTimelineLabelMargin + 10));
    return std::floor(std::min(needed, most));
}

void TimelinePanel::fold_rows(const Context& context, const Frame& frame) {
    drawn_.clear();
    const float pitch = context.px(kTimelineRowPitch);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const float y = lanes_.y + static_cast<float>(i) * pitch - scroll_;
        if (y + pitch <= lanes_.y) continue;
        if (y >= lanes_.bottom()) break;
        TimelineDrawnRow row{rows_[i], y, {}};
        for (std::uint32_t place = rows_[i].first; place < rows_[i].first + rows_[i].lanes; ++place) {
            const view::Lane& lane = *frame.lanes->lanes[place];
            TimelineDrawnLane drawn{place, {}, {}};
            // Of lanes that are folded away their moments are left.
            if (rows_[i].lanes == 1) drawn.spans = fold_spans(lane.spans, scale_, std::max(frame.lanes->end, frame.horizon));
            drawn.marks = fold_marks(lane.marks, scale_, context.px(kMarkSpacing), context.px(kMarkSpacing));
            row.lanes.push_back(std::move(drawn));
        }
        drawn_.push_back(std::move(row));
    }
}

// Where the selected fact's causes stand, from the first to the fact.
void TimelinePanel::place_causes(const Context& context, const Frame& frame) {
    causes_.clear();
    if (frame.lanes == nullptr) return;
    // Of the fact that is chosen; else of what last happened to what is selected.
    const bool of_fact = context.look.fact && frame.causes != nullptr;
    const bool of_selection = !of_fact && frame.detail != nullptr && frame.detail->selection == context.look.selection;
    if (!of_fact && !of_selection) return;
    const std::vector<FactLine>& chain = of_fact ? *frame.causes : frame.detail->causes;
    const std::size_t first = chain.size() > kTimelineMostCauses ? chain.size() - kTimelineMostCauses : 0;
    for (std::size_t i = first; i < chain.size(); ++i) {
        const std::optional<std::size_t> row = row_of_fact(*frame.lanes, rows_, chain[i]);
        if (!row) continue;
        causes_.emplace_back(scale_.x_of(chain[i].time), row_middle(context, lanes_.y + static_cast<float>(*row) * context.px(kTimelineRowPitch) - scroll_));
    }
}

void TimelinePanel::draw(Context& context, const Frame& frame, const Area&) {
    named_ = 0;
    if (measures_on_) measure_to_ = present(frame);
    draw_axis(context, frame);
    draw_labels(context, frame);
    draw_lanes(context, frame);
    draw_moments(context, frame);
    draw_present(context, frame);
    draw_measure(context);
    draw_buttons(context, frame);
    handle_axis(context, frame);
    handle_lanes(context, frame);
    handle_wheel(context);
    handle_keys(context, frame);
}

void TimelinePanel::seek(Context& context, Time time) {
    if (sought_ == time) return;
    sought_ = time;
    context.send(intent::Seek{time});
}

void TimelinePanel::handle_axis(Context& context, const Frame& frame) {
    const bool clicked = hit(context, "timeline.axis", axis_);
    const ImVec2 mouse = ImGui::GetMousePos();
    const Time at = std::max(Time{}, scale_.time_at(std::clamp(mouse.x, axis_.x, axis_.right())));
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (ImGui::IsItemActivated()) {
        pressed_at_ = mouse;
        moved_ = false;
        sought_.reset();
    }
    if (ImGui::IsItemActive() && ImGui::IsMouseDown(0)) {
        moved_ = moved_ || std::abs(mouse.x - pressed_at_.x) > context.px(kTimelineSlack);
        // Dragging goes as far as the run has gone; one moment of each frame is sought, and none twice.
        if (at <= frame.horizon || moved_) {
            scrubbing_ = true;
            scrub_ = std::min(at, frame.horizon);
            seek(context, scrub_);
        }
    } else {
        scrubbing_ = false;
    }
    // A click beyond the end lets the run go on to there.
    if (clicked && ImGui::IsMouseReleased(0) && !moved_ && at > frame.horizon) seek(context, at);
}

void TimelinePanel::handle_lanes(Context& context, const Frame& frame) {
    const bool clicked = hit(context, "timeline.lanes", lanes_);
    const ImVec2 mouse = ImGui::GetMousePos();
    if (ImGui::IsItemActivated()) {
        pressed_at_ = mouse;
        moved_ = false;
    }
    if (ImGui::IsItemActive() && ImGui::IsMouseDown(0)) {
        moved_ = moved_ || std::abs(mouse.x - pressed_at_.x) > context.px(kTimelineSlack);
        if (moved_) {
            measuring_ = true;
            measures_on_ = false;
            // A little before the beginning may be seen, but no time is there.
            measure_from_ = std::max(Time{}, scale_.time_at(pressed_at_.x));
            measure_to_ = std::max(Time{}, scale_.time_at(std::clamp(mouse.x, lanes_.x, lanes_.right())));
        }
    }
    // A key presses it too, but points nowhere.
    if (clicked && ImGui::IsMouseReleased(0) && !moved_) click(context, frame);
    if (!ImGui::IsItemHovered() || ImGui::IsMouseDown(0)) return;
    const TimelineFound found = find(context, frame, mouse);
    if (found.lane == nullptr) return;
    if (found.lane->kind == view::LaneKind::Service) context.lit_hovered = found.lane->whole();
    if (found.span != nullptr || found.mark != nullptr) draw_hint(context, frame, found);
    if (ImGui::IsMouseClicked(1)) {
        const Selection thing = lane_selection(*found.lane, found.time);
        if (thing.kind != Selection::Kind::None) context.menu = {true, thing, mouse.x, mouse.y};
    }
    if (ImGui::IsMouseDragging(2, 0)) {
        window_.shift(-static_cast<double>(ImGui::GetIO().MouseDelta.x) / scale_.pixels_per_nanosecond());
    }
}

TimelineFound TimelinePanel::find(const Context& context, const Frame& frame, ImVec2 at) const {
    for (const TimelineDrawnRow& row : drawn_) {
        if (at.y < row.y || at.y >= row.y + context.px(kTimelineRowPitch)) continue;
        TimelineFound found;
        found.time = scale_.time_at(at.x);
        if (row.row.lanes == 1) found.lane = frame.lanes->lanes[row.row.first].get();
        float nearest = context.px(kTimelineReach);
        for (const TimelineDrawnLane& drawn : row.lanes) {
            const view::Lane& lane = *frame.lanes->lanes[drawn.lane];
            for (const MarkPiece& piece : drawn.marks) {
                if (std::abs(piece.x - at.x) > nearest) continue;
                nearest = std::abs(piece.x - at.x);
                found.lane = &lane;
                found.mark = &lane.marks[piece.mark];
                found.count = piece.count;
                found.fact = found.mark->fact;
                found.time = found.mark->time;
            }
        }
        if (found.mark != nullptr || row.lanes.size() != 1) return found;
        for (const SpanPiece& piece : row.lanes.front().spans) {
            if (at.x < piece.x0 || at.x > std::max(piece.x1, piece.x0 + context.px(3))) continue;
            found.span = &found.lane->spans[piece.span];
            found.fact = found.span->fact;
            // By its edge the moment in which it began is meant.
            if (at.x - piece.x0 < context.px(kTimelineReach) && found.span->begin > Time{}) found.time = found.span->begin;
            break;
        }
        return found;
    }
    return {};
}

// Selects the fact and what its lane is about, and goes to the moment.
void TimelinePanel::click(Context& context, const Frame& frame) {
    measuring_ = measures_on_ = false;
    const TimelineFound found = find(context, frame, ImGui::GetMousePos());
    const Time time = found.lane == nullptr ? scale_.time_at(ImGui::GetMousePos().x) : found.time;
    if (found.lane != nullptr) {
        const Selection thing = lane_selection(*found.lane, found.time);
        if (thing.kind != Selection::Kind::None) context.select(thing.kind, thing.name);
    }
    if (found.fact) context.look.fact = found.fact;
    sought_.reset();
    seek(context, std::max(Time{}, time));
}

void TimelinePanel::zoom_around(double factor, Time around) {
    const bool follows = window_.mode() == TimelineWindow::Mode::Follow;
    window_.zoom(factor, static_cast<double>(around.nanoseconds));
    if (follows) window_.follow();
}

// Over the names it scrolls, over the lanes it zooms around the pointer.
void TimelinePanel::handle_wheel(Context& context) {
    const ImGuiIO& io = ImGui::GetIO();
    if (!ImGui::IsWindowHovered() || (io.MouseWheel == 0 && io.MouseWheelH == 0)) return;
    const ImVec2 mouse = ImGui::GetMousePos();
    if (io.MouseWheelH != 0) window_.pan(static_cast<double>(io.MouseWheelH) * -0.08);
    if (io.MouseWheel == 0) return;
    if (labels_.holds(mouse.x, mouse.y) || io.KeyShift) {
        scroll_ -= io.MouseWheel * context.px(kTimelineRowPitch) * 2;
        return;
    }
    window_.zoom(std::pow(kTimelineWheelStep, static_cast<double>(io.MouseWheel)), static_cast<double>(scale_.time_at(mouse.x).nanoseconds));
}

void TimelinePanel::handle_keys(Context& context, const Frame& frame) {
    const ImGuiIO& io = ImGui::GetIO();
    if (measuring_ && pressed(Key::Escape)) measuring_ = measures_on_ = false;
    if (io.WantTextInput) return;
    if (pressed(Key::LeftBracket)) zoom_around(1 / kTimelineKeyStep, present(frame));
    if (pressed(Key::RightBracket)) zoom_around(kTimelineKeyStep, present(frame));
    if (pressed(Key::Backslash)) window_.fit();
    if (pressed(Key::Left, true)) window_.pan(-0.2);
    if (pressed(Key::Right, true)) window_.pan(0.2);
    // The run goes to its beginning or its end: so does what is shown of it.
    if (pressed(Key::Home) || pressed(Key::End)) window_.follow();
    if (!ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) return;
    // From the present on, to wherever time goes, until it is pressed again.
    if (pressed(Key::M)) {
        measures_on_ = !measures_on_;
        if (measures_on_) measure_from_ = measure_to_ = present(frame);
        measuring_ = true;
    }
    if (pressed(Key::PageUp)) scroll_ -= lanes_.height;
    if (pressed(Key::PageDown)) scroll_ += lanes_.height;
    if (pressed(Key::Up, true)) scroll_ -= context.px(kTimelineRowPitch);
    if (pressed(Key::Down, true)) scroll_ += context.px(kTimelineRowPitch);
}

std::unique_ptr<Panel> make_timeline_panel() {
    return std::make_unique<TimelinePanel>();
}

}  // namespace podium::desktop
