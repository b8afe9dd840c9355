#include "ui/desktop/window/sfml_window.hpp"

#include <SFML/Graphics.hpp>
#include <algorithm>
#include <array>
#include <backends/imgui_impl_opengl3.h>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <fmt/format.h>
#include <imgui.h>
#include <memory>
#include <thread>
#include <unistd.h>

#include "sim/base/printable.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/desktop/desktop.hpp"
#include "ui/desktop/draw/fonts.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/window/tile_layer_sfml.hpp"
#include "ui/desktop/window/screenshot.hpp"
#include "ui/desktop/window/window_events.hpp"

namespace podium::desktop {
namespace {

constexpr unsigned kFramesASecond = 60;
/// Of a window that a test sits at: drawn in software it would else leave no time to the display, the mouse and the test.
constexpr unsigned kFramesOfATest = 20;
constexpr double kLongestFrame = 0.25;
/// A window that nobody sees looks so often whether it is seen again.
constexpr std::chrono::milliseconds kHiddenRest{100};
/// A layout that has changed is kept once it has been still for so long.
constexpr double kLayoutRest = 2.0;

/// The pointers of the system. SFML uses the last one again while its window closes, so they live as long as the
/// window's owner does.
class Pointers {
  public:
    Pointers() {
        load(ImGuiMouseCursor_Arrow, sf::Cursor::Arrow);
        load(ImGuiMouseCursor_TextInput, sf::Cursor::Text);
        load(ImGuiMouseCursor_ResizeAll, sf::Cursor::SizeAll);
        load(ImGuiMouseCursor_ResizeNS, sf::Cursor::SizeVertical);
        load(ImGuiMouseCursor_ResizeEW, sf::Cursor::SizeHorizontal);
        load(ImGuiMouseCursor_ResizeNESW, sf::Cursor::SizeBottomLeftTopRight);
        load(ImGuiMouseCursor_ResizeNWSE, sf::Cursor::SizeTopLeftBottomRight);
        load(ImGuiMouseCursor_Hand, sf::Cursor::Hand);
        load(ImGuiMouseCursor_NotAllowed, sf::Cursor::NotAllowed);
    }

    /// As ImGui wants it. Each change is a round trip to the display, so only changes are made.
    void show(sf::Window& window) {
        const ImGuiMouseCursor wanted = ImGui::GetMouseCursor();
        if (wanted == shown_) return;
        shown_ = wanted;
        window.setMouseCursorVisible(wanted != ImGuiMouseCursor_None);
        if (wanted == ImGuiMouseCursor_None) return;
        const auto& own = all_[static_cast<std::size_t>(wanted)];
        const auto& pointer = own ? own : all_[static_cast<std::size_t>(ImGuiMouseCursor_Arrow)];
        if (pointer) window.setMouseCursor(*pointer);
    }

  private:
    void load(ImGuiMouseCursor which, sf::Cursor::Type type) {
        auto pointer = std::make_unique<sf::Cursor>();
        if (pointer->loadFromSystem(type)) all_[static_cast<std::size_t>(which)] = std::move(pointer);
    }

    std::array<std::unique_ptr<sf::Cursor>, ImGuiMouseCursor_COUNT> all_;
    ImGuiMouseCursor shown_ = ImGuiMouseCursor_None - 1;
};

/// What ImGui was given last by the clipboard; it must outlive the call.
std::string& clipboard_text() {
    static std::string text;
    return text;
}

const char* read_clipboard(void*) {
    const auto text = sf::Clipboard::getString().toUtf8();
    clipboard_text().assign(text.begin(), text.end());
    return clipboard_text().c_str();
}

void write_clipboard(void*, const char* text) {
    const std::string copied(text == nullptr ? "" : text);
    sf::Clipboard::setString(sf::String::fromUtf8(copied.begin(), copied.end()));
}

/// ImGui's context with its renderer, for a window whose OpenGL is current.
class WindowGui {
  public:
    WindowGui() {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.BackendPlatformName = "podium_sfml";
        io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
        io.GetClipboardTextFn = read_clipboard;
        io.SetClipboardTextFn = write_clipboard;
        ready_ = ImGui_ImplOpenGL3_Init("#version 130");
        InputQueue::set_up();
    }
    WindowGui(const WindowGui&) = delete;
    WindowGui& operator=(const WindowGui&) = delete;
    ~WindowGui() {
        if (ready_) ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext();
    }

    [[nodiscard]] bool ready() const { return ready_; }
    /// Letters of this scale; kept while it stays.
    Result<void> use_scale(float scale) {
        if (scale == scale_) return {};
        auto fonts = load_fonts(scale);
        if (!fonts) return fonts.error();
        fonts_ = *fonts;
        scale_ = scale;
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
        return {};
    }
    [[nodiscard]] const Fonts& fonts() const { return fonts_; }

