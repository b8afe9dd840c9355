#include "sim/model/dockerfile_instruction.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/base/go_numbers.hpp"
#include "sim/base/text.hpp"

// After buildkit's frontend/dockerfile/parser (split_command.go, line_parsers.go) and instructions
// (parse.go, bflag.go), as moby v20.10.24 has them.

namespace podium::model {
namespace {

struct InstructionName {
    std::string_view name;
    DockerInstruction instruction;
    bool of_commit = false;  ///< May stand in `docker commit --change`.
};

constexpr std::array kInstructions{
    InstructionName{"ADD", DockerInstruction::Add},
    InstructionName{"ARG", DockerInstruction::Arg},
    InstructionName{"CMD", DockerInstruction::Cmd, true},
    InstructionName{"COPY", DockerInstruction::Copy},
    InstructionName{"ENTRYPOINT", DockerInstruction::Entrypoint, true},
    InstructionName{"ENV", DockerInstruction::Env, true},
    InstructionName{"EXPOSE", DockerInstruction::Expose, true},
    InstructionName{"FROM", DockerInstruction::From},
    InstructionName{"HEALTHCHECK", DockerInstruction::Healthcheck, true},
    InstructionName{"LABEL", DockerInstruction::Label, true},
    InstructionName{"MAINTAINER", DockerInstruction::Maintainer},
    InstructionName{"ONBUILD", DockerInstruction::Onbuild, true},
    InstructionName{"RUN", DockerInstruction::Run},
    InstructionName{"SHELL", DockerInstruction::Shell},
    InstructionName{"STOPSIGNAL", DockerInstruction::Stopsignal, true},
    InstructionName{"USER", DockerInstruction::User, true},
    InstructionName{"VOLUME", DockerInstruction::Volume, true},
    InstructionName{"WORKDIR", DockerInstruction::Workdir, true}};

constexpr std::string_view kBlanks = " \t\v\f\r";

bool is_blank(char c) {
    return kBlanks.find(c) != std::string_view::npos;
}

// Splits at blanks outside of quotes; quotes and escapes stay (parseWords).
std::vector<std::string> quoted_words(std::string_view text, char escape) {
    std::vector<std::string> out;
    std::string word;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == 0 && is_blank(c)) {
            if (!word.empty()) out.push_back(std::exchange(word, {}));
            continue;
        }
        if (c == escape && quote != '\'') {
            if (i + 1 == text.size()) break;
            word += c;
            word += text[++i];
            continue;
        }
        word += c;
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        }
    }
    if (!word.empty()) out.push_back(std::move(word));
    return out;
}

// Up to the bracket that closes the list: what stands behind it is of no interest to Go's decoder.
std::string_view bracketed(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\') {
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '[' || c == '{')) {
            ++depth;
        } else if (!quoted && (c == ']' || c == '}') && --depth == 0) {
            return text.substr(0, i + 1);
        }
    }
    return text;
}

struct JsonWords {
    bool json = false;      // it is a list
    bool of_words = false;  // of nothing but texts
    std::vector<std::string> words;
};

JsonWords json_words(std::string_view text) {
    JsonWords out;
    text = without_leading_blanks(text);
    if (!text.starts_with('[')) return out;
    const std::string_view list_text = bracketed(text);
    const auto list = nlohmann::json::parse(list_text.begin(), list_text.end(), nullptr, false);
    if (!list.is_array()) return out;
    out.json = true;
    out.of_words = true;
    for (const auto& item : list) {
        if (item.is_string())
            out.words.push_back(item.get<std::string>());
        else
            out.of_words = false;
    }
    return out;
}

