#pragma once

// The timeline's panel: what it keeps between frames, what it has worked out for one. Drawing stands in
// timeline_panel_draw.cpp, what the person does in timeline_panel.cpp.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <imgui.h>

#include "ui/desktop/panels/panel.hpp"
#include "ui/desktop/panels/timeline_draw.hpp"
#include "ui/desktop/panels/timeline_fold.hpp"
#include "ui/desktop/panels/timeline_rows.hpp"
#include "ui/desktop/panels/timeline_window.hpp"

namespace podium::desktop {

// Lengths at scale 1.
inline constexpr float kTimelineAxisHeight = 26;
inline constexpr float kTimelineRowPitch = 20;
inline constexpr float kTimelineSpanHeight = 15;
inline constexpr float kTimelineLabelWidth = 108;
inline constexpr float kTimelineLabelMargin = 18;
inline constexpr std::size_t kTimelineRowsMeasured = 64;
inline constexpr float kTimelineRightMargin = 16;
inline constexpr float kTimelineTickRoom = 84;
inline constexpr float kTimelineReach = 7;   // of a click around a diamond
inline constexpr float kTimelineSlack = 4;   // the pointer may move so far in a click
inline constexpr double kTimelineWheelStep = 0.82;
inline constexpr double kTimelineKeyStep = 0.6;
inline constexpr std::size_t kTimelineMostCauses = 48;
inline constexpr std::size_t kTimelineMostNamed = 400;  // pieces that are marked for tests

struct TimelineDrawnLane {
    std::uint32_t lane = 0;
    std::vector<SpanPiece> spans;
    std::vector<MarkPiece> marks;
};

struct TimelineDrawnRow {
    TimelineRow row;
    float y = 0;  // its top
    std::vector<TimelineDrawnLane> lanes;
};

// What lies under the pointer.
struct TimelineFound {
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
    [[nodiscard]] float row_middle(const Context& context, float top) const { return top + context.px(kTimelineRowPitch) / 2; }
    [[nodiscard]] Area present_pill(const Context& context, const Frame& frame) const;
    [[nodiscard]] float label_width(const Context& context, const Frame& frame, float width) const;
    [[nodiscard]] static std::string row_words(const Frame& frame, const TimelineRow& row);
    [[nodiscard]] std::uint32_t service_place(const Frame& frame, const view::Lane& lane);
    void fold_rows(const Context& context, const Frame& frame);
    void place_causes(const Context& context, const Frame& frame);

    void draw_axis(Context& context, const Frame& frame);
    void draw_labels(Context& context, const Frame& frame);
    void draw_label(Context& context, const Frame& frame, const TimelineDrawnRow& row);
    void draw_lanes(Context& context, const Frame& frame);
    void draw_pieces(Context& context, const Frame& frame, const TimelineDrawnRow& row, const TimelineDrawnLane& lane);
    void place_label(const Context& context, const TimelineDrawnLane& drawn, SpanLook& look) const;
    void draw_marks(Context& context, const Frame& frame, const TimelineDrawnRow& row, const TimelineDrawnLane& lane);
    void draw_causes(Context& context);
    void draw_moments(Context& context, const Frame& frame);
    void draw_present(Context& context, const Frame& frame);
    void draw_measure(Context& context);
    void draw_buttons(Context& context, const Frame& frame);
    void draw_hint(Context& context, const Frame& frame, const TimelineFound& found);
    bool small_button(Context& context, const std::string& id, const char* words, const Area& area, bool on, const char* hint);

    void handle_axis(Context& context, const Frame& frame);
    void handle_lanes(Context& context, const Frame& frame);
    void handle_wheel(Context& context);
    void handle_keys(Context& context, const Frame& frame);
    void click(Context& context, const Frame& frame);
    [[nodiscard]] TimelineFound find(const Context& context, const Frame& frame, ImVec2 at) const;
    void seek(Context& context, Time time);
    void zoom_around(double factor, Time around);

    TimelineWindow window_;
    FoldedKinds folded_{};
    float scroll_ = 0;

    // Of this frame.
    Area axis_, labels_, lanes_;
    TimeScale scale_;
    std::vector<TimelineRow> rows_;
    std::vector<TimelineDrawnRow> drawn_;
    std::vector<ImVec2> causes_;
    std::size_t named_ = 0;

    // What the person does.
    bool scrubbing_ = false;
    Time scrub_{};
    std::optional<Time> sought_;  // sent last while the pointer is held
    ImVec2 pressed_at_{};
    bool moved_ = false;
    bool measuring_ = false;  // a measure is shown,
    bool measures_on_ = false;  // begun by a key: its end is the present
    Time measure_from_{};
    Time measure_to_{};
    std::shared_ptr<const view::ClusterView> places_of_;  // which knew them last
    std::map<std::pair<std::string, std::string>, std::uint32_t> places_;  // of services, with their projects, for their colours
};

}  // namespace podium::desktop
