// The facts panel: what happened, to whom and why, as a table that can be searched.

#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>
#include <set>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/facts_parts.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

// With a comma between thousands.
std::string facts_counted(std::uint64_t number) {
    const std::string digits = fmt::format("{}", number);
    std::string out;
    for (std::size_t at = 0; at < digits.size(); ++at) {
        if (at > 0 && (digits.size() - at) % 3 == 0) out += ',';
        out += digits[at];
    }
    return out;
}

const char* facts_tone_icon(view::Tone tone) {
    switch (tone) {
        case view::Tone::Good: return icon::kCheck;
        case view::Tone::Bad: return icon::kCross;
        case view::Tone::Warning: return icon::kWarning;
        case view::Tone::Plain:
        case view::Tone::Quiet: return "";
    }
    return "";
}

Selection facts_host(const view::ClusterView& cluster, std::uint32_t id) {
    const auto host = std::find_if(cluster.hosts.begin(), cluster.hosts.end(), [id](const view::HostView& one) { return one.id == id; });
    return host == cluster.hosts.end() ? Selection{} : Selection{Selection::Kind::Host, host->name};
}

Selection facts_container(const view::ClusterView& cluster, std::uint32_t id) {
    const auto tile = std::find_if(cluster.tiles.begin(), cluster.tiles.end(), [id](const view::Tile& one) { return one.container == id; });
    if (tile == cluster.tiles.end()) return {};
    return {Selection::Kind::Container, !tile->id.empty() ? tile->id : !tile->own_name.empty() ? tile->own_name : tile->name};
}

// Another swarm may have tasks of the same numbers. What its agent refuses is called as its container would be, with the task's id.
Selection facts_task(const view::ClusterView& cluster, const FactLine& line) {
    const auto task = std::find_if(cluster.tasks.begin(), cluster.tasks.end(), [&line](const view::TaskView& one) {
        const std::string& name = one.name_in_facts.empty() ? one.name : one.name_in_facts;
        return one.number == line.subject.id() && (line.who == name || line.who.starts_with(name + "."));
    });
    if (task == cluster.tasks.end()) return {};
    const std::uint32_t meant = view::task_meant(cluster, task->name);
    return selection_of_task(cluster, *task, &cluster.tasks[meant] == &*task);
}

// A swarm's: a project's are told of by their containers.
Selection facts_service(const view::ClusterView& cluster, const FactLine& line) {
    const auto service = std::find_if(cluster.services.begin(), cluster.services.end(), [&line](const view::ServiceView& one) { return !one.mode.empty() && one.name == line.who; });
    return service == cluster.services.end() ? Selection{} : Selection{Selection::Kind::Service, service->whole()};
}

// It is often called as the service that it goes to.
Selection facts_traffic(const view::ClusterView& cluster, const FactLine& line) {
    const bool there = std::any_of(cluster.traffic.begin(), cluster.traffic.end(), [&line](const view::TrafficView& one) { return one.name == line.who; });
    return there ? Selection{Selection::Kind::Traffic, line.who} : Selection{};
}

class FactsPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override;
    void draw(Context& context, const Frame& frame, const Area& area) override;

  private:
    void draw_bar(Context& context, const Frame& frame);
    bool toggle(Context& context, const std::string& id, const char* words, bool on, const char* hint);
    void draw_table(Context& context, const Frame& frame);
    void draw_line(Context& context, const Frame& frame, const FactLine& line, bool ahead);
    void handle_keys(Context& context, const Frame& frame);

    std::set<FactId> causes_;
    bool narrow_ = false;
    const FactPage* page_ = nullptr;  // of the last frame, to know when another comes
    bool follows_ = true;             // the present stays in sight
};

void FactsPanel::prepare(Context& context, const Frame& frame, const Area&) {
    context.look.facts_panel = true;
    causes_.clear();
    if (frame.causes != nullptr && context.look.fact) {
        for (const FactLine& line : *frame.causes) causes_.insert(line.fact);
    }
}

void FactsPanel::draw(Context& context, const Frame& frame, const Area&) {
    put_heading(context, icon::kList, "FACTS");
    draw_bar(context, frame);
    draw_table(context, frame);
    handle_keys(context, frame);
}

bool FactsPanel::toggle(Context& context, const std::string& id, const char* words, bool on, const char* hint) {
    const Theme& theme = *context.theme;
    ImGui::PushStyleColor(ImGuiCol_Button, as_vec4(mixed(theme.panel, theme.accent, 0.20F), on ? 1.0F : 0.0F));
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(on ? theme.accent : theme.dim));
    ImGui::PushFont(context.fonts->small);
    const bool clicked = ImGui::Button(fmt::format("{}{}###{}", on ? std::string(icon::kCheck) + " " : std::string(), words, id).c_str());
    ImGui::PopFont();
    ImGui::PopStyleColor(2);
    context.mark(id);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("%s", hint);
    return clicked;
}

