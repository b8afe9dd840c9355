#pragma once

// Strings kept once and named by a small id, in order of first use. Part of a run's state, so it is
// copyable. Nothing a run shows may depend on the ids: where two are made among one call's arguments,
// the compiler decides which is first. The lookup table is our own open addressing over a fixed hash:
// no unordered container, no address is ever hashed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/id.hpp"

namespace podium {

class Interner {
  public:
    /// The id of `text`, made on first use. The empty text is id 0.
    StringId id(std::string_view text);
    /// The text of an id of this interner. The view lives until the next call of id().
    [[nodiscard]] std::string_view text(StringId id) const;
    /// The id of `text` if it has one, else 0.
    [[nodiscard]] StringId find(std::string_view text) const;
    [[nodiscard]] std::size_t size() const { return ends_.size(); }
    [[nodiscard]] std::size_t memory_bytes() const;

  private:
    [[nodiscard]] std::size_t slot_of(std::string_view text, std::uint64_t hash) const;
    void grow();

    std::string bytes_;                 // all texts, one after the other
    std::vector<std::uint32_t> ends_;   // end of text i+1 in bytes_
    std::vector<std::uint32_t> table_;  // ids by hash, each with a tag of it above; 0 = free; size is a power of two
};

}  // namespace podium
