#include "sim/faults/fault.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/faults/actions.hpp"
#include "sim/model/targets.hpp"

namespace podium::faults {
namespace {

constexpr std::size_t kMostFaultText = 1'000;
constexpr std::size_t kMostActive = 2'000;  // so that the longest times of all (1000h) add up within 64 bits

const FaultSpec* spec_of(const std::string& id) {
    for (const FaultSpec& spec : fault_list()) {
        if (spec.id == id) return &spec;
    }
    return nullptr;
}

std::string known_ids() {
    std::string out;
    for (const FaultSpec& spec : fault_list()) out += (out.empty() ? "" : ", ") + std::string(spec.id);
    return out;
}

void record(model::World& world, FactKind kind, const FaultRequest& request) {
    Kernel& kernel = world.kernel;
    Subject subject(SubjectType::Fault, 0);
    const FactId fact = kernel.record(kind, subject, kernel.intern(request.id), kernel.intern(request.target), kernel.intern(request.text()));
    kernel.set_cause(fact);
}

void record_missed(model::World& world, const FaultRequest& request, const std::string& reason) {
    Kernel& kernel = world.kernel;
    const Subject subject(SubjectType::Fault, 0);
    kernel.set_cause(kernel.record(kFactFaultMissed, subject, kernel.intern(request.id), kernel.intern(request.target), kernel.intern(request.text()), kernel.intern(reason)));
}

void see_all(const model::World& world, FaultState& state) {
    state.seen_containers = static_cast<std::uint32_t>(world.containers.size());
    state.seen_fact = world.kernel.journal().last();
}

}  // namespace

const FactTable& fault_facts() {
    static const FactTable table{
        {kFactFaultBegin, "fault.begin", {{"id", FieldType::Text}, {"target", FieldType::Text}, {"text", FieldType::Text}}},
        {kFactFaultEnd, "fault.end", {{"id", FieldType::Text}, {"target", FieldType::Text}, {"text", FieldType::Text}}},
        {kFactFaultMissed, "fault.missed", {{"id", FieldType::Text}, {"target", FieldType::Text}, {"text", FieldType::Text}, {"reason", FieldType::Text}}},
    };
    return table;
}

std::string FaultRequest::text() const {
    std::string out = id;
    if (!target.empty()) out += " " + target;
    for (const auto& [name, value] : arguments) out += fmt::format(" {}={}", name, value);
    return out;
}

Result<FaultRequest> parse_fault(std::string_view text) {
    if (text.size() > kMostFaultText) return Error{"a fault is described in at most 1000 characters", {}, "see: podium faults"};
    const std::vector<std::string> words = split_words(text);
    if (words.empty()) return Error{"which fault?", {}, fmt::format("there are {}", known_ids())};
    FaultRequest request;
    request.id = words[0];
    const FaultSpec* spec = spec_of(request.id);
    if (spec == nullptr) {
        std::vector<std::string> ids;
        for (const FaultSpec& known : fault_list()) ids.emplace_back(known.id);
        const std::string near = nearest(request.id, ids);
        return Error{fmt::format("unknown fault '{}'", request.id), {}, near.empty() ? fmt::format("there are {}", known_ids()) : fmt::format("did you mean '{}'?", near)};
    }
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::size_t equals = words[i].find('=');
        if (equals == std::string::npos) {
            if (!request.target.empty()) return Error{fmt::format("the fault {} has one target, but '{}' and '{}' are named", request.id, request.target, words[i]), {}, "use one --fault each"};
            request.target = words[i];
            continue;
        }
        const std::string name = words[i].substr(0, equals);
        const bool known = std::any_of(spec->arguments.begin(), spec->arguments.end(), [&name](const FaultArgument& argument) { return argument.name == name; });
        if (!known) {
            std::string names;
            for (const FaultArgument& argument : spec->arguments) names += (names.empty() ? "" : ", ") + std::string(argument.name);
            return Error{fmt::format("the fault {} has no argument '{}'", request.id, name), {}, names.empty() ? "it has none" : fmt::format("it has {}", names)};
        }
        request.arguments[name] = words[i].substr(equals + 1);
    }
    if (request.target.empty()) return Error{fmt::format("the fault {} needs a target", request.id), {}, fmt::format("like: {}{}", example_of(*spec), spec->target == TargetKind::Hosts ? ", in quotes where a shell reads it" : "")};
    if (Result<void> checked = check_arguments(request); !checked) return checked.error();
    return request;
}

Result<void> check_fault(const model::World& world, const FaultRequest& request) {
    const FaultSpec* spec = spec_of(request.id);
    if (spec == nullptr) return Error{fmt::format("unknown fault '{}'", request.id), {}, {}};
    if (target_exists(world, *spec, request.target)) return {};
    // A host by itself hangs on nothing until clients outside join it.
    if (spec->target == TargetKind::Link && model::host_named(world, request.target))
        return Error{fmt::format("{} has no link to break", request.target), {}, "a host alone gets one when traffic from outside begins: see podium docs traffic"};
    return Error{fmt::format("there is no {} '{}' to break", target_word(spec->target), request.target), {}, target_hint(world, *spec)};
}

