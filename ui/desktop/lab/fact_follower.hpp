#pragma once

// The facts a panel shows: those that fit a filter, followed from the journal piece by piece, and a
// page of them around a moment. Belongs to the engine's thread.

#include <memory>
#include <string>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium {
class Journal;
}
namespace podium::model {
struct World;
}

namespace podium::desktop {

/// A fact in a line, as a timeline tells it.
FactLine fact_line(const model::World& world, FactId fact, Time now);

class FactFollower {
  public:
    /// Looks at no more facts than this at once; the rest follows with the next frames.
    static constexpr std::size_t kMostAtOnce = 50'000;

    /// Another filter begins anew.
    void want(const FactsWish& wish, const Selection& selection);
    void follow(const model::World& world);
    /// Facts after this one are no more: another future has begun.
    void cut(FactId last);
    [[nodiscard]] std::shared_ptr<const FactPage> page(const model::World& world, Time now) const;
    /// All that there are have been looked at.
    [[nodiscard]] bool done(const model::World& world) const;

  private:
    FactsWish wish_;
    Selection selection_;
    std::vector<std::string> words_;
    std::vector<FactId> matches_;
    FactId next_{1};
};

}  // namespace podium::desktop
