// A run that a person is free in: time, terminals, the past and forks, without a window or a thread.

#include "ui/desktop/lab/free_play.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "tests/desktop/small_run.hpp"
#include "ui/desktop/lab/engine.hpp"

namespace podium::desktop {
namespace {

constexpr double kStep = 0.05;

Frame look(Play& play) {
    Frame frame;
    play.fill(frame);
    return frame;
}

/// Lets time pass until it stands or so many turns are over.
Frame settle(Play& play, int turns = 200) {
    for (int i = 0; i < turns && !play.idle(); ++i) {
        play.advance(kStep);
        (void)look(play);
    }
    return look(play);
}

std::string text_of(const Frame& frame, std::size_t terminal = 0) {
    std::string text;
    for (const TerminalView::Line& line : *frame.terminals->at(terminal).lines) text += line.text + (line.kind == TerminalView::Line::Kind::Typed ? "\n" : "");
    return text;
}

FreePlay free_play() {
    FreeOptions options;
    options.title = "a test";
    return FreePlay(test::small_run(), std::move(options));
}

TEST_CASE("free play: time stands until it is played, and passes at the speed that was asked for") {
    FreePlay play = free_play();
    play.advance(1.0);
    CHECK(look(play).now == Time{});
    play.handle(intent::Play{});
    play.advance(1.0);
    CHECK(look(play).now == Time{} + seconds(1));
    play.handle(intent::Speed{100});
    play.advance(1.0);
    CHECK(look(play).now == Time{} + seconds(101));
    play.handle(intent::Speed{1e9});
    CHECK(look(play).speed == FreePlay::kFastest);
    play.handle(intent::Speed{-3});
    CHECK(look(play).speed == FreePlay::kFastest);
    play.handle(intent::Pause{});
    play.advance(1.0);
    CHECK(look(play).now == Time{} + seconds(101));
}

TEST_CASE("free play: a line typed while time stands lets it pass until the line has ended") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    const Frame frame = settle(play);
    CHECK(frame.now > Time{});
    CHECK_FALSE(frame.playing);
    CHECK(text_of(frame).starts_with("docker run -d --name web --restart always nginx\n"));
    CHECK_FALSE(frame.terminals->at(0).running);
    REQUIRE(frame.cluster->tiles.size() == 1);
    CHECK(frame.cluster->tiles[0].name == "web");
}

TEST_CASE("free play: a line that never ends does not keep time passing, and Ctrl-C ends it") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web nginx"});
    settle(play);
    play.handle(intent::Type{"", "docker logs -f web"});
    const Frame frame = settle(play);
    CHECK(frame.terminals->at(0).running);
    CHECK(play.idle());
    play.handle(intent::Key{"", "INT"});
    CHECK_FALSE(settle(play).terminals->at(0).running);
}

TEST_CASE("free play: going back shows the past as it was, and the end is one step away") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(play);
    play.handle(intent::Type{"", "wait 30s"});
    const Frame end = settle(play);
    const std::uint64_t fingerprint = play.session().fingerprint();
    play.handle(intent::Seek{Time{}});
    const Frame start = look(play);
    CHECK(start.now == Time{});
    CHECK_FALSE(start.live);
    CHECK(start.horizon == end.now);
    CHECK(start.cluster->tiles.empty());
    CHECK(text_of(start) == "docker run -d --name web --restart always nginx\n");  // typed at that very moment
    // What the run has done is known to its lanes and facts all the same.
    CHECK(start.lanes->end == end.now);
    play.handle(intent::GoLive{});
    const Frame again = look(play);
    CHECK(again.live);
    CHECK(again.now == end.now);
    CHECK(text_of(again) == text_of(end));
    CHECK(play.session().fingerprint() == fingerprint);
}

