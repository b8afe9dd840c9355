#include "ui/desktop/lab/run_frame.hpp"

#include <algorithm>

#include "sim/lab/cluster_look.hpp"
#include "sim/lab/lanes_look.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/lanes.hpp"
#include "ui/desktop/lab/detail.hpp"
#include "ui/desktop/lab/fact_follower.hpp"

namespace podium::desktop {

struct RunFrame::Parts {
    view::LaneFollower lanes = lab::lane_follower();
    FollowedNames names;
    FactFollower facts;
    DetailKeeper detail;
    // What was made last, and of what:
    std::shared_ptr<const view::LaneSet> lane_set;
    std::uint64_t lanes_version = UINT64_MAX;
    std::shared_ptr<const view::ClusterView> cluster;
    Time cluster_time{};
    std::uint64_t cluster_events = UINT64_MAX;
    lab::TrafficRates rates;
    std::shared_ptr<const std::vector<FactLine>> causes;
    FactId causes_of;
    Time causes_at{};
};

RunFrame::RunFrame() : parts_(std::make_unique<Parts>()) {}

RunFrame::~RunFrame() = default;

void RunFrame::follow(const lab::Session& session) {
    parts_->lanes.follow(session.world(), lab::fact_catalogue());
    parts_->detail.follow(session, parts_->lanes);
    parts_->rates.follow(session);
}

Time RunFrame::next_sample() const {
    return std::min(parts_->detail.next_sample(), parts_->rates.next());
}

void RunFrame::cut(const lab::Session& session) {
    // What a future was made of is in its lanes and nowhere apart: they are made anew.
    parts_->lanes = lab::lane_follower();
    parts_->lanes_version = UINT64_MAX;
    parts_->names.cut();
    parts_->facts.cut(session.journal().last());
    parts_->detail.cut(session.now());
    parts_->cluster_events = UINT64_MAX;
    parts_->rates.forget_after(session.now());
    parts_->causes_of = {};
    follow(session);
}

void RunFrame::fill(Frame& frame, const lab::Session& session, const lab::SimState* ahead, const Look& look) {
    Parts& parts = *parts_;
    const model::World& whole = ahead != nullptr ? ahead->world : session.world();
    const Time now = session.now();
    const std::uint64_t events = session.world().kernel.events_handled() + session.log().size();
    if (!parts.cluster || parts.cluster_time != now || parts.cluster_events != events) {
        view::ClusterView seen = lab::look_at_cluster(session);
        parts.rates.put(seen);
        parts.cluster = std::make_shared<const view::ClusterView>(std::move(seen));
        parts.cluster_time = now;
        parts.cluster_events = events;
    }
    frame.cluster = parts.cluster;
    frame.directory = session.set_up().directory;
    if (!parts.lane_set || parts.lanes_version != parts.lanes.version() || parts.lane_set->end != frame.horizon) {
        parts.lane_set = std::make_shared<const view::LaneSet>(parts.lanes.lanes(frame.horizon));
        parts.lanes_version = parts.lanes.version();
    }
    frame.lanes = parts.lane_set;
    const std::uint64_t called = parts.names.version();
    if (look.facts_panel || look.fact.value != 0) parts.names.follow(whole);
    if (called != parts.names.version()) parts.causes_of = {};
    if (look.facts_panel) {
        parts.facts.want(look.facts, look.selection);
        parts.facts.follow(whole, parts.names);
        frame.facts = parts.facts.page(whole, parts.names.names(), now);
    }
    if (look.fact.value != 0 && whole.kernel.journal().has(look.fact)) {
        if (parts.causes_of != look.fact || parts.causes_at != now) {
            auto causes = std::make_shared<std::vector<FactLine>>();
            for (const FactId id : view::causal_chain(whole.kernel.journal(), look.fact)) causes->push_back(fact_line(whole, id, now, parts.names.names()));
            parts.causes = std::move(causes);
            parts.causes_of = look.fact;
            parts.causes_at = now;
        }
        frame.causes = parts.causes;
    }
    frame.detail = look.inspector ? parts.detail.detail(session, look, parts.cluster.get()) : nullptr;
    frame.metrics = look.metrics_panel ? parts.detail.metrics(session) : nullptr;
}

}  // namespace podium::desktop
