#pragma once

// A world with one host and one container (without a profile: busybox's words), and the small
// programs. What is run is a line of shell; its output and status are read.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/container.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/table.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs {

class SmallPrograms final : public model::ProgramTable {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv,
                                                       const std::vector<std::string>& environment,
                                                       bool in_container,
                                                       shell::Errno& error) const override {
        return make_small_program(argv, environment, in_container, error);
    }

    [[nodiscard]] shell::Errno find(const std::string& name, bool in_container) const override {
        return find_small_program(name, in_container);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> make_init(
        const std::vector<std::string>& argv) const override {
        return programs::make_init(argv);
    }

    [[nodiscard]] std::unique_ptr<shell::Program> make_service(
        const model::BehaviourProfile& /*profile*/) const override {
        return nullptr;
    }
};

/// What a line wrote, and how it ended.
struct Ran {
    std::string output;
    std::string errors;
    int status = -1;  ///< -1: it has not ended.
    Duration took{};

    bool operator==(const Ran&) const = default;
};

class SmallWorld {
  public:
    explicit SmallWorld(model::ContainerSpec spec = {}, std::uint64_t seed = 7) : world(seed) {
        model::Host row;
        row.spec.name = "host-1";
        world.hosts.push_back(row);
        world.programs = std::make_shared<SmallPrograms>();
        spec.image = "busybox";
        world.add_spec(std::make_shared<const model::ContainerSpec>(std::move(spec)));
        model::Container c;
        c.name = world.kernel.intern("web");
        c.host = host;
        c.spec = model::SpecId{1};
        c.state = model::ContainerState::Running;
        c.process_alive = true;
        model::ContainerDetail& detail = c.detail.ensure();
        detail.id = std::string(64, 'a');
        detail.next_pid = 1;
        world.containers.push_back(std::move(c));
        main = start({"sleep", "infinity"}, model::ProcessRole::Main, container).process;
        world.detail(container).main = main;
    }

    struct Started {
        model::ProcessId process;
        model::StreamId output;
        model::StreamId errors;
        Time at;
    };

    Started start(const std::vector<std::string>& argv,
                  model::ProcessRole role,
                  model::ContainerId where,
                  const std::string& input = {}) {
        const auto pipe = [&] {
            model::Stream stream;
            stream.kind = model::Stream::Kind::Pipe;
            const model::StreamId id = make_stream(world, stream);
            retain_stream(world, id, true, false);
            return id;
        };
        Started started{{}, pipe(), pipe(), world.kernel.now()};
        model::Stream in;
        in.kind = input.empty() ? model::Stream::Kind::Null : model::Stream::Kind::Pipe;
        const model::StreamId in_id = make_stream(world, in);
        model::ProcessSpec spec;
        spec.argv = argv;
        spec.environment = std::make_shared<const std::vector<std::string>>(
            std::vector<std::string>{"PATH=/bin", "HOME=/root"});
        spec.host = host;
        spec.container = where;
        spec.role = role;
        spec.descriptors = {open_descriptor(world, 0, in_id, true, false),
                            open_descriptor(world, 1, started.output, false, true),
                            open_descriptor(world, 2, started.errors, false, true)};
        feed_stream(world, in_id, input);
        started.process = start_process(world, std::move(spec));
        return started;
    }

    void run(Duration duration) {
        const Time end = world.kernel.now() + duration;
        while (world.kernel.next_time() <= end)
            step();
        world.kernel.advance_to(end);
    }

    void step() {
        const Event event = world.kernel.take_next();
        if (event.kind != model::kEventProcessStep) return;
        handle_process_step(world,
                            model::ProcessId{event.subject, static_cast<std::uint32_t>(event.word)},
                            event.extra);
    }

    /// Runs until it ends, or an hour has gone by.
    Ran finish(const Started& started) {
        const Time limit = started.at + hours(1);
        const auto ended = [&] {
            const model::Process* process = world.processes.find(started.process);
            return process == nullptr || process->ended;
        };
        while (!ended() && world.kernel.next_time() <= limit)
            step();
        Ran ran{take_stream(world, started.output),
                take_stream(world, started.errors),
                -1,
                world.kernel.now() - started.at};
        if (const model::Process* process = world.processes.find(started.process);
            process != nullptr && process->ended) {
            ran.status = process->exit_status;
            forget_process(world, started.process);
        }
        return ran;
    }

    /// A program in the container.
    Ran program(const std::vector<std::string>& argv, const std::string& input = {}) {
        return finish(start(argv, model::ProcessRole::Session, container, input));
    }

    /// A line of shell in the container, or on the host.
    Ran line(const std::string& text) { return program({"sh", "-c", text}); }

    Ran host_line(const std::string& text) {
        return finish(start({"bash", "-c", text}, model::ProcessRole::Session, {}));
    }

    /// What a line prints in the container.
    std::string output(const std::string& text) { return line(text).output; }

    model::World world;
    model::HostId host{1};
    model::ContainerId container{1};
    model::ProcessId main;
};

}  // namespace podium::programs
