// The timeline: a lane for each host, service and fault, folded to pixels, with the present, what is
// ahead of it, and the way through time.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"
#include "ui/desktop/panels/timeline_draw.hpp"
#include "ui/desktop/panels/timeline_rows.hpp"
#include "ui/desktop/panels/timeline_window.hpp"

namespace podium::desktop {
namespace {

// Lengths at scale 1.
constexpr float kAxisHeight = 26;
constexpr float kRowPitch = 20;
constexpr float kSpanHeight = 15;
constexpr float kLabelWidth = 108;
constexpr float kLabelMargin = 18;
constexpr float kRightMargin = 16;
constexpr float kTickRoom = 84;
constexpr float kReach = 7;   // of a click around a diamond
constexpr float kSlack = 4;   // the pointer may move so far in a click
constexpr double kWheelStep = 0.82;
constexpr double kKeyStep = 0.6;
constexpr std::size_t kMostCauses = 48;
constexpr std::size_t kMostNamed = 400;  // pieces that are marked for tests

struct DrawnLane {
    std::uint32_t lane = 0;
    std::vector<SpanPiece> spans;
    std::vector<MarkPiece> marks;
};

struct DrawnRow {
    TimelineRow row;
    float y = 0;  // its top
    std::vector<DrawnLane> lanes;
};

// What lies under the pointer.
struct Found {
    const view::Lane* lane = nullptr;
    FactId fact;
    Time time{};
    const view::LaneSpan* span = nullptr;
    const view::LaneMark* mark = nullptr;
    std::uint32_t count = 1;
};

class TimelinePanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override;
    void draw(Context& context, const Frame& frame, const Area& area) override;

  private:
    [[nodiscard]] Time present(const Frame& frame) const { return scrubbing_ ? scrub_ : frame.now; }
    [[nodiscard]] float row_middle(const Context& context, float top) const { return top + context.px(kRowPitch) / 2; }
    [[nodiscard]] std::uint32_t service_place(const Frame& frame, const std::string& name) const;
    void fold_rows(const Context& context, const Frame& frame);
    void place_causes(const Context& context, const Frame& frame);

    void draw_axis(Context& context, const Frame& frame);
    void draw_labels(Context& context, const Frame& frame);
    void draw_label(Context& context, const Frame& frame, const DrawnRow& row);
    void draw_lanes(Context& context, const Frame& frame);
    void draw_pieces(Context& context, const Frame& frame, const DrawnRow& row, const DrawnLane& lane);
    void draw_marks(Context& context, const Frame& frame, const DrawnRow& row, const DrawnLane& lane);
    void draw_causes(Context& context);
    void draw_moments(Context& context, const Frame& frame);
    void draw_present(Context& context, const Frame& frame);
    void draw_measure(Context& context);
    void draw_buttons(Context& context, const Frame& frame);
    void draw_hint(Context& context, const Frame& frame, const Found& found);
    bool small_button(Context& context, const std::string& id, const char* words, const Area& area, bool on, const char* hint);

    void handle_axis(Context& context, const Frame& frame);
    void handle_lanes(Context& context, const Frame& frame);
    void handle_wheel(Context& context);
    void handle_keys(Context& context, const Frame& frame);
    void click(Context& context, const Frame& frame);
    [[nodiscard]] Found find(const Context& context, const Frame& frame, ImVec2 at) const;
    void seek(Context& context, Time time);
    void zoom_around(double factor, Time around);

    TimelineWindow window_;
    FoldedKinds folded_{};
    float scroll_ = 0;

    // Of this frame.
    Area axis_, labels_, lanes_;
    TimeScale scale_;
    std::vector<TimelineRow> rows_;
    std::vector<DrawnRow> drawn_;
    std::vector<ImVec2> causes_;
    std::size_t named_ = 0;

