#include "sim/programs/compose_file/canonical.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose_file/merge.hpp"

namespace podium::compose {
namespace {

void list_from_scalar(Node* node) {
    if (node == nullptr || !node->is_scalar()) return;
    Node list = sequence_node(node->place);
    list.items.push_back(*node);
    *node = std::move(list);
}

// A list of names becomes a mapping of those names.
void mapping_from_list(Node* node, bool dependency) {
    if (node == nullptr || !node->is_sequence()) return;
    Node mapping = mapping_node(node->place);
    for (const Node& item : node->items) {
        Node value = null_node(item.place);
        if (dependency) {
            value = mapping_node(item.place);
            value.set("condition", string_node("service_started", item.place));
            value.set("required", boolean_node(true, item.place));
        }
        mapping.set(item.text, std::move(value));
    }
    *node = std::move(mapping);
}

void file_mounts(Node* list) {
    if (list == nullptr) return;
    for (Node& item : list->items) {
        if (!item.is_scalar()) continue;
        Node mapping = mapping_node(item.place);
        mapping.set("source", item);
        item = std::move(mapping);
    }
}

void environment_files(Node* node) {
    list_from_scalar(node);
    if (node == nullptr) return;
    for (Node& item : node->items) {
        if (item.is_scalar()) {
            Node mapping = mapping_node(item.place);
            mapping.set("path", item);
            item = std::move(mapping);
        }
        if (item.is_mapping() && item.find("required") == nullptr) {
            item.set("required", boolean_node(true, item.place));
        }
    }
}

Result<void> device_mappings(Node* node, bool raw) {
    if (node == nullptr) return {};
    for (Node& item : node->items) {
        if (!item.is_scalar()) continue;
        std::vector<std::string> parts = split(item.text, ':');
        if (parts.size() > 3 && raw) parts = {""};
        if (parts.size() > 3) {
            return Error{"confusing device mapping, please use long syntax: " + item.text,
                         item.place,
                         "write source:, target: and permissions:"};
        }
        Node mapping = mapping_node(item.place);
        mapping.set("source", string_node(parts[0], item.place));
        const std::string target = parts.size() > 1 && !parts[1].empty() ? parts[1] : parts[0];
        mapping.set("target", string_node(target, item.place));
        mapping.set("permissions", string_node(parts.size() > 2 ? parts[2] : "rwm", item.place));
        item = std::move(mapping);
    }
    return {};
}

void take_mount_option(Node& mount, const std::string& option, const Place& place) {
    const auto sub_mapping = [&](std::string_view key) -> Node& {
        if (Node* there = mount.find(key)) return *there;
        return mount.set(key, mapping_node(place));
    };
    if (option == "ro") {
        mount.set("read_only", boolean_node(true, place));
    } else if (option == "rw") {
        mount.erase("read_only");
    } else if (option == "nocopy") {
        sub_mapping("volume").set("nocopy", boolean_node(true, place));
    } else if (option == "z" || option == "Z") {
        sub_mapping("bind").set("selinux", string_node(option, place));
    } else if (option == "rprivate" || option == "private" || option == "rshared" ||
               option == "shared" || option == "rslave" || option == "slave") {
        sub_mapping("bind").set("propagation", string_node(option, place));
    }
    // The real parser ignores every other option without a word.
}

bool is_known_mount_option(const std::string& option) {
    static constexpr std::string_view kOptions[] = {"ro",
                                                    "rw",
                                                    "nocopy",
                                                    "z",
                                                    "Z",
                                                    "rprivate",
                                                    "private",
                                                    "rshared",
                                                    "shared",
                                                    "rslave",
                                                    "slave"};
    return std::find(std::begin(kOptions), std::end(kOptions), option) != std::end(kOptions);
}

Result<void> mounts(Node* node, Dialect dialect, std::vector<Warning>& warnings, bool raw) {
    if (node == nullptr) return {};
    for (Node& item : node->items) {
        if (!item.is_scalar()) continue;
        // 1.29.2, types.py, VolumeSpec.parse.
        if (dialect == Dialect::V1 && split(item.text, ':').size() > 3) {
            return Error{
                fmt::format("Volume {} has incorrect format, should be external:internal[:mode]",
                            item.text),
                item.place,
                "write [SOURCE:]TARGET[:OPTIONS]"};
        }
        const ShortMount parts = split_short_mount(item.text);
        if (!parts.problem.empty() && raw) continue;
        if (!parts.problem.empty())
            return Error{parts.problem, item.place, "write [SOURCE:]TARGET[:OPTIONS]"};
        Node mount = mapping_node(item.place);
        const bool bind = is_host_path(parts.source);
        mount.set("type", string_node(bind ? "bind" : "volume", item.place));
        if (!parts.source.empty()) mount.set("source", string_node(parts.source, item.place));
        mount.set("target", string_node(clean_path(parts.target), item.place));
        if (!parts.options.empty()) {
            for (const std::string& option : split(parts.options, ',')) {
                take_mount_option(mount, option, item.place);
                if (is_known_mount_option(option)) continue;
                warnings.push_back(
                    {fmt::format("the mount option '{}' of '{}' is ignored", option, item.text),
                     item.place,
                     true});
            }
        }
        Node* section = mount.find(bind ? "bind" : "volume");
        if (section == nullptr)
            section = &mount.set(bind ? "bind" : "volume", mapping_node(item.place));
        if (bind && section->find("create_host_path") == nullptr) {
            section->set("create_host_path", boolean_node(true, item.place));
        }
        item = std::move(mount);
    }
    return {};
}

Result<void> ports(Node* node, const Path& path, Dialect dialect, bool raw) {
    if (node == nullptr) return {};
    std::vector<Node> expanded;
    for (const Node& item : node->items) {
        if (!item.is_scalar()) {
            expanded.push_back(item);
            continue;
        }
        Result<std::vector<Node>> parsed = parse_short_port(
            item.text, item.place, dialect == Dialect::V1 ? kMaximumPythonPort : kMaximumPort);
        // compose-go, transform/ports.go: one that can't be read leaves all of them as they are
        // written.
        if (!parsed && raw) return {};
        if (!parsed) return parsed.error();
        for (Node& port : *parsed)
            expanded.push_back(std::move(port));
        if (expanded.size() > static_cast<std::size_t>(kMaximumPortRange)) {
            return Error{
                fmt::format("{} stand for more than {} ports", path_text(path), kMaximumPortRange),
                item.place,
                "write a smaller range"};
        }
    }
    node->items = std::move(expanded);
    return {};
}

Result<void> canonical_service(Node& service,
                               const std::string& name,
                               Dialect dialect,
                               std::vector<Warning>& warnings,
                               bool raw) {
    const Path path{"services", name};
    if (Node* build = service.find("build"); build != nullptr) {
        if (build->is_scalar()) {
            Node mapping = mapping_node(build->place);
            mapping.set("context", *build);
            *build = std::move(mapping);
        }
        file_mounts(build->find("secrets"));
    }
    mapping_from_list(service.find("depends_on"), true);
    mapping_from_list(service.find("networks"), false);
    mapping_from_list(service.find("models"), false);
    environment_files(service.find("env_file"));
    for (const std::string_view key : {"label_file", "dns", "dns_search", "tmpfs"})
        list_from_scalar(service.find(key));
    file_mounts(service.find("secrets"));
    file_mounts(service.find("configs"));
    if (Node* gpus = service.find("gpus"); gpus != nullptr && gpus->is_scalar()) {
        Node list = sequence_node(gpus->place);
        Node request = mapping_node(gpus->place);
        request.set("count", string_node("all", gpus->place));
        list.items.push_back(std::move(request));
        *gpus = std::move(list);
    }
    if (Node* develop = service.find("develop"); develop != nullptr) {
        if (Node* watch = develop->find("watch"); watch != nullptr) {
            for (Node& rule : watch->items) {
                list_from_scalar(rule.find("ignore"));
                list_from_scalar(rule.find("include"));
            }
        }
    }
    if (const Result<void> done = device_mappings(service.find("devices"), raw); !done) return done;
    if (const Result<void> done = mounts(service.find("volumes"), dialect, warnings, raw); !done)
        return done;
    return ports(service.find("ports"), path_of(path, "ports"), dialect, raw);
}

// `external: {name: x}`, which older files have.
Result<void> canonical_external(Node& resource,
                                const Path& path,
                                Dialect dialect,
                                std::vector<Warning>& warnings) {
    Node* external = resource.find("external");
    if (external == nullptr || !external->is_mapping()) return {};
    const Node* inner = external->find("name");
    const std::string inner_name = inner == nullptr ? "" : inner->text;
    const Place place = external->place;
    const Place name_place = inner == nullptr ? place : inner->place;
    const bool named = inner != nullptr;
    *external = boolean_node(true, place);
    if (!named) return {};
    // 1.29.2, config.py, load_mapping: it is the name, whatever stands beside it.
    if (dialect == Dialect::V1) {
        resource.set("name", string_node(inner_name, name_place));
        return {};
    }
    warnings.push_back(
        {fmt::format("{}: external.name is deprecated. Please set name and external: true",
                     path_text(path)),
         name_place,
         false});
    const Node* name = resource.find("name");
    if (name == nullptr) {
        resource.set("name", string_node(inner_name, name_place));
    } else if (name->text != inner_name) {
        return Error{
            fmt::format("{}: name and external.name conflict; only use name", path_text(path)),
            name_place,
            "take the name under external away"};
    }
    return {};
}

std::optional<int> port_number(std::string_view text, int maximum) {
    std::int64_t value = 0;
    if (!parse_integer(text, value) || text[0] == '-' || value > maximum) return std::nullopt;
    return static_cast<int>(value);
}

struct Range {
    int first = 0;
    int last = 0;
};

std::optional<Range> port_range(std::string_view text, int maximum) {
    const std::size_t dash = text.find('-');
    const auto first = port_number(text.substr(0, dash), maximum);
    const auto last =
        dash == std::string_view::npos ? first : port_number(text.substr(dash + 1), maximum);
    if (!first || !last || *last < *first) return std::nullopt;
    return Range{*first, *last};
}

bool is_ipv4(std::string_view text) {
    const std::vector<std::string> parts = split(text, '.');
    if (parts.size() != 4) return false;
    return std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
        std::int64_t value = 0;
        return !part.empty() && part.size() <= 3 && part[0] != '-' &&
               (part.size() == 1 || part[0] != '0') && parse_integer(part, value) && value <= 255;
    });
}

