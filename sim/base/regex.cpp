#include "sim/base/regex.hpp"

#include <algorithm>
#include <memory>

#include "sim/base/work.hpp"

namespace podium {
namespace {

constexpr std::uint64_t kWaysWork = 1;     // a way of matching followed over a character
constexpr std::size_t kPlacesPerWork = 16;  // of a text, that are looked at for a beginning

constexpr std::size_t kNone = std::string_view::npos;

using CharacterSet = std::bitset<256>;

std::size_t index_of(char c) {
    return static_cast<unsigned char>(c);
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void add_range(CharacterSet& set, char first, char last) {
    for (std::size_t i = index_of(first); i <= index_of(last); ++i)
        set.set(i);
}

void fold_case(CharacterSet& set) {
    for (char c = 'a'; c <= 'z'; ++c) {
        const char upper = static_cast<char>(c - 'a' + 'A');
        if (set.test(index_of(c)) || set.test(index_of(upper))) {
            set.set(index_of(c));
            set.set(index_of(upper));
        }
    }
}

bool add_class(CharacterSet& set, std::string_view name) {
    if (name == "digit")
        add_range(set, '0', '9');
    else if (name == "lower")
        add_range(set, 'a', 'z');
    else if (name == "upper")
        add_range(set, 'A', 'Z');
    else if (name == "alpha" || name == "alnum") {
        add_range(set, 'a', 'z');
        add_range(set, 'A', 'Z');
        if (name == "alnum") add_range(set, '0', '9');
    } else if (name == "xdigit") {
        add_range(set, '0', '9');
        add_range(set, 'a', 'f');
        add_range(set, 'A', 'F');
    } else if (name == "space" || name == "blank") {
        set.set(index_of(' '));
        set.set(index_of('\t'));
        if (name == "space") add_range(set, '\n', '\r');
    } else if (name == "punct") {
        for (char c = '!'; c <= '~'; ++c) {
            if (!is_word(c) || c == '_') set.set(index_of(c));
        }
    } else if (name == "print" || name == "graph")
        add_range(set, name == "print" ? ' ' : '!', '~');
    else if (name == "cntrl")
        add_range(set, '\0', '\x1f');
    else
        return false;
    return true;
}

/// A piece of a pattern.
struct Node {
    enum class Kind : std::uint8_t { Empty, Set, Sequence, Either, Repeat, Group, Edge };
    Kind kind = Kind::Empty;
    CharacterSet set;
    std::vector<std::unique_ptr<Node>> parts;
    std::size_t least = 0;
    std::size_t most = kNone;  ///< kNone: without end.
    std::size_t group = 0;
    int edge = 0;  ///< The instruction's code.
};

using NodePointer = std::unique_ptr<Node>;

}  // namespace

/// Pattern to nodes to instructions.
class RegexParser {
  public:
    RegexParser(std::string_view pattern, Regex::Syntax syntax)
        : pattern_(pattern), syntax_(syntax) {}

    Result<Regex> compile() {
        NodePointer node = either();
        if (error_.empty() && at_ < pattern_.size()) error_ = "Unmatched ) or \\)";
        if (!error_.empty()) return Error{error_, {}, {}};
        emit({Regex::Code::Save, 0, 0});
        generate(*node);
        emit({Regex::Code::Save, 1, 0});
        emit({Regex::Code::Match, 0, 0});
        if (!error_.empty()) return Error{error_, {}, {}};
        regex_.groups_ = groups_;
        regex_.find_beginnings();
        return std::move(regex_);
    }

  private:
    using Code = Regex::Code;

    static NodePointer make(Node::Kind kind) {
        auto node = std::make_unique<Node>();
        node->kind = kind;
        return node;
    }

    NodePointer make_set(const CharacterSet& set) const {
        NodePointer node = make(Node::Kind::Set);
        node->set = set;
        if (syntax_.ignore_case) fold_case(node->set);
        return node;
    }

    NodePointer make_character(char c) const {
        CharacterSet set;
        set.set(index_of(c));
        return make_set(set);
    }

