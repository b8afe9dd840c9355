#include "sim/core/journal.hpp"

namespace podium {

/// Called where the next fact begins a segment, or may not fit into the open buffer.
void Journal::make_room(std::size_t words) {
    PODIUM_ASSERT(count_ < UINT32_MAX, "a run has at most 2^32 - 1 facts");
    if (count_ % kFactsPerSegment == 0 && count_ > 0) seal();
    const std::size_t needed = used_ + kMostHeadWords + words;
    if (open_.size() < needed) open_.resize(std::max(needed, open_.size() * 2));
}

void Journal::seal() {
    auto segment = std::make_shared<Segment>();
    segment->words.assign(open_.begin(), open_.begin() + used_);
    segment->index = index_;
    sealed_.push_back(std::move(segment));
    index_.clear();
    used_ = 0;
    while (sealed_.size() * kFactsPerSegment > limit_ && sealed_.size() > 1) {
        sealed_.erase(sealed_.begin());
        ++dropped_;
    }
}

Journal::Cursor Journal::find(FactId id) const {
    PODIUM_ASSERT(has(id), "a fact is read while the journal keeps it");
    const std::uint32_t segment = (id.value - 1) / kFactsPerSegment - dropped_;
    const std::uint32_t place = (id.value - 1) % kFactsPerSegment;
    const bool sealed = segment < sealed_.size();
    const Entry& entry = (sealed ? sealed_[segment]->index : index_)[place / kFactsPerEntry];
    const std::vector<std::uint32_t>& words = sealed ? sealed_[segment]->words : open_;
    Cursor cursor{words.data() + entry.begin, entry.before};
    for (std::uint32_t i = place % kFactsPerEntry; i > 0; --i) cursor.read(id);
    return cursor;
}

Fact Journal::at(FactId id) const { return find(id).read(id); }

std::size_t Journal::memory_bytes() const {
    std::size_t bytes = open_.capacity() * sizeof(std::uint32_t) + index_.capacity() * sizeof(Entry) +
                        sealed_.capacity() * sizeof(sealed_[0]);
    for (const auto& segment : sealed_) {
        bytes += sizeof(Segment) + segment->words.capacity() * sizeof(std::uint32_t) +
                 segment->index.capacity() * sizeof(Entry);
    }
    return bytes;
}

}  // namespace podium
