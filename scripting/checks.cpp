#include "scripting/checks.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/printable.hpp"
#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/summary.hpp"
#include "sim/view/traffic.hpp"

namespace podium::scripting {
namespace {

constexpr std::size_t kMostEvidence = 6;
constexpr std::size_t kMostSearched = 200;  // facts gone back through for one that a look was about
constexpr std::size_t kMostOfLine = 60;     // characters of a line that was typed
constexpr std::size_t kMostOthers = 8;      // containers named where one never was

std::string percent(int hundredths) {
    return cut_share_text(hundredths) + " %";
}

// What came out, as moments are written: to the millisecond.
std::string measured(Duration duration) {
    return format_time(Time{} + duration);
}

bool compare(const std::string& relation, std::int64_t value, std::int64_t limit) {
    if (relation == ">=") return value >= limit;
    if (relation == ">") return value > limit;
    if (relation == "<=") return value <= limit;
    if (relation == "<") return value < limit;
    return value == limit;
}

// Takes ">=" and the like off the front, with blanks behind it; empty when there is none.
std::string take_relation(std::string_view& rest) {
    for (const std::string_view relation : {">=", "<=", "==", ">", "<"}) {
        if (!rest.starts_with(relation)) continue;
        rest = trim(rest.substr(relation.size()));
        return std::string(relation);
    }
    return {};
}

// The newest few.
std::vector<FactId> evidence(const std::vector<FactId>& facts) {
    if (facts.size() <= kMostEvidence) return facts;
    return {facts.end() - static_cast<std::ptrdiff_t>(kMostEvidence), facts.end()};
}

// Narration and lines that are typed say what the script does.
bool only_says(const Fact& fact) {
    return fact.kind == lab::kFactNarration || fact.kind == lab::kFactLine;
}

// Everything is, where a predicate has asked about nothing.
bool is_about(const lab::Session& session, const Fact& fact, const LookedAt& looked_at) {
    if (looked_at.empty() || looked_at.kinds.contains(fact.kind)) return true;
    if (looked_at.names.empty()) return false;
    view::FactInfo info = view::fact_info(session.world(), lab::fact_catalogue(), fact);
    std::string own;
    if (fact.subject.type() == SubjectType::Container) {
        own = session.world().name_of(model::ContainerId{fact.subject.id()});
        info.host.clear();  // where it happened, not whom it is about
    }
    return std::any_of(looked_at.names.begin(), looked_at.names.end(), [&](const std::string& name) {
        // "web" is also the web of a stack, "data" also that of a project.
        const auto called = [&name](const std::string& one) {
            return one == name || (one.size() > name.size() && one.ends_with(name) && one[one.size() - name.size() - 1] == '_');
        };
        return info.is_of(name) || called(info.service) || called(info.container) || called(info.object) || info.host == name || own == name;
    });
}

// Worth telling: also how a line ended, which the script may have looked at.
bool is_headline(const lab::Session& session, const Fact& fact) {
    return fact.kind == lab::kFactLineDone || view::tell(session.world(), lab::fact_catalogue(), fact).weight == view::Weight::Headline;
}

// What happened at `moment` that a look was about; if nothing did, at the newest moment before it at which something
// worth telling did, or else anything.
std::vector<FactId> last_about(const lab::Session& session, const LookedAt& looked_at, Time moment) {
    const Journal& journal = session.journal();
    FactId low = journal.first();  // the first fact after the moment
    FactId high{journal.last().value + 1};
    while (low < high) {
        const FactId middle{low.value + (high.value - low.value) / 2};
        if (journal.at(middle).time <= moment) {
            low = FactId{middle.value + 1};
        } else {
            high = middle;
        }
    }
    std::vector<FactId> out;
    std::vector<FactId> lesser;  // the newest, where nothing is worth telling
    bool headline = false;
    Time time{};
    const auto close = [&] {
        if (lesser.empty()) lesser = out;
        return headline || (!out.empty() && time == moment);
    };
    for (std::size_t searched = 0; low > journal.first() && searched < kMostSearched; ++searched) {
        --low.value;
        const Fact fact = journal.at(low);
        if (fact.time != time) {
            if (close()) break;
            out.clear();
            time = fact.time;
        }
        if (only_says(fact) || !is_about(session, fact, looked_at)) continue;
        out.push_back(low);
        headline = headline || is_headline(session, fact);
    }
    if (!close()) out = lesser;
    std::reverse(out.begin(), out.end());
    return out;
}

// One fact as evidence: its number, its moment and what happened.
std::string told_fact(const lab::Session& session, const Fact& fact, const view::Telling& telling) {
    std::string what = telling.what;
    if (fact.kind == lab::kFactLineDone) {
        std::string line = view::FactReader(session.world(), lab::fact_catalogue()).text(fact, "line");
        if (line.size() > kMostOfLine) {
            std::size_t end = kMostOfLine;
            while (end > 0 && is_continuation_byte(line[end])) --end;  // whole characters of UTF-8
            line = line.substr(0, end) + "…";
        }
        what = fmt::format("$ {}: {}", line, what);
    }
    return fmt::format("fact {} at {}: {}{}",
                       fact.id.value,
                       format_time(fact.time),
                       telling.who.empty() ? "" : telling.who + " ",
                       what);
}

// What made a check pass, in one short line: of the first and the last moment that its evidence has, the last thing
// that is worth telling. Empty when it has none.
std::string passed_evidence(const lab::Session& session, const view::ServiceNames& names, const std::vector<FactId>& facts) {
    struct Moment {
        Time time;
        std::string told;
        bool headline = false;
    };
    std::vector<Moment> moments;
    for (const FactId id : facts) {
        if (!session.journal().has(id)) continue;
        const Fact fact = session.journal().at(id);
        const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact, names);
        const bool headline = telling.weight == view::Weight::Headline;
        if (moments.empty() || moments.back().time != fact.time) moments.push_back({fact.time, {}, false});
        Moment& moment = moments.back();
        if (moment.headline && !headline) continue;
        moment.told = told_fact(session, fact, telling);
        moment.headline = headline;
    }
    if (moments.empty()) return {};
    std::string out = moments.front().told;
    if (moments.size() > 2) out += "; …";
    if (moments.size() > 1) out += "; " + moments.back().told;
    return out;
}

std::string times(std::size_t count) {
    return count == 1 ? "once" : fmt::format("{} times", count);
}

// How many may be.
std::string allowed(std::int64_t most) {
    if (most == 0) return "none is allowed";
    return most == 1 ? "one is allowed" : fmt::format("{} are allowed", most);
}

// How often it happened at most, of a check that passed.
std::string how_often(const std::string& event, std::size_t count, const std::string& within) {
    if (count == 0) return fmt::format("'{}' never happened", event);
    const std::string often = times(count);
    return within.empty() ? fmt::format("'{}' happened {} in the run", event, often)
                          : fmt::format("'{}' happened at most {} within {}", event, often, within);
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
    switch (outcome) {
        case Outcome::Open:
            return "open";
        case Outcome::Passed:
            return "passed";
        case Outcome::Failed:
            return "failed";
        case Outcome::NotDecided:
            return "not decided";
    }
    return {};
}

bool Bound::holds(int value) const {
    return compare(relation, value, hundredths);
}

bool LatencyBound::holds(Duration value) const {
    return compare(relation, value.nanoseconds, limit.nanoseconds);
}

Result<Bound> parse_bound(const std::string& text) {
    const auto wrong = [&text](const char* why) {
        return Error{fmt::format("'{}' is no bound{}", text, why), {}, "write it like \">= 99.5%\""};
    };
    std::string_view rest = trim(text);
    Bound out;
    out.relation = take_relation(rest);
    if (out.relation.empty() || !rest.ends_with("%")) return wrong("");
    rest = trim(rest.substr(0, rest.size() - 1));
    const std::size_t dot = rest.find('.');
    std::int64_t whole = 0;
    if (!parse_integer(rest.substr(0, dot), whole)) return wrong("");
    if (rest.starts_with("-")) return wrong(": a share is at least 0 %");
    std::int64_t part = 0;
    if (dot != std::string_view::npos) {
        std::string digits(rest.substr(dot + 1));
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return wrong("");
        if (digits.size() > 2) return wrong(": it has at most two decimals");
        digits.resize(2, '0');
        parse_integer(digits, part);
    }
    constexpr std::int64_t kWhole = 100;
    if (whole > kWhole || (whole == kWhole && part > 0)) return wrong(": a share is at most 100 %");
    out.hundredths = static_cast<int>(whole * 100 + part);
    if (out.relation == ">" && whole == kWhole) return wrong(": no share is more than 100 %");
    if (out.relation == "<" && out.hundredths == 0) return wrong(": no share is less than 0 %");
    return out;
}

Result<LatencyBound> parse_latency_bound(const std::string& text) {
    const Error wrong{fmt::format("'{}' is no bound on latency", text),
                      {},
                      "write it like \"p99 <= 200ms\", of median, p95, p99 or longest"};
    std::string_view rest = trim(text);
    LatencyBound out;
    for (const std::string_view word : {"median", "p95", "p99", "longest"}) {
        if (rest.starts_with(word)) out.of = std::string(word);
    }
    if (out.of.empty()) return wrong;
    rest = trim(rest.substr(out.of.size()));
    out.relation = take_relation(rest);
    const auto limit = parse_duration(rest);
    if (out.relation.empty() || !limit || limit->nanoseconds < 0) return wrong;
    out.limit = *limit;
    return out;
}

Time Check::deadline() const {
    if (!open()) return kNever;
    if (kind == CheckKind::Eventually) return from + span;
    if (kind == CheckKind::Within && !pending_.empty()) return pending_.front().time + span;
    return kNever;
}

Time Check::held_by(Time now) const {
    const bool holds = open() && kind == CheckKind::Stable && looked_ && holds_;
    return holds && since_ + span > now ? since_ + span : kNever;
}

void Check::decide(Outcome outcome, Time moment, std::string reason, std::vector<FactId> facts) {
    verdict.outcome = outcome;
    verdict.moment = moment;
    verdict.reason = std::move(reason);
    verdict.facts = evidence(facts);
    verdict.asked_nothing = static_cast<bool>(predicate) && kind != CheckKind::Within && looked_at.empty();
}

std::vector<FactId> Check::deciding(const lab::Session& session, const std::vector<FactId>& facts, Time moment) const {
    if (!looked_at.empty()) {
        std::vector<FactId> about = last_about(session, looked_at, moment);
        if (!about.empty()) return about;
    }
    std::vector<FactId> out;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(out), [&session](FactId id) {
        return session.journal().has(id) && !only_says(session.journal().at(id));
    });
    if (!out.empty() || !facts.empty()) return out.empty() ? facts : out;
    return last_about(session, {}, moment);
}

