#include "scripting/absent_words.hpp"

#include <algorithm>
#include <array>

namespace podium::scripting {
namespace {

constexpr std::string_view kOneFile = "a script is one file: write the functions into it";
constexpr std::string_view kOutside = ": it sees nothing of the machine that it runs on";

constexpr std::array<AbsentWord, 14> kAbsentWords{{
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
}};

}  // namespace

const AbsentWord* find_absent_word(std::string_view name) {
    const auto* const found = std::find_if(kAbsentWords.begin(), kAbsentWords.end(), [name](const AbsentWord& word) { return word.name == name; });
    return found == kAbsentWords.end() ? nullptr : found;
}

}  // namespace podium::scripting
