// Lanes folded to pixels, against a slow and obvious folding; ticks, labels, the window of time.

#include "ui/desktop/panels/timeline_fold.hpp"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "ui/desktop/panels/metrics_parts.hpp"
#include "ui/desktop/panels/timeline_rows.hpp"
#include "ui/desktop/panels/timeline_window.hpp"

namespace podium::desktop {
namespace {

using view::LaneMark;
using view::LaneSpan;
using view::Tone;

Tone any_tone(RandomStream& random) {
    // Mostly calm, so that a bad one among many is looked for.
    if (random.below(50) == 0) return Tone::Bad;
    return random.below(20) == 0 ? Tone::Warning : random.below(2) == 0 ? Tone::Good : Tone::Plain;
}

std::vector<LaneSpan> random_spans(RandomStream& random) {
    std::vector<LaneSpan> spans;
    std::int64_t time = static_cast<std::int64_t>(random.below(1'000'000));
    const std::uint64_t count = random.below(400);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t scale = random.below(8) == 0 ? 300'000'000 : 3'000'000;
        const auto length = static_cast<std::int64_t>(1 + random.below(scale));
        spans.push_back({{time}, {time + length}, any_tone(random), 0, FactId{static_cast<std::uint32_t>(i + 1)}, {}});
        time += length + (random.below(3) == 0 ? static_cast<std::int64_t>(random.below(scale)) : 0);
    }
    if (!spans.empty() && random.below(2) == 0) spans.back().end = kNever;
    return spans;
}

std::vector<LaneMark> random_marks(RandomStream& random) {
    std::vector<LaneMark> marks;
    std::int64_t time = 0;
    const std::uint64_t count = random.below(600);
    for (std::uint64_t i = 0; i < count; ++i) {
        time += static_cast<std::int64_t>(random.below(random.below(10) == 0 ? 200'000'000 : 2'000'000));
        marks.push_back({{time}, any_tone(random), FactId{static_cast<std::uint32_t>(i + 1)}, "died"});
    }
    return marks;
}

TimeScale random_scale(RandomStream& random) {
    TimeScale scale;
    scale.begin = static_cast<double>(random.below(1'000'000'000)) - 100'000'000.0;
    scale.length = static_cast<double>(1'000 + random.below(random.below(2) == 0 ? 3'000'000'000 : 30'000'000));
    scale.x = 100;
    scale.width = static_cast<float>(50 + random.below(800));
    return scale;
}

// Looks at each span of the lane, one after the other.
std::vector<SpanPiece> slow_spans(const std::vector<LaneSpan>& spans, const TimeScale& scale, Time end) {
    const double pixel = scale.length / static_cast<double>(scale.width);
    std::vector<SpanPiece> out;
    std::int64_t last_group = INT64_MIN;  // of the piece before, when it is narrow
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const Time until = spans[i].end == kNever ? std::max(end, spans[i].begin) : spans[i].end;
        if (static_cast<double>(until.nanoseconds) <= scale.begin || static_cast<double>(spans[i].begin.nanoseconds) >= scale.begin + scale.length) continue;
        if (static_cast<double>((until - spans[i].begin).nanoseconds) >= pixel * static_cast<double>(kLeastSpan)) {
            out.push_back({std::max(scale.x, scale.x_of(spans[i].begin)), std::min(scale.x + scale.width, scale.x_of(until)), spans[i].tone, static_cast<std::uint32_t>(i), false});
            last_group = INT64_MIN;
            continue;
        }
        const auto group = static_cast<std::int64_t>(std::floor(static_cast<double>(spans[i].begin.nanoseconds) / pixel));
        if (group == last_group) {
            out.back().merged = true;
            if (badness(spans[i].tone) > badness(out.back().tone)) {
                out.back().tone = spans[i].tone;
                out.back().span = static_cast<std::uint32_t>(i);
            }
            continue;
        }
        last_group = group;
        const float x = scale.x_of(spans[i].begin);
        out.push_back({x, x + kLeastSpan, spans[i].tone, static_cast<std::uint32_t>(i), false});
    }
    return out;
}

std::vector<MarkPiece> slow_marks(const std::vector<LaneMark>& marks, const TimeScale& scale, float spacing, float margin) {
    const double pixel = scale.length / static_cast<double>(scale.width);
    const double width = pixel * static_cast<double>(spacing);
    const auto group_of = [&](double time) { return static_cast<std::int64_t>(std::floor(time / width)); };
    const std::int64_t first = group_of(scale.begin - pixel * static_cast<double>(margin));
    const std::int64_t last = group_of(scale.begin + scale.length + pixel * static_cast<double>(margin));
    std::vector<MarkPiece> out;
    std::int64_t before = INT64_MIN;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const std::int64_t group = group_of(static_cast<double>(marks[i].time.nanoseconds));
        if (group < first || group > last) continue;
        if (group != before) {
            out.push_back({scale.x_of(marks[i].time), marks[i].tone, static_cast<std::uint32_t>(i), 1});
        } else {
            ++out.back().count;
            if (badness(marks[i].tone) > badness(out.back().tone)) {
                out.back().tone = marks[i].tone;
                out.back().mark = static_cast<std::uint32_t>(i);
                out.back().x = scale.x_of(marks[i].time);
            }
        }
        before = group;
    }
    return out;
}

