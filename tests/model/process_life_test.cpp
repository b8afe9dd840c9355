#include <catch2/catch.hpp>

#include "tests/model/process_fixture.hpp"

namespace podium::model {
namespace {

using shell::Disposition;
using shell::Errno;
using shell::Step;

Step catch_term(ProcessContext& context, TestProgram& /*self*/) {
    context.set_disposition(shell::kSigTerm, Disposition::Catch);
    if (context.take_signal() == shell::kSigTerm) return Step::exit(7);
    return Step::block();
}

Step wait_for_exit_3(ProcessContext& context, TestProgram& self) {
    if (self.value == 0) {
        self.value = static_cast<int>(context.spawn({{"exit", "3"}, {}, {}, false}).pid);
    }
    const auto status = context.reap(static_cast<shell::Pid>(self.value));
    return status ? Step::exit(*status + 10) : Step::block();
}

TEST_CASE("a process: its first step comes after the start's delay, its end frees what it held") {
    ProcessWorld w;
    ProcessSpec spec;
    spec.argv = {"exit", "5"};
    spec.host = w.host;
    spec.role = ProcessRole::Session;
    spec.start_delay = milliseconds(20);
    const ProcessId id = start_process(w.world, std::move(spec));
    CHECK(w.world.host(w.host).memory_used_bytes == kProcessMemory);
    w.run(milliseconds(19));
    CHECK(w.alive(id));
    w.run(milliseconds(1));
    REQUIRE_FALSE(w.alive(id));
    CHECK(w.world.processes.at(id).exit_status == 5);
    CHECK(w.world.host(w.host).memory_used_bytes == 0);
    forget_process(w.world, id);
    CHECK(w.world.processes.count() == 0);
    CHECK(w.world.host(w.host).process_count == 0);
    CHECK(w.world.streams.count() == 0);
}

TEST_CASE("a process: a parent is woken when its child ends and reaps its status once") {
    ProcessWorld w;
    const ProcessId id = w.start(wait_for_exit_3);
    w.run();
    CHECK(w.world.processes.at(id).exit_status == 13);
    CHECK(w.world.processes.count() == 1);
}

TEST_CASE("a process: busy time passes and is counted, and half a processor doubles it") {
    ProcessWorld w;
    ContainerSpec spec;
    spec.nano_cpus = 500'000'000;
    const ContainerId container = w.add_container(spec);
    const ProcessId id = w.start(
        [](ProcessContext&, TestProgram& self) {
            return self.steps == 1 ? Step::busy(milliseconds(100)) : Step::block();
        },
        container);
    w.run(milliseconds(199));
    CHECK(w.world.processes.at(id).busy_until == Time{milliseconds(200).nanoseconds});
    wake_process(w.world, id);
    CHECK_FALSE(w.world.processes.at(id).wake_pending);
    w.run(milliseconds(1));
    CHECK(w.world.processes.at(id).cpu_used == milliseconds(100));
}

TEST_CASE("a process: one that never waits is slowed to a limited number of steps an instant") {
    ProcessWorld w;
    const ProcessId id =
        w.start([](ProcessContext& context, TestProgram&) { return Step::block(context.now()); });
    w.run(milliseconds(3));
    CHECK(w.alive(id));
    CHECK(w.world.processes.at(id).cpu_used >= milliseconds(3));
    CHECK(w.world.kernel.events_handled() < 5 * kMostStepsAtOnce);
}

TEST_CASE("a process: a timer of an earlier wait is dead after another wake") {
    ProcessWorld w;
    const ProcessId id = w.start([](ProcessContext& context, TestProgram& self) {
        if (self.steps == 1) return Step::block(context.now() + milliseconds(10));
        return self.steps == 2 ? Step::block() : Step::exit(1);
    });
    w.run(milliseconds(1));
    wake_process(w.world, id);
    wake_process(w.world, id);
    w.run();
    CHECK(w.alive(id));
}

TEST_CASE("a process: in a container it is numbered from 1 there, and otherwise on its host") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId first = w.start(ProcessWorld::idle, container);
    const ProcessId second = w.start(ProcessWorld::idle, container);
    CHECK(w.world.processes.at(first).pid == 1);
    CHECK(w.world.processes.at(second).pid == 2);
    CHECK(w.world.processes.at(first).host_pid >= 1200);
    CHECK(find_host_pid(w.world, w.host, w.world.processes.at(second).host_pid) == second);
}

TEST_CASE("a process: exec goes on under the same number, what it caught is no longer caught") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId id = w.start(
        [](ProcessContext& context, TestProgram&) {
            context.set_disposition(shell::kSigTerm, Disposition::Catch);
            context.set_disposition(shell::kSigHup, Disposition::Ignore);
            REQUIRE(context.exec({{"idle"}, {}, {{1, 1}}, false}) == Errno::None);
            return Step::exec();
        },
        container);
    w.run();
    const Process& process = w.world.processes.at(id);
    CHECK(process.argv == std::vector<std::string>{"idle"});
    CHECK(process.pid == 1);
    CHECK(process.caught == 0);
    CHECK(process.ignored == std::uint64_t{1} << shell::kSigHup);
    CHECK(process.descriptors.size() == 1);
}

