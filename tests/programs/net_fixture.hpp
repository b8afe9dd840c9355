#pragma once

// Two hosts on one network, with the programs of sim/programs/net, a shell, and a small server that
// answers GET / with "hello", fails on /broken, is silent on /silent and says nothing on /empty.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/engine.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/net/table.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::programs {

struct TestServer final : shell::Program {
    explicit TestServer(std::uint16_t port_in) : port(port_in) {}
    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override { return std::make_unique<TestServer>(*this); }
    shell::Step step(shell::System& system) override {
        model::ProcessContext& context = model::ProcessContext::of(system);
        if (!listening) listening = model::listen_on(context.world(), context.id(), port, "tcp");
        while (const auto id = model::accept_exchange(context.world(), context.id())) {
            const model::ExchangeSpec spec = context.world().exchanges.at(*id).spec;
            if (spec.path == "/silent") continue;
            if (spec.path == "/empty") {
                model::answer_exchange(context.world(), *id, 0, "", "");
            } else if (spec.path == "/broken") {
                model::answer_exchange(context.world(), *id, 503, "text/plain", "broken\n");
            } else if (spec.path == "/missing") {
                model::answer_exchange(context.world(), *id, 404, "text/plain", "404 page not found\n");
            } else {
                model::answer_exchange(context.world(), *id, 200, "text/plain", spec.method == "POST" || spec.method == "PUT" ? spec.method + " " + spec.body + "\n" : "hello\n");
            }
        }
        return shell::Step::block();
    }
    std::uint16_t port;
    bool listening = false;
};

class NetPrograms final : public model::ProgramTable {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& argv, const std::vector<std::string>& environment, bool in_container, shell::Errno& error) const override {
        error = shell::Errno::None;
        if (argv.front() == "sh" || argv.front() == "bash") return shell::make_shell(argv, environment, shell::Dialect::Ash);
        return make_net_program(argv, environment, in_container, error);
    }
    [[nodiscard]] shell::Errno find(const std::string& name, bool in_container) const override {
        if (name == "sh" || name == "bash") return shell::Errno::None;
        for (const std::string& known : net_program_names(in_container)) {
            if (known == name) return shell::Errno::None;
        }
        return shell::Errno::NoEntry;
    }
    [[nodiscard]] std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& /*argv*/) const override { return nullptr; }
    [[nodiscard]] std::unique_ptr<shell::Program> make_service(const model::BehaviourProfile& /*profile*/) const override { return nullptr; }
};

class NetWorld {
  public:
    struct Result {
        int status = -1;  ///< -1: it has not ended.
        std::string out;
        std::string err;
        Duration took{};
    };

    NetWorld() : world(7) {
        world.programs = std::make_shared<NetPrograms>();
        one = model::add_host(world, {.name = "one", .address = "192.168.65.3"});
        two = model::add_host(world, {.name = "two", .address = "192.168.65.4"});
        const model::NodeId hub = world.network.add_switch("switch");
        world.network.add_link(world.host(one).node, hub);
        cable = world.network.add_link(world.host(two).node, hub);
    }

    model::ProcessId serve(model::HostId host, std::uint16_t port = 8030) {
        model::ProcessSpec spec;
        spec.program = std::make_unique<TestServer>(port);
        spec.argv = {"server"};
        spec.host = host;
        const model::ProcessId id = model::start_process(world, std::move(spec));
        run(milliseconds(1));
        return id;
    }

    /// Starts a line in a shell on a host.
    void start(const std::string& line, model::HostId host, const std::string& input = {}, bool input_ends = true) {
        out_ = add_pipe();
        err_ = add_pipe();
        in_ = add_pipe();
        model::ProcessSpec spec;
        spec.program = shell::make_shell({"sh", "-c", line}, {}, shell::Dialect::Ash);
        spec.argv = {"sh", "-c", line};
        spec.host = host;
        spec.role = model::ProcessRole::Session;
        spec.environment = std::make_shared<const std::vector<std::string>>();
        // The test itself holds the other end of each.
        model::retain_stream(world, in_, false, true);
        model::retain_stream(world, out_, true, false);
        model::retain_stream(world, err_, true, false);
        spec.descriptors.push_back(model::open_descriptor(world, 0, in_, true, false));
        spec.descriptors.push_back(model::open_descriptor(world, 1, out_, false, true));
        spec.descriptors.push_back(model::open_descriptor(world, 2, err_, false, true));
        model::feed_stream(world, in_, input);
        if (input_ends) model::release_stream(world, in_, false, true);
        began_ = world.kernel.now();
        shell_ = model::start_process(world, std::move(spec));
    }

    /// Runs until the line has ended or the time is over.
    Result finish(Duration most = hours(1)) {
        const Time end = world.kernel.now() + most;
        Result result;
        while (alive(shell_) && world.kernel.next_time() <= end) model::handle_model_event(world, world.kernel.take_next());
        if (alive(shell_)) {
            world.kernel.advance_to(end);
        } else if (const model::Process* row = world.processes.find(shell_)) {
            result.status = row->exit_status;
        }
        result.out = model::take_stream(world, out_);
        result.err = model::take_stream(world, err_);
        result.took = world.kernel.now() - began_;
        return result;
    }

    Result line(const std::string& text, model::HostId host = model::HostId{1}, const std::string& input = {}) {
        start(text, host, input);
        return finish();
    }

    void run(Duration duration) {
        const Time end = world.kernel.now() + duration;
        while (world.kernel.next_time() <= end) model::handle_model_event(world, world.kernel.take_next());
        world.kernel.advance_to(end);
    }

    [[nodiscard]] bool alive(model::ProcessId id) const {
        const model::Process* row = world.processes.find(id);
        return row != nullptr && !row->ended;
    }
    [[nodiscard]] model::ProcessId shell() const { return shell_; }

    model::World world;
    model::HostId one;
    model::HostId two;
    model::LinkId cable;

  private:
    model::StreamId add_pipe() {
        model::Stream stream;
        stream.kind = model::Stream::Kind::Pipe;
        return model::make_stream(world, stream);
    }

    model::ProcessId shell_;
    model::StreamId in_;
    model::StreamId out_;
    model::StreamId err_;
    Time began_{};
};

}  // namespace podium::programs
