#include "scripting/scenario.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include <lua.hpp>

#include "scripting/absent_words.hpp"
#include "scripting/arguments.hpp"
#include "scripting/bindings.hpp"
#include "scripting/lesson_words.hpp"
#include "scripting/lua_policy.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/cluster_file.hpp"
#include "sim/lab/facts.hpp"

namespace podium::scripting {
namespace {

constexpr std::uint64_t kWakeSteps = 1'000;  // a task woken, a predicate looked at
constexpr std::size_t kTasksPerStep = 8;      // gone through for the one that is next
constexpr std::uint64_t kCommandSteps = 1'000;  // something done to the run,
constexpr std::uint64_t kTrafficNameSteps = 10;    // a name tried for traffic,
constexpr std::uint64_t kNarrationSteps = 100;  // or said
constexpr const char* kProjectFile = "compose.yaml";

// Files beside the script, with one of them given as text.
class WithText final : public FileReader {
  public:
    WithText(const FileReader& files, std::string path, std::string text)
        : files_(files), path_(std::move(path)), text_(std::move(text)) {}

    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        return path == path_ ? Result<std::string>(text_) : files_.read(path);
    }

    [[nodiscard]] bool exists(const std::string& path) const override {
        return path == path_ || files_.exists(path);
    }

    [[nodiscard]] bool is_directory(const std::string& path) const override {
        return path != path_ && files_.is_directory(path);
    }

    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        return files_.list(folder);
    }

    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override {
        return path == path_ ? text_.size() : files_.size_bytes(path);
    }

  private:
    const FileReader& files_;
    std::string path_;
    std::string text_;
};

// The file of a folder, without its ending, that might have been meant; or one of the others.
std::string near_file(const FileReader* files,
                      const std::string& folder,
                      std::string_view ending,
                      const std::string& name,
                      std::vector<std::string> others = {}) {
    if (files == nullptr || folder.empty()) return {};
    for (const std::string& file : files->list(folder)) {
        if (file.ends_with(ending)) others.push_back(file.substr(0, file.size() - ending.size()));
    }
    return nearest(name, others);
}

// npos: there are fewer.
std::size_t start_of_line(std::string_view text, int line) {
    std::size_t start = 0;
    for (int i = 1; i < line && start != std::string_view::npos; ++i) {
        start = text.find('\n', start);
        if (start != std::string_view::npos) ++start;
    }
    return start;
}

// What other languages write otherwise, where Lua's compiler stumbles over it.
Error with_lua_spelling(Error error) {
    constexpr std::string_view kNear = " near '";
    const std::size_t near = error.message.rfind(kNear);
    if (near == std::string::npos || !error.hint.empty()) return error;
    const std::string_view token = std::string_view(error.message).substr(near + kNear.size());
    if (token.starts_with('!')) error.hint = "in Lua 'not equal' is ~=, and 'not' is not";
    if (token.starts_with('&')) error.hint = "in Lua it is and";
    if (token.starts_with('|')) error.hint = "in Lua it is or";
    if (token.starts_with('+')) error.hint = "in Lua it is n = n + 1";
    if (token.starts_with("//") || token.starts_with('#')) error.hint = "in Lua a comment begins with --";
    if (error.message.find("malformed number") != std::string::npos)
        error.hint = "a time is a text, like \"30s\", and so is a size";
    return error;
}

