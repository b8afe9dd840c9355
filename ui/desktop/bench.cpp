#include "ui/desktop/bench.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <memory>
#include <numeric>

#include <GL/gl.h>
#include <fmt/format.h>
#include <imgui.h>

#include "ui/desktop/desktop.hpp"
#include "ui/desktop/draw/fonts.hpp"
#include "ui/desktop/draw/input.hpp"
#include "ui/desktop/draw/tile_layer_list.hpp"
#include "ui/desktop/fleet.hpp"
#include "ui/desktop/panels/cluster_layout.hpp"
#include "ui/desktop/panels/panels.hpp"
#include "ui/desktop/window/egl_picture.hpp"
#include "ui/desktop/window/sfml_window.hpp"

namespace podium::desktop {
namespace {

using BenchClock = std::chrono::steady_clock;

double milliseconds_since(BenchClock::time_point begin) { return std::chrono::duration<double, std::milli>(BenchClock::now() - begin).count(); }

// Where frames go: painted, or only listed where there is nothing to paint with.
class BenchScreen {
  public:
    BenchScreen(int width, int height) {
        auto opened = EglPainter::open(width, height);
        if (opened) painter_ = std::move(*opened);
        else own_ = ImGui::CreateContext();
        if (own_ != nullptr) ImGui::SetCurrentContext(own_);
        ImGuiIO& io = ImGui::GetIO();
        io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
        io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
        InputQueue::set_up();
    }
    ~BenchScreen() {
        painter_.reset();
        if (own_ != nullptr) ImGui::DestroyContext(own_);
    }
    BenchScreen(const BenchScreen&) = delete;
    BenchScreen& operator=(const BenchScreen&) = delete;

    [[nodiscard]] std::string name() const {
        if (painter_ == nullptr) return "null backend (nothing is painted)";
        const auto* renderer = glGetString(GL_RENDERER);
        return fmt::format("EGL, {}", renderer == nullptr ? "unknown" : std::string(reinterpret_cast<const char*>(renderer)));
    }

    Result<void> load() {
        auto loaded = load_fonts(1);
        if (!loaded) return loaded.error();
        fonts = *loaded;
        if (painter_ != nullptr) painter_->fonts_changed();
        else {
            unsigned char* pixels = nullptr;
            int width = 0;
            int height = 0;
            ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
        }
        return {};
    }

    /// Until it is painted.
    void frame(const std::function<void()>& draw) {
        constexpr float kFrame = 1.0F / 60;
        if (painter_ != nullptr) {
            painter_->frame(kFrame, draw);
            glFinish();
            return;
        }
        ImGui::GetIO().DeltaTime = kFrame;
        ImGui::NewFrame();
        draw();
        ImGui::Render();
    }

    Fonts fonts;

  private:
    std::unique_ptr<EglPainter> painter_;
    ImGuiContext* own_ = nullptr;
};

// Shows the frame it is given.
class BenchPlay final : public Play {
  public:
    void handle(const Intent&) override {}
    void refuse(const std::string&) override {}
    void advance(double) override {}
    void fill(Frame& out) override { out = frame; }
    [[nodiscard]] bool idle() const override { return true; }

    Frame frame;
};

// A fleet that plays: another view in every frame of the engine's.
class PlayingFleet final : public Play {
  public:
    explicit PlayingFleet(std::vector<std::shared_ptr<const view::ClusterView>> views) : views_(std::move(views)) {
        frame_.playing = true;
        frame_.lists = std::make_shared<Lists>();
    }
    void handle(const Intent&) override {}
    void refuse(const std::string&) override {}
    void advance(double) override { ++number_; }
    void fill(Frame& out) override {
        frame_.cluster = views_[number_ % views_.size()];
        out = frame_;
    }
    [[nodiscard]] bool idle() const override { return false; }

  private:
    std::vector<std::shared_ptr<const view::ClusterView>> views_;
    std::size_t number_ = 0;
    Frame frame_;
};

struct Spread {
    double median = 0;
    double high = 0;  ///< Of a hundred, 99 are below.
};

Spread spread_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) { return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))]; };
    return {at(0.5), at(0.99)};
}

struct Timed {
    std::vector<double> prepare;
    std::vector<double> draw;
    std::vector<double> frame;
};

