#pragma once

// What could be opened, injected and typed, for palette, menus and the list of lessons. The scenarios
// tell what they are about by beginning, which takes a while: they are asked on a thread of their own, once,
// and are in the lists when they have answered. Any thread; what is given out never changes.

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

class ListSource {
  public:
    /// Begins to ask the scenarios.
    ListSource();
    ~ListSource();
    ListSource(const ListSource&) = delete;
    ListSource& operator=(const ListSource&) = delete;

    /// The lists as far as they are known; how lessons stand is read anew. `parameters` and `schedulers` of
    /// what is open are the caller's to add.
    [[nodiscard]] Lists lists();
    /// The scenarios have answered.
    [[nodiscard]] bool complete();
    /// Waits until they have.
    void wait();

  private:
    std::vector<Lists::Openable> ask_scenarios() const;

    std::mutex mutex_;
    std::atomic<bool> leaving_{false};
    std::future<std::vector<Lists::Openable>> asked_;
    std::optional<std::vector<Lists::Openable>> scenarios_;
};

/// All faults, as a panel offers them.
std::vector<Lists::Fault> all_faults();
/// Lines a palette completes: programs of a host with their sub-commands, and Podium's own words; sorted.
std::vector<std::string> all_verbs();
/// The scheduling policies that come with Podium, Swarm's own first.
std::vector<std::string> scheduler_names();

}  // namespace podium::desktop