  private:
    bool ready_ = false;
    float scale_ = 0;
    Fonts fonts_;
};

/// Keeps the layout when it has been still for a while, and at the end.
class LayoutKeeper {
  public:
    LayoutKeeper(Layout layout, const std::function<void(const Layout&)>& keep) : kept_(std::move(layout)), last_(kept_), keep_(keep) {}
    void look(const Layout& layout, double clock) {
        if (!(layout == last_)) {
            last_ = layout;
            changed_at_ = clock;
        }
        if (!(last_ == kept_) && clock - changed_at_ > kLayoutRest) finish();
    }
    void finish() {
        if (last_ == kept_) return;
        kept_ = last_;
        keep_(kept_);
    }

  private:
    Layout kept_;
    Layout last_;
    const std::function<void(const Layout&)>& keep_;
    double changed_at_ = 0;
};

double now_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What was asked for on the command line and needs the run to have come there.
class FirstWishes {
  public:
    explicit FirstWishes(const LabWish& wish) : wish_(wish), selects_(!wish.selection.empty()) {}
    void serve(Desktop& desktop) {
        const Frame& frame = desktop.last_frame();
        if (!selects_ || frame.busy || !frame.cluster || (wish_.at && frame.now < *wish_.at)) return;
        selects_ = false;
        const Selection found = find_selection(*frame.cluster, wish_.selection);
        if (found.kind == Selection::Kind::None)
            desktop.say(fmt::format("there is nothing called '{}' to select", wish_.selection), view::Tone::Warning);
        else
            desktop.context().select(found.kind, found.name);
    }

  private:
    const LabWish& wish_;
    bool selects_;
};

/// Says in a file where widgets are and how the run stands, so that a test with a real mouse finds them.
class MarkWriter {
  public:
    explicit MarkWriter(std::string path) : path_(std::move(path)) {}
    void look(const Desktop& desktop, double clock) {
        constexpr double kEvery = 0.2;
        if (path_.empty() || clock - written_at_ < kEvery) return;
        written_at_ = clock;
        std::string text = standing(desktop.last_frame());
        for (const auto& [id, marked] : desktop.marks())
            text += fmt::format("{} {:.0f} {:.0f}\n", id, marked.area.x + marked.area.width / 2, marked.area.y + marked.area.height / 2);
        // A test that can't read it says so itself.
        (void)cli::write_whole_file(path_, text);
    }

  private:
    static std::string standing(const Frame& frame) {
        const auto flag = [](bool value) { return value ? 1 : 0; };
        std::string text = fmt::format("frame.now {}\nframe.live {}\nframe.fork {}\nframe.playing {}\nframe.busy {}\n", frame.now.nanoseconds, flag(frame.live), flag(frame.fork != nullptr), flag(frame.playing), flag(frame.busy));
        const auto runs = [](const TerminalView& terminal) { return terminal.running; };
        if (frame.terminals) text += fmt::format("frame.line_runs {}\n", flag(std::any_of(frame.terminals->begin(), frame.terminals->end(), runs)));
        if (frame.cluster) text += fmt::format("frame.running {}\nframe.wanted {}\n", frame.cluster->running, frame.cluster->wanted);
        if (!frame.lesson) return text;
        const auto& passed = frame.lesson->passed;
        return text + fmt::format("frame.lesson.name {}\nframe.lesson.step {}\nframe.lesson.passed {}\n", frame.lesson->name, frame.lesson->step, std::count(passed.begin(), passed.end(), true));
    }

