// The sandbox itself: steps, killing, and running chunks. Its memory is in sandbox_memory.cpp, the library in library*.cpp.

#include "scripting/sandbox.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fmt/format.h>

#include <lua.hpp>

#include "scripting/counted_c.hpp"
#include "scripting/counted_tables.hpp"
#include "scripting/library.hpp"

namespace podium::scripting {
namespace {

constexpr std::size_t kMostCoroutinesInside = 120;
constexpr std::size_t kLongestSentence = 400;
constexpr int kHostStack = 16;

// What a killed script's error is: nothing a script can make.
const char kDeath = 0;

std::size_t largest(const std::map<std::size_t, int>& sizes) {
    return sizes.empty() ? 0 : sizes.rbegin()->first;
}

// Pops what it pushed, whatever flies past.
class Running {
  public:
    Running(std::vector<lua_State*>& chain, lua_State* thread) : chain_(chain) {
        chain_.push_back(thread);
    }

    ~Running() { chain_.pop_back(); }

    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

  private:
    std::vector<lua_State*>& chain_;
};

// As Lua's own loader of files begins (luaL_loadfilex, lauxlib.c): after a byte order mark, and without a first line that
// begins with #, whose end stays so that the others keep their numbers.
std::string_view without_first_comment(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size()));
    return text;
}

// Gives a chunk to Lua a line at a time, so that it is known how far it has read.
struct LineReader {
    std::string_view rest;
    int line = 0;

    static const char* next(lua_State*, void* data, std::size_t* size) {
        auto* reader = static_cast<LineReader*>(data);
        const std::size_t end = reader->rest.find('\n');
        *size = end == std::string_view::npos ? reader->rest.size() : end + 1;
        if (*size == 0) return nullptr;
        ++reader->line;
        const char* text = reader->rest.data();
        reader->rest.remove_prefix(*size);
        return text;
    }
};

int run_protected(lua_State* lua) {
    const auto* work = static_cast<const std::function<void(lua_State*)>*>(lua_touserdata(lua, 1));
    lua_settop(lua, 0);
    (*work)(lua);
    return 0;
}

// The message of a C++ exception, as an error of Lua. Raised outside the handler, so that the
// exception is gone by then.
int call_and_translate(lua_State* lua, lua_CFunction function) {
    std::string message;
    try {
        return function(lua);
    } catch (const std::exception& error) {
        message = error.what();  // an error of Lua itself is no std::exception, and passes
    }
    return luaL_error(lua, "%s", message.c_str());
}

int guarded_protected(lua_State* lua) {
    return call_and_translate(lua, run_protected);
}

// The metatable of Lua's buffers of long texts, which lauxlib makes with the first there is. Where memory is refused halfway
// through that, all later ones would have none; so one is made while there is enough.
const void* make_metatable_of_buffers(lua_State* lua) {
    luaL_Buffer buffer;
    luaL_buffinitsize(lua, &buffer, LUAL_BUFFERSIZE * 2);
    luaL_pushresultsize(&buffer, 0);
    lua_pop(lua, 1);
    luaL_getmetatable(lua, "_UBOX*");
    const void* metatable = lua_topointer(lua, -1);
    PODIUM_ASSERT(metatable != nullptr, "Lua's buffers have the metatable lauxlib gives them");
    lua_pop(lua, 1);
    return metatable;
}

}  // namespace

int guarded_call(lua_State* lua, Binding binding) {
    Sandbox& sandbox = Sandbox::of(lua);
    sandbox.charge(lua, kCallSteps);
    return call_and_translate(lua, binding);
}

Sandbox::Sandbox(const Limits& limits, std::uint64_t seed, Output output)
    : limits_(limits), output_(std::move(output)), random_(seed, "lua", 0), most_steps_(limits.steps) {
    main_ = lua_newstate(&Sandbox::allocate_hook, this);
    PODIUM_ASSERT(main_ != nullptr, "a fresh sandbox has memory for Lua itself");
    *static_cast<Sandbox**>(lua_getextraspace(main_)) = this;
    // Each collection is done in one piece, so that when memory is freed never depends on
    // addresses.
    lua_gc(main_, LUA_GCINC, 200, 100, 63);
    const Result<void> opened = protect([this](lua_State* lua) {
        open_library(lua);
        metatable_of_buffers_ = make_metatable_of_buffers(lua);
        // In each of them: what only the first one did would be steps and memory that the others don't have.
        const bool known = tables::are_known(lua);
        PODIUM_ASSERT(known, "Lua's tables are laid out as counted_tables.cpp reads them");
        lua_newtable(lua);
        metatables_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
        caller_ = lua_newthread(lua);
        caller_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
    });
    PODIUM_ASSERT(opened.ok(), "the library of a fresh sandbox opens");
    // From here on coroutines inherit the hook.
    lua_sethook(main_, &Sandbox::step_hook, LUA_MASKCOUNT, kHookInterval);
    lua_sethook(caller_, &Sandbox::step_hook, LUA_MASKCOUNT, kHookInterval);
    steps_ = 0;
}