bool is_ipv6(std::string_view text) {
    if (text.find(':') == std::string_view::npos) return false;
    const std::size_t gap = text.find("::");
    if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos)
        return false;
    std::size_t groups = 0;
    const std::vector<std::string> parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string& part = parts[i];
        if (part.empty()) {
            const bool edge = i == 0 || i + 1 == parts.size();
            if (gap == std::string_view::npos) return false;
            if (edge && !(i == 0 ? gap == 0 : gap + 2 == text.size())) return false;
            continue;
        }
        if (i + 1 == parts.size() && is_ipv4(part)) {
            groups += 2;
            continue;
        }
        const bool hexadecimal = std::all_of(part.begin(), part.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        });
        if (!hexadecimal || part.size() > 4) return false;
        ++groups;
    }
    return gap == std::string_view::npos ? groups == 8 : groups < 8;
}

constexpr std::string_view kPortForm =
    "write [[IP:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL], in quotes";

}  // namespace

bool is_ip_address(std::string_view text) {
    return is_ipv4(text) || is_ipv6(text);
}

Result<std::vector<Node>> parse_short_port(const std::string& text,
                                           const Place& place,
                                           int maximum) {
    const auto refuse = [&](const std::string& message) {
        return Error{message, place, std::string(kPortForm)};
    };
    std::string rest = text;
    std::string protocol = "tcp";
    if (const std::size_t slash = rest.find('/'); slash != std::string::npos) {
        protocol = rest.substr(slash + 1);
        rest.resize(slash);
        if (protocol.empty()) protocol = "tcp";
    }
    // From the right: container port, host port, address; an IPv6 address keeps its colons.
    std::vector<std::string> parts = split(rest, ':');
    const std::string container = parts.back();
    parts.pop_back();
    std::string host;
    if (!parts.empty()) {
        host = parts.back();
        parts.pop_back();
    }
    std::string address = join(parts, ":");
    if (address.size() > 1 && address.front() == '[' && address.back() == ']') {
        address = address.substr(1, address.size() - 2);
    }
    if (!address.empty() && !is_ip_address(address))
        return refuse("invalid IP address: " + address);
    if (container.empty()) return refuse(fmt::format("no port specified: {}<empty>", text));
    const auto targets = port_range(container, maximum);
    if (!targets) return refuse("invalid containerPort: " + container);
    std::optional<Range> published;
    if (!host.empty()) {
        published = port_range(host, maximum);
        if (!published) return refuse("invalid hostPort: " + host);
        const bool one_of_many = targets->first == targets->last;
        if (!one_of_many && targets->last - targets->first != published->last - published->first) {
            return refuse(
                fmt::format("invalid ranges specified for container and host Ports: {} and {}",
                            container,
                            host));
        }
    }
    protocol = lower(protocol);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        return refuse("invalid proto: " + protocol);
    std::vector<Node> out;
    for (int target = targets->first; target <= targets->last; ++target) {
        Node port = mapping_node(place);
        port.set("mode", string_node("ingress", place));
        if (!address.empty()) port.set("host_ip", string_node(address, place));
        port.set("target", integer_node(target, place));
        if (published) {
            const bool pick =
                targets->first == targets->last && published->first != published->last;
            const std::string number =
                pick ? fmt::format("{}-{}", published->first, published->last)
                     : fmt::format("{}", published->first + target - targets->first);
            port.set("published", string_node(number, place));
        }
        port.set("protocol", string_node(protocol, place));
        out.push_back(std::move(port));
    }
    return out;
}

