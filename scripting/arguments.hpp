#pragma once

// What a word was called with, checked: a wrong argument is one sentence that says what belongs there
// and how the word is written.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scripting/sandbox.hpp"

struct lua_State;

namespace podium::scripting {

/// Raises "wait takes a duration as argument 1, not a table", with the word's signature. Does not return.
[[noreturn]] void wrong_argument(lua_State* lua, int index, const std::string& wants);
/// Raises "count takes 1 argument, and gets 2", with how the word is written, when more are given than it takes.
void refuse_more_arguments(lua_State* lua, int given, int most, const std::string& word, const std::string& signature);
void require_table(lua_State* lua, int index);
void require_function(lua_State* lua, int index);
/// A duration: a text like "1m30s", or seconds as a number. Not negative.
Duration duration_at(lua_State* lua, int index);
std::string string_at(lua_State* lua, int index);
/// Counts what it takes to make sense of a text of so many bytes.
void charge_reading(lua_State* lua, std::size_t size);
/// A field of the table at `index` as text; empty when it is not there. Numbers become text.
std::string text_field(lua_State* lua, int index, const char* name);
/// The same of a field that is a time: a number is seconds.
std::string time_field(lua_State* lua, int index, const char* name);
/// The texts of a list.
std::vector<std::string> texts_at(lua_State* lua, int index);
/// Refuses fields of an options table that are not among the known.
void check_fields(lua_State* lua,
                  int index,
                  const char* word,
                  const std::vector<std::string>& known);
/// Refuses that the script compares, where it calls this method of a kind, what it gives with a text that is none of
/// these.
void refuse_other_texts(lua_State* lua, const char* kind, const char* method, std::span<const std::string_view> given);
/// A word of the table in words: "a text", "nothing", "a service".
std::string type_words(lua_State* lua, int index);

}  // namespace podium::scripting
