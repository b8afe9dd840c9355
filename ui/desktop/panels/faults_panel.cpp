// The faults panel: those that go on, each with its end at hand, and all there are by what they break.
// Choosing one asks for its target and arguments and shows the line that will be typed.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/fault_parts.hpp"
#include "ui/desktop/panels/menu.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

constexpr const char* kTargetsPopup = "##faults.targets";
constexpr std::size_t kMostActiveShown = 200;
constexpr std::size_t kFaultField = 1'000;

using FaultField = std::array<char, kFaultField>;

void set_field(FaultField& field, const std::string& text) {
    const std::size_t length = std::min(text.size(), field.size() - 1);
    std::copy_n(text.begin(), length, field.begin());
    field[length] = '\0';
}

class FaultsPanel final : public Panel {
  public:
    void prepare(Context& context, const Frame& frame, const Area& area) override {
        if (frame.lists && (lists_ != frame.lists || filter_.data() != sought_)) {
            lists_ = frame.lists;
            sought_ = filter_.data();
            groups_ = fault_groups(*lists_, sought_);
        }
        if (!frame.lists) {
            lists_ = nullptr;
            groups_.clear();
        }
        width_ = std::max(area.width - context.px(28), context.px(120));
        terminal_ = free_terminal(frame, context.terminal);
        // Until the person has written a target of their own it follows the selection.
        if (open_.empty() || edited_) return;
        if (const Lists::Fault* fault = fault_named(open_)) {
            const std::string target = fault_target_of(frame, fault->target, context.look.selection);
            if (!target.empty()) set_field(target_, target);
        }
    }

    void draw(Context& context, const Frame& frame, const Area&) override {
        put_heading(context, icon::kBolt, "FAULTS");
        put_active(context, frame);
        gap(context, 6);
        put_filter(context);
        for (const FaultGroup& group : groups_) {
            gap(context, 4);
            small_words(context, context.theme->faint, group.title);
            for (const Lists::Fault* fault : group.faults)
                put_fault(context, frame, *fault);
        }
        if (groups_.empty() && lists_) small_words(context, context.theme->dim, "No fault has these letters.");
    }

  private:
    [[nodiscard]] const Lists::Fault* fault_named(const std::string& id) const {
        if (!lists_) return nullptr;
        const auto found = std::find_if(lists_->faults.begin(), lists_->faults.end(), [&id](const Lists::Fault& fault) { return fault.id == id; });
        return found == lists_->faults.end() ? nullptr : &*found;
    }

    static void gap(const Context& context, float height) { ImGui::Dummy(ImVec2(1, context.px(height))); }

    static void small_words(const Context& context, std::uint32_t colour, const std::string& words) {
        ImGui::PushFont(context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(colour));
        ImGui::TextUnformatted(words.c_str());
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }

    // --- those that go on ---

    void put_active(Context& context, const Frame& frame) const {
        const Theme& theme = *context.theme;
        const std::size_t count = frame.cluster ? frame.cluster->faults.size() : 0;
        if (count == 0) {
            const std::string words = fmt::format("{}  Nothing is broken on purpose.", icon::kCheck);
            small_words(context, theme.good, words);
            return;
        }
        small_words(context, theme.bad, fmt::format("{} {}", count, count == 1 ? "GOES ON" : "GO ON"));
        for (std::size_t i = 0; i < std::min(count, kMostActiveShown); ++i)
            put_active_fault(context, frame, frame.cluster->faults[i]);
        if (count > kMostActiveShown) small_words(context, theme.dim, fmt::format("and {} more", count - kMostActiveShown));
    }

