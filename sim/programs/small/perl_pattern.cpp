#include <fmt/format.h>

#include "sim/programs/small/perl_pattern.hpp"

namespace podium::programs::small {
namespace {

class PerlReader {
  public:
    PerlReader(std::string_view pattern, bool shows) : pattern_(pattern), shows_(shows) {}

    Result<PerlPattern> run() {
        if (pattern_.starts_with("(?i)")) {
            out_.ignore_case = true;
            at_ = 4;
        }
        while (at_ < pattern_.size() && problem_.empty()) one();
        if (!problem_.empty()) return Error{fmt::format("Podium does not model {} in Perl's patterns; use -E", problem_), {}, {}};
        return out_;
    }

  private:
    [[nodiscard]] bool looking_at(std::string_view what) const { return pattern_.substr(at_).starts_with(what); }

    void add(std::string_view text, std::size_t taken) {
        out_.extended += text;
        at_ += taken;
    }

    void one() {
        const char c = pattern_[at_];
        if (c == '\\') return escape();
        if (c == '[') return set();
        if (c == '(') {
            ++depth_;
            if (looking_at("(?:")) return add("(", 3);
            if (looking_at("(?")) problem_ = "look-arounds and the like";
            return add("(", 1);
        }
        if (c == ')') --depth_;
        if (c == '|' && shows_) problem_ = "alternatives with -o";
        add(pattern_.substr(at_, 1), 1);
        const bool repeats = c == '*' || c == '+' || c == '?' || c == '}';
        if (repeats && at_ < pattern_.size() && (pattern_[at_] == '?' || pattern_[at_] == '+')) problem_ = "lazy and greedy repeats";
    }

    void escape() {
        if (at_ + 1 >= pattern_.size()) return add("\\", 1);
        const char c = pattern_[at_ + 1];
        switch (c) {
            case 'd': return add("[0-9]", 2);
            case 'D': return add("[^0-9]", 2);
            case 's': return add("[[:space:]]", 2);
            case 'S': return add("[^[:space:]]", 2);
            case 'h': return add("[ \t]", 2);
            case 't': return add("\t", 2);
            case 'K':
                if (depth_ > 0 || out_.keeps_end || out_.extended.find('|') != std::string::npos) problem_ = "this \\K";
                out_.extended = "(" + out_.extended + ")";
                out_.keeps_end = true;
                at_ += 2;
                return;
            case 'w': case 'W': case 'b': case 'B':
                return add(pattern_.substr(at_, 2), 2);
            default:
                break;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter) problem_ = fmt::format("\\{}", c);
        static constexpr std::string_view kSpecial = ".[]()*+?{}|^$\\";
        add(kSpecial.find(c) == std::string_view::npos ? pattern_.substr(at_ + 1, 1) : pattern_.substr(at_, 2), 2);
    }

    void set() {
        add("[", 1);
        if (looking_at("^")) add("^", 1);
        if (looking_at("]")) add("]", 1);
        while (at_ < pattern_.size() && pattern_[at_] != ']' && problem_.empty()) {
            if (looking_at("[:")) {
                const std::size_t end = pattern_.find(":]", at_);
                if (end == std::string_view::npos) return;
                add(pattern_.substr(at_, end + 2 - at_), end + 2 - at_);
            } else if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) {
                member(pattern_[at_ + 1]);
            } else {
                add(pattern_.substr(at_, 1), 1);
            }
        }
        if (at_ < pattern_.size()) add("]", 1);
    }

    void member(char c) {
        if (c == 'd') return add("0-9", 2);
        if (c == 's') return add("[:space:]", 2);
        if (c == 'w') return add("[:alnum:]_", 2);
        if (c == 't') return add("\t", 2);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        // Where they stand matters for these: ] must be first, - last, ^ not first.
        if (letter || c == ']' || c == '-' || c == '^' || c == '[') problem_ = fmt::format("\\{} in brackets", c);
        add(pattern_.substr(at_ + 1, 1), 2);
    }

    std::string_view pattern_;
    bool shows_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::string problem_;
    PerlPattern out_;
};

}  // namespace

Result<PerlPattern> read_perl_pattern(std::string_view pattern, bool shows) { return PerlReader(pattern, shows).run(); }

}  // namespace podium::programs::small
