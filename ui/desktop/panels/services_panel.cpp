// The services panel: each service with its colour, how many run of how many should, and how far an update
// is; opened, its tasks with what is wanted beside what is. A click selects a service and lights its
// containers up. Where there is little room it is the plain grid of names and counts.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"
#include "ui/desktop/panels/services_parts.hpp"

namespace podium::desktop {
namespace {

constexpr std::size_t kOpenUpTo = 3;        // so few services are shown with their tasks until somebody folds them
constexpr std::size_t kFilterFrom = 12;     // so many services, and one may look for some
constexpr float kGridBelow = 150;           // the height below which there is only the grid
constexpr std::size_t kFilterLetters = 100;

class ServicesPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override {
        width_ = std::max(area.width - context.px(28), context.px(120));
        grid_ = area.height < context.px(kGridBelow);
        hovered_.clear();
        mark_chosen(context, frame);
        const bool wants_filter = frame.cluster && frame.cluster->services.size() > kFilterFrom && !grid_;
        const std::string filter = wants_filter ? filter_.data() : "";
        const bool other = frame.cluster != worked_out_for_;
        if (!other && filter == worked_out_filter_) return;
        worked_out_for_ = frame.cluster;
        worked_out_filter_ = filter;
        lines_ = frame.cluster ? service_lines(*frame.cluster, filter) : std::vector<ServiceLine>();
        if (!other) return;
        members_.clear();
        few_ = frame.cluster && frame.cluster->services.size() <= kOpenUpTo;
    }

    void draw(Context& context, const Frame& frame, const Area&) override {
        put_heading(context, icon::kServer, "SERVICES");
        if (!frame.cluster || frame.cluster->services.empty()) {
            put_empty(context);
            return;
        }
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
        if (grid_) {
            put_grid(context, *frame.cluster);
        } else {
            put_filter(context, frame.cluster->services.size());
            put_list(context, *frame.cluster);
        }
        ImGui::PopStyleVar();
        if (!hovered_.empty()) context.lit_hovered = hovered_;
    }

  private:
    void mark_chosen(const Context& context, const Frame& frame) {
        const Selection& selection = context.look.selection;
        if (frame.cluster == worked_out_for_ && selection == chosen_is_) return;
        chosen_is_ = selection;
        chosen_.clear();
        if (frame.cluster && selection.kind == Selection::Kind::Service) chosen_ = view::services_meant(*frame.cluster, selection.name);
    }

    static void put_empty(const Context& context) {
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(context.theme->dim));
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted("There is no service yet: docker compose up -d starts those of a project, docker service create makes one of a swarm.");
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }

    void put_filter(Context& context, std::size_t services) {
        if (services <= kFilterFrom) {
            filter_.front() = '\0';
            return;
        }
        ImGui::SetNextItemWidth(width_);
        ImGui::InputTextWithHint("##services.filter", "Find a service", filter_.data(), filter_.size());
        context.mark("services.filter");
        ImGui::Dummy(ImVec2(0, context.px(6)));
    }

