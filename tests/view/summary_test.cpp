// The summary of services, on histories whose answers were worked out by hand.

#include <cstdlib>
#include <fmt/format.h>
#include <optional>
#include <set>

#include <catch2/catch.hpp>

#include "sim/model/container.hpp"
#include "sim/model/restore.hpp"
#include "sim/orch/swarm/facts.hpp"
#include "sim/view/describe.hpp"
#include "sim/view/explain.hpp"
#include "sim/view/names.hpp"
#include "sim/view/query.hpp"
#include "sim/view/run_end.hpp"
#include "sim/view/summary.hpp"

namespace podium::view {
namespace {

using model::ContainerId;

/// A history written by hand: two hosts, containers of services, and the facts of their lives.
class History {
  public:
    History() : world(1) {
        for (const char* name : {"one", "two"}) {
            model::Host host;
            host.spec.name = name;
            world.hosts.push_back(host);
        }
    }

    ContainerId container(const std::string& name, const std::string& service = "", std::uint32_t host = 1, const std::string& project = "") {
        model::ContainerSpec spec;
        if (!service.empty()) spec.labels = {{"com.docker.compose.service", service}, {"com.docker.compose.container-number", "1"}};
        if (!project.empty()) spec.labels["com.docker.compose.project"] = project;
        return container(name, std::move(spec), host);
    }
    /// One of web's in a swarm, in slot web.1.
    ContainerId task(const std::string& id) {
        model::ContainerSpec spec;
        spec.labels = {{"com.docker.swarm.service.name", "web"}, {"com.docker.swarm.service.id", "s"}, {"com.docker.swarm.task.id", id}, {"com.docker.swarm.task.name", "web.1." + id}};
        return container("web.1." + id, std::move(spec), 1);
    }
    ContainerId container(const std::string& name, model::ContainerSpec spec, std::uint32_t host) {
        spec.image = "busybox";
        model::Container row;
        row.spec = world.add_spec(std::make_shared<const model::ContainerSpec>(spec));
        row.name = world.kernel.intern(name);
        row.host = model::HostId{host};
        row.detail.ensure().id = std::string(64, 'a');
        world.containers.push_back(std::move(row));
        const ContainerId id{static_cast<std::uint32_t>(world.containers.size())};
        record(id, model::kFactContainerCreate);
        return id;
    }
    void at(std::int64_t second) { world.kernel.advance_to(Time{} + seconds(second)); }
    void start(ContainerId id, model::StartReason reason = model::StartReason::Request) {
        record(id, model::kFactContainerStart, reason, 0, Duration{});
    }
    /// A death; `ran` in seconds, as far as the engine knows.
    void die(ContainerId id, int exit, std::int64_t ran, model::ExitDecision decision = model::ExitDecision::StaysDown) {
        record(id, model::kFactContainerDie, exit, model::ExitHow::Exited, 0, decision, seconds(ran), Duration{}, 0);
    }
    /// Its engine finds out as it starts.
    void found_dead(ContainerId id, int exit, std::int64_t ran) {
        record(id, model::kFactContainerFoundDead, exit, model::ExitHow::Exited, 0, model::ExitDecision::EngineStopping, seconds(ran), Duration{}, 0);
    }
    /// A signal, through docker or past it: the cause of what comes next.
    void signal(ContainerId id, int number, bool through_docker) {
        if (through_docker) {
            record(id, model::kFactContainerKill, number);
        } else {
            world.kernel.record(model::kFactProcessKilled, Subject(SubjectType::Container, id.value), world.container(id).name, 1, number, 0);
        }
        world.kernel.set_cause(world.kernel.journal().last());
    }
    void restarted_by_swarm() {
        world.kernel.record(swarm::kFactTaskRestart, Subject(SubjectType::Task, 1), world.kernel.intern("web.1"), seconds(5), swarm::RestartReason::Ended, 2U);
    }
    void host_down(std::uint32_t host) {
        world.kernel.record(model::kFactHostDown, Subject(SubjectType::Host, host), world.kernel.intern("host"), world.kernel.intern("power loss"));
    }
    ServiceSummary only(std::int64_t end) {
        at(end);
        const auto services = summarise(world, catalogue, world.kernel.now());
        REQUIRE(services.size() == 1);
        return services.front();
    }

    model::World world;
    FactCatalogue catalogue{{&model::model_facts(), &swarm::swarm_facts()}};

