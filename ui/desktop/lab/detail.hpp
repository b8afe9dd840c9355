#pragma once

// What the inspector and the metrics panel show, and what has to be followed for them as time passes.
// Belongs to the engine's thread.

#include <memory>

#include "ui/desktop/lab/frame.hpp"

namespace podium::lab {
class Session;
}
namespace podium::view {
class LaneFollower;
}

namespace podium::desktop {

class DetailKeeper {
  public:
    DetailKeeper();
    ~DetailKeeper();
    DetailKeeper(const DetailKeeper&) = delete;
    DetailKeeper& operator=(const DetailKeeper&) = delete;

    /// `lanes` has followed the session.
    void follow(const lab::Session& session, const view::LaneFollower& lanes);
    /// When the run's numbers are to be taken next.
    [[nodiscard]] Time next_sample() const;
    /// Another future begins after this moment.
    void cut(Time after);
    /// Null when nothing is selected. `view` is how the cluster looks at this instant.
    [[nodiscard]] std::shared_ptr<const Detail> detail(const lab::Session& session, const Look& look, const view::ClusterView* view);
    [[nodiscard]] std::shared_ptr<const MetricsView> metrics(const lab::Session& session);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace podium::desktop
