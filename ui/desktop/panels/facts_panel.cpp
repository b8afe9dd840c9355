// The facts panel.

#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/draw/widgets.hpp"
#include "ui/desktop/panels/panels.hpp"

namespace podium::desktop {
namespace {

class FactsPanel final : public Panel {
  public:
    void prepare(Context&, const Frame&, const Area&) override {}

    void draw(Context& context, const Frame&, const Area&) override { put_heading(context, icon::kList, "FACTS"); }
};

}  // namespace

std::unique_ptr<Panel> make_facts_panel() {
    return std::make_unique<FactsPanel>();
}

}  // namespace podium::desktop
