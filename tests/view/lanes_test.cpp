// The lanes of a timeline, on histories written by hand.

#include "sim/view/lanes.hpp"

#include <algorithm>
#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/model/container.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/restore.hpp"
#include "sim/model/traffic.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/facts.hpp"

namespace podium::view {
namespace {

using model::ContainerId;
using model::ExitDecision;

// The rooms above this one: their facts have these names there, too.
enum OtherFact : FactKind { kFaultBegin = 0x7E00, kFaultEnd, kFaultMissed, kNarration };
const FactTable& other_facts() {
    constexpr FieldType kText = FieldType::Text;
    static const FactTable table{
        {kFaultBegin, "fault.begin", {{"id", kText}, {"target", kText}, {"text", kText}}},
        {kFaultEnd, "fault.end", {{"id", kText}, {"target", kText}, {"text", kText}}},
        {kFaultMissed, "fault.missed", {{"id", kText}, {"target", kText}, {"text", kText}}},
        {kNarration, "command.narrate", {{"text", kText}}},
    };
    return table;
}

class LaneHistory {
  public:
    LaneHistory() : world(1) {
        for (const char* name : {"one", "two"}) {
            model::Host host;
            host.spec.name = name;
            world.hosts.push_back(host);
        }
    }

    ContainerId container(const std::string& name, const std::string& service = "", std::uint32_t host = 1, const std::string& project = "") {
        model::ContainerSpec spec;
        spec.image = "busybox";
        if (!service.empty()) spec.labels = {{"com.docker.compose.service", service}};
        if (!project.empty()) spec.labels["com.docker.compose.project"] = project;
        model::Container row;
        row.spec = world.add_spec(std::make_shared<const model::ContainerSpec>(spec));
        row.name = world.kernel.intern(name);
        row.host = model::HostId{host};
        world.containers.push_back(std::move(row));
        const ContainerId id{static_cast<std::uint32_t>(world.containers.size())};
        of(id, model::kFactContainerCreate);
        return id;
    }
    void at(std::int64_t second) { world.kernel.advance_to(Time{} + seconds(second)); }
    void start(ContainerId id, model::StartReason reason = model::StartReason::Request) { of(id, model::kFactContainerStart, reason, 0, Duration{}); }
    void die(ContainerId id, int exit, ExitDecision decision) { of(id, model::kFactContainerDie, exit, model::ExitHow::Exited, 0, decision, seconds(1), Duration{}, 0); }
    template <class... Fields>
    void of(ContainerId id, FactKind kind, Fields... fields) {
        const model::Container& c = world.container(id);
        world.kernel.record(kind, Subject(SubjectType::Container, id.value), c.name, world.image_of(c), fields...);
    }
    void host(std::uint32_t id, FactKind kind) {
        world.kernel.record(kind, Subject(SubjectType::Host, id), world.kernel.intern(world.host(model::HostId{id}).spec.name), world.kernel.intern("power loss"));
    }
    void fault(FactKind kind, const std::string& text) {
        const std::string id = text.substr(0, text.find(' '));
        const std::string target = text.substr(id.size() + 1, text.find(' ', id.size() + 1) - id.size() - 1);
        world.kernel.record(kind, Subject(), world.kernel.intern(id), world.kernel.intern(target), world.kernel.intern(text));
    }
    template <class... Fields>
    void raft(FactKind kind, const char* member, Fields... fields) {
        world.kernel.record(kind, Subject(SubjectType::Host, 1), world.kernel.intern("swarm"), world.kernel.intern(member), fields...);
    }
    void follow() { follower.follow(world, catalogue); }

    const Lane& lane(LaneKind kind, const std::string& name) {
        follow();
        shown = follower.lanes(world.kernel.now());
        for (const auto& lane : shown.lanes) {
            if (lane->kind == kind && lane->name == name) return *lane;
        }
        FAIL("there is no lane " << name);
        return *shown.lanes.front();
    }
    // "0-5 Good 1 running; 5- Bad none of 1 running"
    std::string spans(LaneKind kind, const std::string& name) {
        constexpr const char* kTones[] = {"plain", "good", "bad", "warning", "quiet"};
        std::string out;
        for (const LaneSpan& span : lane(kind, name).spans) {
            out += fmt::format("{}{}-{} {} {}", out.empty() ? "" : "; ", span.begin.seconds(), span.end == kNever ? "" : fmt::format("{}", span.end.seconds()), kTones[static_cast<std::size_t>(span.tone)], span.label);
        }
        return out;
    }
    std::string marks(LaneKind kind, const std::string& name) {
        std::string out;
        for (const LaneMark& mark : lane(kind, name).marks) out += fmt::format("{}{} {}", out.empty() ? "" : "; ", mark.time.seconds(), mark.what);
        return out;
    }

