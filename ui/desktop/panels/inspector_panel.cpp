// The inspector: all about the selection. Its head says what it is and how it stands; its tabs show rows
// with charts, why it stands so, what happened to it, its log, and for a task the scheduler's view of
// each node: as things are while it waits, and as they were when it got its node.

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/inspector_draw.hpp"
#include "ui/desktop/panels/inspector_parts.hpp"
#include "ui/desktop/panels/menu.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr std::size_t kCausesShown = 5;

std::string bytes_words(std::int64_t bytes) {
    return bytes >= 1LL << 30 ? fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1LL << 30)) : fmt::format("{} MiB", (bytes + (1LL << 19)) >> 20);
}

class InspectorPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override {
        context.look.inspector = true;
        width_ = std::max(area.width - context.px(28), context.px(120));
        detail_ = frame.detail;
        forked_ = frame.fork != nullptr;
        const bool current = detail_ && detail_->selection == context.look.selection;
        if (!current || context.look.selection != shown_) {
            if (context.look.selection != shown_) open_sections_ = {};
            shown_ = context.look.selection;
        }
        actions_.clear();
        if (shown_.kind == Selection::Kind::None || !current) {
            if (!current) detail_ = nullptr;
            context.look.placement = false;
            context.look.why = false;
            return;
        }
        tabs_ = tabs_of(*detail_);
        // What is not there at this moment may be again at the next that is gone to.
        tab_ = std::find(tabs_.begin(), tabs_.end(), wanted_) == tabs_.end() ? InspectorTab::Overview : wanted_;
        context.look.placement = tab_ == InspectorTab::Placement;
        context.look.why = tab_ == InspectorTab::Why;
        sections_ = sections_of(*detail_);
        memory_ = chart_of(detail_->memory_bytes, detail_->memory_limit_bytes);
        processor_ = chart_of(detail_->cpu_millicores, detail_->cpu_limit_millicores);
        causes_ = short_causes(detail_->causes, kCausesShown);
        table_ = placement_table(detail_->placement);
        if (frame.cluster) actions_ = useful_actions(actions_for(frame, shown_, context.terminal), *detail_);
        colour_ = context.theme->accent;
        if (frame.cluster && !detail_->service.empty()) {
            if (const std::uint32_t service = view::service_meant(*frame.cluster, detail_->service); service != view::kNone)
                colour_ = service_colour(*context.theme, frame.cluster->services[service].place);
        }
    }

    void draw(Context& context, const Frame& frame, const Area&) override {
        put_heading(context, icon::kCube, "INSPECTOR");
        if (shown_.kind == Selection::Kind::None) {
            put_nothing(context, frame);
            return;
        }
        if (!detail_) {
            put_dim(context, fmt::format("{} …", shown_.name));
            return;
        }
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(context.px(8), context.px(6)));
        put_head(context);
        put_tabs(context);
        switch (tab_) {
            case InspectorTab::Overview: put_overview(context); break;
            case InspectorTab::Why: put_why(context); break;
            case InspectorTab::History: put_history(context); break;
            case InspectorTab::Logs: put_logs(context); break;
            case InspectorTab::Placement: put_nodes(context); break;
        }
        ImGui::PopStyleVar();
    }

  private:
    static void put_dim(const Context& context, const std::string& words) {
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(context.theme->dim));
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(words.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }

    // What there is to select.
    void put_nothing(Context& context, const Frame& frame) const {
        ImGui::Dummy(ImVec2(0, context.px(2)));
        put_dim(context, "Click a container, a host, a service or a link to look at it.");
        if (!frame.cluster) return;
        const view::ClusterView& cluster = *frame.cluster;
        ImGui::Dummy(ImVec2(0, context.px(4)));
        put_part_heading(context, "NOW");
        const auto row = [&](const char* name, std::string value, view::Tone tone) { put_row(context, {name, std::move(value), tone, {}}, width_, false); };
        const auto down = static_cast<std::size_t>(std::count_if(cluster.hosts.begin(), cluster.hosts.end(), [](const view::HostView& host) { return !host.up || host.frozen; }));
        row("Hosts", down == 0 ? fmt::format("{}", cluster.hosts.size()) : fmt::format("{}, {} down", cluster.hosts.size(), down), down == 0 ? view::Tone::Plain : view::Tone::Bad);
        row("Services", fmt::format("{}", cluster.services.size()), view::Tone::Plain);
        row("Running", fmt::format("{} of {}", cluster.running, cluster.wanted), cluster.running >= cluster.wanted ? view::Tone::Good : view::Tone::Warning);
        // What runs and does not answer yet, or no longer, is why the cluster converges.
        std::uint32_t ready = 0;
        for (const view::ServiceView& service : cluster.services) ready += std::min(service.ready, service.wanted);
        if (ready < std::min(cluster.running, cluster.wanted)) {
            row("Ready", fmt::format("{} of {}", ready, cluster.wanted), view::Tone::Warning);
            const ImVec2 from = ImGui::GetItemRectMin();
            const ImVec2 to = ImGui::GetItemRectMax();
            context.mark("inspector.ready", Area{from.x, from.y, to.x - from.x, to.y - from.y});
        }
        row("Faults", fmt::format("{}", cluster.faults.size()), cluster.faults.empty() ? view::Tone::Plain : view::Tone::Bad);
    }

    void put_head(Context& context) const {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float side = context.px(40);
        list->AddRectFilled(at, ImVec2(at.x + side, at.y + side), packed(mixed(theme.panel, colour_, theme.dark ? 0.3F : 0.18F)), context.px(9));
        const char* icon = icon_of(shown_.kind);
        const ImVec2 icon_size = words_size(context.fonts->big, icon);
        put_words(list, context.fonts->big, ImVec2(at.x + (side - icon_size.x) / 2, at.y + (side - icon_size.y) / 2), colour_, icon);
        const float left = side + context.px(12);
        const std::uint32_t tone = detail_->tone == view::Tone::Plain || detail_->tone == view::Tone::Quiet ? theme.dim : tone_colour(theme, detail_->tone);
        const float pill = words_size(context.fonts->small, detail_->state).x + context.px(16);
        const float title = words_size(context.fonts->title, detail_->title).x;
        // A long state stands below the name, else beside it.
        const bool beside = left + title + context.px(8) + pill <= width_;
        if (beside) put_pill(context, list, ImVec2(at.x + width_ - pill, at.y + context.px(1)), detail_->state, tone);
        put_words(list, context.fonts->title, ImVec2(at.x + left, at.y), theme.text, fitted(context.fonts->title, detail_->title, width_ - left - (beside ? pill + context.px(8) : 0)));
        // Of a fork's two sides it tells of one, whichever picture it was selected in.
        const std::string subtitle = forked_ ? fmt::format("{} · with the change", detail_->subtitle) : detail_->subtitle;
        const std::string shown = fitted(context.fonts->small, subtitle, width_ - left);
        put_words(list, context.fonts->small, ImVec2(at.x + left, at.y + context.px(23)), theme.dim, shown);
        if (forked_) context.mark("inspector.side", Area{at.x + left, at.y + context.px(23), words_size(context.fonts->small, shown).x, context.fonts->small->FontSize});
        float height = side + context.px(6);
        if (!beside) {
            const std::string state = fitted(context.fonts->small, detail_->state, width_ - left - context.px(16));
            put_pill(context, list, ImVec2(at.x + left, at.y + context.px(41)), state, tone);
            height += context.px(22);
        }
        if (hit(context, "inspector.head", Area{at.x, at.y, width_, height})) ImGui::SetScrollY(0);
        if (ImGui::IsItemHovered() && ImGui::IsMouseReleased(1)) context.menu = {true, shown_, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    void put_tabs(Context& context) {
        if (tabs_.size() < 2) return;
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* font = context.fonts->small;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = font->FontSize + context.px(12);
        float x = at.x;
        for (const InspectorTab tab : tabs_) {
            const std::string_view title = tab_title(tab);
            const float wide = words_size(font, title).x;
            const Area area{x, at.y, wide + context.px(4), height};
            if (hit(context, fmt::format("inspector.tab.{}", title), area)) tab_ = wanted_ = tab;
            const bool hovered = ImGui::IsItemHovered();
            put_words(list, font, ImVec2(x, at.y + context.px(4)), tab == tab_ ? theme.text : hovered ? theme.dim : theme.faint, title);
            if (tab == tab_) list->AddRectFilled(ImVec2(x, area.bottom() - context.px(2)), ImVec2(x + wide, area.bottom()), packed(theme.accent), context.px(1));
            x += wide + context.px(14);
        }
        list->AddLine(ImVec2(at.x, at.y + height), ImVec2(at.x + width_, at.y + height), packed(theme.line));
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height + context.px(4)));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    void put_overview(Context& context) {
        for (const InspectorSection& section : sections_)
            if (section.title.empty())
                for (const Detail::Row* row : section.rows) put_row(context, *row, width_, false);
        if (memory_.shares.size() > 1) {
            const std::string now = fmt::format("{} now", bytes_words(detail_->memory_bytes.back()));
            put_part_heading(context, "MEMORY", fmt::format("last {} s, {}", detail_->memory_bytes.size(), now));
            put_chart(context, "inspector.memory", memory_, width_, colour_, fmt::format("limit {}", bytes_words(detail_->memory_limit_bytes)));
        }
        // What never computes has no chart of it.
        const bool computes = std::any_of(detail_->cpu_millicores.begin(), detail_->cpu_millicores.end(), [](std::int64_t value) { return value > 0; });
        if (computes) {
            put_part_heading(context, "PROCESSOR", fmt::format("{:.2f} CPUs now", static_cast<double>(detail_->cpu_millicores.back()) / 1000));
            put_chart(context, "inspector.processor", processor_, width_, mixed(colour_, context.theme->text, 0.25F), fmt::format("limit {:.1f} CPUs", static_cast<double>(detail_->cpu_limit_millicores) / 1000));
        }
        if (!detail_->probes.empty()) {
            put_part_heading(context, "HEALTH CHECKS");
            put_probe_boxes(context, detail_->probes, width_);
        }
        if (!causes_.empty()) {
            put_part_heading(context, why_heading(*detail_));
            ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
            put_chain(context, "inspector.cause", causes_, *detail_, width_);
            ImGui::PopStyleVar();
        }
        put_buttons(context);
        put_sections(context);
    }

    void put_buttons(Context& context) {
        if (actions_.empty()) return;
        ImGui::Dummy(ImVec2(0, context.px(2)));
        const float each = (width_ - context.px(8)) / 2;
        for (std::size_t i = 0; i < actions_.size(); ++i) {
            const Action& action = actions_[i];
            if (i % 2 == 1) ImGui::SameLine(0, context.px(8));
            const bool logs = action.command.starts_with("docker logs");
            const std::string label = fitted(context.fonts->text, logs ? std::string("View logs") : action.label, each - context.px(20));
            if (button(context, fmt::format("inspector.act.{}", i), label, each, true, i == 0 && detail_->tone == view::Tone::Bad)) {
                if (logs) {
                    tab_ = wanted_ = InspectorTab::Logs;
                } else {
                    const bool ahead = action.label.ends_with("…") || ImGui::GetIO().KeyShift;
                    choose_line(context, action.terminal, action.command, choice_of(ImGui::GetIO().KeyCtrl, ahead));
                }
            }
            if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", action.command.c_str());
        }
    }

    // Everything else, each part folded until somebody opens it.
    void put_sections(Context& context) {
        const Theme& theme = *context.theme;
        for (const InspectorSection& section : sections_) {
            if (section.title.empty()) continue;
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImFont* font = context.fonts->small;
            const float height = font->FontSize + context.px(10);
            const bool open = open_sections_.contains(section.title);
            if (hit(context, fmt::format("inspector.section.{}", section.title), Area{at.x, at.y, width_, height})) {
                if (open) {
                    open_sections_.erase(section.title);
                } else {
                    open_sections_.insert(section.title);
                }
            }
            ImDrawList* list = ImGui::GetWindowDrawList();
            list->AddLine(at, ImVec2(at.x + width_, at.y), packed(theme.line));
            put_words(list, font, ImVec2(at.x, at.y + context.px(7)), ImGui::IsItemHovered() ? theme.text : theme.dim, section.title);
            const std::string count = fmt::format("{}  {}", section.rows.size(), open ? "−" : "+");
            put_words(list, font, ImVec2(at.x + width_ - words_size(font, count).x, at.y + context.px(7)), theme.faint, count);
            ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height));
            ImGui::Dummy(ImVec2(width_, 0));
            if (!open) continue;
            for (const Detail::Row* row : section.rows) put_row(context, *row, width_, true);
        }
    }

    void put_why(Context& context) {
        if (!detail_->causes.empty()) {
            put_part_heading(context, why_heading(*detail_), "a double click goes there");
            ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
            put_chain(context, "inspector.why", short_causes(detail_->causes, detail_->causes.size()), *detail_, width_);
            ImGui::PopStyleVar();
        }
        if (detail_->why.empty()) return;
        put_part_heading(context, "IN WORDS");
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width_);
        ImGui::TextUnformatted(prose_of(detail_->why).c_str());
        ImGui::PopTextWrapPos();
        const ImVec2 at = ImGui::GetItemRectMin();
        const ImVec2 end = ImGui::GetItemRectMax();
        context.mark("inspector.words", Area{at.x, at.y, end.x - at.x, end.y - at.y});
    }

    void put_history(Context& context) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
        // The newest first: that is what one looks for.
        for (auto line = detail_->history.rbegin(); line != detail_->history.rend(); ++line)
            put_fact_line(context, fmt::format("inspector.history.{}", line->fact.value), *line, *detail_, width_);
        ImGui::PopStyleVar();
    }

    void put_logs(Context& context) {
        const Theme& theme = *context.theme;
        if (detail_->logs.empty()) {
            put_dim(context, "It has written nothing.");
            return;
        }
        const float height = std::max(context.px(120), ImGui::GetContentRegionAvail().y - context.px(4));
        ImGui::PushStyleColor(ImGuiCol_ChildBg, as_vec4(theme.field));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(8), context.px(6)));
        ImGui::BeginChild("inspector.logs", ImVec2(width_, height), true, ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_AlwaysUseWindowPadding);
        ImGui::PushFont(context.fonts->mono);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(detail_->logs.size()));
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) ImGui::TextUnformatted(detail_->logs[static_cast<std::size_t>(i)].c_str());
        ImGui::PopFont();
        const bool follows = ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - context.px(4);
        if (follows && log_lines_ != detail_->logs.size()) ImGui::SetScrollHereY(1);
        log_lines_ = detail_->logs.size();
        ImGui::EndChild();
        ImGui::PopStyleVar();
        ImGui::PopStyleColor();
        context.mark("inspector.log");
    }

    void put_nodes(Context& context) {
        if (table_.rows.empty() && detail_->placement_remarks.empty()) put_dim(context, "Asks the scheduler …");
        if (!table_.rows.empty()) {
            const bool waits = detail_->decided == kNever;
            put_part_heading(context, "NODES", waits ? std::string("and the filters that refuse them") : "as it was decided at " + format_time(detail_->decided));
            ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
            put_placement(context, table_, width_);
            ImGui::PopStyleVar();
        }
        for (std::size_t i = 0; i < detail_->placement_remarks.size(); ++i) {
            put_dim(context, detail_->placement_remarks[i]);
            context.mark(fmt::format("inspector.placed.{}", i));
        }
        if (detail_->ways.empty()) return;
        put_part_heading(context, "WHAT WOULD PLACE IT");
        for (std::size_t i = 0; i < detail_->ways.size(); ++i) {
            ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width_);
            ImGui::TextUnformatted(fmt::format("{}. {}", i + 1, detail_->ways[i]).c_str());
            ImGui::PopTextWrapPos();
            context.mark(fmt::format("inspector.way.{}", i));
        }
    }

    std::shared_ptr<const Detail> detail_;
    Selection shown_;
    InspectorTab wanted_ = InspectorTab::Overview;  ///< The last that was chosen.
    InspectorTab tab_ = InspectorTab::Overview;
    std::vector<InspectorTab> tabs_;
    std::vector<InspectorSection> sections_;
    std::set<std::string> open_sections_;
    InspectorChart memory_;
    InspectorChart processor_;
    std::vector<const FactLine*> causes_;
    PlacementTable table_;
    std::vector<Action> actions_;
    std::uint32_t colour_ = 0;
    float width_ = 0;
    bool forked_ = false;
    std::size_t log_lines_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_inspector_panel() {
    return std::make_unique<InspectorPanel>();
}

}  // namespace podium::desktop
