#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

// wc, cut, uniq, tac: filters over lines.

namespace podium::programs::small {
namespace {

/// wc [-lwcm]
class WordCount final : public Cloned<WordCount, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(
            argv(),
            {"lwcm", {{"lines", 'l'}, {"words", 'w'}, {"bytes", 'c'}, {"chars", 'm'}}, "L"},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        for (const auto& [letter, text] : options.given)
            which_ += letter;
        if (which_.empty()) which_ = "lwc";
        files_ = options.operands;
        input().set_files(files_);
        return std::nullopt;
    }

    std::optional<int> chunk(System& /*system*/, const std::string& data) override {
        count(data);
        return std::nullopt;
    }

    std::optional<int> file_begins(System& /*system*/) override {
        now_ = {};
        return std::nullopt;
    }

    std::optional<int> file_ends(System& /*system*/) override {
        rows_.emplace_back(now_, input().name());
        total_.lines += now_.lines;
        total_.words += now_.words;
        total_.bytes += now_.bytes;
        total_.characters += now_.characters;
        return std::nullopt;
    }

    std::optional<int> failed(System& system) override {
        complain(system, fmt::format("{}: {}", input().name(), errno_text(input().error())));
        status_ = 1;
        return std::nullopt;
    }

    Step end(System& system) override {
        if (rows_.size() > 1) rows_.emplace_back(total_, "total");
        const bool one = which_.size() == 1 && rows_.size() == 1;
        const bool gnu = is_gnu(system);
        // GNU: as wide as the widest number; 7 for standard input. busybox: 9.
        std::size_t width = gnu ? (files_.empty() ? 7 : fmt::format("{}", total_.bytes).size()) : 9;
        if (one) width = 0;
        for (const auto& [counts, file] : rows_) {
            std::string text;
            for (const std::int64_t number : wanted(counts)) {
                if (!text.empty()) text += ' ';
                text += fmt::format("{:>{}}", number, width);
            }
            if (!files_.empty()) text += " " + file;
            out().add(text + "\n");
        }
        return Step::exit(flush(system).value_or(status_));
    }

  private:
    struct Counts {
        std::int64_t lines = 0;
        std::int64_t words = 0;
        std::int64_t bytes = 0;
        std::int64_t characters = 0;
        bool in_word = false;
    };

    void count(const std::string& data) {
        now_.bytes += static_cast<std::int64_t>(data.size());
        if (which_.find_first_of("wm") == std::string::npos) {
            if (which_.find('l') != std::string::npos) now_.lines += count_newlines(data);
            return;
        }
        for (const char c : data) {
            const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
            now_.lines += c == '\n' ? 1 : 0;
            now_.words += !blank && !now_.in_word ? 1 : 0;
            now_.in_word = !blank;
            now_.characters += is_continuation_byte(c) ? 0 : 1;
        }
    }

    [[nodiscard]] std::vector<std::int64_t> wanted(const Counts& counts) const {
        std::vector<std::int64_t> out;
        const auto has = [&](char letter) { return which_.find(letter) != std::string::npos; };
        if (has('l')) out.push_back(counts.lines);
        if (has('w')) out.push_back(counts.words);
        if (has('m')) out.push_back(counts.characters);
        if (has('c')) out.push_back(counts.bytes);
        return out;
    }

    std::string which_;
    std::vector<std::string> files_;
    Counts now_;
    Counts total_;
    std::vector<std::pair<Counts, std::string>> rows_;
};

/// Ranges as cut has them: "1,3-5,7-".
struct Ranges {
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    bool complement = false;

    [[nodiscard]] bool has(std::size_t number) const {
        return complement != std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
            return number >= range.first && number <= range.second;
        });
    }
};

std::optional<Ranges> read_ranges(const std::string& text) {
    Ranges out;
    for (const std::string& part : split(text, ',')) {
        const std::size_t dash = part.find('-');
        std::int64_t first = 1;
        std::int64_t last = INT32_MAX;
        const std::string low = part.substr(0, dash);
        if (!low.empty() && (!parse_integer(low, first) || first < 1)) return std::nullopt;
        if (dash == std::string::npos) {
            last = first;
            if (low.empty()) return std::nullopt;
        } else {
            const std::string high = part.substr(dash + 1);
            if (!high.empty() && (!parse_integer(high, last) || last < first)) return std::nullopt;
            if (low.empty() && high.empty()) return std::nullopt;
        }
        out.ranges.emplace_back(static_cast<std::size_t>(first), static_cast<std::size_t>(last));
    }
    return out;
}

