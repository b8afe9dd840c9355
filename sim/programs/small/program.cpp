#include "sim/programs/small/program.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"

namespace podium::programs::small {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

const char* find_letter(std::string_view letters, char letter) {
    const std::size_t at = letters.find(letter);
    return letter == ':' || at == std::string_view::npos ? nullptr : letters.data() + at;
}

bool takes_value(std::string_view letters, const char* letter) {
    return letter + 1 < letters.data() + letters.size() && letter[1] == ':';
}

/// "I::": the value is there only when it is written in the same word.
bool value_is_optional(std::string_view letters, const char* letter) {
    return letter + 2 < letters.data() + letters.size() && letter[1] == ':' && letter[2] == ':';
}

/// Reads one word of short options; true when it used up the next word as a value.
bool read_short(const std::string& word,
                const std::string* next,
                const OptionSyntax& syntax,
                bool gnu,
                Options& out) {
    for (std::size_t i = 1; i < word.size(); ++i) {
        const char letter = word[i];
        const char* known = find_letter(syntax.letters, letter);
        if (known == nullptr) {
            if (find_letter(syntax.unmodelled, letter) != nullptr) {
                out.problem = fmt::format("Podium does not model the option -{}", letter);
            } else {
                out.problem = gnu ? fmt::format("invalid option -- '{}'", letter)
                                  : fmt::format("unrecognized option: {}", letter);
            }
            return false;
        }
        if (!takes_value(syntax.letters, known)) {
            out.given.emplace_back(letter, "");
            continue;
        }
        if (i + 1 < word.size()) {
            out.given.emplace_back(letter, word.substr(i + 1));
            return false;
        }
        if (value_is_optional(syntax.letters, known)) {
            out.given.emplace_back(letter, "");
            continue;
        }
        if (next == nullptr) {
            out.problem = gnu ? fmt::format("option requires an argument -- '{}'", letter)
                              : fmt::format("option requires an argument: {}", letter);
            return false;
        }
        out.given.emplace_back(letter, *next);
        return true;
    }
    return false;
}

bool read_long(const std::string& word,
               const std::string* next,
               const OptionSyntax& syntax,
               bool gnu,
               Options& out) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto found = std::find_if(syntax.long_names.begin(),
                                    syntax.long_names.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (found == syntax.long_names.end()) {
        out.problem = gnu ? fmt::format("unrecognized option '--{}'", name)
                          : fmt::format("unrecognized option: {}", name);
        return false;
    }
    const char* known = find_letter(syntax.letters, found->second);
    if (known == nullptr || !takes_value(syntax.letters, known) ||
        value_is_optional(syntax.letters, known)) {
        out.given.emplace_back(found->second,
                               equals == std::string::npos ? "" : word.substr(equals + 1));
        return false;
    }
    if (equals != std::string::npos) {
        out.given.emplace_back(found->second, word.substr(equals + 1));
        return false;
    }
    if (next == nullptr) {
        out.problem = fmt::format("option '--{}' requires an argument", name);
        return false;
    }
    out.given.emplace_back(found->second, *next);
    return true;
}

}  // namespace

Step Pace::busy(System& system, std::size_t bytes, int output) {
    const auto part = static_cast<std::int64_t>(std::max<std::size_t>(bytes, 1));
    const Duration cost = nanoseconds(kStepCost.nanoseconds * part / static_cast<std::int64_t>(kMostBytesAStep));
    return busy(system, bytes, std::max(cost, microseconds(1)), output);
}

// What the engine needs for the lines that the log got since the last time.
Duration Pace::log_cost(ProcessContext& context, model::ContainerId container, std::size_t bytes) {
    const model::ContainerDetail& detail = context.world().detail(container);
    const std::uint64_t end = detail.log_dropped + detail.log.size();
    const auto lines = static_cast<std::int64_t>(log_end_ == 0 ? 0 : end - log_end_);
    log_end_ = end;
    log_lines_ += lines;
    return kLogLineCost * lines + microseconds(static_cast<std::int64_t>(bytes) / kLogBytesPerMicrosecond);
}

