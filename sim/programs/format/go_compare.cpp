// eq, ne, lt, le, gt and ge of Go's templates.

#include "sim/programs/format/go_compare.hpp"

#include <fmt/format.h>

#include "sim/programs/format/go_functions.hpp"

namespace podium::format {
namespace {

bool is_basic(Kind kind) {
    return kind == Kind::Bool || kind == Kind::Int || kind == Kind::Uint || kind == Kind::Float ||
           kind == Kind::String;
}

[[noreturn]] void incompatible() {
    throw CallFailure{"incompatible types for comparison"};
}

[[noreturn]] void invalid_type() {
    throw CallFailure{"invalid type for comparison"};
}

// Two whole numbers, whatever their sign: <0, 0 or >0.
int compare_whole(const Value& a, const Value& b) {
    const bool a_negative = a.kind() == Kind::Int && int_of(a) < 0;
    const bool b_negative = b.kind() == Kind::Int && int_of(b) < 0;
    if (a_negative != b_negative) return a_negative ? -1 : 1;
    if (a_negative) return int_of(a) < int_of(b) ? -1 : int_of(a) > int_of(b) ? 1 : 0;
    const std::uint64_t left =
        a.kind() == Kind::Int ? static_cast<std::uint64_t>(int_of(a)) : uint_of(a);
    const std::uint64_t right =
        b.kind() == Kind::Int ? static_cast<std::uint64_t>(int_of(b)) : uint_of(b);
    return left < right ? -1 : left > right ? 1 : 0;
}

bool is_whole(Kind kind) {
    return kind == Kind::Int || kind == Kind::Uint;
}

}  // namespace

bool go_equal(const Value& first, const Value& second) {
    const Value a = unboxed(first);
    const Value b = unboxed(second);
    const Kind kind = a.kind();
    if (is_whole(kind) && is_whole(b.kind())) return compare_whole(a, b) == 0;
    if (is_basic(kind) || is_basic(b.kind())) {
        if (kind != b.kind()) {
            if (a.valid() && b.valid()) incompatible();
            return false;
        }
        if (kind == Kind::Bool) return bool_of(a) == bool_of(b);
        if (kind == Kind::Float)
            return !(float_of(a) < float_of(b)) && !(float_of(a) > float_of(b));
        return text_of(a) == text_of(b);
    }
    if (kind != b.kind() && a.valid() && b.valid()) {
        throw CallFailure{fmt::format(
            "non-comparable types {}: {}, {}: {}", print_value(a), a.type, b.type, print_value(b))};
    }
    if (is_nil(a) || is_nil(b)) return is_nil(a) && is_nil(b);
    if (kind == Kind::Slice || kind == Kind::Map) {
        throw CallFailure{fmt::format("non-comparable type {}: {}", print_value(b), b.type)};
    }
    if (kind == Kind::Pointer) return a.data == b.data;
    return a.type == b.type && json_of(a) == json_of(b);
}

bool go_less(const Value& first, const Value& second) {
    const Value a = unboxed(first);
    const Value b = unboxed(second);
    if (!is_basic(a.kind()) || !is_basic(b.kind())) invalid_type();
    if (is_whole(a.kind()) && is_whole(b.kind())) return compare_whole(a, b) < 0;
    if (a.kind() != b.kind()) incompatible();
    if (a.kind() == Kind::Bool) invalid_type();
    if (a.kind() == Kind::Float) return float_of(a) < float_of(b);
    return text_of(a) < text_of(b);
}

}  // namespace podium::format
