#include "ui/desktop/lab/detail.hpp"

#include <algorithm>

#include "sim/lab/detail_look.hpp"
#include "sim/lab/metrics_look.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/outcome.hpp"
#include "ui/desktop/lab/detail_copy.hpp"

namespace podium::desktop {
struct DetailKeeper::Parts {
    lab::DetailFollower detail;
    lab::ResourceFollower resources;
    lab::MetricsFollower metrics;
    view::OutcomeFollower outcome;
    Selection selection;  ///< Whose resources are followed.
    std::shared_ptr<const Detail> last;
    Look look;
    Time time{};
    std::uint64_t facts = UINT64_MAX;
    std::shared_ptr<const MetricsView> metrics_view;
    Time metrics_time{};
    std::uint64_t metrics_facts = UINT64_MAX;
};

DetailKeeper::DetailKeeper() : parts_(std::make_unique<Parts>()) {}

DetailKeeper::~DetailKeeper() = default;

void DetailKeeper::follow(const lab::Session& session, const view::LaneFollower& lanes) {
    parts_->resources.follow(session, detail_kind(parts_->selection.kind), parts_->selection.name);
    parts_->metrics.follow(session, lanes);
}

Time DetailKeeper::next_sample() const {
    return std::min(parts_->metrics.next(), parts_->resources.next());
}

void DetailKeeper::cut(Time after) {
    parts_->facts = UINT64_MAX;
    parts_->metrics_facts = UINT64_MAX;
    parts_->detail = {};
    parts_->outcome = {};
    parts_->metrics.forget_after(after);
    parts_->resources.forget_after(after);
}

std::shared_ptr<const Detail> DetailKeeper::detail(const lab::Session& session, const Look& look, const view::ClusterView* view) {
    Parts& parts = *parts_;
    parts.selection = look.selection;
    if (look.selection.kind == Selection::Kind::None) return nullptr;
    if (parts.last && parts.look == look && parts.time == session.now() && parts.facts == session.journal().size()) return parts.last;
    const lab::DetailKind kind = detail_kind(look.selection.kind);
    lab::DetailWish wish;
    wish.view = view;
    wish.why = look.why;
    wish.placement = look.placement;
    lab::DetailLook found = parts.detail.look(session, kind, look.selection.name, wish);
    parts.resources.follow(session, kind, look.selection.name);
    auto detail = std::make_shared<Detail>(as_detail(std::move(found), look.selection, parts.resources, session.now()));
    parts.last = std::move(detail);
    parts.look = look;
    parts.time = session.now();
    parts.facts = session.journal().size();
    return parts.last;
}

std::shared_ptr<const MetricsView> DetailKeeper::metrics(const lab::Session& session) {
    Parts& parts = *parts_;
    if (parts.metrics_view && parts.metrics_time == session.now() && parts.metrics_facts == session.journal().size()) return parts.metrics_view;
    auto view = std::make_shared<MetricsView>();
    view->outcome = std::make_shared<const view::RunOutcome>(parts.outcome.look(session.world(), lab::fact_catalogue(), session.now()));
    view->sample_every = parts.metrics.step();
    Time moment{};
    for (const lab::MetricsSample& sample : parts.metrics.samples()) {
        moment = moment + parts.metrics.step();
        if (moment > session.now()) break;
        view->last = moment;
        view->available.push_back(sample.available);
        view->answered.push_back(sample.answered);
        view->failed.push_back(sample.failed);
        view->latency.push_back(sample.latency);
        view->restarts.push_back(static_cast<float>(sample.restarts));
        view->memory.push_back(sample.memory);
        view->processor.push_back(sample.processor);
        view->disk.push_back(sample.disk);
        view->memory_host.push_back(sample.memory_host);
        view->processor_host.push_back(sample.processor_host);
        view->disk_host.push_back(sample.disk_host);
    }
    for (const model::Host& host : session.world().hosts) view->hosts.push_back(host.spec.name);
    parts.metrics_view = std::move(view);
    parts.metrics_time = session.now();
    parts.metrics_facts = session.journal().size();
    return parts.metrics_view;
}

}  // namespace podium::desktop
