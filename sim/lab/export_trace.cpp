#include "sim/lab/export_trace.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/printable.hpp"
#include "sim/lab/export_lanes.hpp"
#include "sim/view/describe.hpp"

namespace podium::lab {
namespace {

using TraceJson = nlohmann::ordered_json;

// Processes that are no hosts; those come behind.
constexpr int kTraceStory = 1;
constexpr int kTraceFaults = 2;
constexpr int kTraceTraffic = 3;
constexpr int kTraceServices = 4;
constexpr int kTraceFirstHost = 10;
constexpr std::size_t kTraceFirstThread = 100'000;

std::string trace_text(const std::string& text) {
    return TraceJson(printable(text)).dump(-1, ' ', false, TraceJson::error_handler_t::replace);
}

std::int64_t trace_time(Time time) { return time.nanoseconds / 1000; }

class TraceWriter {
  public:
    TraceWriter(const Session& session, std::uint64_t most_facts)
        : session_(session), lanes_(make_lanes(session)), chosen_(choose_facts(session, most_facts)) {
        for (const model::Host& host : session.world().hosts) {
            const int number = kTraceFirstHost + static_cast<int>(hosts_.size());
            hosts_.emplace(host.spec.name, number);
        }
    }

    Exported write() {
        out_ = "{\"displayTimeUnit\":\"ms\",\n\"otherData\":" + about() + ",\n\"traceEvents\":[";
        write_names();
        for (std::size_t i = 0; i < lanes_.all.size(); ++i) write_spans(i);
        count_effects();
        session_.journal().for_each(lanes_.first, [this](const Fact& fact) {
            if (chosen_.has(fact.id)) write_fact(fact);
        });
        out_ += "\n]}\n";
        Exported done{std::move(out_), {}};
        if (const std::string left_out = chosen_.remark("the trace"); !left_out.empty()) done.remarks.push_back(left_out);
        return done;
    }

  private:
    [[nodiscard]] std::string about() const {
        TraceJson out;
        out["made by"] = "podium export";
        out["run"] = session_.set_up().program;
        out["seed"] = session_.set_up().seed;
        out["simulated seconds"] = format_seconds(session_.now().nanoseconds, 3);
        out["fingerprint"] = fmt::format("{:016x}", session_.fingerprint());
        out["facts"] = session_.journal().size();
        if (chosen_.left_out > 0) out["left out"] = chosen_.remark("the trace");
        return out.dump(-1, ' ', false, TraceJson::error_handler_t::replace);
    }

    // Each event on a line of its own.
    void begin_event() {
        out_ += any_ ? ",\n" : "\n";
        any_ = true;
    }

    [[nodiscard]] int process_of(const Lane& lane) const {
        switch (lane.kind) {
            case LaneKind::Story: return kTraceStory;
            case LaneKind::Fault: return kTraceFaults;
            case LaneKind::Traffic: return kTraceTraffic;
            case LaneKind::Service: return kTraceServices;
            case LaneKind::Host:
            case LaneKind::Terminal:
            case LaneKind::Pull:
            case LaneKind::Container: break;
        }
        const auto host = hosts_.find(lane.host);
        return host == hosts_.end() ? kTraceStory : host->second;
    }

    // Threads are numbered through the whole trace, so that a number means one lane; and none is its process's: Perfetto takes
    // such a one for the main thread.
    static std::size_t thread_of(std::size_t lane) { return lane + kTraceFirstThread; }

    void write_name(const char* what, int process, std::size_t thread, const std::string& name) {
        begin_event();
        fmt::format_to(std::back_inserter(out_), R"({{"ph":"M","name":"{}_name","pid":{},"tid":{},"args":{{"name":{}}}}})", what, process, thread, trace_text(name));
        begin_event();
        const std::size_t place = thread == 0 ? static_cast<std::size_t>(process) : thread;
        fmt::format_to(std::back_inserter(out_), R"({{"ph":"M","name":"{}_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}}}})", what, process, thread, place);
    }

    void write_names() {
        std::map<int, std::string> used;
        for (const Lane& lane : lanes_.all) {
            const int process = process_of(lane);
            static constexpr const char* kNames[] = {"", "the run", "faults", "traffic", "services"};
            used[process] = process < kTraceFirstHost ? kNames[process] : "host " + lane.host;
        }
        for (const auto& [process, name] : used) write_name("process", process, 0, name);
        for (std::size_t i = 0; i < lanes_.all.size(); ++i) write_name("thread", process_of(lanes_.all[i]), thread_of(i), lanes_.all[i].name);
    }

    void write_spans(std::size_t number) {
        const Lane& lane = lanes_.all[number];
        for (const LaneSpan& span : lane.spans) {
            const std::int64_t begin = trace_time(span.begin);
            begin_event();
            fmt::format_to(std::back_inserter(out_),
                           R"({{"ph":"X","cat":"state","name":{},"pid":{},"tid":{},"ts":{},"dur":{},"args":{{"state":"{}","fact":{},"goes on":{}}}}})",
                           trace_text(span.text),
                           process_of(lane),
                           thread_of(number),
                           begin,
                           trace_time(span.end) - begin,
                           lane_state_name(span.state),
                           span.fact.value,
                           span.goes_on);
        }
    }

    void count_effects() {
        session_.journal().for_each(lanes_.first, [this](const Fact& fact) {
            if (!chosen_.has(fact.id)) return;
            if (const FactId cause = chosen_.cause_of(fact)) effects_[cause].push_back(fact.id);
        });
    }

    void write_flow(const char* phase, FactId id, std::size_t lane, std::int64_t time) {
        begin_event();
        fmt::format_to(std::back_inserter(out_),
                       R"({{"ph":"{}","cat":"cause","name":"cause","id":{},"pid":{},"tid":{},"ts":{}{}}})",
                       phase,
                       id.value,
                       process_of(lanes_.all[lane]),
                       thread_of(lane),
                       time,
                       *phase == 'f' ? R"(,"bp":"e")" : "");
    }

    // A flow is bound to what lies on top of its thread when it is read (Perfetto's importer takes an instant for a slice of no
    // length, which does): so each follows its fact at once.
    void write_fact(const Fact& fact) {
        const ToldFact told = tell_fact(session_, lanes_.names, fact);
        const std::size_t lane = lanes_.lane_of(fact.id);
        const std::int64_t time = trace_time(fact.time);
        const bool named = told.who.empty() || told.who == lanes_.all[lane].name;
        begin_event();
        fmt::format_to(std::back_inserter(out_),
                       R"({{"ph":"i","s":"t","cat":"{}","name":{},"pid":{},"tid":{},"ts":{},"args":{}}})",
                       told.kind.substr(0, told.kind.find('.')),
                       trace_text(named ? told.what : told.who + ": " + told.what),
                       process_of(lanes_.all[lane]),
                       thread_of(lane),
                       time,
                       view::fact_row(session_.world(), fact_catalogue(), fact));
        if (chosen_.cause_of(fact)) write_flow("f", fact.id, lane, time);
        const auto effects = effects_.find(fact.id);
        if (effects == effects_.end()) return;
        for (const FactId effect : effects->second) write_flow("s", effect, lane, time);
        effects_.erase(effects);
    }

    const Session& session_;
    Lanes lanes_;
    ChosenFacts chosen_;
    std::map<std::string, int> hosts_;
    std::map<FactId, std::vector<FactId>> effects_;
    std::string out_;
    bool any_ = false;
};

}  // namespace

Exported export_trace(const Session& session, std::uint64_t most_facts) { return TraceWriter(session, most_facts).write(); }

}  // namespace podium::lab
