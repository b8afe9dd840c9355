#include "ui/desktop/lab/opener.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/desktop/lab/free_play.hpp"
#include "ui/desktop/lab/lesson_play.hpp"
#include "ui/desktop/lab/scenario_play.hpp"

namespace podium::desktop {
namespace {

/// A run that happens by itself is watched a little faster than life.
constexpr double kWatchingSpeed = 4;

struct Opened {
    std::unique_ptr<Play> play;
    std::vector<std::string> parameters = {};  ///< Of a scenario,
    bool comparable = false;                   ///< which this is.
};

// What is open, with the lists that go with it: those of scenarios may still be on their way.
class ListedPlay final : public Play {
  public:
    ListedPlay(Opened opened, std::shared_ptr<ListSource> source)
        : play_(std::move(opened.play)), source_(std::move(source)), parameters_(std::move(opened.parameters)), comparable_(opened.comparable) {
        make_lists();
    }

    void handle(const Intent& intent) override { play_->handle(intent); }
    void refuse(const std::string& sentence) override { play_->refuse(sentence); }

    void advance(double real_seconds) override {
        play_->advance(real_seconds);
        if (!complete_ && source_->complete()) make_lists();
    }

    void fill(Frame& frame) override {
        play_->fill(frame);
        frame.lists = lists_;
    }

    [[nodiscard]] bool idle() const override { return complete_ && play_->idle(); }

  private:
    void make_lists() {
        complete_ = source_->complete();
        Lists lists = source_->lists();
        lists.parameters = parameters_;
        lists.comparable = comparable_;
        lists_ = std::make_shared<const Lists>(std::move(lists));
    }