    std::string path_;
    double written_at_ = -1;
};

/// Takes what the system has for the window. False: it was closed.
bool take_events(sf::RenderWindow& window, InputQueue& queue) {
    sf::Event event{};
    while (window.pollEvent(event)) {
        if (event.type == sf::Event::Closed) return false;
        if (event.type == sf::Event::Resized) {
            const auto width = static_cast<float>(event.size.width);
            const auto height = static_cast<float>(event.size.height);
            window.setView(sf::View(sf::FloatRect(0, 0, width, height)));
        }
        if (const auto ours = input_event(event)) queue.push(*ours);
    }
    return true;
}

}  // namespace

namespace {

// SFML ends the whole program when the display it is told of does not answer, so it is asked before. SFML's own library for it
// is there wherever SFML is; only its header may not be.
Result<void> can_reach_display(const std::string& name) {
    using Open = void* (*)(const char*);
    using Close = int (*)(void*);
    void* library = ::dlopen("libX11.so.6", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return {};
    const auto open = reinterpret_cast<Open>(::dlsym(library, "XOpenDisplay"));
    const auto close = reinterpret_cast<Close>(::dlsym(library, "XCloseDisplay"));
    if (open == nullptr || close == nullptr) return {};
    void* display = open(nullptr);
    if (display == nullptr)
        return Error{fmt::format("the display '{}' (DISPLAY) does not answer", printable(name)), {}, "podium --text shows the story without one, podium shell a terminal; pictures: podium lab --screenshot FILE"};
    close(display);
    return {};
}

}  // namespace

Result<void> can_open_window() {
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    if (set("DISPLAY")) return can_reach_display(std::getenv("DISPLAY"));
    if (set("WAYLAND_DISPLAY"))
        return Error{"the window needs an X display, and DISPLAY is not set", {}, "under Wayland that is Xwayland; or make a picture: --screenshot FILE"};
    return Error{"there is no display to open a window on (DISPLAY is not set)", {}, "make a picture instead: podium lab --screenshot FILE; or use podium shell"};
}

Result<void> show_window(LabEngine& engine, const LabWish& wish, const std::string& notice, const std::function<void(const Layout&)>& keep, const std::function<bool(double seconds)>& drawn) {
    Pointers pointers;
    // A size that was kept may be of a larger screen.
    const sf::VideoMode screen = sf::VideoMode::getDesktopMode();
    const auto within = [&](float wanted, unsigned room) {
        const auto length = static_cast<unsigned>(wanted);
        return wish.sized || room == 0 ? length : std::min(length, room);
    };
    const sf::VideoMode size_of_window(within(wish.layout.window_width, screen.width), within(wish.layout.window_height, screen.height));
    sf::RenderWindow window(size_of_window, "Podium", sf::Style::Default, sf::ContextSettings(0, 0, 0));
    if (!window.isOpen() || !window.setActive(true)) return Error{"OpenGL can't be used on this display", {}, "install libgl1-mesa-dri, or make a picture: --screenshot FILE"};
    window.setFramerateLimit(wish.marks.empty() ? kFramesASecond : kFramesOfATest);
    window.setKeyRepeatEnabled(false);
    WindowGui gui;
    if (!gui.ready()) return Error{"this display's OpenGL is older than 3.0", {}, "install libgl1-mesa-dri, or make a picture: --screenshot FILE"};

    InputQueue queue;
    SfmlTileLayer tiles;
    Desktop desktop(engine, wish.layout);
    LayoutKeeper keeper(wish.layout, keep);
    FirstWishes first(wish);
    MarkWriter marks(wish.marks);
    // Without a window manager a window may stand anywhere; a test wants to know where.
    if (!wish.marks.empty()) window.setPosition({0, 0});
    if (!notice.empty()) desktop.say(notice, view::Tone::Warning);
    if (wish.at) {
        engine.post(intent::Pause{});
        engine.post(intent::Seek{*wish.at});
    }
    engine.start();
    const double begin = now_seconds();
    double last = begin;
    std::string title;
    while (!desktop.leaving()) {
        if (!take_events(window, queue)) desktop.leave();
        // A window without a size is minimised or about to close.
        const sf::Vector2u size = window.getSize();
        if (size.x == 0 || size.y == 0) {
            std::this_thread::sleep_for(kHiddenRest);
            continue;
        }
        if (auto letters = gui.use_scale(desktop.scale_wanted()); !letters) return letters.error();
        const double now = now_seconds();
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = ImVec2(static_cast<float>(size.x), static_cast<float>(size.y));
        io.DeltaTime = static_cast<float>(std::clamp(now - last, 0.0001, kLongestFrame));
        last = now;
        queue.hand_over();
        ImGui_ImplOpenGL3_NewFrame();
        ImGui::NewFrame();
        first.serve(desktop);
        tiles.clear();
        desktop.draw(io.DisplaySize.x, io.DisplaySize.y, now - begin, gui.fonts(), tiles);
        ImGui::Render();
        pointers.show(window);
        window.clear();
        tiles.draw(window);
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
        // SFML remembers the state of OpenGL, which ImGui has changed.
        window.resetGLStates();
        window.display();
        if (const std::string& open = desktop.last_frame().title; open != title) {
            title = open;
            window.setTitle(sf::String::fromUtf8(title.begin(), title.end()) + sf::String(title.empty() ? "Podium" : " - Podium"));
        }
        Layout layout = desktop.layout();
        layout.window_width = std::clamp(static_cast<float>(size.x), kLeastWindow, kMostWindow);
        layout.window_height = std::clamp(static_cast<float>(size.y), kLeastWindow, kMostWindow);
        keeper.look(layout, now);
        marks.look(desktop, now - begin);
        if (drawn && !drawn(now_seconds() - begin)) desktop.leave();
    }
    keeper.finish();
    return {};
}

}  // namespace podium::desktop
