#pragma once

// What is to be known of an awk program before its code is written: its functions, and which names are arrays. Those are that have a
// subscript, stand after `in` or `delete` or are split into, and those that are given to or got from such a parameter.

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/programs/small/awk_lex.hpp"

namespace podium::programs::small::awk {

struct FunctionHeader {
    std::string name;
    std::vector<std::string> parameters;
    std::size_t body = 0;  ///< The token of its brace.
    std::size_t end = 0;   ///< Of the closing one; the tokens' number when it has none.
};

struct Names {
    std::vector<FunctionHeader> headers;
    std::set<std::string> arrays;  ///< "NAME" of the program, "F\nNAME" of a function F's parameter.

    [[nodiscard]] bool is_array(const std::string& key) const;
};

/// `wrong`: the token that does not fit in a function's head.
Names names_of(const std::vector<Token>& tokens, std::optional<std::size_t>& wrong);

}  // namespace podium::programs::small::awk
