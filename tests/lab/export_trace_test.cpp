// The trace against the trace-event format: what each phase must have, that slices nest, and that every flow has both ends.

#include "sim/lab/export_trace.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include <catch2/catch.hpp>

#include "sim/lab/export_lanes.hpp"
#include "tests/lab/export_fixture.hpp"

namespace podium::lab {
namespace {

using TraceJson = nlohmann::json;
using Thread = std::pair<int, int>;

TraceJson trace_of(const Session& session, std::uint64_t most = kMostTraceFacts) { return TraceJson::parse(export_trace(session, most).text); }

Thread thread_of(const TraceJson& event) { return {event.at("pid").get<int>(), event.at("tid").get<int>()}; }

// What the format asks of an event of a phase; empty: all is there.
std::string missing_in(const TraceJson& event) {
    const auto needs = [&event](const char* key, bool (TraceJson::*is)() const noexcept) { return event.contains(key) && (event.at(key).*is)() ? std::string() : std::string(key) + " "; };
    const std::string phase = event.value("ph", std::string());
    std::string out = needs("name", &TraceJson::is_string) + needs("pid", &TraceJson::is_number_integer) + needs("tid", &TraceJson::is_number_integer);
    if (phase == "M") return out + (event.contains("args") && event.at("args").size() == 1 ? "" : "args ");
    out += needs("ts", &TraceJson::is_number_integer) + needs("cat", &TraceJson::is_string);
    if (phase == "X") return out + needs("dur", &TraceJson::is_number_integer);
    if (phase == "i") return out + (event.value("s", std::string()) == "t" ? "" : "s ");
    if (phase == "s") return out + needs("id", &TraceJson::is_number_integer);
    if (phase == "f") return out + needs("id", &TraceJson::is_number_integer) + (event.value("bp", std::string()) == "e" ? "" : "bp ");
    return "a phase there is not: " + phase;
}

}  // namespace

TEST_CASE("trace: every event has what its phase needs, and its process and thread have names") {
    for (const Session& session : {busy_run(), hostile_run(), swarm_run()}) {
        const TraceJson trace = trace_of(session);
        CHECK(trace.at("displayTimeUnit") == "ms");
        CHECK(trace.at("otherData").at("seed") == 1);
        std::set<int> processes;
        std::set<Thread> threads;
        for (const TraceJson& event : trace.at("traceEvents")) {
            INFO(event.dump(-1, ' ', false, TraceJson::error_handler_t::replace));
            REQUIRE(missing_in(event).empty());
            if (event.at("name") == "process_name") CHECK(processes.insert(event.at("pid").get<int>()).second);
            if (event.at("name") == "thread_name") CHECK(threads.insert(thread_of(event)).second);
        }
        std::int64_t instants = 0;
        for (const TraceJson& event : trace.at("traceEvents")) {
            if (event.at("ph") == "M") continue;
            CHECK(processes.contains(event.at("pid").get<int>()));
            CHECK(threads.contains(thread_of(event)));
            CHECK(event.at("ts") >= 0);
            CHECK(event.at("ts").get<std::int64_t>() <= session.now().nanoseconds / 1000);
            if (event.at("ph") == "i") ++instants;
        }
        CHECK(instants == static_cast<std::int64_t>(session.journal().size()));
    }
}

TEST_CASE("trace: slices of a thread lie behind one another, and end within the run") {
    for (const Session& session : {busy_run(), hostile_run(), swarm_run()}) {
        std::map<Thread, std::int64_t> ends;
        std::size_t slices = 0;
        const TraceJson trace = trace_of(session);
        for (const TraceJson& event : trace.at("traceEvents")) {
            if (event.at("ph") != "X") continue;
            ++slices;
            const Thread thread = thread_of(event);
            const std::int64_t begin = event.at("ts");
            const std::int64_t length = event.at("dur");
            CHECK(length >= 0);
            CHECK(begin >= ends[thread]);
            ends[thread] = begin + length;
            CHECK(begin + length <= session.now().nanoseconds / 1000);
        }
        CHECK(slices >= 5);
    }
}

TEST_CASE("trace: every flow starts once and finishes once, no earlier, where the cause and the effect are") {
    for (const Session& session : {busy_run(), swarm_run()}) {
        std::map<std::int64_t, TraceJson> facts;
        std::map<std::int64_t, TraceJson> starts;
        std::map<std::int64_t, TraceJson> finishes;
        const TraceJson trace = trace_of(session);
        for (const TraceJson& event : trace.at("traceEvents")) {
            const std::string phase = event.at("ph");
            if (phase == "i") facts[event.at("args").at("fact").get<std::int64_t>()] = event;
            if (phase == "s") CHECK(starts.emplace(event.at("id").get<std::int64_t>(), event).second);
            if (phase == "f") CHECK(finishes.emplace(event.at("id").get<std::int64_t>(), event).second);
        }
        CHECK(starts.size() > 10);
        CHECK(starts.size() == finishes.size());
        for (const auto& [id, finish] : finishes) {
            REQUIRE(starts.contains(id));
            const TraceJson& start = starts[id];
            CHECK(start.at("ts") <= finish.at("ts"));
            const TraceJson& effect = facts.at(id);
            const TraceJson& cause = facts.at(effect.at("args").at("cause").get<std::int64_t>());
            for (const char* key : {"pid", "tid", "ts"}) {
                CHECK(finish.at(key) == effect.at(key));
                CHECK(start.at(key) == cause.at(key));
            }
        }
        std::size_t caused = 0;
        session.journal().for_each(session.journal().first(), [&](const Fact& fact) { if (fact.cause) ++caused; });
        CHECK(starts.size() == caused);
    }
}

TEST_CASE("trace: a flow's ends stand right behind their fact, which is what viewers bind them to") {
    const TraceJson trace = trace_of(busy_run());
    TraceJson last;
    for (const TraceJson& event : trace.at("traceEvents")) {
        if (event.at("ph") == "i") last = event;
        if (event.at("ph") != "s" && event.at("ph") != "f") continue;
        for (const char* key : {"pid", "tid", "ts"}) CHECK(event.at(key) == last.at(key));
    }
}

TEST_CASE("trace: hosts are processes, containers threads of theirs, faults a process of their own") {
    std::map<int, std::string> processes;
    std::map<std::string, std::string> threads;
    const TraceJson trace = trace_of(busy_run());
    for (const TraceJson& event : trace.at("traceEvents")) {
        if (event.at("name") == "process_name") processes[event.at("pid").get<int>()] = event.at("args").at("name");
    }
    for (const TraceJson& event : trace.at("traceEvents")) {
        if (event.at("name") == "thread_name") threads[event.at("args").at("name").get<std::string>()] = processes.at(event.at("pid").get<int>());
    }
    CHECK(threads.at("kill web") == "faults");
    CHECK(threads.at("terminal") == "host host");
    CHECK(threads.at("visitors") == "traffic");
    CHECK(threads.at("job") == "host host");
}

TEST_CASE("trace: of too long a run details are left out first, then the middle, and a cause still leads to the nearest that is told") {
    const Session session = busy_run();
    const std::uint64_t all = session.journal().size();
    for (const std::uint64_t most : {all, all - 1, std::uint64_t{20}, std::uint64_t{2}}) {
        INFO(most);
        const Exported exported = export_trace(session, most);
        const TraceJson trace = TraceJson::parse(exported.text);
        std::set<std::int64_t> facts;
        std::size_t starts = 0;
        std::size_t finishes = 0;
        for (const TraceJson& event : trace.at("traceEvents")) {
            if (event.at("ph") == "i") facts.insert(event.at("args").at("fact").get<std::int64_t>());
            if (event.at("ph") == "s") ++starts;
            if (event.at("ph") == "f") ++finishes;
        }
        CHECK(starts == finishes);
        CHECK(facts.size() <= most);
        CHECK(facts.contains(1));
        CHECK(exported.remarks.empty() == (most == all));
        CHECK(trace.at("otherData").contains("left out") == (most != all));
    }
}

}  // namespace podium::lab
