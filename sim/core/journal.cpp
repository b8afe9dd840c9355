#include "sim/core/journal.hpp"

#include "sim/base/assert.hpp"

namespace podium {

FactId Journal::append(Time time, FactKind kind, Subject subject, FactId cause, std::span<const std::uint32_t> words) {
    PODIUM_ASSERT(count_ < UINT32_MAX, "a run has at most 2^32 - 1 facts");
    if (open_.heads.size() == kFactsPerSegment) seal();
    if (open_.heads.capacity() == open_.heads.size() && !sealed_.empty()) {
        open_.heads.reserve(kFactsPerSegment);
        open_.words.reserve(sealed_.back()->words.size() + sealed_.back()->words.size() / 8);
    }
    open_.heads.push_back(Head{time,
                               cause,
                               subject,
                               static_cast<std::uint32_t>(open_.words.size()),
                               kind,
                               static_cast<std::uint16_t>(words.size())});
    open_.words.insert(open_.words.end(), words.begin(), words.end());
    return FactId{++count_};
}

void Journal::seal() {
    open_.words.shrink_to_fit();
    sealed_.push_back(std::make_shared<const Segment>(std::move(open_)));
    open_ = Segment{};
    while (sealed_.size() * kFactsPerSegment > limit_ && sealed_.size() > 1) {
        sealed_.erase(sealed_.begin());
        ++dropped_;
    }
}

const Journal::Segment& Journal::segment_of(FactId id) const {
    const std::uint32_t segment = (id.value - 1) / kFactsPerSegment - dropped_;
    return segment < sealed_.size() ? *sealed_[segment] : open_;
}

Fact Journal::at(FactId id) const {
    PODIUM_ASSERT(has(id), "a fact is read while the journal keeps it");
    const Segment& segment = segment_of(id);
    const Head& head = segment.heads[(id.value - 1) % kFactsPerSegment];
    return Fact{id,
                head.time,
                head.cause,
                head.subject,
                head.kind,
                std::span(segment.words).subspan(head.words_begin, head.words_count)};
}

std::uint64_t Journal::fingerprint() const {
    Fingerprint print;
    for (FactId id = first(); id <= last(); ++id.value) {
        const Fact fact = at(id);
        print.add(static_cast<std::uint64_t>(fact.time.nanoseconds));
        print.add(static_cast<std::uint64_t>(fact.cause.value) << 32 | fact.subject.packed);
        print.add(static_cast<std::uint64_t>(fact.kind) << 32 | fact.words.size());
        for (const std::uint32_t word : fact.words) print.add(word);
    }
    return print.value();
}

std::size_t Journal::memory_bytes() const {
    std::size_t bytes = open_.heads.capacity() * sizeof(Head) + open_.words.capacity() * sizeof(std::uint32_t);
    for (const auto& segment : sealed_) {
        bytes += segment->heads.capacity() * sizeof(Head) + segment->words.capacity() * sizeof(std::uint32_t);
    }
    return bytes;
}

}  // namespace podium
