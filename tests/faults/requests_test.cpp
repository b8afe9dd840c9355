// How faults are written, checked, begun and ended.

#include <set>

#include <fmt/format.h>

#include "tests/faults/fault_fixture.hpp"

namespace podium::faults {
namespace {

std::string refusal(const std::string& text) {
    const auto request = parse_fault(text);
    REQUIRE_FALSE(request.ok());
    CHECK(request.error().message.find('\n') == std::string::npos);
    CHECK_FALSE(request.error().hint.empty());
    return request.error().message;
}

}  // namespace

TEST_CASE("faults: there are the twenty-two of the list, each with its words") {
    std::set<std::string_view> ids;
    for (const FaultSpec& spec : fault_list()) {
        CHECK(ids.insert(spec.id).second);
        CHECK_FALSE(spec.summary.empty());
        CHECK_FALSE(spec.ends.empty());
        for (const FaultArgument& argument : spec.arguments) CHECK_FALSE(argument.meaning.empty());
    }
    CHECK(ids.size() == 22);
}

TEST_CASE("faults: what is written wrongly is refused in one sentence with what to do") {
    CHECK(refusal("") == "which fault?");
    CHECK(refusal("kil web") == "unknown fault 'kil'");
    CHECK(refusal("kill") == "the fault kill needs a target");
    CHECK_THAT(parse_fault("partition").error().hint, Catch::Contains("in quotes where a shell reads it"));
    CHECK(refusal("kill web db") == "the fault kill has one target, but 'web' and 'db' are named");
    CHECK(refusal("kill web how=hard") == "the fault kill has no argument 'how'");
    CHECK(refusal("kill web signal=NOSUCH") == "the fault kill can't take signal=NOSUCH");
    CHECK(refusal("kill web signal=") == "the fault kill can't take signal=");
    CHECK(refusal("crash-loop web after=soon") == "the fault crash-loop can't take after=soon");
    CHECK(refusal("crash-loop web after=-1s") == "the fault crash-loop can't take after=-1s");
    CHECK(refusal("slow-start web by=-20s") == "the fault slow-start can't take by=-20s");
    CHECK(refusal("memory-leak web rate=much") == "the fault memory-leak can't take rate=much");
    CHECK(refusal("memory-leak web rate=-1m") == "the fault memory-leak can't take rate=-1m");
    CHECK(refusal("disk-full host left=x") == "the fault disk-full can't take left=x");
    CHECK(refusal("slow-disk host factor=0") == "the fault slow-disk can't take factor=0");
    CHECK(refusal("slow-disk host factor=2000") == "the fault slow-disk can't take factor=2000");
    CHECK(refusal("clock-skew host by=1000000h") == "the fault clock-skew can't take by=1000000h");
    CHECK(refusal("delay a-b by=-1ms") == "the fault delay can't take by=-1ms");
    CHECK(refusal("close-port host port=0") == "the fault close-port can't take port=0");
    CHECK(refusal("close-port host port=2377/sctp") == "the fault close-port can't take port=2377/sctp");
    CHECK(refusal("loss a-b rate=101%") == "the fault loss can't take rate=101%");
    CHECK(refusal("freeze host what=all") == "the fault freeze can't take what=all");
    CHECK(refusal("registry-outage docker.io how=badly") == "the fault registry-outage can't take how=badly");
    CHECK(refusal(std::string(2000, 'x')) == "a fault is described in at most 1000 characters");
    CHECK(parse_fault("clock-skew host by=-5m").ok());
    CHECK(parse_fault("loss a-b rate=0.5%").ok());
}

TEST_CASE("faults: the table says of each argument whether it is a time") {
    std::size_t times = 0;
    for (const FaultSpec& spec : fault_list()) {
        for (const FaultArgument& argument : spec.arguments) {
            INFO(spec.id << " " << argument.name);
            const auto read = parse_fault(fmt::format("{} web {}=parsec", spec.id, argument.name));
            CHECK(argument.time == (!read && read.error().hint == "write a time, like 500ms or 20s"));
            times += argument.time ? 1 : 0;
        }
    }
    CHECK(times >= 4);
}

TEST_CASE("faults: a target that is not there is named, with what there is") {
    FaultRun run(2);
    run.line(0, "docker run -d --name web nginx");
    run.run_to(5);
    const auto missing = [&run](const std::string& text) {
        const auto request = parse_fault(text);
        REQUIRE(request.ok());
        const auto checked = check_fault(run.session().world(), *request);
        REQUIRE_FALSE(checked.ok());
        return checked.error().message + "; " + checked.error().hint;
    };
    CHECK(missing("kill db") == "there is no service or container 'db' to break; there is web");
    CHECK(missing("kill host1") == "there is no service or container 'host1' to break; there is web");
    CHECK(missing("power-loss web") == "there is no host 'web' to break; there are host1, host2");
    CHECK(missing("link-cut host1-host9") == "there is no link 'host1-host9' to break; there are host1, host2");
    CHECK(missing("partition host1|host1") == "there is no group of hosts 'host1|host1' to break; there are host1, host2");
    CHECK(missing("partition host1|host9") == "there is no group of hosts 'host1|host9' to break; there are host1, host2");
    CHECK(missing("registry-outage docker") == "there is no registry 'docker' to break; name it as in images' names, like docker.io or ghcr.io");
    CHECK(missing("corrupt-image UPPER") == "there is no image 'UPPER' to break; name it like nginx:latest");
}

TEST_CASE("faults: a host alone has no link to break, and is not offered itself") {
    FaultRun run;
    const auto checked = check_fault(run.session().world(), *parse_fault("loss host1 rate=50%"));
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().message == "host1 has no link to break");
    CHECK_THAT(checked.error().hint, Catch::Contains("traffic from outside"));
}

