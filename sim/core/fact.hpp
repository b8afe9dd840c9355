#pragma once

// A fact: something that happened, when, to whom, and because of which earlier fact. Facts are the
// only way a run is read. Each kind is a line in its room's table of FactSpec, which names its
// fields; a fact's fields are 32-bit words in the journal (a long field takes two).

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/base/id.hpp"
#include "sim/base/time.hpp"

namespace podium {

/// The high byte names the room, as for events.
using FactKind = std::uint16_t;

enum class SubjectType : std::uint8_t { None, Host, Container, Network, Volume, Image, Process, Session, Fault, Project, Request, Traffic, Service, Task, Node };

/// Whom a fact is about: a kind of row and its id (28 bits). The last three are an orchestrator's.
struct Subject {
    std::uint32_t packed = 0;

    constexpr Subject() = default;
    constexpr Subject(SubjectType type, std::uint32_t id)
        : packed(static_cast<std::uint32_t>(type) << 28 | (id & 0x0FFFFFFFU)) {}
    [[nodiscard]] constexpr SubjectType type() const { return static_cast<SubjectType>(packed >> 28); }
    [[nodiscard]] constexpr std::uint32_t id() const { return packed & 0x0FFFFFFFU; }
    constexpr auto operator<=>(const Subject&) const = default;
};

enum class FieldType : std::uint8_t {
    Integer,   ///< One word, signed.
    Long,      ///< Two words, signed 64 bits.
    Duration,  ///< Two words, nanoseconds.
    Text,      ///< One word, a StringId.
    Flag,      ///< One word, 0 or 1.
};

struct FieldSpec {
    std::string_view name;
    FieldType type;
};

/// A kind of fact: its number, its name ("container.die") and its fields in order.
struct FactSpec {
    FactKind kind;
    std::string_view name;
    std::vector<FieldSpec> fields;
};

using FactTable = std::vector<FactSpec>;

/// One fact as read from the journal; valid until the next fact is recorded.
struct Fact {
    FactId id;
    Time time;
    FactId cause;
    Subject subject;
    FactKind kind = 0;
    std::span<const std::uint32_t> words;
};

}  // namespace podium