    // A service's area acts the same in the grid and in the list.
    void act(Context& context, const view::ServiceView& service, const Area& area) {
        const std::string whole = service.whole();
        if (hit(context, fmt::format("services.{}", service.called()), area)) context.select(Selection::Kind::Service, whole);
        if (!ImGui::IsItemHovered()) return;
        hovered_ = whole;
        if (ImGui::IsMouseReleased(1)) context.menu = {true, {Selection::Kind::Service, whole}, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
    }

    void put_square(const Context& context, ImDrawList* list, ImVec2 at, const view::ServiceView& service) const {
        const std::uint32_t colour = service_colour(*context.theme, service.place);
        const float side = context.px(11);
        list->AddRectFilled(at, ImVec2(at.x + side, at.y + side), packed(colour, service.wanted == 0 ? 0.45F : 1.0F), context.px(3));
    }

    [[nodiscard]] bool chosen(std::uint32_t service) const { return service < chosen_.size() && chosen_[service]; }

    void put_ground(const Context& context, ImDrawList* list, const Area& area, bool selected, bool hovered) const {
        const Theme& theme = *context.theme;
        if (!selected && !hovered) return;
        const float out = context.px(6);
        list->AddRectFilled(ImVec2(area.x - out, area.y), ImVec2(area.right() + out, area.bottom()), packed(selected ? theme.accent : theme.text, selected ? 0.14F : 0.05F), context.px(6));
    }

    void put_grid(Context& context, const view::ClusterView& cluster) {
        const Theme& theme = *context.theme;
        ImDrawList* list = ImGui::GetWindowDrawList();
        ImFont* font = context.fonts->text;
        ImFont* small = context.fonts->small;
        const int columns = std::max(1, static_cast<int>(width_ / context.px(112)));
        const float wide = width_ / static_cast<float>(columns);
        const float height = context.px(24);
        const ImVec2 origin = ImGui::GetCursorScreenPos();
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const view::ServiceView& service = cluster.services[lines_[i].service];
            const auto column = static_cast<float>(i % static_cast<std::size_t>(columns));
            const auto row = static_cast<float>(i / static_cast<std::size_t>(columns));
            const Area area{origin.x + column * wide, origin.y + row * height, wide - context.px(12), height};
            act(context, service, area);
            const bool hovered = ImGui::IsItemHovered();
            put_ground(context, list, area, chosen(lines_[i].service), hovered);
            put_square(context, list, ImVec2(area.x, area.y + context.px(6)), service);
            const float counted = words_size(small, lines_[i].count).x;
            const std::string name = fitted(font, lines_[i].name, area.width - context.px(26) - counted);
            put_words(list, font, ImVec2(area.x + context.px(18), area.y + context.px(3)), theme.text, name, 0.9F);
            if (hovered && name != lines_[i].name) tell(lines_[i].name);
            const std::uint32_t tone = lines_[i].tone == view::Tone::Good || lines_[i].tone == view::Tone::Quiet ? theme.faint : tone_colour(theme, lines_[i].tone);
            put_words(list, small, ImVec2(area.right() - counted, area.y + context.px(4)), tone, lines_[i].count);
        }
        const auto rows = (lines_.size() + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns);
        ImGui::SetCursorScreenPos(ImVec2(origin.x, origin.y + height * static_cast<float>(rows)));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    void put_list(Context& context, const view::ClusterView& cluster) {
        if (lines_.empty()) put_words(ImGui::GetWindowDrawList(), context.fonts->text, ImGui::GetCursorScreenPos(), context.theme->dim, "No service has these letters.");
        for (const ServiceLine& line : lines_) {
            put_service(context, cluster, line);
            if (!is_open(line.name)) continue;
            put_about(context, line);
            put_members(context, cluster, line);
        }
    }

    [[nodiscard]] bool is_open(const std::string& name) const {
        const auto turned = turned_.find(name);
        return turned != turned_.end() ? turned->second : few_;
    }

    void put_service(Context& context, const view::ClusterView& cluster, const ServiceLine& line) {
        const Theme& theme = *context.theme;
        const view::ServiceView& service = cluster.services[line.service];
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = context.px(line.update >= 0 ? 32 : 26);
        const Area area{at.x, at.y, width_, height};
        if (!in_reach(width_, height)) {
            ImGui::Dummy(ImVec2(width_, height));
            return;
        }
        const Area fold{area.right() - context.px(22), area.y, context.px(22), height};
        act(context, service, {area.x, area.y, area.width - fold.width, height});
        const bool hovered = ImGui::IsItemHovered();
        const bool open = is_open(line.name);
        if (hit(context, fmt::format("services.fold.{}", line.name), fold)) turned_.insert_or_assign(line.name, !open);
        const bool fold_hovered = ImGui::IsItemHovered();
        ImDrawList* list = ImGui::GetWindowDrawList();
        put_ground(context, list, area, chosen(line.service), hovered || fold_hovered);
        put_square(context, list, ImVec2(area.x, area.y + context.px(7)), service);
        put_triangle(context, list, fold, open, fold_hovered);
        ImFont* font = context.fonts->text;
        ImFont* small = context.fonts->small;
        const float counted = words_size(small, line.count).x;
        const float end = fold.x - context.px(4);
        const std::uint32_t tone = line.tone == view::Tone::Quiet ? theme.faint : tone_colour(theme, line.tone);
        put_words(list, small, ImVec2(end - counted, area.y + context.px(6)), tone, line.count);
        float left = end - counted - context.px(8);
        // Said by a sign as well as by colour.
        if (line.tone == view::Tone::Bad || line.tone == view::Tone::Warning) {
            left -= context.px(16);
            put_words(list, small, ImVec2(left, area.y + context.px(6)), tone, line.tone == view::Tone::Bad ? icon::kWarning : icon::kRefresh);
        }
        const std::string name = fitted(font, line.name, left - area.x - context.px(22));
        put_words(list, font, ImVec2(area.x + context.px(18), area.y + context.px(4)), service.wanted == 0 ? theme.dim : theme.text, name);
        if (hovered && name != line.name) tell(line.name);
        if (line.update >= 0) put_bar(context, list, {area.x + context.px(18), area.bottom() - context.px(7), width_ - context.px(40), context.px(4)}, line.update, theme.accent);
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    static void put_triangle(const Context& context, ImDrawList* list, const Area& area, bool open, bool hovered) {
        const float x = area.x + area.width / 2;
        const float y = area.y + context.px(13);
        const float half = context.px(4);
        const std::uint32_t colour = packed(hovered ? context.theme->text : context.theme->faint);
        if (open) {
            list->AddTriangleFilled(ImVec2(x - half, y - half * 0.5F), ImVec2(x + half, y - half * 0.5F), ImVec2(x, y + half * 0.7F), colour);
        } else {
            list->AddTriangleFilled(ImVec2(x - half * 0.5F, y - half), ImVec2(x - half * 0.5F, y + half), ImVec2(x + half * 0.7F, y), colour);
        }
    }

    // Whole, what is cut off where it stands.
    static void tell(const std::string& words) { ImGui::SetTooltip("%s", words.c_str()); }

    void put_about(const Context& context, const ServiceLine& line) const {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImFont* small = context.fonts->small;
        const std::string about = fitted(small, line.about, width_ - context.px(18));
        put_words(ImGui::GetWindowDrawList(), small, ImVec2(at.x + context.px(18), at.y), context.theme->faint, about);
        ImGui::Dummy(ImVec2(width_, small->FontSize + context.px(5)));
        if (about != line.about && ImGui::IsItemHovered()) tell(line.about);
    }

    void put_members(Context& context, const view::ClusterView& cluster, const ServiceLine& line) {
        // Once for each picture of the cluster, and only of those that are open.
        auto known = members_.find(line.service);
        if (known == members_.end()) known = members_.emplace(line.service, members_of(cluster, line.service)).first;
        const std::vector<ServiceMember>& members = known->second;
        // Names have the room they need and states the rest.
        float names = 0;
        for (const ServiceMember& member : members) names = std::max(names, words_size(context.fonts->small, member.name).x);
        const float column = std::min(names + context.px(34), width_ * 0.38F);
        for (std::size_t i = 0; i < members.size(); ++i) put_member(context, members[i], fmt::format("services.member.{}.{}", line.name, i), column);
        ImGui::Dummy(ImVec2(width_, context.px(4)));
    }

    void put_member(Context& context, const ServiceMember& member, const std::string& id, float column) {
        const Theme& theme = *context.theme;
        ImFont* small = context.fonts->small;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = small->FontSize + context.px(8);
        if (!in_reach(width_, height)) {
            ImGui::Dummy(ImVec2(width_, height));
            return;
        }
        const Area area{at.x + context.px(12), at.y, width_ - context.px(12), height};
        const Selection& selection = member.selection;
        if (hit(context, id, area)) context.select(selection.kind, selection.name);
        const bool hovered = ImGui::IsItemHovered();
        if (hovered && ImGui::IsMouseReleased(1)) context.menu = {true, selection, ImGui::GetMousePos().x, ImGui::GetMousePos().y};
        ImDrawList* list = ImGui::GetWindowDrawList();
        put_ground(context, list, area, context.look.selection == selection, hovered);
        const std::uint32_t tone = member.tone == view::Tone::Quiet || member.tone == view::Tone::Plain ? theme.faint : tone_colour(theme, member.tone);
        const float middle = at.y + height / 2;
        const ImVec2 dot(area.x + context.px(9), middle);
        // What has ended is a ring, what is there a dot.
        if (member.tone == view::Tone::Quiet) {
            list->AddCircle(dot, context.px(3), packed(tone), 12, context.px(1.2F));
        } else {
            list->AddCircleFilled(dot, context.px(3.2F), packed(tone), 12);
        }
        const float top = at.y + context.px(4);
        const float name_end = area.x + column;
        const std::string name = fitted(small, member.name, name_end - area.x - context.px(22));
        put_words(list, small, ImVec2(area.x + context.px(18), top), theme.text, name, 0.9F);
        const float host_wide = std::min(words_size(small, member.host).x, width_ * 0.28F);
        const std::string state = member.desired.empty() ? member.state : fmt::format("{} → {}", member.state, member.desired);
        const std::string shown = fitted(small, state, area.right() - host_wide - context.px(8) - name_end);
        put_words(list, small, ImVec2(name_end, top), tone, shown);
        const std::string host = fitted(small, member.host, host_wide + 1);
        put_words(list, small, ImVec2(area.right() - host_wide, top), theme.faint, host);
        // What is cut off, whichever of the three it is, and why it failed, is told to who rests there.
        const bool whole = name == member.name && shown == state && host == member.host;
        if (hovered && (!whole || !member.error.empty())) tell(member_words(member));
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    std::shared_ptr<const view::ClusterView> worked_out_for_;  ///< What lines and members were worked out of,
    std::string worked_out_filter_;                            ///< and with which filter.
    std::vector<ServiceLine> lines_;
    Selection chosen_is_;       ///< The selection, and by service whether it
    std::vector<bool> chosen_;  ///< means it; empty: none.
    std::map<std::uint32_t, std::vector<ServiceMember>> members_;  ///< By service, of those that were drawn open.
    std::map<std::string, bool> turned_;  ///< Opened or folded by the person.
    bool few_ = false;
    std::array<char, kFilterLetters> filter_{};
    std::string hovered_;
    bool grid_ = false;
    float width_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_services_panel() {
    return std::make_unique<ServicesPanel>();
}

}  // namespace podium::desktop
