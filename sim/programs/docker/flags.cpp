#include "sim/programs/docker/flags.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "sim/base/go_numbers.hpp"
#include "sim/base/text.hpp"
#include "sim/base/time.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/json_text.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::string_view kHelp = "help";

const Flag* find_flag(std::span<const Flag> flags, std::string_view name) {
    const auto found = std::find_if(
        flags.begin(), flags.end(), [name](const Flag& flag) { return flag.name == name; });
    return found == flags.end() ? nullptr : &*found;
}

const Flag* find_letter(std::span<const Flag> flags, char letter) {
    const auto found = std::find_if(
        flags.begin(), flags.end(), [letter](const Flag& flag) { return flag.letter == letter; });
    return found == flags.end() ? nullptr : &*found;
}

std::string written(const Flag& flag) {
    return flag.letter == 0 ? fmt::format("--{}", flag.name)
                            : fmt::format("-{}, --{}", flag.letter, flag.name);
}

std::string wrong_value(const Flag& flag, const std::string& value) {
    std::int64_t number = 0;
    bool truth = false;
    switch (flag.kind) {
        case FlagKind::Switch:
            if (!parse_switch(value, truth))
                return fmt::format("strconv.ParseBool: parsing {}: invalid syntax",
                                   in_quotes(value));
            break;
        case FlagKind::Integer:
            if (const auto whole = parse_go_integer(value); !whole) return whole.error().message;
            break;
        case FlagKind::SwapSize:
            if (value == "-1") break;
            [[fallthrough]];
        case FlagKind::Size:
            if (!parse_size(value, number)) return fmt::format("invalid size: '{}'", value);
            break;
        case FlagKind::Decimal:
            if (std::string error = parse_cpus(value, number); !error.empty()) return error;
            break;
        case FlagKind::Duration:
            if (const auto duration = parse_go_duration(value); !duration)
                return duration.error().message;
            break;
        case FlagKind::Filter:
            if (!value.empty() && value.find('=') == std::string::npos)
                return "bad format of filter (expected name=value)";
            break;
        case FlagKind::Text:
        case FlagKind::List:
        case FlagKind::Map:
        case FlagKind::Mount:
        case FlagKind::Network:
        case FlagKind::Other:
            break;
    }
    return flag.check == nullptr ? std::string() : flag.check(value);
}

std::string near_flag(std::span<const Flag> flags, std::string_view name) {
    std::vector<std::string> names;
    for (const Flag& flag : flags) {
        if (!flag.hidden) names.emplace_back(flag.name);
    }
    const std::string found = nearest(name, names);
    return found.empty() ? found : "--" + found;
}

// Reads one verb's words from left to right.
class FlagReader {
  public:
    FlagReader(std::span<const Flag> flags, std::span<const std::string> words)
        : flags_(flags), words_(words) {}

    Result<ParsedFlags> read(bool interspersed) {
        while (at_ < words_.size()) {
            const std::string& word = words_[at_++];
            if (word == "--") break;
            if (word.size() < 2 || word.front() != '-') {
                parsed_.arguments.push_back(word);
                if (!interspersed) break;
                continue;
            }
            if (auto done = word[1] == '-' ? read_long(word) : read_letters(word); !done)
                return done.error();
        }
        parsed_.arguments.insert(parsed_.arguments.end(),
                                 words_.begin() + static_cast<std::ptrdiff_t>(at_),
                                 words_.end());
        return std::move(parsed_);
    }

  private:
    Result<void> set(const Flag& flag, std::string value) {
        if (const std::string wrong = wrong_value(flag, value); !wrong.empty()) {
            return Error{fmt::format("invalid argument {} for {} flag: {}",
                                     in_quotes(value),
                                     in_quotes(written(flag)),
                                     wrong),
                         {},
                         {}};
        }
        // One that was spelled otherwise is there by both names.
        if (!flag.same_as.empty()) parsed_.given.emplace_back(flag.name, value);
        parsed_.given.emplace_back(flag.same_as.empty() ? flag.name : flag.same_as,
                                   std::move(value));
        return {};
    }

    Result<void> read_long(const std::string& word) {
        const auto equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        if (name.empty() || name.front() == '-' || name.front() == '=')
            return Error{"bad flag syntax: " + word, {}, {}};
        const Flag* flag = find_flag(flags_, name);
        if (flag == nullptr) {
            if (name != kHelp) return Error{"unknown flag: --" + name, {}, near_flag(flags_, name)};
            parsed_.given.emplace_back(kHelp, "true");
            return {};
        }
        if (equals != std::string::npos) return set(*flag, word.substr(equals + 1));
        if (flag->kind == FlagKind::Switch) return set(*flag, "true");
        if (at_ == words_.size()) return Error{"flag needs an argument: --" + name, {}, {}};
        return set(*flag, words_[at_++]);
    }

