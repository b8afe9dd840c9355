#pragma once

// A desktop without a screen: ImGui draws into its lists and nobody paints them. Time goes in steps of a
// sixtieth of a second, input is pushed as plain events, widgets are found by their stable ids. With it
// a test does to a panel what a person does, and sees the intents that come of it.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ui/desktop/desktop.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/tile_layer_list.hpp"
#include "ui/desktop/lab/engine.hpp"

struct ImGuiContext;

namespace podium::test {

/// A run that is none: shows the frame that a test has made and takes down what it is told. Its engine owns it.
class StagedPlay final : public desktop::Play {
  public:
    void handle(const desktop::Intent& intent) override { intents.push_back(intent); }
    void refuse(const std::string& sentence) override { frame.notice = sentence; }
    void advance(double) override {}
    void fill(desktop::Frame& out) override { out = frame; }
    [[nodiscard]] bool idle() const override { return true; }

    desktop::Frame frame;
    std::vector<desktop::Intent> intents;

    /// The intents of one kind, in order.
    template <class Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const auto& intent : intents) {
            if (const auto* one = std::get_if<Kind>(&intent)) found.push_back(*one);
        }
        return found;
    }
    /// The last intent of a kind; null: there was none.
    template <class Kind>
    [[nodiscard]] const Kind* last() const {
        for (auto intent = intents.rbegin(); intent != intents.rend(); ++intent) {
            if (const auto* one = std::get_if<Kind>(&*intent)) return one;
        }
        return nullptr;
    }
};

class NullDesk {
  public:
    /// Of an engine's frames; the engine is pumped with each step.
    explicit NullDesk(desktop::LabEngine& engine, float width = 1280, float height = 800, desktop::Layout layout = {});
    /// Of frames that the test makes: see play().
    explicit NullDesk(const desktop::Frame& frame, float width = 1280, float height = 800, desktop::Layout layout = {});
    ~NullDesk();
    NullDesk(const NullDesk&) = delete;
    NullDesk& operator=(const NullDesk&) = delete;

    /// Requires that the desk was made of a frame.
    [[nodiscard]] StagedPlay& play();
    [[nodiscard]] desktop::Desktop& desktop() { return *desktop_; }

    /// Draws so many frames.
    void step(int frames = 1);
    void push(const desktop::InputEvent& event) { queue_.push(event); }
    /// Draws until all that was pushed is handed over, and two frames more.
    void settle();

    /// Presses and lets go of a mouse button in the middle of a widget. Fails the test when there is none of that name.
    void click(const std::string& id, int button = 0);
    void right_click(const std::string& id) { click(id, 1); }
    void double_click(const std::string& id);
    void click_at(float x, float y, int button = 0);
    void move_to(const std::string& id);
    /// Presses at a place, moves by so much in small steps, lets go.
    void drag(const std::string& id, float by_x, float by_y);
    void wheel(const std::string& id, float notches, bool control = false);
    /// Types into what has the keyboard.
    void type(const std::string& text);
    void key(desktop::Key key, bool control = false, bool shift = false, bool alt = false);

    [[nodiscard]] bool has(const std::string& id) const { return desktop_->marks().contains(id); }
    /// Fails the test when there is none of that name.
    [[nodiscard]] desktop::Area area(const std::string& id) const;
    /// Draws until a widget is there; fails the test after `frames`.
    void wait_for(const std::string& id, int frames = 240);
    /// Draws until something holds; fails the test after `frames`.
    void wait_until(const std::function<bool()>& holds, int frames = 240);
    /// All names of widgets that begin so.
    [[nodiscard]] std::vector<std::string> ids(const std::string& prefix) const;

  private:
    void set_up(float width, float height, desktop::Layout layout);
    [[nodiscard]] const desktop::Fonts& fonts();

    std::unique_ptr<desktop::LabEngine> own_engine_;
    StagedPlay* play_ = nullptr;
    desktop::LabEngine* engine_ = nullptr;
    ImGuiContext* imgui_ = nullptr;
    ImGuiContext* imgui_before_ = nullptr;
    std::unique_ptr<desktop::Desktop> desktop_;
    desktop::InputQueue queue_;
    desktop::ListTileLayer tiles_;
    float width_ = 0;
    float height_ = 0;
    int frames_ = 0;
};

}  // namespace podium::test
