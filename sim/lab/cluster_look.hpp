#pragma once

// How the cluster of a run looks now, as plain values for a front end (sim/view/cluster_view.hpp).

#include "sim/lab/session.hpp"
#include "sim/view/cluster_view.hpp"

namespace podium::lab {

/// What is to be put in: lists that only some look at.
struct ClusterWish {
    bool tasks = true;
    bool flights = true;
    bool volumes = true;
};

view::ClusterView look_at_cluster(const SetUp& set_up, const SimState& state, const ClusterWish& wish = {});
view::ClusterView look_at_cluster(const Session& session, const ClusterWish& wish = {});

}  // namespace podium::lab