    // What the person does.
    bool scrubbing_ = false;
    Time scrub_{};
    std::optional<Time> sought_;  // sent last while the pointer is held
    ImVec2 pressed_at_{};
    bool moved_ = false;
    bool measuring_ = false;  // a measure is shown
    Time measure_from_{};
    Time measure_to_{};
};

void TimelinePanel::prepare(Context& context, const Frame& frame, const Area& area) {
    const float axis = context.px(kAxisHeight);
    const float label = context.px(kLabelWidth);
    const float width = std::max(1.0F, area.width - label - context.px(kRightMargin));
    axis_ = {area.x + label, area.y, width, axis};
    labels_ = {area.x, area.y + axis, label, std::max(1.0F, area.height - axis - context.px(4))};
    lanes_ = {area.x + label, labels_.y, width, labels_.height};
    if (!scrubbing_) window_.settle(frame.now, frame.horizon);
    scale_ = window_.scale(lanes_.x, lanes_.width);
    rows_ = frame.lanes == nullptr ? std::vector<TimelineRow>{} : timeline_rows(*frame.lanes, folded_);
    const float most = std::max(0.0F, static_cast<float>(rows_.size()) * context.px(kRowPitch) - lanes_.height);
    scroll_ = std::clamp(scroll_, 0.0F, most);
    fold_rows(context, frame);
    place_causes(context, frame);
}

void TimelinePanel::fold_rows(const Context& context, const Frame& frame) {
    drawn_.clear();
    const float pitch = context.px(kRowPitch);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const float y = lanes_.y + static_cast<float>(i) * pitch - scroll_;
        if (y + pitch <= lanes_.y) continue;
        if (y >= lanes_.bottom()) break;
        DrawnRow row{rows_[i], y, {}};
        for (std::uint32_t place = rows_[i].first; place < rows_[i].first + rows_[i].lanes; ++place) {
            const view::Lane& lane = *frame.lanes->lanes[place];
            DrawnLane drawn{place, {}, {}};
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
    if (frame.causes == nullptr || frame.lanes == nullptr || !context.look.fact) return;
    const std::vector<FactLine>& chain = *frame.causes;
    const std::size_t first = chain.size() > kMostCauses ? chain.size() - kMostCauses : 0;
    for (std::size_t i = first; i < chain.size(); ++i) {
        const std::optional<std::size_t> row = row_of_fact(*frame.lanes, rows_, chain[i]);
        if (!row) continue;
        causes_.emplace_back(scale_.x_of(chain[i].time), row_middle(context, lanes_.y + static_cast<float>(*row) * context.px(kRowPitch) - scroll_));
    }
}

std::uint32_t TimelinePanel::service_place(const Frame& frame, const std::string& name) const {
    if (frame.cluster == nullptr) return 0;
    const auto& services = frame.cluster->services;
    const auto found = std::find_if(services.begin(), services.end(), [&name](const view::ServiceView& service) { return service.name == name; });
    return static_cast<std::uint32_t>(found - services.begin());
}

void TimelinePanel::draw(Context& context, const Frame& frame, const Area&) {
    named_ = 0;
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

void TimelinePanel::draw_axis(Context& context, const Frame&) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::int64_t step = tick_step(scale_, context.px(kTickRoom));
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
    for (const DrawnRow& row : drawn_) draw_label(context, frame, row);
    list->PopClipRect();
    if (rows_.empty()) put_words(list, context.fonts->small, ImVec2(lanes_.x, lanes_.y + context.px(6)), context.theme->faint, "nothing has happened yet");
    // How far the lanes are scrolled.
    const float whole = static_cast<float>(rows_.size()) * context.px(kRowPitch);
    if (whole <= lanes_.height + 1) return;
    const float height = lanes_.height * lanes_.height / whole;
    const float top = lanes_.y + scroll_ / whole * lanes_.height;
    list->AddRectFilled(ImVec2(lanes_.right() + context.px(7), top), ImVec2(lanes_.right() + context.px(10), top + height), packed(context.theme->faint, 0.5F), context.px(1.5F));
}

void TimelinePanel::draw_label(Context& context, const Frame& frame, const DrawnRow& row) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const view::Lane& lane = *frame.lanes->lanes[row.row.first];
    const std::string id(lane_kind_id(row.row.kind));
    const float pitch = context.px(kRowPitch);
    const float top = std::max(row.y, labels_.y);
    const float bottom = std::min(row.y + pitch, labels_.bottom());
    const bool folds = row.row.heads && row.row.of_kind > 1;
    const Area fold{labels_.x, top, context.px(kLabelMargin), bottom - top};
    if (folds && hit(context, "timeline.fold." + id, fold)) folded_[static_cast<std::size_t>(row.row.kind)] = !folded_[static_cast<std::size_t>(row.row.kind)];
    const bool on_fold = folds && ImGui::IsItemHovered();
    const Area name{labels_.x + context.px(kLabelMargin), top, labels_.width - context.px(kLabelMargin), bottom - top};
    if (hit(context, row.row.lanes == 1 ? "timeline.lane." + lane.name : "timeline.lanes." + id, name)) {
        const Selection thing = lane_selection(lane, frame.now);
        if (row.row.lanes > 1) {
            folded_[static_cast<std::size_t>(row.row.kind)] = false;
        } else if (thing.kind != Selection::Kind::None) {
            context.select(thing.kind, thing.name);
        }
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered && row.row.kind == view::LaneKind::Service && row.row.lanes == 1) context.lit_service = lane.name;
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
    const bool selected = row.row.lanes == 1 && lane_is_selected(lane, context.look.selection);
    ImFont* font = context.fonts->small;
    const std::string words = fitted(font, row_label(*frame.lanes, row.row), name.width - context.px(8));
    put_words(list, font, ImVec2(name.x, row.y + (pitch - font->FontSize) / 2), selected || hovered ? theme.text : theme.dim, words);
}

void TimelinePanel::draw_lanes(Context& context, const Frame& frame) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect(ImVec2(lanes_.x, lanes_.y), ImVec2(lanes_.right() + context.px(6), lanes_.bottom()), true);
    for (const DrawnRow& row : drawn_) {
        const view::Lane& first = *frame.lanes->lanes[row.row.first];
        if (row.row.lanes == 1 && lane_is_selected(first, context.look.selection))
            list->AddRectFilled(ImVec2(lanes_.x, row.y), ImVec2(lanes_.right(), row.y + context.px(kRowPitch)), packed(context.theme->accent, 0.07F));
        for (const DrawnLane& lane : row.lanes) draw_pieces(context, frame, row, lane);
        for (const DrawnLane& lane : row.lanes) draw_marks(context, frame, row, lane);
    }
    draw_causes(context);
    list->PopClipRect();
}

