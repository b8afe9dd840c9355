#pragma once

// 128-bit integers, for products of two 64-bit values. Both compilers have them as an extension.

namespace podium {

__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

}  // namespace podium
