#include "ui/desktop/draw/fonts.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_freetype.h>

namespace podium::desktop {
namespace {

struct FontFile {
    const char* path;
    const char* package;
};
constexpr FontFile kRegular = {"opentype/inter/Inter-Regular.otf", "fonts-inter"};
constexpr FontFile kMedium = {"opentype/inter/Inter-Medium.otf", "fonts-inter"};
constexpr FontFile kSemiBold = {"opentype/inter/Inter-SemiBold.otf", "fonts-inter"};
constexpr FontFile kBold = {"opentype/inter/Inter-Bold.otf", "fonts-inter"};
constexpr FontFile kDisplay = {"opentype/inter/InterDisplay-Bold.otf", "fonts-inter"};
constexpr FontFile kMono = {"truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "fonts-jetbrains-mono"};
constexpr FontFile kIcons = {"truetype/font-awesome/fontawesome-webfont.ttf", "fonts-font-awesome"};

// Latin, Greek for units, punctuation, arrows, a little mathematics, boxes, shapes and marks.
constexpr std::array<ImWchar, 23> kLetters = {0x20,   0x17F,  0x391,  0x3C9,  0x2010, 0x2027, 0x2030, 0x205E, 0x20AC, 0x20AC, 0x2190, 0x21FF,
                                              0x2200, 0x2265, 0x2300, 0x23FF, 0x2500, 0x25FF, 0x2700, 0x2757, 0xFFFD, 0xFFFD, 0};
constexpr std::array<ImWchar, 3> kIconLetters = {0xF000, 0xF2E0, 0};

constexpr unsigned kHinting = ImGuiFreeTypeBuilderFlags_LightHinting;

ImFont* add_font(const std::string& folder, const FontFile& file, float pixels, bool icons) {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    ImFontConfig letters;
    letters.FontBuilderFlags = kHinting;
    letters.OversampleH = letters.OversampleV = 1;
    letters.PixelSnapH = true;
    letters.EllipsisChar = 0x2026;
    ImFont* font = atlas.AddFontFromFileTTF((folder + "/" + file.path).c_str(), pixels, &letters, kLetters.data());
    if (icons) {
        ImFontConfig merged;
        merged.MergeMode = true;
        merged.PixelSnapH = true;
        merged.FontBuilderFlags = kHinting;
        merged.GlyphMinAdvanceX = pixels * 1.15F;
        atlas.AddFontFromFileTTF((folder + "/" + kIcons.path).c_str(), std::round(pixels * 0.95F), &merged, kIconLetters.data());
    }
    return font;
}

}  // namespace

Result<Fonts> load_fonts(float scale, const std::string& folder) {
    // ImGui ends the program when a file can't be read, so we look first.
    for (const FontFile& file : {kRegular, kMedium, kSemiBold, kBold, kDisplay, kMono, kIcons}) {
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(folder + "/" + file.path, ignored))
            return Error{fmt::format("the font {}/{} is missing", folder, file.path), {}, fmt::format("install the package {}", file.package)};
    }
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    atlas.Clear();
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas.TexDesiredWidth = scale > 1.5F ? 2048 : 1024;
    const auto pixels = [scale](float size) { return std::round(size * scale); };
    Fonts fonts;
    fonts.text = add_font(folder, kRegular, pixels(14), true);
    fonts.bold = add_font(folder, kSemiBold, pixels(14), true);
    fonts.small = add_font(folder, kMedium, pixels(12), true);
    fonts.mono = add_font(folder, kMono, pixels(13), false);
    fonts.title = add_font(folder, kBold, pixels(16), true);
    fonts.big = add_font(folder, kDisplay, pixels(20), true);
    if (!atlas.Build()) return Error{"the fonts could not be drawn", {}, "install fonts-inter, fonts-jetbrains-mono and fonts-font-awesome anew"};
    return fonts;
}

}  // namespace podium::desktop
