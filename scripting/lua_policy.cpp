#include "scripting/lua_policy.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

#include <lua.hpp>

#include "scripting/arguments.hpp"
#include "scripting/policy_words.hpp"
#include "scripting/sandbox.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/base/work.hpp"

namespace podium::scripting {
namespace {

using scheduler::Decision;
using scheduler::Opinion;
using scheduler::Question;

constexpr std::size_t kPolicyMemory = 8U << 20;
constexpr std::size_t kLongestReason = 120;
constexpr std::uint64_t kOpenWork = 250;  // a sandbox opened, and the text compiled
constexpr const char* kMend =
    "mend it there; podium docs lua lists what a policy sees and what it gives";

// What a policy's functions are called, and whether it has each.
enum class Part : std::uint8_t { Filter, Score, Explain };
constexpr const char* kParts[] = {"filter", "score", "explain"};

class LuaDecision final : public Decision {
  public:
    explicit LuaDecision(const scheduler::PolicyText& policy)
        : policy_(policy), sandbox_(limits(), 0, [](const std::string&) {}) {
        sandbox_.set_host(this);
        opened_ = open();
        count_work(kOpenWork);
    }

    ~LuaDecision() override { count_work(sandbox_.steps() / kStepsPerWork); }

    LuaDecision(const LuaDecision&) = delete;
    LuaDecision& operator=(const LuaDecision&) = delete;

    /// The text itself, run without a question.
    Result<void> rehearse();
    Result<Opinion> judge(const Question& question) override;
    Result<std::string> reason(const Question& question) override;

    [[nodiscard]] bool looked_at_task() const override { return looked_at_task_; }

    // --- for the functions that Lua calls ---
    static LuaDecision& of(lua_State* lua) {
        return *static_cast<LuaDecision*>(Sandbox::of(lua).host());
    }

    [[nodiscard]] const Question* question() const { return question_; }

    void look_at_task() { looked_at_task_ = true; }

  private:
    static Limits limits() {
        Limits out;
        out.steps = kPolicyDecisionSteps;
        out.memory_bytes = kPolicyMemory;
        out.script_bytes = kPolicyBytes;
        return out;
    }

    Result<void> open();
    Result<void> look(const Question* question, const std::function<void(lua_State*)>& work);
    void environment(lua_State* lua) const;
    bool push_part(lua_State* lua, Part part) const;
    [[nodiscard]] std::optional<Error> misspelt_part(lua_State* lua) const;
    void call_part(lua_State* lua, Part part);
    [[nodiscard]] Error explained(Error error) const;

