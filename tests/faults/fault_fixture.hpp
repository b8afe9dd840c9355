#pragma once

// A run whose hosts have busybox, nginx and the to-do images, driven by lines typed at moments and by
// faults as `--fault` writes them, with what one asks of it afterwards.

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::faults {

inline Time at(double whole_seconds) { return Time{static_cast<std::int64_t>(whole_seconds * 1'000) * 1'000'000}; }

class FaultRun {
  public:
    explicit FaultRun(int hosts = 1) : session_(make(hosts)) {}

    /// A line typed on a host at a moment, in a terminal of its own.
    void line(double when, const std::string& text, const std::string& host = "host1") {
        session_.post({at(when), lab::CommandKind::Line, host + "/" + std::to_string(++terminals_), text, {}});
    }
    /// "kill web @30s..45s" in two numbers: begins, and ends when `end` is not 0.
    void fault(const std::string& text, double begin, double end = 0) {
        const lab::Command command{at(begin), lab::CommandKind::Inject, "host1", text, {}};
        REQUIRE(session_.check(command).ok());
        session_.post(command);
        if (end > 0) session_.post({at(end), lab::CommandKind::Lift, "host1", text, {}});
    }
    void lift(const std::string& text, double when) { session_.post({at(when), lab::CommandKind::Lift, "host1", text, {}}); }
    void run_to(double when) { session_.run_until(at(when)); }

    /// What a line writes, standard error included, when it is typed now; it may take five minutes.
    std::string output(const std::string& text, const std::string& host = "host1") {
        const std::string terminal = host + "/" + std::to_string(++terminals_);
        session_.take_shown();
        session_.post({session_.now(), lab::CommandKind::Line, terminal, text, {}});
        std::string out;
        session_.run_until(session_.now() + minutes(5), [&](const lab::Session&) {
            bool done = false;
            for (const lab::Shown& shown : session_.take_shown()) {
                if (shown.terminal != terminal) continue;
                if (shown.kind == lab::Shown::Kind::Output || shown.kind == lab::Shown::Kind::Error) out += shown.text;
                done = done || shown.kind == lab::Shown::Kind::Done;
            }
            return done;
        });
        return out;
    }
    std::string state(const std::string& name) { return output("docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}' " + name); }

    [[nodiscard]] const model::Host& host(std::uint32_t number = 1) const { return session_.world().host(model::HostId{number}); }
    [[nodiscard]] const model::Container& container(const std::string& name) const {
        const model::World& world = session_.world();
        for (std::size_t i = world.containers.size(); i-- > 0;) {
            if (world.kernel.text(world.containers[i].name) == name) return world.containers[i];
        }
        throw std::runtime_error("there is no container " + name);
    }
    /// How often a kind of fact was recorded, for a container or for anything.
    [[nodiscard]] int count(FactKind kind, const std::string& name = "") const {
        int count = 0;
        session_.journal().for_each(FactId{1}, [&](const Fact& fact) {
            if (fact.kind != kind) return;
            if (!name.empty() && lab::fact_catalogue().field(fact, "name", session_.world().kernel.interner()).text != name) return;
            ++count;
        });
        return count;
    }
    /// The moment of the last fact of a kind, in seconds; -1 when there is none.
    [[nodiscard]] double last(FactKind kind) const {
        double when = -1;
        session_.journal().for_each(FactId{1}, [&](const Fact& fact) {
            if (fact.kind == kind) when = fact.time.seconds();
        });
        return when;
    }
    lab::Session& session() { return session_; }

  private:
    static lab::Session make(int hosts) {
        lab::SetUp set_up;
        std::ifstream in(test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        set_up.catalogue = text.str();
        set_up.images = {"busybox", "nginx", "podium/todo-web", "podium/todo-db"};
        set_up.hosts.clear();
        for (int i = 1; i <= hosts; ++i) {
            lab::HostSetUp host;
            host.name = "host" + std::to_string(i);
            set_up.hosts.push_back(host);
        }
        auto session = lab::Session::create(set_up);
        REQUIRE(session.ok());
        return std::move(*session);
    }

    lab::Session session_;
    int terminals_ = 0;
};

}  // namespace podium::faults