TEST_CASE("free play: playing from the past runs into the present and shows nothing twice") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web nginx"});
    settle(play);
    play.handle(intent::Type{"", "wait 10s"});
    const Frame end = settle(play);
    play.handle(intent::Seek{Time{}});
    play.handle(intent::Speed{10});
    play.handle(intent::Play{});
    for (int i = 0; i < 40; ++i) play.advance(kStep);
    const Frame frame = look(play);
    CHECK(frame.live);
    CHECK(frame.now > end.now);
    CHECK(text_of(frame) == text_of(end));
}

TEST_CASE("free play: a change in the past begins a fork, beside which goes on what would have been") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(play);
    play.handle(intent::Type{"", "wait 10s"});
    settle(play);
    play.handle(intent::Type{"", "docker kill web"});
    const Frame end = settle(play);
    play.handle(intent::Seek{Time{} + seconds(5)});
    play.handle(intent::Type{"", "docker stop web"});
    Frame frame = settle(play);
    REQUIRE(frame.fork);
    CHECK(frame.fork->begun == Time{} + seconds(5));
    CHECK(frame.fork->change == "docker stop web");
    CHECK(frame.live);
    play.handle(intent::Play{});
    play.handle(intent::Speed{10});
    for (int i = 0; i < 40; ++i) play.advance(kStep);
    play.handle(intent::Pause{});
    frame = look(play);
    REQUIRE(frame.fork);
    CHECK(frame.fork->without->time == frame.now);
    // Without the change it was killed by hand later on, which stops it too; with it, it ended earlier.
    CHECK_FALSE(frame.fork->differences.empty());
    // The changed side keeps what was typed later.
    const auto& log = play.session().log();
    CHECK(std::any_of(log.begin(), log.end(), [](const lab::Command& command) { return command.text == "docker kill web"; }));
    play.handle(intent::EndFork{false});
    frame = settle(play);
    CHECK_FALSE(frame.fork);
    CHECK(std::none_of(play.session().log().begin(), play.session().log().end(), [](const lab::Command& command) { return command.text == "docker stop web"; }));
    CHECK(frame.now > end.now);
}

TEST_CASE("free play: what goes on without the change is the run as it was, with all that was known of it") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(play);
    play.handle(intent::Type{"", "wait 20s"});
    settle(play);
    play.handle(intent::Type{"", "echo the end"});
    const Frame end = settle(play);
    const std::uint64_t fingerprint = play.session().fingerprint();
    play.handle(intent::Seek{Time{} + seconds(5)});
    play.handle(intent::Type{"", "docker stop web"});
    settle(play);
    // Further back than the fork, and never as far as the run was known.
    play.handle(intent::Seek{Time{} + seconds(2)});
    play.handle(intent::EndFork{false});
    const Frame back = settle(play);
    CHECK(back.now == Time{} + seconds(2));
    CHECK(back.horizon == end.now);
    CHECK(back.lanes->end == end.now);
    play.handle(intent::GoLive{});
    const Frame again = settle(play);
    CHECK(text_of(again) == text_of(end));
    CHECK(play.session().fingerprint() == fingerprint);
}

TEST_CASE("free play: a fork at the present leaves the run beside it as it is") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web nginx"});
    settle(play);
    play.handle(intent::Fork{"", "docker rm -f web", ""});
    Frame frame = settle(play);
    REQUIRE(frame.fork);
    CHECK(frame.cluster->tiles.empty());
    CHECK(frame.fork->without->tiles.size() == 1);
    play.handle(intent::EndFork{false});
    frame = settle(play);
    CHECK(frame.cluster->tiles.size() == 1);
    play.handle(intent::Fork{"", "", "crsh web"});
    CHECK_FALSE(look(play).fork);
    CHECK(look(play).notice.find("crsh") != std::string::npos);
}

TEST_CASE("free play: of the same line typed twice at one moment a fork keeps both") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "wait 5s"});
    settle(play);
    play.handle(intent::Type{"", "echo twice"});
    play.handle(intent::Type{"", "echo twice"});
    settle(play);
    play.handle(intent::Seek{Time{} + seconds(1)});
    play.handle(intent::Fork{});
    const auto& log = play.session().log();
    CHECK(std::count_if(log.begin(), log.end(), [](const lab::Command& command) { return command.text == "echo twice"; }) == 2);
}

