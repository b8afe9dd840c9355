// What the clients list: ps, images, top, port and ls.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/format/lists.hpp"
#include "sim/programs/format/table.hpp"
#include "sim/programs/format/texttable.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

bool named(const std::vector<std::string>& names, const std::string& service) {
    return names.empty() || std::find(names.begin(), names.end(), service) != names.end();
}

void sort_by_name(std::vector<Found>& containers) {
    std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Json& item : list) out.push_back(item.is_string() ? item.get<std::string>() : json_bytes(item));
    return out;
}

Json object_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_object() ? *found : Json::object();
}

std::string wrong_format(const std::string& wanted) { return fmt::format("format value {} could not be parsed: parsing failed", docker::in_quotes(wanted)); }

// An inspected container as docker-compose 1.29's `ps` has it.
std::vector<std::string> row_v1(const Json& inspected) {
    const Json config = object_in(inspected, "Config");
    const Json state = object_in(inspected, "State");
    format::StateFacts facts;
    facts.running = state.value("Running", false);
    facts.paused = state.value("Paused", false);
    facts.restarting = state.value("Restarting", false);
    facts.exit_code = state.value("ExitCode", 0);
    const Json health = object_in(state, "Health");
    if (health.contains("Status")) facts.health = health.value("Status", std::string());
    std::vector<format::BoundPort> ports;
    const Json bound = object_in(object_in(inspected, "NetworkSettings"), "Ports");
    for (const auto& [port, bindings] : bound.items()) {
        format::BoundPort one;
        one.port = port;
        if (bindings.is_array()) {
            for (const Json& binding : bindings) one.bindings.push_back({binding.value("HostIp", std::string()), binding.value("HostPort", std::string())});
        }
        ports.push_back(std::move(one));
    }
    std::string name = inspected.value("Name", std::string());
    if (name.starts_with("/")) name.erase(0, 1);
    const auto entrypoint = texts(config.value("Entrypoint", Json()));
    const auto command = texts(config.value("Cmd", Json()));
    return {name, format::compose_command(entrypoint, command), format::compose_state(facts), format::compose_ports(std::move(ports))};
}

