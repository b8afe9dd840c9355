#pragma once

// The desktop: layout, top bar, panels, menus, palette and keys, drawn from the newest frame. Knows ImGui
// and nothing of windows, so that it is the same in a window, in a picture and in a test. Belongs to
// the window's thread.

#include <memory>
#include <string>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/draw/layout.hpp"
#include "ui/desktop/lab/engine.hpp"
#include "ui/desktop/panels/panel.hpp"

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

  private:
    struct Shown {
        const PanelEntry* entry;
        std::unique_ptr<Panel> panel;
    };
    LabEngine& engine_;
    Layout layout_;
    Context context_;
    FramePointer frame_;
    std::vector<Shown> panels_;
    std::vector<Cost> costs_;
    Look sent_look_;
    bool leaving_ = false;
};

}  // namespace podium::desktop
