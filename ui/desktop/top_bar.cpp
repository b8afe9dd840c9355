#include "ui/desktop/top_bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

struct Preset {
    double times;
    const char* words;
    const char* id;
};
constexpr std::array kPresets = {
    Preset{0.01, "1/100×", "0.01"},
    Preset{0.1, "1/10×", "0.1"},
    Preset{0.5, "½×", "0.5"},
    Preset{1, "1×", "1"},
    Preset{4, "4×", "4"},
    Preset{16, "16×", "16"},
    Preset{100, "100×", "100"},
    Preset{1'000, "1,000×", "1000"},
    Preset{10'000, "10,000×", "10000"},
};
/// Those that have a button of their own.
constexpr std::size_t kFirstShown = 2;
constexpr std::size_t kShown = 4;
constexpr float kSlowest = 0.01F;
constexpr float kFastest = 10'000.0F;

/// Steady lengths at scale 1, so that nothing jumps when words change.
constexpr float kButton = 34;
constexpr float kPlay = 46;
constexpr float kCaret = 20;
constexpr float kGap = 6;
constexpr float kPresetWidth = 38;
constexpr float kSlider = 104;
constexpr float kLive = 112;
constexpr float kHeight = 30;

bool bar_button(Context& context, const std::string& id, const std::string& words, const Area& area, std::uint32_t back, float back_alpha, std::uint32_t ink) {
    const Theme& theme = *context.theme;
    ImGui::SetCursorScreenPos(ImVec2(area.x, area.y));
    ImGui::PushStyleColor(ImGuiCol_Button, as_vec4(back, back_alpha));
    ImGui::PushStyleColor(ImGuiCol_ButtonHovered, as_vec4(mixed(back, theme.text, 0.12F), std::max(back_alpha, 0.9F)));
    ImGui::PushStyleColor(ImGuiCol_ButtonActive, as_vec4(mixed(back, theme.text, 0.2F)));
    ImGui::PushStyleColor(ImGuiCol_Text, as_vec4(ink));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(context.px(4), context.px(4)));
    const bool clicked = ImGui::Button((words + "###" + id).c_str(), ImVec2(area.width, area.height));
    ImGui::PopStyleVar();
    ImGui::PopStyleColor(4);
    context.mark(id);
    return clicked;
}

const char* step_words(StepKind kind) {
    switch (kind) {
        case StepKind::Event: return "next event";
        case StepKind::Fact: return "next fact";
        case StepKind::FactOfSelection: return "next fact of the selection";
    }
    return "";
}

}  // namespace

std::string speed_words(double times) {
    for (const Preset& preset : kPresets) {
        if (std::abs(times - preset.times) < preset.times * 0.005) return preset.words;
    }
    if (times < 1) return fmt::format("1/{:.3g}×", 1 / times);
    if (times < 100) return fmt::format("{:.2g}×", times);
    const auto whole = static_cast<long>(std::round(times));
    return whole < 1'000 ? fmt::format("{}×", whole) : fmt::format("{},{:03}×", whole / 1'000, whole % 1'000);
}

std::string back_words(Duration back) {
    const std::int64_t tenths = back.nanoseconds / 100'000'000;
    const std::int64_t whole = tenths / 10;
    if (whole < 60) return fmt::format("{}.{} s", whole, tenths % 10);
    if (whole < 3'600) return fmt::format("{} m {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} m", whole / 3'600, whole / 60 % 60);
}

std::string clock_words(Time time) {
    const std::int64_t hundredths = time.nanoseconds / 10'000'000;
    const std::int64_t whole = hundredths / 100;
    const std::string rest = fmt::format("{:02}:{:02}.{:02}", whole / 60 % 60, whole % 60, hundredths % 100);
    return whole < 3'600 ? rest : fmt::format("{}:{}", whole / 3'600, rest);
}

double next_speed(double times, bool faster) {
    constexpr double kNear = 1.01;
    if (faster) {
        for (const Preset& preset : kPresets) {
            if (preset.times > times * kNear) return preset.times;
        }
        return kPresets.back().times;
    }
    for (auto preset = kPresets.rbegin(); preset != kPresets.rend(); ++preset) {
        if (preset->times * kNear < times) return preset->times;
    }
    return kPresets.front().times;
}

/// What there is room for, and where it stands, in pixels.
struct TopBar::Plan {
    Area area;
    bool word = true;       ///< "Podium" beside its sign.
    bool presets = true;    ///< Buttons of speeds.
    bool slider = true;
    bool time_label = true;
    bool fork_words = true;
    bool faults_words = true;
    float title_x = 0;
    float title_width = 0;
    float transport_x = 0;
    float right_x = 0;
    float y = 0;  ///< Of buttons.

