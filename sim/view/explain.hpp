#pragma once

// Why something is as it is: the facts that led to the last thing that happened to it, in sentences
// to be read aloud. Everything comes from the facts up to a moment, so a question about the past
// needs no seek; what a container said last is added where its log still has it.

#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"
#include "sim/view/names.hpp"

namespace podium::view {

/// An explanation in parts.
struct Explanation {
    struct Step {
        Time time;
        std::string sentence;
        bool folded = false;  ///< Stands for many steps of the same kind; its time is the first's.
    };

    std::string state;        ///< How it stands: "web.1 is down since 1m02.300s."
    std::vector<Step> steps;  ///< From the first cause to the last thing that happened.
    std::vector<std::string>
        remarks;  ///< What else there is to know: its last words, lost data, faults that go on.
};

/// From the first cause to the fact itself.
std::vector<FactId> causal_chain(const Journal& journal, FactId fact);
/// The last thing that happened to a container, service, host, network, volume or image by `until`;
/// none: 0.
FactId last_fact_about(const model::World& world,
                       const FactCatalogue& facts,
                       const std::string& target,
                       Time until);
/// A fact as a whole sentence; `names` as for tell().
std::string sentence(const model::World& world,
                     const FactCatalogue& facts,
                     const Fact& fact,
                     const ServiceNames& names = {});
/// Explains the last thing that happened to `target` by `until`; no steps when nothing of that name
/// is known.
Explanation explain(const model::World& world,
                    const FactCatalogue& facts,
                    const std::string& target,
                    Time until);
/// An explanation as lines of at most `width` columns; 0 is no limit. Empty when it has no steps.
std::string explanation_text(const Explanation& explanation, std::size_t width);

}  // namespace podium::view
