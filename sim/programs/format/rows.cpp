// Rows of lists out of the engine API's answers.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/lists.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;
using Labels = std::vector<std::pair<std::string, std::string>>;

const Json& member(const Json& object, std::string_view key) {
    static const Json null;
    if (!object.is_object()) return null;
    const auto found = object.find(std::string(key));
    return found == object.end() ? null : *found;
}

std::string text_member(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t number_member(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool flag_member(const Json& object, std::string_view key) {
    const Json& value = member(object, key);
    return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> text_list(const Json& object, std::string_view key) {
    std::vector<std::string> texts;
    const Json& list = member(object, key);
    if (!list.is_array()) return texts;
    for (const Json& text : list) {
        if (text.is_string()) texts.push_back(text.get<std::string>());
    }
    return texts;
}

Labels labels_of(const Json& object) {
    Labels labels;
    const Json& members = member(object, "Labels");
    if (!members.is_object()) return labels;
    for (auto it = members.begin(); it != members.end(); ++it) {
        if (it->is_string()) labels.emplace_back(it.key(), it->get<std::string>());
    }
    std::sort(labels.begin(), labels.end());
    return labels;
}

// docker ps sorts the joined texts; elsewhere the real order is chance, so the same order will do.
std::string joined(const Labels& labels) {
    std::vector<std::string> texts;
    texts.reserve(labels.size());
    for (const auto& [name, value] : labels)
        texts.push_back(fmt::format("{}={}", name, value));
    std::sort(texts.begin(), texts.end());
    return fmt::format("{}", fmt::join(texts, ","));
}

std::string ago(std::int64_t unix_time, Time now) {
    return human_duration(now - from_unix(unix_time)) + " ago";
}

std::string id_text(const std::string& id, bool truncate) {
    return truncate ? short_id(id) : id;
}

std::string size_text(std::int64_t own, std::int64_t whole) {
    std::string text = human_size(own, 3);
    if (whole > 0) text += fmt::format(" (virtual {})", human_size(whole, 3));
    return text;
}

struct Reference {
    std::string name;
    std::string tag;     // without ':'
    std::string digest;  // without '@'
};

Reference cut_reference(std::string_view text) {
    Reference reference;
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        reference.digest = text.substr(at + 1);
        text = text.substr(0, at);
    }
    const std::size_t colon = text.rfind(':');
    const std::size_t slash = text.rfind('/');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
        reference.tag = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    if (text.starts_with("docker.io/")) {
        text.remove_prefix(10);
        if (text.starts_with("library/")) text.remove_prefix(8);
    }
    reference.name = text;
    return reference;
}

// `docker ps`'s IMAGE: the id where the container was made from an id, else name and tag.
std::string image_column(const Json& container, bool truncate) {
    std::string image = text_member(container, "Image");
    if (image.empty()) return "<no image>";
    if (!truncate) return image;
    if (short_id(text_member(container, "ImageID")) == short_id(image)) return short_id(image);
    const Reference reference = cut_reference(image);
    return reference.tag.empty() ? reference.name : reference.name + ":" + reference.tag;
}

std::string names_column(const Json& container, bool truncate) {
    std::vector<std::string> names = text_list(container, "Names");
    for (std::string& name : names) {
        if (name.starts_with("/")) name.erase(0, 1);
    }
    // A name with a slash inside is that of an old link, not the container's own.
    const auto own = std::find_if(names.begin(), names.end(), [](const std::string& n) {
        return n.find('/') == std::string::npos;
    });
    if (truncate && own != names.end()) return *own;
    return fmt::format("{}", fmt::join(names, ","));
}

std::vector<ListedPort> ports_of(const Json& container) {
    std::vector<ListedPort> ports;
    const Json& list = member(container, "Ports");
    if (!list.is_array()) return ports;
    for (const Json& port : list) {
        ports.push_back({text_member(port, "IP"),
                         static_cast<std::uint16_t>(number_member(port, "PrivatePort")),
                         static_cast<std::uint16_t>(number_member(port, "PublicPort")),
                         text_member(port, "Type")});
    }
    return ports;
}

std::string networks_column(const Json& container) {
    std::vector<std::string> names;
    const Json& networks = member(member(container, "NetworkSettings"), "Networks");
    if (networks.is_object()) {
        for (auto it = networks.begin(); it != networks.end(); ++it)
            names.push_back(it.key());
    }
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, ","));
}

