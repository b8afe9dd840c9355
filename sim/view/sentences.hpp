#pragma once

// Facts as whole sentences, for explanations; and the rules of Docker they come from.

#include <string>
#include <string_view>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"

namespace podium::view {

/// Reads a fact's fields by name; a field that it lacks is 0 or empty.
class FactReader {
  public:
    FactReader(const model::World& world, const FactCatalogue& facts)
        : world_(&world), facts_(&facts) {}

    [[nodiscard]] std::int64_t number(const Fact& fact, std::string_view name) const;
    [[nodiscard]] std::string text(const Fact& fact, std::string_view name) const;

  private:
    const model::World* world_;
    const FactCatalogue* facts_;
};

/// "0.1 s", "1 min" for a whole number of minutes.
std::string seconds_text(std::int64_t nanoseconds);
/// "72 MB", whole ones; "less than 1 MB". What is pulled, in the timeline and in `why` alike.
std::string megabytes_text(std::int64_t bytes);
/// "always", "on-failure:3": the policy a container has now.
std::string policy_text(const model::World& world, model::ContainerId container);
/// What a death that counts as asked for came from, as its causes say. An engine that starts first stops
/// what it finds running, and moby takes that for a stop by hand, too.
struct Asked {
    enum class By : std::uint8_t { Stop, Signal, EngineStart };
    By by = By::Stop;
    int signal = 0;  ///< Of By::Signal: one that docker was asked to send, and that is not the container's own for stopping.
};
Asked asked_for(const model::World& world, const FactCatalogue& facts, const Fact& die);
/// The rule by which the engine decided when a container died, in general terms.
std::string rule_text(const model::World& world, const FactCatalogue& facts, const Fact& die);
/// How a host stands after a fact of its own.
std::string host_state(const model::World& world, const FactCatalogue& facts, const Fact& fact);

}  // namespace podium::view