Result<void> canonicalise(Node& model, Dialect dialect, std::vector<Warning>& warnings, bool raw) {
    if (Node* services = model.find("services")) {
        for (Entry& entry : services->entries) {
            if (!entry.value.is_mapping()) continue;
            const Result<void> done =
                canonical_service(entry.value, entry.key, dialect, warnings, raw);
            if (!done) return done;
        }
    }
    for (const std::string_view section : {"networks", "volumes", "secrets", "configs"}) {
        Node* resources = model.find(section);
        if (resources == nullptr) continue;
        for (Entry& entry : resources->entries) {
            const Result<void> done =
                canonical_external(entry.value, {std::string(section), entry.key}, dialect, warnings);
            if (!done) return done;
        }
    }
    if (Node* includes = model.find("include")) {
        for (Node& item : includes->items) {
            if (!item.is_scalar()) continue;
            Node mapping = mapping_node(item.place);
            mapping.set("path", item);
            item = std::move(mapping);
        }
    }
    return {};
}

namespace {

void default_device_counts(Node* requests) {
    if (requests == nullptr) return;
    for (Node& request : requests->items) {
        if (request.is_mapping() && request.find("count") == nullptr &&
            request.find("device_ids") == nullptr) {
            request.set("count", string_node("all", request.place));
        }
    }
}

void service_defaults(Node& service) {
    if (Node* build = service.find("build"); build != nullptr && build->is_mapping()) {
        const Place place = build->place;
        if (build->find("context") == nullptr) build->set("context", string_node(".", place));
        if (build->find("dockerfile") == nullptr && build->find("dockerfile_inline") == nullptr) {
            build->set("dockerfile", string_node("Dockerfile", place));
        }
    }
    if (Node* secrets = service.find("secrets")) {
        for (Node& secret : secrets->items) {
            const Node* source = secret.find("source");
            if (source == nullptr || secret.find("target") != nullptr) continue;
            const std::string target = "/run/secrets/" + source->text;
            secret.set("target", string_node(target, secret.place));
        }
    }
    if (Node* list = service.find("ports")) {
        for (Node& port : list->items) {
            if (port.find("protocol") == nullptr)
                port.set("protocol", string_node("tcp", port.place));
            if (port.find("mode") == nullptr) port.set("mode", string_node("ingress", port.place));
        }
    }
    default_device_counts(service.find("gpus"));
    if (Node* deploy = service.find("deploy")) {
        if (Node* resources = deploy->find("resources")) {
            if (Node* reservations = resources->find("reservations"))
                default_device_counts(reservations->find("devices"));
        }
    }
}

}  // namespace

