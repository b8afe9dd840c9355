#include "sim/programs/compose_file/interpolate.hpp"

#include <algorithm>

namespace podium::compose {
namespace {

using Outcome = Interpolation::Outcome;

bool starts_name(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool continues_name(char c) {
    return starts_name(c) || (c >= '0' && c <= '9');
}

std::string_view name_at(std::string_view text, std::size_t from) {
    if (from >= text.size() || !starts_name(text[from])) return {};
    std::size_t end = from + 1;
    while (end < text.size() && continues_name(text[end]))
        ++end;
    return text.substr(from, end - from);
}

/// What stands between `${` and its `}`.
struct Braced {
    bool valid = false;
    std::string_view name;
    std::string_view operation;  ///< "", "-", ":-", "?", ":?", "+", ":+"
    std::string_view argument;
    std::size_t end = 0;  ///< Behind the closing brace.
};

// The closing brace that balances the one at `open`; if the braces never balance, the last one of
// the line, as the real pattern is greedy. npos when the line has none.
std::size_t closing_brace(std::string_view text, std::size_t open) {
    int depth = 0;
    std::size_t last = std::string_view::npos;
    for (std::size_t i = open; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '{') ++depth;
        if (text[i] != '}') continue;
        last = i;
        if (--depth == 0) return i;
    }
    return last;
}

Braced braced_at(std::string_view text, std::size_t open, Dialect dialect) {
    Braced braced;
    braced.name = name_at(text, open + 1);
    if (braced.name.empty()) return braced;
    std::size_t at = open + 1 + braced.name.size();
    if (at < text.size() && text[at] == '}') {
        braced.valid = true;
        braced.end = at + 1;
        return braced;
    }
    const std::size_t operation = at;
    if (at < text.size() && text[at] == ':') ++at;
    const std::string_view operators = dialect == Dialect::V1 ? "-?" : "-?+";
    if (at >= text.size() || operators.find(text[at]) == std::string_view::npos) return braced;
    ++at;
    braced.operation = text.substr(operation, at - operation);
    // docker-compose 1.29 takes the first closing brace, whatever it belongs to.
    const std::size_t close =
        dialect == Dialect::V1 ? text.find('}', at) : closing_brace(text, open);
    if (close == std::string_view::npos || close < at) return braced;
    braced.argument = text.substr(at, close - at);
    braced.end = close + 1;
    braced.valid = true;
    return braced;
}

class Interpolator {
  public:
    Interpolator(const Lookup& lookup, Dialect dialect) : lookup_(lookup), dialect_(dialect) {}

    Interpolation result;

    // Appends the expansion of `text` to `out`; false when it failed and `result` says how.
    bool expand(std::string_view text, int depth, std::string& out) {
        if (depth > kMaximumInterpolationDepth) return fail(Outcome::TooLong, text);
        std::size_t i = 0;
        while (i < text.size()) {
            const std::size_t dollar = std::min(text.find('$', i), text.size());
            out += text.substr(i, dollar - i);
            i = dollar;
            if (i == text.size()) break;
            const char next = i + 1 < text.size() ? text[i + 1] : '\0';
            if (next == '$') {
                out += '$';
                i += 2;
            } else if (next == '{') {
                const Braced braced = braced_at(text, i + 1, dialect_);
                if (!braced.valid) return fail(Outcome::InvalidTemplate, text);
                if (!expand_braced(braced, depth, out)) return false;
                i = braced.end;
            } else if (const std::string_view name = name_at(text, i + 1); !name.empty()) {
                expand_plain(name, out);
                i += 1 + name.size();
            } else if (dialect_ == Dialect::V1) {
                return fail(Outcome::InvalidTemplate, text);
            } else {
                out += '$';
                ++i;
            }
            if (out.size() > kMaximumInterpolatedBytes) return fail(Outcome::TooLong, text);
        }
        return true;
    }

  private:
    bool fail(Outcome outcome, std::string_view text) {
        result.outcome = outcome;
        result.template_text = text;
        return false;
    }

    void expand_plain(std::string_view name, std::string& out) {
        const std::optional<std::string> value = lookup_(name);
        if (value) {
            out += *value;
        } else if (std::find(result.unset.begin(), result.unset.end(), name) ==
                   result.unset.end()) {
            result.unset.emplace_back(name);
        }
    }

    bool expand_argument(std::string_view argument, int depth, std::string& out) {
        if (dialect_ == Dialect::V1) {
            out += argument;
            return true;
        }
        return expand(argument, depth + 1, out);
    }

    bool expand_braced(const Braced& braced, int depth, std::string& out) {
        if (braced.operation.empty()) {
            expand_plain(braced.name, out);
            return true;
        }
        const std::optional<std::string> value = lookup_(braced.name);
        const bool colon = braced.operation[0] == ':';
        const bool counts = value && (!colon || !value->empty());
        switch (braced.operation.back()) {
            case '-':
                if (!counts) return expand_argument(braced.argument, depth, out);
                out += *value;
                return true;
            case '+':
                if (counts) return expand_argument(braced.argument, depth, out);
                return true;
            default:
                break;
        }
        if (counts) {
            out += *value;
            return true;
        }
        std::string reason;
        if (!expand_argument(braced.argument, depth, reason)) return false;
        result.outcome = Outcome::RequiredMissing;
        result.variable = braced.name;
        result.reason = reason;
        return false;
    }

    const Lookup& lookup_;
    Dialect dialect_;
};

}  // namespace

Interpolation interpolate(std::string_view text, const Lookup& lookup, Dialect dialect) {
    Interpolator interpolator(lookup, dialect);
    std::string out;
    const bool done = interpolator.expand(text, 0, out);
    if (done) interpolator.result.text = std::move(out);
    return std::move(interpolator.result);
}

}  // namespace podium::compose