    static NodePointer make_edge(Code code) {
        NodePointer node = make(Node::Kind::Edge);
        node->edge = static_cast<int>(code);
        return node;
    }

    /// Whether an operator stands here: plain in an extended pattern, escaped in a basic one.
    [[nodiscard]] bool at_operator(char c) const {
        if (at_ >= pattern_.size()) return false;
        if (syntax_.extended) return pattern_[at_] == c;
        return pattern_[at_] == '\\' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] == c;
    }

    void skip_operator() { at_ += syntax_.extended ? 1 : 2; }

    NodePointer either() {
        if (++depth_ > Regex::kMostNesting) {
            error_ = "Regular expression too big";
            at_ = pattern_.size();
        }
        NodePointer first = sequence();
        if (at_operator('|')) {
            NodePointer node = make(Node::Kind::Either);
            node->parts.push_back(std::move(first));
            while (error_.empty() && at_operator('|')) {
                skip_operator();
                node->parts.push_back(sequence());
            }
            first = std::move(node);
        }
        --depth_;
        return first;
    }

    NodePointer sequence() {
        NodePointer node = make(Node::Kind::Sequence);
        bool first = true;
        while (error_.empty() && at_ < pattern_.size() && !at_operator('|') && !at_operator(')')) {
            // Of a basic one, a * after the ^ it begins with is itself (POSIX, 9.3.3).
            const bool anchors = !syntax_.extended && first && pattern_[at_] == '^';
            NodePointer part = atom(first);
            if (!error_.empty()) break;
            const bool was_start = part->kind == Node::Kind::Edge;
            node->parts.push_back(anchors ? std::move(part) : repeated(std::move(part)));
            first = first && was_start;
        }
        return node;
    }

    NodePointer atom(bool first) {
        if (at_operator('(')) return group();
        const char c = pattern_[at_];
        if (c == '[') return bracket();
        if (c == '\\') return escape();
        ++at_;
        if (c == '.') {
            CharacterSet all;
            all.set();
            return make_set(all);
        }
        if (c == '^' && (syntax_.extended || first)) return make_edge(Code::LineStart);
        if (c == '$' &&
            (syntax_.extended || at_ == pattern_.size() || at_operator(')') || at_operator('|')))
            return make_edge(Code::LineEnd);
        const bool repeats = c == '*' || (syntax_.extended && (c == '+' || c == '?'));
        if (repeats && !first) error_ = "Invalid preceding regular expression";
        return make_character(c);
    }

    NodePointer group() {
        skip_operator();
        NodePointer node = make(Node::Kind::Group);
        node->group = ++groups_;
        node->parts.push_back(either());
        if (!at_operator(')')) {
            if (error_.empty()) error_ = "Unmatched ( or \\(";
            return node;
        }
        skip_operator();
        return node;
    }

    NodePointer escape() {
        if (at_ + 1 >= pattern_.size()) {
            error_ = "Trailing backslash";
            at_ = pattern_.size();
            return make(Node::Kind::Empty);
        }
        const char c = pattern_[at_ + 1];
        at_ += 2;
        CharacterSet set;
        switch (c) {
            case 'w':
            case 'W':
                for (std::size_t i = 0; i < set.size(); ++i)
                    set.set(
                        i, is_word(static_cast<char>(static_cast<unsigned char>(i))) == (c == 'w'));
                return make_set(set);
            case 's':
            case 'S':
                add_class(set, "space");
                return make_set(c == 's' ? set : ~set);
            case 'b':
                return make_edge(Code::WordEdge);
            case 'B':
                return make_edge(Code::NotWordEdge);
            case '<':
                return make_edge(Code::WordStart);
            case '>':
                return make_edge(Code::WordEnd);
            case 'n':
                return make_character('\n');
            case 't':
                return make_character('\t');
            default:
                break;
        }
        if (c >= '1' && c <= '9') error_ = "Podium does not model back-references in patterns";
        return make_character(c);
    }

