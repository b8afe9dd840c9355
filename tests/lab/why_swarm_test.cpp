// `why` for a swarm's tasks: pending, moved, restarted, rejected. The answers are read aloud in a
// workshop, so they are held here as they are read, but for the moments in them (each a T). Swarm's
// own sentences are those of the recordings (reference/docker, report F to I).

#include <cctype>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/why.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string file_text(const std::string& path) {
    std::ifstream in(test::source_directory() + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// "36.439s" and "1m02.300s" become "T"; "5.0 s" stays.
std::string timeless(const std::string& text) {
    const auto is_digit = [&text](std::size_t at) {
        return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        if (is_digit(at) && (at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1])))) {
            while (is_digit(end) || (end < text.size() && (text[end] == 'm' || text[end] == '.')))
                ++end;
            const bool moment = end > at + 4 && end < text.size() && text[end] == 's' &&
                                text[end - 4] == '.' &&
                                (end + 1 == text.size() ||
                                 !std::isalnum(static_cast<unsigned char>(text[end + 1])));
            if (moment) {
                // The column of moments is ten wide.
                while (out.ends_with("  "))
                    out.pop_back();
                out += "T";
                at = end + 1;
                continue;
            }
        }
        out += text[at++];
    }
    return out;
}

class Run {
  public:
    explicit Run(const std::string& cluster = file_text("scenarios/clusters/three-host.yaml"),
                 bool formed = true)
        : session_(begin(cluster, formed)) {
        if (!session_.log().empty()) session_.run_until(session_.log().back().time + seconds(3));
    }

    /// What the line wrote.
    std::string types(const std::string& line, const std::string& host = "swarm-larry") {
        session_.take_shown();
        session_.post({session_.now(), CommandKind::Line, host, line, {}});
        std::string out;
        bool done = false;
        session_.run_until(session_.now() + minutes(30), [&](const Session&) {
            for (const Shown& shown : session_.take_shown()) {
                if (shown.terminal != host) continue;
                if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error)
                    out += shown.text;
                done = done || shown.kind == Shown::Kind::Done;
            }
            return done;
        });
        REQUIRE(done);
        return out;
    }

    Run& waits(std::int64_t whole_seconds) {
        session_.run_until(session_.now() + seconds(whole_seconds));
        return *this;
    }

    Run& breaks(const std::string& fault, bool lift = false) {
        session_.post({session_.now(),
                       lift ? CommandKind::Lift : CommandKind::Inject,
                       "swarm-larry",
                       fault,
                       {}});
        return *this;
    }

    std::string why(const std::string& target) { return why(target, session_.now()); }

    std::string why(const std::string& target, Time until) {
        const auto text = lab::why(session_, target, until, 0);
        return text ? timeless(*text) : "error: " + text.error().text();
    }

    Session& session() { return session_; }

  private:
    static Session begin(const std::string& text, bool formed) {
        const auto cluster = parse_cluster_file(text, "c.yaml");
        REQUIRE(cluster.ok());
        SetUp set_up;
        set_up.catalogue = file_text("scenarios/images.yaml");
        set_up.images = {"busybox", "nginx", "redis"};
        set_up.services = {{"web", "nginx", ""}, {"db", "redis", ""}};
        set_up.files = {{"host",
                         "/root/compose.yaml",
                         "services:\n"
                         "  web: {image: nginx, deploy: {replicas: 2}}\n"
                         "  db: {image: redis}\n"}};
        use_cluster(set_up, *cluster);
        set_up.swarm_formed = formed;
        auto session = begin_session(std::move(set_up));
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
};

bool says(const std::string& text, const std::string& part) {
    UNSCOPED_INFO(text);
    return text.find(part) != std::string::npos;
}

// The command in the brackets of the nearest change.
std::string nearest_command(const std::string& text) {
    const std::string before = "The nearest change that would place it: ";
    const std::size_t line = text.find(before);
    if (line == std::string::npos) return {};
    const std::size_t open = text.find('(', line);
    return text.substr(open + 1, text.find(").\n", open) - open - 1);
}

}  // namespace

