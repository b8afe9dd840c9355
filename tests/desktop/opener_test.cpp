#include "ui/desktop/lab/opener.hpp"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/source_directory.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/desktop/lab/compare.hpp"

using namespace podium;
using namespace podium::desktop;

namespace {

// A place of its own for what is kept, and the way back.
class OwnState {
  public:
    OwnState() : folder_(std::filesystem::temp_directory_path() / ("podium-opener-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_);
        setenv("XDG_STATE_HOME", folder_.c_str(), 1);
    }
    ~OwnState() {
        unsetenv("XDG_STATE_HOME");
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    OwnState(const OwnState&) = delete;
    OwnState& operator=(const OwnState&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }

  private:
    std::filesystem::path folder_;
};

std::unique_ptr<Play> opened(const OpenRequest& request) {
    auto play = open_play(request);
    if (!play) FAIL(play.error().text());
    return std::move(*play);
}

std::string refusal(const OpenRequest& request) {
    const auto play = open_play(request);
    REQUIRE_FALSE(play);
    return play.error().text();
}

OpenRequest named(const std::string& name) {
    OpenRequest out;
    out.names = {name};
    return out;
}

Frame frame_of(Play& play) {
    Frame out;
    play.fill(out);
    return out;
}

Frame computed(Play& play) {
    Frame frame = frame_of(play);
    for (int turn = 0; turn < 20'000 && frame.busy; ++turn) {
        play.advance(1.0 / 60);
        frame = frame_of(play);
    }
    REQUIRE_FALSE(frame.busy);
    return frame;
}

}  // namespace

TEST_CASE("desktop: nothing named opens the workshop project, at its beginning with its whole run ahead") {
    const OwnState state;
    const auto play = opened({});
    const Frame frame = computed(*play);
    CHECK(frame.now < frame.horizon);
    CHECK(frame.horizon == Time{} + seconds(360));
    CHECK(frame.playing);
    REQUIRE(frame.cluster);
    CHECK(frame.cluster->hosts.size() == 1);
}

TEST_CASE("desktop: a scenario is run to its end, then stands at its beginning with its checks as marks") {
    const OwnState state;
    OpenRequest request = named("restart/policies");
    request.settings = {"policy=no"};
    const auto play = opened(request);
    CHECK(frame_of(*play).busy);
    // What is wanted meanwhile waits until there is something to want it of.
    play->handle(intent::Seek{Time{} + seconds(45)});
    Frame frame = computed(*play);
    for (int turn = 0; turn < 2'000 && frame.now != Time{} + seconds(45); ++turn) {
        play->advance(1.0 / 60);
        frame = frame_of(*play);
    }
    CHECK(frame.now == Time{} + seconds(45));
    CHECK(frame.horizon == Time{} + seconds(120));
    CHECK(frame.title == "A server that crashes, under a restart policy");
    REQUIRE(frame.checks);
    CHECK(std::any_of(frame.checks->begin(), frame.checks->end(), [](const CheckMark& mark) { return !mark.passed && !mark.evidence.empty(); }));
    REQUIRE(frame.lists);
    REQUIRE(frame.lists->parameters.size() == 1);
    CHECK(frame.lists->parameters[0] == "policy=no|on-failure:2|unless-stopped|always");
    // A change in the past makes it another run, of which later checks say nothing.
    play->handle(intent::Inject{"kill web"});
    play->advance(0);
    for (const CheckMark& mark : *frame_of(*play).checks) CHECK(mark.time <= Time{} + seconds(45));
}

TEST_CASE("desktop: a lesson goes on where podium learn left off, and the other way round") {
    const OwnState state;
    {
        const auto play = opened(named("2"));
        CHECK(frame_of(*play).lesson->name == "02-first-compose-project");
        play->handle(intent::LessonNext{});
        CHECK(frame_of(*play).lesson->step == 1);
    }
    const auto progress = cli::read_progress();
    REQUIRE(progress);
    const auto attempt = progress->attempt("02-first-compose-project");
    REQUIRE(attempt);
    CHECK(attempt->steps.size() == 2);
    CHECK(frame_of(*opened(named("first-compose"))).lesson->step == 1);
    OpenRequest again = named("2");
    again.again = true;
    CHECK(frame_of(*opened(again)).lesson->step == 0);
}

TEST_CASE("desktop: a Compose project is brought up, a saved run stands at its beginning, a cluster is empty") {
    const OwnState state;
    const std::string compose = state.file("compose.yaml");
    std::ofstream(compose) << "services:\n  web:\n    image: nginx\n";
    const auto project = opened(named(compose));
    CHECK(frame_of(*project).playing);
    project->handle(intent::Seek{Time{} + seconds(60)});
    Frame frame = computed(*project);
    CHECK(frame.now == Time{} + seconds(60));
    CHECK(frame.cluster->tiles.size() == 1);
    project->handle(intent::Save{state.file("run.podium")});
    CHECK(frame_of(*project).notice_tone == view::Tone::Good);

    const auto saved = opened(named(state.file("run.podium")));
    frame = computed(*saved);
    CHECK(frame.now == Time{});
    CHECK(frame.horizon == Time{} + seconds(60));
    OpenRequest seeded = named(state.file("run.podium"));
    seeded.seed = 7;
    CHECK(refusal(seeded).find("seed in it") != std::string::npos);

    const auto cluster = opened(named("three-host"));
    CHECK(frame_of(*cluster).cluster->hosts.size() == 3);
}

TEST_CASE("desktop: hosts in the window are the same run wherever the window was opened from") {
    const OwnState state;
    // The window shows what programs draw, whatever its own standard input is: here it is no terminal.
    const int kept = dup(STDIN_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    REQUIRE(dup2(nothing, STDIN_FILENO) == STDIN_FILENO);
    const auto cluster = opened(named("three-host"));
    dup2(kept, STDIN_FILENO);
    close(kept);
    close(nothing);
    cluster->handle(intent::Save{state.file("hosts.podium")});
    REQUIRE(frame_of(*cluster).notice_tone == view::Tone::Good);
    std::ifstream saved(state.file("hosts.podium"));
    const std::string text((std::istreambuf_iterator<char>(saved)), std::istreambuf_iterator<char>());
    CHECK(text.find("TERM=xterm-256color") != std::string::npos);
}

TEST_CASE("desktop: what can't be opened is refused with a sentence") {
    const OwnState state;
    CHECK(refusal(named("no-such-lesson")).find("there is no lesson 'no-such-lesson'") != std::string::npos);
    CHECK(refusal(named("no/such.yaml")).find("there is no such file") != std::string::npos);
    OpenRequest lesson = named("2");
    lesson.cluster = "three-host";
    CHECK(refusal(lesson).find("--cluster does not go with a lesson") != std::string::npos);
    OpenRequest scenario = named("restart/policies");
    scenario.cluster = "three-host";
    CHECK(refusal(scenario).find("does not go with a scenario") != std::string::npos);
    scenario.cluster.clear();
    scenario.settings = {"policy=perhaps"};
    CHECK(refusal(scenario).find("policy") != std::string::npos);
    OpenRequest nothing;
    nothing.settings = {"policy=no"};
    CHECK(refusal(nothing).find("none is named") != std::string::npos);
}

TEST_CASE("desktop: comparing in the window gives the numbers of podium compare, and the seeds to look at") {
    const OwnState state;
    OpenRequest request = named("restart/policies");
    const auto play = opened(request);
    (void)computed(*play);
    play->handle(intent::Compare{{"policy=no"}, {}, 3});
    CHECK(frame_of(*play).compare->error.find("only one variant") != std::string::npos);
    play->handle(intent::Compare{{"policy=no", "policy=always"}, {}, 3});
    Frame frame = frame_of(*play);
    CHECK(frame.compare->runs == 6);
    while (frame.compare->running) {
        usleep(10'000);
        play->advance(0);
        frame = frame_of(*play);
    }
    INFO(frame.compare->error);
    REQUIRE(frame.compare->error.empty());
    CHECK(frame.compare->variants == std::vector<std::string>{"policy=no", "policy=always"});
    REQUIRE_FALSE(frame.compare->rows.empty());
    // The command line's own text, from the same report, has every number that is told here.
    for (const CompareView::Row& row : frame.compare->rows) {
        REQUIRE(row.values.size() == 2);
        CHECK(row.differences[0].empty());
        for (const std::string& value : row.values) CHECK(frame.compare->text.find(value) != std::string::npos);
    }
    CHECK(frame.compare->text.find("2 variants, each with seeds 1–3: 6 runs") != std::string::npos);
    // One of the runs, by its seed.
    const Opener opener = make_opener(std::make_shared<ListSource>());
    intent::Open one{frame.compare->scenario};
    one.seed = 3;
    one.settings = frame.compare->made_of[1].settings;
    auto seeded = opener(one);
    REQUIRE(seeded);
    CHECK(computed(**seeded).seed == 3);
}

TEST_CASE("desktop: what a comparison does not vary stays as the scenario was opened") {
    const OwnState state;
    cli::RunOptions options;
    options.files = {"restart/policies"};
    options.parameters = {"policy=no"};
    options.seed = 5;
    Comparison comparison(options);
    comparison.begin({{}, {"spread", "no-such-policy"}, 2});
    CHECK(comparison.view()->error.find("no-such-policy") != std::string::npos);
    comparison.begin({{}, {}, 2});
    CHECK(comparison.view()->error.find("only one variant") != std::string::npos);
    comparison.begin({{}, {"spread", scheduler_names().back()}, 1});
    REQUIRE(comparison.view()->variants.size() == 2);
    CHECK(comparison.view()->made_of[1].settings == std::vector<std::string>{"policy=no"});
}

TEST_CASE("desktop: a comparison that is left does not wait for its runs to end") {
    const OwnState state;
    std::ofstream(state.file("long.lua")) << "scenario{title = 'A week', duration = '168h'}\n"
                                             "param('n', '1', {'1', '2'})\n"
                                             "every('1ms', function() end)\n";
    cli::RunOptions options;
    options.files = {state.file("long.lua")};
    options.effort = 1'000;  // It would take hours.
    Comparison comparison(options);
    comparison.begin({{"n=1", "n=2"}, {}, 1});
    INFO(comparison.view()->error);
    REQUIRE(comparison.view()->running);
    usleep(100'000);
    // What was running is given up, and so it is when the comparison itself goes.
    comparison.begin({{"n=1", "n=2"}, {}, 2});
    REQUIRE(comparison.view()->running);
    CHECK(comparison.view()->runs == 4);
    usleep(100'000);
}

TEST_CASE("desktop: more variants than a table has columns are refused") {
    const OwnState state;
    cli::RunOptions options;
    options.files = {"restart/policies"};
    Comparison comparison(options);
    intent::Compare wanted;
    wanted.seeds = 1;
    for (std::size_t i = 0; i <= Comparison::kMostVariants; ++i) wanted.settings.push_back("policy=" + std::to_string(i));
    comparison.begin(wanted);
    CHECK_FALSE(comparison.view()->running);
    CHECK(comparison.view()->error.find("these are 64 variants, and at most 63 are compared here") != std::string::npos);
}

TEST_CASE("desktop: the lists have faults, verbs, lessons, scenarios and schedulers") {
    const OwnState state;
    ListSource source;
    source.wait();
    const Lists lists = source.lists();
    const auto has_verb = [&](const std::string& verb) { return std::find(lists.verbs.begin(), lists.verbs.end(), verb) != lists.verbs.end(); };
    CHECK(has_verb("docker service ls"));
    CHECK(has_verb("docker compose up"));
    CHECK(has_verb("inject"));
    CHECK(has_verb("curl"));
    CHECK(std::any_of(lists.faults.begin(), lists.faults.end(), [](const Lists::Fault& fault) { return fault.id == "kill" && fault.target == "container"; }));
    CHECK(lists.schedulers.front() == "spread");
    const auto kinds = [&](const std::string& kind) {
        return std::count_if(lists.openables.begin(), lists.openables.end(), [&](const Lists::Openable& row) { return row.kind == kind; });
    };
    CHECK(kinds("lesson") >= 25);
    CHECK(kinds("scenario") >= 20);
    CHECK(kinds("cluster") >= 1);
}