// Where a word is called that isn't there: the one that was meant, or what does instead of one of Lua's own.
Error with_near_word(Error error) {
    constexpr std::string_view kField = "a nil value (field '";
    if (const std::size_t field = error.message.find(kField); field != std::string::npos && error.hint.empty()) {
        const std::size_t begin = field + kField.size();
        error.hint = hint_for_math(std::string_view(error.message).substr(begin, error.message.find('\'', begin) - begin));
        return error;
    }
    constexpr std::string_view kMark = "a nil value (global '";
    const std::size_t mark = error.message.find(kMark);
    if (mark == std::string::npos || !error.hint.empty()) return error;
    const std::size_t from = mark + kMark.size();
    const std::string word = error.message.substr(from, error.message.find('\'', from) - from);
    const std::vector<std::string> words = known_words();
    if (std::find(words.begin(), words.end(), word) != words.end()) {
        error.hint = fmt::format("the script has set '{}' itself, so the word of that name is gone: call it otherwise there", word);
        return error;
    }
    if (const AbsentWord* absent = find_absent_word(word))
        return Error{fmt::format("a script has no '{}'{}", word, absent->why), error.place, std::string(absent->instead)};
    const BindingGroup lesson = lesson_bindings();
    const bool of_lesson = std::any_of(lesson.rows.begin(),
                                       lesson.rows.end(),
                                       [&](const BindingRow& row) { return row.name == word; });
    const std::string near = nearest(word, words);
    if (of_lesson)
        error.hint = "it is a word of a lesson's lab.lua";
    else if (!near.empty())
        error.hint = fmt::format("did you mean '{}'?", near);
    return error;
}

}  // namespace

Scenario::Scenario(ScenarioRequest request) : request_(std::move(request)) {
    set_up_.seed = request_.seed;
    set_up_.catalogue = request_.catalogue;
    set_up_.program = request_.program;
    set_up_.read_policy = read_policy;
    if (request_.scheduler) set_up_.scheduler = *request_.scheduler;
    if (!request_.session) return;
    session_ = std::move(request_.session);
    request_.session.reset();
    set_up_ = session_->set_up();
    allow_work();
    next_fact_ = FactId{session_->journal().last().value + 1};
    histories_.follow(session_->world(), lab::fact_catalogue());
    end_ = kNever;
}

Scenario::~Scenario() = default;

Result<std::unique_ptr<Scenario>> Scenario::create(ScenarioRequest request) {
    std::unique_ptr<Scenario> scenario(new Scenario(std::move(request)));
    Scenario* self = scenario.get();
    scenario->sandbox_ = std::make_unique<Sandbox>(
        self->request_.limits, self->request_.seed, [self](const std::string& line) {
            self->say(line);
        });
    scenario->sandbox_->set_host(self);
    const auto bind = [self](lua_State* lua) {
        open_bindings(lua);
        if (self->request_.more_bindings) self->request_.more_bindings(lua);
    };
    if (Result<void> bound = scenario->sandbox_->protect(bind); !bound) return bound.error();
    const auto chunk = scenario->sandbox_->load(self->request_.text, self->request_.name);
    if (!chunk) return with_lua_spelling(chunk.error());
    scenario->compared_ = compared_texts(self->request_.text);
    const auto task = scenario->sandbox_->make_task(*chunk);
    if (!task) return task.error();
    scenario->add_task(*task, scenario->now());
    return scenario;
}

// --- setting up ---

Result<void> Scenario::begin() {
    if (session_) return {};
    for (const auto& [name, value] : request_.parameters) {
        const bool known = std::any_of(
            parameters_.begin(),
            parameters_.end(),
            [&n = name](const ScenarioParameter& parameter) { return parameter.name == n; });
        if (known) continue;
        std::vector<std::string> names;
        for (const ScenarioParameter& parameter : parameters_)
            names.push_back(parameter.name);
        const std::string near = nearest(name, names);
        return Error{
            fmt::format("--set {}={}: the scenario has no parameter '{}'", name, value, name),
            {},
            !near.empty()   ? fmt::format("did you mean '{}'?", near)
            : names.empty() ? "it has none"
                            : fmt::format("it has {}", join(names, ", "))};
    }
    auto session = lab::begin_session(set_up_);
    if (!session) return session.error();
    session_.emplace(std::move(*session));
    allow_work();
    for (const std::string& text : early_)
        session_->post({Time{}, lab::CommandKind::Narrate, {}, text, {}});
    if (!up_line_.empty()) {
        terminals_[set_up_.hosts.front().name].push_back(kNobody);
        session_->post({Time{}, lab::CommandKind::Line, set_up_.hosts.front().name, up_line_, {}});
    }
    return {};
}

