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

/// A range of cut's list, from 1; both ends are chosen.
struct CutRange {
    std::size_t low = 1;
    std::size_t high = std::string::npos;
};

/// Reads cut's list, "1,3-5,7-", and puts it in order, ranges that overlap as one (coreutils, src/set-fields.c; busybox, coreutils/cut.c).
class CutList {
  public:
    CutList(const std::string& text, bool fields, bool gnu) : text_(text), fields_(fields), gnu_(gnu) {}

    Result<std::vector<CutRange>> run() {
        std::size_t at = 0;
        while (at <= text_.size() && error_.empty()) {
            const std::size_t end = std::min(text_.find_first_of(gnu_ ? ", \t" : ",", at), text_.size());
            if (gnu_ || end > at) one(text_.substr(at, end - at), at);
            at = end + 1;
        }
        if (error_.empty() && ranges_.empty()) error_ = "missing list of positions";
        if (!error_.empty()) return Error{error_, {}, {}};
        std::sort(ranges_.begin(), ranges_.end(), [](const CutRange& one, const CutRange& other) { return one.low < other.low; });
        std::vector<CutRange> out;
        for (const CutRange& range : ranges_) {
            if (!out.empty() && range.low <= out.back().high)
                out.back().high = std::max(out.back().high, range.high);
            else
                out.push_back(range);
        }
        return out;
    }

  private:
    void one(const std::string& part, std::size_t at) {
        const std::size_t dash = part.find('-');
        CutRange range;
        const std::string low = part.substr(0, dash);
        const std::string high = dash == std::string::npos ? low : part.substr(dash + 1);
        if (gnu_ && dash == std::string::npos && part.empty()) return begins_at_one();
        if (!low.empty() && !number(low, at, range.low)) return;
        if (gnu_ && !low.empty() && range.low == 0) return begins_at_one();
        if (gnu_ && high.find('-') != std::string::npos) error_ = fields_ ? "invalid field range" : "invalid byte or character range";
        if (gnu_ && low.empty() && high.empty()) error_ = "invalid range with no endpoint: -";
        if (!high.empty() && error_.empty() && !number(high, at + dash + 1, range.high)) return;
        if (error_.empty() && range.high < range.low) error_ = gnu_ ? "invalid decreasing range" : fmt::format("{}<{}", range.high, range.low - 1);
        ranges_.push_back(range);
    }

    void begins_at_one() { error_ = fields_ ? "fields are numbered from 1" : "byte/character positions are numbered from 1"; }

    bool number(const std::string& digits, std::size_t at, std::size_t& out) {
        std::int64_t value = 0;
        const std::size_t wrong = digits.find_first_not_of("0123456789");
        if (wrong == std::string::npos && parse_integer(digits, value)) {
            out = static_cast<std::size_t>(value);
            return true;
        }
        if (!gnu_)
            error_ = fmt::format("invalid number '{}'", digits);
        else if (wrong == std::string::npos)
            error_ = fmt::format("{} '{}' is too large", fields_ ? "field number" : "byte/character offset", digits);
        else
            error_ = fmt::format("{} '{}'", fields_ ? "invalid field value" : "invalid byte/character position", text_.substr(at + wrong));
        return false;
    }

    const std::string& text_;
    bool fields_;
    bool gnu_;
    std::vector<CutRange> ranges_;
    std::string error_;
};

/// What a list of ranges in order leaves out.
std::vector<CutRange> complement_of(const std::vector<CutRange>& ranges) {
    std::vector<CutRange> out;
    std::size_t next = 1;
    for (const CutRange& range : ranges) {
        if (range.low > next) out.push_back({next, range.low - 1});
        if (range.high == std::string::npos) return out;
        next = range.high + 1;
    }
    out.push_back({next, std::string::npos});
    return out;
}

