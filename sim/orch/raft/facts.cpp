#include "sim/orch/raft/facts.hpp"

#include <initializer_list>

namespace podium::raft {
namespace {

constexpr FieldType kText = FieldType::Text;
constexpr FieldType kInteger = FieldType::Integer;
constexpr FieldType kLong = FieldType::Long;

FactSpec of_member(FactKind kind, std::string_view name, std::initializer_list<FieldSpec> more) {
    FactSpec spec{kind, name, {{"group", kText}, {"member", kText}}};
    spec.fields.insert(spec.fields.end(), more);
    return spec;
}

}  // namespace

const FactTable& raft_facts() {
    static const FactTable kTable = {
        of_member(kFactElection, "raft.election", {{"term", kLong}, {"reason", kInteger}}),
        // without: how long the group had had no leader.
        of_member(kFactLeader, "raft.leader", {{"term", kLong}, {"without", FieldType::Duration}}),
        of_member(kFactLeaderLost, "raft.leader_lost", {{"term", kLong}, {"reason", kInteger}}),
        of_member(kFactQuorumLost,
                  "raft.quorum_lost",
                  {{"reachable", kInteger}, {"needed", kInteger}, {"voters", kInteger}}),
        of_member(kFactQuorumRegained,
                  "raft.quorum_regained",
                  {{"reachable", kInteger}, {"needed", kInteger}, {"voters", kInteger}}),
        of_member(kFactMember,
                  "raft.member",
                  {{"change", kInteger}, {"voters", kInteger}, {"index", kLong}}),
        of_member(kFactTransfer, "raft.transfer", {{"to", kText}, {"term", kLong}}),
        of_member(kFactSnapshotTaken, "raft.snapshot_taken", {{"index", kLong}, {"bytes", kLong}}),
        of_member(kFactSnapshotInstalled,
                  "raft.snapshot_installed",
                  {{"index", kLong}, {"bytes", kLong}}),
        of_member(kFactForced, "raft.forced", {{"index", kLong}}),
    };
    return kTable;
}

}  // namespace podium::raft
