#pragma once

// Makes the lanes of a timeline (lane_set.hpp) from the journal, each fact once. All of it comes from the
// facts and from what never changes about a row (a container's labels, a host's name), so following in
// pieces gives what following at once gives. A copy goes on by itself. One thread.
//
// A container's end counts from the fact that tells it. An engine that was away or stood still tells late, and
// what a lane has shown is not taken back, so such a container runs on here until then, unless its host went
// down; view::summarise, which looks back, counts from when it really ended.
//
// After a seek back the lanes stay as they are, up to the horizon; of a run that goes on otherwise from a
// moment of the past another follower is to be made.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"
#include "sim/view/lane_set.hpp"
#include "sim/view/run_end.hpp"

namespace podium::view {

/// Follows a journal, each fact once.
class LaneFollower {
  public:
    /// The most spans, and the most marks, of one lane; beyond, those of its older half are put together
    /// two by two, the worse tone of both staying.
    static constexpr std::size_t kMostOfLane = 200'000;

    /// `lasting` are the kinds of faults that have an end ("partition"); lab::lane_follower() knows them.
    explicit LaneFollower(std::set<std::string, std::less<>> lasting) : lasting_(std::move(lasting)) {}

    void follow(const model::World& world, const FactCatalogue& facts);
    /// Copies the lanes that have changed since the last call: of a long one its newest rows, what is before them is shared.
    [[nodiscard]] LaneSet lanes(Time end);
    /// Another number whenever lanes() may give something else but for `end`.
    [[nodiscard]] std::uint64_t version() const { return version_; }
    /// The first fact not followed yet.
    [[nodiscard]] FactId next() const { return next_; }

    /// Of all services, where the run was followed to. A service of which nobody has tried to start anything
    /// (docker create alone) counts only in a swarm, which wants what it has.
    struct Totals {
        std::uint64_t wanted = 0;   ///< Containers that should run.
        std::uint64_t running = 0;  ///< Those of them that do.
    };
    [[nodiscard]] Totals totals() const;

  private:
    using Place = std::uint32_t;  // in one of the lists below
    static constexpr Place kNowhere = UINT32_MAX;

    struct Kept {
        Lane lane;
        std::uint32_t order = 0;  // among those of its kind: by this, then by name and project
        std::shared_ptr<const Lane> shared;  // null: it has changed since
    };
    enum class EngineNow : std::uint8_t { Running, Stopping, Stopped, Starting };
    struct HostNow {
        Place lane = kNowhere;
        bool up = true;
        EngineNow engine = EngineNow::Running;
        std::uint32_t frozen = 0;         // faults that freeze it,
        std::uint32_t engine_frozen = 0;  // and its engine alone
        std::set<std::uint32_t> running;  // containers
        std::vector<std::uint32_t> found;  // containers found dead by an engine that is not up yet
    };
    struct ContainerNow {
        Place service = kNowhere;
        bool exists = false;
        bool runs = false;
        bool wanted = false;  // it should run
        bool done = false;    // it ended by itself, and well
        RunFollower run;
        std::optional<RunEnd> found;  // how it had ended that was found dead; none once it is started again or its engine up
    };
    struct ServiceNow {
        Place lane = kNowhere;
        bool of_swarm = false;
        bool ever = false;             // one of its containers has run
        bool asked = false;            // one of them has run, or could not be started
        std::uint32_t containers = 0;  // not removed
        std::uint32_t running = 0;
        std::uint32_t wanted = 0;      // containers that should run; of a swarm's the slots say it
        std::uint32_t done = 0;
        std::set<std::string, std::less<>> slots;
    };
    struct GroupNow {
        Place lane = kNowhere;
        bool leads = false;
        bool quorum = true;
        std::int64_t term = 0;
        std::string leader;
    };
    struct FaultNow {
        Place lane = kNowhere;
        std::vector<std::string> active;  // texts
    };
    struct Reading;  // a fact with what is needed to read it

    Place lane_of(LaneKind kind, const std::string& name, std::uint32_t order = 0, const std::string& project = {});
    void span(Place place, const Reading& at, Tone tone, std::uint32_t level, std::string label);
    void end_span(Place place, Time time);
    /// `what` is a constant.
    void mark(Place place, const Reading& at, Tone tone, std::string_view what);

    void follow_one(const Reading& at);
    void follow_container(const Reading& at);
    void follow_host(const Reading& at);
    void follow_raft(const Reading& at);
    void follow_swarm(const Reading& at);
    void follow_traffic(const Reading& at);
    void follow_fault(const Reading& at);

    HostNow& host(const model::World& world, std::uint32_t id);
    ContainerNow& container(const Reading& at);
    Place service(const std::string& name, const std::string& project = {});
    void count(ContainerNow& row, bool in);
    [[nodiscard]] static std::uint32_t wanted_of(const ServiceNow& row);
    void set_running(const Reading& at, std::uint32_t id, bool runs);
    void container_ended(const Reading& at, RunEnd end);
    void found_settled(const Reading& at, HostNow& row);
    void host_lost(const Reading& at);
    void tell_host(const Reading& at, HostNow& row);
    void tell_service(const Reading& at, Place place);
    void tell_group(const Reading& at, GroupNow& row);
    void tell_faults(const Reading& at, FaultNow& row);
    void freeze(const Reading& at, const std::string& text, bool begins);

    std::set<std::string, std::less<>> lasting_;
    std::vector<Kept> lanes_;
    std::map<std::tuple<LaneKind, std::string, std::string>, Place> places_;  // by kind, name and project
    std::vector<Place> order_;  // of all lanes; empty: to be made anew
    std::vector<HostNow> hosts_;            // by id
    std::vector<ContainerNow> containers_;  // by id
    std::vector<ServiceNow> services_;
    std::map<std::pair<std::string, std::string>, Place> service_names_;  // and project
    std::map<std::string, GroupNow> groups_;
    std::map<std::string, FaultNow> faults_;
    FactId next_{1};
    std::uint64_t version_ = 0;
};

}  // namespace podium::view
