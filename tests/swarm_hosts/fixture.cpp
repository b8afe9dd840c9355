#include "tests/swarm_hosts/fixture.hpp"

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/assert.hpp"
#include "sim/lab/word_program.hpp"
#include "sim/orch/swarm/api.hpp"
#include "tests/source_directory.hpp"

namespace podium::swarm {
namespace {

std::shared_ptr<const model::Catalogue> catalogue() {
    static const auto kCatalogue = [] {
        std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        auto parsed = model::parse_catalogue(text.str(), "images.yaml");
        REQUIRE(parsed.ok());
        return std::make_shared<const model::Catalogue>(std::move(*parsed));
    }();
    return kCatalogue;
}

void give_image(model::World& world, model::Host& host, const std::string& name) {
    const auto reference = model::parse_image_reference(name)->with_default_tag();
    const model::ImagePointer image = world.catalogue->image(reference);
    REQUIRE(image);
    for (const model::ImageLayer& layer : image->layers) host.images.add_layer(layer);
    host.images.add(reference, image, Time{});
}

}  // namespace

Json Answer::json() const { return Json::parse(body); }

std::string Answer::message() const {
    const Json parsed = Json::parse(body, nullptr, false);
    return parsed.is_object() ? parsed.value("message", std::string()) : std::string();
}

SwarmHosts::SwarmHosts(std::uint32_t hosts, std::uint64_t seed) : state_(seed) {
    model::World& world = state_.world;
    world.catalogue = catalogue();
    world.programs = lab::make_lab_programs();
    world.orchestrated = true;
    const model::NodeId hub = world.network.add_switch("switch");
    for (std::uint32_t i = 1; i <= hosts; ++i) {
        model::HostSpec spec;
        spec.name = fmt::format("h{}", i);
        spec.address = fmt::format("10.0.0.{}", i);
        const model::HostId id = model::add_host(world, std::move(spec));
        world.network.add_link(world.host(id).node, hub);
        give_image(world, world.host(id), "busybox");
        give_image(world, world.host(id), "nginx");
        world.host(id).disk_used_bytes += world.host(id).images.size_bytes();
    }
}

void SwarmHosts::step() {
    const Event event = state_.world.kernel.take_next();
    switch (static_cast<EventKind>(event.kind & 0xFF00)) {
        case kRoomModel: model::handle_model_event(state_.world, event); break;
        case kRoomFaults: faults::handle_fault_event(state_.world, state_.faults, event); break;
        case kRoomRaft:
        case kRoomSwarm: state_.swarm.handle(state_.world, event); break;
        default: PODIUM_ASSERT(false, "an event belongs to a room");
    }
    if (state_.swarm.wants_drain(state_.world)) state_.swarm.drain(state_.world);
    if (watch) watch(*this);
}

void SwarmHosts::run_until(double moment) {
    const Time end = Time{} + nanoseconds(static_cast<std::int64_t>(moment * 1e9));
    while (state_.world.kernel.next_time() <= end) step();
    if (end > state_.world.kernel.now()) state_.world.kernel.advance_to(end);
}

void SwarmHosts::run_for(double seconds) { run_until(now() + seconds); }

bool SwarmHosts::until(const std::function<bool(const SwarmHosts&)>& so, double longest) {
    const double end = now() + longest;
    while (!so(*this)) {
        if (now() >= end) return false;
        run_for(0.01);
    }
    return true;
}

model::RequestId SwarmHosts::send(std::uint32_t host, const std::string& target, const std::string& body) {
    model::RequestSpec spec;
    spec.operation = model::Operation::Orchestration;
    spec.host = model::HostId{host};
    spec.target = target;
    spec.body = body;
    state_.world.kernel.set_cause({});
    return model::submit_request(state_.world, std::move(spec), {});
}

Answer SwarmHosts::answer_of(model::RequestId request) {
    const model::Request* row = model::answered(state_.world, request);
    REQUIRE(row != nullptr);
    Answer out{row->status, row->body, (state_.world.kernel.now() - row->submitted).seconds()};
    model::release_request(state_.world, request);
    return out;
}

Answer SwarmHosts::ask(std::uint32_t host, const std::string& target, const std::string& body, double longest) {
    const model::RequestId request = send(host, target, body);
    const double begun = now();
    while (!is_answered(request)) {
        // On a host that stands still nothing may be ahead at all.
        if ((state_.world.kernel.next_time() - Time{}).seconds() > begun + longest) {
            model::release_request(state_.world, request);
            run_until(begun + longest);
            return {0, "no answer", longest};
        }
        step();
    }
    return answer_of(request);
}

Answer SwarmHosts::info(std::uint32_t host) {
    model::RequestSpec spec;
    spec.operation = model::Operation::Info;
    spec.host = model::HostId{host};
    state_.world.kernel.set_cause({});
    const model::RequestId request = model::submit_request(state_.world, std::move(spec), {});
    while (!is_answered(request)) step();
    return answer_of(request);
}

Answer SwarmHosts::init(std::uint32_t host, const std::string& more) {
    return ask(host, "POST /swarm/init", fmt::format(R"({{"ListenAddr":"0.0.0.0:2377","AdvertiseAddr":"10.0.0.{}","Spec":{{}}{}}})", host, more));
}

Answer SwarmHosts::join(std::uint32_t host, std::uint32_t with, bool as_manager) {
    const auto& cluster = *store().cluster;
    const std::string token = as_manager ? cluster.manager_token : cluster.worker_token;
    return ask(host, "POST /swarm/join", fmt::format(R"({{"ListenAddr":"0.0.0.0:2377","RemoteAddrs":["10.0.0.{}:2377"],"JoinToken":"{}"}})", with, token));
}

void SwarmHosts::form(std::uint32_t managers) {
    REQUIRE(init(1).status == 200);
    for (std::uint32_t i = 2; i <= world().hosts.size(); ++i) {
        INFO("host " << i);
        REQUIRE(join(i, 1, i <= managers).status == 200);
    }
}

Answer SwarmHosts::create_service(std::uint32_t host, const std::string& name, std::uint32_t replicas, const std::string& command, const std::string& more) {
    Json spec;
    spec["Name"] = name;
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = "busybox";
    spec["TaskTemplate"]["ContainerSpec"]["Command"] = Json::array({"sh", "-c", command.empty() ? "trap 'exit 0' TERM; while :; do sleep 0.2; done" : command});
    spec["Mode"]["Replicated"]["Replicas"] = replicas;
    if (!more.empty()) spec.merge_patch(Json::parse(more));
    return ask(host, "POST /services/create", spec.dump());
}

void SwarmHosts::inject(const std::string& fault) {
    const auto request = faults::parse_fault(fault);
    REQUIRE(request.ok());
    state_.world.kernel.set_cause({});
    faults::begin_fault(state_.world, state_.faults, *request);
    if (state_.swarm.wants_drain(state_.world)) state_.swarm.drain(state_.world);
}

bool SwarmHosts::try_lift(const std::string& fault) {
    const auto request = faults::parse_fault(fault);
    REQUIRE(request.ok());
    state_.world.kernel.set_cause({});
    const bool ended = faults::end_fault(state_.world, state_.faults, *request);
    if (state_.swarm.wants_drain(state_.world)) state_.swarm.drain(state_.world);
    return ended;
}

void SwarmHosts::lift(const std::string& fault) { REQUIRE(try_lift(fault)); }

NodeState SwarmHosts::node_state(std::uint32_t number) const {
    const Node* node = store().nodes.find(host(number).node.value);
    REQUIRE(node != nullptr);
    return node->state;
}

std::uint32_t SwarmHosts::tasks(const std::string& service, TaskState state) const {
    std::uint32_t count = 0;
    store().tasks.for_each([&](std::uint32_t, const Task& task) { count += task.service_name == service && task.status.state == state ? 1U : 0U; });
    return count;
}

std::uint32_t SwarmHosts::containers(const std::string& service, std::uint32_t on_host) const {
    std::uint32_t count = 0;
    for (const model::Container& c : world().containers) {
        if (!c.detail || !c.process_alive || (on_host != 0 && c.host.value != on_host)) continue;
        const auto& labels = world().spec(c).labels;
        const auto found = labels.find("com.docker.swarm.service.name");
        count += found != labels.end() && found->second == service ? 1U : 0U;
    }
    return count;
}

std::uint32_t SwarmHosts::leader() const {
    const raft::MemberId member = row().group.leader();
    return member && row().group.is_ready(member) ? row().host_of.at(member).value : 0;
}

bool SwarmHosts::is_quiet() const {
    const Kernel& kernel = world().kernel;
    return kernel.future().size() <= kernel.background_ahead() + world().dead_steps && swarm().settled(world());
}

std::string SwarmHosts::ahead() const {
    std::string out;
    Kernel copy = world().kernel;
    for (const Event& event : copy.take_out([](const Event&) { return true; })) {
        if ((event.kind & kBackgroundEvent) == 0) out += fmt::format("{:.3f}: {:#06x} of {}\n", event.time.seconds(), event.kind, event.subject);
    }
    return out;
}

std::vector<std::string> SwarmHosts::causes(FactId fact) const {
    std::vector<std::string> out;
    const Journal& journal = world().kernel.journal();
    while (fact) {
        const Fact one = journal.at(fact);
        const FactSpec* spec = lab::fact_catalogue().find(one.kind);
        out.emplace_back(spec == nullptr ? "?" : spec->name);
        fact = one.cause;
    }
    return out;
}

std::string SwarmHosts::tasks_text() const {
    std::string out;
    store().tasks.for_each([&out](std::uint32_t number, const Task& task) {
        out += fmt::format("task {} slot {} node {}: {} wanted {} {}\n", number, task.slot, task.node.value, task_state_name(task.status.state), task_state_name(task.desired), task.status.error);
    });
    for (const HostRow& row : swarm().state().hosts) {
        out += fmt::format("node {}: agent {} of session {}\n", row.node.value, static_cast<int>(row.agent.stage), row.agent.session);
        for (const auto& [id, task] : row.agent.tasks) {
            out += fmt::format("  task {}: {} wanted {}, operation {}{}{}\n", id.value, task_state_name(task.status.state), task_state_name(task.task->desired), static_cast<int>(task.operation), task.assigned ? "" : ", not assigned",
                               task.removing ? ", being removed" : "");
        }
    }
    return out;
}

std::string SwarmHosts::facts() const {
    std::string out;
    world().kernel.journal().for_each(FactId{1}, [&](const Fact& fact) {
        const FactSpec* spec = lab::fact_catalogue().find(fact.kind);
        out += fmt::format("{:9.3f} #{} <- #{} {}", fact.time.seconds(), fact.id.value, fact.cause.value, spec == nullptr ? "?" : spec->name);
        if (spec != nullptr) {
            for (const FieldSpec& field : spec->fields) {
                const auto value = lab::fact_catalogue().field(fact, field.name, world().kernel.interner());
                out += field.type == FieldType::Text ? fmt::format(" {}={}", field.name, value.text) : fmt::format(" {}={}", field.name, value.number);
            }
        }
        out += '\n';
    });
    return out;
}

}  // namespace podium::swarm
