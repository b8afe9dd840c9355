#pragma once

// Facts in words: what happened, and why. Read-only over the world and its journal; what a front end
// prints, draws or exports comes from here.

#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/model/world.hpp"
#include "sim/view/names.hpp"
#include "sim/view/tone.hpp"

namespace podium::view {

/// How much a fact matters to somebody who watches.
enum class Weight : std::uint8_t {
    Headline,  ///< Always shown.
    Detail,    ///< Shown when asked for more: networks, mounts, probes.
};

struct Telling {
    std::string who;   ///< "web.1", a host, a volume.
    std::string what;  ///< "started", "died with 137 (killed)".
    std::string why;   ///< Empty when there is nothing to add.
    Tone tone = Tone::Plain;
    Weight weight = Weight::Headline;
};

/// It is about a container and what became of it.
bool is_container_fact(FactKind kind);
/// A fact in words. Where `names` are known, two projects' containers of one name are told apart: "shop/web.1".
Telling tell(const model::World& world, const FactCatalogue& facts, const Fact& fact, const ServiceNames& names = {});
/// One fact as a row of the recordings (`type`, `obj`, `action`, …, `t` in seconds) with `fact`, `cause`
/// and `why` besides: a line of JSON without a newline.
std::string fact_row(const model::World& world, const FactCatalogue& facts, const Fact& fact);

/// How fact_row() writes facts of a kind, besides `t`, `fact`, `cause` and `why`.
struct RowShape {
    std::string kind;               ///< "event container die", "cmd", "fault begin": type, obj and action.
    std::vector<std::string> keys;  ///< "exitCode"; with the words it may have: "how=exited|signalled|…".
};
RowShape row_shape(const FactSpec& spec);
/// The field that a row has under that key ("exit" of "exitCode"); empty when none has it.
std::string_view field_of_key(const FactSpec& spec, std::string_view key);
/// What the row of an engine's event has for a key that is no field's: "node", "id", "compose.service" and
/// "compose.project"; empty when it has none of that.
std::string row_text(const model::World& world, const Fact& fact, std::string_view key);

}  // namespace podium::view