    const scheduler::PolicyText& policy_;
    Sandbox sandbox_;
    Result<void> opened_;
    FunctionRef chunk_;
    int environment_ = 0;  // registry: the metatable of environments
    int task_ = 0;         // registry: the task and the host that are looked at
    int host_ = 0;
    bool has_explain_ = false;
    const Question* question_ = nullptr;
    std::optional<Error> wrong_;  // what a part gave that it can't give
    bool looked_at_task_ = false;
};

// --- what a policy sees ---

// task.slot, host.name. Upvalue 1: whether it is the host.
int field_of(lua_State* lua) {
    const bool host = lua_toboolean(lua, lua_upvalueindex(1)) != 0;
    const auto fields = host ? policy_host_fields() : policy_task_fields();
    const char* what = host ? "host" : "task";
    const std::string name =
        lua_type(lua, 2) == LUA_TSTRING ? string_at(lua, 2) : type_words(lua, 2);
    LuaDecision& decision = LuaDecision::of(lua);
    for (const PolicyField& field : fields) {
        if (field.name != name) continue;
        if (field.of_one_task) decision.look_at_task();
        field.push(lua, *decision.question());
        return 1;
    }
    std::vector<std::string> names;
    for (const PolicyField& field : fields)
        names.emplace_back(field.name);
    const std::string near = nearest(name, names);
    const std::string hint =
        near.empty() ? "it has " + join(names, ", ") : fmt::format("did you mean '{}'?", near);
    return luaL_error(lua, "a %s has no '%s' (%s)", what, name.c_str(), hint.c_str());
}

// Upvalue 1: what it is.
int no_change(lua_State* lua) {
    return luaL_error(
        lua, "a policy can't change %s: it only looks", lua_tostring(lua, lua_upvalueindex(1)));
}

// All of it as a table, for pairs. Upvalue 1: whether it is the host.
int pairs_of(lua_State* lua) {
    const bool host = lua_toboolean(lua, lua_upvalueindex(1)) != 0;
    LuaDecision& decision = LuaDecision::of(lua);
    lua_getglobal(lua, "pairs");
    lua_newtable(lua);
    for (const PolicyField& field : host ? policy_host_fields() : policy_task_fields()) {
        if (field.of_one_task) decision.look_at_task();
        push_text(lua, std::string(field.name));
        field.push(lua, *decision.question());
        lua_rawset(lua, -3);
    }
    lua_call(lua, 1, 3);
    return 3;
}

int seconds_now(lua_State* lua) {
    const Question* question = LuaDecision::of(lua).question();
    lua_pushnumber(lua, question == nullptr ? 0.0 : question->now.seconds());
    return 1;
}

// What looks like a table of the library, and can't be changed. Pushes it; the original is at
// `from`.
void push_library(lua_State* lua, const std::string& name, int from) {
    lua_newuserdatauv(lua, 0, 0);
    lua_newtable(lua);
    lua_newtable(lua);
    const int copy = lua_gettop(lua);
    lua_pushnil(lua);
    while (lua_next(lua, from) != 0) {
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        lua_rawset(lua, copy);
    }
    if (name == "math") {
        // A policy has no chance of its own.
        lua_pushnil(lua);
        lua_setfield(lua, copy, "random");
    }
    lua_setfield(lua, -2, "__index");
    push_text(lua, name);
    lua_pushcclosure(lua, guarded<no_change>, 1);
    lua_setfield(lua, -2, "__newindex");
    push_text(lua, name);
    lua_setfield(lua, -2, "__name");
    lua_setmetatable(lua, -2);
}

// All that a policy finds around it, as a table on top of the stack.
void push_surroundings(lua_State* lua) {
    lua_newtable(lua);
    const int around = lua_gettop(lua);
    for (const char* name : policy_functions()) {
        lua_getglobal(lua, name);
        lua_setfield(lua, around, name);
    }
    lua_pushcfunction(lua, guarded<seconds_now>);
    lua_setfield(lua, around, "now");
    for (const char* name : policy_libraries()) {
        lua_getglobal(lua, name);
        push_library(lua, name, lua_gettop(lua));
        lua_setfield(lua, around, name);
        lua_settop(lua, around);
    }
}

int push_view(lua_State* lua, bool host) {
    const char* what = host ? "host" : "task";
    lua_newuserdatauv(lua, 0, 0);
    lua_newtable(lua);
    const std::pair<const char*, lua_CFunction> functions[] = {{"__index", guarded<field_of>},
                                                               {"__pairs", guarded<pairs_of>}};
    for (const auto& [name, function] : functions) {
        lua_pushboolean(lua, host ? 1 : 0);
        lua_pushcclosure(lua, function, 1);
        lua_setfield(lua, -2, name);
    }
    lua_pushfstring(lua, "a %s", what);
    lua_pushcclosure(lua, guarded<no_change>, 1);
    lua_setfield(lua, -2, "__newindex");
    lua_pushstring(lua, what);
    lua_setfield(lua, -2, "__name");
    lua_setmetatable(lua, -2);
    return luaL_ref(lua, LUA_REGISTRYINDEX);
}

// --- a decision ---

Result<void> LuaDecision::open() {
    const Result<void> made = sandbox_.protect([this](lua_State* lua) {
        lua_newtable(lua);
        push_surroundings(lua);
        lua_setfield(lua, -2, "__index");
        environment_ = luaL_ref(lua, LUA_REGISTRYINDEX);
        task_ = push_view(lua, false);
        host_ = push_view(lua, true);
    });
    if (!made) return made;
    const auto chunk = sandbox_.load(policy_.text, policy_.name);
    if (!chunk) return chunk.error();
    chunk_ = *chunk;
    return {};
}

// Runs the text with globals of its own, which it leaves on the stack.
void LuaDecision::environment(lua_State* lua) const {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, chunk_.registry);
    lua_newtable(lua);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, environment_);
    lua_setmetatable(lua, -2);
    lua_pushvalue(lua, -1);
    lua_insert(lua, -3);
    lua_setupvalue(lua, -2, 1);
    lua_call(lua, 0, 0);
}