std::shared_ptr<const view::Lane> lane(view::LaneKind kind, const std::string& name) {
    view::Lane out;
    out.kind = kind;
    out.name = name;
    return std::make_shared<const view::Lane>(out);
}

}  // namespace

TEST_CASE("timeline: folded spans are those of a slow folding, at any zoom") {
    std::size_t merged = 0;
    std::size_t wide = 0;
    for (std::uint64_t number = 1; number <= 400; ++number) {
        RandomStream random(number, "spans", 0);
        const std::vector<LaneSpan> spans = random_spans(random);
        const Time end{static_cast<std::int64_t>(random.below(4'000'000'000))};
        for (int zoom = 0; zoom < 4; ++zoom) {
            const TimeScale scale = random_scale(random);
            INFO("lane " << number << ", zoom " << zoom);
            const std::vector<SpanPiece> folded = fold_spans(spans, scale, end);
            REQUIRE(folded == slow_spans(spans, scale, end));
            CHECK(folded.size() <= static_cast<std::size_t>(scale.width * 3));
            for (const SpanPiece& piece : folded) ++(piece.merged ? merged : wide);
        }
    }
    CHECK(merged > 1'000);
    CHECK(wide > 1'000);
}

TEST_CASE("timeline: folded marks are those of a slow folding, and none is lost") {
    for (std::uint64_t number = 1; number <= 400; ++number) {
        RandomStream random(number, "marks", 0);
        const std::vector<LaneMark> marks = random_marks(random);
        INFO("lane " << number);
        for (int zoom = 0; zoom < 4; ++zoom) {
            const TimeScale scale = random_scale(random);
            REQUIRE(fold_marks(marks, scale, 9, 9) == slow_marks(marks, scale, 9, 9));
        }
        TimeScale all{0, 1e12, 0, 700};
        std::size_t count = 0;
        for (const MarkPiece& piece : fold_marks(marks, all, 9, 9)) count += piece.count;
        CHECK(count == marks.size());
    }
}

TEST_CASE("timeline: marks stand together with the same ones wherever the picture begins") {
    RandomStream random(7, "marks", 0);
    std::vector<LaneMark> marks;
    std::int64_t time = 0;
    for (std::uint32_t i = 1; i <= 500; ++i) {
        time += static_cast<std::int64_t>(random.below(10'000'000));
        marks.push_back({{time}, any_tone(random), FactId{i}, "died"});
    }
    const TimeScale here{200'000'000, 1'500'000'000, 0, 500};
    TimeScale there = here;
    there.begin += 33'333'333;
    const auto first = fold_marks(marks, here, 9, 9);
    const auto second = fold_marks(marks, there, 9, 9);
    std::size_t both = 0;
    for (const MarkPiece& piece : first) {
        const auto same = std::find_if(second.begin(), second.end(), [&](const MarkPiece& other) { return other.mark == piece.mark; });
        if (same == second.end()) continue;
        CHECK(same->count == piece.count);
        ++both;
    }
    CHECK(both > 20);
}

TEST_CASE("timeline: a million spans take as many pieces as there are pixels") {
    std::vector<LaneSpan> spans;
    for (std::int64_t i = 0; i < 1'000'000; ++i) spans.push_back({{i * 1000}, {i * 1000 + 900}, i == 654'321 ? Tone::Bad : Tone::Good, 0, FactId{static_cast<std::uint32_t>(i + 1)}, {}});
    const TimeScale scale{0, 1e9, 0, 600};
    const auto pieces = fold_spans(spans, scale, {});
    CHECK(pieces.size() >= 599);
    CHECK(pieces.size() <= 601);
    // The one bad among them is seen.
    const auto bad = std::find_if(pieces.begin(), pieces.end(), [](const SpanPiece& piece) { return piece.tone == Tone::Bad; });
    REQUIRE(bad != pieces.end());
    CHECK(bad->span == 654'321);
}

TEST_CASE("timeline: ticks are round and stand apart") {
    for (double length = 2e3; length < 1e16; length *= 1.7) {
        const TimeScale scale{0, length, 0, 620};
        const std::int64_t step = tick_step(scale, 84);
        INFO(length << " " << step);
        CHECK(static_cast<double>(step) * scale.pixels_per_nanosecond() >= 84);
        CHECK(static_cast<double>(step) * scale.pixels_per_nanosecond() <= 84 * 3);
        CHECK(step % small_ticks(step) == 0);
    }
    CHECK(tick_step({0, 60e9, 0, 616}, 84) == 10'000'000'000);
}

TEST_CASE("timeline: labels say what people say") {
    constexpr std::int64_t kSecond = 1'000'000'000;
    CHECK(tick_label(0, kSecond) == "0s");
    CHECK(tick_label(40 * kSecond, 10 * kSecond) == "40s");
    CHECK(tick_label(60 * kSecond, 10 * kSecond) == "60s");
    CHECK(tick_label(90 * kSecond, 30 * kSecond) == "1m30s");
    CHECK(tick_label(120 * kSecond, 60 * kSecond) == "2m");
    CHECK(tick_label(3600 * kSecond, 600 * kSecond) == "1h");
    CHECK(tick_label(3660 * kSecond, 60 * kSecond) == "1h1m");
    CHECK(tick_label(41'250'000'000, 50'000'000) == "41.25s");
    CHECK(tick_label(61'500'000'000, 500'000'000) == "1m01.5s");
    CHECK(moment_label({41'200'000'000}, {0, 60e9, 0, 616}) == "41.2s");
    CHECK(moment_label({41'234'567'000}, {41e9, 1e8, 0, 600}) == "41.235s");
    CHECK(length_label(Duration{12'340'000'000}) == "12.340 s");
    CHECK(length_label(Duration{-12'340'000'000}) == "12.340 s");
    CHECK(length_label(Duration{1'500'000}) == "1.500 ms");
    CHECK(length_label(Duration{350'000}) == "0.350 ms");
    CHECK(length_label(Duration{3'500}) == "3.500 µs");
    CHECK(length_label(minutes(2) + milliseconds(500)) == "2m00.5s");
}

TEST_CASE("timeline: a label stands in the first gap between moments that has room for it, else in the widest") {
    const std::vector<MarkPiece> marks = {{20, Tone::Bad, 0, 1}, {60, Tone::Bad, 1, 2}, {200, Tone::Bad, 2, 1}};
    CHECK(label_room({}, 10, 100, 50, 9, 10, 14) == LabelRoom{10, 90});
    CHECK(label_room(marks, 0, 300, 15, 9, 10, 14) == LabelRoom{30, 21});
    CHECK(label_room(marks, 0, 300, 50, 9, 10, 14) == LabelRoom{84, 107});
    CHECK(label_room(marks, 0, 300, 500, 9, 10, 14) == LabelRoom{84, 107});
    // A long number takes more.
    CHECK(label_room({{20, view::Tone::Plain, 0, 100}}, 0, 300, 500, 9, 10, 10).from == Approx(52));
    CHECK(label_room(marks, 205, 300, 50, 9, 10, 14) == LabelRoom{210, 90});
    CHECK(label_room(marks, 100, 180, 500, 9, 10, 14) == LabelRoom{100, 80});
}

TEST_CASE("timeline: the window follows the present until it is moved") {
    TimelineWindow window;
    const auto settle = [&window](std::int64_t now, std::int64_t horizon) { window.settle(Time{} + seconds(now), Time{} + seconds(horizon)); };
    settle(10, 10);
    CHECK(window.begin() == 0);
    CHECK(window.length() == 60e9);
    settle(100, 100);
    CHECK(window.begin() == Approx(100e9 - 60e9 * TimelineWindow::kPresentAt));
    // Back within what is shown nothing moves; further back it comes along.
    const double begin = window.begin();
    settle(80, 100);
    CHECK(window.begin() == begin);
    settle(20, 100);
    CHECK(window.begin() == Approx(20e9 - 60e9 * (1 - TimelineWindow::kPresentAt)));
    window.pan(0.5);
    settle(20, 100);
    const double moved = window.begin();
    settle(100, 100);
    CHECK(window.begin() == moved);
    CHECK(window.mode() == TimelineWindow::Mode::Free);
    window.fit();
    settle(100, 1000);
    CHECK(window.begin() == 0);
    CHECK(window.length() >= 1000e9);
}

TEST_CASE("timeline: a zoom leaves the moment under the pointer where it is") {
    TimelineWindow window;
    const TimeScale before = window.scale(100, 600);
    const Time pointed = before.time_at(420);
    window.zoom(0.25, static_cast<double>(pointed.nanoseconds));
    CHECK(window.length() == Approx(15e9));
    CHECK(window.scale(100, 600).x_of(pointed) == Approx(420));
    for (int i = 0; i < 200; ++i) window.zoom(0.5, 30e9);
    CHECK(window.length() == TimelineWindow::kLeastLength);
    for (int i = 0; i < 200; ++i) window.zoom(2, 30e9);
    CHECK(window.length() == TimelineWindow::kMostLength);
    CHECK(window.begin() >= -window.length() * 0.021);
}

TEST_CASE("timeline: services stand before hosts, and a kind that is folded away keeps one row") {
    view::LaneSet lanes;
    for (const auto& [kind, name] : {std::pair{view::LaneKind::Consensus, "swarm"}, {view::LaneKind::Host, "one"}, {view::LaneKind::Host, "two"}, {view::LaneKind::Service, "api"},
                                     {view::LaneKind::Service, "web"}, {view::LaneKind::Fault, "kill"}, {view::LaneKind::Story, "story"}})
        lanes.lanes.push_back(lane(kind, name));
    FoldedKinds folded{};
    const auto labels = [&] {
        std::string out;
        for (const TimelineRow& row : timeline_rows(lanes, folded)) out += row_label(lanes, row) + (row.heads ? "! " : " ");
        return out;
    };
    CHECK(labels() == "managers! api! web kill! one! two story! ");
    folded[static_cast<std::size_t>(view::LaneKind::Host)] = true;
    CHECK(labels() == "managers! api! web kill! 2 hosts! story! ");
    CHECK(timeline_rows(lanes, folded)[4].lanes == 2);
}

TEST_CASE("timeline: a service is called with its project where another project has one of that name") {
    view::LaneSet lanes;
    for (const auto& [name, project] : {std::pair{"db", "shop"}, {"web", "blog"}, {"web", "shop"}}) {
        view::Lane service;
        service.kind = view::LaneKind::Service;
        service.name = name;
        service.project = project;
        lanes.lanes.push_back(std::make_shared<const view::Lane>(service));
    }
    std::string labels;
    for (const TimelineRow& row : timeline_rows(lanes, {})) labels += row_label(lanes, row) + "\n";
    CHECK(labels == "db\nblog/web\nshop/web\n");
    CHECK(lane_selection(*lanes.lanes[0], {}) == Selection{Selection::Kind::Service, "shop/db"});  // whichever others come
    CHECK(lane_selection(*lanes.lanes[2], {}) == Selection{Selection::Kind::Service, "shop/web"});
    CHECK(lane_is_selected(lanes, *lanes.lanes[2], {Selection::Kind::Service, "shop/web"}));
    CHECK_FALSE(lane_is_selected(lanes, *lanes.lanes[1], {Selection::Kind::Service, "shop/web"}));
    // A name without a project means those of all projects, and a swarm's own before them.
    CHECK(lane_is_selected(lanes, *lanes.lanes[1], {Selection::Kind::Service, "web"}));
    lanes.lanes.push_back(lane(view::LaneKind::Service, "web"));
    CHECK_FALSE(lane_is_selected(lanes, *lanes.lanes[1], {Selection::Kind::Service, "web"}));
    CHECK(lane_is_selected(lanes, *lanes.lanes[3], {Selection::Kind::Service, "web"}));
    // So does whom a fact is about.
    FactLine line;
    const auto row_of = [&](const std::string& who) {
        line.who = who;
        const auto row = row_of_fact(lanes, timeline_rows(lanes, {}), line);
        return row ? row_label(lanes, timeline_rows(lanes, {})[*row]) : std::string();
    };
    CHECK(row_of("shop/web.1") == "shop/web");
    CHECK(row_of("web.1") == "web");
    CHECK(row_of("db.1") == "db");
    CHECK(row_of("attic/web.1").empty());
}

TEST_CASE("timeline: a lane knows what it is about, and where a fact stands") {
    view::Lane web;
    web.kind = view::LaneKind::Service;
    web.name = "web";
    web.marks = {{{5}, Tone::Bad, FactId{7}, "died"}, {{5}, Tone::Bad, FactId{8}, "died"}};
    web.spans = {{{1}, {5}, Tone::Good, 1, FactId{3}, "1 running"}, {{5}, kNever, Tone::Bad, 0, FactId{7}, "none of 1 running"}};
    view::Lane kill;
    kill.kind = view::LaneKind::Fault;
    kill.name = "partition";
    kill.spans = {{{1}, {5}, Tone::Bad, 1, FactId{2}, "one two"}};
    CHECK(lane_selection(web, {}) == Selection{Selection::Kind::Service, "web"});
    CHECK(lane_selection(kill, {3}) == Selection{Selection::Kind::Fault, "partition one two"});
    CHECK(lane_selection(kill, {6}).kind == Selection::Kind::None);
    CHECK(lane_is_selected({}, web, {Selection::Kind::Container, "web.1"}));
    CHECK_FALSE(lane_is_selected({}, web, {Selection::Kind::Container, "webby.1"}));
    CHECK(lane_has_fact(web, FactId{8}, {5}));
    CHECK(lane_has_fact(web, FactId{3}, {1}));
    CHECK_FALSE(lane_has_fact(web, FactId{9}, {5}));
    view::LaneSet lanes;
    lanes.lanes = {lane(view::LaneKind::Host, "one"), std::make_shared<const view::Lane>(web), std::make_shared<const view::Lane>(kill)};
    const auto rows = timeline_rows(lanes, {});
    FactLine line;
    line.fact = FactId{2};
    line.time = {1};
    line.who = "web.1";
    CHECK(row_of_fact(lanes, rows, line) == 1);
    line.fact = FactId{99};
    CHECK(row_of_fact(lanes, rows, line) == 0);  // of web, by whom it is about
    line.who = "one";
    CHECK(row_of_fact(lanes, rows, line) == 2);
    line.who = "nobody";
    CHECK_FALSE(row_of_fact(lanes, rows, line).has_value());
}

TEST_CASE("metrics: series folded to columns keep what is least and most, and scales end roundly") {
    const std::vector<float> values = {-1, -1, 5, 1, 9, 3, 3, 3};
    const auto four = fold_series(values, 4);
    CHECK_FALSE(four[0].known);
    CHECK(four[1] == SeriesColumn{1, 5, 1, true});
    CHECK(four[2] == SeriesColumn{3, 9, 3, true});
    CHECK(fold_series({2}, 3) == std::vector<SeriesColumn>(3, SeriesColumn{2, 2, 2, true}));
    CHECK(fold_series({}, 2) == std::vector<SeriesColumn>(2));
    CHECK(scale_end(0, 1) == 1);
    CHECK(scale_end(1.5F, 1) == 2);
    CHECK(scale_end(4, 1) == 5);
    CHECK(scale_end(7, 1) == 10);
    CHECK(scale_end(130, 1) == 200);
    CHECK(sample_time(0, Time{} + seconds(10), seconds(2), 3) == Time{} + seconds(6));
}

TEST_CASE("metrics: values in words") {
    CHECK(series_words(1, SeriesUnit::Share) == "100 %");
    CHECK(series_words(0.9953F, SeriesUnit::Share) == "99.5 %");
    CHECK(series_words(-1, SeriesUnit::Share) == "–");
    CHECK(series_words(2.34F, SeriesUnit::Milliseconds) == "2.3 ms");
    CHECK(series_words(1500, SeriesUnit::Milliseconds) == "1.50 s");
    CHECK(series_words(40, SeriesUnit::PerSecond) == "40/s");
    CHECK(series_words(3, SeriesUnit::Count) == "3");
    CHECK(bytes_words(1'234'567) == "1.2 MB");
    CHECK(down_words(milliseconds(800)) == "0.8 s");
    CHECK(down_words(seconds(62)) == "1m02s");
}

}  // namespace podium::desktop
