// The compare panel.

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

class ComparePanel final : public Panel {
  public:
    void prepare(Context&, const Frame&, const Area&) override {}

    void draw(Context& context, const Frame&, const Area&) override { put_heading(context, icon::kScales, "COMPARE"); }
};

}  // namespace

std::unique_ptr<Panel> make_compare_panel() {
    return std::make_unique<ComparePanel>();
}

}  // namespace podium::desktop