void TimelinePanel::draw_pieces(Context& context, const Frame& frame, const DrawnRow& row, const DrawnLane& drawn) {
    const view::Lane& lane = *frame.lanes->lanes[drawn.lane];
    const float top = row.y + (context.px(kRowPitch) - context.px(kSpanHeight)) / 2;
    const float now = scale_.x_of(present(frame));
    const std::uint32_t service = lane.kind == view::LaneKind::Service ? service_place(frame, lane.name) : 0;
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
        look.area = {piece.x0, top, middle - piece.x0, context.px(kSpanHeight)};
        look.label = piece.merged ? std::string_view() : std::string_view(span.label);
        put_span(context, list, look);
        if (named_++ < kMostNamed) context.mark(fmt::format("timeline.span.{}.{}", lane.name, span.fact.value), Area{piece.x0, top, piece.x1 - piece.x0, look.area.height});
        // What is ahead of the present, and what may go on beyond all that has happened.
        const float end = span.end == kNever ? scale_.x + scale_.width : piece.x1;
        if (end <= middle || piece.merged) continue;
        const float whole = look.area.width;
        look.area = {middle, top, end - middle, look.area.height};
        look.ahead = true;
        look.begins = look.begins && whole <= 0;
        if (whole > context.px(40)) look.label = {};
        if (span.begin > present(frame) || piece.x1 > middle + 1) {
            look.area.width = piece.x1 - middle;
            put_span(context, list, look);
        }
        if (span.end == kNever) {
            const float from = std::max(middle, piece.x1);
            list->AddRectFilled(ImVec2(from, top), ImVec2(end, top + look.area.height), packed(look.colour, look.calm ? 0.03F : 0.07F), context.px(4));
        }
    }
}

