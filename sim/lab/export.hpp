#pragma once

// What is shared of a run with those who don't have Podium: a page, a trace, tables. All are made from a session that
// stands at the run's end, as texts: who writes them to files is the front end's to say. The same run gives the same bytes.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/names.hpp"

namespace podium::lab {

/// A text to be written to a file, and in whole sentences what of the run it leaves out.
struct Exported {
    std::string text;
    std::vector<std::string> remarks;
};

/// The facts that an export tells of, and which of them leads to which.
struct ChosenFacts {
    std::vector<FactId> facts;   ///< In order.
    std::uint64_t left_out = 0;  ///< How many are not among them.
    FactId gap_after;            ///< Behind this one some were left out that are no details; none: nowhere.
    FactId first{1};             ///< The fact that `nearest` begins with.
    std::vector<FactId> nearest; ///< Of each fact: itself, or the nearest among its causes that is told of; none.

    [[nodiscard]] bool has(FactId fact) const { return fact >= first && fact.value - first.value < nearest.size() && nearest[fact.value - first.value] == fact; }
    /// The nearest cause of a fact that is told of; none: there is none.
    [[nodiscard]] FactId cause_of(const Fact& fact) const { return fact.cause < first || fact.cause.value - first.value >= nearest.size() ? FactId{} : nearest[fact.cause.value - first.value]; }
    /// What is left out, as a sentence; empty when nothing is. `where` is what they are left out of: "the page".
    [[nodiscard]] std::string remark(const std::string& where) const;
};

/// All facts when there are at most so many; else those that are no details, and when these are too many, too, as many of the
/// first as of the last. Requires most >= 2.
ChosenFacts choose_facts(const Session& session, std::uint64_t most);

/// A fact in words, as view::tell; one that is not worth telling by the name of its kind. Who is "shop/web.1" where the names say so.
struct ToldFact {
    std::string who;
    std::string what;
    std::string why;
    std::string_view kind;  ///< "container.die".
    bool detail = false;
    view::Tone tone = view::Tone::Plain;
};
ToldFact tell_fact(const Session& session, const view::ServiceNames& names, const Fact& fact);

}  // namespace podium::lab