// Views as they follow each other while a run plays: loads change everywhere, a container ends, another begins.
std::vector<std::shared_ptr<const view::ClusterView>> playing_views(std::uint32_t containers) {
    FleetWish wish;
    wish.containers = containers;
    wish.hosts = std::clamp(containers / 50, 3U, 2'000U);
    wish.services = 12;
    std::vector<std::shared_ptr<const view::ClusterView>> views;
    constexpr std::uint32_t kViews = 6;
    for (std::uint32_t i = 0; i < kViews; ++i) {
        view::ClusterView cluster = make_fleet(wish);
        cluster.time = cluster.time + milliseconds(16) * i;
        for (std::size_t t = 0; t < cluster.tiles.size(); ++t) {
            view::Tile& tile = cluster.tiles[t];
            if (tile.use > 0) tile.use = static_cast<std::uint16_t>(tile.use + (t + i) % 7);
        }
        view::Tile& changed = cluster.tiles[(i * 17) % cluster.tiles.size()];
        changed.phase = view::Phase::Starting;
        changed.container += 2'000'000 + i;
        views.push_back(std::make_shared<view::ClusterView>(std::move(cluster)));
    }
    return views;
}

template <class Draw>
Timed timed_frames(const DrawBenchWish& wish, BenchScreen& screen, const Draw& draw_frame) {
    Timed timed;
    constexpr int kFirst = 3;  // Not counted: buffers grow.
    const auto begin = BenchClock::now();
    for (int i = 0; i < wish.frames + kFirst; ++i) {
        if (i >= kFirst + DrawBenchWish::kLeastFrames && milliseconds_since(begin) > wish.seconds * 1e3) break;
        const auto frame_begin = BenchClock::now();
        const auto [prepare, draw] = draw_frame(screen, i);
        if (i < kFirst) continue;
        timed.frame.push_back(milliseconds_since(frame_begin));
        timed.prepare.push_back(prepare);
        timed.draw.push_back(draw);
    }
    return timed;
}

constexpr ImGuiWindowFlags kBenchWindow = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground;

void begin_bench_window(const Area& area) {
    ImGui::SetNextWindowPos({area.x, area.y});
    ImGui::SetNextWindowSize({area.width, area.height});
    ImGui::Begin("bench", nullptr, kBenchWindow);
}

Context bench_context(BenchScreen& screen, TileLayer& tiles) {
    Context context;
    context.theme = &dark_theme();
    context.fonts = &screen.fonts;
    context.tiles = &tiles;
    context.send = [](Intent) {};
    return context;
}

// The cluster panel alone, over the whole picture.
Timed time_panel(const DrawBenchWish& wish, BenchScreen& screen, const std::vector<std::shared_ptr<const view::ClusterView>>& views) {
    ListTileLayer tiles;
    Context context = bench_context(screen, tiles);
    const auto panel = make_cluster_panel();
    const Area area{0, 0, static_cast<float>(wish.width), static_cast<float>(wish.height)};
    Frame frame;
    frame.playing = true;
    return timed_frames(wish, screen, [&](BenchScreen& on, int number) {
        frame.cluster = views[static_cast<std::size_t>(number) % views.size()];
        context.clock = number / 60.0;
        context.marks.clear();
        std::pair<double, double> cost;
        on.frame([&] {
            auto begin = BenchClock::now();
            panel->prepare(context, frame, area);
            cost.first = milliseconds_since(begin);
            begin = BenchClock::now();
            begin_bench_window(area);
            panel->draw(context, frame, area);
            ImGui::End();
            cost.second = milliseconds_since(begin);
        });
        return cost;
    });
}

// What one would write first: a rounded rectangle for each container, where the panel has it.
Timed time_plain(const DrawBenchWish& wish, BenchScreen& screen, const std::vector<std::shared_ptr<const view::ClusterView>>& views) {
    const Theme& theme = dark_theme();
    const Area area{0, 0, static_cast<float>(wish.width), static_cast<float>(wish.height)};
    return timed_frames(wish, screen, [&](BenchScreen& on, int number) {
        const view::ClusterView& cluster = *views[static_cast<std::size_t>(number) % views.size()];
        std::pair<double, double> cost;
        on.frame([&] {
            auto begin = BenchClock::now();
            const ClusterLayout layout = lay_out(cluster, {.width = area.width, .height = area.height});
            cost.first = milliseconds_since(begin);
            begin = BenchClock::now();
            begin_bench_window(area);
            ImDrawList* list = ImGui::GetWindowDrawList();
            for (std::uint32_t tile = 0; tile < cluster.tiles.size(); ++tile) {
                const auto place = layout.tile_area(cluster, tile);
                if (!place) continue;
                const std::uint32_t colour = mixed(theme.panel, service_colour(theme, cluster.tiles[tile].service), 0.5F);
                list->AddRectFilled({place->x * layout.fit, place->y * layout.fit}, {place->right() * layout.fit, place->bottom() * layout.fit}, packed(colour), 6 * layout.fit);
            }
            ImGui::End();
            cost.second = milliseconds_since(begin);
        });
        return cost;
    });
}

// The whole window, as a person has it.
Timed time_desktop(const DrawBenchWish& wish, BenchScreen& screen, const std::vector<std::shared_ptr<const view::ClusterView>>& views) {
    auto play = std::make_unique<BenchPlay>();
    BenchPlay& shown = *play;
    shown.frame.playing = true;
    shown.frame.lists = std::make_shared<Lists>();
    shown.frame.cluster = views.front();
    LabEngine engine(std::move(play), {});
    Desktop desktop(engine, {});
    ListTileLayer tiles;
    return timed_frames(wish, screen, [&](BenchScreen& on, int number) {
        shown.frame.cluster = views[static_cast<std::size_t>(number) % views.size()];
        engine.pump(1.0 / 60);
        on.frame([&] { desktop.draw(static_cast<float>(wish.width), static_cast<float>(wish.height), number / 60.0, screen.fonts, tiles); });
        std::pair<double, double> cost;
        for (const Desktop::Cost& one : desktop.costs()) {
            if (one.panel == "cluster") cost = {one.prepare * 1e3, one.draw * 1e3};
        }
        return cost;
    });
}

std::string told(const Spread& spread) { return fmt::format("{{\"median_ms\":{:.3f},\"p99_ms\":{:.3f}}}", spread.median, spread.high); }
double a_second(const Spread& frame) { return frame.median > 0 ? 1e3 / frame.median : 0; }

}  // namespace

