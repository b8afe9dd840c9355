// `docker ps`, `images`, `history`, `volume ls`, `network ls`.

#include "sim/programs/format/lists.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/go_template.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;

constexpr std::string_view kIgnoredFormat =
    "WARNING: Ignoring custom format, because both --format and --quiet are set.\n";
constexpr std::string_view kTemplateError = "template parsing error: ";

Json parsed(const Answer& answer) {
    return Json::parse(answer.body, nullptr, false);
}

Finish rendered(const format::ListKind& kind,
                const std::string& format,
                const std::vector<format::Row>& rows) {
    const auto text = format::render_list(kind, format, rows);
    if (!text) return failed(text.error().message);
    return {*text, {}, 0};
}

void set_filters(const Invocation& invocation, RequestSpec& spec) {
    const std::string filters = filters_json(invocation.flags.all("filter"));
    if (!filters.empty()) spec.options["filters"] = filters;
}

// docker ps tries its template on nothing before it asks the engine.
Result<void> check_template(const std::string& format) {
    if (format.empty()) return {};
    if (const auto read = format::GoTemplate::parse(format); !read)
        return Error{"failed to parse template: " + read.error().message, {}, {}};
    const auto rows = format::container_rows(Json::array({Json::object()}), {});
    const auto tried = format::render_list(format::container_list(), format, rows);
    if (tried) return {};
    std::string message = tried.error().message;
    if (message.starts_with(kTemplateError)) message.erase(0, kTemplateError.size());
    return Error{"failed to execute template: " + message, {}, {}};
}

bool wants_size(const Invocation& invocation) {
    if (invocation.flags.has("size") || invocation.flags.on("quiet"))
        return invocation.flags.on("size");
    return invocation.flags.text("format").find(".Size") != std::string::npos;
}

Result<RequestSpec> containers_request(const Invocation& invocation, Time) {
    const ParsedFlags& flags = invocation.flags;
    if (auto checked = check_template(flags.text("format")); !checked) return checked.error();
    RequestSpec spec = request_for(Operation::ContainerList);
    if (flags.on("all")) spec.options["all"] = "1";
    std::int64_t limit = flags.integer("last", -1);
    if (flags.on("latest") && limit == -1) limit = 1;
    if (limit > 0) spec.options["limit"] = fmt::format("{}", limit);
    if (wants_size(invocation)) spec.options["size"] = "1";
    set_filters(invocation, spec);
    return spec;
}

Finish containers_show(const Invocation& invocation, const Answer& answer, Time now) {
    const ParsedFlags& flags = invocation.flags;
    const bool quiet = flags.on("quiet");
    const std::string format =
        format::container_format(flags.text("format"), quiet, wants_size(invocation));
    Finish finish = rendered(format::container_list(),
                             format,
                             format::container_rows(parsed(answer), {now, !flags.on("no-trunc")}));
    if (quiet && flags.has("format")) finish.error = std::string(kIgnoredFormat) + finish.error;
    return finish;
}

Result<RequestSpec> images_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::ImageList);
    if (invocation.flags.on("all")) spec.options["all"] = "1";
    std::vector<std::string> filters = invocation.flags.all("filter");
    if (!invocation.arguments().empty())
        filters.push_back("reference=" + invocation.arguments().front());
    const std::string json = filters_json(filters);
    if (!json.empty()) spec.options["filters"] = json;
    return spec;
}

// `docker images ls` looks for an image "ls", and says so when there is none.
std::string mistaken_verb_hint(const Invocation& invocation) {
    if (invocation.path != "docker images" || invocation.arguments().empty()) return {};
    const std::string& name = invocation.arguments().front();
    for (const std::string_view verb : {"build",
                                        "history",
                                        "import",
                                        "inspect",
                                        "list",
                                        "load",
                                        "ls",
                                        "prune",
                                        "pull",
                                        "push",
                                        "rm",
                                        "save",
                                        "tag"}) {
        if (name == verb)
            return fmt::format(
                "\nNo images found matching \"{}\": did you mean \"docker image {}\"?\n",
                name,
                name);
    }
    return {};
}

