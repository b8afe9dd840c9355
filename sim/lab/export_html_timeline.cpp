// The timeline of the exported page: an SVG with a lane for each thing something happened to. What is drawn here is the whole run
// in a fixed width, which the page's script draws anew for the window's width and for what is zoomed into.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <set>

#include "sim/base/text.hpp"
#include "sim/lab/export_html_parts.hpp"
#include "sim/view/layout.hpp"

namespace podium::lab {
namespace {

constexpr int kPageWidth = 1200;
constexpr int kPageGutter = 190;  // for the lanes' names
constexpr int kPagePad = 12;      // behind the run's end
constexpr int kPageTop = 26;      // for the axis
constexpr int kLaneHeight = 22;
constexpr int kBarHeight = 16;
constexpr int kHeadHeight = 26;
constexpr std::size_t kNameWidth = 26;  // letters
constexpr double kLetterWidth = 6.1;
constexpr std::size_t kLeastSpans = 20;  // that every lane may have
constexpr int kMostTicks = 9;

// "waits to restart" as a class.
std::string state_class(LaneState state) {
    std::string out(lane_state_name(state));
    std::replace(out.begin(), out.end(), ' ', '-');
    return out;
}

struct PageSpan {
    LaneSpan span;
    std::size_t folded = 0;  // stands for so many; 0: for itself
};

// So many spans at most: those too short to be seen are drawn as one, with those beside them.
std::vector<PageSpan> folded_spans(const std::vector<LaneSpan>& spans, std::size_t most, Duration whole) {
    std::vector<PageSpan> out;
    for (const LaneSpan& span : spans) out.push_back({span, 0});
    for (Duration least = whole / 8192; out.size() > most; least = least * 2 + nanoseconds(1)) {
        std::vector<PageSpan> shorter;
        for (const PageSpan& next : out) {
            const bool joins = !shorter.empty() && next.span.end - next.span.begin < least &&
                               shorter.back().span.end - shorter.back().span.begin < least && next.span.begin - shorter.back().span.end < least;
            if (!joins) {
                shorter.push_back(next);
                continue;
            }
            PageSpan& last = shorter.back();
            last.folded = std::max<std::size_t>(last.folded, 1) + std::max<std::size_t>(next.folded, 1);
            last.span.end = next.span.end;
            last.span.goes_on = next.span.goes_on;
            last.span.fact = {};
        }
        out = std::move(shorter);
        if (least > whole) break;
    }
    for (PageSpan& span : out) {
        if (span.folded > 0) span.span.text = fmt::format("{} states, too short to be drawn", span.folded);
    }
    return out;
}

std::string lane_head(const Lane& lane) {
    switch (lane.kind) {
        case LaneKind::Story: return "The run";
        case LaneKind::Fault: return "Faults";
        case LaneKind::Traffic: return "Traffic";
        case LaneKind::Service: return "Services";
        case LaneKind::Host:
        case LaneKind::Terminal:
        case LaneKind::Pull:
        case LaneKind::Container: return "Host " + lane.host;
    }
    return {};
}

// By its shape, too, a good thing is told from a bad one.
std::string_view tone_mark(view::Tone tone) {
    constexpr std::array<std::string_view, 5> kMarks = {
        "M-2-6H2V6H-2Z",                                            // plain: a post
        "M0-4.5A4.5 4.5 0 1 1 0 4.5A4.5 4.5 0 1 1 0-4.5Z",          // good: a disc
        "M-5-3L-3-5L0-2L3-5L5-3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0Z",   // bad: a cross
        "M0-5.5L5.5 4.5H-5.5Z",                                     // warning: a triangle
        "M-1-4H1V4H-1Z",                                            // quiet: a thin post
    };
    return kMarks[static_cast<std::size_t>(tone)];
}

constexpr std::string_view kPatterns = R"svg(<defs>
<pattern id="slants-bad" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/><rect class="bad-fg" width="2.5" height="6"/></pattern>
<pattern id="grid-bad" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="5" height="5"/><rect class="bad-fg" width="1.4" height="5"/><rect class="bad-fg" width="5" height="1.4"/></pattern>
<pattern id="slants-warn" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="ground" width="8" height="8"/><rect class="warn-fg" width="3" height="8"/></pattern>
<pattern id="posts-warn" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><rect class="warn-fg" width="2" height="5"/></pattern>
<pattern id="posts-faint" width="3" height="3" patternUnits="userSpaceOnUse"><rect class="ground" width="3" height="3"/><rect class="faint-fg" width="1.5" height="3"/></pattern>
<pattern id="bars-accent" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="ground" width="4" height="4"/><rect class="accent-fg" width="4" height="1.5"/></pattern>
<pattern id="dots-ok" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><circle class="ok-fg" cx="2.5" cy="2.5" r="1.3"/></pattern>
<pattern id="dots-accent" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ground" width="5" height="5"/><circle class="accent-fg" cx="2.5" cy="2.5" r="1.1"/></pattern>
)svg";

class TimelineDrawing {
  public:
    TimelineDrawing(const Session& session, const Lanes& lanes, const ChosenFacts& chosen, const PageLimits& limits)
        : session_(session), lanes_(lanes), chosen_(chosen), limits_(limits), end_(std::max(lanes.end, Time{1})), marks_(lanes.all.size()) {}

