#include "ui/cli/traffic_option.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/traffic.hpp"
#include "sim/view/traffic.hpp"
#include "ui/cli/moments.hpp"
#include "ui/cli/prepare.hpp"

namespace podium::cli {
namespace {

Result<void> add_one(lab::Session& session, const std::string& text, const TrafficTargets& targets) {
    Timed timed{text, Time{}, {}};
    if (text.find(" @") != std::string::npos) {
        const auto split = parse_timed(text);
        if (!split) return split.error();
        timed = *split;
    }
    std::vector<std::string> names = targets.services;
    const auto spec = model::parse_traffic(timed.what);
    const auto service = spec ? targets.service_of(spec->target) : std::nullopt;
    if (service && std::find(names.begin(), names.end(), spec->target) == names.end()) names.push_back(spec->target);
    if (Result<void> checked = lab::check_traffic(session, timed.what, names); !checked)
        return checked;
    if (!targets.free) {
        const auto checked = lab::check_published(session, timed.what, service.value_or(std::string()));
        if (!checked) return checked;
    }
    if (timed.end) {
        const auto with_end = lab::with_duration(timed.what, *timed.end - timed.begin);
        if (!with_end) return with_end.error();
        timed.what = *with_end;
    }
    session.post({timed.begin, lab::CommandKind::Traffic, first_host(session), timed.what, {}});
    return {};
}

}  // namespace

bool comes_from_outside(const std::vector<std::string>& texts) {
    return std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
        const auto spec = model::parse_traffic(text.substr(0, text.find(" @")));
        return spec && spec->from.empty();
    });
}

Result<void> add_traffic(lab::Session& session, const std::vector<std::string>& texts, const TrafficTargets& targets) {
    for (const std::string& text : texts) {
        if (Result<void> added = add_one(session, text, targets); !added)
            return Error{fmt::format("--traffic '{}': {}", text, added.error().message),
                         {},
                         added.error().hint};
    }
    return {};
}

std::string traffic_summary(const lab::Session& session) {
    const auto sources = view::summarise_traffic(session.world());
    return sources.empty() ? std::string() : "\n" + printable(view::traffic_text(sources));
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
        "The target is a service (shop/web:8080 of the project shop alone) or container, or a host. Without a port its "
        "published ports are asked in turn.\n"
        "A service of a swarm is asked on a node where a task of it runs, as by a load balancer that "
        "looks; a host is asked whatever runs there.\n"
        "A request is lost when it is refused, reset, not answered in time, or answered with a "
        "status from 400 on.\n\n";
    for (const auto& [name, meaning] : lab::traffic_help())
        out += fmt::format("  {:<12} {}\n", std::string(name) + "=", meaning);
    return out;
}

}  // namespace podium::cli
