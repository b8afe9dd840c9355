#include <catch2/catch.hpp>

#include "tests/model/process_fixture.hpp"

namespace podium::model {
namespace {

using shell::Step;

constexpr std::int64_t kMiB = 1 << 20;

TEST_CASE("memory: a container over its limit has its largest process killed") {
    ProcessWorld w;
    ContainerSpec spec;
    spec.memory_bytes = 16 * kMiB;
    const ContainerId container = w.add_container(spec);
    const ProcessId main = w.start(ProcessWorld::idle, container);
    w.run();
    set_process_memory(w.world, main, 16 * kMiB);
    CHECK(w.alive(main));
    set_process_memory(w.world, main, 64 * kMiB);
    CHECK_FALSE(w.world.container(container).process_alive);
    CHECK(w.world.detail(container).oom_pending);  // OOMKilled once the engine has noticed the end
    CHECK(w.world.detail(container).pending_exit_code == 137);
    CHECK(w.world.detail(container).memory_bytes == 0);
    CHECK(w.world.detail(container).memory_peak_bytes == 16 * kMiB);
    CHECK(w.count_facts(kFactContainerOom) == 1);
}

TEST_CASE("memory: a host without swap gives a container none, whatever it is allowed") {
    for (const std::int64_t swap : {std::int64_t{0}, std::int64_t{-1}, 64 * kMiB}) {
        ProcessWorld w;
        ContainerSpec spec;
        spec.memory_bytes = 16 * kMiB;
        spec.memory_swap_bytes = swap;
        const ProcessId main = w.start(ProcessWorld::idle, w.add_container(spec));
        set_process_memory(w.world, main, 17 * kMiB);
        CHECK_FALSE(w.alive(main));
    }
}

TEST_CASE("memory: without an OOM killer the process hangs at the limit") {
    ProcessWorld w;
    ContainerSpec spec;
    spec.memory_bytes = 16 * kMiB;
    spec.oom_kill_disable = true;
    const ContainerId container = w.add_container(spec);
    const ProcessId main = w.start(ProcessWorld::idle, container);
    set_process_memory(w.world, main, 30 * kMiB);
    CHECK(w.alive(main));
    CHECK(w.world.processes.at(main).hung);
    CHECK(w.world.detail(container).memory_bytes == 16 * kMiB);
    send_signal(w.world, main, shell::kSigKill, true);
    CHECK(w.world.host(w.host).memory_used_bytes == 0);
}

TEST_CASE("memory: who starts a process for which there is no room has it; the OOM killer comes when it runs") {
    ProcessWorld w;
    ContainerSpec spec;
    spec.memory_bytes = 1 * kMiB;  // two small programs
    const ContainerId container = w.add_container(spec);
    const ProcessId main = w.start(
        [](ProcessContext& context, TestProgram& self) {
            if (self.steps > 1) return Step::block();
            for (int i = 0; i < 2; ++i) {
                const shell::Spawned child =
                    context.fork(std::make_unique<TestProgram>(ProcessWorld::idle), {}, false);
                CHECK(child.pid != 0);
                CHECK(child.error == shell::Errno::None);
            }
            return Step::block();
        },
        container);
    w.run();
    CHECK_FALSE(w.alive(main));  // the first of equals
    CHECK(w.count_facts(kFactContainerOom) == 1);
    CHECK(w.world.detail(container).memory_bytes == 0);
    CHECK(w.world.host(w.host).memory_used_bytes == 0);
    CHECK(w.world.detail(container).processes.empty());
}

TEST_CASE("memory: when the host's is used up, the largest process of its containers goes") {
    ProcessWorld w;
    w.world.host(w.host).spec.memory_bytes = 100 * kMiB;
    const ContainerId small = w.add_container({}, "small");
    const ContainerId large = w.add_container({}, "large");
    const ProcessId a = w.start(ProcessWorld::idle, small);
    const ProcessId b = w.start(ProcessWorld::idle, large);
    set_process_memory(w.world, b, 70 * kMiB);
    set_process_memory(w.world, a, 40 * kMiB);
    CHECK(w.alive(a));
    CHECK_FALSE(w.alive(b));
    CHECK_FALSE(w.world.detail(large).oom_pending);
    CHECK(w.world.detail(large).pending_exit_code == 137);
    CHECK(w.count_facts(kFactProcessKilled) == 1);
    CHECK(w.world.host(w.host).memory_used_bytes == 40 * kMiB);
}

TEST_CASE("memory: what is freed is given back to the container and the host") {
    ProcessWorld w;
    const ContainerId container = w.add_container();
    const ProcessId main = w.start(ProcessWorld::idle, container);
    set_process_memory(w.world, main, 30 * kMiB);
    set_process_memory(w.world, main, 10 * kMiB);
    CHECK(w.world.detail(container).memory_bytes == 10 * kMiB);
    CHECK(w.world.detail(container).memory_peak_bytes == 30 * kMiB);
    CHECK(w.world.host(w.host).memory_used_bytes == 10 * kMiB);
}

}  // namespace
}  // namespace podium::model
