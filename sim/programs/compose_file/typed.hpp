#pragma once

// From the canonical model to the typed project: one function a part of it. The reader keeps the
// first error.

#include <string>

#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"
#include "sim/programs/compose_file/reader.hpp"

namespace podium::compose {

Service typed_service(const Node& node,
                      const std::string& name,
                      const Place& place,
                      Reader& reader);
Deploy typed_deploy(const Node& node, const Path& path, Reader& reader);
/// The requests for devices under a key: `gpus`, `devices` of reservations.
std::vector<DeviceRequest> typed_devices(const Node& mapping, std::string_view key, const Path& path, Reader& reader);
HealthCheck typed_health_check(const Node& node, const Path& path, Reader& reader);
std::vector<Mount> typed_mounts(const Node& service, const Path& path, Reader& reader);
std::vector<Port> typed_ports(const Node& service, const Path& path, Reader& reader);
std::vector<Attachment> typed_attachments(const Node& service, const Path& path, Reader& reader);

Network typed_network(const Node& node, const std::string& key, const Place& place, Reader& reader);
Volume typed_volume(const Node& node, const std::string& key, const Place& place, Reader& reader);
/// `section` is "secrets" or "configs".
FileObject typed_file_object(const Node& node,
                             std::string_view section,
                             const std::string& key,
                             const Place& place,
                             Reader& reader);

}  // namespace podium::compose
