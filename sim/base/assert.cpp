#include "sim/base/assert.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace podium {
namespace {

// The one mutable thread-local of the project: it serves only the last words of a dying process.
std::string& replay_hint() {
    static thread_local std::string hint;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
    return hint;
}

}  // namespace

void assertion_failed(const char* expression, const char* file, int line, const char* expectation) {
    std::fprintf(stderr,
                 "podium: internal error: %s\n  expected: %s\n  at %s:%d\n",
                 expectation,
                 expression,
                 file,
                 line);
    if (!replay_hint().empty()) std::fprintf(stderr, "  replay: %s\n", replay_hint().c_str());
    std::fflush(stderr);
    std::abort();
}

void set_replay_hint(std::string hint) { replay_hint() = std::move(hint); }

}  // namespace podium