  private:
    template <class... Fields>
    void record(ContainerId id, FactKind kind, Fields... fields) {
        const model::Container& c = world.container(id);
        world.kernel.record(kind, Subject(SubjectType::Container, id.value), c.name, world.image_of(c), fields...);
    }
};

}  // namespace

TEST_CASE("summary: what runs at the end and answers nobody is told") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    CHECK(history.only(10).trouble.empty());
    history.world.container(web).detail->health.status = model::HealthStatus::Unhealthy;
    CHECK(history.only(11).trouble == "unhealthy");
    history.world.host(model::HostId{1}).frozen = true;
    CHECK(history.only(12).trouble == "its host frozen");
    history.world.container(web).state = model::ContainerState::Paused;
    CHECK(history.only(13).trouble == "paused");
    history.die(web, 0, 13);
    CHECK(history.only(14).trouble.empty());
}

TEST_CASE("summary: a service that never started has no availability") {
    History history;
    history.container("web");
    const ServiceSummary web = history.only(100);
    CHECK(web.service == "web");
    CHECK(web.containers == 1);
    CHECK(web.starts == 0);
    CHECK(web.availability() == -1);
    CHECK(web.up == Duration{});
    CHECK(web.down == Duration{});
    CHECK_FALSE(web.exited);
}

