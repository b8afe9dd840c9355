#include "ui/desktop/panels/fault_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "sim/base/text.hpp"
#include "ui/desktop/panels/actions.hpp"

namespace podium::desktop {
namespace {

using view::ClusterView;

std::string group_title(std::string_view kind) {
    if (kind == "container") return "CONTAINERS AND SERVICES";
    if (kind == "host") return "HOSTS";
    if (kind == "link") return "LINKS";
    if (kind == "hosts") return "THE NETWORK";
    if (kind == "registry") return "REGISTRIES";
    if (kind == "image") return "IMAGES";
    return upper(kind);
}

// As an image's name is read: what stands before the first slash is a registry when it has a dot or a
// port, or is localhost; else it is Docker Hub.
std::string registry_of(const std::string& image) {
    const std::size_t slash = image.find('/');
    const std::string first = image.substr(0, slash);
    const bool named = slash != std::string::npos && (first == "localhost" || first.find_first_of(".:") != std::string::npos);
    return named ? first : "docker.io";
}

void add_links(std::vector<std::string>& out, const ClusterView& cluster) {
    for (const view::HostView& host : cluster.hosts)
        out.push_back(host.name);  // all its links
    for (const view::LinkView& link : cluster.links) {
        if (link.first != view::kNone && link.second != view::kNone) out.push_back(cluster.hosts[link.first].name + "-" + cluster.hosts[link.second].name);
    }
}

void add_partitions(std::vector<std::string>& out, const ClusterView& cluster) {
    if (cluster.hosts.size() < 2) return;
    for (const view::HostView& host : cluster.hosts) {
        std::string rest;
        for (const view::HostView& other : cluster.hosts) {
            if (&other != &host) rest += (rest.empty() ? "" : ",") + other.name;
            if (rest.size() > kMostPartitionText) return;
        }
        out.push_back(host.name + "|" + rest);
        if (out.size() >= kMostTargets) return;
    }
}

void add_containers(std::vector<std::string>& out, const ClusterView& cluster) {
    for (const view::ServiceView& service : cluster.services)
        out.push_back(service.called());
    std::set<std::string> names;
    for (const view::Tile& tile : cluster.tiles) {
        if (out.size() + names.size() >= kMostTargets) break;
        if (tile.container != 0) names.insert(tile.name);
    }
    out.insert(out.end(), names.begin(), names.end());
}

}  // namespace

std::vector<FaultGroup> fault_groups(const Lists& lists, std::string_view filter) {
    const std::string wanted = lower(trim(filter));
    std::vector<FaultGroup> out;
    for (const Lists::Fault& fault : lists.faults) {
        if (!wanted.empty() && lower(fault.id + " " + fault.summary).find(wanted) == std::string::npos) continue;
        auto found = std::find_if(out.begin(), out.end(), [&fault](const FaultGroup& group) { return group.kind == fault.target; });
        if (found == out.end()) {
            out.push_back({fault.target, group_title(fault.target), {}});
            found = out.end() - 1;
        }
        found->faults.push_back(&fault);
    }
    return out;
}

std::vector<std::string> fault_targets(const Frame& frame, std::string_view kind) {
    std::vector<std::string> out;
    if (!frame.cluster) return out;
    const ClusterView& cluster = *frame.cluster;
    if (kind == "container") add_containers(out, cluster);
    if (kind == "host") {
        for (const view::HostView& host : cluster.hosts)
            out.push_back(host.name);
    }
    if (kind == "link") add_links(out, cluster);
    if (kind == "hosts") add_partitions(out, cluster);
    if (kind == "registry" || kind == "image") {
        std::set<std::string> names;
        for (const view::ServiceView& service : cluster.services) {
            if (service.image.empty()) continue;
            names.insert(kind == "image" ? service.image.substr(0, service.image.find('@')) : registry_of(service.image));
        }
        if (kind == "registry") names.insert("docker.io");
        out.assign(names.begin(), names.end());
    }
    if (out.size() > kMostTargets) out.resize(kMostTargets);
    return out;
}

std::string fault_target_of(const Frame& frame, std::string_view kind, const Selection& selection) {
    using Kind = Selection::Kind;
    if (!frame.cluster || selection.name.empty()) return {};
    const ClusterView& cluster = *frame.cluster;
    if (kind == "container") return selection.kind == Kind::Container || selection.kind == Kind::Service ? selection_words(cluster, selection) : std::string();
    if (kind == "link" && (selection.kind == Kind::Link || selection.kind == Kind::Host)) return selection.name;
    if (kind == "host") {
        if (selection.kind == Kind::Host) return selection.name;
        const view::Tile* tile = selection.kind == Kind::Container ? tile_named(cluster, selection.name) : nullptr;
        return tile != nullptr && tile->host != view::kNone ? cluster.hosts[tile->host].name : std::string();
    }
    if (kind == "hosts" && selection.kind == Kind::Host) {
        for (const std::string& groups : fault_targets(frame, kind)) {
            if (groups.starts_with(selection.name + "|")) return groups;
        }
    }
    if ((kind == "image" || kind == "registry") && selection.kind == Kind::Service) {
        const std::uint32_t place = view::service_meant(cluster, selection.name);
        const std::string image = place == view::kNone ? std::string() : cluster.services[place].image;
        if (!image.empty()) return kind == "image" ? image.substr(0, image.find('@')) : registry_of(image);
    }
    return {};
}

std::string inject_line(const Lists::Fault& fault, const FaultForm& form) {
    std::string out = "inject " + fault.id;
    if (const std::string target(trim(form.target)); !target.empty()) out += " " + shell_word(target);
    for (std::size_t i = 0; i < fault.arguments.size() && i < form.arguments.size(); ++i) {
        const std::string value(trim(form.arguments[i]));
        if (!value.empty()) out += " " + shell_word(fault.arguments[i].name + "=" + value);
    }
    return out;
}

std::string form_complaint(const Lists::Fault& fault, const FaultForm& form) {
    if (trim(form.target).empty()) return "it needs a target";
    if (trim(form.target).find(' ') != std::string_view::npos) return "a fault has one target";
    for (std::size_t i = 0; i < fault.arguments.size() && i < form.arguments.size(); ++i) {
        if (trim(form.arguments[i]).find(' ') != std::string_view::npos) return fmt::format("{} takes one word", fault.arguments[i].name);
    }
    return {};
}

std::string shell_words(std::string_view text) {
    std::string out;
    for (const std::string& word : split_words(text))
        out += (out.empty() ? "" : " ") + shell_word(word);
    return out;
}

std::string lasted(Duration duration) {
    const std::int64_t tenths = duration.nanoseconds / 100'000'000;
    if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
    const std::int64_t whole = tenths / 10;
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace podium::desktop
