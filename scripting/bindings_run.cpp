// Words that set up a run, pass time and act.

#include <algorithm>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/bindings.hpp"
#include "scripting/library.hpp"
#include "scripting/scenario.hpp"
#include "sim/base/text.hpp"

namespace podium::scripting {
namespace {

// --- setting up ---

void require_before(lua_State* lua, const char* word) {
    if (!scenario_of(lua).begun()) return;
    if (!scenario_of(lua).request().persons_terminal.empty())
        raise_error(lua,
                    Error{fmt::format("{} sets up a run, and a lesson's is set up by lesson.md", word),
                          {},
                          "its front matter names the project, the images and the hosts; a lesson has no parameters"});
    luaL_error(lua,
                   "%s comes before the run begins: call it at the top of the script, before "
                   "anything that takes time",
                   word);
}

// What is said twice would be said for nothing the first time.
void require_first(lua_State* lua, const char* word) {
    if (!scenario_of(lua).say_once(word))
        luaL_error(lua, "%s is called twice; put everything into one call", word);
}

// Of a host or a parameter.
bool is_plain_name(const std::string& name) {
    const auto fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

int scenario(lua_State* lua) {
    require_before(lua, "scenario");
    require_table(lua, 1);
    check_fields(lua, 1, "scenario", {"title", "goal", "watch", "duration"});
    require_first(lua, "scenario");
    ScenarioHeader& header = scenario_of(lua).header_of_script();
    header.title = text_field(lua, 1, "title");
    header.goal = text_field(lua, 1, "goal");
    header.watch = text_field(lua, 1, "watch");
    lua_getfield(lua, 1, "duration");
    if (!lua_isnil(lua, -1)) {
        header.duration = duration_at(lua, -1);
        if (header.duration->nanoseconds == 0 || *header.duration > Scenario::kLongest)
            return luaL_error(lua, "a scenario lasts more than 0s and at most a week");
    }
    return 0;
}

std::int64_t bytes_field(lua_State* lua, int index, const char* name, std::int64_t otherwise) {
    const std::string text = text_field(lua, index, name);
    std::int64_t bytes = otherwise;
    if (!text.empty() && (!parse_bytes(text, bytes) || bytes <= 0))
        luaL_error(lua, "'%s' is no size for %s; write it like \"8g\"", text.c_str(), name);
    return bytes;
}

constexpr int kFirstAddress = 3;
constexpr std::size_t kMostFormedHosts = 250;

// cluster's second argument.
void set_cluster_options(lua_State* lua) {
    check_fields(lua, 2, "cluster", {"formed", "scheduler"});
    Scenario& self = scenario_of(lua);
    lua_getfield(lua, 2, "formed");
    if (!lua_isnil(lua, -1)) self.set_up().swarm_formed = lua_toboolean(lua, -1) != 0;
    const std::string name = text_field(lua, 2, "scheduler");
    if (name.empty()) return;
    const auto found = self.find_scheduler(name);
    if (!found) raise_error(lua, found.error());
    if (!self.request().scheduler) self.set_up().scheduler = *found;
}

int cluster(lua_State* lua) {
    require_before(lua, "cluster");
    if (lua_type(lua, 1) == LUA_TSTRING) {
        require_first(lua, "cluster");
        if (Result<void> used = scenario_of(lua).use_cluster(string_at(lua, 1)); !used) raise_error(lua, used.error());
        if (lua_isnoneornil(lua, 2)) return 0;
        require_table(lua, 2);
        set_cluster_options(lua);
        return 0;
    }
    require_table(lua, 1);
    lua_settop(lua, 2);
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 1));
    if (count == 0)
        return luaL_error(lua, "a cluster has at least one host, like cluster{{name = \"host\"}}");
    if (count > 1000) return luaL_error(lua, "a cluster has at most 1000 hosts");
    std::vector<lab::HostSetUp> hosts;
    for (lua_Integer i = 1; i <= count; ++i) {
        Sandbox::of(lua).charge(lua, kCallSteps);
        lua_rawgeti(lua, 1, i);
        const int row = lua_gettop(lua);
        if (!lua_istable(lua, row))
            return luaL_error(lua,
                              "host %d of the cluster is a table, like {name = \"host\", cpus = 4, "
                              "memory = \"8g\"}",
                              static_cast<int>(i));
        check_fields(lua, row, "a host", {"name", "cpus", "memory", "disk"});
        lab::HostSetUp host;
        host.name = text_field(lua, row, "name");
        if (host.name.empty())
            return luaL_error(lua, "host %d of the cluster has no name", static_cast<int>(i));
        if (!is_plain_name(host.name))
            return luaL_error(lua,
                              "'%s' is no name for a host: it has letters, digits, '-', '_' and '.'",
                              host.name.c_str());
        lua_getfield(lua, row, "cpus");
        if (!lua_isnil(lua, -1)) {
            if (lua_isnumber(lua, -1) == 0)
                return luaL_error(
                    lua, "a host's cpus are a number, not %s", type_words(lua, -1).c_str());
            const double cpus = lua_tonumber(lua, -1);
            if (!(cpus >= 0.1 && cpus <= 1024))
                return luaL_error(lua, "a host has 0.1 to 1024 cpus");
            host.cpu_millicores = static_cast<std::int64_t>(cpus * 1000 + 0.5);
        }
        host.memory_bytes = bytes_field(lua, row, "memory", host.memory_bytes);
        host.disk_bytes = bytes_field(lua, row, "disk", host.disk_bytes);
        hosts.push_back(std::move(host));
        lua_settop(lua, 2);
    }
    require_first(lua, "cluster");
    lab::SetUp& set_up = scenario_of(lua).set_up();
    set_up.hosts = std::move(hosts);
    set_up.switches.clear();
    set_up.links.clear();
    set_up.swarm_formed = false;
    if (lua_isnoneornil(lua, 2)) return 0;
    require_table(lua, 2);
    set_cluster_options(lua);
    if (!set_up.swarm_formed) return 0;
    // Nodes join by addresses, so these are given out here.
    if (set_up.hosts.size() > kMostFormedHosts)
        return luaL_error(lua,
                          "a swarm of more than %d hosts is formed of a cluster file: "
                          "cluster(\"hosts.yaml\")",
                          static_cast<int>(kMostFormedHosts));
    int number = kFirstAddress;
    for (lab::HostSetUp& host : set_up.hosts)
        host.address = fmt::format("192.168.65.{}", number++);
    return 0;
}

// Reading a project is more than its bytes: it is parsed, checked and resolved, twice. Measured on one whose services all
// depend on each other.
constexpr std::uint64_t kProjectStepsPerByte = 50;

// compose and compose_text: the second argument's options.
int add_project(lua_State* lua, const char* word, bool inline_text) {
    require_before(lua, word);
    const std::string first = string_at(lua, 1);
    if (!inline_text && first.find('\n') != std::string::npos)
        return luaL_error(lua, "compose takes a file's name; a project's text goes to compose_text");
    std::vector<std::string> profiles;
    std::map<std::string, std::string> environment;
    bool up = true;
    if (!lua_isnoneornil(lua, 2)) {
        require_table(lua, 2);
        check_fields(lua, 2, word, {"up", "profiles", "environment"});
        lua_getfield(lua, 2, "up");
        up = lua_isnil(lua, -1) || lua_toboolean(lua, -1) != 0;
        lua_getfield(lua, 2, "profiles");
        if (!lua_isnil(lua, -1)) {
            if (!lua_istable(lua, -1))
                return luaL_error(lua,
                                  "%s: the option 'profiles' is a list like {\"debug\"}, not %s",
                                  word,
                                  type_words(lua, -1).c_str());
            profiles = texts_at(lua, lua_gettop(lua));
        }
        lua_getfield(lua, 2, "environment");
        if (!lua_isnil(lua, -1)) {
            if (!lua_istable(lua, -1))
                return luaL_error(lua,
                                  "%s: the option 'environment' is a table like {NAME = \"value\"}, not %s",
                                  word,
                                  type_words(lua, -1).c_str());
            const int table = lua_gettop(lua);
            Sandbox::of(lua).charge_walk(lua, table);
            lua_pushnil(lua);
            while (lua_next(lua, table) != 0) {
                Sandbox::of(lua).charge(lua, kCallSteps);
                if (lua_type(lua, -2) != LUA_TSTRING)
                    return luaL_error(lua, "%s: names of environment variables are texts", word);
                const std::string name = string_at(lua, -2);
                if (lua_istable(lua, -1) || lua_isfunction(lua, -1) || lua_isuserdata(lua, -1))
                    return luaL_error(lua,
                                      "%s: the value of %s is a text, not %s",
                                      word,
                                      name.c_str(),
                                      type_words(lua, -1).c_str());
                std::size_t size = 0;
                const char* text = text_of_value(lua, -1, &size);
                charge_reading(lua, size);
                // environ(7): each is a string that a NUL ends.
                if ((name + std::string(text, size)).find('\0') != std::string::npos)
                    return luaL_error(lua, "%s: the environment variable %s has a NUL (\\0) in it, which none can have", word, name.c_str());
                environment[name].assign(text, size);
                lua_pop(lua, 2);
            }
        }
    }
    const ScenarioRequest& request = scenario_of(lua).request();
    const std::uint64_t bytes =
        inline_text ? first.size() : request.files->size_bytes(resolve_path(request.directory, first));
    Sandbox::of(lua).charge(lua, bytes * kProjectStepsPerByte);
    const std::vector<std::string> paths =
        inline_text ? std::vector<std::string>{} : std::vector<std::string>{first};
    if (Result<void> added = scenario_of(lua).add_project(
            paths, inline_text ? &first : nullptr, profiles, environment, up);
        !added)
        raise_error(lua, added.error());
    return 0;
}

int compose(lua_State* lua) {
    return add_project(lua, "compose", false);
}

int compose_text(lua_State* lua) {
    return add_project(lua, "compose_text", true);
}

int images(lua_State* lua) {
    require_before(lua, "images");
    for (const std::string& image : texts_at(lua, 1)) {
        if (Result<void> known = lab::check_image_name(image); !known)
            raise_error(lua, known.error());
        scenario_of(lua).set_up().images.push_back(image);
    }
    return 0;
}

// Of a number on top of the stack that a comparison varies: no other of its values may be the same one.
void refuse_same_number(lua_State* lua, const std::string& name, const std::string& value) {
    for (const auto& [other_name, other] : scenario_of(lua).request().compared) {
        if (other_name != name || other == value) continue;
        Sandbox::of(lua).charge(lua, kCallSteps);
        if (lua_stringtonumber(lua, other.c_str()) == 0) continue;  // the run with it says what it is
        const bool same = lua_compare(lua, -1, -2, LUA_OPEQ) != 0;
        lua_pop(lua, 1);
        if (same)
            raise_error(lua,
                        Error{fmt::format("--set {0}={1} and --set {0}={2} give '{0}' the same number", name, value, other),
                              {},
                              "each value of a parameter is a variant of its own"});
    }
}

int param(lua_State* lua) {
    require_before(lua, "param");
    const std::string name = string_at(lua, 1);
    const int type = lua_type(lua, 2);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        return luaL_error(lua,
                          "the default of parameter '%s' is a text, a number or a boolean, not %s",
                          name.c_str(),
                          type_words(lua, 2).c_str());
    if (!is_plain_name(name))
        return luaL_error(lua,
                          "'%s' is no name for a parameter: it has letters, digits, '-', '_' and '.'",
                          name.c_str());
    std::size_t size = 0;
    const std::string otherwise = text_of_value(lua, 2, &size);
    charge_reading(lua, size);
    lua_pop(lua, 1);
    std::vector<std::string> choices;
    if (!lua_isnoneornil(lua, 3)) choices = texts_at(lua, 3);
    const auto value = scenario_of(lua).set_parameter(name, otherwise, choices);
    if (!value) raise_error(lua, value.error());
    if (type == LUA_TSTRING) {
        push_text(lua, *value);
    } else if (type == LUA_TBOOLEAN) {
        if (*value != "true" && *value != "false")
            return luaL_error(
                lua, "the parameter '%s' is true or false, not '%s'", name.c_str(), value->c_str());
        lua_pushboolean(lua, *value == "true" ? 1 : 0);
    } else if (lua_stringtonumber(lua, value->c_str()) == 0) {
        return luaL_error(
            lua, "the parameter '%s' is a number, not '%s'", name.c_str(), value->c_str());
    } else {
        refuse_same_number(lua, name, *value);
    }
    return 1;
}

int choose(lua_State* lua) {
    require_table(lua, 1);
    const std::size_t count = lua_rawlen(lua, 1);
    if (count == 0)
        return luaL_error(lua,
                          "choose needs something to choose from, like choose{\"web\", \"db\"}");
    lua_rawgeti(lua, 1, static_cast<lua_Integer>(Sandbox::of(lua).random(lua, "choose").below(count)) + 1);
    return 1;
}

int between(lua_State* lua) {
    const Duration low = duration_at(lua, 1);
    const Duration high = duration_at(lua, 2);
    if (low > high) return luaL_error(lua, "between takes the shorter one first, like between(\"10s\", \"30s\")");
    // Whole milliseconds, so that the text says all of it.
    const std::int64_t steps = (high - low).nanoseconds / 1'000'000;
    push_text(lua,
              format_duration(low + milliseconds(Sandbox::of(lua).random(lua, "between").between(0, steps))));
    return 1;
}

// --- time ---

void begin_run(lua_State* lua) {
    if (Result<void> begun = scenario_of(lua).begin(); !begun) raise_error(lua, begun.error());
}

int suspend(lua_State* lua) {
    return lua_yield(lua, 0);
}

// What suspends can do so from anywhere in a task but where Lua's library, being C, calls a function
// of the script's.
void require_suspendable(lua_State* lua, const char* word) {
    require_task(lua, word);
    if (lua_isyieldable(lua) == 0)
        luaL_error(lua,
                   "%s can't be called in a function that is called by table.sort, string.gsub or "
                   "another function of the library; call it before or after",
                   word);
}

int wait(lua_State* lua) {
    require_suspendable(lua, "wait");
    const Duration duration = duration_at(lua, 1);
    begin_run(lua);
    Scenario& self = scenario_of(lua);
    self.running().wait = Scenario::Wait::Time;
    self.running().wake = self.now() + duration;
    self.running().stands = Sandbox::of(lua).place(lua);
    return suspend(lua);
}

Time moment_at(lua_State* lua, int index) {
    const Time moment = Time{} + duration_at(lua, index);
    const Time now = scenario_of(lua).now();
    if (moment < now)
        raise_error(lua,
                    Error{fmt::format("{} has passed", format_time(moment)),
                          {},
                          fmt::format("it is {} now", format_time(now))});
    return moment;
}

// Each function given to at, after or every is looked at in every instant.
void require_room(lua_State* lua) {
    if (scenario_of(lua).tasks() > Scenario::kMostTasks)
        Sandbox::of(lua).kill(
            lua,
            fmt::format("it gives more than {} functions to at, after and every (let one wait and "
                        "go on)",
                        Scenario::kMostTasks));
}

int at(lua_State* lua) {
    require_task(lua, "at");
    const Time moment = moment_at(lua, 1);
    Scenario& self = scenario_of(lua);
    // A nil there is what at("30s", kill("web")) gives, which has killed by now, or a function's misspelt name.
    if (lua_isnone(lua, 2)) {
        require_suspendable(lua, "at");
        begin_run(lua);
        self.running().wait = Scenario::Wait::Time;
        self.running().wake = moment;
        self.running().stands = Sandbox::of(lua).place(lua);
        return suspend(lua);
    }
    require_function(lua, 2);
    require_room(lua);
    self.add_task(Sandbox::of(lua).keep_task(lua, 2), moment).word = "at";
    return 0;
}

int after(lua_State* lua) {
    require_task(lua, "after");
    const Duration duration = duration_at(lua, 1);
    require_function(lua, 2);
    require_room(lua);
    Scenario& self = scenario_of(lua);
    self.add_task(Sandbox::of(lua).keep_task(lua, 2), self.now() + duration).word = "after";
    return 0;
}

int every(lua_State* lua) {
    require_task(lua, "every");
    const Duration duration = duration_at(lua, 1);
    if (duration.nanoseconds == 0) return luaL_error(lua, "every needs a duration greater than 0s");
    require_function(lua, 2);
    require_room(lua);
    Scenario& self = scenario_of(lua);
    Scenario::Task& task = self.add_task(Sandbox::of(lua).keep_task(lua, 2), self.now() + duration);
    task.body = Sandbox::of(lua).keep(lua, 2);
    task.interval = duration;
    task.turn = task.wake;
    return 0;
}

int wait_until(lua_State* lua) {
    require_suspendable(lua, "wait_until");
    require_function(lua, 1);
    bool limited = false;
    Duration within{};
    if (!lua_isnoneornil(lua, 2)) {
        require_table(lua, 2);
        check_fields(lua, 2, "wait_until", {"within"});
        lua_getfield(lua, 2, "within");
        limited = !lua_isnil(lua, -1);
        if (limited) within = duration_at(lua, -1);
    }
    begin_run(lua);
    Scenario& self = scenario_of(lua);
    Scenario::Task& task = self.running();
    task.predicate = Sandbox::of(lua).keep(lua, 1);
    task.asked = Sandbox::of(lua).place(lua);
    task.stands = task.asked;
    task.answered = false;
    task.wait = Scenario::Wait::Predicate;
    task.has_deadline = limited;
    task.wake = self.now() + within;
    return suspend(lua);
}

int now(lua_State* lua) {
    scenario_of(lua).looked_at().clock = true;
    lua_pushnumber(lua, scenario_of(lua).now().seconds());
    return 1;
}

// --- acting ---

int sh(lua_State* lua) {
    require_suspendable(lua, "sh");
    const std::string line(trim(string_at(lua, 1)));
    if (line.empty()) return luaL_error(lua, "sh needs a line to type");
    if (line.find('\n') != std::string::npos)
        return luaL_error(lua, "sh types one line; join commands with ; or &&");
    std::string host = scenario_of(lua).set_up().hosts.front().name;
    if (!lua_isnoneornil(lua, 2)) {
        require_table(lua, 2);
        check_fields(lua, 2, "sh", {"host"});
        const std::string other = text_field(lua, 2, "host");
        if (!other.empty()) host = other;
    }
    if (Result<void> typed = scenario_of(lua).type(host, line); !typed)
        raise_error(lua, typed.error());
    return suspend(lua);
}

// What it takes to read a policy and to try it.
constexpr std::uint64_t kPolicySteps = 20'000;

int set_scheduler(lua_State* lua) {
    require_task(lua, "scheduler");
    Scenario& self = scenario_of(lua);
    const auto found = self.find_scheduler(string_at(lua, 1));
    if (!found) raise_error(lua, found.error());
    Sandbox::of(lua).charge(lua, kPolicySteps + found->text.size());
    if (Result<void> posted =
            self.post(lab::CommandKind::Scheduler, self.now(), {}, found->name, found->text);
        !posted)
        raise_error(lua, posted.error());
    return give_nothing(lua);
}

int narrate(lua_State* lua) {
    require_task(lua, "narrate");
    const std::string text = string_at(lua, 1);
    Sandbox::of(lua).print(lua, text);
    return give_nothing(lua);
}

int file(lua_State* lua) {
    require_task(lua, "file");
    const std::string path = string_at(lua, 1);
    const std::string content = string_at(lua, 2);
    if (!path.starts_with("/"))
        return luaL_error(lua,
                          "file needs an absolute path on the simulated host, like /root/notes");
    Scenario& self = scenario_of(lua);
    std::string host = self.set_up().hosts.front().name;
    if (!lua_isnoneornil(lua, 3)) {
        require_table(lua, 3);
        check_fields(lua, 3, "file", {"host"});
        const std::string other = text_field(lua, 3, "host");
        if (!other.empty()) host = other;
    }
    if (path.ends_with('/'))
        return luaL_error(lua, "'%s' is a directory, and file writes files", path.c_str());
    if (Result<void> posted =
            self.post(lab::CommandKind::WriteFile, self.now(), host, path, content);
        !posted)
        raise_error(lua, posted.error());
    return give_nothing(lua);
}

}  // namespace

