#pragma once

// A Lua that scripts can't get out of: no files, clocks, addresses or chance of their own, and a
// limit on everything they use. Whatever a script does, it ends by counted steps.
//
// How: one counter of steps, to which the instructions (a hook on every coroutine), the allocator,
// the functions of the library and the C library's slow functions add. When it is used up, or
// memory is, the script is killed: the flag stays set, and every catcher a script has (pcall,
// xpcall, coroutine.resume, wrap, close) and every function throws on. See README.md for what each
// limit closes.
//
// Lua is linked as C++ (lua5.4-c++), so an error unwinds our frames. No foreign exception crosses
// Lua: bindings are wrapped in `guarded`. One thread; a sandbox is never copied.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scripting/limits.hpp"
#include "sim/base/random.hpp"
#include "sim/base/result.hpp"

struct lua_State;
struct lua_Debug;

namespace podium::scripting {

/// A function of the script, kept for later.
struct FunctionRef {
    int registry = 0;

    explicit operator bool() const { return registry != 0; }
};

/// A coroutine of the host's: the script itself, or a function it gave to be run in simulated time.
struct TaskRef {
    int registry = 0;
    lua_State* thread = nullptr;

    explicit operator bool() const { return thread != nullptr; }
};

class Sandbox {
  public:
    using Output = std::function<void(const std::string& line)>;

    /// `seed` feeds math.random; `print` gives its lines to `output`.
    Sandbox(const Limits& limits, std::uint64_t seed, Output output);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// Compiles a text chunk; the error has its place.
    Result<FunctionRef> load(const std::string& text, const std::string& name);
    /// A coroutine that will run the function.
    Result<TaskRef> make_task(FunctionRef function);
    /// Runs a task until it ends (true) or suspends itself (false). `arguments` pushes what the
    /// task's suspended call returns and says how many values that are; it must not raise.
    /// `said_false`, if given, is set when it ended and its first result was false.
    Result<bool> resume(TaskRef task,
                        const std::function<int(lua_State*)>& arguments = {},
                        bool* said_false = nullptr);
    void release(TaskRef task);
    /// Calls a function that may not suspend itself; `arguments` as above, `read` takes its first
    /// result.
    Result<void> call(FunctionRef function,
                      const std::function<int(lua_State*)>& arguments,
                      const std::function<void(lua_State*)>& read);
    void release(FunctionRef function);
    /// Runs `work` where Lua's errors are caught: how the host registers its bindings.
    Result<void> protect(const std::function<void(lua_State*)>& work);

    /// Adds to what the script may use, up to Limits::granted_steps in all.
    void grant(std::uint64_t steps) {
        const std::uint64_t most = limits_.granted_steps - granted_;
        limits_.steps += steps < most ? steps : most;
        granted_ += steps < most ? steps : most;
    }

    /// From now on so many steps and no more, and no more than the limits had at first; `what_for`
    /// says so when they are used up: "for one look at a host".
    void allow(std::uint64_t steps, std::string_view what_for);

    [[nodiscard]] std::uint64_t steps() const { return steps_; }

    [[nodiscard]] std::size_t memory_bytes() const { return memory_; }

    /// Whether that is the metatable of Lua's own buffers, as its collector knows it.
    [[nodiscard]] bool is_of_buffers(const void* metatable) const { return metatable == metatable_of_buffers_; }

    [[nodiscard]] std::size_t most_memory_bytes() const { return most_memory_; }

    [[nodiscard]] const Limits& limits() const { return limits_; }

    /// What bindings work on.
    void set_host(void* host) { host_ = host; }

    [[nodiscard]] void* host() const { return host_; }

    // --- for bindings, which run inside the script ---
    /// Keeps the function at `index` of the stack.
    FunctionRef keep(lua_State* lua, int index);
    /// A task that will run the function at `index` of the stack.
    TaskRef keep_task(lua_State* lua, int index);

    /// The script is in a function that may not suspend or change anything (see call).
    [[nodiscard]] bool calling() const { return calling_; }

    static Sandbox& of(lua_State* lua);
    /// Counts steps; kills the script (and does not return) when there are none left.
    void charge(lua_State* lua, std::uint64_t steps);
    /// Counts a walk with lua_next through the table at `index` of the stack: its places, the empty ones among
    /// them, which nobody else sees. Call it before the walk.
    void charge_walk(lua_State* lua, int index);
    /// Ends the script with a sentence and its present place. Does not return.
    [[noreturn]] void kill(lua_State* lua, const std::string& sentence);
    /// The same for what a script may not even try: the sentence stands by itself, as that of an error.
    [[noreturn]] void forbid(lua_State* lua, const std::string& sentence);
    /// Throws on what killed the script. Does not return.
    [[noreturn]] void raise(lua_State* lua);

    [[nodiscard]] bool killed() const { return killed_; }

    /// Has the script run out of memory, or was it killed? Then this does not return; every catcher
    /// of errors calls it with the status it caught.
    void pass_on(lua_State* lua, int status);
    /// Counts an error that flies out of `thread`, which still has the calls it happened in.
    void count_error(lua_State* lua, lua_State* thread);
    /// Counts a coroutine that is about to yield: Lua, being C++ here, throws to get out of it.
    void count_yield(lua_State* lua);
    /// Where the script stands: the innermost line of Lua.
    [[nodiscard]] Place place(lua_State* lua) const;

