#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "sim/programs/small/awk_machine.hpp"

namespace podium::programs::small::awk {
namespace {

static_assert(kMostHeld == std::int64_t{128} << 20);
constexpr const char* kHeldTooMuch = "Podium's awk keeps up to 128 MiB in variables and arrays";

double awk_power(double base, double exponent, bool& known) {
    // By repeated squaring: the same on every machine, which the C library's pow() need not be.
    constexpr double kMostExponent = 4096;
    known = std::trunc(exponent) == exponent && std::fabs(exponent) <= kMostExponent;
    if (exponent == 0.5) {
        known = true;
        return std::sqrt(base);
    }
    if (!known) return 0;
    double out = 1;
    auto left = static_cast<std::int64_t>(std::fabs(exponent));
    for (double factor = base; left > 0; left /= 2, factor *= factor)
        if (left % 2 != 0) out *= factor;
    return exponent < 0 ? 1 / out : out;
}

}  // namespace

Machine::Machine(std::shared_ptr<const Program> program, std::string name, bool mawk, std::vector<std::string> environment)
    : program_(std::move(program)), name_(std::move(name)), mawk_(mawk), environment_(std::move(environment)), streams_(environment_) {
    globals_.resize(program_->globals.size());
    arrays_.resize(program_->arrays.size());
    ranges_.resize(static_cast<std::size_t>(program_->ranges), 0);
    globals_[kFs] = Value::of(std::string(" "));
    globals_[kOfs] = Value::of(std::string(" "));
    globals_[kOrs] = Value::of(std::string("\n"));
    globals_[kRs] = Value::of(std::string("\n"));
    globals_[kSubsep] = Value::of(std::string("\034"));
    globals_[kConvfmt] = globals_[kOfmt] = Value::of(std::string("%.6g"));
    for (const int zero : {kNf, kNr, kFnr, kRstart}) globals_[static_cast<std::size_t>(zero)] = Value::of(0.0);
    globals_[kRlength] = Value::of(-1.0);
    globals_[kFilename] = Value::of(std::string());
    for (const std::string& each : environment_) {
        const std::size_t equals = each.find('=');
        if (equals != std::string::npos) assign_kept(element(arrays_[kEnviron], each.substr(0, equals)), from_input(each.substr(equals + 1), mawk_));
    }
}

bool Machine::assign(const std::string& text) {
    const std::size_t equals = text.find('=');
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (equals == std::string::npos || equals == 0 || !letter(text.front())) return false;
    const std::string variable = text.substr(0, equals);
    if (!std::all_of(variable.begin(), variable.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); })) return false;
    const auto found = std::find(program_->globals.begin(), program_->globals.end(), variable);
    if (found != program_->globals.end()) set_global(static_cast<int>(found - program_->globals.begin()), from_input(unescaped(text.substr(equals + 1), mawk_), mawk_));
    return true;
}

void Machine::set_arguments(const std::vector<std::string>& files) {
    assign_kept(element(arrays_[kArgv], "0"), Value::of(name_));
    for (std::size_t i = 0; i < files.size(); ++i) assign_kept(element(arrays_[kArgv], fmt::format("{}", i + 1)), from_input(files[i], mawk_));
    globals_[kArgc] = Value::of(static_cast<double>(files.size() + 1));
}

void Machine::enter(int entry) {
    while (!frames_.empty()) unwind();
    while (!loops_.empty()) end_loop();
    while (!stack_.empty()) pop();
    at_ = entry;
}

Machine::Went Machine::run(System& system, int& budget) {
    for (; budget > 0; --budget) {
        const Instruction op = program_->code[static_cast<std::size_t>(at_)];
        const Went went = step_over(system, op);
        budget -= static_cast<int>(std::min<std::size_t>(std::exchange(moved_, 0) / kBytesAnOp, kOpsAStep));
        if (!problem_.empty()) {
            // What was printed before comes after it, as mawk's buffer is written last.
            complain(system, name_, problem_);
            return Went::Failed;
        }
        if (went == Went::Wait || went == Went::Later || went == Went::Failed) return went;
        ++at_;
        if (went != Went::Pause) return went;  // Pause: the usual case, on to the next one.
    }
    return Went::Pause;
}