BindingGroup set_up_bindings() {
    return {
        "Setting up (at the top of the script, before anything that takes time)",
        {
            {"scenario",
             "scenario{title = …, goal = …, watch = …, duration = \"10m\"}",
             "What it is about, and how long it runs (default: until nothing more would happen, at "
             "most 10m).",
             guarded<scenario>},
            {"cluster",
             "cluster{{name = \"host\", cpus = 4, memory = \"8g\", disk = \"64g\"}, …}",
             "The hosts (default: this one), or the name of a cluster file: one that comes with Podium (three-host) or one beside the script (hosts.yaml). With {formed = true} they are made one swarm in the first seconds, else as the file says; {scheduler = \"mine.lua\"} places its tasks by a policy of yours. The first host is where lines are typed.",
             guarded<cluster>,
             1},  // its options
            {"compose",
             "compose(\"compose.yaml\", {up = true, profiles = {…}, environment = {NAME = value}})",
             "The project, from a file beside the script; it is on the host, and `docker compose "
             "up -d` is typed as the run begins, unless up is false. If that fails, so does the scenario.",
             guarded<compose>},
            {"compose_text",
             "compose_text([[services: …]], {…})",
             "The same from a text, as compose.yaml.",
             guarded<compose_text>},
            {"images",
             "images{\"redis:7\", …}",
             "Images every host has already, so that nothing has to be pulled.",
             guarded<images>},
            {"param",
             "param(\"policy\", \"no\", {\"no\", \"always\"})",
             "A parameter: its name, its default, and what it may be; --set policy=always sets it. "
             "Gives its value, of the default's type.",
             guarded<param>},
            {"choose", "choose{\"web\", \"db\"}", "One of the list, by the seed.", guarded<choose>},
            {"between",
             "between(\"10s\", \"30s\")",
             "A duration between the two, by the seed.",
             guarded<between>},
        }};
}