void follow_containers(model::World& world, FaultState& state) {
    const bool follows = std::any_of(state.active.begin(), state.active.end(), [](const ActiveFault& fault) { return holds_containers(fault.request.id); });
    const auto present = static_cast<std::uint32_t>(world.containers.size());
    const Journal& journal = world.kernel.journal();
    if (!follows || (state.seen_containers == present && state.seen_fact == journal.last())) return;
    const std::uint32_t known = state.seen_containers;
    std::vector<model::ContainerId> fresh;
    for (std::uint32_t id = known + 1; id <= present; ++id) fresh.push_back(model::ContainerId{id});
    journal.for_each(FactId{state.seen_fact.value + 1}, [&](const Fact& fact) {
        if (fact.kind == model::kFactContainerRename && fact.subject.id() <= known) fresh.push_back(model::ContainerId{fact.subject.id()});
    });
    see_all(world, state);
    for (ActiveFault& fault : state.active) {
        for (const model::ContainerId container : fresh) take_hold_of_new(world, fault, container, container.value <= known);
    }
}

void begin_fault(model::World& world, FaultState& state, const FaultRequest& request) {
    const FaultSpec* spec = spec_of(request.id);
    PODIUM_ASSERT(spec != nullptr, "a fault that begins was parsed");
    world.kernel.set_cause({});
    // Those that go on take hold first of what has come; the new one begins with all there are.
    if (!state.active.empty()) follow_containers(world, state);
    see_all(world, state);
    const bool possible = (target_exists(world, *spec, request.target) || waits_for_containers(request.id)) && state.active.size() < kMostActive;
    const Grip grip = possible ? grip_on(world, request) : Grip{false, {}};
    if (!grip.holds) {
        record_missed(world, request, grip.reason);
        return;
    }
    record(world, kFactFaultBegin, request);
    ActiveFault fault;
    fault.number = ++state.count;
    fault.request = request;
    fault.began = world.kernel.cause();
    begin_action(world, fault);
    if (spec->lasts) {
        if (needs_rounds(request.id)) world.kernel.schedule(round_time(), Phase::Fault, kEventFaultRound, fault.number);
        state.active.push_back(std::move(fault));
    }
}

bool found_nothing(const ActiveFault& fault) { return waits_for_containers(fault.request.id) && fault.rows.empty(); }

Result<void> check_lift(const FaultRequest& request) {
    const FaultSpec* spec = spec_of(request.id);
    if (spec == nullptr) return Error{fmt::format("unknown fault '{}'", request.id), {}, {}};
    if (!spec->lasts) return Error{fmt::format("the fault {} is over at once, so it has no end", request.id), {}, "give it one moment, like @30s"};
    return {};
}

namespace {

// What a fault that waited for containers has not seen of them, behind the target's name.
std::string why_nothing(const model::World& world, const FaultRequest& request) {
    if (model::containers_named(world, request.target).empty()) return " was not there while it lasted";
    if (request.id == "failing-health") return " had no health check that could fail while it lasted";
    if (request.id == "crash-loop") return " never ran as long as it wants (after=) while it lasted";
    return " did not run while it lasted";
}

}  // namespace

bool end_fault(model::World& world, FaultState& state, const FaultRequest& request) {
    auto found = std::find_if(state.active.begin(), state.active.end(), [&request](const ActiveFault& fault) { return fault.request.text() == request.text(); });
    // Without its arguments it is the newest of that kind with that target.
    for (std::size_t i = state.active.size(); found == state.active.end() && request.arguments.empty() && i-- > 0;) {
        const FaultRequest& other = state.active[i].request;
        if (other.id == request.id && other.target == request.target) found = state.active.begin() + static_cast<std::ptrdiff_t>(i);
        if (found != state.active.end()) break;
    }
    if (found == state.active.end()) return false;
    const ActiveFault fault = *found;
    state.active.erase(found);
    world.kernel.set_cause(fault.began);
    record(world, kFactFaultEnd, fault.request);
    end_action(world, state, fault);
    if (found_nothing(fault)) {
        world.kernel.set_cause(fault.began);
        record_missed(world, fault.request, fault.request.target + why_nothing(world, fault.request));
    }
    return true;
}

void handle_fault_event(model::World& world, FaultState& state, const Event& event) {
    const auto found = std::find_if(state.active.begin(), state.active.end(), [&event](const ActiveFault& fault) { return fault.number == event.subject; });
    if (found == state.active.end()) return;
    world.kernel.set_cause(found->began);
    round_action(world, *found);
    world.kernel.set_cause(found->began);
    world.kernel.schedule(round_time(), Phase::Fault, kEventFaultRound, event.subject);
}

}  // namespace podium::faults
