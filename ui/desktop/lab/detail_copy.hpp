#pragma once

// What the lab knows of the selection, as the frame carries it. Pure.

#include "sim/lab/detail_look.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// The lab's name of a kind of selection.
lab::DetailKind detail_kind(Selection::Kind kind);
/// `ahead` marks what is later than the present moment.
Detail as_detail(lab::DetailLook look, const Selection& selection, const lab::ResourceFollower& resources, Time now);

}  // namespace podium::desktop
