#include "sim/programs/compose_file/reader.hpp"

#include <charconv>
#include <fmt/format.h>
#include <map>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/command.hpp"

namespace podium::compose {

void Reader::fail(std::string message, const Place& place, std::string hint) {
    if (!error_) error_ = Error{std::move(message), place, std::move(hint)};
}

void Reader::fail_for_engine(std::string message, const Place& place, std::string hint) {
    if (!configuration_only_) fail(std::move(message), place, std::move(hint));
}

void Reader::warn(std::string sentence, const Place& place, bool own) {
    warnings_->push_back({std::move(sentence), place, own});
}

std::string Reader::at(const Path& path, std::string_view key) const {
    return path_text(path_of(path, key));
}

std::string Reader::text(const Node& mapping, std::string_view key) {
    const Node* node = mapping.find(key);
    return node == nullptr || !node->is_scalar() ? std::string() : node->text;
}

std::optional<bool> Reader::optional_boolean(const Node& mapping,
                                             std::string_view key,
                                             const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    const std::string word = lower(node->text);
    for (const std::string_view yes : {"true", "yes", "y", "on", "1"}) {
        if (word == yes) return true;
    }
    for (const std::string_view no : {"false", "no", "n", "off", "0"}) {
        if (word == no) return false;
    }
    fail(fmt::format("{}: invalid boolean: {}", at(path, key), node->text),
         node->place,
         "write true or false");
    return std::nullopt;
}

bool Reader::boolean(const Node& mapping, std::string_view key, const Path& path, bool otherwise) {
    return optional_boolean(mapping, key, path).value_or(otherwise);
}

std::optional<std::int64_t> Reader::integer(const Node& mapping,
                                            std::string_view key,
                                            const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    std::int64_t value = 0;
    if (parse_integer(node->text, value)) return value;
    fail_for_engine(fmt::format("{}: '{}' is not a whole number", at(path, key), node->text),
         node->place,
         "write a number without a unit or a fraction");
    return std::nullopt;
}

std::optional<std::int64_t> Reader::nano(const Node& mapping,
                                         std::string_view key,
                                         const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    // Decimal digits are taken one by one, so that 0.1 is exactly 100,000,000.
    constexpr std::int64_t kMaximum = 1'000'000;
    const std::string& written = node->text;
    const std::size_t dot = written.find('.');
    const std::string whole = written.substr(0, dot);
    std::string fraction = dot == std::string::npos ? "" : written.substr(dot + 1);
    std::int64_t units = 0;
    std::int64_t rest = 0;
    const bool digits = fraction.find_first_not_of("0123456789") == std::string::npos;
    if (digits && (whole.empty() || (whole[0] != '-' && parse_integer(whole, units))) &&
        units <= kMaximum && !(whole.empty() && fraction.empty())) {
        if (fraction.size() > 9 && dialect_ == Dialect::V1) {
            fail("cpus must have nine or less digits after decimal point",
                 node->place,
                 "write fewer digits");
            return std::nullopt;
        }
        fraction.resize(9, '0');
        parse_integer(fraction, rest);
        return units * 1'000'000'000 + rest;
    }
    fail(fmt::format("{}: '{}' is not a number of CPUs", at(path, key), written),
         node->place,
         "write it like 0.5 or 2");
    return std::nullopt;
}

double Reader::number(const Node& mapping,
                      std::string_view key,
                      const Path& path,
                      double otherwise) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return otherwise;
    double value = 0;
    const char* end = node->text.data() + node->text.size();
    const auto [stop, error] = std::from_chars(node->text.data(), end, value);
    if (error == std::errc{} && stop == end) return value;
    fail(fmt::format("{}: '{}' is not a number", at(path, key), node->text),
         node->place,
         "write it like 0.5");
    return otherwise;
}

std::optional<std::int64_t> Reader::bytes(const Node& mapping,
                                          std::string_view key,
                                          const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    std::int64_t value = 0;
    if (parse_bytes(node->text, value)) return value;
    fail_for_engine(fmt::format("{}: invalid size: '{}'", at(path, key), node->text),
         node->place,
         "write it like 512m, 1.5g or 67108864");
    return std::nullopt;
}

std::optional<Duration> Reader::duration(const Node& mapping,
                                         std::string_view key,
                                         const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    const Result<Duration> parsed = parse_duration(node->text, dialect_ == Dialect::V2);
    if (parsed) return *parsed;
    fail(fmt::format("{}: {}", at(path, key), parsed.error().message),
         node->place,
         parsed.error().hint);
    return std::nullopt;
}

std::vector<std::string> Reader::list(const Node& mapping, std::string_view key) {
    std::vector<std::string> out;
    const Node* node = mapping.find(key);
    if (node == nullptr) return out;
    if (node->is_scalar()) out.push_back(node->text);
    for (const Node& item : node->items)
        out.push_back(item.text);
    return out;
}

std::vector<EnvironmentVariable> Reader::variables(const Node& mapping, std::string_view key) {
    std::vector<EnvironmentVariable> out;
    const Node* node = mapping.find(key);
    if (node == nullptr) return out;
    std::map<std::string, std::size_t> position;
    const auto put =
        [&](const std::string& name, std::optional<std::string> value, const Place& place) {
            const auto [there, is_new] = position.emplace(name, out.size());
            if (is_new) out.emplace_back();
            out[there->second] = {name, std::move(value), place};
        };
    for (const Entry& entry : node->entries) {
        put(entry.key,
            entry.value.is_null() ? std::nullopt : std::optional(entry.value.text),
            entry.place);
    }
    for (const Node& item : node->items) {
        const std::size_t equals = item.text.find('=');
        put(item.text.substr(0, equals),
            equals == std::string::npos ? std::nullopt
                                        : std::optional(item.text.substr(equals + 1)),
            item.place);
    }
    return out;
}

std::vector<Pair> Reader::pairs(const Node& mapping, std::string_view key) {
    std::vector<Pair> out;
    for (EnvironmentVariable& variable : variables(mapping, key)) {
        out.push_back(
            {std::move(variable.name), variable.value.value_or(""), std::move(variable.place)});
    }
    return out;
}

std::optional<std::vector<std::string>> Reader::command(const Node& mapping,
                                                        std::string_view key,
                                                        const Path& path) {
    const Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return std::nullopt;
    if (node->is_sequence()) return list(mapping, key);
    SplitCommand split = split_command(node->text, dialect_);
    if (!split.problem.empty()) {
        fail(fmt::format("{}: {}", at(path, key), split.problem),
             node->place,
             "close quotes and brackets, or write the command as a list");
        return std::nullopt;
    }
    if (!split.cut_text.empty()) {
        warn(fmt::format("{}: Docker Compose drops '{}': a command is no shell line; write it as "
                         "sh -c '...'",
                         at(path, key),
                         split.cut_text),
             node->place,
             true);
    }
    return std::move(split.words);
}

}  // namespace podium::compose
