#pragma once

// A picture of the desktop as it looks at a moment, without a display. The engine is pumped by hand, so
// that the same run at the same moment gives the same picture.

#include "sim/base/result.hpp"
#include "ui/desktop/lab/engine.hpp"
#include "ui/desktop/lab_app.hpp"
#include "ui/desktop/window/egl_picture.hpp"

namespace podium::desktop {

/// Lets the run come to the moment of the wish (none: where it stands), selects what is to be selected and draws
/// until all has come to rest. Errors: no EGL, no fonts, or there is nothing of the name to select.
Result<Picture> take_picture(LabEngine& engine, const LabWish& wish);

/// What a name is in a cluster: a container, service, host or task; None when there is none.
Selection find_selection(const view::ClusterView& cluster, const std::string& name);

}  // namespace podium::desktop
