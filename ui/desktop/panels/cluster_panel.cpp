// The cluster panel.

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

class ClusterPanel final : public Panel {
  public:
    void prepare(Context&, const Frame&, const Area&) override {}

    void draw(Context& context, const Frame&, const Area&) override { put_heading(context, icon::kCubes, "CLUSTER"); }
};

}  // namespace

std::unique_ptr<Panel> make_cluster_panel() {
    return std::make_unique<ClusterPanel>();
}

}  // namespace podium::desktop
