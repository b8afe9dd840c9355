// sudo: goes on as its command. Everybody on a simulated host may do everything, so it changes nothing
// but what it says when the command is not there.

#include <fmt/format.h>

#include "sim/programs/client.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Errno;
using shell::Step;

constexpr OptionRule kSudoRules[] = {
    {'E', "preserve-env"}, {'n', "non-interactive"}, {'H', "set-home"}, {'u', "user", true}, {'S', "stdin"}, {'k', "reset-timestamp"}, {'i', "login"}, {'s', "shell"},
    {'l', "list", false, false}, {'b', "background", false, false}, {'e', "edit", false, false}, {'g', "group", true, false}, {'v', "validate", false, false}, {'D', "chdir", true, false}, {'K', "remove-timestamp", false, false}, {'V', "version", false, false}, {'A', "askpass", false, false},
};

class Sudo final : public ClonedProgram<Sudo> {
  public:
    Sudo(Arguments argv, Arguments environment) : argv_(std::move(argv)), environment_(std::move(environment)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        const Options options = parse_options(argv_, kSudoRules, true);
        if (options.mistake) return refuse(context, *options.mistake);
        if (const auto user = options.value('u'); user && *user != "root") {
            print_error(context, fmt::format("sudo: Podium's hosts have the user root only, not {}\n", *user));
            return Step::exit(1);
        }
        shell::SpawnRequest request;
        request.argv = options.arguments;
        // "sudo NAME=value command".
        while (!request.argv.empty() && request.argv.front().find('=') != std::string::npos && request.argv.front().find('=') < request.argv.front().find('/')) {
            environment_.push_back(request.argv.front());
            request.argv.erase(request.argv.begin());
        }
        if (options.has('i') || options.has('s')) {
            std::string line;
            for (const std::string& word : request.argv) line += (line.empty() ? "" : " ") + word;
            request.argv = line.empty() ? Arguments{"bash"} : Arguments{"bash", "-c", line};
        }
        if (request.argv.empty()) {
            if (options.has('k')) return Step::exit(0);
            print_error(context, "usage: sudo -h | -K | -k | -V\nusage: sudo [-EHnS] [-u user] [VAR=value] [command [arg ...]]\n");
            return Step::exit(1);
        }
        request.environment = environment_;
        for (const model::Descriptor& descriptor : context.row().descriptors) request.descriptors.push_back({descriptor.number, descriptor.number});
        const Errno error = context.exec(request);
        if (error == Errno::None) return Step::exec();
        if (error == Errno::NotModelled) {
            print_error(context, fmt::format("sudo: Podium does not model the program {}\n", request.argv.front()));
        } else if (error == Errno::NoEntry) {
            print_error(context, fmt::format("sudo: {}: command not found\n", request.argv.front()));
        } else {
            print_error(context, fmt::format("sudo: unable to execute {}: {}\n", request.argv.front(), shell::errno_text(error)));
        }
        return Step::exit(1);
    }

  private:
    static Step refuse(ProcessContext& context, const OptionMistake& mistake) {
        if (mistake.kind == OptionMistake::Kind::NotModelled) {
            print_error(context, fmt::format("sudo: Podium does not model the option {} of sudo\n", mistake.given));
        } else if (mistake.kind == OptionMistake::Kind::NoValue) {
            print_error(context, fmt::format("sudo: option requires an argument -- '{}'\n", mistake.given.substr(mistake.given.find_first_not_of('-'))));
        } else {
            print_error(context, fmt::format("sudo: invalid option -- '{}'\n", mistake.given.substr(mistake.given.find_first_not_of('-'))));
        }
        return Step::exit(1);
    }

    Arguments argv_;
    Arguments environment_;
};

}  // namespace

ProgramPointer make_sudo(const Arguments& argv, const Arguments& environment) { return std::make_unique<Sudo>(argv, environment); }

}  // namespace podium::programs::net
