#include "sim/lab/detail_look.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/lab/cluster_look.hpp"
#include "sim/lab/detail_parts.hpp"
#include "sim/lab/swarm_story.hpp"
#include "sim/lab/why.hpp"
#include "sim/model/outline.hpp"
#include "sim/model/targets.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/rooms.hpp"
#include "sim/orch/swarm/leader/slots.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"
#include "sim/view/sentences.hpp"

namespace podium::lab::detail_look {
namespace {

constexpr FactKind kRoomMask = 0xFF00;
// So far back facts are searched for a history when nobody has followed them.
constexpr std::uint32_t kMostFactsSearchedBack = 300'000;

std::string fact_text(const model::World& world, const Fact& fact, std::string_view field) {
    return std::string(fact_catalogue().field(fact, field, world.kernel.interner()).text);
}

bool names_task(const std::string& task, const std::string& name) {
    return task == name || (task.starts_with(name) && task.size() > name.size() && task[name.size()] == '.');
}

// A global service's task is called by its node's id in facts, and by its host's name by people.
std::string name_in_facts(const Session& session, const std::string& name) {
    const auto found = find_in_swarm(session.state(), name);
    if (!found || !*found) return name;
    const SwarmName& meant = **found;
    if (meant.task) {
        const swarm::Task* task = meant.swarm->store.tasks.find(meant.task.value);
        return task == nullptr ? name : swarm::name_of(meant.swarm->store, *task);
    }
    if (!meant.node) return name;
    const swarm::Service* service = meant.swarm->store.services.find(meant.service.value);
    const swarm::Node* node = meant.swarm->store.nodes.find(meant.node.value);
    return service == nullptr || node == nullptr ? name : fmt::format("{}.{}", service->spec.name, node->meta.id.view());
}

FactId last_about(const Session& session, DetailKind kind, const std::string& name) {
    const model::World& world = session.world();
    if (kind == DetailKind::Service || kind == DetailKind::Task) {
        const FactId swarms = kind == DetailKind::Task ? last_about_task(world, name_in_facts(session, name), session.now())
                                                       : last_about_service(world, name, session.now());
        const FactId containers = view::last_fact_about(world, fact_catalogue(), name, session.now());
        return std::max(swarms, containers);
    }
    return view::last_fact_about(world, fact_catalogue(), name, session.now());
}

// The way to the last that happened to it, and to what has taken it with its host since.
std::vector<DetailFact> chain_to(const Session& session, const view::ServiceNames& names, FactId last, FactId lost_by) {
    std::vector<DetailFact> out;
    const Journal& journal = session.journal();
    std::vector<FactId> chain;
    for (const FactId end : {last, lost_by}) {
        for (const FactId id : view::causal_chain(journal, end)) {
            const bool told = std::find(chain.begin(), chain.end(), id) != chain.end();
            if (!told && (id == end || is_told_of(session, journal.at(id)))) chain.push_back(id);
        }
    }
    // Two ways that cross in time are told in the order of time.
    std::sort(chain.begin(), chain.end());
    // Of a long chain the beginning and the end say what matters.
    constexpr std::size_t kFirst = 4;
    if (chain.size() > kMostDetailCauses)
        chain.erase(chain.begin() + kFirst, chain.end() - static_cast<std::ptrdiff_t>(kMostDetailCauses - kFirst));
    for (const FactId id : chain) out.push_back(as_fact(session, names, journal.at(id)));
    return out;
}

// A service is called there as it is in this run.
std::string why_text(const Session& session, const DetailLook& look) {
    const auto text = why(session, look.kind == DetailKind::Service ? look.title : look.name, session.now(), 0);
    return text ? *text : text.error().text();
}

bool can_explain(DetailKind kind) {
    return kind != DetailKind::None && kind != DetailKind::Fault && kind != DetailKind::Link;
}

void put_rows(Page& page) {
    switch (page.look.kind) {
        case DetailKind::None: return;
        case DetailKind::Host: put_host(page); return;
        case DetailKind::Container: put_container(page); return;
        case DetailKind::Service: put_service(page); return;
        case DetailKind::Task: put_task(page); return;
        case DetailKind::Fault: put_fault(page); return;
        case DetailKind::Link: put_link(page); return;
        case DetailKind::Traffic: put_traffic(page); return;
        case DetailKind::Volume: put_volume(page); return;
    }
}

struct Rows {
    DetailLook look;
    FactId lost_by;
    std::optional<PlacedTask> placed;
};

Rows rows_of(const Session& session, DetailKind kind, const std::string& name, const DetailWish& wish, const JournalNotes* notes) {
    Page page{session, wish, notes};
    page.look.kind = kind;
    page.look.name = name;
    page.look.title = name;
    put_rows(page);
    if (kind != DetailKind::None && page.look.state.empty()) {
        page.look.state = "gone";
        page.look.tone = view::Tone::Quiet;
        if (page.look.subtitle.empty()) page.look.subtitle = "nothing of this name is here now";
    }
    return {std::move(page.look), page.lost_by, std::move(page.placed)};
}

void put_placing(DetailLook& look, Placing placing) {
    look.placement = std::move(placing.nodes);
    look.decided = placing.decided;
    look.placement_remarks = std::move(placing.remarks);
}

}  // namespace

FactId last_down(const Page& page, model::HostId host) {
    if (page.notes != nullptr) return page.notes->of_host(host).down;
    const Journal& journal = page.session.journal();
    const Subject subject(SubjectType::Host, host.value);
    std::uint32_t searched = 0;
    for (FactId id = journal.last(); id && id >= journal.first() && searched < kMostFactsSearchedBack; --id.value, ++searched) {
        const Fact fact = journal.at(id);
        if (fact.kind == model::kFactHostDown && fact.subject == subject) return id;
    }
    return {};
}

const view::ClusterView& Page::view() {
    if (wish.view != nullptr) return *wish.view;
    if (!own_view) own_view = look_at_cluster(session, {false, false, false, {}});
    return *own_view;
}

void Page::row(std::string name, std::string value, view::Tone tone, std::string_view section) {
    if (value.empty()) return;
    std::size_t there = 0;
    for (const DetailRow& one : look.rows) there += one.section == section ? 1U : 0U;
    if (there > kMostDetailRows) return;
    if (there == kMostDetailRows) {
        look.rows.push_back({"…", "and more", view::Tone::Quiet, std::string(section)});
        return;
    }
    look.rows.push_back({std::move(name), std::move(value), tone, std::string(section)});
}

std::string size_text(std::int64_t bytes) {
    const auto with = [bytes](std::int64_t unit, const char* name) {
        const std::int64_t tenths = (bytes * 10 + unit / 2) / unit;
        return tenths < 100 && tenths % 10 != 0 ? fmt::format("{}.{} {}", tenths / 10, tenths % 10, name) : fmt::format("{} {}", (tenths + 5) / 10, name);
    };
    if (bytes >= 1LL << 30) return with(1LL << 30, "GiB");
    if (bytes >= 1LL << 20) return with(1LL << 20, "MiB");
    return bytes >= 1LL << 10 ? with(1LL << 10, "KiB") : fmt::format("{} B", bytes);
}

std::string cpus_text(std::int64_t millicores) {
    if (millicores == 1000) return "1 CPU";
    std::string digits = fmt::format("{}.{:03}", millicores / 1000, millicores % 1000);
    while (digits.ends_with('0')) digits.pop_back();
    if (digits.ends_with('.')) digits.pop_back();
    return digits + " CPUs";
}

std::string ago_text(Time then, Time now) {
    const Duration ago = now - then;
    if (ago < milliseconds(1)) return "now";
    if (ago < seconds(100)) return format_seconds(ago.nanoseconds, 1) + " s ago";
    const std::int64_t whole_minutes = ago.nanoseconds / minutes(1).nanoseconds;
    return whole_minutes < 100 ? fmt::format("{} min ago", whole_minutes) : fmt::format("{} h ago", whole_minutes / 60);
}

std::string share_text(std::int64_t part, std::int64_t whole) {
    return whole <= 0 ? std::string() : fmt::format("{} %", (part * 100 + whole / 2) / whole);
}

Matcher::Matcher(const Session& session, DetailKind kind, const std::string& name) : world_(session.world()), kind_(kind), name_(name) {
    if (kind == DetailKind::Task || kind == DetailKind::Service || kind == DetailKind::Container) service_ = name_in_facts(session, name);
    if (kind == DetailKind::Host) row_ = model::host_named(world_, name).value;
    for (std::size_t i = 0; i < world_.traffic.size(); ++i)
        if (kind == DetailKind::Traffic && world_.traffic[i].spec.name == name) row_ = static_cast<std::uint32_t>(i + 1);
}

bool Matcher::is_of_swarm(const Fact& fact) const {
    if (kind_ == DetailKind::Host) return fact_text(world_, fact, "node") == name_;
    if (kind_ == DetailKind::Service)
        return fact_text(world_, fact, "service") == name_ || names_task(fact_text(world_, fact, "task"), name_);
    return names_task(fact_text(world_, fact, "task"), service_);
}

bool Matcher::is_of_service(model::ContainerId id) {
    const model::ServiceIdentity service{model::service_of(world_, id), model::project_of(world_, id)};
    if (!model::names_service(name_, service.name, service.project)) return false;
    if (service.whole() == name_) return true;
    if (!is_whole_) is_whole_ = view::services_meant(world_, name_).contains({name_, {}});
    return !*is_whole_;
}

bool Matcher::accepts(const Fact& fact) {
    const auto room = static_cast<FactKind>(fact.kind & kRoomMask);
    if (room == kRoomSwarm)
        return (kind_ == DetailKind::Host || kind_ == DetailKind::Service || kind_ == DetailKind::Task || kind_ == DetailKind::Container) && is_of_swarm(fact);
    if (room == kRoomRaft) return kind_ == DetailKind::Host && fact_text(world_, fact, "member") == name_;
    if (room == kRoomFaults) {
        if (kind_ == DetailKind::Fault) return fact_text(world_, fact, "text") == name_;
        if (kind_ == DetailKind::Service) return view::is_aimed_at_service(world_, fact_catalogue(), fact, name_);
        return fact_text(world_, fact, "target") == name_;
    }
    switch (fact.subject.type()) {
        case SubjectType::Host: return kind_ == DetailKind::Host && fact.subject.id() == row_;
        case SubjectType::Traffic: return kind_ == DetailKind::Traffic && fact.subject.id() == row_;
        case SubjectType::Volume: return kind_ == DetailKind::Volume && fact_text(world_, fact, "name") == name_;
        case SubjectType::Container: break;
        default: return false;
    }
    if (kind_ != DetailKind::Container && kind_ != DetailKind::Service && kind_ != DetailKind::Task) return false;
    if (containers_.size() < world_.containers.size()) containers_.resize(world_.containers.size(), -1);
    signed char& known = containers_[fact.subject.id() - 1];
    if (known < 0) {
        const model::ContainerId id{fact.subject.id()};
        const bool own = world_.name_of(id) == name_ || names_task(std::string(world_.name_of(id)), service_) || (kind_ == DetailKind::Container && model::has_short_id(world_, id, name_));
        const bool named = kind_ == DetailKind::Service ? own || is_of_service(id) : own || model::label_of(world_, id) == name_;
        known = named ? 1 : 0;
    }
    return known == 1;
}

DetailFact as_fact(const Session& session, const view::ServiceNames& names, const Fact& fact) {
    view::Telling told = view::tell(session.world(), fact_catalogue(), fact, names);
    return {fact.id, fact.cause, fact.time, told.tone, std::move(told.who), std::move(told.what), std::move(told.why), fact.subject};
}

bool is_told_of(const Session& session, const Fact& fact) {
    return view::tell(session.world(), fact_catalogue(), fact).weight == view::Weight::Headline;
}

}  // namespace podium::lab::detail_look

