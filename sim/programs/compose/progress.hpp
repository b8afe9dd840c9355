#pragma once

// How docker compose 2 tells what it is doing (pkg/progress): events about containers, networks, volumes
// and images, a line each; on a terminal that moves its cursor, a block of lines painted anew every 100 ms;
// as JSON; or not at all. Plain data, a part of the program that shows it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/model/process.hpp"

namespace podium::programs::composing {

enum class EventState : std::uint8_t { Working, Done, Warning, Error };

struct ProgressEvent {
    std::string id;      ///< "Container p-web-1", or the service of a pull.
    std::string text;    ///< "Pulling": pulls say what they do here...
    EventState state = EventState::Working;
    std::string status;  ///< ... and all others here: "Started".
    std::string parent;  ///< A layer's service.
};

enum class ProgressMode : std::uint8_t {
    Plain,  ///< " Container p-web-1  Started".
    Tty,    ///< "[+] Running 1/1" and a line for each event, painted over.
    Mixed,  ///< Among logs on a terminal: a line on standard output.
    Json,
    Quiet,
};

inline constexpr std::string_view kDryRunPrefix = " DRY-RUN MODE - ";

class Progress {
  public:
    ProgressMode mode = ProgressMode::Plain;
    bool dry_run = false;
    bool colours = true;
    int width = 80;   ///< Columns of the terminal.
    int height = 24;  ///< Its lines.
    std::string title = "Running";

    void event(model::ProcessContext& context, const ProgressEvent& event);
    /// Paints when it is time to.
    void tick(model::ProcessContext& context);
    /// When it wants to be ticked; kNever where nothing is painted.
    [[nodiscard]] Time deadline() const;
    /// Paints for the last time; the next event begins another block.
    void end(model::ProcessContext& context);

  private:
    struct Line {
        ProgressEvent event;
        Time begun{};
        Time ended = kNever;
        int spinner = 0;
    };

    void note(Time now, const ProgressEvent& event);
    void paint(model::ProcessContext& context);
    std::string line_text(Time now, Line& line, std::string_view pad, std::size_t padding) const;
    [[nodiscard]] std::string coloured(std::string_view code, std::string_view text) const;
    [[nodiscard]] std::size_t done() const;

    std::vector<Line> lines_;
    bool repeated_ = false;
    std::size_t painted_ = 0;
    Time next_paint_ = kNever;
};

}  // namespace podium::programs::composing
