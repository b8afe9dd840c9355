#include "ui/desktop/panels/palette_parts.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "ui/desktop/draw/icons.hpp"
#include "ui/desktop/panels/actions.hpp"
#include "ui/desktop/panels/menu.hpp"

namespace podium::desktop {
namespace {

using Does = PaletteEntry::Does;

constexpr int kStartOfWord = 12;
constexpr int kNeighbour = 8;
constexpr int kLetter = 2;
constexpr int kWhole = 60;

char lowered(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool begins_word(std::string_view text, std::size_t at) {
    return at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
}

// The score when the first letter is matched at `from` at the earliest and each one after as near as can be.
int score_from(std::string_view letters, std::string_view text, std::size_t from) {
    int score = 0;
    std::size_t at = from;
    std::size_t last = std::string_view::npos;
    for (const char letter : letters) {
        if (letter == ' ') continue;  // blanks only part what is typed
        while (at < text.size() && lowered(text[at]) != lowered(letter))
            ++at;
        if (at >= text.size()) return 0;
        score += kLetter;
        if (begins_word(text, at)) score += kStartOfWord;
        if (last != std::string_view::npos && at == last + 1) score += kNeighbour;
        last = at++;
    }
    return score;
}

PaletteEntry send_entry(std::string label, const char* sign, Intent intent, std::string key = {}) {
    PaletteEntry out;
    out.does = Does::Sends;
    out.label = std::move(label);
    out.icon = sign;
    out.intent = std::move(intent);
    out.key = std::move(key);
    return out;
}

void add_actions(std::vector<PaletteEntry>& out, const Frame& frame, const Selection& selection, const std::string& terminal) {
    const std::string of = selection.kind == Selection::Kind::None ? "" : (frame.cluster ? selection_words(*frame.cluster, selection) : selection.name) + ": ";
    for (Action& action : actions_for(frame, selection, terminal)) {
        PaletteEntry entry;
        entry.does = Does::Types;
        entry.label = of + action.label;
        entry.detail = action.command;
        entry.word = std::move(action.command);
        entry.terminal = std::move(action.terminal);
        entry.mono = true;
        entry.icon = action.fault ? icon::kBolt : icon_of(selection.kind);
        entry.unable = std::move(action.unable);
        out.push_back(std::move(entry));
    }
}

void add_transport(std::vector<PaletteEntry>& out, const Frame& frame, const std::string& terminal) {
    out.push_back(frame.playing ? send_entry("Pause", icon::kPause, intent::Pause{}, "Space") : send_entry("Play", icon::kPlay, intent::Play{}, "Space"));
    out.push_back(send_entry("Step to the next event", icon::kStep, intent::StepEvent{}, "Shift+Right"));
    out.push_back(send_entry("Step to the next fact", icon::kStep, intent::StepFact{}, "Right"));
    out.push_back(send_entry("Step to the next fact of the selection", icon::kStep, intent::StepFactOfSelection{}, "Ctrl+Shift+Right"));
    out.push_back(send_entry("Go to the beginning", icon::kBack, intent::Seek{Time{}}, "Home"));
    out.push_back(send_entry("Go live", icon::kClock, intent::GoLive{}, "End"));
    if (frame.fork) {
        out.push_back(send_entry("End the fork: keep the change", icon::kFork, intent::EndFork{true}));
        out.push_back(send_entry("End the fork: go on without the change", icon::kFork, intent::EndFork{false}));
    } else {
        out.push_back(send_entry("Fork here: both futures side by side", icon::kFork, intent::Fork{terminal, {}, {}}));
    }
    for (const double times : {0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 100.0, 1'000.0, 10'000.0}) {
        const std::string words = times < 0.2 ? fmt::format("1/{}", static_cast<int>(1.0 / times + 0.5)) : fmt::format("{:g}", times);
        out.push_back(send_entry(fmt::format("Speed {}×", words), icon::kClock, intent::Speed{times}));
    }
}

void add_lists(std::vector<PaletteEntry>& out, const Lists& lists) {
    const auto begins = [&out](std::string line, std::string detail, const char* sign) {
        PaletteEntry entry;
        entry.does = Does::Begins;
        entry.label = line;
        entry.detail = std::move(detail);
        entry.word = std::move(line) + " ";
        entry.icon = sign;
        out.push_back(std::move(entry));
    };
    for (const Lists::Openable& openable : lists.openables) {
        PaletteEntry entry = send_entry(fmt::format("Open {}", openable.title.empty() ? openable.name : openable.title), openable.kind == "lesson" ? icon::kBook : icon::kCubes, intent::Open{openable.name});
        entry.detail = fmt::format("{} {}", openable.kind, openable.name);
        out.push_back(std::move(entry));
    }
    for (const Lists::Fault& fault : lists.faults)
        begins("inject " + fault.id, fault.summary, icon::kBolt);
    for (const std::string& verb : lists.verbs)
        begins(verb, {}, icon::kTerminal);
    for (const std::string& scheduler : lists.schedulers)
        out.push_back(send_entry("Place tasks by " + scheduler, icon::kScales, intent::Scheduler{scheduler}));
}

PaletteEntry line_entry(const std::string& typed, const std::string& terminal) {
    PaletteEntry entry;
    entry.does = Does::Types;
    entry.label = "Type it on " + terminal;
    entry.detail = typed;
    entry.word = typed;
    entry.terminal = terminal;
    entry.icon = icon::kTerminal;
    entry.mono = true;
    return entry;
}

}  // namespace

int match_score(std::string_view letters, std::string_view text) {
    const std::string_view wanted = trim(letters);
    if (wanted.empty()) return 1;
    int best = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lowered(text[i]) != lowered(wanted[0])) continue;
        // Later beginnings score only when they begin a word, or are all there is.
        if (best > 0 && !begins_word(text, i)) continue;
        best = std::max(best, score_from(wanted, text, i));
    }
    if (best == 0) return 0;
    const std::string small = lower(text);
    const std::size_t found = small.find(lower(wanted));
    if (found == 0) return best + 2 * kWhole;
    return found == std::string::npos ? best : best + (begins_word(small, found) ? kWhole : kWhole / 2);
}

