#pragma once

// $(( )): 64-bit signed arithmetic with the operators of C, variables and assignments. Wraps around
// on overflow, as the real ones do.

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/shell/state.hpp"

namespace podium::shell {

inline constexpr int kMaxArithmeticNesting =
    100;  ///< Parentheses, operators and names within names.

/// Variables one expression may read: a variable's text is an expression itself, so names within
/// names could double at each level.
inline constexpr int kMaxArithmeticReads = 10'000;

/// What an expression sees of the shell.
class ArithmeticVariables {
  public:
    virtual ~ArithmeticVariables() = default;
    /// A variable's text; empty when it is unset.
    virtual std::string get(std::string_view name) = 0;
    /// False when the variable may not be changed.
    virtual bool set(std::string_view name, std::int64_t value) = 0;
    /// The text of an array's index.
    virtual std::string get_element(std::string_view name, std::int64_t index) = 0;
    /// What is wrong, or nothing.
    virtual std::string set_element(std::string_view name, std::int64_t index, std::int64_t value) = 0;
};

/// The value of an expression; the error's message is the dialect's sentence. An empty expression
/// is 0. `of_subscript`, where given, says whether what is wrong is wrong in a subscript, over which bash gives up more
/// (arrayfunc.c, array_expand_index).
Result<std::int64_t> evaluate_arithmetic(std::string_view text,
                                         ArithmeticVariables& variables,
                                         Dialect dialect,
                                         bool* of_subscript = nullptr);

}  // namespace podium::shell