    [[nodiscard]] float left_width() const { return word ? 128.0F : 58.0F; }
    [[nodiscard]] float transport_width() const {
        float width = kButton + kGap + kPlay + kGap + kButton + 1 + kCaret;
        if (presets) width += 12 + static_cast<float>(kShown) * kPresetWidth + static_cast<float>(kShown - 1) * 2;
        if (slider) width += 8 + kSlider;
        return width + 12 + kLive;
    }
    [[nodiscard]] float right_width(float faults, float time) const {
        return (fork_words ? 78.0F : kButton) + (faults > 0 ? faults + 10 : 0) + (time_label ? 72.0F : 12.0F) + time + 18;
    }
};

void TopBar::draw(Context& context, const Frame& frame, const Area& area) {
    const Theme& theme = *context.theme;
    const float scale = context.scale;
    Plan plan;
    plan.area = area;
    plan.y = area.y + std::floor((area.height - context.px(kHeight)) / 2);
    const std::size_t faults = frame.cluster ? frame.cluster->faults.size() : 0;
    const float time = words_size(context.fonts->mono, clock_words(frame.now)).x / scale;
    const float width = area.width / scale;
    const auto room = [&] {
        const float pill = faults == 0 ? 0.0F : (plan.faults_words ? 84.0F : 46.0F);
        return width - plan.left_width() - plan.transport_width() - plan.right_width(pill, time) - 24;
    };
    // What can be done without goes first; the title needs some room to mean anything.
    constexpr float kLeastTitle = 130;
    for (bool Plan::*part : {&Plan::presets, &Plan::time_label, &Plan::fork_words, &Plan::slider, &Plan::word, &Plan::faults_words}) {
        if (room() < (part == &Plan::presets || part == &Plan::time_label ? kLeastTitle : 0.0F)) plan.*part = false;
    }
    const float pill = faults == 0 ? 0.0F : (plan.faults_words ? 84.0F : 46.0F);
    const float right = plan.right_width(pill, time);
    plan.right_x = area.right() - std::floor(right * scale);
    plan.title_x = area.x + std::floor(plan.left_width() * scale);
    // The transport stands in the middle where it can.
    const float wanted = area.x + (area.width - plan.transport_width() * scale) / 2;
    const float latest = plan.right_x - (plan.transport_width() + 12) * scale;
    plan.transport_x = std::floor(std::max(plan.title_x, std::min(wanted + context.px(20), latest)));
    plan.title_width = plan.transport_x - plan.title_x - context.px(20);

    ImGui::SetNextWindowPos(ImVec2(area.x, area.y));
    ImGui::SetNextWindowSize(ImVec2(area.width, area.height));
    const std::uint32_t ground = mixed(theme.background, theme.panel, 0.5F);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, as_vec4(ground, lay_ground(context, area, ground)));
    ImGui::Begin("top",
                 nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleColor();
    ImGui::PushClipRect(ImVec2(area.x, area.y), ImVec2(area.right(), area.bottom()), false);
    draw_left(context, frame, plan);
    draw_transport(context, frame, plan);
    draw_right(context, frame, plan);
    ImGui::GetWindowDrawList()->AddLine(ImVec2(area.x, area.bottom() - 1), ImVec2(area.right(), area.bottom() - 1), packed(theme.line));
    ImGui::PopClipRect();
    ImGui::End();
}

void TopBar::step(Context& context) const {
    switch (step_kind_) {
        case StepKind::Event: context.send(intent::StepEvent{}); break;
        case StepKind::Fact: context.send(intent::StepFact{}); break;
        case StepKind::FactOfSelection: context.send(intent::StepFactOfSelection{}); break;
    }
}

void TopBar::draw_left(Context& context, const Frame& frame, const Plan& plan) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::array<std::uint32_t, 3> steps = {service_colour(theme, 2), theme.accent, theme.violet};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto place = static_cast<float>(i);
        const ImVec2 from(plan.area.x + context.px(18 + place * 9), plan.area.y + context.px(32 - place * 6));
        list->AddRectFilled(from, ImVec2(from.x + context.px(7), plan.area.y + context.px(36)), packed(steps[i]), context.px(2));
    }
    if (plan.word) put_words(list, context.fonts->big, ImVec2(plan.area.x + context.px(54), plan.area.y + context.px(14)), theme.text, "Podium");
    if (plan.title_width < context.px(40)) return;
    ImFont* font = context.fonts->text;
    const float y = plan.area.y + std::floor((plan.area.height - font->FontSize) / 2);
    std::string state;
    if (frame.busy)
        state = std::string(icon::kHourglass) + " computing…";
    else if (frame.behind > 1)
        state = fmt::format("{} {:.0f} s behind", icon::kWarning, frame.behind);
    const float state_width = state.empty() ? 0 : words_size(font, state).x + context.px(12);
    const std::string title = fitted(font, frame.title, plan.title_width - state_width);
    put_words(list, font, ImVec2(plan.title_x + context.px(12), y), theme.dim, title);
    if (state.empty()) return;
    const float x = plan.title_x + context.px(12) + (title.empty() ? 0 : words_size(font, title).x + context.px(12));
    put_words(list, font, ImVec2(x, y), theme.warning, state);
    context.mark(frame.busy ? "transport.busy" : "transport.behind", Area{x, y, state_width, font->FontSize});
}

