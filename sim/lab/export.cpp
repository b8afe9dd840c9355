#include "sim/lab/export.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::lab {

std::string ChosenFacts::remark(const std::string& where) const {
    if (left_out == 0) return {};
    if (!gap_after) return fmt::format("{} has no details: it leaves out {} facts of networks, volumes, probes and the like, which the tables of --csv have", where, left_out);
    return fmt::format("{} tells of the first and the last {} facts: it leaves out {}, details among them, which the tables of --csv have", where, facts.size() / 2, left_out);
}

ChosenFacts choose_facts(const Session& session, std::uint64_t most) {
    const Journal& journal = session.journal();
    ChosenFacts out;
    out.first = journal.first();
    const std::uint64_t all = journal.last() < journal.first() ? 0 : journal.last().value - journal.first().value + 1;
    if (all <= most) {
        for (FactId id = journal.first(); id <= journal.last(); ++id.value) out.facts.push_back(id);
        out.nearest = out.facts;
        return out;
    }
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (!tell_fact(session, {}, fact).detail) out.facts.push_back(fact.id);
    });
    if (out.facts.size() > most) {
        const auto half = static_cast<std::ptrdiff_t>(most / 2);
        out.gap_after = out.facts[static_cast<std::size_t>(half - 1)];
        out.facts.erase(out.facts.begin() + half, out.facts.end() - half);
    }
    out.left_out = all - out.facts.size();
    out.nearest.resize(all);
    std::size_t next = 0;
    journal.for_each(journal.first(), [&](const Fact& fact) {
        const bool chosen = next < out.facts.size() && out.facts[next] == fact.id;
        if (chosen) ++next;
        out.nearest[fact.id.value - out.first.value] = chosen ? fact.id : out.cause_of(fact);
    });
    return out;
}

ToldFact tell_fact(const Session& session, const view::ServiceNames& names, const Fact& fact) {
    view::Telling telling = view::tell(session.world(), fact_catalogue(), fact, names);
    const FactSpec* spec = fact_catalogue().find(fact.kind);
    ToldFact out;
    if (spec != nullptr) out.kind = spec->name;
    out.who = std::move(telling.who);
    out.what = std::move(telling.what);
    out.why = std::move(telling.why);
    out.detail = telling.weight == view::Weight::Detail || out.what.empty();
    out.tone = telling.tone;
    if (out.what.empty()) out.what = std::string(out.kind);
    return out;
}

}  // namespace podium::lab
