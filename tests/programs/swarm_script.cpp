#include "tests/programs/swarm_script.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "sim/model/world.hpp"
#include "sim/programs/docker/docker.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs {
namespace {

using model::Operation;

// Words of a command line: blanks part them, quotes keep them together.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> out;
    std::string word;
    bool open = false;
    char quote = 0;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            open = true;
        } else if (c == ' ') {
            if (open) out.push_back(word);
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (open) out.push_back(word);
    return out;
}

// The engine's own operations by the paths that recordings have them under.
std::string target_of(const model::RequestSpec& spec) {
    switch (spec.operation) {
        case Operation::Orchestration: return spec.target;
        case Operation::Info: return "GET /info";
        case Operation::NetworkInspect: return "GET /networks/" + spec.target;
        case Operation::NetworkRemove: return "DELETE /networks/" + spec.target;
        case Operation::NetworkList: return "GET /networks";
        case Operation::ContainerList: return "GET /containers/json";
        case Operation::Events: return "GET /events";
        default: return "(another operation) " + spec.target;
    }
}

// Nothing is looked up by name here.
class NoPrograms final : public model::ProgramTable {
  public:
    [[nodiscard]] std::unique_ptr<shell::Program> make(const std::vector<std::string>& /*argv*/, const std::vector<std::string>& /*environment*/, bool /*in_container*/, shell::Errno& error) const override {
        error = shell::Errno::NoEntry;
        return nullptr;
    }
    [[nodiscard]] shell::Errno find(const std::string& /*name*/, bool /*in_container*/) const override { return shell::Errno::NoEntry; }
    [[nodiscard]] std::unique_ptr<shell::Program> make_init(const std::vector<std::string>& /*argv*/) const override { return nullptr; }
    [[nodiscard]] std::unique_ptr<shell::Program> make_service(const model::BehaviourProfile& /*profile*/) const override { return nullptr; }
};

class Script {
  public:
    Script(const std::string& command, const SwarmScript& script) : script_(script), world_(7) {
        host_ = model::add_host(world_, {.name = "d4", .address = "10.78.0.4"});
        world_.programs = std::make_shared<NoPrograms>();
        world_.host(host_).clock_skew = script.clock;
        world_.orchestrated = world_.host(host_).engine.orchestrated = script.orchestrated;
        for (const auto& [name, content] : script.files) model::write_file(world_, host_, {model::FileLocation::Tree::Host, host_.value, 0, "/root/" + name, false}, content, false);
        left_.assign(script.exchanges.begin(), script.exchanges.end());
        start(command);
    }

    ScriptedRun run() {
        const Time end = world_.kernel.now() + script_.longest;
        bool interrupted = script_.interrupt_at.nanoseconds == 0;
        while (alive()) {
            look_for_requests();
            Time next = world_.kernel.next_time();
            for (const Pending& one : pending_) next = std::min(next, one.due);
            if (!interrupted) next = std::min(next, began_ + script_.interrupt_at);
            if (next > end) break;
            if (answer_due(next)) continue;
            if (!interrupted && next == began_ + script_.interrupt_at && world_.kernel.next_time() >= next) {
                world_.kernel.advance_to(next);
                model::send_signal(world_, process_, shell::kSigInt, false);
                interrupted = true;
                continue;
            }
            const Event event = world_.kernel.take_next();
            // The engine itself does nothing: the script answers for it.
            if (event.kind != model::kEventRequest) model::handle_model_event(world_, event);
        }
        out_.out = model::take_stream(world_, output_);
        out_.error = model::take_stream(world_, errors_);
        if (const model::Process* row = world_.processes.find(process_); row != nullptr && row->ended) out_.status = row->exit_status;
        return std::move(out_);
    }

  private:
    struct Pending {
        model::RequestId request;
        Time due;
        Exchange exchange;
    };

    model::StreamId add_stream(model::Stream::Kind kind) {
        model::Stream stream;
        stream.kind = kind;
        return model::make_stream(world_, stream);
    }