Sandbox::~Sandbox() {
    const CountedC counted(this);  // whose buffers are freed
    lua_close(main_);
}

Sandbox& Sandbox::of(lua_State* lua) {
    return **static_cast<Sandbox**>(lua_getextraspace(lua));
}

// --- steps ---

// What one instruction may cost at most just now, in steps: it can copy a stack's worth of values, or walk through
// every metatable. What it takes to compare texts or to read numbers in them counts as it is done (counted_c.cpp).
std::uint64_t Sandbox::weight() const {
    const std::size_t stack = largest(stack_sizes_);
    std::uint64_t weight = 1 + 2 * metatables_;
    if (stack > kStackWithoutWeight)
        weight += (stack - kStackWithoutWeight) / kStackPerStepOfWeight;
    return weight;
}

void Sandbox::wake_hook() {
    if (!chain_.empty() && !killed_)
        lua_sethook(chain_.back(), &Sandbox::step_hook, LUA_MASKCOUNT, 1);
}

void Sandbox::step_hook(lua_State* lua, lua_Debug*) {
    Sandbox& sandbox = of(lua);
    if (sandbox.killed_) sandbox.raise(lua);
    sandbox.charge(lua, kHookInterval * sandbox.weight());
}

void Sandbox::charge(lua_State* lua, std::uint64_t steps) {
    if (killed_) raise(lua);
    steps_ += steps;
    if (steps_ <= limits_.steps) return;
    kill(lua, too_many_steps());
}

