#pragma once

// The making of a DetailLook, shared by the files detail_*.cpp. Internal to sim/lab.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/lab/detail_look.hpp"
#include "sim/lab/swarm_names.hpp"
#include "sim/view/names.hpp"

namespace podium::lab::detail_look {

struct Page {
    const Session& session;
    const DetailWish& wish;
    const JournalNotes* notes = nullptr;  ///< Null: the facts are searched.
    DetailLook look = {};
    std::optional<PlacedTask> placed = {};  ///< A task that has its node, where its placing is wished for.
    FactId lost_by = {};  ///< What has taken it with its host, of which its own facts tell nothing yet; 0: nothing has.
    std::optional<view::ClusterView> own_view = {};

    [[nodiscard]] const model::World& world() const { return session.world(); }
    [[nodiscard]] Time now() const { return session.now(); }
    /// How the cluster looks.
    const view::ClusterView& view();
    /// Empty values are left out, and what is too much of one section.
    void row(std::string name, std::string value, view::Tone tone = view::Tone::Plain, std::string_view section = {});
};

/// "48 MiB", "1.5 GiB", "300 KiB".
std::string size_text(std::int64_t bytes);
/// "0.5 CPUs", "1 CPU".
std::string cpus_text(std::int64_t millicores);
/// "12.3 s ago", "3m ago"; "now".
std::string ago_text(Time then, Time now);
/// "42 %"; empty where there is no whole.
std::string share_text(std::int64_t part, std::int64_t whole);

/// The container that a name means now: one that runs before others, else the newest; none: none.
model::ContainerId container_meant(const model::World& world, const std::string& name);
/// The last time a host went down; 0: it never did, or that is too far back to be searched for.
FactId last_down(const Page& page, model::HostId host);
/// The container of a swarm's task by the task's name; none: it has none.
model::ContainerId container_of_task(const Session& session, const std::string& name);

/// A container of a swarm's task says which, and has it placed.
void put_task_of_container(Page& page, model::ContainerId id);
/// The decision by which a task got its node, made again, or why it can't be.
Placing placing_of(const Session& session, const PlacedTask& placed);

// Each fills what it knows; the state stays empty when nothing of that name is there.
void put_container(Page& page);
void put_host(Page& page);
void put_service(Page& page);
void put_task(Page& page);
void put_fault(Page& page);
void put_link(Page& page);
void put_traffic(Page& page);
void put_volume(Page& page);

/// What of the facts a thing's history is.
class Matcher {
  public:
    Matcher(const Session& session, DetailKind kind, const std::string& name);
    [[nodiscard]] bool accepts(const Fact& fact);

  private:
    [[nodiscard]] bool is_of_swarm(const Fact& fact) const;
    [[nodiscard]] bool is_of_service(model::ContainerId id);

    const model::World& world_;
    DetailKind kind_;
    std::string name_;
    std::string service_;                ///< Of a task or service: its swarm's name.
    std::optional<bool> is_whole_;       ///< Of a service: whether one that is of no project is called so; none: not asked yet.
    std::vector<signed char> containers_;  ///< By container: unknown, no, yes.
    std::uint32_t row_ = 0;              ///< Host, traffic or volume, by number.
};

DetailFact as_fact(const Session& session, const view::ServiceNames& names, const Fact& fact);
/// It is worth a line of a history.
bool is_told_of(const Session& session, const Fact& fact);

}  // namespace podium::lab::detail_look
