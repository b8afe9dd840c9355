#include "ui/cli/timeline.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/view/summary.hpp"

namespace podium::cli {
namespace {

constexpr std::size_t kWhoWidth = 14;
constexpr std::size_t kWhatWidth = 40;

std::string_view colour_of(view::Tone tone) {
    switch (tone) {
        case view::Tone::Plain: return "";
        case view::Tone::Good: return "\x1b[32m";
        case view::Tone::Bad: return "\x1b[31m";
        case view::Tone::Warning: return "\x1b[33m";
        case view::Tone::Quiet: return "\x1b[2m";
    }
    return "";
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    const std::size_t shown = display_width(text);
    if (shown < width) out.append(width - shown, ' ');
    return out;
}

std::string painted(const std::string& text, std::string_view colour, bool on) {
    if (!on || colour.empty()) return text;
    return std::string(colour) + text + "\x1b[0m";
}

std::string trimmed_right(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

}  // namespace

bool wants_colour(std::FILE* stream) {
    const char* none = std::getenv("NO_COLOR");
    return isatty(fileno(stream)) != 0 && (none == nullptr || *none == '\0');
}

std::string Timeline::line(const lab::Session& session, const Fact& fact) const {
    const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact);
    const bool typed = telling.what.starts_with("$ ");
    std::string out = painted(fmt::format("{:>11}", format_time(fact.time)), "\x1b[2m", colour_);
    out += "  " + painted(padded(telling.who, kWhoWidth), "\x1b[1m", colour_) + "  ";
    const std::string what = telling.why.empty() ? telling.what : padded(telling.what, kWhatWidth);
    out += painted(what, typed ? "\x1b[1;36m" : colour_of(telling.tone), colour_);
    if (!telling.why.empty()) out += "  " + painted(telling.why, "\x1b[2m", colour_);
    return trimmed_right(out) + "\n";
}

std::string Timeline::new_lines(const lab::Session& session) {
    const Journal& journal = session.journal();
    std::string out;
    if (next_ > journal.last()) return out;
    journal.for_each(next_, [&](const Fact& fact) {
        const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact);
        if (telling.what.empty() || (telling.weight == view::Weight::Detail && !detail_)) return;
        out += line(session, fact);
    });
    next_ = FactId{journal.last().value + 1};
    return out;
}

std::string summary_text(const lab::Session& session, bool colour) {
    const auto services = view::summarise(session.world(), lab::fact_catalogue(), session.now());
    if (services.empty()) return "Nothing was started.\n";
    std::size_t width = 7;
    for (const auto& service : services) width = std::max(width, display_width(service.service));
    std::string out = painted(fmt::format("{}  {:>6}  {:>8}  {:>10}  {:>9}  {:>12}  {}", padded("SERVICE", width), "STARTS", "RESTARTS", "DOWNTIME", "LAST EXIT", "AVAILABILITY", "AT THE END"), "\x1b[1m", colour) + "\n";
    for (const auto& service : services) {
        const int availability = service.availability();
        const std::string exit = service.exited ? fmt::format("{}", service.last_exit) : "-";
        const std::string share = availability < 0 ? "-" : fmt::format("{}.{:02} %", availability / 100, availability % 100);
        const std::string down = service.ever_started ? format_seconds(service.down.nanoseconds, 1) + " s" : "-";
        out += fmt::format("{}  {:>6}  {:>8}  {:>10}  {:>9}  {:>12}  ", padded(service.service, width), service.starts, service.restarts, down, exit, share);
        out += painted(service.running_at_end ? "running" : "down", service.running_at_end ? "\x1b[32m" : "\x1b[31m", colour) + "\n";
    }
    return out;
}

}  // namespace podium::cli