TEST_CASE(
    "why of a swarm: a pending task has Swarm's sentence, every node's filters, the way out") {
    Run run;
    run.types(
        "docker service create -d --name cache --reserve-memory 3g --constraint "
        "node.hostname==swarm-curly redis");
    run.waits(5);
    run.types(
        "docker service create -d --name db --reserve-memory 2g --constraint "
        "node.labels.disk==ssd --constraint node.role==worker redis");
    run.waits(5);
    CHECK(
        run.why("db.1") ==
        "db.1 is pending, since T: no suitable node (scheduling constraints not satisfied on 2 "
        "nodes; insufficient resources on 1 node).\n"
        "How that came:\n"
        " T  On swarm-larry somebody typed: docker service create -d --name db --reserve-memory "
        "2g --constraint node.labels.disk==ssd --constraint node.role==worker redis\n"
        " T  └ The service db was created: it is to have 1 task.\n"
        " T  └ The scheduler found no node for db.1.\n"
        "What the scheduler says of each node, asked again:\n"
        "  NODE         FILTER      ANSWER\n"
        "  swarm-larry  constraint  node.labels.disk==ssd does not hold (there is no such label), "
        "node.role==worker does not hold (it is manager)\n"
        "  swarm-curly  resources   reserves 2 GiB of memory, and 1 of 4 GiB are free\n"
        "               constraint  node.labels.disk==ssd does not hold (there is no such label)\n"
        "  swarm-moe    constraint  node.labels.disk==ssd does not hold (there is no such label)\n"
        "The nearest change that would place it: give node swarm-moe the label disk=ssd (docker "
        "node update --label-add disk=ssd swarm-moe).\n"
        "Or: drop the constraint node.labels.disk==ssd (docker service update --constraint-rm "
        "'node.labels.disk==ssd' db).\n"
        "Or: give node swarm-larry the label disk=ssd and demote node swarm-larry (docker node "
        "update --label-add disk=ssd swarm-larry; docker node demote swarm-larry).\n");
}

TEST_CASE("why of a swarm: the nearest change that is told is one, whatever the filter") {
    struct Case {
        const char* before;
        const char* create;
        const char* sentence;
    };

    for (const Case& one : {
             Case{"true",
                  "--constraint node.labels.disk==ssd redis",
                  "no suitable node (scheduling constraints not satisfied on 3 nodes)."},
             Case{"true",
                  "--reserve-memory 9g redis",
                  "no suitable node (insufficient resources on 3 nodes)."},
             Case{"true",
                  "--reserve-cpu 7 redis",
                  "no suitable node (insufficient resources on 3 nodes)."},
             Case{"true",
                  "--replicas 4 --replicas-max-per-node 1 redis",
                  "no suitable node (max replicas per node limit exceed)."},
             Case{"docker node update --availability drain swarm-moe",
                  "--constraint node.hostname==swarm-moe redis",
                  "no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node not "
                  "available for new tasks)."},
             Case{"docker node update --availability pause swarm-moe",
                  "--constraint node.hostname==swarm-moe redis",
                  "no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node not "
                  "available for new tasks)."},
             Case{"true",
                  "--constraint 'node.hostname == elsewhere' redis",
                  "no suitable node (scheduling constraints not satisfied on 3 nodes)."},
         }) {
        Run run;
        run.types(one.before);
        run.types(std::string("docker service create -d --name db ") + one.create);
        run.waits(5);
        const std::string text = run.why("db");
        CAPTURE(text);
        CHECK(says(text, one.sentence));
        const std::string command = nearest_command(text);
        CAPTURE(command);
        CHECK(command.starts_with("docker "));
        run.types(command);
        run.waits(90);
        CHECK_FALSE(says(run.types("docker service ps -f desired-state=running db"), "Pending"));
        CHECK_FALSE(says(run.why("db"), "is pending"));
    }
}

TEST_CASE("why of a swarm: a waiting task of an earlier version is tried no more, and what helps") {
    Run run;
    run.types("docker service create -d --name web --replicas 4 --replicas-max-per-node 1 nginx");
    run.waits(5);
    run.types("docker service scale -d web=5");
    run.waits(5);
    run.types("docker service update -d --label-add a=b web");
    run.waits(5);
    std::string waiting = run.why("web.5");
    for (const char* name : {"web.1", "web.2", "web.3", "web.4"}) {
        if (const std::string why = run.why(name); why.find("is pending") != std::string::npos)
            waiting = why;
    }
    INFO(waiting);
    CHECK(
        waiting.find("It was made for an earlier version of web, and Swarm tries such a task only "
                     "once more: docker service update --force web makes another in its "
                     "place.") != std::string::npos);
    CHECK(waiting.find("The nearest change") == std::string::npos);
}

