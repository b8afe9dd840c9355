#include "ui/desktop/lab/detail_copy.hpp"

#include <utility>

namespace podium::desktop {
namespace {

std::vector<FactLine> lines_of_facts(std::vector<lab::DetailFact> facts, Time now) {
    std::vector<FactLine> out;
    out.reserve(facts.size());
    for (lab::DetailFact& fact : facts)
        out.push_back({fact.fact, fact.cause, fact.time, fact.tone, std::move(fact.who), std::move(fact.what), std::move(fact.why), fact.time > now, fact.subject});
    return out;
}

}  // namespace

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

Detail as_detail(lab::DetailLook look, const Selection& selection, const lab::ResourceFollower& resources, Time now) {
    Detail out;
    out.selection = selection;
    out.title = std::move(look.title);
    out.subtitle = std::move(look.subtitle);
    out.state = std::move(look.state);
    out.tone = look.tone;
    for (lab::DetailRow& row : look.rows) out.rows.push_back({std::move(row.name), std::move(row.value), row.tone, std::move(row.section)});
    out.memory_bytes = resources.memory_bytes();
    out.cpu_millicores = resources.cpu_millicores();
    out.sample_every = lab::ResourceFollower::kEvery;
    out.memory_limit_bytes = look.memory_limit_bytes;
    out.cpu_limit_millicores = look.cpu_limit_millicores;
    out.probes = std::move(look.probes);
    out.logs = std::move(look.logs);
    out.history = lines_of_facts(std::move(look.history), now);
    out.causes = lines_of_facts(std::move(look.causes), now);
    out.why = std::move(look.why);
    out.task = std::move(look.task);
    for (lab::NodeAnswer& answer : look.placement)
        out.placement.push_back({std::move(answer.node), std::move(answer.filter), std::move(answer.words), answer.chosen});
    out.decided = look.decided;
    out.placement_remarks = std::move(look.placement_remarks);
    out.ways = std::move(look.ways);
    out.service = std::move(look.service);
    out.host = std::move(look.host);
    return out;
}

}  // namespace podium::desktop
