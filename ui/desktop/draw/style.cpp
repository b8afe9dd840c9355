#include "ui/desktop/draw/style.hpp"

#include <imgui.h>

#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

void set_measures(ImGuiStyle& style, float scale) {
    style = ImGuiStyle();
    style.WindowPadding = {14, 12};
    style.FramePadding = {10, 6};
    style.ItemSpacing = {8, 6};
    style.ItemInnerSpacing = {6, 4};
    style.CellPadding = {6, 4};
    style.WindowRounding = 0;
    style.ChildRounding = 8;
    style.FrameRounding = 6;
    style.GrabRounding = 6;
    style.PopupRounding = 8;
    style.ScrollbarRounding = 6;
    style.ScrollbarSize = 9;
    style.GrabMinSize = 12;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.FrameBorderSize = 0;
    style.ScaleAllSizes(scale);
    style.PopupBorderSize = 1;
    style.WindowMinSize = {1, 1};
}

void set_colours(ImGuiStyle& style, const Theme& theme) {
    const auto set = [&style](ImGuiCol which, std::uint32_t colour, float alpha = 1.0F) { style.Colors[which] = as_vec4(colour, alpha); };
    const std::uint32_t lifted = mixed(theme.raised, theme.text, 0.08F);
    const std::uint32_t lifted_more = mixed(theme.raised, theme.text, 0.16F);
    set(ImGuiCol_Text, theme.text);
    set(ImGuiCol_TextDisabled, theme.dim);
    set(ImGuiCol_WindowBg, theme.panel);
    set(ImGuiCol_ChildBg, theme.panel, 0);
    set(ImGuiCol_PopupBg, mixed(theme.panel, theme.raised, theme.dark ? 0.45F : 0.0F));
    set(ImGuiCol_Border, theme.line);
    set(ImGuiCol_FrameBg, theme.field);
    set(ImGuiCol_FrameBgHovered, mixed(theme.field, theme.text, 0.05F));
    set(ImGuiCol_FrameBgActive, mixed(theme.field, theme.text, 0.08F));
    set(ImGuiCol_TitleBg, theme.panel);
    set(ImGuiCol_TitleBgActive, theme.panel);
    set(ImGuiCol_MenuBarBg, theme.panel);
    set(ImGuiCol_ScrollbarBg, theme.panel, 0);
    set(ImGuiCol_ScrollbarGrab, mixed(theme.panel, theme.text, 0.18F));
    set(ImGuiCol_ScrollbarGrabHovered, mixed(theme.panel, theme.text, 0.28F));
    set(ImGuiCol_ScrollbarGrabActive, mixed(theme.panel, theme.text, 0.38F));
    set(ImGuiCol_CheckMark, theme.accent);
    set(ImGuiCol_SliderGrab, theme.accent);
    set(ImGuiCol_SliderGrabActive, theme.accent);
    set(ImGuiCol_Button, theme.raised);
    set(ImGuiCol_ButtonHovered, lifted);
    set(ImGuiCol_ButtonActive, lifted_more);
    set(ImGuiCol_Header, theme.raised);
    set(ImGuiCol_HeaderHovered, lifted);
    set(ImGuiCol_HeaderActive, lifted_more);
    set(ImGuiCol_Separator, theme.line);
    set(ImGuiCol_SeparatorHovered, theme.accent, 0.6F);
    set(ImGuiCol_SeparatorActive, theme.accent);
    set(ImGuiCol_ResizeGrip, theme.line, 0);
    set(ImGuiCol_Tab, theme.panel);
    set(ImGuiCol_TabHovered, lifted);
    set(ImGuiCol_TabActive, theme.raised);
    set(ImGuiCol_PlotLines, theme.accent);
    set(ImGuiCol_PlotHistogram, theme.accent);
    set(ImGuiCol_TableHeaderBg, mixed(theme.panel, theme.raised, 0.6F));
    set(ImGuiCol_TableBorderStrong, theme.line);
    set(ImGuiCol_TableBorderLight, theme.line, 0.6F);
    set(ImGuiCol_TableRowBg, theme.panel, 0);
    set(ImGuiCol_TableRowBgAlt, theme.text, 0.02F);
    set(ImGuiCol_TextSelectedBg, theme.accent, 0.35F);
    set(ImGuiCol_NavHighlight, theme.accent);
    set(ImGuiCol_NavWindowingHighlight, theme.accent, 0.7F);
    set(ImGuiCol_NavWindowingDimBg, theme.shadow, 0.2F);
    set(ImGuiCol_ModalWindowDimBg, theme.shadow, theme.dark ? 0.5F : 0.3F);
    set(ImGuiCol_DragDropTarget, theme.warning);
}

}  // namespace

void set_style(const Theme& theme, float scale) {
    ImGuiStyle& style = ImGui::GetStyle();
    set_measures(style, scale);
    set_colours(style, theme);
}

}  // namespace podium::desktop
