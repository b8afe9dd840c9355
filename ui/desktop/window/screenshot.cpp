#include "ui/desktop/window/screenshot.hpp"

#include <fmt/format.h>
#include <imgui.h>

#include "ui/desktop/desktop.hpp"
#include "ui/desktop/draw/fonts.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/tile_layer_list.hpp"

namespace podium::desktop {
namespace {

constexpr double kFrameSeconds = 1.0 / 60;
/// What moves to its place has got there.
constexpr int kFramesToRest = 150;
/// A run that does not get there in so many turns (each of at most Play::kSlice) never will.
constexpr int kMostTurns = 100'000;
/// One that has stood still for so many of them stays where it is.
constexpr int kTurnsStill = 20;

// Where a right click on the selection would be.
void open_menu(Desktop& desktop, const LabWish& wish) {
    Context& context = desktop.context();
    context.menu = {true, context.look.selection, wish.layout.window_width / 2, wish.layout.window_height / 4};
    for (const char* kind : {"cluster.tile.", "cluster.host."}) {
        const auto found = desktop.marks().find(kind + context.look.selection.name);
        if (found == desktop.marks().end()) continue;
        context.menu.x = found->second.area.x + found->second.area.width / 2;
        context.menu.y = found->second.area.y + found->second.area.height / 2;
        return;
    }
}

}  // namespace

Selection find_selection(const view::ClusterView& cluster, const std::string& name) {
    if (const std::uint32_t tile = view::tile_meant(cluster, name); tile != view::kNone && cluster.tiles[tile].container != 0) return {Selection::Kind::Container, name};
    if (const std::uint32_t service = view::service_meant(cluster, name); service != view::kNone) return {Selection::Kind::Service, cluster.services[service].whole()};
    for (const view::HostView& host : cluster.hosts) {
        if (host.name == name) return {Selection::Kind::Host, name};
    }
    for (const view::TaskView& task : cluster.tasks) {
        if (task.name == name) return {Selection::Kind::Task, name};
    }
    return {};
}

Result<Picture> take_picture(LabEngine& engine, const LabWish& wish) {
    auto painter = EglPainter::open(static_cast<int>(wish.layout.window_width), static_cast<int>(wish.layout.window_height));
    if (!painter) return painter.error();
    engine.post(intent::Pause{});
    if (wish.at) engine.post(intent::Seek{*wish.at});
    // Until it is there; or it stands still, as a script's run does that failed.
    int still = 0;
    Time before = kNever;
    for (int i = 0; i < kMostTurns && still < kTurnsStill; ++i) {
        engine.pump(kFrameSeconds);
        const FramePointer frame = engine.frame();
        if (!frame->busy && (!wish.at || frame->now >= *wish.at)) break;
        still = !frame->busy && frame->now == before ? still + 1 : 0;
        before = frame->now;
    }
    const FramePointer there = engine.frame();
    if (!there->cluster || (wish.at && there->now < *wish.at)) {
        std::string why = there->cluster ? fmt::format("the run does not come to {}: it stands at {}", format_time(*wish.at), format_time(there->now)) : "there is no run to picture";
        if (there->notice_tone == view::Tone::Bad && !there->notice.empty()) why += "; " + there->notice;
        return Error{why, {}, {}};
    }

    // A script that has failed says nothing of what its run does from there on.
    if (wish.at && there->notice_tone == view::Tone::Bad && !there->notice.empty()) return Error{there->notice, {}, {}};

    InputQueue::set_up();
    Desktop desktop(engine, wish.layout);
    if (!wish.selection.empty()) {
        const FramePointer frame = engine.frame();
        const Selection found = frame->cluster ? find_selection(*frame->cluster, wish.selection) : Selection{};
        if (found.kind == Selection::Kind::None) return Error{fmt::format("there is nothing called '{}' to select", wish.selection), {}, "it is a container, service or host of that moment"};
        desktop.context().select(found.kind, found.name);
    }
    const auto fonts = load_fonts(desktop.scale_wanted());
    if (!fonts) return fonts.error();
    (*painter)->fonts_changed();
    ListTileLayer tiles;
    for (int i = 0; i < kFramesToRest; ++i) {
        engine.pump(0);
        if (i == kFramesToRest / 2 && wish.menu) open_menu(desktop, wish);
        if (i == kFramesToRest / 2 && wish.palette) {
            desktop.context().palette_wanted = true;
            desktop.context().palette_text = *wish.palette;
        }
        const auto draw = [&] { desktop.draw(wish.layout.window_width, wish.layout.window_height, i * kFrameSeconds, *fonts, tiles); };
        (*painter)->frame(static_cast<float>(kFrameSeconds), draw, i + 1 == kFramesToRest);
    }
    return (*painter)->picture();
}

}  // namespace podium::desktop
