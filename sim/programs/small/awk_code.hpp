#pragma once

// awk, made into instructions of a small stack machine: what it is in the middle of is plain data, so that a run can be copied while
// awk waits for a command's output. awk_parse.cpp writes the code, awk_machine.cpp runs it. As busybox's awk (editors/awk.c) in its
// images, elsewhere as mawk 1.3.4 of Debian 12.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/regex.hpp"
#include "sim/base/result.hpp"

namespace podium::programs::small::awk {

enum class Kind : std::uint8_t { Unset, Number, Text, Input };

/// A value. Input is a text from outside that looks like a number, and is compared as one.
struct Value {
    Kind kind = Kind::Unset;
    double number = 0;
    std::string text;

    static Value of(double number) { return {Kind::Number, number, {}}; }

    static Value of(std::string text) { return {Kind::Text, 0, std::move(text)}; }
};

using Array = std::map<std::string, Value>;

/// The variables that mean something to awk itself; the first ones of a program, in this order.
enum Special : int { kNf, kNr, kFnr, kFs, kOfs, kOrs, kRs, kFilename, kSubsep, kRstart, kRlength, kConvfmt, kOfmt, kArgc, kSpecials };
/// The arrays that are there from the beginning.
enum SpecialArray : int { kEnviron, kArgv, kSpecialArrays };

/// What can be assigned to. An element's key, or a field's number, lies on the stack.
enum class Place : std::uint8_t { None, Global, Local, Field, Element, LocalElement };

enum class Op : std::uint8_t {
    Push,           ///< constants[a]
    PushEmpty,      ///< a value that was never set
    Load,           ///< of place, index a
    Store,          ///< pops the value, and leaves it
    Bump,           ///< adds a step: b & 1 up, else down; b & 2: leaves the old number
    Pop,
    Duplicate,
    Add, Subtract, Multiply, Divide, Modulo, Power,
    Negate, Plus, Not, ToBool, Concatenate,
    Less, LessEqual, Equal, NotEqual, Greater, GreaterEqual,
    Match,          ///< pops a text and a pattern; a >= 0: regexes[a] instead of the latter; b: whether it is negated
    MatchRecord,    ///< regexes[a] in the record
    In,             ///< pops a key; of place's array a
    JoinKeys,       ///< pops a values, joined with SUBSEP
    DeleteElement, DeleteArray,
    Jump, JumpFalse, JumpTrue,
    LoopBegin,      ///< takes the keys of place's array a
    LoopNext,       ///< pushes the next key, or goes to a
    LoopEnd,
    PushArray,      ///< an argument that is place's array a
    Call,           ///< functions[a] with b arguments
    Return,
    Builtin,        ///< builtin a with b arguments
    Split,          ///< into place's array a; b: 0 by FS, 1 by a separator on the stack, 2 + n: by regexes[n]
    LengthOf,       ///< of place's array a
    Substitute,     ///< sub or gsub (c & 1) into place a, whose text lies on top; b: as a of Match
    Print,          ///< a values (-1: the record); b: an Out, its target on top
    Printf,
    Getline,        ///< b: a From, its source on the stack; into place a (None: the record)
    RangeActive,    ///< pushes whether the range a has begun
    RangeSet,       ///< b: begun or not
    Next, NextFile,
    Exit,           ///< b: with a status on the stack
    End,            ///< of a phase
};

enum Out : int { kStandardOut, kTruncate, kAppend, kPipe };
enum From : int { kMain, kFile, kCommand };

struct Instruction {
    Op op = Op::End;
    Place place = Place::None;
    int a = 0;
    int b = 0;
    int c = 0;
    int line = 1;
};

enum class Function : std::uint8_t {
    Length, Substr, Index, Sprintf, Toupper, Tolower, Int, Sqrt, Rand, Srand, Systime, System, Close, Fflush, MatchIn,
};

struct UserFunction {
    std::string name;
    int entry = -1;
    int parameters = 0;
    std::vector<bool> arrays;  ///< Which of its parameters are arrays.
};

struct Program {
    std::vector<Instruction> code;
    std::vector<Value> constants;
    std::vector<Regex> regexes;
    std::vector<UserFunction> functions;
    std::vector<std::string> globals;
    std::vector<std::string> arrays;
    int ranges = 0;
    int begin = 0;
    int main = 0;
    int end = 0;
    bool reads = false;  ///< There is a rule for records, or END.
};

inline constexpr std::size_t kMostCode = 20'000;
inline constexpr int kMostNesting = 300;

/// The program of a text; the error's message is what the awk meant says of it.
Result<Program> parse(const std::string& text, bool mawk);
/// A pattern as awk writes it; braces mean themselves to mawk.
Result<Regex> compile(std::string_view pattern, bool mawk);
/// What escapes in a text stand for; of one that means nothing mawk keeps the backslash, busybox the letter alone.
std::string unescaped(std::string_view text, bool mawk);

/// The number that a text without a sign begins with, and how many letters it has, 0 for none. A program's own are read so, too:
/// `hexadecimal`: 0x1f is one (strtod); `octal`: so is 017 (busybox's my_strtod).
double leading_number(std::string_view text, bool hexadecimal, bool octal, std::size_t& length);
/// The number a text begins with, 0 for none; `whole`: whether it is a number as a whole, but for blanks.
double number_of(std::string_view text, bool mawk, bool& whole);
double number_of(const Value& value, bool mawk);
/// Made to lie between the two, so that it fits an integer; a NaN is the least, as to mawk's d_to_I().
double bounded(double value, double least, double most);
/// mawk writes whole numbers of 32 bits as such, busybox those of 64; others go through CONVFMT or OFMT.
std::string text_of(const Value& value, const std::string& format, bool mawk);
/// A text from outside: a number too where it looks like one.
Value from_input(std::string text, bool mawk);
/// printf's work; nothing when there are too few arguments or a conversion is none, and `problem` says so.
std::string format_values(std::string_view format, const std::vector<Value>& values, const std::string& convfmt, bool mawk, std::string& problem);
/// The text's fields as FS divides them.
Result<std::vector<std::string>> split_fields(const std::string& text, const std::string& separator, bool mawk);
std::vector<std::string> split_by(const std::string& text, const Regex& separator);

}  // namespace podium::programs::small::awk
