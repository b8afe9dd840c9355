// `docker network create`, `rm`, `connect` and `disconnect`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/model/address.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using Json = nlohmann::ordered_json;
using model::Operation;
using model::RequestSpec;
using shell::Step;

// --subnet and --gateway, one of each at most.
Result<void> read_addresses(const ParsedFlags& flags, RequestSpec& spec) {
    const std::vector<std::string> subnets = flags.all("subnet");
    const std::vector<std::string> gateways = flags.all("gateway");
    if (gateways.size() > subnets.size())
        return Error{"every ip-range or gateway must have a corresponding subnet", {}, {}};
    if (subnets.size() > 1)
        return Error{
            "docker network create: Podium does not simulate networks with several subnets yet",
            {},
            {}};
    if (subnets.empty()) return {};
    spec.options["subnet"] = subnets.front();
    if (gateways.empty()) return {};
    const auto subnet = model::parse_subnet(subnets.front());
    if (!subnet)
        return Error{
            fmt::format("invalid subnet: invalid CIDR address: {}", subnets.front()), {}, {}};
    const auto gateway = model::parse_ipv4(gateways.front());
    if (!gateway || !subnet->contains(*gateway))
        return Error{"no matching subnet for gateway " + gateways.front(), {}, {}};
    spec.options["gateway"] = gateways.front();
    return {};
}

Result<RequestSpec> create_request(const Invocation& invocation, Time) {
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

Finish create_show(const Invocation&, const Answer& answer, Time) {
    const Json network = Json::parse(answer.body, nullptr, false);
    return {
        (network.is_object() ? network.value("Id", std::string()) : std::string()) + "\n", {}, 0};
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

// `docker network rm` looks at each network before it removes it, and tells errors as they come.
class Remove final : public VerbProgram<Remove> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        while (at_ < arguments().size()) {
            Answer answer;
            const Operation operation =
                looked_ ? Operation::NetworkRemove : Operation::NetworkInspect;
            if (!asked(context, call_, answer, [&] {
                    return request_for(operation, arguments()[at_]);
                }))
                return Step::block();
            looked_ = !looked_;
            if (looked_) continue;
            if (answer.ok()) {
                print(context, arguments()[at_] + "\n");
            } else if (!flags().on("force") || answer.status != 404) {
                print_error(context, error_text(answer) + "\n");
                failed_ = true;
            }
            ++at_;
        }
        return failed_ ? fail(context, "exit status 1") : Step::exit(0);
    }

  private:
    std::size_t at_ = 0;
    bool looked_ = false;
    bool failed_ = false;
    Call call_;
};

}  // namespace

std::unique_ptr<shell::Program> start_create_network(Invocation invocation) {
    return start_one_call(std::move(invocation), {create_request, create_show});
}

std::unique_ptr<shell::Program> start_remove_network(Invocation invocation) {
    return std::make_unique<Remove>(std::move(invocation));
}

std::unique_ptr<shell::Program> start_connect(Invocation invocation) {
    return start_one_call(std::move(invocation), {connect_request, show_nothing});
}

std::unique_ptr<shell::Program> start_disconnect(Invocation invocation) {
    return start_one_call(std::move(invocation), {disconnect_request, show_nothing});
}

}  // namespace podium::programs::docker
