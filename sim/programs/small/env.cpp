#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/small/programs.hpp"
#include "sim/shell/signals.hpp"

// env, nohup, sudo: programs that change something and go on as another.

namespace podium::programs::small {
namespace {

void set_variable(std::vector<std::string>& environment, const std::string& assignment) {
    const std::string prefix = assignment.substr(0, assignment.find('=') + 1);
    const auto found =
        std::find_if(environment.begin(), environment.end(), [&](const std::string& entry) {
            return entry.starts_with(prefix);
        });
    if (found != environment.end()) {
        *found = assignment;
    } else {
        environment.push_back(assignment);
    }
}

void unset_variable(std::vector<std::string>& environment, const std::string& name) {
    std::erase_if(environment,
                  [&](const std::string& entry) { return entry.starts_with(name + "="); });
}

Step become(System& system, const std::string& name, const shell::SpawnRequest& request) {
    const std::vector<std::string>& argv = request.argv;
    const Errno error = system.exec(request);
    if (error == Errno::None) return Step::exec();
    if (error != Errno::NotModelled && is_gnu(system)) {
        complain(system, name, fmt::format("'{}': {}", argv.front(), errno_text(error)));
        return Step::exit(error == Errno::NoEntry ? 127 : 126);
    }
    return Step::exit(complain_of_start(system, name, argv.front(), error));
}

class Env final : public Cloned<Env, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        const Options options = read_options(
            argv(),
            {"iu:0", {{"ignore-environment", 'i'}, {"unset", 'u'}, {"null", '0'}}, "CSv", true},
            is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return Step::exit(125);
        }
        std::vector<std::string> environment =
            options.has('i') ? std::vector<std::string>() : start().environment;
        for (const std::string& variable : options.values('u'))
            unset_variable(environment, variable);
        auto word = options.operands.begin();
        for (; word != options.operands.end() && word->find('=') != std::string::npos; ++word)
            set_variable(environment, *word);
        if (word != options.operands.end())
            return become(system, name(), child_request({word, options.operands.end()}, environment));
        Output output;
        for (const std::string& entry : environment) {
            output.add(entry);
            output.add(options.has('0') ? std::string_view("\0", 1) : "\n");
        }
        return Step::exit(output.flush(system, name()).value_or(0));
    }
};

/// nohup COMMAND [ARGUMENT]...: what it would read from or write to a terminal it can do without
/// (coreutils 9.1 nohup.c, busybox 1.35 coreutils/nohup.c).
class Nohup final : public Cloned<Nohup, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        const bool gnu = is_gnu(system);
        const std::size_t first = argv().size() > 1 && argv()[1] == "--" ? 2 : 1;
        if (argv().size() <= first) {
            if (gnu) {
                complain(system, "missing operand");
                system.write(2, "Try 'nohup --help' for more information.\n");
            } else {
                system.write(2, "Usage: nohup PROG ARGS\n");
            }
            return Step::exit(gnu ? 125 : 127);
        }
        if (gnu && first == 1 && argv()[1].starts_with('-')) {
            Options wrong;
            wrong.problem = argv()[1].starts_with("--")
                                ? fmt::format("unrecognized option '{}'", argv()[1])
                                : fmt::format("invalid option -- '{}'", argv()[1].substr(1, 1));
            complain_of_options(system, name(), wrong);
            return Step::exit(125);
        }
        shell::SpawnRequest request =
            child_request({argv().begin() + static_cast<std::ptrdiff_t>(first), argv().end()},
                          start().environment);
        if (!leave_terminal(system, gnu, request)) return Step::exit(gnu ? 125 : 127);
        system.set_disposition(shell::kSigHup, shell::Disposition::Ignore);
        const Errno error = system.exec(request);
        if (error == Errno::None) return Step::exec();
        return Step::exit(complain_of_start(system, name(), request.argv.front(), error));
    }

  private:
    bool leave_terminal(System& system, bool gnu, shell::SpawnRequest& request) {
        const bool input = system.is_terminal(0);
        const bool output = system.is_terminal(1);
        const bool errors = system.is_terminal(2);
        if (input && system.open("/dev/null", shell::OpenMode::Read, request.descriptors[0].parent) != Errno::None)
            request.descriptors[0].parent = 0;
        if (output && !open_file(system, request.descriptors[1].parent)) return false;
        if (errors) request.descriptors[2].parent = request.descriptors[1].parent;
        if (!gnu) {
            if (output) complain(system, "appending output to " + file_);
        } else if (output) {
            complain(system,
                     fmt::format("{}appending output to '{}'", input ? "ignoring input and " : "", file_));
        } else if (errors) {
            complain(system,
                     fmt::format("{}redirecting stderr to stdout", input ? "ignoring input and " : ""));
        } else if (input) {
            complain(system, "ignoring input");
        }
        return true;
    }

    // nohup.out here, or else at home; for its owner alone.
    bool open_file(System& system, int& descriptor) {
        std::string home;
        for (const std::string& entry : start().environment) {
            if (entry.starts_with("HOME=")) home = entry.substr(5);
        }
        Errno error = Errno::None;
        std::vector<std::string> places{"nohup.out"};
        if (!home.empty()) places.push_back(path_below(home, "nohup.out"));
        for (const std::string& place : places) {
            const bool there = system.stat(place).exists;
            error = system.open(place, shell::OpenMode::Append, descriptor);
            if (error != Errno::None) continue;
            if (!there) ProcessContext::of(system).change_mode(place, 0600);
            file_ = place;
            return true;
        }
        if (is_gnu(system)) {
            complain(system, fmt::format("failed to open '{}': {}", places.back(), errno_text(error)));
        } else {
            complain(system, fmt::format("can't open '{}': {}", places.back(), errno_text(error)));
        }
        return false;
    }

    std::string file_;
};

