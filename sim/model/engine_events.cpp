#include "sim/model/engine_events.hpp"

#include <limits>

#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/operations.hpp"

namespace podium::model {
namespace {

void open_event_stream(World& world, RequestId id, Request& request) {
    request.stage = 1;
    open_answer(world, request);
    world.host(request.spec.host).engine.event_requests.push_back(id);
    Process* process = world.processes.find(request.requester);
    if (process != nullptr && world.kernel.cause()) process->cause = world.kernel.cause();
}

void feed_line(World& world, const Request& request, const std::string& line) {
    if (event_passes(line, option_text(request, "filters"))) feed_stream(world, request.stream, line + "\n");
}

Time bound_of(const Request& request, const std::string& name, Time otherwise) {
    std::int64_t bound = 0;
    const std::string text = option_text(request, name);
    return !text.empty() && parse_integer(text, bound) ? Time{bound} : otherwise;
}

constexpr std::size_t kKeptEvents = 256;  // moby daemon/events/events.go, eventsLimit

// moby daemon/events/events.go, loadBufferedEvents: of the last kKeptEvents those from --since to --until. Clients send whole
// seconds, and the last one counts to its end here, so that `--until 0s` shows what has just happened; moby leaves that out.
void feed_history(World& world, Request& request, const std::vector<ToldEvent>& told) {
    const Time latest{std::numeric_limits<std::int64_t>::max()};
    const Time since = bound_of(request, "since_ns", latest);
    const Time until = bound_of(request, "until_ns", latest);
    const auto wanted = [&](Time time) { return time >= since && (until == latest || time < until + seconds(1)); };
    std::vector<ToldEvent> history;
    std::size_t next = 0;
    for (const FactId fact : world.host(request.spec.host).engine.events) {
        if (!world.kernel.journal().has(fact)) continue;
        const Time time = world.kernel.journal().at(fact).time;
        while (next < told.size() && told[next].time < time) history.push_back(told[next++]);
        std::string line = event_json(world, request.spec.host, fact);
        if (!line.empty()) history.push_back({time, std::move(line)});
    }
    history.insert(history.end(), told.begin() + static_cast<std::ptrdiff_t>(next), told.end());
    const std::size_t first = history.size() > kKeptEvents ? history.size() - kKeptEvents : 0;
    for (std::size_t at = first; at < history.size(); ++at) {
        if (wanted(history[at].time)) feed_line(world, request, history[at].line);
    }
}

}  // namespace

void begin_events(World& world, RequestId id, const std::vector<ToldEvent>& told) {
    Request& request = world.requests.at(id);
    open_event_stream(world, id, request);
    if (!option_text(request, "since_ns").empty()) feed_history(world, request, told);
    std::int64_t until = 0;
    const std::string until_text = option_text(request, "until_ns");
    if (until_text.empty() || !parse_integer(until_text, until)) return;
    const Duration left = Time{until} - world.kernel.now();
    request_timer(world, id, left > Duration{} ? left : Duration{});
}

void tell_event(World& world, HostId host, const std::string& line) {
    for (const RequestId id : std::vector<RequestId>(world.host(host).engine.event_requests)) {
        if (const Request* request = world.requests.find(id)) feed_line(world, *request, line);
    }
}

void end_event_stream(World& world, RequestId id, Request& request) {
    std::erase(world.host(request.spec.host).engine.event_requests, id);
    if (request.writing) close_engine_stream(world, request.stream);
    request.writing = false;
    answer_request(world, id, 200);
}

void feed_event(World& world, Request& request, FactId fact) {
    const std::string line = event_json(world, request.spec.host, fact);
    if (!line.empty()) feed_line(world, request, line);
}

}  // namespace podium::model