namespace podium::lab {

DetailLook look_at_detail(const Session& session, DetailKind kind, const std::string& name, const DetailWish& wish) {
    auto [out, lost_by, placed] = detail_look::rows_of(session, kind, name, wish, nullptr);
    if (kind == DetailKind::None) return out;
    if (placed) detail_look::put_placing(out, detail_look::placing_of(session, *placed));
    const view::ServiceNames names = wish.history || wish.causes ? view::ServiceNames::of_run(session.world()) : view::ServiceNames{};
    if (wish.history) {
        detail_look::Matcher matcher(session, kind, name);
        const Journal& journal = session.journal();
        std::uint32_t searched = 0;
        std::vector<DetailFact> newest_first;
        for (FactId id = journal.last(); id && id >= journal.first() && searched < detail_look::kMostFactsSearchedBack && newest_first.size() < kMostDetailFacts; --id.value, ++searched) {
            const Fact fact = journal.at(id);
            if (matcher.accepts(fact) && detail_look::is_told_of(session, fact)) newest_first.push_back(detail_look::as_fact(session, names, fact));
        }
        out.history.assign(std::make_move_iterator(newest_first.rbegin()), std::make_move_iterator(newest_first.rend()));
    }
    if (!detail_look::can_explain(kind)) return out;
    if (wish.causes) out.causes = detail_look::chain_to(session, names, detail_look::last_about(session, kind, name), lost_by);
    if (wish.why) out.why = detail_look::why_text(session, out);
    return out;
}

void JournalNotes::follow(const Session& session) {
    const Journal& journal = session.journal();
    if (!mark_.holds(journal)) *this = {};
    if (journal.last() < mark_.next()) return;
    journal.for_each(mark_.next(), [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerHealthProbe) {
            if (probes_.size() < fact.subject.id()) probes_.resize(fact.subject.id());
            Probes& probes = probes_[fact.subject.id() - 1];
            const bool passed = fact_catalogue().field(fact, "exit", session.world().kernel.interner()).number == 0;
            probes.passed = probes.passed << 1U | (passed ? 1U : 0U);
            probes.count = std::min<std::uint32_t>(probes.count + 1, kMostDetailProbes);
        }
        if (fact.subject.type() != SubjectType::Host) return;
        if (hosts_.size() < fact.subject.id()) hosts_.resize(fact.subject.id());
        OfHost& host = hosts_[fact.subject.id() - 1];
        if (fact.kind == model::kFactHostUp) host.up = fact.id;
        if (fact.kind == model::kFactHostDown) host.down = fact.id;
        if (fact.kind == model::kFactEngineUp) host.engine_up = fact.id;
    });
    mark_.set(journal);
}