Result<std::string> Scenario::set_parameter(const std::string& name,
                                            const std::string& otherwise,
                                            std::vector<std::string> choices) {
    if (session_)
        return Error{
            "param comes before the run begins", {}, "declare parameters at the top of the script"};
    for (const ScenarioParameter& parameter : parameters_) {
        if (parameter.name == name)
            return Error{fmt::format("the parameter '{}' is declared twice", name), {}, {}};
    }
    if (parameters_.size() >= kMostParameters)
        return Error{fmt::format("a scenario has at most {} parameters", kMostParameters), {}, {}};
    std::string value = otherwise;
    for (const auto& [wanted, text] : request_.parameters) {
        if (wanted == name) value = text;
    }
    if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
        const std::string near = nearest(value, choices);
        return Error{fmt::format("the parameter '{}' can't be '{}'", name, value),
                     {},
                     near.empty() ? fmt::format("it is one of {}", join(choices, ", "))
                                  : fmt::format("did you mean '{}'?", near)};
    }
    parameters_.push_back({name, value, std::move(choices)});
    return value;
}

Result<void> Scenario::use_cluster(const std::string& name) {
    const bool own = name.ends_with(".yaml") || name.ends_with(".yml");
    if (!own && (name.empty() || name.find('/') != std::string::npos))
        return Error{fmt::format("'{}' is no cluster", name),
                     {},
                     "name a file beside the script, like hosts.yaml, or one that comes with Podium, like three-host"};
    const std::string path = own ? resolve_path(request_.directory, name) : fmt::format("{}/{}.yaml", request_.clusters, name);
    if (request_.files == nullptr || (!own && (request_.clusters.empty() || !request_.files->exists(path)))) {
        const std::string near = near_file(request_.files, request_.clusters, ".yaml", name);
        return Error{fmt::format("there is no cluster '{}'", name),
                     {},
                     near.empty() ? "those that come with Podium are in scenarios/clusters; a file of yours ends in .yaml"
                                  : fmt::format("did you mean '{}'?", near)};
    }
    const auto text = request_.files->read(path);
    if (!text) return text.error();
    const auto cluster = lab::parse_cluster_file(*text, name);
    if (!cluster) return cluster.error();
    lab::use_cluster(set_up_, *cluster);
    return {};
}

Result<scheduler::PolicyText> Scenario::find_scheduler(const std::string& name) const {
    if (name == scheduler::kSpread) return scheduler::PolicyText{name, {}};
    const bool own = name.ends_with(".lua");
    const std::string path = own ? resolve_path(request_.directory, name)
                                 : fmt::format("{}/{}.lua", request_.schedulers, name);
    const bool there =
        request_.files != nullptr && request_.files->exists(path) &&
        (own || (!request_.schedulers.empty() && name.find('/') == std::string::npos));
    if (!there) {
        const std::string near = own ? std::string() : near_file(request_.files, request_.schedulers, ".lua", name, {std::string(scheduler::kSpread)});
        return Error{fmt::format("there is no scheduling policy '{}'", name),
                     {},
                     near.empty() ? "name a file beside the script, like mine.lua, one that comes with Podium, "
                                    "like consolidate, or spread"
                                  : fmt::format("did you mean '{}'?", near)};
    }
    const auto text = request_.files->read(path);
    if (!text) return text.error();
    scheduler::PolicyText out{name, *text};
    if (const auto read = read_policy(out); !read) return read.error();
    return out;
}