TEST_CASE("why of a swarm: who has what is to be freed, and a taken port") {
    Run run;
    run.types(
        "docker service create -d --name port --replicas 4 --publish "
        "mode=host,target=80,published=8080 nginx");
    run.waits(5);
    const std::string port = run.why("port");
    CHECK(says(port, "port has 3 of 4 tasks running.\n"));
    CHECK(says(port, "no suitable node (host-mode port already in use on 3 nodes).\n"));
    CHECK(says(port, "  swarm-moe    host-port  port 8080/tcp is taken\n"));
    CHECK(says(port,
               "The nearest change that would place it: free port 8080/tcp on node swarm-larry "
               "(port."));
    run.types("docker service rm port");
    run.types("docker service create -d --name full --mode global --reserve-cpu 1.5 nginx");
    run.waits(5);
    run.types("docker service create -d --name more --reserve-cpu 1 nginx");
    run.waits(5);
    const std::string more = run.why("more.1");
    CHECK(says(more, "  swarm-larry  resources  reserves 1 CPU, and 0.5 of 2 CPUs are free\n"));
    CHECK(says(more,
               "The nearest change that would place it: free 0.5 CPUs on node swarm-larry "
               "(full.swarm-larry reserves 1.5 CPUs there).\n"));
}

TEST_CASE("why of a swarm: a task moved from a lost host, from the fault to the new node") {
    Run run;
    run.types(
        "docker service create -d --name web --replicas 3 --mount "
        "type=volume,source=data,target=/data nginx");
    run.waits(5);
    const std::string there = run.types(
        "docker service ps -f node=swarm-moe --format "
        "'{{.Name}}' web");
    const std::string task = there.substr(0, there.find('\n'));
    const Time before = run.session().now();
    run.breaks("power-loss swarm-moe").waits(40);
    const std::string text = run.why(task);
    CAPTURE(text);
    const std::string node = says(text, "runs on swarm-larry") ? "swarm-larry" : "swarm-curly";
    const std::string other = node == "swarm-larry" ? "swarm-curly" : "swarm-larry";
    const auto line = [&](const std::string& name) {
        return "  " + name + "  -       " +
               (name == node ? "got it: had" : "would have taken it: had") +
               " 1 task of web, 1 in all\n";
    };
    CHECK(text ==
          task + " runs on " + node + ", since T.\n" +
              "How that came:\n"
              " T  A fault was injected, on purpose: power-loss swarm-moe.\n"
              " T  └ swarm-moe went down: power loss.\n"
              " T  └ The leader had heard nothing of swarm-moe for three heartbeats, so it took it "
              "for down (heartbeat failure).\n"
              " T  └ Its node was down, so the leader put another task in the place of " +
              task + ", to start after 5.0 s.\n" + " T  └ The scheduler gave " + task + " to " +
              node + ".\n" + " T  └ " + task + " started on " + node + ".\n" + "Why " + node +
              "? What the scheduler saw at T:\n" + "  NODE         FILTER  ANSWER\n" +
              line("swarm-larry") + line("swarm-curly") +
              "  swarm-moe    ready   it does not answer\n"
              "The rule: the node with the fewest tasks of the service gets it, then the one with "
              "the fewest tasks in all; of equals chance takes one.\n"
              "Its data did not move with it: what the task before it wrote to its volume data "
              "stayed on swarm-moe.\n"
              "A fault goes on, since T: power-loss swarm-moe (lift power-loss swarm-moe ends "
              "it).\n");
    // The tasks beside it have nothing to do with that.
    CHECK_FALSE(says(run.why(task == "web.1" ? "web.2" : "web.1"), "power-loss"));
    // The moment before, asked of the managers of then.
    CHECK(says(run.why(task, before - seconds(1)), task + " runs on swarm-moe, since T.\n"));
    CHECK(says(run.why("web", before - seconds(1)), "web has 3 of 3 tasks running.\n"));
    // For three heartbeats the leader does not know; then the replacement waits for its delay.
    CHECK(says(run.why("web", before + seconds(5)), "The managers count 3 of 3 tasks of web as running; 2 do.\n"));
    const std::string waits = task + " waits on " + node + " for its start, which is due at T.\n";
    int waiting = 0;
    for (int second = 6; second < 30; ++second) {
        const std::string then = run.why("web", before + seconds(second));
        if (then.find(waits) == std::string::npos) continue;
        ++waiting;
        CHECK(says(then, "web has 2 of 3 tasks running.\n"));
    }
    CHECK(waiting >= 4);
    CHECK(waiting <= 5);
    run.breaks("power-loss swarm-moe", true).waits(40);
    CHECK(says(run.why(task),
               "swarm-moe is there again, but a running task is not moved back: docker service "
               "update --force web would place them all anew.\n"));
}

