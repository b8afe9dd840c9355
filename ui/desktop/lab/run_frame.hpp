#pragma once

// Fills the parts of a frame that are read from a run: cluster, lanes, facts, causes, the selection's
// detail, metrics, terminals. Keeps what it has followed so far, so that a frame costs what is new in
// it. Belongs to the engine's thread.

#include <memory>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "ui/desktop/lab/frame.hpp"

namespace podium::lab {
class Session;
struct SimState;
struct Shown;
}  // namespace podium::lab

namespace podium::desktop {

/// What terminals have shown over the whole run, as far as it has gone, for a screen that can stand
/// earlier.
class Screens {
  public:
    /// Takes over what has been shown since; `later_than` the present end only (a past that is run
    /// through again shows the same again).
    void add(std::vector<lab::Shown> shown);
    /// A note of Podium's own in a terminal.
    void note(const std::string& terminal, Time time, std::string text, bool bad);
    /// Another future begins: what is later is forgotten.
    void cut(Time after);
    /// A terminal is there from now on, whether or not anything was typed into it.
    void open(const std::string& terminal);
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    /// The terminals as they stood at a moment.
    [[nodiscard]] std::shared_ptr<const std::vector<TerminalView>> views(const lab::Session& session, Time now);

    /// The most pieces kept of all terminals; beyond, the oldest go.
    static constexpr std::size_t kMostPieces = 200'000;

  private:
    struct Piece {
        Time time{};
        std::string terminal;
        TerminalView::Line::Kind kind = TerminalView::Line::Kind::Output;
        std::string text;
    };
    struct Cached {
        std::size_t pieces = 0;  ///< Of all, that its lines were made of.
        std::shared_ptr<const std::vector<TerminalView::Line>> lines;
    };
    std::vector<Piece> pieces_;
    std::vector<std::string> names_;
    std::vector<Cached> cached_;
    std::uint64_t cuts_ = 0;
    std::uint64_t cached_cuts_ = 0;
};

class RunFrame {
  public:
    RunFrame();
    ~RunFrame();

    /// `ahead` is the run as far as it has gone, when `session` stands earlier; else null.
    void fill(Frame& frame, const lab::Session& session, const lab::SimState* ahead, const Look& look);
    /// Called as time passes, and after a seek.
    void follow(const lab::Session& session);
    /// Who lets time pass stops there and calls follow(), so that what is sampled is sampled in time.
    [[nodiscard]] Time next_sample() const;
    /// Another future begins at the session's moment: what was followed beyond is forgotten.
    void cut(const lab::Session& session);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace podium::desktop
