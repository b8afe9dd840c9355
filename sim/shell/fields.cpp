// From expanded characters to fields: braces, splitting on IFS, paths.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/pattern.hpp"

namespace podium::shell {

std::string Expander::plain_text(const Piece& piece) {
    std::string out;
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
        if (piece.marks[i] != kNothing) out.push_back(piece.text[i]);
    }
    return out;
}

std::string Expander::as_pattern(const Piece& piece) {
    static constexpr std::string_view kSpecial = "*?[]\\-!^";
    std::string out;
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
        if (piece.marks[i] == kNothing) continue;
        if (piece.marks[i] == kQuoted && kSpecial.find(piece.text[i]) != std::string_view::npos)
            out.push_back('\\');
        out.push_back(piece.text[i]);
    }
    return out;
}

std::string Expander::as_regular_expression(const Piece& piece) {
    static constexpr std::string_view kSpecial = ".[]\\()*+?{}|^$";
    std::string out;
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
        if (piece.marks[i] == kNothing) continue;
        if (piece.marks[i] == kQuoted && kSpecial.find(piece.text[i]) != std::string_view::npos) out.push_back('\\');
        out.push_back(piece.text[i]);
    }
    return out;
}

bool Expander::split(const Piece& piece, std::vector<Piece>& out) {
    const std::string separators =
        state_.value_of("IFS") != nullptr ? *state_.value_of("IFS") : " \t\n";
    Piece field;
    bool open = false;   // the field has something
    bool after = false;  // a blank ended the last field: a separator that follows belongs to it
    const auto finish = [&] {
        out.push_back(std::move(field));
        field = Piece{};
        open = false;
    };
    for (std::size_t i = 0; i < piece.text.size(); ++i) {
        const char c = piece.text[i];
        const bool separator =
            piece.marks[i] == kExpanded && separators.find(c) != std::string::npos;
        if (!separator) {
            field.text.push_back(c);
            field.marks.push_back(piece.marks[i]);
            open = true;
            after = false;
            continue;
        }
        const bool white = c == ' ' || c == '\t' || c == '\n';
        if (open) {
            finish();
            after = white;
        } else if (!white && after) {
            after = false;
        } else if (!white) {
            finish();
        }
        if (out.size() > kMaxExpansionFields) return fail(std::string(kTooManyFields));
    }
    if (open) finish();
    return true;
}

bool Expander::sequence(std::string_view body, std::vector<std::string>& out, bool& fits) {
    constexpr std::uint64_t kMostItems = 10'000;
    const std::size_t dots = body.find("..");
    if (dots == std::string_view::npos) return false;
    const std::string_view first = body.substr(0, dots);
    std::string_view last = body.substr(dots + 2);
    std::int64_t step = 1;
    const std::size_t more = last.find("..");
    if (more != std::string_view::npos) {
        if (!parse_integer(last.substr(more + 2), step) || step == INT64_MIN) return false;
        last = last.substr(0, more);
    }
    std::int64_t from = 0;
    std::int64_t to = 0;
    const auto is_letter = [](std::string_view text) {
        return text.size() == 1 &&
               ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
    };
    const bool letters = is_letter(first) && is_letter(last);
    if (letters) {
        from = first[0];
        to = last[0];
    } else if (!parse_integer(first, from) || !parse_integer(last, to)) {
        return false;
    }
    // A step of 0 is one of 1, and its sign says nothing (braces.c, mkseq()).
    const auto size = static_cast<std::uint64_t>(step == 0 ? 1 : step < 0 ? -step : step);
    const bool up = from <= to;
    const std::uint64_t way = up ? static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)
                                 : static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(to);
    if (way > static_cast<std::uint64_t>(INT64_MAX)) return false;
    const std::uint64_t steps = way / size;
    fits = steps < kMostItems;
    if (!fits) return true;
    const auto is_padded = [](std::string_view text) {
        if (text.starts_with('-')) text.remove_prefix(1);
        return text.size() > 1 && text.starts_with('0');
    };
    const bool padded = !letters && (is_padded(first) || is_padded(last));
    const std::size_t width = padded ? std::max(first.size(), last.size()) : 0;
    for (std::uint64_t i = 0; i <= steps; ++i) {
        const auto gone = static_cast<std::int64_t>(i * size);
        const std::int64_t item = up ? from + gone : from - gone;
        out.push_back(letters ? std::string(1, static_cast<char>(item))
                              : fmt::format("{:0{}}", item, width));
    }
    return true;
}

