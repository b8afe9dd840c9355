#include "sim/view/explain.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/targets.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/layout.hpp"
#include "sim/view/sentences.hpp"

namespace podium::view {
namespace {

using model::ContainerId;

// Of a long line of crashes and restarts, so many at each end are told.
constexpr std::size_t kCyclesTold = 2;
constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kMostSiblings = 10;

bool is_of_life(FactKind kind) {
    if (kind == model::kFactContainerFoundDead) return true;
    return kind >= model::kFactContainerCreate && kind < model::kFactContainerAttach &&
           kind != model::kFactContainerExecCreate && kind != model::kFactContainerExecStart &&
           kind != model::kFactContainerExecDie && kind != model::kFactContainerHealthProbe &&
           kind != model::kFactContainerRename;
}

bool is_object(SubjectType type) {
    return type == SubjectType::Network || type == SubjectType::Volume;
}

bool is_pull(FactKind kind) {
    return kind == model::kFactPullBegin || kind == model::kFactImagePull ||
           kind == model::kFactPullFailed;
}

// The last fact by `until` that a test accepts.
template <class Accept>
FactId last_fact(const Journal& journal, Time until, Accept accept) {
    for (FactId id = journal.last(); id >= journal.first() && id; --id.value) {
        const Fact fact = journal.at(id);
        if (fact.time <= until && accept(fact)) return id;
    }
    return {};
}

FactId last_of_life(const Journal& journal, ContainerId container, Time until) {
    const Subject subject(SubjectType::Container, container.value);
    return last_fact(journal, until, [subject](const Fact& fact) {
        return fact.subject == subject && is_of_life(fact.kind);
    });
}

// What a chain tells of: not the networks and volumes on its way.
bool is_told(const Telling& telling, const Fact& fact) {
    return telling.weight == Weight::Headline || fact.kind == model::kFactContainerExecStart;
}

bool is_policy_restart(const FactReader& facts, const Fact& fact) {
    return fact.kind == model::kFactContainerStart &&
           static_cast<model::StartReason>(facts.number(fact, "reason")) ==
               model::StartReason::RestartPolicy;
}

class Teller {
  public:
    Teller(const model::World& world, const FactCatalogue& facts, Time until)
        : world_(world), facts_(facts), reader_(world, facts), names_(ServiceNames::of_run(world)), until_(until) {}

    std::vector<Explanation::Step> steps(FactId last) const;
    std::string state(const Fact& last) const;
    [[nodiscard]] std::string told(const Fact& fact) const { return sentence(world_, facts_, fact, names_); }

  private:
    [[nodiscard]] Explanation::Step fold(const std::vector<FactId>& chain,
                                         std::size_t from,
                                         std::size_t to) const;
    [[nodiscard]] std::string ended_with_host(const Fact& last, const std::string& who) const;