TEST_CASE("summary: from the first start on, what is not up is down") {
    History history;
    history.at(5);
    const ContainerId web = history.container("web");
    history.at(10);
    history.start(web);
    history.at(40);
    history.die(web, 3, 30);
    history.at(50);
    history.start(web, model::StartReason::RestartPolicy);
    const ServiceSummary summary = history.only(110);
    CHECK(summary.starts == 2);
    CHECK(summary.restarts == 1);
    CHECK(summary.up == seconds(90));
    CHECK(summary.down == seconds(10));
    CHECK(summary.availability() == 9'000);
    CHECK(summary.last_exit == 3);
    CHECK(summary.running_at_end);
}

TEST_CASE("summary: only the policy's starts are restarts, asked for and made by the engine are not") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    for (const auto reason : {model::StartReason::RestartRequest, model::StartReason::EngineStart, model::StartReason::RestartPolicy, model::StartReason::Request}) {
        history.at(static_cast<std::int64_t>(history.world.kernel.now().seconds()) + 10);
        history.die(web, 0, 10);
        history.start(web, reason);
    }
    const ServiceSummary summary = history.only(60);
    CHECK(summary.starts == 5);
    CHECK(summary.restarts == 1);
    CHECK(summary.down == Duration{});
    CHECK(summary.availability() == 10'000);
}

TEST_CASE("summary: a service is up while one of its containers is, and containers of no service stand alone") {
    History history;
    const ContainerId first = history.container("p-web-1", "web");
    const ContainerId second = history.container("p-web-2", "web");
    const ContainerId alone = history.container("alone");
    history.start(first);
    history.start(alone);
    history.at(20);
    history.start(second);
    history.at(30);
    history.die(first, 1, 30);
    history.at(50);
    history.die(second, 2, 30);
    history.at(60);
    history.start(first);
    history.at(100);
    const auto services = summarise(history.world, history.catalogue, history.world.kernel.now());
    REQUIRE(services.size() == 2);
    CHECK(services[0].service == "alone");
    CHECK(services[0].availability() == 10'000);
    CHECK(services[1].service == "web");
    CHECK(services[1].containers == 2);
    CHECK(services[1].up == seconds(90));
    CHECK(services[1].down == seconds(10));
    CHECK(services[1].last_exit == 2);
}

TEST_CASE("summary: services of one name are apart where they are of two projects, and called by these as soon as there are two") {
    History history;
    const auto told = [&history](std::int64_t second) {
        history.at(second);
        std::string out;
        for (const ServiceSummary& service : summarise(history.world, history.catalogue, history.world.kernel.now()))
            out += fmt::format("{} {} {}; ", service.called(), service.starts, service.availability());
        return out;
    };
    const ContainerId shop = history.container("shop-web-1", "web", 1, "shop");
    history.start(history.container("shop-db-1", "db", 1, "shop"));
    history.start(shop);
    CHECK(told(20) == "db 1 10000; web 1 10000; ");
    const ContainerId blog = history.container("blog-web-1", "web", 2, "blog");
    history.at(30);
    history.start(blog);
    history.at(40);
    history.die(shop, 1, 40);
    CHECK(told(60) == "db 1 10000; blog/web 1 10000; shop/web 1 6666; ");
    history.start(history.container("db"));
    CHECK(told(61) == "db 1 10000; shop/db 1 10000; blog/web 1 10000; shop/web 1 6557; ");
    // A name without a project means those of all projects together, where nothing is called so by itself.
    const auto availability = [&history](const std::string& name) {
        const auto of = availability_of(history.world, history.catalogue, history.world.kernel.now(), name);
        return of ? std::optional(of->share) : std::nullopt;
    };
    CHECK(availability("web") == 10'000);
    CHECK(availability("shop/web") == 6'557);
    CHECK(availability("blog/web") == 10'000);
    CHECK(availability("blog/db") == std::nullopt);
    CHECK(availability("") == std::nullopt);
    // Whose containers died is told with it, in the order of time.
    const auto deaths = [&](const std::string& name) {
        std::string out;
        const auto of = availability_of(history.world, history.catalogue, history.world.kernel.now(), name);
        for (const FactId id : of->deaths) {
            const ContainerId container{history.world.kernel.journal().at(id).subject.id()};
            out += container == shop ? "shop " : container == blog ? "blog " : "other ";
        }
        return out;
    };
    history.at(70);
    history.die(blog, 1, 40);
    CHECK(deaths("web") == "shop blog ");
    CHECK(deaths("shop/web") == "shop ");
    CHECK(deaths("db").empty());
}

TEST_CASE("histories: a name means all services that are called so, and with its project one, read at once or as they come") {
    History history;
    Histories pieces;
    const auto told = [&](const std::string& name) {
        pieces.follow(history.world, history.catalogue);
        Histories once;
        once.follow(history.world, history.catalogue);
        const auto text = [&name](const Histories& histories) {
            const ServiceHistory all = histories.of(name);
            return histories.knows(name) ? fmt::format("{} {} {}", all.starts, all.deaths, all.exited ? all.last_exit : -1) : std::string("nobody");
        };
        CHECK(text(pieces) == text(once));
        return text(pieces);
    };
    CHECK(told("web") == "nobody");
    const ContainerId shop = history.container("shop-web-1", "web", 1, "shop");
    history.start(shop);
    history.die(shop, 3, 1);
    CHECK(told("web") == "1 1 3");
    CHECK(told("blog/web") == "nobody");
    const ContainerId blog = history.container("blog-web-1", "web", 2, "blog");
    history.start(blog);
    CHECK(told("web") == "2 1 3");
    CHECK(told("blog/web") == "1 0 -1");
    history.die(blog, 4, 1);
    CHECK(told("web") == "2 2 4");
    history.start(shop);
    history.die(shop, 5, 1);
    CHECK(told("web") == "3 3 5");
    CHECK(told("shop/web") == "2 2 5");
    CHECK(told("blog/web") == "1 1 4");
    // One of no project is called nothing else, so it alone is meant, as by a fault.
    history.start(history.container("own", "web"));
    CHECK(told("web") == "1 0 -1");
    CHECK(told("shop/web") == "2 2 5");
    CHECK(services_meant(history.world, "web") == std::set{model::ServiceIdentity{"web", ""}});
    CHECK(services_meant(history.world, "shop/web") == std::set{model::ServiceIdentity{"web", "shop"}});
}

TEST_CASE("summary: a host that loses its power takes its containers down at once, whenever its engine says so") {
    History history;
    const ContainerId here = history.container("here");
    const ContainerId there = history.container("there", "", 2);
    history.start(here);
    history.start(there);
    history.at(40);
    history.host_down(1);
    history.at(70);
    history.die(here, 255, 70);
    history.start(here, model::StartReason::EngineStart);
    history.at(100);
    const auto services = summarise(history.world, history.catalogue, history.world.kernel.now());
    REQUIRE(services.size() == 2);
    CHECK(services[0].service == "here");
    CHECK(services[0].down == seconds(30));
    CHECK(services[0].last_exit == 255);
    CHECK(services[0].starts == 2);
    CHECK(services[1].down == Duration{});
}

TEST_CASE("summary: a death that an engine tells late counts from when it was") {
    History history;
    const ContainerId web = history.container("web");
    history.at(10);
    history.start(web);
    history.at(80);
    history.die(web, 1, 20);  // it ended at 30
    const ServiceSummary summary = history.only(110);
    CHECK(summary.up == seconds(20));
    CHECK(summary.down == seconds(80));
    CHECK_FALSE(summary.running_at_end);
}

TEST_CASE("summary: a death that nobody has told by the end is none of the engine's, but of the world") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    model::Container& row = history.world.container(web);
    row.process_alive = false;
    row.detail->pending_end = Time{} + seconds(30);
    const ServiceSummary summary = history.only(40);
    CHECK(summary.up == seconds(30));
    CHECK_FALSE(summary.running_at_end);
    CHECK_FALSE(summary.exited);
}

TEST_CASE("summary: an engine that settles a container in back-off does not count as another exit") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    history.at(10);
    history.die(web, 7, 10);
    history.at(20);
    history.die(web, 0, 20);
    const ServiceSummary summary = history.only(30);
    CHECK(summary.last_exit == 7);
    CHECK_FALSE(summary.done_at_end);
    CHECK(summary.up == seconds(10));
    CHECK(summary.down == seconds(20));
}

TEST_CASE("summary: availability is cut, not rounded, and whole for a start at the very end") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    CHECK(history.only(0).availability() == 10'000);
    history.at(2);
    history.die(web, 1, 2);
    CHECK(history.only(3).availability() == 6'666);
}

TEST_CASE("summary: an outage goes from the last container's end to the next start") {
    History history;
    const ContainerId first = history.container("p-web-1", "web");
    const ContainerId second = history.container("p-web-2", "web");
    history.at(5);
    history.start(first);
    history.at(20);
    history.start(second);
    history.at(30);
    history.die(first, 1, 25);
    history.at(50);
    history.die(second, 1, 30);
    history.at(58);
    history.start(first);
    history.at(90);
    history.die(first, 137, 32);
    const ServiceSummary web = history.only(100);
    CHECK(web.outages == std::vector<Outage>{{Time{} + seconds(50), seconds(8), true},
                                             {Time{} + seconds(90), seconds(10), false}});
    CHECK(web.down == seconds(18));
}

TEST_CASE("summary: a program that ends by itself and well has done its work, one that fails has not") {
    History history;
    const ContainerId job = history.container("job");
    history.start(job);
    history.at(10);
    history.die(job, 0, 10);
    CHECK(history.only(100).outages.empty());
    CHECK(history.only(100).down == Duration{});
    CHECK(history.only(100).availability() == 10'000);
    CHECK(history.only(100).done_at_end);
    // Done again later: nothing was out in between.
    history.start(job);
    history.at(110);
    history.die(job, 3, 10);
    CHECK(history.only(130).outages == std::vector<Outage>{{Time{} + seconds(110), seconds(20), false}});
}

TEST_CASE("summary: an end with status 0 that somebody brought about is an outage") {
    for (const bool by_signal : {false, true}) {
        History history;
        const ContainerId web = history.container("web");
        history.start(web);
        history.at(10);
        if (by_signal) {
            history.world.kernel.record(model::kFactProcessKilled, Subject(SubjectType::Process, 1), history.world.kernel.intern("web"), 1, 15, 0);
            history.world.kernel.set_cause(history.world.kernel.journal().last());
        }
        history.die(web, 0, 10, by_signal ? model::ExitDecision::StaysDown : model::ExitDecision::ManuallyStopped);
        CHECK(history.only(100).outages.size() == 1);
    }
    // The policy brings it back: it was not meant to end.
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    history.at(10);
    history.die(web, 0, 10, model::ExitDecision::Restart);
    history.at(12);
    history.start(web, model::StartReason::RestartPolicy);
    CHECK(history.only(100).outages == std::vector<Outage>{{Time{} + seconds(10), seconds(2), true}});
}

TEST_CASE("summary: a build's intermediate container is no service") {
    History history;
    const ContainerId web = history.container("web");
    history.start(web);
    const ContainerId step = history.container("daring_piccolo");
    history.world.detail(step).build_place = "app/Dockerfile:3";
    history.start(step);
    CHECK(history.only(100).service == "web");
}

TEST_CASE("run's end: a stop is one whatever the policy is, and only what ends by itself and well is done") {
    struct Case {
        int signal;  // through docker; negative: past it
        int exit;
        model::ExitDecision decision;
        RunEnd end;
    };
    using model::ExitDecision;
    for (const Case& one : {Case{15, 143, ExitDecision::StaysDown, RunEnd::Stopped}, Case{9, 137, ExitDecision::StaysDown, RunEnd::Stopped}, Case{15, 0, ExitDecision::Succeeded, RunEnd::Stopped},
                            Case{0, 143, ExitDecision::ManuallyStopped, RunEnd::Stopped}, Case{0, 0, ExitDecision::StaysDown, RunEnd::Done}, Case{0, 0, ExitDecision::OutOfAttempts, RunEnd::Done},
                            Case{0, 0, ExitDecision::Restart, RunEnd::Restarts}, Case{0, 3, ExitDecision::StaysDown, RunEnd::Failed}, Case{-15, 0, ExitDecision::StaysDown, RunEnd::Failed}}) {
        INFO(one.signal << " " << one.exit);
        History history;
        const ContainerId web = history.container("web");
        history.start(web);
        if (one.signal != 0) history.signal(web, std::abs(one.signal), one.signal > 0);
        history.die(web, one.exit, 0, one.decision);
        const FactReader reader(history.world, history.catalogue);
        RunFollower follower;
        std::optional<RunEnd> end;
        history.world.kernel.journal().for_each(FactId{1}, [&](const Fact& fact) { end = follower.follow(history.world, reader, fact); });
        REQUIRE(end);
        CHECK(*end == one.end);
    }
}

TEST_CASE("summary: a task that the swarm restarts has not done its work, however well it ended") {
    History history;
    const ContainerId first = history.task("a");
    history.start(first);
    history.at(10);
    history.die(first, 0, 10);
    CHECK(history.only(12).done_at_end);
    history.restarted_by_swarm();
    CHECK(history.only(13).outages == std::vector<Outage>{{Time{} + seconds(10), seconds(3), false}});
    CHECK_FALSE(history.only(13).done_at_end);
    history.at(15);
    const ContainerId second = history.task("b");
    history.start(second);
    CHECK(history.only(20).outages == std::vector<Outage>{{Time{} + seconds(10), seconds(5), true}});
    CHECK(history.only(20).restarts == 1);
    // The one that nobody restarts has.
    history.die(second, 0, 5);
    CHECK(history.only(30).outages.size() == 1);
    CHECK(history.only(30).done_at_end);
}

TEST_CASE("summary: an end that no engine has noticed comes to the same once one has") {
    struct Case {
        model::RestartPolicyKind policy;
        int exit;
        int signal;  // from outside, after its engine was gone
        bool done;
    };
    using model::RestartPolicyKind;
    for (const Case& one : {Case{RestartPolicyKind::No, 0, 0, true}, Case{RestartPolicyKind::OnFailure, 0, 0, true}, Case{RestartPolicyKind::Always, 0, 0, false}, Case{RestartPolicyKind::No, 3, 0, false},
                            Case{RestartPolicyKind::No, 0, 15, false}}) {
        INFO(static_cast<int>(one.policy) << " " << one.exit << " " << one.signal);
        History history;
        const ContainerId job = history.container("job");
        history.start(job);
        model::Container& row = history.world.container(job);
        row.policy = one.policy;
        history.at(30);
        if (one.signal != 0) history.signal(job, one.signal, false);
        row.process_alive = false;
        row.detail->pending_end = Time{} + seconds(30);
        row.detail->pending_exit_code = one.exit;
        const ServiceSummary before = history.only(60);
        CHECK(before.done_at_end == one.done);
        CHECK(before.outages.empty() == one.done);
        history.at(70);
        history.world.kernel.set_cause({});
        history.found_dead(job, one.exit, 30);
        if (one.policy == RestartPolicyKind::Always) history.start(job, model::StartReason::EngineStart);
        const ServiceSummary after = history.only(80);
        CHECK(after.done_at_end == one.done);
        CHECK(after.outages.empty() == one.done);
        if (!one.done) CHECK(after.outages.front().begin == Time{} + seconds(30));
    }
}

TEST_CASE("causes: the chain goes back to what has none, and the last thing about a name is found by moment") {
    History history;
    const ContainerId web = history.container("web");
    history.world.kernel.set_cause(history.world.kernel.journal().last());
    history.at(10);
    history.world.kernel.set_cause(FactId{1});
    history.start(web);
    history.world.kernel.set_cause(FactId{2});
    history.die(web, 1, 0);
    CHECK(causal_chain(history.world.kernel.journal(), FactId{3}) == std::vector<FactId>{FactId{1}, FactId{2}, FactId{3}});
    CHECK(last_fact_about(history.world, history.catalogue, "web", Time{} + seconds(5)) == FactId{1});
    CHECK(last_fact_about(history.world, history.catalogue, "web", Time{} + seconds(10)) == FactId{3});
    CHECK_FALSE(last_fact_about(history.world, history.catalogue, "db", Time{} + seconds(10)));
    CHECK(explain(history.world, history.catalogue, "db", Time{} + seconds(10)).steps.empty());
}

}  // namespace podium::view
