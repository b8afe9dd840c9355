#include "sim/base/yaml_mistake.hpp"

namespace podium {
namespace {

struct Row {
    std::string_view message;  // yaml-cpp 0.7, exceptions.h
    YamlMistake mistake;
};

constexpr std::string_view kIndented = "what belongs together begins in the same column";
constexpr std::string_view kUnended = "end it with the quote that it begins with";

constexpr Row kRows[] = {
    {"illegal map value", {"a ':' stands where no value can begin", "a text with ': ' in it goes between quotes, and what belongs together begins in the same column"}},
    {"illegal map key", {"a key stands where none can", kIndented}},
    {"illegal block entry", {"a '- ' stands where no list can begin", "a list begins in a line of its own, indented by blanks"}},
    {"end of map not found", {"this line is neither a 'name: value' nor part of the one before", kIndented}},
    {"end of map flow not found", {"a '{' is not closed, or a ',' is missing in it before this", "put ',' between its parts, and '}' at its end"}},
    {"end of sequence not found", {"this line is neither a '- …' nor part of the one before", kIndented}},
    {"end of sequence flow not found", {"a '[' is not closed, or a ',' is missing in it before this", "put ',' between its parts, and ']' at its end"}},
    {"illegal flow end", {"a ']' or '}' closes what was not opened", "take it out, or put the text between quotes"}},
    {"illegal EOF in scalar", {"a text between quotes has no end", kUnended}},
    {"illegal document indicator in scalar", {"a text between quotes goes on past the end of the document", kUnended}},
    {"unknown token", {"no text begins with this character", "put the text between quotes"}},
    {"illegal tab when looking for indentation", {"a tab stands where blanks indent", "write blanks"}},
};

}  // namespace

YamlMistake yaml_mistake(std::string_view message) {
    for (const Row& row : kRows) {
        if (row.message == message) return row.mistake;
    }
    return {message, "check the file's YAML around here"};
}

}  // namespace podium
