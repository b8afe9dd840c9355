#pragma once

// The lines of a container's log, oldest first, for a log that is copied with every snapshot: full
// segments never change and are shared between copies; only the open one, the last, is copied.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/base/time.hpp"

namespace podium::model {

struct LogLine {
    Time time;
    bool standard_error = false;
    std::string text;  ///< With its newline, if it ended with one.
};

class LogLines {
  public:
    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] std::size_t size() const {
        return sealed_.size() * kSegment + open_.size() - dropped_;
    }

    /// Requires index < size().
    [[nodiscard]] const LogLine& operator[](std::size_t index) const {
        PODIUM_ASSERT(index < size(), "a line of a log is read while it is kept");
        const std::size_t place = dropped_ + index;
        return place / kSegment < sealed_.size() ? (*sealed_[place / kSegment])[place % kSegment]
                                                 : open_[place - sealed_.size() * kSegment];
    }

    [[nodiscard]] const LogLine& front() const { return (*this)[0]; }

    /// The newest line, which may still grow. Requires a line.
    [[nodiscard]] LogLine& back() { return open_.back(); }

    void push_back(LogLine line) {
        if (open_.size() == kSegment) {
            sealed_.push_back(std::make_shared<const Segment>(std::move(open_)));
            open_ = {};
        }
        open_.push_back(std::move(line));
    }

    /// Requires a line besides the newest.
    void pop_front() {
        PODIUM_ASSERT(size() > 1, "the newest line of a log is kept");
        if (++dropped_ < kSegment || sealed_.empty()) return;
        sealed_.erase(sealed_.begin());
        dropped_ = 0;
    }

    void clear() { *this = {}; }

  private:
    static constexpr std::size_t kSegment = 256;
    using Segment = std::vector<LogLine>;

    std::vector<std::shared_ptr<const Segment>> sealed_;  // full ones
    std::vector<LogLine> open_;                           // never empty while there is a line
    std::size_t dropped_ = 0;  // lines dropped from the front of the first segment
};

}  // namespace podium::model
