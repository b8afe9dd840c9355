#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

// sort: GNU's (coreutils 9.1) and busybox's (1.35) in what both have, in the order of bytes
// (LC_ALL=C).

namespace podium::programs::small {
namespace {

constexpr std::uint64_t kCompareWork = 1;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_figure(char c) {
    return c >= '0' && c <= '9';
}

/// How keys are compared; a key without letters of its own has the command line's.
struct Order {
    bool numeric = false;    ///< n
    bool human = false;      ///< h
    bool general = false;    ///< g
    bool version = false;    ///< V
    bool fold = false;       ///< f
    bool no_blanks = false;  ///< b
    bool reverse = false;    ///< r
    bool given = false;      ///< Any of these.

    /// False for a letter that is none of these.
    bool take(char letter) {
        switch (letter) {
            case 'n':
                numeric = true;
                break;
            case 'h':
                human = true;
                break;
            case 'g':
                general = true;
                break;
            case 'V':
                version = true;
                break;
            case 'f':
                fold = true;
                break;
            case 'b':
                no_blanks = true;
                break;
            case 'r':
                reverse = true;
                break;
            default:
                return false;
        }
        given = true;
        return true;
    }
};

/// -k F[.C][letters][,F[.C][letters]]: from a character of a field to one of another, or to the
/// line's end (field 0). A key's place counts from 1; a last character 0 is the field's end.
struct Key {
    std::size_t first_field = 1;
    std::size_t first_character = 1;
    std::size_t last_field = 0;
    std::size_t last_character = 0;
    Order order;
};

/// A decimal number in millionths, as -n and -h read it from the beginning of a text; units only
/// for -h.
struct SortedNumber {
    int sign = 0;
    int unit = 0;
    std::string_view whole;
    std::string_view decimals;
};

SortedNumber leading_number(std::string_view text, bool human) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    SortedNumber out;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto take = [&text] {
        std::size_t count = 0;
        while (count < text.size() && is_figure(text[count]))
            ++count;
        const std::string_view figures = text.substr(0, count);
        text.remove_prefix(count);
        return figures;
    };
    out.whole = take();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        out.decimals = take();
    }
    while (out.whole.starts_with('0'))
        out.whole.remove_prefix(1);
    while (out.decimals.ends_with('0'))
        out.decimals.remove_suffix(1);
    out.sign = out.whole.empty() && out.decimals.empty() ? 0 : negative ? -1 : 1;
    constexpr std::string_view kUnits = "KMGTPEZY";
    if (human && !text.empty()) {
        const char unit = text.front() == 'k' ? 'K' : text.front();
        const std::size_t at = kUnits.find(unit);
        if (at != std::string_view::npos) out.unit = static_cast<int>(at) + 1;
    }
    return out;
}

int compare_numbers(std::string_view left, std::string_view right, bool human) {
    const SortedNumber a = leading_number(left, human);
    const SortedNumber b = leading_number(right, human);
    if (a.sign != b.sign) return a.sign - b.sign;
    int size = a.unit - b.unit;  // as GNU's: by the unit first, whatever the number
    if (size == 0 && a.whole.size() != b.whole.size())
        size = a.whole.size() < b.whole.size() ? -1 : 1;
    if (size == 0) size = a.whole.compare(b.whole);
    if (size == 0) size = a.decimals.compare(b.decimals);
    return a.sign < 0 ? -size : size;
}

int compare_general(std::string_view left, std::string_view right) {
    const auto read = [](std::string_view text, double& value) {
        while (!text.empty() && is_blank(text.front()))
            text.remove_prefix(1);
        if (text.starts_with('+')) text.remove_prefix(1);
        return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
    };
    double a = 0;
    double b = 0;
    const bool is_a = read(left, a);
    const bool is_b = read(right, b);
    if (is_a != is_b) return is_a ? 1 : -1;
    if (!is_a || a == b) return 0;
    return a < b ? -1 : 1;
}

/// By runs of figures and of other characters: v1.9 before v1.10.
int compare_versions(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        while ((!a.empty() && !is_figure(a.front())) || (!b.empty() && !is_figure(b.front()))) {
            // Letters come before other characters, and "~" before the end (verrevcmp of dpkg and
            // gnulib).
            const auto rank = [](std::string_view text) {
                if (text.empty() || is_figure(text.front())) return 0;
                const auto c = static_cast<unsigned char>(text.front());
                if (c == '~') return -1;
                const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                return letter ? static_cast<int>(c) : c + 256;
            };
            if (rank(a) != rank(b)) return rank(a) - rank(b);
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
        const auto take = [](std::string_view& text) {
            while (text.starts_with('0'))
                text.remove_prefix(1);
            std::size_t count = 0;
            while (count < text.size() && is_figure(text[count]))
                ++count;
            const std::string_view figures = text.substr(0, count);
            text.remove_prefix(count);
            return figures;
        };
        const std::string_view x = take(a);
        const std::string_view y = take(b);
        if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
        if (const int order = x.compare(y); order != 0) return order;
    }
    return 0;
}

