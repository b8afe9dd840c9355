#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "sim/base/calendar.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/awk_machine.hpp"
#include "sim/shell/signals.hpp"

// awk's records and fields, and its functions.

namespace podium::programs::small::awk {

void Machine::set_record(std::string text) {
    record_ = std::move(text);
    record_stale_ = false;
    split_ = false;
}

const std::string& Machine::record() {
    if (record_stale_) {
        record_.clear();
        for (std::size_t i = 0; i < fields_.size() && record_.size() <= kMostText; ++i) {
            if (i > 0) record_ += globals_[kOfs].text;
            record_ += text(fields_[i]);
        }
        moved_ += record_.size();
        if (record_.size() > kMostText) fail(fmt::format("Podium's awk keeps up to {} MiB of a text", kMostText >> 20), false);
        record_stale_ = false;
    }
    return record_;
}

void Machine::split_record() {
    if (split_) return;
    split_ = true;
    fields_.clear();
    field_bytes_ = 0;
    moved_ += record_.size();
    std::string separator = globals_[kFs].text;
    const std::string& rs = globals_[kRs].text;
    // In a paragraph a newline divides fields, too; mawk 1.3.4-20200120 keeps to FS.
    if (!mawk_ && rs.empty() && separator != " ") {
        const bool means_more = separator.size() == 1 && std::string_view("^$.[]|()*+?{}\\").find(separator) != std::string_view::npos;
        separator = fmt::format("({}{})|\n", means_more ? "\\" : "", separator);
    }
    auto parts = split_fields(record_, separator, mawk_);
    if (!parts) return fail(parts.error().message, false);
    if (parts->size() > kMostParts) return fail(fmt::format("Podium's awk divides a record into up to {} fields", kMostParts), false);
    for (std::string& part : *parts) fields_.push_back(from_input(std::move(part), mawk_));
    globals_[kNf] = Value::of(static_cast<double>(fields_.size()));
}

void Machine::set_field(std::size_t number, Value value) {
    if (number == 0) return set_record(text(value));
    split_record();
    if (number > fields_.size()) set_field_count(number);
    field_bytes_ += static_cast<std::int64_t>(value.text.size()) - static_cast<std::int64_t>(fields_[number - 1].text.size());
    if (field_bytes_ > kMostHeld) fail(fmt::format("Podium's awk keeps up to {} MiB in fields", kMostHeld >> 20), false);
    fields_[number - 1] = std::move(value);
    record_stale_ = true;
}

void Machine::set_field_count(std::size_t count) {
    for (std::size_t i = count; i < fields_.size(); ++i) field_bytes_ -= static_cast<std::int64_t>(fields_[i].text.size());
    fields_.resize(count);
    globals_[kNf] = Value::of(static_cast<double>(count));
    record_stale_ = true;
}

std::size_t Machine::field_number(const Value& value) {
    const double wanted = number(value);
    if (wanted >= 0 && wanted <= static_cast<double>(kMostFields)) return static_cast<std::size_t>(wanted);
    if (wanted < 0)
        fail(mawk_ ? fmt::format("negative field index ${}", text(Value::of(wanted))) : "Access to negative field");
    else
        fail(fmt::format("program limit exceeded: maximum number of fields size={}", kMostFields));
    return 0;
}

bool Machine::open_next() {
    const auto count = static_cast<int>(bounded(number(globals_[kArgc]), 0.0, 1e6));
    while (next_argument_ < count) {
        const auto found = arrays_[kArgv].find(fmt::format("{}", next_argument_++));
        const std::string file = found == arrays_[kArgv].end() ? std::string() : text(found->second);
        if (file.empty() || assign(file)) continue;
        input_ = Input();
        input_.set_files({file});
        globals_[kFilename] = Value::of(file);
        return input_open_ = input_used_ = true;
    }
    if (input_used_) return false;
    input_ = Input();
    input_.set_files({});
    return input_open_ = input_used_ = true;
}

Got Machine::main_record(System& system, std::string& record) {
    std::size_t read = 0;
    while (true) {
        if (input_ended_) return Got::Nothing;
        if (!input_open_ && pending_.size() == 0 && !open_next()) {
            input_ended_ = true;
            return Got::Nothing;
        }
        const std::string separator = globals_[kRs].text;
        const bool by_lines = separator == "\n" && pending_.size() == 0;
        if (!by_lines) {
            // What was read with the lines before RS became another.
            if (pending_.size() == 0) pending_.add(input_.take_rest());
            auto taken = pending_.take(!input_open_, separator, mawk_);
            if (!taken) return fail(taken.error().message, false), Got::Failed;
            if (*taken) return record = std::move(**taken), Got::Record;
            if (pending_.size() > kMostRecordBytes) return fail(fmt::format("Podium's awk keeps up to {} MiB of a record", kMostRecordBytes >> 20), false), Got::Failed;
            if (!input_open_) {
                pending_.clear();
                continue;
            }
        }
        std::string data;
        switch (by_lines ? input_.next_line(system, data) : input_.next_chunk(system, data)) {
            case Input::Item::Data:
                if (input_.cut() && !std::exchange(told_cut_, true)) {
                    complain(system, name_, fmt::format("Podium keeps the first {} MiB of a line", Input::kMostLineBytes >> 20));
                    status_ = 2;
                }
                if (by_lines) return record = std::move(data), Got::Record;
                pending_.add(data);
                read += data.size();
                if (read > kMostBytesAStep) return Got::Later;
                break;
            case Input::Item::FileBegins:
                globals_[kFnr] = Value::of(0.0);
                break;
            case Input::Item::FileEnds:
                break;
            case Input::Item::Failed:
                failure_ = mawk_ ? 2 : 1;
                complain(system, name_, mawk_ ? fmt::format("cannot open {} ({})", input_.name(), errno_text(input_.error())) : fmt::format("{}: {}", input_.name(), errno_text(input_.error())));
                return Got::Failed;
            case Input::Item::Pause:
                return Got::Later;
            case Input::Item::Wait:
                return Got::Wait;
            case Input::Item::End:
                input_open_ = false;
                break;
        }
    }
}

Got Machine::next_record(System& system) {
    std::string text;
    const Got got = main_record(system, text);
    if (!problem_.empty()) complain(system, name_, problem_);
    if (got != Got::Record) return got;
    globals_[kNr] = Value::of(number(globals_[kNr]) + 1);
    globals_[kFnr] = Value::of(number(globals_[kFnr]) + 1);
    set_record(std::move(text));
    return got;
}

Machine::Went Machine::getline(System& system, const Instruction& op) {
    // Nothing is taken from the stack before the record is there: this is come back to.
    const std::size_t source = stack_.size() - (op.c != 0 || !keyed(op.place) ? 1 : 2);
    std::string line;
    Got got = Got::Nothing;
    if (op.b == kMain) {
        got = main_record(system, line);
        if (got == Got::Failed) return Went::Failed;
    } else {
        if (op.b == kCommand && flush(system)) return failure_ = kBrokenPipeStatus, Went::Failed;
        got = streams_.read(system, static_cast<From>(op.b), text(stack_[source]), globals_[kRs].text, mawk_, line);
    }
    if (got == Got::Wait) return Went::Wait;
    if (got == Got::Later) return Went::Later;
    std::string key;
    if (op.b != kMain && op.c != 0) pop();
    if (keyed(op.place)) key = text(pop());
    if (op.b != kMain && op.c == 0) pop();
    if (got == Got::Record) {
        if (op.b == kMain || op.b == kCommand) globals_[kNr] = Value::of(number(globals_[kNr]) + 1);
        if (op.b == kMain) globals_[kFnr] = Value::of(number(globals_[kFnr]) + 1);
        if (op.place == Place::None)
            set_record(std::move(line));
        else
            store(op.place, op.a, key, from_input(std::move(line), mawk_));
    }
    push(Value::of(got == Got::Record ? 1.0 : got == Got::Nothing ? 0.0 : -1.0));
    return Went::Pause;
}

Machine::Went Machine::print(System& system, const Instruction& op) {
    std::string target;
    if (op.b != kStandardOut) target = text(pop());
    std::vector<Value> values(static_cast<std::size_t>(std::max(op.a, 0)));
    for (std::size_t i = values.size(); i > 0; --i) values[i - 1] = pop();
    std::string out;
    std::string problem;
    if (op.op == Op::Printf) {
        const std::string format = text(values.front());
        values.erase(values.begin());
        out = format_values(format, values, globals_[kConvfmt].text, mawk_, problem);
        if (!problem.empty()) fail(mawk_ ? fmt::format("{} printf(\"{}\")", problem, format) : problem);
    } else {
        if (op.a < 0) out = record();
        for (std::size_t i = 0; i < values.size() && out.size() <= kMostText; ++i) {
            if (i > 0) out += globals_[kOfs].text;
            out += text_of(values[i], globals_[kOfmt].text, mawk_);
        }
        out += globals_[kOrs].text;
        if (out.size() > 2 * kMostText) fail(fmt::format("Podium's awk prints up to {} MiB at once", kMostText >> 19), false);
    }
    moved_ += out.size();
    if (op.b == kStandardOut || target == "/dev/stdout" || (op.b != kPipe && target == "-")) {
        out_.add(out);
        return Went::Pause;
    }
    if (op.b == kPipe) {
        if (const auto broken = flush(system)) return failure_ = *broken, Went::Failed;
    }
    if (const auto status = streams_.write(system, name_, static_cast<Out>(op.b), target, out, mawk_)) return failure_ = *status, Went::Failed;
    return Went::Pause;
}

void Machine::split(const Instruction& op) {
    std::string separator = globals_[kFs].text;
    if (op.b == 1) separator = text(pop());
    const std::string whole = text(pop());
    std::vector<std::string> parts;
    if (op.b >= 2) {
        parts = split_by(whole, program_->regexes[static_cast<std::size_t>(op.b - 2)]);
    } else {
        auto found = split_fields(whole, separator, mawk_);
        if (!found) return fail(found.error().message, false);
        parts = std::move(*found);
    }
    clear(array(op.place, op.a));
    moved_ += whole.size() + parts.size() * static_cast<std::size_t>(kElementBytes);
    for (std::size_t i = 0; i < parts.size() && problem_.empty(); ++i) store(op.place, op.a, fmt::format("{}", i + 1), from_input(parts[i], mawk_));
    push(Value::of(static_cast<double>(parts.size())));
}

void Machine::substitute(const Instruction& op) {
    const std::string in = text(pop());
    const Value key = keyed(op.place) ? pop() : Value{};
    const std::string with = text(pop());
    Regex regex;
    if (op.b >= 0) {
        regex = program_->regexes[static_cast<std::size_t>(op.b)];
    } else {
        auto pattern = pattern_of(pop());
        if (!pattern) return;
        regex = std::move(*pattern);
    }
    std::string out;
    std::size_t from = 0;
    int count = 0;
    std::size_t last_end = std::string::npos;
    while (from <= in.size() && (op.c != 0 || count == 0)) {
        const auto match = regex.search(in, from);
        if (!match) break;
        out += in.substr(from, match->begin - from);
        const bool empty = match->begin == match->end;
        // Nothing at the end of the last match is no other match; to busybox 1.35 it is.
        if (!empty || match->begin != last_end || !mawk_) {
            ++count;
            for (std::size_t i = 0; i < with.size() && out.size() <= kMostText; ++i) {
                if (with[i] == '\\' && i + 1 < with.size() && (with[i + 1] == '&' || with[i + 1] == '\\'))
                    out += with[++i];
                else if (with[i] == '&')
                    out += in.substr(match->begin, match->end - match->begin);
                else
                    out += with[i];
            }
        }
        last_end = match->end;
        from = match->end;
        if (empty) {
            if (from < in.size()) out += in[from];
            ++from;
        }
        if (out.size() > kMostText) return fail(fmt::format("Podium's awk keeps up to {} MiB of a text", kMostText >> 20), false);
    }
    if (from < in.size()) out += in.substr(from);
    moved_ += in.size() + out.size();
    if (count > 0) store(op.place, op.a, text(key), Value::of(std::move(out)));
    push(Value::of(static_cast<double>(count)));
}

// Functions.

Machine::Went Machine::run_system(System& system) {
    if (child_ == 0) {
        if (const auto broken = flush(system)) return failure_ = *broken, Went::Failed;
        const shell::Spawned spawned = spawn_child(system, {"sh", "-c", text(stack_.back())}, environment_);
        if (spawned.pid == 0) {
            pop();
            push(Value::of(127.0));
            return Went::Pause;
        }
        child_ = spawned.pid;
    }
    const auto status = system.reap(child_);
    if (!status) return Went::Wait;
    child_ = 0;
    pop();
    const int signal = system.reaped_signal();
    push(Value::of(signal != 0 ? (mawk_ ? 256.0 : 128.0) + signal : static_cast<double>(*status)));
    return Went::Pause;
}

Machine::Went Machine::builtin(System& system, const Instruction& op) {
    const auto function = static_cast<Function>(op.a);
    if (function == Function::System) return run_system(system);
    if (function == Function::Close) {
        if (const auto broken = flush(system)) return failure_ = *broken, Went::Failed;
        const auto status = streams_.close(system, text(stack_.back()));
        if (!status) return Went::Wait;
        pop();
        push(Value::of(*status));
        return Went::Pause;
    }
    std::vector<Value> arguments(static_cast<std::size_t>(op.b));
    for (std::size_t i = arguments.size(); i > 0; --i) arguments[i - 1] = pop();
    if (function == Function::Fflush) {
        if (const auto broken = flush(system)) return failure_ = *broken, Went::Failed;
        push(Value::of(0.0));
    } else if (function == Function::MatchIn) {
        std::optional<Regex> pattern;
        if (arguments.size() == 1)
            pattern = program_->regexes[static_cast<std::size_t>(op.c)];
        else
            pattern = pattern_of(arguments[1]);
        const auto match = pattern ? pattern->search(text(arguments[0])) : std::nullopt;
        globals_[kRstart] = Value::of(match ? static_cast<double>(match->begin + 1) : 0.0);
        globals_[kRlength] = Value::of(match ? static_cast<double>(match->end - match->begin) : -1.0);
        push(globals_[kRstart]);
    } else {
        simple_function(system, function, std::move(arguments));
    }
    return Went::Pause;
}

std::string Machine::substr(const std::vector<Value>& arguments) const {
    const std::string whole = text(arguments[0]);
    const auto size = static_cast<double>(whole.size());
    const double begin = std::trunc(number(arguments[1]));
    double length = arguments.size() < 3 ? size + 1 : std::trunc(number(arguments[2]));
    if (std::isnan(begin) || std::isnan(length) || begin > size || length <= 0) return {};
    // mawk 1.3.4-20200120 takes what lies before the beginning for more of the text; busybox begins at the first letter.
    if (begin < 1 && mawk_ && arguments.size() == 3) length -= begin;
    const double from = std::max(begin, 1.0) - 1;
    return whole.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(std::min(length, size)));
}