class List final : public ComposeCommand<List, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::string check() override {
        if (std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return wrong;
        if (v1() && flags().on("quiet") && flags().on("services")) return "--quiet and --services cannot be combined";
        return read_filter();
    }
    void arrange() override {
        std::erase_if(found_, [this](const Found& found) { return !listed(found); });
        sort_by_name(found_);
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (flags().on("services")) return show_services(context);
            if (!v1()) return show_v2(context);
            if (flags().on("quiet")) return show_ids(context);
            for (const Found& found : found_) ask(request_for(model::Operation::ContainerInspect, found.id));
            round_ = 1;
            return Move::Go;
        }
        std::vector<std::vector<std::string>> rows;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const Json json = Json::parse(answer(i).body, nullptr, false);
            if (answer(i).ok() && json.is_object()) rows.push_back(row_v1(json));
        }
        const auto table = format::text_table({"Name", "Command", "State", "Ports"}, rows);
        if (!table) return fail(context, table.error().message);
        print(context, *table);
        return finish(0);
    }
    [[nodiscard]] std::vector<std::string> named_services() const override { return wish().arguments(); }

  private:
    [[nodiscard]] bool listed(const Found& found) const {
        const bool known = project().find_service(found.service) != nullptr;
        if (!named(wish().arguments(), found.service)) return false;
        const bool all = flags().on("all");
        if (v1()) {
            if (!known) return false;
            return !found.oneoff || found.running() || all;
        }
        if (found.oneoff && !all) return false;
        if (!known && !flags().on("orphans", true)) return false;
        std::vector<std::string> states = flags().all("status");
        if (!status_filter_.empty()) states.push_back(status_filter_);
        if (!states.empty()) return std::find(states.begin(), states.end(), found.state) != states.end();
        return all || found.running();
    }

    // --filter KEY=VALUE; what is wrong with it.
    std::string read_filter() {
        const std::string filter = flags().text("filter");
        if (filter.empty()) return {};
        const std::size_t equals = filter.find('=');
        const std::string key = filter.substr(0, equals);
        const std::string value = equals == std::string::npos ? std::string() : filter.substr(equals + 1);
        if (equals == std::string::npos) return v1() ? "Arguments to --filter should be in form KEY=VAL" : "arguments to --filter should be in form KEY=VAL";
        if (v1() && !flags().on("services")) return {};  // 1.29 looks at it with --services only
        if (key == "status") {
            const bool known = value == "running" || value == "stopped" || value == "paused" || value == "restarting";
            if (v1() && !known) return fmt::format("Invalid state: {}", value);
            status_filter_ = value;
            return {};
        }
        if (key == "source" && v1()) {
            if (value != "image" && value != "build") return fmt::format("Invalid value for source filter: {}", value);
            source_filter_ = value;
            return {};
        }
        if (key == "source") return "not implemented";  // docker compose's own answer (cmd/compose/ps.go)
        return v1() ? fmt::format("Invalid filter: {}", key) : fmt::format("unknown filter {}", key);
    }

    // 1.29's filter_services: a service is shown when one of its containers is in that state.
    [[nodiscard]] bool passes_v1(const compose::Service& service) const {
        if (!source_filter_.empty() && (source_filter_ == "build") != service.build.has_value()) return false;
        if (status_filter_.empty()) return true;
        return std::any_of(found_.begin(), found_.end(), [&](const Found& found) {
            if (found.service != service.name) return false;
            return status_filter_ == "stopped" ? !found.running() : status_filter_ == found.state;
        });
    }

    Move show_services(model::ProcessContext& context) {
        std::vector<std::string> services;
        if (v1()) {
            for (const compose::Service& service : project().services) {
                if (passes_v1(service)) services.push_back(service.name);
            }
            std::sort(services.begin(), services.end());
        } else {
            for (const Found& found : found_) {
                if (std::find(services.begin(), services.end(), found.service) == services.end()) services.push_back(found.service);
            }
        }
        print(context, join(services, "\n") + "\n");
        return finish(0);
    }

    Move show_ids(model::ProcessContext& context) {
        for (const Found& found : found_) print(context, found.id + "\n");
        return finish(0);
    }

    Move show_v2(model::ProcessContext& context) {
        if (flags().on("quiet")) return show_ids(context);
        std::vector<format::Row> rows;
        const format::RowOptions options{docker::host_time(context), !flags().on("no-trunc")};
        for (const Found& found : found_) rows.push_back(format::compose_container_row(facts_of(found), options));
        const std::string wanted = flags().text("format");
        const auto text = format::render_list(format::compose_container_list(), format::compose_container_format(wanted == "table" ? "" : wanted, false), rows);
        if (!text) return fail(context, text.error().message);
        print(context, *text);
        return finish(0);
    }

    [[nodiscard]] static format::ComposeContainerFacts facts_of(const Found& found) {
        format::ComposeContainerFacts facts;
        facts.id = found.id;
        facts.name = found.name;
        facts.project = found.project;
        facts.service = found.service;
        facts.image = found.image;
        facts.command = found.command;
        facts.state = found.state;
        facts.status = found.status;
        facts.health = found.health();
        facts.exit_code = found.state == "exited" ? found.exit_code() : 0;
        facts.created_unix_seconds = found.created;
        facts.ports = format::ports_column(found.ports);
        Json publishers = Json::array();
        for (const format::ListedPort& port : found.ports) {
            publishers.push_back(Json{{"URL", port.ip}, {"TargetPort", port.private_port}, {"PublishedPort", port.public_port}, {"Protocol", port.type}});
        }
        facts.publishers_json = json_bytes(publishers);
        for (const auto& [name, value] : found.labels) facts.labels.emplace_back(name, value);
        for (const FoundMount& mount : found.mounts) facts.mounts.push_back(mount.name.empty() ? mount.destination : mount.name);
        facts.networks = found.networks;
        facts.local_volumes = static_cast<std::int64_t>(std::count_if(found.mounts.begin(), found.mounts.end(), [](const FoundMount& mount) { return mount.type == "volume"; }));
        return facts;
    }

    std::string status_filter_;
    std::string source_filter_;
};