void FactsPanel::draw_bar(Context& context, const Frame& frame) {
    FactsWish& wish = context.look.facts;
    ImGui::PushFont(context.fonts->small);
    // The words beside the field need their room first.
    const ImFont* small = context.fonts->small;
    const float toggles = words_size(context.fonts->small, "headlines").x + words_size(context.fonts->small, "of the selection").x + context.px(84) + small->FontSize * 2;
    const float room = ImGui::GetContentRegionAvail().x;
    const float field = std::clamp(room - toggles, context.px(110), context.px(280));
    ImGui::SetNextItemWidth(field);
    ImGui::PushStyleColor(ImGuiCol_FrameBg, as_vec4(context.theme->raised, 0.75F));
    const std::string hint = fitted(small, std::string(icon::kSearch) + "  words, kind:container.die, who:web.1", field - ImGui::GetStyle().FramePadding.x * 2);
    if (ImGui::InputTextWithHint("##facts.filter", hint.c_str(), &wish.filter)) follows_ = true;
    ImGui::PopStyleColor();
    context.mark("facts.filter");
    ImGui::PopFont();
    ImGui::SameLine();
    if (toggle(context, "facts.headlines", "headlines", wish.headlines, "only what matters to somebody who watches")) wish.headlines = !wish.headlines;
    if (room - toggles > context.px(40)) ImGui::SameLine();
    if (toggle(context, "facts.selection", "of the selection", wish.of_selection, "only what is about the selection")) wish.of_selection = !wish.of_selection;
    if (frame.facts == nullptr) return;
    ImGui::SameLine();
    // Where the words find no room their number may; it never stands on the panel's border.
    std::string words = matches_words(*frame.facts);
    const auto left_of = [&] { return ImGui::GetWindowContentRegionMax().x - words_size(context.fonts->small, words).x; };
    if (left_of() < ImGui::GetCursorPosX()) words = facts_counted(frame.facts->matches);
    if (left_of() < ImGui::GetCursorPosX()) {
        ImGui::NewLine();
        return;
    }
    ImGui::SetCursorPosX(left_of());
    ImGui::AlignTextToFramePadding();
    ImGui::PushFont(context.fonts->small);
    ImGui::TextColored(as_vec4(context.theme->faint), "%s", words.c_str());
    ImGui::PopFont();
    context.mark("facts.count");
}

void FactsPanel::draw_table(Context& context, const Frame& frame) {
    const Theme& theme = *context.theme;
    if (frame.facts == nullptr) return;
    const auto& lines = frame.facts->lines;
    const std::size_t happened = frame.facts->happened;
    if (lines.empty()) {
        ImGui::TextColored(as_vec4(theme.faint), "%s", context.look.facts.filter.empty() ? "nothing has happened yet" : "no fact is like that");
        return;
    }
    constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_Resizable | ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_PadOuterX;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(context.px(6), context.px(2)));
    // Where it is narrow what happened and why share a column. ImGui keeps widths by the table's id.
    narrow_ = ImGui::GetContentRegionAvail().x < context.px(520);
    if (ImGui::BeginTable(narrow_ ? "facts.narrow" : "facts.table", narrow_ ? 3 : 4, kFlags)) {
        ImGui::TableSetupColumn("time", ImGuiTableColumnFlags_WidthFixed, context.px(narrow_ ? 74 : 92));
        ImGui::TableSetupColumn("who", ImGuiTableColumnFlags_WidthFixed, context.px(narrow_ ? 88 : 120));
        ImGui::TableSetupColumn("what", ImGuiTableColumnFlags_WidthStretch, 1.0F);
        if (!narrow_) ImGui::TableSetupColumn("why", ImGuiTableColumnFlags_WidthStretch, 1.2F);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(lines.size()));
        float height = 0;
        while (clipper.Step()) {
            height = clipper.ItemsHeight;
            for (auto i = static_cast<std::size_t>(clipper.DisplayStart); i < static_cast<std::size_t>(clipper.DisplayEnd); ++i) draw_line(context, frame, *lines[i], i >= happened);
        }
        // The present stays in sight until the person scrolls away from it.
        const float present = height * static_cast<float>(happened);
        const float top = ImGui::GetScrollY();
        const float room = ImGui::GetWindowHeight();
        if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel != 0) follows_ = present >= top && present <= top + room + height;
        if (follows_ && page_ != frame.facts.get() && height > 0) ImGui::SetScrollY(std::max(0.0F, present - room + height));
        page_ = frame.facts.get();
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