TEST_CASE("free play: what is wanted of a run that is still computed waits until it is there") {
    FreePlay first = free_play();
    first.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(first);
    first.handle(intent::Type{"", "wait 30s"});
    const Frame end = settle(first);
    auto saved = lab::Session::load(first.session().save(), "saved");
    REQUIRE(saved.ok());
    FreeOptions options;
    options.run_to = saved->saved_end();
    options.stand_at = Time{};
    FreePlay play(std::move(*saved), std::move(options));
    play.handle(intent::Seek{Time{} + seconds(5)});
    const Frame frame = settle(play);
    CHECK(frame.now == Time{} + seconds(5));
    CHECK(frame.horizon == end.now);
    CHECK_FALSE(frame.live);
}

TEST_CASE("free play: all of a run is saved and remembered, wherever one looks at it") {
    std::string written;
    std::string remembered;
    Time end{};
    {
        FreeOptions options;
        options.write_file = [&](const std::string&, const std::string& text) -> Result<void> {
            written = text;
            return {};
        };
        options.remember = [&](const lab::Session& run) { remembered = run.save(); };
        FreePlay play(test::small_run(), std::move(options));
        play.handle(intent::Type{"", "wait 30s"});
        end = settle(play).now;
        play.handle(intent::Seek{Time{} + seconds(10)});
        play.handle(intent::Save{"run.podium"});
        CHECK(look(play).now == Time{} + seconds(10));
    }
    const auto saved = lab::Session::load(written, "saved");
    REQUIRE(saved.ok());
    CHECK(saved->saved_end() == end);
    CHECK(remembered == written);
}

TEST_CASE("free play: an empty line counts for what reads, and a word within a text is none") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", ""});
    CHECK(play.session().log().empty());
    for (const char* line : {"cat > f", "one", "", "rewind 0s"}) {
        play.handle(intent::Type{"", line});
        settle(play);
    }
    play.handle(intent::Key{"", "EOF"});
    settle(play);
    play.handle(intent::Type{"", "cat f"});
    CHECK(text_of(settle(play)).find("one\n\nrewind 0s\n") != std::string::npos);
}

TEST_CASE("free play: while time stands nothing that only follows lets it pass, whatever faults go on") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web nginx"});
    settle(play);
    play.handle(intent::Inject{"disk-full host"});
    settle(play);
    const Time before = look(play).now;
    play.handle(intent::Type{"", "docker logs -f web"});
    settle(play);
    CHECK(play.idle());
    CHECK(look(play).now - before <= FreePlay::kLongestFollowing + seconds(1));
    play.handle(intent::Key{"", "INT"});
    settle(play);
    // What never ends, though each of its parts does, is let go on for so long.
    const Time then = look(play).now;
    play.handle(intent::Type{"", "while true; do sleep 1; done"});
    const Frame frame = settle(play, 5000);
    CHECK(play.idle());
    CHECK(frame.now - then <= FreePlay::kLongestStanding + seconds(2));
    CHECK(frame.notice.find("a line still runs") != std::string::npos);
}

TEST_CASE("free play: stepping goes to the next event, the next fact, the next fact of what is selected") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(play);
    play.handle(intent::Type{"", "docker run -d --name other --restart always busybox sh -c 'sleep 3; exit 1'"});
    settle(play);
    const std::uint64_t facts = play.session().journal().size();
    play.handle(intent::StepFact{});
    CHECK(play.session().journal().size() > facts);
    Look wish;
    wish.selection = {Selection::Kind::Container, "web"};
    play.handle(intent::SetLook{wish});
    const Time before = look(play).now;
    play.handle(intent::StepFactOfSelection{});
    CHECK(look(play).now > before);
    // What came in between is another container's; that there is nothing more at all it can't know.
    CHECK(look(play).notice == "nothing happens to what is selected up to " + format_time(look(play).now) + "; another step looks further");
    const Time then = look(play).now;
    play.handle(intent::StepEvent{});
    CHECK(look(play).now > then);
}