    std::unique_ptr<Play> play_;
    std::shared_ptr<ListSource> source_;
    std::vector<std::string> parameters_;
    bool comparable_ = false;
    std::shared_ptr<const Lists> lists_;
    bool complete_ = false;
};

// An option that says nothing about what is opened.
Error does_not_go(const std::string& option, const std::string& what, const std::string& hint) {
    return Error{fmt::format("{} does not go with {}", option, what), {}, hint};
}

FreeOptions free_options(const OpenRequest& request, const std::string& title) {
    FreeOptions out;
    out.title = title;
    out.read_scheduler = cli::read_scheduler;
    out.write_file = cli::write_whole_file;
    if (request.keep) out.remember = cli::remember_run;
    return out;
}

cli::RunOptions run_options(const OpenRequest& request) {
    cli::RunOptions out;
    out.files = request.names;
    out.cluster = request.cluster;
    if (!request.scheduler.empty()) out.schedulers = {request.scheduler};
    out.seed = request.seed.value_or(1);
    out.seed_given = request.seed.has_value();
    out.parameters = request.settings;
    return out;
}

Result<Opened> open_project_run(const cli::RunOptions& options, FreeOptions free) {
    const auto run = cli::prepare_project_run(options);
    if (!run) return run.error();
    auto session = cli::begin_project_run(*run, options, options.seed);
    if (!session) return session.error();
    if (free.title.empty()) free.title = run->project.name;
    if (free.stand_at) free.run_to = run->end;
    return Opened{std::make_unique<FreePlay>(std::move(*session), std::move(free)), {}, false};
}

// What bare podium shows: the run is there, and is watched from its beginning.
Result<Opened> open_workshop(const OpenRequest& request) {
    auto options = cli::demo_options();
    if (!options) return options.error();
    options->seed = request.seed.value_or(1);
    FreeOptions free = free_options(request, "A workshop project on one host");
    free.stand_at = Time{};
    free.playing = true;
    free.speed = kWatchingSpeed;
    return open_project_run(*options, std::move(free));
}

// Hosts to do something on, as podium shell begins.
Result<Opened> open_hosts(const OpenRequest& request, const std::string& cluster) {
    if (!request.settings.empty()) return Error{"--set is for scenarios, and this is a cluster", {}, "leave it out"};
    auto session = cli::prepare_session({}, cluster, request.scheduler, request.seed.value_or(1), cli::kDrawingTerminal);
    if (!session) return session.error();
    FreeOptions free = free_options(request, cluster);
    free.playing = true;
    return Opened{std::make_unique<FreePlay>(std::move(*session), std::move(free)), {}, false};
}

Result<Opened> open_saved(const OpenRequest& request) {
    const std::string& path = request.names.front();
    if (request.names.size() > 1) return Error{"a saved run stands alone", Place{path, 0, 0}, "name it without other files"};
    if (!request.cluster.empty()) return Error{"a saved run has its hosts in it", Place{path, 0, 0}, "leave --cluster out"};
    if (!request.scheduler.empty()) return Error{"a saved run has its scheduler in it", Place{path, 0, 0}, "leave --scheduler out"};
    if (request.seed) return Error{"a saved run has its seed in it", Place{path, 0, 0}, "leave --seed out"};
    if (!request.settings.empty()) return Error{"a saved run has its parameters in it", Place{path, 0, 0}, "leave --set out"};
    auto session = cli::load_run(path);
    if (!session) return session.error();
    FreeOptions free = free_options(request, path.substr(path.rfind('/') + 1));
    free.run_to = session->saved_end();
    free.stand_at = Time{};
    return Opened{std::make_unique<FreePlay>(std::move(*session), std::move(free)), {}, false};
}

Result<Opened> open_scenario(const OpenRequest& request) {
    auto play = ScenarioPlay::create(run_options(request), free_options(request, request.names.front()));
    if (!play) return play.error();
    std::vector<std::string> parameters = (*play)->parameters();
    return Opened{std::move(*play), std::move(parameters), true};
}

Result<Opened> open_lesson(const OpenRequest& request) {
    const std::string& called = request.names.front();
    const cli::RealShelf shelf;
    const auto folder = cli::find_lesson(shelf, called);
    if (!folder) {
        // It may have been meant otherwise: what podium run says of a name that is nothing says more then.
        if (called.find('/') == std::string::npos && !called.ends_with(".yaml") && !called.ends_with(".yml")) return folder.error();
        const auto project = cli::read_project({called}, {});
        return project ? folder.error() : project.error();
    }
    const std::string what = "a lesson, which says itself what hosts there are and what happens";
    if (request.names.size() > 1) return Error{"a lesson is opened alone", {}, "name no other file"};
    if (!request.cluster.empty()) return does_not_go("--cluster", what, "leave it out");
    if (!request.scheduler.empty()) return does_not_go("--scheduler", what, "leave it out");
    if (!request.settings.empty()) return does_not_go("--set", what, "leave it out");
    auto loaded = cli::read_lesson(shelf, *folder);
    if (!loaded) return loaded.error();
    const auto lesson = std::make_shared<const lessons::Lesson>(std::move(*loaded));
    const auto catalogue = cli::images_catalogue();
    if (!catalogue) return catalogue.error();
    const auto progress = cli::read_progress(*lesson);
    if (!progress) return progress.error();
    std::optional<lessons::Attempt> attempt;
    if (!request.again) attempt = progress->attempt(lesson->kept_as);
    if (attempt && attempt->finished) attempt.reset();
    if (attempt && request.seed && attempt->seed != *request.seed)
        return Error{fmt::format("'{}' was begun with the seed {}", lesson->title, attempt->seed),
                     {},
                     "leave --seed out to go on, or begin anew with --again"};
    const lessons::PlayerRequest wanted{*catalogue, request.seed.value_or(1), false};
    auto player = lessons::Player::create(lesson, wanted, attempt);
    std::string anew;
    if (!player && attempt) {
        anew = player.error().message + ": it begins anew";
        attempt.reset();
        if (request.keep) {
            if (const auto kept = cli::set_attempt_aside(*lesson); !kept) return kept.error();
        }
        player = lessons::Player::create(lesson, wanted);
    }
    if (!player) return player.error();
    LessonOptions options;
    if (request.keep) options.keep = [lesson](const lessons::Attempt& now) { return cli::keep_attempt(*lesson, now); };
    options.write_file = cli::write_whole_file;
    options.resumed = attempt.has_value();
    auto play = std::make_unique<LessonPlay>(std::move(*player), std::move(options));
    if (!anew.empty()) play->refuse(anew);
    return Opened{std::move(play), {}, false};
}

bool names_cluster(const std::string& name) {
    const std::vector<std::string> known = cli::cluster_names();
    return std::find(known.begin(), known.end(), name) != known.end();
}

Error only_lessons_begin_again() {
    return Error{"--again is for lessons, and this is none", {}, "leave it out"};
}

Result<Opened> open_named(const OpenRequest& request) {
    const std::string& name = request.names.front();
    const cli::RealFiles files;
    const bool saved = std::any_of(request.names.begin(), request.names.end(), cli::is_saved_run);
    const bool scenario = std::any_of(request.names.begin(), request.names.end(), cli::is_scenario);
    if (request.again && (saved || scenario)) return only_lessons_begin_again();
    if (saved) return open_saved(request);
    if (scenario) return open_scenario(request);
    const bool folder_of_lesson = files.is_directory(name) && files.exists(name + "/lesson.md");
    const bool is_file = files.exists(name) && !folder_of_lesson;
    const bool is_cluster = !is_file && names_cluster(name);
    if (request.again && (is_file || is_cluster)) return only_lessons_begin_again();
    if (is_file) {
        if (!request.settings.empty())
            return Error{"--set is for scenarios, and this is none", {}, "use environment variables in the Compose file"};
        FreeOptions free = free_options(request, {});
        free.playing = true;
        return open_project_run(run_options(request), std::move(free));
    }
    if (is_cluster) {
        if (request.names.size() > 1) return Error{"a cluster is opened alone", {}, fmt::format("to run files on it: --cluster {} FILE", name)};
        if (!request.cluster.empty()) return Error{"--cluster names hosts, and so does " + name, {}, "name one of them"};
        return open_hosts(request, name);
    }
    return open_lesson(request);
}

Result<Opened> open_wanted(const OpenRequest& request) {
    if (!request.names.empty()) return open_named(request);
    if (request.again) return Error{"--again is for lessons, and none is named", {}, "name one like 02, or leave it out"};
    if (!request.settings.empty()) return Error{"--set is for scenarios, and none is named", {}, "name one like restart/policies"};
    if (!request.cluster.empty()) return open_hosts(request, request.cluster);
    if (!request.scheduler.empty())
        return Error{"--scheduler places the tasks of a swarm, and there is none", {}, "name hosts, like --cluster three-host"};
    return open_workshop(request);
}

}  // namespace

Result<std::unique_ptr<Play>> open_play(const OpenRequest& request) {
    auto opened = open_wanted(request);
    if (!opened) return opened.error();
    const std::shared_ptr<ListSource> lists = request.lists ? request.lists : std::make_shared<ListSource>();
    return std::unique_ptr<Play>(std::make_unique<ListedPlay>(std::move(*opened), lists));
}

Opener make_opener(std::shared_ptr<ListSource> lists) {
    return [lists = std::move(lists)](const intent::Open& wanted) {
        OpenRequest request;
        if (!wanted.name.empty()) request.names = {wanted.name};
        request.seed = wanted.seed;
        request.settings = wanted.settings;
        request.scheduler = wanted.scheduler;
        request.lists = lists;
        return open_play(request);
    };
}

}  // namespace podium::desktop
