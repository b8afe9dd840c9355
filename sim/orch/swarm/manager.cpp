#include "sim/orch/swarm/manager.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace podium::swarm {
namespace {

std::uint64_t wanted_of(const Service& service) {
    switch (service.spec.mode.kind) {
        case ModeKind::Replicated:
            return service.spec.mode.replicas;
        case ModeKind::ReplicatedJob:
            return service.spec.mode.total;
        case ModeKind::Global:
        case ModeKind::GlobalJob:
            break;
    }
    return 0;
}

bool ended(const Task* task) {
    return task != nullptr && task->status.state > TaskState::Running;
}

void note_task(Desk& desk, Touched& touched) {
    const Task* task = desk.store.tasks.find(touched.number);
    if (!ended(task) || ended(before<Task>(touched))) return;
    const CauseScope scope(desk.kernel, touched.because);
    const auto exit_code = static_cast<std::uint32_t>(task->status.exit_code.value_or(-1));
    touched.because = desk.kernel.record(kFactTaskEnded,
                                         {SubjectType::Task, touched.number},
                                         desk.kernel.intern(name_of(desk.store, *task)),
                                         task->status.state,
                                         exit_code,
                                         desk.kernel.intern(task->status.error));
}

}  // namespace

void Manager::begin(Desk& desk) {
    PODIUM_ASSERT(!leading_, "a manager begins to lead once");
    leading_ = true;
    const auto count = [](std::size_t n) { return static_cast<std::uint32_t>(n); };
    const FactId fact = desk.kernel.record(kFactLoopsBegin,
                                           {},
                                           count(desk.store.services.count()),
                                           count(desk.store.tasks.count()),
                                           count(desk.store.nodes.count()));
    const CauseScope scope(desk.kernel, fact);
    const std::size_t from = desk.proposals.size();
    restarts_.begin();
    updates_.begin();
    slots_.begin(desk.store);
    reaper_.begin(desk);
    enforcer_.begin(desk);
    allocator_.begin(desk);
    replicated_.begin(desk, crew());
    global_.begin(desk, crew());
    jobs_.begin(desk, crew());
    scheduling_.begin(desk);
    settle(desk, from);
}

void Manager::applied(Desk& desk, const Change& change, const std::vector<Touched>& touched) {
    if (!leading_) return;
    const std::size_t from = desk.proposals.size();
    const std::size_t first = log_.size();
    free(desk, change);
    for (const Touched& one : touched) {
        log_.push_back(one);
        note(desk, log_.back());
    }
    for (std::size_t i = first; i < log_.size(); ++i) {
        const Touched& one = log_[i];
        const CauseScope scope(desk.kernel, one.because);
        slots_.touched(desk.store, one);
        restarts_.touched(desk, one);
        updates_.touched(desk, crew().others(), one);
    }
    if (change.ticket.term == desk.term &&
        change.ticket.loop == static_cast<std::uint32_t>(Loop::Updates))
        updates_.applied(desk, change);
    settle(desk, from);
    take_turns(desk);
}

void Manager::refused(Desk& desk, const Change& change) {
    if (!leading_ || change.ticket.term != desk.term) return;
    const std::size_t from = desk.proposals.size();
    const CauseScope scope(desk.kernel, change.because);
    free(desk, change);
    allocator_.refused(change);
    restarts_.refused(change);
    updates_.refused(desk, crew().others(), change);
    // Everything it was about is looked at again, as if it had been touched.
    for (const Action& action : change.actions) {
        Touched again;
        again.because = change.because;
        if (const auto* task = std::get_if<TaskMerge>(&action)) again.number = task->task.value;
        if (const auto* put = std::get_if<Put<Service>>(&action)) {
            again.kind = Kind::Service;
            again.number = put->number;
        }
        if (const auto* put = std::get_if<Put<Network>>(&action)) {
            again.kind = Kind::Network;
            again.number = put->number;
        }
        if (again.number != 0) log_.push_back(again);
    }
    settle(desk, from);
    take_turns(desk);
}

void Manager::handle(Desk& desk, const Event& event) {
    if (!leading_ || event.extra != static_cast<std::uint32_t>(desk.term)) return;
    const std::size_t from = desk.proposals.size();
    const auto number = static_cast<std::uint32_t>(event.word);
    switch (event.kind) {
        case kManagerStart:
        case kManagerStartTimeout:
            restarts_.due(desk, {number});
            break;
        case kManagerUpdate:
            updates_.due(desk, crew().others(), {number});
            break;
        case kManagerSchedule:
            scheduling_.due(desk);
            break;
        case kManagerReap:
            reaper_.due(desk, slots_);
            break;
        default:
            PODIUM_ASSERT(false, "a manager is handed its own events");
    }
    settle(desk, from);
    take_turns(desk);
}