void Check::on_fact(const lab::Session& session, const Fact& fact) {
    if (!wants_facts() || fact.time < from) return;
    on_time(session, fact.time - nanoseconds(1));
    if (!open()) return;
    if (kind == CheckKind::AtMost) {
        if (!event.matches(session, fact)) return;
        pending_.push_back({fact.id, fact.time});
        while (has_span && fact.time - pending_.front().time >= span)
            pending_.pop_front();
        if (pending_.size() > busiest_) {
            busiest_ = pending_.size();
            // Its first and its last few.
            passing_facts_ = {pending_.front().fact};
            const std::size_t last = std::min(pending_.size() - 1, kMostEvidence - 1);
            for (std::size_t i = pending_.size() - last; i < pending_.size(); ++i)
                passing_facts_.push_back(pending_[i].fact);
        }
        if (static_cast<std::int64_t>(pending_.size()) <= most) return;
        std::vector<FactId> facts;
        for (const Seen& seen : pending_)
            facts.push_back(seen.fact);
        // One alone is within no time.
        const std::string where = !has_span                ? " in the run"
                                  : pending_.size() == 1 ? ""
                                                         : fmt::format(" within {}", measured(fact.time - pending_.front().time));
        decide(Outcome::Failed,
               fact.time,
               fmt::format("'{}' happened {}{}, {}", event.text, times(pending_.size()), where, allowed(most)),
               std::move(facts));
        return;
    }
    // An effect answers all the causes before it; one fact is not both for itself.
    if (!predicate && !pending_.empty() && effect.matches(session, fact)) answered({fact.id});
    if (event.matches(session, fact)) {
        pending_.push_back({fact.id, fact.time});
        ++causes_;
    }
}