void set_defaults(Node& model) {
    Node* services = model.find("services");
    if (services == nullptr) return;
    for (Entry& entry : services->entries) {
        if (entry.value.is_mapping()) service_defaults(entry.value);
    }
}

namespace {

struct Resolver {
    const std::string& directory;
    const std::string& home;

    [[nodiscard]] std::string absolute(const std::string& path) const {
        if (path.empty()) return path;
        if (path == "~" || path.starts_with("~/")) return clean_path(home + path.substr(1));
        return resolve_path(directory, path);
    }

    void path(Node* node) const {
        if (node == nullptr) return;
        if (node->is_string()) node->text = absolute(node->text);
        for (Node& item : node->items) {
            if (item.is_mapping()) {
                path(item.find("path"));
            } else {
                path(&item);
            }
        }
    }

    // A build context may also be a repository or an archive elsewhere.
    void context(Node* node) const {
        if (node == nullptr || !node->is_string()) return;
        const std::string& text = node->text;
        const bool remote = text.find("://") != std::string::npos ||
                            text.starts_with("github.com/") || text.starts_with("git@") ||
                            text.starts_with("service:");
        if (!remote) path(node);
    }

    void mount(Node& node) const {
        if (node.is_string()) {
            const ShortMount parts = split_short_mount(node.text);
            if (!parts.problem.empty() || !is_host_path(parts.source) ||
                parts.source.starts_with("/"))
                return;
            if (parts.source[0] != '.' && parts.source[0] != '~') return;
            node.text = absolute(parts.source) + node.text.substr(parts.source.size());
            return;
        }
        const Node* type = node.find("type");
        if (type == nullptr || type->text != "bind") return;
        path(node.find("source"));
    }

