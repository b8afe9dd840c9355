// What a leader answers to looks: made once and given again while nothing has changed, and never another than a fresh one.

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/swarm_hosts/fixture.hpp"

namespace podium::swarm {
namespace {

// The bodies of an answer that may be one given before, and of one that cannot be: nobody asked with this query, which means nothing.
void compare(const SwarmHosts& hosts, std::uint32_t asked, const std::string& target, int step) {
    SwarmHosts again = hosts;
    SwarmHosts fresh = hosts;
    const Answer given = again.ask(asked, "GET " + target);
    const Answer made = fresh.ask(asked, fmt::format("GET {}{}never={}", target, target.find('?') == std::string::npos ? '?' : '&', step));
    INFO(target << " asked on h" << asked << " at " << hosts.now());
    CHECK(given.status == made.status);
    CHECK(given.body == made.body);
}

}  // namespace

TEST_CASE("answers of a swarm: one given again is the one that would be made anew, whatever happens") {
    constexpr std::size_t kMostKept = 12;
    SwarmHosts hosts(5);
    hosts.form(3);
    const std::vector<std::string> targets = {"/nodes", "/tasks", "/services", "/tasks?filters=%7B%22desired-state%22%3A%5B%22running%22%5D%7D", "/services/web", "/services/nosuch", "/swarm"};
    int step = 0;
    const auto look_for = [&](double seconds) {
        const double end = hosts.now() + seconds;
        for (; hosts.now() < end; ++step) {
            const std::uint32_t asked = step % 2 == 0 ? 1 : 2;
            for (const std::string& target : targets) {
                compare(hosts, asked, target, step);
                hosts.send(asked, "GET " + target);
            }
            hosts.run_for(0.4);
            CHECK(hosts.row().given.size() <= kMostKept);
        }
    };
    hosts.create_service(1, "web", 4);
    look_for(3);
    CHECK_FALSE(hosts.row().given.empty());
    hosts.inject("power-loss h5");
    look_for(7);
    hosts.ask(1, "POST /services/web/update?version=0");  // refused: nothing changes
    look_for(1);
    hosts.inject("engine-stop h1");
    look_for(2);
    hosts.lift("engine-stop h1");
    hosts.lift("power-loss h5");
    look_for(4);
}

}  // namespace podium::swarm
