#include "sim/base/random.hpp"

namespace podium {
namespace {

constexpr int kSteps = 4096;
constexpr int kFractionBits = 32;

// -ln(1 - i/kSteps) * 2^32 for i in 0..kSteps-1, computed at compile time with integer arithmetic:
// ln(n/(n-i)) is the sum of atanh series terms; each step adds -ln((kSteps-i-1)/(kSteps-i)).
constexpr std::array<std::uint64_t, kSteps> make_table() {
    std::array<std::uint64_t, kSteps> table{};
    UInt128 sum = 0;  // 64 fractional bits
    for (int i = 0; i < kSteps; ++i) {
        table[static_cast<std::size_t>(i)] = static_cast<std::uint64_t>(sum >> (64 - kFractionBits));
        const int n = kSteps - i;
        if (n == 1) break;
        // ln(n/(n-1)) = 2 * atanh(1/(2n-1)) = 2 * sum x^(2k+1)/(2k+1)
        const UInt128 one = static_cast<UInt128>(1) << 64;
        const auto d = static_cast<UInt128>(2 * n - 1);
        UInt128 power = one / d;
        for (unsigned k = 1; power != 0; k += 2) {
            sum += 2 * (power / k);
            power = power / d / d;
        }
    }
    return table;
}

constexpr std::array<std::uint64_t, kSteps> kTable = make_table();
// ln(kSteps) * 2^32: what one renewal of the tail adds.
constexpr std::uint64_t kTail = kTable[kSteps - 1];

}  // namespace

Duration RandomStream::exponential(Duration mean) {
    std::uint64_t units = 0;  // in 2^-32 of the mean
    std::uint64_t draw = next();
    std::uint64_t step = draw >> 52;
    while (step == kSteps - 1) {
        units += kTail;
        draw = next();
        step = draw >> 52;
    }
    const std::uint64_t low = kTable[step];
    const std::uint64_t high = kTable[step + 1];
    const std::uint64_t part = (draw & 0xFFFFFFFFULL) * (high - low) >> 32;
    units += low + part;
    const auto scaled = static_cast<UInt128>(units) * static_cast<std::uint64_t>(mean.nanoseconds);
    return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(scaled >> kFractionBits))};
}

}  // namespace podium
