#include "sim/model/dockerfile.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"

// After buildkit's frontend/dockerfile/parser (parser.go, line_parsers.go) and instructions/parse.go, as moby v20.10.24
// has them.

namespace podium::model {
namespace {

struct Name {
    std::string_view name;
    DockerInstruction instruction;
};

constexpr std::array kNames{
    Name{"ADD", DockerInstruction::Add},           Name{"ARG", DockerInstruction::Arg},
    Name{"CMD", DockerInstruction::Cmd},           Name{"COPY", DockerInstruction::Copy},
    Name{"ENTRYPOINT", DockerInstruction::Entrypoint}, Name{"ENV", DockerInstruction::Env},
    Name{"EXPOSE", DockerInstruction::Expose},     Name{"FROM", DockerInstruction::From},
    Name{"HEALTHCHECK", DockerInstruction::Healthcheck}, Name{"LABEL", DockerInstruction::Label},
    Name{"MAINTAINER", DockerInstruction::Maintainer}, Name{"ONBUILD", DockerInstruction::Onbuild},
    Name{"RUN", DockerInstruction::Run},           Name{"SHELL", DockerInstruction::Shell},
    Name{"STOPSIGNAL", DockerInstruction::Stopsignal}, Name{"USER", DockerInstruction::User},
    Name{"VOLUME", DockerInstruction::Volume},     Name{"WORKDIR", DockerInstruction::Workdir}};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

// Splits at blanks outside of quotes; quotes and escapes stay (parseWords).
std::vector<std::string> words_of(std::string_view text, char escape) {
    std::vector<std::string> out;
    std::string word;
    bool open = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == 0 && is_blank(c)) {
            if (open) out.push_back(std::exchange(word, {}));
            open = false;
            continue;
        }
        open = true;
        word += c;
        if (c == escape && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
        } else if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        }
    }
    if (open) out.push_back(std::move(word));
    return out;
}

std::optional<std::vector<std::string>> json_words(std::string_view text) {
    if (!trimmed(text).starts_with('[')) return std::nullopt;
    const auto list = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (!list.is_array()) return std::nullopt;
    std::vector<std::string> out;
    for (const auto& item : list) {
        if (!item.is_string()) return std::nullopt;
        out.push_back(item.get<std::string>());
    }
    return out;
}

