// A saved run: one text with version, seed, inputs and commands. Reading it back and running it gives
// the same facts, byte for byte.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/random.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 2;  // 2: fingerprints are of texts
constexpr std::size_t kMostBytes = 64U << 20;
constexpr std::string_view kKinds[] = {"line", "interrupt", "end-of-input", "signal", "inject", "lift", "engine-signal", "engine-start", "traffic", "traffic-stop", "write-file", "narrate", "scheduler"};

bool is_utf8(const std::string& bytes) {
    try {
        (void)Json(bytes).dump();
        return true;
    } catch (const Json::exception&) {
        return false;
    }
}

// A text as JSON has it. Bytes that are no UTF-8 would be lost there: each stands for the code point of its number.
Json json_of_bytes(const std::string& bytes) {
    if (is_utf8(bytes)) return bytes;
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xC0 | byte >> 6);
            text += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return {{"bytes", text}};
}

std::string bytes_of(const Json& json) {
    if (json.is_string()) return json;
    const std::string text = json.at("bytes");
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            bytes += text[i];
            continue;
        }
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
        bytes += static_cast<char>((byte & 0x03) << 6 | (next & 0x3F));
        ++i;
    }
    return bytes;
}

Json json_of(const SetUp& set_up) {
    Json out;
    for (const HostSetUp& host : set_up.hosts) {
        Json row;
        row["name"] = host.name;
        row["cpu_millicores"] = host.cpu_millicores;
        row["memory_bytes"] = host.memory_bytes;
        row["disk_bytes"] = host.disk_bytes;
        row["address"] = host.address;
        row["live_restore"] = host.live_restore;
        if (!host.zone.empty()) row["zone"] = host.zone;
        if (!host.labels.empty()) row["labels"] = host.labels;
        if (host.manager) row["manager"] = true;
        if (!host.closed_ports.empty()) row["closed_ports"] = host.closed_ports;
        out["hosts"].push_back(row);
    }
    if (!set_up.switches.empty()) out["switches"] = set_up.switches;
    if (set_up.swarm_formed) out["swarm_formed"] = true;
    out["links"] = Json::array();
    for (const LinkSetUp& link : set_up.links) {
        out["links"].push_back({{"first", link.first}, {"second", link.second}, {"latency_ns", link.latency.nanoseconds}, {"bits_per_second", link.bits_per_second}, {"loss_ppm", link.loss_ppm}});
    }
    out["files"] = Json::array();
    for (const HostFile& file : set_up.files) out["files"].push_back({{"host", file.host}, {"path", file.path}, {"content", json_of_bytes(file.content)}});
    out["images"] = set_up.images;
    out["only_image"] = set_up.only_image;
    out["environment"] = set_up.environment;
    out["directory"] = set_up.directory;
    out["program"] = set_up.program;
    out["services"] = Json::array();
    for (const ServiceSetUp& service : set_up.services) {
        Json row{{"name", service.name}, {"image", service.image}, {"container", service.container}};
        if (service.ports) row["ports"] = *service.ports;
        out["services"].push_back(row);
    }
    if (!set_up.scheduler.spread()) out["scheduler"] = {{"name", set_up.scheduler.name}, {"text", json_of_bytes(set_up.scheduler.text)}};
    out["catalogue"] = set_up.catalogue;
    return out;
}

