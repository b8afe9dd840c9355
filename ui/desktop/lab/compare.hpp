#pragma once

// Variants of a scenario on the same seeds, as podium compare runs them and with the same numbers, on
// threads of their own, so that neither the run in the window nor the window waits. Belongs to the
// engine's thread; what the threads share with it is behind a mutex.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "ui/cli/app.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

class Comparison {
  public:
    /// `scenario` is what the variants are of: its file or name, its first seed, and the parameters and scheduler that hold where
    /// they are not varied.
    explicit Comparison(cli::RunOptions scenario);
    ~Comparison();
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;

    /// Begins to run them; what was running is given up, at the end of the instant that each run is at.
    void begin(const intent::Compare& asked);
    /// How far it is, or what came out; null before the first begin().
    [[nodiscard]] std::shared_ptr<const CompareView> view() const;

    /// The most seeds that are run from the window.
    static constexpr std::uint64_t kMostSeeds = 1'000;
    /// The most variants: each is a column of the panel's table.
    static constexpr std::size_t kMostVariants = CompareView::kMostVariants;

  private:
    struct Work;
    void run(std::shared_ptr<const Work> work);
    void stop();
    void show(CompareView view);

    cli::RunOptions scenario_;
    std::atomic<bool> leaving_{false};
    mutable std::mutex mutex_;
    std::shared_ptr<const CompareView> view_;
    std::thread thread_;
};

}  // namespace podium::desktop