    Result<void> read_letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Flag* flag = find_letter(flags_, word[i]);
            const std::string rest = word.substr(i + 1);
            if (flag == nullptr) {
                if (word[i] != 'h')
                    return Error{
                        fmt::format("unknown shorthand flag: '{}' in -{}", word[i], word.substr(i)),
                        {},
                        {}};
                parsed_.given.emplace_back(kHelp, "true");
                continue;
            }
            if (rest.size() > 1 && rest.front() == '=') return set(*flag, rest.substr(1));
            if (flag->kind == FlagKind::Switch) {
                if (auto done = set(*flag, "true"); !done) return done;
                continue;
            }
            if (!rest.empty()) return set(*flag, rest);
            if (at_ == words_.size()) {
                return Error{
                    fmt::format("flag needs an argument: '{}' in -{}", word[i], word.substr(i)),
                    {},
                    {}};
            }
            return set(*flag, words_[at_++]);
        }
        return {};
    }

    std::span<const Flag> flags_;
    std::span<const std::string> words_;
    std::size_t at_ = 0;
    ParsedFlags parsed_;
};

std::string_view kind_word(const Flag& flag) {
    if (!flag.kind_word.empty()) return flag.kind_word;
    switch (flag.kind) {
        case FlagKind::Switch:
            return "";
        case FlagKind::Text:
            return "string";
        case FlagKind::Integer:
            return "int";
        case FlagKind::Size:
        case FlagKind::SwapSize:
            return "bytes";
        case FlagKind::Decimal:
            return "decimal";
        case FlagKind::Duration:
            return "duration";
        case FlagKind::List:
            return "list";
        case FlagKind::Map:
            return "map";
        case FlagKind::Filter:
            return "filter";
        case FlagKind::Mount:
            return "mount";
        case FlagKind::Network:
            return "network";
        case FlagKind::Other:
            return "value";
    }
    return "";
}

// The first line of `text` that fits into `width`, where pflag lets a line run over by a few
// letters rather than break it; `text` keeps the rest.
std::string take_line(std::string& text, std::size_t width) {
    constexpr std::size_t kSlack = 5;
    const std::size_t newline = text.find('\n');
    std::size_t end = text.size();
    if (end > width) {
        end = text.find_last_of(" \t\n", width - kSlack - 1);
        if (end == std::string::npos || end == 0) end = text.size();
    }
    if (newline != std::string::npos && newline < end) end = newline;
    std::string line = text.substr(0, end);
    text.erase(0, std::min(text.size(), end + 1));
    return line;
}

}  // namespace

bool ParsedFlags::has(std::string_view name) const {
    return std::any_of(
        given.begin(), given.end(), [name](const auto& flag) { return flag.first == name; });
}

std::string ParsedFlags::text(std::string_view name, std::string_view fallback) const {
    for (auto flag = given.rbegin(); flag != given.rend(); ++flag) {
        if (flag->first == name) return flag->second;
    }
    return std::string(fallback);
}

bool ParsedFlags::on(std::string_view name, bool fallback) const {
    bool value = fallback;
    if (has(name)) parse_switch(text(name), value);
    return value;
}

std::int64_t ParsedFlags::integer(std::string_view name, std::int64_t fallback) const {
    if (!has(name)) return fallback;
    const auto value = parse_go_integer(text(name));
    return value ? *value : fallback;
}

std::vector<std::string> ParsedFlags::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [given_name, value] : given) {
        if (given_name == name) values.push_back(value);
    }
    return values;
}

Result<ParsedFlags> parse_flags(std::span<const Flag> flags,
                                std::span<const std::string> words,
                                bool interspersed) {
    return FlagReader(flags, words).read(interspersed);
}

std::string unsimulated_flag(std::span<const Flag> flags, const ParsedFlags& parsed) {
    for (const auto& [name, value] : parsed.given) {
        const Flag* flag = find_flag(flags, name);
        if (flag == nullptr || flag->simulated || !flag->since_api.empty()) continue;
        // Switched off is as not given.
        if (flag->kind == FlagKind::Switch && flag->fallback.empty() && value == "false") continue;
        if (flag->fallback.empty() || flag->fallback != value) return fmt::format("--{}", name);
    }
    return {};
}