// Pushes one of the policy's functions, of the environment on top of the stack; false: it has none.
bool LuaDecision::push_part(lua_State* lua, Part part) const {
    const char* name = kParts[static_cast<std::size_t>(part)];
    lua_pushstring(lua, name);
    lua_rawget(lua, -2);
    if (lua_isnil(lua, -1)) {
        lua_pop(lua, 1);
        return false;
    }
    if (!lua_isfunction(lua, -1))
        luaL_error(lua, "%s is %s, and it must be a function", name, type_words(lua, -1).c_str());
    return true;
}

// How often a name stands in a text, as a word of its own.
std::size_t times_named(std::string_view text, std::string_view name) {
    const auto of_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    std::size_t count = 0;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !of_name(text[at - 1])) && (end == text.size() || !of_name(text[end]))) ++count;
    }
    return count;
}

// A function of the environment on top of the stack that nobody calls, not even the policy itself, while one of nearly
// that name is not there. It would be passed over without a word.
std::optional<Error> LuaDecision::misspelt_part(lua_State* lua) const {
    std::vector<std::string> missing;
    for (const Part part : {Part::Filter, Part::Score, Part::Explain}) {
        if (push_part(lua, part)) {
            lua_pop(lua, 1);
        } else {
            missing.emplace_back(kParts[static_cast<std::size_t>(part)]);
        }
    }
    std::map<std::string, int> own;  // with their lines
    lua_pushnil(lua);
    while (lua_next(lua, -2) != 0) {
        if (lua_isfunction(lua, -1) && lua_type(lua, -2) == LUA_TSTRING) {
            lua_Debug where;
            lua_pushvalue(lua, -1);
            lua_getinfo(lua, ">S", &where);
            own[lua_tostring(lua, -2)] = where.linedefined;
        }
        lua_pop(lua, 1);
    }
    for (const auto& [name, line] : own) {
        const std::string near = nearest(name, missing);
        if (near.empty() || near == name || times_named(policy_.text, name) != 1) continue;
        return Error{fmt::format("it defines '{}', which nothing calls", name), Place{policy_.name, line, 0}, fmt::format("did you mean '{}'?", near)};
    }
    return std::nullopt;
}

// Calls the function on top of the stack; leaves its first result.
void LuaDecision::call_part(lua_State* lua, Part part) {
    lua_Debug where;
    lua_pushvalue(lua, -1);
    lua_getinfo(lua, ">S", &where);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, task_);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, host_);
    lua_call(lua, 2, 1);
    std::string wants;
    const int type = lua_type(lua, -1);
    switch (part) {
        case Part::Filter:
            if (type != LUA_TBOOLEAN) wants = "true or false";
            break;
        case Part::Score:
            if (type != LUA_TNUMBER || std::isnan(lua_tonumber(lua, -1))) wants = "a number";
            break;
        case Part::Explain:
            if (type != LUA_TSTRING && type != LUA_TNIL) wants = "a text";
            break;
    }
    if (wants.empty()) return;
    const bool not_a_number = part == Part::Score && type == LUA_TNUMBER;
    wrong_ = Error{fmt::format("{} gave {}, and it must give {}",
                               kParts[static_cast<std::size_t>(part)],
                               type == LUA_TNIL ? "nothing"
                               : not_a_number   ? "what is no number (0/0)"
                                                : type_words(lua, -1),
                               wants),
                   Place{policy_.name, where.linedefined, 0},
                   type == LUA_TNIL ? "let each of its ways end in a return" : ""};
    lua_error(lua);
}