void TimelinePanel::draw_marks(Context& context, const Frame& frame, const DrawnRow& row, const DrawnLane& drawn) {
    const view::Lane& lane = *frame.lanes->lanes[drawn.lane];
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = row_middle(context, row.y);
    for (std::size_t i = 0; i < drawn.marks.size(); ++i) {
        const MarkPiece& piece = drawn.marks[i];
        const view::LaneMark& mark = lane.marks[piece.mark];
        const float next = i + 1 < drawn.marks.size() ? drawn.marks[i + 1].x - context.px(7) : lanes_.right();
        const bool chosen = context.look.fact && mark.fact == context.look.fact;
        put_diamond(context, list, ImVec2(piece.x, y), mark_colour(*context.theme, lane.kind, piece.tone), piece.count, chosen, mark.time > present(frame), next - piece.x - context.px(6));
        const float reach = context.px(kReach);
        if (named_++ < kMostNamed) context.mark(fmt::format("timeline.mark.{}.{}", lane.name, mark.fact.value), Area{piece.x - reach, y - reach, reach * 2, reach * 2});
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
        put_words(list, context.fonts->small, ImVec2(x + context.px(4), axis_.bottom() - context.fonts->small->FontSize), theme.violet, fmt::format("{} fork", icon::kFork));
        context.mark("timeline.fork", Area{x - 2, axis_.y, 4, lanes_.bottom() - axis_.y});
    }
    list->PopClipRect();
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
    const std::string words = moment_label(present(frame), scale_);
    const ImVec2 size = words_size(font, words);
    const float left = std::clamp(x - size.x / 2 - context.px(6), axis_.x - context.px(14), axis_.right() + context.px(14) - size.x - context.px(12));
    const Area pill{left, axis_.y + context.px(3), size.x + context.px(12), size.y + context.px(4)};
    list->AddRectFilled(ImVec2(pill.x, pill.y), ImVec2(pill.right(), pill.bottom()), packed(theme.text), context.px(4));
    put_words(list, font, ImVec2(left + context.px(6), pill.y + context.px(2)), theme.background, words);
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
    const Area fit{labels_.x + context.px(kLabelMargin - 6), y, context.px(30), height};
    const Area follow{fit.right() + context.px(4), y, context.px(48), height};
    if (small_button(context, "timeline.fit", "fit", fit, window_.mode() == TimelineWindow::Mode::Fit, "show the whole run")) window_.fit();
    if (small_button(context, "timeline.follow", "follow", follow, window_.mode() == TimelineWindow::Mode::Follow, "move along with the present")) window_.follow();
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
        moved_ = moved_ || std::abs(mouse.x - pressed_at_.x) > context.px(kSlack);
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
    if (clicked && !moved_ && at > frame.horizon) seek(context, at);
}

void TimelinePanel::handle_lanes(Context& context, const Frame& frame) {
    const bool clicked = hit(context, "timeline.lanes", lanes_);
    const ImVec2 mouse = ImGui::GetMousePos();
    if (ImGui::IsItemActivated()) {
        pressed_at_ = mouse;
        moved_ = false;
    }
    if (ImGui::IsItemActive() && ImGui::IsMouseDown(0)) {
        moved_ = moved_ || std::abs(mouse.x - pressed_at_.x) > context.px(kSlack);
        if (moved_) {
            measuring_ = true;
            measure_from_ = scale_.time_at(pressed_at_.x);
            measure_to_ = scale_.time_at(std::clamp(mouse.x, lanes_.x, lanes_.right()));
        }
    }
    if (clicked && !moved_) click(context, frame);
    if (!ImGui::IsItemHovered() || ImGui::IsMouseDown(0)) return;
    const Found found = find(context, frame, mouse);
    if (found.lane == nullptr) return;
    if (found.lane->kind == view::LaneKind::Service) context.lit_service = found.lane->name;
    if (found.span != nullptr || found.mark != nullptr) draw_hint(context, frame, found);
    if (ImGui::IsMouseClicked(1)) {
        const Selection thing = lane_selection(*found.lane, found.time);
        if (thing.kind != Selection::Kind::None) context.menu = {true, thing, mouse.x, mouse.y};
    }
    if (ImGui::IsMouseDragging(2, 0)) {
        window_.shift(-static_cast<double>(ImGui::GetIO().MouseDelta.x) / scale_.pixels_per_nanosecond());
    }
}