SetUp set_up_of(const Json& json, std::uint64_t seed) {
    SetUp out;
    out.seed = seed;
    out.hosts.clear();
    for (const Json& row : json.at("hosts")) {
        HostSetUp host;
        host.name = row.at("name");
        host.cpu_millicores = row.at("cpu_millicores");
        host.memory_bytes = row.at("memory_bytes");
        host.disk_bytes = row.at("disk_bytes");
        host.address = row.at("address");
        host.live_restore = row.at("live_restore");
        host.zone = row.value("zone", std::string());
        if (row.contains("labels")) host.labels = row.at("labels").get<std::map<std::string, std::string>>();
        host.manager = row.value("manager", false);
        if (row.contains("closed_ports")) host.closed_ports = row.at("closed_ports").get<std::vector<std::string>>();
        out.hosts.push_back(host);
    }
    if (json.contains("switches")) out.switches = json.at("switches").get<std::vector<std::string>>();
    out.swarm_formed = json.value("swarm_formed", false);
    for (const Json& row : json.at("links")) {
        out.links.push_back({row.at("first"), row.at("second"), Duration{row.at("latency_ns").get<std::int64_t>()}, row.at("bits_per_second"), row.at("loss_ppm")});
    }
    for (const Json& row : json.at("files")) out.files.push_back({row.at("host"), row.at("path"), bytes_of(row.at("content"))});
    out.images = json.at("images").get<std::vector<std::string>>();
    out.only_image = json.at("only_image");
    out.environment = json.at("environment").get<std::vector<std::string>>();
    out.directory = json.at("directory");
    out.program = json.at("program");
    if (json.contains("services")) {
        for (const Json& row : json.at("services")) {
            ServiceSetUp service{row.at("name"), row.at("image"), row.at("container"), {}};
            if (row.contains("ports")) service.ports = row.at("ports").get<std::vector<int>>();
            out.services.push_back(std::move(service));
        }
    }
    if (json.contains("scheduler")) out.scheduler = {json.at("scheduler").at("name"), bytes_of(json.at("scheduler").at("text"))};
    out.catalogue = json.at("catalogue");
    return out;
}

constexpr Duration kLongestRun = hours(24 * 366 * 10);

Place place_at(const std::string& text, std::size_t byte, const std::string& filename);

// Where the value of the n-th member of a name is. Within a text its quotes would be escaped.
Place place_of_member(const std::string& text, const std::string& name, std::size_t number, const std::string& filename) {
    const std::string member = "\"" + name + "\":";
    std::size_t at = text.find(member);
    for (; number > 0 && at != std::string::npos; --number) at = text.find(member, at + 1);
    return at == std::string::npos ? Place{filename, 0, 0} : place_at(text, at + 1, filename);
}

bool is_whole(const Json& json, std::int64_t least, std::int64_t most) {
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(most))) return false;
    const auto value = json.get<std::int64_t>();
    return value >= least && value <= most;
}

// What somebody may have changed in a saved run and what would not be a run any more: in the order of the file.
Result<void> check_numbers(const Json& json, const std::string& text, const std::string& filename) {
    const std::string longest = "write a whole number of nanoseconds, 10 years at most";
    if (!is_whole(json.at("end_ns"), 0, kLongestRun.nanoseconds))
        return Error{fmt::format("the end can't be {}", json.at("end_ns").dump()), place_of_member(text, "end_ns", 0, filename), longest};
    std::vector<std::string> hosts;
    for (const Json& host : json.at("set_up").at("hosts")) hosts.push_back(host.at("name"));
    std::int64_t before = 0;
    std::size_t number = 0;
    for (const Json& row : json.at("commands")) {
        const Json& time = row.at("t_ns");
        const std::size_t command = number++;
        const auto place = [&] { return place_of_member(text, "t_ns", command, filename); };  // only of a wrong one: it reads from the start
        if (!is_whole(time, 0, kLongestRun.nanoseconds)) return Error{fmt::format("a command can't be given at {}", time.dump()), place(), longest};
        if (time.get<std::int64_t>() < before) return Error{fmt::format("the command at {} ns stands behind one at {} ns", time.dump(), before), place(), "put the commands in the order of their times"};
        before = time.get<std::int64_t>();
        const std::string session = row.at("session");
        const std::string host = session.substr(0, session.find('/'));
        if (host.empty() || std::find(hosts.begin(), hosts.end(), host) != hosts.end()) continue;
        return Error{fmt::format("a command is for the host '{}', and there is none", host), place(), fmt::format("the hosts are {}", join(hosts, ", "))};
    }
    number = 0;
    for (const Json& host : json.at("set_up").at("hosts")) {
        for (const char* name : {"cpu_millicores", "memory_bytes", "disk_bytes"}) {
            if (is_whole(host.at(name), 1, std::int64_t{1} << 50)) continue;
            return Error{fmt::format("{} can't be {}", name, host.at(name).dump()), place_of_member(text, name, number, filename), "write a whole number from 1 up"};
        }
        ++number;
    }
    return {};
}

