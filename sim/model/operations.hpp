#pragma once

// The families of the engine's operations, each a procedure over a request's stage: it is run when the
// request is first taken up (stage 0) and again whenever its timer is due, its container's lock is
// its own, or what it waits for in a container may have happened. Internal to sim/model.

#include <string>

#include "sim/model/refusal.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

void run_system_operation(World& world, RequestId id, Request& request);
void run_container_operation(World& world, RequestId id, Request& request);
void run_container_query(World& world, RequestId id, Request& request);
void run_stream_operation(World& world, RequestId id, Request& request);
void run_image_operation(World& world, RequestId id, Request& request);
void run_network_operation(World& world, RequestId id, Request& request);
void run_volume_operation(World& world, RequestId id, Request& request);

/// An image from a container (docker commit).
void commit_container(World& world, RequestId id, Request& request);

/// Runs the request again after `delay`; an earlier timer of it is dead.
void request_timer(World& world, RequestId id, Duration delay);
/// Ends a request and wakes who asked. The row stays until it is released.
void answer_request(World& world, RequestId id, int status, std::string body = {});
void refuse_request(World& world, RequestId id, const Refusal& refusal);
/// Begins an answer that comes piece by piece, in a pipe: who asked may read it from now on, and is woken.
void open_answer(World& world, Request& request);
bool option_set(const Request& request, const std::string& name);
std::string option_text(const Request& request, const std::string& name);

/// Ends what a request holds open: subscriptions, attached output, its streams.
void abandon_streams(World& world, RequestId id, Request& request);
/// GET events: ends a subscription (engine_events.hpp begins it).
void end_event_stream(World& world, RequestId id, Request& request);
/// Sends one more Docker event to a subscription.
void feed_event(World& world, Request& request, FactId fact);
/// The engine is gone: the reader sees the end.
void close_engine_stream(World& world, StreamId stream);
/// Image pulls in progress on a host.
void handle_transfer_event(World& world, const Event& event);
/// Gives a host's line to the registries the capacity it has now: none while the host stands still.
void update_downlink(World& world, HostId host);
/// What a registry answers from now on; while it can't be reached, layers on their way from it stand still.
void set_registry_state(World& world, const std::string& name, RegistryState state);
/// Where an event of an exchange happens: at the server when a request arrives, else at the client.
HostId exchange_event_host(const World& world, const Event& event);
/// Messages between processes over the network.
void handle_exchange_event(World& world, const Event& event);

}  // namespace podium::model