Result<void> Scenario::add_project(const std::vector<std::string>& paths,
                                   const std::string* text,
                                   const std::vector<std::string>& profiles,
                                   const std::map<std::string, std::string>& environment,
                                   bool up) {
    if (session_)
        return Error{"the project comes before the run begins",
                     {},
                     "call compose at the top of the script, before anything that takes time"};
    if (!up_line_.empty() || !set_up_.files.empty())
        return Error{"a scenario has one project",
                     {},
                     "put a second one on the host with file, and start it with sh"};
    lab::ProjectRequest request;
    const WithText with_text(*request_.files,
                             resolve_path(request_.directory, kProjectFile),
                             text == nullptr ? std::string() : *text);
    request.files = text == nullptr ? request_.files : &with_text;
    request.paths = paths;
    request.working_directory = request_.directory;
    request.profiles = profiles;
    request.environment = environment;
    request.for_stack = !up && set_up_.hosts.size() > 1;
    auto project = lab::prepare_project(request, set_up_.hosts.front().name);
    if (!project) return project.error();
    set_up_.files = std::move(project->files);
    set_up_.environment = std::move(project->environment);
    set_up_.directory = project->directory;
    set_up_.services = std::move(project->services);
    not_simulated_ = std::move(project->not_simulated);
    // A stack does what a Compose client leaves alone.
    if (request.for_stack)
        std::erase_if(not_simulated_, [](const lab::NotSimulated& row) {
            return row.stack_acts;
        });
    project_names_ = std::move(project->names);
    if (up) up_line_ = project->up_line;
    acted_ = sandbox_->place_now();
    up_place_ = acted_;
    return {};
}

std::string Scenario::source_line(int line) const {
    const std::size_t start = start_of_line(request_.text, line);
    if (start == std::string::npos) return {};
    return std::string(trim(
        std::string_view(request_.text).substr(start, request_.text.find('\n', start) - start)));
}

// --- commands, tasks and checks ---

void Scenario::say(const std::string& line) {
    // What a command has shown ends in a line break, which is nothing to say.
    const std::string text = line.substr(0, line.find_last_not_of(" \t\n") + 1);
    sandbox_->count_c(kNarrationSteps);
    if (session_) {
        if (sandbox_->calling()) ++said_by_predicates_[text];
        session_->post({now(), lab::CommandKind::Narrate, {}, text, {}});
    } else {
        early_.push_back(text);
    }
}

Result<void> Scenario::post(lab::CommandKind kind,
                            Time time,
                            const std::string& where,
                            const std::string& text,
                            const std::string& content) {
    if (Result<void> ready = begin(); !ready) return ready;
    acted_ = sandbox_->place_now();
    sandbox_->count_c(kCommandSteps);
    lab::Command command{time, kind, where, text, content};
    if (Result<void> checked = session_->check(command); !checked) return checked;
    session_->post(std::move(command));
    return {};
}

Scenario::Task& Scenario::add_task(TaskRef ref, Time wake) {
    auto task = std::make_unique<Task>();
    task->ref = ref;
    task->number = tasks_.size();
    task->wait = Wait::Time;
    task->wake = wake;
    task->made = sandbox_->place_now();
    tasks_.push_back(std::move(task));
    return *tasks_.back();
}

Check& Scenario::add_check(CheckKind kind, const Place& place, std::string name) {
    Check check;
    check.kind = kind;
    check.from = now();
    check.verdict.place = place;
    check.verdict.name = name.empty() ? source_line(place.line) : std::move(name);
    checks_.push_back(std::move(check));
    return checks_.back();
}

// --- running ---

Result<void> Scenario::resume(Task& task) {
    running_ = task.number;
    task.wait = Wait::Ended;  // unless it says otherwise
    const auto gives = [&task](lua_State* lua) {
        Sandbox::of(lua).charge(lua, kWakeSteps);
        switch (task.gives) {
            case Task::Gives::Nothing:
                return 0;
            case Task::Gives::Flag:
                lua_pushboolean(lua, task.flag ? 1 : 0);
                return 1;
            case Task::Gives::Line:
                lua_pushinteger(lua, task.status);
                lua_pushlstring(lua, task.output.data(), task.output.size());
                lua_pushlstring(lua, task.error.data(), task.error.size());
                return 3;
        }
        return 0;
    };
    bool said_false = false;
    const Place stood = sandbox_->place(task.ref.thread);
    const auto done = sandbox_->resume(task.ref, gives, &said_false);
    if (!done) {
        // What ends before it goes on ends where it stood.
        Error error = with_near_word(done.error());
        if (error.place.line == 0) error.place = stood.line != 0 ? stood : task.made;
        return error;
    }
    task.gives = Task::Gives::Nothing;
    if (!*done) return {};
    sandbox_->release(task.ref);
    task.wait = Wait::Ended;
    if (!task.body || said_false) return {};
    // every: the next turn that has not passed.
    const std::int64_t passed = (now() - task.turn).nanoseconds / task.interval.nanoseconds;
    const Time next = task.turn + task.interval * (passed + 1);
    const auto again = sandbox_->make_task(task.body);
    if (!again) return Error{again.error().message, task.made, again.error().hint};
    task.ref = *again;
    task.wait = Wait::Time;
    task.wake = task.turn = next;
    return {};
}