TEST_CASE("why of a swarm: of tasks that were placed in one moment, those before are told") {
    Run run;
    run.types("docker service create -d --name web --replicas 6 nginx");
    run.waits(5);
    run.breaks("power-loss swarm-moe").waits(40);
    const std::string moved = run.types(
        "docker service ps -f desired-state=running --format '{{.Name}} {{.CurrentState}}' web");
    std::string told;
    std::size_t tellings = 0;
    for (int slot = 1; slot <= 6; ++slot) {
        const std::string text = run.why("web." + std::to_string(slot));
        if (text.find("power-loss") == std::string::npos) continue;
        ++tellings;
        if (text.find("Before it, in that moment, the scheduler gave web.") != std::string::npos)
            told = text;
    }
    INFO(moved);
    CHECK(tellings == 2);
    INFO(told);
    // Each got one of the two nodes, which had two tasks each.
    const bool first_to_larry = told.find("to swarm-larry.\nThe rule: ") != std::string::npos;
    CHECK(says(told, first_to_larry ? "runs on swarm-curly" : "runs on swarm-larry"));
    CHECK((first_to_larry || says(told, "to swarm-curly.\nThe rule: ")));
}

TEST_CASE("why of a swarm: a global service's task among those is called by its node, as people call it") {
    Run run;
    run.types("docker service create -d --name web --replicas 2 --constraint 'node.hostname!=swarm-moe' nginx; "
              "docker service create -d --name agent --mode global nginx");
    run.waits(12);
    CHECK(says(run.why("web.1") + run.why("web.2"), "agent.swarm-moe to swarm-moe"));
}

TEST_CASE("why of a swarm: a task moved by a drain, by a node's removal, from a node cut off") {
    Run run;
    run.types("docker service create -d --name web --constraint node.hostname!=swarm-larry nginx");
    run.types("docker node update --availability pause swarm-curly");
    run.waits(5);
    run.types("docker service update -d --force web");
    run.waits(15);
    run.types("docker node update --availability active swarm-curly");
    run.types("docker node update --availability drain swarm-moe");
    run.waits(10);
    const std::string drained = run.why("web.1");
    CHECK(says(
        drained,
        "web.1 runs on swarm-curly, since T.\n"
        "How that came:\n"
        " T  On swarm-larry somebody typed: docker node update --availability drain swarm-moe\n"
        " T  └ Its node was drained, so the leader put another task in the place of web.1, to "
        "start "
        "as soon as that one has stopped.\n"
        " T  └ The scheduler gave web.1 to swarm-curly.\n"
        " T  └ The engine of swarm-moe sent web.1 the signal QUIT.\n"
        " T  └ Its process ended: web.1 exited with status 0, "));
    CHECK(says(
        drained,
        " s after its start.\n"
        " T  └ The leader heard that web.1 had stopped.\n"
        " T  └ web.1 started on swarm-curly.\n"
        "Why swarm-curly? What the scheduler saw at T:\n"
        "  NODE         FILTER      ANSWER\n"
        "  swarm-larry  constraint  node.hostname!=swarm-larry does not hold (it is swarm-larry)\n"
        "  swarm-curly  -           got it: had no task\n"
        "  swarm-moe    ready       its availability is drain\n"));
    run.types("docker node update --availability active swarm-moe");
    run.breaks("partition swarm-larry,swarm-moe|swarm-curly").waits(40);
    const std::string cut = run.why("web.1");
    CHECK(says(cut, "web.1 runs on swarm-moe, since T.\n"));
    CHECK(says(
        cut,
        " T  A fault was injected, on purpose: partition swarm-larry,swarm-moe|swarm-curly.\n"));
    CHECK(says(cut,
               "On swarm-curly the task before it still runs: cut off from the leader, it has not "
               "heard that it is to stop.\n"));
    run.breaks("partition swarm-larry,swarm-moe|swarm-curly", true).waits(40);
    run.types("docker node rm --force swarm-moe");
    run.waits(15);
    const std::string removed = run.why("web.1");
    CHECK(says(removed, "On swarm-larry somebody typed: docker node rm --force swarm-moe\n"));
    CHECK(says(
        removed,
        "Its node was no longer part of the swarm, so the leader put another task in the place "
        "of web.1, to start after 5.0 s.\n"));
}