    PageTimeline draw(std::vector<std::string>& remarks) {
        collect_marks();
        const std::vector<std::size_t> drawn = drawn_lanes(remarks);
        most_spans_ = std::max(kLeastSpans, limits_.spans / std::max<std::size_t>(drawn.size(), 1));
        out_.lane_at.assign(lanes_.all.size(), -1);
        std::string head;
        for (const std::size_t number : drawn) {
            const Lane& lane = lanes_.all[number];
            if (const std::string of = lane_head(lane); of != head) {
                head = of;
                draw_head(head);
            }
            draw_lane(lane, number);
        }
        height_ += 6;
        out_.svg = fmt::format(
            R"(<svg id="timeline" role="img" tabindex="0" aria-label="Timeline of the run: what the states are is said in the list of facts below" viewBox="0 0 {} {}" data-end="{}" data-height="{}">)"
            "\n",
            kPageWidth,
            height_,
            microseconds_of(end_),
            height_);
        out_.svg += kPatterns;
        out_.svg += fmt::format(R"(<clipPath id="plot"><rect id="clip" x="{}" y="0" width="{}" height="{}"/></clipPath></defs>)", kPageGutter, kPageWidth - kPageGutter - kPagePad + 1, height_);
        out_.svg += "\n<g id=\"axis\" class=\"axis\">" + axis() + "</g>\n<g>" + heads_ + "</g>\n<g clip-path=\"url(#plot)\">\n" + bars_ + "</g>\n<g clip-path=\"url(#plot)\" id=\"labels\">" + labels_ +
                    "</g>\n<g clip-path=\"url(#plot)\"><path id=\"chain\" d=\"M0 0\"/>\n" + points_ +
                    fmt::format("<g id=\"ends\"></g><line id=\"cursor\" visibility=\"hidden\" x1=\"0\" x2=\"0\" y1=\"{}\" y2=\"{}\"/></g>\n</svg>\n", kPageTop - 6, height_);
        if (folded_lanes_ > 0)
            remarks.push_back(fmt::format("in {} of the timeline's lanes states that are too short to be drawn one by one are drawn as one", folded_lanes_));
        out_.legend = legend();
        return std::move(out_);
    }

  private:
    struct Mark {
        Time time;
        FactId fact;
        view::Tone tone = view::Tone::Plain;
        std::string text;
    };

    static std::int64_t microseconds_of(Time time) { return time.nanoseconds / 1000; }

    [[nodiscard]] double x(Time time) const {
        return kPageGutter + (kPageWidth - kPageGutter - kPagePad) * (static_cast<double>(time.nanoseconds) / static_cast<double>(end_.nanoseconds));
    }

