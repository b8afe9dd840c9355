// md5sum, sha256sum, base64: bytes as text.

#include <array>

#include <fmt/format.h>

#include "sim/base/sha256.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// MD5 (RFC 1321), as 32 hexadecimal digits. Not for secrets.
std::string md5_hex(std::string text) {
    // floor(2^32 * |sin(i + 1)|)
    static constexpr std::array<std::uint32_t, 64> kSines = {
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1,
        0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453,
        0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
        0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05,
        0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d,
        0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
    static constexpr std::array<unsigned, 16> kTurns = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
    constexpr std::size_t kBlock = 64;
    const std::uint64_t bits = std::uint64_t{text.size()} * 8;
    text.push_back('\x80');
    while (text.size() % kBlock != kBlock - 8) text.push_back('\0');
    for (unsigned i = 0; i < 8; ++i) text.push_back(static_cast<char>(static_cast<unsigned char>(bits >> (8 * i))));
    std::array<std::uint32_t, 4> state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    for (std::size_t start = 0; start < text.size(); start += kBlock) {
        std::array<std::uint32_t, 16> words{};
        for (std::size_t i = 0; i < kBlock; ++i) words[i / 4] |= std::uint32_t{static_cast<unsigned char>(text[start + i])} << (8 * (i % 4));
        auto [a, b, c, d] = state;
        for (std::uint32_t i = 0; i < kSines.size(); ++i) {
            const std::uint32_t round = i / 16;
            const std::uint32_t mixed = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
            const std::uint32_t word = round == 0 ? i : round == 1 ? 5 * i + 1 : round == 2 ? 3 * i + 5 : 7 * i;
            const std::uint32_t sum = a + mixed + kSines[i] + words[word % 16];
            const unsigned turn = kTurns[4 * round + i % 4];
            a = d;
            d = c;
            c = b;
            b += (sum << turn) | (sum >> (32 - turn));
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }
    std::string out;
    for (const std::uint32_t word : state) {
        for (unsigned i = 0; i < 4; ++i) out += fmt::format("{:02x}", word >> (8 * i) & 0xFFU);
    }
    return out;
}

class Checksum final : public Cloned<Checksum, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(argv(), {"bt", {{"binary", 'b'}, {"text", 't'}}, "cwz"}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        input().set_files(options.operands);
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        if (text_.size() + data.size() > kMostSummedBytes) {
            complain(system, fmt::format("{}: Podium reckons the sum of {} MiB at most", input().name(), kMostSummedBytes >> 20));
            return 1;
        }
        text_ += data;
        return std::nullopt;
    }

    std::optional<int> file_ends(System& system) override {
        out().add(fmt::format("{}  {}\n", name() == "md5sum" ? md5_hex(text_) : sha256_hex(text_), input().name()));
        text_.clear();
        return flush(system);
    }

    std::optional<int> failed(System& system) override {
        complain(system, input().cannot_open(is_gnu(system)));
        text_.clear();
        status_ = 1;
        return std::nullopt;
    }

    Step end(System& /*system*/) override { return Step::exit(status_); }

  private:
    static constexpr std::size_t kMostSummedBytes = std::size_t{16} << 20;  // all of a file is kept

    std::string text_;
};

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

class Base64 final : public Cloned<Base64, ChunkFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options = read_options(argv(), {"diw:", {{"decode", 'd'}, {"ignore-garbage", 'i'}, {"wrap", 'w'}}}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        std::int64_t width = 0;
        if (options.has('w') && (!parse_integer(options.value('w'), width) || width < 0)) {
            complain(system, fmt::format("invalid wrap size: '{}'", options.value('w')));
            return 1;
        }
        if (options.has('w')) width_ = static_cast<std::size_t>(width);
        if (options.operands.size() > 1) {
            complain(system, fmt::format("extra operand '{}'", options.operands[1]));
            return 1;
        }
        decodes_ = options.has('d');
        ignores_ = options.has('i');
        input().set_files(options.operands);
        return std::nullopt;
    }

    std::optional<int> chunk(System& system, const std::string& data) override {
        if (decodes_ ? !decode(data) : !encode(data)) return invalid(system);
        return flush(system);
    }

    std::optional<int> failed(System& system) override {
        complain(system, input().cannot_open(is_gnu(system)));
        return 1;
    }

    Step end(System& system) override {
        if (decodes_ && !left_.empty()) {
            // What there is of the last group is written all the same.
            if (left_.size() > 1) {
                left_.resize(4, '=');
                take_group();
            }
            return Step::exit(invalid(system));
        }
        if (!decodes_) finish();
        return Step::exit(flush(system).value_or(0));
    }

  private:
    int invalid(System& system) {
        if (const auto failed = flush(system)) return *failed;
        complain(system, "invalid input");
        return 1;
    }

    void put(char c) {
        if (width_ > 0 && column_ == width_) {
            out().add("\n");
            column_ = 0;
        }
        out().add(std::string_view(&c, 1));
        ++column_;
    }

    bool encode(const std::string& data) {
        for (const char c : data) {
            left_.push_back(c);
            if (left_.size() == 3) put_group();
        }
        return true;
    }

    void put_group() {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) bits = bits << 8U | (i < left_.size() ? static_cast<unsigned char>(left_[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) put(i <= left_.size() ? kDigits[bits >> (18 - 6 * i) & 0x3FU] : '=');
        left_.clear();
    }

    void finish() {
        if (!left_.empty()) put_group();
        if (width_ > 0 && column_ > 0) out().add("\n");
    }

    bool decode(const std::string& data) {
        for (const char c : data) {
            const std::size_t value = kDigits.find(c);
            if (c == '\n' || (ignores_ && value == std::string_view::npos && c != '=')) continue;
            if (value == std::string_view::npos && c != '=') return false;
            if (padded_ && c != '=' && left_.empty()) padded_ = false;  // another text follows
            if ((c == '=' && left_.size() < 2) || (c != '=' && padded_)) return false;
            padded_ = padded_ || c == '=';
            left_.push_back(c);
            if (left_.size() == 4) take_group();
        }
        return true;
    }

    void take_group() {
        std::uint32_t bits = 0;
        for (const char c : left_) bits = bits << 6U | (c == '=' ? 0U : static_cast<std::uint32_t>(kDigits.find(c)));
        const std::size_t bytes = left_[3] != '=' ? 3 : left_[2] != '=' ? 2 : 1;
        for (std::size_t i = 0; i < bytes; ++i) {
            const char c = static_cast<char>(static_cast<unsigned char>(bits >> (16 - 8 * i)));
            out().add(std::string_view(&c, 1));
        }
        left_.clear();
    }

    std::string left_;  // of a group that is not complete
    std::size_t width_ = 76;
    std::size_t column_ = 0;
    bool decodes_ = false;
    bool ignores_ = false;
    bool padded_ = false;  // the text ended with "="
};

}  // namespace

std::unique_ptr<shell::Program> make_base64(Start start) {
    return std::make_unique<Base64>(std::move(start));
}

std::unique_ptr<shell::Program> make_checksum(Start start) {
    return std::make_unique<Checksum>(std::move(start));
}

}  // namespace podium::programs::small
