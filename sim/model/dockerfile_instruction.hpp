#pragma once

// One instruction of a Dockerfile, after lines have been joined: what is internal to the reader of
// dockerfile.hpp. Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "sim/model/dockerfile.hpp"

namespace podium::model {

/// An instruction as it stands in the file: its name, its flags and what follows them.
struct InstructionLine {
    std::string name;  ///< In capitals.
    std::vector<std::string> flags;
    std::string rest;
};

InstructionLine instruction_line(std::string_view line);

/// What an instruction says. An error of either kind leaves the step half done.
struct ReadInstruction {
    DockerStep step;
    bool of_commit = false;  ///< It may stand in `docker commit --change`.
    std::string parting;     ///< What is wrong with the line as such.
    std::string wrong;       ///< What is wrong with the instruction.
};

ReadInstruction read_instruction(const InstructionLine& line, char escape, DockerfileSyntax syntax);

/// A text without the blanks in front, or around it.
std::string_view without_leading_blanks(std::string_view text);
std::string_view without_blanks(std::string_view text);

}  // namespace podium::model