// The flags in front of an instruction's words: quotes and escapes are taken off them, "--" ends
// them (extractBuilderFlags).
std::string_view take_flag_words(std::string_view text, std::vector<std::string>& flags) {
    while (true) {
        text = without_leading_blanks(text);
        if (!text.starts_with("--")) return text;
        std::string flag;
        char quote = 0;
        std::size_t i = 0;
        for (; i < text.size() && (quote != 0 || !is_blank(text[i])); ++i) {
            if (text[i] == '\\') {
                if (++i == text.size()) break;
                flag += text[i];
            } else if (quote != 0 ? text[i] == quote : text[i] == '"' || text[i] == '\'') {
                quote = quote != 0 ? '\0' : text[i];
            } else {
                flag += text[i];
            }
        }
        text = text.substr(std::min(i, text.size()));
        if (flag == "--") return text;
        flags.push_back(std::move(flag));
    }
}

// What becomes of one instruction. An error of either kind leaves the step half done.
class InstructionReader {
    using enum DockerInstruction;

  public:
    InstructionReader(const InstructionLine& line, char escape, bool newer)
        : line_(line), escape_(escape), newer_(newer) {}

    ReadInstruction read() {
        const auto* known =
            std::find_if(kInstructions.begin(), kInstructions.end(), [this](const auto& row) {
                return row.name == line_.name;
            });
        if (known == kInstructions.end()) {
            out_.wrong = fmt::format("unknown instruction: {}", line_.name);
            return std::move(out_);
        }
        step_.instruction = known->instruction;
        out_.of_commit = known->of_commit;
        read_words();
        if (parting_.empty() && wrong_.empty()) read_flags();
        return std::move(out_);
    }

  private:
    void need(bool there, std::string_view what) {
        if (!there && wrong_.empty()) wrong_ = fmt::format("{} requires {}", line_.name, what);
    }

    void read_words() {
        const std::string& rest = line_.rest;
        switch (step_.instruction) {
            case Env:
            case Label:
                read_pairs();
                break;
            case Arg:
                read_arguments();
                break;
            case Run:
            case Cmd:
            case Entrypoint:
            case Shell:
                read_command(rest);
                break;
            case Copy:
            case Add:
            case Volume:
                read_list();
                break;
            case Expose:
                step_.words = split_words(rest);
                std::sort(step_.words.begin(), step_.words.end());
                need(!step_.words.empty(), "at least one argument");
                break;
            case Healthcheck:
                read_check();
                break;
            case From:
                read_base();
                break;
            case Onbuild:
                read_trigger();
                break;
            case Maintainer:
            case Stopsignal:
            case User:
            case Workdir:
                step_.words = {rest};
                need(!rest.empty(), "exactly one argument");
                break;
        }
    }