TEST_CASE("why of a swarm: a task whose node no longer meets its constraint") {
    Run run;
    run.types("docker node update --label-add disk=ssd swarm-moe");
    run.types("docker service create -d --name db --constraint node.labels.disk==ssd redis");
    run.waits(5);
    run.types("docker node update --label-rm disk swarm-moe");
    run.waits(10);
    const std::string text = run.why("db.1");
    CHECK(
        says(text,
             "db.1 is pending, since T: no suitable node (scheduling constraints not satisfied on "
             "3 nodes).\n"
             "How that came:\n"
             " T  On swarm-larry somebody typed: docker node update --label-rm disk swarm-moe\n"
             " T  └ swarm-moe no longer suits what db.1 asks of a node, so the leader rejected the "
             "task (assigned node no longer meets constraints).\n"
             " T  └ The leader put another task in the place of db.1, to start after 5.0 s.\n"
             " T  └ The scheduler found no node for db.1.\n"));
    CHECK_FALSE(says(text, "restart condition"));
}

TEST_CASE("why of a swarm: a task that fails, with its last words, its policy and its attempts") {
    Run run;
    run.types(
        "docker service create -d --name job --restart-condition on-failure "
        "--restart-max-attempts 1 --restart-delay 2s --constraint node.hostname==swarm-moe "
        "busybox sh -c 'echo no database; sleep 3; exit 3'");
    run.waits(4);
    CHECK(says(run.why("job"), "job.1 waits on swarm-moe for its start, which is due at T.\n"));
    run.waits(20);
    CHECK(run.why("job.1") ==
          "job.1 has failed on swarm-moe, at T: task: non-zero exit (3).\n"
          "How that came:\n"
          " T  On swarm-larry somebody typed: docker service create -d --name job "
          "--restart-condition on-failure --restart-max-attempts 1 --restart-delay 2s --constraint "
          "node.hostname==swarm-moe busybox sh -c 'echo no database; sleep 3; exit 3'\n"
          " T  └ The service job was created: it is to have 1 task.\n"
          " T  └ The scheduler gave job.1 to swarm-moe.\n"
          " T  └ job.1 started on swarm-moe.\n"
          " T  └ Its process ended: job.1 exited with status 3, 3.0 s after its start.\n"
          " T  └ The leader heard that job.1 had failed: task: non-zero exit (3).\n"
          " T  └ The leader put another task in the place of job.1, to start after 2.0 s.\n"
          " T  └ The scheduler gave job.1 to swarm-moe.\n"
          " T  └ job.1 started on swarm-moe.\n"
          " T  └ Its process ended: job.1 exited with status 3, 3.0 s after its start.\n"
          " T  └ The leader heard that job.1 had failed: task: non-zero exit (3).\n"
          " T  └ The leader did not replace job.1: its attempts are used up.\n"
          "The last it said before it ended: no database\n"
          "Why swarm-moe? What the scheduler saw at T:\n"
          "  NODE         FILTER      ANSWER\n"
          "  swarm-larry  constraint  node.hostname==swarm-moe does not hold (it is swarm-larry)\n"
          "  swarm-curly  constraint  node.hostname==swarm-moe does not hold (it is swarm-curly)\n"
          "  swarm-moe    -           got it: had no task\n"
          "Its restart condition is on-failure: a task that ends with another status than 0 is "
          "replaced 2.0 s later, at most 1 time. job.1 was replaced once so far.\n");
}

