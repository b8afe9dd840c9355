#pragma once

// Typed ids: a row's number in its column. Rows name rows by id, never by pointer, so that a state
// can be copied. 0 is "none"; rows are numbered from 1 and ids are never used again.

#include <cstdint>

namespace podium {

template <class Tag>
struct Id {
    std::uint32_t value = 0;

    constexpr auto operator<=>(const Id&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
};

struct FactTag;
struct StringTag;

/// Texts are told apart by their numbers, never ordered by them: which of two texts had its number first is left
/// to the compiler where both are made in one call's arguments.
template <>
struct Id<StringTag> {
    std::uint32_t value = 0;

    constexpr bool operator==(const Id&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
};

using FactId = Id<FactTag>;      ///< A fact's number in the journal, from 1.
using StringId = Id<StringTag>;  ///< An interned string; 0 is the empty string.

}  // namespace podium
