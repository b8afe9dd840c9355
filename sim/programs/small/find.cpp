#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/regex.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/small/programs.hpp"
#include "sim/shell/pattern.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kMostFindTests = 500;
constexpr int kEntriesAStep = 10'000;
constexpr std::size_t kMostWordBytes = 128 << 10;  // Linux's MAX_ARG_STRLEN, of one word of a command.

/// A test, an action, or what joins them.
struct FindNode {
    enum class Kind : std::uint8_t { And, Or, Not, True, False, Name, Path, Pattern, Type, Empty, Size, Days, Minutes, Newer, Print, Print0, Exec, ExecMany, Delete, Prune, Quit };
    Kind kind = Kind::True;
    std::size_t left = 0;
    std::size_t right = 0;
    std::string text;
    bool ignore_case = false;
    Regex regex;
    char sign = '\0';  ///< '+' more, '-' less, of numbers.
    std::int64_t number = 0;
    std::int64_t unit = 1;
    Time time{};
    std::vector<std::string> command;
};

struct FindExpression {
    std::vector<FindNode> nodes;
    std::size_t root = 0;
    bool acts = false;  ///< It prints or does something by itself.
    bool depth_first = false;
    std::int64_t most_depth = INT32_MAX;
    std::int64_t least_depth = 0;
};

/// GNU's find reads Emacs's expressions, in which + and ? repeat and \+ and \? mean themselves; else they are basic ones.
std::string find_pattern(const std::string& pattern, bool gnu) {
    std::string out;
    bool in_set = false;
    std::size_t set_at = 0;  // Where a ] is a member.
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (in_set) {
            out += c;
            if (c == '^' && i == set_at) ++set_at;
            if (c == ']' && i > set_at) in_set = false;
        } else if (c == '\\' && i + 1 < pattern.size()) {
            const char next = pattern[++i];
            out += gnu && (next == '+' || next == '?') ? std::string{next} : std::string{c, next};
        } else {
            // With nothing before it, it repeats nothing.
            if (gnu && i > 0 && (c == '+' || c == '?')) out += '\\';
            out += c;
            in_set = c == '[';
            set_at = i + 1;
        }
    }
    return out;
}

/// Reads the words after the paths: -o binds less than -a, which need not be written, and ! binds most.
class FindReader {
  public:
    FindReader(const std::vector<std::string>& words, std::size_t at, bool gnu, System& system) : words_(words), at_(at), gnu_(gnu), system_(system) {}

    /// The sentence that says what is wrong, or nothing.
    std::string run(FindExpression& out) {
        out_ = &out;
        out.root = at_ < words_.size() ? any() : add(FindNode{});
        if (error_.empty() && at_ < words_.size())
            error_ = words_[at_] == ")" ? (gnu_ ? "you have too many ')'" : "unpaired ')'") : fmt::format(fmt::runtime(gnu_ ? "paths must precede expression: `{}'" : "unrecognized: {}"), words_[at_]);
        return error_;
    }

  private:
    std::size_t add(FindNode node) {
        if (out_->nodes.size() >= kMostFindTests && error_.empty()) error_ = fmt::format("Podium's find reads up to {} tests", kMostFindTests);
        out_->nodes.push_back(std::move(node));
        return out_->nodes.size() - 1;
    }

    [[nodiscard]] bool is(std::string_view word) const { return at_ < words_.size() && words_[at_] == word; }

    std::size_t join(FindNode::Kind kind, std::size_t left, std::size_t right) {
        FindNode node;
        node.kind = kind;
        node.left = left;
        node.right = right;
        return add(std::move(node));
    }

    std::size_t any() {
        std::size_t left = all();
        while (error_.empty() && (is("-o") || is("-or"))) {
            ++at_;
            left = join(FindNode::Kind::Or, left, all());
        }
        return left;
    }

    std::size_t all() {
        std::size_t left = one();
        while (error_.empty() && at_ < words_.size() && !is("-o") && !is("-or") && !is(")")) {
            if (is("-a") || is("-and")) ++at_;
            left = join(FindNode::Kind::And, left, one());
        }
        return left;
    }

