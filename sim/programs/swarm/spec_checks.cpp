// Checks of flags' values for parts of a service's spec, and what the swarm and the registry know of them.

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/spec_parts.hpp"

namespace podium::programs::docker {
namespace {

template <class T>
std::string sentence(const Result<T>& result) {
    return result ? std::string() : result.error().message;
}

}  // namespace

std::string check_mount_part(const std::string& value) { return sentence(mount_part(value, "/")); }
std::string check_port(const std::string& value) { return sentence(port_parts(value)); }
// pflag, ipNetSliceValue: quotes are dropped, and each of the list is a network.
Result<std::vector<std::string>> address_pools(const std::string& text) {
    std::string plain;
    for (const char c : text)
        if (c != '"' && c != '\'' && c != '`') plain += c;
    std::vector<std::string> out;
    for (const std::string& pool : split(plain, ',')) {
        const auto subnet = model::parse_subnet(trim(pool));
        if (!subnet) return Error{fmt::format("invalid string being converted to CIDR: {}", pool), {}, {}};
        out.push_back(subnet->text());
    }
    return out;
}

std::string check_address_pools(const std::string& value) { return sentence(address_pools(value)); }

std::string check_service_network(const std::string& value) { return sentence(network_part(value)); }
std::string check_secret(const std::string& value) { return sentence(file_reference(value, "SecretName")); }

std::string check_generic(const std::string& value) {
    return value.find('=') == std::string::npos ? fmt::format("invalid generic-resource format `{}` expected `name=value`", value) : std::string();
}

std::string check_preference(const std::string& value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0) return "placement preference must be of the format \"<strategy>=<arg>\"";
    if (value.substr(0, equals) == "spread") return {};
    return fmt::format("unsupported placement preference {} (only spread is supported)", value.substr(0, equals));
}

std::string check_unsigned(const std::string& value) {
    std::int64_t number = 0;
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos && parse_integer(value, number)) return {};
    return fmt::format("strconv.ParseUint: parsing {}: invalid syntax", in_quotes(value));
}

std::string check_ratio(const std::string& value) {
    const std::string digits = value.starts_with('-') || value.starts_with('+') ? value.substr(1) : value;
    const bool number = digits.find_first_of("0123456789") != std::string::npos && digits.find_first_not_of("0123456789.") == std::string::npos && digits.find('.') == digits.rfind('.');
    return number ? std::string() : fmt::format("strconv.ParseFloat: parsing {}: invalid syntax", in_quotes(value));
}

std::string check_cpus(const std::string& value) {
    std::int64_t nano_cpus = 0;
    return parse_cpus(value, nano_cpus);
}

std::string check_positive_duration(const std::string& value) {
    const auto duration = parse_duration(value);
    return duration && duration->nanoseconds < 0 ? "duration cannot be negative" : std::string();
}

std::optional<Result<Json>> resolve_files(Talk& talk, const Json& references, std::string_view what) {
    const char* const name_member = what == "secret" ? "SecretName" : "ConfigName";
    const char* const id_member = what == "secret" ? "SecretID" : "ConfigID";
    if (references.empty()) return Result<Json>(Json::array());
    std::map<std::string, const Json*> by_target;
    std::vector<std::string> filters;
    for (const Json& reference : references) {
        const std::string name = text_at(reference, name_member);
        if (!by_target.try_emplace(text_at(reference, "File.Name"), &reference).second)
            return Result<Json>(Error{fmt::format("duplicate {} target for {} not allowed", what, name), {}, {}});
        filters.push_back("name=" + name);
    }
    const Reply* reply = talk.ask(target_of("GET", fmt::format("/{}s", what), {filters_of(filters)}));
    if (reply == nullptr) return std::nullopt;
    if (!reply->ok()) return Result<Json>(Error{reply->error(), {}, {}});
    std::map<std::string, std::string> ids;
    for (const Json& found : reply->value()) ids[text_at(found, "Spec.Name")] = text_at(found, "ID");
    Json out = Json::array();
    for (const auto& [target, reference] : by_target) {
        const std::string name = text_at(*reference, name_member);
        const auto id = ids.find(name);
        if (id == ids.end()) return Result<Json>(Error{fmt::format("{} not found: {}", what, name), {}, {}});
        out.push_back(Json{{"File", at(*reference, "File")}, {id_member, id->second}, {name_member, name}});
    }
    return Result<Json>(std::move(out));
}

std::string tagged_image(const std::string& image) {
    if (image.find('@') != std::string::npos || image.empty()) return image;
    std::string name = image;
    for (const std::string_view prefix : {"docker.io/library/", "docker.io/"}) {
        if (!name.starts_with(prefix)) continue;
        name.erase(0, prefix.size());
        break;
    }
    const std::size_t colon = name.rfind(':');
    const bool tagged = colon != std::string::npos && name.find('/', colon) == std::string::npos;
    return tagged ? name : name + ":latest";
}

std::optional<std::string> resolve_image(Talk& talk, Json& task) {
    const std::string image = text_at(task, "ContainerSpec.Image");
    const Reply* reply = talk.ask(target_of("GET", fmt::format("/distribution/{}/json", image)));
    if (reply == nullptr) return std::nullopt;
    const std::string digest = text_at(reply->value(), "Descriptor.digest");
    if (!reply->ok() || digest.empty()) {
        return fmt::format("image {} could not be accessed on a registry to record\nits digest. Each node will access {} independently,\npossibly leading to different nodes running "
                           "different\nversions of the image.\n",
                           image, image);
    }
    if (image.find('@') == std::string::npos) task["ContainerSpec"]["Image"] = image + "@" + digest;
    Json platforms = Json::array();
    for (const Json& platform : at(reply->value(), "Platforms")) {
        // Nodes call their kind of ARM by another name than images do.
        Json row = Json::object();
        if (const std::string architecture = text_at(platform, "architecture"); lower(architecture) != "arm") put(row, "Architecture", architecture);
        put(row, "OS", text_at(platform, "os"));
        platforms.push_back(std::move(row));
    }
    if (!platforms.empty()) task["Placement"]["Platforms"] = std::move(platforms);
    return std::string();
}

}  // namespace podium::programs::docker
