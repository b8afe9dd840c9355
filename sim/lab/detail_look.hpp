#pragma once

// All about one thing of a run at this instant, as plain values for a front end: rows to read, its last
// lines of log, its health checks, what happened to it, and why. What costs most is made only when it is
// wished for.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/lab/session.hpp"
#include "sim/lab/why_placement.hpp"
#include "sim/view/cluster_view.hpp"
#include "sim/view/names.hpp"
#include "sim/view/read_mark.hpp"
#include "sim/view/tone.hpp"

namespace podium::lab {

enum class DetailKind : std::uint8_t { None, Host, Container, Service, Task, Fault, Link, Traffic, Volume };

/// A fact in words.
struct DetailFact {
    FactId fact;
    FactId cause;
    Time time{};
    view::Tone tone = view::Tone::Plain;
    std::string who;
    std::string what;
    std::string why;
    Subject subject = {};
};

struct DetailRow {
    std::string name;
    std::string value;
    view::Tone tone = view::Tone::Plain;
    std::string section = {};  ///< "Processes"; empty: what stands first.
};

struct DetailLook {
    DetailKind kind = DetailKind::None;
    std::string name;      ///< As it was asked for.
    std::string title;     ///< As it is called: "web.1", "web" of shop/web where nothing else is called so.
    std::string subtitle;  ///< "container on swarm-larry".
    std::string state;     ///< "running"; "gone": nothing of that name is there now.
    view::Tone tone = view::Tone::Plain;
    std::vector<DetailRow> rows;
    std::int64_t memory_bytes = 0;
    std::int64_t cpu_millicores = 0;
    std::int64_t memory_limit_bytes = 0;  ///< What it may use: its limit, else its host's; 0: none.
    std::int64_t cpu_limit_millicores = 0;
    std::vector<bool> probes;       ///< The last health checks: passed or not, the newest last.
    std::vector<std::string> logs;  ///< The last lines, without line ends.
    std::vector<DetailFact> history;  ///< What happened to it, the newest last.
    std::vector<DetailFact> causes;   ///< The chain to the last of that, the first cause first.
    std::string why;                  ///< As `why NAME` answers, in lines.
    std::string task;                 ///< The swarm's task that it is, or whose container it is; empty: none.
    /// What the scheduler says of each node: of a task that waits now, of one that has a node at `decided`.
    std::vector<NodeAnswer> placement;
    Time decided = kNever;  ///< When it got its node; never: it waits, or that decision is not kept.
    std::vector<std::string> placement_remarks;  ///< Sentences beside the nodes, or in their place.
    std::vector<std::string> ways;    ///< The nearest changes that would place it.
    std::string service;  ///< Whose it is, where there is one.
    std::string host;     ///< Where it is.
};

/// What is to be put in beside the rows.
struct DetailWish {
    bool logs = true;
    bool history = true;
    bool causes = true;
    bool why = true;        ///< Also asks managers of the past: costs most, for it may run there again.
    bool placement = true;  ///< Of a task: what the scheduler says of each node, and the ways to place it; of one that has a node
                            ///< the decision, made again in the past, which costs as much as `why`.
    /// How the cluster looks at this instant, where somebody has looked already; null: it is looked at
    /// again, which takes longer than all else in a large one.
    const view::ClusterView* view = nullptr;
};

inline constexpr std::size_t kMostDetailLogs = 200;
inline constexpr std::size_t kMostDetailFacts = 200;
inline constexpr std::size_t kMostDetailProbes = 20;
inline constexpr std::size_t kMostDetailCauses = 40;
inline constexpr std::size_t kMostDetailRows = 64;  ///< Of one section.

/// A task that has its node.
struct PlacedTask {
    std::uint32_t swarm = 0;  ///< By its number.
    swarm::TaskId task;       ///< None: the swarm has forgotten it.
    swarm::NodeId node;
    std::string name;  ///< As facts have it: "web.2", "agent.<the node's id>".
    std::string host;

    bool operator==(const PlacedTask&) const = default;
};

/// How a task got its node: a part of DetailLook.
struct Placing {
    std::vector<NodeAnswer> nodes;
    Time decided = kNever;
    std::vector<std::string> remarks;
    FactId fact = {};  ///< That tells of the decision; 0: it could not be made again.
};

/// `name` as in a selection: a host, "web.1" or a container's name or short id, a service, a task's name or id, a
/// fault's text, "one-other", a source of traffic, a volume.
DetailLook look_at_detail(const Session& session, DetailKind kind, const std::string& name, const DetailWish& wish = {});

/// What would be searched for from the last fact back, taken down as the facts come: when each host went up and down, and the
/// last health checks of each container.
class JournalNotes {
  public:
    struct OfHost {
        FactId up;         ///< 0: none.
        FactId down;
        FactId engine_up;
    };
    /// Reads what is new; all of it when the run is another one.
    void follow(const Session& session);
    [[nodiscard]] OfHost of_host(model::HostId id) const;
    /// At most kMostDetailProbes, the newest last.
    [[nodiscard]] std::vector<bool> probes(model::ContainerId id) const;