TEST_CASE("faults: one that is over at once has no end to give") {
    FaultRun run;
    CHECK_FALSE(run.session().check({at(10), lab::CommandKind::Lift, "host1", "kill web", {}}).ok());
    CHECK(run.session().check({at(10), lab::CommandKind::Lift, "host1", "hang web", {}}).ok());
    CHECK_THAT(run.output("lift engine-restart host1"), Catch::Contains("over at once"));
}

TEST_CASE("faults: a lift without arguments ends the newest of its kind, with them that one") {
    FaultRun run;
    run.line(0, "docker run -d --name web nginx");
    run.fault("slow-start web by=5s", 5);
    run.fault("slow-start web by=7s", 6);
    run.fault("slow-start web by=9s", 7);
    run.lift("slow-start web by=7s", 8);
    run.run_to(8.5);
    CHECK(run.container("web").detail->slow_start == seconds(14));
    run.lift("slow-start web", 9);
    run.run_to(9.5);
    CHECK(run.container("web").detail->slow_start == seconds(5));
    run.lift("slow-start web", 10);
    run.lift("slow-start web", 11);  // there is none left
    run.run_to(12);
    CHECK(run.container("web").detail->slow_start == Duration{});
    CHECK(run.count(kFactFaultEnd) == 3);
}

TEST_CASE("faults: seeking into one and forking out of it equals running there") {
    for (const char* text : {"freeze host1", "hang web", "crash-loop web", "memory-leak web rate=64m", "power-loss host1", "disk-full host1"}) {
        FaultRun run;
        run.line(0, "docker run -d --name web --restart always --health-cmd true --health-interval 3s nginx");
        run.fault(text, 10, 30);
        lab::Session whole = run.session().fork();
        whole.run_until(at(100));
        run.run_to(20);
        lab::Session fork = run.session().fork();
        fork.run_until(at(100));
        INFO(text);
        CHECK(fork.fingerprint() == whole.fingerprint());
        const std::uint64_t there = run.session().fingerprint();
        run.run_to(60);
        run.session().seek(at(20));
        CHECK(run.session().fingerprint() == there);
    }
}

}  // namespace podium::faults
