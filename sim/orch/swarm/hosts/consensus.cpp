// Proposals, what applies, and who leads.

#include <utility>

#include "sim/base/assert.hpp"
#include "sim/orch/swarm/hosts/rows.hpp"

namespace podium::swarm {
namespace {

// What an entry of the log takes for its objects: about what their protobuf takes.
constexpr std::uint32_t kEntryBytes = 100;
constexpr std::uint32_t kActionBytes = 600;
constexpr std::uint32_t kReportBytes = 200;

std::uint32_t bytes_of(const Proposed& proposal) {
    return kEntryBytes + kActionBytes * static_cast<std::uint32_t>(proposal.change.actions.size() + proposal.nodes.size()) +
           kReportBytes * static_cast<std::uint32_t>(proposal.reports.size());
}

// What a leader's loops work with.
Desk desk_of(Scene& scene, SwarmRow& swarm, Leadership& leadership, std::vector<Change>& changes) {
    PolicySeat& seat = scene.state.seat;
    return {scene.kernel(), leadership.own_store ? *leadership.own_store : swarm.store, swarm.number, leadership.term, changes, seat.policy.get(), &seat.trouble};
}

// Calls the loops of a leader, and proposes what they want.
template <class Call>  // Call(Manager&, Desk&)
void call_loops(Scene& scene, SwarmRow& swarm, raft::MemberId member, Call call) {
    Leadership& leadership = swarm.leaders.at(member);
    std::vector<Change> changes;
    Desk desk = desk_of(scene, swarm, leadership, changes);
    call(leadership.manager, desk);
    const FactId cause = scene.kernel().cause();
    for (Change& change : changes) {
        Proposed proposal;
        proposal.change = std::move(change);
        proposal.by_loops = true;
        scene.kernel().set_cause(proposal.change.because ? proposal.change.because : cause);
        propose(scene, swarm, member, std::move(proposal));
    }
    scene.kernel().set_cause(cause);
}

void add_edits(const Store& store, Proposed& proposal) {
    for (const auto& [task, report] : proposal.reports) {
        const Task* row = store.tasks.find(task.value);
        if (row == nullptr || row->status.state > report.status.state) continue;
        TaskMerge merge;
        merge.task = task;
        merge.status = report.status;
        if (report.ports) merge.status_ports = report.ports;
        merge.because = report.because;
        proposal.change.actions.emplace_back(std::move(merge));
    }
    for (const auto& [id, edit] : proposal.nodes) {
        const Node* row = store.nodes.find(id.value);
        if (row == nullptr) continue;
        auto node = std::make_shared<Node>(*row);
        if (edit.state) {
            node->state = *edit.state;
            node->message = edit.message;
        }
        if (!edit.address.empty()) node->address = edit.address;
        if (edit.description) {
            node->description = *edit.description;
            node->described = true;
        }
        if (edit.role) node->role = *edit.role;
        if (edit.wanted_role) node->spec.role = *edit.wanted_role;
        if (edit.member) node->member = *edit.member;
        if (edit.no_member) node->member = {};
        if (edit.issuer) node->issuer = *edit.issuer;
        if (edit.trusts) node->trusts = *edit.trusts;
        if (edit.renewing) node->renewing = *edit.renewing;
        proposal.change.actions.emplace_back(Put<Node>{id.value, std::move(node), kAnyVersion, edit.because});
    }
}

// What a leader that was cut off keeps: the store as it was before what it does not hear of.
void keep_own_stores(SwarmRow& swarm, raft::Index index) {
    const raft::MemberId first = swarm.group.leader();
    for (auto& [member, leadership] : swarm.leaders) {
        if (leadership.own_store || member == first || swarm.group.presence(member) == raft::Presence::Stopped) continue;
        if (swarm.group.node(member).applied() < index) leadership.own_store = swarm.store;
    }
}

// What a leader does, once there is a store to lead.
void begin_leading(Scene& scene, SwarmRow& swarm, raft::MemberId member) {
    call_loops(scene, swarm, member, [](Manager& manager, Desk& desk) { manager.begin(desk); });
    begin_dispatching(scene, swarm, swarm.leaders.at(member));
    reconcile_roles(scene, swarm, swarm.leaders.at(member));
    rotate_root(scene, swarm.leaders.at(member));
}

void apply_proposal(Scene& scene, SwarmRow& swarm, raft::Index index, Proposed proposal) {
    Kernel& kernel = scene.kernel();
    const FactId cause = kernel.cause();
    add_edits(swarm.store, proposal);
    const bool applies = swarm.store.in_sequence(proposal.change);
    const bool first = !swarm.store.cluster;
    std::vector<Touched> touched;
    if (proposal.change.because) kernel.set_cause(proposal.change.because);
    if (applies) touched = swarm.store.apply(proposal.change, scene.now());
    if (!first) keep_events(scene, swarm, index, touched);  // what a swarm begins with is there before anybody watches
    std::vector<raft::MemberId> members;
    for (const auto& [member, leadership] : swarm.leaders) {
        if (!leadership.own_store) members.push_back(member);
    }
    for (const raft::MemberId member : members) {
        if (!swarm.leaders.contains(member)) continue;
        if (first) {
            if (swarm.store.cluster) begin_leading(scene, swarm, member);
        } else if (applies) {
            call_loops(scene, swarm, member, [&](Manager& manager, Desk& desk) { manager.applied(desk, proposal.change, touched); });
            Leadership& leadership = swarm.leaders.at(member);
            if (proposal.by == member) registrations_applied(scene, leadership, proposal.registering);
            dispatch_touched(scene, swarm, leadership, touched);
        } else if (proposal.by_loops && proposal.by == member) {
            call_loops(scene, swarm, member, [&](Manager& manager, Desk& desk) { manager.refused(desk, proposal.change); });
        }
    }
    kernel.set_cause(cause);
    if (proposal.wish != 0) change_decided(scene, proposal.wish, applies);
    if (proposal.attachment != 0) attachment_decided(scene, proposal.attachment, applies);
}

// Proposals of that index that are not the entry agreed upon there will never apply.
void apply_entry(Scene& scene, SwarmRow& swarm, raft::Index index, const raft::Entry& entry) {
    std::vector<std::uint64_t> there;
    while (!swarm.by_index.empty() && swarm.by_index.begin()->first <= index) {
        const auto first = swarm.by_index.begin();
        there.insert(there.end(), first->second.begin(), first->second.end());
        swarm.by_index.erase(first);
    }
    for (const std::uint64_t payload : there) {
        auto found = swarm.proposed.find(payload);
        if (found == swarm.proposed.end()) continue;
        Proposed proposal = std::move(found->second);
        swarm.proposed.erase(found);
        if (payload == entry.payload && !entry.is_change()) apply_proposal(scene, swarm, index, std::move(proposal));
    }
}

// The entries that news tells of, read before any of them is acted upon: what that proposes may be applied at once, and a
// snapshot drop them.
std::vector<raft::Entry> entries_of(const SwarmRow& swarm, const raft::News& news) {
    std::vector<raft::Entry> out;
    if (news.kind != raft::News::Kind::Applied) return out;
    const raft::Log& log = swarm.group.node(news.member).log();
    for (raft::Index index = std::max(news.first, swarm.applied + 1); index <= news.last; ++index) out.push_back(log.at(index));
    return out;
}

void applied(Scene& scene, SwarmRow& swarm, const raft::News& news, const std::vector<raft::Entry>& entries) {
    for (raft::Index index = std::max(news.first, swarm.applied + 1); index <= news.last; ++index) {
        const raft::Entry& entry = entries[entries.size() - 1 - (news.last - index)];
        keep_own_stores(swarm, index);
        swarm.applied = index;
        apply_entry(scene, swarm, index, entry);
    }
}

void begin_leadership(Scene& scene, SwarmRow& swarm, raft::MemberId member) {
    end_leadership(scene, swarm, member);
    Leadership& leadership = swarm.leaders[member];
    leadership.number = ++swarm.leaderships;
    leadership.host = swarm.host_of.at(member);
    leadership.term = swarm.group.node(member).term();
    leadership.since = scene.now();
    if (swarm.store.cluster) begin_leading(scene, swarm, member);
}

void take_one(Scene& scene, SwarmRow& swarm, const raft::News& news, const std::vector<raft::Entry>& entries) {
    switch (news.kind) {
        case raft::News::Kind::Applied:
            applied(scene, swarm, news, entries);
            tell_events(scene, swarm, news);
            return;
        case raft::News::Kind::Restored: return;
        case raft::News::Kind::LeaderReady: begin_leadership(scene, swarm, news.member); return;
        case raft::News::Kind::LeaderLost: end_leadership(scene, swarm, news.member); return;
        case raft::News::Kind::Removed:
            if (const model::HostId host = swarm.host_of.at(news.member); scene.host(host).member == news.member) member_removed(scene, host);
            return;
    }
}

}  // namespace

bool propose(Scene& scene, SwarmRow& swarm, raft::MemberId member, Proposed proposal) {
    const std::uint64_t payload = swarm.next_payload;
    const raft::Proposal taken = swarm.group.propose(scene.setting(), member, payload, bytes_of(proposal));
    if (!taken.accepted()) {
        const auto leadership = swarm.leaders.find(member);
        if (proposal.by_loops && leadership != swarm.leaders.end()) {
            std::vector<Change> none;
            Desk desk = desk_of(scene, swarm, leadership->second, none);
            leadership->second.manager.refused(desk, proposal.change);
        }
        return false;
    }
    ++swarm.next_payload;
    proposal.by = member;
    swarm.by_index[taken.index].push_back(payload);
    swarm.proposed.emplace(payload, std::move(proposal));
    return true;
}

void end_leadership(Scene& scene, SwarmRow& swarm, raft::MemberId member) {
    const auto found = swarm.leaders.find(member);
    if (found == swarm.leaders.end()) return;
    logs_lost_leader(scene, found->second);
    end_dispatching(scene, found->second);
    swarm.leaders.erase(found);
    for (auto& [payload, proposal] : swarm.proposed) {
        if (proposal.by != member) continue;
        if (proposal.attachment != 0) attachment_decided(scene, std::exchange(proposal.attachment, 0), false);
        if (proposal.wish != 0) wish_lost_leader(scene, std::exchange(proposal.wish, 0));
    }
}

void take_news(Scene& scene) {
    const FactId cause = scene.kernel().cause();
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < scene.state.swarms.size(); ++i) {
            const std::vector<raft::News> taken = scene.state.swarms[i].group.take_news();
            std::vector<std::vector<raft::Entry>> entries;
            for (const raft::News& news : taken) entries.push_back(entries_of(scene.state.swarms[i], news));
            for (std::size_t n = 0; n < taken.size(); ++n) {
                scene.kernel().set_cause(cause);
                take_one(scene, scene.state.swarms[i], taken[n], entries[n]);
                more = true;
            }
        }
    }
}

void handle_manager_event(Scene& scene, const Event& event) {
    SwarmRow& swarm = scene.swarm(event.subject);
    for (auto& [member, leadership] : swarm.leaders) {
        if (static_cast<std::uint32_t>(leadership.term) != event.extra) continue;
        HostRow& row = scene.host(leadership.host);
        if (row.frozen) {
            row.held.push_back(event);
            return;
        }
        call_loops(scene, swarm, member, [&event](Manager& manager, Desk& desk) { manager.handle(desk, event); });
        return;
    }
}

void policy_changed(Scene& scene) {
    for (SwarmRow& swarm : scene.state.swarms) {
        std::vector<raft::MemberId> members;
        for (const auto& [member, leadership] : swarm.leaders) members.push_back(member);
        for (const raft::MemberId member : members) {
            if (swarm.leaders.contains(member)) call_loops(scene, swarm, member, [](Manager& manager, Desk& desk) { manager.policy_changed(desk); });
        }
    }
}

}  // namespace podium::swarm