TEST_CASE("why of a swarm: what an agent refused left no data where it was to run") {
    Run run;
    const std::string at = "node.hostname==";
    run.types("docker service create -d --name data --constraint " + at +
              "swarm-moe --mount type=volume,source=all,target=/all nginx");
    run.waits(5);
    run.types("docker service update -d --constraint-rm " + at + "swarm-moe --constraint-add " + at +
              "swarm-curly --mount-add type=bind,source=/nosuch,target=/x data");
    run.waits(8);
    const std::string refused = run.why("data.1");
    CHECK(says(refused, "data.1 was rejected by swarm-curly"));
    CHECK(says(refused, "stayed on swarm-moe.\n"));
    run.types("docker service update -d --constraint-rm " + at + "swarm-curly --constraint-add " + at +
              "swarm-larry --mount-rm /x data");
    run.waits(15);
    const std::string moved = run.why("data.1");
    CHECK(says(moved, "data.1 runs on swarm-larry"));
    CHECK(says(moved, "what the task before it wrote to its volume all stayed on swarm-moe.\n"));
    // Nothing of it ever ran.
    run.types("docker service create -d --name never --constraint " + at +
              "swarm-moe --mount type=bind,source=/nosuch,target=/x nginx");
    run.waits(4);
    run.types("docker service update -d --constraint-rm " + at + "swarm-moe --constraint-add " + at + "swarm-curly never");
    run.waits(8);
    const std::string never = run.why("never.1");
    CHECK(says(never, "never.1 was rejected by swarm-curly"));
    CHECK_FALSE(says(never, "did not move"));
}

TEST_CASE("why of a swarm: a task that waits is told from its beginning, also after it was looked at again") {
    Run run;
    run.types("docker service create -d --name picky --constraint node.labels.zone==a nginx");
    run.waits(3);
    run.breaks("power-loss swarm-moe").waits(30);
    const std::string text = run.why("picky.1");
    CHECK(says(text, "How that came:\n"
                     " T  On swarm-larry somebody typed: docker service create -d --name picky --constraint "
                     "node.labels.zone==a nginx\n"
                     " T  └ The service picky was created: it is to have 1 task.\n"
                     " T  └ The scheduler found no node for picky.1: no suitable node (scheduling constraints "
                     "not satisfied on 3 nodes).\n"));
    CHECK(says(text, " T  └ The scheduler found no node for picky.1.\nWhat the scheduler says of each node, asked again:\n"));
    CHECK(says(text,
               "picky.1 is pending, since T: no suitable node (scheduling constraints not satisfied on 2 nodes; 1 node "
               "not available for new tasks).\n"));
}

TEST_CASE("why of a swarm: of many restarts the first and the last are told") {
    Run run;
    run.types("docker service create -d --name loop --restart-delay 1s busybox false");
    run.waits(40);
    const std::string text = run.why("loop.1");
    CHECK(says(text, " more tasks of loop.1 were replaced.\n"));
    CHECK(says(text, "The service loop was created: it is to have 1 task.\n"));
    std::size_t lines = 0;
    for (const char letter : text)
        lines += letter == '\n' ? 1 : 0;
    CHECK(lines < 30);
    // Five failures of a version within five minutes put a node last (swarmkit, maxFailures).
    CHECK(says(text, "but loop failed there 5 times of late, so it comes last\n"));
}

TEST_CASE("why of a swarm: a rejected task, in its agent's words") {
    Run run;
    run.types(
        "docker service create -d --name nope --restart-condition none --constraint "
        "node.hostname==swarm-moe example/does-not-exist:1");
    run.waits(10);
    const std::string text = run.why("nope");
    CHECK(
        says(text,
             "nope has 0 of 1 task running.\n"
             "nope.1 was rejected by swarm-moe at T: No such image: example/does-not-exist:1.\n"));
    CHECK(says(text,
               " T  └ swarm-moe could not run nope.1: No such image: example/does-not-exist:1.\n"
               " T  └ The leader did not replace nope.1: its restart condition says so.\n"));
    CHECK(says(text, "Its restart condition is none: what ends is not replaced.\n"));
}