// The effect has come for all causes that waited: the last of them and it are what a passed verdict shows.
void Check::answered(const std::vector<FactId>& effects) {
    passing_facts_ = evidence(effects);
    if (passing_facts_.size() == kMostEvidence) passing_facts_.erase(passing_facts_.begin());
    const FactId cause = pending_.back().fact;
    std::erase(passing_facts_, cause);
    passing_facts_.insert(passing_facts_.begin(), cause);
    pending_.clear();
}

void Check::fail_look(const lab::Session& session, Time now, const char* at_first, const char* later, const std::vector<FactId>& facts) {
    const bool first = first_look_;
    std::vector<FactId> deciders;
    if (!first) {
        deciders = deciding(session, facts, now);
    } else if (!looked_at.empty()) {
        deciders = last_about(session, looked_at, now);
    }
    decide(Outcome::Failed, now, first ? at_first : later, std::move(deciders));
}

void Check::on_look(const lab::Session& session, Time now, bool holds, const std::vector<FactId>& facts, bool counted) {
    if (!open()) return;
    on_time(session, now - nanoseconds(1));
    if (!open()) return;
    if (counted) ++looks_;
    first_look_ = !looked_;
    const bool changed = !looked_ || holds != holds_;
    if (changed) {
        since_ = now;
        change_facts_ = facts;
    }
    looked_ = true;
    holds_ = holds;
    if (counted || changed) {
        last_look_ = now;
        last_facts_ = facts;
    }
    if (!holds) broken_ = true;
    switch (kind) {
        case CheckKind::Always:
            if (!holds) fail_look(session, now, "it was false from the start", "it did not hold", facts);
            break;
        case CheckKind::Never:
            if (holds) fail_look(session, now, "it was true from the start", "it held", facts);
            break;
        case CheckKind::Eventually:
            if (holds)
                decide(
                    Outcome::Passed,
                    now,
                    now == from ? "it held at once"
                                : fmt::format("it held {} after it was asked for", measured(now - from)),
                    deciding(session, facts, now));
            break;
        case CheckKind::Within:
            if (holds && !pending_.empty()) answered(deciding(session, facts, now));
            break;
        case CheckKind::Stable:
        case CheckKind::AtMost:
        case CheckKind::Availability:
        case CheckKind::TrafficAvailability:
        case CheckKind::Latency:
            break;
    }
}

