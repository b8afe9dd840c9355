#include "tests/lab/rules_fixture.hpp"

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/lab/rows.hpp"
#include "tests/source_directory.hpp"

namespace podium::lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHost = "host";
constexpr double kLongestEngineStart = 120;
constexpr double kRounding = 0.001;  // rows have milliseconds

Duration long_as(double seconds_long) { return Duration{static_cast<std::int64_t>(std::llround(seconds_long * 1e9))}; }

Session made(bool live_restore, bool only_busybox) {
    std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    SetUp set_up;
    set_up.catalogue = text.str();
    set_up.hosts[0].live_restore = live_restore;
    set_up.images = {"busybox"};
    if (only_busybox) set_up.only_image = "busybox";
    auto session = Session::create(std::move(set_up));
    if (!session) throw std::runtime_error(session.error().text());
    return std::move(*session);
}

std::string text_of(const Json& row, const char* name) {
    const auto found = row.find(name);
    if (found == row.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

double number_of(const Json& row, const char* name) {
    const auto found = row.find(name);
    return found != row.end() && found->is_number() ? found->get<double>() : 0;
}

}  // namespace

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

RuledHost::RuledHost(bool live_restore, bool only_busybox) : session_(made(live_restore, only_busybox)) {}

RuledHost::Done RuledHost::run(const std::string& line, double longest_seconds) {
    session_.take_shown();
    const Time begin = session_.now();
    session_.post({begin, CommandKind::Line, kHost, line, {}});
    session_.run_until(begin);
    const auto ended = [](const Session& session) { return !session.terminal(kHost)->running; };
    if (!ended(session_)) session_.run_until(begin + long_as(longest_seconds), ended);
    Done done;
    done.took = (session_.now() - begin).seconds();
    for (const Shown& piece : session_.take_shown()) {
        if (piece.terminal != kHost) continue;
        if (piece.kind == Shown::Kind::Output) done.out += piece.text;
        if (piece.kind == Shown::Kind::Error) done.error += piece.text;
    }
    done.status = session_.terminal(kHost)->running ? -1 : session_.terminal(kHost)->last_status;
    return done;
}

RuledHost::Done RuledHost::must(const std::string& line) {
    Done done = run(line);
    INFO(line << "\n" << done.out << done.error);
    REQUIRE(done.status == 0);
    return done;
}

void RuledHost::type(const std::string& line) {
    session_.post({session_.now(), CommandKind::Line, std::string(kHost) + "/" + std::to_string(++terminals_), line, {}});
    session_.run_until(session_.now());
}

void RuledHost::wait(double seconds_long) { session_.run_until(session_.now() + long_as(seconds_long)); }

void RuledHost::until(double moment) { session_.run_until(Time{} + long_as(moment)); }

void RuledHost::write_file(const std::string& path, const std::string& content) {
    session_.post({session_.now(), CommandKind::WriteFile, kHost, path, content});
    session_.run_until(session_.now());
}

void RuledHost::signal_engine(const std::string& signal) {
    session_.post({session_.now(), CommandKind::EngineSignal, kHost, signal, {}});
    session_.run_until(session_.now());
}

bool RuledHost::engine_is_down() const { return session_.world().host(model::HostId{1}).engine.state == model::EngineState::Stopped; }

double RuledHost::start_engine() {
    const Time begin = session_.now();
    session_.post({begin, CommandKind::EngineStart, kHost, {}, {}});
    session_.run_until(begin + long_as(kLongestEngineStart), [](const Session& session) { return session.world().host(model::HostId{1}).engine.state == model::EngineState::Running; });
    return (session_.now() - begin).seconds();
}

ContainerLook RuledHost::look(const std::string& name) const {
    for (ContainerLook& row : look_at_containers(session_)) {
        if (row.name == name) return row;
    }
    ContainerLook none;
    none.status = "missing";
    return none;
}

std::vector<RuledHost::Seen> RuledHost::all(const std::string& name, double from, bool execs) const {
    std::vector<Seen> out;
    session_.journal().for_each(FactId{1}, [&](const Fact& fact) {
        const Json row = Json::parse(row_of(session_, fact), nullptr, false);
        if (!row.is_object() || text_of(row, "type") != "event" || text_of(row, "obj") != "container" || text_of(row, "name") != name) return;
        Seen seen;
        seen.t = number_of(row, "t");
        seen.what = text_of(row, "action");
        if (seen.t < from - kRounding || seen.what.starts_with("exec_") != execs) return;
        if (seen.what.starts_with("exec_")) seen.what = seen.what.substr(0, seen.what.find(':'));
        if (seen.what == "die" || seen.what == "exec_die") seen.what += " " + text_of(row, "exitCode");
        if (seen.what == "kill") seen.what += " " + text_of(row, "signal");
        seen.id = text_of(row, "id");
        seen.backoff = number_of(row, "backoff");
        seen.restarts = text_of(row, "decision") == "restart";
        out.push_back(std::move(seen));
    });
    return out;
}

std::vector<RuledHost::Seen> RuledHost::seen(const std::string& name, double from) const { return all(name, from, false); }

std::string RuledHost::events(const std::string& name, double from) const {
    std::string out;
    for (const Seen& one : seen(name, from)) out += (out.empty() ? "" : ", ") + one.what;
    return out;
}

std::vector<double> RuledHost::moments(const std::string& name, const std::string& what, double from) const {
    std::vector<double> out;
    for (const Seen& one : all(name, from, what.starts_with("exec_"))) {
        if (one.what == what) out.push_back(one.t);
    }
    return out;
}

std::vector<double> RuledHost::backoffs(const std::string& name, double from) const {
    std::vector<double> out;
    for (const Seen& one : seen(name, from)) {
        if (one.restarts) out.push_back(one.backoff);
    }
    return out;
}

bool RuledHost::until_status(const std::string& name, const std::string& wanted, double longest_seconds) {
    for (double waited = 0; waited < longest_seconds; waited += 0.01) {
        if (status(name) == wanted) return true;
        wait(0.01);
    }
    return status(name) == wanted;
}

}  // namespace podium::lab
