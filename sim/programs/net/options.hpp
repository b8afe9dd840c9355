#pragma once

// Command-line options as getopt_long and curl read them, from a table. The program itself says what
// is wrong, in its own words.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podium::programs::net {

struct OptionRule {
    char letter = 0;           ///< 0: it has only a name.
    std::string_view name;     ///< Without the two dashes; empty: it has only a letter.
    bool takes_value = false;
    bool modelled = true;      ///< False: the real program knows it, Podium does not model it.
};

struct Option {
    const OptionRule* rule = nullptr;
    std::string value;
    std::string given;  ///< As it was typed: "-o", "--output".

    [[nodiscard]] bool is(char letter) const { return rule->letter == letter; }
    [[nodiscard]] bool is(std::string_view name) const { return rule->name == name; }
};

struct OptionMistake {
    enum class Kind : std::uint8_t { Unknown, Ambiguous, NoValue, UnexpectedValue, NotModelled };
    Kind kind = Kind::Unknown;
    std::string given;
};

struct Options {
    std::vector<Option> options;         ///< In order.
    std::vector<std::string> arguments;  ///< What is not an option.
    std::vector<std::size_t> argument_places;  ///< How many options stood before each argument.
    std::optional<OptionMistake> mistake;      ///< The first one; nothing after it was read.

    [[nodiscard]] bool has(char letter) const;
    [[nodiscard]] bool has(std::string_view name) const;
    /// The last value given, or nothing.
    [[nodiscard]] std::optional<std::string> value(char letter) const;
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
};

/// Reads argv[1] and on. `stop_early`: the first argument ends the options (ssh, sudo, busybox).
Options parse_options(std::span<const std::string> argv, std::span<const OptionRule> rules, bool stop_early = false);

/// Seconds with decimals ("1.5") in integer arithmetic; nothing when it is no such number.
std::optional<std::int64_t> parse_decimal_nanoseconds(std::string_view text);

}  // namespace podium::programs::net
