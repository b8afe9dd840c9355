// The two sides of a fork beside each other: a part of FreePlay.

#include <fmt/format.h>

#include "sim/base/share.hpp"
#include "sim/lab/cluster_look.hpp"
#include "sim/view/outcome.hpp"
#include "ui/desktop/lab/free_play.hpp"

namespace podium::desktop {
namespace {

constexpr auto kForkMadeEvery = std::chrono::milliseconds(250);

std::string in_percent(int hundredths) {
    if (hundredths < 0) return "never started";
    return cut_share_text(hundredths) + " %";
}

view::Tone better(std::int64_t with, std::int64_t without) {
    return with > without ? view::Tone::Good : with < without ? view::Tone::Bad : view::Tone::Plain;
}

const view::ServiceSummary* find_service(const view::RunOutcome& outcome, const model::ServiceIdentity& identity) {
    for (const view::ServiceSummary& service : outcome.services) {
        if (service.identity() == identity) return &service;
    }
    return nullptr;
}

void compare_services(const view::RunOutcome& without, const view::RunOutcome& with, std::vector<ForkView::Difference>& out) {
    for (const view::ServiceSummary& changed : with.services) {
        const view::ServiceSummary* kept = find_service(without, changed.identity());
        const std::string called = changed.called();
        if (kept == nullptr) {
            out.push_back({called, "not there", "there", view::Tone::Plain});
            continue;
        }
        if (kept->availability() != changed.availability())
            out.push_back({"availability of " + called, in_percent(kept->availability()), in_percent(changed.availability()),
                           better(changed.availability(), kept->availability())});
        if (kept->restarts != changed.restarts)
            out.push_back({"restarts of " + called, fmt::format("{}", kept->restarts), fmt::format("{}", changed.restarts),
                           better(-static_cast<std::int64_t>(changed.restarts), -static_cast<std::int64_t>(kept->restarts))});
        if (kept->moves != changed.moves)
            out.push_back({"moves of " + called, fmt::format("{}", kept->moves), fmt::format("{}", changed.moves), view::Tone::Plain});
        if (kept->running_at_end != changed.running_at_end)
            out.push_back({called, kept->running_at_end ? "runs" : "does not run", changed.running_at_end ? "runs" : "does not run",
                           changed.running_at_end ? view::Tone::Good : view::Tone::Bad});
    }
    for (const view::ServiceSummary& kept : without.services) {
        if (find_service(with, kept.identity()) == nullptr) out.push_back({kept.called(), "there", "not there", view::Tone::Plain});
    }
}

}  // namespace

std::shared_ptr<const ForkView> FreePlay::fork_view() {
    if (!other_) return nullptr;
    // Made again only when the runs have gone on, and while time plays not with every frame.
    const std::tuple of{session_.now(), session_.journal().size(), other_->session.journal().size()};
    const auto wall = std::chrono::steady_clock::now();
    if (fork_ && (fork_of_ == of || (playing_ && wall - fork_made_ < kForkMadeEvery))) return fork_;
    fork_of_ = of;
    fork_made_ = wall;
    auto fork = std::make_shared<ForkView>();
    fork->begun = other_->begun;
    fork->change = other_->change;
    fork->without = std::make_shared<const view::ClusterView>(lab::look_at_cluster(other_->session));
    const view::RunOutcome with = outcome_.look(session_.world(), lab::fact_catalogue(), session_.now());
    const view::RunOutcome without = other_->outcome.look(other_->session.world(), lab::fact_catalogue(), other_->session.now());
    compare_services(without, with, fork->differences);
    if (with.requests_lost != without.requests_lost)
        fork->differences.push_back({"lost requests", fmt::format("{}", without.requests_lost), fmt::format("{}", with.requests_lost),
                                     better(-static_cast<std::int64_t>(with.requests_lost), -static_cast<std::int64_t>(without.requests_lost))});
    if (with.lost_bytes() != without.lost_bytes())
        fork->differences.push_back({"lost data", fmt::format("{} kB", without.lost_bytes() / 1000), fmt::format("{} kB", with.lost_bytes() / 1000),
                                     better(-with.lost_bytes(), -without.lost_bytes())});
    fork_ = fork;
    return fork_;
}

}  // namespace podium::desktop
