#pragma once

// A host with a Compose project, by typed lines, and how its cluster looks: for the tests of looks.

#include <map>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_look.hpp"
#include "tests/lab/swarm_lines.hpp"

namespace podium::lab::typed {

class ComposeLines {
  public:
    explicit ComposeLines(const std::string& file, std::vector<std::string> images = {"busybox", "nginx", "redis"}) : session_(begin(file, std::move(images))) {}

    void run(const std::string& line) {
        session_.take_shown();
        session_.post({session_.now(), CommandKind::Line, "host", line, {}});
        bool done = false;
        session_.run_until(session_.now() + minutes(3), [&](const Session&) {
            for (const Shown& shown : session_.take_shown()) done = done || shown.kind == Shown::Kind::Done;
            return done;
        });
        REQUIRE(done);
    }
    /// Types it in a terminal of its own and leaves it running.
    void type(const std::string& line) { session_.post({session_.now(), CommandKind::Line, "host/2", line, {}}); }
    void wait(Duration time) { session_.run_until(session_.now() + time); }
    void inject(const std::string& fault) { session_.post({session_.now(), CommandKind::Inject, "host", fault, {}}); }
    void lift(const std::string& fault) { session_.post({session_.now(), CommandKind::Lift, "host", fault, {}}); }
    view::ClusterView look() const { return look_at_cluster(session_); }
    Session& session() { return session_; }

  private:
    static Session begin(const std::string& file, std::vector<std::string> images) {
        SetUp set_up;
        set_up.catalogue = read_source("scenarios/images.yaml");
        set_up.images = std::move(images);
        set_up.directory = "/root/shop";
        set_up.files = {{"host", "/root/shop/compose.yaml", file}};
        auto session = Session::create(std::move(set_up));
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
};

/// Requires that it is there.
inline const view::Tile& tile(const view::ClusterView& view, const std::string& name) {
    for (const view::Tile& one : view.tiles)
        if (one.name == name) return one;
    FAIL("there is no tile " << name);
    return view.tiles.front();
}

inline const view::ServiceView& service(const view::ClusterView& view, const std::string& name) {
    for (const view::ServiceView& one : view.services)
        if (one.name == name) return one;
    FAIL("there is no service " << name);
    return view.services.front();
}

inline const view::HostView& host(const view::ClusterView& view, const std::string& name) {
    for (const view::HostView& one : view.hosts)
        if (one.name == name) return one;
    FAIL("there is no host " << name);
    return view.hosts.front();
}

inline std::size_t phases(const view::ClusterView& view, view::Phase phase) {
    std::size_t out = 0;
    for (const view::Tile& one : view.tiles) out += one.phase == phase ? 1U : 0U;
    return out;
}

}  // namespace podium::lab::typed
