#include "sim/base/share.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "sim/base/assert.hpp"
#include "sim/base/int128.hpp"

namespace podium {
namespace {

constexpr int kWholeShare = 10'000;
// Far below one request or one second of the longest run, and far above what doubles lose.
constexpr double kLeftOverByDivision = 1e-10;

}  // namespace

int cut_share(std::int64_t part, std::int64_t whole) {
    PODIUM_ASSERT(0 <= part && part <= whole && whole > 0, "a share is of a whole, and no more than it");
    const int cut = static_cast<int>(static_cast<Int128>(part) * kWholeShare / whole);
    return part == 0 ? 0 : std::max(cut, 1);
}

int cut_share_of_percent(double percent) {
    if (percent >= 100 - kLeftOverByDivision) return kWholeShare;
    if (percent <= kLeftOverByDivision) return 0;
    const int cut = static_cast<int>(std::floor(percent * 100 + kLeftOverByDivision * 100));
    return std::clamp(cut, 1, kWholeShare - 1);
}

std::string cut_share_text(std::int64_t hundredths) {
    return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
}

}  // namespace podium