    std::size_t one() {
        if (at_ >= words_.size()) {
            if (error_.empty()) error_ = gnu_ ? "expected an expression" : "bad arguments";
            return 0;
        }
        if (is("!") || is("-not")) {
            ++at_;
            if (++depth_ > static_cast<int>(kMostFindTests)) error_ = "Podium's find reads no deeper nesting";
            return join(FindNode::Kind::Not, error_.empty() ? one() : 0, 0);
        }
        if (is("(")) {
            ++at_;
            if (++depth_ > static_cast<int>(kMostFindTests)) error_ = "Podium's find reads no deeper nesting";
            const std::size_t inside = error_.empty() ? any() : 0;
            if (error_.empty() && !is(")")) error_ = gnu_ ? "invalid expression; I was expecting to find a ')' somewhere but did not see one." : "bad arguments";
            ++at_;
            return inside;
        }
        return primary();
    }

    std::size_t primary() {
        const std::string word = words_[at_++];
        FindNode node;
        using Kind = FindNode::Kind;
        static constexpr std::pair<std::string_view, Kind> kPlain[] = {{"-print", Kind::Print}, {"-print0", Kind::Print0}, {"-delete", Kind::Delete}, {"-prune", Kind::Prune},
                                                                       {"-quit", Kind::Quit},   {"-empty", Kind::Empty},   {"-true", Kind::True},     {"-false", Kind::False}};
        for (const auto& [name, kind] : kPlain) {
            if (word != name) continue;
            node.kind = kind;
            if (kind == Kind::Delete) out_->depth_first = true;
            out_->acts = out_->acts || kind == Kind::Print || kind == Kind::Print0 || kind == Kind::Delete;
            return add(std::move(node));
        }
        if (word == "-depth" || word == "-d" || word == "-xdev" || word == "-mount") {
            if (word.starts_with("-d")) out_->depth_first = true;
            return add(std::move(node));
        }
        if (word == "-exec") return command(std::move(node));
        static constexpr std::string_view kValued[] = {"-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-type", "-size", "-mtime", "-mmin", "-newer", "-maxdepth", "-mindepth"};
        if (std::find(std::begin(kValued), std::end(kValued), word) == std::end(kValued)) return unknown(word);
        if (at_ >= words_.size()) {
            error_ = gnu_ ? fmt::format("missing argument to `{}'", word) : fmt::format("{} requires an argument", word);
            return 0;
        }
        valued(word, words_[at_++], node);
        return add(std::move(node));
    }

    std::size_t unknown(const std::string& word) {
        static constexpr std::string_view kReal[] = {"-user", "-group", "-perm", "-printf", "-ls", "-ok", "-execdir", "-okdir", "-fprint", "-inum", "-links", "-samefile", "-atime", "-ctime", "-amin", "-cmin", "-readable", "-writable",
                                                     "-executable", "-fstype", "-nouser", "-nogroup", "-regextype", "-daystart", "-newermt", "-lname", "-used", "-uid", "-gid", "-noleaf", "-follow"};
        const bool real = std::find(std::begin(kReal), std::end(kReal), word) != std::end(kReal);
        if (!word.starts_with('-'))
            error_ = fmt::format(fmt::runtime(gnu_ ? "paths must precede expression: `{}'" : "unrecognized: {}"), word);
        else if (real)
            error_ = fmt::format("Podium does not model find's '{}'", word);
        else
            error_ = gnu_ ? fmt::format("unknown predicate `{}'", word) : fmt::format("unrecognized: {}", word);
        return 0;
    }

