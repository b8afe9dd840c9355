#pragma once

// The JSON bodies of the engine's answers, shaped as the Docker Engine API 1.41 shapes them (fields,
// order and forms as recorded), built from the world. Read-only.

#include <string>

#include "sim/model/world.hpp"

namespace podium::model {

std::string container_inspect_json(const World& world, ContainerId container, bool size);
/// GET /containers/json: options all, limit, size, filters (JSON as the API takes them).
std::string container_list_json(const World& world, HostId host, const std::map<std::string, std::string>& options, std::string& error);
/// The processor time a container has used since it was started; 0 while it does not run.
Duration container_processor_time(const World& world, ContainerId container);
/// What a container uses, beside an earlier sample of its processor time.
std::string container_stats_json(const World& world, ContainerId container, Time sampled, Duration cpu_sample);
std::string container_changes_json(const World& world, ContainerId container);
std::string exec_inspect_json(const World& world, HostId host, const std::string& id);
std::string image_list_json(const World& world, HostId host, const std::map<std::string, std::string>& options, std::string& error);
std::string image_inspect_json(const World& world, HostId host, const std::string& name);  ///< Empty: no such image.
std::string image_history_json(const World& world, HostId host, const std::string& name);
std::string network_list_json(const World& world, HostId host, const std::map<std::string, std::string>& options, std::string& error);
std::string network_inspect_json(const World& world, BridgeId bridge, bool verbose);
std::string volume_list_json(const World& world, HostId host, const std::map<std::string, std::string>& options, std::string& error);
std::string volume_inspect_json(const World& world, VolumeId volume);
std::string version_json(const World& world, HostId host);
/// `swarm`: an object with those of its parts that are of a swarm's ("Swarm" …), as JSON; empty: none.
std::string info_json(const World& world, HostId host, const std::string& swarm = {});
std::string disk_usage_json(const World& world, HostId host);
/// One Docker event as GET /events sends it (a line of JSON), or empty when the fact is none.
std::string event_json(const World& world, HostId host, FactId fact);
/// Whether an event passes the filters of GET /events (JSON as the API takes them; checked before).
bool event_passes(const std::string& event_line, const std::string& filters);
/// {"message": text}
std::string message_json(const std::string& text);
/// Whether a line of a log was written later than a request's option `until`; false without one.
bool log_line_beyond(const World& world, ContainerId container, const LogLine& line, const std::map<std::string, std::string>& options);
/// One line of a log as GET logs sends it, without its frame: options timestamps, details, stdout,
/// stderr, since, until; empty when the line is not asked for.
std::string log_line_text(const World& world, ContainerId container, const LogLine& line, const std::map<std::string, std::string>& options);

}  // namespace podium::model
