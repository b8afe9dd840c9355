#include "scripting/fault_targets.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/text.hpp"
#include "sim/view/names.hpp"

namespace podium::scripting {
namespace {

using Hosts = std::set<std::string>;

// The host that is near, but for those that the target names besides; empty when there is none.
std::string near_host(const std::string& name, Hosts hosts, const Hosts& besides) {
    for (const std::string& other : besides)
        hosts.erase(other);
    return nearest(name, std::vector<std::string>(hosts.begin(), hosts.end()));
}

// "a-b", of which one is no host. Names may have dashes themselves, so each dash may be the one between them.
std::string near_link(const std::string& target, const Hosts& hosts) {
    for (std::size_t dash = target.find('-'); dash != std::string::npos; dash = target.find('-', dash + 1)) {
        const std::string first = target.substr(0, dash);
        const std::string second = target.substr(dash + 1);
        if (hosts.contains(first)) {
            const std::string near = near_host(second, hosts, {first});
            if (!near.empty()) return first + "-" + near;
        }
        if (hosts.contains(second)) {
            const std::string near = near_host(first, hosts, {second});
            if (!near.empty()) return near + "-" + second;
        }
    }
    return near_host(target, hosts, {});
}

// "a,b|c": the host near the first name that is none.
std::string near_group(const std::string& target, const Hosts& hosts) {
    Hosts named;
    for (const std::string& group : split(target, '|')) {
        for (const std::string& name : split(group, ','))
            named.insert(name);
    }
    for (const std::string& name : named) {
        if (!hosts.contains(name)) return near_host(name, hosts, named);
    }
    return {};
}

}  // namespace

Result<void> check_fault_target(const lab::Session& session, const faults::FaultSpec& fault, const std::string& text) {
    if (fault.target == faults::TargetKind::Container) return {};
    const auto request = faults::parse_fault(text);
    if (!request) return request.error();
    const Hosts hosts = view::host_names(session.world());
    // A host by itself has a link as soon as clients outside join it, which may be at this very moment.
    if (fault.target == faults::TargetKind::Link && hosts.contains(request->target)) return {};
    Result<void> checked = faults::check_fault(session.world(), *request);
    if (checked.ok()) return checked;
    Error error = checked.error();
    const std::string near = fault.target == faults::TargetKind::Host    ? near_host(request->target, hosts, {})
                             : fault.target == faults::TargetKind::Link  ? near_link(request->target, hosts)
                             : fault.target == faults::TargetKind::Hosts ? near_group(request->target, hosts)
                                                                         : std::string();
    if (!near.empty()) error.hint = fmt::format("did you mean '{}'?", near);
    return error;
}

}  // namespace podium::scripting
