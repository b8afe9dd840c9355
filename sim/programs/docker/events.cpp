// `docker events`.

#include "sim/programs/format/events.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/model/world.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

class Events final : public VerbProgram<Events> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        if (!printer_) {
            auto made = format::EventPrinter::make(flags().text("format"));
            if (!made) return fail(context, made.error().message, kExitTemplate);
            printer_ = std::move(*made);
            auto spec = request(context);
            if (!spec) return fail(context, spec.error().message);
            call_.start(context, std::move(*spec));
        }
        if (!call_.upgraded(context)) return Step::block();
        const int from = call_.output(context);
        while (from >= 0) {
            const shell::ReadResult piece = context.read(from, kReadSize);
            if (piece.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
            if (piece.kind != shell::ReadResult::Kind::Data) break;
            if (!show(context, piece.data)) {
                call_.abandon(context);
                return Step::exit(1);
            }
        }
        if (!call_.done(context)) return Step::block();
        const Answer answer = call_.take(context);
        if (answer.ok()) return Step::exit(0);
        // The engine went away: what docker says when the stream breaks off.
        return fail(context, from >= 0 ? "unexpected EOF" : error_text(answer));
    }

  private:
    Result<model::RequestSpec> request(model::ProcessContext& context) const {
        model::RequestSpec spec = request_for(model::Operation::Events);
        const Duration skew = context.world().host(context.row().host).clock_skew;
        for (const char* bound : {"since", "until"}) {
            const std::string text = flags().text(bound);
            if (text.empty()) continue;
            const auto moment = parse_moment(text, host_time(context));
            if (!moment) return Error{moment.error().message, {}, {}};
            spec.options[fmt::format("{}_ns", bound)] =
                fmt::format("{}", (*moment - skew).nanoseconds);
        }
        const std::string filters = filters_json(flags().all("filter"));
        if (!filters.empty()) spec.options["filters"] = filters;
        return spec;
    }

    // Prints all whole lines; false when nobody reads any more.
    bool show(model::ProcessContext& context, std::string_view piece) {
        rest_ += piece;
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
            const Json event = Json::parse(rest_.substr(0, end), nullptr, false);
            rest_.erase(0, end + 1);
            if (event.is_object() && !print(context, printer_->line(event))) return false;
        }
        return true;
    }

    std::optional<format::EventPrinter> printer_;
    Call call_;
    std::string rest_;
};

}  // namespace

std::unique_ptr<shell::Program> start_events(Invocation invocation) {
    return std::make_unique<Events>(std::move(invocation));
}

}  // namespace podium::programs::docker