Result<std::vector<std::uint32_t>> parse_sizes(const std::string& text) {
    std::vector<std::uint32_t> sizes;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        std::uint32_t size = 0;
        const auto [after, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size < 1 || size > DrawBenchWish::kMostContainers || (after != end && *after != ','))
            return Error{fmt::format("--containers can't be '{}'", text), {}, fmt::format("it is numbers from 1 to {} with commas, like 10,1000", DrawBenchWish::kMostContainers)};
        sizes.push_back(size);
        if (after == end) return sizes;
        at = after + 1;
    }
}

Result<void> run_draw_bench(const DrawBenchWish& wish, const std::function<void(const std::string&)>& say) {
    for (const std::uint32_t containers : wish.containers) {
        // Each size has a screen of its own, so that buffers of one don't serve another.
        BenchScreen screen(wish.width, wish.height);
        if (auto loaded = screen.load(); !loaded) return loaded.error();
        const auto views = playing_views(containers);
        const Timed panel = time_panel(wish, screen, views);
        const Timed plain = time_plain(wish, screen, views);
        const Timed desktop = time_desktop(wish, screen, views);
        const Spread frame = spread_of(panel.frame);
        const Spread plain_frame = spread_of(plain.frame);
        const Spread whole = spread_of(desktop.frame);
        say(fmt::format("{{\"benchmark\":\"ui\",\"containers\":{},\"hosts\":{},\"renderer\":\"{}\",\"width\":{},\"height\":{},\"prepare\":{},\"draw\":{},\"frame\":{},\"frames_per_second\":{:.1f},"
                        "\"desktop_frame\":{},\"desktop_frames_per_second\":{:.1f},\"baseline\":\"a rounded rectangle for each container\",\"baseline_draw\":{},\"baseline_frame\":{},"
                        "\"baseline_frames_per_second\":{:.1f},\"ratio\":{:.2f}}}\n",
                        containers, views.front()->hosts.size(), screen.name(), wish.width, wish.height, told(spread_of(panel.prepare)), told(spread_of(panel.draw)), told(frame), a_second(frame),
                        told(whole), a_second(whole), told(spread_of(plain.draw)), told(plain_frame), a_second(plain_frame), frame.median > 0 ? plain_frame.median / frame.median : 0));
    }
    return {};
}

Result<void> run_window_bench(const DrawBenchWish& wish, const std::function<void(const std::string&)>& say) {
    if (auto shown = can_open_window(); !shown) return shown.error();
    for (const std::uint32_t containers : wish.containers) {
        LabEngine engine(std::make_unique<PlayingFleet>(playing_views(containers)), {});
        LabWish window;
        window.layout.window_width = static_cast<float>(wish.width);
        window.layout.window_height = static_cast<float>(wish.height);
        window.sized = true;
        constexpr double kFirst = 1;  // Not counted: the window comes up, letters are drawn.
        std::vector<double> times;
        double last = 0;
        const auto shown = show_window(engine, window, {}, [](const Layout&) {}, [&](double seconds) {
            if (last >= kFirst) times.push_back((seconds - last) * 1e3);
            last = seconds;
            return seconds < kFirst + wish.seconds;
        });
        if (!shown) return shown.error();
        const Spread frame = spread_of(times);
        const double all = std::accumulate(times.begin(), times.end(), 0.0);
        say(fmt::format("{{\"benchmark\":\"window\",\"containers\":{},\"width\":{},\"height\":{},\"frame\":{},\"frames_per_second\":{:.1f}}}\n", containers, wish.width, wish.height, told(frame),
                        all > 0 ? static_cast<double>(times.size()) * 1e3 / all : 0.0));
    }
    return {};
}

}  // namespace podium::desktop
