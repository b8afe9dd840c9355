#include "ui/terminal/completion.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/base/text.hpp"
#include "sim/lab/completion.hpp"
#include "sim/lab/words.hpp"

namespace podium::terminal {
namespace {

constexpr std::string_view kCommandEnds = "|;&(`\n";
// Words before a command that are not the command.
constexpr std::array<std::string_view, 8> kBeforeCommands{
    "sudo", "time", "watch", "if", "while", "until", "then", "do"};

bool is_assignment(const std::string& word) {
    const std::size_t equals = word.find('=');
    return equals != std::string::npos && equals > 0 && word.find_first_of("-/") > equals;
}

// The words of the command that is being typed; the last one may be empty.
std::vector<std::string> command_words(const std::string& before) {
    const std::size_t end = before.find_last_of(kCommandEnds);
    const std::string last = end == std::string::npos ? before : before.substr(end + 1);
    std::vector<std::string> words = split_words(last);
    if (last.empty() || last.back() == ' ' || last.back() == '\t') words.emplace_back();
    while (words.size() > 1) {
        const bool prefix =
            is_assignment(words.front()) ||
            std::find(kBeforeCommands.begin(), kBeforeCommands.end(), words.front()) !=
                kBeforeCommands.end();
        if (!prefix) break;
        words.erase(words.begin());
    }
    return words;
}

}  // namespace

Completion complete(const lab::Session& session,
                    const std::string& terminal,
                    const std::string& before) {
    const std::vector<std::string> words = command_words(before);
    Completion out;
    if (words.empty()) return out;
    out.typed = words.back().size();
    out.candidates = lab::word_completions(session, terminal, words);
    return out;
}

std::vector<std::string> own_word_names() {
    std::vector<std::string> out;
    for (const lab::OwnWord& own : lab::own_words()) {
        const std::string_view name = own.usage.substr(0, own.usage.find(' '));
        // A word with two uses is listed once.
        if (out.empty() || out.back() != name) out.emplace_back(name);
    }
    return out;
}

}  // namespace podium::terminal