JournalNotes::OfHost JournalNotes::of_host(model::HostId id) const {
    return id.value <= hosts_.size() ? hosts_[id.value - 1] : OfHost{};
}

std::vector<bool> JournalNotes::probes(model::ContainerId id) const {
    std::vector<bool> out;
    if (id.value > probes_.size()) return out;
    const Probes& probes = probes_[id.value - 1];
    for (std::uint32_t back = probes.count; back > 0; --back) out.push_back((probes.passed >> (back - 1) & 1U) != 0);
    return out;
}

void DetailFollower::read(const Session& session) {
    const Journal& journal = session.journal();
    if (!mark_.holds(journal)) {
        history_.clear();
        causes_known_ = false;
        why_known_ = false;
        // Whoever scrubs through what came after the decision does not have it made again at each moment.
        if (!placing_mark_.holds(journal)) placed_.reset();
        mark_ = {};
        names_ = view::ServiceNames::of_run(session.world());
    }
    if (journal.last() < mark_.next()) return;
    detail_look::Matcher matcher(session, kind_, name_);
    std::vector<FactId> found;
    bool renamed = false;
    journal.for_each(mark_.next(), [&](const Fact& fact) {
        renamed = names_.follow(session.world(), fact) || renamed;
        if (matcher.accepts(fact)) found.push_back(fact.id);
    });
    if (renamed) {
        causes_known_ = false;
        why_known_ = false;
        for (DetailFact& fact : history_)
            if (journal.has(fact.fact)) fact = detail_look::as_fact(session, names_, journal.at(fact.fact));
    }
    // Telling takes longest, so of what is long past only what will be shown is told.
    std::deque<DetailFact> told;
    for (auto id = found.rbegin(); id != found.rend() && told.size() < kMostDetailFacts; ++id) {
        const Fact fact = journal.at(*id);
        if (detail_look::is_told_of(session, fact)) told.push_front(detail_look::as_fact(session, names_, fact));
    }
    history_.insert(history_.end(), std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
    while (history_.size() > kMostDetailFacts) history_.pop_front();
    mark_.set(journal);
}

DetailLook DetailFollower::look(const Session& session, DetailKind kind, const std::string& name, const DetailWish& wish) {
    if (kind != kind_ || name != name_) {
        // What was taken down is of the run, whatever is looked at.
        JournalNotes notes = std::move(notes_);
        *this = {};
        notes_ = std::move(notes);
    }
    kind_ = kind;
    name_ = name;
    notes_.follow(session);
    auto [out, lost_by, placed] = detail_look::rows_of(session, kind, name, wish, &notes_);
    if (kind == DetailKind::None) return out;
    read(session);
    if (placed) {
        if (placed != placed_) {
            placing_ = detail_look::placing_of(session, *placed);
            placing_mark_.set(session.journal(), placing_.fact);
            ++decided_again_;
        }
        placed_ = std::move(placed);
        detail_look::put_placing(out, placing_);
    }
    if (wish.history) out.history.assign(history_.begin(), history_.end());
    if (!detail_look::can_explain(kind)) return out;
    const FactId last = history_.empty() ? FactId{} : history_.back().fact;
    if (lost_by != lost_) causes_known_ = why_known_ = false;
    lost_ = lost_by;
    if (wish.causes) {
        if (!causes_known_ || last != explained_) causes_ = detail_look::chain_to(session, names_, detail_look::last_about(session, kind, name), lost_by);
        causes_known_ = true;
        explained_ = last;
        out.causes = causes_;
    }
    if (wish.why) {
        // It names the faults that go on.
        const auto& faults = session.state().faults;
        const std::pair<std::uint32_t, std::size_t> of_faults{faults.count, faults.active.size()};
        if (!why_known_ || last != told_ || of_faults != told_faults_) why_ = detail_look::why_text(session, out);
        why_known_ = true;
        told_ = last;
        told_faults_ = of_faults;
        out.why = why_;
    }
    return out;
}

void ResourceFollower::find_subject(const Session& session, DetailKind kind, const std::string& name) {
    const model::World& world = session.world();
    if (kind == kind_ && name == name_ && containers_ == world.containers.size()) return;
    kind_ = kind;
    name_ = name;
    containers_ = world.containers.size();
    subject_.clear();
    if (kind == DetailKind::Host) {
        if (const model::HostId host = model::host_named(world, name)) subject_.push_back(kHosts + host.value);
    } else if (kind == DetailKind::Container || kind == DetailKind::Task || kind == DetailKind::Service) {
        // Those before it too: a task's container is another after each restart.
        for (const model::ContainerId id : model::containers_named(world, name, true)) subject_.push_back(id.value);
        if (const model::ContainerId id = subject_.empty() ? detail_look::container_of_task(session, name) : model::ContainerId{}) subject_.push_back(id.value);
    }
    std::sort(subject_.begin(), subject_.end());
}

ResourceFollower::Sample ResourceFollower::sample(const Session& session) const {
    const model::World& world = session.world();
    const bool all = world.containers.size() <= kMostContainers;
    std::map<std::uint32_t, Use> found;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const model::Host& host = world.hosts[i];
        std::int64_t rate = 0;
        for (const model::ProcessId id : host.on_processor) {
            const model::Process* process = world.processes.find(id);
            if (process == nullptr || !host.up || host.frozen || process->stopped || process->hung) continue;
            if (process->container && world.container(process->container).state == model::ContainerState::Paused) continue;
            rate += process->processor_rate;
            if (process->container) found[process->container.value].cpu_millicores += static_cast<std::int32_t>(process->processor_rate);
        }
        Use& use = found[kHosts + static_cast<std::uint32_t>(i + 1)];
        use.cpu_millicores = static_cast<std::int32_t>(std::min(rate, host.spec.cpu_millicores));
        use.memory_bytes = host.memory_used_bytes;
    }
    const auto add_memory = [&](std::uint32_t id) {
        const model::Container& container = world.containers[id - 1];
        const std::int64_t bytes = container.detail ? container.detail->memory_bytes : model::outline_memory(container);
        if (bytes > 0) found[id].memory_bytes = bytes;
    };
    if (all) {
        for (std::uint32_t id = 1; id <= world.containers.size(); ++id) add_memory(id);
    } else {
        for (const std::uint32_t id : subject_)
            if (id < kHosts) add_memory(id);
    }
    Sample out{session.now(), {}};
    for (auto& [id, use] : found) {
        use.id = id;
        const bool wanted = all || id >= kHosts || std::binary_search(subject_.begin(), subject_.end(), id);
        if (wanted) out.uses.push_back(use);
    }
    return out;
}