class Images final : public ComposeCommand<Images, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    void arrange() override {
        std::erase_if(found_, [this](const Found& found) { return (v1() && (found.oneoff || project().find_service(found.service) == nullptr)) || !named(wish().arguments(), found.service); });
        sort_by_name(found_);
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            for (const Found& found : found_) ask(request_for(model::Operation::ImageInspect, found.image_id));
            round_ = 1;
            return Move::Go;
        }
        std::vector<std::vector<std::string>> rows;
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const Json image = Json::parse(answer(i).body, nullptr, false);
            if (!answer(i).ok() || !image.is_object()) continue;
            rows.push_back(row(context, found_[i], image));
            ids.push_back(image.value("Id", std::string()));
        }
        return show(context, rows, ids);
    }

  private:
    std::vector<std::string> row(model::ProcessContext& context, const Found& found, const Json& image) {
        const std::string id = image.value("Id", std::string());
        const std::size_t colon = found.image.rfind(':');
        const bool tagged = colon != std::string::npos && found.image.find('/', colon) == std::string::npos;
        const std::string repository = found.image.substr(0, tagged ? colon : std::string::npos);
        const std::string tag = tagged ? found.image.substr(colon + 1) : "latest";
        const std::int64_t size = image.value("Size", std::int64_t{0});
        if (v1()) return {found.name, repository, tag, format::short_id(id), format::compose_size(size)};
        const Json metadata = object_in(image, "Metadata");
        const std::string tagged_at = metadata.value("LastTagTime", std::string());
        // cmd/compose/images.go of 2.40.3: as JSON an image that was never tagged here shows when it was made, in the table not.
        const bool never = tagged_at.empty() || tagged_at.starts_with("0001");
        const std::string created = image.value("Created", std::string());
        const std::string platform = image.value("Os", std::string("linux")) + "/" + image.value("Architecture", std::string("amd64"));
        json_.push_back(Json{{"ID", id}, {"ContainerName", found.name}, {"Repository", repository}, {"Tag", tag}, {"Platform", platform}, {"Size", size}, {"LastTagTime", never ? created : tagged_at}});
        // An engine that knows no time says the year 1, and Go's longest duration is 292 years.
        const auto moment = never ? std::nullopt : parse_rfc3339(tagged_at);
        const Duration age = moment ? docker::host_time(context) - *moment : Duration{INT64_MAX};
        return {found.name, repository, tag, platform, format::short_id(id), format::human_size(size, 3), format::human_duration(age) + " ago"};
    }

    Move show(model::ProcessContext& context, const std::vector<std::vector<std::string>>& rows, std::vector<std::string> ids) {
        if (flags().on("quiet")) {
            if (v1()) std::sort(ids.begin(), ids.end());
            std::vector<std::string> seen;
            for (const std::string& id : ids) {
                if (std::find(seen.begin(), seen.end(), id) == seen.end()) seen.push_back(id);
            }
            ids = seen;
            for (const std::string& id : ids) print(context, (id.starts_with("sha256:") ? id.substr(7) : id) + "\n");
            return finish(0);
        }
        if (v1()) {
            const auto table = format::text_table({"Container", "Repository", "Tag", "Image Id", "Size"}, rows);
            if (!table) return fail(context, table.error().message);
            print(context, *table);
            return finish(0);
        }
        const std::string wanted = lower(flags().text("format"));
        if (wanted == "json") {
            print(context, format::compact_json(json_) + "\n");
            return finish(0);
        }
        if (!wanted.empty() && wanted != "table" && wanted != "pretty") return fail(context, wrong_format(flags().text("format")));
        std::string text = "CONTAINER\tREPOSITORY\tTAG\tPLATFORM\tIMAGE ID\tSIZE\tCREATED\n";
        for (const auto& line : rows) text += join(line, "\t") + "\n";
        print(context, format::align_columns(text, {20, 3}));
        return finish(0);
    }

    Json json_ = Json::array();
};

