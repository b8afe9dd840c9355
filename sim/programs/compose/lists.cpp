// What the clients list: ps, images, top, port and ls.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    if (!list.is_array()) return out;
    for (const Json& item : list) out.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    return out;
}

Json object_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_object() ? *found : Json::object();
}

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

class List final : public ComposeCommand<List> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            if (v1() && flags().on("quiet") && flags().on("services")) return fail(context, "--quiet and --services cannot be combined");
            ask(list_request(project().name));
            round_ = 1;
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            found_ = read_found(answer(0).body);
            std::erase_if(found_, [this](const Found& found) { return !listed(found); });
            std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
            if (flags().on("services")) return show_services(context);
            if (!v1()) return show_v2(context);
            if (flags().on("quiet")) return show_ids(context);
            forget_answers();
            for (const Found& found : found_) ask(request_for(model::Operation::ContainerInspect, found.id));
            round_ = 2;
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
        for (const std::string& filter : flags().all("filter")) {
            if (filter.starts_with("status=")) states.push_back(filter.substr(7));
        }
        if (!states.empty()) return std::find(states.begin(), states.end(), found.state) != states.end();
        return all || found.running();
    }

    Move show_services(model::ProcessContext& context) {
        std::vector<std::string> services;
        if (v1()) {
            for (const compose::Service& service : project().services) services.push_back(service.name);
        } else {
            for (const Found& found : found_) services.push_back(found.service);
        }
        std::sort(services.begin(), services.end());
        services.erase(std::unique(services.begin(), services.end()), services.end());
        for (const std::string& name : services) print(context, name + "\n");
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
        facts.publishers_json = publishers.dump();
        for (const auto& [name, value] : found.labels) facts.labels.emplace_back(name, value);
        for (const FoundMount& mount : found.mounts) facts.mounts.push_back(mount.name.empty() ? mount.destination : mount.name);
        facts.networks = found.networks;
        facts.local_volumes = static_cast<std::int64_t>(std::count_if(found.mounts.begin(), found.mounts.end(), [](const FoundMount& mount) { return mount.type == "volume"; }));
        return facts;
    }

    std::vector<Found> found_;
};

class Images final : public ComposeCommand<Images> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            ask(list_request(project().name));
            round_ = 1;
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            found_ = read_found(answer(0).body);
            std::erase_if(found_, [this](const Found& found) { return found.oneoff || project().find_service(found.service) == nullptr || !named(wish().arguments(), found.service); });
            std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
            forget_answers();
            for (const Found& found : found_) ask(request_for(model::Operation::ImageInspect, found.image_id));
            round_ = 2;
            return Move::Go;
        }
        std::vector<std::vector<std::string>> rows;
        std::vector<std::string> ids;
        for (std::size_t i = 0; i < found_.size(); ++i) {
            const Json image = Json::parse(answer(i).body, nullptr, false);
            if (!answer(i).ok() || !image.is_object()) continue;
            rows.push_back(row(found_[i], image));
            ids.push_back(image.value("Id", std::string()));
        }
        return show(context, rows, ids);
    }

  private:
    [[nodiscard]] std::vector<std::string> row(const Found& found, const Json& image) const {
        const std::string id = image.value("Id", std::string());
        const std::size_t colon = found.image.rfind(':');
        const bool tagged = colon != std::string::npos && found.image.find('/', colon) == std::string::npos;
        const std::string repository = found.image.substr(0, tagged ? colon : std::string::npos);
        const std::int64_t size = image.value("Size", std::int64_t{0});
        return {found.name, repository, tagged ? found.image.substr(colon + 1) : "latest", format::short_id(id), v1() ? format::compose_size(size) : format::human_size(size, 3)};
    }

    Move show(model::ProcessContext& context, const std::vector<std::vector<std::string>>& rows, std::vector<std::string> ids) {
        if (flags().on("quiet")) {
            std::sort(ids.begin(), ids.end());
            ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
            for (const std::string& id : ids) print(context, (id.starts_with("sha256:") ? id.substr(7) : id) + "\n");
            return finish(0);
        }
        if (v1()) {
            const auto table = format::text_table({"Container", "Repository", "Tag", "Image Id", "Size"}, rows);
            if (!table) return fail(context, table.error().message);
            print(context, *table);
            return finish(0);
        }
        std::string text = "CONTAINER\tREPOSITORY\tTAG\tIMAGE ID\tSIZE\n";
        for (const auto& line : rows) text += join(line, "\t") + "\n";
        print(context, format::align_columns(text));
        return finish(0);
    }

    std::vector<Found> found_;
};