void Check::on_time(const lab::Session& session, Time now) {
    if (!open() || now < deadline()) return;
    if (kind == CheckKind::Eventually) {
        decide(Outcome::Failed,
               from + span,
               fmt::format("it did not hold within {}", format_duration(span)),
               deciding(session, last_facts_, last_look_));
    } else if (kind == CheckKind::Within) {
        const Seen cause = pending_.front();
        decide(Outcome::Failed,
               cause.time + span,
               fmt::format("no {} within {} of '{}' at {}",
                           predicate ? "effect" : "'" + effect.text + "'",
                           format_duration(span),
                           event.text,
                           format_time(cause.time)),
               {cause.fact});
    }
}

void Check::end_availability(const lab::Session& session, Time end) {
    auto ran = view::availability_of(session.world(), lab::fact_catalogue(), end, service);
    if (ran && ran->share >= 0) {
        decide(bound.holds(ran->share) ? Outcome::Passed : Outcome::Failed,
               end,
               fmt::format("{} ran {} of the time since its first start", service, percent(ran->share)),
               std::move(ran->deaths));
        return;
    }
    const auto services = ran ? std::set<model::ServiceIdentity>{} : view::services_of_container(session.world(), service);
    decide(Outcome::Failed,
           end,
           services.empty() ? fmt::format("{} was never started", service)
                            : fmt::format("{} is a container of {}, and availability is a service's: name that",
                                          service,
                                          join(view::ServiceNames::of_run(session.world()).called(services), " and of ")));
}

