#include "ui/desktop/lab/detail.hpp"

#include <algorithm>

#include "sim/lab/detail_look.hpp"
#include "sim/lab/metrics_look.hpp"
#include "sim/lab/session.hpp"
#include "sim/view/outcome.hpp"

namespace podium::desktop {
namespace {

lab::DetailKind detail_kind(Selection::Kind kind) {
    switch (kind) {
        case Selection::Kind::None: return lab::DetailKind::None;
        case Selection::Kind::Host: return lab::DetailKind::Host;
        case Selection::Kind::Container: return lab::DetailKind::Container;
        case Selection::Kind::Service: return lab::DetailKind::Service;
        case Selection::Kind::Task: return lab::DetailKind::Task;
        case Selection::Kind::Fault: return lab::DetailKind::Fault;
        case Selection::Kind::Link: return lab::DetailKind::Link;
        case Selection::Kind::Traffic: return lab::DetailKind::Traffic;
        case Selection::Kind::Volume: return lab::DetailKind::Volume;
    }
    return lab::DetailKind::None;
}

std::vector<FactLine> as_lines(std::vector<lab::DetailFact> facts) {
    std::vector<FactLine> lines;
    for (lab::DetailFact& fact : facts)
        lines.push_back({fact.fact, fact.cause, fact.time, fact.tone, std::move(fact.who), std::move(fact.what), std::move(fact.why), false});
    return lines;
}

}  // namespace

struct DetailKeeper::Parts {
    lab::DetailFollower detail;
    lab::ResourceFollower resources;
    lab::MetricsFollower metrics;
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
    if (parts_->selection.kind != Selection::Kind::None)
        parts_->resources.follow(session, detail_kind(parts_->selection.kind), parts_->selection.name);
    parts_->metrics.follow(session, lanes);
}

Time DetailKeeper::next_sample() const { return parts_->metrics.next(); }

void DetailKeeper::cut(Time after) {
    parts_->facts = UINT64_MAX;
    parts_->metrics_facts = UINT64_MAX;
    parts_->metrics.forget_after(after);
}

std::shared_ptr<const Detail> DetailKeeper::detail(const lab::Session& session, const Look& look, const view::ClusterView* view) {
    Parts& parts = *parts_;
    parts.selection = look.selection;
    if (look.selection.kind == Selection::Kind::None) return nullptr;
    if (parts.last && parts.look == look && parts.time == session.now() && parts.facts == session.journal().size()) return parts.last;
    const lab::DetailKind kind = detail_kind(look.selection.kind);
    lab::DetailWish wish;
    wish.view = view;
    lab::DetailLook found = parts.detail.look(session, kind, look.selection.name, wish);
    parts.resources.follow(session, kind, look.selection.name);
    auto detail = std::make_shared<Detail>();
    detail->selection = look.selection;
    detail->title = std::move(found.title);
    detail->subtitle = std::move(found.subtitle);
    detail->state = std::move(found.state);
    detail->tone = found.tone;
    for (lab::DetailRow& row : found.rows) detail->rows.push_back({std::move(row.name), std::move(row.value), row.tone, std::move(row.section)});
    detail->memory_bytes = parts.resources.memory_bytes();
    detail->cpu_millicores = parts.resources.cpu_millicores();
    detail->sample_every = lab::ResourceFollower::kEvery;
    detail->memory_limit_bytes = found.memory_limit_bytes;
    detail->probes = std::move(found.probes);
    detail->logs = std::move(found.logs);
    detail->history = as_lines(std::move(found.history));
    detail->causes = as_lines(std::move(found.causes));
    detail->why = std::move(found.why);
    for (lab::NodeAnswer& answer : found.placement) detail->placement.push_back({std::move(answer.node), std::move(answer.filter), std::move(answer.words)});
    detail->ways = std::move(found.ways);
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
    view->outcome = std::make_shared<const view::RunOutcome>(view::outcome_of(session.world(), lab::fact_catalogue(), session.now()));
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
        view->saturation.push_back(sample.saturation);
    }
    parts.metrics_view = std::move(view);
    parts.metrics_time = session.now();
    parts.metrics_facts = session.journal().size();
    return parts.metrics_view;
}

}  // namespace podium::desktop
