#pragma once

// Lines that each stand for one thing and are drawn anew in their place on a terminal, and printed
// one after the other elsewhere: docker's jsonmessage display. Plain data: what has been drawn is text
// to be taken.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace podium::programs::docker {

class ProgressLines {
  public:
    /// A line's present text. A line that has a bar is only drawn on a terminal; `counts` is what stands for it there.
    void set(const std::string& id, std::string_view text, bool bar = false, std::string_view counts = {});
    /// A message of its own, after which lines begin anew.
    void say(std::string_view text, const std::string& id = {});

    void on_terminal(bool terminal) { terminal_ = terminal; }
    /// What is to be written.
    std::string take();

  private:
    bool terminal_ = false;
    std::map<std::string, std::size_t> lines_;
    std::string out_;
};

}  // namespace podium::programs::docker