TEST_CASE(
    "why of a swarm: a global service's tasks are named by their nodes, also where there is none") {
    Run run;
    run.types(
        "docker service create -d --name agent --mode global --constraint node.role==worker "
        "nginx");
    run.waits(5);
    CHECK(says(run.why("agent"), "agent runs on 2 of 2 nodes that are to have it.\n"));
    CHECK(says(run.why("agent.swarm-moe"),
               "agent.swarm-moe runs on swarm-moe, since T.\n"
               "How that came:\n"
               " T  On swarm-larry somebody typed: docker service create -d --name agent --mode "
               "global --constraint node.role==worker nginx\n"
               " T  └ The global service agent was created: one task for each node.\n"
               " T  └ A task was made for agent.swarm-moe, as its node had none.\n"
               " T  └ The scheduler gave agent.swarm-moe to swarm-moe.\n"
               " T  └ agent.swarm-moe started on swarm-moe.\n"));
    CHECK(run.why("agent.swarm-larry") ==
          "agent has no task on swarm-larry.\n"
          "  NODE         FILTER      ANSWER\n"
          "  swarm-larry  constraint  node.role==worker does not hold (it is manager)\n"
          "The nearest change that would bring one there: demote node swarm-larry (docker node "
          "demote swarm-larry).\n");
}

TEST_CASE(
    "why of a swarm: a port that a container beside the swarm has, which its scheduler can't "
    "know") {
    Run run;
    run.types("docker run -d --name plain -p 8080:80 nginx");
    run.types(
        "docker service create -d --name port --constraint node.hostname==swarm-larry --publish "
        "mode=host,target=80,published=8080 --restart-condition none nginx");
    run.waits(10);
    const std::string text = run.why("port.1");
    CHECK(says(text, "port.1 has failed on swarm-larry, at T: starting container failed: "));
    CHECK(says(
        text,
        " T  └ port.1 could not be started on swarm-larry: driver failed programming external "
        "connectivity on endpoint port.1: Bind for 0.0.0.0:8080 failed: port is already "
        "allocated.\n"
        " T  └ The leader did not replace port.1: its restart condition says so.\n"
        "What has that port there is no task of the swarm, and the scheduler knows of no others: "
        "docker ps on that host shows it.\n"));
    CHECK(says(run.why("plain"), "plain is running, since T.\n"));
}

TEST_CASE(
    "why of a swarm: a global service's task that its node has no room for, and one on a lost "
    "node") {
    Run run;
    run.types("docker service create -d --name big --mode global --reserve-memory 3g redis");
    run.types("docker service create -d --name agent --mode global --reserve-memory 2g redis");
    run.waits(5);
    const std::string text = run.why("agent.swarm-moe");
    CHECK(says(text, "agent.swarm-moe is pending, since T: insufficient resources on 1 node.\n"));
    CHECK(says(text,
               " T  └ The scheduler found no room on its node for agent.swarm-moe.\n"
               "What the scheduler says of each node, asked again:\n"
               "  NODE       FILTER     ANSWER\n"
               "  swarm-moe  resources  reserves 2 GiB of memory, and 1 of 4 GiB are free\n"
               "The nearest change that would place it: free 1 GiB of memory on node swarm-moe "
               "(big.swarm-moe reserves 3 GiB there).\n"
               "Or: reserve 1 GiB of memory less (docker service update --reserve-memory 1024m "
               "agent).\n"));
    run.breaks("power-loss swarm-moe").waits(30);
    const std::string lost = run.why("big.swarm-moe");
    CHECK(says(
        lost,
        "big.swarm-moe was running when the leader last heard of swarm-moe, which is down now.\n"));
    CHECK(
        says(lost, "The leader had big.swarm-moe stopped: its node is not to run it any more.\n"));
    CHECK(says(run.why("big"), "big runs on 2 of 2 nodes that are to have it.\n"));
}

