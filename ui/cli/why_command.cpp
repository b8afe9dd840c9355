// podium why: what led to the last thing that happened to something, in a saved run or the last
// one.

#include <cstdio>
#include <fmt/format.h>

#include "sim/lab/why.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"

namespace podium::cli {

int why_command(const WhyOptions& options) {
    const auto path = run_to_read(options.run);
    if (!path) return bad_input(path.error());
    auto session = load_run(*path);
    if (!session) return bad_input(session.error());
    Time until = session->saved_end();
    if (!options.at.empty()) {
        const auto at = parse_duration(options.at);
        if (!at)
            return bad_input(
                Error{fmt::format("--at: {}", at.error().message), {}, at.error().hint});
        if (at->nanoseconds < 0)
            return bad_input(Error{fmt::format("--at {} lies before the run", options.at),
                                   {},
                                   "count from its start, like 1m30s"});
        if (Time{at->nanoseconds} > until)
            complain(
                fmt::format("that run ended at {}; this is how it stood then", format_time(until)));
        until = std::min(until, Time{at->nanoseconds});
    }
    session->seek(until);
    const auto text = lab::why(*session, options.target, until, width_of(stdout));
    if (!text) return bad_input(text.error());
    put_text(*text);
    return kAllWell;
}

}  // namespace podium::cli
