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

Step become(System& system,
            const std::string& name,
            const std::vector<std::string>& argv,
            const std::vector<std::string>& environment) {
    const Errno error = system.exec(child_request(argv, environment));
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
            return become(system, name(), {word, options.operands.end()}, environment);
        Output output;
        for (const std::string& entry : environment) {
            output.add(entry);
            output.add(options.has('0') ? std::string_view("\0", 1) : "\n");
        }
        return Step::exit(output.flush(system, name()).value_or(0));
    }
};

class Nohup final : public Cloned<Nohup, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (argv().size() < 2) {
            complain(system, "missing operand");
            return Step::exit(125);
        }
        if (system.is_terminal(1)) {
            complain(system,
                     "Podium does not model the file nohup.out; redirect the output yourself");
            return Step::exit(125);
        }
        system.set_disposition(shell::kSigHup, shell::Disposition::Ignore);
        return become(system, name(), {argv().begin() + 1, argv().end()}, start().environment);
    }
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
