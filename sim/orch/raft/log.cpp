#include "sim/orch/raft/log.hpp"

#include <algorithm>

#include "sim/base/assert.hpp"

namespace podium::raft {

const Entry& Log::at(Index index) const {
    PODIUM_ASSERT(index > base_ && index <= last(), "an entry that is read is in the log");
    if (index >= open_begin_) return open_[index - open_begin_];
    const Index place = index - sealed_begin_;
    return (*sealed_[place / kSegmentEntries])[place % kSegmentEntries];
}

std::optional<Term> Log::term(Index index) const {
    if (index == base_) return base_term_;
    if (index < base_ || index > last()) return std::nullopt;
    return at(index).term;
}

Index Log::last_not_after(Index index, Term limit) const {
    index = std::min(index, last());
    while (index > base_ && at(index).term > limit)
        --index;
    return index;
}

void Log::append(const Entry& entry) {
    open_.push_back(entry);
    if (open_.size() < kSegmentEntries) return;
    if (sealed_.empty()) sealed_begin_ = open_begin_;
    open_begin_ += open_.size();
    sealed_.push_back(std::make_shared<const Segment>(std::move(open_)));
    open_ = {};
}

void Log::truncate(Index index) {
    PODIUM_ASSERT(index > base_, "what a snapshot stands for is never taken back");
    while (index < open_begin_) {
        // Sealed segments never change: the last one is opened again as a copy.
        open_ = *sealed_.back();
        open_begin_ -= open_.size();
        sealed_.pop_back();
    }
    if (index <= last()) open_.resize(index - open_begin_);
}

void Log::drop_until(Index index) {
    PODIUM_ASSERT(index >= base_ && index <= last(), "only entries of the log are dropped");
    base_term_ = *term(index);
    base_ = index;
    std::size_t whole = 0;
    while (whole < sealed_.size() && sealed_begin_ + kSegmentEntries * (whole + 1) - 1 <= index)
        ++whole;
    if (whole == 0) return;
    sealed_.erase(sealed_.begin(), sealed_.begin() + static_cast<std::ptrdiff_t>(whole));
    sealed_begin_ += kSegmentEntries * whole;
}

void Log::reset(Index index, Term term) {
    sealed_.clear();
    open_.clear();
    sealed_begin_ = open_begin_ = index + 1;
    base_ = index;
    base_term_ = term;
}

void Log::copy(Index from, std::uint64_t bytes, std::vector<Entry>& to) const {
    std::uint64_t size = 0;
    for (Index index = from; index <= last(); ++index) {
        const Entry& entry = at(index);
        size += entry.bytes;
        if (index != from && size > bytes) return;
        to.push_back(entry);
    }
}

}  // namespace podium::raft