    void collect_marks() {
        session_.journal().for_each(lanes_.first, [this](const Fact& fact) {
            if (!chosen_.has(fact.id)) return;
            const ToldFact told = tell_fact(session_, lanes_.names, fact);
            if (told.detail) return;
            const std::string who = told.who.empty() ? std::string() : told.who + " ";
            marks_[lanes_.lane_of(fact.id)].push_back({fact.time, fact.id, told.tone, who + told.what + (told.why.empty() ? "" : " – " + told.why)});
        });
    }

    // Lanes in which there is something, in order; of too many the containers' last are left out, but a third is theirs.
    std::vector<std::size_t> drawn_lanes(std::vector<std::string>& remarks) const {
        std::vector<std::size_t> containers;
        std::vector<std::size_t> others;
        for (std::size_t i = 0; i < lanes_.all.size(); ++i) {
            const Lane& lane = lanes_.all[i];
            if (lane.spans.empty() && marks_[i].empty()) continue;
            (lane.kind == LaneKind::Container ? containers : others).push_back(i);
        }
        const std::size_t all = containers.size() + others.size();
        const std::size_t of_containers = std::min(containers.size(), limits_.lanes / 3);
        others.resize(std::min(others.size(), limits_.lanes - of_containers));
        containers.resize(std::min(containers.size(), limits_.lanes - others.size()));
        others.insert(others.end(), containers.begin(), containers.end());
        std::sort(others.begin(), others.end());
        if (others.size() < all) remarks.push_back(fmt::format("the timeline shows {} of {} lanes; the tables of --csv have all services, hosts and containers", others.size(), all));
        return others;
    }

    void draw_head(const std::string& text) {
        height_ += kHeadHeight;
        heads_ += fmt::format("<line class=\"rule\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/><text class=\"head\" x=\"0\" y=\"{}\">{}</text>\n", kPageWidth, height_ - 20, height_ - 20, height_ - 6, html_text(text));
    }

    void draw_lane(const Lane& lane, std::size_t number) {
        const int top = height_ + (kLaneHeight - kBarHeight) / 2;
        const int middle = height_ + kLaneHeight / 2;
        out_.lane_at[number] = middle;
        const std::string name = lane.kind == LaneKind::Host ? "host and engine" : lane.name;
        heads_ += fmt::format("<text class=\"name\" text-anchor=\"end\" x=\"{}\" y=\"{}\"><title>{}</title>{}</text>\n", kPageGutter - 10, middle + 4, html_text(name), html_text(view::shortened(name, kNameWidth)));
        const std::vector<PageSpan> spans = folded_spans(lane.spans, most_spans_, end_ - Time{});
        if (spans.size() < lane.spans.size()) ++folded_lanes_;
        for (const PageSpan& span : spans) draw_span(lane, span, top);
        draw_marks(marks_[number], middle);
        height_ += kLaneHeight;
    }

    void draw_span(const Lane& lane, const PageSpan& drawn, int top) {
        const LaneSpan& span = drawn.span;
        const double left = x(span.begin);
        const double wide = std::max(x(span.end) - left, 2.0);
        const bool quiet = span.state == LaneState::Up && drawn.folded == 0;  // the usual needs no word
        const std::string when = span.end == span.begin ? format_time(span.begin) : fmt::format("{} to {} ({}{})", format_time(span.begin), format_time(span.end), length_text(span.end - span.begin), span.goes_on ? ", and it goes on" : "");
        const bool linked = span.fact && chosen_.has(span.fact);
        used_.insert(drawn.folded > 0 ? "folded" : state_class(span.state));
        fmt::format_to(std::back_inserter(bars_),
                       R"(<rect class="s {}" x="{:.1f}" y="{}" width="{:.1f}" height="{}" rx="2" data-b="{}" data-e="{}"{}{}><title>{}: {}, {}</title></rect>)"
                       "\n",
                       drawn.folded > 0 ? "folded" : state_class(span.state),
                       left,
                       quiet ? top + 5 : top,
                       wide,
                       quiet ? kBarHeight - 10 : kBarHeight,
                       microseconds_of(span.begin),
                       microseconds_of(span.end),
                       quiet ? std::string() : fmt::format(" data-t=\"{}\"", html_text(span.text)),
                       linked ? fmt::format(" data-f=\"{}\"", span.fact.value) : std::string(),
                       html_text(lane.name),
                       html_text(span.text),
                       when);
        if (!quiet && wide > static_cast<double>(display_width(span.text)) * kLetterWidth + 10)
            labels_ += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{}\">{}</text>", left + 5, top + 12, html_text(span.text));
    }

