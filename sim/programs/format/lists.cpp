// The kinds of lists: their headers and their own tables.

#include "sim/programs/format/lists.hpp"

#include <array>

namespace podium::format {
namespace {

constexpr std::array kContainerHeaders{
    Header{"ID", "CONTAINER ID"},
    Header{"Names", "NAMES"},
    Header{"Image", "IMAGE"},
    Header{"Command", "COMMAND"},
    Header{"CreatedAt", "CREATED AT"},
    Header{"RunningFor", "CREATED"},
    Header{"Ports", "PORTS"},
    Header{"State", "STATE"},
    Header{"Status", "STATUS"},
    Header{"Size", "SIZE"},
    Header{"Labels", "LABELS"},
    Header{"Mounts", "MOUNTS"},
    Header{"LocalVolumes", "LOCAL VOLUMES"},
    Header{"Networks", "NETWORKS"},
    Header{"Platform", "PLATFORM"},
};
constexpr std::array kImageHeaders{
    Header{"ID", "IMAGE ID"},
    Header{"Repository", "REPOSITORY"},
    Header{"Tag", "TAG"},
    Header{"Digest", "DIGEST"},
    Header{"CreatedSince", "CREATED"},
    Header{"CreatedAt", "CREATED AT"},
    Header{"Size", "SIZE"},
    Header{"Containers", "CONTAINERS"},
    Header{"VirtualSize", "SIZE"},
    Header{"SharedSize", "SHARED SIZE"},
    Header{"UniqueSize", "UNIQUE SIZE"},
};
constexpr std::array kHistoryHeaders{
    Header{"ID", "IMAGE"},
    Header{"CreatedSince", "CREATED"},
    Header{"CreatedAt", "CREATED AT"},
    Header{"CreatedBy", "CREATED BY"},
    Header{"Size", "SIZE"},
    Header{"Comment", "COMMENT"},
};
constexpr std::array kVolumeHeaders{
    Header{"ID", "ID"},
    Header{"Name", "VOLUME NAME"},
    Header{"Group", "GROUP"},
    Header{"Driver", "DRIVER"},
    Header{"Scope", "SCOPE"},
    Header{"Availability", "AVAILABILITY"},
    Header{"Mountpoint", "MOUNTPOINT"},
    Header{"Labels", "LABELS"},
    Header{"Links", "LINKS"},
    Header{"Size", "SIZE"},
    Header{"Status", "STATUS"},
};
constexpr std::array kNetworkHeaders{
    Header{"ID", "NETWORK ID"},
    Header{"Name", "NAME"},
    Header{"Driver", "DRIVER"},
    Header{"Scope", "SCOPE"},
    Header{"IPv4", "IPV4"},
    Header{"IPv6", "IPV6"},
    Header{"Internal", "INTERNAL"},
    Header{"Labels", "LABELS"},
    Header{"CreatedAt", "CREATED AT"},
};
constexpr std::array kStatsHeaders{
    Header{"Container", "CONTAINER"},
    Header{"Name", "NAME"},
    Header{"ID", "CONTAINER ID"},
    Header{"CPUPerc", "CPU %"},
    Header{"MemUsage", "MEM USAGE / LIMIT"},
    Header{"MemPerc", "MEM %"},
    Header{"NetIO", "NET I/O"},
    Header{"BlockIO", "BLOCK I/O"},
    Header{"PIDs", "PIDS"},
};
constexpr std::array kDiskUsageHeaders{
    Header{"Type", "TYPE"},
    Header{"TotalCount", "TOTAL"},
    Header{"Active", "ACTIVE"},
    Header{"Size", "SIZE"},
    Header{"Reclaimable", "RECLAIMABLE"},
};
constexpr std::array kContextHeaders{
    Header{"Name", "NAME"},
    Header{"Description", "DESCRIPTION"},
    Header{"DockerEndpoint", "DOCKER ENDPOINT"},
    Header{"Error", "ERROR"},
};
constexpr std::array kComposeHeaders{
    Header{"ID", "CONTAINER ID"},
    Header{"Name", "NAME"},
    Header{"Project", "PROJECT"},
    Header{"Service", "SERVICE"},
    Header{"Image", "IMAGE"},
    Header{"Command", "COMMAND"},
    Header{"CreatedAt", "CREATED AT"},
    Header{"RunningFor", "CREATED"},
    Header{"Ports", "PORTS"},
    Header{"State", "STATE"},
    Header{"Status", "STATUS"},
    Header{"Size", "SIZE"},
    Header{"Labels", "LABELS"},
};

constexpr ListKind kContainerList{"*formatter.ContainerContext", kContainerHeaders};
constexpr ListKind kImageList{"*formatter.imageContext", kImageHeaders};
constexpr ListKind kHistoryList{"*image.historyContext", kHistoryHeaders};
constexpr ListKind kVolumeList{"*formatter.volumeContext", kVolumeHeaders};
constexpr ListKind kNetworkList{"*network.networkContext", kNetworkHeaders};
constexpr ListKind kStatsList{"*container.statsContext", kStatsHeaders};
constexpr ListKind kDiskUsageList{"*formatter.diskUsageContext", kDiskUsageHeaders};
constexpr ListKind kContextList{"*formatter.clientContextContext", kContextHeaders};
constexpr ListKind kComposeList{"*formatter.ContainerContext", kComposeHeaders};

constexpr std::string_view kIdOnly = "{{.ID}}";

bool is_table(std::string_view source) {
    return source.empty() || source == "table";
}

}  // namespace

const ListKind& container_list() {
    return kContainerList;
}

const ListKind& image_list() {
    return kImageList;
}

const ListKind& history_list() {
    return kHistoryList;
}

const ListKind& volume_list() {
    return kVolumeList;
}

const ListKind& network_list() {
    return kNetworkList;
}

const ListKind& stats_list() {
    return kStatsList;
}

const ListKind& disk_usage_list() {
    return kDiskUsageList;
}

const ListKind& context_list() {
    return kContextList;
}

const ListKind& compose_container_list() {
    return kComposeList;
}

std::string container_format(std::string_view source, bool quiet, bool size) {
    if (source == "raw") {
        if (quiet) return "container_id: {{.ID}}";
        std::string format =
            "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: "
            "{{.CreatedAt}}\n"
            "state: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\n"
            "labels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";
        return size ? format + "size: {{.Size}}\\n" : format;
    }
    if (quiet) return std::string(kIdOnly);
    if (!is_table(source)) return std::string(source);
    std::string format =
        "table "
        "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    return size ? format + "\t{{.Size}}" : format;
}

std::string image_format(std::string_view source, bool quiet, bool digests) {
    if (source == "raw") {
        if (quiet) return "image_id: {{.ID}}";
        return std::string("repository: {{ .Repository }}\ntag: {{.Tag}}\n") +
               (digests ? "digest: {{.Digest}}\n" : "") +
               "image_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n";
    }
    if (is_table(source)) {
        if (quiet) return std::string(kIdOnly);
        return std::string("table {{.Repository}}\t{{.Tag}}\t") + (digests ? "{{.Digest}}\t" : "") +
               "{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";
    }
    std::string format(source);
    if (source.starts_with("table") && digests &&
        source.find("{{.Digest}}") == std::string_view::npos) {
        format += "\t{{.Digest}}";
    }
    return format;
}

std::string history_format(std::string_view source, bool quiet, bool human) {
    if (!is_table(source)) return std::string(source);
    if (quiet) return std::string(kIdOnly);
    return human ? "table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}"
                 : "table {{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
}

std::string volume_format(std::string_view source, bool quiet) {
    if (source == "raw")
        return quiet ? "name: {{.Name}}" : "name: {{.Name}}\\ndriver: {{.Driver}}\\n";
    if (!is_table(source)) return std::string(source);
    return quiet ? "{{.Name}}" : "table {{.Driver}}\t{{.Name}}";
}

std::string network_format(std::string_view source, bool quiet) {
    if (source == "raw") {
        return quiet ? "network_id: {{.ID}}"
                     : "network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: "
                       "{{.Scope}}\\n";
    }
    if (!is_table(source)) return std::string(source);
    return quiet ? std::string(kIdOnly) : "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";
}

std::string stats_format(std::string_view source) {
    if (!is_table(source)) return std::string(source);
    return "table "
           "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}"
           "\t{{.PIDs}}";
}

std::string disk_usage_format(std::string_view source) {
    if (source == "raw") {
        return "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: "
               "{{.Size}}\nreclaimable: {{.Reclaimable}}\n";
    }
    if (!is_table(source)) return std::string(source);
    return "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
}

std::string context_format(std::string_view source, bool quiet) {
    if (quiet) return "{{.Name}}";
    if (!is_table(source)) return std::string(source);
    return "table {{.Name}}{{if .Current}} "
           "*{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}";
}

std::string compose_container_format(std::string_view source, bool quiet) {
    if (quiet) return std::string(kIdOnly);
    if (!is_table(source)) return std::string(source);
    return "table "
           "{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{."
           "Ports}}";
}

}  // namespace podium::format