/// sort [-rnugVhfbsc] [-k KEY]... [-t CHAR] [-o FILE] [FILE]...
class Sort final : public Cloned<Sort, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        failed_status_ = 2;
        gnu_ = is_gnu(system);
        const Options options =
            read_options(argv(),
                         {is_gnu(system) ? "rnuk:t:fbhsgVco:" : "rnuk:t:fbsgVco:",
                          {{"reverse", 'r'},
                           {"numeric-sort", 'n'},
                           {"general-numeric-sort", 'g'},
                           {"version-sort", 'V'},
                           {"unique", 'u'},
                           {"key", 'k'},
                           {"field-separator", 't'},
                           {"ignore-case", 'f'},
                           {"ignore-leading-blanks", 'b'},
                           {"human-numeric-sort", 'h'},
                           {"stable", 's'},
                           {"check", 'c'},
                           {"output", 'o'}},
                          "CdimMRSTz"},
                         is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 2;
        }
        for (const auto& [letter, value] : options.given)
            order_.take(letter);
        unique_ = options.has('u');
        stable_ = options.has('s');
        checks_ = options.has('c');
        if (options.has('o')) output_file_ = options.value('o');
        if (options.has('t') && !read_separator(system, options.value('t'))) return 2;
        for (const std::string& text : options.values('k')) {
            if (!read_key(system, text)) return 2;
        }
        if (keys_.empty()) {
            Key whole;
            keys_.push_back(whole);
            whole_line_ = true;
        }
        for (Key& key : keys_) {
            if (!key.order.given) key.order = order_;
        }
        input().set_files(options.operands);
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        if (checks_) {
            const bool out_of_order =
                have_last_ && (unique_ ? compare(last_, text) >= 0 : in_order(text, last_));
            ++number_;
            if (out_of_order) {
                if (is_gnu(system)) {
                    complain(system,
                             fmt::format("{}:{}: disorder: {}", input().name(), number_, text));
                } else {
                    complain(system, fmt::format("Check line {}", number_ - 1));
                }
                status_ = 1;
                return false;
            }
            last_ = text;
            have_last_ = true;
            return true;
        }
        if (!hold(system, text.size() + sizeof text)) return false;
        lines_.push_back(text);
        return true;
    }

    void file_begins(System& /*system*/, const std::string& /*file*/) override { number_ = 0; }

    int end(System& system) override {
        if (checks_ || held_too_much()) return status_;
        std::stable_sort(
            lines_.begin(), lines_.end(), [&](const std::string& a, const std::string& b) {
                return in_order(a, b);
            });
        if (unique_) {
            const auto alike = [&](const std::string& a, const std::string& b) {
                return compare(a, b) == 0;
            };
            lines_.erase(std::unique(lines_.begin(), lines_.end(), alike), lines_.end());
        }
        if (!output_file_) {
            for (const std::string& text : lines_)
                out().add(text + "\n");
            return status_;
        }
        int descriptor = -1;
        if (const Errno error = system.open(*output_file_, shell::OpenMode::Write, descriptor);
            error != Errno::None) {
            complain(system, fmt::format("open failed: {}: {}", *output_file_, errno_text(error)));
            return 2;
        }
        std::string all;
        for (const std::string& text : lines_)
            all += text + "\n";
        const Errno error = system.write(descriptor, all);
        system.close(descriptor);
        if (error == Errno::None) return status_;
        complain(system, fmt::format("write failed: {}: {}", *output_file_, errno_text(error)));
        return 2;
    }

  private:
    bool read_separator(System& system, const std::string& text) {
        if (text == "\\0") {
            separator_ = '\0';
            return true;
        }
        if (text.size() != 1) {
            complain(system,
                     text.empty()     ? std::string("empty tab")
                     : is_gnu(system) ? fmt::format("multi-character tab '{}'", text)
                                      : std::string("bad -t parameter"));
            return false;
        }
        separator_ = text.front();
        return true;
    }

    /// "F[.C]" at the beginning of `text`, which it is taken from.
    static bool read_place(std::string_view& text, std::size_t& field, std::size_t& character) {
        const auto number = [&text](std::size_t& out) {
            std::size_t count = 0;
            while (count < text.size() && is_figure(text[count]))
                ++count;
            constexpr std::size_t kMostFigures = 9;
            std::int64_t value = 0;
            if (count == 0) return false;
            out = count > kMostFigures || !parse_integer(text.substr(0, count), value)
                      ? 1'000'000'000
                      : static_cast<std::size_t>(value);
            text.remove_prefix(count);
            return true;
        };
        if (!number(field)) return false;
        if (!text.starts_with('.')) return true;
        text.remove_prefix(1);
        return number(character);
    }

    bool read_key(System& system, const std::string& given) {
        Key key;
        std::string_view text = given;
        bool fine = read_place(text, key.first_field, key.first_character) && key.first_field > 0 &&
                    key.first_character > 0;
        const auto letters = [&] {
            while (!text.empty() && key.order.take(text.front()))
                text.remove_prefix(1);
        };
        if (fine) letters();
        if (fine && text.starts_with(',')) {
            text.remove_prefix(1);
            fine = read_place(text, key.last_field, key.last_character) && key.last_field > 0;
            if (fine) letters();
        }
        if (fine && !text.empty() &&
            std::string_view("dgiMR").find(text.front()) != std::string_view::npos) {
            complain(system,
                     fmt::format("Podium does not model the letter '{}' of a key", text.front()));
            return false;
        }
        if (!fine || !text.empty()) {
            if (is_gnu(system)) {
                const bool number = !given.empty() && is_figure(given.front());
                const bool zero = given.starts_with('0');
                complain(system,
                         !number ? fmt::format("invalid number at field start: invalid count at "
                                               "start of '{}'",
                                               given)
                                 : fmt::format("{}: invalid field specification '{}'",
                                               zero ? "field number is zero"
                                                    : "stray character in field spec",
                                               given));
            } else {
                complain(system, "bad field specification");
            }
            return false;
        }
        keys_.push_back(key);
        return true;
    }

    /// Where field `number` (from 1) begins: with the blanks before it where blanks part the
    /// fields.
    [[nodiscard]] std::size_t begin_of(std::string_view text, std::size_t number) const {
        std::size_t at = 0;
        for (std::size_t i = 1; i < number && at < text.size(); ++i) {
            if (separator_) {
                const std::size_t end = text.find(*separator_, at);
                at = end == std::string_view::npos ? text.size() : end + 1;
            } else {
                at = end_of(text, at);
            }
        }
        return at;
    }

    [[nodiscard]] std::size_t end_of(std::string_view text, std::size_t begin) const {
        if (separator_) return std::min(text.find(*separator_, begin), text.size());
        while (begin < text.size() && is_blank(text[begin]))
            ++begin;
        while (begin < text.size() && !is_blank(text[begin]))
            ++begin;
        return begin;
    }

    [[nodiscard]] std::string_view key_of(std::string_view text, const Key& key) const {
        if (whole_line_ && !key.order.no_blanks) return text;
        const auto skip_blanks = [&](std::size_t at) {
            while (key.order.no_blanks && at < text.size() && is_blank(text[at]))
                ++at;
            return at;
        };
        const std::size_t begin = std::min(
            skip_blanks(begin_of(text, key.first_field)) + key.first_character - 1, text.size());
        std::size_t end = text.size();
        if (key.last_field > 0) {
            const std::size_t field = begin_of(text, key.last_field);
            end = key.last_character == 0
                      ? end_of(text, field)
                      : std::min(skip_blanks(field) + key.last_character, text.size());
        }
        return end <= begin ? std::string_view() : text.substr(begin, end - begin);
    }

    static int compare_by(std::string_view a, std::string_view b, const Order& order) {
        if (order.general) return compare_general(a, b);
        if (order.numeric || order.human) return compare_numbers(a, b, order.human);
        if (order.version) return compare_versions(a, b);
        if (!order.fold) return a.compare(b);
        const auto upper = [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        };
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
            const int difference =
                static_cast<unsigned char>(upper(a[i])) - static_cast<unsigned char>(upper(b[i]));
            if (difference != 0) return difference;
        }
        return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
    }

    /// By the keys alone; those in reverse order are turned round.
    [[nodiscard]] int compare(std::string_view a, std::string_view b) const {
        for (const Key& key : keys_) {
            const int order = compare_by(key_of(a, key), key_of(b, key), key.order);
            if (order != 0) return key.order.reverse ? -order : order;
        }
        return 0;
    }

    /// Lines of equal keys are told apart as a whole, except where the first of them is to stay
    /// first (for GNU with -u too; busybox then leaves the least).
    [[nodiscard]] bool in_order(std::string_view a, std::string_view b) const {
        count_work(kCompareWork);
        const int order = compare(a, b);
        if (order != 0) return order < 0;
        if (stable_ || (unique_ && gnu_)) return false;
        return order_.reverse ? a > b : a < b;
    }

    std::vector<std::string> lines_;
    std::vector<Key> keys_;
    Order order_;
    std::optional<char> separator_;
    std::optional<std::string> output_file_;
    std::string last_;
    bool have_last_ = false;
    std::size_t number_ = 0;
    bool whole_line_ = false;
    bool unique_ = false;
    bool stable_ = false;
    bool checks_ = false;
    bool gnu_ = true;
};

}  // namespace

std::unique_ptr<shell::Program> make_sort(Start start) {
    return std::make_unique<Sort>(std::move(start));
}

}  // namespace podium::programs::small