    /// "[:alpha:]" inside a bracket expression.
    bool named_class(CharacterSet& set) {
        if (!pattern_.substr(at_).starts_with("[:")) return false;
        const std::size_t end = pattern_.find(":]", at_ + 2);
        if (end == kNone || !add_class(set, pattern_.substr(at_ + 2, end - at_ - 2))) {
            error_ = "Invalid character class name";
            return true;
        }
        at_ = end + 2;
        return true;
    }

    NodePointer bracket() {
        ++at_;
        const bool negated = at_ < pattern_.size() && pattern_[at_] == '^';
        if (negated) ++at_;
        CharacterSet set;
        bool first = true;
        while (error_.empty()) {
            if (at_ >= pattern_.size()) {
                error_ = "Unmatched [, [^, [:, [., or [=";
                break;
            }
            if (pattern_[at_] == ']' && !first) {
                ++at_;
                break;
            }
            first = false;
            if (named_class(set)) continue;
            const char low = pattern_[at_++];
            const bool range =
                at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
            if (!range) {
                set.set(index_of(low));
                continue;
            }
            const char high = pattern_[at_ + 1];
            at_ += 2;
            if (index_of(high) < index_of(low))
                error_ = "Invalid range end";
            else
                add_range(set, low, high);
        }
        if (syntax_.ignore_case) fold_case(set);
        NodePointer node = make(Node::Kind::Set);
        node->set = negated ? ~set : set;
        return node;
    }

    NodePointer repeated(NodePointer part) {
        while (error_.empty() && at_ < pattern_.size()) {
            std::size_t least = 0;
            std::size_t most = kNone;
            if (pattern_[at_] == '*') {
                ++at_;
            } else if (at_operator('+')) {
                skip_operator();
                least = 1;
            } else if (at_operator('?')) {
                skip_operator();
                most = 1;
            } else if (at_operator('{')) {
                if (!bounds(least, most)) return part;
            } else {
                break;
            }
            NodePointer node = make(Node::Kind::Repeat);
            node->least = least;
            node->most = most;
            node->parts.push_back(std::move(part));
            part = std::move(node);
        }
        return part;
    }

    std::size_t number() {
        std::size_t value = kNone;
        while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
            value =
                (value == kNone ? 0 : value) * 10 + static_cast<std::size_t>(pattern_[at_++] - '0');
            if (value > Regex::kMostRepeats) error_ = "Regular expression too big";
        }
        return value;
    }

    bool bounds(std::size_t& least, std::size_t& most) {
        skip_operator();
        least = number();
        most = least;
        if (at_ < pattern_.size() && pattern_[at_] == ',') {
            ++at_;
            most = number();
        }
        if (!at_operator('}') || (least == kNone && most == kNone) ||
            (most != kNone && least != kNone && most < least)) {
            if (error_.empty()) error_ = "Invalid content of \\{\\}";
            return false;
        }
        if (least == kNone) least = 0;
        skip_operator();
        return error_.empty();
    }

    std::uint32_t emit(Regex::Instruction instruction) {
        if (regex_.program_.size() >= Regex::kMostInstructions) {
            error_ = "Regular expression too big";
            return 0;
        }
        regex_.program_.push_back(instruction);
        return static_cast<std::uint32_t>(regex_.program_.size() - 1);
    }

    [[nodiscard]] std::uint32_t here() const {
        return static_cast<std::uint32_t>(regex_.program_.size());
    }

    void generate(const Node& node) {
        if (!error_.empty()) return;
        switch (node.kind) {
            case Node::Kind::Empty:
                return;
            case Node::Kind::Set:
                regex_.sets_.push_back(node.set);
                emit({Code::Set, static_cast<std::uint32_t>(regex_.sets_.size() - 1), 0});
                return;
            case Node::Kind::Edge:
                emit({static_cast<Code>(node.edge), 0, 0});
                return;
            case Node::Kind::Sequence:
                for (const NodePointer& part : node.parts)
                    generate(*part);
                return;
            case Node::Kind::Group:
                emit({Code::Save, static_cast<std::uint32_t>(node.group * 2), 0});
                generate(*node.parts.front());
                emit({Code::Save, static_cast<std::uint32_t>(node.group * 2 + 1), 0});
                return;
            case Node::Kind::Either:
                generate_either(node);
                return;
            case Node::Kind::Repeat:
                generate_repeat(node);
                return;
        }
    }

