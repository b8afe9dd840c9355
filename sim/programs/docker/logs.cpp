// `docker logs`.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

class Logs final : public VerbProgram<Logs> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        if (id_.empty()) {
            if (!asked(context, inspect_, answer_, [this] {
                    return request_for(model::Operation::ContainerInspect, arguments().front());
                }))
                return Step::block();
            if (!answer_.ok()) return fail(context, error_text(answer_));
            id_ = Json::parse(answer_.body, nullptr, false).value("Id", std::string());
            auto spec = request(host_time(context));
            if (!spec) return fail(context, spec.error().message);
            logs_.start(context, std::move(*spec));
        }
        if (!logs_.upgraded(context)) return Step::block();
        const Flow flow = attachment_.pump(context, logs_);
        if (flow == Flow::Broken) {
            logs_.abandon(context);
            return Step::exit(1);
        }
        if (flow == Flow::Open || !logs_.done(context)) return Step::block();
        const Answer answer = logs_.take(context);
        if (answer.ok()) return Step::exit(0);
        // An engine that goes away in the middle just ends the stream.
        return shown_ && answer.status == 0 ? Step::exit(0) : fail(context, error_text(answer));
    }

  private:
    Result<model::RequestSpec> request(Time now) {
        model::RequestSpec spec = request_for(model::Operation::ContainerLogs, id_);
        spec.options["stdout"] = "1";
        spec.options["stderr"] = "1";
        spec.options["multiplexed"] = "1";
        attachment_.multiplexed = true;
        spec.options["tail"] = flags().text("tail", "all");
        if (flags().on("follow")) spec.options["follow"] = "1";
        if (flags().on("timestamps")) spec.options["timestamps"] = "1";
        if (flags().on("details")) spec.options["details"] = "1";
        for (const char* bound : {"since", "until"}) {
            const std::string text = flags().text(bound);
            if (text.empty()) continue;
            const auto moment = parse_moment(text, now);
            if (!moment)
                return Error{
                    fmt::format("invalid value for \"{}\": {}", bound, moment.error().message),
                    {},
                    {}};
            spec.options[bound] = unix_text(*moment);
        }
        shown_ = true;
        return spec;
    }

    Call inspect_;
    Call logs_;
    Answer answer_;
    std::string id_;
    Attachment attachment_;
    bool shown_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> start_logs(Invocation invocation) {
    return std::make_unique<Logs>(std::move(invocation));
}

}  // namespace podium::programs::docker
