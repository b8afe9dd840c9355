#include "sim/base/interner.hpp"

#include <algorithm>
#include <cstring>

#include "sim/base/assert.hpp"
#include "sim/base/random.hpp"

namespace podium {
namespace {

constexpr std::size_t kFirstTable = 64;
constexpr std::size_t kMostStrings = 1ULL << 31;

// Eight bytes at a time, as the machine has them: no id depends on it.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = text.size();
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t bytes = std::min(text.size(), sizeof(word));
        std::memcpy(&word, text.data(), bytes);
        hash = mix64(hash ^ word);
        text.remove_prefix(bytes);
    }
    return hash;
}

// Of the high bits, as a place is of the low ones: who stands in a text's way is nearly always told apart without a look at his.
std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash >> 56); }

}  // namespace

std::size_t Interner::slot_of(std::string_view text, std::uint64_t hash) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = hash & mask;
    while (table_[slot] != 0 && (tags_[slot] != tag_of(hash) || this->text(StringId{table_[slot]}) != text)) slot = (slot + 1) & mask;
    return slot;
}

void Interner::grow() {
    const std::size_t size = table_.empty() ? kFirstTable : table_.size() * 2;
    table_.assign(size, 0);
    tags_.assign(size, 0);
    for (std::uint32_t id = 1; id <= ends_.size(); ++id) {
        const std::uint64_t hash = hash_of(text(StringId{id}));
        std::size_t slot = hash & (size - 1);
        while (table_[slot] != 0) slot = (slot + 1) & (size - 1);
        table_[slot] = id;
        tags_[slot] = tag_of(hash);
    }
}

StringId Interner::id(std::string_view text) {
    if (text.empty()) return {};
    if ((ends_.size() + 1) * 4 > table_.size() * 3) grow();
    const std::uint64_t hash = hash_of(text);
    const std::size_t slot = slot_of(text, hash);
    if (table_[slot] != 0) return StringId{table_[slot]};
    PODIUM_ASSERT(ends_.size() < kMostStrings, "a run keeps at most 2^31 different strings");
    bytes_ += text;
    ends_.push_back(bytes_.size());
    table_[slot] = static_cast<std::uint32_t>(ends_.size());
    tags_[slot] = tag_of(hash);
    return StringId{table_[slot]};
}

std::string_view Interner::text(StringId id) const {
    if (!id) return {};
    PODIUM_ASSERT(id.value <= ends_.size(), "a string id is read by the interner that made it");
    const std::size_t from = id.value == 1 ? 0 : ends_[id.value - 2];
    return std::string_view(bytes_).substr(from, ends_[id.value - 1] - from);
}

StringId Interner::find(std::string_view text) const {
    if (text.empty() || table_.empty()) return {};
    return StringId{table_[slot_of(text, hash_of(text))]};
}

std::size_t Interner::memory_bytes() const {
    return bytes_.capacity() + ends_.capacity() * sizeof(ends_[0]) + table_.capacity() * sizeof(table_[0]) + tags_.capacity();
}

}  // namespace podium
