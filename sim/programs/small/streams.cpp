#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/defaults.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

// tr, tee, yes, seq: what streams are made of and led through.

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostSetBytes = 1'000'000;

/// One of the classes of the C locale; nothing for another name.
std::optional<std::string> characters_of(std::string_view name) {
    const auto is_digit = [](int c) { return c >= '0' && c <= '9'; };
    const auto is_upper = [](int c) { return c >= 'A' && c <= 'Z'; };
    const auto is_lower = [](int c) { return c >= 'a' && c <= 'z'; };
    const auto is_graph = [](int c) { return c > ' ' && c <= '~'; };
    const auto is_in = [&](int c) -> std::optional<bool> {
        if (name == "digit") return is_digit(c);
        if (name == "lower") return is_lower(c);
        if (name == "upper") return is_upper(c);
        if (name == "alpha") return is_upper(c) || is_lower(c);
        if (name == "alnum") return is_digit(c) || is_upper(c) || is_lower(c);
        if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
        if (name == "blank") return c == ' ' || c == '\t';
        if (name == "graph") return is_graph(c);
        if (name == "print") return is_graph(c) || c == ' ';
        if (name == "punct") return is_graph(c) && !is_digit(c) && !is_upper(c) && !is_lower(c);
        if (name == "cntrl") return c < ' ' || c == 0x7f;
        if (name == "xdigit") return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
        return std::nullopt;
    };
    if (!is_in(0)) return std::nullopt;
    std::string out;
    for (int c = 0; c < 256; ++c)
        if (*is_in(c)) out += static_cast<char>(static_cast<unsigned char>(c));
    return out;
}

/// Reads "a-z\n[:digit:]" as the characters it stands for. GNU's second set may have [c*N], and once [c*], which is as long as is wanted.
class SetReader {
  public:
    SetReader(const std::string& text, bool gnu) : text_(text), gnu_(gnu) {}

    Result<std::string> run() {
        while (at_ < text_.size() && error_.empty()) {
            if (looking_at("[:")) class_name();
            else if (looking_at("[=") && at_ + 5 <= text_.size() && text_.compare(at_ + 3, 2, "=]") == 0) out_ += text_[at_ + 2], at_ += 5;
            else if (!gnu_ || peek() != '[' || !repeat()) member();
            if (out_.size() > kMostSetBytes) error_ = "Podium's tr takes sets of up to a million characters";
        }
        if (!error_.empty()) return Error{error_, {}, {}};
        return out_;
    }

    [[nodiscard]] bool repeats() const { return repeats_; }