class Top final : public ComposeCommand<Top, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    void arrange() override {
        std::erase_if(found_, [this](const Found& found) { return !found.running() || (v1() && project().find_service(found.service) == nullptr) || !named(wish().arguments(), found.service); });
        sort_by_name(found_);
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            for (const Found& found : found_) ask(request_for(model::Operation::ContainerTop, found.id));
            round_ = 1;
            return Move::Go;
        }
        return v1() ? show_v1(context) : show_v2(context);
    }

  private:
    Move show_v1(model::ProcessContext& context) {
        std::string text;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const Json json = Json::parse(answer(i).body, nullptr, false);
            if (!answer(i).ok() || !json.is_object()) continue;
            std::vector<std::vector<std::string>> rows;
            for (const Json& process : json.value("Processes", Json::array())) rows.push_back(texts(process));
            const auto table = format::text_table(texts(json.value("Titles", Json::array())), rows);
            if (!table) return fail(context, table.error().message);
            text += fmt::format("{}{}\n{}", text.empty() ? "" : "\n", found_[i].name, *table);
        }
        print(context, text);
        return finish(0);
    }

    Move show_v2(model::ProcessContext& context) {
        std::string text;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            if (!answer(i).ok()) return fail(context, answer(i));
            const Json json = Json::parse(answer(i).body, nullptr, false);
            if (!json.is_object() || json.value("Processes", Json::array()).empty()) continue;
            if (text.empty()) text = "SERVICE\t#\t" + join(texts(json.value("Titles", Json::array())), "\t") + "\n";
            for (const Json& process : json.value("Processes", Json::array())) {
                const auto number = found_[i].labels.find(kNumberLabel);
                text += fmt::format("{}\t{}\t{}\n", found_[i].service, number == found_[i].labels.end() ? std::string() : number->second, join(texts(process), "\t"));
            }
        }
        print(context, format::align_columns(text, {4, 2}));
        return finish(0);
    }
};

class Port final : public ComposeCommand<Port, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override { return v1() ? service() : std::vector<std::string>{}; }

    [[nodiscard]] std::string check() override { return unknown_service(service()); }
    [[nodiscard]] std::string listed_service() const override { return wish().arguments().front(); }
    void arrange() override {
        std::erase_if(found_, [](const Found& one) { return one.oneoff || !one.running(); });
        std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
    }

    Move go_on(model::ProcessContext& context) override {
        const std::int64_t index = flags().integer("index", 1);
        const std::string protocol = lower(flags().text("protocol", "tcp"));
        std::int64_t wanted = 0;
        std::string port = wish().arguments()[1];
        if (const std::size_t slash = port.find('/'); slash != std::string::npos) port.erase(slash);
        if (!parse_integer(port, wanted)) return fail(context, fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", port));
        for (const Found& one : found_) {
            if (one.number != index && !(index <= 0 || (!v1() && !flags().has("index")))) continue;
            for (const format::ListedPort& listed : one.ports) {
                if (listed.private_port != wanted || listed.type != protocol || listed.public_port == 0) continue;
                print(context, v1() ? format::join_host_port(listed.ip, fmt::format("{}", listed.public_port)) + "\n" : fmt::format("{}:{}\n", listed.ip, listed.public_port));
                return finish(0);
            }
            if (v1()) {
                print(context, "\n");
                return finish(0);
            }
            std::string has;
            for (const format::ListedPort& listed : one.ports) has += fmt::format("{}{}/{}", has.empty() ? "" : ", ", listed.public_port, listed.type);
            return fail(context, fmt::format("no port {}/{} for container {}: {}", wanted, protocol, one.name, has));
        }
        return fail(context, not_running(wish().arguments().front()));
    }

  private:
    [[nodiscard]] std::vector<std::string> service() const { return {wish().arguments().front()}; }
};