class Top final : public ComposeCommand<Top> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    Move think(model::ProcessContext& context) override {
        if (round_ == 0) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            ask(list_request(project().name));
            round_ = 1;
            return Move::Go;
        }
        if (round_ == 1) {
            if (!answer(0).ok()) return fail(context, answer(0));
            found_ = read_found(answer(0).body);
            std::erase_if(found_, [this](const Found& found) { return !found.running() || project().find_service(found.service) == nullptr || !named(wish().arguments(), found.service); });
            std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.name < b.name; });
            forget_answers();
            for (const Found& found : found_) ask(request_for(model::Operation::ContainerTop, found.id));
            round_ = 2;
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
            const Json json = Json::parse(answer(i).body, nullptr, false);
            if (!answer(i).ok() || !json.is_object()) continue;
            if (text.empty()) text = "SERVICE\t#\t" + join(texts(json.value("Titles", Json::array())), "\t") + "\n";
            for (const Json& process : json.value("Processes", Json::array())) {
                text += fmt::format("{}\t{}\t{}\n", found_[i].service, found_[i].number, join(texts(process), "\t"));
            }
        }
        print(context, format::align_columns(text, {4, 2}));
        return finish(0);
    }

    std::vector<Found> found_;
};

class Port final : public ComposeCommand<Port> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override { return {wish().arguments().front()}; }

    Move think(model::ProcessContext& context) override {
        const std::string& service = wish().arguments().front();
        if (round_ == 0) {
            if (const std::string wrong = unknown_service({service}); !wrong.empty()) return fail(context, wrong);
            ask(list_request(project().name, service));
            round_ = 1;
            return Move::Go;
        }
        if (!answer(0).ok()) return fail(context, answer(0));
        const std::int64_t index = flags().integer("index", 1);
        const std::string protocol = flags().text("protocol", "tcp");
        std::int64_t wanted = 0;
        std::string port = wish().arguments()[1];
        if (const std::size_t slash = port.find('/'); slash != std::string::npos) port.erase(slash);
        if (!parse_integer(port, wanted)) return fail(context, fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", port));
        std::vector<Found> found = read_found(answer(0).body);
        std::erase_if(found, [](const Found& one) { return one.oneoff || !one.running(); });
        std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.number < b.number; });
        for (const Found& one : found) {
            if (one.number != index && !(index <= 0 || (!v1() && !flags().has("index")))) continue;
            for (const format::ListedPort& listed : one.ports) {
                if (listed.private_port != wanted || listed.type != protocol || listed.public_port == 0) continue;
                print(context, format::join_host_port(listed.ip, fmt::format("{}", listed.public_port)) + "\n");
                return finish(0);
            }
            if (v1()) {
                print(context, "\n");
                return finish(0);
            }
            return fail(context, fmt::format("no port {}/{} for container {}", wanted, protocol, one.name));
        }
        if (v1()) return fail(context, fmt::format("No container found for {}_{}", service, index));
        return fail(context, fmt::format("service \"{}\" is not running", service));
    }
};

// `docker compose ls`: all projects of the engine.
class Projects final : public ComposeCommand<Projects> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] bool needs_files() const override { return false; }

    Move think(model::ProcessContext& context) override {
        if (round_++ == 0) {
            model::RequestSpec spec = request_for(model::Operation::ContainerList);
            spec.options["all"] = "1";
            spec.options["filters"] = Json{{"label", Json::array({kProjectLabel})}}.dump();
            ask(std::move(spec));
            return Move::Go;
        }
        if (!answer(0).ok()) return fail(context, answer(0));
        std::map<std::string, std::map<std::string, int>> states;
        std::map<std::string, std::string> files;
        for (const Found& found : read_found(answer(0).body)) {
            if (found.oneoff) continue;
            if (!flags().on("all") && !found.running()) continue;
            ++states[found.project][found.state];
            const auto label = found.labels.find("com.docker.compose.project.config_files");
            files[found.project] = label == found.labels.end() ? "N/A" : label->second;
        }
        std::string text = "NAME\tSTATUS\tCONFIG FILES\n";
        std::string names;
        Json list = Json::array();
        for (const auto& [name, counts] : states) {
            std::string status;
            for (const auto& [state, count] : counts) status += fmt::format("{}{}({})", status.empty() ? "" : ", ", state, count);
            text += fmt::format("{}\t{}\t{}\n", name, status, files[name]);
            names += name + "\n";
            list.push_back(Json{{"Name", name}, {"Status", status}, {"ConfigFiles", files[name]}});
        }
        if (flags().text("format") == "json") {
            print(context, format::compact_json(list) + "\n");
        } else {
            print(context, flags().on("quiet") ? names : format::align_columns(text, {20, 3}));
        }
        return finish(0);
    }
};

}  // namespace

std::unique_ptr<shell::Program> start_list(Wish wish) { return std::make_unique<List>(std::move(wish)); }
std::unique_ptr<shell::Program> start_images(Wish wish) { return std::make_unique<Images>(std::move(wish)); }
std::unique_ptr<shell::Program> start_top(Wish wish) { return std::make_unique<Top>(std::move(wish)); }
std::unique_ptr<shell::Program> start_port(Wish wish) { return std::make_unique<Port>(std::move(wish)); }
std::unique_ptr<shell::Program> start_projects(Wish wish) { return std::make_unique<Projects>(std::move(wish)); }

}  // namespace podium::programs::composing