    /// With what [c*] stands for, so that it is as long as the first set.
    [[nodiscard]] std::string filled(std::size_t length) const {
        if (!fill_ || out_.size() >= length) return out_;
        return std::string(out_).insert(*fill_, length - out_.size(), filler_);
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    [[nodiscard]] bool looking_at(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }

    void class_name() {
        const std::size_t end = text_.find(":]", at_ + 2);
        if (end == std::string::npos) return member();
        const std::string name = text_.substr(at_ + 2, end - at_ - 2);
        const auto characters = characters_of(name);
        if (!characters) error_ = gnu_ ? fmt::format("invalid character class '{}'", name) : "invalid range or character class";
        out_ += characters.value_or(std::string());
        at_ = end + 2;
    }

    /// A character, which an escape may stand for.
    char character() {
        const char c = text_[at_++];
        if (c != '\\' || at_ >= text_.size()) return c;
        constexpr std::string_view kLetters = "ntrabfv\\";
        constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\";
        const std::size_t which = kLetters.find(text_[at_]);
        if (which != std::string_view::npos) return ++at_, kMeanings[which];
        if (text_[at_] < '0' || text_[at_] > '7') return text_[at_++];
        int value = 0;
        for (std::size_t digits = 0; digits < 3 && peek() >= '0' && peek() <= '7'; ++digits) value = value * 8 + (text_[at_++] - '0');
        return static_cast<char>(static_cast<unsigned char>(value));
    }

    void member() {
        const std::size_t begin = at_;
        const auto first = static_cast<unsigned char>(character());
        if (peek() != '-' || at_ + 1 >= text_.size()) {
            out_ += static_cast<char>(first);
            return;
        }
        ++at_;
        const auto last = static_cast<unsigned char>(character());
        if (last < first)
            error_ = gnu_ ? fmt::format("range-endpoints of '{}' are in reverse collating sequence order", text_.substr(begin, at_ - begin)) : "invalid range or character class";
        for (int c = first; c <= last; ++c) out_ += static_cast<char>(static_cast<unsigned char>(c));
    }

    /// [c*N] or [c*]; false where it is no such thing.
    bool repeat() {
        const std::size_t begin = at_++;
        const char c = at_ < text_.size() ? character() : '\0';
        const std::size_t end = text_.find(']', at_);
        std::int64_t count = 0;
        const std::string digits = peek() == '*' && end != std::string::npos ? text_.substr(at_ + 1, end - at_ - 1) : "x";
        for (const char digit : digits) {
            const int base = digits.starts_with('0') ? 8 : 10;
            if (digit < '0' || digit >= '0' + base) return at_ = begin, false;
            count = std::min<std::int64_t>(count * base + (digit - '0'), static_cast<std::int64_t>(kMostSetBytes) + 1);
        }
        repeats_ = true;
        at_ = end + 1;
        out_.append(static_cast<std::size_t>(count), c);
        if (count > 0) return true;
        if (fill_) error_ = "only one [c*] repeat construct may appear in string2";
        fill_ = out_.size();
        filler_ = c;
        return true;
    }

    const std::string& text_;
    bool gnu_;
    std::size_t at_ = 0;
    std::string out_;
    std::optional<std::size_t> fill_;
    char filler_ = '\0';
    bool repeats_ = false;
    std::string error_;
};

class Translate final : public Cloned<Translate, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const bool gnu = is_gnu(system);
        const Options options = read_options(argv(), {"dscCt", {{"delete", 'd'}, {"squeeze-repeats", 's'}, {"complement", 'c'}, {"truncate-set1", 't'}}}, gnu);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        deletes_ = options.has('d');
        squeezes_ = options.has('s');
        if (const auto status = check_operands(system, options.operands, gnu)) return status;
        SetReader first(options.operands[0], gnu);
        const std::string second_text = options.operands.size() > 1 ? options.operands[1] : "";
        SetReader second(second_text, gnu);
        auto from = first.run();
        auto to = second.run();
        const bool translates = !deletes_ && options.operands.size() > 1;
        std::string problem = !from ? from.error().message : !to ? to.error().message : "";
        if (problem.empty() && first.repeats()) problem = "the [c*] repeat construct may not appear in string1";
        if (problem.empty() && translates && second_text.empty() && !options.has('t')) problem = gnu ? "when not truncating set1, string2 must be non-empty" : "STRING2 cannot be empty";
        if (!problem.empty()) {
            complain(system, problem);
            return 1;
        }
        if (options.has('c') || options.has('C')) {
            std::string others;
            for (int c = 0; c < 256; ++c) {
                const char character = static_cast<char>(static_cast<unsigned char>(c));
                if (from->find(character) == std::string::npos) others += character;
            }
            from = others;
        }
        to = second.filled(from->size());
        if (options.has('t') && translates) from = from->substr(0, to->size());
        for (std::size_t i = 0; i < map_.size(); ++i)
            map_[i] = static_cast<char>(static_cast<unsigned char>(i));
        for (std::size_t i = 0; i < from->size(); ++i) {
            const auto at = static_cast<unsigned char>((*from)[i]);
            from_[at] = true;
            if (!deletes_ && !to->empty()) map_[at] = (*to)[std::min(i, to->size() - 1)];
        }
        const std::string& squeezed = to->empty() ? *from : *to;
        for (const char c : squeezed)
            squeezed_[static_cast<unsigned char>(c)] = true;
        input().set_files({});
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        out().add(translated(data));
        return flush(system);
    }

    Step end(System& /*system*/) override { return Step::exit(0); }

  private:
    std::optional<int> check_operands(System& system, const std::vector<std::string>& operands, bool gnu) {
        const std::size_t least = deletes_ == squeezes_ ? 2 : 1;
        const std::size_t most = deletes_ && !squeezes_ ? 1 : 2;
        std::string problem;
        std::string_view why;
        if (operands.empty()) {
            problem = "missing operand";
        } else if (operands.size() < least) {
            problem = fmt::format("missing operand after '{}'", operands.back());
            why = deletes_ ? "Two strings must be given when both deleting and squeezing repeats.\n" : "Two strings must be given when translating.\n";
        } else if (operands.size() > most && gnu) {
            problem = fmt::format("extra operand '{}'", operands[most]);
            if (operands.size() == 2) why = "Only one string may be given when deleting without squeezing repeats.\n";
        }
        if (problem.empty()) return std::nullopt;
        complain(system, problem);
        if (gnu) system.write(2, fmt::format("{}Try 'tr --help' for more information.\n", why));
        return 1;
    }

    std::string translated(const std::string& data) {
        std::string out;
        for (const char c : data) {
            const auto at = static_cast<unsigned char>(c);
            if (deletes_ && from_[at]) continue;
            const char now = map_[at];
            const bool again = squeezes_ && has_last_ && now == last_ &&
                               squeezed_[static_cast<unsigned char>(now)];
            if (again) continue;
            out += now;
            last_ = now;
            has_last_ = true;
        }
        return out;
    }

    std::array<char, 256> map_{};
    std::array<bool, 256> from_{};
    std::array<bool, 256> squeezed_{};
    bool deletes_ = false;
    bool squeezes_ = false;
    bool has_last_ = false;
    char last_ = '\0';
};