// `docker compose ls`: all projects of the engine.
class Projects final : public ComposeCommand<Projects> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] bool needs_files() const override { return false; }

    Move think(model::ProcessContext& context) override {
        if (round_++ == 0) {
            for (const std::string& filter : flags().all("filter")) {
                if (!filter.starts_with("name=")) return fail(context, fmt::format("invalid filter '{}'", filter.substr(0, filter.find('='))));
            }
            model::RequestSpec spec = request_for(model::Operation::ContainerList);
            spec.options["all"] = "1";
            spec.options["filters"] = json_bytes(Json{{"label", Json::array({kProjectLabel, kHashLabel})}});
            ask(std::move(spec));
            return Move::Go;
        }
        if (!answer(0).ok()) return fail(context, answer(0));
        std::map<std::string, std::map<std::string, int>> states;
        std::map<std::string, std::vector<std::string>> files;
        for (const Found& found : read_found(answer(0).body)) {
            if ((!flags().on("all") && !found.running()) || !wanted(found.project)) continue;
            ++states[found.project][found.state];
            const auto label = found.labels.find("com.docker.compose.project.config_files");
            if (label == found.labels.end()) continue;
            for (const std::string& file : split(label->second, ',')) {
                auto& list = files[found.project];
                if (std::find(list.begin(), list.end(), file) == list.end()) list.push_back(file);
            }
        }
        std::string text = "NAME\tSTATUS\tCONFIG FILES\n";
        std::string names;
        Json list = Json::array();
        for (const auto& [name, counts] : states) {
            std::string status;
            for (const auto& [state, count] : counts) status += fmt::format("{}{}({})", status.empty() ? "" : ", ", state, count);
            const std::string where = files[name].empty() ? "N/A" : join(files[name], ",");
            text += fmt::format("{}\t{}\t{}\n", name, status, where);
            names += name + "\n";
            list.push_back(Json{{"Name", name}, {"Status", status}, {"ConfigFiles", where}});
        }
        const std::string format = lower(flags().text("format"));
        if (flags().on("quiet")) {
            print(context, names);
        } else if (format == "json") {
            print(context, format::compact_json(list) + "\n");
        } else if (format.empty() || format == "table" || format == "pretty") {
            print(context, format::align_columns(text, {20, 3}));
        } else {
            return fail(context, wrong_format(flags().text("format")));
        }
        return finish(0);
    }

  private:
    // --filter name=: the name, or a pattern it holds.
    [[nodiscard]] bool wanted(const std::string& project) const {
        const auto filters = flags().all("filter");
        return filters.empty() || std::any_of(filters.begin(), filters.end(), [&project](const std::string& filter) { return project.find(filter.substr(5)) != std::string::npos; });
    }
};

}  // namespace

std::unique_ptr<shell::Program> start_list(Wish wish) { return std::make_unique<List>(std::move(wish)); }
std::unique_ptr<shell::Program> start_images(Wish wish) { return std::make_unique<Images>(std::move(wish)); }
std::unique_ptr<shell::Program> start_top(Wish wish) { return std::make_unique<Top>(std::move(wish)); }
std::unique_ptr<shell::Program> start_port(Wish wish) { return std::make_unique<Port>(std::move(wish)); }
std::unique_ptr<shell::Program> start_projects(Wish wish) { return std::make_unique<Projects>(std::move(wish)); }

}  // namespace podium::programs::composing
