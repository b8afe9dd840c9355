#pragma once

// A share of a whole as it is told everywhere, in hundredths of a per cent: cut, never rounded up. So 100 % is all of
// it, however small what is missing; and 0 % is nothing at all, for what is less than a hundredth counts as one.

#include <cstdint>
#include <string>

namespace podium {

/// `part` of `whole`, from 0 to 10'000. Requires 0 <= part <= whole and whole > 0.
int cut_share(std::int64_t part, std::int64_t whole);
/// The same of what is given in per cent and no longer a ratio of whole numbers, like a mean of shares. Requires
/// 0 <= percent <= 100; what a division leaves over in the last places of a double doesn't count.
int cut_share_of_percent(double percent);
/// In per cent with two decimals: "99.99".
std::string cut_share_text(std::int64_t hundredths);

}  // namespace podium