    void start(const std::string& command) {
        using Kind = model::Stream::Kind;
        output_ = add_stream(script_.terminal ? Kind::Terminal : Kind::Pipe);
        errors_ = add_stream(Kind::Pipe);
        const model::StreamId input = add_stream(Kind::Pipe);
        model::retain_stream(world_, output_, true, false);
        model::retain_stream(world_, errors_, true, false);
        model::retain_stream(world_, input, false, true);
        std::vector<std::string> environment{"HOME=/root", "PATH=/bin"};
        if (script_.terminal) environment.emplace_back("TERM=xterm-256color");
        model::ProcessSpec spec;
        spec.argv = words_of(command);
        spec.program = docker::make_docker(spec.argv, environment);
        spec.environment = std::make_shared<const std::vector<std::string>>(environment);
        spec.host = host_;
        spec.role = model::ProcessRole::Session;
        spec.working_directory = "/root";
        spec.descriptors = {model::open_descriptor(world_, 0, input, true, false), model::open_descriptor(world_, 1, output_, false, true), model::open_descriptor(world_, 2, errors_, false, true)};
        model::feed_stream(world_, input, script_.input);
        model::release_stream(world_, input, false, true);
        process_ = model::start_process(world_, std::move(spec));
        began_ = world_.kernel.now();
    }

    [[nodiscard]] bool alive() const {
        const model::Process* row = world_.processes.find(process_);
        return row != nullptr && !row->ended;
    }

    void look_for_requests() {
        for (const model::RequestId id : world_.requests.keys()) {
            if (!known_.insert({id.slot, id.generation}).second) continue;
            const model::RequestSpec& spec = world_.requests.at(id).spec;
            if (spec.operation == Operation::Ping) {
                pending_.push_back({id, world_.kernel.now(), {"GET /_ping", {}, 200, "OK", {}, false}});
                continue;
            }
            const std::string target = target_of(spec);
            out_.asked.emplace_back(target, spec.body);
            auto found = left_.begin();
            const auto path = [](const std::string& whole) { return whole.substr(0, whole.find('?')); };
            if (script_.any_order) {
                found = std::find_if(left_.begin(), left_.end(), [&](const Exchange& one) { return one.target == target; });
                if (found == left_.end()) found = std::find_if(left_.begin(), left_.end(), [&](const Exchange& one) { return one.target == path(target); });
            }
            const bool fits = found != left_.end() && (script_.any_order || found->target == target || path(found->target) == target);
            Exchange exchange;
            if (fits) {
                exchange = *found;
                bool again = false;
                for (auto later = found + 1; later != left_.end(); ++later) again = again || later->target == found->target;
                if (!script_.any_order || again) left_.erase(found);
            } else {
                out_.unexpected.emplace_back(target, spec.body);
                exchange = {target, {}, 404, R"({"message":"not in the script"})", {}, false};
            }
            pending_.push_back({id, std::max(world_.kernel.now(), began_ + exchange.answered), exchange});
        }
    }

    bool answer_due(Time now) {
        for (auto one = pending_.begin(); one != pending_.end(); ++one) {
            if (one->due > now || world_.kernel.next_time() < one->due) continue;
            world_.kernel.advance_to(one->due);
            if (one->exchange.stream) {
                model::Request& row = world_.requests.at(one->request);
                row.stream = add_stream(model::Stream::Kind::Pipe);
                row.upgraded = true;
                model::retain_stream(world_, row.stream, true, false);
                model::retain_stream(world_, row.stream, false, true);
                model::feed_stream(world_, row.stream, one->exchange.body);
                model::release_stream(world_, row.stream, false, true);
                model::answer_orchestration(world_, one->request, one->exchange.status, "");
            } else {
                model::answer_orchestration(world_, one->request, one->exchange.status, one->exchange.body);
            }
            pending_.erase(one);
            return true;
        }
        return false;
    }

    const SwarmScript& script_;
    model::World world_;
    model::HostId host_;
    model::ProcessId process_;
    model::StreamId output_;
    model::StreamId errors_;
    Time began_{};
    std::deque<Exchange> left_;
    std::vector<Pending> pending_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> known_;
    ScriptedRun out_;
};

}  // namespace

ScriptedRun run_scripted(const std::string& command, const SwarmScript& script) { return Script(command, script).run(); }

}  // namespace podium::programs