std::vector<PaletteEntry> palette_entries(const Frame& frame, const Selection& selection, const std::string& terminal, const std::vector<PaletteWord>& panels) {
    std::vector<PaletteEntry> out;
    const std::string typed_at = free_terminal(frame, terminal);
    add_actions(out, frame, selection, terminal);
    add_transport(out, frame, typed_at);
    for (const PaletteWord& panel : panels) {
        PaletteEntry entry;
        entry.does = Does::ShowsPanel;
        entry.label = "Show " + lower(panel.title);
        entry.detail = "panel";
        entry.word = panel.id;
        entry.icon = panel.icon;
        entry.key = panel.key;
        out.push_back(std::move(entry));
    }
    for (const DesktopWish& wish : desktop_wishes()) {
        PaletteEntry entry;
        entry.does = Does::Wishes;
        entry.label = wish.label;
        entry.word = wish.word;
        entry.icon = icon::kBulb;
        entry.key = wish.key;
        out.push_back(std::move(entry));
    }
    if (frame.lists) add_lists(out, *frame.lists);
    return out;
}

std::vector<PaletteEntry> palette_matches(const std::vector<PaletteEntry>& entries, const std::string& typed, const std::string& terminal) {
    const std::string wanted(trim(typed));
    if (wanted.empty()) return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), kMostShown))};
    const std::string small = lower(wanted);
    std::vector<std::pair<int, std::size_t>> scores;
    // A verb with something after it is a line that is meant to be typed.
    bool is_line = false;
    bool is_beginning = false;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const PaletteEntry& entry = entries[i];
        // Of a long sentence any few letters are a part: there they have to stand side by side.
        const bool in_detail = lower(entry.detail).find(small) != std::string::npos;
        const int score = std::max(match_score(wanted, entry.label), in_detail ? kWhole / 2 + kLetter * static_cast<int>(wanted.size()) : 0);
        if (score > 0) scores.emplace_back(score, i);
        if (entry.does == Does::Begins && wanted.size() > entry.word.size() && wanted.starts_with(entry.word)) is_line = true;
        if (entry.does == Does::Begins && entry.word.size() > wanted.size() && entry.word.starts_with(wanted)) is_beginning = true;
    }
    // "docker se" may become a longer verb yet.
    is_line = is_line && !is_beginning;
    // Equal ones stay in the order of the list.
    std::stable_sort(scores.begin(), scores.end(), [](const auto& one, const auto& other) { return one.first > other.first; });
    std::vector<PaletteEntry> out;
    if (is_line || scores.empty()) out.push_back(line_entry(wanted, terminal));
    for (const auto& [score, place] : scores) {
        if (out.size() >= kMostShown) break;
        out.push_back(entries[place]);
    }
    if (!is_line && !scores.empty() && wanted.find(' ') != std::string::npos) out.push_back(line_entry(wanted, terminal));
    return out;
}

const std::vector<DesktopWish>& desktop_wishes() {
    static const std::vector<DesktopWish> wishes{
        {"theme", "Theme: dark or light", "F2"},
        {"presenter", "Presenter's mode: large type, keys shown", "F5"},
        {"larger", "Larger", "Ctrl++"},
        {"smaller", "Smaller", "Ctrl+-"},
        {"usual-size", "The usual size", "Ctrl+0"},
        {"left", "Show or hide the left side", "Ctrl+B"},
        {"right", "Show or hide the right side", "Ctrl+I"},
        {"bottom", "Show or hide the lower side", "Ctrl+J"},
        {"save", "Save the run", "Ctrl+S"},
        {"help", "Keys", "F1"},
        {"leave", "Leave", "Ctrl+Q"},
    };
    return wishes;
}

}  // namespace podium::desktop
