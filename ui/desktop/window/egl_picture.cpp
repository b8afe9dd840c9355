#include "ui/desktop/window/egl_picture.hpp"

// The headers of X, which EGL's bring along otherwise, define short names as macros.
#define EGL_NO_X11
#define MESA_EGL_NO_X11_HEADERS
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>

#include <array>
#include <backends/imgui_impl_opengl3.h>
#include <cstring>
#include <fmt/format.h>
#include <imgui.h>
#include <stb_image.h>
#include <stb_image_write.h>

namespace podium::desktop {
namespace {

constexpr int kMostPixels = 8'192;

Error egl_error(const std::string& what) {
    return {what, {}, "pictures without a display need Mesa's EGL and its software renderer: install libegl-mesa0 and libgl1-mesa-dri"};
}

/// The function that opens displays of a platform; null: EGL is too old.
PFNEGLGETPLATFORMDISPLAYEXTPROC platform_opener() {
    const auto address = eglGetProcAddress("eglGetPlatformDisplayEXT");
    PFNEGLGETPLATFORMDISPLAYEXTPROC opener = nullptr;
    static_assert(sizeof(opener) == sizeof(address));
    std::memcpy(&opener, &address, sizeof(opener));
    return opener;
}

/// The display without a window: one for all painters, for as long as the program runs. Ending it would end what any of them draws with, and
/// Mesa would load its renderer anew for the next. EGL_NO_DISPLAY: there is none.
EGLDisplay shared_display() {
    static const EGLDisplay shared = [] {
        const auto opener = platform_opener();
        if (opener == nullptr) return EGL_NO_DISPLAY;
        const EGLDisplay display = opener(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr);
        return display != EGL_NO_DISPLAY && eglInitialize(display, nullptr, nullptr) == EGL_TRUE ? display : EGL_NO_DISPLAY;
    }();
    return shared;
}

}  // namespace

struct EglPainter::Screen {
    int width = 0;
    int height = 0;
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLSurface surface = EGL_NO_SURFACE;
    EGLContext context = EGL_NO_CONTEXT;
    ImGuiContext* imgui = nullptr;

    Screen() = default;
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    ~Screen() {
        // What it drew with is given back where it was made, whichever painter drew last.
        if (context != EGL_NO_CONTEXT) eglMakeCurrent(display, surface, surface, context);
        if (imgui != nullptr) {
            ImGui::SetCurrentContext(imgui);
            ImGui_ImplOpenGL3_Shutdown();
            ImGui::DestroyContext(imgui);
        }
        if (display == EGL_NO_DISPLAY) return;
        eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        if (context != EGL_NO_CONTEXT) eglDestroyContext(display, context);
        if (surface != EGL_NO_SURFACE) eglDestroySurface(display, surface);
    }

    Result<void> open_display() {
        display = shared_display();
        if (display == EGL_NO_DISPLAY) return egl_error("EGL gives no display without a window");
        return {};
    }

    Result<void> open_context() {
        eglBindAPI(EGL_OPENGL_API);
        constexpr std::array<EGLint, 13> kWanted = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_RED_SIZE, 8, EGL_GREEN_SIZE, 8, EGL_BLUE_SIZE, 8, EGL_ALPHA_SIZE, 8, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        if (eglChooseConfig(display, kWanted.data(), &config, 1, &count) == EGL_FALSE || count == 0) return egl_error("EGL has no surface of 8 bits a colour");
        const std::array<EGLint, 5> size = {EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
        surface = eglCreatePbufferSurface(display, config, size.data());
        context = eglCreateContext(display, config, EGL_NO_CONTEXT, nullptr);
        if (surface == EGL_NO_SURFACE || context == EGL_NO_CONTEXT || eglMakeCurrent(display, surface, surface, context) == EGL_FALSE) return egl_error("EGL gives no OpenGL");
        return {};
    }
};

EglPainter::EglPainter(std::unique_ptr<Screen> screen) : screen_(std::move(screen)) {}

EglPainter::~EglPainter() = default;

Result<std::unique_ptr<EglPainter>> EglPainter::open(int width, int height) {
    if (width < 1 || height < 1 || width > kMostPixels || height > kMostPixels)
        return Error{fmt::format("a picture can't be {}x{}: it is 1 to {} pixels wide and high", width, height, kMostPixels), {}, {}};
    auto screen = std::make_unique<Screen>();
    screen->width = width;
    screen->height = height;
    if (auto opened = screen->open_display(); !opened) return opened.error();
    if (auto opened = screen->open_context(); !opened) return opened.error();
    screen->imgui = ImGui::CreateContext();
    ImGui::SetCurrentContext(screen->imgui);
    if (!ImGui_ImplOpenGL3_Init("#version 130")) return egl_error("OpenGL 3 can't be used");
    ImGui::GetIO().DisplaySize = ImVec2(static_cast<float>(width), static_cast<float>(height));
    return std::unique_ptr<EglPainter>(new EglPainter(std::move(screen)));
}

void EglPainter::make_current() const {
    eglMakeCurrent(screen_->display, screen_->surface, screen_->surface, screen_->context);
    ImGui::SetCurrentContext(screen_->imgui);
}

void EglPainter::fonts_changed() {
    make_current();
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
}

void EglPainter::frame(float seconds, const std::function<void()>& draw, bool paint) {
    make_current();
    ImGui::GetIO().DeltaTime = seconds;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    draw();
    ImGui::Render();
    if (!paint) return;
    glViewport(0, 0, screen_->width, screen_->height);
    glClearColor(0, 0, 0, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Picture EglPainter::picture() const {
    make_current();
    glFinish();
    Picture picture{screen_->width, screen_->height, {}};
    const auto row = static_cast<std::size_t>(picture.width) * 4;
    std::vector<unsigned char> upside_down(row * static_cast<std::size_t>(picture.height));
    glReadPixels(0, 0, picture.width, picture.height, GL_RGBA, GL_UNSIGNED_BYTE, upside_down.data());
    picture.pixels.reserve(upside_down.size());
    for (std::size_t line = static_cast<std::size_t>(picture.height); line-- > 0;) {
        const auto* begin = upside_down.data() + line * row;
        picture.pixels.insert(picture.pixels.end(), begin, begin + row);
    }
    // What is drawn over a whole ground is opaque, whatever blending left there.
    for (std::size_t i = 3; i < picture.pixels.size(); i += 4)
        picture.pixels[i] = 255;
    return picture;
}

Result<void> write_png(const Picture& picture, const std::string& path) {
    if (stbi_write_png(path.c_str(), picture.width, picture.height, 4, picture.pixels.data(), picture.width * 4) == 0)
        return Error{fmt::format("the picture can't be written to {}", path), {}, "is the folder there, and may you write in it?"};
    return {};
}

Result<Picture> read_png(const std::string& path) {
    Picture picture;
    int channels = 0;
    unsigned char* pixels = stbi_load(path.c_str(), &picture.width, &picture.height, &channels, 4);
    if (pixels == nullptr) return Error{fmt::format("{} is no picture that can be read: {}", path, stbi_failure_reason()), {}, {}};
    picture.pixels.assign(pixels, pixels + static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 4);
    stbi_image_free(pixels);
    return picture;
}

}  // namespace podium::desktop
