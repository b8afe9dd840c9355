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

/// "a-z\n[:digit:]" as the characters it stands for; nothing when it can't be read.
std::optional<std::string> read_set(const std::string& text) {
    std::string out;
    const auto add_range = [&](int first, int last) {
        for (int c = first; c <= last; ++c)
            out += static_cast<char>(static_cast<unsigned char>(c));
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.compare(i, 2, "[:") == 0) {
            const std::size_t end = text.find(":]", i);
            if (end == std::string::npos) return std::nullopt;
            const std::string name = text.substr(i + 2, end - i - 2);
            if (name == "digit")
                add_range('0', '9');
            else if (name == "lower")
                add_range('a', 'z');
            else if (name == "upper")
                add_range('A', 'Z');
            else if (name == "alpha" || name == "alnum") {
                if (name == "alnum") add_range('0', '9');
                add_range('A', 'Z');
                add_range('a', 'z');
            } else if (name == "space")
                out += "\t\n\v\f\r ";
            else if (name == "blank")
                out += "\t ";
            else if (name == "punct") {
                for (int c = '!'; c <= '~'; ++c) {
                    const bool word =
                        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                    if (!word) out += static_cast<char>(c);
                }
            } else
                return std::nullopt;
            i = end + 1;
            continue;
        }
        char c = text[i];
        if (c == '\\' && i + 1 < text.size()) {
            constexpr std::string_view kLetters = "ntrabfv\\";
            constexpr std::string_view kMeanings = "\n\t\r\a\b\f\v\\";
            const std::size_t which = kLetters.find(text[++i]);
            if (which != std::string_view::npos) {
                c = kMeanings[which];
            } else if (text[i] >= '0' && text[i] <= '7') {
                int value = 0;
                std::size_t digits = 0;
                while (digits < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7') {
                    value = value * 8 + (text[i++] - '0');
                    ++digits;
                }
                --i;
                c = static_cast<char>(static_cast<unsigned char>(value));
            } else {
                c = text[i];
            }
        }
        if (i + 2 < text.size() && text[i + 1] == '-') {
            const auto first = static_cast<unsigned char>(c);
            const auto last = static_cast<unsigned char>(text[i + 2]);
            if (last < first) return std::nullopt;
            add_range(first, last);
            i += 2;
        } else {
            out += c;
        }
    }
    return out;
}

class Translate final : public Cloned<Translate, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(
            argv(),
            {"dscC", {{"delete", 'd'}, {"squeeze-repeats", 's'}, {"complement", 'c'}}, "t"},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        deletes_ = options.has('d');
        squeezes_ = options.has('s');
        const bool complement = options.has('c') || options.has('C');
        const std::size_t wanted = (deletes_ != squeezes_) ? 1 : 2;
        if (options.operands.size() < wanted || options.operands.empty()) {
            complain(system,
                     options.operands.empty()
                         ? "missing operand"
                         : fmt::format("missing operand after '{}'", options.operands.front()));
            return 1;
        }
        auto from = read_set(options.operands[0]);
        auto to = read_set(options.operands.size() > 1 ? options.operands[1] : "");
        if (!from || !to) {
            complain(system, "invalid range or character class");
            return 1;
        }
        if (complement) {
            std::string others;
            for (int c = 0; c < 256; ++c) {
                const char character = static_cast<char>(static_cast<unsigned char>(c));
                if (from->find(character) == std::string::npos) others += character;
            }
            from = others;
        }
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
