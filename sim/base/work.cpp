#include "sim/base/work.hpp"

namespace podium {
namespace {

thread_local std::uint64_t done = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

void count_work(std::uint64_t units) {
    done += units;
}

std::uint64_t work_done() {
    return done;
}

}  // namespace podium