    /// Where the text of a function begins; no line for one that is not the script's.
    [[nodiscard]] Place place_of(FunctionRef function) const;
    /// The line in which it ends; 0 for one that is not the script's.
    [[nodiscard]] int last_line_of(FunctionRef function) const;

    /// The same of what runs just now; of nothing, no line.
    [[nodiscard]] Place place_now() const { return place(chain_.empty() ? main_ : chain_.back()); }

    /// The same of the function on top of a stack, which it takes off.
    [[nodiscard]] Place place_of_top(lua_State* lua) const;

    /// An error, with where that function begins if no line of it had run that could be told.
    [[nodiscard]] Error where_it_begins(Error error, FunctionRef function) const;

    /// The chunk that runs in this coroutine of the host's, so that it can suspend itself.
    [[nodiscard]] bool in_task(lua_State* lua) const { return is_outermost(lua) && !calling_; }

    /// No coroutine of the script's own is around this one.
    [[nodiscard]] bool is_outermost(lua_State* lua) const {
        return chain_.empty() || chain_.front() == lua;
    }

    void print(lua_State* lua, const std::string& line);

    /// What `word` draws from, by the seed. A function that only looks (see call) ends the script when it tries:
    /// a draw there would change what the script draws after it.
    RandomStream& random(lua_State* lua, const char* word);

    /// Counts a table used as a metatable, at `index` of the stack.
    void count_metatable(lua_State* lua, int index);
    /// Switches between coroutines of the script: `resume` as lua_resume, with the counting it
    /// needs.
    int resume_inside(lua_State* lua, lua_State* coroutine, int arguments, int* results);
    /// Of the C library's functions that Lua calls: counted_c.cpp.
    void count_c(std::uint64_t steps);
    /// From now on a part that is allocated is of that table (null: of none); the one before. Of Lua's functions that
    /// make a table larger: counted_tables.cpp.
    const void* grow(const void* table) { return std::exchange(growing_, table); }
    /// A chain of so many keys was found in a table.
    void note_chain(std::size_t keys) { longest_chain_ = std::max(longest_chain_, keys); }
    /// The longest there was: any lookup may go along one like it.
    [[nodiscard]] std::size_t longest_chain() const { return longest_chain_; }

  private:
    static void* allocate_hook(void* data,
                               void* pointer,
                               std::size_t old_size,
                               std::size_t new_size);
    static void step_hook(lua_State* lua, lua_Debug* record);
    void* allocate(void* pointer, std::size_t old_size, std::size_t new_size);
    void* refuse(const char* what, std::size_t amount, std::string_view unit);
    void* refuse_with(std::string sentence);
    bool may_grow(std::size_t bytes);
    [[nodiscard]] std::string too_many_steps() const;
    [[nodiscard]] std::uint64_t weight() const;
    enum class Block : std::uint8_t { Other, Stack };
    [[nodiscard]] bool is_stack_growth(std::size_t size) const;
    Block forget(const void* pointer);
    void remember(const void* pointer, Block block, std::size_t size);
    void set_killed(lua_State* lua, const std::string& sentence);
    void wake_hook();
    Error error_of(lua_State* thread, int status);
    bool take_place(std::string_view& text, Place& out) const;
    [[nodiscard]] Error split_message(std::string_view whole, const Place& otherwise) const;
    Result<void> finish_call(lua_State* thread, int status);

    Limits limits_;
    Output output_;
    RandomStream random_;
    void* host_ = nullptr;
    lua_State* main_ = nullptr;
    lua_State* caller_ = nullptr;  // runs functions that may not suspend; made anew after an error
    int caller_ref_ = 0;
    std::vector<lua_State*> chain_;    // the coroutine that runs is the last
    std::vector<std::string> chunks_;  // names of what was loaded
    const int* loading_ = nullptr;     // the line read last of the chunk that is being compiled
    bool calling_ = false;

    std::uint64_t steps_ = 0;
    std::uint64_t granted_ = 0;
    std::uint64_t most_steps_;  // the limits' at first: the end of all that allow() gives
    std::uint64_t allowed_ = 0;
    std::string_view allowed_for_;
    std::size_t memory_ = 0;
    std::size_t most_memory_ = 0;
    const void* metatable_of_buffers_ = nullptr;
    std::map<const void*, std::size_t> stacks_;  // large stacks alive
    std::map<std::size_t, int> stack_sizes_;     // how many of each size
    std::map<const void*, std::size_t> parts_;   // large blocks alive that are no objects of Lua's: parts of tables among them
    std::size_t table_bytes_ = 0;                // what a table itself takes, without its parts
    bool stack_next_ = false;  // a coroutine was made: its stack is allocated next
    const void* moved_stack_ =
        nullptr;  // the block allocated last, if it may be a stack that moved
    std::size_t moved_stack_size_ = 0;
    const void* growing_ = nullptr;  // the table whose parts are being made larger
    std::size_t longest_chain_ = 0;
    std::size_t printed_ = 0;
    std::size_t metatables_ = 0;
    int metatables_ref_ = 0;

    bool killed_ = false;
    Error death_;          // once killed: the sentence and the place
    std::string refusal_;  // why the allocator last said no
    Place refusal_place_;
};

/// Wraps a binding: counts it, and turns a C++ exception into an error of Lua with its message.
using Binding = int (*)(lua_State*);
int guarded_call(lua_State* lua, Binding binding);

template <Binding binding>
int guarded(lua_State* lua) {
    return guarded_call(lua, binding);
}

}  // namespace podium::scripting
