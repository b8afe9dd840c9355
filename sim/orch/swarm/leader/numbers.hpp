#pragma once

// Numbers given out of a range, each the next after the last given that is free (libnetwork idm.go
// with serial allocation).

#include <cstdint>
#include <optional>
#include <set>

namespace podium::swarm {

class SerialNumbers {
  public:
    SerialNumbers() = default;

    /// What take() gives is in [first, last]; others can be taken by name.
    SerialNumbers(std::uint32_t first, std::uint32_t last)
        : first_(first), last_(last), next_(first) {}

    std::optional<std::uint32_t> take() {
        for (std::uint32_t tried = 0; tried <= last_ - first_; ++tried) {
            const std::uint32_t number = next_;
            next_ = next_ == last_ ? first_ : next_ + 1;
            if (taken_.insert(number).second) return number;
        }
        return std::nullopt;
    }

    /// False when it is taken already.
    bool take(std::uint32_t number) { return taken_.insert(number).second; }

    void release(std::uint32_t number) { taken_.erase(number); }

  private:
    std::uint32_t first_ = 1;
    std::uint32_t last_ = 1;
    std::uint32_t next_ = 1;
    std::set<std::uint32_t> taken_;
};

}  // namespace podium::swarm
