#pragma once

// What becomes of services, read from a run's facts one after the other: the work of summarise(), for whoever reads on as the
// run goes on. Internal to sim/view.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/facts.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/slots.hpp"
#include "sim/view/summary.hpp"

namespace podium::view {

class SummaryReader {
  public:
    /// Requires each fact of a run once, in order, in the world of that run at this fact or later. Containers are called as
    /// they are called then: after one was renamed all has to be read anew.
    void read(const model::World& world, const FactCatalogue& facts, const Fact& fact);
    /// All services by name and project, of the run up to `end`, where the world stands.
    [[nodiscard]] std::vector<ServiceSummary> finish(const model::World& world, Time end) const;
    /// The availability of some of them, taken as one.
    [[nodiscard]] int availability(const model::World& world, Time end, const std::set<model::ServiceIdentity>& of) const;
    [[nodiscard]] const Slots& slots() const { return slots_; }

  private:
    struct Span {
        Time begin;
        Time end;
        bool work_done = false;  // its end was no failure: the program ended by itself, and well, and nobody wants it back
    };

    struct Tally {
        ServiceSummary summary;
        std::vector<Span> up;  // of all its containers, in no order
    };
    using Tallies = std::map<model::ServiceIdentity, Tally>;

    /// One container's present run, as the facts tell it, or its last one.
    struct Run {
        bool open = false;  // it runs
        bool lost = false;  // it went down with its host, and its engine has not said so yet
        bool late = false;  // it is over, and its engine found that out as it started
        Time begin{};
        std::size_t span = 0;  // of one that is lost or over: among those of its service
        RunFollower follower;
    };

    void started(Tally& tally, Run& run, const Fact& fact, model::StartReason reason, Slots::Start of_slot);
    void died(const model::World& world, const FactReader& reader, model::ContainerId id, Run& run, const Fact& fact, RunEnd end);
    [[nodiscard]] bool is_replaced(const model::World& world, model::ContainerId id) const;
    void restarted_by_swarm(const std::string& slot);
    void host_down(const model::World& world, model::HostId host, Time time);
    [[nodiscard]] Tallies settled(const model::World& world, Time end) const;
    static void follow(std::vector<Span> spans, Time end, ServiceSummary& summary);

    Slots slots_;
    Tallies tallies_;
    std::map<model::ContainerId, Run> runs_;
    std::map<std::string, std::pair<model::ServiceIdentity, std::size_t>> done_in_slot_;  // service and span: the last end there, as far as it was work done
};

}  // namespace podium::view
