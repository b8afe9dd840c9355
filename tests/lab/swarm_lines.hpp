#pragma once

// A swarm of a cluster file's hosts, by typed lines.

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab::typed {

inline std::string read_source(const std::string& path) {
    std::ifstream in(test::source_directory() + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class SwarmLines {
  public:
    explicit SwarmLines(const std::string& cluster = read_source("scenarios/clusters/three-host.yaml")) : session_(begin(cluster)) {
        session_.run_until(session_.log().back().time + seconds(3));
    }

    struct Done {
        std::string out;
        int status = -1;
    };

    Done run(const std::string& line, const std::string& host = "swarm-larry") {
        session_.take_shown();
        session_.post({session_.now(), CommandKind::Line, host, line, {}});
        Done done;
        session_.run_until(session_.now() + minutes(3), [&](const Session&) {
            for (const Shown& shown : session_.take_shown()) {
                if (shown.terminal != host) continue;
                if (shown.kind == Shown::Kind::Output || shown.kind == Shown::Kind::Error) done.out += shown.text;
                if (shown.kind == Shown::Kind::Done) done.status = shown.status;
            }
            return done.status >= 0;
        });
        return done;
    }

    void wait(std::int64_t whole_seconds) { session_.run_until(session_.now() + seconds(whole_seconds)); }

    void inject(const std::string& fault) { session_.post({session_.now(), CommandKind::Inject, "swarm-larry", fault, {}}); }

    void lift(const std::string& fault) { session_.post({session_.now(), CommandKind::Lift, "swarm-larry", fault, {}}); }

    Session& session() { return session_; }

  private:
    static Session begin(const std::string& text) {
        const auto cluster = parse_cluster_file(text, "c.yaml");
        REQUIRE(cluster.ok());
        SetUp set_up;
        set_up.catalogue = read_source("scenarios/images.yaml");
        set_up.images = {"busybox", "nginx"};
        use_cluster(set_up, *cluster);
        set_up.swarm_formed = true;
        auto session = begin_session(std::move(set_up));
        REQUIRE(session.ok());
        return std::move(*session);
    }

    Session session_;
};

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline std::size_t count(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
    return out;
}

}  // namespace podium::lab::typed
