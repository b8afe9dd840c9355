// The prune verbs: ask first, unless told not to, then remove what nobody uses.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using model::RequestSpec;
using shell::Step;

struct Sweep {
    Operation operation;
    const char* member;  ///< Of the answer: what was removed.
    std::string_view title;
};

constexpr Sweep kContainers{
    Operation::ContainerPrune, "ContainersDeleted", "Deleted Containers:\n"};
constexpr Sweep kNetworks{Operation::NetworkPrune, "NetworksDeleted", "Deleted Networks:\n"};
constexpr Sweep kVolumes{Operation::VolumePrune, "VolumesDeleted", "Deleted Volumes:\n"};
constexpr Sweep kImages{Operation::ImagePrune, "ImagesDeleted", "Deleted Images:\n"};

std::string removed_text(const Sweep& sweep, const Json& body) {
    if (!body.is_object() || !body.contains(sweep.member) || !body[sweep.member].is_array() ||
        body[sweep.member].empty())
        return {};
    std::string out(sweep.title);
    for (const Json& removed : body[sweep.member]) {
        if (removed.is_string()) {
            out += removed.get<std::string>() + "\n";
        } else if (const std::string untagged = removed.value("Untagged", std::string());
                   !untagged.empty()) {
            out += fmt::format("untagged: {}\n", untagged);
        } else {
            out += fmt::format("deleted: {}\n", removed.value("Deleted", std::string()));
        }
    }
    return out + "\n";
}

class Prune final : public VerbProgram<Prune> {
  public:
    Prune(Invocation invocation, std::vector<Sweep> sweeps, std::string warning, bool tells_space)
        : VerbProgram(std::move(invocation)),
          sweeps_(std::move(sweeps)),
          warning_(std::move(warning)),
          tells_space_(tells_space) {}

  protected:
    Step advance(model::ProcessContext& context) override {
        if (const std::string wrong = read_until(context); !wrong.empty()) return fail(context, wrong);
        if (!agreed_ && !flags().on("force")) {
            if (!agree(context)) return Step::block();
            if (!agreed_)
                return Step::exit(0);  // docker says nothing more when one has thought better of it
        }
        while (at_ < sweeps_.size()) {
            Answer answer;
            if (!asked(context, call_, answer, [this] { return request(sweeps_[at_]); }))
                return Step::block();
            if (!answer.ok()) return fail(context, error_text(answer));
            const Json body = Json::parse(answer.body, nullptr, false);
            print(context, removed_text(sweeps_[at_], body));
            if (body.is_object()) freed_bytes_ += body.value("SpaceReclaimed", std::int64_t{0});
            ++at_;
        }
        if (!tells_space_) return Step::exit(0);
        return finish(
            context,
            {fmt::format("Total reclaimed space: {}\n", format::human_size(freed_bytes_)), {}, 0});
    }

  private:
    [[nodiscard]] RequestSpec request(const Sweep& sweep) const {
        RequestSpec spec = request_for(sweep.operation);
        if (sweep.operation == Operation::ImagePrune)
            spec.options["dangling"] = flags().on("all") ? "false" : "true";
        if (flags().has("filter")) spec.options["filters"] = filters_json(flags().all("filter"));
        if (until_ && sweep.operation != Operation::VolumePrune)
            spec.options["until_ns"] = fmt::format("{}", until_->nanoseconds);
        return spec;
    }

    // The moment of the filter until: the engine reads it as the client would. What is wrong with it.
    std::string read_until(model::ProcessContext& context) {
        if (until_) return {};
        for (const std::string& filter : flags().all("filter")) {
            if (!filter.starts_with("until=")) continue;
            const auto moment = parse_moment(filter.substr(filter.find('=') + 1), host_time(context));
            if (!moment) return "Error response from daemon: " + moment.error().message;
            until_ = *moment - context.world().host(context.row().host).clock_skew;
        }
        return {};
    }

    // True when there is an answer: agreed_ says which.
    bool agree(model::ProcessContext& context) {
        if (!warned_) print(context, warning_ + "\nAre you sure you want to continue? [y/N] ");
        warned_ = true;
        while (typed_.find('\n') == std::string::npos) {
            const shell::ReadResult piece = context.read(0, 1024);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return false;
            if (piece.kind != shell::ReadResult::Kind::Data) break;
            typed_ += piece.data;
        }
        const std::string answer =
            lower(trim(std::string_view(typed_).substr(0, typed_.find('\n'))));
        agreed_ = answer == "y";
        return true;
    }

    std::vector<Sweep> sweeps_;
    std::string warning_;
    bool tells_space_;
    bool warned_ = false;
    bool agreed_ = false;
    std::string typed_;
    std::size_t at_ = 0;
    std::int64_t freed_bytes_ = 0;
    std::optional<Time> until_;
    Call call_;
};

std::unique_ptr<shell::Program> start_sweeps(Invocation invocation,
                                             std::vector<Sweep> sweeps,
                                             std::string warning,
                                             bool tells_space = true) {
    return std::make_unique<Prune>(
        std::move(invocation), std::move(sweeps), std::move(warning), tells_space);
}

}  // namespace

std::unique_ptr<shell::Program> start_prune_containers(Invocation invocation) {
    return start_sweeps(
        std::move(invocation), {kContainers}, "WARNING! This will remove all stopped containers.");
}

std::unique_ptr<shell::Program> start_prune_images(Invocation invocation) {
    const bool all = invocation.flags.on("all");
    return start_sweeps(std::move(invocation),
                        {kImages},
                        all ? "WARNING! This will remove all images without at least one container "
                              "associated to them."
                            : "WARNING! This will remove all dangling images.");
}

std::unique_ptr<shell::Program> start_prune_networks(Invocation invocation) {
    return start_sweeps(
        std::move(invocation),
        {kNetworks},
        "WARNING! This will remove all custom networks not used by at least one container.",
        false);
}

std::unique_ptr<shell::Program> start_prune_volumes(Invocation invocation) {
    // Engines before 23.0 remove named volumes too.
    return start_sweeps(
        std::move(invocation),
        {kVolumes},
        "WARNING! This will remove all local volumes not used by at least one container.");
}

std::unique_ptr<shell::Program> start_prune_system(Invocation invocation) {
    const bool volumes = invocation.flags.on("volumes");
    std::vector<std::string> filters;
    for (const std::string& filter : invocation.flags.all("filter")) {
        if (volumes && filter.starts_with("until="))
            return say(std::move(invocation),
                       failed("ERROR: The \"until\" filter is not supported with \"--volumes\""));
        if (filter.starts_with("label=") || filter.starts_with("label!=") || filter.starts_with("until="))
            filters.push_back(filter);
    }
    const bool all = invocation.flags.on("all");
    std::vector<Sweep> sweeps{kContainers, kNetworks};
    std::string warning =
        "WARNING! This will remove:\n  - all stopped containers\n  - all networks not used by at "
        "least one container\n";
    if (volumes) sweeps.push_back(kVolumes);
    if (volumes) warning += "  - all anonymous volumes not used by at least one container\n";
    sweeps.push_back(kImages);
    warning += all ? "  - all images without at least one container associated to them\n  - all "
                     "build cache\n"
                   : "  - all dangling images\n  - unused build cache\n";
    if (!filters.empty()) {
        std::sort(filters.begin(), filters.end());
        warning += "\n  Items to be pruned will be filtered with:\n";
        for (const std::string& filter : filters)
            warning += fmt::format("  - {}\n", filter);
    }
    return start_sweeps(std::move(invocation), std::move(sweeps), warning);
}

}  // namespace podium::programs::docker