class Cut final : public Cloned<Cut, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const bool gnu = is_gnu(system);
        // The letters that can't be typed stand for long options without one.
        OptionSyntax syntax{"d:f:c:b:sO:n", {}, "DF"};
        if (gnu) {
            syntax = {"d:f:c:b:sn\2:\1",
                      {{"delimiter", 'd'}, {"fields", 'f'}, {"characters", 'c'}, {"bytes", 'b'}, {"only-delimited", 's'}, {"output-delimiter", '\2'}, {"complement", '\1'}},
                      "z"};
        }
        const Options options = read_options(argv(), syntax, gnu);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        const auto lists = std::count_if(options.given.begin(), options.given.end(), [](const auto& each) { return std::string_view("fcb").find(each.first) != std::string_view::npos; });
        fields_ = options.has('f');
        if (lists == 0) return refuse(system, gnu ? "you must specify a list of bytes, characters, or fields" : "expected a list of bytes, characters, or fields");
        if (gnu && lists > 1) return refuse(system, "only one list may be specified");
        const auto list = CutList(fields_ ? options.value('f') : options.has('c') ? options.value('c') : options.value('b'), fields_, gnu).run();
        if (options.has('d') && gnu && options.value('d').size() > 1) return refuse(system, "the delimiter must be a single character");
        if (options.has('d') && !fields_) return refuse(system, gnu ? "an input delimiter may be specified only when operating on fields" : "a delimiter may be specified only when operating on fields");
        if (options.has('s') && !fields_) return refuse(system, fmt::format("suppressing non-delimited lines makes sense{}only when operating on fields", gnu ? "\n\t" : " "));
        if (!list) return refuse(system, list.error().message);
        if (options.has('d')) delimiter_ = (options.value('d') + '\0').front();
        ranges_ = options.has('\1') ? complement_of(*list) : *list;
        only_delimited_ = options.has('s');
        const char joint = gnu ? '\2' : 'O';
        // Of an empty one GNU's takes the zero that ends it in C.
        if (options.has(joint))
            joint_ = gnu && options.value(joint).empty() ? std::string(1, '\0') : options.value(joint);
        else if (fields_)
            joint_ = std::string(1, delimiter_);
        input().set_files(options.operands);
        return std::nullopt;
    }

    bool line(System& /*system*/, const std::string& text) override {
        if (!fields_) {
            out().add(bytes_of(text) + "\n");
        } else if (text.find(delimiter_) != std::string::npos) {
            out().add(fields_of(text) + "\n");
        } else if (!only_delimited_) {
            out().add(text + "\n");
        }
        return true;
    }

    int end(System& /*system*/) override { return status_; }

  private:
    std::optional<int> refuse(System& system, const std::string& sentence) {
        complain(system, sentence);
        if (is_gnu(system)) system.write(2, "Try 'cut --help' for more information.\n");
        return 1;
    }

    [[nodiscard]] std::string bytes_of(const std::string& text) const {
        std::string chosen;
        for (const CutRange& range : ranges_) {
            if (range.low > text.size()) break;
            if (range.high == 0) continue;
            const std::size_t begin = std::max<std::size_t>(range.low, 1) - 1;
            if (!chosen.empty()) chosen += joint_;
            chosen += text.substr(begin, range.high - begin);
        }
        return chosen;
    }

    [[nodiscard]] std::string fields_of(const std::string& text) const {
        std::string chosen;
        bool first = true;
        std::size_t number = 0;
        auto range = ranges_.begin();
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find(delimiter_, at), text.size());
            ++number;
            while (range != ranges_.end() && range->high < number) ++range;
            if (range == ranges_.end()) break;
            if (number >= range->low) {
                if (!std::exchange(first, false)) chosen += joint_;
                chosen.append(text, at, end - at);
            }
            at = end + 1;
        }
        return chosen;
    }

    std::vector<CutRange> ranges_;
    char delimiter_ = '\t';
    bool fields_ = false;
    bool only_delimited_ = false;
    std::string joint_;  ///< What the chosen fields or ranges are joined with.
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