Error LuaDecision::explained(Error error) const {
    constexpr std::string_view kMark = "a nil value (global '";
    const std::size_t mark = error.message.find(kMark);
    if (error.place.file.empty()) error.place.file = policy_.name;
    if (!error.hint.empty()) return error;
    error.hint = kMend;
    if (mark == std::string::npos) return error;
    std::vector<std::string> names(policy_functions().begin(), policy_functions().end());
    names.insert(names.end(), policy_libraries().begin(), policy_libraries().end());
    names.emplace_back("now");
    const std::size_t from = mark + kMark.size();
    const std::string near =
        nearest(error.message.substr(from, error.message.find('\'', from) - from), names);
    error.hint = near.empty() ? "a policy has " + join(names, ", ")
                              : fmt::format("did you mean '{}'?", near);
    return error;
}

// Runs the text in a fresh environment, and then `work` with that on top of the stack.
Result<void> LuaDecision::look(const Question* question,
                               const std::function<void(lua_State*)>& work) {
    if (!opened_) return explained(opened_.error());
    question_ = question;
    sandbox_.allow(kPolicyLookSteps, "for one look at a host");
    const Result<void> done = sandbox_.protect([&](lua_State* lua) {
        environment(lua);
        work(lua);
        lua_settop(lua, 0);
    });
    question_ = nullptr;
    if (wrong_ && !done) return *std::exchange(wrong_, {});
    if (!done) return explained(done.error());
    return {};
}

Result<void> LuaDecision::rehearse() {
    bool any = false;
    std::optional<Error> misspelt;
    if (Result<void> done =
            look(nullptr,
                 [&](lua_State* lua) {
                     for (const Part part : {Part::Filter, Part::Score, Part::Explain}) {
                         if (!push_part(lua, part)) continue;
                         lua_pop(lua, 1);
                         any = any || part != Part::Explain;
                     }
                     misspelt = misspelt_part(lua);
                 });
        !done)
        return done;
    if (misspelt) return *misspelt;
    if (any) return {};
    return Error{"it is no scheduling policy: it defines neither filter nor score",
                 Place{policy_.name, 0, 0},
                 "write function score(task, host) … end; podium docs lua says more"};
}

Result<Opinion> LuaDecision::judge(const Question& question) {
    Opinion out;
    const Result<void> done = look(&question, [&](lua_State* lua) {
        if (push_part(lua, Part::Filter)) {
            call_part(lua, Part::Filter);
            out.refuses = lua_toboolean(lua, -1) == 0;
            lua_pop(lua, 1);
        }
        if (!out.refuses && push_part(lua, Part::Score)) {
            call_part(lua, Part::Score);
            out.score = lua_tonumber(lua, -1);
            lua_pop(lua, 1);
        }
        has_explain_ = push_part(lua, Part::Explain);
    });
    if (!done) return done.error();
    return out;
}

Result<std::string> LuaDecision::reason(const Question& question) {
    std::string out;
    if (!has_explain_) return out;
    const Result<void> done = look(&question, [&](lua_State* lua) {
        if (!push_part(lua, Part::Explain)) return;
        call_part(lua, Part::Explain);
        if (lua_type(lua, -1) == LUA_TSTRING) out = string_at(lua, -1);
    });
    if (!done) return done.error();
    if (out.size() > kLongestReason) {
        std::size_t end = kLongestReason;
        while (end > 0 && is_continuation_byte(out[end]))
            --end;
        out = out.substr(0, end) + "…";
    }
    std::replace(out.begin(), out.end(), '\n', ' ');
    return printable(out);
}

class LuaPolicy final : public scheduler::Policy {
  public:
    explicit LuaPolicy(scheduler::PolicyText text) : text_(std::move(text)) {}

    [[nodiscard]] std::string_view name() const override { return text_.name; }

    [[nodiscard]] std::unique_ptr<Decision> decide() const override {
        return std::make_unique<LuaDecision>(text_);
    }

  private:
    scheduler::PolicyText text_;
};

}  // namespace

Result<scheduler::PolicyPointer> read_policy(const scheduler::PolicyText& text) {
    if (text.text.size() > kPolicyBytes)
        return Error{fmt::format("a scheduling policy has at most {} KiB", kPolicyBytes >> 10),
                     Place{text.name, 0, 0},
                     "it is read again for every decision; make it shorter"};
    LuaDecision decision(text);
    if (Result<void> rehearsed = decision.rehearse(); !rehearsed) return rehearsed.error();
    return scheduler::PolicyPointer(std::make_shared<LuaPolicy>(text));
}

}  // namespace podium::scripting