    std::size_t command(FindNode node) {
        std::size_t end = at_;
        while (end < words_.size() && words_[end] != ";" && !(words_[end] == "+" && end > at_ && words_[end - 1] == "{}")) ++end;
        if (end >= words_.size() || end == at_) {
            error_ = gnu_ ? "missing argument to `-exec'" : "-exec requires an argument";
            return 0;
        }
        node.kind = words_[end] == ";" ? FindNode::Kind::Exec : FindNode::Kind::ExecMany;
        node.command.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.begin() + static_cast<std::ptrdiff_t>(end));
        if (node.kind == FindNode::Kind::ExecMany) node.command.pop_back();
        at_ = end + 1;
        out_->acts = true;
        return add(std::move(node));
    }

    void valued(const std::string& word, const std::string& value, FindNode& node) {
        using Kind = FindNode::Kind;
        if (word == "-name" || word == "-iname" || word == "-path" || word == "-ipath" || word == "-wholename") {
            node.ignore_case = word.starts_with("-i");
            node.kind = word.ends_with("name") && word != "-wholename" ? Kind::Name : Kind::Path;
            node.text = node.ignore_case ? lower(value) : value;
        } else if (word == "-regex" || word == "-iregex") {
            auto regex = Regex::compile("^\\(" + find_pattern(value, gnu_) + "\\)$", {false, word == "-iregex"});
            if (!regex)
                error_ = regex.error().message;
            else
                node.regex = std::move(*regex);
            node.kind = Kind::Pattern;
        } else if (word == "-type") {
            node.kind = Kind::Type;
            node.text = value;
            const bool known = value.size() == 1 && std::string_view("fdlbcps").find(value) != std::string_view::npos;
            if (!known) error_ = gnu_ ? fmt::format("Unknown argument to -type: {}", value) : fmt::format("invalid argument '{}' to '-type'", value);
        } else if (word == "-newer") {
            node.kind = Kind::Newer;
            const shell::FileInfo info = system_.stat(value);
            if (!info.exists) error_ = fmt::format(fmt::runtime(gnu_ ? "'{}': {}" : "{}: {}"), value, errno_text(Errno::NoEntry));
            node.time = info.modified;
        } else if (word == "-maxdepth" || word == "-mindepth") {
            std::int64_t& depth = word == "-maxdepth" ? out_->most_depth : out_->least_depth;
            if (!parse_integer(value, depth) || depth < 0)
                error_ = gnu_ ? fmt::format("Expected a positive decimal integer argument to {}, but got '{}'", word, value) : fmt::format("invalid number '{}'", value);
        } else {
            number(word, value, node);
        }
    }

    void number(const std::string& word, std::string value, FindNode& node) {
        const std::string given = value;
        node.kind = word == "-size" ? FindNode::Kind::Size : word == "-mtime" ? FindNode::Kind::Days : FindNode::Kind::Minutes;
        if (value.starts_with('+') || value.starts_with('-')) {
            node.sign = value.front();
            value.erase(0, 1);
        }
        if (word == "-size") {
            constexpr std::int64_t kBlock = 512;
            node.unit = kBlock;
            static constexpr std::pair<char, std::int64_t> kUnits[] = {{'c', 1}, {'w', 2}, {'b', 512}, {'k', 1 << 10}, {'M', 1 << 20}, {'G', 1 << 30}};
            for (const auto& [letter, unit] : kUnits) {
                if (!value.ends_with(letter)) continue;
                node.unit = unit;
                value.pop_back();
                break;
            }
        }
        constexpr std::int64_t kMost = 1'000'000'000;
        if (parse_integer(value, node.number) && node.number >= 0 && node.number <= kMost) return;
        error_ = gnu_ ? fmt::format("invalid argument `{}' to `{}'", given, word) : fmt::format("invalid number '{}'", given);
    }

    const std::vector<std::string>& words_;
    std::size_t at_;
    bool gnu_;
    System& system_;
    FindExpression* out_ = nullptr;
    int depth_ = 0;
    std::string error_;
};