class Tee final : public Cloned<Tee, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options =
            read_options(argv(), {"a", {{"append", 'a'}}, "ip"}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        for (const std::string& file : options.operands) {
            int descriptor = -1;
            const auto mode = options.has('a') ? shell::OpenMode::Append : shell::OpenMode::Write;
            if (const Errno error = system.open(file, mode, descriptor); error != Errno::None) {
                complain(system, fmt::format("{}: {}", file, errno_text(error)));
                status_ = 1;
            } else {
                files_.emplace_back(descriptor, file);
            }
        }
        input().set_files({});
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        for (const auto& [descriptor, file] : files_) {
            if (const Errno error = system.write(descriptor, data); error != Errno::None) {
                complain(system, fmt::format("{}: {}", file, errno_text(error)));
                status_ = 1;
            }
        }
        out().add(data);
        return flush(system);
    }

    Step end(System& /*system*/) override { return Step::exit(status_); }

  private:
    std::vector<std::pair<int, std::string>> files_;
};

class Yes final : public Cloned<Yes, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (block_ == nullptr) block_ = std::make_shared<const std::string>(lines());
        const Errno error = system.write(1, *block_);
        if (error == Errno::BrokenPipe) return Step::exit(kBrokenPipeStatus);
        if (error != Errno::None) {
            complain(system, fmt::format("standard output: {}", errno_text(error)));
            return Step::exit(1);
        }
        return pace_.busy(system, block_->size());
    }

  private:
    [[nodiscard]] std::string lines() const {
        constexpr std::size_t kBytesAStep = model::kPipeCapacity;
        std::string text = argv().size() > 1 ? join(std::span(argv()).subspan(1), " ") : "y";
        text += '\n';
        std::string block;
        while (block.size() < kBytesAStep)
            block += text;
        return block;
    }

    std::shared_ptr<const std::string> block_;  // what a step writes; of copies of the run, too
    Pace pace_;
};