Machine::Went Machine::step_over(System& system, const Instruction& op) {
    switch (op.op) {
        case Op::Push:
            push(program_->constants[static_cast<std::size_t>(op.a)]);
            break;
        case Op::PushEmpty:
            push({});
            break;
        case Op::Load:
            push(load(op.place, op.a));
            break;
        case Op::Store: {
            Value value = pop();
            std::string key;
            if (keyed(op.place)) key = text(pop());
            store(op.place, op.a, key, value);
            push(std::move(value));
            break;
        }
        case Op::Bump: {
            Value key;
            if (keyed(op.place)) {
                key = pop();
                push(key);
            }
            const double before = number(load(op.place, op.a));
            const double after = before + ((op.b & 1) != 0 ? 1 : -1);
            store(op.place, op.a, text(key), Value::of(after));
            push(Value::of((op.b & 2) != 0 ? before : after));
            break;
        }
        case Op::Pop:
            pop();
            break;
        case Op::Duplicate: {
            Value top = pop();
            push(top);
            push(std::move(top));
            break;
        }
        case Op::Add:
        case Op::Subtract:
        case Op::Multiply:
        case Op::Divide:
        case Op::Modulo:
        case Op::Power:
            arithmetic(op.op);
            break;
        case Op::Negate:
            push(Value::of(-number(pop())));
            break;
        case Op::Plus:
            push(Value::of(number(pop())));
            break;
        case Op::Not:
            push(Value::of(truth(pop()) ? 0.0 : 1.0));
            break;
        case Op::ToBool:
            push(Value::of(truth(pop()) ? 1.0 : 0.0));
            break;
        case Op::Concatenate: {
            const std::string right = text(pop());
            std::string left = text(pop());
            if (left.size() + right.size() > kMostText) fail(fmt::format("Podium's awk keeps up to {} MiB of a text", kMostText >> 20), false);
            push(Value::of(left += right));
            break;
        }
        case Op::Less:
        case Op::LessEqual:
        case Op::Equal:
        case Op::NotEqual:
        case Op::Greater:
        case Op::GreaterEqual:
            compare(op.op);
            break;
        case Op::Match:
            match(op);
            break;
        case Op::MatchRecord:
            push(Value::of(program_->regexes[static_cast<std::size_t>(op.a)].search(record()) ? 1.0 : 0.0));
            moved_ += record_.size();
            break;
        case Op::In: {
            const std::string key = text(pop());
            push(Value::of(array(op.place, op.a).contains(key) ? 1.0 : 0.0));
            break;
        }
        case Op::JoinKeys: {
            std::string key;
            const std::size_t first = stack_.size() - static_cast<std::size_t>(op.a);
            for (std::size_t i = first; i < stack_.size() && key.size() <= kMostText; ++i) {
                if (i > first) key += globals_[kSubsep].text;
                key += text(stack_[i]);
            }
            for (int i = 0; i < op.a; ++i) pop();
            if (key.size() > kMostText) fail(fmt::format("Podium's awk keeps up to {} MiB of a text", kMostText >> 20), false);
            push(Value::of(std::move(key)));
            break;
        }
        case Op::DeleteElement: {
            const std::string key = text(pop());
            Array& from = array(op.place, op.a);
            const auto found = from.find(key);
            if (found == from.end()) break;
            hold(-kElementBytes - static_cast<std::int64_t>(key.size() + found->second.text.size()));
            from.erase(found);
            break;
        }
        case Op::DeleteArray:
            clear(array(op.place, op.a));
            break;
        case Op::Jump:
            at_ = op.a - 1;
            break;
        case Op::JumpFalse:
            if (!truth(pop())) at_ = op.a - 1;
            break;
        case Op::JumpTrue:
            if (truth(pop())) at_ = op.a - 1;
            break;
        case Op::LoopBegin: {
            Loop loop;
            for (const auto& [key, value] : array(op.place, op.a)) {
                loop.held_bytes += kElementBytes + static_cast<std::int64_t>(key.size());
                loop.keys.push_back(key);
            }
            moved_ += static_cast<std::size_t>(loop.held_bytes);
            hold(loop.held_bytes);
            loops_.push_back(std::move(loop));
            break;
        }
        case Op::LoopNext: {
            Loop& loop = loops_.back();
            if (loop.at < loop.keys.size())
                push(from_input(loop.keys[loop.at++], mawk_));
            else
                at_ = op.a - 1;
            break;
        }
        case Op::LoopEnd:
            end_loop();
            break;
        case Op::PushArray:
            push(Value::of(op.place == Place::Element ? op.a : locals_[frames_.back().locals + static_cast<std::size_t>(op.a)].array));
            break;
        case Op::Call:
            call(op);
            break;
        case Op::Return:
            unwind();
            break;
        case Op::Builtin:
            return builtin(system, op);
        case Op::Split:
            split(op);
            break;
        case Op::LengthOf:
            push(Value::of(static_cast<double>(array(op.place, op.a).size())));
            break;
        case Op::Substitute:
            substitute(op);
            break;
        case Op::Print:
        case Op::Printf:
            return print(system, op);
        case Op::Getline:
            return getline(system, op);
        case Op::RangeActive:
            push(Value::of(ranges_[static_cast<std::size_t>(op.a)] != 0 ? 1.0 : 0.0));
            break;
        case Op::RangeSet:
            ranges_[static_cast<std::size_t>(op.a)] = static_cast<char>(op.b);
            break;
        case Op::Next:
            return Went::Next;
        case Op::NextFile:
            if (input_open_) input_.skip_file(system);
            pending_.clear();
            return Went::Next;
        case Op::Exit:
            if (op.b != 0) status_ = static_cast<int>(static_cast<std::int64_t>(bounded(number(pop()), -1e9, 1e9)) & 0xff);
            return Went::Exited;
        case Op::End:
            return Went::Ended;
    }
    return Went::Pause;
}

