#include "sim/base/sha1.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace podium {
namespace {

constexpr std::size_t kSha1BlockBytes = 64;

using Sha1State = std::array<std::uint32_t, 5>;

// What the four times 20 rounds mix in.
std::uint32_t sha1_mixed(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    if (round < 20) return ((b & c) ^ (~b & d)) + 0x5a827999U;
    if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1U;
    if (round < 60) return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdcU;
    return (b ^ c ^ d) + 0xca62c1d6U;
}

void sha1_compress(Sha1State& state, std::string_view block) {
    std::array<std::uint32_t, 80> words{};
    for (std::size_t i = 0; i < kSha1BlockBytes; ++i)
        words[i / 4] = words[i / 4] << 8 | static_cast<unsigned char>(block[i]);
    for (std::size_t i = 16; i < words.size(); ++i)
        words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::uint32_t next = std::rotl(a, 5) + sha1_mixed(i, b, c, d) + e + words[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const Sha1State change{a, b, c, d, e};
    for (std::size_t i = 0; i < state.size(); ++i)
        state[i] += change[i];
}

}  // namespace

std::string sha1(std::string_view text) {
    std::string padded(text);
    padded += '\x80';
    padded.append((2 * kSha1BlockBytes - 8 - padded.size() % kSha1BlockBytes) % kSha1BlockBytes,
                  '\0');
    const std::uint64_t bits = static_cast<std::uint64_t>(text.size()) * 8;
    for (int shift = 56; shift >= 0; shift -= 8)
        padded += static_cast<char>(bits >> shift & 0xFF);
    Sha1State state{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U};
    for (std::size_t at = 0; at < padded.size(); at += kSha1BlockBytes)
        sha1_compress(state, std::string_view(padded).substr(at, kSha1BlockBytes));
    std::string out;
    for (const std::uint32_t word : state) {
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(word >> shift & 0xFF);
    }
    return out;
}

}  // namespace podium
