#pragma once

// The machine that runs awk's code: variables, the record and its fields, the stack. It stops where it has to wait, and goes on from there.

#include <memory>

#include "sim/programs/small/awk_streams.hpp"
#include "sim/programs/small/input.hpp"

namespace podium::programs::small::awk {

inline constexpr std::size_t kMostStack = 100'000;
inline constexpr std::size_t kMostFrames = 1'000;
inline constexpr std::int64_t kMostHeld = std::int64_t{128} << 20;
/// What an element of an array takes besides its key and text.
inline constexpr std::int64_t kElementBytes = 64;
/// Of texts, that are put together or searched in the time of an instruction.
inline constexpr std::size_t kBytesAnOp = 256;
inline constexpr std::size_t kMostText = std::size_t{8} << 20;
inline constexpr std::size_t kMostFields = 32'767;  // mawk's own limit of $N (MAX_SPLIT of 1.3.4).
inline constexpr std::size_t kMostParts = 1'000'000;
inline constexpr int kOpsAStep = 100'000;
inline constexpr Duration kOpsCost = milliseconds(4);

class Machine {
  public:
    enum class Went : std::uint8_t { Ended, Next, Exited, Wait, Later, Pause, Failed };

    Machine(std::shared_ptr<const Program> program, std::string name, bool mawk, std::vector<std::string> environment);

    /// NAME=VALUE of -v or among the files; false when the text is no such thing.
    bool assign(const std::string& text);
    void set_arguments(const std::vector<std::string>& files);
    void set_separator(const std::string& text) { globals_[kFs] = Value::of(text); }

    /// Goes to the first instruction of a phase.
    void enter(int entry);
    /// Runs until it has to wait, or has used up the budget, in instructions.
    Went run(System& system, int& budget);
    /// The next record of awk's own input, as $0.
    Got next_record(System& system);
    /// Writes what print has left; a status when nobody takes it.
    std::optional<int> flush(System& system) { return out_.flush(system, name_); }
    bool close_outputs(System& system) { return streams_.close_outputs(system); }

    /// The time that reading so much takes.
    Step busy(System& system, std::size_t bytes) { return input_.busy(system, bytes); }

    [[nodiscard]] std::size_t record_size() const { return record_.size(); }

    [[nodiscard]] int status() const { return status_; }

    /// What it ends with after Failed.
    [[nodiscard]] int failure() const { return failure_; }

  private:
    struct Frame {
        int back = 0;
        std::size_t locals = 0;
        std::size_t arrays = 0;
        std::size_t loops = 0;
    };
    struct Local {
        Value value;
        int array = -1;
    };
    struct Loop {
        std::vector<std::string> keys;
        std::size_t at = 0;
        std::int64_t held_bytes = 0;
    };

    Went step_over(System& system, const Instruction& op);
    Went print(System& system, const Instruction& op);
    Went getline(System& system, const Instruction& op);
    Went builtin(System& system, const Instruction& op);
    Went run_system(System& system);
    void match(const Instruction& op);
    void call(const Instruction& op);
    void unwind();
    void arithmetic(Op op);
    void compare(Op op);
    void split(const Instruction& op);
    void substitute(const Instruction& op);
    void simple_function(System& system, Function function, std::vector<Value> arguments);
    std::string substr(const std::vector<Value>& arguments) const;

    Value pop();
    void push(Value value);
    /// Counts what is kept: fails where that is too much.
    void hold(std::int64_t bytes);
    void assign_kept(Value& kept, Value value);
    Value& element(Array& array, const std::string& key);
    void clear(Array& array);
    void end_loop();
    void fail(const std::string& problem, bool with_place = true);

    Array& array(Place place, int index);
    Value load(Place place, int index);
    void store(Place place, int index, const std::string& key, Value value);
    void set_global(int index, Value value);
    void set_record(std::string text);
    void set_field(std::size_t number, Value value);
    void set_field_count(std::size_t count);
    void split_record();
    const std::string& record();
    std::size_t field_number(const Value& value);
    bool keyed(Place place) const { return place == Place::Field || place == Place::Element || place == Place::LocalElement; }

    std::string text(const Value& value) const { return text_of(value, globals_[kConvfmt].text, mawk_); }
    double number(const Value& value) const { return number_of(value, mawk_); }
    bool truth(const Value& value) const;
    std::optional<Regex> pattern_of(const Value& value);
    Got main_record(System& system, std::string& record);
    bool open_next();
    std::uint32_t random();
    void seed(std::uint32_t value);
    [[nodiscard]] std::int64_t unix_now(System& system) const;
    void seed_first(System& system);

    std::shared_ptr<const Program> program_;
    std::string name_;
    bool mawk_;
    std::vector<std::string> environment_;
    std::vector<Value> globals_;
    std::vector<Array> arrays_;
    std::vector<Value> stack_;
    std::vector<Frame> frames_;
    std::vector<Local> locals_;
    std::vector<Loop> loops_;
    std::vector<char> ranges_;
    int at_ = 0;
    std::int64_t held_bytes_ = 0;  ///< Of the stack, variables, arrays and loops.
    std::size_t moved_ = 0;        ///< Bytes of texts, yet to be taken from the budget.
    std::string problem_;
    int status_ = 0;
    int failure_ = 2;

    std::string record_;
    bool record_stale_ = false;
    std::vector<Value> fields_;
    std::int64_t field_bytes_ = 0;  ///< Of what was assigned to fields since the record was divided.
    bool split_ = true;

    Input input_;
    bool told_cut_ = false;
    bool input_open_ = false;
    bool input_used_ = false;
    bool input_ended_ = false;
    int next_argument_ = 1;
    RecordBuffer pending_;  ///< Read, and not yet divided by an RS other than a newline.
    Streams streams_;
    Output out_;
    shell::Pid child_ = 0;
    int last_match_ = 0;
    std::string last_pattern_;
    Regex last_regex_;
    std::vector<std::uint32_t> random_;  ///< glibc's random(3), whose first 34 words these are.
    std::size_t random_at_ = 0;
    std::uint32_t last_seed_ = 0;
};

}  // namespace podium::programs::small::awk
