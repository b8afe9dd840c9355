// `docker network create`, `rm`, `connect` and `disconnect`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;

// --subnet, --ip-range and --gateway, one of each at most (docker/cli v28 cli/command/network/create.go, createIPAMConfig).
Result<void> read_addresses(const ParsedFlags& flags, RequestSpec& spec) {
    const std::vector<std::string> subnets = flags.all("subnet");
    const std::vector<std::string> gateways = flags.all("gateway");
    const std::vector<std::string> ranges = flags.all("ip-range");
    if (gateways.size() > subnets.size() || ranges.size() > subnets.size())
        return Error{"every ip-range or gateway must have a corresponding subnet", {}, {}};
    if (subnets.size() > 1)
        return Error{
            "docker network create: Podium does not simulate networks with several subnets yet",
            {},
            {}};
    if (subnets.empty()) return {};
    spec.options["subnet"] = subnets.front();
    if (gateways.empty() && ranges.empty()) return {};
    const auto range = ranges.empty() ? Result<model::Subnet>(model::Subnet{}) : model::parse_subnet(ranges.front());
    if (!range) return Error{"invalid CIDR address: " + ranges.front(), {}, {}};
    const auto subnet = model::parse_subnet(subnets.front());
    if (!subnet)
        return Error{
            fmt::format("invalid subnet: invalid CIDR address: {}", subnets.front()), {}, {}};
    if (!ranges.empty()) {
        if (!subnet->contains(range->base)) return Error{"no matching subnet for range " + ranges.front(), {}, {}};
        spec.options["ip_range"] = ranges.front();
    }
    if (gateways.empty()) return {};
    const auto gateway = model::parse_ipv4(gateways.front());
    if (!gateway || !subnet->contains(*gateway))
        return Error{"no matching subnet for gateway " + gateways.front(), {}, {}};
    spec.options["gateway"] = gateways.front();
    return {};
}

Result<RequestSpec> create_request(const Invocation& invocation) {
    const ParsedFlags& flags = invocation.flags;
    RequestSpec spec = request_for(Operation::NetworkCreate, invocation.arguments().front());
    spec.options["driver"] = flags.text("driver", "bridge");
    if (flags.on("internal")) spec.options["internal"] = "1";
    if (flags.on("attachable")) spec.options["attachable"] = "1";
    for (const std::string& option : flags.all("opt")) {
        const auto equals = option.find('=');
        spec.options["opt:" + option.substr(0, equals)] =
            equals == std::string::npos ? "" : option.substr(equals + 1);
    }
    for (const std::string& label : flags.all("label")) {
        const auto equals = label.find('=');
        spec.labels[label.substr(0, equals)] =
            equals == std::string::npos ? "" : label.substr(equals + 1);
    }
    if (auto read = read_addresses(flags, spec); !read) return read.error();
    return spec;
}

class CreateNetwork final : public VerbProgram<CreateNetwork> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    shell::Step advance(model::ProcessContext& context) override {
        if (!call_.started()) {
            auto spec = create_request(invocation());
            if (!spec) return fail(context, spec.error().message);
            call_.start(context, std::move(*spec));
        }
        if (!call_.done(context)) return shell::Step::block();
        const Answer answer = call_.take(context);
        if (!answer.ok()) return fail(context, error_text(answer));
        tell_unsimulated_options(context, "network create", flags().all("opt"));
        return finish(context, {text_at(Json::parse(answer.body, nullptr, false), "Id") + "\n", {}, 0});
    }

  private:
    Call call_;
};

