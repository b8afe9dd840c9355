// The metrics panel: how the run went over time as small charts, and what became of each service.

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "sim/base/share.hpp"
#include "sim/view/outcome.hpp"
#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/metrics_parts.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr float kMetricsChartWidth = 118;
constexpr float kMetricsChartHeight = 92;
constexpr float kMetricsChartGap = 10;
constexpr float kMetricsTableWidth = 340;
constexpr float kMetricsGround = 0.85F;  // of words that stand where lines go: these are seen beneath, and don't strike them through

struct MetricsSeries {
    const std::vector<float>* values = nullptr;
    std::uint32_t colour = 0;
    const char* name = "";
    const std::vector<std::uint32_t>* hosts = nullptr;  ///< Of each value: whose it is, as host_of_value() has it; null: no host's.
};

struct MetricsChart {
    const char* id = "";
    const char* title = "";
    const char* meaning = "";
    SeriesUnit unit = SeriesUnit::Count;
    float least_end = 1;
    bool ends_at_one = false;
    std::vector<MetricsSeries> series;
    bool highest = false;  ///< Above it stands the highest of the newest values with its name, in place of all of them.
};

std::string_view host_of(const MetricsView& metrics, const MetricsSeries& series, std::size_t place) {
    return series.hosts == nullptr ? std::string_view() : host_of_value(metrics.hosts, *series.hosts, place, (*series.values)[place]);
}

// Where charts stand beside one another.
struct MetricsGrid {
    std::size_t columns = 1;
    float width = 0;
    float height = 0;
};

MetricsGrid metrics_grid(const Context& context, std::size_t charts, float width, float height) {
    const float gap = context.px(kMetricsChartGap);
    MetricsGrid grid;
    grid.columns = std::clamp<std::size_t>(static_cast<std::size_t>((width + gap) / (context.px(kMetricsChartWidth) + gap)), 1, charts);
    const std::size_t rows = (charts + grid.columns - 1) / grid.columns;
    grid.columns = (charts + rows - 1) / rows;
    grid.width = (width - gap * static_cast<float>(grid.columns - 1)) / static_cast<float>(grid.columns);
    const float room = (height - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows);
    grid.height = std::clamp(room, context.px(kMetricsChartHeight), context.px(kMetricsChartHeight * 1.8F));
    return grid;
}

class MetricsPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override;
    void draw(Context& context, const Frame& frame, const Area& area) override;

  private:
    void draw_charts(Context& context, const Frame& frame, ImVec2 from, const MetricsGrid& grid);
    void draw_chart(Context& context, const Frame& frame, const MetricsChart& chart, const Area& area);
    void draw_series(const Context& context, const MetricsSeries& series, const Area& plot, float end);
    static void draw_names(Context& context, const MetricsChart& chart, const Area& plot, std::uint32_t ground);
    void draw_reading(Context& context, const Frame& frame, const MetricsChart& chart, const Area& plot, float end);
    void draw_outcome(Context& context, const view::RunOutcome& outcome);
    void draw_totals(Context& context, const view::RunOutcome& outcome);

    std::vector<MetricsChart> charts_;
};

void MetricsPanel::prepare(Context& context, const Frame& frame, const Area&) {
    context.look.metrics_panel = true;
    charts_.clear();
    if (frame.metrics == nullptr) return;
    const MetricsView& metrics = *frame.metrics;
    const Theme& theme = *context.theme;
    charts_.push_back({"availability", "AVAILABILITY", "share of the wanted containers that run", SeriesUnit::Share, 1, true, {{&metrics.available, theme.good, ""}}});
    charts_.push_back({"requests", "REQUESTS", "a second, of all sources", SeriesUnit::PerSecond, 1, false, {{&metrics.answered, theme.accent, "answered"}, {&metrics.failed, theme.bad, "failed"}}});
    charts_.push_back({"latency", "MEDIAN LATENCY", "of all answers so far, of the slowest source", SeriesUnit::Milliseconds, 1, false, {{&metrics.latency, theme.violet, ""}}});
    charts_.push_back({"restarts", "RESTARTS", "so far", SeriesUnit::Count, 2, false, {{&metrics.restarts, theme.warning, ""}}});
    // Blue, amber and grey are told apart by the colour-blind, and stand out from both themes' grounds.
    const std::vector<MetricsSeries> use{{&metrics.memory, theme.accent, "memory", &metrics.memory_host},
                                         {&metrics.processor, theme.warning, "CPU", &metrics.processor_host},
                                         {&metrics.disk, theme.dim, "disk", &metrics.disk_host}};
    charts_.push_back({"saturation", "HOST USE", "at that moment, each of the host that has the least of it left", SeriesUnit::Share, 1, true, use, true});
}

