#include "sim/programs/small/diff_lines.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <utility>

// Myers, "An O(ND) difference algorithm and its variations" (1986), with each furthest path kept;
// then runs of changed lines are moved as far down as they go, as GNU diff does, so that they end
// where a reader expects it.

namespace podium::programs::small {
namespace {

using Marks = std::vector<char>;
using Numbers = std::vector<std::uint32_t>;

std::string key_of(const std::string& line, const Comparison& comparison) {
    std::string out;
    bool blank = false;
    for (const char c : line) {
        const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (is_blank && comparison.ignores_space) continue;
        if (is_blank && comparison.ignores_space_change) {
            blank = true;
            continue;
        }
        if (std::exchange(blank, false)) out += ' ';
        out += comparison.ignores_case
                   ? static_cast<char>(std::tolower(static_cast<unsigned char>(c)))
                   : c;
    }
    return out;
}

/// Lines as numbers: alike lines have the same.
class Numbering {
  public:
    explicit Numbering(const Comparison& comparison) : comparison_(comparison) {}

    Numbers of(const Lines& lines) {
        Numbers out;
        for (std::size_t i = 0; i < lines.text.size(); ++i) {
            std::string key = key_of(lines.text[i], comparison_);
            const bool plain = !comparison_.ignores_space && !comparison_.ignores_space_change;
            if (plain && lines.unended && i + 1 == lines.text.size())
                key += '\n';  // no other line has one
            out.push_back(seen_.emplace(std::move(key), static_cast<std::uint32_t>(seen_.size()))
                              .first->second);
        }
        return out;
    }

  private:
    Comparison comparison_;
    std::map<std::string, std::uint32_t> seen_;
};

/// What is compared: both without their common beginning and end, and what was found changed.
struct Pair {
    const Numbers& first;
    const Numbers& second;
    std::ptrdiff_t begin = 0;
    std::ptrdiff_t first_end = 0;
    std::ptrdiff_t second_end = 0;
    Marks first_changed = Marks(first.size(), 0);
    Marks second_changed = Marks(second.size(), 0);

    void trim() {
        first_end = static_cast<std::ptrdiff_t>(first.size());
        second_end = static_cast<std::ptrdiff_t>(second.size());
        while (begin < first_end && begin < second_end && first[at(begin)] == second[at(begin)])
            ++begin;
        while (first_end > begin && second_end > begin &&
               first[at(first_end - 1)] == second[at(second_end - 1)]) {
            --first_end;
            --second_end;
        }
    }

    static std::size_t at(std::ptrdiff_t index) { return static_cast<std::size_t>(index); }
};

/// One round of Myers's search: how far along the first text each diagonal got with `steps`
/// changes.
using Reach = std::vector<std::ptrdiff_t>;

std::ptrdiff_t reached(const Reach& reach, std::ptrdiff_t diagonal) {
    const auto middle = static_cast<std::ptrdiff_t>(reach.size() / 2);
    const std::ptrdiff_t index = diagonal + middle;
    if (index < 0 || index >= static_cast<std::ptrdiff_t>(reach.size())) return -1;
    return reach[Pair::at(index)];
}

/// Whether a path comes to `diagonal` by a line of the second text (from above) rather than of the
/// first.
bool comes_down(const Reach& before, std::ptrdiff_t diagonal) {
    return reached(before, diagonal - 1) < reached(before, diagonal + 1);
}

void walk_back(Pair& pair, const std::vector<Reach>& rounds, std::ptrdiff_t x, std::ptrdiff_t y) {
    for (std::size_t steps = rounds.size() - 1; steps > 0; --steps) {
        const Reach& before = rounds[steps - 1];
        const std::ptrdiff_t diagonal = x - y;
        const bool down = comes_down(before, diagonal);
        const std::ptrdiff_t from = diagonal + (down ? 1 : -1);
        x = reached(before, from);
        y = x - from;
        if (down) pair.second_changed[Pair::at(pair.begin + y)] = 1;
        if (!down) pair.first_changed[Pair::at(pair.begin + x)] = 1;
    }
}

bool search(Pair& pair) {
    const std::ptrdiff_t width = pair.first_end - pair.begin;
    const std::ptrdiff_t height = pair.second_end - pair.begin;
    std::vector<Reach> rounds;
    for (std::size_t steps = 0; steps <= kMostSteps; ++steps) {
        const auto edge = static_cast<std::ptrdiff_t>(steps);
        Reach reach(2 * steps + 1, -1);
        for (std::ptrdiff_t diagonal = -edge; diagonal <= edge; diagonal += 2) {
            std::ptrdiff_t x = 0;
            if (steps > 0) {
                const Reach& before = rounds.back();
                x = comes_down(before, diagonal) ? reached(before, diagonal + 1)
                                                 : reached(before, diagonal - 1) + 1;
            }
            std::ptrdiff_t y = x - diagonal;
            if (x > width || y > height || y < 0) continue;
            while (x < width && y < height &&
                   pair.first[Pair::at(pair.begin + x)] == pair.second[Pair::at(pair.begin + y)]) {
                ++x;
                ++y;
            }
            reach[Pair::at(diagonal + edge)] = x;
            if (x == width && y == height) {
                rounds.push_back(std::move(reach));
                walk_back(pair, rounds, x, y);
                return true;
            }
        }
        rounds.push_back(std::move(reach));
    }
    return false;
}

/// A run of changed lines of one text, and where in the other one the line after it stands.
class Run {
  public:
    Run(const Numbers& lines, Marks& changed, const Marks& other_changed)
        : lines_(lines), changed_(changed), other_changed_(other_changed) {}

