#include "sim/base/sha1.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace podium;

namespace {

std::string hex(const std::string& bytes) {
    std::string out;
    for (const char byte : bytes)
        out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return out;
}

}  // namespace

TEST_CASE("SHA-1: the digests of FIPS 180-4's examples, at the ends of a block too") {
    CHECK(hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK(hex(sha1(std::string(55, 'a'))) == "c1c8bbdc22796e28c0e15163d20899b65621d65a");
    CHECK(hex(sha1(std::string(64, 'b'))) == "9d682ff9a7018603023176b8c12926c6a15510ee");
}
