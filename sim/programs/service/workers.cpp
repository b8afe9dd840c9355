#include "sim/programs/service/workers.hpp"

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs {
namespace {

// Its server does the work, so it waits for its end.
class Worker final : public ClonedProgram<Worker> {
  public:
    shell::Step step(shell::System&) override { return shell::Step::block(); }
};

std::size_t processors_of(model::ProcessContext& context) {
    const std::int64_t millicores = context.world().host(context.row().host).spec.cpu_millicores;
    return static_cast<std::size_t>(std::max<std::int64_t>(1, (millicores + 999) / 1000));
}

}  // namespace

void Workers::add(model::ProcessContext& context, const model::WorkerRule& rule) {
    const shell::Spawned made = context.fork(std::make_unique<Worker>(), {}, false);
    if (made.error != shell::Errno::None) return;
    pids_.push_back(made.pid);
    for (const model::ProcessId child : context.row().children) {
        model::Process* row = context.world().processes.find(child);
        if (row == nullptr || row->pid != made.pid) continue;
        row->title = rule.title;
        row->user = rule.user;
    }
}

void Workers::start(model::ProcessContext& context, const model::BehaviourProfile& profile) {
    if (!profile.workers) return;
    const std::string command = join(context.row().argv, " ");
    context.row().title = model::fill_template(profile.workers->main_title, {{"command", command}});
    for (std::size_t i = processors_of(context); i > 0; --i)
        add(context, *profile.workers);
}

void Workers::replace_lost(model::ProcessContext& context, const model::BehaviourProfile& profile) {
    if (!profile.workers || pids_.empty()) return;
    const std::size_t gone = std::erase_if(pids_, [&context](shell::Pid pid) { return context.reap(pid).has_value(); });
    for (std::size_t i = 0; i < gone; ++i)
        add(context, *profile.workers);
}

void Workers::renew(model::ProcessContext& context, const model::BehaviourProfile& profile) {
    if (!profile.workers) return;
    const std::size_t count = pids_.size();
    stop(context);
    for (std::size_t i = 0; i < count; ++i)
        add(context, *profile.workers);
}

void Workers::stop(model::ProcessContext& context) {
    for (const shell::Pid pid : std::exchange(pids_, {})) {
        context.kill(pid, shell::kSigKill);
        context.reap(pid);
    }
}

}  // namespace podium::programs
