// The fork's panel: what was changed and when, what is different on its two sides by now, and which side goes on. The
// clusters of both stand beside each other in the cluster's panel.

#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

class ForkPanel final : public Panel {
  public:
    [[nodiscard]] bool wanted(const Frame& frame) const override { return frame.fork != nullptr; }
    void prepare(Context&, const Frame&, const Area&) override {}

    void draw(Context& context, const Frame& frame, const Area&) override {
        if (frame.fork == nullptr) return;
        const ForkView& fork = *frame.fork;
        put_heading(context, icon::kFork, "FORK");
        ImGui::PushTextWrapPos(0);
        ImGui::TextUnformatted(fmt::format("At {}: {}", format_time(fork.begun), fork.change).c_str());
        ImGui::PopTextWrapPos();
        if (button(context, "fork.keep", "Go on with the change", 0, true, true)) context.send(intent::EndFork{true});
        ImGui::SameLine(0, context.px(8));
        if (button(context, "fork.drop", "Go on without it")) context.send(intent::EndFork{false});
        ImGui::Dummy(ImVec2(0, context.px(4)));
        if (fork.differences.empty()) {
            put_quietly(context, "Nothing has come out differently yet: let time play.");
            context.mark("fork.alike");
            return;
        }
        draw_differences(context, fork);
    }

  private:
    static void draw_differences(Context& context, const ForkView& fork) {
        constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_ScrollY | ImGuiTableFlags_SizingStretchProp;
        if (!ImGui::BeginTable("fork.differences", 3, kFlags)) return;
        ImGui::TableSetupScrollFreeze(0, 1);
        ImGui::TableSetupColumn("measure", ImGuiTableColumnFlags_WidthStretch, 2);
        ImGui::TableSetupColumn("without", ImGuiTableColumnFlags_WidthStretch, 1);
        ImGui::TableSetupColumn("with", ImGuiTableColumnFlags_WidthStretch, 1);
        ImGui::TableNextRow();
        for (int column = 1; column < 3; ++column) {
            ImGui::TableSetColumnIndex(column);
            put_quietly(context, column == 1 ? "without" : "with the change");
        }
        for (const ForkView::Difference& one : fork.differences) {
            ImGui::TableNextRow();
            ImGui::TableSetColumnIndex(0);
            ImGui::TextUnformatted(one.measure.c_str());
            context.mark("fork.difference." + one.measure);
            ImGui::TableSetColumnIndex(1);
            ImGui::TextUnformatted(one.without.c_str());
            ImGui::TableSetColumnIndex(2);
            // Better and worse are told by a sign too, not by colour alone.
            const char* sign = one.tone == view::Tone::Good ? icon::kCheck : one.tone == view::Tone::Bad ? icon::kWarning : "";
            ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(tone_colour(*context.theme, one.tone)));
            ImGui::TextUnformatted((one.with + (*sign == '\0' ? "" : "  ") + sign).c_str());
            ImGui::PopStyleColor();
        }
        ImGui::EndTable();
    }

    static void put_quietly(const Context& context, const char* words) {
        ImGui::PushFont(context.fonts->small);
        ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(context.theme->dim));
        ImGui::TextUnformatted(words);
        ImGui::PopStyleColor();
        ImGui::PopFont();
    }
};

}  // namespace

std::unique_ptr<Panel> make_fork_panel() {
    return std::make_unique<ForkPanel>();
}

}  // namespace podium::desktop
