#include "sim/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "sim/base/int128.hpp"
#include "sim/base/utf8.hpp"

namespace podium {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (true) {
        const std::size_t at = text.find(separator, from);
        parts.emplace_back(text.substr(from, at == std::string_view::npos ? at : at - from));
        if (at == std::string_view::npos) return parts;
        from = at + 1;
    }
}

std::vector<std::string> split_words(std::string_view text) {
    std::vector<std::string> words;
    std::size_t i = 0;
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (i < text.size()) {
        while (i < text.size() && blank(text[i])) ++i;
        const std::size_t from = i;
        while (i < text.size() && !blank(text[i])) ++i;
        if (i > from) words.emplace_back(text.substr(from, i - from));
    }
    return words;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += separator;
        out += parts[i];
    }
    return out;
}

std::string_view trim(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::string percent_decoded(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        const char small = static_cast<char>(c | 0x20);
        return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
                           digit(text[i + 2]) >= 0;
        out += coded ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
        if (coded) i += 2;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation_byte(c); }));
}

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    std::string best;
    // Nobody means a word by a text this long, and comparing takes the product of both lengths.
    constexpr std::size_t kLongestWord = 100;
    if (word.size() > kLongestWord) return best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > 2 * kLongestWord) continue;
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        std::vector<std::size_t> above = row;
        for (std::size_t i = 1; i <= word.size(); ++i) {
            const std::vector<std::size_t> two_above = std::exchange(above, row);
            row[0] = i;
            for (std::size_t j = 1; j < row.size(); ++j) {
                const std::size_t change = above[j - 1] + (word[i - 1] == candidate[j - 1] ? 0U : 1U);
                row[j] = std::min({change, above[j] + 1, row[j - 1] + 1});
                // Two neighbours the wrong way round are one slip.
                const bool swapped =
                    i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1];
                if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
            }
        }
        if (row.back() < best_distance) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

bool parse_integer(std::string_view text, std::int64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

bool parse_bytes(std::string_view text, std::int64_t& bytes) {
    std::string rest = lower(trim(text));
    bool negative = false;
    if (!rest.empty() && rest[0] == '-') {
        negative = true;
        rest.erase(0, 1);
    }
    std::size_t i = 0;
    Int128 whole = 0;
    while (i < rest.size() && rest[i] >= '0' && rest[i] <= '9') {
        whole = whole * 10 + (rest[i] - '0');
        if (whole > INT64_MAX) return false;
        ++i;
    }
    if (i == 0) return false;
    Int128 fraction = 0;
    Int128 scale = 1;
    if (i < rest.size() && rest[i] == '.') {
        ++i;
        while (i < rest.size() && rest[i] >= '0' && rest[i] <= '9') {
            if (scale < 1'000'000'000) {
                fraction = fraction * 10 + (rest[i] - '0');
                scale *= 10;
            }
            ++i;
        }
    }
    std::string unit(trim(std::string_view(rest).substr(i)));
    if (unit.size() == 3 && unit.ends_with("ib")) unit.resize(1);
    if ((unit.size() == 1 || unit.size() == 2) && unit.back() == 'b') unit.pop_back();
    static constexpr std::string_view kPrefixes = "kmgtp";
    Int128 factor = 1;
    if (!unit.empty()) {
        const auto at = kPrefixes.find(unit);
        if (unit.size() != 1 || at == std::string_view::npos) return false;
        for (std::size_t k = 0; k <= at; ++k) factor *= 1024;
    }
    const Int128 value = whole * factor + fraction * factor / scale;
    if (value > INT64_MAX) return false;
    bytes = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
    return true;
}

}  // namespace podium
