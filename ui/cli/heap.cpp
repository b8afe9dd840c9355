#include "ui/cli/heap.hpp"

#include <cstdlib>  // defines __GLIBC__
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace podium::cli {

void keep_freed_memory() {
#ifdef __GLIBC__
    constexpr int kLargestOfTheHeap = 32 << 20;  // the most that mallopt takes
    constexpr int kStep = 64 << 20;
    constexpr int kKept = 256 << 20;
    mallopt(M_MMAP_THRESHOLD, kLargestOfTheHeap);
    mallopt(M_TOP_PAD, kStep);
    mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

}  // namespace podium::cli
