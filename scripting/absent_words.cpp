#include "scripting/absent_words.hpp"

#include <algorithm>
#include <array>

namespace podium::scripting {
namespace {

constexpr std::string_view kOneFile = "a script is one file: write the functions into it";
constexpr std::string_view kOutside = ": it sees nothing of the machine that it runs on";

constexpr std::string_view kTyped = "sh(\"docker compose stop web\") types a line into a host's terminal, and podium docs lua has the faults";

constexpr std::array<AbsentWord, 21> kAbsentWords{{
    {"os", kOutside, "now() is the run's time, and sh(\"date\") types into a simulated host"},
    {"io", kOutside, "file(\"/root/notes\", \"text\") writes a file on a simulated host, and sh(\"cat /root/notes\") reads one"},
    {"debug", {}, "print shows a value, and why(\"web\") tells how something stands and what led there"},
    {"require", {}, kOneFile},
    {"package", {}, kOneFile},
    {"load", {}, kOneFile},
    {"loadstring", {}, kOneFile},
    {"loadfile", {}, kOneFile},
    {"dofile", {}, kOneFile},
    {"next", {}, "pairs goes through a table, in the same order in every run"},
    {"collectgarbage", {}, "leave it out: memory is collected as it is needed, and counted"},
    {"warn", {}, "narrate says something to those who watch"},
    {"unpack", {}, "it is table.unpack"},
    {"setfenv", {}, "give functions what they need as arguments"},
    {"inject", {}, "each fault is a word: kill(\"web\")"},
    {"lift", {}, "what a fault gives ends it: local f = hang(\"web\"), and later f:lift()"},
    {"sleep", {}, "wait(\"10s\") lets time pass"},
    {"docker", {}, kTyped},
    {"stop", {}, kTyped},
    {"restart", {}, kTyped},
    {"exec", {}, kTyped},
}};

// Of math: their last digits are not the same everywhere, so a run would not be, either.
constexpr std::array<std::string_view, 12> kAbsentMath{"sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "log10", "pow", "sinh", "cosh"};

}  // namespace

const AbsentWord* find_absent_word(std::string_view name) {
    const auto* const found = std::find_if(kAbsentWords.begin(), kAbsentWords.end(), [name](const AbsentWord& word) { return word.name == name; });
    return found == kAbsentWords.end() ? nullptr : found;
}

std::string_view hint_for_math(std::string_view name) {
    if (name == "randomseed") return "math has none here: chance comes from the run's seed, as in podium run --seed 2";
    const bool absent = std::find(kAbsentMath.begin(), kAbsentMath.end(), name) != kAbsentMath.end();
    return absent ? "math has none here: its last digits are not the same on every machine" : "";
}

}  // namespace podium::scripting