Finish images_show(const Invocation& invocation, const Answer& answer, Time now) {
    const ParsedFlags& flags = invocation.flags;
    const bool digests = flags.on("digests");
    const std::string format =
        format::image_format(flags.text("format"), flags.on("quiet"), digests);
    const Json images = parsed(answer);
    Finish finish = rendered(format::image_list(),
                             format,
                             format::image_rows(images, {now, !flags.on("no-trunc")}, digests));
    if (images.empty()) finish.error += mistaken_verb_hint(invocation);
    return finish;
}

Result<RequestSpec> history_request(const Invocation& invocation, Time) {
    return request_for(Operation::ImageHistory, invocation.arguments().front());
}

Finish history_show(const Invocation& invocation, const Answer& answer, Time now) {
    const ParsedFlags& flags = invocation.flags;
    const bool human = flags.on("human", true);
    const std::string format =
        format::history_format(flags.text("format"), flags.on("quiet"), human);
    return rendered(format::history_list(),
                    format,
                    format::history_rows(parsed(answer), {now, !flags.on("no-trunc")}, human));
}

Result<RequestSpec> volumes_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::VolumeList);
    set_filters(invocation, spec);
    return spec;
}

Finish volumes_show(const Invocation& invocation, const Answer& answer, Time) {
    Json volumes = parsed(answer);
    if (volumes.is_object()) volumes = volumes.value("Volumes", Json::array());
    if (!volumes.is_array()) volumes = Json::array();
    const std::string format =
        format::volume_format(invocation.flags.text("format"), invocation.flags.on("quiet"));
    return rendered(format::volume_list(), format, format::volume_rows(volumes));
}

// A manager knows the swarm's networks besides its host's own; in life its engine puts them together.
Outcome networks(const Invocation& invocation, Talk& talk) {
    RequestSpec spec = request_for(Operation::NetworkList);
    set_filters(invocation, spec);
    const Reply* own = talk.ask_engine(std::move(spec));
    if (own == nullptr) return std::nullopt;
    if (!own->ok()) return ends_badly(own->error());
    Json all = own->value();
    if (talk.context().world().host(talk.context().row().host).engine.orchestrated) {
        const Reply* of_swarm = talk.ask(target_of("GET", "/networks", {filters_of(invocation.flags.all("filter"))}));
        if (of_swarm == nullptr) return std::nullopt;
        std::set<std::string> known;
        for (const Json& network : all) known.insert(text_at(network, "Id"));
        for (const Json& network : of_swarm->ok() ? of_swarm->value() : Json::array())
            if (known.insert(text_at(network, "Id")).second) all.push_back(network);
    }
    const std::string format =
        format::network_format(invocation.flags.text("format"), invocation.flags.on("quiet"));
    return Ending{rendered(format::network_list(), format, format::network_rows(all, {talk.now(), !invocation.flags.on("no-trunc")})), {}, false, false};
}

}  // namespace

std::unique_ptr<shell::Program> start_containers(Invocation invocation) {
    return start_one_call(std::move(invocation), {containers_request, containers_show});
}

std::unique_ptr<shell::Program> start_images(Invocation invocation) {
    return start_one_call(std::move(invocation), {images_request, images_show});
}

std::unique_ptr<shell::Program> start_history(Invocation invocation) {
    return start_one_call(std::move(invocation), {history_request, history_show});
}

std::unique_ptr<shell::Program> start_volumes(Invocation invocation) {
    return start_one_call(std::move(invocation), {volumes_request, volumes_show});
}

std::unique_ptr<shell::Program> start_networks(Invocation invocation) {
    return start_procedure(std::move(invocation), networks);
}

}  // namespace podium::programs::docker