    model::World world;
    FactCatalogue catalogue{{&model::model_facts(), &model::traffic_facts(), &raft::raft_facts(), &swarm::swarm_facts(), &other_facts()}};
    LaneFollower follower{{"freeze", "partition"}};
    LaneSet shown;
};

}  // namespace

TEST_CASE("lanes: a host's tells when it was down and its engine away") {
    LaneHistory history;
    CHECK(history.spans(LaneKind::Host, "one") == "0- good up");
    history.at(5);
    history.host(1, model::kFactEngineStopping);
    history.at(6);
    history.host(1, model::kFactEngineStopped);
    history.at(8);
    history.host(1, model::kFactEngineStarting);
    history.at(9);
    history.host(1, model::kFactEngineUp);
    history.at(20);
    history.host(1, model::kFactHostDown);
    history.at(30);
    history.host(1, model::kFactHostUp);
    history.host(1, model::kFactEngineStarting);
    history.at(31);
    history.host(1, model::kFactEngineUp);
    CHECK(history.spans(LaneKind::Host, "one") ==
          "0-5 good up; 5-6 warning engine stops; 6-8 warning engine stopped; 8-9 warning engine starts; 9-20 good up; 20-30 bad down; 30-31 warning engine starts; 31- good up");
    CHECK(history.marks(LaneKind::Host, "one") == "5 engine stops; 6 engine stopped; 8 engine starts; 9 engine up; 20 host down; 30 host up; 30 engine starts; 31 engine up");
    CHECK(history.spans(LaneKind::Host, "two") == "0- good up");
}

TEST_CASE("lanes: a fault that freezes shows on its host, and ends with a power loss") {
    LaneHistory history;
    history.at(1);
    history.fault(kFaultBegin, "freeze one");
    history.at(2);
    history.fault(kFaultBegin, "freeze two what=engine");
    history.at(3);
    history.fault(kFaultEnd, "freeze one");
    history.at(4);
    history.host(2, model::kFactHostDown);
    history.at(5);
    history.fault(kFaultEnd, "freeze two what=engine");
    CHECK(history.spans(LaneKind::Host, "one") == "0-1 good up; 1-3 warning frozen; 3- good up");
    CHECK(history.spans(LaneKind::Host, "two") == "0-2 good up; 2-4 warning engine frozen; 4- bad down");
}

TEST_CASE("lanes: services of one name are apart where they are of two projects of Compose") {
    LaneHistory history;
    history.start(history.container("shop-web-1", "web", 1, "shop"));
    history.at(3);
    const ContainerId other = history.container("blog-web-1", "web", 2, "blog");
    history.start(other);
    history.at(5);
    history.die(other, 1, ExitDecision::StaysDown);
    history.follow();
    std::string told;
    for (const auto& lane : history.follower.lanes(history.world.kernel.now()).lanes) {
        if (lane->kind == LaneKind::Service) told += fmt::format("{} of {}: {}\n", lane->name, lane->project, lane->spans.back().label);
    }
    CHECK(told == "web of blog: none of 1 running\nweb of shop: 1 running\n");
}

TEST_CASE("lanes: a service's level is how many of its containers run, and its tone whether these are all") {
    LaneHistory history;
    const ContainerId first = history.container("shop-web-1", "web");
    const ContainerId second = history.container("shop-web-2", "web", 2);
    history.at(1);
    history.start(first);
    history.at(2);
    history.start(second);
    history.at(5);
    history.die(first, 1, ExitDecision::Restart);
    history.at(6);
    history.start(first, model::StartReason::RestartPolicy);
    history.at(7);
    history.host(2, model::kFactHostDown);
    history.at(8);
    history.of(first, model::kFactContainerPause);
    history.at(9);
    history.of(first, model::kFactContainerUnpause);
    history.of(first, model::kFactContainerHealthStatus, history.world.kernel.intern("unhealthy"), 3);
    CHECK(history.spans(LaneKind::Service, "web") ==
          "0-1 quiet none of 2 running; 1-2 warning 1 of 2 running; 2-5 good 2 running; 5-6 warning 1 of 2 running; 6-7 good 2 running; 7-8 warning 1 of 2 running; 8-9 bad none of 2 running; 9- "
          "warning 1 of 2 running");
    CHECK(history.marks(LaneKind::Service, "web") == "5 died; 6 restarted; 9 unhealthy");
    CHECK(history.follower.totals().wanted == 2);
    CHECK(history.follower.totals().running == 1);
}

TEST_CASE("lanes: what was stopped or has done its work isn't missed, and what is removed leaves a gap") {
    LaneHistory history;
    const ContainerId job = history.container("job");
    const ContainerId web = history.container("web");
    history.start(job);
    history.start(web);
    history.at(3);
    history.die(job, 0, ExitDecision::StaysDown);
    history.die(web, 143, ExitDecision::ManuallyStopped);
    CHECK(history.spans(LaneKind::Service, "job") == "0-3 good 1 running; 3- quiet done");
    CHECK(history.spans(LaneKind::Service, "web") == "0-3 good 1 running; 3- quiet stopped");
    history.at(4);
    history.of(job, model::kFactContainerDestroy, std::int64_t{0});
    history.of(web, model::kFactContainerDestroy, std::int64_t{0});
    history.at(6);
    const ContainerId again = history.container("web");
    history.start(again);
    history.at(7);
    history.die(again, 137, ExitDecision::StaysDown);
    CHECK(history.spans(LaneKind::Service, "job") == "0-3 good 1 running; 3-4 quiet done");
    CHECK(history.spans(LaneKind::Service, "web") == "0-3 good 1 running; 3-4 quiet stopped; 6-7 good 1 running; 7- bad none of 1 running");
}

TEST_CASE("lanes: a stop is told as one under a policy of `no`, too") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.start(web);
    history.at(3);
    history.of(web, model::kFactContainerKill, 15);
    history.world.kernel.set_cause(history.world.kernel.journal().last());
    history.die(web, 143, ExitDecision::StaysDown);
    CHECK(history.spans(LaneKind::Service, "web") == "0-3 good 1 running; 3- quiet stopped");
    CHECK(history.marks(LaneKind::Service, "web") == "3 stopped");
    CHECK(history.lane(LaneKind::Service, "web").marks.back().tone == Tone::Quiet);
    CHECK(history.follower.totals().wanted == 0);
}

