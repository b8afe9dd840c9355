#include "sim/model/devices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/go_quote.hpp"
#include "sim/model/process.hpp"

namespace podium::model {
namespace {

bool is_or_holds_device(const std::string& path) {
    return std::any_of(kDevices.begin(), kDevices.end(), [&path](std::string_view device) {
        return device == path || (device.starts_with(path) && (path.ends_with('/') || device[path.size()] == '/'));
    });
}

}  // namespace

std::string device_failure(const World& world, HostId host, const ContainerSpec& spec) {
    for (const DeviceMapping& device : spec.devices) {
        // All of the host's /dev is there then.
        if (spec.privileged && device.on_host == device.in_container) continue;
        const std::string path = podium::clean_path(device.on_host);
        if (is_or_holds_device(path)) {
            // Of a device lstat says so.
            if (!device.on_host.ends_with('/') || std::find(kDevices.begin(), kDevices.end(), path) == kDevices.end()) continue;
            return fmt::format("error gathering device information while adding custom device {}: not a directory", go_quote(device.on_host));
        }
        FileNode scratch;
        const bool exists = view_file(world, host, {}, device.on_host, scratch) != nullptr;
        return fmt::format("error gathering device information while adding custom device {}: {}", go_quote(device.on_host), exists ? "not a device node" : "no such file or directory");
    }
    return {};
}

}  // namespace podium::model