    // "A=1 B=2", or in the old form "A the rest".
    void read_pairs() {
        const std::vector<std::string> words = quoted_words(line_.rest, escape_);
        need(!words.empty(), "at least one argument");
        if (words.empty()) return;
        if (words.front().find('=') == std::string::npos) {
            const std::size_t blank = line_.rest.find_first_of(kBlanks);
            if (blank == std::string::npos) {
                parting_ = fmt::format("{} must have two arguments", line_.name);
                return;
            }
            const std::string_view value =
                without_blanks(std::string_view(line_.rest).substr(blank));
            step_.pairs.emplace_back(line_.rest.substr(0, blank), std::string(value));
            return;
        }
        for (const std::string& word : words) {
            const std::size_t equals = word.find('=');
            if (equals == std::string::npos) {
                parting_ = fmt::format(
                    "Syntax error - can't find = in \"{}\". Must be of the form: name=value", word);
                return;
            }
            if (equals == 0) wrong_ = fmt::format("{} names can not be blank", line_.name);
            step_.pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
    }

    void read_arguments() {
        for (const std::string& word : quoted_words(line_.rest, escape_)) {
            const std::size_t equals = word.find('=');
            if (equals == 0) wrong_ = "ARG names can not be blank";
            if (equals == std::string::npos)
                step_.pairs.emplace_back(word, std::nullopt);
            else
                step_.pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        }
        need(!step_.pairs.empty(), "at least one argument");
    }

    // A JSON list of words, or one text; true when it is the list.
    bool read_json(std::string_view text) {
        JsonWords list = json_words(text);
        if (list.json && !list.of_words) {
            parting_ = "when using JSON array syntax, arrays must be comprised of strings only";
            return true;
        }
        step_.json = list.json;
        if (list.json) step_.words = std::move(list.words);
        return list.json;
    }

    void read_command(const std::string& rest) {
        if (!read_json(rest) && !rest.empty()) step_.words = {rest};
        // Without words the engine begins a shell with nothing to do, which fails; Podium says so
        // here.
        if (step_.instruction == Run || step_.instruction == Shell)
            need(!step_.words.empty(), "at least one argument");
        if (step_.instruction == Shell && !step_.json)
            need(false, "the arguments to be in JSON form");
    }

    void read_list() {
        if (!read_json(line_.rest)) step_.words = split_words(line_.rest);
        if (!parting_.empty()) return;
        if (step_.instruction == Volume) {
            need(!step_.words.empty(), "at least one argument");
            for (std::string& path : step_.words) {
                path = without_blanks(path);
                if (path.empty()) wrong_ = "VOLUME specified can not be an empty string";
            }
            return;
        }
        need(step_.words.size() >= 2,
             "at least two arguments, but only one was provided. Destination could not be "
             "determined");
    }

    void read_check() {
        const std::string_view rest = line_.rest;
        const std::size_t blank = std::min(rest.find_first_of(kBlanks), rest.size());
        const std::string type = upper(rest.substr(0, blank));
        const std::string command(without_blanks(rest.substr(blank)));
        need(!type.empty(), "at least one argument");
        if (!command.empty() && !read_json(command)) step_.words = {command};
        if (!parting_.empty() || !wrong_.empty()) return;
        if (type == "NONE") {
            if (!step_.words.empty()) wrong_ = "HEALTHCHECK NONE takes no arguments";
        } else if (type != "CMD") {
            wrong_ = fmt::format("Unknown type \"{}\" in HEALTHCHECK (try CMD)", type);
        } else if (step_.words.empty()) {
            wrong_ = "Missing command after HEALTHCHECK CMD";
        }
        step_.words.insert(step_.words.begin(), type == "CMD" && !step_.json ? "CMD-SHELL" : type);
        step_.check.test = step_.words;
    }

    void read_base() {
        step_.words = split_words(line_.rest);
        if (step_.words.size() == 3 && upper(step_.words[1]) == "AS") {
            constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
            step_.stage = lower(step_.words[2]);
            const bool letter = step_.stage.front() >= 'a' && step_.stage.front() <= 'z';
            if (!letter || step_.stage.find_first_not_of(kLetters) != std::string::npos)
                wrong_ = fmt::format(
                    "invalid name for build stage: \"{}\", name can't start with a number or "
                    "contain "
                    "symbols",
                    step_.words[2]);
            step_.words.resize(1);
        }
        need(step_.words.size() == 1, "either one or three arguments");
    }

    void read_trigger() {
        step_.words = {line_.rest};
        need(!line_.rest.empty(), "at least one argument");
        const std::string trigger = instruction_line(line_.rest).name;
        if (trigger == "ONBUILD") wrong_ = "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed";
        if (trigger == "MAINTAINER" || trigger == "FROM")
            wrong_ = fmt::format("{} isn't allowed as an ONBUILD trigger", trigger);
    }

    // --- flags ---

    // buildkit v0.25 frontend/dockerfile/instructions/parse.go, without those of its labs versions.
    [[nodiscard]] std::vector<std::string_view> newer_flags() const {
        if (step_.instruction == Add) return {"link", "checksum", "keep-git-dir", "exclude"};
        if (step_.instruction == Copy) return {"link", "parents", "exclude"};
        if (step_.instruction == Healthcheck) return {"start-interval"};
        return {};
    }

    static bool is_switch(std::string_view name) {
        return name == "link" || name == "parents" || name == "keep-git-dir";
    }

    [[nodiscard]] std::vector<std::string_view> known_flags() const {
        if (step_.instruction == From) return {"platform"};
        if (step_.instruction == Add) return {"chown", "chmod"};
        if (step_.instruction == Copy) return {"chown", "chmod", "from"};
        if (step_.instruction == Healthcheck)
            return {"interval", "timeout", "start-period", "retries"};
        if (step_.instruction == Run) return {"mount", "network", "security"};
        return {};
    }

    void read_flags() {
        if (step_.check.test == std::vector<std::string>{"NONE"}) return;
        std::vector<std::string_view> known = known_flags();
        if (newer_) {
            for (const std::string_view name : newer_flags()) known.push_back(name);
        }
        for (const std::string& flag : line_.flags) {
            const std::size_t equals = std::min(flag.find('='), flag.size());
            const std::string name = flag.substr(2, equals - 2);
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                wrong_ = fmt::format("Unknown flag: {}", name);
            } else if (step_.flags.contains(name) && name != "mount" && name != "exclude") {
                wrong_ = fmt::format("Duplicate flag specified: {}", name);
            } else if (equals == flag.size() && is_switch(name)) {
                step_.flags.emplace(name, "true");
            } else if (equals == flag.size()) {
                wrong_ = fmt::format("Missing a value on flag: {}", name);
            } else {
                step_.flags.emplace(name, flag.substr(equals + 1));
            }
            if (!wrong_.empty()) return;
        }
        if (step_.instruction == Healthcheck) read_check_times();
    }

