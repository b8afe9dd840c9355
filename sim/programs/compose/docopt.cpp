#include "sim/programs/compose/docopt.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/text.hpp"

namespace podium::programs::composing {
namespace {

using docker::Flag;
using docker::FlagKind;
using Words = std::vector<std::string>;

constexpr std::string_view kHelp = "help";

class DocoptReader {
  public:
    DocoptReader(std::span<const Flag> flags, std::span<const std::string> words)
        : flags_(flags), words_(words) {}

    Result<Words> read() {
        while (at_ < words_.size()) {
            const std::string& word = words_[at_];
            if (word == "--" || word.size() < 2 || word.front() != '-') break;
            ++at_;
            if (auto done = word[1] == '-' ? read_long(word) : read_letters(word); !done)
                return done.error();
        }
        out_.insert(out_.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
        return std::move(out_);
    }

  private:
    [[nodiscard]] std::vector<const Flag*> beginning_with(std::string_view name) const {
        std::vector<const Flag*> out;
        for (const Flag& flag : flags_) {
            if (flag.hidden || !flag.name.starts_with(name)) continue;
            if (flag.name == name) return {&flag};
            out.push_back(&flag);
        }
        return out;
    }

    [[nodiscard]] std::string near_option(std::string_view name) const {
        Words names;
        for (const Flag& flag : flags_) {
            if (!flag.hidden) names.emplace_back(flag.name);
        }
        const std::string found = nearest(name, names);
        return found.empty() ? found : "--" + found;
    }

    // The option's own value is the next word when it has none yet.
    Result<void> take_value(const Flag& flag, const std::string& shown, bool has_value) {
        if (flag.kind != FlagKind::List && !once_.insert(flag.name).second)
            return Error{fmt::format("{} is given twice", shown), {}, {}};
        if (flag.kind == FlagKind::Switch || has_value) return {};
        if (at_ == words_.size()) return Error{fmt::format("{} requires argument", shown), {}, {}};
        out_.push_back(words_[at_++]);
        return {};
    }

    Result<void> read_long(const std::string& word) {
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        if (name == kHelp) {
            out_.push_back(word);
            return {};
        }
        const std::vector<const Flag*> meant = beginning_with(name);
        if (meant.empty())
            return Error{fmt::format("unknown flag: --{}", name), {}, near_option(name)};
        if (meant.size() > 1)
            return Error{fmt::format("--{} is not a unique prefix: --{}, --{}?",
                                     name,
                                     meant[0]->name,
                                     meant[1]->name),
                         {},
                         {}};
        const Flag& flag = *meant.front();
        const bool has_value = equals != std::string::npos;
        if (flag.kind == FlagKind::Switch && has_value)
            return Error{fmt::format("--{} must not have an argument", flag.name), {}, {}};
        out_.push_back(
            fmt::format("--{}{}", flag.name, has_value ? word.substr(equals) : std::string()));
        return take_value(flag, fmt::format("--{}", flag.name), has_value);
    }

    Result<void> read_letters(const std::string& word) {
        out_.push_back(word);
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto flag = std::find_if(flags_.begin(), flags_.end(), [&](const Flag& one) {
                return one.letter == word[i];
            });
            const std::string shown = fmt::format("-{}", word[i]);
            if (flag == flags_.end()) {
                if (word[i] == 'h') continue;
                return Error{
                    fmt::format("unknown shorthand flag: '{}' in {}", word[i], word), {}, {}};
            }
            if (auto done = take_value(*flag, shown, i + 1 < word.size()); !done) return done;
            if (flag->kind != FlagKind::Switch) break;
        }
        return {};
    }

    std::span<const Flag> flags_;
    std::span<const std::string> words_;
    std::size_t at_ = 0;
    Words out_;
    std::set<std::string_view> once_;
};

}  // namespace

Result<Words> docopt_words(std::span<const Flag> flags, std::span<const std::string> words) {
    return DocoptReader(flags, words).read();
}

}  // namespace podium::programs::composing
