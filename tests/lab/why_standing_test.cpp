// What `why` says of a swarm's tasks at a moment: what the managers count apart from what is so, tasks that are about to be
// made, and how often one was replaced.

#include <catch2/catch.hpp>

#include "sim/lab/why.hpp"
#include "tests/lab/swarm_lines.hpp"

namespace podium::lab {
namespace {

class StandingRun {
  public:
    StandingRun& types(const std::string& line) { return posts(CommandKind::Line, line); }
    StandingRun& breaks(const std::string& fault) { return posts(CommandKind::Inject, fault); }
    StandingRun& waits(Duration time) {
        session_.run_until(session_.now() + time);
        return *this;
    }

    std::string why(const std::string& target) {
        const auto text = lab::why(session_, target, session_.now(), 0);
        return text ? *text : "error: " + text.error().text();
    }
    /// The task of web on a host.
    std::string task_on(const std::string& host) {
        for (const char* name : {"web.1", "web.2", "web.3"}) {
            if (why(name).starts_with(std::string(name) + " runs on " + host)) return name;
        }
        return {};
    }
    /// Steps through what follows until `target` is told with `part`; what was told then, else nothing.
    std::string why_once(const std::string& target, const std::string& part, Duration most) {
        const Time end = session_.now() + most;
        while (session_.now() < end) {
            if (std::string text = why(target); text.find(part) != std::string::npos) return text;
            waits(milliseconds(1));
        }
        return {};
    }

  private:
    StandingRun& posts(CommandKind kind, const std::string& text) {
        session_.post({session_.now(), kind, "swarm-larry", text, {}});
        return *this;
    }

