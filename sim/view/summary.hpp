#pragma once

// What became of each service over a run, from the facts alone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/targets.hpp"
#include "sim/model/world.hpp"

namespace podium::view {

/// A stretch in which none of a service's containers ran, after at least one had.
struct Outage {
    Time begin;         ///< When the last one ended, however it did: crashed, stopped or removed.
    Duration length{};  ///< Until one ran again, or the run ended.
    bool over = false;  ///< One ran again.

    bool operator==(const Outage&) const = default;
};

struct ServiceSummary {
    std::string service;        ///< Its name; of a container of no service that one's.
    std::string project;        ///< Of Compose; empty: it is of none.
    bool shares_name = false;   ///< Something else in this run is called so, too: another project's service.
    std::uint32_t containers = 0;  ///< That there ever were.
    std::uint32_t starts = 0;
    std::uint32_t restarts = 0;  ///< Starts by the restart policy; in a swarm, in place of a task that ended or whose node is down or gone.
    std::uint32_t moves = 0;     ///< Starts of a task on another node than its slot's last one.
    Duration up{};               ///< Time in which at least one of its containers ran.
    Duration down{};             ///< Its outages, added up.
    bool ever_started = false;
    bool exited = false;         ///< A last exit is known.
    int last_exit = 0;
    bool running_at_end = false;
    bool done_at_end = false;    ///< It had done its work: its last container ended by itself, with status 0, and stays down.
    /// In order of time. A service that has done its work has no outage from then on.
    std::vector<Outage> outages;
    std::uint32_t running = 0;   ///< Containers that run at the end.
    std::uint32_t missing = 0;   ///< Of Compose or plain ones: those that are there, do not run, and have not done their work.
    bool restarting = false;     ///< One of these waits for its next start.
    std::string trouble;         ///< Of what runs at the end: "hung", "unhealthy", ...; empty: none is known.

    [[nodiscard]] model::ServiceIdentity identity() const { return {service, project}; }
    /// What it is called in this run: "web", and "shop/web" where it shares its name.
    [[nodiscard]] std::string called() const { return shares_name ? identity().whole() : service; }
    /// Whether a name means it: "web", which may mean others too, and "shop/web".
    [[nodiscard]] bool is_called(std::string_view text) const { return model::names_service(text, service, project); }
    /// Hundredths of a per cent of the time in which it ran or should have, cut (sim/base/share.hpp): 10000 is always; -1: never started.
    [[nodiscard]] int availability() const;
    /// How it stands at the end: "running", "running, hung", "1 of 3 running", "done", "restarting" or "down".
    [[nodiscard]] std::string at_the_end() const;
};

/// All services by name, those of one name by project. `end` is the end of the run.
std::vector<ServiceSummary> summarise(const model::World& world, const FactCatalogue& facts, Time end);

/// The services that a name means (services_meant), taken together.
struct Availability {
    int share = -1;              ///< In which one of them ran, as ServiceSummary::availability. -1: none ever started.
    std::vector<FactId> deaths;  ///< The ends of their containers, in their order.
};

/// None: it means none. Goes through the whole journal, once.
std::optional<Availability> availability_of(const model::World& world,
                                            const FactCatalogue& facts,
                                            Time end,
                                            const std::string& name);

}  // namespace podium::view
