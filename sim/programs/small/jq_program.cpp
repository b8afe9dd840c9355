// jq: reads values one after the other and prints what its filter makes of each.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/small/input.hpp"
#include "sim/programs/small/jq.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

constexpr int kDeepest = 200;  // of a value; jq's own is 256

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Where the value that begins at `at` ends, by its brackets and quotes; npos when it does not, or nests too deeply.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            quoted = c != '"';
            if (!quoted && depth == 0) return i + 1;
            continue;
        }
        if (c == '"') {
            if (depth == 0 && i > at) return i;
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (depth == 0 && i > at) return i;
            if (++depth > kDeepest) return std::string_view::npos;
        } else if (c == ']' || c == '}') {
            if (--depth <= 0) return i + 1;
        } else if (depth == 0 && is_space(c)) {
            return i;
        }
    }
    return depth == 0 && !quoted ? text.size() : std::string_view::npos;
}

class Jq final : public Cloned<Jq, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (const auto status = begin(system)) return Step::exit(*status);
        }
        std::string data;
        for (std::size_t taken = 0; taken < kMostBytesAStep; taken += data.size()) {
            switch (input_.next_chunk(system, data)) {
                case Input::Item::Data:
                    text_ += data;
                    if (text_.size() <= kMaxJqInputBytes) break;
                    complain(system, fmt::format("Podium's jq reads {} MiB at most", kMaxJqInputBytes >> 20));
                    return Step::exit(2);
                case Input::Item::FileBegins:
                case Input::Item::FileEnds:
                    break;
                case Input::Item::Failed:
                    complain(system, fmt::format("error: Could not open file {}: {}", input_.name(), shell::errno_text(input_.error())));
                    status_ = 2;
                    break;
                case Input::Item::Pause:
                case Input::Item::Wait:
                    return Step::block();
                case Input::Item::End:
                    return finish(system);
            }
        }
        return input_.busy(system, kMostBytesAStep);
    }

  private:
    std::optional<int> begin(System& system) {
        std::vector<std::string> words = {name()};
        // --arg has two values, which getopt knows nothing of.
        for (std::size_t i = 1; i < argv().size(); ++i) {
            if (argv()[i] == "--arg" && i + 2 < argv().size()) {
                variables_[argv()[i + 1]] = argv()[i + 2];
                i += 2;
            } else {
                words.push_back(argv()[i]);
            }
        }
        const Options options = read_options(words, {"rcsnSMej", {{"raw-output", 'r'}, {"compact-output", 'c'}, {"slurp", 's'}, {"null-input", 'n'}, {"sort-keys", 'S'}, {"monochrome-output", 'M'}, {"exit-status", 'e'}, {"join-output", 'j'}}, "aCfLR"}, true);
        if (!options.problem.empty()) {
            complain(system, options.problem);
            return 2;
        }
        raw_ = options.has('r') || options.has('j');
        joins_ = options.has('j');
        compact_ = options.has('c');
        slurps_ = options.has('s');
        sorts_ = options.has('S');
        no_input_ = options.has('n');
        tells_ = options.has('e');
        if (options.operands.empty() && system.is_terminal(0)) {
            system.write(2, "jq - commandline JSON processor\n\nUsage:\tjq [options] <jq filter> [file...]\n");
            return 2;
        }
        const std::string text = options.operands.empty() ? "." : options.operands.front();
        Result<JqFilter> filter = parse_jq(text);
        if (!filter) {
            const std::string& message = filter.error().message;
            const bool own = message.find("Podium") != std::string::npos;
            system.write(2, own ? fmt::format("jq: {}\n", message) : fmt::format("jq: error: {}\njq: 1 compile error\n", message));
            return 3;
        }
        filter_ = std::move(*filter);
        input_.set_files(options.operands.empty() ? options.operands : std::vector<std::string>(options.operands.begin() + 1, options.operands.end()));
        if (!no_input_) return std::nullopt;
        if (const auto status = print(system, Json())) return status;
        return final_status();
    }

    Step finish(System& system) {
        Json all = Json::array();
        std::size_t at = 0;
        while (true) {
            while (at < text_.size() && is_space(text_[at])) ++at;
            if (at >= text_.size()) break;
            const std::size_t end = end_of_value(text_, at);
            if (end == std::string::npos) return wrong(system, "Unfinished JSON term", text_.size());
            const Json value = jq_value(Json::parse(text_.substr(at, end - at), nullptr, false));
            if (value.is_discarded()) return wrong(system, "Invalid numeric literal", end);
            at = end;
            if (slurps_) {
                all.push_back(value);
                continue;
            }
            if (const auto status = print(system, value)) return Step::exit(*status);
        }
        if (slurps_) {
            if (const auto status = print(system, all)) return Step::exit(*status);
        }
        return Step::exit(final_status());
    }

    /// With -e the last result is told by the status.
    [[nodiscard]] int final_status() const { return status_ == 0 && tells_ ? (last_ == 0 ? 4 : last_ == 1 ? 1 : 0) : status_; }

    // jq names the place behind what it could not read.
    Step wrong(System& system, std::string_view what, std::size_t at) {
        const std::string_view before = std::string_view(text_).substr(0, at);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        const bool at_end = at >= text_.size();
        system.write(2, fmt::format("parse error: {}{} at line {}, column {}\n", what, at_end ? " at EOF" : "", line, at - start + (at_end ? 0 : 1)));
        return Step::exit(2);
    }

    static Json sorted(const Json& value) {
        if (value.is_array()) {
            Json out = Json::array();
            for (const Json& each : value) out.push_back(sorted(each));
            return out;
        }
        if (!value.is_object()) return value;
        std::vector<std::string> names;
        for (const auto& [name, each] : value.items()) names.push_back(name);
        std::sort(names.begin(), names.end());
        Json out = Json::object();
        for (const std::string& name : names) out[name] = sorted(value.at(name));
        return out;
    }

    /// Prints what the filter makes of a value; a status when nobody reads it.
    std::optional<int> print(System& system, const Json& value) {
        const auto results = run_jq(filter_, value, variables_);
        if (!results) {
            // jq names the last line it has read, which is the text's.
            if (!lines_) lines_ = std::count(text_.begin(), text_.end(), '\n');
            system.write(2, fmt::format("jq: error (at {}): {}\n", no_input_ ? "<unknown>" : fmt::format("<stdin>:{}", *lines_), results.error().message));
            status_ = 5;
            return std::nullopt;
        }
        for (const Json& result : *results) {
            last_ = result.is_null() || result == Json(false) ? 1 : 2;
            output_.add(raw_ && result.is_string() ? result.get<std::string>() : jq_text(sorts_ ? sorted(result) : result, !compact_));
            if (!joins_) output_.add("\n");
        }
        return output_.flush(system, name());
    }

    Input input_;
    Output output_;
    JqFilter filter_;
    JqVariables variables_;
    std::string text_;
    std::optional<std::ptrdiff_t> lines_;  // of it, once they were asked for
    int status_ = 0;
    int last_ = 0;  // the last result: 0 none, 1 null or false, 2 anything else
    bool raw_ = false;
    bool joins_ = false;
    bool compact_ = false;
    bool slurps_ = false;
    bool sorts_ = false;
    bool no_input_ = false;
    bool tells_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> make_jq(Start start) {
    return std::make_unique<Jq>(std::move(start));
}

}  // namespace podium::programs::small