TEST_CASE("lanes: what an engine finds dead is told by how it ended, and missed until that is up if it ended well") {
    LaneHistory history;
    const ContainerId job = history.container("job");
    const ContainerId web = history.container("web");
    history.start(job);
    history.start(web);
    history.at(3);
    for (const auto& [id, exit] : {std::pair(job, 0), std::pair(web, 139)})
        history.of(id, model::kFactContainerFoundDead, exit, model::ExitHow::Exited, 0, ExitDecision::EngineStopping, seconds(1), Duration{}, 0);
    history.at(5);
    history.host(1, model::kFactEngineUp);
    CHECK(history.spans(LaneKind::Service, "job") == "0-3 good 1 running; 3-5 bad none of 1 running; 5- quiet done");
    CHECK(history.spans(LaneKind::Service, "web") == "0-3 good 1 running; 3- bad none of 1 running");
    CHECK(history.lane(LaneKind::Service, "job").marks.back().tone == Tone::Quiet);
    CHECK(history.lane(LaneKind::Service, "web").marks.back().tone == Tone::Bad);
    CHECK(history.marks(LaneKind::Service, "web") == "3 found dead");
}

TEST_CASE("lanes: what was only created counts for nothing in the totals until somebody has it started") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.follow();
    CHECK(history.follower.totals().wanted == 0);
    history.of(web, model::kFactContainerStartFailed, 127, history.world.kernel.intern("no such file"));
    history.follow();
    CHECK(history.follower.totals().wanted == 1);
}

TEST_CASE("lanes: a container that is renamed goes on in the lane of its new name") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.start(web);
    history.at(3);
    history.world.container(web).name = history.world.kernel.intern("old");
    history.of(web, model::kFactContainerRename, history.world.kernel.intern("/web"));
    history.at(5);
    history.die(web, 1, ExitDecision::StaysDown);
    CHECK(history.spans(LaneKind::Service, "web") == "0-3 good 1 running");
    CHECK(history.spans(LaneKind::Service, "old") == "3-5 good 1 running; 5- bad none of 1 running");
}

