#include "sim/model/image_command.hpp"

#include <fmt/format.h>

#include "sim/base/files.hpp"

namespace podium::model {
namespace {

constexpr int kNotFound = 127;
constexpr int kMisused = 2;

/// Writes its text at its first step, waits while a pipe is full, and ends.
class Saying final : public shell::Program {
  public:
    Saying(std::string text, bool standard_error, int exit_status)
        : text_(std::move(text)), descriptor_(standard_error ? 2 : 1), exit_status_(exit_status) {}

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<Saying>(*this);
    }

    shell::Step step(shell::System& system) override {
        system.write(descriptor_, text_);
        return shell::Step::exit(exit_status_);
    }

  private:
    std::string text_;
    int descriptor_;
    int exit_status_;
};

/// Sends a signal to the container's server and ends; where none runs it is the command's other end.
class Signalling final : public shell::Program {
  public:
    Signalling(const BehaviourProfile& profile, const CommandAnswer& answer)
        : profile_(&profile), answer_(&answer) {}

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<Signalling>(*this);
    }

    shell::Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const World& world = context.world();
        for (const ProcessId id : processes_of(world, context.row().host, context.row().container)) {
            const Process& process = world.processes.at(id);
            if (id == context.id() || process.ended || !runs_server(*profile_, process.argv)) continue;
            system.kill(process.pid, answer_->signal);
            return shell::Step::exit(0);
        }
        system.write(answer_->standard_error ? 2 : 1, answer_->says + "\n");
        return shell::Step::exit(answer_->exit_status);
    }

  private:
    const BehaviourProfile* profile_;
    const CommandAnswer* answer_;
};

}  // namespace

std::unique_ptr<shell::Program> make_saying(std::string text,
                                            bool standard_error,
                                            int exit_status) {
    return std::make_unique<Saying>(std::move(text), standard_error, exit_status);
}

std::unique_ptr<shell::Program> make_answer(const World& world,
                                            ContainerId container,
                                            const std::vector<std::string>& argv) {
    if (!container) return nullptr;
    const ContainerDetail& detail = world.detail(container);
    if (detail.profile == nullptr) return nullptr;
    const CommandAnswer* answer = answer_to(*detail.profile, argv);
    if (answer == nullptr) return nullptr;
    if (answer->signal != 0) return std::make_unique<Signalling>(*detail.profile, *answer);
    const std::string release = detail.image == nullptr ? std::string() : detail.image->version;
    return make_saying(fill_template(answer->says, release_values(release)) + "\n",
                       answer->standard_error,
                       answer->exit_status);
}

std::unique_ptr<shell::Program> make_script_failure(const World& world,
                                                    ContainerId container,
                                                    const std::string& command) {
    const ContainerDetail& detail = world.detail(container);
    if (detail.profile == nullptr || detail.argv.empty()) return nullptr;
    const std::string first = base_name(detail.argv.front());
    const bool passes_on = begins_with_script(*detail.profile, detail.argv);
    if (!passes_on && (first == "tini" || first == "dumb-init")) {
        return make_saying(
            first == "tini"
                ? fmt::format("[FATAL tini (2)] exec {} failed: No such file or directory\n",
                              command)
                : fmt::format("[dumb-init] {}: No such file or directory\n", command),
            true,
            first == "tini" ? kNotFound : 2);
    }
    const EntrypointScript& script = detail.profile->script;
    if (script.path.empty() || !passes_on) return nullptr;
    const std::string place = script.exec_line == 0 ? "" : fmt::format("{}: ", script.exec_line);
    // exec reads options with getopt in bash (builtins/exec.def) and in ash (nextopt), where "-p80" and "--port" are told by
    // their first letter; dash 0.5.12 looks for a program of that name.
    const bool option = command.size() > 1 && command.front() == '-';
    std::string text;
    if (script.bash && option) {
        text = fmt::format(
            "{}: {}{}exec: -{}: invalid option\n"
            "exec: usage: exec [-cl] [-a name] [command [argument ...]] [redirection ...]\n",
            script.path,
            place.empty() ? "" : "line ",
            place,
            command[1]);
        return make_saying(std::move(text), true, kMisused);
    }
    if (script.bash) {
        text = fmt::format("{}: {}{}exec: {}: not found\n",
                           script.path,
                           place.empty() ? "" : "line ",
                           place,
                           command);
    } else if (detail.profile->has_program("dpkg")) {  // its sh is dash
        text = fmt::format("{}: {}exec: {}: not found\n", script.path, place, command);
    } else if (option) {
        text = fmt::format("{}: exec: {}{}illegal option -{}\n",
                           script.path,
                           place.empty() ? "" : "line ",
                           place,
                           command[1]);
        return make_saying(std::move(text), true, kMisused);
    } else {
        text = fmt::format("{}: exec: {}{}{}: not found\n",
                           script.path,
                           place.empty() ? "" : "line ",
                           place,
                           command);
    }
    return make_saying(std::move(text), true, kNotFound);
}

}  // namespace podium::model
