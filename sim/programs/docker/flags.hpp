#pragma once

// The docker CLI's flags: one table per verb that drives parsing, help and completion alike.
// Parsing is that of pflag: -itd, -p8080:80, --name=x, --name x, `--`; the sentences of its errors
// are pflag's. A flag that exists in life and that Podium doesn't simulate is in the table too, and
// refused by name.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"

namespace podium::programs::docker {

enum class FlagKind : std::uint8_t {
    Switch,  ///< true or false; given without a value it is true.
    Text,
    Integer,
    Size,      ///< "64m"; kept as written.
    SwapSize,  ///< As Size, and -1.
    Decimal,   ///< CPUs, "0.5".
    Duration,  ///< As Go writes them.
    List,      ///< May be given again.
    Map,       ///< "name=value", may be given again.
    Filter,    ///< "name=value", may be given again.
    Mount,
    Network,
    Other,  ///< A kind of its own that only flags have that aren't simulated.
};

struct Flag {
    std::string_view name;
    char letter = 0;
    FlagKind kind = FlagKind::Switch;
    std::string_view help;
    std::string_view fallback = {};  ///< Its value when it isn't given, as help shows it.
    bool simulated = true;
    bool hidden = false;            ///< Not in the help.
    std::string_view same_as = {};  ///< Another spelling of this flag.
    /// What is wrong with a value; empty when nothing is. Null: no check beyond the kind's.
    std::string (*check)(const std::string& value) = nullptr;
    /// The engine's API from which on it exists ("1.44"), when ours is older: docker itself refuses
    /// it.
    std::string_view since_api = {};
    std::string_view kind_word = {};  ///< How help calls its value, when it isn't its kind's word.
};

/// The flags a person gave, in order, by the names in the table, and what is left.
class ParsedFlags {
  public:
    std::vector<std::pair<std::string_view, std::string>> given;
    std::vector<std::string> arguments;

    [[nodiscard]] bool has(std::string_view name) const;
    /// The last value given, else the fallback.
    [[nodiscard]] std::string text(std::string_view name, std::string_view fallback = {}) const;
    [[nodiscard]] bool on(std::string_view name, bool fallback = false) const;
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
    /// All values, in order.
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
};

/// Reads flags. With `interspersed`, flags may stand after other arguments; else the first argument
/// ends them. An Error's message is pflag's sentence ("unknown flag: --bogus"); its hint names a
/// flag that is near. --help is always known; -h too unless a flag has that letter.
Result<ParsedFlags> parse_flags(std::span<const Flag> flags,
                                std::span<const std::string> words,
                                bool interspersed);

/// The first flag given that Podium doesn't simulate, as it would be written; empty when there is
/// none. One that was given its own fallback changes nothing and doesn't count.
std::string unsimulated_flag(std::span<const Flag> flags, const ParsedFlags& parsed);

/// docker's sentences, a line each, about flags given that are too new for the engine's API; empty
/// when there are none.
std::string too_new_flags(std::span<const Flag> flags, const ParsedFlags& parsed);

/// The flags as pflag lists them, wrapped to 79 columns; a line end after each line.
std::string flag_usages(std::span<const Flag> flags);

/// "64m" as bytes as docker's go-units reads it, and its error sentence ("invalid size: 'x'").
bool parse_size(const std::string& text, std::int64_t& bytes);
/// "0.5" CPUs as billionths; the error is docker's sentence, empty when all is well.
std::string parse_cpus(const std::string& text, std::int64_t& nano_cpus);
/// Go's true and false words; false when it is none of them.
bool parse_switch(const std::string& text, bool& value);
/// Filters as the API takes them: {"status":{"running":true}}; empty when there are none.
std::string filters_json(const std::vector<std::string>& filters);
/// text in Go's %q.
std::string in_quotes(std::string_view text);

}  // namespace podium::programs::docker
