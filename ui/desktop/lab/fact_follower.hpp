#pragma once

// The facts a panel shows: those that fit a filter, followed from the journal piece by piece, and a
// page of them around a moment. A line is told once and shared by all pages it is on. Belongs to the engine's thread.

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/view/names.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium {
class Journal;
}

namespace podium::desktop {

/// A fact in a line, as a timeline tells it.
FactLine fact_line(const model::World& world, FactId fact, Time now, const view::ServiceNames& names = {});

/// What services of a run are called, as far as it has gone, followed from the journal.
class FollowedNames {
  public:
    void follow(const model::World& world);
    /// Another future has begun.
    void cut() { *this = FollowedNames(version_ + 1); }

    [[nodiscard]] const view::ServiceNames& names() const { return names_; }
    /// Another one as soon as something is called otherwise.
    [[nodiscard]] std::uint64_t version() const { return version_; }

    FollowedNames() = default;

  private:
    explicit FollowedNames(std::uint64_t version) : version_(version) {}

    view::ServiceNames names_;
    FactId next_{1};
    std::uint64_t version_ = 0;
};

class FactFollower {
  public:
    /// Looks at no more facts than this at once; the rest follows with the next frames.
    static constexpr std::size_t kMostAtOnce = 50'000;

    /// Another filter begins anew.
    void want(const FactsWish& wish, const Selection& selection);
    void follow(const model::World& world, const FollowedNames& names);
    /// Facts after this one are no more: another future has begun.
    void cut(FactId last);
    /// The page around a moment: the one given before, while it would have the same lines.
    [[nodiscard]] std::shared_ptr<const FactPage> page(const model::World& world, const view::ServiceNames& names, Time now);

  private:
    void forget_told();
    void tell_range(const model::World& world, const view::ServiceNames& names, std::size_t begin, std::size_t end);

    FactsWish wish_;
    Selection selection_;
    std::vector<std::string> words_;
    std::vector<FactId> matches_;
    FactId next_{1};
    std::uint64_t names_version_ = 0;  // of what matches_ and told_ call services
    std::deque<std::shared_ptr<const FactLine>> told_;  // of matches_ from told_from_ on; null: the journal has it no more
    std::size_t told_from_ = 0;
    std::shared_ptr<const FactPage> page_;  // the last one; null: another is to be made
    std::size_t page_over_ = 0;             // so many of matches_ had happened for it
};

}  // namespace podium::desktop
