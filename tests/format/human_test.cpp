#include "sim/programs/format/human.hpp"

#include <catch2/catch.hpp>

#include "sim/programs/format/go_time.hpp"

using namespace podium;
using namespace podium::format;

TEST_CASE("human: durations read as docker/go-units words them") {
    struct Case {
        Duration duration;
        std::string_view text;
    };

    const Case cases[] = {
        {milliseconds(450), "Less than a second"},
        {seconds(-5), "Less than a second"},
        {milliseconds(1999), "1 second"},
        {seconds(47), "47 seconds"},
        {milliseconds(59'999), "59 seconds"},
        {seconds(60), "About a minute"},
        {seconds(119), "About a minute"},
        {minutes(3), "3 minutes"},
        {minutes(59) + seconds(59), "59 minutes"},
        {minutes(60), "About an hour"},
        {minutes(89), "About an hour"},
        {minutes(90), "2 hours"},
        {hours(47), "47 hours"},
        {hours(47) + minutes(30), "2 days"},
        {hours(13 * 24 + 23), "13 days"},
        {hours(14 * 24), "2 weeks"},
        {hours(59 * 24), "8 weeks"},
        {hours(60 * 24), "2 months"},
        {hours(729 * 24), "24 months"},
        {hours(730 * 24), "2 years"},
        {Duration{INT64_MAX}, "292 years"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.duration.nanoseconds);
        CHECK(human_duration(c.duration) == c.text);
    }
}

TEST_CASE("human: sizes keep their significant digits and no more") {
    CHECK(human_size(0) == "0B");
    CHECK(human_size(999) == "999B");
    CHECK(human_size(1000) == "1kB");
    CHECK(human_size(1'984'172, 3) == "1.98MB");
    CHECK(human_size(1'984'172) == "1.984MB");
    CHECK(human_size(5'040'000) == "5.04MB");
    CHECK(human_size(999'900, 3) == "1e+03kB");
    CHECK(human_size(INT64_MAX) == "9.223EB");
    CHECK(bytes_size(0) == "0B");
    CHECK(bytes_size(1023) == "1023B");
    CHECK(bytes_size(16 * 1024 * 1024) == "16MiB");
    CHECK(bytes_size(25'276'940'288) == "23.54GiB");
    CHECK(compose_size(1'984'172) == "1.984 MB");
    CHECK(compose_size(0) == "0 B");
    CHECK(percentage(1, 8) == "12.50%");
    CHECK(percentage(2, 3) == "66.67%");
    CHECK(percentage(5, 0) == "0.00%");
}

TEST_CASE("human: STATUS follows the engine's State.String()") {
    StateFacts state;
    CHECK(status_text(state) == "Created");
    CHECK(state_word(state) == "created");

    state.running = true;
    state.since_started = seconds(2);
    CHECK(status_text(state) == "Up 2 seconds");
    CHECK(compose_state(state) == "Up");
    state.health = "starting";
    CHECK(status_text(state) == "Up 2 seconds (health: starting)");
    CHECK(compose_state(state) == "Up (health: starting)");
    state.health = "healthy";
    CHECK(status_text(state) == "Up 2 seconds (healthy)");
    CHECK(compose_state(state) == "Up (healthy)");
    state.paused = true;
    CHECK(status_text(state) == "Up 2 seconds (Paused)");
    CHECK(state_word(state) == "paused");
    CHECK(compose_state(state) == "Paused");

    state.paused = false;
    state.restarting = true;
    state.exit_code = 1;
    state.since_finished = seconds(5);
    CHECK(status_text(state) == "Restarting (1) 5 seconds ago");
    CHECK(state_word(state) == "restarting");
    CHECK(compose_state(state) == "Restarting");

    state.running = state.restarting = false;
    state.exit_code = 137;
    state.since_finished = seconds(3);
    CHECK(status_text(state) == "Exited (137) 3 seconds ago");
    CHECK(state_word(state) == "exited");
    CHECK(compose_state(state) == "Exit 137");
    state.dead = true;
    CHECK(status_text(state) == "Dead");
    state.removing = true;
    CHECK(status_text(state) == "Removal In Progress");
    CHECK(state_word(state) == "removing");
}

TEST_CASE("human: PORTS are sorted, and joined only where both sides use the same numbers") {
    CHECK(ports_column({}).empty());
    CHECK(ports_column({{"0.0.0.0", 80, 8080, "tcp"}, {"::", 80, 8080, "tcp"}}) ==
          "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
    CHECK(ports_column({{"", 443, 0, "tcp"}, {"0.0.0.0", 80, 80, "tcp"}}) ==
          "0.0.0.0:80->80/tcp, 443/tcp");
    CHECK(ports_column({{"0.0.0.0", 8081, 8081, "tcp"}, {"0.0.0.0", 8080, 8080, "tcp"}}) ==
          "0.0.0.0:8080-8081->8080-8081/tcp");
    CHECK(ports_column({{"0.0.0.0", 8080, 9090, "tcp"}, {"0.0.0.0", 8081, 9091, "tcp"}}) ==
          "0.0.0.0:9090->8080/tcp, 0.0.0.0:9091->8081/tcp");
    CHECK(ports_column(
              {{"", 1, 0, "tcp"}, {"", 2, 0, "tcp"}, {"", 4, 0, "tcp"}, {"", 4, 0, "udp"}}) ==
          "1-2/tcp, 4/tcp, 4/udp");
}

TEST_CASE("human: docker-compose and docker port write ports in their own ways") {
    const std::vector<BoundPort> ports{{"80/tcp", {{"0.0.0.0", "8080"}, {"::", "8080"}}},
                                       {"443/tcp", {}}};
    CHECK(compose_ports(ports) == "443/tcp, 0.0.0.0:8080->80/tcp,:::8080->80/tcp");
    CHECK(port_lines(ports) == "80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n");
}

TEST_CASE("human: commands are quoted and cut as docker ps does") {
    const std::vector<std::string> arguments{"-c", "trap 'exit 0' TERM; echo hello"};
    CHECK(listed_command("sh", arguments) == "sh -c 'trap 'exit 0' TERM; echo hello'");
    CHECK(command_column(listed_command("sh", arguments)) == "\"sh -c 'trap 'exit 0…\"");
    CHECK(command_column("nosuchcmd") == "\"nosuchcmd\"");
    CHECK(command_column("12345678901234567890") == "\"12345678901234567890\"");
    CHECK(command_column("a\tb\n\"c\"", false) == "\"a\\tb\\n\\\"c\\\"\"");
    CHECK(ellipsis("日本語テキスト", 8) == "日本語…");
    CHECK(ellipsis("", 1).empty());
    CHECK(go_quote(std::string_view("\xff\x01é\0", 5)) == "\"\\xff\\x01é\\x00\"");
    CHECK(compose_command({},
                          std::vector<std::string>{"sh", "-c", "trap 'exit 0' TERM; echo hello"}) ==
          "sh -c trap 'exit 0' TERM;  ...");
    CHECK(compose_command(std::vector<std::string>{"sleep"}, std::vector<std::string>{"3600"}) ==
          "sleep 3600");
    CHECK(short_id("sha256:29da6c5f7466e79deb41e3854b473701") == "29da6c5f7466");
    CHECK(short_id("abc") == "abc");
}

TEST_CASE("go_time: a moment as Go, C and Python write it") {
    CHECK(go_time_text(Time{}) == "2026-01-05 09:00:00 +0000 UTC");
    CHECK(go_time_text(Time{1'500'000'000}) == "2026-01-05 09:00:01.5 +0000 UTC");
    CHECK(ctime_text(Time{}) == "Mon Jan  5 09:00:00 2026");
    CHECK(ctime_text(from_unix(951'782'400)) == "Tue Feb 29 00:00:00 2000");
    CHECK(ctime_text(from_unix(-1)) == "Wed Dec 31 23:59:59 1969");
    CHECK(python_time_text(Time{}) == "2026-01-05 09:00:00");
    CHECK(python_time_text(Time{1'500'000'000}) == "2026-01-05 09:00:01.500000");
}
