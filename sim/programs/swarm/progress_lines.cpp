#include "sim/programs/swarm/progress_lines.hpp"

#include <fmt/format.h>
#include <utility>

namespace podium::programs::docker {

// pkg/jsonmessage of moby: DisplayJSONMessagesStream and JSONMessage.Display. A terminal of 80 columns is too
// narrow for the bar itself, which needs more than 110.
void ProgressLines::set(const std::string& id, std::string_view text, bool bar, std::string_view counts) {
    const auto [line, fresh] = lines_.try_emplace(id, lines_.size());
    if (!terminal_) {
        if (!bar) out_ += fmt::format("{}: {}\n", id, text);
        return;
    }
    if (fresh) out_ += "\n";
    const std::size_t up = lines_.size() - line->second;
    out_ += fmt::format("\033[{}A\033[2K\r{}: {} {}\r\033[{}B", up, id, text, counts, up);
}

void ProgressLines::say(std::string_view text, const std::string& id) {
    lines_.clear();
    out_ += id.empty() ? fmt::format("{}\n", text) : fmt::format("{}: {}\n", id, text);
}

std::string ProgressLines::take() { return std::exchange(out_, {}); }

}  // namespace podium::programs::docker
