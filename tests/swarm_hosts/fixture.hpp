#pragma once

// Hosts around a switch with their engines, and the swarm on them, for tests of how nodes come, go and
// run tasks: asked by the API's requests, read from the store, the containers and the facts. A value:
// a copy goes on alike.

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/faults/fault.hpp"
#include "sim/lab/session.hpp"
#include "sim/orch/swarm/swarm.hpp"

namespace podium::swarm {

using Json = nlohmann::ordered_json;

struct Answer {
    int status = 0;
    std::string body;
    double took = 0;

    [[nodiscard]] std::string message() const;
    [[nodiscard]] Json json() const;
};

class SwarmHosts {
  public:
    /// Hosts "h1", "h2" …, with addresses 10.0.0.1 and so on. All have the images that are used.
    explicit SwarmHosts(std::uint32_t hosts, std::uint64_t seed = 1);

    /// Sends a request to a host's engine and waits for the answer.
    Answer ask(std::uint32_t host, const std::string& target, const std::string& body = {}, double longest = 60);
    /// The same without waiting; see answer_of().
    model::RequestId send(std::uint32_t host, const std::string& target, const std::string& body = {});
    [[nodiscard]] bool is_answered(model::RequestId request) const { return model::answered(world(), request) != nullptr; }
    Answer answer_of(model::RequestId request);
    Answer info(std::uint32_t host);

    Answer init(std::uint32_t host, const std::string& more = {});
    Answer join(std::uint32_t host, std::uint32_t with, bool as_manager = false);
    /// init on the first, joined by the others; so many of them are managers.
    void form(std::uint32_t managers = 1);
    Answer create_service(std::uint32_t host, const std::string& name, std::uint32_t replicas, const std::string& command = "", const std::string& more = {});

    void inject(const std::string& fault);
    void lift(const std::string& fault);
    /// The same where the fault may have found nothing to break. False: it had not begun.
    bool try_lift(const std::string& fault);
    void run_for(double seconds);
    void run_until(double moment);
    /// Runs until it is so, a hundredth of a second at a time; false: it did not become so.
    bool until(const std::function<bool(const SwarmHosts&)>& so, double longest = 120);

    [[nodiscard]] double now() const { return state_.world.kernel.now().seconds(); }
    [[nodiscard]] const model::World& world() const { return state_.world; }
    [[nodiscard]] const Swarm& swarm() const { return state_.swarm; }
    [[nodiscard]] const SwarmRow& row() const { return state_.swarm.state().swarms.front(); }
    [[nodiscard]] const Store& store() const { return row().store; }
    [[nodiscard]] const HostRow& host(std::uint32_t number) const { return state_.swarm.state().hosts[number - 1]; }
    [[nodiscard]] NodeState node_state(std::uint32_t host) const;
    /// Tasks of a service in a state, as the store has them.
    [[nodiscard]] std::uint32_t tasks(const std::string& service, TaskState state) const;
    [[nodiscard]] std::uint32_t running(const std::string& service) const { return tasks(service, TaskState::Running); }
    /// Containers of a service that run, on one host or (0) on all.
    [[nodiscard]] std::uint32_t containers(const std::string& service, std::uint32_t on_host = 0) const;
    /// The host that leads; 0: none.
    [[nodiscard]] std::uint32_t leader() const;
    [[nodiscard]] bool is_quiet() const;
    /// The events ahead that are not of the background, for messages.
    [[nodiscard]] std::string ahead() const;
    [[nodiscard]] std::uint64_t fingerprint() const {
        const Kernel& kernel = state_.world.kernel;
        return lab::fact_catalogue().fingerprint(kernel.journal(), kernel.interner());
    }
    /// Names of the facts from a fact back to the first cause.
    [[nodiscard]] std::vector<std::string> causes(FactId fact) const;
    [[nodiscard]] std::string facts() const;
    /// The tasks in the store and what their nodes' agents make of them, for messages.
    [[nodiscard]] std::string tasks_text() const;
    lab::SimState& state() { return state_; }
    const faults::FaultState& faults() const { return state_.faults; }

    /// Called after every event.
    std::function<void(const SwarmHosts&)> watch;

  private:
    void step();

    lab::SimState state_;
};

}  // namespace podium::swarm