void Machine::simple_function(System& system, Function function, std::vector<Value> arguments) {
    const auto shifted = [&](char first, char last, char to) {
        std::string out = text(arguments[0]);
        for (char& c : out)
            if (c >= first && c <= last) c = static_cast<char>(c - first + to);
        return Value::of(std::move(out));
    };
    switch (function) {
        case Function::Length:
            return push(Value::of(static_cast<double>(text(arguments[0]).size())));
        case Function::Substr:
            return push(Value::of(substr(arguments)));
        case Function::Index: {
            const std::string needle = text(arguments[1]);
            // mawk 1.3.4-20200120 finds nothing at the beginning, busybox nowhere.
            const std::size_t at = needle.empty() && !mawk_ ? std::string::npos : text(arguments[0]).find(needle);
            return push(Value::of(at == std::string::npos ? 0.0 : static_cast<double>(at + 1)));
        }
        case Function::Sprintf: {
            const std::string format = text(arguments[0]);
            arguments.erase(arguments.begin());
            std::string problem;
            std::string out = format_values(format, arguments, globals_[kConvfmt].text, mawk_, problem);
            if (!problem.empty()) fail(mawk_ ? fmt::format("{} sprintf(\"{}\")", problem, format) : problem);
            return push(Value::of(std::move(out)));
        }
        case Function::Toupper:
            return push(shifted('a', 'z', 'A'));
        case Function::Tolower:
            return push(shifted('A', 'Z', 'a'));
        case Function::Int:
            return push(Value::of(std::trunc(number(arguments[0]))));
        case Function::Sqrt: {
            const double of = number(arguments[0]);
            return push(Value::of(of < 0 ? -NAN : std::sqrt(of)));
        }
        case Function::Rand:
            seed_first(system);
            // busybox 1.35 takes each third of the numbers (measured).
            if (!mawk_) random(), random();
            return push(Value::of(static_cast<double>(random()) / 2147483647.0));
        case Function::Srand:
        case Function::Systime: {
            const std::int64_t now = unix_now(system);
            if (function == Function::Systime) return push(Value::of(static_cast<double>(now)));
            seed_first(system);
            const double before = last_seed_;
            const double given = arguments.empty() ? static_cast<double>(now) : number(arguments[0]);
            seed(static_cast<std::uint32_t>(static_cast<std::int64_t>(bounded(given, -9e15, 9e15))));
            return push(Value::of(before));
        }
        case Function::System:
        case Function::Close:
        case Function::Fflush:
        case Function::MatchIn:
            break;
    }
}

