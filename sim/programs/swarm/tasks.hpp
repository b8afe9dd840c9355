#pragma once

// The table of tasks that `docker service ps`, `node ps` and `stack ps` print: names of services and nodes
// are asked for one by one, then all rows are made at once.

#include <map>
#include <string>
#include <vector>

#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

/// The flags the three have in common, from an invocation: --no-trunc, --no-resolve, --quiet, --format.
/// `tasks` must live as long as the answers they came from.
Outcome print_tasks(const Invocation& invocation, Talk& talk, const std::vector<const Json*>& tasks, bool quiet_in_full);

/// The name of a service or node, for people; its id where there is no such thing. Null while the answer isn't there yet.
class NameResolver {
  public:
    NameResolver(Talk& talk, bool off) : talk_(talk), off_(off) {}
    const std::string* service(const std::string& id);
    const std::string* node(const std::string& id);

  private:
    Talk& talk_;
    bool off_ = false;
    std::map<std::string, std::string> names_;
};

}  // namespace podium::programs::docker