BindingGroup time_bindings() {
    return {"Time",
            {
                {"at",
                 "at(\"30s\", f)",
                 "Calls f at a moment of the run. Without f: waits until then. Here, in after and "
                 "in every f may itself wait and type.",
                 guarded<at>},
                {"after", "after(\"10s\", f)", "Calls f that much later.", guarded<after>},
                {"every",
                 "every(\"10s\", f)",
                 "Calls f again and again, until it returns false or the run ends.",
                 guarded<every>},
                {"wait", "wait(\"10s\")", "Lets time pass.", guarded<wait>},
                {"wait_until",
                 "wait_until(f, {within = \"1m\"})",
                 "Waits until f gives true; gives true then, or false when the time is over. A time that the run's end cuts off is "
                 "not decided, which fails; so is a script that still waits then, and what at and after were to call later.",
                 guarded<wait_until>},
                {"now", "now()", "Seconds since the run began.", guarded<now>},
            }};
}

BindingGroup action_bindings() {
    return {
        "Acting",
        {
            {"sh",
             "status, output, errors = sh(\"docker compose stop web\", {host = …})",
             "Types a line into a terminal of a host (default: the first) and waits for its end.",
             guarded<sh>},
            {"file",
             "file(\"/root/notes\", \"text\", {host = …})",
             "Replaces a file on a host.",
             guarded<file>},
            {"scheduler",
             "scheduler(\"mine.lua\")",
             "Places tasks of swarms by another policy from now on: a file beside the script, one that "
             "comes with Podium (consolidate), or spread, which is Swarm's own.",
             guarded<set_scheduler>},
            {"narrate",
             "narrate(\"watch the database\")",
             "Says something to those who watch.",
             guarded<narrate>},
        }};
}

}  // namespace podium::scripting