void ResourceFollower::follow(const Session& session, DetailKind kind, const std::string& name) {
    const bool other = kind != kind_ || name != name_;
    find_subject(session, kind, name);
    if (other && session.world().containers.size() > kMostContainers) {
        samples_.clear();
        uses_ = 0;
    }
    const Time now = session.now();
    asked_ = now;
    if (now < next()) return;
    samples_.push_back(sample(session));
    uses_ += samples_.back().uses.size();
    while (samples_.size() > 1 && (samples_.size() > kMostSamples || uses_ > kMostUses)) {
        uses_ -= samples_.front().uses.size();
        samples_.pop_front();
    }
}

Time ResourceFollower::next() const {
    return samples_.empty() ? Time{} : Time{(samples_.back().time.nanoseconds / kEvery.nanoseconds + 1) * kEvery.nanoseconds};
}

void ResourceFollower::forget_after(Time time) {
    while (!samples_.empty() && samples_.back().time > time) {
        uses_ -= samples_.back().uses.size();
        samples_.pop_back();
    }
}

template <class Value>
std::vector<std::int64_t> ResourceFollower::values(std::size_t seconds_back, Value value) const {
    std::vector<std::int64_t> out;
    if (subject_.empty()) return out;
    const auto later = std::upper_bound(samples_.begin(), samples_.end(), asked_, [](Time time, const Sample& one) { return time < one.time; });
    if (later == samples_.begin()) return out;
    auto at = static_cast<std::size_t>(later - samples_.begin());
    const Time end = samples_[at - 1].time;
    for (std::size_t back = 0; back < std::min(seconds_back, kMostSamples); ++back) {
        const Time time = end - kEvery * static_cast<std::int64_t>(back);
        while (at > 0 && samples_[at - 1].time > time) --at;
        if (at == 0) break;
        const std::vector<Use>& uses = samples_[at - 1].uses;
        std::int64_t sum = 0;
        for (const std::uint32_t id : subject_) {
            const auto use = std::lower_bound(uses.begin(), uses.end(), id, [](const Use& one, std::uint32_t wanted) { return one.id < wanted; });
            if (use != uses.end() && use->id == id) sum += value(*use);
        }
        out.push_back(sum);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

std::vector<std::int64_t> ResourceFollower::memory_bytes(std::size_t seconds_back) const {
    return values(seconds_back, [](const Use& use) { return use.memory_bytes; });
}

std::vector<std::int64_t> ResourceFollower::cpu_millicores(std::size_t seconds_back) const {
    return values(seconds_back, [](const Use& use) { return std::int64_t{use.cpu_millicores}; });
}

}  // namespace podium::lab
