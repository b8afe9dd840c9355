#pragma once

// The Go types behind docker's templates. A template sees the docker CLI's own structs, not the
// JSON they came from: it names Go fields (.ID where the JSON says "Id"), prints a struct as {a b
// c} with all its fields, and a field that is missing from the JSON is the zero value of its type.
// A type is the text Go writes for it ("*container.State", "[]string",
// "map[nat.Port][]nat.PortBinding"); all texts are literals of this program, so views of them (and
// of their parts) never dangle.
//
// Known are the types of docker 28.2.2 that inspect, version and events can show a template. Where
// a type is not in the table it is a row of a list (see lists.hpp): its fields are those of its
// JSON.

#include <cstdint>
#include <span>
#include <string_view>

namespace podium::format {

/// What kind a Go type is, named types looked through.
enum class Kind : std::uint8_t {
    Invalid,
    Bool,
    Int,
    Uint,
    Float,
    String,
    Slice,
    Map,
    Struct,
    Pointer,
    Interface,
};

/// The type of a JSON value whose type nobody knows; its content says what it is.
inline constexpr std::string_view kAny = "interface {}";

/// The type of bytes, which JSON has as base 64.
inline constexpr std::string_view kBytes = "[]uint8";

/// One field of a Go struct.
struct Field {
    std::string_view name;  ///< In Go.
    std::string_view key;   ///< In JSON.
    std::string_view type;
    bool omit_empty = false;
    bool embedded = false;  ///< Its fields are fields of the struct around it, in Go and in JSON.
};

Kind kind_of(std::string_view type);
/// The type a named type stands for ("nat.Port" is "string"); the type itself when it is no such.
std::string_view underlying(std::string_view type);
/// What a pointer points to, what a slice or map holds.
std::string_view element_type(std::string_view type);
/// A map's key type.
std::string_view key_type(std::string_view type);
/// The fields of a struct in Go's order; empty for a type that is not in the table.
std::span<const Field> fields_of(std::string_view type);
/// Whether a value of type `from` may be used where Go wants `to`.
bool assignable(std::string_view from, std::string_view to);

}  // namespace podium::format
