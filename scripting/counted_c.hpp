#pragma once

// The few functions of the C library that one instruction of Lua can spend long in: remainders,
// powers, and numbers made to text and back. The build points the calls of our copy of the Lua
// library at the functions here (see CMakeLists.txt), which count before they compute. Texts are
// compared by their bytes, whatever the locale.

namespace podium::scripting {

class Sandbox;

/// While it lives, what this thread's Lua calls counts for `sandbox`.
class CountedC {
  public:
    explicit CountedC(Sandbox* sandbox);
    ~CountedC();
    CountedC(const CountedC&) = delete;
    CountedC& operator=(const CountedC&) = delete;

  private:
    Sandbox* before_;
};

/// Whom this thread's Lua counts for just now; null: nobody.
Sandbox* counted_sandbox();

}  // namespace podium::scripting