/// find [PATH]... [EXPRESSION]
class Find final : public Cloned<Find, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            gnu_ = is_gnu(system);
            if (!begin(system)) return Step::exit(1);
        }
        for (int done = 0; done < kEntriesAStep; ++done) {
            if (child_ != 0) {
                const auto status = system.reap(child_);
                if (!status) return wait(system, Step::block());
                child_ = 0;
                ended(*status);
            }
            if (pending_.empty()) {
                if (quit_ || next_path_ >= paths_.size()) {
                    if (run_many(system)) continue;
                    return wait(system, Step::exit(status_));
                }
                begin_path(system, paths_[next_path_++]);
                continue;
            }
            visit(system);
        }
        return wait(system, Step::busy(kStepCost));
    }

  private:
    struct Entry {
        std::string path;
        std::int64_t depth = 0;
        bool opened = false;  ///< What is in it comes before it on the pile, or has been looked at.
    };

    Step wait(System& system, Step step) {
        if (const auto broken = output_.flush(system, name())) return Step::exit(*broken);
        return step;
    }

    bool begin(System& system) {
        std::size_t i = 1;
        while (i < argv().size() && (argv()[i] == "-H" || argv()[i] == "-L" || argv()[i] == "-P")) ++i;
        for (; i < argv().size() && !argv()[i].starts_with('-') && argv()[i] != "(" && argv()[i] != "!"; ++i) paths_.push_back(argv()[i]);
        const std::string error = FindReader(argv(), i, gnu_, system).run(expression_);
        if (!error.empty()) {
            complain(system, error);
            return false;
        }
        if (paths_.empty()) paths_.emplace_back(".");
        many_.resize(expression_.nodes.size());
        return true;
    }

    void begin_path(System& system, const std::string& path) {
        if (system.stat(path).exists) {
            pending_.push_back({path, 0, false});
            return;
        }
        complain(system, fmt::format(fmt::runtime(gnu_ ? "'{}': {}" : "{}: {}"), path, errno_text(Errno::NoEntry)));
        status_ = 1;
    }

    /// Puts what is in a directory on the pile, the first name on top.
    void open(System& system, const Entry& entry, const shell::FileInfo& info) {
        if (!info.is_directory || entry.depth >= expression_.most_depth || pruned_) return;
        std::vector<std::string> names;
        system.list(entry.path, names);
        for (auto each = names.rbegin(); each != names.rend(); ++each) pending_.push_back({path_below(entry.path, *each), entry.depth + 1, false});
    }

    /// Looks at the entry on top; comes back to it after a command has ended.
    void visit(System& system) {
        const shell::FileInfo info = system.stat(pending_.back().path);
        if (expression_.depth_first && !pending_.back().opened) {
            pending_.back().opened = true;
            const Entry entry = pending_.back();
            open(system, entry, info);
            return;
        }
        const Entry entry = pending_.back();
        action_ = 0;
        if (entry.depth >= expression_.least_depth) {
            const bool fits = holds(system, expression_.root, entry.path, info);
            if (child_ != 0) return;
            if (fits && !expression_.acts) output_.add(entry.path + "\n");
        }
        results_.clear();
        pending_.pop_back();
        if (!expression_.depth_first && !quit_) open(system, entry, info);
        pruned_ = false;
        if (quit_) pending_.clear();
    }

    void ended(int status) {
        if (pending_.empty()) {
            if (status != 0) status_ = 1;
            return;
        }
        results_.push_back(status == 0);
    }

    /// What an action gave before; nothing: it has not been done.
    std::optional<bool> done() {
        const std::size_t ordinal = action_++;
        return ordinal < results_.size() ? std::optional<bool>(results_[ordinal]) : std::nullopt;
    }

    /// While a command runs the answer is of no matter: it is asked again.
    bool holds(System& system, std::size_t index, const std::string& path, const shell::FileInfo& info) {
        const FindNode& node = expression_.nodes[index];
        using Kind = FindNode::Kind;
        switch (node.kind) {
            case Kind::And:
                return holds(system, node.left, path, info) && child_ == 0 && !quit_ && holds(system, node.right, path, info);
            case Kind::Or:
                return holds(system, node.left, path, info) || (child_ == 0 && !quit_ && holds(system, node.right, path, info));
            case Kind::Not:
                return !holds(system, node.left, path, info);
            case Kind::True:
                return true;
            case Kind::False:
                return false;
            case Kind::Print:
            case Kind::Print0:
            case Kind::Delete:
            case Kind::Exec:
            case Kind::ExecMany:
                return act(system, index, path);
            case Kind::Prune:
                pruned_ = true;
                return true;
            case Kind::Quit:
                quit_ = true;
                return true;
            case Kind::Name:
            case Kind::Path:
            case Kind::Pattern:
            case Kind::Type:
            case Kind::Empty:
            case Kind::Size:
            case Kind::Days:
            case Kind::Minutes:
            case Kind::Newer:
                break;
        }
        return tests(system, node, path, info);
    }

    bool act(System& system, std::size_t index, const std::string& path) {
        const FindNode& node = expression_.nodes[index];
        if (const auto before = done()) return *before;
        if (node.kind == FindNode::Kind::Exec) {
            std::vector<std::string> command = node.command;
            for (std::string& word : command) {
                if (word.find("{}") == std::string::npos) continue;
                std::string filled;
                for (std::size_t at = 0; at < word.size() && filled.size() <= kMostWordBytes;) {
                    const std::size_t braces = std::min(word.find("{}", at), word.size());
                    filled.append(word, at, braces - at);
                    if (braces < word.size()) filled += path;
                    at = braces + 2;
                }
                word = std::move(filled);
            }
            const bool too_long = std::any_of(command.begin(), command.end(), [](const std::string& word) { return word.size() > kMostWordBytes; });
            if (too_long)
                complain(system, gnu_ ? "command too long" : node.command.front() + ": Argument list too long");
            else if (start_command(system, command))
                return false;
            results_.push_back(false);
            return false;
        }
        bool fine = true;
        if (node.kind == FindNode::Kind::Delete) {
            if (path == ".") {
                results_.push_back(true);
                return true;
            }
            const Errno error = system.remove(path, false);
            fine = error == Errno::None;
            if (!fine) {
                complain(system, fmt::format(fmt::runtime(gnu_ ? "cannot delete '{}': {}" : "{}: {}"), path, errno_text(error)));
                status_ = 1;
            }
        } else if (node.kind == FindNode::Kind::ExecMany) {
            many_[index].push_back(path);
        } else {
            output_.add(path);
            output_.add(node.kind == FindNode::Kind::Print ? std::string_view("\n", 1) : std::string_view("\0", 1));
        }
        results_.push_back(fine);
        return fine;
    }

    bool start_command(System& system, const std::vector<std::string>& command) {
        output_.flush(system, name());
        const shell::Spawned spawned = spawn_child(system, command, start().environment);
        child_ = spawned.pid;
        if (child_ != 0) return true;
        if (spawned.error == Errno::NotModelled)
            complain_of_start(system, name(), command.front(), spawned.error);
        else
            complain(system, fmt::format(fmt::runtime(gnu_ ? "'{}': {}" : "{}: {}"), command.front(), errno_text(spawned.error)));
        return false;
    }

    /// The next `-exec ... {} +` with what it has gathered; false when there is none.
    bool run_many(System& system) {
        for (std::size_t i = 0; i < many_.size(); ++i) {
            if (many_[i].empty()) continue;
            std::vector<std::string> command = expression_.nodes[i].command;
            const std::vector<std::string> files = std::exchange(many_[i], {});
            command.insert(command.end(), files.begin(), files.end());
            if (!start_command(system, command)) status_ = 1;
            return true;
        }
        return false;
    }

    bool tests(System& system, const FindNode& node, const std::string& path, const shell::FileInfo& info) const {
        using Kind = FindNode::Kind;
        const auto matches = [&](const std::string& text) { return shell::matches_pattern(node.text, node.ignore_case ? lower(text) : text); };
        if (node.kind == Kind::Name) return matches(base_name(path));
        if (node.kind == Kind::Path) return matches(path);
        if (node.kind == Kind::Pattern) return node.regex.search(path).has_value();
        if (node.kind == Kind::Type) return node.text == (info.is_directory ? "d" : "f");
        if (node.kind == Kind::Newer) return info.modified > node.time;
        if (node.kind == Kind::Size) return size_fits(node, info.size_bytes);
        if (node.kind == Kind::Days || node.kind == Kind::Minutes) return age_fits(node, system.now() - info.modified);
        if (!info.is_directory) return info.size_bytes == 0;
        std::vector<std::string> names;
        system.list(path, names);
        return names.empty();
    }

    /// GNU rounds up to whole units, busybox compares bytes where there is a sign (findutils/find.c).
    [[nodiscard]] bool size_fits(const FindNode& node, std::int64_t bytes) const {
        if (!gnu_ && node.sign != '\0') return node.sign == '+' ? bytes > node.number * node.unit : bytes < node.number * node.unit;
        const std::int64_t units = (bytes + node.unit - 1) / node.unit;
        return node.sign == '+' ? units > node.number : node.sign == '-' ? units < node.number : units == node.number;
    }

    /// Whole days since, or minutes begun.
    static bool age_fits(const FindNode& node, Duration age) {
        const std::int64_t passed = age.nanoseconds / seconds(1).nanoseconds;
        if (node.kind == FindNode::Kind::Days) {
            const std::int64_t days = passed / 86'400;
            return node.sign == '+' ? days > node.number : node.sign == '-' ? days < node.number : days == node.number;
        }
        constexpr std::int64_t kMinute = 60;
        if (node.sign == '+') return passed > node.number * kMinute;
        if (node.sign == '-') return passed < node.number * kMinute;
        return passed <= node.number * kMinute && passed > (node.number - 1) * kMinute;
    }

    bool gnu_ = true;
    std::vector<std::string> paths_;
    std::size_t next_path_ = 0;
    FindExpression expression_;
    std::vector<Entry> pending_;  ///< The next one last.
    std::vector<bool> results_;   ///< Of the actions done for the entry on top.
    std::size_t action_ = 0;
    std::vector<std::vector<std::string>> many_;  ///< By the node of `-exec ... +`.
    bool pruned_ = false;
    bool quit_ = false;
    shell::Pid child_ = 0;
    Output output_;
    int status_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_find(Start start) { return std::make_unique<Find>(std::move(start)); }

int run_clear(Tool& tool) {
    tool.print("\033[H\033[J");
    return 0;
}

}  // namespace podium::programs::small
