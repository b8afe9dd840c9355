// `logs` and `events` of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/compose/container_spec_of.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/follow.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/programs/format/json_text.hpp"

namespace podium::programs::composing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBrokenPipe = 141;

// As json.dumps writes a dictionary of strings.
std::string python_members(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string out;
    for (const auto& [name, value] : pairs) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", format::json_string(name), format::json_string(value));
    return out;
}

class Logs final : public ComposeCommand<Logs, ContainersClient> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::string check() override {
        if (flags().integer("index") > 0 && wish().arguments().size() != 1) return "--index requires one service to be selected";
        return unknown_service(wish().arguments());
    }

    Move go_on(model::ProcessContext& context) override {
        if (round_ == 0) {
            round_ = 1;
            return begin(context);
        }
        const bool over = follower_.pump(context);
        if (follower_.broken()) return finish(kBrokenPipe);
        if (over) return finish(0);
        wake_at_ = follower_.deadline();
        return Move::Wait;
    }

  private:
    Move begin(model::ProcessContext& context) {
        const std::string tail = flags().text("tail", "all");
        std::int64_t lines = 0;
        if (v1() && tail != "all" && (!parse_integer(tail, lines) || lines < 0)) return fail(context, "tail flag must be all or a number");
        follower_.dialect = wish().dialect;
        follower_.tail = tail;
        follower_.follow = flags().on("follow");
        follower_.timestamps = flags().on("timestamps");
        follower_.prefixed = !flags().on("no-log-prefix");
        follower_.tells_end = follower_.follow;
        follower_.tells_unreadable = !v1();
        follower_.coloured = !flags().on("no-color") && colours(context);
        for (const compose::Service& service : project().services) follower_.widest_service = std::max(follower_.widest_service, service.name.size());
        std::string since;
        for (const char* bound : {"since", "until"}) {
            const std::string text = flags().text(bound);
            if (text.empty()) continue;
            const auto moment = docker::parse_moment(text, docker::host_time(context));
            if (!moment) return fail(context, fmt::format("invalid value for \"{}\": {}", bound, moment.error().message));
            (std::string_view(bound) == "since" ? since : follower_.until) = docker::unix_text(*moment);
        }
        std::vector<Found> containers = found_;
        const auto& names = wish().arguments();
        const std::int64_t index = flags().integer("index");
        std::erase_if(containers, [&](const Found& found) {
            const compose::Service* service = project().find_service(found.service);
            if (found.oneoff || service == nullptr || (index > 0 && found.number != index)) return true;
            // log_printer_from_project of 1.29 leaves out those without a log.
            if (v1() && service->logging && service->logging->driver == "none") return true;
            // attach: false keeps a service out unless it is named.
            if (names.empty()) return !v1() && !service->attach;
            return std::find(names.begin(), names.end(), found.service) == names.end();
        });
        if (index > 0 && containers.empty()) return fail(context, not_running(names.front()));
        if (v1()) {
            std::vector<std::string> attached;
            for (const Found& found : containers) attached.push_back(found.name);
            print(context, fmt::format("Attaching to {}\n", join(attached, ", ")));
        }
        std::sort(containers.begin(), containers.end(), [this](const Found& a, const Found& b) { return v1() || a.service == b.service ? (v1() ? a.name < b.name : a.number < b.number) : a.service < b.service; });
        for (const Found& found : containers) follower_.add(found, project().name, since);
        return Move::Go;
    }

    LogFollower follower_;
};

// What happens to the project's containers, a line each.
class Events final : public ComposeCommand<Events> {
  public:
    using ComposeCommand::ComposeCommand;

  protected:
    [[nodiscard]] std::vector<std::string> named_services() const override { return {}; }

