#pragma once

// Assertions that stay on in every build. A failed assertion is a programmer's error: it prints
// what was expected, where, and how to replay the run that met it, then raises SIGABRT, so that
// tests and fuzzers see it. The program `podium` turns that signal into exit status 3 (see `podium
// help exit`). User input never reaches an assertion; it gets a Result.

#include <string>

namespace podium {

/// Prints the failed expectation with the replay hint of this thread and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line, const char* expectation);

/// Remembers, for this thread, the sentence that says how to replay the present run (seed, time,
/// command). It is printed only when an assertion fails.
void set_replay_hint(std::string hint);

}  // namespace podium

/// Requires `condition`; `expectation` says in words what should have held.
#define PODIUM_ASSERT(condition, expectation)                                         \
    do {                                                                              \
        if (!(condition)) [[unlikely]]                                                \
            ::podium::assertion_failed(#condition, __FILE__, __LINE__, expectation);  \
    } while (false)
