#include <array>
#include <string>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/small/date_words.hpp"

namespace podium::programs::small {
namespace {

constexpr std::int64_t kSecondsADay = 86'400;
constexpr std::int64_t kMostDateNumber = 1'000'000;
constexpr std::int64_t kFirstWeekday = 4;  // 1970-01-01
// What a Time holds, roughly: the years 1888 to 2216.
constexpr std::int64_t kFirstSecond = -30'000 * kSecondsADay;
constexpr std::int64_t kLastSecond = 90'000 * kSecondsADay;

/// Days since 1970 of a day of the civil calendar, whose month may lie outside of the year.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
    const std::int64_t months = year * 12 + month - 1;
    const std::int64_t y = (months >= 0 ? months : months - 11) / 12;
    const std::int64_t m = months - y * 12 + 1;
    const std::int64_t from_march = m > 2 ? y : y - 1;
    const std::int64_t era = (from_march >= 0 ? from_march : from_march - 399) / 400;
    const std::int64_t of_era = from_march - era * 400;
    const std::int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

class DateWords {
  public:
    explicit DateWords(std::int64_t now) : days_(now / kSecondsADay), second_(now % kSecondsADay) {
        // The civil day of `now`, found by going on from the year it must be near.
        year_ = 1970 + days_ / 366;
        while (days_of(year_ + 1, 1, 1) <= days_) ++year_;
        while (month_ < 12 && days_of(year_, month_ + 1, 1) <= days_) ++month_;
        day_ = days_ - days_of(year_, month_, 1) + 1;
    }

    std::optional<std::int64_t> run(std::string_view text) {
        words_ = divided(lower(text));
        for (at_ = 0; at_ < words_.size();)
            if (!item()) return std::nullopt;
        if (has_date_ && !has_time_) second_ = 0;
        if (weekday_ && !has_date_) {  // Beside a date it says nothing.
            if (!has_time_) second_ = 0;
            const std::int64_t is = ((days_of(year_, month_, day_) + kFirstWeekday) % 7 + 7) % 7;
            day_ += (*weekday_ - is + 7) % 7 + 7 * (ordinal_ - (ordinal_ > 0 && *weekday_ != is ? 1 : 0));
        }
        const std::int64_t out = (days_of(year_, month_ + months_, day_) + added_days_) * kSecondsADay + second_ + added_seconds_;
        return out > kLastSecond || out < kFirstSecond ? std::nullopt : std::optional<std::int64_t>(out);
    }

  private:
    /// Words, numbers apart from the letters that follow them ("5min"), signs with the numbers ("+ 5").
    static std::vector<std::string> divided(const std::string& text) {
        std::vector<std::string> out;
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
        for (const std::string& word : split_words(text)) {
            const std::size_t digits = word.find_first_not_of("+-");
            std::size_t end = digits == std::string::npos ? word.size() : digits;
            while (end < word.size() && is_digit(word[end])) ++end;
            const bool unit = end > 0 && end < word.size() && digits != std::string::npos && end > digits && is_letter(word[end]) && word.find_first_of(":-", end) == std::string::npos;
            if (unit && word.substr(end) != "t" && word.substr(end) != "z") {
                out.push_back(word.substr(0, end));
                out.push_back(word.substr(end));
            } else if (!out.empty() && (out.back() == "+" || out.back() == "-") && is_digit(word.front())) {
                out.back() += word;
            } else {
                out.push_back(word);
            }
        }
        return out;
    }

    [[nodiscard]] static std::optional<std::int64_t> number(const std::string& word) {
        std::int64_t value = 0;
        const std::string digits = word.starts_with('+') ? word.substr(1) : word;
        if (digits.empty() || digits == "-" || digits.starts_with('+') || !parse_integer(digits, value) || value > kMostDateNumber || value < -kMostDateNumber) return std::nullopt;
        return value;
    }

    bool item() {
        const std::string& word = words_[at_];
        if (word == "now" || word == "today" || word == "utc" || word == "gmt" || word == "z" || word == "and") return ++at_, true;
        if (word == "yesterday" || word == "tomorrow") {
            added_days_ += word == "tomorrow" ? 1 : -1;
            return ++at_, true;
        }
        if (word == "midnight" || word == "noon") return set_time(word == "noon" ? "12:00" : "0:00");
        if (word.find(':') != std::string::npos) return set_time(word);
        if (word.size() > 5 && word.find('-', 1) != std::string::npos) return set_date(word);
        if (word == "next" || word == "last" || word == "this") return ordinal(word == "next" ? 1 : word == "last" ? -1 : 0);
        if (const auto day = weekday_of(word)) return set_weekday(*day, 0);
        if (month_of(word)) return month_first();
        const auto count = number(word);
        if (!count || at_ + 1 >= words_.size()) return false;
        if (month_of(words_[at_ + 1])) return day_first(*count);
        ++at_;
        return added(*count);
    }

