// podium bench traffic: what a request of traffic costs, against one made by a simulated curl.

#include <algorithm>
#include <fmt/format.h>

#include "sim/lab/bench.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {
namespace {

constexpr Time kBegin = Time{5'000'000'000};

struct Measured {
    double requests_per_second = 0;
    std::uint64_t requests = 0;
};

Result<Session> with_nginx(const TrafficWish& wish) {
    SetUp set_up;
    set_up.seed = wish.seed;
    set_up.catalogue = wish.catalogue;
    set_up.images = {"nginx"};
    auto session = Session::create(std::move(set_up));
    if (session) {
        session->post({Time{}, CommandKind::Line, "host", "docker run -d -p 8080:80 nginx", {}});
        session->run_until(kBegin);
    }
    return session;
}

Result<Measured> traffic_run(const TrafficWish& wish, const BenchGauges& gauges) {
    auto session = with_nginx(wish);
    if (!session) return session.error();
    session->post({kBegin,
                   CommandKind::Traffic,
                   "host",
                   fmt::format("host:8080 rate={}/s for={}s", wish.rate, wish.seconds),
                   {}});
    const double begun = gauges.seconds();
    session->run_until(kBegin + seconds(wish.seconds + 10));
    Measured out;
    const double took = gauges.seconds() - begun;
    const model::TrafficTally& tally = session->world().traffic.front().tally;
    if (tally.answered() != std::uint64_t{wish.rate} * wish.seconds)
        return Error{fmt::format("{} of {} requests were answered",
                                 tally.answered(),
                                 std::uint64_t{wish.rate} * wish.seconds),
                     {},
                     {}};
    out.requests = tally.answered();
    out.requests_per_second = static_cast<double>(out.requests) / took;
    return out;
}

Result<Measured> curl_run(const TrafficWish& wish, const BenchGauges& gauges) {
    auto session = with_nginx(wish);
    if (!session) return session.error();
    session->post({kBegin,
                   CommandKind::Line,
                   "host/2",
                   fmt::format("i=0; while [ $i -lt {} ]; do curl -s -o /dev/null host:8080 || "
                               "echo lost; i=$((i+1)); done",
                               wish.curls),
                   {}});
    const double begun = gauges.seconds();
    std::string shown;
    session->run_until(kBegin + hours(1), [](const Session& now) {
        const Terminal* terminal = now.terminal("host/2");
        return terminal != nullptr && now.now() > kBegin && !terminal->running;
    });
    Measured out;
    const double took = gauges.seconds() - begun;
    for (const Shown& piece : session->take_shown()) {
        if (piece.terminal == "host/2" && piece.kind != Shown::Kind::Line &&
            piece.kind != Shown::Kind::Done)
            shown += piece.text;
    }
    if (!shown.empty())
        return Error{fmt::format("a curl failed: {}", shown.substr(0, 200)), {}, {}};
    out.requests = wish.curls;
    out.requests_per_second = static_cast<double>(out.requests) / took;
    return out;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

Result<std::string> run_traffic_bench(const TrafficWish& wish, const BenchGauges& gauges) {
    std::vector<double> ours;
    std::vector<double> curls;
    std::vector<double> ratios;
    for (int round = 0; round < wish.rounds; ++round) {
        const auto traffic = traffic_run(wish, gauges);
        if (!traffic) return traffic.error();
        const auto curl = curl_run(wish, gauges);
        if (!curl) return curl.error();
        ours.push_back(traffic->requests_per_second);
        curls.push_back(curl->requests_per_second);
        ratios.push_back(ours.back() / curls.back());
    }
    return fmt::format(
        "{{\"benchmark\":\"traffic\",\"requests\":{},\"rate\":{},\"curls\":{},\"rounds\":{},"
        "\"requests_per_second\":{:.0f},\"curl_requests_per_second\":{:.0f},\"ratio\":{:.2f},"
        "\"peak_memory_bytes\":{}}}\n",
        std::uint64_t{wish.rate} * wish.seconds,
        wish.rate,
        wish.curls,
        wish.rounds,
        median(ours),
        median(curls),
        median(ratios),
        gauges.peak_bytes());
}

}  // namespace podium::lab
