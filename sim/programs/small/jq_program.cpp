// jq: reads values one after the other and prints what its filter makes of each.

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/small/input.hpp"
#include "sim/programs/small/jq.hpp"
#include "sim/programs/small/jq_read.hpp"
#include "sim/programs/small/jq_values.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

// What jq 1.6's main() keeps of how a filter ended; from ten on, what is above it is told with -e alone.
constexpr int kJqToldByOption = 10;
constexpr int kJqNullOrFalse = 11;
constexpr int kJqNoResult = 14;

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
        held_ += data.size();
        if (newline != std::string::npos) {
            if (const auto status = consume(system, lines_end)) return status;
        }
        if (held_ <= kMaxJqInputBytes) return std::nullopt;
        complain(system, fmt::format("Podium's jq reads {} MiB at most", kMaxJqInputBytes >> 20));
        return send(system, true).value_or(2);
    }

    std::optional<int> file_begins(System& /*system*/) override {
        ++files_;
        reads_ = true;
        file_ = input().name() == "-" ? "<stdin>" : input().name();
        lines_ = 0;
        return std::nullopt;
    }

    std::optional<int> file_ends(System& system) override {
        reads_ = false;
        return consume(system, text_.size());
    }

    // A directory can be opened, in life, and not be read. What can't be read is told when the next file is opened, so not of the last
    // (jq_util_input_read_more in src/util.c).
    std::optional<int> failed(System& system) override {
        status_ = 2;
        const bool was_open = std::exchange(reads_, false);
        if (!was_open) ++files_;
        if (!was_open && input().error() != shell::Errno::IsDirectory)
            complain(system, fmt::format("error: Could not open file {}: {}", input().name(), shell::errno_text(input().error())));
        else if (files_ < input().file_count())
            system.write(2, fmt::format("Input error: {}\n", shell::errno_text(input().error())));
        return std::nullopt;
    }

    Step end(System& system) override {
        if (const auto status = consume(system, text_.size())) return Step::exit(*status);
        Json value;
        const JqReader::Found found = reader_.end(value);
        if (found == JqReader::Found::Wrong) return Step::exit(wrong(system));
        if (found == JqReader::Found::Value) {
            if (const auto status = take(system, value)) return Step::exit(*status);
        }
        if (slurps_) {
            if (const auto status = print(system, slurp_)) return Step::exit(*status);
        }
        return Step::exit(send(system, true).value_or(final_status()));
    }

  private:
    /// Takes the values that end before a place; a status when that is all.
    std::optional<int> consume(System& system, std::size_t limit) {
        const std::string text = text_.substr(0, limit);
        text_.erase(0, limit);
        std::size_t counted = 0;
        const auto count_to = [&](std::size_t end) {
            lines_ += count_newlines(std::string_view(text).substr(counted, end - counted));
            counted = end;
        };
        for (std::size_t at = 0;;) {
            Json value;
            const JqReader::Found found = reader_.next(text, at, value);
            if (found == JqReader::Found::Nothing) break;
            // Errors name the line that was read last, as a whole, of the file that is read.
            if (at > counted) count_to(std::min(text.find('\n', at - 1), text.size() - 1) + 1);
            if (found == JqReader::Found::Wrong) return wrong(system);
            if (const auto status = take(system, value)) return status;
        }
        count_to(text.size());
        if (!slurps_ && reader_.idle()) held_ = text_.size();
        return std::nullopt;
    }

    // After a file that could not be read there is one value more (main() in src/main.c).
    std::optional<int> take(System& system, const Json& value) {
        if (slurps_) {
            slurp_.push_back(value);
            return std::nullopt;
        }
        if (const auto status = print(system, value)) return status;
        return status_ == 0 ? std::nullopt : std::optional(send(system, true).value_or(status_));
    }

    /// That a file could not be read counts for more than what became of the last value; with -e its last result is told.
    [[nodiscard]] int final_status() const {
        if (status_ != 0) return status_;
        if (result_ < kJqToldByOption) return result_;
        return tells_ ? result_ - kJqToldByOption : 0;
    }

    int wrong(System& system) {
        constexpr int kParseError = 4;
        system.write(2, fmt::format("parse error: {}\n", reader_.error()));
        return send(system, true).value_or(status_ == 0 ? kParseError : status_);
    }

    static Json sorted(const Json& value) {
        if (value.is_array()) {
            Json out = Json::array();
            for (const Json& each : value) out.push_back(sorted(each));
            return out;
        }
        if (!value.is_object()) return value;
        std::vector<std::pair<std::string_view, const Json*>> members;
        for (const auto& [name, each] : value.get_ref<const Json::object_t&>()) members.emplace_back(name, &each);
        std::sort(members.begin(), members.end());
        Json out = Json::object();
        for (const auto& [name, each] : members) out.get_ref<Json::object_t&>().emplace_back(std::string(name), sorted(*each));
        return out;
    }

    /// Prints what the filter makes of a value; a status when nobody reads it.
    std::optional<int> print(System& system, const Json& value) {
        const JqOutputs results = run_jq(filter_, value, variables_);
        result_ = kJqNoResult;
        for (const Json& result : results.values) {
            result_ = jq::is_true(result) ? 0 : kJqNullOrFalse;
            output_ += raw_ && result.is_string() ? result.get<std::string>() : jq_text(sorts_ ? sorted(result) : result, !compact_);
            if (!joins_) output_ += '\n';
        }
        if (const auto status = send(system, false)) return status;
        if (results.error.empty()) return std::nullopt;
        system.write(2, fmt::format("jq: error (at {}): {}\n", no_input_ || file_.empty() ? "<unknown>" : fmt::format("{}:{}", file_, lines_), results.error));
        result_ = 5;
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
    JqReader reader_;
    std::string text_;    // read, and not yet given to it
    std::size_t held_ = 0;  // bytes, of the text, and of a value that has begun
    std::string output_;  // printed, and not yet written
    std::string file_;
    std::size_t files_ = 0;   // opened, or tried to
    bool reads_ = false;      // the last of them
    std::int64_t lines_ = 0;  // of the file, read so far
    Json slurp_ = Json::array();
    int result_ = 0;  // how the filter ended with the last value
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
