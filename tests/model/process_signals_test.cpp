#include <catch2/catch.hpp>

#include "sim/model/frozen.hpp"
#include "tests/model/process_fixture.hpp"

namespace podium::model {
namespace {

using shell::Disposition;
using shell::Errno;
using shell::Step;

Step catch_all(ProcessContext& context, TestProgram& self) {
    context.set_disposition(shell::kSigTerm, Disposition::Catch);
    context.set_disposition(shell::kSigHup, Disposition::Catch);
    while (const int signal = context.take_signal())
        self.value = self.value * 100 + signal;
    context.write(1, std::to_string(self.value) + "\n");
    return Step::block();
}

TEST_CASE("signals: what the default action does to an ordinary process") {
    struct Row {
        int signal;
        bool ends;
    };

    for (const Row row : {Row{shell::kSigTerm, true},
                          Row{shell::kSigHup, true},
                          Row{shell::kSigUsr1, true},
                          Row{shell::kSigKill, true},
                          Row{shell::kSigChld, false},
                          Row{shell::kSigWinch, false},
                          Row{shell::kSigCont, false},
                          Row{23, false},
                          Row{shell::kSigStop, false},
                          Row{64, true}}) {
        CAPTURE(row.signal);
        ProcessWorld w;
        const ProcessId id = w.start(ProcessWorld::idle);
        w.run(milliseconds(1));
        CHECK(send_signal(w.world, id, row.signal, true) == Errno::None);
        w.run();
        CHECK(w.alive(id) == !row.ends);
        if (row.ends) {
            CHECK(w.world.processes.at(id).exit_status == 128 + row.signal);
            CHECK(w.world.processes.at(id).killed_by == row.signal);
        }
    }
}

TEST_CASE("signals: PID 1 ignores what it has no handler for, but for KILL from outside") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId main = w.start(ProcessWorld::idle, container);
    w.start(
        [](ProcessContext& context, TestProgram&) {
            for (const int signal :
                 {shell::kSigKill, shell::kSigTerm, shell::kSigStop, shell::kSigInt}) {
                CHECK(context.kill(1, signal) == Errno::None);
            }
            CHECK(context.kill(99, shell::kSigTerm) == Errno::NoProcess);
            CHECK(context.kill(0, shell::kSigTerm) == Errno::NotModelled);
            return Step::exit(0);
        },
        container);
    w.run();
    CHECK(w.alive(main));
    CHECK_FALSE(w.world.processes.at(main).stopped);
    send_signal(w.world, main, shell::kSigTerm, true);
    CHECK(w.alive(main));
    send_signal(w.world, main, shell::kSigKill, true);
    CHECK_FALSE(w.alive(main));
    CHECK(w.world.detail(container).pending_exit_code == 137);
    CHECK(w.world.detail(container).pending_signal == shell::kSigKill);
}

TEST_CASE("signals: caught ones wake the process, which takes them lowest first") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId main = w.start(catch_all, container);
    w.run(milliseconds(1));
    send_signal(w.world, main, shell::kSigTerm, true);
    send_signal(w.world, main, shell::kSigHup, true);
    w.run();
    CHECK(w.log(container) == "0\n115\n");
}

TEST_CASE("signals: a background process and its children ignore INT and QUIT") {
    ProcessWorld w;
    const ProcessId session = w.start([](ProcessContext& context, TestProgram& self) {
        if (self.steps == 1) {
            context.spawn({{"idle"}, {}, {}, true});
            context.spawn({{"idle"}, {}, {}, false});
        }
        return Step::block();
    });
    w.run();
    const auto children = w.world.processes.at(session).children;
    interrupt_session(w.world, session);
    CHECK(w.alive(children[0]));
    CHECK_FALSE(w.alive(children[1]));
    CHECK(w.alive(session));
    CHECK(send_signal(w.world, children[0], shell::kSigTerm, true) == Errno::None);
    CHECK_FALSE(w.alive(children[0]));
}

TEST_CASE("signals: a stopped process goes on with CONT, and TERM waits until then") {
    ProcessWorld w;
    const ProcessId id = w.start([](ProcessContext& context, TestProgram&) {
        return Step::block(context.now() + milliseconds(10));
    });
    w.run(milliseconds(15));
    send_signal(w.world, id, shell::kSigStop, true);
    w.run(milliseconds(100));
    CHECK(w.world.processes.at(id).missed_wake);
    send_signal(w.world, id, shell::kSigTerm, true);
    CHECK(w.alive(id));
    send_signal(w.world, id, shell::kSigCont, true);
    CHECK(w.world.processes.at(id).exit_status == 143);
}

TEST_CASE("signals: to a paused container's processes KILL waits for the thaw as TERM does, but the engine's and the OOM killer's") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    w.start(ProcessWorld::idle, container);
    const ProcessId second = w.start(ProcessWorld::idle, container);
    w.run();
    w.world.container(container).state = ContainerState::Paused;
    send_signal(w.world, second, shell::kSigTerm, true);
    CHECK(w.alive(second));
    w.world.container(container).state = ContainerState::Running;
    thaw_processes(w.world, container);
    CHECK_FALSE(w.alive(second));
    const ProcessId third = w.start(ProcessWorld::idle, container);
    w.run();
    w.world.container(container).state = ContainerState::Paused;
    send_signal(w.world, third, shell::kSigKill, true);
    CHECK(w.alive(third));
    w.world.container(container).state = ContainerState::Running;
    thaw_processes(w.world, container);
    CHECK_FALSE(w.alive(third));
    w.world.container(container).state = ContainerState::Paused;
    kill_frozen(w.world, w.world.detail(container).main);
    CHECK_FALSE(w.world.container(container).process_alive);
}

TEST_CASE(
    "signals: the host reaches a container's PID 1 by its number there, with a fact as the cause") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId main = w.start(ProcessWorld::idle, container);
    w.run();
    const int host_pid = static_cast<int>(w.world.processes.at(main).host_pid);
    w.start(
        [](ProcessContext& context, TestProgram& self) {
            CHECK(context.kill(static_cast<shell::Pid>(self.value), shell::kSigKill) ==
                  Errno::None);
            CHECK(context.kill(1, shell::kSigKill) == Errno::None);
            return Step::exit(0);
        },
        {},
        host_pid);
    w.run();
    CHECK_FALSE(w.world.container(container).process_alive);
    REQUIRE(w.count_facts(kFactProcessKilled) == 1);
    CHECK(w.world.kernel.journal().at(w.world.detail(container).pending_cause).kind ==
          kFactProcessKilled);
}

TEST_CASE("signals: what a signal causes points at it, however long the handler takes") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId main = w.start(
        [](ProcessContext& context, TestProgram& self) {
            context.set_disposition(shell::kSigTerm, Disposition::Catch);
            if (context.take_signal() != 0) self.value = 1;
            if (self.value == 0) return Step::busy(milliseconds(50));
            return ++self.value > 5 ? Step::exit(0) : Step::block(context.now() + seconds(1));
        },
        container);
    w.run(milliseconds(75));
    signal_from_host(w.world, main, shell::kSigTerm);
    w.run(seconds(10));
    REQUIRE_FALSE(w.alive(main));
    CHECK(w.world.kernel.journal().at(w.world.detail(container).pending_cause).kind ==
          kFactProcessKilled);
}

}  // namespace
}  // namespace podium::model