    const model::World& world_;
    const FactCatalogue& facts_;
    FactReader reader_;
    ServiceNames names_;
    Time until_;
};

std::vector<Explanation::Step> Teller::steps(FactId last) const {
    const Journal& journal = world_.kernel.journal();
    std::vector<FactId> chain;
    for (const FactId id : causal_chain(journal, last)) {
        if (id == last || is_told(tell(world_, facts_, journal.at(id)), journal.at(id)))
            chain.push_back(id);
    }
    // A health check's own command is no command of somebody.
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        if (journal.at(chain[i]).kind == model::kFactContainerExecStart &&
            journal.at(chain[i + 1]).kind == model::kFactContainerHealthStatus)
            chain.erase(chain.begin() + static_cast<std::ptrdiff_t>(i));
    }
    std::vector<Explanation::Step> out;
    for (std::size_t i = 0; i < chain.size();) {
        // A run of (died, restarted by policy) pairs.
        std::size_t end = i;
        while (end + 1 < chain.size() && journal.at(chain[end]).kind == model::kFactContainerDie &&
               is_policy_restart(reader_, journal.at(chain[end + 1])))
            end += 2;
        const std::size_t pairs = (end - i) / 2;
        if (pairs > 2 * kCyclesTold) {
            for (std::size_t k = 0; k < 2 * kCyclesTold; ++k)
                out.push_back({journal.at(chain[i + k]).time,
                               told(journal.at(chain[i + k])),
                               false});
            out.push_back(fold(chain, i + 2 * kCyclesTold, end - 2 * kCyclesTold));
            i = end - 2 * kCyclesTold;
            for (; i < end; ++i)
                out.push_back({journal.at(chain[i]).time,
                               told(journal.at(chain[i])),
                               false});
            continue;
        }
        out.push_back(
            {journal.at(chain[i]).time, told(journal.at(chain[i])), false});
        ++i;
    }
    return out;
}

Explanation::Step Teller::fold(const std::vector<FactId>& chain,
                               std::size_t from,
                               std::size_t to) const {
    const Journal& journal = world_.kernel.journal();
    const auto delay = [&](std::size_t i) {
        return seconds_text(reader_.number(journal.at(chain[i]), "backoff"));
    };
    const std::string first = delay(from + 1);
    const std::string last = delay(to - 1);
    const std::string delays = first == last
                                   ? fmt::format("each time after {}", first)
                                   : fmt::format("after {} at first and {} at last", first, last);
    return {journal.at(chain[from]).time,
            fmt::format(
                "And so on: it died and was restarted {} more times, {}.", (to - from) / 2, delays),
            true};
}

// What ran when its host went down says nothing more of itself until its engine is back and finds it dead.
std::string Teller::ended_with_host(const Fact& last, const std::string& who) const {
    const bool ran = last.kind == model::kFactContainerStart ||
                     last.kind == model::kFactContainerRestart ||
                     last.kind == model::kFactContainerKill ||
                     last.kind == model::kFactContainerPause ||
                     last.kind == model::kFactContainerUnpause ||
                     last.kind == model::kFactContainerHealthStatus;
    if (!ran || last.subject.type() != SubjectType::Container) return {};
    const Subject host(SubjectType::Host,
                       world_.container(ContainerId{last.subject.id()}).host.value);
    const Journal& journal = world_.kernel.journal();
    for (FactId id = journal.last(); id > last.id; --id.value) {
        const Fact fact = journal.at(id);
        if (fact.kind != model::kFactHostDown || fact.subject != host || fact.time > until_)
            continue;
        return fmt::format("{} ran until its host {} went down at {} ({}).",
                           who,
                           reader_.text(fact, "host"),
                           format_time(fact.time),
                           reader_.text(fact, "reason"));
    }
    return {};
}

std::string Teller::state(const Fact& last) const {
    const std::string who = tell(world_, facts_, last, names_).who;
    const std::string when = format_time(last.time);
    if (std::string ended = ended_with_host(last, who); !ended.empty()) return ended;
    if (last.kind == model::kFactContainerFoundDead)
        return fmt::format("{} is down; the engine found that out at {}.", who, when);
    switch (last.kind) {
        case model::kFactContainerCreate:
            return fmt::format("{} was created at {} and has not been started since.", who, when);
        case model::kFactContainerStart:
            return fmt::format("{} is running, since {}.", who, when);
        case model::kFactContainerDie: {
            if (static_cast<model::ExitDecision>(reader_.number(last, "decision")) !=
                model::ExitDecision::Restart)
                return fmt::format("{} is down, since {}.", who, when);
            const Time due = last.time + Duration{reader_.number(last, "backoff")};
            return fmt::format("{} is down since {} and waits to be restarted, which is due at {}.",
                               who,
                               when,
                               format_time(due));
        }
        case model::kFactContainerKill:
            return fmt::format("{} was sent {} at {} and has not ended yet.",
                               who,
                               model::signal_text(static_cast<int>(reader_.number(last, "signal"))),
                               when);
        case model::kFactContainerStop:
            return fmt::format("{} is stopped, since {}.", who, when);
        case model::kFactContainerRestart:
        case model::kFactContainerUnpause:
            return fmt::format("{} is running; the last that happened to it was at {}.", who, when);
        case model::kFactContainerPause:
            return fmt::format("{} is paused, since {}.", who, when);
        case model::kFactContainerDestroy:
            return fmt::format("{} is gone: it was removed at {}.", who, when);
        case model::kFactContainerHealthStatus:
            return fmt::format(
                "{} is running and {}, since {}.", who, reader_.text(last, "status"), when);
        case model::kFactContainerStartFailed:
            return fmt::format("{} is down: it could not be started at {}.", who, when);
        case model::kFactContainerRestartCancelled:
            return fmt::format("{} is down; its restart was called off at {}.", who, when);
        default:
            return fmt::format(
                "The last that happened to {} was at {}.", who.empty() ? "it" : who, when);
    }
}

// The facts of one container by a moment, for its remarks.
struct Life {
    std::optional<Time> created;
    std::optional<Time> first_started;
    std::optional<Time> started;
    std::optional<Time> removed;
};

using Lives = std::map<std::uint32_t, Life>;  // by container

// In one pass over the facts, for the containers asked about.
Lives lives_of(const Journal& journal, const std::vector<ContainerId>& containers, Time until) {
    Lives out;
    for (const ContainerId id : containers)
        out[id.value];
    journal.for_each(journal.first(), [&](const Fact& fact) {
        if (fact.subject.type() != SubjectType::Container || fact.time > until) return;
        const auto life = out.find(fact.subject.id());
        if (life == out.end()) return;
        if (fact.kind == model::kFactContainerCreate) life->second.created = fact.time;
        if (fact.kind == model::kFactContainerStart) {
            if (!life->second.first_started) life->second.first_started = fact.time;
            life->second.started = fact.time;
        }
        if (fact.kind == model::kFactContainerDestroy) life->second.removed = fact.time;
    });
    return out;
}

// All that there ever were under a container's label in its project, itself among them.
std::vector<ContainerId> of_the_same_name(const model::World& world, ContainerId container) {
    std::vector<ContainerId> out;
    const std::string label = model::label_of(world, container);
    for (std::size_t i = 0; i < world.containers.size(); ++i) {
        const ContainerId id{static_cast<std::uint32_t>(i + 1)};
        if (world.container(id).host == world.container(container).host &&
            model::label_of(world, id) == label &&
            model::project_of(world, id) == model::project_of(world, container))
            out.push_back(id);
    }
    return out;
}

std::string places_text(const std::vector<std::string>& places) {
    std::string out;
    for (std::size_t i = 0; i < places.size(); ++i)
        out += (i == 0 ? "" : i + 1 == places.size() ? " and " : ", ") + places[i];
    return out;
}

// A volume of that name that is younger than `since`: what an older one held went with it.
bool is_newer_volume(const model::World& world, ContainerId container, const std::string& name, Time since) {
    const auto& volumes = world.host(world.container(container).host).engine.volumes;
    const auto volume = volumes.find(name);
    return volume != volumes.end() && world.volume(volume->second).created > since;
}

// Where a container's data outlives it; without volumes made anew after `since`.
std::vector<std::string> kept_places(const model::World& world, ContainerId container, Time since = kNever) {
    std::vector<std::string> out;
    for (const model::Mount& mount : world.spec(world.container(container)).mounts) {
        if (mount.kind == model::MountKind::Volume && !mount.source.empty() &&
            !is_newer_volume(world, container, mount.source, since))
            out.push_back(fmt::format("volume {} (at {})", mount.source, mount.target));
        if (mount.kind == model::MountKind::Bind)
            out.push_back(fmt::format("{} of the host (at {})", mount.source, mount.target));
    }
    return out;
}

// Some of its files were in a volume without a name, which outlives it and is found by nobody.
bool had_anonymous_volume(const model::World& world, ContainerId container) {
    const model::Container& c = world.container(container);
    const model::ContainerSpec& spec = world.spec(c);
    const bool asked =
        std::any_of(spec.mounts.begin(), spec.mounts.end(), [](const model::Mount& mount) {
            return mount.kind == model::MountKind::Volume && mount.source.empty();
        });
    const bool by_image =
        c.detail && c.detail->image != nullptr && !c.detail->image->config.volumes.empty();
    return asked || by_image || !spec.volumes.empty();
}

std::string removed_remark(const model::World& world, ContainerId container) {
    const std::vector<std::string> kept = kept_places(world, container);
    if (kept.empty() && had_anonymous_volume(world, container))
        return "What it had written is gone with it, or in an anonymous volume that nothing leads "
               "to: it had no named volume and nothing of the host's disk.";
    if (kept.empty())
        return "What it had written is gone with it: it had no named volume and nothing of the "
               "host's disk.";
    return fmt::format(
        "What it had written elsewhere is gone with it; what is in {} is still there.",
        places_text(kept));
}

// A container that took the place of one that was removed: which data it found.
std::string successor_remark(const model::World& world, ContainerId container, const Lives& lives) {
    const Life& life = lives.at(container.value);
    if (!life.created) return {};
    // Compose makes the new one first, then removes the old one, then starts the new one.
    const Time begun = life.first_started.value_or(*life.created);
    std::optional<Time> removed;
    for (const auto& [id, other] : lives) {
        if (id == container.value || !other.removed || *other.removed > begun) continue;
        if (!removed || *removed < *other.removed) removed = other.removed;
    }
    if (!removed) return {};
    const std::vector<std::string> kept = kept_places(world, container, *removed);
    const bool volumes_too = kept.size() < kept_places(world, container).size();
    const std::string place = fmt::format("It took the place of a container that was removed at {}",
                                          format_time(*removed));
    if (kept.empty() && volumes_too)
        return place + " and began with no data of it: its volumes were removed too, with what they held.";
    if (kept.empty() && had_anonymous_volume(world, container))
        return place +
               " and began with no data of it: what that one had written is gone or in an "
               "anonymous volume that nothing leads to, for it has no named volume and no folder "
               "of the host.";
    if (kept.empty())
        return place +
               " and began with no data of it: what that one had written went with it, for it has "
               "no named volume and no folder of the host.";
    return fmt::format(
        "{}: what that one had written elsewhere is gone, {}what is in {} it found again.",
        place,
        volumes_too ? "a volume of its was removed meanwhile with what it held, " : "",
        places_text(kept));
}

std::string last_words(const model::World& world,
                       ContainerId container,
                       const Life& life,
                       Time until) {
    const model::Container& c = world.container(container);
    if (!c.detail || !life.started) return {};
    for (std::size_t i = c.detail->log.size(); i-- > 0;) {
        const model::LogLine& line = c.detail->log[i];
        if (line.time > until) continue;
        if (line.time < *life.started) return {};
        std::string text = line.text;
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.pop_back();
        if (!text.empty()) return fmt::format("The last it said before that: {}", text);
    }
    return {};
}

std::string last_probe(const model::World& world, ContainerId container, Time until) {
    const model::Container& c = world.container(container);
    if (!c.detail) return {};
    const auto& log = c.detail->health.log;
    for (auto result = log.rbegin(); result != log.rend(); ++result) {
        if (result->end > until || result->exit_code == 0) continue;
        std::string text = result->output;
        while (!text.empty() && text.back() == '\n')
            text.pop_back();
        return fmt::format("Its last failed check, at {}, ended with {}{}.",
                           format_time(result->end),
                           result->exit_code,
                           text.empty() ? "" : fmt::format(" and said: {}", text));
    }
    return {};
}

// A process of the container that the kernel killed at the memory limit while the main one went on,
// in the run that `die` ended; the causes lead to the main process's own end.
std::string killed_before(const model::World& world,
                          const FactCatalogue& facts,
                          const Teller& teller,
                          const Life& life,
                          const Fact& die) {
    const FactReader reader(world, facts);
    if (static_cast<model::ExitHow>(reader.number(die, "how")) != model::ExitHow::Exited) return {};
    const Journal& journal = world.kernel.journal();
    const FactId found = last_fact(journal, die.time, [&die](const Fact& fact) {
        return fact.subject == die.subject && fact.kind == model::kFactContainerOom;
    });
    if (!found || (life.started && journal.at(found).time < *life.started)) return {};
    const Fact fact = journal.at(found);
    return fmt::format("Before that, at {}, the kernel killed one of its processes: {}",
                       format_time(fact.time),
                       teller.told(fact));
}

void add(std::vector<std::string>& remarks, std::string remark) {
    if (!remark.empty()) remarks.push_back(std::move(remark));
}

void remark_on_container(const model::World& world,
                         const FactCatalogue& facts,
                         const Teller& teller,
                         Explanation& out,
                         FactId last,
                         Time until) {
    const Journal& journal = world.kernel.journal();
    const Fact fact = journal.at(last);
    const ContainerId container{fact.subject.id()};
    const Lives lives = lives_of(journal, of_the_same_name(world, container), until);
    const Life& life = lives.at(container.value);
    const FactReader reader(world, facts);
    if (fact.kind == model::kFactContainerDie && reader.number(fact, "exit") != 0)
        add(out.remarks, last_words(world, container, life, fact.time));
    if (fact.kind == model::kFactContainerDie)
        add(out.remarks, killed_before(world, facts, teller, life, fact));
    if (fact.kind == model::kFactContainerHealthStatus &&
        reader.text(fact, "status") == "unhealthy")
        add(out.remarks, last_probe(world, container, until));
    for (FactId id = last; id; id = journal.has(id) ? journal.at(id).cause : FactId{}) {
        if (!journal.has(id)) break;
        if (journal.at(id).kind != model::kFactContainerDie ||
            journal.at(id).subject != fact.subject)
            continue;
        // What the engine's own stop did is over once it has started the container again.
        const bool over =
            static_cast<model::ExitDecision>(reader.number(journal.at(id), "decision")) ==
                model::ExitDecision::EngineStopping &&
            fact.kind != model::kFactContainerDie && fact.kind != model::kFactContainerStop;
        if (!over) add(out.remarks, rule_text(world, facts, journal.at(id)));
        break;
    }
    add(out.remarks,
        fact.kind == model::kFactContainerDestroy ? removed_remark(world, container)
                                                  : successor_remark(world, container, lives));
}

// The other containers of a service, in a line each.
void remark_on_siblings(const model::World& world,
                        const Teller& teller,
                        Explanation& out,
                        const std::vector<ContainerId>& all,
                        ContainerId told,
                        Time until) {
    std::size_t count = 0;
    const Lives lives = lives_of(world.kernel.journal(), all, until);
    for (const ContainerId id : all) {
        const Life& life = lives.at(id.value);
        if (id == told || life.removed || !life.created) continue;
        if (++count > kMostSiblings) continue;
        const FactId last = last_of_life(world.kernel.journal(), id, until);
        if (last)
            out.remarks.push_back("Besides: " + teller.state(world.kernel.journal().at(last)));
    }
    if (count > kMostSiblings)
        out.remarks.push_back(fmt::format("And {} more.", count - kMostSiblings));
}

}  // namespace

