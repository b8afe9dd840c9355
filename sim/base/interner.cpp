#include "sim/base/interner.hpp"

#include <cstring>

#include "sim/base/assert.hpp"
#include "sim/base/int128.hpp"
#include "sim/base/random.hpp"

namespace podium {
namespace {

constexpr std::size_t kFirstTable = 64;
constexpr unsigned kBitsOfId = 27;
constexpr std::uint32_t kMostStrings = (1U << kBitsOfId) - 1;
constexpr std::size_t kMostBytes = UINT32_MAX;

// Eight bytes at a time, as the machine has them: no id depends on it.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
    std::uint64_t hash = text.size() + 1;
    const auto take = [&hash](std::uint64_t word) {
        const UInt128 product = static_cast<UInt128>(hash ^ word) * kOdd;
        hash = static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
    };
    for (std::uint64_t word = 0; text.size() >= sizeof(word); text.remove_prefix(sizeof(word))) {
        std::memcpy(&word, text.data(), sizeof(word));
        take(word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, text.data(), text.size());
    take(rest);
    return mix64(hash);
}

// Of the high bits, as a place is of the low ones, and above an id: who stands in a text's way is nearly always told apart
// without a look at his.
std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> (32 + kBitsOfId)) << kBitsOfId; }

StringId id_in(std::uint32_t entry) { return StringId{entry & kMostStrings}; }

}  // namespace

std::size_t Interner::slot_of(std::string_view text, std::uint64_t hash) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = hash & mask;
    const std::uint32_t tag = tag_of(hash);
    while (table_[slot] != 0 && ((table_[slot] & ~kMostStrings) != tag || this->text(id_in(table_[slot])) != text)) slot = (slot + 1) & mask;
    return slot;
}

void Interner::grow() {
    const std::size_t size = table_.empty() ? kFirstTable : table_.size() * 2;
    table_.assign(size, 0);
    for (std::uint32_t id = 1; id <= ends_.size(); ++id) {
        const std::uint64_t hash = hash_of(text(StringId{id}));
        std::size_t slot = hash & (size - 1);
        while (table_[slot] != 0) slot = (slot + 1) & (size - 1);
        table_[slot] = tag_of(hash) | id;
    }
}

StringId Interner::id(std::string_view text) {
    if (text.empty()) return {};
    if ((ends_.size() + 1) * 4 > table_.size() * 3) grow();
    const std::uint64_t hash = hash_of(text);
    const std::size_t slot = slot_of(text, hash);
    if (table_[slot] != 0) return id_in(table_[slot]);
    PODIUM_ASSERT(ends_.size() < kMostStrings, "a run keeps fewer than 2^27 different strings");
    PODIUM_ASSERT(text.size() <= kMostBytes - bytes_.size(), "a run keeps at most 4 GiB of different strings");
    bytes_ += text;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    const auto id = static_cast<std::uint32_t>(ends_.size());
    table_[slot] = tag_of(hash) | id;
    return StringId{id};
}

std::string_view Interner::text(StringId id) const {
    if (!id) return {};
    PODIUM_ASSERT(id.value <= ends_.size(), "a string id is read by the interner that made it");
    const std::size_t from = id.value == 1 ? 0 : ends_[id.value - 2];
    return std::string_view(bytes_).substr(from, ends_[id.value - 1] - from);
}

StringId Interner::find(std::string_view text) const {
    if (text.empty() || table_.empty()) return {};
    return id_in(table_[slot_of(text, hash_of(text))]);
}

std::size_t Interner::memory_bytes() const {
    return bytes_.capacity() + ends_.capacity() * sizeof(ends_[0]) + table_.capacity() * sizeof(table_[0]);
}

}  // namespace podium
