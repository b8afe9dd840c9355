// The shell's own command line.

#include <fmt/format.h>

#include "sim/shell/builtins.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::shell {

std::unique_ptr<Program> make_shell(const std::vector<std::string>& argv,
                                    const std::vector<std::string>& environment,
                                    Dialect dialect) {
    ShellSettings settings;
    settings.dialect = dialect;
    settings.environment = environment;
    settings.name = argv.empty() ? "sh" : argv.front();
    const auto refuse = [&settings](std::string sentence) {
        return ShellProgram::for_refusal(std::move(settings), std::move(sentence), 2);
    };
    const bool ash = dialect == Dialect::Ash;
    bool text = false;
    bool input = false;
    std::size_t i = 1;
    for (; i < argv.size(); ++i) {
        const std::string& word = argv[i];
        if (word == "--" || word == "-") {
            ++i;
            break;
        }
        if (word == "--login" || word == "--norc" || word == "--noprofile" || word == "--posix")
            continue;
        if (word.size() < 2 || (word.front() != '-' && word.front() != '+')) break;
        const bool on = word.front() == '-';
        for (const char letter : word.substr(1)) {
            if (letter == 'c' && on) {
                text = true;
            } else if (letter == 's' && on) {
                input = true;
            } else if (letter == 'o') {
                const std::string name = i + 1 < argv.size() ? argv[++i] : std::string();
                if (name.size() < 2 || !set_shell_option(settings.options, name, on)) {
                    return refuse(ash ? fmt::format("illegal option -o {}", name)
                                      : fmt::format("{}: invalid option name", name));
                }
            } else if (letter == 'l' || letter == 'i') {
                // A login shell reads profiles, which no image has here; -i is a terminal's affair.
                continue;
            } else if (!set_shell_option(settings.options, std::string_view(&letter, 1), on)) {
                return refuse(ash ? fmt::format("illegal option -{}", letter)
                                  : fmt::format("-{}: invalid option", letter));
            }
        }
    }
    if (text) {
        if (i >= argv.size())
            return refuse(ash ? "-c requires an argument" : "-c: option requires an argument");
        std::string script = argv[i++];
        const bool named = i < argv.size();
        if (named) settings.name = argv[i++];
        settings.parameters.assign(argv.begin() + static_cast<std::ptrdiff_t>(i), argv.end());
        auto shell = ShellProgram::for_text(std::move(settings), std::move(script));
        if (named) shell->state().message_lines = true;
        return shell;
    }
    if (!input && i < argv.size()) {
        std::string path = argv[i++];
        settings.parameters.assign(argv.begin() + static_cast<std::ptrdiff_t>(i), argv.end());
        return ShellProgram::for_file(std::move(settings), std::move(path));
    }
    settings.parameters.assign(argv.begin() + static_cast<std::ptrdiff_t>(i), argv.end());
    return ShellProgram::for_input(std::move(settings));
}

}  // namespace podium::shell