std::string Sandbox::too_many_steps() const {
    const bool one = allowed_ != 0 && limits_.steps < most_steps_;
    return one ? fmt::format("it takes more than {} steps {}", allowed_, allowed_for_)
               : fmt::format("it takes more than {} million steps", (limits_.steps + 500'000) / 1'000'000);
}

// How large a table's parts are Lua does not say, but it points at where they begin.
void Sandbox::charge_walk(lua_State* lua, int index) {
    const auto* table = static_cast<const char*>(lua_topointer(lua, index));
    std::size_t bytes = 0;
    const void* before = nullptr;  // the place of its next free one is beside that part itself, and may be the same
    for (std::size_t at = 0; at + sizeof before <= table_bytes_; at += sizeof before) {
        const void* word = nullptr;
        std::memcpy(&word, table + at, sizeof word);
        const auto part = parts_.find(word);
        if (part != parts_.end() && word != before) bytes += part->second;
        before = word;
    }
    charge(lua, bytes / kBytesPerStepOfWalk);
}

void Sandbox::allow(std::uint64_t steps, std::string_view what_for) {
    allowed_ = steps;
    allowed_for_ = what_for;
    limits_.steps = std::min(most_steps_, steps_ + steps);
}

void Sandbox::count_c(std::uint64_t steps) {
    steps_ += steps;
    if (steps_ > limits_.steps) wake_hook();
}

void Sandbox::set_killed(lua_State* lua, const std::string& sentence) {
    if (killed_) return;
    killed_ = true;
    death_ = Error{
        "the script was stopped: " + sentence, lua == nullptr ? refusal_place_ : place(lua), {}};
}

void Sandbox::kill(lua_State* lua, const std::string& sentence) {
    set_killed(lua, sentence);
    raise(lua);
}

void Sandbox::forbid(lua_State* lua, const std::string& sentence) {
    if (!killed_) {
        set_killed(lua, sentence);
        death_.message = sentence;
    }
    raise(lua);
}

void Sandbox::raise(lua_State* lua) {
    lua_sethook(lua, &Sandbox::step_hook, LUA_MASKCOUNT, 1);
    lua_pushlightuserdata(
        lua, const_cast<char*>(&kDeath));  // NOLINT(cppcoreguidelines-pro-type-const-cast):
                                           // an address, never written to
    lua_error(lua);
    std::abort();  // lua_error does not return
}

void Sandbox::pass_on(lua_State* lua, int status) {
    if (status == LUA_ERRMEM) set_killed(nullptr, refusal_);
    if (killed_) raise(lua);
    // An error in an error handler comes from the deepest there is.
    if (status == LUA_ERRERR) charge(lua, kMostDepth * kUnwindSteps);
}

// Each call inside which an error happens takes time when it flies out.
void Sandbox::count_error(lua_State* lua, lua_State* thread) {
    lua_Debug record;
    int low = 0;
    int high = kMostDepth;
    while (low < high) {
        const int middle = (low + high) / 2;
        if (lua_getstack(thread, middle, &record) != 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    charge(lua, kErrorSteps + static_cast<std::uint64_t>(low) * kUnwindSteps);
}

void Sandbox::count_yield(lua_State* lua) {
    std::uint64_t depth = 0;
    lua_Debug record;
    while (depth < kMostDepth && lua_getstack(lua, static_cast<int>(depth), &record) != 0)
        ++depth;
    charge(lua, kYieldSteps + depth * kUnwindSteps / 4);
}

Place Sandbox::place(lua_State* lua) const {
    const auto look = [this](lua_State* thread, Place& out) {
        lua_Debug record;
        for (int level = 0; lua_getstack(thread, level, &record) != 0; ++level) {
            lua_getinfo(thread, "Sl", &record);
            if (record.currentline <= 0) continue;
            out = Place{record.short_src, record.currentline, 0};
            for (const std::string& chunk : chunks_) {
                if (chunk.compare(0, LUA_IDSIZE - 1, record.short_src) == 0) out.file = chunk;
            }
            return true;
        }
        return false;
    };
    Place out;
    if (look(lua, out)) return out;
    for (auto thread = chain_.rbegin(); thread != chain_.rend(); ++thread) {
        if (look(*thread, out)) return out;
    }
    if (!chunks_.empty()) out.file = chunks_.back();
    if (loading_ != nullptr) out.line = *loading_;
    return out;
}

Place Sandbox::place_of(FunctionRef function) const {
    if (lua_checkstack(main_, 1) == 0) return {};
    lua_rawgeti(main_, LUA_REGISTRYINDEX, function.registry);
    return place_of_top(main_);
}

int Sandbox::last_line_of(FunctionRef function) const {
    if (lua_checkstack(main_, 1) == 0) return 0;
    lua_Debug record;
    lua_rawgeti(main_, LUA_REGISTRYINDEX, function.registry);
    lua_getinfo(main_, ">S", &record);
    return std::max(record.lastlinedefined, 0);
}

Place Sandbox::place_of_top(lua_State* lua) const {
    lua_Debug record;
    lua_getinfo(lua, ">S", &record);
    if (record.linedefined <= 0) return {};
    Place out{record.short_src, record.linedefined, 0};
    for (const std::string& chunk : chunks_) {
        if (chunk.compare(0, LUA_IDSIZE - 1, record.short_src) == 0) out.file = chunk;
    }
    return out;
}

// --- running ---

Result<void> Sandbox::protect(const std::function<void(lua_State*)>& work) {
    const Running running(chain_, main_);
    const CountedC counted(this);
    if (lua_checkstack(main_, kHostStack) == 0)
        return Error{"the script was stopped: it needs more memory", refusal_place_, {}};
    const int top = lua_gettop(main_);
    lua_pushcfunction(main_, guarded_protected);
    lua_pushlightuserdata(main_,
                          const_cast<std::function<void(lua_State*)>*>(
                              &work));  // NOLINT(cppcoreguidelines-pro-type-const-cast): only read
    const int status = lua_pcall(main_, 1, 0, 0);
    if (status == LUA_OK) return {};
    Error error = error_of(main_, status);
    lua_settop(main_, top);
    return error;
}

Result<FunctionRef> Sandbox::load(const std::string& text, const std::string& name) {
    chunks_.push_back(name);
    if (text.size() > limits_.script_bytes) {
        const auto whole = text.begin() + static_cast<std::ptrdiff_t>(limits_.script_bytes);
        return Error{fmt::format("the script is longer than {} KiB", limits_.script_bytes >> 10),
                     Place{name, 1 + static_cast<int>(std::count(text.begin(), whole, '\n')), 0},
                     "a scenario takes a few hundred lines; make it shorter"};
    }
    FunctionRef function;
    LineReader reader{without_first_comment(text)};
    loading_ = &reader.line;
    const Result<void> loaded = protect([&](lua_State* lua) {
        charge(lua, text.size());
        const int status = lua_load(lua, &LineReader::next, &reader, ("=" + name).c_str(), "t");
        if (status == LUA_ERRMEM) set_killed(nullptr, refusal_);
        if (status != LUA_OK) lua_error(lua);
        function.registry = luaL_ref(lua, LUA_REGISTRYINDEX);
    });
    loading_ = nullptr;
    if (!loaded) return loaded.error();
    return function;
}

Result<TaskRef> Sandbox::make_task(FunctionRef function) {
    TaskRef task;
    const Result<void> made = protect([&](lua_State* lua) {
        charge(lua, kCoroutineSteps);
        task.thread = lua_newthread(lua);
        task.registry = luaL_ref(lua, LUA_REGISTRYINDEX);
        lua_rawgeti(task.thread, LUA_REGISTRYINDEX, function.registry);
    });
    if (!made) return where_it_begins(made.error(), function);
    return task;
}

Error Sandbox::where_it_begins(Error error, FunctionRef function) const {
    if (error.place.line == 0) {
        if (const Place begins = place_of(function); begins.line != 0) error.place = begins;
    }
    return error;
}

Result<void> Sandbox::finish_call(lua_State* thread, int status) {
    if (status == LUA_OK || status == LUA_YIELD) {
        if (!killed_) return {};
    }
    return error_of(thread, status);
}

Result<bool> Sandbox::resume(TaskRef task,
                             const std::function<int(lua_State*)>& arguments,
                             bool* said_false) {
    Place begins;  // of a task that hasn't run yet: only its function is there
    if (lua_status(task.thread) == LUA_OK && lua_gettop(task.thread) == 1 && lua_checkstack(task.thread, 1) != 0) {
        lua_pushvalue(task.thread, 1);
        begins = place_of_top(task.thread);
    }
    const auto told = [&begins](Error error) {
        if (error.place.line == 0 && begins.line != 0) error.place = begins;
        return error;
    };
    int count = 0;
    if (arguments) {
        const Result<void> pushed = protect([&](lua_State* lua) {
            count = arguments(lua);
            if (lua_checkstack(task.thread, count + kHostStack) == 0) kill(lua, refusal_);
            lua_xmove(lua, task.thread, count);
        });
        if (!pushed) return told(pushed.error());
    }
    const Running running(chain_, task.thread);
    const CountedC counted(this);
    int results = 0;
    const int status = lua_resume(task.thread, nullptr, count, &results);
    if (Result<void> done = finish_call(task.thread, status); !done) return told(done.error());
    if (said_false != nullptr && status == LUA_OK && results > 0) {
        *said_false =
            lua_isboolean(task.thread, -results) && lua_toboolean(task.thread, -results) == 0;
    }
    lua_pop(task.thread, results);
    return status == LUA_OK;
}

Result<void> Sandbox::call(FunctionRef function,
                           const std::function<int(lua_State*)>& arguments,
                           const std::function<void(lua_State*)>& read) {
    int count = 0;
    const Result<void> pushed = protect([&](lua_State* lua) {
        lua_rawgeti(lua, LUA_REGISTRYINDEX, function.registry);
        count = arguments ? arguments(lua) : 0;
        charge(lua, kCallSteps);
        if (lua_checkstack(caller_, count + kHostStack) == 0) kill(lua, refusal_);
        lua_xmove(lua, caller_, count + 1);
    });
    if (!pushed) return where_it_begins(pushed.error(), function);
    int results = 0;
    int status = LUA_OK;
    {
        const Running running(chain_, caller_);
        const CountedC counted(this);
        calling_ = true;
        status = lua_resume(caller_, nullptr, count, &results);
        calling_ = false;
    }
    if (Result<void> done = finish_call(caller_, status); !done) {
        const Result<void> renewed = protect([this](lua_State* lua) {
            luaL_unref(lua, LUA_REGISTRYINDEX, caller_ref_);
            caller_ = lua_newthread(lua);
            caller_ref_ = luaL_ref(lua, LUA_REGISTRYINDEX);
            lua_sethook(caller_, &Sandbox::step_hook, LUA_MASKCOUNT, kHookInterval);
        });
        return where_it_begins(renewed.ok() || killed_ ? done.error() : renewed.error(), function);
    }
    if (!read) {
        lua_settop(caller_, 0);
        return {};
    }
    lua_settop(caller_, lua_gettop(caller_) - results + 1);  // the first result, or nil
    const Result<void> got = protect([&](lua_State* lua) {
        lua_xmove(caller_, lua, 1);
        read(lua);
        lua_settop(lua, 0);
    });
    lua_settop(caller_, 0);
    return got;
}

FunctionRef Sandbox::keep(lua_State* lua, int index) {
    charge(lua, kCallSteps);
    lua_pushvalue(lua, index);
    return FunctionRef{luaL_ref(lua, LUA_REGISTRYINDEX)};
}

TaskRef Sandbox::keep_task(lua_State* lua, int index) {
    charge(lua, kCoroutineSteps);
    lua_pushvalue(lua, index);
    TaskRef task;
    task.thread = lua_newthread(lua);
    lua_rotate(lua, -2, 1);
    lua_xmove(lua, task.thread, 1);
    task.registry = luaL_ref(lua, LUA_REGISTRYINDEX);
    return task;
}

void Sandbox::release(FunctionRef function) {
    luaL_unref(main_, LUA_REGISTRYINDEX, function.registry);
}

void Sandbox::release(TaskRef task) {
    luaL_unref(main_, LUA_REGISTRYINDEX, task.registry);
}

int Sandbox::resume_inside(lua_State* lua, lua_State* coroutine, int arguments, int* results) {
    if (chain_.size() >= kMostCoroutinesInside)
        luaL_error(lua,
                   "too many coroutines inside each other (%d)",
                   static_cast<int>(kMostCoroutinesInside));
    // Up to here this coroutine may have run almost an interval at the present weight, uncounted.
    const std::uint64_t heavy = weight() - 2 * metatables_;
    charge(lua, heavy > 1 ? heavy * kHookInterval : kCallSteps);
    const Running running(chain_, coroutine);
    return arguments < 0 ? lua_resetthread(coroutine) : lua_resume(coroutine, lua, arguments, results);
}

void Sandbox::count_metatable(lua_State* lua, int index) {
    const int table = lua_absindex(lua, index);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, metatables_ref_);
    lua_pushvalue(lua, table);
    if (lua_rawget(lua, -2) == LUA_TNIL) {
        if (metatables_ >= limits_.metatables)
            kill(lua, fmt::format("it uses more than {} different metatables", limits_.metatables));
        ++metatables_;
        lua_pushvalue(lua, table);
        lua_pushboolean(lua, 1);
        lua_rawset(lua, -4);
    }
    lua_pop(lua, 2);
}

RandomStream& Sandbox::random(lua_State* lua, const char* word) {
    if (calling_) forbid(lua, fmt::format("{} can't be called in a predicate: a predicate only looks", word));
    return random_;
}

void Sandbox::print(lua_State* lua, const std::string& line) {
    printed_ += line.size() + 1;
    charge(lua, kCallSteps + line.size() / kBytesPerStep);
    if (printed_ > limits_.output_bytes)
        kill(lua, fmt::format("it prints more than {} KiB", limits_.output_bytes >> 10));
    if (output_) output_(line);
}

// --- errors ---

// Takes "scenario.lua:3: " off the front; false when it is not there.
bool Sandbox::take_place(std::string_view& text, Place& out) const {
    for (const std::string& chunk : chunks_) {
        const std::string start = chunk.substr(0, LUA_IDSIZE - 1) + ":";
        if (!text.starts_with(start)) continue;
        std::size_t end = start.size();
        int line = 0;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9' && line < 100'000'000)
            line = line * 10 + (text[end++] - '0');
        if (end == start.size() || text.compare(end, 2, ": ") != 0) continue;
        out = Place{chunk, line, 0};
        text.remove_prefix(end + 2);
        return true;
    }
    return false;
}

// "scenario.lua:3: what" is a place and a sentence. Each coroutine that an error passes puts a
// place before it; the last is where it came from.
Error Sandbox::split_message(std::string_view whole, const Place& otherwise) const {
    Error error{{}, otherwise, {}};
    while (take_place(whole, error.place)) {
    }
    std::string text(whole.substr(0, 4 * kLongestSentence));
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    if (text.size() > kLongestSentence) text = text.substr(0, kLongestSentence) + "…";
    error.message = std::move(text);
    return error;
}

Error Sandbox::error_of(lua_State* thread, int status) {
    if (status == LUA_ERRMEM) set_killed(nullptr, refusal_);
    if (killed_) return death_;
    const Place at = place(thread);
    const int type = lua_type(thread, -1);
    if (type == LUA_TSTRING) {
        std::size_t size = 0;
        const char* text = lua_tolstring(thread, -1, &size);
        return split_message({text, size}, at);
    }
    if (type == LUA_TNUMBER)
        return Error{fmt::format("the script raised the number {} as its error",
                                 lua_isinteger(thread, -1) != 0
                                     ? fmt::format("{}", lua_tointeger(thread, -1))
                                     : fmt::format("{}", lua_tonumber(thread, -1))),
                     at,
                     {}};
    return Error{fmt::format("the script raised a {} as its error", lua_typename(thread, type)),
                 at,
                 "raise a text, as in error(\"what was wrong\")"};
}

}  // namespace podium::scripting