// A change has applied or was refused: its loop may go on.
void Manager::free(Desk& desk, const Change& change) {
    if (change.ticket.term != desk.term || change.ticket.loop >= kLoops) return;
    std::uint32_t& in_flight = in_flight_.at(change.ticket.loop);
    if (in_flight > 0) --in_flight;
}

// After loops have acted: counts what they proposed, and tells updates of starts that are no longer
// ahead.
void Manager::policy_changed(Desk& desk) {
    if (!leading_) return;
    const std::size_t from = desk.proposals.size();
    scheduling_.policy_changed(desk);
    settle(desk, from);
}

void Manager::settle(Desk& desk, std::size_t from) {
    for (std::vector<TaskId> started = restarts_.take_started(); !started.empty();
         started = restarts_.take_started()) {
        for (const TaskId task : started) {
            updates_.started(desk, crew().others(), task);
        }
    }
    for (std::size_t i = from; i < desk.proposals.size(); ++i) {
        const std::uint32_t loop = desk.proposals[i].ticket.loop;
        if (loop < kLoops) ++in_flight_.at(loop);
    }
}

bool Manager::may_take_turn(Loop loop) const {
    const auto idle = [this](Loop one) {
        return in_flight_.at(static_cast<std::size_t>(one)) == 0;
    };
    // Orchestrators count tasks, so those that updates are making must be there.
    const bool counts = loop == Loop::Replicated || loop == Loop::Global;
    return idle(loop) && (!counts || idle(Loop::Updates));
}

// Something was touched, or it was left in the middle of something.
bool Manager::wants_turn(Loop loop) const {
    if (seen_.at(static_cast<std::size_t>(loop)) != log_.size()) return true;
    return (loop == Loop::Replicated && replicated_.wants_turn()) ||
           (loop == Loop::Global && global_.wants_turn());
}

void Manager::take_turns(Desk& desk) {
    for (std::uint32_t i = 0; i < kWaitingLoops; ++i) {
        const auto loop = static_cast<Loop>(i);
        if (!may_take_turn(loop) || !wants_turn(loop)) continue;
        const std::size_t from = desk.proposals.size();
        const std::span<const Touched> fresh(log_.data() + seen_.at(i), log_.size() - seen_.at(i));
        seen_.at(i) = log_.size();
        turn(desk, loop, fresh);
        settle(desk, from);
    }
    // What all have seen is forgotten, when it is half of what is kept.
    const std::size_t seen_by_all = *std::min_element(seen_.begin(), seen_.end());
    if (seen_by_all * 2 < log_.size()) return;
    log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(seen_by_all));
    for (std::size_t& seen : seen_) {
        seen -= seen_by_all;
    }
}

void Manager::turn(Desk& desk, Loop loop, std::span<const Touched> touched) {
    switch (loop) {
        case Loop::Allocator:
            return allocator_.turn(desk, touched);
        case Loop::Scheduler:
            return scheduling_.turn(desk, touched);
        case Loop::Replicated:
            return replicated_.turn(desk, crew(), touched);
        case Loop::Global:
            return global_.turn(desk, crew(), touched);
        case Loop::Jobs:
            return jobs_.turn(desk, crew(), touched);
        case Loop::Reaper:
            return reaper_.turn(desk, slots_, touched);
        case Loop::Enforcer:
            return enforcer_.turn(desk, touched);
        case Loop::Restarts:
        case Loop::Updates:
            break;  // they wait for nothing
    }
}

// Records what has come to pass, which is then the cause of what the loops decide.
void Manager::note(Desk& desk, Touched& touched) {
    if (touched.kind == Kind::Task) note_task(desk, touched);
    if (touched.kind == Kind::Service) note_service(desk, touched);
}

void Manager::note_service(Desk& desk, Touched& touched) {
    const CauseScope scope(desk.kernel, touched.because);
    const Subject subject(SubjectType::Service, touched.number);
    const Service* service = desk.store.services.find(touched.number);
    const Service* old = before<Service>(touched);
    if (service == nullptr) {
        if (old == nullptr) return;
        const auto tasks = static_cast<std::uint32_t>(desk.store.tasks_of({touched.number}).size());
        touched.because = desk.kernel.record(
            kFactServiceRemoved, subject, desk.kernel.intern(old->spec.name), tasks);
        return;
    }
    const StringId name = desk.kernel.intern(service->spec.name);
    if (old == nullptr) {
        touched.because = desk.kernel.record(
            kFactServiceCreated, subject, name, service->spec.mode.kind, wanted_of(*service));
    } else if (old->spec_version != service->spec_version || !(old->spec == service->spec)) {
        const bool tasks_change = !(*old->spec.task == *service->spec.task) ||
                                  !(old->spec.endpoint == service->spec.endpoint);
        touched.because = desk.kernel.record(
            kFactServiceUpdated, subject, name, tasks_change, wanted_of(*service), wanted_of(*old));
    }
}

}  // namespace podium::swarm