// No "return" stands in its lines, so that it never can.
bool Scenario::gives_nothing(FunctionRef predicate) const {
    const int first = sandbox_->place_of(predicate).line;
    if (first == 0) return false;  // one of the library's
    sandbox_->count_c(request_.text.size() / kBytesPerStep);
    const std::size_t start = start_of_line(request_.text, first);
    if (start == std::string::npos) return false;
    const std::string_view rest = std::string_view(request_.text).substr(start);
    const std::size_t length = start_of_line(rest, sandbox_->last_line_of(predicate) - first + 2);
    return rest.substr(0, length).find("return") == std::string_view::npos;
}

Result<bool> Scenario::holds(FunctionRef predicate, const Place& place, bool asked_before) {
    bool value = false;
    bool nothing = false;
    bool zero = false;
    std::string never_false;  // what always counts as true
    looked_at_ = {};
    const Result<void> called = sandbox_->call(
        predicate,
        [](lua_State* lua) {
            Sandbox::of(lua).charge(lua, kCallSteps);
            return 0;
        },
        [&](lua_State* lua) {
            value = lua_toboolean(lua, -1) != 0;
            nothing = lua_isnil(lua, -1);
            const int type = lua_type(lua, -1);
            zero = type == LUA_TNUMBER && lua_tonumber(lua, -1) == 0;
            if (type == LUA_TFUNCTION || type == LUA_TUSERDATA) never_false = type_words(lua, -1);
        });
    if (!called) {
        // What ends while none of its lines runs (its call is counted, or it is a function of the library) ends where it was asked for.
        Error error = with_near_word(called.error());
        if (error.place.line == 0 && place.line != 0) error.place = place;
        return error;
    }
    if (!never_false.empty())
        return Error{fmt::format("the function that is looked at gives back {}, which is never false",
                                 never_false),
                     place,
                     "call what you ask, like service('web'):running()"};
    if (zero)
        return Error{"the function that is looked at gives back 0, and 0 counts as true in Lua",
                     place,
                     "compare it, like service('web'):restarts() == 0"};
    if (nothing && !asked_before && gives_nothing(predicate))
        return Error{"the function that is looked at gives nothing back",
                     place,
                     "say what it finds, like function() return service('web'):running() end"};
    return value;
}

// Of those that can go on in this instant; null: none can.
Scenario::Task* Scenario::next_task() {
    sandbox_->count_c(tasks_.size() / kTasksPerStep);
    Task* next = nullptr;
    for (const auto& task : tasks_) {
        const bool ready =
            task->wait == Wait::Ready || (task->wait == Wait::Time && task->wake <= now());
        if (ready && (next == nullptr || (task->wait == Wait::Time &&
                                          next->wait == Wait::Time && task->wake < next->wake)))
            next = task.get();
    }
    return next;
}

// All of this instant: what is due in the run and what tasks do, until neither has anything left.
Result<void> Scenario::settle() {
    bool acted = false;  // a task has run since the predicates were asked
    while (true) {
        if (Task* next = next_task(); next != nullptr) {
            if (Result<void> resumed = resume(*next); !resumed) return resumed;
            acted = true;
            continue;
        }
        if (Result<void> ready = begin(); !ready)
            return Error{
                ready.error().message,
                ready.error().place.file.empty() ? Place{request_.name, 0, 0} : ready.error().place,
                ready.error().hint};
        session_->run_until(now());
        if (Result<void> on = went_on(); !on) return on;
        follow_terminals();
        const bool news = follow_facts();
        bool woken = false;
        if (news || acted) {
            const auto asked = wake_predicates();
            if (!asked) return asked.error();
            woken = *asked;
            acted = false;
        }
        const bool more = woken || std::any_of(tasks_.begin(), tasks_.end(), [](const auto& task) {
            return task->wait == Wait::Ready;
        });
        if (!more && session_->next_time() > now()) return {};
    }
}