/// All is done as root already, so that sudo only runs its command.
class Sudo final : public Cloned<Sudo, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        const Options options =
            read_options(argv(),
                         {"nEHSku:g:",
                          {{"preserve-env", 'E'}, {"user", 'u'}, {"non-interactive", 'n'}},
                          "islVvbePRTUK",
                          true},
                         true);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return Step::exit(1);
        }
        if (options.has('u') && options.value('u') != "root") {
            complain(system,
                     fmt::format("Podium does not model other users than root, so not '{}'",
                                 options.value('u')));
            return Step::exit(1);
        }
        std::vector<std::string> environment = start().environment;
        auto word = options.operands.begin();
        for (; word != options.operands.end() && word->find('=') != std::string::npos; ++word)
            set_variable(environment, *word);
        if (word == options.operands.end()) {
            system.write(2, "usage: sudo [-nEHS] [-u user] [VAR=value] command [arg ...]\n");
            return Step::exit(1);
        }
        const std::vector<std::string> command(word, options.operands.end());
        const Errno error = system.exec(child_request(command, environment));
        if (error == Errno::None) return Step::exec();
        if (error != Errno::NoEntry)
            return Step::exit(complain_of_start(system, name(), command.front(), error));
        complain(system, fmt::format("{}: command not found", command.front()));
        return Step::exit(1);
    }
};

}  // namespace

std::unique_ptr<shell::Program> make_env(Start start) {
    return std::make_unique<Env>(std::move(start));
}

std::unique_ptr<shell::Program> make_nohup(Start start) {
    return std::make_unique<Nohup>(std::move(start));
}

std::unique_ptr<shell::Program> make_sudo(Start start) {
    return std::make_unique<Sudo>(std::move(start));
}

int run_printenv(Tool& tool) {
    const auto options = tool.options({"", {}, "0"});
    if (!options) return 2;
    int status = 0;
    for (const std::string& name : options->operands) {
        const std::string prefix = name + "=";
        const auto found =
            std::find_if(tool.start.environment.begin(),
                         tool.start.environment.end(),
                         [&](const std::string& entry) { return entry.starts_with(prefix); });
        if (found == tool.start.environment.end()) {
            status = 1;
        } else {
            tool.print(found->substr(prefix.size()) + "\n");
        }
    }
    if (options->operands.empty()) {
        for (const std::string& entry : tool.start.environment)
            tool.print(entry + "\n");
    }
    return status;
}

}  // namespace podium::programs::small
