#include "ui/cli/timeline.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/share.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/layout.hpp"
#include "sim/view/sentences.hpp"
#include "sim/view/summary.hpp"

namespace podium::cli {
namespace {

using view::padded;

constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWho = 6;
constexpr std::size_t kMostWho = 22;
constexpr std::size_t kWhatWidth = 36;
constexpr std::size_t kLeastWhy =
    32;  // with less room than this beside it, the why follows the what
constexpr std::size_t kLeastText = 20;
constexpr std::size_t kSummaryRest = 67;  // columns of the summary behind the service's name
constexpr std::size_t kLeastService = 8;
constexpr std::size_t kMostPrinted = 5;  // lines shown of what a command prints

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kTyped = "\x1b[1;36m";

std::string_view colour_of(view::Tone tone) {
    switch (tone) {
        case view::Tone::Plain:
            return "";
        case view::Tone::Good:
            return "\x1b[32m";
        case view::Tone::Bad:
            return "\x1b[31m";
        case view::Tone::Warning:
            return "\x1b[33m";
        case view::Tone::Quiet:
            return kDim;
    }
    return "";
}

std::string_view colour_of(const view::Telling& telling) {
    return telling.what.starts_with("$ ") ? kTyped : colour_of(telling.tone);
}

// Blanks stay outside, so that a line never ends in colours.
std::string painted(const std::string& text, std::string_view colour, bool on) {
    if (!on || colour.empty() || text.empty()) return text;
    const std::size_t end = text.find_last_not_of(' ') + 1;
    return std::string(colour) + text.substr(0, end) + "\x1b[0m" + text.substr(end);
}

std::string trimmed_right(std::string text) {
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

}  // namespace

Timeline::Timeline(TimelineStyle style) : style_(std::move(style)), who_width_(kLeastWho) {
    for (const std::string& name : style_.names)
        who_width_ = std::max(who_width_, display_width(name));
    who_width_ = std::min(who_width_, kMostWho);
}

// What and why side by side, each in a column of its own.
std::string Timeline::wide(const std::string& head,
                           const view::Telling& telling,
                           std::size_t room) const {
    const bool alone = telling.why.empty();
    const std::vector<std::string> what = view::wrapped(telling.what,
                                                        style_.width == 0 ? 0
                                                        : alone           ? room
                                                                          : kWhatWidth);
    const std::vector<std::string> why =
        view::wrapped(telling.why, style_.width == 0 ? 0 : room - kWhatWidth - kGap);
    std::string out;
    for (std::size_t i = 0; i < std::max(what.size(), why.size()); ++i) {
        std::string line = i == 0 ? head : std::string(kTimeWidth + kGap + who_width_ + kGap, ' ');
        const std::string left = i < what.size() ? what[i] : std::string();
        line += painted(alone ? left : padded(left, kWhatWidth), colour_of(telling), style_.colour);
        if (!alone && i < why.size())
            line += std::string(kGap, ' ') + painted(why[i], kDim, style_.colour);
        out += trimmed_right(line) + "\n";
    }
    return out;
}

// One column of text: "what – why".
std::string Timeline::narrow(const std::string& head,
                             const view::Telling& telling,
                             std::size_t room) const {
    const std::string text =
        telling.why.empty() ? telling.what : telling.what + " – " + telling.why;
    std::size_t what_left = telling.what.size();  // bytes still to be painted as what
    const bool below = room < kLeastText;         // time and who have a line of their own
    std::string out = below ? trimmed_right(head) + "\n" : std::string();
    const std::string begin = below ? std::string(kGap, ' ') : head;
    const std::string indent(below ? kGap : kTimeWidth + kGap + who_width_ + kGap, ' ');
    bool first = true;
    for (const std::string& line : view::wrapped(text, below ? style_.width - kGap : room)) {
        const std::size_t cut = std::min(what_left, line.size());
        out += first ? begin : indent;
        out += painted(line.substr(0, cut), colour_of(telling), style_.colour) +
               painted(line.substr(cut), kDim, style_.colour) + "\n";
        what_left -= std::min(what_left, cut + 1);
        first = false;
    }
    return out;
}

std::string Timeline::entry(Time time, const view::Telling& telling) {
    std::string who = telling.who;
    if (display_width(who) > who_width_) {
        who_width_ = std::min(display_width(who), kMostWho);
        who = view::shortened(who, who_width_);
    }
    const std::size_t taken = kTimeWidth + kGap + who_width_ + kGap;
    const bool tight = style_.width != 0 && style_.width < taken + kLeastText;
    if (tight)
        who =
            view::shortened(who, std::max(style_.width, kTimeWidth + 2 * kGap) - kTimeWidth - kGap);
    const std::string head =
        painted(fmt::format("{:>{}}", format_time(time), kTimeWidth), kDim, style_.colour) +
        std::string(kGap, ' ') +
        painted(padded(who, tight ? 0 : who_width_), kBold, style_.colour) + std::string(kGap, ' ');
    const std::size_t room = style_.width > taken ? style_.width - taken : 0;
    if (style_.width == 0 || room >= kWhatWidth + kGap + kLeastWhy)
        return wide(head, telling, room);
    return narrow(head, telling, room);
}

// The first lines of what a command of --do has printed.
std::string Timeline::printed_by(const lab::Session& session, const Fact& fact) const {
    const view::FactReader facts(session.world(), lab::fact_catalogue());
    if (!style_.lines.contains(facts.text(fact, "line"))) return {};
    // What stands on standard error is how a failed one ended, which is told already, or its progress, which the timeline shows.
    std::vector<std::string> lines = split(facts.text(fact, "output"), '\n');
    while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
    const std::string indent(kTimeWidth + kGap + (style_.width != 0 && style_.width < 2 * kWhatWidth ? 0 : who_width_ + kGap), ' ');
    std::string out;
    const auto add = [&](const std::string& line) {
        const std::size_t room = style_.width > indent.size() + kLeastText ? style_.width - indent.size() : 0;
        const std::string shown = printable(line);
        out += indent + painted(room == 0 ? shown : view::shortened(shown, room), kDim, style_.colour) + "\n";
    };
    const std::size_t shown = lines.size() <= kMostPrinted + 1 ? lines.size() : kMostPrinted;
    for (std::size_t i = 0; i < shown; ++i) add(lines[i]);
    if (shown < lines.size()) add(fmt::format("… {} more lines", lines.size() - shown));
    return out;
}

std::string Timeline::new_lines(const lab::Session& session) {
    const Journal& journal = session.journal();
    std::string out;
    if (next_ > journal.last()) return out;
    journal.for_each(next_, [&](const Fact& fact) {
        names_.follow(session.world(), fact);
        const view::Telling telling = view::tell(session.world(), lab::fact_catalogue(), fact, names_);
        if (!telling.what.empty() && (telling.weight != view::Weight::Detail || style_.detail))
            out += entry(fact.time, telling);
        if (fact.kind == lab::kFactLineDone && !style_.lines.empty()) out += printed_by(session, fact);
    });
    next_ = FactId{journal.last().value + 1};
    return out;
}

namespace {

// Of what became of a service.
std::string_view colour_of_end(std::string_view end) {
    return end == "running" || end == "done" ? "\x1b[32m" : "\x1b[31m";
}

// In seconds; from an hour on in hours and minutes.
std::string downtime_text(Duration down) {
    constexpr std::int64_t kMinute = 60LL * 1'000'000'000;
    const std::int64_t whole = down.nanoseconds / kMinute;
    return whole < 60 ? format_seconds(down.nanoseconds, 1) + " s" : fmt::format("{}h{:02}m", whole / 60, whole % 60);
}

// A service in lines of its own, for a terminal that is too narrow for the table.
std::string summary_block(const std::string& name,
                          const std::vector<std::string>& parts,
                          const std::string& end,
                          bool colour,
                          std::size_t width) {
    const std::string indent(kGap, ' ');
    std::string out;
    for (const std::string& line : view::wrapped(name, width))
        out += painted(line, kBold, colour) + "\n";
    for (const std::string& line : view::wrapped(join(parts, ", "), width - kGap))
        out += indent + line + "\n";
    for (const std::string& line : view::wrapped("at the end: " + end, width - kGap))
        out += indent + painted(line, colour_of_end(end), colour) + "\n";
    return out;
}

}  // namespace

std::string summary_text(const lab::Session& session, bool colour, std::size_t width) {
    const auto services = view::summarise(session.world(), lab::fact_catalogue(), session.now());
    if (services.empty()) return "Nothing was started.\n";
    std::size_t name_width = 7;
    for (const auto& service : services)
        name_width = std::max(name_width, display_width(printable(service.called())));
    // Only a swarm moves anything.
    const bool moved =
        std::any_of(services.begin(), services.end(), [](const view::ServiceSummary& service) {
            return service.moves > 0;
        });
    const auto moves_cell = [moved](const std::string& text) {
        return moved ? fmt::format("  {:>5}", text) : std::string();
    };
    const std::size_t rest = kSummaryRest + moves_cell("").size();
    if (width != 0)
        name_width =
            std::min(name_width, std::max(kLeastService, width - std::min(width, rest)));
    const bool blocks = width != 0 && width < rest + kLeastService;
    std::string out = painted(fmt::format("{}  {:>6}  {:>8}{}  {:>9}  {:>9}  {:>12}  {}",
                                          padded("SERVICE", name_width),
                                          "STARTS",
                                          "RESTARTS",
                                          moves_cell("MOVES"),
                                          "DOWNTIME",
                                          "LAST EXIT",
                                          "AVAILABILITY",
                                          "AT THE END"),
                              kBold,
                              colour) +
                      "\n";
    if (blocks) out.clear();
    for (const auto& service : services) {
        const int availability = service.availability();
        const std::string exit = service.exited ? fmt::format("{}", service.last_exit) : "-";
        const std::string share =
            availability < 0 ? "-" : cut_share_text(availability) + " %";
        const std::string down =
            service.ever_started ? downtime_text(service.down) : "-";
        const std::string end = service.at_the_end();
        const std::string name = printable(service.called());
        if (blocks) {
            std::vector<std::string> cells{fmt::format("starts {}", service.starts),
                                           fmt::format("restarts {}", service.restarts)};
            if (moved) cells.push_back(fmt::format("moves {}", service.moves));
            cells.insert(cells.end(),
                         {"downtime " + down, "last exit " + exit, "availability " + share});
            out += summary_block(name, cells, end, colour, width);
            continue;
        }
        out += fmt::format("{}  {:>6}  {:>8}{}  {:>9}  {:>9}  {:>12}  ",
                           padded(view::shortened(name, name_width), name_width),
                           service.starts,
                           service.restarts,
                           moves_cell(fmt::format("{}", service.moves)),
                           down,
                           exit,
                           share);
        out += painted(end, colour_of_end(end), colour) + "\n";
    }
    return out;
}

}  // namespace podium::cli
