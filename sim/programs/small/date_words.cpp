#include <algorithm>
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

    std::optional<DateRead> run(std::string_view text) {
        words_ = divided(lower(text));
        for (at_ = 0; at_ < words_.size();)
            if (!item()) return std::nullopt;
        // Without a time it is midnight, but for what is counted from the present alone.
        const bool counted = is_counted_ && !has_date_ && !weekday_;
        if (!has_time_ && !counted) second_ = 0;
        if (weekday_ && !has_date_) {  // Beside a date it says nothing.
            const std::int64_t is = ((days_of(year_, month_, day_) + kFirstWeekday) % 7 + 7) % 7;
            day_ += (*weekday_ - is + 7) % 7 + 7 * (ordinal_ - (ordinal_ > 0 && *weekday_ != is ? 1 : 0));
        }
        const std::int64_t out = (days_of(year_, month_ + months_, day_) + added_days_) * kSecondsADay + second_ + added_seconds_ - zone_;
        if (out > kLastDateSecond || out < kFirstDateSecond) return std::nullopt;
        return DateRead{out, has_time_ ? nanoseconds_ : counted ? -1 : 0};
    }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

    /// Words, numbers apart from the letters that follow them ("5min"), signs with the numbers ("+ 5"), times apart from what is before and behind
    /// them ("2024-03-10t12:00+02:00").
    static std::vector<std::string> divided(const std::string& text) {
        std::vector<std::string> out;
        for (std::string word : split_words(text)) {
            if (const std::size_t t = word.find('t'); t != std::string::npos && t > 0 && t + 1 < word.size() && is_digit(word[t - 1]) && is_digit(word[t + 1])) {
                out.push_back(word.substr(0, t));
                word.erase(0, t + 1);
            }
            const std::size_t colon = word.find(':');
            if (const std::size_t sign = word.find_first_of("+-", std::min(colon, word.size())); sign != std::string::npos && is_digit(word.front())) {
                out.push_back(word.substr(0, sign));
                word.erase(0, sign);
            }
            const std::size_t digits = std::min(word.find_first_not_of("+-"), word.size());
            std::size_t end = digits;
            while (end < word.size() && is_digit(word[end])) ++end;
            const bool unit = end > digits && end < word.size() && is_letter(word[end]) && word.find_first_of(":-", end) == std::string::npos;
            if (!out.empty() && (out.back() == "+" || out.back() == "-") && is_digit(word.front())) {
                word.insert(0, out.back());
                out.pop_back();
                end += 1;
            }
            out.push_back(unit ? word.substr(0, end) : word);
            if (unit) out.push_back(word.substr(end));
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
        if (word == "utc" || word == "gmt" || word == "z" || word == "and") return ++at_, true;
        if (word == "now" || word == "today") return is_counted_ = true, ++at_, true;
        if (word == "yesterday" || word == "tomorrow") {
            is_counted_ = true;
            added_days_ += word == "tomorrow" ? 1 : -1;
            return ++at_, true;
        }
        if (word.find(':') != std::string::npos) return set_time(word);
        if (word.find('/') != std::string::npos) return set_date(word, '/');
        if (word.size() > 5 && word.find('-', 1) != std::string::npos) return set_date(word, '-');
        if (word == "next" || word == "last" || word == "this") return ordinal(word == "next" ? 1 : word == "last" ? -1 : 0);
        if (const auto day = weekday_of(word)) return set_weekday(*day, 0);
        if (month_of(word)) return month_first();
        if (unit_of(word) != nullptr) return added(1);
        const std::string next = at_ + 1 < words_.size() ? words_[at_ + 1] : std::string();
        if (unit_of(next) == nullptr && !month_of(next) && is_digit(word.front())) return bare_number(word, next);
        const auto count = number(word);
        if (!count || next.empty()) return false;
        if (month_of(next)) return day_first(*count);
        ++at_;
        return added(*count);
    }

    static std::optional<bool> afternoon(std::string_view word) {
        if (word == "am" || word == "a.m.") return false;
        if (word == "pm" || word == "p.m.") return true;
        return std::nullopt;
    }

    /// A number that counts nothing: an hour with am or pm, the year of a date that has none, 20240310, 1230 or 12.
    bool bare_number(const std::string& word, const std::string& next) {
        constexpr std::size_t kDigitsOfADate = 8;
        const auto value = number(word.size() > kDigitsOfADate ? std::string() : word.substr(0, 4));
        if (!value) return false;
        if (afternoon(next)) return set_clock(*value, 0, 0, next) && (at_ += 2, true);
        if (has_date_ && !has_year_ && word.size() <= 4 && (has_time_ || word.size() > 2)) {
            has_year_ = true;
            year_ = *value;
            return ++at_, day_ <= days_of(year_, month_ + 1, 1) - days_of(year_, month_, 1);
        }
        if (word.size() == kDigitsOfADate) {
            const auto rest = number(word.substr(4));
            return ++at_, has_year_ = rest && set_civil(*value, *rest / 100, *rest % 100);
        }
        if (word.size() > 4) return false;
        const bool with_minutes = word.size() > 2;
        return set_clock(with_minutes ? *value / 100 : *value, with_minutes ? *value % 100 : 0, 0, "") && (++at_, true);
    }

    bool set_clock(std::int64_t hour, std::int64_t minute, std::int64_t second, const std::string& meridian) {
        constexpr std::int64_t kNoon = 12;
        if (has_time_ || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
        if (const auto after = afternoon(meridian)) {
            if (hour < 1 || hour > kNoon) return false;
            hour = hour % kNoon + (*after ? kNoon : 0);
        }
        if (hour < 0 || hour > 23) return false;
        second_ = (hour * 60 + minute) * 60 + second;
        return has_time_ = true;
    }

    /// 10:00, 10:00:30.5, 5:30pm, and a zone after it.
    bool set_time(std::string word) {
        std::string meridian;
        if (word.ends_with('z')) word.pop_back();
        if (const std::size_t letters = word.find_first_not_of("0123456789:.,"); letters != std::string::npos) {
            meridian = word.substr(letters);
            word.resize(letters);
            if (!afternoon(meridian)) return false;
        }
        if (const std::size_t dot = word.find_first_of(".,"); dot != std::string::npos) {
            constexpr std::size_t kDigits = 9;
            std::string fraction = word.substr(dot + 1, kDigits);
            fraction.resize(kDigits, '0');
            if (std::count(word.begin(), word.end(), ':') != 2 || !parse_integer(fraction, nanoseconds_)) return false;
            word.resize(dot);
        }
        const std::vector<std::string> parts = split(word, ':');
        if (parts.size() > 3) return false;
        std::array<std::int64_t, 3> values = {};
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto value = number(parts[i]);
            if (!value || parts[i].size() > 2) return false;
            values[i] = *value;
        }
        ++at_;
        if (meridian.empty() && at_ < words_.size() && afternoon(words_[at_])) meridian = words_[at_++];
        return set_clock(values[0], values[1], values[2], meridian) && (!meridian.empty() || set_zone());
    }

    /// A number with a sign after a time is its zone, whatever comes next: +2, +0200 or +02:00.
    bool set_zone() {
        if (at_ >= words_.size() || words_[at_].size() < 2 || std::string_view("+-").find(words_[at_].front()) == std::string_view::npos) return true;
        std::string word = words_[at_].substr(1);
        const std::size_t colon = word.find(':');
        if (colon != std::string::npos) word.erase(colon, 1);
        const auto value = number(word);
        if (!value || !is_digit(word.front())) return false;
        const bool with_minutes = colon != std::string::npos || word.size() > 2;
        const std::int64_t minutes = with_minutes ? *value / 100 * 60 + *value % 100 : *value * 60;
        constexpr std::int64_t kMostMinutes = 24 * 60;
        if (minutes > kMostMinutes) return false;
        zone_ = (words_[at_].front() == '-' ? -minutes : minutes) * 60;
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

    /// 2024-03-10 and 2024/03/10; with slashes also 3/10 and 3/10/2024, with a month's name 10-Mar-2024 and Mar-10-2024.
    bool set_date(const std::string& word, char separator) {
        std::vector<std::string> parts = split(word, separator);
        const bool month_first = separator == '/' && parts.front().size() < 4;
        if (month_first && parts.size() == 3) std::rotate(parts.begin(), parts.begin() + 2, parts.end());
        if (month_first && parts.size() == 2) parts.insert(parts.begin(), std::string());
        if (parts.size() != 3) return false;
        if (separator == '-' && month_of(parts[0])) std::swap(parts[0], parts[1]);
        if (const auto named = month_of(parts[1]); named && separator == '-') parts = {parts[2], std::to_string(*named), parts[0]};
        auto year = parts[0].empty() ? std::optional<std::int64_t>(year_) : number(parts[0]);
        const auto month = number(parts[1]);
        const auto day = number(parts[2]);
        constexpr std::int64_t kFirstOfLastCentury = 69;
        if (year && parts[0].size() == 2) *year += *year < kFirstOfLastCentury ? 2000 : 1900;
        ++at_;
        has_year_ = !parts[0].empty();
        return year && month && day && set_civil(*year, *month, *day);
    }

    static std::optional<int> weekday_of(std::string_view word) {
        if (word.ends_with(',')) word.remove_suffix(1);
        static constexpr std::array<std::string_view, 7> kNames = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (word == kNames[i] || word == kNames[i].substr(0, 3)) return static_cast<int>(i);
        if (word == "tues") return 2;
        if (word == "wednes") return 3;
        if (word == "thur" || word == "thurs") return 4;
        return std::nullopt;
    }

    static std::optional<int> month_of(std::string_view word) {
        static constexpr std::array<std::string_view, 12> kNames = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"};
        if (word.ends_with(',')) word.remove_suffix(1);
        for (std::size_t i = 0; i < kNames.size(); ++i)
            if (word == kNames[i] || word == kNames[i].substr(0, 3)) return static_cast<int>(i) + 1;
        if (word == "sept") return 9;
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
        const auto year = is_digit(words_[at_].front()) ? number(words_[at_]) : std::nullopt;
        if (!year || (at_ + 1 < words_.size() && unit_of(words_[at_ + 1]) != nullptr)) return year_;
        ++at_;
        has_year_ = true;
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
        is_counted_ = true;
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
    std::int64_t nanoseconds_ = 0;
    std::int64_t zone_ = 0;    ///< Seconds that the zone's clocks are ahead.
    bool is_counted_ = false;  ///< Something is counted from the present.
    bool has_date_ = false;
    bool has_year_ = false;
    bool has_time_ = false;
    std::optional<int> weekday_;
    std::int64_t ordinal_ = 0;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<DateRead> read_date_words(std::string_view text, std::int64_t now) {
    if (now < 0) return std::nullopt;
    return DateWords(now).run(text);
}

}  // namespace podium::programs::small