bool Expander::braces(const Piece& piece, int depth_so_far, std::vector<Piece>& out) {
    if (depth_so_far > kMaxBraceExpressions) return fail("the word has too many braces");
    // Finds the first brace expression; what stands before it is final, the rest is expanded again.
    const auto literal = [&piece](std::size_t i, char c) {
        return piece.text[i] == c && piece.marks[i] == kLiteral;
    };
    for (std::size_t open = 0; open < piece.text.size(); ++open) {
        if (!literal(open, '{')) continue;
        std::vector<std::size_t> cuts{open};
        int depth = 0;
        std::size_t close = open + 1;
        for (; close < piece.text.size(); ++close) {
            if (literal(close, '{')) ++depth;
            if (depth == 0 && literal(close, ',')) cuts.push_back(close);
            if (literal(close, '}') && depth-- == 0) break;
        }
        if (close >= piece.text.size()) continue;
        cuts.push_back(close);
        std::vector<Piece> choices;
        std::vector<std::string> items;
        bool fits = true;
        if (cuts.size() > 2) {
            for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
                const std::size_t from = cuts[i] + 1;
                choices.push_back({piece.text.substr(from, cuts[i + 1] - from),
                                   piece.marks.substr(from, cuts[i + 1] - from)});
            }
        } else if (piece.marks.find_first_not_of(kLiteral, open + 1) >= close &&
                   sequence(std::string_view(piece.text).substr(open + 1, close - open - 1), items, fits)) {
            if (!fits) return fail(std::string(kTooManyFields));
            // Braces come before all else in bash: {1..$n} has no number there yet.
            for (const std::string& item : items)
                choices.push_back({item, std::string(item.size(), kQuoted)});
        } else {
            continue;
        }
        for (const Piece& choice : choices) {
            if (!braces({piece.text.substr(0, open) + choice.text + piece.text.substr(close + 1),
                         piece.marks.substr(0, open) + choice.marks + piece.marks.substr(close + 1)},
                        depth_so_far + 1,
                        out))
                return false;
        }
        return true;
    }
    if (out.size() >= kMaxExpansionFields) return fail(std::string(kTooManyFields));
    field_bytes_ += piece.text.size();
    if (field_bytes_ > kMaxExpansionBytes) return fail(std::string(kTooLong));
    out.push_back(piece);
    return true;
}

bool Expander::emit(const Piece& piece, std::vector<std::string>& out) {
    if (out.size() >= kMaxExpansionFields) return fail(std::string(kTooManyFields));
    if (!state_.options.noglob) {
        bool wild = false;
        for (std::size_t i = 0; i < piece.text.size(); ++i) {
            const char c = piece.text[i];
            wild = wild || ((c == '*' || c == '?' || c == '[') && piece.marks[i] != kQuoted);
        }
        if (wild) {
            std::vector<std::string> paths = glob(system_, as_pattern(piece));
            if (!paths.empty()) {
                for (std::string& path : paths)
                    out.push_back(std::move(path));
                return true;
            }
        }
    }
    out.push_back(plain_text(piece));
    return true;
}

bool Expander::fields(const Word& word_in, std::vector<std::string>& out) {
    std::vector<Piece> pieces;
    if (!word(word_in, Context::Fields, false, pieces)) return false;
    std::vector<Piece> expanded;
    for (Piece& piece : pieces) {
        if (state_.dialect == Dialect::Bash) {
            if (!braces(piece, 0, expanded)) return false;
            continue;
        }
        field_bytes_ += piece.text.size();
        if (field_bytes_ > kMaxExpansionBytes) return fail(std::string(kTooLong));
        expanded.push_back(std::move(piece));
    }
    std::vector<Piece> all;
    for (const Piece& piece : expanded) {
        if (!split(piece, all)) return false;
    }
    for (const Piece& field : all) {
        if (!emit(field, out)) return false;
    }
    return true;
}

}  // namespace podium::shell