// What a swarm is asked for a network over all of its nodes, as the client sends it.
Outcome create_overlay(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    RequestSpec addresses;
    if (auto read = read_addresses(flags, addresses); !read) return ends_badly(read.error().message);
    Json pools = Json::array();
    const std::map<std::string, std::string>& given = addresses.options;
    if (const auto subnet = given.find("subnet"); subnet != given.end()) {
        Json pool{{"Subnet", subnet->second}};
        if (const auto gateway = given.find("gateway"); gateway != given.end()) pool["Gateway"] = gateway->second;
        if (const auto range = given.find("ip_range"); range != given.end()) pool["IPRange"] = range->second;
        pools.push_back(std::move(pool));
    }
    const Json body{{"Driver", "overlay"}, {"Scope", ""}, {"IPAM", {{"Driver", "default"}, {"Options", Json::object()}, {"Config", std::move(pools)}}},
                    {"Internal", flags.on("internal")}, {"Attachable", flags.on("attachable")}, {"Ingress", false}, {"ConfigOnly", false}, {"ConfigFrom", nullptr},
                    {"Options", pairs_object(flags.all("opt"))}, {"Labels", pairs_object(flags.all("label"))}, {"Name", invocation.arguments().front()}, {"CheckDuplicate", true}};
    const Reply* made = talk.ask("POST /networks/create", format::compact_json(body, format::HtmlEscape::Yes));
    if (made == nullptr) return std::nullopt;
    if (made->ok()) tell_unsimulated_options(talk.context(), "network create", flags.all("opt"));
    return made->ok() ? ends(text_at(made->value(), "Id") + "\n") : ends_badly(made->error());
}

Result<RequestSpec> connect_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::NetworkConnect, invocation.arguments()[0]);
    spec.options["container"] = invocation.arguments()[1];
    if (const std::vector<std::string> aliases = invocation.flags.all("alias"); !aliases.empty())
        spec.options["aliases"] = join(aliases, ",");
    if (invocation.flags.has("ip")) spec.options["ipv4"] = invocation.flags.text("ip");
    return spec;
}

Result<RequestSpec> disconnect_request(const Invocation& invocation, Time) {
    RequestSpec spec = request_for(Operation::NetworkDisconnect, invocation.arguments()[0]);
    spec.options["container"] = invocation.arguments()[1];
    if (invocation.flags.on("force")) spec.options["force"] = "1";
    return spec;
}

Finish show_nothing(const Invocation&, const Answer&, Time) {
    return {};
}

constexpr std::string_view kIngressWarning =
    "WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. "
    "Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\n"
    "Are you sure you want to continue? [y/N] ";
constexpr std::size_t kMostAnswerBytes = 4096;

// `docker network rm` looks at each network before it removes it, asks about the ingress network, and tells errors as they come. One
// of a swarm may be unknown to the host itself.
Outcome remove(const Invocation& invocation, Talk& talk) {
    bool failed = false;
    for (const std::string& name : invocation.arguments()) {
        const Reply* looked = talk.ask_engine(request_for(Operation::NetworkInspect, name));
        if (looked == nullptr) return std::nullopt;
        bool of_swarm = text_at(looked->value(), "Scope") == "swarm";
        bool ingress = flag_at(looked->value(), "Ingress");
        if (looked->is_missing() && talk.context().world().host(talk.context().row().host).engine.orchestrated) {
            const Reply* known = talk.ask(target_of("GET", "/networks/" + path_part(name)));
            if (known == nullptr) return std::nullopt;
            of_swarm = known->ok();
            ingress = known->ok() && flag_at(known->value(), "Ingress");
        }
        if (ingress) {
            talk.print(kIngressWarning);
            const auto answer = talk.read_line(kMostAnswerBytes);
            if (!answer) return std::nullopt;
            if (lower(trim(*answer)) != "y") continue;
        }
        const Reply* removed = of_swarm ? talk.ask(target_of("DELETE", "/networks/" + path_part(name))) : talk.ask_engine(request_for(Operation::NetworkRemove, name));
        if (removed == nullptr) return std::nullopt;
        if (removed->ok()) {
            talk.print(name + "\n");
        } else if (!invocation.flags.on("force") || !removed->is_missing()) {
            talk.print_error(removed->error() + "\n");
            failed = true;
        }
    }
    return failed ? ends_badly("exit status 1") : ends();
}

}  // namespace

std::unique_ptr<shell::Program> start_create_network(Invocation invocation) {
    if (invocation.flags.text("driver") == "overlay") return start_procedure(std::move(invocation), create_overlay);
    return std::make_unique<CreateNetwork>(std::move(invocation));
}

std::unique_ptr<shell::Program> start_remove_network(Invocation invocation) {
    return start_procedure(std::move(invocation), remove);
}

std::unique_ptr<shell::Program> start_connect(Invocation invocation) {
    return start_one_call(std::move(invocation), {connect_request, show_nothing});
}

std::unique_ptr<shell::Program> start_disconnect(Invocation invocation) {
    return start_one_call(std::move(invocation), {disconnect_request, show_nothing});
}

}  // namespace podium::programs::docker
