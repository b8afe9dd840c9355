#include "sim/programs/swarm/spec_parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/swarm/query.hpp"

namespace podium::programs::docker {
namespace {

struct Field {
    std::string key;
    std::string value;
    bool bare = false;
};

Field field_of(const std::string& text) {
    const std::size_t equals = text.find('=');
    return {lower(text.substr(0, equals)), equals == std::string::npos ? std::string() : text.substr(equals + 1), equals == std::string::npos};
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// What docker takes for the long form: a "name=value" somewhere in it.
bool is_long_form(const std::string& text) {
    for (std::size_t i = text.find('='); i != std::string::npos; i = text.find('=', i + 1))
        if (i > 0 && is_word(text[i - 1]) && i + 1 < text.size() && is_word(text[i + 1])) return true;
    return false;
}

bool parse_small(const std::string& text, std::int64_t most, std::int64_t& value) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos && parse_integer(text, value) && value <= most;
}

void set_pair(Json& object, const std::string& pair) {
    const std::size_t equals = pair.find('=');
    if (equals != 0 && !pair.empty()) object[pair.substr(0, equals)] = equals == std::string::npos ? "" : pair.substr(equals + 1);
}

// The fields of a mount's options, by what they begin with.
Result<bool> set_mount_option(Json& mount, const Field& field) {
    const std::string& key = field.key;
    const std::string& value = field.value;
    bool truth = true;
    if (key == "bind-propagation") {
        mount["BindOptions"]["Propagation"] = lower(value);
    } else if (key == "bind-nonrecursive") {
        if (!field.bare && !parse_switch(value, truth)) return wrong(fmt::format("invalid value for {}: {}", key, value));
        mount["BindOptions"]["NonRecursive"] = truth;
    } else if (key == "bind-recursive") {
        if (value == "disabled") mount["BindOptions"]["NonRecursive"] = true;
        else if (value == "writable") mount["BindOptions"]["ReadOnlyNonRecursive"] = true;
        else if (value == "readonly") mount["BindOptions"]["ReadOnlyForceRecursive"] = true;
        else if (value != "enabled") return wrong(fmt::format("invalid value for {}: {} (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")", key, value));
    } else if (key == "volume-nocopy") {
        if (!field.bare && !parse_switch(value, truth)) return wrong("invalid value for volume-nocopy: " + value);
        mount["VolumeOptions"]["NoCopy"] = truth;
    } else if (key == "volume-subpath") {
        mount["VolumeOptions"]["Subpath"] = value;
    } else if (key == "volume-label") {
        set_pair(mount["VolumeOptions"]["Labels"], value);
    } else if (key == "volume-driver") {
        mount["VolumeOptions"]["DriverConfig"]["Name"] = value;
    } else if (key == "volume-opt") {
        set_pair(mount["VolumeOptions"]["DriverConfig"]["Options"], value);
    } else if (key == "image-subpath") {
        mount["ImageOptions"]["Subpath"] = value;
    } else if (key == "tmpfs-size") {
        std::int64_t bytes = 0;
        if (!parse_size(value, bytes)) return wrong(fmt::format("invalid value for {}: {}", key, value));
        mount["TmpfsOptions"]["SizeBytes"] = bytes;
    } else if (key == "tmpfs-mode") {
        if (value.empty() || value.find_first_not_of("01234567") != std::string::npos || value.size() > 10) return wrong(fmt::format("invalid value for {}: {}", key, value));
        std::int64_t mode = 0;
        for (const char digit : value) mode = mode * 8 + (digit - '0');
        mount["TmpfsOptions"]["Mode"] = mode;
    } else {
        return false;
    }
    return true;
}

Result<bool> set_mount_member(Json& mount, const std::string& text, const std::string& directory) {
    const Field field = field_of(text);
    if (field.bare && field.key != "readonly" && field.key != "ro" && field.key != "volume-nocopy" && field.key != "bind-nonrecursive")
        return wrong(fmt::format("invalid field '{}' must be a key=value pair", text));
    if (field.key == "type") {
        mount["Type"] = lower(field.value);
    } else if (field.key == "source" || field.key == "src") {
        mount["Source"] = field.value.starts_with('.') ? resolve_path(directory, field.value) : field.value;
    } else if (field.key == "target" || field.key == "dst" || field.key == "destination") {
        mount["Target"] = field.value;
    } else if (field.key == "readonly" || field.key == "ro") {
        bool truth = true;
        if (!field.bare && !parse_switch(field.value, truth)) return wrong(fmt::format("invalid value for {}: {}", field.key, field.value));
        mount["ReadOnly"] = truth;
    } else if (field.key == "consistency") {
        mount["Consistency"] = lower(field.value);
    } else {
        const auto option = set_mount_option(mount, field);
        if (!option) return option.error();
        if (!*option) return wrong(fmt::format("unexpected key '{}' in '{}'", field.key, text));
    }
    return true;
}

Result<Json> long_port(const std::string& text) {
    Json port{{"Protocol", "tcp"}, {"TargetPort", 0}, {"PublishedPort", 0}, {"PublishMode", "ingress"}};
    for (const std::string& part : comma_fields(text)) {
        const Field field = field_of(lower(part));
        if (field.bare || field.key.empty()) return wrong("invalid field: " + part);
        std::int64_t number = 0;
        if (field.key == "protocol") {
            if (field.value != "tcp" && field.value != "udp" && field.value != "sctp") return wrong(fmt::format("invalid protocol value '{}'", field.value));
            port["Protocol"] = field.value;
        } else if (field.key == "mode") {
            if (field.value != "ingress" && field.value != "host") return wrong(fmt::format("invalid publish mode value ({}): must be either 'ingress' or 'host'", field.value));
            port["PublishMode"] = field.value;
        } else if (field.key == "target" || field.key == "published") {
            if (!parse_small(field.value, 65'535, number)) {
                const bool digits = !field.value.empty() && field.value.find_first_not_of("0123456789") == std::string::npos;
                return wrong(fmt::format("invalid {} port ({}): value must be an integer: {}", field.key, field.value, digits ? "value out of range" : "invalid syntax"));
            }
            port[field.key == "target" ? "TargetPort" : "PublishedPort"] = number;
        } else {
            return wrong("invalid field key: " + field.key);
        }
    }
    if (port["TargetPort"] == 0) return wrong("missing mandatory field 'target'");
    return port;
}

// As google/shlex: quotes, backslashes, and comments from a '#' at a word's beginning.
struct WordReader {
    std::vector<std::string> words;
    std::string word;
    bool open = false;

    void end() {
        if (open) words.push_back(word);
        word.clear();
        open = false;
    }
};

struct Order {
    std::string_view what;
    std::string_view members;
};

// The members of the API's structures as they stand there (api/types/swarm, api/types/mount, api/types/container of
// docker 28.2), by the name under which each is found.
constexpr std::array kOrders{
    Order{"", "Name Labels TaskTemplate Mode UpdateConfig RollbackConfig Networks EndpointSpec"},
    Order{"TaskTemplate", "ContainerSpec PluginSpec NetworkAttachmentSpec Resources RestartPolicy Placement Networks LogDriver ForceUpdate Runtime"},
    Order{"ContainerSpec", "Image Labels Command Args Hostname Env Dir User Groups Privileges Init StopSignal TTY OpenStdin ReadOnly Mounts StopGracePeriod "
                           "Healthcheck Hosts DNSConfig Secrets Configs Isolation Sysctls CapabilityAdd CapabilityDrop Ulimits OomScoreAdj"},
    Order{"Privileges", "CredentialSpec SELinuxContext Seccomp AppArmor NoNewPrivileges"},
    Order{"Resources", "Limits Reservations"},
    Order{"Limits", "NanoCPUs MemoryBytes Pids"},
    Order{"Reservations", "NanoCPUs MemoryBytes GenericResources"},
    Order{"RestartPolicy", "Condition Delay MaxAttempts Window"},
    Order{"Placement", "Constraints Preferences MaxReplicas Platforms"},
    Order{"UpdateConfig", "Parallelism Delay FailureAction Monitor MaxFailureRatio Order"},
    Order{"RollbackConfig", "Parallelism Delay FailureAction Monitor MaxFailureRatio Order"},
    Order{"EndpointSpec", "Mode Ports"},
    Order{"Ports", "Name Protocol TargetPort PublishedPort PublishMode"},
    Order{"Networks", "Target Aliases DriverOpts"},
    Order{"Mounts", "Type Source Target ReadOnly Consistency BindOptions VolumeOptions ImageOptions TmpfsOptions ClusterOptions"},
    Order{"BindOptions", "Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive"},
    Order{"VolumeOptions", "NoCopy Labels Subpath DriverConfig"},
    Order{"DriverConfig", "Name Options"},
    Order{"TmpfsOptions", "SizeBytes Mode Options"},
    Order{"Healthcheck", "Test Interval Timeout StartPeriod StartInterval Retries"},
    Order{"DNSConfig", "Nameservers Search Options"},
    Order{"Secrets", "File SecretID SecretName"},
    Order{"Configs", "File Runtime ConfigID ConfigName"},
    Order{"File", "Name UID GID Mode"},
    Order{"LogDriver", "Name Options"},
    Order{"Ulimits", "Name Hard Soft"},
};

}  // namespace

void put(Json& object, const char* name, Json value) {
    const bool empty = value.is_null() || (value.is_boolean() && !value.get<bool>()) || (value.is_number() && value == 0) ||
                       (value.is_string() && value.get_ref<const std::string&>().empty()) || (value.is_structured() && value.empty());
    if (!empty) object[name] = std::move(value);
    else if (object.is_object()) object.erase(name);
}

Json in_order(const Json& spec, std::string_view what) {
    if (spec.is_array()) {
        Json out = Json::array();
        for (const Json& item : spec) out.push_back(in_order(item, what));
        return out;
    }
    if (!spec.is_object()) return spec;
    Json out = Json::object();
    const auto order = std::find_if(kOrders.begin(), kOrders.end(), [what](const Order& one) { return one.what == what; });
    if (order != kOrders.end()) {
        for (const std::string& member : split_words(order->members))
            if (const auto found = spec.find(member); found != spec.end()) out[member] = in_order(*found, member);
    }
    // The rest are maps of names, or what a newer engine may have.
    std::map<std::string, const Json*> rest;
    for (const auto& [name, value] : spec.items())
        if (!out.contains(name)) rest[name] = &value;
    for (const auto& [name, value] : rest) out[name] = in_order(*value, name);
    return out;
}

Result<Json> mount_part(const std::string& text, const std::string& directory) {
    Json mount{{"Type", "volume"}};
    for (const std::string& field : comma_fields(text))
        if (auto set = set_mount_member(mount, field, directory); !set) return set.error();
    const std::string type = text_at(mount, "Type");
    if (type.empty()) return wrong("type is required");
    if (text_at(mount, "Target").empty()) return wrong("target is required");
    for (const auto& [member, kind] : {std::pair<const char*, const char*>{"VolumeOptions", "volume"}, {"ImageOptions", "image"}, {"BindOptions", "bind"}, {"TmpfsOptions", "tmpfs"}})
        if (mount.contains(member) && type != kind) return wrong(fmt::format("cannot mix '{}-*' options with mount type '{}'", kind, type));
    const bool read_only = flag_at(mount, "ReadOnly");
    if (flag_at(mount, "BindOptions.ReadOnlyNonRecursive") && !read_only) return wrong("option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction");
    if (flag_at(mount, "BindOptions.ReadOnlyForceRecursive")) {
        if (!read_only) return wrong("option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction");
        if (text_at(mount, "BindOptions.Propagation") != "rprivate") return wrong("option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction");
    }
    if (mount.contains("VolumeOptions") && !mount["VolumeOptions"].contains("DriverConfig")) mount["VolumeOptions"]["DriverConfig"] = Json::object();
    put(mount, "ReadOnly", read_only);
    return in_order(mount, "Mounts");
}

Result<std::vector<Json>> port_parts(const std::string& text) {
    if (is_long_form(text)) {
        auto port = long_port(text);
        if (!port) return port.error();
        put(*port, "PublishedPort", (*port)["PublishedPort"]);
        return std::vector<Json>{in_order(*port, "Ports")};
    }
    const auto bindings = parse_publish(text);
    if (!bindings) return bindings.error();
    std::vector<Json> out;
    for (const model::PortBinding& binding : *bindings) {
        if (!binding.host_ip.empty()) return wrong("hostip is not supported");
        const int last = std::max<int>(binding.host_port, binding.host_port_end);
        for (int published = binding.host_port; published <= last; ++published) {
            Json port{{"Protocol", binding.protocol}, {"TargetPort", binding.container_port}};
            put(port, "PublishedPort", published);
            port["PublishMode"] = "ingress";
            out.push_back(std::move(port));
        }
    }
    return out;
}

Result<Json> network_part(const std::string& text) {
    if (!is_long_form(text)) return Json{{"Target", text}};
    Json network = Json::object();
    for (const std::string& part : comma_fields(text)) {
        const Field field = field_of(lower(part));
        if (field.bare || field.key.empty()) return wrong("invalid field " + part);
        const std::string key(trim(field.key));
        const std::string value(trim(field.value));
        if (key == "name") {
            network["Target"] = value;
        } else if (key == "alias") {
            network["Aliases"].push_back(value);
        } else if (key == "driver-opt") {
            const std::size_t equals = value.find('=');
            if (equals == std::string::npos || equals == 0) return wrong("invalid key value pair format in driver options");
            network["DriverOpts"][std::string(trim(value.substr(0, equals)))] = std::string(trim(value.substr(equals + 1)));
        } else if (key != "ip" && key != "ip6" && key != "mac-address" && key != "link-local-ip" && key != "gw-priority") {
            // These are for containers alone; a service has no place for them.
            return wrong("invalid field key " + key);
        }
    }
    if (text_at(network, "Target").empty()) return wrong("network name/id is not specified");
    return in_order(network, "Networks");
}

Result<Json> file_reference(const std::string& text, std::string_view name_member) {
    const std::vector<std::string> fields = comma_fields(text);
    Json file{{"Name", ""}, {"UID", "0"}, {"GID", "0"}, {"Mode", 0444}};
    std::string source;
    if (fields.size() == 1 && fields.front().find('=') == std::string::npos) {
        source = fields.front();
        file["Name"] = source;
    } else {
        for (const std::string& part : fields) {
            const Field field = field_of(part);
            if (field.bare || field.key.empty()) return wrong(fmt::format("invalid field '{}' must be a key=value pair", part));
            if (field.key == "source" || field.key == "src") source = field.value;
            else if (field.key == "target") file["Name"] = field.value;
            else if (field.key == "uid") file["UID"] = field.value;
            else if (field.key == "gid") file["GID"] = field.value;
            else if (field.key == "mode") {
                const bool octal = field.value.size() > 1 && field.value.front() == '0';
                if (field.value.empty() || field.value.size() > 10 || field.value.find_first_not_of(octal ? "01234567" : "0123456789") != std::string::npos)
                    return wrong(fmt::format("invalid mode specified: strconv.ParseUint: parsing {}: invalid syntax", in_quotes(field.value)));
                std::int64_t mode = 0;
                for (const char digit : field.value) mode = mode * (octal ? 8 : 10) + (digit - '0');
                file["Mode"] = mode;
            } else {
                return wrong(fmt::format("invalid field in {} request: {}", name_member == "SecretName" ? "secret" : "config", field.key));
            }
        }
    }
    if (source.empty()) return wrong("source is required");
    if (text_at(file, "Name").empty()) file["Name"] = source;
    return Json{{"File", std::move(file)}, {std::string(name_member), source}};
}

Result<Json> ulimit_part(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return wrong("invalid ulimit argument: " + text);
    const std::vector<std::string> limits = split(text.substr(equals + 1), ':');
    std::int64_t soft = 0;
    std::int64_t hard = 0;
    if (limits.size() > 2) return wrong(fmt::format("too many limit value arguments - {}, can only have up to two, `soft[:hard]`", text.substr(equals + 1)));
    for (std::size_t i = 0; i < limits.size(); ++i)
        if (!parse_integer(limits[i], i == 0 ? soft : hard)) return wrong(fmt::format("strconv.ParseInt: parsing {}: invalid syntax", in_quotes(limits[i])));
    if (limits.size() == 1) hard = soft;
    if (hard != -1 && (soft == -1 || soft > hard)) return wrong(fmt::format("ulimit soft limit must be less than or equal to hard limit: {} > {}", soft, hard));
    return Json{{"Name", text.substr(0, equals)}, {"Hard", hard}, {"Soft", soft}};
}

Result<Json> generic_resource(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return wrong(fmt::format("invalid generic-resource format `{}` expected `name=value`", text));
    const std::string kind = text.substr(0, equals);
    const std::string amount = text.substr(equals + 1);
    std::int64_t value = 0;
    if (!parse_integer(amount, value))
        return wrong(fmt::format("invalid generic-resource request `{}={}`, Named Generic Resources is not supported for service create or update", kind, amount));
    return Json{{"DiscreteResourceSpec", {{"Kind", kind}, {"Value", value}}}};
}

Result<std::vector<std::string>> shell_words(const std::string& text) {
    WordReader out;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && quote != '\'') {
            if (++i == text.size()) return wrong("EOF found after escape character");
            out.word += text[i];
            out.open = true;
        } else if (quote != 0) {
            if (c == quote) quote = 0;
            else out.word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            out.open = true;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            out.end();
        } else if (c == '#' && !out.open) {
            i = std::min(text.find('\n', i), text.size());
        } else {
            out.word += c;
            out.open = true;
        }
    }
    if (quote != 0) return wrong("EOF found when expecting closing quote");
    out.end();
    return out.words;
}

Json pairs_object(const std::vector<std::string>& pairs) {
    std::map<std::string, std::string> sorted;
    for (const std::string& pair : pairs) {
        const std::size_t equals = pair.find('=');
        sorted[pair.substr(0, equals)] = equals == std::string::npos ? "" : pair.substr(equals + 1);
    }
    Json out = Json::object();
    for (const auto& [name, value] : sorted) out[name] = value;
    return out;
}

std::vector<std::string> capabilities(const std::vector<std::string>& given) {
    std::set<std::string> out;
    for (const std::string& one : given) {
        std::string name = upper(trim(one));
        if (name != "ALL" && name != "RESET" && !name.starts_with("CAP_")) name = "CAP_" + name;
        out.insert(name);
    }
    return {out.begin(), out.end()};
}

}  // namespace podium::programs::docker
