#include "sim/programs/compose/one_off.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose/converge.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose_file/command.hpp"
#include "sim/programs/compose_file/dotenv.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/unsimulated_flags.hpp"

namespace podium::programs::composing {
namespace {

std::string slug_of(model::ProcessContext& context) {
    constexpr std::uint64_t kTwelveDigits = 0xFFFF'FFFF'FFFFU;
    return fmt::format("{:012x}", context.random() & kTwelveDigits);
}

// "NAME" alone takes the client's own value.
std::string variable_of(const Wish& wish, const std::string& entry) {
    if (entry.find('=') != std::string::npos) return entry;
    for (const std::string& own : wish.environment) {
        if (own.starts_with(entry + "=")) return own;
    }
    return entry;
}

// A later entry of a name replaces the earlier one.
void set_variable(std::vector<std::string>& environment, const std::string& entry) {
    const std::string name = entry.substr(0, entry.find('='));
    std::erase_if(environment, [&name](const std::string& old) { return old.substr(0, old.find('=')) == name; });
    environment.push_back(entry);
}

// --env-from-file: what is in the files, where -e doesn't say otherwise.
Result<void> add_variable_files(model::ProcessContext& context, const Wish& wish, model::ContainerSpec& spec) {
    for (const std::string& file : wish.flags.all("env-from-file")) {
        std::string content;
        std::string why;
        if (!docker::read_whole_file(context, file, content, why)) return Error{fmt::format("open {}: {}", file, lower(why.substr(0, 1)) + why.substr(1)), {file, 0, 0}, {}};
        std::vector<std::string> unset;
        const auto lookup = [&wish](std::string_view name) -> std::optional<std::string> {
            const std::string text = variable_of(wish, std::string(name));
            const std::size_t equals = text.find('=');
            return equals == std::string::npos ? std::nullopt : std::optional(text.substr(equals + 1));
        };
        const auto lines = compose::parse_dotenv(content, file, lookup, false, unset);
        if (!lines) return lines.error();
        for (const compose::EnvironmentLine& line : *lines) {
            set_variable(spec.environment, fmt::format("{}={}", line.name, line.value));
        }
    }
    return {};
}

Result<void> apply_flags(model::ProcessContext& context, const Wish& wish, model::ContainerSpec& spec) {
    const docker::ParsedFlags& flags = wish.flags;
    if (auto added = add_variable_files(context, wish, spec); !added) return added.error();
    for (const std::string& entry : flags.all("env")) {
        const std::string variable = variable_of(wish, entry);
        if (wish.v1() || variable.find('=') != std::string::npos) set_variable(spec.environment, variable);
    }
    for (const bool add : {true, false}) {
        std::vector<std::string>& into = add ? spec.capabilities_added : spec.capabilities_dropped;
        std::vector<std::string>& from = add ? spec.capabilities_dropped : spec.capabilities_added;
        for (const std::string& name : flags.all(add ? "cap-add" : "cap-drop")) {
            into.push_back(name);
            std::erase(from, name);
        }
    }
    for (const std::string& entry : flags.all("label")) {
        const std::size_t equals = entry.find('=');
        spec.labels[entry.substr(0, equals)] = equals == std::string::npos ? "" : entry.substr(equals + 1);
    }
    if (flags.has("user")) spec.user = flags.text("user");
    if (flags.has("workdir")) spec.working_directory = flags.text("workdir");
    if (!flags.on("service-ports")) spec.ports.clear();
    for (const std::string& entry : flags.all("publish")) {
        auto ports = docker::parse_publish(entry);
        if (!ports) return ports.error();
        spec.ports.insert(spec.ports.end(), ports->begin(), ports->end());
    }
    for (const std::string& entry : flags.all("volume")) {
        auto mount = docker::parse_volume(entry, context.working_directory());
        if (!mount) return mount.error();
        std::erase_if(spec.mounts, [&mount](const model::Mount& old) { return old.target == mount->target; });
        spec.mounts.push_back(std::move(*mount));
    }
    if (flags.has("entrypoint")) {
        spec.entrypoint = compose::split_command(flags.text("entrypoint"), wish.dialect).words;
        spec.entrypoint_set = true;
        spec.command.clear();
    }
    const auto& words = wish.arguments();
    if (words.size() > 1) spec.command.assign(words.begin() + 1, words.end());
    docker::tell_unsimulated(context, "compose run", flags);
    return {};
}

}  // namespace

// docker compose 2: -t and -T decide; else there is a terminal where the client has one on both sides.
bool OneOffRun::wants_terminal(model::ProcessContext& context, const Wish& wish) {
    const docker::ParsedFlags& flags = wish.flags;
    if (wish.v1()) return !flags.on("no-TTY") && !flags.on("detach") && context.is_terminal(0);
    if (flags.has("tty")) return flags.on("tty");
    if (flags.has("no-TTY")) return !flags.on("no-TTY");
    return context.is_terminal(1) && (flags.has("interactive") || context.is_terminal(0));
}

Result<ContainerPlan> OneOffRun::plan(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids) {
    const compose::Service& service = *project.find_service(wish.arguments().front());
    const std::string slug = slug_of(context);
    ContainerWish container;
    container.project = &project;
    container.service = &service;
    container.oneoff = true;
    container.aliases = wish.flags.on("use-aliases");
    container.slug = slug;
    const char separator = separator_of(project);
    name_ = wish.flags.has("name") ? wish.flags.text("name") : fmt::format("{}{}{}{}run{}{}", project.name, separator, service.name, separator, separator, slug);
    container.name = name_;
    if (const auto image = image_ids.find(service.name); image != image_ids.end()) container.image_id = image->second;
    ContainerPlan out = container_spec_of(container);
    tty_ = wants_terminal(context, wish);
    interactive_ = wish.v1() ? !wish.flags.on("detach") : wish.flags.on("interactive", true);
    out.spec.tty = tty_;
    out.spec.open_stdin = interactive_;
    out.spec.auto_remove = !wish.v1() && wish.flags.on("rm");
    if (auto applied = apply_flags(context, wish, out.spec); !applied) return applied.error();
    return out;
}

OneOffRun::Next OneOffRun::make(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids, Board& board) {
    const std::string& service = wish.arguments().front();
    auto planned = plan(context, wish, project, image_ids);
    if (!wish.v1() && planned && tty_ && interactive_ && !context.is_terminal(0)) planned = Error{"the input device is not a TTY", {}, {}};
    if (!wish.v1() && planned) {
        std::string wrong = creation_error(project, *project.find_service(service));
        if (wrong.empty()) wrong = injection_error(project, *project.find_service(service));
        if (!wrong.empty()) planned = Error{std::move(wrong), {}, {}};
    }
    if (!planned) {
        print_error(context, planned.error().message + "\n");
        status_ = 1;
        return Next::Done;
    }
    board.forget();
    std::vector<std::size_t> gates;
    for (const compose::Dependency& dependency : project.find_service(service)->depends_on) {
        if (wish.v1() || wish.flags.on("no-deps") || dependency.condition == compose::DependencyCondition::Started) continue;
        gates.push_back(board.add(Batch{}));
        Task wait;
        wait.service = service;
        wait.acts.push_back(wait_act(project, dependency));
        wait.acts.back().begin = " ";  // nothing is told, but it looks as late as ever
        board.add(gates.back(), std::move(wait));
    }
    Batch batch;
    batch.verb = wish.v1() ? "Creating" : "";
    batch.after = gates;
    const std::size_t number = board.add(std::move(batch));
    Task task;
    task.service = service;
    task.subject = wish.v1() ? fmt::format("{}_{}_run", project.name, service) : "Container " + name_;
    task.acts.push_back(create_act(std::make_shared<const model::ContainerSpec>(planned->spec), name_, service));
    for (std::size_t i = 0; i < planned->networks.size(); ++i) {
        const model::EndpointSpec& endpoint = planned->networks[i];
        if (i == 0 && !wish.v1()) continue;
        if (i == 0) {
            Act leave_it = act_for(model::Operation::NetworkDisconnect, endpoint.network);
            leave_it.spec.options["container"] = std::string(1, kOwnId);
            task.acts.push_back(std::move(leave_it));
        }
        task.acts.push_back(connect_act(endpoint));
    }
    // docker compose 2 tells nothing of this container.
    board.quiet = !wish.v1();
    if (!wish.v1()) task.acts.front().failure.clear();
    board.add(number, std::move(task));
    stage_ = Stage::Made;
    return Next::Board;
}

void OneOffRun::begin_start(model::ProcessContext& context, const Wish& wish) {
    if (!wish.flags.on("detach")) attended_.wait(context, id_, wish.flags.on("rm") && !wish.v1() ? "removed" : "next-exit");
    call_.start(context, request_for(model::Operation::ContainerStart, id_));
    stage_ = Stage::Start;
}

OneOffRun::Next OneOffRun::made(model::ProcessContext& context, const Wish& wish, Board& board) {
    if (!board.errors().empty()) {
        print_error(context, board.errors().front().message + "\n");
        status_ = 1;
        return Next::Done;
    }
    id_ = board.tasks().back().id;
    board.forget();
    if (wish.flags.on("detach")) {
        begin_start(context, wish);
        return Next::Wait;
    }
    attended_.signals.begin(context, id_);
    attended_.attach(context, id_, interactive_, tty_, {});
    stage_ = Stage::Attach;
    return Next::Wait;
}

// 1.29 takes the container away itself; docker compose 2 leaves that to the engine.
OneOffRun::Next OneOffRun::leave(model::ProcessContext& context, const Wish& wish, int status) {
    status_ = status;
    by_sys_exit_ = wish.v1() && !wish.flags.on("detach");
    attended_.hang_up(context);
    if (!wish.v1() || !wish.flags.on("rm") || wish.flags.on("detach")) return Next::Done;
    model::RequestSpec spec = request_for(model::Operation::ContainerRemove, id_);
    spec.options["v"] = "1";
    spec.options["force"] = "1";
    call_.start(context, std::move(spec));
    stage_ = Stage::Remove;
    return Next::Wait;
}

OneOffRun::Next OneOffRun::advance(model::ProcessContext& context, const Wish& wish, const compose::Project& project, const std::map<std::string, std::string>& image_ids, Board& board) {
    for (;;) {
        switch (stage_) {
            case Stage::Make: return make(context, wish, project, image_ids, board);
            case Stage::Made:
                if (made(context, wish, board) == Next::Done) return Next::Done;
                break;
            case Stage::Attach: {
                if (!attended_.attached(context)) return Next::Wait;
                if (const std::string refusal = attended_.refusal(context); !refusal.empty()) {
                    print_error(context, refusal + "\n");
                    return leave(context, wish, 1);
                }
                begin_start(context, wish);
                break;
            }
            case Stage::Start: {
                attended_.signals.forward(context);
                if (!call_.done(context)) return Next::Wait;
                const Answer answer = call_.take(context);
                if (!answer.ok()) {
                    // With a terminal to attend 1.29 has docker itself start it.
                    const bool own = wish.v1() && wish.flags.on("detach");
                    const std::string message = own ? fmt::format("Cannot start service {}: {}", wish.arguments().front(), answer.message()) : docker::error_text(answer);
                    print_error(context, message + "\n");
                    attended_.detach(context);
                    return leave(context, wish, 1);
                }
                if (wish.flags.on("detach")) {
                    print(context, (wish.v1() ? name_ : id_) + "\n");
                    return leave(context, wish, 0);
                }
                stage_ = Stage::Run;
                break;
            }
            case Stage::Run: {
                const docker::Flow flow = attended_.pump(context);
                int status = 0;
                const bool over = flow == docker::Flow::Detached || (flow != docker::Flow::Open && attended_.ended(context, docker::host_time(context), status));
                if (!over) return Next::Wait;
                if (leave(context, wish, status) == Next::Done) return Next::Done;
                break;
            }
            case Stage::Remove:
                if (!call_.done(context)) return Next::Wait;
                call_.abandon(context);
                return Next::Done;
        }
    }
}

}  // namespace podium::programs::composing
