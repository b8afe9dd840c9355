#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/desktop/sample_frame.hpp"
#include "ui/desktop/panels/fault_parts.hpp"
#include "ui/desktop/panels/menu.hpp"
#include "ui/desktop/panels/palette_parts.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

std::vector<PaletteEntry> found(const std::string& typed, const Selection& selection = {}) {
    const SampleFrame sample;
    return palette_matches(palette_entries(sample.frame(), selection, "moe", {{"facts", "FACTS", "", "Alt+8"}}), typed, "moe");
}

}  // namespace

TEST_CASE("letters match where they are in order, beginnings of words before others") {
    CHECK(match_score("dsl", "docker service ls") > 0);
    CHECK(match_score("dsx", "docker service ls") == 0);
    CHECK(match_score("scale", "docker service scale") > match_score("scale", "docker so calm blue"));
    CHECK(match_score("docker ps", "docker ps") > match_score("docker ps", "docker service ps"));
}

TEST_CASE("a verb is found by a few letters and begins a line") {
    const auto entries = found("dsl");
    REQUIRE_FALSE(entries.empty());
    CHECK(entries.front().label == "docker service ls");
    CHECK(entries.front().does == PaletteEntry::Does::Begins);
    CHECK(entries.front().word == "docker service ls ");
}

TEST_CASE("a verb with words after it is offered as a line for the terminal") {
    const auto entries = found("docker service scale web=3");
    REQUIRE_FALSE(entries.empty());
    CHECK(entries.front().does == PaletteEntry::Does::Types);
    CHECK(entries.front().word == "docker service scale web=3");
    CHECK(entries.front().terminal == "moe");
}

TEST_CASE("what may become a longer verb is none yet") {
    CHECK(found("docker se").front().label == "docker service ls");
    CHECK(found("docker se").back().word == "docker se");
}

TEST_CASE("what is nothing else is offered as a line") {
    const auto entries = found("zzzqq");
    REQUIRE(entries.size() == 1);
    CHECK(entries.front().word == "zzzqq");
}

TEST_CASE("panels, lessons, speeds and the selection's actions are found too") {
    CHECK(found("facts").front().word == "facts");
    const auto lesson = found("restart policies").front();
    REQUIRE(lesson.intent.has_value());
    CHECK(std::get<intent::Open>(*lesson.intent).name == "restart-policies");
    const auto speed = found("speed 1/100");
    REQUIRE(speed.front().intent.has_value());
    CHECK(std::get<intent::Speed>(*speed.front().intent).times == Approx(0.01));
    const auto stop = found("web.1 stop", {Selection::Kind::Container, "web.1"});
    CHECK(stop.front().detail == "docker stop shop-web-1");
    CHECK(found("theme").front().word == "theme");
}

TEST_CASE("before anything is typed the selection's actions come first") {
    const auto entries = found("", {Selection::Kind::Container, "web.1"});
    CHECK(entries.front().label == "web.1: Stop");
    CHECK(entries.size() <= kMostShown);
}

TEST_CASE("lines that are typed to be read bring their terminal up") {
    CHECK(is_for_reading("docker logs -f web"));
    CHECK(is_for_reading("docker service ps web"));
    CHECK(is_for_reading("why web.1"));
    CHECK(is_for_reading("traffic"));
    CHECK_FALSE(is_for_reading("traffic stop web"));
    CHECK_FALSE(is_for_reading("docker stop ps"));
    CHECK_FALSE(is_for_reading("inject kill ls"));
    CHECK(entry_id("menu", "Partition from all others") == "menu.partition-from-all-others");
}

TEST_CASE("faults stand by what they break, and are found by their words") {
    const SampleFrame sample;
    const auto groups = fault_groups(sample.lists, "");
    REQUIRE(groups.size() == 6);
    CHECK(groups.front().title == "CONTAINERS AND SERVICES");
    CHECK(groups.front().faults.size() == 2);
    const auto some = fault_groups(sample.lists, "AGAIN");
    REQUIRE(some.size() == 1);
    CHECK(some.front().faults.front()->id == "crash-loop");
}

TEST_CASE("a fault's targets are names of the frame, and the selection means one of them") {
    const SampleFrame sample;
    const Frame frame = sample.frame();
    CHECK(fault_targets(frame, "container") == std::vector<std::string>{"cache", "web", "cache.1", "cache.2", "web.1"});
    CHECK(fault_targets(frame, "link").back() == "moe-swarm-curly");
    CHECK(fault_targets(frame, "hosts").front() == "moe|larry,swarm-curly");
    CHECK(fault_targets(frame, "registry") == std::vector<std::string>{"docker.io", "ghcr.io"});
    CHECK(fault_targets(frame, "image") == std::vector<std::string>{"ghcr.io/shop/web:2", "redis:7"});
    CHECK(fault_target_of(frame, "host", {Selection::Kind::Container, "web.1"}) == "larry");
    CHECK(fault_target_of(frame, "image", {Selection::Kind::Service, "cache"}) == "redis:7");
    CHECK(fault_target_of(frame, "container", {Selection::Kind::Host, "moe"}).empty());
}

TEST_CASE("a fault's line has what was filled in, and says what is missing") {
    const SampleFrame sample;
    CHECK(inject_line(sample.lists.faults[0], {"web.1", {"TERM"}}) == "inject kill web.1 signal=TERM");
    CHECK(inject_line(sample.lists.faults[0], {" web.1 ", {""}}) == "inject kill web.1");
    CHECK(inject_line(sample.lists.faults[5], {"moe|larry", {}}) == "inject partition 'moe|larry'");
    CHECK(form_complaint(sample.lists.faults[0], {"", {}}) == "it needs a target");
    CHECK(form_complaint(sample.lists.faults[0], {"web.1 web.2", {}}) == "a fault has one target");
    CHECK(form_complaint(sample.lists.faults[0], {"web.1", {"TERM now"}}) == "signal takes one word");
    CHECK(form_complaint(sample.lists.faults[0], {"web.1", {}}).empty());
}

TEST_CASE("how long a fault lasts is told shortly") {
    CHECK(lasted(milliseconds(12'400)) == "12.4 s");
    CHECK(lasted(seconds(185)) == "3 min 5 s");
    CHECK(lasted(minutes(135)) == "2 h 15 min");
}