Row container_row(const Json& container, RowOptions options) {
    std::vector<std::string> mounts;
    int local_volumes = 0;
    if (const Json& list = member(container, "Mounts"); list.is_array()) {
        for (const Json& mount : list) {
            std::string name = text_member(mount, "Name");
            if (name.empty()) name = text_member(mount, "Source");
            mounts.push_back(options.truncate ? ellipsis(name, 15) : name);
            local_volumes += text_member(mount, "Driver") == "local" ? 1 : 0;
        }
    }
    const std::int64_t created = number_member(container, "Created");
    Row row;
    row.labels = labels_of(container);
    row.add("Command", command_column(text_member(container, "Command"), options.truncate));
    row.add("CreatedAt", go_time_text(from_unix(created)));
    row.add("ID", id_text(text_member(container, "Id"), options.truncate));
    row.add("Image", image_column(container, options.truncate));
    row.add("Labels", joined(*row.labels));
    row.add("LocalVolumes", std::to_string(local_volumes));
    row.add("Mounts", fmt::format("{}", fmt::join(mounts, ",")));
    row.add("Names", names_column(container, options.truncate));
    row.add("Networks", networks_column(container));
    row.cells.push_back({"Platform", {}, Cell::Kind::Null});
    row.add("Ports", ports_column(ports_of(container)));
    row.add("RunningFor", ago(created, options.now));
    row.add("Size",
            size_text(number_member(container, "SizeRw"), number_member(container, "SizeRootFs")));
    row.add("State", text_member(container, "State"));
    row.add("Status", text_member(container, "Status"));
    return row;
}

// One row of `docker images`: an image under one of its names.
Row image_row(const Json& image, const Reference& name, RowOptions options) {
    const std::int64_t created = number_member(image, "Created");
    const std::int64_t size = number_member(image, "Size");
    const std::int64_t shared = number_member(image, "SharedSize");
    const std::int64_t containers = number_member(image, "Containers");
    Row row;
    row.add("Containers", containers == -1 ? "N/A" : std::to_string(containers));
    row.add("CreatedAt", go_time_text(from_unix(created)));
    row.add("CreatedSince", ago(created, options.now));
    row.add("Digest", name.digest);
    row.add("ID", id_text(text_member(image, "Id"), options.truncate));
    row.add("Repository", name.name);
    row.add("SharedSize", shared == -1 ? "N/A" : human_size(shared));
    row.add("Size", human_size(size, 3));
    row.add("Tag", name.tag);
    row.add("UniqueSize", size == -1 || shared == -1 ? "N/A" : human_size(size - shared));
    row.add("VirtualSize", human_size(size));
    return row;
}

bool is_dangling(const std::vector<std::string>& tags, const std::vector<std::string>& digests) {
    if (tags.empty() && digests.empty()) return true;
    return tags.size() == 1 && tags[0] == "<none>:<none>" && digests.size() == 1 &&
           digests[0] == "<none>@<none>";
}

// The names an image is listed under. With digests each tag has a row for each digest of its
// repository; a repository known only by digests has rows of its own.
std::vector<Reference> image_names(const Json& image, bool digests) {
    constexpr std::string_view kNone = "<none>";
    const std::vector<std::string> tag_texts = text_list(image, "RepoTags");
    const std::vector<std::string> digest_texts = text_list(image, "RepoDigests");
    const std::string none(kNone);
    if (is_dangling(tag_texts, digest_texts)) return {{none, none, none}};
    std::vector<Reference> tagged;
    tagged.reserve(tag_texts.size());
    for (const std::string& text : tag_texts)
        tagged.push_back(cut_reference(text));
    // All tags of a repository stand together, at the place of its first.
    std::vector<std::string> repositories;
    for (const Reference& tag : tagged) {
        if (std::find(repositories.begin(), repositories.end(), tag.name) == repositories.end())
            repositories.push_back(tag.name);
    }
    std::vector<Reference> known;
    known.reserve(digest_texts.size());
    for (const std::string& text : digest_texts)
        known.push_back(cut_reference(text));
    std::vector<Reference> names;
    for (const std::string& repository : repositories) {
        for (const Reference& tag : tagged) {
            if (tag.name != repository) continue;
            bool any = false;
            for (const Reference& digest : known) {
                if (!digests || digest.name != repository) continue;
                names.push_back({tag.name, tag.tag, digest.digest});
                any = true;
            }
            if (!any) names.push_back({tag.name, tag.tag, none});
        }
    }
    for (const Reference& digest : known) {
        if (std::find(repositories.begin(), repositories.end(), digest.name) != repositories.end())
            continue;
        names.push_back({digest.name, none, digests ? digest.digest : std::string()});
        if (!digests) repositories.push_back(digest.name);
    }
    return names;
}