Found TimelinePanel::find(const Context& context, const Frame& frame, ImVec2 at) const {
    for (const DrawnRow& row : drawn_) {
        if (at.y < row.y || at.y >= row.y + context.px(kRowPitch)) continue;
        Found found;
        found.time = scale_.time_at(at.x);
        if (row.row.lanes == 1) found.lane = frame.lanes->lanes[row.row.first].get();
        float nearest = context.px(kReach);
        for (const DrawnLane& drawn : row.lanes) {
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
            if (at.x - piece.x0 < context.px(kReach) && found.span->begin > Time{}) found.time = found.span->begin;
            break;
        }
        return found;
    }
    return {};
}

// Selects the fact and what its lane is about, and goes to the moment.
void TimelinePanel::click(Context& context, const Frame& frame) {
    measuring_ = false;
    const Found found = find(context, frame, ImGui::GetMousePos());
    const Time time = found.lane == nullptr ? scale_.time_at(ImGui::GetMousePos().x) : found.time;
    if (found.lane != nullptr) {
        const Selection thing = lane_selection(*found.lane, found.time);
        if (thing.kind != Selection::Kind::None) context.select(thing.kind, thing.name);
    }
    if (found.fact) context.look.fact = found.fact;
    sought_.reset();
    seek(context, std::max(Time{}, time));
}

void TimelinePanel::draw_hint(Context& context, const Frame& frame, const Found& found) {
    const Theme& theme = *context.theme;
    ImGui::BeginTooltip();
    const std::string label = found.lane->kind == view::LaneKind::Consensus ? "managers" : found.lane->name;
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
        scroll_ -= io.MouseWheel * context.px(kRowPitch) * 2;
        return;
    }
    window_.zoom(std::pow(kWheelStep, static_cast<double>(io.MouseWheel)), static_cast<double>(scale_.time_at(mouse.x).nanoseconds));
}

void TimelinePanel::handle_keys(Context& context, const Frame& frame) {
    const ImGuiIO& io = ImGui::GetIO();
    if (measuring_ && pressed(Key::Escape)) measuring_ = false;
    if (io.WantTextInput) return;
    if (pressed(Key::LeftBracket)) zoom_around(1 / kKeyStep, present(frame));
    if (pressed(Key::RightBracket)) zoom_around(kKeyStep, present(frame));
    if (pressed(Key::Backslash)) window_.fit();
    if (pressed(Key::Left, true)) window_.pan(-0.2);
    if (pressed(Key::Right, true)) window_.pan(0.2);
    // The run goes to its beginning or its end: so does what is shown of it.
    if (pressed(Key::Home) || pressed(Key::End)) window_.follow();
    if (!ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) return;
    if (pressed(Key::PageUp)) scroll_ -= lanes_.height;
    if (pressed(Key::PageDown)) scroll_ += lanes_.height;
    if (pressed(Key::Up, true)) scroll_ -= context.px(kRowPitch);
    if (pressed(Key::Down, true)) scroll_ += context.px(kRowPitch);
}

}  // namespace

std::unique_ptr<Panel> make_timeline_panel() {
    return std::make_unique<TimelinePanel>();
}

}  // namespace podium::desktop