    Move think(model::ProcessContext& context) override {
        if (!call_.started()) {
            // Neither client looks whether what is named is a service.
            model::RequestSpec spec = request_for(model::Operation::Events);
            spec.options["filters"] = docker::filters_json({"type=container", fmt::format("label={}={}", kProjectLabel, project().name)});
            const Duration skew = context.world().host(context.row().host).clock_skew;
            for (const char* bound : {"since", "until"}) {
                if (!flags().has(bound)) continue;
                const auto moment = docker::parse_moment(flags().text(bound), docker::host_time(context));
                if (!moment) return fail(context, moment.error().message);
                spec.options[fmt::format("{}_ns", bound)] = fmt::format("{}", (*moment - skew).nanoseconds);
            }
            call_.start(context, std::move(spec));
        }
        if (!call_.upgraded(context)) return Move::Wait;
        const int from = call_.output(context);
        while (from >= 0) {
            const shell::ReadResult piece = context.read(from, kReadBytes);
            if (piece.kind != shell::ReadResult::Kind::Data) break;
            rest_ += piece.data;
        }
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
            const Json event = Json::parse(rest_.substr(0, end), nullptr, false);
            rest_.erase(0, end + 1);
            if (event.is_object() && !show(context, event)) return finish(kBrokenPipe);
        }
        if (!call_.done(context)) return Move::Wait;
        const Answer over = call_.take(context);
        return over.ok() ? finish(0) : fail(context, over);
    }

  private:
    bool show(model::ProcessContext& context, const Json& event) {
        const Json actor = event.value("Actor", Json::object());
        const Json attributes = actor.value("Attributes", Json::object());
        const std::string service = attributes.value(kServiceLabel, std::string());
        const auto& names = wish().arguments();
        if (v1()) {
            // 1.29 reads the names of services, and shows all.
            if (project().find_service(service) == nullptr) return true;
        } else {
            if (!names.empty() && std::find(names.begin(), names.end(), service) == names.end()) return true;
            if (attributes.value(kOneOffLabel, std::string()) == "True") return true;
        }
        const std::string action = event.value("Action", event.value("status", std::string()));
        const Time time = from_unix(0, event.value("timeNano", std::int64_t{0}));
        const std::string id = actor.value("ID", std::string());
        std::map<std::string, std::string> own;
        for (const auto& [name, value] : attributes.items()) {
            if (!name.starts_with("com.docker.compose.") && value.is_string()) own[name] = value.get<std::string>();
        }
        const CivilTime civil = civil_time(time);
        const std::string day = fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
        const std::string clock = fmt::format("{:02}:{:02}:{:02}.{:06}", civil.hour, civil.minute, civil.second, civil.nanosecond / 1000);
        if (flags().on("json") && v1()) {
            const std::vector<std::pair<std::string, std::string>> head{{"time", day + "T" + clock}, {"type", "container"}, {"action", action}, {"id", id}, {"service", service}};
            const std::vector<std::pair<std::string, std::string>> rest(own.begin(), own.end());
            return print(context, fmt::format("{{{}, \"attributes\": {{{}}}}}\n", python_members(head), python_members(rest)));
        }
        if (flags().on("json")) {
            const Json line{{"action", action}, {"attributes", own}, {"id", id}, {"service", service}, {"time", rfc3339_nano(time)}, {"type", "container"}};
            return print(context, format::compact_json(line) + "\n");
        }
        std::string list;
        for (const auto& [name, value] : own) list += fmt::format("{}{}={}", list.empty() ? "" : ", ", name, value);
        // docker compose 2 ends the text with a line end, and prints it as a line.
        return print(context, fmt::format("{} {} container {} {} ({})\n{}", day, clock, action, id, list, v1() ? "" : "\n"));
    }

    Call call_;
    std::string rest_;
};

}  // namespace

std::unique_ptr<shell::Program> start_logs(Wish wish) { return std::make_unique<Logs>(std::move(wish)); }
std::unique_ptr<shell::Program> start_events(Wish wish) { return std::make_unique<Events>(std::move(wish)); }

}  // namespace podium::programs::composing