TEST_CASE("free play: what can't be done is told, and changes nothing") {
    FreePlay play = free_play();
    play.handle(intent::Inject{"crsh web"});
    CHECK(look(play).notice.find("crsh") != std::string::npos);
    play.handle(intent::Type{"nowhere", "docker ps"});
    CHECK(look(play).notice.find("there is no host 'nowhere'") != std::string::npos);
    play.handle(intent::LessonCheck{});
    CHECK(look(play).notice.find("lesson") != std::string::npos);
    play.handle(intent::Save{"run.podium"});
    CHECK(look(play).notice == "files can't be written here");
    CHECK(play.session().log().empty());
}

TEST_CASE("free play: rewind typed in a terminal goes back, and says how it is written") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "wait 20s"});
    settle(play);
    play.handle(intent::Type{"", "rewind 5s"});
    CHECK(look(play).now == Time{} + seconds(5));
    play.handle(intent::Type{"", "rewind soon"});
    CHECK(text_of(look(play)).find("like: rewind 30s") != std::string::npos);
}

TEST_CASE("free play: completion answers for the words before the cursor") {
    FreePlay play = free_play();
    play.handle(intent::Complete{"", "docker contai"});
    const Frame frame = look(play);
    REQUIRE(frame.completion);
    CHECK(frame.completion->insert == "ner ");
}

TEST_CASE("free play: facts are filtered, and those ahead of the moment are known") {
    FreePlay play = free_play();
    Look wish;
    wish.facts_panel = true;
    play.handle(intent::SetLook{wish});
    play.handle(intent::Type{"", "docker run -d --name web --restart always nginx"});
    settle(play);
    play.handle(intent::Type{"", "docker run -d --name other nginx"});
    Frame frame = settle(play);
    REQUIRE(frame.facts);
    const std::size_t all = frame.facts->lines.size();
    CHECK(all > 2);
    wish.facts.filter = "who:other";
    play.handle(intent::SetLook{wish});
    frame = look(play);
    CHECK(frame.facts->lines.size() < all);
    REQUIRE_FALSE(frame.facts->lines.empty());
    for (const auto& line : frame.facts->lines) CHECK(line->who == "other");
    CHECK(frame.facts->happened == frame.facts->lines.size());
    play.handle(intent::Seek{Time{}});
    frame = look(play);
    REQUIRE_FALSE(frame.facts->lines.empty());
    CHECK(frame.facts->happened < frame.facts->lines.size());
}

TEST_CASE("free play: facts of the selection are found by a container's own name, too") {
    FreePlay play = free_play();
    play.handle(intent::Type{"", "docker run -d --name plain nginx"});
    settle(play);
    play.handle(intent::Type{"", "docker run -d --name other --label com.docker.compose.service=web --label com.docker.compose.container-number=1 nginx"});
    settle(play);
    Look wish;
    wish.facts_panel = true;
    wish.facts.of_selection = true;
    for (const char* name : {"other", "web.1"}) {
        INFO(name);
        wish.selection = {Selection::Kind::Container, name};
        play.handle(intent::SetLook{wish});
        const Frame frame = look(play);
        REQUIRE(frame.facts);
        CHECK(frame.facts->lines.size() > 1);
        for (const auto& line : frame.facts->lines) CHECK(line->who == "web.1");
    }
}