    void generate_either(const Node& node) {
        std::vector<std::uint32_t> jumps;
        for (std::size_t i = 0; i < node.parts.size(); ++i) {
            const bool last = i + 1 == node.parts.size();
            const std::uint32_t split = last ? 0 : emit({Code::Split, here() + 1, 0});
            generate(*node.parts[i]);
            if (last || !error_.empty()) break;
            jumps.push_back(emit({Code::Jump, 0, 0}));
            regex_.program_[split].y = here();
        }
        for (const std::uint32_t jump : jumps)
            regex_.program_[jump].x = here();
    }

    void generate_repeat(const Node& node) {
        const Node& part = *node.parts.front();
        for (std::size_t i = 0; i < node.least && error_.empty(); ++i)
            generate(part);
        if (node.most == kNone) {
            const std::uint32_t split = emit({Code::Split, here() + 1, 0});
            generate(part);
            emit({Code::Jump, split, 0});
            if (error_.empty()) regex_.program_[split].y = here();
            return;
        }
        std::vector<std::uint32_t> splits;
        for (std::size_t i = node.least; i < node.most && error_.empty(); ++i) {
            splits.push_back(emit({Code::Split, here() + 1, 0}));
            generate(part);
        }
        for (const std::uint32_t split : splits) {
            if (error_.empty()) regex_.program_[split].y = here();
        }
    }

    std::string_view pattern_;
    Regex::Syntax syntax_;
    std::size_t at_ = 0;
    std::size_t groups_ = 0;
    int depth_ = 0;
    std::string error_;
    Regex regex_;
};

/// One search: the ways that are still open, in order of preference, at one place of the text.
class Regex::Run {
  public:
    Run(const Regex& regex, std::string_view text)
        : regex_(regex), text_(text), seen_(regex.program_.size(), kNone) {}

    std::optional<Match> search(std::size_t from) {
        count_work((text_.size() - std::min(from, text_.size())) / kPlacesPerWork);
        for (std::size_t at = from; at <= text_.size(); ++at) {
            const bool begins = regex_.may_be_empty_ ||
                                (at < text_.size() && regex_.beginnings_.test(index_of(text_[at])));
            if (!best_ && begins)
                add(next_,
                    Thread{0, std::vector<std::size_t>((regex_.groups_ + 1) * 2, kNone)},
                    at);
            if (next_.empty()) {
                if (best_) break;
                ++generation_;
                continue;
            }
            std::swap(now_, next_);
            next_.clear();
            ++generation_;
            count_work(kWaysWork * now_.size());
            for (Thread& thread : now_)
                step(thread, at);
        }
        return best_;
    }

  private:
    void step(Thread& thread, std::size_t at) {
        const Instruction& instruction = regex_.program_[thread.at];
        if (instruction.code == Code::Match) {
            const bool better = !best_ ||
                                (thread.saved[0] == best_->begin && thread.saved[1] > best_->end) ||
                                thread.saved[0] < best_->begin;
            if (better) take(thread);
            return;
        }
        if (best_ && thread.saved[0] > best_->begin) return;
        if (at >= text_.size() || !regex_.sets_[instruction.x].test(index_of(text_[at]))) return;
        ++thread.at;
        add(next_, std::move(thread), at + 1);
    }

    void take(const Thread& thread) {
        Match match;
        match.begin = thread.saved[0];
        match.end = thread.saved[1];
        for (std::size_t i = 0; i + 1 < thread.saved.size(); i += 2)
            match.groups.emplace_back(thread.saved[i], thread.saved[i + 1]);
        best_ = std::move(match);
    }