// Networks and volumes are sorted by name before they are printed.
void sort_by_name(std::vector<Row>& rows) {
    const auto name = [](const Row& row) -> std::string_view {
        for (const Cell& cell : row.cells) {
            if (cell.name == "Name") return cell.text;
        }
        return {};
    };
    std::stable_sort(rows.begin(), rows.end(), [&name](const Row& a, const Row& b) {
        return natural_less(name(a), name(b));
    });
}

std::string share_text(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return human_size(part);
    return fmt::format("{} ({}%)", human_size(part), part * 100 / whole);
}

Row usage_row(std::string type,
              std::int64_t total,
              std::int64_t active,
              std::int64_t size,
              std::string reclaimable) {
    Row row;
    row.add("Active", std::to_string(active));
    row.add("Reclaimable", std::move(reclaimable));
    row.add("Size", human_size(size));
    row.add("TotalCount", std::to_string(total));
    row.add("Type", std::move(type));
    return row;
}

Row image_usage(const Json& usage) {
    const Json& images = member(usage, "Images");
    const std::int64_t whole = number_member(usage, "LayersSize");
    std::int64_t active = 0;
    std::int64_t used = 0;
    for (const Json& image : images) {
        const std::int64_t containers = number_member(image, "Containers");
        const std::int64_t size = number_member(image, "Size");
        const std::int64_t shared = number_member(image, "SharedSize");
        active += containers > 0 ? 1 : 0;
        if (containers != 0 && size != -1 && shared != -1) used += size - shared;
    }
    return usage_row("Images",
                     static_cast<std::int64_t>(images.size()),
                     active,
                     whole,
                     share_text(whole - used, whole));
}

Row container_usage(const Json& usage) {
    const Json& containers = member(usage, "Containers");
    std::int64_t active = 0;
    std::int64_t whole = 0;
    std::int64_t reclaimable = 0;
    for (const Json& container : containers) {
        const std::string state = text_member(container, "State");
        const bool alive = state == "running" || state == "paused" || state == "restarting";
        const std::int64_t size = number_member(container, "SizeRw");
        active += alive ? 1 : 0;
        whole += size;
        reclaimable += alive ? 0 : size;
    }
    return usage_row("Containers",
                     static_cast<std::int64_t>(containers.size()),
                     active,
                     whole,
                     share_text(reclaimable, whole));
}

Row volume_usage(const Json& usage) {
    const Json& volumes = member(usage, "Volumes");
    std::int64_t active = 0;
    std::int64_t whole = 0;
    std::int64_t reclaimable = 0;
    for (const Json& volume : volumes) {
        const Json& data = member(volume, "UsageData");
        const std::int64_t references = number_member(data, "RefCount");
        const std::int64_t size = number_member(data, "Size");
        active += references > 0 ? 1 : 0;
        if (size == -1) continue;
        whole += size;
        reclaimable += references == 0 ? size : 0;
    }
    return usage_row("Local Volumes",
                     static_cast<std::int64_t>(volumes.size()),
                     active,
                     whole,
                     share_text(reclaimable, whole));
}

Row build_cache_usage(const Json& usage) {
    const Json& records = member(usage, "BuildCache");
    const std::int64_t whole = number_member(usage, "BuilderSize");
    std::int64_t active = 0;
    std::int64_t used = 0;
    for (const Json& record : records) {
        if (!flag_member(record, "InUse")) continue;
        ++active;
        if (!flag_member(record, "Shared")) used += number_member(record, "Size");
    }
    return usage_row("Build Cache",
                     static_cast<std::int64_t>(records.size()),
                     active,
                     whole,
                     human_size(whole - used));
}

}  // namespace

std::string familiar_name(std::string_view reference) {
    const Reference parts = cut_reference(reference);
    std::string name = parts.name;
    if (!parts.tag.empty()) name += ":" + parts.tag;
    if (!parts.digest.empty()) name += "@" + parts.digest;
    return name;
}