    /// The next run; false when there is none.
    bool find() {
        while (end_ < changed_.size() && changed_[end_] == 0) {
            while (is_changed(other_changed_, other_))
                ++other_;
            ++other_;
            ++end_;
        }
        if (end_ == changed_.size()) return false;
        start_ = end_;
        grow_down();
        while (is_changed(other_changed_, other_))
            ++other_;
        return true;
    }

    /// A run that can be moved ends as far down as it goes, or, where the other text has a change
    /// on its way, beside the last of these (as GNU diff places it). Runs that it meets become a
    /// part of it.
    void settle() {
        std::size_t beside = changed_.size();
        std::size_t length = 0;
        while (length != end_ - start_) {
            length = end_ - start_;
            while (start_ > 0 && lines_[start_ - 1] == lines_[end_ - 1]) {
                up();
                while (start_ > 0 && changed_[start_ - 1] != 0)
                    --start_;
            }
            beside = other_ > 0 && is_changed(other_changed_, other_ - 1) ? end_ : changed_.size();
            while (end_ < changed_.size() && lines_[start_] == lines_[end_]) {
                changed_[start_++] = 0;
                changed_[end_] = 1;
                grow_down();
                if (next_other()) beside = end_;
            }
        }
        while (beside < end_)
            up();
    }

  private:
    static bool is_changed(const Marks& marks, std::size_t place) {
        return place < marks.size() && marks[place] != 0;
    }

    void grow_down() {
        while (is_changed(changed_, end_))
            ++end_;
    }

    void up() {
        changed_[--start_] = 1;
        changed_[--end_] = 0;
        --other_;
        while (is_changed(other_changed_, other_))
            --other_;
    }

    // Goes to the other text's next unchanged line; true when there are changes before it.
    bool next_other() {
        const std::size_t from = ++other_;
        while (is_changed(other_changed_, other_))
            ++other_;
        return other_ > from;
    }

    const Numbers& lines_;
    Marks& changed_;
    const Marks& other_changed_;
    std::size_t start_ = 0;
    std::size_t end_ = 0;
    std::size_t other_ = 0;
};

void slide(const Numbers& lines, Marks& changed, const Marks& other_changed) {
    Run run(lines, changed, other_changed);
    while (run.find())
        run.settle();
}

std::vector<Change> changes_of(const Marks& first, const Marks& second) {
    std::vector<Change> out;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < first.size() || j < second.size()) {
        const Change change = [&] {
            Change run{i, i, j, j};
            while (run.first_end < first.size() && first[run.first_end] != 0)
                ++run.first_end;
            while (run.second_end < second.size() && second[run.second_end] != 0)
                ++run.second_end;
            return run;
        }();
        if (change.first_end > i || change.second_end > j) out.push_back(change);
        i = change.first_end + 1;
        j = change.second_end + 1;
    }
    return out;
}

}  // namespace

Lines split_into_lines(const std::string& text) {
    Lines out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out.text.push_back(text.substr(at, end - at));
        out.unended = end == text.size();
        at = end + 1;
    }
    return out;
}

std::vector<Change> find_changes(const Lines& first,
                                 const Lines& second,
                                 const Comparison& comparison) {
    Numbering numbering(comparison);
    const Numbers one = numbering.of(first);
    const Numbers two = numbering.of(second);
    Pair pair{one, two};
    pair.trim();
    if (!search(pair)) {
        std::fill(pair.first_changed.begin() + pair.begin,
                  pair.first_changed.begin() + pair.first_end,
                  1);
        std::fill(pair.second_changed.begin() + pair.begin,
                  pair.second_changed.begin() + pair.second_end,
                  1);
    }
    slide(one, pair.first_changed, pair.second_changed);
    slide(two, pair.second_changed, pair.first_changed);
    return changes_of(pair.first_changed, pair.second_changed);
}

}  // namespace podium::programs::small