void MetricsPanel::draw(Context& context, const Frame& frame, const Area& area) {
    put_heading(context, icon::kChart, "METRICS");
    if (frame.metrics == nullptr) return;
    const ImVec2 from = ImGui::GetCursorScreenPos();
    const float width = std::max(1.0F, ImGui::GetContentRegionAvail().x);
    const float height = std::max(1.0F, area.bottom() - from.y - context.px(10));
    // The table stands beside the charts where these keep one row.
    const auto charts = static_cast<float>(charts_.size());
    const bool beside = width > context.px(kMetricsTableWidth + kMetricsChartWidth * charts + kMetricsChartGap * (charts + 1));
    const float for_charts = beside ? width - context.px(kMetricsTableWidth + kMetricsChartGap * 2) : width;
    const MetricsGrid grid = metrics_grid(context, charts_.size(), for_charts, height);
    draw_charts(context, frame, from, grid);
    const std::size_t rows = (charts_.size() + grid.columns - 1) / grid.columns;
    const float used = static_cast<float>(rows) * (grid.height + context.px(kMetricsChartGap));
    if (frame.metrics->outcome != nullptr) {
        const float left = beside ? from.x + for_charts + context.px(kMetricsChartGap * 2) : from.x;
        const float top = beside ? from.y : from.y + used;
        ImGui::SetCursorScreenPos(ImVec2(left, top));
        ImGui::BeginGroup();
        draw_outcome(context, *frame.metrics->outcome);
        ImGui::EndGroup();
    }
    // What is drawn by hand takes room, too.
    ImGui::SetCursorScreenPos(ImVec2(from.x, std::max(ImGui::GetCursorScreenPos().y, from.y + used)));
    ImGui::Dummy(ImVec2(1, 1));
}

void MetricsPanel::draw_charts(Context& context, const Frame& frame, ImVec2 from, const MetricsGrid& grid) {
    const float gap = context.px(kMetricsChartGap);
    for (std::size_t i = 0; i < charts_.size(); ++i) {
        const float x = from.x + static_cast<float>(i % grid.columns) * (grid.width + gap);
        const float y = from.y + static_cast<float>(i / grid.columns) * (grid.height + gap);
        draw_chart(context, frame, charts_[i], {x, y, grid.width, grid.height});
    }
}

void MetricsPanel::draw_chart(Context& context, const Frame& frame, const MetricsChart& chart, const Area& area) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImFont* font = context.fonts->small;
    float most = 0;
    std::vector<SeriesNewest> newest;
    for (const MetricsSeries& series : chart.series) {
        for (const float value : *series.values) most = std::max(most, value);
        if (series.values->empty()) continue;
        const std::size_t place = series.values->size() - 1;
        newest.push_back({series.values->back(), series.name, host_of(*frame.metrics, series, place)});
    }
    std::string latest = newest.empty() ? std::string() : chart.highest ? highest_words(newest, chart.unit) : newest_words(newest, chart.unit);
    // Which host that is stands beside it where there is room, and always in the reading.
    if (const std::string with_host = chart.highest ? highest_with_host(newest, chart.unit) : std::string();
        !with_host.empty() && words_size(font, chart.title).x + context.px(8) + words_size(font, with_host).x <= area.width)
        latest = with_host;
    const float end = chart.ends_at_one ? 1.0F : scale_end(most, chart.least_end);
    const float latest_width = words_size(font, latest).x;
    put_words(list, font, ImVec2(area.x, area.y), theme.faint, fitted(font, chart.title, area.width - latest_width - context.px(8)));
    put_words(list, font, ImVec2(area.right() - latest_width, area.y), theme.text, latest);
    context.mark(fmt::format("metrics.{}.newest", chart.id), Area{area.right() - latest_width, area.y, latest_width, font->FontSize});
    const float top = area.y + font->FontSize + context.px(5);
    const Area plot{area.x, top, area.width, area.bottom() - top};
    const std::uint32_t ground = mixed(theme.field, theme.raised, 0.35F);
    list->AddRectFilled(ImVec2(plot.x, plot.y), ImVec2(plot.right(), plot.bottom()), packed(ground), context.px(5));
    const float middle = std::floor(plot.y + plot.height / 2) + 0.5F;
    list->AddLine(ImVec2(plot.x, middle), ImVec2(plot.right(), middle), packed(theme.line, 0.7F));
    list->PushClipRect(ImVec2(plot.x, plot.y), ImVec2(plot.right(), plot.bottom()), true);
    for (const MetricsSeries& series : chart.series) draw_series(context, series, plot, end);
    list->PopClipRect();
    put_words(list, font, ImVec2(plot.x + context.px(5), plot.y + context.px(8)), theme.faint, series_words(end, chart.unit), 0.8F);
    // Of several lines each is named.
    if (chart.series.size() > 1) draw_names(context, chart, plot, ground);
    hit(context, std::string("metrics.") + chart.id, plot);
    if (ImGui::IsItemHovered()) draw_reading(context, frame, chart, plot, end);
}