    typed::SwarmLines lines_;
    Session& session_ = lines_.session();
};

bool standing_tells(const std::string& text, const std::string& part) {
    UNSCOPED_INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("why of a swarm: a host that is off runs nothing, whatever the managers still count") {
    StandingRun run;
    run.types("docker service create -d --name web --replicas 3 nginx").waits(seconds(5));
    const std::string task = run.task_on("swarm-moe");
    REQUIRE_FALSE(task.empty());
    CHECK(standing_tells(run.why("swarm-moe"), "In the swarm it is a worker, ready and active; 1 task runs there.\n"));
    run.breaks("power-loss swarm-moe").waits(seconds(3));
    CHECK(standing_tells(run.why("web"), "The managers count 3 of 3 tasks of web as running; 2 do.\nThe managers still count " + task + " as running on swarm-moe"));
    CHECK(standing_tells(run.why(task), ", but swarm-moe is off.\n"));
    CHECK(standing_tells(run.why(task), "swarm-moe went down: power loss.\n"));
    CHECK(standing_tells(run.why("swarm-moe"), "The managers take it for a worker, ready and active, and count 1 task as running there; none does.\n"));
}

TEST_CASE("why of a swarm: a task whose container has ended is not told as running without a leader") {
    StandingRun run;
    run.types("docker node promote swarm-curly swarm-moe").waits(seconds(10));
    run.types("docker service create -d --name web --replicas 3 nginx").waits(seconds(5));
    const std::string task = run.task_on("swarm-larry");
    REQUIRE_FALSE(task.empty());
    run.breaks("power-loss swarm-moe").breaks("power-loss swarm-curly").waits(seconds(30));
    run.breaks("kill " + task).waits(seconds(5));
    CHECK(standing_tells(run.why(task), "The managers still count " + task + " as running on swarm-larry"));
    CHECK(standing_tells(run.why(task), ", but its container has ended.\n"));
    CHECK(standing_tells(run.why(task), "No manager leads at present, so nothing is decided"));
    CHECK(standing_tells(run.why("web"), "The managers count 3 of 3 tasks of web as running; none does.\n"));
    CHECK(standing_tells(run.why("web"), "Besides: the managers still count web."));
}

TEST_CASE("why of a swarm: a container that has ended is told as ended though its engine is gone and notices nothing") {
    StandingRun run;
    run.types("docker service create -d --name web --replicas 3 nginx").waits(seconds(5));
    const std::string task = run.task_on("swarm-moe");
    REQUIRE_FALSE(task.empty());
    run.breaks("engine-kill swarm-moe").breaks("kill " + task).waits(milliseconds(100));
    CHECK(standing_tells(run.why(task), "The managers still count " + task + " as running on swarm-moe"));
    CHECK(standing_tells(run.why(task), ", but its container has ended.\n"));
    CHECK(standing_tells(run.why("web"), "The managers count 3 of 3 tasks of web as running; 2 do.\n"));
}

TEST_CASE("why of a swarm: a task whose host goes before it starts is told with what became of the host") {
    StandingRun run;
    run.types("docker service create -d --name web --constraint node.hostname==swarm-moe nginx");
    REQUIRE_FALSE(run.why_once("web.1", "web.1 is being prepared on swarm-moe", seconds(2)).empty());
    run.breaks("power-loss swarm-moe").waits(milliseconds(500));
    CHECK(standing_tells(run.why("web.1"), "web.1 was to start on swarm-moe, which is off.\n"));
    CHECK(standing_tells(run.why("web.1"), "swarm-moe went down: power loss.\n"));
}

TEST_CASE("why of a swarm: a task on a host that is only cut off runs") {
    StandingRun run;
    run.types("docker service create -d --name web --replicas 3 nginx").waits(seconds(5));
    const std::string task = run.task_on("swarm-moe");
    REQUIRE_FALSE(task.empty());
    run.breaks("partition swarm-larry,swarm-curly|swarm-moe").waits(seconds(3));
    CHECK(standing_tells(run.why(task), task + " runs on swarm-moe, since "));
    CHECK(standing_tells(run.why("web"), "web has 3 of 3 tasks running.\n"));
    run.waits(seconds(40));
    CHECK(standing_tells(run.why("swarm-moe"), "The managers take it for a worker, down and active, and count no tasks as running there; 1 does.\n"));
}

TEST_CASE("why of a swarm: a task that is wanted and not agreed on yet is told as that") {
    StandingRun run;
    run.types("docker service create -d --name web --replicas 3 nginx").waits(seconds(5));
    CHECK(standing_tells(run.why("web.5"), "There is no web.5: web is to have 3 tasks.\n"));
    run.types("docker service scale -d web=5");
    const std::string text = run.why_once("web.5", "web is to have 5 tasks", seconds(1));
    CHECK_FALSE(standing_tells(text, "There is no"));
    CHECK(standing_tells(text, "web.5 is new: web is to have 5 tasks, and the managers have yet to agree on this one, which their leader has made.\n"));
    CHECK(standing_tells(run.why_once("web.5", "web.5 is pending, since ", seconds(1)), "it waits for the scheduler.\n"));
    run.waits(seconds(5));
    CHECK(standing_tells(run.why("web.5"), "web.5 runs on "));
    CHECK(standing_tells(run.why("web.7"), "There is no web.7: web is to have 5 tasks.\n"));
}

TEST_CASE("why of a swarm: replacements are counted through all versions, those of the present one besides") {
    StandingRun run;
    run.types("docker service create -d --name job --restart-delay 2s busybox sh -c 'sleep 1; exit 3'").waits(seconds(20));
    const std::string before = run.why("job.1");
    CHECK(standing_tells(before, " times so far.\n"));
    CHECK_FALSE(standing_tells(before, "since its service asks"));
    run.types("docker service update -d --args \"sh -c 'sleep 3; exit 4'\" job").waits(seconds(2));
    CHECK(standing_tells(run.why("job.1"), " times so far, never since its service asks for what it does now.\n"));
    run.waits(seconds(60));
    const std::string after = run.why("job.1");
    CHECK(standing_tells(after, " times since its service asks for what it does now.\n"));
}

}  // namespace podium::lab
