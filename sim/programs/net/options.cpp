#include "sim/programs/net/options.hpp"

#include <algorithm>

#include "sim/base/text.hpp"

namespace podium::programs::net {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds = 1'000'000'000;

using Kind = OptionMistake::Kind;

// The rule of a long name: itself, or the only one that begins so.
const OptionRule* rule_named(std::span<const OptionRule> rules, std::string_view name, bool& ambiguous) {
    const OptionRule* found = nullptr;
    ambiguous = false;
    for (const OptionRule& rule : rules) {
        if (rule.name.empty() || !rule.name.starts_with(name)) continue;
        if (rule.name == name) {
            ambiguous = false;
            return &rule;
        }
        ambiguous = found != nullptr;
        if (found == nullptr) found = &rule;
    }
    return ambiguous ? nullptr : found;
}

class Reader {
  public:
    Reader(std::span<const std::string> argv, std::span<const OptionRule> rules) : argv_(argv), rules_(rules) {}

    Options read(bool stop_early) {
        for (next_ = 1; next_ < argv_.size() && !out_.mistake; ++next_) {
            const std::string& word = argv_[next_];
            if (word == "--") {
                ++next_;
                break;
            }
            if (word.size() < 2 || word.front() != '-') {
                if (stop_early) break;
                add_argument(word);
            } else if (word[1] == '-') {
                read_long(word);
            } else {
                read_letters(word);
            }
        }
        for (; next_ < argv_.size() && !out_.mistake; ++next_) add_argument(argv_[next_]);
        return std::move(out_);
    }

  private:
    void add_argument(const std::string& word) {
        out_.arguments.push_back(word);
        out_.argument_places.push_back(out_.options.size());
    }

    void fail(Kind kind, std::string given) { out_.mistake = OptionMistake{kind, std::move(given)}; }

    bool take_value(std::string& value, const std::string& given) {
        if (next_ + 1 >= argv_.size()) {
            fail(Kind::NoValue, given);
            return false;
        }
        value = argv_[++next_];
        return true;
    }

    void add(const OptionRule& rule, std::string value, std::string given) {
        if (!rule.modelled) {
            fail(Kind::NotModelled, std::move(given));
            return;
        }
        out_.options.push_back({&rule, std::move(value), std::move(given)});
    }

    void read_long(const std::string& word) {
        const auto equals = word.find('=');
        const std::string given = word.substr(0, equals);
        bool ambiguous = false;
        const OptionRule* rule = rule_named(rules_, std::string_view(given).substr(2), ambiguous);
        if (rule == nullptr) {
            fail(ambiguous ? Kind::Ambiguous : Kind::Unknown, given);
            return;
        }
        std::string value;
        if (equals != std::string::npos) {
            if (!rule->takes_value) {
                fail(Kind::UnexpectedValue, given);
                return;
            }
            value = word.substr(equals + 1);
        } else if (rule->takes_value && !take_value(value, given)) {
            return;
        }
        add(*rule, std::move(value), given);
    }

    void read_letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size() && !out_.mistake; ++i) {
            const std::string given{'-', word[i]};
            const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const OptionRule& candidate) { return candidate.letter == word[i]; });
            if (rule == rules_.end()) {
                fail(Kind::Unknown, given);
                return;
            }
            if (!rule->takes_value) {
                add(*rule, {}, given);
                continue;
            }
            std::string value = word.substr(i + 1);
            if (value.empty() && !take_value(value, given)) return;
            add(*rule, std::move(value), given);
            return;
        }
    }

    std::span<const std::string> argv_;
    std::span<const OptionRule> rules_;
    std::size_t next_ = 1;
    Options out_;
};

}  // namespace

bool Options::has(char letter) const {
    return std::any_of(options.begin(), options.end(), [letter](const Option& option) { return option.is(letter); });
}

bool Options::has(std::string_view name) const {
    return std::any_of(options.begin(), options.end(), [name](const Option& option) { return option.is(name); });
}

std::optional<std::string> Options::value(char letter) const {
    const auto found = std::find_if(options.rbegin(), options.rend(), [letter](const Option& option) { return option.is(letter); });
    return found == options.rend() ? std::nullopt : std::optional(found->value);
}

std::optional<std::string> Options::value(std::string_view name) const {
    const auto found = std::find_if(options.rbegin(), options.rend(), [name](const Option& option) { return option.is(name); });
    return found == options.rend() ? std::nullopt : std::optional(found->value);
}

Options parse_options(std::span<const std::string> argv, std::span<const OptionRule> rules, bool stop_early) { return Reader(argv, rules).read(stop_early); }

std::optional<std::int64_t> parse_decimal_nanoseconds(std::string_view text) {
    const auto point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    std::int64_t seconds = 0;
    if (whole.empty() && point == std::string_view::npos) return std::nullopt;
    if (!whole.empty() && (!parse_integer(whole, seconds) || seconds < 0 || seconds > kMostSeconds)) return std::nullopt;
    std::int64_t nanoseconds = 0;
    if (point != std::string_view::npos) {
        std::int64_t unit = kNanosecondsPerSecond / 10;
        for (const char digit : text.substr(point + 1)) {
            if (digit < '0' || digit > '9') return std::nullopt;
            nanoseconds += unit * (digit - '0');
            unit /= 10;
        }
    }
    return seconds * kNanosecondsPerSecond + nanoseconds;
}

}  // namespace podium::programs::net