    void draw_marks(const std::vector<Mark>& marks, int middle) {
        for (const Mark& mark : marks) {
            fmt::format_to(std::back_inserter(points_),
                           "<a href=\"#f{}\" tabindex=\"-1\"><path class=\"m {}\" transform=\"translate({:.1f} {})\" d=\"{}\" data-b=\"{}\" data-y=\"{}\" data-f=\"{}\"><title>{} {}</title></path></a>\n",
                           mark.fact.value,
                           tone_name(mark.tone),
                           x(mark.time),
                           middle,
                           tone_mark(mark.tone),
                           microseconds_of(mark.time),
                           middle,
                           mark.fact.value,
                           format_time(mark.time),
                           html_text(mark.text));
        }
    }

    [[nodiscard]] std::string axis() const {
        constexpr std::array<std::int64_t, 12> kSeconds = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800};
        Duration step = hours(1);
        for (const std::int64_t candidate : kSeconds) {
            if (end_.nanoseconds / kMostTicks > seconds(candidate).nanoseconds) continue;
            step = seconds(candidate);
            break;
        }
        while (end_.nanoseconds / step.nanoseconds > kMostTicks) step = step * 2;
        if (end_ < Time{} + seconds(2)) step = Duration{std::max<std::int64_t>(end_.nanoseconds / 4, 1)};
        std::string out;
        for (Time time{}; time <= end_; time = time + step) {
            out += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\"/><text x=\"{:.1f}\" y=\"12\" text-anchor=\"{}\">{}</text>", x(time), x(time), kPageTop - 6, height_, x(time),
                               time == Time{} ? "start" : time + step / 2 > end_ ? "end" : "middle", step < seconds(1) ? format_time(time) : format_duration(time - Time{}));
        }
        return out;
    }

    // What is in the drawing, with a sample of each.
    [[nodiscard]] std::string legend() const {
        std::string out = "<div class=\"legend\">";
        for (const std::string& look : used_) {
            std::string name = look == "folded" ? "many states" : look;
            std::replace(name.begin(), name.end(), '-', ' ');
            out += fmt::format("<span><svg width=\"26\" height=\"14\" aria-hidden=\"true\"><rect class=\"s {}\" x=\"1\" y=\"1\" width=\"24\" height=\"12\" rx=\"2\"/></svg>{}</span>\n", look, name);
        }
        for (const view::Tone tone : {view::Tone::Good, view::Tone::Bad, view::Tone::Warning, view::Tone::Plain}) {
            constexpr std::array<std::string_view, 4> kWords = {"happened", "good", "bad", "warning"};
            out += fmt::format("<span><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><path class=\"m {}\" transform=\"translate(7 7)\" d=\"{}\"/></svg>{}</span>\n", tone_name(tone), tone_mark(tone), kWords[static_cast<std::size_t>(tone)]);
        }
        return out + "</div>\n";
    }

    const Session& session_;
    const Lanes& lanes_;
    const ChosenFacts& chosen_;
    PageLimits limits_;
    Time end_;
    std::vector<std::vector<Mark>> marks_;  // by lane
    std::size_t most_spans_ = 0;
    std::size_t folded_lanes_ = 0;
    int height_ = kPageTop;
    std::set<std::string> used_;  // classes of spans
    std::string heads_;
    std::string bars_;
    std::string labels_;
    std::string points_;
    PageTimeline out_;
};

}  // namespace

PageTimeline page_timeline(const Session& session, const Lanes& lanes, const ChosenFacts& chosen, const PageLimits& limits, std::vector<std::string>& remarks) {
    return TimelineDrawing(session, lanes, chosen, limits).draw(remarks);
}

}  // namespace podium::lab