Value Machine::pop() {
    Value out = std::move(stack_.back());
    stack_.pop_back();
    hold(-static_cast<std::int64_t>(out.text.size()));
    return out;
}

void Machine::hold(std::int64_t bytes) {
    held_bytes_ += bytes;
    if (bytes > 0 && held_bytes_ > kMostHeld) fail(kHeldTooMuch, false);
}

void Machine::assign_kept(Value& kept, Value value) {
    hold(static_cast<std::int64_t>(value.text.size()) - static_cast<std::int64_t>(kept.text.size()));
    kept = std::move(value);
}

/// An element, which is made where it is not there.
Value& Machine::element(Array& array, const std::string& key) {
    const auto [found, made] = array.try_emplace(key);
    if (made) hold(kElementBytes + static_cast<std::int64_t>(key.size()));
    return found->second;
}

void Machine::clear(Array& array) {
    for (const auto& [key, value] : array) hold(-kElementBytes - static_cast<std::int64_t>(key.size() + value.text.size()));
    moved_ += array.size() * static_cast<std::size_t>(kElementBytes);
    array.clear();
}

void Machine::end_loop() {
    hold(-loops_.back().held_bytes);
    loops_.pop_back();
}

void Machine::push(Value value) {
    if (stack_.size() >= kMostStack) return fail("Podium's awk holds so many values and no more", false), stack_.push_back({});
    hold(static_cast<std::int64_t>(value.text.size()));
    moved_ += value.text.size();
    stack_.push_back(std::move(value));
}

void Machine::fail(const std::string& problem, bool with_place) {
    if (!problem_.empty()) return;
    failure_ = mawk_ ? 2 : 1;
    if (!with_place) {
        problem_ = problem;
    } else if (mawk_) {
        problem_ = fmt::format("run time error: {}\n\tFILENAME=\"{}\" FNR={} NR={}", problem, globals_[kFilename].text, text(globals_[kFnr]), text(globals_[kNr]));
    } else {
        problem_ = fmt::format("cmd. line:{}: {}", program_->code[static_cast<std::size_t>(at_)].line, problem);
    }
}

bool Machine::truth(const Value& value) const { return value.kind == Kind::Text ? !value.text.empty() : value.number != 0; }

void Machine::arithmetic(Op op) {
    const double right = number(pop());
    const double left = number(pop());
    double out = 0;
    switch (op) {
        case Op::Add: out = left + right; break;
        case Op::Subtract: out = left - right; break;
        case Op::Multiply: out = left * right; break;
        case Op::Divide:
        case Op::Modulo:
            if (right == 0) {
                // mawk leaves it to the machine; busybox ends.
                if (!mawk_) fail("Division by zero");
                const bool none = op == Op::Modulo || left == 0 || std::isnan(left);
                out = none ? -NAN : (left < 0) != std::signbit(right) ? -HUGE_VAL : HUGE_VAL;
            } else {
                out = op == Op::Divide ? left / right : std::fmod(left, right);
            }
            break;
        default: {
            bool known = false;
            out = awk_power(left, right, known);
            if (!known) fail("Podium's awk raises to whole powers up to 4096 only", false);
        }
    }
    push(Value::of(out));
}

void Machine::compare(Op op) {
    const Value right = pop();
    const Value left = pop();
    int order = 0;
    bool ordered = true;
    if (left.kind == Kind::Text || right.kind == Kind::Text) {
        const int difference = text(left).compare(text(right));
        order = difference < 0 ? -1 : difference > 0 ? 1 : 0;
    } else {
        order = left.number < right.number ? -1 : left.number > right.number ? 1 : 0;
        ordered = !std::isnan(left.number) && !std::isnan(right.number);
    }
    bool out = false;
    switch (op) {
        case Op::Less: out = order < 0; break;
        case Op::LessEqual: out = order <= 0 && ordered; break;
        case Op::Equal: out = order == 0 && ordered; break;
        case Op::NotEqual: out = order != 0 || !ordered; break;
        case Op::Greater: out = order > 0; break;
        default: out = order >= 0 && ordered;
    }
    push(Value::of(out ? 1.0 : 0.0));
}

