#pragma once

// The keys that detach from a container end no line, and a terminal hands on whole lines: while such
// keys are watched for, the last of them ends what is typed as Enter does. The terminal is standard
// input; one at a time.

#include <string>

#include <termios.h>

namespace podium::cli {

class KeyWatch {
  public:
    KeyWatch() = default;
    /// Gives the terminal back as it was.
    ~KeyWatch();
    KeyWatch(const KeyWatch&) = delete;
    KeyWatch& operator=(const KeyWatch&) = delete;

    /// From now on these keys; none: the terminal is as it was before.
    void watch_for(const std::string& keys);

  private:
    std::string keys_;
    termios before_{};
};

}  // namespace podium::cli