void Check::end_traffic(const lab::Session& session, Time end) {
    std::vector<FactId> facts;
    for (const char* trouble : {"traffic.failing", "traffic.partly"}) {
        const EventPattern event_of = *make_event_pattern(trouble, service, {});
        session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
            if (event_of.matches(session, fact)) facts.push_back(fact.id);
        });
    }
    std::sort(facts.begin(), facts.end());
    const auto sources = view::summarise_traffic(session.world());
    for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
        if (source->name != service) continue;
        if (kind == CheckKind::TrafficAvailability) {
            if (source->availability < 0) break;
            decide(bound.holds(source->availability) ? Outcome::Passed : Outcome::Failed,
                   end,
                   fmt::format("{} of the requests to {} were answered, {} lost",
                               percent(source->availability),
                               source->target,
                               source->failed),
                   std::move(facts));
            return;
        }
        if (source->answered == 0) break;
        const Duration value = latency.of == "median" ? source->median
                               : latency.of == "p95"  ? source->p95
                               : latency.of == "p99"  ? source->p99
                                                      : source->longest;
        decide(latency.holds(value) ? Outcome::Passed : Outcome::Failed,
               end,
               fmt::format("the {} of {} answered requests was {}",
                           latency.of,
                           source->answered,
                           format_duration(value)),
               std::move(facts));
        return;
    }
    decide(Outcome::NotDecided,
           end,
           fmt::format("no request of the traffic '{}' has been {}",
                       service,
                       kind == CheckKind::Latency ? "answered" : "decided"),
           std::move(facts));
}

void Check::on_end(const lab::Session& session, Time end) {
    on_time(session, end);
    if (open()) decide_at_end(session, end);
    if (!verdict.passed()) name_absent(session);
}

void Check::name_absent(const lab::Session& session) {
    const model::World& world = session.world();
    for (const std::string& name : looked_at.containers) {
        const view::ContainerStateView container = view::container_state(world, name);
        if (container.exists || !container.state.empty()) continue;
        const std::string beside = name.substr(0, name.find_last_not_of("0123456789") + 1);
        std::vector<std::string> others;
        for (const std::string& other : view::container_names(world)) {
            const bool numbered = !beside.empty() && other.size() > beside.size() && other.starts_with(beside) &&
                                  other.find_first_not_of("0123456789", beside.size()) == std::string::npos;
            if (numbered) others.push_back(other);
        }
        verdict.reason += fmt::format("; there was no container '{}' at any time", name);
        if (!others.empty() && others.size() <= kMostOthers)
            verdict.reason += fmt::format(", only {}", join(others, ", "));
        return;
    }
}

