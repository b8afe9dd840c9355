#include "tests/lab/swarm_terminal.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/lab/cluster_file.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

std::string source_file(const std::string& path) {
    std::ifstream in(test::source_directory() + "/" + path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Session begin_swarm(const std::string& text) {
    const auto cluster = parse_cluster_file(text, "c.yaml");
    REQUIRE(cluster.ok());
    SetUp set_up;
    set_up.catalogue = source_file("scenarios/images.yaml");
    set_up.images = {"busybox", "nginx", "postgres"};
    use_cluster(set_up, *cluster);
    set_up.swarm_formed = true;
    auto session = begin_session(std::move(set_up));
    REQUIRE(session.ok());
    session->run_until(session->log().back().time + seconds(3));
    return std::move(*session);
}

}  // namespace

SwarmTerminal::SwarmTerminal() : SwarmTerminal(source_file("scenarios/clusters/three-host.yaml")) {}

SwarmTerminal::SwarmTerminal(const std::string& cluster) : session_(begin_swarm(cluster)) {}

SwarmTerminal::Done SwarmTerminal::run(const std::string& line, const std::string& host, Duration longest) {
    type(line, host);
    return look(longest, host);
}

void SwarmTerminal::type(const std::string& line, const std::string& host) {
    collect();
    shown_[host] = {};
    session_.post({session_.now(), CommandKind::Line, host, line, {}});
}

void SwarmTerminal::collect() {
    for (const Shown& shown : session_.take_shown()) {
        Done& done = shown_[shown.terminal];
        if (shown.kind == Shown::Kind::Output) done.out += shown.text;
        if (shown.kind == Shown::Kind::Error) done.error += shown.text;
        if (shown.kind == Shown::Kind::Done) done.status = shown.status;
    }
}

SwarmTerminal::Done SwarmTerminal::look(Duration wait, const std::string& host) {
    session_.run_until(session_.now() + wait, [&](const Session&) {
        collect();
        return shown_[host].status >= 0;
    });
    return std::exchange(shown_[host], {});
}

void SwarmTerminal::interrupt(const std::string& host) { session_.post({session_.now(), CommandKind::Interrupt, host, {}, {}}); }

void SwarmTerminal::write_file(const std::string& path, const std::string& content, const std::string& host) {
    session_.post({session_.now(), CommandKind::WriteFile, host, path, content});
}

void SwarmTerminal::wait(std::int64_t whole_seconds) { session_.run_until(session_.now() + seconds(whole_seconds)); }

void SwarmTerminal::inject(const std::string& fault) { session_.post({session_.now(), CommandKind::Inject, "swarm-larry", fault, {}}); }

void SwarmTerminal::lift(const std::string& fault) { session_.post({session_.now(), CommandKind::Lift, "swarm-larry", fault, {}}); }

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
    return out;
}

}  // namespace podium::lab