TEST_CASE("lanes: terms of leaders don't overlap, even where one learns late that another leads") {
    LaneHistory history;
    history.raft(raft::kFactLeader, "one", std::int64_t{1}, Duration{});
    history.at(10);
    history.raft(raft::kFactElection, "two", std::int64_t{2}, 0);
    history.at(11);
    history.raft(raft::kFactLeader, "two", std::int64_t{2}, Duration{});
    history.at(12);
    history.raft(raft::kFactLeaderLost, "one", std::int64_t{1}, 1);
    history.at(20);
    history.raft(raft::kFactLeaderLost, "two", std::int64_t{2}, 3);
    history.at(21);
    history.raft(raft::kFactQuorumLost, "two", 1, 2, 3);
    history.at(30);
    history.raft(raft::kFactQuorumRegained, "two", 2, 2, 3);
    history.raft(raft::kFactLeader, "two", std::int64_t{4}, Duration{});
    CHECK(history.spans(LaneKind::Consensus, "swarm") == "0-11 plain term 1 · one; 11-20 plain term 2 · two; 21-30 bad no quorum; 30- plain term 4 · two");
    CHECK(history.marks(LaneKind::Consensus, "swarm") == "0 leader elected; 10 election; 11 leader elected; 12 leader lost; 20 leader lost; 21 quorum lost; 30 quorum regained; 30 leader elected");
}

TEST_CASE("lanes: a swarm's service is missed by its slots, whatever is left of older tasks") {
    LaneHistory history;
    Kernel& kernel = history.world.kernel;
    const auto made = static_cast<std::int64_t>(swarm::CreateReason::Replicas);
    kernel.record(swarm::kFactServiceCreated, Subject(SubjectType::Service, 1), kernel.intern("web"), 0, std::int64_t{2});
    kernel.record(swarm::kFactTaskCreated, Subject(SubjectType::Task, 1), kernel.intern("web.1"), made, 0);
    kernel.record(swarm::kFactTaskCreated, Subject(SubjectType::Task, 2), kernel.intern("web.2"), made, 0);
    CHECK(history.spans(LaneKind::Service, "web") == "0- quiet none of 2 running");
    history.at(4);
    kernel.record(swarm::kFactTaskStopping, Subject(SubjectType::Task, 2), kernel.intern("web.2"), 0, static_cast<std::uint32_t>(swarm::StopReason::Scale));
    CHECK(history.spans(LaneKind::Service, "web") == "0-4 quiet none of 2 running; 4- quiet none of 1 running");
    CHECK(history.marks(LaneKind::Service, "web") == "0 service created");
}

TEST_CASE("lanes: faults that last are stretches, those at once moments") {
    LaneHistory history;
    history.at(1);
    history.fault(kFaultBegin, "partition one");
    history.at(2);
    history.fault(kFaultBegin, "partition two");
    history.fault(kFaultBegin, "kill web signal=KILL");
    history.at(3);
    history.fault(kFaultMissed, "kill nobody");
    history.fault(kFaultEnd, "partition one");
    history.at(4);
    history.fault(kFaultEnd, "partition two");
    CHECK(history.spans(LaneKind::Fault, "partition") == "1-2 bad one; 2-3 bad one, two; 3-4 bad two");
    CHECK(history.lane(LaneKind::Fault, "partition").spans[1].level == 2);
    CHECK(history.marks(LaneKind::Fault, "kill") == "2 injected; 3 found nothing to break");
}

TEST_CASE("lanes: traffic answered and failing, and what was told") {
    LaneHistory history;
    Kernel& kernel = history.world.kernel;
    const Subject subject(SubjectType::Traffic, 1);
    kernel.record(model::kFactTrafficBegin, subject, kernel.intern("users"), kernel.intern("web:80"), kernel.intern("x"));
    history.at(5);
    kernel.record(model::kFactTrafficFailing, subject, kernel.intern("users"), kernel.intern("refused"), std::int64_t{1}, Duration{});
    kernel.record(kNarration, Subject(), kernel.intern("Look at that."));
    history.at(7);
    kernel.record(model::kFactTrafficRecovered, subject, kernel.intern("users"), std::int64_t{9}, seconds(2), std::int64_t{0});
    CHECK(history.spans(LaneKind::Traffic, "users") == "0-5 plain sending; 5-7 bad failing: refused; 7- good answered");
    CHECK(history.marks(LaneKind::Story, "story") == "5 told");
}

TEST_CASE("lanes: what lasted no time is not told, and neighbours that say the same are one") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.at(1);
    history.start(web);
    history.at(2);
    history.die(web, 1, ExitDecision::Restart);
    history.start(web, model::StartReason::RestartPolicy);
    CHECK(history.spans(LaneKind::Service, "web") == "0-1 quiet none of 1 running; 1- good 1 running");
}