TEST_CASE("free play: facts call a container with its project where another project has one of the name, those before, too") {
    FreePlay play = free_play();
    Look wish;
    wish.facts_panel = true;
    play.handle(intent::SetLook{wish});
    const auto begin = [&](const std::string& project) {
        play.handle(intent::Type{"", "docker run -d --name " + project + "-web-1 --label com.docker.compose.service=web --label com.docker.compose.project=" + project + " --label com.docker.compose.container-number=1 nginx"});
        settle(play);
    };
    const auto called = [&] {
        std::set<std::string> out;
        const Frame frame = look(play);
        REQUIRE(frame.facts);
        for (const auto& line : frame.facts->lines)
            if (line->who.ends_with("web.1")) out.insert(line->who);
        return out;
    };
    begin("shop");
    CHECK(called() == std::set<std::string>{"web.1"});
    begin("blog");
    CHECK(called() == std::set<std::string>{"blog/web.1", "shop/web.1"});
    wish.facts.filter = "who:shop/web.1";
    play.handle(intent::SetLook{wish});
    CHECK(called() == std::set<std::string>{"shop/web.1"});
}

TEST_CASE("free play: a fact is told once for all pages it is on, and a page in which nothing changed is the one before") {
    FreePlay play = free_play();
    Look wish;
    wish.facts_panel = true;
    play.handle(intent::SetLook{wish});
    play.handle(intent::Type{"", "docker run -d --name web nginx"});
    const Frame first = settle(play);
    REQUIRE(first.facts);
    REQUIRE(first.facts->lines.size() > 1);
    // Time alone changes nothing of it.
    play.handle(intent::Type{"", "wait 5s"});
    const Frame waited = settle(play);
    play.handle(intent::Seek{waited.now - seconds(1)});
    const Frame second = look(play);
    play.handle(intent::Seek{waited.now - seconds(2)});
    const Frame third = look(play);
    CHECK(second.now != third.now);
    CHECK(second.facts == third.facts);
    // Back and on again, and with more behind it: the lines are the same ones.
    play.handle(intent::Seek{Time{}});
    const Frame begin = look(play);
    CHECK(begin.facts != third.facts);
    CHECK(begin.facts->lines.front() == first.facts->lines.front());
    play.handle(intent::GoLive{});
    play.handle(intent::Type{"", "docker stop web"});
    const Frame last = settle(play);
    REQUIRE(last.facts->lines.size() > first.facts->lines.size());
    for (std::size_t i = 0; i < first.facts->lines.size(); ++i) CHECK(last.facts->lines[i] == first.facts->lines[i]);
    // A container that is renamed has its new name in what was told before, too.
    play.handle(intent::Type{"", "docker rename web shop"});
    const Frame renamed = settle(play);
    const auto named = [&](const std::string& name) { return std::count_if(renamed.facts->lines.begin(), renamed.facts->lines.end(), [&](const auto& line) { return line->who == name; }); };
    CHECK(named("web") == 0);
    CHECK(named("shop") > 1);
}

TEST_CASE("engine: what was posted is done in order, and of seeks in a row the last") {
    FreeOptions options;
    LabEngine engine(std::make_unique<FreePlay>(test::small_run(), std::move(options)), {});
    engine.post(intent::Type{"", "wait 10s"});
    for (int i = 0; i < 20; ++i) engine.pump(kStep);
    engine.post(intent::Seek{Time{} + seconds(2)});
    engine.post(intent::Seek{Time{} + seconds(7)});
    engine.pump(kStep);
    CHECK(engine.frame()->now == Time{} + seconds(7));
    engine.post(intent::Open{"nothing"});
    engine.pump(kStep);
    CHECK(engine.frame()->notice == "nothing else can be opened here");
}

TEST_CASE("engine: its thread plays while nobody waits for it, and ends when it is let go") {
    FreeOptions options;
    options.playing = true;
    options.speed = 1000;
    LabEngine engine(std::make_unique<FreePlay>(test::small_run(), std::move(options)), {});
    engine.start();
    const std::uint64_t first = engine.frame()->serial;
    for (int i = 0; i < 2000 && engine.frame()->now < Time{} + seconds(1); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(engine.frame()->now >= Time{} + seconds(1));
    CHECK(engine.frame()->serial > first);
}

}  // namespace
}  // namespace podium::desktop