    [[nodiscard]] bool holds(Code code, std::size_t at) const {
        const bool before = at > 0 && is_word(text_[at - 1]);
        const bool after = at < text_.size() && is_word(text_[at]);
        switch (code) {
            case Code::LineStart:
                return at == 0;
            case Code::LineEnd:
                return at == text_.size();
            case Code::WordEdge:
                return before != after;
            case Code::NotWordEdge:
                return before == after;
            case Code::WordStart:
                return !before && after;
            case Code::WordEnd:
                return before && !after;
            case Code::Set:
            case Code::Split:
            case Code::Jump:
            case Code::Save:
            case Code::Match:
                break;
        }
        return true;
    }

    /// Follows a way to the next instruction that takes a character, once for each place.
    void add(std::vector<Thread>& list, Thread thread, std::size_t at) {
        std::vector<Thread> open;
        open.push_back(std::move(thread));
        while (!open.empty()) {
            Thread way = std::move(open.back());
            open.pop_back();
            // Where another way has been at this place of the text already, this one would only
            // repeat it.
            if (seen_[way.at] == generation_) continue;
            seen_[way.at] = generation_;
            const Instruction& instruction = regex_.program_[way.at];
            switch (instruction.code) {
                case Code::Set:
                case Code::Match:
                    list.push_back(std::move(way));
                    break;
                case Code::Jump:
                    way.at = instruction.x;
                    open.push_back(std::move(way));
                    break;
                case Code::Split: {
                    Thread second = way;
                    second.at = instruction.y;
                    way.at = instruction.x;
                    open.push_back(std::move(second));
                    open.push_back(std::move(way));
                    break;
                }
                case Code::Save:
                    way.saved[instruction.x] = at;
                    ++way.at;
                    open.push_back(std::move(way));
                    break;
                case Code::LineStart:
                case Code::LineEnd:
                case Code::WordEdge:
                case Code::NotWordEdge:
                case Code::WordStart:
                case Code::WordEnd:
                    if (holds(instruction.code, at)) {
                        ++way.at;
                        open.push_back(std::move(way));
                    }
                    break;
            }
        }
    }

    const Regex& regex_;
    std::string_view text_;
    std::vector<std::size_t> seen_;
    std::size_t generation_ = 0;
    std::vector<Thread> now_;
    std::vector<Thread> next_;
    std::optional<Match> best_;
};

Result<Regex> Regex::compile(std::string_view pattern, Syntax syntax) {
    return RegexParser(pattern, syntax).compile();
}

Regex Regex::literal(std::string_view text, bool ignore_case) {
    Regex regex;
    regex.program_.push_back({Code::Save, 0, 0});
    for (const char c : text) {
        CharacterSet set;
        set.set(index_of(c));
        if (ignore_case) fold_case(set);
        regex.sets_.push_back(set);
        regex.program_.push_back(
            {Code::Set, static_cast<std::uint32_t>(regex.sets_.size() - 1), 0});
    }
    regex.program_.push_back({Code::Save, 1, 0});
    regex.program_.push_back({Code::Match, 0, 0});
    regex.find_beginnings();
    return regex;
}

void Regex::find_beginnings() {
    std::vector<bool> seen(program_.size());
    std::vector<std::uint32_t> open{0};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        if (seen[at]) continue;
        seen[at] = true;
        const Instruction& instruction = program_[at];
        switch (instruction.code) {
            case Code::Set:
                beginnings_ |= sets_[instruction.x];
                break;
            case Code::Match:
                may_be_empty_ = true;
                break;
            case Code::Jump:
                open.push_back(instruction.x);
                break;
            case Code::Split:
                open.push_back(instruction.x);
                open.push_back(instruction.y);
                break;
            case Code::Save:
            case Code::LineStart:
            case Code::LineEnd:
            case Code::WordEdge:
            case Code::NotWordEdge:
            case Code::WordStart:
            case Code::WordEnd:
                open.push_back(at + 1);
                break;
        }
    }
}

std::optional<Regex::Match> Regex::search(std::string_view text, std::size_t from) const {
    if (program_.empty()) return std::nullopt;
    return Run(*this, text).search(from);
}

}  // namespace podium
