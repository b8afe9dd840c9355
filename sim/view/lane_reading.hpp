#pragma once

// A fact as LaneFollower reads it. Internal to lanes*.cpp.

#include "sim/view/lanes.hpp"

namespace podium::view {

/// The kinds that rooms above this one declare, by their names; 0 where a catalogue has none of that name.
struct LaneFacts {
    explicit LaneFacts(const FactCatalogue& facts)
        : fault_begin(kind_of(facts, "fault.begin")),
          fault_end(kind_of(facts, "fault.end")),
          fault_missed(kind_of(facts, "fault.missed")),
          narration(kind_of(facts, "command.narrate")),
          engine_signal(kind_of(facts, "command.engine_signal")) {}

    static FactKind kind_of(const FactCatalogue& facts, std::string_view name) {
        const FactSpec* spec = facts.find(name);
        return spec == nullptr ? FactKind{0} : spec->kind;
    }

    FactKind fault_begin, fault_end, fault_missed, narration, engine_signal;
};

struct LaneFollower::Reading {
    const model::World& world;
    const FactCatalogue& facts;
    const LaneFacts& kinds;
    const Fact& fact;

    [[nodiscard]] std::int64_t number(std::string_view field) const { return facts.field(fact, field, world.kernel.interner()).number; }
    [[nodiscard]] std::string text(std::string_view field) const { return std::string(facts.field(fact, field, world.kernel.interner()).text); }
};

}  // namespace podium::view
