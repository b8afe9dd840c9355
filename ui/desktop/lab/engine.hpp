#pragma once

// The run behind the window, on a thread of its own. The window posts intents and takes the newest
// frame; neither waits for the other. Without a thread (tests, screenshots) pump() does what the
// thread would, with real time given.
//
// Ownership: the run, its terminals and all that frames are made of belong to the engine's thread.
// What both touch (the queue of intents, the newest frame) is behind one mutex.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ui/desktop/lab/frame.hpp"
#include "ui/desktop/lab/play.hpp"

namespace podium::desktop {

class LabEngine {
  public:
    /// `opener` makes what is asked for by intent::Open; without one the play is asked, like for all else.
    LabEngine(std::unique_ptr<Play> play, Opener opener);
    ~LabEngine();
    LabEngine(const LabEngine&) = delete;
    LabEngine& operator=(const LabEngine&) = delete;

    /// Any thread.
    void post(Intent intent);
    /// Any thread: the newest frame, never null.
    [[nodiscard]] FramePointer frame() const;

    /// Starts the thread; frames come at most kFramesASecond.
    void start();
    static constexpr int kFramesASecond = 60;
    /// Instead of start(): does what was posted, lets `real_seconds` pass, makes a frame.
    void pump(double real_seconds);

  private:
    void loop();
    void do_intents(std::vector<Intent> intents);
    void open_other(const intent::Open& open);
    void publish();

    std::unique_ptr<Play> play_;
    Opener opener_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Intent> waiting_;
    FramePointer frame_;
    std::atomic<bool> leaving_{false};
    std::uint64_t serial_ = 0;
    Look look_;  ///< Wanted last: what is opened next is looked at in the same way.
    std::thread thread_;
};

}  // namespace podium::desktop