std::vector<FactId> causal_chain(const Journal& journal, FactId fact) {
    std::vector<FactId> chain;
    while (fact && journal.has(fact)) {
        chain.push_back(fact);
        const FactId cause = journal.at(fact).cause;
        if (cause >= fact) break;  // a cause is always earlier
        fact = cause;
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

FactId last_fact_about(const model::World& world,
                       const FactCatalogue& facts,
                       const std::string& target,
                       Time until) {
    const Journal& journal = world.kernel.journal();
    std::vector<Subject> subjects;
    for (const ContainerId id : model::containers_named(world, target, true))
        subjects.emplace_back(SubjectType::Container, id.value);
    const FactId found = last_fact(journal, until, [&subjects](const Fact& fact) {
        return is_of_life(fact.kind) &&
               std::find(subjects.begin(), subjects.end(), fact.subject) != subjects.end();
    });
    if (found) return found;
    if (const model::HostId host = model::host_named(world, target)) {
        const Subject subject(SubjectType::Host, host.value);
        return last_fact(journal, until, [subject](const Fact& fact) {
            return fact.subject == subject && !is_pull(fact.kind) &&
                   fact.kind != model::kFactNotModelled;
        });
    }
    for (std::size_t i = 0; i < world.traffic.size(); ++i) {
        if (world.traffic[i].spec.name != target) continue;
        const Subject subject(SubjectType::Traffic, static_cast<std::uint32_t>(i + 1));
        return last_fact(
            journal, until, [subject](const Fact& fact) { return fact.subject == subject; });
    }
    const FactReader reader(world, facts);
    return last_fact(journal, until, [&](const Fact& fact) {
        if (!is_object(fact.subject.type()) &&
            !(fact.kind >= model::kFactImagePull && fact.kind <= model::kFactPullFailed))
            return false;
        const std::string name = reader.text(fact, "name");
        return name == target || name == target + ":latest";
    });
}

Explanation explain(const model::World& world,
                    const FactCatalogue& facts,
                    const std::string& target,
                    Time until) {
    Explanation out;
    const FactId last = last_fact_about(world, facts, target, until);
    if (!last) return out;
    const Teller teller(world, facts, until);
    const Fact fact = world.kernel.journal().at(last);
    out.steps = teller.steps(last);
    if (fact.subject.type() != SubjectType::Container) {
        out.state =
            fact.subject.type() == SubjectType::Host && !is_pull(fact.kind)
                ? host_state(world, facts, fact)
                : fmt::format(
                      "The last that happened to {} was at {}.", target, format_time(fact.time));
        return out;
    }
    out.state = teller.state(fact);
    remark_on_container(world, facts, teller, out, last, until);
    remark_on_siblings(world,
                       teller,
                       out,
                       model::containers_named(world, target, true),
                       ContainerId{fact.subject.id()},
                       until);
    return out;
}

std::string explanation_text(const Explanation& explanation, std::size_t width) {
    if (explanation.steps.empty()) return {};
    std::string out;
    const auto put = [&out, width](const std::string& head, const std::string& text) {
        bool first = true;
        for (const std::string& line :
             wrapped(text, width == 0 ? 0 : width - std::min(width - 1, display_width(head)))) {
            out += (first ? head : std::string(display_width(head), ' ')) + line + "\n";
            first = false;
        }
    };
    if (!explanation.state.empty()) put("", explanation.state);
    put("",
        explanation.steps.size() == 1 ? "What happened:"
                                      : "How that came, each step caused by the one before:");
    bool first = true;
    for (const Explanation::Step& step : explanation.steps) {
        put(fmt::format("{:>{}}  {}", format_time(step.time), kTimeWidth, first ? "" : "└ "),
            step.sentence);
        first = false;
    }
    for (const std::string& remark : explanation.remarks)
        put("", remark);
    return out;
}

}  // namespace podium::view
