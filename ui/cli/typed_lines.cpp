#include "ui/cli/typed_lines.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "sim/base/text.hpp"
#include "sim/lab/facts.hpp"
#include "sim/view/sentences.hpp"
#include "ui/cli/events.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"

namespace podium::cli {
namespace {

constexpr std::size_t kMostErrorLines = 3;

// A line that was given to the host's shell.
struct GivenLine {
    Time time;
    std::string text;
    bool ended = false;
    Time end{};
    int status = 0;
    std::string error;
};

std::string last_lines(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n')) {
        if (!trim(line).empty()) lines.push_back(line);
    }
    if (lines.size() > kMostErrorLines)
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kMostErrorLines));
    return join(lines, "\n");
}

std::vector<GivenLine> given_lines(const lab::Session& session, const std::string& terminal) {
    const view::FactReader facts(session.world(), lab::fact_catalogue());
    std::vector<GivenLine> out;
    std::map<std::uint64_t, std::size_t> rows;
    session.journal().for_each(FactId{1}, [&](const Fact& fact) {
        const bool begun = fact.kind == lab::kFactLine;
        if ((!begun && fact.kind != lab::kFactLineDone) || facts.text(fact, "terminal") != terminal)
            return;
        if (begun) {
            rows[fact.id.value] = out.size();
            out.push_back({fact.time, facts.text(fact, "line"), false, {}, 0, {}});
        } else if (const auto row = rows.find(fact.cause.value); row != rows.end()) {
            GivenLine& line = out[row->second];
            line.ended = true;
            line.end = fact.time;
            line.status = static_cast<int>(facts.number(fact, "status"));
            line.error = last_lines(facts.text(fact, "error"));
        }
    });
    return out;
}

// " until then the terminal was held by …": what ran in the terminal just before a moment.
std::string holder_text(const std::vector<GivenLine>& lines, Time moment) {
    std::string holder;
    for (const GivenLine& line : lines) {
        if (line.time < moment && (!line.ended || line.end >= moment)) holder = line.text;
    }
    return holder.empty() ? std::string()
                          : fmt::format(": until then the terminal was held by '{}'", holder);
}

// What is to be told of one line of --do; true when it did not fail.
bool tell_line(const std::string& text,
               const GivenLine& line,
               Time asked,
               const std::string& holder) {
    if (line.time > asked)
        complain(fmt::format("--do '{}' was run at {}{}", text, format_time(line.time), holder));
    if (!line.ended || line.status == 0) return true;
    const std::string last = line.error.substr(line.error.rfind('\n') + 1);
    complain(fmt::format(
        "--do '{}' ended with status {}{}", text, line.status, last.empty() ? "" : ": " + last));
    return false;
}

}  // namespace

EndedLine first_line(const lab::Session& session) {
    const std::vector<GivenLine> lines = given_lines(session, first_host(session));
    return lines.empty() ? EndedLine{} : EndedLine{lines.front().status, lines.front().error, lines.front().ended};
}

bool tell_typed_lines(const lab::Session& session, const std::vector<std::string>& texts) {
    if (texts.empty()) return true;
    const std::vector<GivenLine> lines = given_lines(session, first_host(session));
    std::set<std::size_t> told;
    bool well = true;
    for (const std::string& text : texts) {
        const auto timed = parse_timed(text);
        if (!timed) continue;
        std::size_t at = 0;
        while (at < lines.size() && (lines[at].text != timed->what ||
                                     lines[at].time < timed->begin || told.contains(at)))
            ++at;
        if (at == lines.size()) {
            complain(fmt::format("--do '{}' was not run by the end{}",
                                 text,
                                 holder_text(lines, session.now() + nanoseconds(1))));
            well = false;
            continue;
        }
        told.insert(at);
        well = tell_line(text, lines[at], timed->begin, holder_text(lines, lines[at].time)) && well;
    }
    return well;
}

void tell_missed_faults(const lab::Session& session) {
    const view::FactReader facts(session.world(), lab::fact_catalogue());
    session.journal().for_each(FactId{1}, [&facts](const Fact& fact) {
        const FactSpec* spec = lab::fact_catalogue().find(fact.kind);
        if (spec == nullptr || spec->name != "fault.missed") return;
        const std::string reason = facts.text(fact, "reason");
        complain(fmt::format("the fault '{}' at {} found nothing to break{}{}",
                             facts.text(fact, "text"),
                             format_time(fact.time),
                             reason.empty() ? "" : ": ",
                             reason));
    });
    for (const faults::ActiveFault& fault : session.state().faults.active) {
        if (faults::found_nothing(fault))
            complain(fmt::format("the fault '{}' found nothing to break by the end", fault.request.text()));
    }
}

void tell_missed_removals(const lab::Session& session, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    std::vector<GivenLine> lines = given_lines(session, removal_terminal(session));
    for (const std::string& text : texts) {
        const auto timed = parse_timed(text);
        if (!timed) continue;
        // In the order they are given, as those of one moment are typed.
        const auto line =
            std::find_if(lines.begin(), lines.end(), [&timed](const GivenLine& row) { return row.time >= timed->begin; });
        if (line == lines.end()) {
            complain(fmt::format("--remove '{}' was not done by the end", text));
            continue;
        }
        const std::string last = line->error.substr(line->error.rfind('\n') + 1);
        // Of a service without containers docker rm is given no name; with -f a name that nobody has is no failure to it.
        const bool none = line->error.find("requires at least 1 argument") != std::string::npos ||
                          line->error.find("No such container: ") != std::string::npos;
        if (line->ended && (none || line->status != 0))
            complain(fmt::format("--remove '{}' {}",
                                 text,
                                 none ? "found nothing to remove"
                                      : fmt::format("ended with status {}{}", line->status, last.empty() ? "" : ": " + last)));
        lines.erase(line);
    }
}

}  // namespace podium::cli
