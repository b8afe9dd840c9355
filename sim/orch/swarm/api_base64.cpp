// Base 64 as Go's encoding/base64 writes and reads it.

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/orch/swarm/api_json.hpp"

namespace podium::swarm {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes, bool padded) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t here = std::min<std::size_t>(bytes.size() - i, 3);
        std::uint32_t bits = 0;
        for (std::size_t n = 0; n < 3; ++n)
            bits = bits << 8 | (n < here ? static_cast<unsigned char>(bytes[i + n]) : 0U);
        for (std::size_t n = 0; n < 4; ++n) {
            if (n <= here) {
                out.push_back(kBase64[bits >> (18 - 6 * n) & 0x3fU]);
            } else if (padded) {
                out.push_back('=');
            }
        }
    }
    return out;
}

Result<std::string> read_base64(std::string_view text) {
    // encoding/base64: line ends are passed over, and nothing may stand behind the padding.
    const auto bad = [](std::size_t at) {
        return Error{fmt::format("illegal base64 data at input byte {}", at), {}, {}};
    };
    std::string out;
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n' || c == '\r') continue;
        if (c == '=') {
            if (digits < 2 || digits + ++padding > 4) return bad(i);
            continue;
        }
        const auto value = kBase64.find(c);
        if (padding > 0 || value == std::string_view::npos) return bad(i);
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if (++digits < 4) continue;
        for (const unsigned shift : {16U, 8U, 0U})
            out.push_back(static_cast<char>(bits >> shift & 0xffU));
        digits = 0;
        bits = 0;
    }
    if (digits == 0 && padding == 0) return out;
    if (digits + padding != 4) return bad(text.size());
    bits <<= 6 * padding;
    out.push_back(static_cast<char>(bits >> 16 & 0xffU));
    if (padding == 1) out.push_back(static_cast<char>(bits >> 8 & 0xffU));
    return out;
}

}  // namespace podium::swarm
