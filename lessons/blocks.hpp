#pragma once

// The fenced blocks of a lesson, and the scripts beside it, each made into what lesson.hpp has.

#include <string>
#include <vector>

#include "lessons/lesson.hpp"
#include "lessons/sections.hpp"

namespace podium::lessons {

/// What became of a block.
enum class Block : std::uint8_t {
    Shown,     ///< It is part of the text; its commands were taken down.
    Question,  ///< The step's last question.
    Why,
    Silent,  ///< Hints.
};

/// Adds what a block says to the step. An unknown word behind a fence is an error. Of the lesson,
/// its hosts are known.
Result<Block> read_block(const Chunk& chunk,
                         const std::string& file,
                         const Lesson& lesson,
                         Step& step);
/// Commands within sentences: code that begins with the name of a program.
void read_mentions(const Chunk& chunk,
                   const std::string& file,
                   std::vector<ShownCommand>& mentions);
/// What a command within a sentence may begin with, sorted.
const std::vector<std::string>& command_names();
/// The line that ends a text given with "<<END" in this line; empty when none is.
std::string heredoc_end(std::string_view line);
/// solution.sh or wrong-*.sh: parts after lines like "# step: NAME".
Result<Script> parse_script(const Lesson& lesson, const std::string& text, const std::string& file);

}  // namespace podium::lessons