    [[nodiscard]] std::string flag(const char* name) const {
        const auto found = step_.flags.find(name);
        return found == step_.flags.end() ? std::string() : found->second;
    }

    void read_check_times() {
        struct Row {
            const char* name;
            Duration* value;
        };

        Duration unknown_here;  // to the engine: the build tells so
        for (const Row& row : {Row{"interval", &step_.check.interval},
                               Row{"timeout", &step_.check.timeout},
                               Row{"start-period", &step_.check.start_period},
                               Row{"start-interval", &unknown_here}}) {
            const std::string text = flag(row.name);
            if (text.empty()) continue;
            const auto duration = parse_go_duration(text);
            if (!duration)
                wrong_ = duration.error().message;
            else if (*duration < milliseconds(1))
                wrong_ = fmt::format("Interval \"{}\" cannot be less than 1ms", row.name);
            if (!wrong_.empty()) return;
            *row.value = *duration;
        }
        const std::string retries = flag("retries");
        if (retries.empty()) return;
        const auto number = parse_go_integer(retries, 32);
        if (!number) {
            wrong_ = number.error().message;
        } else if (*number < 1) {
            wrong_ = fmt::format("--retries must be at least 1 (not {})", *number);
        } else {
            step_.check.retries = static_cast<int>(*number);
        }
    }

    const InstructionLine& line_;
    char escape_;
    bool newer_;  // BuildKit's flags are known
    ReadInstruction out_;
    DockerStep& step_ = out_.step;
    std::string& parting_ = out_.parting;
    std::string& wrong_ = out_.wrong;
};

}  // namespace

std::string_view without_leading_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text;
}

std::string_view without_blanks(std::string_view text) {
    text = without_leading_blanks(text);
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

InstructionLine instruction_line(std::string_view line) {
    line = without_blanks(line);
    const std::size_t blank = std::min(line.find_first_of(kBlanks), line.size());
    InstructionLine out;
    out.name = upper(line.substr(0, blank));
    out.rest = without_blanks(take_flag_words(line.substr(blank), out.flags));
    return out;
}

ReadInstruction read_instruction(const InstructionLine& line, char escape, DockerfileSyntax syntax) {
    return InstructionReader(line, escape, syntax == DockerfileSyntax::BuildKit).read();
}

}  // namespace podium::model
