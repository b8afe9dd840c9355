#pragma once

// What a learner's terminal shows while a line runs, with what the lesson's script says meanwhile:
// laid out for the desk, and on lines of its own. One thread; the desk outlives it.

#include "lessons/conversation.hpp"

namespace podium::lessons {

class Listener final : public Watcher {
  public:
    explicit Listener(Desk& desk) : desk_(desk) {}

    void show(std::string_view text) override;
    void show_error(std::string_view text) override;
    /// "» [12.000s] …", broken into lines.
    void narrate(Time moment, std::string_view text) override;

    void pass(Time from, Time to) override { desk_.watcher().pass(from, to); }

    bool interrupted() override { return desk_.watcher().interrupted(); }

    bool left() override { return desk_.watcher().left(); }

  private:
    void look_at(std::string_view text);

    Desk& desk_;
    bool within_line_ = false;
};

}  // namespace podium::lessons