// Where the byte of a text is that a parser stopped at; it counts from 1.
Place place_at(const std::string& text, std::size_t byte, const std::string& filename) {
    const std::string_view before = std::string_view(text).substr(0, byte == 0 ? 0 : byte - 1);
    const auto newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    return Place{filename, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(column)};
}

}  // namespace

std::string Session::save() const {
    Json out;
    out["podium"] = kFormat;
    out["seed"] = set_up_.seed;
    out["end_ns"] = now().nanoseconds;
    out["fingerprint"] = fmt::format("{:016x}", fingerprint());
    out["commands"] = Json::array();
    for (const Command& command : log_) {
        Json row;
        row["t_ns"] = command.time.nanoseconds;
        row["kind"] = std::string(kKinds[static_cast<std::size_t>(command.kind)]);
        row["session"] = command.session;
        row["text"] = json_of_bytes(command.text);
        if (!command.content.empty()) row["content"] = json_of_bytes(command.content);
        out["commands"].push_back(row);
    }
    out["set_up"] = json_of(set_up_);
    return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Session> Session::load(const std::string& text, const std::string& filename, scheduler::PolicyReader read_policy) {
    const Error wrong{"this is no saved run of Podium", Place{filename, 0, 0}, "make one with: podium run FILE --save NAME.podium"};
    if (text.size() > kMostBytes) return Error{"the saved run is larger than 64 MiB", Place{filename, 0, 0}, "save it again"};
    try {
        const Json json = Json::parse(text);
        if (!json.is_object() || !json.contains("podium")) return wrong;
        if (json.at("podium") != kFormat) {
            return Error{fmt::format("this run was saved by another version of Podium (format {}, this one reads {})", json.at("podium").dump(), kFormat), Place{filename, 0, 0}, "run it again from its Compose file"};
        }
        if (const Result<void> checked = check_numbers(json, text, filename); !checked) return checked.error();
        SetUp set_up = set_up_of(json.at("set_up"), json.at("seed").get<std::uint64_t>());
        set_up.read_policy = read_policy;
        auto session = create(std::move(set_up));
        if (!session) return session;
        for (const Json& row : json.at("commands")) {
            Command command;
            command.time = Time{row.at("t_ns").get<std::int64_t>()};
            const std::string kind = row.at("kind");
            const auto* found = std::find(std::begin(kKinds), std::end(kKinds), kind);
            if (found == std::end(kKinds) || command.time < Time{}) return wrong;
            command.kind = static_cast<CommandKind>(found - std::begin(kKinds));
            command.session = row.at("session");
            command.text = bytes_of(row.at("text"));
            if (row.contains("content")) command.content = bytes_of(row.at("content"));
            if (command.kind == CommandKind::Scheduler) {
                if (const Result<void> checked = session->check(command); !checked) return checked.error();
            }
            session->log_.push_back(std::move(command));
        }
        session->saved_fingerprint_ = json.at("fingerprint");
        session->saved_end_ = Time{json.at("end_ns").get<std::int64_t>()};
        return session;
    } catch (const Json::parse_error& error) {
        return Error{wrong.message + ", or it is damaged here", place_at(text, error.byte, filename), wrong.hint};
    } catch (const Json::exception&) {
        return Error{wrong.message + ": something in it is missing or of the wrong kind", Place{filename, 0, 0}, wrong.hint};
    }
}

}  // namespace podium::lab
