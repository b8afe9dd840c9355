#pragma once

// The desktop: layout, top bar, panels, menus, palette and keys, drawn from the newest frame. Knows ImGui
// and nothing of windows, so that it is the same in a window, in a picture and in a test. Belongs to
// the window's thread.

#include <memory>
#include <string>
#include <vector>

#include "ui/desktop/boxes.hpp"
#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/draw/layout.hpp"
#include "ui/desktop/draw/overlay.hpp"
#include "ui/desktop/keys.hpp"
#include "ui/desktop/lab/engine.hpp"
#include "ui/desktop/panels/panel.hpp"
#include "ui/desktop/top_bar.hpp"

namespace podium::desktop {

class Desktop {
  public:
    /// `fonts` are those of the layout's scale. Requires a context of ImGui's.
    Desktop(LabEngine& engine, Layout layout);

    /// Draws one frame: between ImGui::NewFrame() and ImGui::Render(). `clock` as Context::clock.
    void draw(float width, float height, double clock, const Fonts& fonts, TileLayer& tiles);

    /// The widgets of the last frame.
    [[nodiscard]] const std::map<std::string, Marked>& marks() const { return context_.marks; }
    [[nodiscard]] const Layout& layout() const { return layout_; }
    [[nodiscard]] bool leaving() const { return leaving_; }
    [[nodiscard]] Context& context() { return context_; }
    [[nodiscard]] const Frame& last_frame() const { return *frame_; }
    /// How long the two phases of the last frame took, in seconds, by panel.
    struct Cost {
        std::string panel;
        double prepare = 0;
        double draw = 0;
    };
    [[nodiscard]] const std::vector<Cost>& costs() const { return costs_; }
    /// The scale that the fonts of the next frame should have.
    [[nodiscard]] float scale_wanted() const { return scale_of(layout_); }
    /// A sentence of the window's own, shown as a notice.
    void say(const std::string& words, view::Tone tone) { notice_.say(words, tone); }
    /// Leaves as Ctrl+Q does.
    void leave() { leaving_ = true; }

  private:
    struct Shown {
        const PanelEntry* entry;
        std::unique_ptr<Panel> panel;
        bool was_wanted = false;
    };
    /// A place with what stands in it in this frame.
    struct Stand {
        Place place;
        Area tabs;     ///< Empty: one panel needs no tabs.
        Area content;
        std::vector<std::size_t> panels;  ///< Into panels_: those wanted.
        std::size_t front = 0;            ///< Into panels_.
    };

    void begin_frame(float width, float height, double clock, const Fonts& fonts, TileLayer& tiles);
    void handle_keys();
    void handle_plain_keys();
    void ask_menu();
    void handle_panel_keys();
    void handle_border_keys(float width, float height);
    [[nodiscard]] Place place_with_keyboard() const;
    void serve_panel_wish();
    void serve_wish();
    void scale_by(float factor);
    std::vector<Stand> stands(float width, float height);
    [[nodiscard]] bool someone_stands(Place place) const;
    void draw_tabs(const Stand& stand);
    void draw_panel(const Stand& stand);
    void draw_borders(const Areas& areas, float width, float height);
    void draw_border(Border border, const Area& line, bool upright, float width, float height);

    LabEngine& engine_;
    Layout layout_;
    Context context_;
    FramePointer frame_;
    std::vector<Shown> panels_;
    std::vector<Cost> costs_;
    std::vector<std::unique_ptr<Overlay>> overlays_;
    TopBar top_bar_;
    Notice notice_;
    HelpBox help_;
    SaveBox save_;
    PressedKeys pressed_;
    Look sent_look_;
    bool leaving_ = false;
    bool arrows_taken_ = false;  ///< The cluster has the keyboard, and moves its selection with them.
    bool first_frame_ = true;
    std::string served_;     ///< The panel that comes to the front in this frame.
    float grabbed_at_ = 0;  ///< Where within a border it is held.
};

}  // namespace podium::desktop