    void service(Node& node) const {
        if (Node* build = node.find("build")) {
            if (build->is_string()) {
                context(build);
            } else {
                context(build->find("context"));
                if (Node* contexts = build->find("additional_contexts")) {
                    for (Entry& entry : contexts->entries)
                        context(&entry.value);
                }
            }
        }
        path(node.find("env_file"));
        path(node.find("label_file"));
        if (Node* extends = node.find("extends")) path(extends->find("file"));
        if (Node* develop = node.find("develop")) {
            if (Node* watch = develop->find("watch")) {
                for (Node& rule : watch->items)
                    path(rule.find("path"));
            }
        }
        if (Node* list = node.find("volumes")) {
            for (Node& item : list->items)
                mount(item);
        }
    }

    // The local driver's bind option names a directory of the host.
    void volume(Node& node) const {
        Node* options = node.find("driver_opts");
        if (options == nullptr) return;
        const Node* o = options->find("o");
        const Node* driver = node.find("driver");
        if (o == nullptr || o->text != "bind" || (driver != nullptr && driver->text != "local"))
            return;
        path(options->find("device"));
    }
};

}  // namespace

void resolve_paths(Node& model, const std::string& directory, const std::string& home) {
    const Resolver resolver{directory, home};
    if (Node* services = model.find("services")) {
        for (Entry& entry : services->entries)
            resolver.service(entry.value);
    }
    for (const std::string_view section : {"secrets", "configs"}) {
        Node* objects = model.find(section);
        if (objects == nullptr) continue;
        for (Entry& entry : objects->entries)
            resolver.path(entry.value.find("file"));
    }
    if (Node* volumes = model.find("volumes")) {
        for (Entry& entry : volumes->entries)
            resolver.volume(entry.value);
    }
}

}  // namespace podium::compose