class Cut final : public Cloned<Cut, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(argv(),
                                             {"d:f:c:b:sO:\1",
                                              {{"delimiter", 'd'},
                                               {"fields", 'f'},
                                               {"characters", 'c'},
                                               {"bytes", 'b'},
                                               {"only-delimited", 's'},
                                              {"output-delimiter", 'O'},
                                              {"complement", '\1'}},
                                              "nz"},
                                             is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        fields_ = options.has('f');
        const std::string list = fields_            ? options.value('f')
                                 : options.has('c') ? options.value('c')
                                                    : options.value('b');
        const auto ranges = read_ranges(list);
        if (!ranges) {
            complain(system,
                     list.empty() ? "you must specify a list of bytes, characters, or fields"
                                  : fmt::format("invalid range: '{}'", list));
            if (is_gnu(system)) system.write(2, "Try 'cut --help' for more information.\n");
            return 1;
        }
        if (options.has('d')) {
            if (options.value('d').size() != 1) {
                complain(system, "the delimiter must be a single character");
                return 1;
            }
            delimiter_ = options.value('d').front();
        }
        ranges_ = *ranges;
        ranges_.complement = options.has('\1');
        only_delimited_ = options.has('s');
        joint_ = options.has('O') ? options.value('O') : std::string(1, delimiter_);
        input().set_files(options.operands);
        return std::nullopt;
    }

    bool line(System& /*system*/, const std::string& text) override {
        std::string chosen;
        if (!fields_) {
            for (std::size_t i = 0; i < text.size(); ++i) {
                if (ranges_.has(i + 1)) chosen += text[i];
            }
        } else if (text.find(delimiter_) == std::string::npos) {
            if (only_delimited_) return true;
            chosen = text;
        } else {
            const std::vector<std::string> parts = split(text, delimiter_);
            bool first = true;
            for (std::size_t i = 0; i < parts.size(); ++i) {
                if (!ranges_.has(i + 1)) continue;
                if (!std::exchange(first, false)) chosen += joint_;
                chosen += parts[i];
            }
        }
        out().add(chosen + "\n");
        return true;
    }

    int end(System& /*system*/) override { return status_; }

  private:
    Ranges ranges_;
    char delimiter_ = '\t';
    bool fields_ = false;
    bool only_delimited_ = false;
    std::string joint_;  ///< What the chosen fields are joined with.
};

class Uniq final : public Cloned<Uniq, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(
            argv(),
            {"cduif:s:w:",
             {{"count", 'c'}, {"repeated", 'd'}, {"unique", 'u'}, {"ignore-case", 'i'},
              {"skip-fields", 'f'}, {"skip-chars", 's'}, {"check-chars", 'w'}},
             "zD"},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        if (options.operands.size() > 1) {
            complain(system,
                     "Podium does not model uniq's output file; redirect the output instead");
            return 1;
        }
        for (const auto& [letter, value] : options.given) {
            std::int64_t number = 0;
            if (letter != 'f' && letter != 's' && letter != 'w') continue;
            if (!parse_integer(value, number) || number < 0) {
                complain(system, fmt::format("{}: invalid number of {} to {}", value, letter == 'f' ? "fields" : "bytes", letter == 'w' ? "compare" : "skip"));
                return 1;
            }
            (letter == 'f' ? skipped_fields_ : letter == 's' ? skipped_bytes_ : compared_bytes_) = static_cast<std::size_t>(number);
        }
        counts_ = options.has('c');
        repeated_ = options.has('d');
        unique_ = options.has('u');
        ignore_case_ = options.has('i');
        input().set_files(options.operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        if (count_ > 0 && compared(text) == compared(last_)) {
            ++count_;
            return true;
        }
        print(system);
        last_ = text;
        count_ = 1;
        return true;
    }

    int end(System& system) override {
        print(system);
        return status_;
    }

  private:
    /// The part of a line that counts.
    [[nodiscard]] std::string compared(const std::string& text) const {
        std::size_t at = 0;
        for (std::size_t i = 0; i < skipped_fields_ && at < text.size(); ++i) {
            at = std::min(text.find_first_not_of(" \t", at), text.size());
            at = std::min(text.find_first_of(" \t", at), text.size());
        }
        at = std::min(text.size(), at + std::min(skipped_bytes_, text.size()));
        std::string out = text.substr(at, compared_bytes_);
        return ignore_case_ ? lower(out) : out;
    }

    void print(System& /*system*/) {
        if (count_ == 0 || (repeated_ && count_ == 1) || (unique_ && count_ > 1)) return;
        out().add(counts_ ? fmt::format("{:7} {}\n", count_, last_) : last_ + "\n");
    }

    std::string last_;
    std::int64_t count_ = 0;
    std::size_t skipped_fields_ = 0;
    std::size_t skipped_bytes_ = 0;
    std::size_t compared_bytes_ = std::string::npos;
    bool counts_ = false;
    bool repeated_ = false;
    bool unique_ = false;
    bool ignore_case_ = false;
};

class Tac final : public Cloned<Tac, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(argv(), {"", {}, "brs"}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        input().set_files(options.operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        if (!hold(system, text.size() + sizeof text)) return false;
        lines_.push_back(text);
        return true;
    }

    int end(System& /*system*/) override {
        if (held_too_much()) return status_;
        std::reverse(lines_.begin(), lines_.end());
        for (const std::string& text : lines_)
            out().add(text + "\n");
        return status_;
    }

  private:
    std::vector<std::string> lines_;
};

}  // namespace

std::unique_ptr<shell::Program> make_wc(Start start) {
    return std::make_unique<WordCount>(std::move(start));
}

std::unique_ptr<shell::Program> make_cut(Start start) {
    return std::make_unique<Cut>(std::move(start));
}

std::unique_ptr<shell::Program> make_uniq(Start start) {
    return std::make_unique<Uniq>(std::move(start));
}

std::unique_ptr<shell::Program> make_tac(Start start) {
    return std::make_unique<Tac>(std::move(start));
}

}  // namespace podium::programs::small