Step Pace::busy(System& system, std::size_t bytes, Duration cost, int output) {
    ProcessContext& context = ProcessContext::of(system);
    const model::Stream* stream = context.world().streams.find(context.stream_of(output));
    if (stream != nullptr && stream->kind == model::Stream::Kind::File) return Step::busy(cost);
    if (stream != nullptr && stream->kind == model::Stream::Kind::Log)
        cost = std::max(cost, log_cost(context, stream->container, bytes));
    bytes_ += static_cast<std::int64_t>(bytes);
    if (bytes_ >= kLevelBytes || log_lines_ >= kLevelLogLines) {
        bytes_ = log_lines_ = 0;
        slowdown_ = std::min(slowdown_ * 10, kMostSlowdown);
    }
    return Step::busy(nanoseconds(cost.nanoseconds * slowdown_));
}

bool is_gnu(System& system) {
    ProcessContext& context = ProcessContext::of(system);
    const model::ContainerId container = context.row().container;
    if (!container) return true;
    const model::BehaviourProfile* profile = context.world().detail(container).profile;
    return profile != nullptr && profile->has_program("dpkg");
}

void complain(System& system, std::string_view name, std::string_view text) {
    system.write(2, fmt::format("{}: {}\n", name, text));
}

std::string base_name(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

std::string path_below(const std::string& directory, const std::string& name) {
    return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

std::optional<int> Output::flush(System& system, std::string_view name) {
    if (text_.empty()) return std::nullopt;
    const Errno error = system.write(1, std::exchange(text_, {}));
    if (error == Errno::None) return std::nullopt;
    if (error == Errno::BrokenPipe) return kBrokenPipeStatus;
    complain(system, name, fmt::format("write error: {}", errno_text(error)));
    return 1;
}

bool Options::has(char letter) const {
    return std::any_of(
        given.begin(), given.end(), [&](const auto& entry) { return entry.first == letter; });
}

std::string Options::value(char letter) const {
    std::string out;
    for (const auto& [option, text] : given) {
        if (option == letter) out = text;
    }
    return out;
}

std::vector<std::string> Options::values(char letter) const {
    std::vector<std::string> out;
    for (const auto& [option, text] : given) {
        if (option == letter) out.push_back(text);
    }
    return out;
}

Options read_options(const std::vector<std::string>& argv, const OptionSyntax& syntax, bool gnu) {
    Options out;
    bool options_over = false;
    for (std::size_t i = 1; i < argv.size(); ++i) {
        const std::string& word = argv[i];
        if (options_over || word.size() < 2 || word.front() != '-') {
            out.operands.push_back(word);
            options_over = options_over || syntax.operands_end_options;
            continue;
        }
        if (word == "--") {
            options_over = true;
            continue;
        }
        const std::string* next = i + 1 < argv.size() ? &argv[i + 1] : nullptr;
        const bool used = word.starts_with("--") ? read_long(word, next, syntax, gnu, out)
                                                 : read_short(word, next, syntax, gnu, out);
        if (!out.problem.empty()) return out;
        if (used) ++i;
    }
    return out;
}

void complain_of_options(System& system, const std::string& name, const Options& options) {
    complain(system, name, options.problem);
    const bool known = options.problem.starts_with("Podium");
    if (is_gnu(system) && !known) {
        system.write(2, fmt::format("Try '{} --help' for more information.\n", name));
    }
}

void Tool::complain(std::string_view text, Errno error) {
    small::complain(system, name, fmt::format("{}: {}", text, errno_text(error)));
}

std::optional<Options> Tool::options(const OptionSyntax& syntax) {
    Options options = read_options(argv(), syntax, gnu);
    if (options.problem.empty()) return options;
    complain_of_options(system, name, options);
    return std::nullopt;
}

int Tool::missing_operand(std::string_view usage) {
    if (gnu) {
        complain("missing operand");
        system.write(2, fmt::format("Try '{} --help' for more information.\n", name));
    } else {
        system.write(2, fmt::format("Usage: {} {}\n", name, usage));
    }
    return 1;
}

Step OneStep::step(System& system) {
    Tool tool{system,
              ProcessContext::of(system),
              start_,
              base_name(start_.argv.front()),
              is_gnu(system),
              {}};
    const int status = function_(tool);
    const std::optional<int> failed = tool.output.flush(system, tool.name);
    return Step::exit(failed ? *failed : status);
}

shell::SpawnRequest child_request(const std::vector<std::string>& argv,
                                  const std::vector<std::string>& environment) {
    return {argv, environment, {{0, 0}, {1, 1}, {2, 2}}, false};
}

shell::Spawned spawn_child(System& system,
                           const std::vector<std::string>& argv,
                           const std::vector<std::string>& environment) {
    return system.spawn(child_request(argv, environment));
}

int complain_of_start(System& system,
                      const std::string& name,
                      const std::string& program,
                      Errno error) {
    if (error == Errno::NotModelled) {
        complain(system, name, fmt::format("Podium does not model the program '{}'", program));
        return 127;
    }
    if (is_gnu(system)) {
        complain(system,
                 name,
                 fmt::format("failed to run command '{}': {}", program, errno_text(error)));
    } else {
        complain(system, name, fmt::format("can't execute '{}': {}", program, errno_text(error)));
    }
    // The program does not know it, but who typed it may like to.
    static constexpr std::string_view kShellWords[] = {"alias", "case", "cd", "export", "for", "if", "set", "source", "unset", "until", "while", "[[", "{"};
    if (error == Errno::NoEntry && std::find(std::begin(kShellWords), std::end(kShellWords), program) != std::end(kShellWords)) {
        const bool bash = system.find_program("bash") == Errno::None;
        system.write(2, fmt::format("Podium: {} is a word of the shell and no program; write {} ... {} -c '{} ...'\n", program, name, bash ? "bash" : "sh", program));
    }
    return error == Errno::NoEntry ? 127 : 126;
}

std::optional<Duration> read_seconds(std::string_view text) {
    if (text == "infinity" || text == "inf") return kNever - Time{};
    std::int64_t unit = 1;
    if (!text.empty()) {
        switch (text.back()) {
            case 's':
                unit = 1;
                break;
            case 'm':
                unit = 60;
                break;
            case 'h':
                unit = 3600;
                break;
            case 'd':
                unit = 86'400;
                break;
            default:
                unit = 0;
                break;
        }
    }
    if (unit == 0) {
        unit = 1;
    } else if (!text.empty()) {
        text.remove_suffix(1);
    }
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, dot);
    const std::string_view decimals =
        dot == text.size() ? std::string_view() : text.substr(dot + 1);
    const auto is_number = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if ((whole.empty() && decimals.empty()) || !is_number(whole) || !is_number(decimals))
        return std::nullopt;
    constexpr std::size_t kMostDigits = 9;
    std::int64_t seconds = 0;
    if (whole.size() > kMostDigits) return kNever - Time{};
    if (!whole.empty()) parse_integer(whole, seconds);
    std::int64_t fraction = 0;
    for (std::size_t i = 0; i < kMostDigits; ++i)
        fraction = fraction * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
    // Below 2^63 for every nine-digit number of seconds and hours; days beyond that last for ever.
    if (seconds > INT64_MAX / (2 * unit * kNanosecondsPerSecond)) return kNever - Time{};
    return nanoseconds((seconds * kNanosecondsPerSecond + fraction) * unit);
}

std::optional<std::int64_t> read_size(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
        ++digits;
    std::int64_t number = 0;
    constexpr std::size_t kMostDigits = 18;
    if (digits == 0 || digits > kMostDigits || !parse_integer(text.substr(0, digits), number))
        return std::nullopt;

    struct Unit {
        std::string_view name;
        std::int64_t factor;
    };

    constexpr std::int64_t kKilo = 1000;
    for (const Unit& unit : {Unit{"", 1},
                             Unit{"c", 1},
                             Unit{"w", 2},
                             Unit{"b", 512},
                             Unit{"k", 1LL << 10},
                             Unit{"K", 1LL << 10},
                             Unit{"KiB", 1LL << 10},
                             Unit{"kB", kKilo},
                             Unit{"KB", kKilo},
                             Unit{"M", 1LL << 20},
                             Unit{"m", 1LL << 20},
                             Unit{"MiB", 1LL << 20},
                             Unit{"MB", kKilo * kKilo},
                             Unit{"G", 1LL << 30},
                             Unit{"g", 1LL << 30},
                             Unit{"GiB", 1LL << 30},
                             Unit{"GB", kKilo * kKilo * kKilo},
                             Unit{"T", 1LL << 40}}) {
        if (text.substr(digits) != unit.name) continue;
        if (number > INT64_MAX / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

}  // namespace podium::programs::small
