// `logs` and `events` of both clients.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
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

class Logs final : public ComposeCommand<Logs> {
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
            round_ = 2;
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
        follower_.one_after_another = !follower_.follow;
        follower_.tells_end = follower_.follow && v1();
        std::string since;
        for (const char* bound : {"since", "until"}) {
            const std::string text = flags().text(bound);
            if (text.empty()) continue;
            const auto moment = docker::parse_moment(text, docker::host_time(context));
            if (!moment) return fail(context, fmt::format("invalid value for \"{}\": {}", bound, moment.error().message));
            (std::string_view(bound) == "since" ? since : follower_.until) = docker::unix_text(*moment);
        }
        std::vector<Found> containers = read_found(answer(0).body);
        const auto& names = wish().arguments();
        std::erase_if(containers, [&](const Found& found) {
            return found.oneoff || project().find_service(found.service) == nullptr || (!names.empty() && std::find(names.begin(), names.end(), found.service) == names.end());
        });
        if (v1()) {
            std::vector<std::string> attached;
            for (const Found& found : containers) attached.push_back(found.name);
            print(context, fmt::format("Attaching to {}\n", join(attached, ", ")));
        }
        std::sort(containers.begin(), containers.end(), [](const Found& a, const Found& b) { return a.service != b.service ? a.service < b.service : a.number < b.number; });
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
    Move think(model::ProcessContext& context) override {
        if (!call_.started()) {
            if (const std::string wrong = unknown_service(wish().arguments()); !wrong.empty()) return fail(context, wrong);
            model::RequestSpec spec = request_for(model::Operation::Events);
            spec.options["filters"] = Json{{"type", Json::array({"container"})}, {"label", Json::array({fmt::format("{}={}", kProjectLabel, project().name)})}}.dump();
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
        if (!names.empty() && std::find(names.begin(), names.end(), service) == names.end()) return true;
        if (attributes.value(kOneOffLabel, std::string()) == "True") return true;
        const std::string action = event.value("Action", event.value("status", std::string()));
        if (action.starts_with("exec_") || action == "attach") return true;
        const Time time = from_unix(0, event.value("timeNano", std::int64_t{0}));
        const std::string id = actor.value("ID", std::string());
        const std::string image = attributes.value("image", std::string());
        const std::string name = attributes.value("name", std::string());
        if (flags().on("json")) {
            const Json line{{"time", rfc3339_nano(time)}, {"type", "container"}, {"action", action}, {"id", id}, {"service", service}, {"attributes", Json{{"name", name}, {"image", image}}}};
            return print(context, format::compact_json(line) + "\n");
        }
        const CivilTime civil = civil_time(time);
        return print(context, fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06} container {} {} (image={}, name={})\n", civil.year, civil.month, civil.day, civil.hour, civil.minute,
                                          civil.second, civil.nanosecond / 1000, action, id, image, name));
    }

    Call call_;
    std::string rest_;
};

}  // namespace

std::unique_ptr<shell::Program> start_logs(Wish wish) { return std::make_unique<Logs>(std::move(wish)); }
std::unique_ptr<shell::Program> start_events(Wish wish) { return std::make_unique<Events>(std::move(wish)); }

}  // namespace podium::programs::composing
