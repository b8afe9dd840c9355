#include "sim/programs/small/programs.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::programs::small {

/// echo, printf, test and [ as programs do what the shell's builtins do.
std::unique_ptr<shell::Program> make_shell_builtin(Start start) {
    const std::string name = base_name(start.argv.front());
    std::vector<std::string> argv = {"sh", "-c", name + " \"$@\"", name};
    argv.insert(argv.end(), start.argv.begin() + 1, start.argv.end());
    return shell::make_shell(argv, start.environment, shell::Dialect::Ash);
}

}  // namespace podium::programs::small
