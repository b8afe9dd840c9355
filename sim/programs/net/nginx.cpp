// nginx typed beside the server: -t looks at its configuration, -s sends its master a signal (nginx
// src/core/nginx.c, src/os/unix/ngx_process_cycle.c). What is in a configuration Podium does not read,
// so only the image's own passes the test.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/service/log_text.hpp"
#include "sim/shell/signals.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr std::string_view kMaster = "nginx: master process";
constexpr std::string_view kFolder = "/etc/nginx/";
constexpr std::size_t kMostConfiguration = 1U << 20;

struct NamedSignal {
    std::string_view name;
    int signal;
};

constexpr std::array kSignals{NamedSignal{"stop", shell::kSigTerm},
                              NamedSignal{"quit", shell::kSigQuit},
                              NamedSignal{"reopen", shell::kSigUsr1},
                              NamedSignal{"reload", shell::kSigHup}};

std::string content_of(ProcessContext& context, const std::string& path) {
    std::string content;
    int descriptor = -1;
    if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return content;
    const shell::ReadResult part = context.read(descriptor, kMostConfiguration);
    context.close(descriptor);
    return part.data;
}

const model::BehaviourProfile* profile_of(ProcessContext& context) {
    const model::ContainerId container = context.row().container;
    return container ? context.world().detail(container).profile : nullptr;
}

// Whether the configuration is the one that the image brings along.
bool is_own_configuration(ProcessContext& context) {
    const model::BehaviourProfile* profile = profile_of(context);
    if (profile == nullptr) return false;
    std::vector<std::string> names;
    const std::string folder = std::string(kFolder) + "conf.d";
    context.list(folder, names);
    std::size_t own = 0;
    for (const model::ImageFile& file : profile->files) {
        if (!file.path.starts_with(kFolder)) continue;
        if (content_of(context, file.path) != file.content) return false;
        if (file.path.starts_with(folder + "/")) ++own;
    }
    return own == names.size();
}

class Nginx final : public ClonedProgram<Nginx> {
  public:
    explicit Nginx(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const std::string option = argv_.size() > 1 ? argv_[1] : std::string();
        if (argv_.size() == 2 && option == "-t") return test(context);
        if (argv_.size() == 3 && option == "-s") return signal(context, argv_[2]);
        if (argv_.size() == 2 && option == "-s") return fail(context, "nginx: option \"-s\" requires parameter");
        if (option == "-V" || option == "-T" || option == "-c" || option == "-p" || option == "-h")
            return fail(context, fmt::format("nginx: Podium does not simulate nginx {} yet", option));
        if (argv_.size() > 1 && option != "-g") return fail(context, fmt::format("nginx: invalid option: \"{}\"", option));
        return fail(context, "nginx: Podium does not simulate a second nginx in a container yet");
    }

  private:
    static Step fail(ProcessContext& context, const std::string& message) {
        print_error(context, message + "\n");
        return Step::exit(1);
    }

    static Step test(ProcessContext& context) {
        if (!is_own_configuration(context))
            return fail(context, "nginx: Podium does not read nginx's configuration, so it can't test one that is not the image's own");
        print_error(context,
                    "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
                    "nginx: configuration file /etc/nginx/nginx.conf test is successful\n");
        return Step::exit(0);
    }

    static Step signal(ProcessContext& context, const std::string& name) {
        const auto found = std::find_if(kSignals.begin(), kSignals.end(), [&name](const NamedSignal& one) { return one.name == name; });
        if (found == kSignals.end()) return fail(context, fmt::format("nginx: invalid option: \"-s {}\"", name));
        const model::World& world = context.world();
        for (const model::ProcessId id : model::processes_of(world, context.row().host, context.row().container)) {
            const model::Process* process = world.processes.find(id);
            if (process == nullptr || process->ended || !process->title.starts_with(kMaster)) continue;
            const shell::Pid own = context.pid();
            print_error(context, log_text(context, fmt::format("{{now %Y/%m/%d %H:%M:%S}} [notice] {0}#{0}: signal process started\n", own), {}));
            context.kill(process->pid, found->signal);
            return Step::exit(0);
        }
        return fail(context, "nginx: [error] open() \"/run/nginx.pid\" failed (2: No such file or directory)");
    }

    Arguments argv_;
};

}  // namespace

ProgramPointer make_nginx(const Arguments& argv) {
    return std::make_unique<Nginx>(argv);
}

}  // namespace podium::programs::net
