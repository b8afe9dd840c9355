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

/// Looks for the end of a value by its brackets and quotes, in a text that may still grow.
struct ValueScan {
    std::size_t next = 0;  // the first character not looked at
    int depth = 0;
    bool begun = false;
    bool quoted = false;

    [[nodiscard]] bool too_deep() const { return depth > kDeepest; }

    /// The place behind the value; npos when the text ends before.
    std::size_t end_in(std::string_view text) {
        for (; next < text.size() && !too_deep(); ++next) {
            const char c = text[next];
            if (quoted) {
                if (c == '\\') ++next;
                quoted = c != '"';
                if (!quoted && depth == 0) return next + 1;
                continue;
            }
            const bool opens = c == '"' || c == '[' || c == '{';
            if (depth == 0 && begun && (opens || is_space(c))) return next;
            begun = true;
            quoted = c == '"';
            if (c == '[' || c == '{') ++depth;
            if ((c == ']' || c == '}') && --depth <= 0) return next + 1;
        }
        return std::string_view::npos;
    }
};

class Jq final : public Cloned<Jq, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
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
        input().set_files(options.operands.empty() ? options.operands : std::vector<std::string>(options.operands.begin() + 1, options.operands.end()));
        if (!no_input_) return std::nullopt;
        if (const auto status = print(system, Json())) return status;
        return send(system, true).value_or(final_status());
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        // jq reads line by line.
        const std::size_t newline = data.rfind('\n');
        const std::size_t lines_end = text_.size() + newline + 1;
        text_ += data;
        slurped_ += slurps_ ? data.size() : 0;
        if (newline != std::string::npos) {
            if (const auto status = consume(system, lines_end, false)) return status;
        }
        if (std::max(text_.size(), slurped_) <= kMaxJqInputBytes) return std::nullopt;
        complain(system, fmt::format("Podium's jq reads {} MiB at most", kMaxJqInputBytes >> 20));
        return send(system, true).value_or(2);
    }

    std::optional<int> file_begins(System& /*system*/) override {
        file_ = input().name() == "-" ? "<stdin>" : input().name();
        counted_ = text_.size();
        lines_ = 0;
        return std::nullopt;
    }

    std::optional<int> file_ends(System& system) override { return consume(system, text_.size(), false); }

    std::optional<int> failed(System& system) override {
        complain(system, fmt::format("error: Could not open file {}: {}", input().name(), shell::errno_text(input().error())));
        status_ = 2;
        return std::nullopt;
    }

    Step end(System& system) override {
        if (const auto status = consume(system, text_.size(), true)) return Step::exit(*status);
        if (slurps_) {
            if (const auto status = print(system, slurp_)) return Step::exit(*status);
        }
        return Step::exit(send(system, true).value_or(final_status()));
    }

  private:
    /// Prints what the filter makes of the values that end before a place; a status when that is all.
    std::optional<int> consume(System& system, std::size_t limit, bool all) {
        const std::string_view text = std::string_view(text_).substr(0, limit);
        std::size_t at = 0;
        while (true) {
            if (!scan_.begun) {
                while (at < text.size() && is_space(text[at])) ++at;
                scan_ = {};
                scan_.next = at;
                if (at >= text.size()) break;
            }
            std::size_t value_end = scan_.end_in(text);
            if (scan_.too_deep()) return wrong(system, "Unfinished JSON term", text_.size());
            if (value_end == std::string::npos) {
                if (!all) break;
                if (scan_.depth != 0 || scan_.quoted) return wrong(system, "Unfinished JSON term", text_.size());
                value_end = text.size();
            }
            const Json value = jq_value(Json::parse(text.substr(at, value_end - at), nullptr, false));
            if (value.is_discarded()) return wrong(system, "Invalid numeric literal", value_end);
            if (value_end >= counted_) count_lines(std::min(text.find('\n', value_end), text.size() - 1) + 1);
            at = value_end;
            scan_ = {};
            if (slurps_) {
                slurp_.push_back(value);
            } else if (const auto status = print(system, value)) {
                return status;
            }
        }
        count_lines(limit);
        drop(at);
        return std::nullopt;
    }

    /// Errors name the line that was read last, of the file that is read.
    void count_lines(std::size_t to) {
        if (to <= counted_) return;
        lines_ += std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_), text_.begin() + static_cast<std::ptrdiff_t>(to), '\n');
        counted_ = to;
    }

    /// Forgets the text before a place.
    void drop(std::size_t bytes) {
        const std::string_view gone = std::string_view(text_).substr(0, bytes);
        const std::size_t newline = gone.rfind('\n');
        dropped_lines_ += std::count(gone.begin(), gone.end(), '\n');
        dropped_column_ = newline == std::string_view::npos ? dropped_column_ + bytes : bytes - newline - 1;
        text_.erase(0, bytes);
        counted_ -= bytes;
        scan_.next -= bytes;
    }

    /// With -e the last result is told by the status.
    [[nodiscard]] int final_status() const { return status_ == 0 && tells_ ? (last_ == 0 ? 4 : last_ == 1 ? 1 : 0) : status_; }

    // jq names the place behind what it could not read, the character that told it included.
    int wrong(System& system, std::string_view what, std::size_t at) {
        const bool at_end = at >= text_.size();
        const std::string_view before = std::string_view(text_).substr(0, at_end ? at : at + 1);
        const auto line = 1 + dropped_lines_ + std::count(before.begin(), before.end(), '\n');
        const std::size_t newline = before.rfind('\n');
        const std::size_t column = newline == std::string_view::npos ? dropped_column_ + before.size() : before.size() - newline - 1;
        system.write(2, fmt::format("parse error: {}{} at line {}, column {}\n", what, at_end ? " at EOF" : "", line, column));
        return send(system, true).value_or(2);
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
        const JqOutputs results = run_jq(filter_, value, variables_);
        for (const Json& result : results.values) {
            last_ = result.is_null() || result == Json(false) ? 1 : 2;
            output_ += raw_ && result.is_string() ? result.get<std::string>() : jq_text(sorts_ ? sorted(result) : result, !compact_);
            if (!joins_) output_ += '\n';
        }
        if (const auto status = send(system, false)) return status;
        if (results.error.empty()) return std::nullopt;
        system.write(2, fmt::format("jq: error (at {}): {}\n", no_input_ ? "<unknown>" : fmt::format("{}:{}", file_, lines_), results.error));
        status_ = 5;
        return std::nullopt;
    }

    /// Writes what stdio would: at once to a terminal, else by blocks, so that errors come before what is printed ahead of them.
    std::optional<int> send(System& system, bool all) {
        constexpr std::size_t kBlockBytes = 4096;
        const std::size_t bytes = all || system.is_terminal(1) ? output_.size() : output_.size() / kBlockBytes * kBlockBytes;
        if (bytes == 0) return std::nullopt;
        out().add(std::string_view(output_).substr(0, bytes));
        output_.erase(0, bytes);
        return flush(system);
    }

    JqFilter filter_;
    JqVariables variables_;
    std::string text_;    // read, and not yet taken for values
    ValueScan scan_;      // of the value it begins with
    std::string output_;  // printed, and not yet written
    std::string file_;
    std::ptrdiff_t lines_ = 0;  // of the file, read so far
    std::size_t counted_ = 0;   // of the text: these are among them
    std::ptrdiff_t dropped_lines_ = 0;
    std::size_t dropped_column_ = 0;
    Json slurp_ = Json::array();
    std::size_t slurped_ = 0;
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
