#pragma once

// How long managers and agents wait for what. Sources: swarmkit as of Docker 20.10, and dockerd's
// daemon/cluster; "measured" means the recordings of dockerd 20.10.24.

#include "sim/base/time.hpp"

namespace podium::swarm {

// --- dispatcher (manager/dispatcher/dispatcher.go, nodes.go) ---
inline constexpr Duration kHeartbeatEpsilon = milliseconds(500);  ///< Each period is this much shorter or longer by chance.
inline constexpr std::int64_t kGraceMultiplier = 3;         ///< Periods without a heartbeat until a node is down.
inline constexpr std::int64_t kGraceMultiplierUnknown = 6;  ///< The same after a change of leaders.
inline constexpr Duration kUpdateBatch = milliseconds(100);      ///< maxBatchInterval: statuses are written so often.
inline constexpr Duration kAssignmentBatch = milliseconds(100);  ///< batchingWaitTime, after the last change.
inline constexpr std::uint32_t kAssignmentBatchLimit = 100;      ///< modificationBatchLimit: sent at once then.
inline constexpr Duration kRateLimitPeriod = seconds(8);
inline constexpr std::uint32_t kRateLimitCount = 3;  ///< Registrations of one node within that period.
inline constexpr Duration kNodeDownPeriod = hours(24);  ///< Then a down node's tasks are orphaned.

inline constexpr Duration kRootReconcile = seconds(3);           ///< ca/server.go, defaultRootReconciliationInterval.
inline constexpr std::size_t kMostRenewalsAtOnce = 30;           ///< ca/reconciler.go, IssuanceStateRotateMaxBatchSize.

// --- agent (agent/session.go, agent.go, task.go) ---
inline constexpr Duration kAgentCallTimeout = seconds(5);  ///< dispatcherRPCTimeout.
inline constexpr Duration kNodeUpdatePeriod = seconds(20);  ///< agent/agent.go, nodeUpdatePeriod.
inline constexpr Duration kBackoffInitial = milliseconds(100);  ///< initialSessionFailureBackoff.
inline constexpr Duration kBackoffLongest = seconds(8);         ///< maxSessionFailureBackoff.
inline constexpr Duration kTaskRetry = seconds(1);  ///< A controller's operation that was cancelled is tried again.
/// Measured, from a task's starting to running, medians of 370: alone on its host 0.27 s, with one other that starts
/// 0.61 s, with two 0.70 s; no recording has more.
inline constexpr Duration kStartBeside = milliseconds(215);
inline constexpr std::int64_t kMostBeside = 2;
/// Measured: so much later a host's first container on an overlay is created (0.37 to 0.74 s, and about twice that for two).
inline constexpr Duration kJoinOverlay = milliseconds(650);
/// Measured, from a container's die to its task's failed or complete: median of 274.
inline constexpr Duration kEndNoticed = milliseconds(66);
inline constexpr Duration kGossipDelay = seconds(2);  ///< daemon/cluster/executor/container/controller.go: defaultGossipConvergeDelay.
inline constexpr Duration kGossipInterval = milliseconds(200);  ///< libnetwork networkdb/cluster.go: memberlist's for a LAN.
inline constexpr Duration kGossipReconnect = seconds(1);   ///< networkdb/cluster.go, reconnectNodes: who was lost is tried again.
inline constexpr Duration kGossipSuspicion = seconds(5);   ///< memberlist: a probe a second, and four of them for a suspicion to be confirmed.
inline constexpr Duration kSynRetry = seconds(1);     ///< TCP repeats the first packet of a connection.
inline constexpr Duration kResendFirst = milliseconds(200);  ///< TCP repeats others, each time after twice as long,
inline constexpr Duration kResendLongest = seconds(2);       ///< as far as it matters here.

// --- requests (daemon/cluster/cluster.go) ---
inline constexpr Duration kRequestTimeout = seconds(20);  ///< swarmRequestTimeout, swarmConnectTimeout.
inline constexpr Duration kLeaderPoll = seconds(1);       ///< manager/state/raft/raft.go, LeaderConn.
inline constexpr std::uint32_t kLostQuorumTicks = 10;     ///< lostQuorumTimeout.
inline constexpr Duration kLocalCall = microseconds(50);  ///< On one host.

// --- membership (measured: init 0.6 s, join 0.09 s as a worker and 0.55 s as a manager, promoted within 0.5 s) ---
inline constexpr Duration kMakeAuthority = milliseconds(420);  ///< Keys and certificates of a new swarm.
inline constexpr Duration kMakeCertificate = milliseconds(25);
inline constexpr Duration kStartManager = milliseconds(380);  ///< From its certificate until a manager joins the others.
inline constexpr std::uint32_t kCertificateTries = 5;         ///< ca/config.go and ca/certificates.go: each of kAgentCallTimeout,
inline constexpr Duration kCertificateRetry = seconds(2);     ///< GetCertRetryInterval: and so much later the next.
inline constexpr Duration kHealthTimeout = seconds(5);        ///< manager/state/raft/raft.go, Join: the leader calls a prospective member back.
inline constexpr Duration kJoinGroupTimeout = seconds(25);    ///< raft.go, reqTimeout: 5 s and two elections.
inline constexpr Duration kReconnectInitial = milliseconds(100);  ///< daemon/cluster/cluster.go: doubled before each start,
inline constexpr Duration kReconnectLongest = seconds(30);        ///< up to this.
inline constexpr Duration kMembershipPoll = milliseconds(20);
inline constexpr Duration kRenewalPause = milliseconds(500);  ///< ca/renewer.go: before a renewal that was asked for.
inline constexpr Duration kLeave = milliseconds(240);
inline constexpr Duration kLeaveForced = milliseconds(20);  ///< From its agent's leaving until its containers are removed by force.
/// manager/manager.go, stopTimeout: so long a manager waits for the calls under way when it ends.
inline constexpr Duration kStopManager = seconds(8);
/// node/node.go, roleChangeTimeout: so long a node whose manager was removed waits to hear that it is a worker, and once more
/// for another certificate.
inline constexpr Duration kRoleChangeTimeout = seconds(16);
inline constexpr Duration kNoticeRemoval = seconds(1);  ///< Raft's tick, within which it sends to one who answers that it is removed.
inline constexpr Duration kRoleReconcile = seconds(5);  ///< manager/role_manager.go: what could not be done is tried again.

inline constexpr std::size_t kMostSwarms = 1'000;

}  // namespace podium::swarm
