// `docker stats`: what containers use, drawn again and again, or once with --no-stream.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/format/lists.hpp"

namespace podium::programs::docker {
namespace {

using model::Operation;
using shell::Step;

class Stats final : public VerbProgram<Stats> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        for (;;) {
            switch (stage_) {
                case Stage::List:
                    if (!list(context)) return Step::block();
                    if (!error_.empty()) return fail(context, error_);
                    stage_ = Stage::Ask;
                    break;
                case Stage::Ask:
                    if (!ask(context)) return Step::block();
                    if (!error_.empty()) return fail(context, error_);
                    // Later figures come a second apart by themselves.
                    if (due_ == Time{}) due_ = context.now() + kStatsRedraw;
                    stage_ = Stage::Wait;
                    break;
                case Stage::Wait:
                    if (context.now() < due_) return Step::block(due_);
                    if (auto drawn = draw(); !drawn) {
                        return fail(context, drawn.error().message);
                    } else if (flags().on("no-stream") || !print(context, on_screen(*drawn))) {
                        return flags().on("no-stream") ? finish(context, {*drawn, {}, 0})
                                                       : Step::exit(1);
                    }
                    rows_.clear();
                    due_ = context.now() + (names_.empty() ? kStatsRedraw : Duration{});
                    stage_ = Stage::List;
                    break;
            }
        }
    }

  private:
    enum class Stage : std::uint8_t { List, Ask, Wait };

    // True when names_ says whose figures to show.
    bool list(model::ProcessContext& context) {
        names_ = arguments();
        if (!names_.empty()) return true;
        const auto request = [this] {
            model::RequestSpec spec = request_for(Operation::ContainerList);
            if (flags().on("all")) spec.options["all"] = "1";
            if (!invocation().filters.empty())
                spec.options["filters"] = filters_json(invocation().filters);
            return spec;
        };
        Answer answer;
        if (!asked(context, call_, answer, request)) return false;
        if (!answer.ok()) {
            error_ = error_text(answer);
            return true;
        }
        const Json containers = Json::parse(answer.body, nullptr, false);
        for (const Json& container : containers)
            names_.push_back(format::short_id(container.value("Id", std::string())));
        return true;
    }

    // True when all containers have answered, asked all at once; error_ when one that was named isn't
    // there.
    bool ask(model::ProcessContext& context) {
        if (calls_.empty()) {
            calls_.resize(names_.size());
            for (std::size_t i = 0; i < names_.size(); ++i)
                calls_[i].start(context, request_for(Operation::ContainerStats, names_[i]));
        }
        for (const Call& call : calls_) {
            if (!call.done(context)) return false;
        }
        for (std::size_t i = 0; i < calls_.size(); ++i)
            add(context, names_[i], calls_[i]);
        calls_.clear();
        return true;
    }

    void add(model::ProcessContext& context, const std::string& name, Call& call) {
        const Answer answer = call.take(context);
        if (answer.ok()) {
            format::StatsFacts facts =
                format::stats_facts(Json::parse(answer.body, nullptr, false));
            facts.container = name;
            rows_.push_back(format::stats_row(facts, !flags().on("no-trunc")));
        } else if (answer.status == 0) {
            error_ = error_text(answer);
        } else if (!arguments().empty()) {  // else it is gone since it was listed
            error_ += (error_.empty() ? "" : "\n") + error_text(answer);
        }
    }

    [[nodiscard]] Result<std::string> draw() const {
        return format::render_list(
            format::stats_list(), format::stats_format(flags().text("format")), rows_);
    }

    // Drawn over what was there before, as docker does it.
    static std::string on_screen(const std::string& text) {
        std::string out = "\033[H";
        for (const std::string& line : split(text, '\n'))
            out += line + " \033[K\n";
        return out + "\033[J";
    }

    Stage stage_ = Stage::List;
    std::vector<std::string> names_;
    std::vector<format::Row> rows_;
    std::string error_;
    Time due_{};
    Call call_;
    std::vector<Call> calls_;
};

}  // namespace

std::unique_ptr<shell::Program> start_stats(Invocation invocation) {
    return std::make_unique<Stats>(std::move(invocation));
}

}  // namespace podium::programs::docker