    bool set_time(std::string word) {
        if (has_time_) return false;
        if (word.ends_with('z')) word.pop_back();
        const std::vector<std::string> parts = split(word, ':');
        if (parts.size() < 2 || parts.size() > 3) return false;
        std::int64_t seconds = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto value = i < parts.size() ? number(parts[i]) : std::optional<std::int64_t>(0);
            if (!value || *value < 0 || *value >= (i == 0 ? 24 : 60)) return false;
            seconds = seconds * 60 + *value;
        }
        second_ = seconds;
        has_time_ = true;
        return ++at_, true;
    }

    bool set_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
        constexpr std::int64_t kMostYears = 4000;
        if (has_date_ || month < 1 || month > 12 || day < 1 || year < 1 || year > kMostYears || day > days_of(year, month + 1, 1) - days_of(year, month, 1)) return false;
        year_ = year;
        month_ = month;
        day_ = day;
        has_date_ = true;
        return true;
    }

    bool set_date(const std::string& word) {
        const std::vector<std::string> parts = split(word, '-');
        if (parts.size() != 3) return false;
        const auto year = number(parts[0]);
        const auto month = number(parts[1]);
        const auto day = number(parts[2]);
        ++at_;
        return year && month && day && set_civil(*year, *month, *day);
    }

    static std::optional<int> weekday_of(std::string_view word) {
        static constexpr std::array<std::string_view, 7> kNames = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (word == kNames[i] || word == kNames[i].substr(0, 3)) return static_cast<int>(i);
        return std::nullopt;
    }

    static std::optional<int> month_of(std::string_view word) {
        static constexpr std::array<std::string_view, 12> kNames = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};
        if (word.ends_with(',')) word.remove_suffix(1);
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (word == kNames[i] || word == kNames[i].substr(0, 3)) return static_cast<int>(i) + 1;
        return std::nullopt;
    }

    bool set_weekday(int day, int ordinal) {
        if (weekday_) return false;
        weekday_ = day;
        ordinal_ = ordinal;
        return ++at_, true;
    }

    bool ordinal(int count) {
        if (++at_ >= words_.size()) return false;
        if (const auto day = weekday_of(words_[at_])) return set_weekday(*day, count);
        return added(count);
    }

    /// "Jan 5" or "Jan 5 2024".
    bool month_first() {
        const int month = *month_of(words_[at_++]);
        if (at_ >= words_.size()) return false;
        std::string day = words_[at_++];
        if (day.ends_with(',')) day.pop_back();
        const auto value = number(day);
        return value && set_civil(year_after(), month, *value);
    }

    bool day_first(std::int64_t day) {
        const int month = *month_of(words_[at_ + 1]);
        at_ += 2;
        return set_civil(year_after(), month, day);
    }

    /// A year of four digits, if that is next.
    std::int64_t year_after() {
        if (at_ >= words_.size() || words_[at_].size() != 4) return year_;
        const auto year = number(words_[at_]);
        if (!year || (at_ + 1 < words_.size() && unit_of(words_[at_ + 1]) != nullptr)) return year_;
        ++at_;
        return *year;
    }

    struct Unit {
        std::string_view name;
        std::int64_t seconds;
        int days;
        int months;
    };

    static const Unit* unit_of(std::string word) {
        static constexpr std::array<Unit, 10> kUnits = {Unit{"second", 1, 0, 0}, {"sec", 1, 0, 0}, {"minute", 60, 0, 0}, {"min", 60, 0, 0}, {"hour", 3600, 0, 0},
                                                        {"day", 0, 1, 0}, {"week", 0, 7, 0}, {"fortnight", 0, 14, 0}, {"month", 0, 0, 1}, {"year", 0, 0, 12}};
        if (word.size() > 3 && word.ends_with('s')) word.pop_back();
        for (const Unit& unit : kUnits)
            if (word == unit.name) return &unit;
        return nullptr;
    }

    bool added(std::int64_t count) {
        const Unit* const unit = unit_of(words_[at_]);
        if (unit == nullptr) return false;
        ++at_;
        if (at_ < words_.size() && words_[at_] == "ago") {
            count = -count;
            ++at_;
        }
        added_seconds_ += count * unit->seconds;
        added_days_ += count * unit->days;
        months_ += count * unit->months;
        return true;
    }

    std::int64_t days_;
    std::int64_t second_;  ///< Of the day.
    std::int64_t year_ = 1970;
    std::int64_t month_ = 1;
    std::int64_t day_ = 1;
    std::int64_t months_ = 0;
    std::int64_t added_days_ = 0;
    std::int64_t added_seconds_ = 0;
    bool has_date_ = false;
    bool has_time_ = false;
    std::optional<int> weekday_;
    std::int64_t ordinal_ = 0;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<std::int64_t> read_date_words(std::string_view text, std::int64_t now) {
    if (now < 0) return std::nullopt;
    return DateWords(now).run(text);
}

}  // namespace podium::programs::small