void TopBar::draw_transport(Context& context, const Frame& frame, const Plan& plan) {
    const Theme& theme = *context.theme;
    float x = plan.transport_x;
    const auto next = [&](float width, float gap) {
        const Area area{x, plan.y, std::floor(context.px(width)), std::floor(context.px(kHeight))};
        x += std::floor(context.px(width + gap));
        return area;
    };
    if (bar_button(context, "transport.back", icon::kBack, next(kButton, kGap), theme.raised, 1, theme.text)) context.send(intent::Seek{Time{}});
    put_hint(context, "To the start");
    const std::uint32_t on_accent = theme.dark ? 0x0B1220 : 0xFFFFFF;
    if (bar_button(context, "transport.play", frame.playing ? icon::kPause : icon::kPlay, next(kPlay, kGap), theme.accent, 1, on_accent))
        context.send(intent::Toggle{});
    put_hint(context, frame.playing ? "Pause (Space)" : frame.quiet ? "Play (Space); nothing more happens by itself" : "Play (Space)");
    if (bar_button(context, "transport.step", icon::kStep, next(kButton, 1), theme.raised, 1, theme.text)) step(context);
    put_hint(context, fmt::format("Step to the {}", step_words(step_kind_)));
    if (bar_button(context, "transport.step.kind", icon::kCaretDown, next(kCaret, 0), theme.raised, 0, theme.dim)) ImGui::OpenPopup("transport.step.kinds");
    put_hint(context, "What a step goes to");
    draw_step_kinds(context);
    draw_speed(context, frame, plan, x);

    x += context.px(12);
    const Area live{x, plan.y + context.px(3), std::floor(context.px(kLive)), std::floor(context.px(kHeight - 6))};
    const std::uint32_t colour = frame.live ? theme.good : theme.warning;
    const std::string words = frame.live ? std::string(icon::kCircle) + " LIVE" : fmt::format("{} {} back", icon::kHistory, back_words(frame.horizon - frame.now));
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, live.height / 2);
    if (bar_button(context, "transport.live", words, live, mixed(theme.panel, colour, theme.dark ? 0.2F : 0.14F), 1, theme.dark ? mixed(colour, 0xFFFFFF, 0.12F) : colour))
        context.send(intent::GoLive{});
    ImGui::PopStyleVar();
    ImGui::PopFont();
    put_hint(context, frame.live ? "You see the present" : "Back to the present (End)");
}

void TopBar::draw_step_kinds(Context& context) {
    if (!ImGui::BeginPopup("transport.step.kinds")) return;
    struct Choice {
        StepKind kind;
        const char* id;
        const char* words;
        const char* key;
    };
    for (const Choice& choice : {Choice{StepKind::Event, "transport.step.event", "Next event", "Shift+Right"},
                                 Choice{StepKind::Fact, "transport.step.fact", "Next fact", "Right"},
                                 Choice{StepKind::FactOfSelection, "transport.step.selection", "Next fact of the selection", "Ctrl+Shift+Right"}}) {
        if (ImGui::MenuItem(choice.words, choice.key, step_kind_ == choice.kind)) step_kind_ = choice.kind;
        context.mark(choice.id);
    }
    ImGui::EndPopup();
}

