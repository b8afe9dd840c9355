#include "sim/programs/compose/client.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/facts.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/compose/defaults.hpp"
#include "sim/programs/compose/files.hpp"
#include "sim/programs/compose/verbs.hpp"
#include "sim/programs/compose_file/load.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {

using shell::Step;

namespace {

constexpr std::uint8_t kLeaving = 3;

}  // namespace

std::size_t Client::ask(model::RequestSpec spec) {
    asks_.emplace_back();
    asks_.back().spec = std::move(spec);
    return asks_.size() - 1;
}

bool Client::advance_asks(model::ProcessContext& context) {
    bool all = true;
    for (Ask& one : asks_) {
        if (one.answered) continue;
        if (!one.call.started()) one.call.start(context, one.spec);
        if (!one.call.done(context)) {
            all = false;
            continue;
        }
        one.answer = one.call.take(context);
        one.answered = true;
    }
    return all;
}

Step Client::step(shell::System& system) {
    model::ProcessContext& context = model::ProcessContext::of(system);
    if (stage_ == 0) {
        stage_ = 1;
        return Step::busy(v1() ? kStartV1 : kStartV2);
    }
    if (stage_ == kLeaving) return Step::exit(status_);
    if (stage_ == 1) {
        stage_ = 2;
        if (needs_files() && !load(context)) return Step::exit(1);
    }
    for (;;) {
        if (!advance_asks(context)) return Step::block(wake_at_);
        if (!board_.advance(context)) return Step::block(std::min(board_.deadline(), wake_at_));
        wake_at_ = kNever;
        switch (think(context)) {
            case Move::Go: break;
            case Move::Wait: return Step::block(wake_at_);
            case Move::Done:
                if (!v1()) return Step::exit(status_);
                stage_ = kLeaving;
                return Step::busy(kExitV1);
        }
    }
}

bool Client::load(model::ProcessContext& context) {
    const HostFiles files(context);
    compose::LoadRequest request;
    request.files = &files;
    request.dialect = wish_.dialect;
    request.working_directory = context.working_directory();
    request.paths = wish_.globals.all("file");
    request.project_name = wish_.globals.text("project-name");
    request.project_directory = wish_.globals.text("project-directory");
    request.env_files = wish_.globals.all("env-file");
    request.profiles = wish_.globals.all("profile");
    request.services = named_services();
    request.interpolate = !flags().on("no-interpolate");
    for (const std::string& entry : wish_.environment) {
        const std::size_t equals = entry.find('=');
        if (equals != std::string::npos) request.environment[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    auto loaded = compose::load(request);
    if (!loaded) {
        print_error(context, loaded.error().message + "\n");
        return false;
    }
    project_ = std::make_shared<const compose::Project>(std::move(*loaded));
    tell_warnings(context);
    return true;
}

void Client::tell_warnings(model::ProcessContext& context) {
    for (const compose::Warning& warning : project_->warnings) {
        if (warning.own) continue;
        if (v1()) {
            print_error(context, warning.sentence + "\n");
        } else {
            print_error(context, fmt::format("time=\"{}\" level=warning msg={}\n", rfc3339(docker::host_time(context)), docker::in_quotes(warning.sentence)));
        }
    }
    if (!wish_.verb->tells_unsimulated) return;
    for (const compose::Unsimulated& item : project_->unsimulated) {
        model::World& world = context.world();
        world.kernel.record(model::kFactNotModelled, Subject(SubjectType::Host, context.row().host.value), world.kernel.intern(fmt::format("{}: {}", item.path, item.sentence)));
    }
}

Client::Move Client::fail(model::ProcessContext& context, std::string_view message, int status) {
    print_error(context, fmt::format("{}\n", message));
    return finish(status);
}

Client::Move Client::fail(model::ProcessContext& context, const Answer& answer) {
    if (answer.status == 0) return fail(context, v1() ? kNoEngineV1 : kNoEngine);
    return fail(context, v1() ? answer.message() : "Error response from daemon: " + answer.message());
}

std::string Client::unknown_service(const std::vector<std::string>& names) const {
    std::vector<std::string> known;
    for (const compose::Service& service : project().services) known.push_back(service.name);
    for (const std::string& name : names) {
        if (project().find_service(name) != nullptr) continue;
        const std::string near = nearest(name, known);
        const std::string hint = near.empty() ? std::string() : fmt::format(" (did you mean {}?)", near);
        return fmt::format("{}: {}{}", v1() ? "No such service" : "no such service", name, hint);
    }
    return {};
}

std::string Client::grace_of(const std::string& service) const {
    if (flags().has("timeout")) return flags().text("timeout");
    if (!v1()) return {};
    const compose::Service* found = project_ == nullptr ? nullptr : project_->find_service(service);
    if (found != nullptr && found->stop_grace_period) return fmt::format("{}", found->stop_grace_period->nanoseconds / 1'000'000'000);
    return fmt::format("{}", kStopSeconds);
}

std::vector<std::string> chosen_services(const compose::Project& project, const std::vector<std::string>& names, bool with_dependencies) {
    std::set<std::string> wanted(names.begin(), names.end());
    const std::vector<std::string> order = compose::start_order(project);
    if (names.empty()) return order;
    if (with_dependencies) {
        // From the last to the first: what a service needs comes before it in the order.
        for (auto name = order.rbegin(); name != order.rend(); ++name) {
            if (!wanted.contains(*name)) continue;
            for (const compose::Dependency& dependency : project.find_service(*name)->depends_on) wanted.insert(dependency.service);
        }
    }
    std::vector<std::string> out;
    for (const std::string& name : order) {
        if (wanted.contains(name)) out.push_back(name);
    }
    return out;
}

}  // namespace podium::programs::composing
