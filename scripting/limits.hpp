#pragma once

// What a script may use. Steps are the measure of its work: about one instruction of Lua, and for
// everything that takes longer (copying, matching, sorting, catching an error) as many as it takes
// time. They are counted, never timed, so a script ends at the same place on every machine.

#include <cstddef>
#include <cstdint>

namespace podium::scripting {

struct Limits {
    /// All steps together. Measured on the slowest of tests/scripting/hostile: about one second.
    std::uint64_t steps = 30'000'000;
    /// What Lua may have allocated at once.
    std::size_t memory_bytes = 32U << 20;
    /// The longest text.
    std::size_t text_bytes = 1U << 20;
    /// A coroutine's stack of values; about 20'000 of them, 4'000 calls deep.
    std::size_t stack_bytes = 328'000;
    /// What it may print.
    std::size_t output_bytes = 1U << 20;
    /// Different tables used as metatables: a lookup can walk through all of them in one
    /// instruction.
    std::size_t metatables = 100;
    /// The longest script. Lua's compiler takes time with the square of a long chain of branches.
    std::size_t script_bytes = 128U << 10;
    /// The most steps a run's own progress adds (grant).
    std::uint64_t granted_steps = 50'000'000;
    /// What simulating the run may take (sim/base/work.hpp).
    std::uint64_t work = 10'000'000;

    /// Of a scenario whose user lets it take that many times as much.
    [[nodiscard]] Limits times(std::uint64_t factor) const {
        Limits out = *this;
        out.steps *= factor;
        out.granted_steps *= factor;
        out.work *= factor;
        return out;
    }
};

/// Instructions between two looks of the counting hook.
inline constexpr int kHookInterval = 100;
/// The most values one call of unpack, byte or codepoint gives.
inline constexpr std::int64_t kMostValues = 1'000;

/// What things cost in steps besides the instruction itself.
inline constexpr std::uint64_t kCallSteps = 10;          ///< Any function of the library.
inline constexpr std::uint64_t kErrorSteps = 2'000;      ///< An error that is caught,
inline constexpr std::uint64_t kUnwindSteps = 100;       ///< and for each call it flies out of,
inline constexpr int kMostDepth = 220;                   ///< of which so many can be in C at most.
inline constexpr std::uint64_t kCoroutineSteps = 1'000;  ///< A coroutine made.
inline constexpr std::uint64_t kYieldSteps = 150;        ///< A coroutine that yields.
inline constexpr std::uint64_t kAllocationSteps = 10;    ///< A block of memory.
inline constexpr std::size_t kBytesPerStep = 16;         ///< Bytes copied or looked at.
inline constexpr std::uint64_t kNumberTextSteps = 60;    ///< A number made to text or back.
inline constexpr std::uint64_t kRemainderSteps = 100;    ///< A remainder or power of floats.
inline constexpr std::size_t kBytesPerStepOfEquals = 32;  ///< Of two texts that are compared for being the same.
inline constexpr std::size_t kBytesPerStepOfWalk = 256;   ///< Of a table that is walked through, empty places too,
inline constexpr std::size_t kPartWithoutSteps = 4'096;    ///< where a part of it is at least as large.
inline constexpr std::size_t kChainWithoutSteps = 16;      ///< Keys of a table that fall to one place and cost nothing;
inline constexpr std::size_t kNodesPerStep = 8;            ///< of longer chains, keys gone along.
inline constexpr std::size_t kNodesWithoutSteps = 64;      ///< Keys of a table that cost nothing when it becomes larger.
inline constexpr std::size_t kPlacesPerStep = 16;          ///< Of a table that becomes larger, counted to see how large.
inline constexpr std::uint64_t kLookupsOfLength = 64;      ///< Keys tried for a length, where it is not that of a list.
inline constexpr std::uint64_t kGrowthUnasked = 100;       ///< Steps of a growth that are too few to stop it for.
inline constexpr std::size_t kStackWithoutWeight = 16'384;  ///< Bytes of stack that cost nothing.
inline constexpr std::size_t kStackPerStepOfWeight = 1'024;

}  // namespace podium::scripting