    void put_active_fault(Context& context, const Frame& frame, const view::FaultView& fault) const {
        const Theme& theme = *context.theme;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = context.px(46);
        const Area box{at.x, at.y, width_, height};
        const Area lift = lift_area(context, box);
        const float end = lift.x;
        if (hit(context, fmt::format("faults.lift.{}", fault.number), lift)) {
            choose_line(context, terminal_, "lift " + shell_words(fault.text), choice_of(ImGui::GetIO().KeyCtrl, ImGui::GetIO().KeyShift));
        }
        const bool lift_hovered = ImGui::IsItemHovered();
        put_hint(context, "lift " + shell_words(fault.text));
        const std::string id = fmt::format("faults.active.{}", fault.number);
        if (hit(context, id, Area{box.x, box.y, end - box.x, box.height})) context.select(Selection::Kind::Fault, fault.text);
        if (ImGui::IsItemHovered() && ImGui::IsMouseReleased(1)) {
            context.menu = {true, {Selection::Kind::Fault, fault.text}, ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y};
        }
        ImDrawList* list = ImGui::GetWindowDrawList();
        const bool selected = context.look.selection == Selection{Selection::Kind::Fault, fault.text};
        put_ground(context, list, box, selected, ImGui::IsItemHovered());
        ImFont* text = context.fonts->bold;
        ImFont* small = context.fonts->small;
        put_words(list, text, ImVec2(box.x + context.px(12), box.y + context.px(6)), theme.bad, icon::kBolt);
        const float x = box.x + context.px(32);
        put_words(list, text, ImVec2(x, box.y + context.px(6)), theme.text, fitted(text, fault.text, end - x - context.px(6)));
        const Time now = frame.cluster->time;
        const std::string since = fmt::format("for {}, since {}", lasted(now - fault.since), format_time(fault.since));
        put_words(list, small, ImVec2(x, box.bottom() - small->FontSize - context.px(7)), theme.dim, fitted(small, since, end - x - context.px(6)));
        draw_lift(context, list, lift, lift_hovered);
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height + context.px(6)));
        ImGui::Dummy(ImVec2(width_, 0));
    }

    static void put_ground(const Context& context, ImDrawList* list, const Area& box, bool selected, bool hovered) {
        const Theme& theme = *context.theme;
        const std::uint32_t ground = mixed(theme.raised, theme.bad, hovered ? 0.16F : 0.1F);
        list->AddRectFilled(ImVec2(box.x, box.y), ImVec2(box.right(), box.bottom()), packed(ground), context.px(8));
        list->AddRectFilled(ImVec2(box.x, box.y), ImVec2(box.x + context.px(3), box.bottom()), packed(theme.bad), context.px(2));
        if (selected) list->AddRect(ImVec2(box.x, box.y), ImVec2(box.right(), box.bottom()), packed(theme.accent), context.px(8));
    }

    [[nodiscard]] static Area lift_area(const Context& context, const Area& box) {
        return {box.right() - context.px(58), box.y + context.px(10), context.px(48), box.height - context.px(20)};
    }

    static void draw_lift(const Context& context, ImDrawList* list, const Area& area, bool hovered) {
        const Theme& theme = *context.theme;
        list->AddRectFilled(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), packed(mixed(theme.raised, theme.text, hovered ? 0.18F : 0.08F)), context.px(6));
        ImFont* font = context.fonts->small;
        const ImVec2 size = words_size(font, "Lift");
        put_words(list, font, ImVec2(area.x + (area.width - size.x) / 2, area.y + (area.height - size.y) / 2), theme.text, "Lift");
    }

    // --- all there are ---

    void put_filter(Context& context) {
        ImGui::SetNextItemWidth(width_);
        ImGui::InputTextWithHint("##faults.filter", "Search faults", filter_.data(), filter_.size());
        context.mark("faults.filter");
    }

    void put_fault(Context& context, const Frame& frame, const Lists::Fault& fault) {
        const Theme& theme = *context.theme;
        const bool open = open_ == fault.id;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImFont* text = context.fonts->text;
        ImFont* small = context.fonts->small;
        // Opened, a summary that is too long for its line stands whole in the form below, and not twice.
        const bool whole = words_size(small, fault.summary).x <= width_ - context.px(20);
        const float height = context.px(open && !whole ? 26 : 42);
        const Area row{at.x - context.px(6), at.y, width_ + context.px(12), height};
        if (hit(context, "faults.fault." + fault.id, row)) open_fault(frame, context, open ? nullptr : &fault);
        const bool hovered = ImGui::IsItemHovered();
        if (!open) put_hint(context, fault.summary);
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (open || hovered) list->AddRectFilled(ImVec2(row.x, row.y), ImVec2(row.right(), row.bottom()), packed(theme.raised, open ? 1.0F : 0.6F), context.px(6));
        put_words(list, small, ImVec2(at.x, at.y + context.px(6)), open ? theme.accent : theme.dim, icon::kBolt);
        const float x = at.x + context.px(20);
        put_words(list, text, ImVec2(x, at.y + context.px(4)), theme.text, fault_label(fault.id));
        const std::string kind = fault.lasts ? "until lifted" : "at once";
        const float kind_x = at.x + width_ - words_size(small, kind).x;
        put_words(list, small, ImVec2(kind_x, at.y + context.px(6)), theme.faint, kind);
        if (!open || whole) put_words(list, small, ImVec2(x, at.y + height - small->FontSize - context.px(5)), theme.dim, fitted(small, fault.summary, width_ - context.px(20)));
        ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + height + context.px(2)));
        ImGui::Dummy(ImVec2(width_, 0));
        if (open) put_form(context, frame, fault, !whole);
    }

    void open_fault(const Frame& frame, const Context& context, const Lists::Fault* fault) {
        edited_ = false;
        open_ = fault == nullptr ? std::string() : fault->id;
        for (FaultField& field : arguments_)
            field[0] = '\0';
        target_[0] = '\0';
        if (fault != nullptr) set_field(target_, fault_target_of(frame, fault->target, context.look.selection));
    }

    void put_form(Context& context, const Frame& frame, const Lists::Fault& fault, bool summary) {
        const Theme& theme = *context.theme;
        ImGui::Indent(context.px(20));
        const float width = width_ - context.px(20);
        if (summary) {
            ImGui::PushFont(context.fonts->small);
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(theme.dim));
            ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
            ImGui::TextUnformatted(fault.summary.c_str());
            ImGui::PopTextWrapPos();
            ImGui::PopStyleColor();
            ImGui::PopFont();
        }
        put_target(context, frame, fault, width);
        for (std::size_t i = 0; i < std::min(fault.arguments.size(), arguments_.size()); ++i) {
            const Lists::Fault::Argument& argument = fault.arguments[i];
            small_words(context, theme.dim, argument.name);
            ImGui::SetNextItemWidth(width);
            ImGui::InputTextWithHint(("##faults.argument." + argument.name).c_str(), argument.meaning.c_str(), arguments_[i].data(), arguments_[i].size());
            context.mark("faults.argument." + argument.name);
        }
        put_line(context, frame, fault, width);
        ImGui::Unindent(context.px(20));
        gap(context, 8);
    }

    void put_target(Context& context, const Frame& frame, const Lists::Fault& fault, float width) {
        small_words(context, context.theme->dim, "target");
        const float side = ImGui::GetFrameHeight();
        ImGui::SetNextItemWidth(width - side - context.px(4));
        const std::string hint = fault.target == "container" ? "a service or container" : fault.target == "hosts" ? "groups of hosts: a,b|c" : fault.target == "link" ? "two hosts: one-other" : "its name";
        if (ImGui::InputTextWithHint("##faults.target", hint.c_str(), target_.data(), target_.size())) edited_ = true;
        context.mark("faults.target");
        ImGui::SameLine(0, context.px(4));
        ImGui::PushFont(context.fonts->small);
        if (ImGui::Button((std::string(icon::kList) + "###faults.targets").c_str(), ImVec2(side, side))) ImGui::OpenPopup(kTargetsPopup);
        context.mark("faults.targets");
        ImGui::PopFont();
        const ImVec2 below(ImGui::GetItemRectMax().x - width, ImGui::GetItemRectMax().y + context.px(4));
        put_targets(context, frame, fault, below, width);
    }

    void put_targets(Context& context, const Frame& frame, const Lists::Fault& fault, ImVec2 at, float width) {
        if (!ImGui::IsPopupOpen(kTargetsPopup)) return;
        const std::vector<std::string> names = fault_targets(frame, fault.target);
        const float row = ImGui::GetTextLineHeightWithSpacing();
        const float height = std::min(row * static_cast<float>(std::max<std::size_t>(names.size(), 1)) + context.px(24), context.px(300));
        ImGui::SetNextWindowPos(ImVec2(at.x, std::max(std::min(at.y, ImGui::GetIO().DisplaySize.y - height - context.px(8)), 0.0F)));
        ImGui::SetNextWindowSize(ImVec2(width, height));
        if (!ImGui::BeginPopup(kTargetsPopup, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) return;
        if (names.empty()) ImGui::TextUnformatted("There is nothing yet.");
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(names.size()));
        while (clipper.Step()) {
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                const std::string& name = names[static_cast<std::size_t>(i)];
                if (ImGui::Selectable(name.c_str(), name == target_.data())) {
                    set_field(target_, name);
                    edited_ = true;
                }
                context.mark("faults.targets." + name);
            }
        }
        if (pressed(Key::Escape)) ImGui::CloseCurrentPopup();
        ImGui::EndPopup();
    }

    void put_line(Context& context, const Frame&, const Lists::Fault& fault, float width) {
        const Theme& theme = *context.theme;
        FaultForm form;
        form.target = target_.data();
        for (std::size_t i = 0; i < std::min(fault.arguments.size(), arguments_.size()); ++i)
            form.arguments.emplace_back(arguments_[i].data());
        const std::string line = inject_line(fault, form);
        const std::string complaint = form_complaint(fault, form);
        gap(context, 2);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImFont* mono = context.fonts->mono;
        const ImVec2 size = mono->CalcTextSizeA(mono->FontSize, width, width - context.px(20), line.c_str());
        const float height = size.y + context.px(14);
        ImDrawList* list = ImGui::GetWindowDrawList();
        list->AddRectFilled(at, ImVec2(at.x + width, at.y + height), packed(theme.field), context.px(6));
        list->AddText(mono, mono->FontSize, ImVec2(at.x + context.px(10), at.y + context.px(7)), packed(complaint.empty() ? theme.text : theme.dim), line.c_str(), nullptr, width - context.px(20));
        ImGui::Dummy(ImVec2(width, height));
        context.mark("faults.line");
        small_words(context, complaint.empty() ? theme.faint : theme.warning, complaint.empty() ? "typed on " + terminal_ : complaint);
        if (button(context, "faults.inject", "Inject", context.px(86), complaint.empty(), true)) choose_line(context, terminal_, line, choice_of(ImGui::GetIO().KeyCtrl, ImGui::GetIO().KeyShift));
        ImGui::SameLine();
        if (button(context, "faults.into-line", "Into the line", context.px(108))) choose_line(context, terminal_, line, Choice::PutIntoLine);
    }

    std::shared_ptr<const Lists> lists_;
    std::vector<FaultGroup> groups_;
    std::string sought_;
    std::array<char, 100> filter_{};
    std::string open_;  ///< The fault that is filled in; empty: none.
    FaultField target_{};
    std::array<FaultField, 4> arguments_{};
    bool edited_ = false;
    std::string terminal_;
    float width_ = 0;
};

}  // namespace

std::unique_ptr<Panel> make_faults_panel() {
    return std::make_unique<FaultsPanel>();
}

}  // namespace podium::desktop