// Below one another, each in its line's colour: beside one another they have no room in the narrowest chart. Each has a ground, since
// the lines go through anywhere.
void MetricsPanel::draw_names(Context& context, const MetricsChart& chart, const Area& plot, std::uint32_t ground) {
    ImFont* font = context.fonts->small;
    ImDrawList* list = ImGui::GetWindowDrawList();
    std::vector<Area> sizes;
    for (const MetricsSeries& series : chart.series) {
        const ImVec2 size = words_size(font, series.name);
        sizes.push_back({0, 0, size.x, font->FontSize});
    }
    const float top = plot.y + context.px(10) + font->FontSize;
    const std::vector<Area> places = names_below(sizes, {plot.x + context.px(5), top, plot.width - context.px(10), plot.bottom() - top}, context.px(1), context.px(8));
    const float edge = context.px(3);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Area& at = places[i];
        list->AddRectFilled(ImVec2(at.x - edge, at.y), ImVec2(at.right() + edge, at.bottom()), packed(ground, kMetricsGround), context.px(3));
        put_words(list, font, ImVec2(at.x, at.y), chart.series[i].colour, chart.series[i].name);
        context.mark(fmt::format("metrics.{}.{}", chart.id, chart.series[i].name), at);
    }
}

void MetricsPanel::draw_series(const Context& context, const MetricsSeries& series, const Area& plot, float end) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto columns = static_cast<std::size_t>(std::max(2.0F, plot.width / std::max(1.0F, context.px(1))));
    const std::vector<SeriesColumn> folded = fold_series(*series.values, columns);
    const float step = plot.width / static_cast<float>(columns);
    const float bottom = plot.bottom() - context.px(3);
    const float height = plot.height - context.px(9);
    const auto y_of = [&](float value) { return bottom - std::clamp(value / end, 0.0F, 1.0F) * height; };
    std::vector<ImVec2> line;
    const auto finish = [&] {
        if (line.size() > 1) list->AddPolyline(line.data(), static_cast<int>(line.size()), packed(series.colour), 0, context.px(1.6F));
        line.clear();
    };
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const SeriesColumn& column = folded[i];
        if (!column.known) {
            finish();
            continue;
        }
        const float x = plot.x + static_cast<float>(i) * step;
        list->AddRectFilled(ImVec2(x, y_of(column.last)), ImVec2(x + step, plot.bottom()), packed(series.colour, 0.13F));
        // A column that holds more than a line can show is drawn over its whole height.
        if (y_of(column.low) - y_of(column.high) > context.px(2)) list->AddLine(ImVec2(x + step / 2, y_of(column.low)), ImVec2(x + step / 2, y_of(column.high)), packed(series.colour, 0.6F), step);
        line.emplace_back(x + step / 2, y_of(column.last));
    }
    finish();
}

void MetricsPanel::draw_reading(Context& context, const Frame& frame, const MetricsChart& chart, const Area& plot, float end) {
    const Theme& theme = *context.theme;
    const MetricsView& metrics = *frame.metrics;
    const std::size_t count = chart.series.front().values->size();
    if (count == 0) return;
    // Whoever has come here by keys, with the pointer anywhere, reads the newest.
    const ImVec2 mouse = ImGui::GetMousePos();
    const bool pointed = plot.holds(mouse.x, mouse.y);
    const float share = pointed ? std::clamp((mouse.x - plot.x) / plot.width, 0.0F, 1.0F) : 1.0F;
    const auto place = std::min(count - 1, static_cast<std::size_t>(share * static_cast<float>(count)));
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = std::floor(pointed ? mouse.x : plot.right() - 1) + 0.5F;
    list->AddLine(ImVec2(x, plot.y), ImVec2(x, plot.bottom()), packed(theme.text, 0.5F));
    std::string words = fmt::format("{}\n{}", chart.meaning, format_time(sample_time(place, metrics.last, metrics.sample_every, count)));
    for (const MetricsSeries& series : chart.series) {
        if (place >= series.values->size()) continue;
        const float value = (*series.values)[place];
        words += fmt::format("\n{}{}{}", series.name, *series.name == '\0' ? "" : " ", series_words(value, chart.unit));
        if (const std::string_view host = host_of(metrics, series, place); !host.empty()) {
            words += fmt::format(" on {}", host);
            context.mark(fmt::format("metrics.read.{}.{}", series.name, host), plot);
        }
        if (value < 0) continue;
        const float y = plot.bottom() - context.px(3) - std::clamp(value / end, 0.0F, 1.0F) * (plot.height - context.px(9));
        list->AddCircleFilled(ImVec2(x, y), context.px(3), packed(series.colour));
    }
    ImGui::SetTooltip("%s", words.c_str());
    context.mark(fmt::format("metrics.reading.{}", place), plot);
}

