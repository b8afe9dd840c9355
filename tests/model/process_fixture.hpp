#pragma once

// A world of one host and, on wish, a running container, with programs written in the test. Only the
// events of processes are handled; what the engine schedules after an end is left alone.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {

/// A program whose steps are a plain function over a few numbers.
struct TestProgram final : shell::Program {
    using Function = shell::Step (*)(ProcessContext&, TestProgram&);

    explicit TestProgram(Function function_in, int value_in = 0)
        : function(function_in), value(value_in) {}
    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<TestProgram>(*this);
    }
    shell::Step step(shell::System& system) override {
        ++steps;
        return function(ProcessContext::of(system), *this);
    }

    Function function;
    int value;
    int steps = 0;
};

class TestPrograms final : public ProgramTable {
  public:
    std::map<std::string, TestProgram::Function> functions;

    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv,
                                                       const std::vector<std::string>& /*environment*/,
                                                       bool in_container,
                                                       shell::Errno& error) const override {
        error = find(argv.front(), in_container);
        if (error != shell::Errno::None) return nullptr;
        return std::make_unique<TestProgram>(functions.at(argv.front()),
                                             argv.size() > 1 ? std::stoi(argv[1]) : 0);
    }
    [[nodiscard]] shell::Errno find(const std::string& name, bool /*in_container*/) const override {
        if (name == "vi") return shell::Errno::NotModelled;
        return functions.contains(name) ? shell::Errno::None : shell::Errno::NoEntry;
    }
    [[nodiscard]] std::unique_ptr<shell::Program> make_init(
        const std::vector<std::string>& /*argv*/) const override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<shell::Program> make_service(
        const BehaviourProfile& /*profile*/) const override {
        return nullptr;
    }
};

class ProcessWorld {
  public:
    ProcessWorld() : world(7) {
        Host row;
        row.spec.name = "host-1";
        world.hosts.push_back(row);
        programs = std::make_shared<TestPrograms>();
        programs->functions["idle"] = idle;
        programs->functions["exit"] = [](ProcessContext&, TestProgram& self) {
            return shell::Step::exit(self.value);
        };
        world.programs = programs;
    }

    static shell::Step idle(ProcessContext& /*context*/, TestProgram& /*self*/) {
        return shell::Step::block();
    }

    /// A running container without a process.
    ContainerId add_container(ContainerSpec spec = {}, const std::string& name = "web") {
        spec.image = "busybox";
        world.add_spec(std::make_shared<const ContainerSpec>(std::move(spec)));
        Container row;
        row.name = world.kernel.intern(name);
        row.host = host;
        row.spec = SpecId{static_cast<std::uint32_t>(world.specs.size())};
        row.state = ContainerState::Running;
        row.process_alive = true;
        ContainerDetail& detail = row.detail.ensure();
        detail.id = std::string(64, 'a');
        detail.next_pid = 1;
        const StringId called = row.name;
        world.containers.push_back(std::move(row));
        const ContainerId id{static_cast<std::uint32_t>(world.containers.size())};
        world.host(host).engine.by_name[called] = id;
        return id;
    }

    /// Starts a function as a process; in a container the first one is PID 1.
    ProcessId start(TestProgram::Function function, ContainerId container = {}, int value = 0) {
        ProcessSpec spec;
        spec.program = std::make_unique<TestProgram>(function, value);
        spec.argv = {"test"};
        spec.host = host;
        spec.container = container;
        spec.role = ProcessRole::Session;
        if (container) {
            spec.role = world.detail(container).processes.empty() ? ProcessRole::Main
                                                                  : ProcessRole::Exec;
        }
        if (container) {
            for (int number = 1; number <= 2; ++number) {
                Stream log;
                log.kind = Stream::Kind::Log;
                log.container = container;
                log.standard_error = number == 2;
                spec.descriptors.push_back(
                    open_descriptor(world, number, make_stream(world, log), false, true));
            }
        }
        const ProcessId id = start_process(world, std::move(spec));
        if (container && world.processes.at(id).role == ProcessRole::Main) {
            world.detail(container).main = id;
        }
        return id;
    }

    void run(Duration duration = seconds(1)) {
        const Time end = world.kernel.now() + duration;
        while (world.kernel.next_time() <= end) {
            const Event event = world.kernel.take_next();
            if (event.kind != kEventProcessStep) continue;
            const ProcessId process{event.subject, static_cast<std::uint32_t>(event.word)};
            handle_process_step(world, process, event.extra);
        }
        world.kernel.advance_to(end);
    }

    [[nodiscard]] bool alive(ProcessId id) const {
        const Process* process = world.processes.find(id);
        return process != nullptr && !process->ended;
    }
    [[nodiscard]] std::string log(ContainerId container) const {
        std::string text;
        const LogLines& lines = world.detail(container).log;
        for (std::size_t i = 0; i < lines.size(); ++i) text += lines[i].text;
        return text;
    }
    [[nodiscard]] int count_facts(FactKind kind) const {
        int count = 0;
        const Journal& journal = world.kernel.journal();
        for (FactId id = journal.first(); id <= journal.last(); ++id.value) {
            if (journal.at(id).kind == kind) ++count;
        }
        return count;
    }

    World world;
    HostId host{1};
    std::shared_ptr<TestPrograms> programs;
};

}  // namespace podium::model
