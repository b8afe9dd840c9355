#include "sim/model/catalogue_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"

namespace podium::model {
namespace {

struct SizeUnit {
    std::string_view name;
    std::int64_t bytes;
};

constexpr SizeUnit kSizeUnits[] = {{"", 1},
                                   {"B", 1},
                                   {"kB", 1'000},
                                   {"MB", 1'000'000},
                                   {"GB", 1'000'000'000},
                                   {"KiB", 1LL << 10},
                                   {"MiB", 1LL << 20},
                                   {"GiB", 1LL << 30}};

// "78.1MB"; false when it is no size.
bool parse_size(std::string_view text, std::int64_t& out) {
    const auto unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto point = text.substr(0, unit_at).find('.');
    std::int64_t whole = 0;
    if (!parse_integer(text.substr(0, std::min(point, unit_at)), whole) || whole < 0) return false;
    Int128 scale = 1;
    std::int64_t fraction = 0;
    if (point != std::string_view::npos) {
        const std::string_view digits = text.substr(point + 1, unit_at - point - 1);
        if (digits.size() > 9 || !parse_integer(digits, fraction)) return false;
        for (std::size_t i = 0; i < digits.size(); ++i) scale *= 10;
    }
    for (const SizeUnit& unit : kSizeUnits) {
        if (unit.name != text.substr(unit_at)) continue;
        const Int128 bytes = Int128{whole} * unit.bytes + Int128{fraction} * unit.bytes / scale;
        if (bytes > INT64_MAX) return false;
        out = static_cast<std::int64_t>(bytes);
        return true;
    }
    return false;
}

}  // namespace

void CatalogueReader::fail(const YAML::Node& at, std::string message, std::string hint) {
    if (error_) return;
    const YAML::Mark mark = at.Mark();
    error_ = Error{std::move(message), Place{filename_, mark.line + 1, mark.column + 1}, std::move(hint)};
}

void CatalogueReader::refuse_word(const YAML::Node& map, std::string_view key, const std::string& word,
                                  const std::vector<std::string>& known) {
    fail(*find(map, key), fmt::format("{} can't be \"{}\"", key, word),
         fmt::format("it is one of {}", join(known, ", ")));
}

void CatalogueReader::expect_keys(const YAML::Node& node, std::string_view what,
                                  std::initializer_list<std::string_view> keys) {
    if (failed()) return;
    if (!node.IsMap()) return fail(node, fmt::format("{} has to be a mapping", what));
    const std::vector<std::string> known(keys.begin(), keys.end());
    std::set<std::string> seen;
    for (const auto& entry : node) {
        if (!entry.first.IsScalar()) return fail(entry.first, fmt::format("a key of {} has to be a word", what));
        const std::string& key = entry.first.Scalar();
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const std::string meant = nearest(key, known);
            return fail(entry.first, fmt::format("unknown key \"{}\" in {}", key, what),
                        meant.empty() ? fmt::format("known are {}", join(known, ", "))
                                      : fmt::format("did you mean {}?", meant));
        }
        if (!seen.insert(key).second) return fail(entry.first, fmt::format("key \"{}\" is there twice in {}", key, what));
    }
}

std::optional<YAML::Node> CatalogueReader::find(const YAML::Node& map, std::string_view key) {
    if (failed() || !map.IsMap()) return std::nullopt;
    for (const auto& entry : map) {
        if (entry.first.IsScalar() && entry.first.Scalar() == key && !entry.second.IsNull()) return entry.second;
    }
    return std::nullopt;
}

std::vector<YAML::Node> CatalogueReader::sequence(const YAML::Node& map, std::string_view key) {
    std::vector<YAML::Node> out;
    const auto node = find(map, key);
    if (!node) return out;
    if (!node->IsSequence()) {
        fail(*node, fmt::format("{} has to be a list", key));
        return out;
    }
    for (const auto& element : *node) out.push_back(element);
    return out;
}

void CatalogueReader::text(const YAML::Node& map, std::string_view key, std::string& out) {
    const auto node = find(map, key);
    if (!node) return;
    if (!node->IsScalar()) return fail(*node, fmt::format("{} has to be a text", key));
    out = node->Scalar();
}

void CatalogueReader::texts(const YAML::Node& map, std::string_view key, std::vector<std::string>& out) {
    std::vector<std::string> read;
    if (!find(map, key)) return;
    for (const YAML::Node& element : sequence(map, key)) {
        if (!element.IsScalar()) return fail(element, fmt::format("{} has to be a list of texts", key));
        read.push_back(element.Scalar());
    }
    if (!failed()) out = std::move(read);
}

void CatalogueReader::flag(const YAML::Node& map, std::string_view key, bool& out) {
    static constexpr std::pair<std::string_view, bool> kWords[] = {{"true", true}, {"false", false}};
    choice(map, key, out, kWords);
}

void CatalogueReader::duration(const YAML::Node& map, std::string_view key, Duration& out) {
    std::string word;
    text(map, key, word);
    if (failed() || word.empty()) return;
    const Result<Duration> read = parse_duration(word, true);
    if (!read) return fail(*find(map, key), read.error().message, read.error().hint);
    if (*read < Duration{}) return fail(*find(map, key), fmt::format("{} can't be negative", key));
    out = *read;
}

void CatalogueReader::size(const YAML::Node& map, std::string_view key, std::int64_t& out) {
    std::string word;
    text(map, key, word);
    if (failed() || word.empty()) return;
    if (!parse_size(word, out)) {
        fail(*find(map, key), fmt::format("{} can't be \"{}\"", key, word), "write a size like 512, 10kB, 78.1MB or 16MiB");
    }
}

void CatalogueReader::number(const YAML::Node& map, std::string_view key, std::int64_t& out, std::int64_t low,
                             std::int64_t high) {
    std::string word;
    text(map, key, word);
    if (failed() || word.empty()) return;
    std::int64_t value = 0;
    if (!parse_integer(word, value) || value < low || value > high) {
        return fail(*find(map, key), fmt::format("{} can't be \"{}\"", key, word),
                    fmt::format("it is a whole number from {} to {}", low, high));
    }
    out = value;
}

void CatalogueReader::number(const YAML::Node& map, std::string_view key, int& out, int low, int high) {
    std::int64_t value = out;
    number(map, key, value, low, high);
    out = static_cast<int>(value);
}

void CatalogueReader::port(const YAML::Node& map, std::string_view key, std::uint16_t& out) {
    std::int64_t value = out;
    number(map, key, value, 1, 65'535);
    out = static_cast<std::uint16_t>(value);
}

}  // namespace podium::model