void TopBar::draw_speed(Context& context, const Frame& frame, const Plan& plan, float& x) {
    const Theme& theme = *context.theme;
    const float height = std::floor(context.px(kHeight));
    if (plan.presets) {
        x += context.px(12);
        for (std::size_t i = kFirstShown; i < kFirstShown + kShown; ++i) {
            const Preset& preset = kPresets[i];
            const bool on = std::abs(frame.speed - preset.times) < preset.times * 0.005;
            const Area area{std::floor(x), plan.y, std::floor(context.px(kPresetWidth)), height};
            if (bar_button(context, fmt::format("transport.speed.{}", preset.id), preset.words, area, theme.raised, on ? 1.0F : 0.0F, on ? theme.text : theme.dim))
                context.send(intent::Speed{preset.times});
            x += context.px(kPresetWidth + (i + 1 < kFirstShown + kShown ? 2 : 0));
        }
    }
    if (!plan.slider) return;
    x += context.px(8);
    if (!speed_held_) speed_ = static_cast<float>(frame.speed);
    ImGui::SetCursorScreenPos(ImVec2(std::floor(x), plan.y + context.px(3)));
    ImGui::SetNextItemWidth(context.px(kSlider));
    ImGui::PushFont(context.fonts->small);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(context.px(4), std::floor((context.px(kHeight - 6) - context.fonts->small->FontSize) / 2)));
    const std::string words = speed_words(static_cast<double>(speed_));
    if (ImGui::SliderFloat("##transport.speed", &speed_, kSlowest, kFastest, "", ImGuiSliderFlags_Logarithmic | ImGuiSliderFlags_NoRoundToFormat | ImGuiSliderFlags_NoInput | ImGuiSliderFlags_AlwaysClamp))
        context.send(intent::Speed{static_cast<double>(speed_)});
    speed_held_ = ImGui::IsItemActive();
    context.mark("transport.speed");
    // Beside the grab, which else would hide them.
    const ImVec2 from = ImGui::GetItemRectMin();
    const ImVec2 to = ImGui::GetItemRectMax();
    const float share = std::log(std::max(speed_, kSlowest) / kSlowest) / std::log(kFastest / kSlowest);
    const ImVec2 room = words_size(context.fonts->small, words);
    const float left = share < 0.5F ? to.x - room.x - context.px(8) : from.x + context.px(8);
    put_words(ImGui::GetWindowDrawList(), context.fonts->small, ImVec2(left, std::floor((from.y + to.y - room.y) / 2)), context.theme->text, words);
    ImGui::PopStyleVar();
    ImGui::PopFont();
    put_hint(context, "Speed: , slower  . faster; a right click shows more");
    if (ImGui::BeginPopupContextItem("transport.presets")) {
        for (const Preset& preset : kPresets) {
            if (ImGui::MenuItem(preset.words)) context.send(intent::Speed{preset.times});
            context.mark(fmt::format("transport.presets.{}", preset.id));
        }
        ImGui::EndPopup();
    }
    x += context.px(kSlider);
}

void TopBar::draw_right(Context& context, const Frame& frame, const Plan& plan) {
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    float x = plan.right_x;
    const Area fork{x, plan.y, std::floor(context.px(plan.fork_words ? 78 : kButton)), std::floor(context.px(kHeight))};
    draw_fork(context, frame, fork, plan.fork_words);
    x = fork.right() + context.px(10);
    const std::size_t faults = frame.cluster ? frame.cluster->faults.size() : 0;
    if (faults > 0) {
        const std::string words = plan.faults_words ? fmt::format("{} {} fault{}", icon::kBolt, faults, faults == 1 ? "" : "s") : fmt::format("{} {}", icon::kBolt, faults);
        const float height = context.fonts->small->FontSize + context.px(6);
        const ImVec2 at(x, plan.area.y + std::floor((plan.area.height - height) / 2));
        const float width = put_pill(context, list, at, words, theme.bad);
        if (hit(context, "transport.faults", Area{at.x, at.y, width, height})) context.panel_wanted = "faults";
        put_hint(context, "Shows the faults");
    }
    const std::string time = clock_words(frame.now);
    const ImVec2 size = words_size(context.fonts->mono, time);
    const ImVec2 at(plan.area.right() - context.px(18) - size.x, plan.area.y + std::floor((plan.area.height - size.y) / 2));
    put_words(list, context.fonts->mono, at, theme.text, time);
    context.mark("transport.time", Area{at.x, at.y, size.x, size.y});
    if (plan.time_label) {
        const ImVec2 label = words_size(context.fonts->small, "SIM TIME");
        put_words(list, context.fonts->small, ImVec2(at.x - label.x - context.px(10), plan.area.y + std::floor((plan.area.height - label.y) / 2)), theme.faint, "SIM TIME");
    }
}

void TopBar::draw_fork(Context& context, const Frame& frame, const Area& area, bool words) {
    const Theme& theme = *context.theme;
    const bool forked = frame.fork != nullptr;
    const std::string label = words ? fmt::format("{}  {}", icon::kFork, forked ? "Forked" : "Fork") : std::string(icon::kFork);
    const std::uint32_t back = forked ? mixed(theme.panel, theme.violet, 0.25F) : theme.raised;
    if (bar_button(context, "transport.fork", label, area, back, 1, forked ? theme.violet : theme.text)) {
        if (forked)
            ImGui::OpenPopup("transport.fork.choices");
        else
            context.send(intent::Fork{});
    }
    put_hint(context, forked ? "Ends the fork: which side goes on?" : "Fork: change something from here on, and see both futures side by side");
    if (!ImGui::BeginPopup("transport.fork.choices")) return;
    if (ImGui::MenuItem("Go on with the change")) context.send(intent::EndFork{true});
    context.mark("transport.fork.keep");
    if (ImGui::MenuItem("Go on without the change")) context.send(intent::EndFork{false});
    context.mark("transport.fork.drop");
    ImGui::EndPopup();
}

}  // namespace podium::desktop