class Reader {
  public:
    Reader(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

    Result<Dockerfile> read() {
        read_directives();
        std::string line;
        int number = 0;
        while (next_line(line)) {
            ++number;
            const int first = number;
            std::string_view begin = trimmed(line);
            if (begin.empty() || begin.front() == '#') continue;
            std::string joined(begin);
            if (!joined.empty() && is_blank(line.back())) joined += ' ';
            bool empty_line = false;
            while (continues(joined)) {
                if (!next_line(line)) break;
                ++number;
                const std::string_view part = trimmed(line);
                if (!part.empty() && part.front() == '#') {
                    joined += out_.escape;  // a comment ends nothing
                    continue;
                }
                if (part.empty()) {
                    joined += out_.escape;
                    empty_line = true;
                    continue;
                }
                joined += line;
            }
            joined = std::string(trimmed(joined));
            if (joined.empty()) continue;
            if (empty_line) out_.warnings.push_back("[WARNING]: Empty continuation line found in:\n    " + joined);
            if (out_.steps.size() >= kMostDockerSteps) return fail(first, fmt::format("Podium reads at most {} instructions", kMostDockerSteps));
            if (auto wrong = add(joined, first)) return *wrong;
        }
        if (!out_.warnings.empty()) out_.warnings.emplace_back("[WARNING]: Empty continuation lines will become errors in a future release.");
        if (out_.steps.empty()) return Error{"file with no instructions", Place{name_, number, 0}, "write FROM and an image"};
        if (auto wrong = check_stages()) return *wrong;
        return std::move(out_);
    }

  private:
    bool next_line(std::string& line) {
        if (at_ >= text_.size()) return false;
        const std::size_t end = text_.find('\n', at_);
        line = std::string(text_.substr(at_, end == std::string_view::npos ? end : end - at_));
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return true;
    }

    // "# escape=`" may stand before anything else.
    void read_directives() {
        std::size_t from = 0;
        if (text_.starts_with("\xEF\xBB\xBF")) from = at_ = 3;
        while (from < text_.size()) {
            const std::size_t end = std::min(text_.find('\n', from), text_.size());
            const std::string_view line = trimmed(text_.substr(from, end - from));
            const std::size_t equals = line.find('=');
            if (!line.starts_with('#') || equals == std::string_view::npos) return;
            const std::string key = lower(trimmed(line.substr(1, equals - 1)));
            const std::string_view value = trimmed(line.substr(equals + 1));
            if (key != "escape" && key != "syntax") return;
            if (key == "escape" && (value == "`" || value == "\\")) out_.escape = value.front();
            from = end + 1;
        }
    }

    // Takes the escape character off a line that goes on in the next one.
    bool continues(std::string& line) const {
        std::size_t end = line.size();
        while (end > 0 && is_blank(line[end - 1])) --end;
        if (end == 0 || line[end - 1] != out_.escape) return false;
        line.erase(end - 1);
        return true;
    }

    [[nodiscard]] Error fail(int line, const std::string& why) const {
        return Error{fmt::format("dockerfile parse error line {}: {}", line, why), Place{name_, line, 0}, {}};
    }

    std::optional<Error> add(const std::string& line, int number) {
        const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
        const std::string name = upper(std::string_view(line).substr(0, blank));
        const auto* found = std::find_if(kNames.begin(), kNames.end(), [&](const Name& row) { return row.name == name; });
        if (found == kNames.end()) return fail(number, fmt::format("unknown instruction: {}", name));
        DockerStep step;
        step.instruction = found->instruction;
        step.line = number;
        step.text = line;
        std::string_view rest = trimmed(std::string_view(line).substr(blank));
        if (auto wrong = take_flags(step, rest, number)) return wrong;
        if (auto wrong = take_words(step, rest, name, number)) return wrong;
        out_.steps.push_back(std::move(step));
        return std::nullopt;
    }

    std::optional<Error> take_flags(DockerStep& step, std::string_view& rest, int number) const {
        using enum DockerInstruction;
        std::vector<std::string_view> known;
        if (step.instruction == From) known = {"platform"};
        if (step.instruction == Add) known = {"chown", "chmod"};
        if (step.instruction == Copy) known = {"chown", "chmod", "from"};
        if (step.instruction == Healthcheck) known = {"interval", "timeout", "start-period", "retries"};
        if (step.instruction == Run) known = {"mount", "network", "security"};
        while (rest.starts_with("--")) {
            const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
            const std::string_view flag = rest.substr(0, end);
            rest = trimmed(rest.substr(end));
            if (flag == "--") break;
            const std::size_t equals = std::min(flag.find('='), flag.size());
            const std::string_view name = flag.substr(2, equals - 2);
            if (std::find(known.begin(), known.end(), name) == known.end()) return fail(number, fmt::format("Unknown flag: {}", name));
            if (equals == flag.size()) return fail(number, fmt::format("Missing a value on flag: {}", name));
            step.flags[std::string(name)] = std::string(flag.substr(equals + 1));
        }
        return std::nullopt;
    }

    // "A=1 B=2", or of ENV and LABEL in their old form "A the rest".
    std::optional<Error> take_pairs(DockerStep& step, std::string_view rest, const std::string& name, int number) const {
        const std::vector<std::string> words = words_of(rest, out_.escape);
        if (words.empty()) return fail(number, fmt::format("{} requires at least one argument", name));
        const bool argument = step.instruction == DockerInstruction::Arg;
        if (!argument && words.front().find('=') == std::string::npos) {
            const std::size_t blank = rest.find_first_of(" \t");
            if (blank == std::string_view::npos) return fail(number, fmt::format("{} must have two arguments", name));
            step.pairs.emplace_back(std::string(rest.substr(0, blank)), std::string(trimmed(rest.substr(blank))));
            return std::nullopt;
        }
        for (const std::string& word : words) {
            const std::size_t equals = word.find('=');
            if (equals == std::string::npos && argument) {
                step.pairs.emplace_back(word, std::nullopt);
                continue;
            }
            if (equals == std::string::npos) return fail(number, fmt::format("Syntax error - can't find = in \"{}\". Must be of the form: name=value", word));
            if (equals == 0) return fail(number, fmt::format("{} names can not be blank", name));
            step.pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
        return std::nullopt;
    }

    std::optional<Error> take_words(DockerStep& step, std::string_view rest, const std::string& name, int number) const {
        using enum DockerInstruction;
        const auto list = json_words(rest);
        switch (step.instruction) {
            case Env:
            case Label:
            case Arg: return take_pairs(step, rest, name, number);
            case Run:
            case Cmd:
            case Entrypoint:
                step.json = list.has_value();
                if (list) step.words = *list;
                else if (!rest.empty()) step.words = {std::string(rest)};
                if (step.instruction == Run && step.words.empty()) return fail(number, "RUN requires at least one argument");
                return std::nullopt;
            case Shell:
                if (!list) return fail(number, fmt::format("SHELL requires the arguments to be in JSON form"));
                if (list->empty()) return fail(number, "SHELL requires at least one argument");
                step.words = *list;
                return std::nullopt;
            case Healthcheck: return take_check(step, rest, number);
            case Copy:
            case Add:
            case Volume:
                step.json = list.has_value();
                step.words = list ? *list : split_words(std::string(rest));
                if (step.instruction == Volume && step.words.empty()) return fail(number, "VOLUME requires at least one argument");
                if (step.instruction != Volume && step.words.size() < 2) return fail(number, fmt::format("{} requires at least two arguments, but only one was provided. Destination could not be determined.", name));
                return std::nullopt;
            case From: return take_base(step, rest, number);
            case Expose:
                step.words = split_words(std::string(rest));
                std::sort(step.words.begin(), step.words.end());
                if (step.words.empty()) return fail(number, "EXPOSE requires at least one argument");
                return std::nullopt;
            case Onbuild:
                step.words = {std::string(rest)};
                if (rest.empty()) return fail(number, "ONBUILD requires at least one argument");
                return std::nullopt;
            case Maintainer:
            case Stopsignal:
            case User:
            case Workdir:
                if (rest.empty()) return fail(number, fmt::format("{} requires exactly one argument", name));
                step.words = {std::string(rest)};
                return std::nullopt;
        }
        return std::nullopt;
    }

    std::optional<Error> take_check(DockerStep& step, std::string_view rest, int number) const {
        const std::size_t blank = std::min(rest.find_first_of(" \t"), rest.size());
        const std::string type = upper(rest.substr(0, blank));
        rest = trimmed(rest.substr(blank));
        if (type.empty()) return fail(number, "HEALTHCHECK requires at least one argument");
        if (type == "NONE") {
            if (!rest.empty()) return fail(number, "HEALTHCHECK NONE takes no arguments");
            step.words = {"NONE"};
            return std::nullopt;
        }
        if (type != "CMD") return fail(number, fmt::format("Unknown type \"{}\" in HEALTHCHECK (try CMD)", type));
        if (rest.empty()) return fail(number, "Missing command after HEALTHCHECK CMD");
        const auto list = json_words(rest);
        step.json = list.has_value();
        step.words = {list ? "CMD" : "CMD-SHELL"};
        if (list) step.words.insert(step.words.end(), list->begin(), list->end());
        else step.words.emplace_back(rest);
        return std::nullopt;
    }

    std::optional<Error> take_base(DockerStep& step, std::string_view rest, int number) const {
        step.words = split_words(std::string(rest));
        if (step.words.size() == 3 && upper(step.words[1]) == "AS") {
            step.stage = lower(step.words[2]);
            const bool letter = step.stage.front() >= 'a' && step.stage.front() <= 'z';
            if (!letter || step.stage.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos) {
                return fail(number, fmt::format("invalid name for build stage: \"{}\", name can't start with a number or contain symbols", step.words[2]));
            }
            step.words.resize(1);
        }
        if (step.words.size() != 1) return fail(number, "FROM requires either one or three arguments");
        return std::nullopt;
    }

    std::optional<Error> check_stages() const {
        for (const DockerStep& step : out_.steps) {
            if (step.instruction == DockerInstruction::From) return std::nullopt;
            if (step.instruction != DockerInstruction::Arg) break;
        }
        return Error{"no build stage in current context", Place{name_, out_.steps.front().line, 0}, "a Dockerfile begins with FROM"};
    }

    std::string_view text_;
    std::string name_;
    std::size_t at_ = 0;
    Dockerfile out_;
};

// --- words ---

constexpr int kMostNested = 64;

class Expander {
  public:
    Expander(std::string_view word, const std::vector<std::string>& variables, char escape) : word_(word), variables_(variables), escape_(escape) {}

    Result<std::string> run() {
        std::string out;
        while (at_ < word_.size()) {
            if (auto wrong = part(out)) return *wrong;
        }
        return out;
    }

  private:
    // One character, quoted text or variable of the word.
    std::optional<Error> part(std::string& out) {
        const char c = word_[at_];
        if (c == '\'') {
            const std::size_t end = word_.find('\'', at_ + 1);
            if (end == std::string_view::npos) return unbalanced();
            out += word_.substr(at_ + 1, end - at_ - 1);
            at_ = end + 1;
            return std::nullopt;
        }
        if (c == '"') return double_quoted(out);
        if (c == '$') return variable(out);
        if (c == escape_ && at_ + 1 < word_.size()) ++at_;
        out += word_[at_++];
        return std::nullopt;
    }

    std::optional<Error> double_quoted(std::string& out) {
        ++at_;
        while (at_ < word_.size() && word_[at_] != '"') {
            if (word_[at_] == '$') {
                if (auto wrong = variable(out)) return wrong;
                continue;
            }
            if (word_[at_] == escape_ && at_ + 1 < word_.size()) {
                const char next = word_[at_ + 1];
                if (next == '"' || next == '$' || next == escape_) ++at_;
            }
            out += word_[at_++];
        }
        if (at_ >= word_.size()) return unbalanced();
        ++at_;
        return std::nullopt;
    }

    [[nodiscard]] static Error unbalanced() { return Error{"unexpected end of statement while looking for matching double-quote", {}, {}}; }

    std::string name() {
        const std::size_t from = at_;
        while (at_ < word_.size() && (word_[at_] == '_' || (word_[at_] >= '0' && word_[at_] <= '9') || (word_[at_] >= 'a' && word_[at_] <= 'z') || (word_[at_] >= 'A' && word_[at_] <= 'Z'))) ++at_;
        return std::string(word_.substr(from, at_ - from));
    }

    [[nodiscard]] std::optional<std::string> value(const std::string& wanted) const {
        for (const std::string& variable : variables_) {
            if (variable.size() > wanted.size() && variable.starts_with(wanted) && variable[wanted.size()] == '=') return variable.substr(wanted.size() + 1);
        }
        return std::nullopt;
    }

    std::optional<Error> variable(std::string& out) {
        if (depth_ >= kMostNested) return Error{fmt::format("Podium fills in at most {} variables within one another", kMostNested), {}, {}};
        ++depth_;
        auto wrong = fill_in(out);
        --depth_;
        return wrong;
    }

    std::optional<Error> fill_in(std::string& out) {
        ++at_;
        if (at_ >= word_.size() || word_[at_] != '{') {
            const std::string wanted = name();
            out += wanted.empty() ? "$" : value(wanted).value_or("");
            return std::nullopt;
        }
        ++at_;
        const std::string wanted = name();
        if (wanted.empty() || at_ >= word_.size()) return Error{"bad substitution", {}, {}};
        std::string rule;
        while (at_ < word_.size() && word_[at_] != '}' && rule.size() < 2) {
            rule += word_[at_++];
            if (rule.back() == '-' || rule.back() == '+' || rule.back() == '?') break;
        }
        std::string other;
        while (at_ < word_.size() && word_[at_] != '}') {
            if (auto wrong = part(other)) return wrong;
        }
        if (at_ >= word_.size()) return Error{"bad substitution", {}, {}};
        ++at_;
        const auto set = value(wanted);
        const bool there = set && (!rule.starts_with(':') || !set->empty());
        if (rule.ends_with('+')) out += there ? other : "";
        else if (rule.ends_with('-')) out += there ? *set : other;
        else if (rule.empty()) out += set.value_or("");
        else return Error{fmt::format("unsupported modifier ({}) in substitution", rule), {}, {}};
        return std::nullopt;
    }

    std::string_view word_;
    const std::vector<std::string>& variables_;
    char escape_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

Result<Dockerfile> parse_dockerfile(std::string_view text, const std::string& name) {
    if (text.size() > kMostDockerfileBytes) return Error{"Podium reads Dockerfiles of at most 1 MiB", Place{name, 0, 0}, {}};
    return Reader(text, name).read();
}

Result<std::string> expand_docker_word(std::string_view word, const std::vector<std::string>& variables, char escape) {
    return Expander(word, variables, escape).run();
}

}  // namespace podium::model