// Something of the script's own lies ahead: a task, or a check to be decided.
bool Scenario::waiting() const {
    return std::any_of(tasks_.begin(),
                       tasks_.end(),
                       [](const auto& task) {
                           return task->wait != Wait::Ended && task->wait != Wait::Line;
                       }) ||
           std::any_of(checks_.begin(), checks_.end(), [this](const Check& check) {
               return check.deadline() != kNever || check.held_by(now()) != kNever;
           });
}

bool Scenario::over() const {
    if (now() >= end_) return true;
    return !request_.duration && !header_.duration && !waiting() && session_->quiet();
}

Time Scenario::next_moment() const {
    Time next = std::min(session_->next_time(), end_);
    for (const auto& task : tasks_) {
        if (task->wait == Wait::Time || (task->wait == Wait::Predicate && task->has_deadline))
            next = std::min(next, task->wake);
    }
    for (const Check& check : checks_)
        next = std::min({next, check.deadline(), check.held_by(now())});
    return std::max(next, now());
}

Result<void> Scenario::finish() {
    ended_ = true;
    ended_quiet_ = now() < end_;
    if (request_.scheduler && session_->state().swarm.state().swarms.empty())
        return Error{"no swarm was formed in this run, so there was nothing for --scheduler to place",
                     Place{request_.name, 0, 0},
                     "let the scenario form one, as cluster(\"three-host\", {formed = true}) does"};
    // In a lesson it is the learner who makes what is asked about.
    if (request_.persons_terminal.empty()) {
        if (auto unknown = asked_.unknown(*session_, project_names_)) return *unknown;
    }
    for (Check& check : checks_)
        check.on_end(*session_, now());
    cut_off_ = cut_off();
    return {};
}

// Nothing has stopped the run.
Result<void> Scenario::went_on() const {
    if (!session_) return {};
    if (session_->exhausted()) return too_much_work();
    if (session_->trouble() != nullptr) return *session_->trouble();
    return {};
}

Error Scenario::too_much_work() const {
    const bool lesson = !request_.persons_terminal.empty();
    return Error{fmt::format("the run was stopped at {}: it takes more work than a {} may",
                             format_time(now()),
                             lesson ? "lesson" : "scenario"),
                 acted_,
                 lesson ? "let lab.lua do less there, or stop what it has begun; what was typed at this step is undone by 'again'"
                        : "make it shorter or do less in it; --effort 10 lets it take ten times as much"};
}

Result<bool> Scenario::step() {
    if (ended_) return false;
    if (started_) session_->run_until(next_moment());
    if (Result<void> on = went_on(); !on) return on.error();
    started_ = true;
    if (Result<void> settled = settle(); !settled) return settled.error();
    if (Result<void> looked = look(); !looked) return looked.error();
    const Duration length = request_.duration  ? *request_.duration
                            : header_.duration ? *header_.duration
                                               : kDefaultEnd;
    end_ = Time{} + length;
    if (!over()) return true;
    if (Result<void> looked = look(true); !looked) return looked.error();
    // What a predicate has said at the last moment is part of the run, too: it is in the log.
    session_->run_until(now());
    if (Result<void> on = went_on(); !on) return on.error();
    (void)follow_facts();
    if (Result<void> finished = finish(); !finished) return finished.error();
    return false;
}

bool Scenario::take_traffic_name(const std::string& name) {
    sandbox_->count_c(kTrafficNameSteps);
    const auto& sources = run_so_far().world().traffic;
    const bool taken = std::any_of(sources.begin(), sources.end(), [&name](const auto& source) { return source.spec.name == name; });
    return !taken && traffic_names_.insert(name).second;
}

Result<void> Scenario::run() {
    while (true) {
        const auto more = step();
        if (!more) return more.error();
        if (!*more) return {};
    }
}

}  // namespace podium::scripting