std::string too_new_flags(std::span<const Flag> flags, const ParsedFlags& parsed) {
    std::set<std::string_view> names;
    for (const auto& [name, _] : parsed.given)
        names.insert(name);
    std::string out;
    for (const std::string_view name : names) {
        const Flag* flag = find_flag(flags, name);
        if (flag == nullptr || flag->since_api.empty()) continue;
        out += fmt::format(
            "{}\"--{}\" requires API version {}, but the Docker daemon API version is {}",
            out.empty() ? "" : "\n",
            name,
            flag->since_api,
            kEngineApiVersion);
    }
    return out;
}

std::string flag_usages(std::span<const Flag> flags) {
    constexpr std::size_t kColumns = 79;
    std::vector<const Flag*> shown;
    for (const Flag& flag : flags) {
        if (!flag.hidden && flag.since_api.empty()) shown.push_back(&flag);
    }
    std::sort(
        shown.begin(), shown.end(), [](const Flag* a, const Flag* b) { return a->name < b->name; });
    std::vector<std::string> heads;
    std::size_t widest = 0;
    for (const Flag* flag : shown) {
        std::string head = flag->letter == 0 ? "      --" : fmt::format("  -{}, --", flag->letter);
        head += flag->name;
        if (const std::string_view kind = kind_word(*flag); !kind.empty())
            head += fmt::format(" {}", kind);
        widest = std::max(widest, head.size());
        heads.push_back(std::move(head));
    }
    const std::size_t indent = widest + 3;
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        std::string text(shown[i]->help);
        if (!shown[i]->fallback.empty()) {
            const bool text_kind = shown[i]->kind == FlagKind::Text;
            text += fmt::format(
                " (default {})",
                text_kind ? in_quotes(shown[i]->fallback) : std::string(shown[i]->fallback));
        }
        std::string line = heads[i] + std::string(indent - heads[i].size(), ' ');
        do {
            out += line + take_line(text, kColumns - indent) + "\n";
            line.assign(indent, ' ');
        } while (!text.empty());
    }
    return out;
}

bool parse_size(const std::string& text, std::int64_t& bytes) {
    // go-units takes "64 m" and "64MiB" too, which parse_bytes knows but for the blank.
    std::string compact = text;
    if (const auto blank = compact.find(' '); blank != std::string::npos && blank > 0)
        compact.erase(blank, 1);
    return parse_bytes(compact, bytes) && bytes >= 0;
}

std::string parse_cpus(const std::string& text, std::int64_t& nano_cpus) {
    const std::string bad = fmt::format("failed to parse {} as a rational number", text);
    const auto point = text.find('.');
    const std::string whole_text = text.substr(0, point);
    std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
    const bool negative = whole_text.starts_with('-');
    if (whole_text.size() == (negative ? 1 : 0) && decimals.empty()) return bad;
    std::int64_t whole = 0;
    // The engine says what is too much; here it only has to fit.
    constexpr std::int64_t kMost = 9'000'000'000;
    if (whole_text.find_first_not_of("0123456789", negative ? 1 : 0) !=
        std::string::npos)
        return bad;
    if (whole_text.size() > (negative ? 1 : 0) && !parse_integer(whole_text, whole))
        whole = negative ? -kMost : kMost;
    whole = std::clamp<std::int64_t>(whole, -kMost, kMost);
    if (decimals.find_first_not_of("0123456789") != std::string::npos) return bad;
    while (decimals.size() > 9 && decimals.back() == '0')
        decimals.pop_back();
    if (decimals.size() > 9) return "value is too precise";
    decimals.resize(9, '0');
    std::int64_t billionths = 0;
    parse_integer(decimals, billionths);
    nano_cpus = whole * 1'000'000'000 + (negative ? -billionths : billionths);
    return {};
}

bool parse_switch(const std::string& text, bool& value) {
    for (const std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
        if (text == word) {
            value = true;
            return true;
        }
    }
    for (const std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
        if (text == word) {
            value = false;
            return true;
        }
    }
    return false;
}

std::string filters_json(const std::vector<std::string>& filters) {
    std::map<std::string, std::set<std::string>> by_name;
    for (const std::string& filter : filters) {
        const auto equals = filter.find('=');
        if (equals == std::string::npos) continue;
        by_name[lower(trim(std::string_view(filter).substr(0, equals)))].emplace(
            trim(std::string_view(filter).substr(equals + 1)));
    }
    if (by_name.empty()) return {};
    std::string out = "{";
    for (const auto& [name, values] : by_name) {
        out += fmt::format("{}{}:{{", out.size() > 1 ? "," : "", format::json_string(name));
        bool first = true;
        for (const std::string& value : values) {
            out += fmt::format("{}{}:true", first ? "" : ",", format::json_string(value));
            first = false;
        }
        out += "}";
    }
    return out + "}";
}

std::string in_quotes(std::string_view text) {
    return format::go_quote(text);
}

}  // namespace podium::programs::docker