/// seq [-s STRING] [-w] [FIRST [STEP]] LAST, in whole numbers and decimals to a millionth.
class Sequence final : public Cloned<Sequence, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (!read(system)) return Step::exit(1);
        }
        std::size_t bytes = 0;
        while (bytes < kMostBytesAStep) {
            const bool over = increment_ > 0 ? next_ > last_ : next_ < last_;
            if (over) {
                if (!first_) output_.add("\n");
                return Step::exit(output_.flush(system, name()).value_or(0));
            }
            const std::string text =
                (std::exchange(first_, false) ? "" : separator_) + number(next_);
            bytes += text.size();
            output_.add(text);
            next_ += increment_;
        }
        const auto failed = output_.flush(system, name());
        return failed ? Step::exit(*failed) : Step::busy(kStepCost);
    }

  private:
    static constexpr std::int64_t kScale = 1'000'000;
    static constexpr std::size_t kMostDecimals = 6;

    bool read(System& system) {
        std::vector<std::string> numbers;
        for (std::size_t i = 1; i < argv().size(); ++i) {
            const std::string& word = argv()[i];
            if (word == "-w") {
                wide_ = true;
            } else if (word.starts_with("-s")) {
                if (word.size() == 2 && i + 1 >= argv().size()) {
                    complain(system, "option requires an argument -- 's'");
                    return false;
                }
                separator_ = word.size() > 2 ? word.substr(2) : argv()[++i];
            } else if (word == "-f") {
                complain(system, "Podium does not model the option -f");
                return false;
            } else {
                numbers.push_back(word);
            }
        }
        if (numbers.empty() || numbers.size() > 3) {
            complain(system,
                     numbers.empty() ? "missing operand"
                                     : fmt::format("extra operand '{}'", numbers[3]));
            return false;
        }
        std::vector<std::int64_t> values;
        for (const std::string& text : numbers) {
            std::int64_t value = 0;
            if (!read_number(text, value)) {
                complain(system, fmt::format("invalid floating point argument: '{}'", text));
                return false;
            }
            values.push_back(value);
        }
        next_ = values.size() > 1 ? values.front() : kScale;
        increment_ = values.size() > 2 ? values[1] : kScale;
        last_ = values.back();
        if (increment_ == 0) {
            complain(system, "invalid Zero increment value: '0'");
            return false;
        }
        if (wide_) width_ = std::max(number(next_).size(), number(last_).size());
        return true;
    }

    bool read_number(const std::string& text, std::int64_t& value) {
        constexpr std::size_t kMostDigits = 12;
        const bool negative = text.starts_with('-');
        const std::string plain = text.substr(negative ? 1 : 0);
        const std::size_t dot = std::min(plain.find('.'), plain.size());
        const std::string whole = plain.substr(0, dot);
        std::string decimals = dot < plain.size() ? plain.substr(dot + 1) : std::string();
        const auto digits = [](const std::string& part) {
            return part.find_first_not_of("0123456789") == std::string::npos;
        };
        if (plain.empty() || (whole.empty() && decimals.empty()) || !digits(whole) ||
            !digits(decimals))
            return false;
        if (whole.size() > kMostDigits || decimals.size() > kMostDecimals) return false;
        decimals_ = std::max(decimals_, decimals.size());
        decimals.resize(kMostDecimals, '0');
        std::int64_t units = 0;
        std::int64_t fraction = 0;
        if (!whole.empty()) parse_integer(whole, units);
        parse_integer(decimals, fraction);
        value = (units * kScale + fraction) * (negative ? -1 : 1);
        return true;
    }

    [[nodiscard]] std::string number(std::int64_t value) const {
        const std::int64_t positive = value < 0 ? -value : value;
        std::string text = fmt::format("{}", positive / kScale);
        if (decimals_ > 0)
            text += "." + fmt::format("{:06}", positive % kScale).substr(0, decimals_);
        const std::size_t sign = value < 0 ? 1 : 0;
        if (text.size() + sign < width_) text.insert(0, width_ - sign - text.size(), '0');
        return value < 0 ? "-" + text : text;
    }

    Output output_;
    std::string separator_ = "\n";
    std::int64_t next_ = 0;
    std::int64_t increment_ = 0;
    std::int64_t last_ = 0;
    std::size_t decimals_ = 0;
    std::size_t width_ = 0;
    bool wide_ = false;
    bool first_ = true;
};

}  // namespace

std::unique_ptr<shell::Program> make_tr(Start start) {
    return std::make_unique<Translate>(std::move(start));
}

std::unique_ptr<shell::Program> make_tee(Start start) {
    return std::make_unique<Tee>(std::move(start));
}

std::unique_ptr<shell::Program> make_yes(Start start) {
    return std::make_unique<Yes>(std::move(start));
}

std::unique_ptr<shell::Program> make_seq(Start start) {
    return std::make_unique<Sequence>(std::move(start));
}

}  // namespace podium::programs::small