void Check::decide_at_end(const lab::Session& session, Time end) {
    switch (kind) {
        case CheckKind::Always:
            decide(Outcome::Passed,
                   end,
                   fmt::format("it held all the time, since {}", format_time(from)),
                   deciding(session, change_facts_, since_));
            break;
        case CheckKind::Never:
            // What did not happen has no fact: how often it was looked for is its evidence.
            decide(Outcome::Passed,
                   end,
                   fmt::format("it never held since {}, in {} look{}",
                               format_time(from),
                               looks_,
                               looks_ == 1 ? "" : "s"));
            break;
        case CheckKind::Eventually:
            decide(Outcome::NotDecided,
                   end,
                   fmt::format("the run ended {} before its time was over",
                               measured(from + span - end)),
                   deciding(session, last_facts_, last_look_));
            break;
        case CheckKind::Stable:
            if (looked_ && holds_ && end - since_ >= span) {
                decide(Outcome::Passed,
                       end,
                       fmt::format("it held for the last {}", measured(end - since_)),
                       deciding(session, change_facts_, since_));
            } else if (looked_ && !holds_) {
                decide(Outcome::Failed,
                       end,
                       fmt::format("it did not hold at the end, since {}", format_time(since_)),
                       deciding(session, change_facts_, since_));
            } else if (broken_) {
                decide(Outcome::Failed,
                       since_,
                       fmt::format("it held for the last {} only", measured(end - since_)),
                       deciding(session, change_facts_, since_));
            } else {
                decide(Outcome::NotDecided,
                       end,
                       fmt::format("the run ended {} after it was asked for",
                                   measured(end - from)));
            }
            break;
        case CheckKind::AtMost:
            decide(Outcome::Passed,
                   end,
                   how_often(event.text, busiest_, has_span ? format_duration(span) : std::string()),
                   passing_facts_);
            break;
        case CheckKind::Within:
            if (!pending_.empty()) {
                decide(Outcome::NotDecided,
                       end,
                       fmt::format("the run ended {} after '{}' at {}",
                                   measured(end - pending_.front().time),
                                   event.text,
                                   format_time(pending_.front().time)),
                       {pending_.front().fact});
            } else if (causes_ == 0) {
                decide(Outcome::Passed,
                       end,
                       fmt::format("there was no '{}' that needed one", event.text));
            } else {
                decide(Outcome::Passed,
                       end,
                       causes_ == 1 ? fmt::format("it came in time after the one '{}'", event.text)
                                    : fmt::format("it came in time after each of the {} '{}'",
                                                  causes_,
                                                  event.text),
                       passing_facts_);
            }
            break;
        case CheckKind::Availability:
            end_availability(session, end);
            break;
        case CheckKind::TrafficAvailability:
        case CheckKind::Latency:
            end_traffic(session, end);
            break;
    }
}

std::string verdicts_text(const lab::Session& session, const std::vector<Verdict>& verdicts) {
    if (verdicts.empty()) return {};
    std::string out = "CHECKS\n";
    const view::ServiceNames names = view::ServiceNames::of_run(session.world());
    for (const Verdict& verdict : verdicts) {
        out += fmt::format("{:<11}  {}{}\n",
                           outcome_name(verdict.outcome),
                           verdict.name,
                           verdict.passed() ? "" : fmt::format("  ({})", verdict.place.text()));
        out += fmt::format("{:>11}  {}\n", format_time(verdict.moment), verdict.reason);
        if (verdict.passed()) {
            const std::string line = passed_evidence(session, names, verdict.facts);
            if (!line.empty()) out += fmt::format("{:>11}  {}\n", "", line);
            continue;
        }
        for (const FactId id : verdict.facts) {
            if (!session.journal().has(id)) continue;
            const Fact fact = session.journal().at(id);
            const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact, names);
            out += fmt::format("{:>11}  {}{}\n",
                               "",
                               told_fact(session, fact, telling),
                               telling.why.empty() ? "" : "; " + telling.why);
        }
    }
    const auto passed = static_cast<std::size_t>(std::count_if(
        verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return verdict.passed(); }));
    // Names and events are the script's.
    return printable(out) + fmt::format("{} of {} check{} passed.\n",
                                        passed,
                                        verdicts.size(),
                                        verdicts.size() == 1 ? "" : "s");
}

std::string verdict_row(const lab::Session& session, const Verdict& verdict) {
    nlohmann::ordered_json row;
    row["t"] = static_cast<double>((verdict.moment.nanoseconds + 500'000) / 1'000'000) / 1000.0;
    row["type"] = "verdict";
    row["check"] = verdict.kind;
    row["name"] = verdict.name;
    row["place"] = verdict.place.text();
    row["outcome"] = std::string(outcome_name(verdict.outcome));
    row["why"] = verdict.reason;
    row["facts"] = nlohmann::ordered_json::array();
    for (const FactId id : verdict.facts)
        row["facts"].push_back(id.value);
    row["seed"] = session.set_up().seed;
    return row.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace podium::scripting
