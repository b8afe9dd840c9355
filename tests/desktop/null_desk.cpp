#include "tests/desktop/null_desk.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <imgui.h>
#include <map>

#include "ui/desktop/draw/fonts.hpp"

namespace podium::test {
namespace {

constexpr float kFrame = 1.0F / 60.0F;

/// Letters take a tenth of a second to draw: all desks of a scale share them.
struct SharedFonts {
    std::unique_ptr<ImFontAtlas> atlas;
    desktop::Fonts fonts;
};

SharedFonts& shared_fonts(float scale) {
    static std::map<int, SharedFonts> all;
    SharedFonts& shared = all[static_cast<int>(std::lround(scale * 100))];
    if (!shared.atlas) {
        shared.atlas = std::make_unique<ImFontAtlas>();
        ImGuiContext* before = ImGui::GetCurrentContext();
        ImGuiContext* context = ImGui::CreateContext(shared.atlas.get());
        ImGui::SetCurrentContext(context);
        const auto loaded = desktop::load_fonts(scale);
        ImGui::SetCurrentContext(before);
        ImGui::DestroyContext(context);
        INFO((loaded ? std::string() : loaded.error().text()));
        REQUIRE(loaded.ok());
        shared.fonts = *loaded;
        unsigned char* pixels = nullptr;
        int width = 0;
        int height = 0;
        shared.atlas->GetTexDataAsAlpha8(&pixels, &width, &height);
    }
    return shared;
}

/// The code points of UTF-8 that a test wrote.
std::vector<std::uint32_t> letters_of(const std::string& text) {
    std::vector<std::uint32_t> letters;
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if ((value & 0xC0U) == 0x80U && !letters.empty())
            letters.back() = letters.back() << 6U | (value & 0x3FU);
        else
            letters.push_back(value < 0x80 ? value : value < 0xE0 ? value & 0x1FU : value < 0xF0 ? value & 0x0FU : value & 0x07U);
    }
    return letters;
}

}  // namespace

NullDesk::NullDesk(desktop::LabEngine& engine, float width, float height, desktop::Layout layout) : engine_(&engine) {
    set_up(width, height, std::move(layout));
}

NullDesk::NullDesk(const desktop::Frame& frame, float width, float height, desktop::Layout layout) {
    auto play = std::make_unique<StagedPlay>();
    play_ = play.get();
    play_->frame = frame;
    own_engine_ = std::make_unique<desktop::LabEngine>(std::move(play), desktop::Opener());
    engine_ = own_engine_.get();
    set_up(width, height, std::move(layout));
}

NullDesk::~NullDesk() {
    desktop_.reset();
    ImGui::DestroyContext(imgui_);
    ImGui::SetCurrentContext(imgui_before_);
}

void NullDesk::set_up(float width, float height, desktop::Layout layout) {
    width_ = width;
    height_ = height;
    imgui_before_ = ImGui::GetCurrentContext();
    imgui_ = ImGui::CreateContext(shared_fonts(desktop::scale_of(layout)).atlas.get());
    ImGui::SetCurrentContext(imgui_);
    desktop::InputQueue::set_up();
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    desktop_ = std::make_unique<desktop::Desktop>(*engine_, std::move(layout));
    step(2);
}

StagedPlay& NullDesk::play() {
    REQUIRE(play_ != nullptr);
    return *play_;
}

const desktop::Fonts& NullDesk::fonts() {
    SharedFonts& shared = shared_fonts(desktop_->scale_wanted());
    ImGui::GetIO().Fonts = shared.atlas.get();
    return shared.fonts;
}

void NullDesk::step(int frames) {
    for (int i = 0; i < frames; ++i) {
        ImGui::SetCurrentContext(imgui_);
        engine_->pump(static_cast<double>(kFrame));
        const desktop::Fonts& letters = fonts();
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = ImVec2(width_, height_);
        io.DeltaTime = kFrame;
        queue_.hand_over();
        ImGui::NewFrame();
        desktop_->draw(width_, height_, static_cast<double>(frames_) / 60.0, letters, tiles_);
        ImGui::Render();
        ++frames_;
    }
}

