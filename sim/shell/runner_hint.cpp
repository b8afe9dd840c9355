#include "sim/shell/runner_hint.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/characters.hpp"

namespace podium::shell {
namespace {

constexpr std::array<std::string_view, 8> kRunners{"env", "nice", "nohup", "setsid", "sudo", "timeout", "watch", "xargs"};
constexpr std::array<std::string_view, 7> kGrammar{"[[", "case", "for", "if", "until", "while", "{"};

template <class List>
bool holds(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::string runner_hint(std::string_view line, std::string_view shell) {
    const std::vector<std::string> words = split_words(line);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!holds(kRunners, words[i])) continue;
        std::string before = words[i];
        std::size_t next = i + 1;
        // Options, durations and variables stand before the program.
        for (; next < words.size(); ++next) {
            const std::string& word = words[next];
            if (word.front() != '-' && !is_digit(word.front()) && word.find('=') == std::string::npos) break;
            before += " " + word;
        }
        if (next == words.size()) continue;
        std::string grammar = words[next].front() == '(' ? "(" : words[next].substr(0, words[next].find('('));
        if (grammar != "(" && !holds(kGrammar, grammar)) continue;
        return fmt::format("Podium: {} runs a program, and {} is the shell's grammar; write {} {} -c '{} ...'\n", words[i], grammar, before, shell, grammar);
    }
    return {};
}

}  // namespace podium::shell