std::optional<Regex> Machine::pattern_of(const Value& value) {
    const std::string wanted = text(value);
    if (last_match_ == 0 || wanted != last_pattern_) {
        auto compiled = compile(wanted, mawk_);
        if (!compiled) {
            fail(fmt::format("{}: {}", wanted, compiled.error().message), false);
            return std::nullopt;
        }
        last_match_ = 1;
        last_pattern_ = wanted;
        last_regex_ = std::move(*compiled);
    }
    return last_regex_;
}

void Machine::match(const Instruction& op) {
    bool found = false;
    if (op.a >= 0) {
        found = program_->regexes[static_cast<std::size_t>(op.a)].search(text(pop())).has_value();
    } else {
        const auto pattern = pattern_of(pop());
        const std::string in = text(pop());
        found = pattern && pattern->search(in).has_value();
    }
    push(Value::of(found != (op.b != 0) ? 1.0 : 0.0));
}

void Machine::call(const Instruction& op) {
    if (frames_.size() >= kMostFrames) return fail(fmt::format("Podium's awk calls functions up to {} deep", kMostFrames), false);
    const UserFunction& function = program_->functions[static_cast<std::size_t>(op.a)];
    const Frame frame{at_, locals_.size(), arrays_.size(), loops_.size()};
    const std::size_t given = static_cast<std::size_t>(op.b);
    const std::size_t first = stack_.size() - given;
    for (std::size_t i = 0; i < static_cast<std::size_t>(function.parameters); ++i) {
        Local local;
        if (function.arrays[i] && i < given) {
            local.array = static_cast<int>(stack_[first + i].number);
        } else if (function.arrays[i]) {
            local.array = static_cast<int>(arrays_.size());
            arrays_.emplace_back();
        } else if (i < given) {
            assign_kept(local.value, stack_[first + i]);
        }
        locals_.push_back(std::move(local));
    }
    while (stack_.size() > first) pop();
    frames_.push_back(frame);
    at_ = function.entry - 1;
}

void Machine::unwind() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    for (; locals_.size() > frame.locals; locals_.pop_back()) hold(-static_cast<std::int64_t>(locals_.back().value.text.size()));
    for (; arrays_.size() > frame.arrays; arrays_.pop_back()) clear(arrays_.back());
    while (loops_.size() > frame.loops) end_loop();
    at_ = frame.back;
}

Array& Machine::array(Place place, int index) {
    if (place == Place::Element) return arrays_[static_cast<std::size_t>(index)];
    return arrays_[static_cast<std::size_t>(locals_[frames_.back().locals + static_cast<std::size_t>(index)].array)];
}

Value Machine::load(Place place, int index) {
    switch (place) {
        case Place::Global:
            if (index == kNf) split_record();
            return globals_[static_cast<std::size_t>(index)];
        case Place::Local:
            return locals_[frames_.back().locals + static_cast<std::size_t>(index)].value;
        case Place::Field: {
            const std::size_t field = field_number(pop());
            if (field == 0) return from_input(record(), mawk_);
            split_record();
            if (field <= fields_.size()) return fields_[field - 1];
            return mawk_ ? Value::of(std::string()) : Value{};  // To mawk a field that is not there is a text.
        }
        case Place::Element:
        case Place::LocalElement:
            return element(array(place, index), text(pop()));  // Looking at an element makes it.
        case Place::None:
            break;
    }
    return {};
}

void Machine::store(Place place, int index, const std::string& key, Value value) {
    switch (place) {
        case Place::Global:
            set_global(index, std::move(value));
            break;
        case Place::Local:
            assign_kept(locals_[frames_.back().locals + static_cast<std::size_t>(index)].value, std::move(value));
            break;
        case Place::Field:
            set_field(field_number(Value::of(key)), std::move(value));
            break;
        case Place::Element:
        case Place::LocalElement:
            assign_kept(element(array(place, index), key), std::move(value));
            break;
        case Place::None:
            break;
    }
}

void Machine::set_global(int index, Value value) {
    if (index == kNf) {
        split_record();
        const double count = number(value);
        if (!(count >= 0 && count <= static_cast<double>(kMostFields))) return fail(fmt::format("program limit exceeded: maximum number of fields size={}", kMostFields));
        return set_field_count(static_cast<std::size_t>(count));
    }
    // The texts among them are used as such.
    const bool is_text = index == kFs || index == kOfs || index == kOrs || index == kRs || index == kFilename || index == kSubsep || index == kConvfmt || index == kOfmt;
    // What the record was read with divides it, also where that is done later.
    if (index == kFs) split_record();
    assign_kept(globals_[static_cast<std::size_t>(index)], is_text ? Value::of(text(value)) : std::move(value));
}

}  // namespace podium::programs::small::awk
