#pragma once

// The processes that a server starts beside itself, as its profile says: one for each processor of the
// host. They are there to be seen, and to be killed: their server starts others then. Plain data.

#include <vector>

#include "sim/model/behaviour.hpp"
#include "sim/model/world.hpp"

namespace podium::programs {

class Workers {
  public:
    /// The server is ready: it takes its title and starts them.
    void start(model::ProcessContext& context, const model::BehaviourProfile& profile);
    /// Starts one for each that is gone.
    void replace_lost(model::ProcessContext& context, const model::BehaviourProfile& profile);
    /// All go, and others come.
    void renew(model::ProcessContext& context, const model::BehaviourProfile& profile);
    /// The server ends.
    void stop(model::ProcessContext& context);

  private:
    void add(model::ProcessContext& context, const model::WorkerRule& rule);

    std::vector<shell::Pid> pids_;
};

}  // namespace podium::programs
