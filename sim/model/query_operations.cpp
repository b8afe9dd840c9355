// The operations that only look (inspect, list, top, stats, changes, version, info, df), prune, and the
// events subscription.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/answers.hpp"
#include "sim/model/answers_top.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/engine_events.hpp"
#include "sim/model/filters.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/prune.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kSamples = seconds(1);  // moby daemon/stats: the collector's period

// Processor use is told as two samples, a second apart.
void stats(World& world, RequestId id, Request& request, ContainerId container) {
    if (request.stage == 0 && world.container(container).process_alive) {
        request.stage = 1;
        request.container = container;
        request.sampled = world.kernel.now();
        request.cpu_sample = container_processor_time(world, container);
        request.run_generation = world.container(container).run_generation;
        request_timer(world, id, kSamples);
        return;
    }
    if (request.stage == 1 && !request.timer_due(world.kernel.now())) return;
    // Counters begin anew with a run.
    const bool same = world.container(container).run_generation == request.run_generation;
    answer_request(world, id, 200, container_stats_json(world, container, request.sampled, same ? request.cpu_sample : Duration{}));
}

// Answers with a JSON body, or with what was wrong with the request's filters.
void answer_list(World& world, RequestId id, std::string body, const std::string& error) {
    if (error.empty()) {
        answer_request(world, id, 200, std::move(body));
    } else {
        refuse_request(world, id, {400, error});
    }
}

void prune_containers(World& world, RequestId id, Request& request) {
    if (request.stage == 0) {
        request.stage = 1;
        request_timer(world, id, kRemove);
        return;
    }
    std::string wrong;
    const PruneFilters filters = PruneFilters::parse(
        option_text(request, "filters"), option_text(request, "until_ns"), {"label", "label!", "until"}, wrong);
    if (!wrong.empty()) {
        refuse_request(world, id, {400, wrong});
        return;
    }
    // moby asks each whether it runs, which waits for the lock that a start, an end or a removal holds.
    for (const ContainerId container : containers_of(world, request.spec.host)) {
        const Container& c = world.container(container);
        if (!c.detail || c.counts_as_running() || (!c.detail->locked_by && !c.detail->locked_by_engine)) continue;
        wait_for_container(world, container, id);
        return;
    }
    Json deleted = Json::array();
    std::int64_t freed = 0;
    for (const ContainerId container : containers_of(world, request.spec.host)) {
        const Container& c = world.container(container);
        if (c.detail && !filters.passes(world.spec(c).labels, c.detail->created)) continue;
        if (!c.detail || c.counts_as_running() || c.state == ContainerState::Removing) continue;
        deleted.push_back(container_id_text(world, container));
        freed += c.detail->layer.size_bytes();
        destroy_container(world, container, false);
    }
    Json body;
    body["ContainersDeleted"] = deleted.empty() ? Json(nullptr) : deleted;
    body["SpaceReclaimed"] = freed;
    record_prune(world, request.spec.host, kFactContainerPrune, freed);
    answer_request(world, id, 200, json_bytes(body));
}

}  // namespace

void run_container_query(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    std::string error;
    if (request.spec.operation == Operation::ContainerList) {
        std::string body = container_list_json(world, host, request.spec.options, error);
        answer_list(world, id, std::move(body), error);
        return;
    }
    if (request.spec.operation == Operation::ContainerPrune) {
        prune_containers(world, id, request);
        return;
    }
    Refusal refusal = not_refused();
    const ContainerId container = find_container(world, host, request.spec.target, refusal);
    if (!container) {
        refuse_request(world, id, refusal);
        return;
    }
    const Container& c = world.container(container);
    switch (request.spec.operation) {
        case Operation::ContainerInspect:
            answer_request(world, id, 200, container_inspect_json(world, container, option_set(request, "size")));
            return;
        case Operation::ContainerTop:
            if (!c.counts_as_running()) {
                refuse_request(world, id, {409, fmt::format("Container {} is not running", container_id_text(world, container))});
            } else if (c.state == ContainerState::Restarting) {
                refuse_request(world, id, {409, fmt::format("Container {} is restarting, wait until the container is running", container_id_text(world, container))});
            } else {
                std::string wrong;
                std::string body = container_top_json(world, container, option_text(request, "ps_args"), wrong);
                if (!wrong.empty()) {
                    refuse_request(world, id, {500, wrong});
                } else {
                    record_container_event(world, container, kFactContainerTop);  // moby daemon/top_unix.go
                    answer_request(world, id, 200, std::move(body));
                }
            }
            return;
        case Operation::ContainerStats: stats(world, id, request, container); return;
        case Operation::ContainerChanges: answer_request(world, id, 200, container_changes_json(world, container)); return;
        default: PODIUM_ASSERT(false, "this file runs the queries about containers");
    }
}

void run_system_operation(World& world, RequestId id, Request& request) {
    const HostId host = request.spec.host;
    switch (request.spec.operation) {
        case Operation::Ping: answer_request(world, id, 200); return;
        case Operation::Version: answer_request(world, id, 200, version_json(world, host)); return;
        case Operation::Info:
            if (!world.orchestrated) {
                answer_request(world, id, 200, info_json(world, host));
            } else if (request.stage == 0) {
                request.stage = 1;
                world.outbox.asked.push_back(id);
            }
            return;
        case Operation::DiskUsage: answer_request(world, id, 200, disk_usage_json(world, host)); return;
        case Operation::Events: {
            if (request.stage == 0) {
                request.stage = 1;
                if (world.orchestrated) {
                    world.outbox.asked.push_back(id);  // who has more to tell
                } else {
                    begin_events(world, id, {});
                }
                return;
            }
            if (request.timer_due(world.kernel.now())) end_event_stream(world, id, request);
            return;
        }
        default: PODIUM_ASSERT(false, "this file runs the system operations");
    }
}

}  // namespace podium::model
