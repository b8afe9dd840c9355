#include "sim/programs/compose_file/python_service_values.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/python_words.hpp"

namespace podium::compose {
namespace {

bool is_python_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Python's float(), of what can become a whole number.
bool is_python_finite(std::string_view written) {
    std::string_view text = trim(written);
    if (text.starts_with("+") && !text.starts_with("+-")) text.remove_prefix(1);
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc{} && stop == end && std::isfinite(value);
}

// docker-py 5.0.3, utils.py, parse_bytes: a number and one of the units b, k, m, g and t, which may
// have a b behind it.
bool is_python_bytes(std::string_view text) {
    if (text.empty()) return true;
    const auto is_b = [](char c) { return c == 'b' || c == 'B'; };
    if (text.size() > 1 && is_python_letter(text[text.size() - 2]) && is_b(text.back()))
        text.remove_suffix(1);
    const char unit = text.back();
    if (unit >= '0' && unit <= '9') return is_python_finite(text);
    if (std::string_view("bkmgtBKMGT").find(unit) == std::string_view::npos) return false;
    return is_python_finite(text.substr(0, text.size() - 1));
}

// Python's int() of a decimal number.
bool is_python_whole(std::string_view written) {
    std::string_view text = trim(written);
    if (text.starts_with("-") || text.starts_with("+")) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<void> check_rates_of(const Node& config, std::string_view key, bool bytes) {
    const Node* rates = config.find(key);
    if (rates == nullptr) return {};
    for (const Node& item : rates->items) {
        const Node* rate = item.find("rate");
        if (rate == nullptr || !rate->is_string()) continue;
        if (bytes ? is_python_bytes(rate->text) : is_python_whole(rate->text)) continue;
        return Error{bytes ? fmt::format("Invalid format for bytes value: \"{}\"", rate->text)
                           : fmt::format("Invalid IOPS value: \"{}\". Must be a positive integer.",
                                         rate->text),
                     rate->place,
                     bytes ? "write a size such as 10m" : "write a whole number"};
    }
    return {};
}

}  // namespace

Result<void> check_python_rates(const Node& service) {
    const Node* config = service.find("blkio_config");
    if (config == nullptr) return {};
    for (const std::string_view key : {"device_read_bps", "device_write_bps"}) {
        if (const Result<void> done = check_rates_of(*config, key, true); !done) return done;
    }
    for (const std::string_view key : {"device_read_iops", "device_write_iops"}) {
        if (const Result<void> done = check_rates_of(*config, key, false); !done) return done;
    }
    return {};
}

Result<void> check_python_volumes_from(const Node& service) {
    const Node* sources = service.find("volumes_from");
    if (sources == nullptr) return {};
    for (const Node& source : sources->items) {
        const std::vector<std::string> parts = split(source.text, ':');
        if (parts.size() > 3) {
            return Error{fmt::format("volume_from {} has incorrect format, should be one of "
                                     "'<service name>[:<mode>]' or "
                                     "'container:<container name>[:<mode>]'",
                                     source.text),
                         source.place,
                         "write SERVICE[:MODE]"};
        }
        if (parts.size() < 3 || parts[0] == "service" || parts[0] == "container") continue;
        return Error{
            fmt::format("Unknown volumes_from type '{}' in '{}'", parts[0], source.text),
            source.place,
            "write SERVICE[:MODE]"};
    }
    return {};
}

Result<void> check_python_tmpfs(const Node& service) {
    const Node* volumes = service.find("volumes");
    if (volumes == nullptr) return {};
    for (const Node& item : volumes->items) {
        const Node* type = item.find("type");
        const Node* source = item.find("source");
        if (type == nullptr || type->text != "tmpfs") continue;
        if (source == nullptr || is_python_false(*source)) continue;
        return Error{"tmpfs mounts can not specify a source",
                     source->place,
                     "take the source out: a tmpfs begins empty"};
    }
    return {};
}

}  // namespace podium::compose
