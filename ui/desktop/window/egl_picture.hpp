#pragma once

// Pictures of the desktop without a display: an OpenGL context on no surface of a window system's (Mesa's
// surfaceless EGL), into which ImGui's own renderer draws. One at a time, with its own ImGui context;
// belongs to one thread.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "ui/desktop/draw/context.hpp"

struct ImGuiContext;

namespace podium::desktop {

/// A picture: rows from the top, four bytes a pixel (red, green, blue, opacity).
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<unsigned char> pixels;
};

/// Several may be open at once, in one thread.
class EglPainter {
  public:
    /// Errors: EGL or its software renderer is missing, or the size is none it can do.
    static Result<std::unique_ptr<EglPainter>> open(int width, int height);
    ~EglPainter();
    EglPainter(const EglPainter&) = delete;
    EglPainter& operator=(const EglPainter&) = delete;

    /// The fonts were drawn anew: their texture has to be, too.
    void fonts_changed();
    /// Draws what `draw` does between ImGui::NewFrame() and ImGui::Render(), `seconds` after the frame before.
    /// Without `paint` the lists are made and thrown away: what moves goes on, at a hundredth of the cost.
    void frame(float seconds, const std::function<void()>& draw, bool paint = true);
    /// What the last frame looks like.
    [[nodiscard]] Picture picture() const;

  private:
    struct Screen;
    explicit EglPainter(std::unique_ptr<Screen> screen);
    void make_current() const;
    std::unique_ptr<Screen> screen_;
};

/// Errors: the file can't be written.
Result<void> write_png(const Picture& picture, const std::string& path);
/// Errors: there is none, or it is no PNG.
Result<Picture> read_png(const std::string& path);

}  // namespace podium::desktop
