#include "ui/desktop/lab_app.hpp"

#include <fmt/format.h>

#include "ui/cli/output.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/desktop/lab/engine.hpp"
#include "ui/desktop/lab/opener.hpp"
#include "ui/desktop/window/screenshot.hpp"
#include "ui/desktop/window/sfml_window.hpp"

namespace podium::desktop {
namespace {

constexpr int kAllWell = 0;

std::string layout_path() {
    return cli::state_directory() + "/desktop-layout";
}

/// The layout kept; one that can't be read is told of in `trouble`.
Layout kept_layout(std::string& trouble) {
    const cli::RealFiles files;
    if (!cli::check_state_directory() || !files.exists(layout_path())) return {};
    const auto text = files.read(layout_path());
    if (!text) return {};
    const auto layout = parse_layout(*text, layout_path());
    if (layout) return *layout;
    trouble = layout.error().text() + "; the usual layout is used";
    return {};
}

void keep_layout(const Layout& layout) {
    // That a layout can't be kept is no reason to complain while somebody leaves.
    if (cli::make_state_directory()) (void)cli::write_whole_file(layout_path(), layout_text(layout));
}

OpenRequest what_is_named(const LabOptions& options, std::shared_ptr<ListSource> lists) {
    OpenRequest out;
    out.names = options.names;
    out.cluster = options.cluster;
    out.scheduler = options.scheduler;
    out.settings = options.settings;
    out.seed = options.seed;
    out.again = options.again;
    out.keep = options.screenshot.empty();
    out.lists = std::move(lists);
    return out;
}

int make_screenshot(LabEngine& engine, const LabWish& wish, const std::string& file) {
    const auto picture = take_picture(engine, wish);
    if (!picture) return cli::bad_input(picture.error());
    if (auto written = write_png(*picture, file); !written) return cli::bad_input(written.error());
    return kAllWell;
}

}  // namespace

int run_lab(const LabOptions& options) {
    const bool window = options.screenshot.empty();
    std::string trouble;
    // A picture does not depend on what its maker likes.
    const auto wish = read_options(options, window ? kept_layout(trouble) : Layout{});
    if (!wish) return cli::bad_input(wish.error());
    // What can't be shown or written is said before anything is simulated.
    if (window) {
        if (auto shown = can_open_window(); !shown) return cli::bad_input(shown.error());
    }
    for (const std::string& file : {options.screenshot, options.marks}) {
        if (file.empty()) continue;
        if (auto writable = cli::can_write(file); !writable) return cli::bad_input(writable.error());
    }
    const auto lists = std::make_shared<ListSource>();
    auto play = open_play(what_is_named(options, lists));
    if (!play) return cli::bad_input(play.error());
    // A picture shows all that could be opened, however soon the scenarios answer.
    if (!window) lists->wait();
    LabEngine engine(std::move(*play), make_opener(lists));
    if (wish->speed) engine.post(intent::Speed{*wish->speed});
    if (!window) return make_screenshot(engine, *wish, options.screenshot);
    const auto left = show_window(engine, *wish, trouble, keep_layout);
    if (!left) return cli::bad_input(left.error());
    return kAllWell;
}

}  // namespace podium::desktop