void MetricsPanel::draw_outcome(Context& context, const view::RunOutcome& outcome) {
    const Theme& theme = *context.theme;
    draw_totals(context, outcome);
    if (outcome.services.empty()) return;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(context.px(6), context.px(2)));
    ImGui::PushFont(context.fonts->small);
    if (ImGui::BeginTable("metrics.outcome", 5, ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_SizingStretchProp, ImVec2(std::min(ImGui::GetContentRegionAvail().x, context.px(kMetricsTableWidth)), 0))) {
        constexpr std::array<std::pair<const char*, float>, 5> kColumns = {{{"service", 2.2F}, {"available", 1.4F}, {"restarts", 1.2F}, {"moves", 1.0F}, {"down", 1.2F}}};
        for (const auto& [name, width] : kColumns) ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthStretch, width);
        ImGui::TableNextRow();
        for (const auto& [name, width] : kColumns) {
            ImGui::TableNextColumn();
            ImGui::TextColored(as_vec4(theme.faint), "%s", name);
        }
        const Selection& chosen = context.look.selection;
        const std::string chosen_name = chosen.kind == Selection::Kind::Service ? chosen.name : std::string();
        const bool is_whole = std::any_of(outcome.services.begin(), outcome.services.end(), [&chosen_name](const view::ServiceSummary& one) { return one.identity().whole() == chosen_name; });
        for (const view::ServiceSummary& service : outcome.services) {
            ImGui::TableNextRow();
            const auto cell = [](std::uint32_t colour, const std::string& words) {
                ImGui::TableNextColumn();
                ImGui::TextColored(as_vec4(colour), "%s", words.c_str());
            };
            const int availability = service.availability();
            const std::string called = service.called();
            const std::string whole = service.identity().whole();
            ImGui::TableNextColumn();
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.text));
            const bool selected = whole == chosen_name || (!is_whole && service.is_called(chosen_name));
            if (ImGui::Selectable(fmt::format("{}##metrics.service.{}", called, called).c_str(), selected, ImGuiSelectableFlags_SpanAllColumns))
                context.select(Selection::Kind::Service, whole);
            ImGui::PopStyleColor();
            context.mark("metrics.service." + called);
            if (ImGui::IsItemHovered()) context.lit_hovered = whole;
            if (ImGui::IsItemHovered() && ImGui::IsMouseReleased(1))
                context.menu = {true, {Selection::Kind::Service, whole}, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
            cell(availability < 0 ? theme.dim : availability == 10'000 ? theme.good : availability >= 9'900 ? theme.warning : theme.bad, availability < 0 ? "–" : cut_share_text(availability) + " %");
            cell(service.restarts > 0 ? theme.warning : theme.dim, fmt::format("{}", service.restarts));
            cell(service.moves > 0 ? theme.text : theme.dim, fmt::format("{}", service.moves));
            cell(service.down.nanoseconds > 0 ? theme.bad : theme.dim, down_words(service.down));
        }
        ImGui::EndTable();
    }
    ImGui::PopFont();
    ImGui::PopStyleVar();
}

// What was lost, in one line above the table.
void MetricsPanel::draw_totals(Context& context, const view::RunOutcome& outcome) {
    const Theme& theme = *context.theme;
    ImGui::PushFont(context.fonts->small);
    ImGui::TextColored(as_vec4(theme.faint), "LOST");
    ImGui::SameLine(0, context.px(10));
    ImGui::TextColored(as_vec4(outcome.lost_bytes() > 0 ? theme.bad : theme.dim), "%s", outcome.lost_bytes() > 0 ? (bytes_words(outcome.lost_bytes()) + " of data").c_str() : "no data");
    context.mark("metrics.lost.data");
    if (outcome.traffic) {
        ImGui::SameLine(0, context.px(10));
        ImGui::TextColored(as_vec4(outcome.requests_lost > 0 ? theme.bad : theme.dim), "%s", fmt::format("{} of {} requests", outcome.requests_lost, outcome.requests_sent).c_str());
        context.mark("metrics.lost.requests");
    }
    ImGui::PopFont();
}

}  // namespace

std::unique_ptr<Panel> make_metrics_panel() {
    return std::make_unique<MetricsPanel>();
}

}  // namespace podium::desktop