  private:
    struct Probes {
        std::uint32_t passed = 0;  ///< A bit each, the newest lowest.
        std::uint32_t count = 0;
    };
    view::ReadMark mark_;
    std::vector<OfHost> hosts_;
    std::vector<Probes> probes_;
};

/// The same for one thing again and again while the run goes on: what happened to it is read from the
/// facts that are new, and what led there is worked out again only after something has happened to it.
/// Follows one session, also through seeks and forks in place.
class DetailFollower {
  public:
    DetailLook look(const Session& session, DetailKind kind, const std::string& name, const DetailWish& wish = {});
    /// How often a decision was made again for what is looked at, which may take long.
    [[nodiscard]] std::size_t decided_again() const { return decided_again_; }

  private:
    void read(const Session& session);

    JournalNotes notes_;
    DetailKind kind_ = DetailKind::None;
    std::string name_;
    view::ReadMark mark_;
    std::deque<DetailFact> history_;
    view::ServiceNames names_;  ///< By which `history_` and `causes_` tell of containers.
    FactId explained_;          ///< The fact that `causes_` lead to,
    FactId told_;               ///< and that `why_` tells of.
    FactId lost_;               ///< What had taken it with its host then.
    std::pair<std::uint32_t, std::size_t> told_faults_;  ///< How many faults had begun, and went on, then.
    bool causes_known_ = false;
    bool why_known_ = false;
    std::vector<DetailFact> causes_;
    std::string why_;
    std::optional<PlacedTask> placed_;  ///< Whose `placing_` is known.
    Placing placing_;
    view::ReadMark placing_mark_;  ///< Up to the decision.
    std::size_t decided_again_ = 0;
};

/// How much of memory and processor things used, once each simulated second: of all containers and hosts
/// while there are not too many, so that whoever selects one sees what it did before; else of the one that
/// is asked about.
class ResourceFollower {
  public:
    static constexpr std::size_t kMostSamples = 7'200;
    static constexpr std::size_t kMostUses = 2'000'000;  ///< In all samples, each 16 bytes; beyond, the oldest go.
    static constexpr std::size_t kMostContainers = 5'000;
    static constexpr Duration kEvery = seconds(1);

    /// Takes a sample when another second of the run has begun since the last one; of the past, looked at again, all
    /// is known already. Whoever drives the run stops at next(). `kind` and `name`: whose values are asked for, up to the session's moment.
    void follow(const Session& session, DetailKind kind, const std::string& name);
    [[nodiscard]] Time next() const;
    /// Another future begins: what was sampled later is forgotten.
    void forget_after(Time time);
    /// The last `seconds_back` seconds up to the last sample before that moment, a value each, the newest last;
    /// seconds that nobody looked at repeat what came before them.
    [[nodiscard]] std::vector<std::int64_t> memory_bytes(std::size_t seconds_back = 60) const;
    [[nodiscard]] std::vector<std::int64_t> cpu_millicores(std::size_t seconds_back = 60) const;

  private:
    struct Use {
        std::uint32_t id = 0;  ///< A container, or from kHosts on a host.
        std::int32_t cpu_millicores = 0;
        std::int64_t memory_bytes = 0;
    };
    static constexpr std::uint32_t kHosts = 0x8000'0000U;
    struct Sample {
        Time time;
        std::vector<Use> uses;  ///< By id; who uses nothing is left out.
    };
    void find_subject(const Session& session, DetailKind kind, const std::string& name);
    [[nodiscard]] Sample sample(const Session& session) const;
    template <class Value>
    [[nodiscard]] std::vector<std::int64_t> values(std::size_t seconds_back, Value value) const;

    DetailKind kind_ = DetailKind::None;
    std::string name_;
    std::size_t containers_ = 0;         ///< How many there were when `subject_` was found.
    std::vector<std::uint32_t> subject_;  ///< As Use::id, sorted.
    std::deque<Sample> samples_;
    std::size_t uses_ = 0;  ///< In all samples.
    Time asked_{};          ///< The moment up to which values are asked for.
};

}  // namespace podium::lab
