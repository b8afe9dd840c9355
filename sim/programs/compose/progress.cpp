#include "sim/programs/compose/progress.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/utf8.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/format/json_text.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

// pkg/progress/tty.go: a ticker of 100 ms.
constexpr Duration kPaintEvery = milliseconds(100);
constexpr std::string_view kSpinner[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::string_view kBlue = "\x1b[34m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kBoldYellow = "\x1b[33m\x1b[1m";
constexpr std::string_view kBoldRed = "\x1b[31m\x1b[1m";
// A status keeps this many columns away from the timer on its right.
constexpr int kStatusMargin = 15;

std::string_view colour_of(EventState state) {
    switch (state) {
        case EventState::Done: return kGreen;
        case EventState::Warning: return kBoldYellow;
        case EventState::Error: return kBoldRed;
        case EventState::Working: return {};
    }
    return {};
}

// Characters a person sees: no colours, and one for each code point.
std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    bool escape = false;
    for (const char c : text) {
        if (c == '\x1b') {
            escape = true;
        } else if (escape) {
            escape = c != 'm';
        } else if (!is_continuation_byte(c)) {
            ++count;
        }
    }
    return count;
}

Json json_of(const ProgressEvent& event, bool dry_run) {
    Json out = Json::object();
    if (dry_run) out["dry-run"] = true;
    if (!event.id.empty()) out["id"] = event.id;
    if (!event.parent.empty()) out["parent_id"] = event.parent;
    if (!event.text.empty()) out["text"] = event.text;
    if (!event.status.empty()) out["status"] = event.status;
    return out;
}

}  // namespace

std::string Progress::coloured(std::string_view code, std::string_view text) const {
    if (!colours || code.empty()) return std::string(text);
    return fmt::format("{}{}\x1b[0m", code, text);
}

void Progress::event(model::ProcessContext& context, const ProgressEvent& event) {
    switch (mode) {
        case ProgressMode::Plain: {
            const std::string_view prefix = dry_run ? kDryRunPrefix : std::string_view();
            print_error(context, fmt::format("{} {} {} {}\n", prefix, event.id, event.text, event.status));
            return;
        }
        case ProgressMode::Mixed:
            print(context, fmt::format("\r\x1b[K {} {} {}\n", event.id, event.text, coloured(kGreen, event.status)));
            return;
        case ProgressMode::Json: print_error(context, format::compact_json(json_of(event, dry_run)) + "\n"); return;
        case ProgressMode::Quiet: return;
        case ProgressMode::Tty: note(context.now(), event); return;
    }
}

void Progress::note(Time now, const ProgressEvent& event) {
    const bool over = event.state != EventState::Working;
    if (next_paint_ == kNever) next_paint_ = now + kPaintEvery;
    for (Line& line : lines_) {
        if (line.event.id != event.id) continue;
        if (over && line.event.state != event.state) line.ended = now;
        const std::string parent = line.event.parent;
        line.event = event;
        line.event.parent = parent;
        return;
    }
    Line line;
    line.event = event;
    line.begun = now;
    if (over) line.ended = now;
    lines_.push_back(std::move(line));
}

Time Progress::deadline() const { return mode == ProgressMode::Tty ? next_paint_ : kNever; }

void Progress::tick(model::ProcessContext& context) {
    if (mode != ProgressMode::Tty || context.now() < next_paint_) return;
    paint(context);
    next_paint_ = context.now() + kPaintEvery;
}

void Progress::end(model::ProcessContext& context) {
    if (mode == ProgressMode::Tty && !lines_.empty()) paint(context);
    lines_.clear();
    repeated_ = false;
    painted_ = 0;
    next_paint_ = kNever;
}

std::size_t Progress::done() const {
    return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.event.state != EventState::Working; }));
}

std::string Progress::line_text(Time now, Line& line, std::string_view pad, std::size_t padding) const {
    std::string mark;
    switch (line.event.state) {
        case EventState::Done: mark = coloured(kGreen, "✔"); break;
        case EventState::Warning: mark = coloured(kBoldYellow, "!"); break;
        case EventState::Error: mark = coloured(kBoldRed, "✘"); break;
        case EventState::Working:
            if (now - line.begun > kPaintEvery) line.spinner = (line.spinner + 1) % static_cast<int>(std::size(kSpinner));
            mark = coloured(kYellow, kSpinner[line.spinner]);
            break;
    }
    const std::string text = fmt::format("{} {}", line.event.id, line.event.text);
    const auto longest = static_cast<std::ptrdiff_t>(width) - static_cast<std::ptrdiff_t>(text.size() + padding) - kStatusMargin;
    std::string status = line.event.status;
    if (longest > 0 && static_cast<std::ptrdiff_t>(status.size()) > longest) status = status.substr(0, static_cast<std::size_t>(longest)) + "...";
    const std::string blanks(padding > text.size() ? padding - text.size() : 0, ' ');
    const std::string left = fmt::format("{} {}{} {}{} {}", pad, mark, dry_run ? coloured(kCyan, kDryRunPrefix) : std::string(), text, blanks,
                                         coloured(colour_of(line.event.state), status));
    const Time until = line.event.state == EventState::Working ? now : line.ended == kNever ? line.begun : line.ended;
    const std::string timer = fmt::format("{:.1f}s ", (until - line.begun).seconds());
    const std::size_t used = columns(left) + timer.size();
    const std::string gap(static_cast<std::size_t>(width) > used ? static_cast<std::size_t>(width) - used : 0, ' ');
    return fmt::format("{}{}{}\n", left, gap, coloured(kBlue, timer));
}

void Progress::paint(model::ProcessContext& context) {
    if (lines_.empty()) return;
    const Time now = context.now();
    std::string out;
    for (std::size_t i = 0; i <= painted_; ++i) out += "\x1b[1A";
    if (!repeated_) out += "\x1b[1B";
    repeated_ = true;
    out += "\x1b[0G\x1b[?25l";
    std::string first = fmt::format("[+] {} {}/{}", title, done(), lines_.size());
    if (painted_ != 0 && done() == painted_) first = coloured(kBlue, first);
    out += first + "\n";
    std::size_t padding = 0;
    for (const Line& line : lines_) {
        padding = std::max(padding, line.event.id.size() + 1 + line.event.text.size());
        if (!line.event.parent.empty() && padding >= 2) padding -= 2;
    }
    const bool too_many = static_cast<int>(lines_.size()) > height - 2;
    std::size_t count = 0;
    for (Line& line : lines_) {
        if (!line.event.parent.empty()) continue;
        out += line_text(now, line, "", padding);
        ++count;
        for (Line& child : lines_) {
            if (too_many || child.event.parent != line.event.id) continue;
            out += line_text(now, child, "  ", padding);
            ++count;
        }
    }
    for (; count < painted_ && static_cast<int>(count) < height - 2; ++count) out += std::string(static_cast<std::size_t>(width), ' ') + "\n";
    painted_ = count;
    print_error(context, out + "\x1b[?25h");
}

}  // namespace podium::programs::composing
