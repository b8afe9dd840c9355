#include "ui/cli/traffic_option.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/traffic.hpp"
#include "sim/view/traffic.hpp"
#include "ui/cli/moments.hpp"

namespace podium::cli {
namespace {

constexpr const char* kHost = "host";

Result<void> add_one(lab::Session& session,
                     const std::string& text,
                     const std::vector<std::string>& services) {
    Timed timed{text, Time{}, {}};
    if (text.find(" @") != std::string::npos) {
        const auto split = parse_timed(text);
        if (!split) return split.error();
        timed = *split;
    }
    if (Result<void> checked = lab::check_traffic(session, timed.what, services); !checked)
        return checked;
    if (timed.end) {
        const auto with_end = lab::with_duration(timed.what, *timed.end - timed.begin);
        if (!with_end) return with_end.error();
        timed.what = *with_end;
    }
    session.post({timed.begin, lab::CommandKind::Traffic, kHost, timed.what, {}});
    return {};
}

}  // namespace

Result<void> add_traffic(lab::Session& session,
                         const std::vector<std::string>& texts,
                         const std::vector<std::string>& services) {
    for (const std::string& text : texts) {
        if (Result<void> added = add_one(session, text, services); !added)
            return Error{fmt::format("--traffic '{}': {}", text, added.error().message),
                         {},
                         added.error().hint};
    }
    return {};
}

std::string traffic_summary(const lab::Session& session) {
    const auto sources = view::summarise_traffic(session.world());
    return sources.empty() ? std::string() : "\n" + view::traffic_text(sources);
}

std::string traffic_rows(const lab::Session& session) {
    std::string out;
    for (const view::TrafficSummary& source : view::summarise_traffic(session.world()))
        out += view::traffic_row(source, session.now()) + "\n";
    return out;
}

std::string traffic_docs() {
    std::string out =
        "Traffic is requests to a published port, from clients outside the hosts (or on one):\n"
        "  podium run FILE --traffic 'web:8080 rate=50/s path=/items @10s..5m'\n"
        "  traffic web:8080 rate=50/s for=5m        in a terminal; traffic alone shows how it "
        "goes\n"
        "  traffic stop web\n"
        "The target is a service or container, or a host. Without a port its published ports are "
        "asked in turn.\n"
        "A request is lost when it is refused, reset, not answered in time, or answered with a "
        "status from 400 on.\n\n";
    for (const auto& [name, meaning] : lab::traffic_help())
        out += fmt::format("  {:<12} {}\n", std::string(name) + "=", meaning);
    return out;
}

}  // namespace podium::cli