void NullDesk::settle() {
    constexpr int kMostFrames = 10'000;
    for (int i = 0; i < kMostFrames && !queue_.empty(); ++i)
        step();
    step(2);
}

desktop::Area NullDesk::area(const std::string& id) const {
    const auto found = desktop_->marks().find(id);
    if (found == desktop_->marks().end()) FAIL("there is no widget '" << id << "'");
    return found->second.area;
}

void NullDesk::click_at(float x, float y, int button) {
    using Kind = desktop::InputEvent::Kind;
    push({.kind = Kind::Move, .x = x, .y = y});
    settle();
    push({.kind = Kind::ButtonDown, .x = x, .y = y, .button = button});
    push({.kind = Kind::ButtonUp, .x = x, .y = y, .button = button});
    settle();
    // What was asked of the engine is in the frames after.
    step(2);
}

void NullDesk::click(const std::string& id, int button) {
    const desktop::Area at = area(id);
    click_at(at.x + at.width / 2, at.y + at.height / 2, button);
    // Two clicks on one place are two clicks, unless they are meant as one.
    step(20);
}

void NullDesk::double_click(const std::string& id) {
    const desktop::Area at = area(id);
    click_at(at.x + at.width / 2, at.y + at.height / 2);
    click_at(at.x + at.width / 2, at.y + at.height / 2);
    step(20);
}

void NullDesk::move_to(const std::string& id) {
    const desktop::Area at = area(id);
    push({.kind = desktop::InputEvent::Kind::Move, .x = at.x + at.width / 2, .y = at.y + at.height / 2});
    settle();
}

void NullDesk::drag(const std::string& id, float by_x, float by_y) {
    using Kind = desktop::InputEvent::Kind;
    constexpr int kSteps = 8;
    const desktop::Area at = area(id);
    const float x = std::floor(at.x + at.width / 2);
    const float y = std::floor(at.y + at.height / 2);
    push({.kind = Kind::Move, .x = x, .y = y});
    settle();
    push({.kind = Kind::ButtonDown, .x = x, .y = y});
    settle();
    for (int i = 1; i <= kSteps; ++i) {
        const float part = static_cast<float>(i) / static_cast<float>(kSteps);
        push({.kind = Kind::Move, .x = x + by_x * part, .y = y + by_y * part});
        settle();
    }
    push({.kind = Kind::ButtonUp, .x = x + by_x, .y = y + by_y});
    settle();
    step(2);
}

void NullDesk::wheel(const std::string& id, float notches, bool control) {
    move_to(id);
    // ImGui knows of held keys by what they were pressed with.
    if (control) push({.kind = desktop::InputEvent::Kind::KeyDown, .key = desktop::Key::F12, .control = true});
    push({.kind = desktop::InputEvent::Kind::Wheel, .y = notches});
    settle();
    if (control) push({.kind = desktop::InputEvent::Kind::KeyUp, .key = desktop::Key::F12});
    settle();
}

void NullDesk::type(const std::string& text) {
    for (const std::uint32_t letter : letters_of(text))
        push({.kind = desktop::InputEvent::Kind::Text, .letter = letter});
    settle();
}

void NullDesk::key(desktop::Key key, bool control, bool shift, bool alt) {
    using Kind = desktop::InputEvent::Kind;
    push({.kind = Kind::KeyDown, .key = key, .control = control, .shift = shift, .alt = alt});
    push({.kind = Kind::KeyUp, .key = key});
    settle();
    step(2);
}

void NullDesk::wait_for(const std::string& id, int frames) {
    for (int i = 0; i < frames && !has(id); ++i)
        step();
    if (!has(id)) FAIL("there is no widget '" << id << "' after " << frames << " frames");
}

void NullDesk::wait_until(const std::function<bool()>& holds, int frames) {
    for (int i = 0; i < frames && !holds(); ++i)
        step();
    if (!holds()) FAIL("what was waited for did not come within " << frames << " frames");
}

std::vector<std::string> NullDesk::ids(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& [id, marked] : desktop_->marks()) {
        if (id.starts_with(prefix)) found.push_back(id);
    }
    return found;
}

}  // namespace podium::test
