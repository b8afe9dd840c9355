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
std::uint64_t place_of(std::string_view text) {
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

}  // namespace

std::size_t Interner::slot_of(std::string_view text) const {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = place_of(text) & mask;
    while (table_[slot] != 0 && this->text(StringId{table_[slot]}) != text) slot = (slot + 1) & mask;
    return slot;
}

void Interner::grow() {
    const std::size_t size = table_.empty() ? kFirstTable : table_.size() * 2;
    table_.assign(size, 0);
    for (std::size_t i = 0; i < ends_.size(); ++i) {
        const StringId id{static_cast<std::uint32_t>(i + 1)};
        table_[slot_of(text(id))] = id.value;
    }
}

StringId Interner::id(std::string_view text) {
    if (text.empty()) return {};
    if ((ends_.size() + 1) * 4 > table_.size() * 3) grow();
    const std::size_t slot = slot_of(text);
    if (table_[slot] != 0) return StringId{table_[slot]};
    PODIUM_ASSERT(ends_.size() < kMostStrings, "a run keeps at most 2^31 different strings");
    bytes_ += text;
    ends_.push_back(bytes_.size());
    table_[slot] = static_cast<std::uint32_t>(ends_.size());
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
    return StringId{table_[slot_of(text)]};
}

std::size_t Interner::memory_bytes() const {
    return bytes_.capacity() + ends_.capacity() * sizeof(ends_[0]) + table_.capacity() * sizeof(table_[0]);
}

}  // namespace podium