std::vector<Row> container_rows(const nlohmann::ordered_json& containers, RowOptions options) {
    std::vector<Row> rows;
    for (const Json& container : containers)
        rows.push_back(container_row(container, options));
    return rows;
}

std::vector<Row> image_rows(const nlohmann::ordered_json& images,
                            RowOptions options,
                            bool digests) {
    std::vector<Row> rows;
    for (const Json& image : images) {
        for (const Reference& name : image_names(image, digests))
            rows.push_back(image_row(image, name, options));
    }
    return rows;
}

std::vector<Row> history_rows(const nlohmann::ordered_json& history,
                              RowOptions options,
                              bool human) {
    constexpr std::int64_t kYear2000 = 946'684'800;
    std::vector<Row> rows;
    for (const Json& layer : history) {
        const std::int64_t created = number_member(layer, "Created");
        const std::int64_t size = number_member(layer, "Size");
        const std::string moment = rfc3339(from_unix(created));
        std::string by = text_member(layer, "CreatedBy");
        std::replace(by.begin(), by.end(), '\t', ' ');
        Row row;
        row.add("Comment", text_member(layer, "Comment"));
        row.add("CreatedAt", moment);
        row.add("CreatedBy", options.truncate ? ellipsis(by, 45) : by);
        row.add("CreatedSince",
                !human                 ? moment
                : created <= kYear2000 ? "N/A"
                                       : ago(created, options.now));
        row.add("ID", id_text(text_member(layer, "Id"), options.truncate));
        row.add("Size", human ? human_size(size, 3) : std::to_string(size));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> volume_rows(const nlohmann::ordered_json& volumes) {
    std::vector<Row> rows;
    for (const Json& volume : volumes) {
        const Json& usage = member(volume, "UsageData");
        Row row;
        row.labels = labels_of(volume);
        row.add("Availability", "N/A");
        row.add("Driver", text_member(volume, "Driver"));
        row.add("Group", "N/A");
        row.add("Labels", joined(*row.labels));
        row.add("Links",
                usage.is_null() ? "N/A" : std::to_string(number_member(usage, "RefCount")));
        row.add("Mountpoint", text_member(volume, "Mountpoint"));
        row.add("Name", text_member(volume, "Name"));
        row.add("Scope", text_member(volume, "Scope"));
        row.add("Size", usage.is_null() ? "N/A" : human_size(number_member(usage, "Size")));
        row.add("Status", "N/A");
        rows.push_back(std::move(row));
    }
    sort_by_name(rows);
    return rows;
}

std::vector<Row> network_rows(const nlohmann::ordered_json& networks, RowOptions options) {
    const auto flag = [](bool truth) { return std::string(truth ? "true" : "false"); };
    std::vector<Row> rows;
    for (const Json& network : networks) {
        const std::optional<Time> created = parse_rfc3339(text_member(network, "Created"));
        Row row;
        row.labels = labels_of(network);
        row.add("CreatedAt", created ? go_time_text(*created) : std::string(kZeroTimeText));
        row.add("Driver", text_member(network, "Driver"));
        row.add("ID", id_text(text_member(network, "Id"), options.truncate));
        row.add("IPv4", flag(flag_member(network, "EnableIPv4")));
        row.add("IPv6", flag(flag_member(network, "EnableIPv6")));
        row.add("Internal", flag(flag_member(network, "Internal")));
        row.add("Labels", joined(*row.labels));
        row.add("Name", text_member(network, "Name"));
        row.add("Scope", text_member(network, "Scope"));
        rows.push_back(std::move(row));
    }
    sort_by_name(rows);
    return rows;
}

std::vector<Row> disk_usage_rows(const nlohmann::ordered_json& disk_usage) {
    return {image_usage(disk_usage),
            container_usage(disk_usage),
            volume_usage(disk_usage),
            build_cache_usage(disk_usage)};
}

StatsFacts stats_facts(const nlohmann::ordered_json& stats) {
    StatsFacts facts;
    facts.name = text_member(stats, "name");
    if (facts.name.starts_with("/")) facts.name.erase(0, 1);
    facts.id = text_member(stats, "id");
    facts.container = facts.id;
    const Json& cpu = member(stats, "cpu_stats");
    const Json& before = member(stats, "precpu_stats");
    const auto used = [](const Json& of) {
        return number_member(member(of, "cpu_usage"), "total_usage");
    };
    const std::int64_t system =
        number_member(cpu, "system_cpu_usage") - number_member(before, "system_cpu_usage");
    const std::int64_t own = used(cpu) - used(before);
    const std::int64_t processors = number_member(cpu, "online_cpus");
    facts.cpu_percent =
        percentage(system > 0 && own > 0 ? own * std::max<std::int64_t>(processors, 1) : 0, system);
    const Json& memory = member(stats, "memory_stats");
    facts.memory_limit_bytes = number_member(memory, "limit");
    const std::int64_t usage = number_member(memory, "usage");
    // Pages of files that nobody uses any more do not count as used.
    const Json& parts = member(memory, "stats");
    const std::int64_t inactive = number_member(
        parts,
        parts.is_object() && parts.contains("total_inactive_file") ? "total_inactive_file"
                                                                   : "inactive_file");
    facts.memory_bytes = inactive < usage ? usage - inactive : usage;
    if (const Json& networks = member(stats, "networks"); networks.is_object()) {
        for (const Json& network : networks) {
            facts.network_received_bytes += number_member(network, "rx_bytes");
            facts.network_sent_bytes += number_member(network, "tx_bytes");
        }
    }
    if (const Json& blocks = member(member(stats, "blkio_stats"), "io_service_bytes_recursive");
        blocks.is_array()) {
        for (const Json& entry : blocks) {
            const std::string operation = text_member(entry, "op");
            const std::int64_t bytes = number_member(entry, "value");
            if (operation == "Read" || operation == "read") facts.block_read_bytes += bytes;
            if (operation == "Write" || operation == "write") facts.block_written_bytes += bytes;
        }
    }
    facts.processes = number_member(member(stats, "pids_stats"), "current");
    return facts;
}

Row stats_row(const StatsFacts& facts, bool truncate) {
    constexpr std::string_view kUnknown = "--";
    const auto known = [&facts, kUnknown](std::string text) {
        return facts.known ? std::move(text) : std::string(kUnknown);
    };
    const auto pair = [](const std::string& a, const std::string& b) { return a + " / " + b; };
    Row row;
    row.add("BlockIO",
            known(pair(human_size(facts.block_read_bytes, 3),
                       human_size(facts.block_written_bytes, 3))));
    row.add("CPUPerc", known(facts.cpu_percent));
    row.add("Container", facts.container);
    row.add("ID", id_text(facts.id, truncate));
    row.add("MemPerc", known(percentage(facts.memory_bytes, facts.memory_limit_bytes)));
    row.add("MemUsage",
            facts.known ? pair(bytes_size(facts.memory_bytes), bytes_size(facts.memory_limit_bytes))
                        : "-- / --");
    row.add("Name", facts.name.empty() ? std::string(kUnknown) : facts.name);
    row.add("NetIO",
            known(pair(human_size(facts.network_received_bytes, 3),
                       human_size(facts.network_sent_bytes, 3))));
    row.add("PIDs", known(std::to_string(facts.processes)));
    return row;
}

Row compose_container_row(const ComposeContainerFacts& facts, RowOptions options) {
    std::vector<std::string> mounts;
    for (const std::string& mount : facts.mounts)
        mounts.push_back(options.truncate ? ellipsis(mount, 15) : mount);
    Row row;
    row.labels = facts.labels;
    row.add("Command", command_column(facts.command, options.truncate));
    row.add("CreatedAt", go_time_text(from_unix(facts.created_unix_seconds)));
    row.cells.push_back({"ExitCode", std::to_string(facts.exit_code), Cell::Kind::Json});
    row.add("Health", facts.health);
    row.add("ID", id_text(facts.id, options.truncate));
    row.add("Image", facts.image);
    row.add("Labels", joined(facts.labels));
    row.add("LocalVolumes", std::to_string(facts.local_volumes));
    row.add("Mounts", fmt::format("{}", fmt::join(mounts, ",")));
    row.add("Name", facts.name);
    row.add("Names", facts.name);
    row.add("Networks", fmt::format("{}", fmt::join(facts.networks, ",")));
    row.add("Ports", facts.ports);
    row.add("Project", facts.project);
    row.cells.push_back({"Publishers", facts.publishers_json, Cell::Kind::Json});
    row.add("RunningFor", ago(facts.created_unix_seconds, options.now));
    row.add("Service", facts.service);
    row.add("Size", "0B");
    row.add("State", facts.state);
    row.add("Status", facts.status);
    return row;
}

}  // namespace podium::format