TEST_CASE("a process: what cannot be started says why") {
    ProcessWorld w;
    w.start([](ProcessContext& context, TestProgram&) {
        CHECK(context.spawn({{"nosuch"}, {}, {}, false}).error == Errno::NoEntry);
        CHECK(context.spawn({{"vi"}, {}, {}, false}).error == Errno::NotModelled);
        CHECK(context.spawn({{"/bin/nosuch"}, {}, {}, false}).error == Errno::NoEntry);
        CHECK(context.spawn({{"/tmp"}, {}, {}, false}).error == Errno::NoPermission);
        CHECK(context.find_program("/bin/idle") == Errno::None);
        return Step::exit(0);
    });
    w.run();
}

TEST_CASE("a process: the end of its parent makes it an orphan that nobody has to reap") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    w.start(ProcessWorld::idle, container);
    w.start(
        [](ProcessContext& context, TestProgram&) {
            CHECK(context.parent_pid() == 0);
            context.fork(
                std::make_unique<TestProgram>([](ProcessContext& child, TestProgram& self) {
                    if (self.steps == 1) return Step::block(child.now() + milliseconds(50));
                    CHECK(child.parent_pid() == 1);
                    return Step::exit(0);
                }),
                {},
                false);
            return Step::exit(0);
        },
        container);
    w.run(milliseconds(20));
    CHECK(w.world.processes.count() == 2);
    w.run();
    CHECK(w.world.processes.count() == 1);
}

TEST_CASE("a container: the end of PID 1 ends all its processes and is told with its status") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId first = w.start(catch_term, container);
    const ProcessId exec = w.start(wait_for_exit_3, container);
    w.start(ProcessWorld::idle, container);
    w.run(microseconds(300));
    send_signal(w.world, first, shell::kSigTerm, true);
    CHECK(w.alive(exec));
    w.run(Duration{});
    CHECK(w.world.processes.count() == 0);
    CHECK_FALSE(w.world.container(container).process_alive);
    CHECK(w.world.detail(container).pending_exit_code == 7);
    CHECK(w.world.detail(container).memory_bytes == 0);
    CHECK(w.world.streams.count() == 0);
}

TEST_CASE("a container that is paused makes no step; what came due meanwhile happens at its thaw") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId id = w.start(
        [](ProcessContext& context, TestProgram& self) {
            if (self.steps == 1) return Step::block(context.now() + milliseconds(10));
            context.write(1, "due\n");
            return Step::block();
        },
        container);
    w.run(milliseconds(5));
    w.world.container(container).state = ContainerState::Paused;
    w.run();
    CHECK(w.log(container).empty());
    CHECK(send_signal(w.world, id, shell::kSigTerm, true) == Errno::None);
    w.world.container(container).state = ContainerState::Running;
    thaw_processes(w.world, container);
    w.run(Duration{});
    CHECK(w.log(container) == "due\n");
}

TEST_CASE("a host that is down makes no step, and its processes can be ended in silence") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId id = w.start(ProcessWorld::idle, container);
    const ProcessId session = w.start(ProcessWorld::idle);
    w.world.host(w.host).up = false;
    w.run();
    CHECK(w.world.processes.at(id).missed_wake);
    end_processes_of(w.world, w.host, {});
    CHECK(w.world.processes.find(session) == nullptr);
    CHECK(w.world.processes.count() == 0);
    CHECK(w.world.container(container).process_alive);
    CHECK(w.world.host(w.host).memory_used_bytes == 0);
}

TEST_CASE("a process that ends itself within a step keeps its row to the end of that step") {
    ProcessWorld w;
    const ProcessId id = w.start([](ProcessContext& context, TestProgram&) {
        CHECK(context.kill(context.pid(), shell::kSigTerm) == Errno::None);
        CHECK(context.write(1, "x") == Errno::BadDescriptor);
        CHECK(context.spawn({{"idle"}, {}, {}, false}).pid == 0);
        end_processes_of(context.world(), context.row().host, {});
        return Step::block();
    });
    w.run();
    CHECK(w.world.processes.find(id) == nullptr);
}

TEST_CASE("a run copied in the middle of its processes goes on alike") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    w.start(
        [](ProcessContext& context, TestProgram& self) {
            context.write(1, std::to_string(context.random() % 1000) + "\n");
            return self.steps < 20 ? Step::block(context.now() + milliseconds(7)) : Step::exit(0);
        },
        container);
    w.run(milliseconds(60));
    ProcessWorld copy = w;
    w.run();
    copy.run();
    CHECK(w.log(container) == copy.log(container));
    CHECK(w.world.detail(container).log.size() == 20);
    CHECK(w.world.kernel.events_handled() == copy.world.kernel.events_handled());
}

}  // namespace
}  // namespace podium::model
