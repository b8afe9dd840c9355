#pragma once

// What a learner's terminal shows while time passes, taken down for the window. Belongs to the engine's
// thread.

#include <string>

#include "lessons/player.hpp"
#include "ui/desktop/lab/lesson_play.hpp"

namespace podium::desktop {

class LessonPlay::Ear final : public lessons::Watcher {
  public:
    Ear(Screens& screens, const std::string& terminal) : screens_(screens), terminal_(terminal) {}

    void at(Time moment) override { moment_ = moment; }
    void show(std::string_view text) override { add(lab::Shown::Kind::Output, text); }
    void show_error(std::string_view text) override { add(lab::Shown::Kind::Error, text); }
    void narrate(Time moment, std::string_view text) override;
    void pass(Time /*from*/, Time to) override { moment_ = to; }
    bool interrupted() override { return false; }

    /// What was typed, at its moment.
    void typed(Time moment, std::string_view line);

  private:
    void add(lab::Shown::Kind kind, std::string_view text);

    Screens& screens_;
    std::string terminal_;
    Time moment_{};
};

}  // namespace podium::desktop
