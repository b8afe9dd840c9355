#pragma once

// Cluster files: the hosts of a run and what joins them, as a small YAML.
//
//   title: three hosts of a first workshop
//   swarm: bare              # or formed: the run begins with a swarm of all hosts
//   hosts:
//     - name: swarm-larry
//       cpus: 2
//       memory: 4GiB         # or 4g, 4096m: sizes as Compose takes them, all by 1024
//       disk: 32GiB
//       address: 10.77.0.11
//       zone: a
//       labels: {disk: ssd}  # of the node, once it is in a swarm
//       role: manager        # in a swarm that is formed; the others are workers
//       firewall: {closed: [2377/tcp, 7946]}
//       generic_resources: {gpu: 2}  # node-generic-resources in its /etc/docker/daemon.json
//     - name: worker-{n}     # worker-1 … worker-97
//       count: 97
//   network:
//     latency: 100us         # from a host to its switch
//     bandwidth: 1Gbit
//     between: 1ms           # more between two zones
//   links:                   # what differs between two hosts or zones
//     - {between: [a, b], latency: 5ms, bandwidth: 100Mbit, loss: 0.1%}
//
// Hosts of one zone hang on one switch, the zones' switches on one more. A link between two hosts is a cable of their own.

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/command.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {

struct ClusterFile {
    std::string title;
    bool formed = false;  ///< `swarm: formed`.
    std::vector<HostSetUp> hosts;
    std::vector<std::string> switches;
    std::vector<LinkSetUp> links;
    std::vector<HostFile> files;
};

/// At most so many hosts.
inline constexpr std::size_t kMostClusterHosts = 10'000;

/// Reads a cluster file. Errors name file, line and column.
Result<ClusterFile> parse_cluster_file(std::string_view text, const std::string& filename);

/// What makes the hosts one swarm: the lines that a person would type, each in a terminal of its host, and nothing when there is
/// one host that is in no swarm. For a formed cluster they are part of every run; a bare one's are typed where they are wanted.
std::vector<Command> forming_commands(const SetUp& set_up);

/// A session of the set-up; with a swarm to be formed first, the commands for that are in its log.
Result<Session> begin_session(SetUp set_up);

/// Makes a set-up's hosts those of a cluster file. Files and images that the set-up placed on its only host go to the first.
void use_cluster(SetUp& set_up, const ClusterFile& cluster);

}  // namespace podium::lab
