#pragma once

// Objects as JSON, field by field as dockerd 20.10 writes them (api/types/swarm, whose fields
// without a value are left out).

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/orch/swarm/api.hpp"
#include "sim/orch/swarm/names.hpp"

namespace podium::swarm {

// A field, left out when it has no value.
void put(Json& out, const char* name, const std::string& text);
void put(Json& out, const char* name, const std::vector<std::string>& texts);
void put(Json& out, const char* name, const std::map<std::string, std::string>& texts);
void put(Json& out, const char* name, std::int64_t number);
void put(Json& out, const char* name, Duration duration);
void put_flag(Json& out, const char* name, bool flag);
/// An object is left out unless it was given; null stands for an empty one.
void put_object(Json& out, const char* name, bool given, Json value);

/// "Version", "CreatedAt", "UpdatedAt".
void put_meta(Json& out, const Meta& meta);
/// {"Index": n}, or {} for none.
Json version_json(std::uint64_t index);
/// Ids of rows that may be gone.
std::string node_id_text(const Store& store, std::uint32_t swarm, NodeId node);
std::string service_id_text(const Store& store, std::uint32_t swarm, ServiceId service);
std::string network_id_text(const Store& store, std::uint32_t swarm, NetworkId network);

/// A task's spec; that of a service says its runtime, too.
Json task_spec_json(const TaskSpec& spec, bool with_runtime);
Json service_spec_json(const ServiceSpec& spec);
/// swarmkit api/defaults/service.go: what InsertDefaults fills in.
ServiceSpec with_defaults(const ServiceSpec& spec);
Json ports_json(const std::vector<Port>& ports);
/// "GenericResources": pieces by kind.
Json generic_json(const std::map<std::string, std::int64_t>& resources);

Json service_json(const Store& store,
                  std::uint32_t swarm,
                  const Service& service,
                  bool insert_defaults);
Json task_json(const Store& store, std::uint32_t swarm, const Task& task);
Json node_json(const ApiContext& context, const Store& store, NodeId id, const Node& node);
/// Of GET /networks: a manager's view.
Json network_json(const Network& network);
/// A secret shows no data.
Json datum_json(const Datum& datum, bool with_data);

/// TLS information: which root is trusted, as a certificate that looks like one, and which has issued. Made from the
/// cluster's id.
Json tls_json(const Cluster& cluster, std::uint32_t trusted, std::uint32_t issuer);

}  // namespace podium::swarm