void FactsPanel::draw_line(Context& context, const Frame& frame, const FactLine& line, bool ahead) {
    const Theme& theme = *context.theme;
    const float alpha = ahead ? 0.42F : 1.0F;
    const bool chosen = context.look.fact == line.fact;
    ImGui::TableNextRow();
    if (chosen) {
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, packed(theme.accent, 0.20F));
    } else if (causes_.count(line.fact) > 0) {
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, packed(theme.violet, 0.18F));
    }
    ImGui::TableNextColumn();
    ImGui::PushFont(context.fonts->mono);
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim, alpha));
    ImGui::PushStyleColor(ImGuiCol_Header, as_vec4(theme.accent, 0));
    const std::string id = fmt::format("facts.line.{}", line.fact.value);
    constexpr ImGuiSelectableFlags kFlags = ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowDoubleClick;
    if (ImGui::Selectable(fmt::format("{}##{}", format_time(line.time), id).c_str(), chosen, kFlags)) {
        // A second Enter on the same line goes there, like a double click.
        const bool by_key = !ImGui::IsMouseReleased(0) && !ImGui::IsMouseClicked(0);
        if (ImGui::IsMouseDoubleClicked(0) || (by_key && chosen)) context.send(intent::Seek{line.time});
        context.look.fact = line.fact;
    }
    context.mark(id);
    if (frame.cluster && ImGui::IsItemHovered() && ImGui::IsMouseReleased(1)) {
        const Selection thing = selection_of_line(*frame.cluster, line);
        if (thing.kind != Selection::Kind::None) context.menu = {true, thing, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
    }
    ImGui::PopStyleColor(2);
    ImGui::PopFont();
    const auto cell = [&](std::uint32_t colour, const std::string& words) {
        ImGui::TableNextColumn();
        const std::string shown = fitted(ImGui::GetFont(), words, ImGui::GetContentRegionAvail().x);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(colour, alpha));
        ImGui::TextUnformatted(shown.c_str());
        ImGui::PopStyleColor();
        if (shown != words && ImGui::IsItemHovered()) ImGui::SetTooltip("%s", words.c_str());
    };
    cell(theme.text, line.who);
    const std::uint32_t colour = line.tone == view::Tone::Quiet ? theme.dim : tone_colour(theme, line.tone);
    const std::string sign = facts_tone_icon(line.tone);
    const std::string what = sign.empty() ? line.what : sign + " " + line.what;
    cell(colour, narrow_ && !line.why.empty() ? what + "  ·  " + line.why : what);
    if (!narrow_) cell(theme.dim, line.why);
}

void FactsPanel::handle_keys(Context& context, const Frame& frame) {
    if (frame.facts == nullptr || ImGui::GetIO().WantTextInput || !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows)) return;
    if (!pressed(Key::C, true)) return;
    if (const auto place = line_of_fact(*frame.facts, context.look.fact)) ImGui::SetClipboardText(copied_line(*frame.facts->lines[*place]).c_str());
}

}  // namespace

Selection selection_of_line(const view::ClusterView& cluster, const FactLine& line) {
    using Kind = Selection::Kind;
    switch (line.subject.type()) {
        case SubjectType::Host: return facts_host(cluster, line.subject.id());
        case SubjectType::Container: return facts_container(cluster, line.subject.id());
        case SubjectType::Task: return facts_task(cluster, line);
        case SubjectType::Service: return facts_service(cluster, line);
        case SubjectType::Traffic: return facts_traffic(cluster, line);
        default: break;
    }
    const auto is_called = [&line](const auto& one) { return one.name == line.who; };
    const auto has = [&is_called](const auto& list) { return std::any_of(list.begin(), list.end(), is_called); };
    const std::vector<bool> meant = view::services_meant(cluster, line.who);
    const auto services = std::count(meant.begin(), meant.end(), true);
    Kind kind = Kind::None;
    if (has(cluster.hosts)) kind = Kind::Host;
    else if (view::tile_meant(cluster, line.who) != view::kNone) kind = Kind::Container;
    else if (services > 0) kind = Kind::Service;
    else if (has(cluster.tasks)) kind = Kind::Task;
    else if (has(cluster.links)) kind = Kind::Link;
    else if (has(cluster.traffic)) kind = Kind::Traffic;
    else if (has(cluster.volumes)) kind = Kind::Volume;
    if (kind == Kind::Service && services == 1) return {kind, cluster.services[static_cast<std::size_t>(std::find(meant.begin(), meant.end(), true) - meant.begin())].whole()};
    return kind == Kind::None ? Selection{} : Selection{kind, line.who};
}

std::string matches_words(const FactPage& page) {
    if (page.matches <= page.lines.size()) return fmt::format("{} {}", facts_counted(page.lines.size()), page.lines.size() == 1 ? "fact" : "facts");
    return fmt::format("{} of {} facts", facts_counted(page.lines.size()), facts_counted(page.matches));
}

std::unique_ptr<Panel> make_facts_panel() {
    return std::make_unique<FactsPanel>();
}

}  // namespace podium::desktop