TEST_CASE("why of a swarm: a stack's services have their short names, too, in Swarm's terms") {
    Run run;
    CHECK(run.why("web") ==
          "web is no service of the swarm at T.\n"
          "Nobody has deployed it yet: docker stack deploy -c FILE NAME would.\n");
    run.types("docker stack deploy -c compose.yaml shop");
    run.waits(5);
    for (const char* name : {"web", "shop_web"}) {
        const std::string text = run.why(name);
        CHECK(says(text, "shop_web has 2 of 2 tasks running.\n"));
        CHECK(says(text, "somebody typed: docker stack deploy -c compose.yaml shop\n"));
        CHECK_FALSE(says(text, "docker compose"));
    }
    CHECK(run.why("web.2") == run.why("shop_web.2"));
    CHECK(says(run.why("web.2"), "shop_web.2 runs on "));
    CHECK(says(run.why("web.3"), "There is no shop_web.3: shop_web is to have 2 tasks.\n"));
    run.types("docker stack deploy -c compose.yaml blog");
    run.waits(5);
    CHECK(run.why("web") ==
          "error: 2 stacks have a service 'web' (name one of shop_web, blog_web)");
    run.types("docker stack rm blog");
    run.types("docker stack rm shop");
    run.waits(10);
    CHECK(says(run.why("shop_web.2"), "shop_web is gone: the service was removed at T.\n"));
}

TEST_CASE("why: a Compose project's services have a stack's names, too") {
    Run run("hosts: [{name: swarm-larry}]\n", false);
    CHECK(says(run.why("shop_web"), "Nobody has asked for one yet: docker compose up -d would.\n"));
    run.types("docker compose -p shop up -d");
    run.waits(5);
    CHECK(says(run.why("web.2"), "web.2 is running, since T.\n"));
    CHECK(run.why("shop_web.2") == run.why("web.2"));
    CHECK(run.why("shop_web") == run.why("web"));
}

TEST_CASE("why of a swarm: as the word of a terminal, of the past, too, and any number of times") {
    Run run;
    run.types("docker service create -d --name web --constraint node.hostname==swarm-moe nginx");
    run.waits(5);
    const Time then = run.session().now();
    const std::string typed = run.types("why web.1");
    CHECK(says(typed, "web.1 runs on swarm-moe, since "));
    run.types("docker service rm web");
    run.waits(5);
    const std::string line = "why web.1 --at " + format_time(then);
    CHECK(run.types(line) == typed);
    // Each looks back over those before it.
    for (int i = 0; i < 20; ++i)
        REQUIRE(run.types(line) == typed);
    CHECK(run.types("true; " + line) == typed);
    CHECK(says(run.types("why web.1"), "web is gone: the service was removed at "));
    // Looking back is no part of the run: it stands where it stood, and its log gives the same
    // again.
    const std::uint64_t fingerprint = run.session().fingerprint();
    const auto earlier = run.session().state_at(then);
    REQUIRE(earlier != nullptr);
    CHECK(run.session().fingerprint() == fingerprint);
    const Time end = run.session().now();
    run.session().seek(then);
    const Kernel& kernel = earlier->world.kernel;
    CHECK(run.session().fingerprint() == lab::fact_catalogue().fingerprint(kernel.journal(), kernel.interner()));
    run.session().seek(end);
    CHECK(run.session().fingerprint() == fingerprint);
    CHECK(run.session().state_at(end + seconds(1)) == nullptr);
}

TEST_CASE(
    "why of a swarm: without a leader nothing is decided, and it is said; a host says what it is") {
    Run run(file_text("scenarios/clusters/five-managers.yaml"));
    run.types("docker service create -d --name db --constraint node.labels.disk==ssd redis",
              "manager-a1");
    run.waits(5);
    CHECK_FALSE(says(run.why("db"), "No manager leads"));
    for (const char* host : {"manager-a1", "manager-a2", "manager-b1"})
        run.breaks(std::string("power-loss ") + host);
    run.waits(60);
    CHECK(
        says(run.why("db"),
             "No manager leads at present, so nothing is decided: a leader needs more than half of "
             "the managers.\n"));
    CHECK(says(run.why("manager-a2"), "manager-a2 is down, since T.\n"));
    CHECK(says(run.why("worker-b"), "In the swarm it is a worker, "));
}

}  // namespace podium::lab
