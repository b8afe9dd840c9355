// `docker service logs` of a service or a task (cli/command/service/logs.go of docker/cli 28.2). Each line comes
// with details that say whose it is; names for these are asked for once.

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/programs/docker/moments.hpp"
#include "sim/programs/docker/streams.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/talk.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&](std::size_t at_index) {
            const char c = at_index < text.size() ? text[at_index] : 'x';
            return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        };
        if (text[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
            out += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

// A frame by which the engine says what went wrong (moby pkg/stdcopy, Systemerr).
constexpr int kFromDaemon = 3;
constexpr std::size_t kPiece = 32U << 10;  // io.Copy

class ServiceLogs final : public VerbProgram<ServiceLogs> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(model::ProcessContext& context) override {
        if (target_.empty()) {
            const Step step = find(context);
            if (target_.empty()) return step;
        }
        if (!answered_ && !logs_.upgraded(context)) return Step::block();
        const int from = answered_ ? -1 : logs_.output(context);
        if (from >= 0) {
            for (shell::ReadResult read = context.read(from, kPiece); read.kind == shell::ReadResult::Kind::Data; read = context.read(from, kPiece)) take(read.data);
        }
        if (!answered_ && logs_.done(context)) {
            // Of an answer without a stream the body is all there is.
            const Answer answer = logs_.take(context);
            if (!answer.ok() && from < 0) return fail(context, error_text(answer));
            if (answer.ok()) take(answer.body);
            broken_ = !answer.ok();  // the engine went away
            answered_ = true;
        }
        return terminal_ ? show_as_it_is(context) : show(context);
    }

  private:
    // Whose logs these are: a service's, else a task's.
    Step find(model::ProcessContext& context) {
        Talk talk(context, state_);
        const std::string& name = arguments().front();
        const Reply* service = talk.ask(target_of("GET", "/services/" + path_part(name), {{"insertDefaults", "false"}}));
        if (service == nullptr) return Step::block();
        terminal_ = flag_at(service->value(), "Spec.TaskTemplate.ContainerSpec.TTY");
        std::string kind = "services";
        if (service->ok()) {
            if (has(service->value(), "Spec.Mode.Replicated.Replicas")) width_ = std::to_string(number_at(service->value(), "Spec.Mode.Replicated.Replicas")).size();
        } else {
            if (!service->is_missing()) return fail(context, service->error());
            const Reply* task = talk.ask(target_of("GET", "/tasks/" + path_part(name)));
            if (task == nullptr) return Step::block();
            if (task->is_missing()) return fail(context, "no such task or service: " + name);
            if (!task->ok()) return fail(context, task->error());
            terminal_ = flag_at(task->value(), "Spec.ContainerSpec.TTY");
            width_ = std::to_string(number_at(task->value(), "Slot")).size();
            kind = "tasks";
        }
        if (terminal_ && !flags().on("raw")) return fail(context, "tty service logs only supported with --raw");
        std::string since;
        if (const std::string text = flags().text("since"); !text.empty()) {
            const auto moment = parse_moment(text, talk.now());
            if (!moment) return fail(context, fmt::format("invalid value for \"since\": {}", moment.error().message));
            since = unix_text(*moment);
        }
        const auto one = [](bool truth) { return std::string(truth ? "1" : ""); };
        raw_ = flags().on("raw");
        target_ = target_of("GET", fmt::format("/{}/{}/logs", kind, path_part(name)),
                            {{"stdout", "1"}, {"stderr", "1"}, {"since", since}, {"timestamps", one(flags().on("timestamps"))}, {"follow", one(flags().on("follow"))},
                             {"tail", flags().text("tail", "all")}, {"details", one(flags().on("details") || !raw_)}});
        logs_.start(context, request_for(model::Operation::Orchestration, target_));
        return Step::block();
    }

    void take(const std::string& bytes) {
        if (terminal_) piece_ += bytes;
        else frames_.take(bytes);
    }

    Step over(model::ProcessContext& context) {
        if (!answered_) return Step::block();
        return broken_ ? fail(context, "unexpected EOF") : Step::exit(0);
    }

    // What a terminal has printed has no frames, and standard error is not apart.
    Step show_as_it_is(model::ProcessContext& context) {
        if (context.write(1, std::exchange(piece_, {})) != shell::Errno::None) return leave(context);
        return over(context);
    }

    Step show(model::ProcessContext& context) {
        for (;;) {
            if (piece_.empty() && !frames_.next(which_, piece_)) break;
            if (which_ == kFromDaemon) {
                logs_.abandon(context);
                return fail(context, "error from daemon in stream: " + piece_);
            }
            if (raw_) {
                if (context.write(which_, piece_) != shell::Errno::None) return leave(context);
                piece_.clear();
                continue;
            }
            std::string line;
            const auto made = prettify(context, line);
            if (!made) {
                logs_.abandon(context);
                return fail(context, made.error().message);
            }
            if (!*made) return Step::block();
            if (context.write(which_, line) != shell::Errno::None) return leave(context);
            piece_.clear();
        }
        return over(context);
    }

    Step leave(model::ProcessContext& context) {
        logs_.abandon(context);
        return Step::exit(1);
    }

    // One line with whose it is in front; false while a name is missing.
    Result<bool> prettify(model::ProcessContext& context, std::string& out) {
        const bool timestamps = flags().on("timestamps");
        std::string rest = piece_;
        std::string stamp;
        const auto take_word = [&rest](std::string& word) {
            const std::size_t blank = rest.find(' ');
            if (blank == std::string::npos) return false;
            word = rest.substr(0, blank);
            rest.erase(0, blank + 1);
            return true;
        };
        std::string details;
        if ((timestamps && !take_word(stamp)) || !take_word(details)) return Error{"invalid context in log message: " + piece_, {}, {}};
        std::map<std::string, std::string> known;
        for (const std::string& pair : split(details, ',')) {
            const std::size_t equals = pair.find('=');
            if (equals == std::string::npos) return Error{"invalid details format", {}, {}};
            known[unescaped(pair.substr(0, equals))] = unescaped(pair.substr(equals + 1));
        }
        std::string ids[3];
        constexpr std::string_view kNames[3] = {"node", "service", "task"};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto found = known.find(fmt::format("com.docker.swarm.{}.id", kNames[i]));
            if (found == known.end()) return Error{fmt::format("missing {} id in details: map[]", kNames[i]), {}, {}};
            ids[i] = found->second;
            known.erase(found);
        }
        const auto who = prefix(context, ids[0], ids[1], ids[2]);
        if (!who) return who.error();
        if (who->empty()) return false;
        if (timestamps) out = stamp + " ";
        out += *who + "    | ";
        if (flags().on("details")) {
            std::string list;
            for (const auto& [name, value] : known) list += fmt::format("{}{}={}", list.empty() ? "" : ",", name, value);
            out += list + " ";
        }
        out += rest;
        return true;
    }

    // "web.1.sn936m55bibp@node"; empty while an answer is missing.
    Result<std::string> prefix(model::ProcessContext& context, const std::string& node, const std::string& service, const std::string& task) {
        if (const auto known = prefixes_.find(task); known != prefixes_.end()) return known->second;
        if (!name_of(context, "/nodes/" + path_part(node), node, {"Spec.Name", "Description.Hostname"})) return std::string();
        if (!name_of(context, target_of("", "/services/" + path_part(service), {{"insertDefaults", "false"}}).substr(1), service, {"Spec.Name"})) return std::string();
        Answer answer;
        if (!asked(context, call_, answer, [&] { return request_for(model::Operation::Orchestration, target_of("GET", "/tasks/" + path_part(task))); })) return std::string();
        if (!answer.ok()) return Error{error_text(answer), {}, {}};
        const Reply reply(answer);
        const std::string slot = std::to_string(number_at(reply.value(), "Slot"));
        std::string name = fmt::format("{}.{}", names_[service], slot);
        if (!flags().on("no-task-ids")) name += "." + (flags().on("no-trunc") ? task : format::short_id(task));
        name += "@" + names_[node];
        if (slot.size() < width_) name.append(width_ - slot.size(), ' ');
        return prefixes_[task] = name;
    }

    bool name_of(model::ProcessContext& context, const std::string& path, const std::string& id, std::initializer_list<std::string_view> members) {
        if (names_.count(id) != 0) return true;
        if (flags().on("no-resolve")) {
            names_[id] = id;
            return true;
        }
        Answer answer;
        if (!asked(context, call_, answer, [&] { return request_for(model::Operation::Orchestration, "GET " + path); })) return false;
        const Reply reply(answer);
        std::string name;
        for (const std::string_view member : members)
            if (name.empty() && reply.ok()) name = text_at(reply.value(), member);
        names_[id] = name.empty() ? id : name;
        return true;
    }

    TalkState state_;
    std::string target_;
    bool raw_ = false;
    std::size_t width_ = 1;
    Call logs_;
    Call call_;
    FrameReader frames_;
    std::string piece_;
    int which_ = 1;
    bool answered_ = false;
    bool broken_ = false;
    bool terminal_ = false;
    std::map<std::string, std::string> names_;
    std::map<std::string, std::string> prefixes_;
};

}  // namespace

std::unique_ptr<shell::Program> start_service_logs(Invocation invocation) { return std::make_unique<ServiceLogs>(std::move(invocation)); }

}  // namespace podium::programs::docker
