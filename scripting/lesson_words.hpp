#pragma once

// The words that a lesson's lab.lua has besides a scenario's: they keep its functions by name for
// the lesson engine, which calls them at their time. Called while the text itself is read;
// afterwards only trial and typed are.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scripting/bindings.hpp"
#include "scripting/sandbox.hpp"

struct lua_State;

namespace podium::scripting {

/// What a lab.lua has said. Must outlive its scenario.
struct LessonWords {
    FunctionRef begin;
    std::map<std::string, FunctionRef> steps;
    std::map<std::string, FunctionRef> keys;
    std::map<std::string, FunctionRef> hints;
    std::vector<FunctionRef> trials;  ///< Of the step that runs, in the order of their calls.
    /// How many lines typed at this step contain a text.
    std::function<int(const std::string& text)> typed;
    bool closed = false;  ///< The text has been read.
    std::string answer;   ///< What the last key function gave, as a text; empty: nothing.
};

/// Sets the globals. Runs where Lua's errors are caught.
void open_lesson_words(lua_State* lua, LessonWords& words);
/// A function that calls `key` and puts what it gives into words.answer.
Result<FunctionRef> key_task(Sandbox& sandbox, LessonWords& words, FunctionRef key);
/// For the reference: names, signatures and sentences.
BindingGroup lesson_bindings();

}  // namespace podium::scripting
