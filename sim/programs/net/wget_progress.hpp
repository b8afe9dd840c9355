#pragma once

// How GNU Wget 1.21 shows its progress (src/progress.c, src/retr.c of its source): rows of dots
// where standard error is no terminal, else a bar of 79 columns.

#include <cstdint>
#include <string>

namespace podium::programs::net {

struct Transfer {
    std::int64_t bytes = 0;
    std::int64_t nanoseconds = 1;  ///< Above 0.

    /// "146 KB/s", with three digits (retr_rate).
    [[nodiscard]] std::string speed() const;
};

/// All rows of dots of a file that has come, with the newlines after them.
std::string dot_progress(const Transfer& transfer);
/// The bar's last state, from the beginning of its line, with the newlines after it.
std::string bar_progress(const std::string& name, const Transfer& transfer);

}  // namespace podium::programs::net