TEST_CASE("lanes: an unchanged lane is shared with the set before, and the version tells of changes") {
    LaneHistory history;
    const Lane* two = &history.lane(LaneKind::Host, "two");
    const std::uint64_t version = history.follower.version();
    const LaneSet before = history.shown;
    history.at(1);
    history.follow();
    CHECK(history.follower.version() == version);
    history.host(1, model::kFactHostDown);
    history.follow();
    CHECK(history.follower.version() != version);
    CHECK(&history.lane(LaneKind::Host, "two") == two);
    CHECK(before.lanes.front()->spans.size() == 1);
    CHECK(history.lane(LaneKind::Host, "one").spans.size() == 2);
}

TEST_CASE("lanes: one that has changed shares all but its newest rows with the set before") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.start(web);
    for (std::int64_t round = 1; round <= 300; ++round) {
        history.world.kernel.advance_to(Time{} + milliseconds(round * 2));
        history.die(web, 1, ExitDecision::Restart);
        history.world.kernel.advance_to(Time{} + milliseconds(round * 2 + 1));
        history.start(web);
    }
    history.lane(LaneKind::Service, "web");
    const LaneSet kept = history.shown;
    const auto of_kept = std::find_if(kept.lanes.begin(), kept.lanes.end(), [](const auto& lane) { return lane->kind == LaneKind::Service; });
    REQUIRE(of_kept != kept.lanes.end());
    const Lane& before = **of_kept;
    const std::size_t spans = before.spans.size();
    history.at(2);
    history.die(web, 1, ExitDecision::Restart);
    history.follow();
    const Lane& after = history.lane(LaneKind::Service, "web");
    CHECK(&after != &before);
    CHECK(after.spans.size() == spans + 1);
    CHECK(before.spans.size() == spans);
    CHECK(before.spans.back().end == kNever);
    CHECK(after.spans[spans - 1].end == Time{} + seconds(2));
    // What is long past has not been copied.
    CHECK(after.spans.shares(before.spans, 0));
    CHECK(after.spans.shares(before.spans, SharedRows<LaneSpan>::kRowsPerBlock * 2 - 1));
    CHECK(after.marks.shares(before.marks, 0));
}

TEST_CASE("lanes: those of a copy go on by themselves") {
    LaneHistory history;
    history.host(1, model::kFactHostDown);
    history.follow();
    LaneFollower copy = history.follower;
    history.at(3);
    history.host(1, model::kFactHostUp);
    history.follow();
    const LaneSet of_copy = copy.lanes(Time{});
    CHECK(of_copy.lanes.front()->spans.back().label == "down");
    CHECK(history.lane(LaneKind::Host, "one").spans.back().label != "down");
    copy.follow(history.world, history.catalogue);
    CHECK(*copy.lanes(Time{}).lanes.front() == history.lane(LaneKind::Host, "one"));
}

TEST_CASE("lanes: one stays within its limit, and what is put together keeps the worse tone") {
    LaneHistory history;
    const ContainerId web = history.container("web");
    history.start(web);
    // Each round two spans and one mark.
    for (std::int64_t round = 1; round <= static_cast<std::int64_t>(LaneFollower::kMostOfLane); ++round) {
        history.world.kernel.advance_to(Time{} + milliseconds(round * 2));
        history.die(web, 1, ExitDecision::Restart);
        history.world.kernel.advance_to(Time{} + milliseconds(round * 2 + 1));
        history.start(web);
        if (round % 10'000 == 0) history.follow();
    }
    const Lane& lane = history.lane(LaneKind::Service, "web");
    CHECK(lane.spans.size() <= LaneFollower::kMostOfLane);
    CHECK(lane.spans.size() > LaneFollower::kMostOfLane / 2);
    CHECK(lane.spans.front().begin == Time{});
    CHECK(lane.spans.front().tone == Tone::Bad);
    CHECK(lane.spans.front().level == 0);
    CHECK(lane.spans.back().end == kNever);
    for (std::size_t i = 1; i < lane.spans.size(); ++i) REQUIRE(lane.spans[i - 1].end == lane.spans[i].begin);
    // All at once gives the same.
    LaneFollower other({});
    other.follow(history.world, history.catalogue);
    for (const auto& one : other.lanes(Time{}).lanes) {
        if (one->kind == LaneKind::Service) CHECK(*one == lane);
    }
}

}  // namespace podium::view
