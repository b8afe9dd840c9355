#pragma once

// What the inspector and the metrics panel show, and what has to be followed for them as time passes.
// Belongs to the engine's thread.

#include <memory>

#include "ui/desktop/lab/frame.hpp"

namespace podium::lab {
class Session;
}

namespace podium::desktop {

class DetailKeeper {
  public:
    DetailKeeper();
    ~DetailKeeper();
    DetailKeeper(const DetailKeeper&) = delete;
    DetailKeeper& operator=(const DetailKeeper&) = delete;

    void follow(const lab::Session& session);
    /// Another future begins after this moment.
    void cut(Time after);
    /// Null when nothing is selected.
    [[nodiscard]] std::shared_ptr<const Detail> detail(const lab::Session& session, const Look& look);
    [[nodiscard]] std::shared_ptr<const MetricsView> metrics(const lab::Session& session);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace podium::desktop