std::int64_t Machine::unix_now(System& system) const {
    ProcessContext& context = ProcessContext::of(system);
    return unix_seconds(system.now(), context.world().host(context.row().host).clock_skew);
}

/// Without srand() mawk begins with the second it is, busybox always with 1.
void Machine::seed_first(System& system) {
    if (random_.empty()) seed(mawk_ ? static_cast<std::uint32_t>(unix_now(system)) : 1);
}

// random(3) of glibc (stdlib/random_r.c, TYPE_3), which both awks draw from.
void Machine::seed(std::uint32_t value) {
    constexpr std::size_t kDegree = 31;
    constexpr int kThrownAway = 310;
    last_seed_ = value;
    random_.assign(kDegree, 0);
    std::int64_t word = static_cast<std::int32_t>(value == 0 ? 1 : value);
    for (std::uint32_t& each : random_) {
        each = static_cast<std::uint32_t>(word);
        word = word * 16807 % 2147483647;
        if (word < 0) word += 2147483647;
    }
    random_at_ = 3;  // SEP_3
    for (int i = 0; i < kThrownAway; ++i) random();
}

std::uint32_t Machine::random() {
    // Each word is the sum of those 3 and 31 before it.
    const std::size_t size = random_.size();
    std::uint32_t& word = random_[random_at_];
    word += random_[(random_at_ + size - 3) % size];
    random_at_ = (random_at_ + 1) % size;
    return word >> 1;
}

}  // namespace podium::programs::small::awk
