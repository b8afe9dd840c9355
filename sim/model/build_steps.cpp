// What the instructions of a Dockerfile do to the configuration of the image (moby v20.10.24
// builder/dockerfile/dispatchers.go, buildargs.go).

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>

#include "sim/base/files.hpp"
#include "sim/base/go_quote.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/model/build.hpp"
#include "sim/model/process.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

std::string variable_name(const std::string& entry) {
    return entry.substr(0, entry.find('='));
}

void set_variable(std::vector<std::string>& environment,
                  const std::string& name,
                  const std::string& value) {
    for (std::string& entry : environment) {
        if (variable_name(entry) != name) continue;
        entry = name + "=" + value;
        return;
    }
    environment.push_back(name + "=" + value);
}

// Go's %q of a number: the letter of that number.
std::string quoted_letter(int number) {
    if (number == '"') return "'\"'";
    if (number == '\'') return "'\\''";
    std::string letter;
    append_rune(letter, static_cast<char32_t>(number));
    const std::string quoted = go_quote(letter);
    return fmt::format("'{}'", quoted.substr(1, quoted.size() - 2));
}

// Go's %q of a pointer to a health check, as the engine writes it into the history.
std::string quoted_check(const HealthCheck& check) {
    return fmt::format("&{{{} \"{}\" \"{}\" \"{}\" {}}}",
                       go_quote(check.test),
                       format_duration(check.interval),
                       format_duration(check.timeout),
                       format_duration(check.start_period),
                       quoted_letter(check.retries));
}

// The values of arguments that have one: what was given, else their own. The proxies need no ARG.
std::vector<std::string> values_of(
    const Build& build, const std::map<std::string, std::optional<std::string>>& arguments) {
    std::map<std::string, std::string> values;
    for (const auto& [name, value] : arguments) {
        if (value) values[name] = *value;
    }
    for (const auto& [name, value] : build.spec->arguments) {
        if (arguments.contains(name) || is_builtin_argument(name)) values[name] = value;
    }
    std::vector<std::string> out;
    for (const auto& [name, value] : values)
        out.push_back(name + "=" + value);
    return out;
}

struct PortRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

std::optional<PortRange> port_range(const std::string& text) {
    PortRange out;
    const std::size_t dash = text.find('-');
    const std::string first = text.substr(0, dash);
    const std::string last = dash == std::string::npos ? first : text.substr(dash + 1);
    const auto number = [](const std::string& digits, std::int64_t& value) {
        return !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos &&
               parse_integer(digits, value) && value <= 65'535;
    };
    if (!number(first, out.first) || !number(last, out.last) || out.last < out.first)
        return std::nullopt;
    return out;
}

// docker/go-connections nat.ParsePortSpecs: "80", "80/udp", "8000-8005", and as for -p a port of
// the host before it, which means nothing here.
std::string add_port(const std::string& port, std::vector<std::string>& known) {
    const std::size_t colon = port.rfind(':');
    const std::string rest = colon == std::string::npos ? port : port.substr(colon + 1);
    const std::size_t slash = rest.find('/');
    const std::string numbers = rest.substr(0, slash);
    const bool plain = slash == std::string::npos || slash + 1 == rest.size();
    const std::string protocol = plain ? "tcp" : split(rest, '/')[1];
    if (numbers.empty()) return fmt::format("No port specified: {}<empty>", port);
    const auto range = port_range(numbers);
    if (!range) return fmt::format("Invalid containerPort: {}", numbers);
    if (colon != std::string::npos && colon > 0) {
        const std::string before = port.substr(0, colon);
        const std::string host = before.substr(before.rfind(':') + 1);
        const auto host_range = host.empty() ? std::optional(PortRange{}) : port_range(host);
        if (!host_range) return fmt::format("Invalid hostPort: {}", host);
        const bool same = host_range->last - host_range->first == range->last - range->first;
        if (!host.empty() && range->first != range->last && !same)
            return fmt::format(
                "Invalid ranges specified for container and host Ports: {} and {}", numbers, host);
    }
    const std::string name = lower(protocol);
    if (name != "tcp" && name != "udp" && name != "sctp")
        return fmt::format("Invalid proto: {}", protocol);
    for (std::int64_t number = range->first; number <= range->last; ++number) {
        std::string entry = fmt::format("{}/{}", number, name);
        if (std::find(known.begin(), known.end(), entry) == known.end())
            known.push_back(std::move(entry));
    }
    return {};
}

Result<std::string> expose(Build& build, const std::vector<std::string>& ports) {
    for (const std::string& port : ports) {
        if (const std::string wrong = add_port(port, build.config.exposed_ports); !wrong.empty())
            return Error{wrong, {}, {}};
    }
    return "EXPOSE " + join(ports, " ");
}

Result<std::string> set_argument(Build& build, const DockerStep& step) {
    std::string comment = "ARG ";
    for (const auto& [name, value] : step.pairs) {
        if (comment.size() > 4) comment += ' ';
        comment += name + (value ? "=" + *value : "");
        const auto meta = build.meta_arguments.find(name);
        build.arguments[name] = value || meta == build.meta_arguments.end() ? value : meta->second;
        build.used_arguments.insert(name);
    }
    return comment;
}

void expand_into(std::string& word,
                 const std::vector<std::string>& variables,
                 char escape,
                 std::optional<Error>& wrong) {
    if (wrong) return;
    auto expanded = expand_docker_word(word, variables, escape);
    if (!expanded) {
        wrong = expanded.error();
        return;
    }
    word = std::move(*expanded);
}

// Fills in variables where the builder does: not in what a shell is given.
std::optional<Error> expand(DockerStep& step,
                            const std::vector<std::string>& variables,
                            char escape) {
    using enum DockerInstruction;
    std::optional<Error> wrong;
    if (step.literal) return wrong;
    for (auto& [name, value] : step.pairs) {
        expand_into(name, variables, escape, wrong);
        if (value) expand_into(*value, variables, escape, wrong);
    }
    switch (step.instruction) {
        case Add:
        case Copy:
        case Expose:
        case Stopsignal:
        case User:
        case Volume:
        case Workdir:
            for (std::string& word : step.words)
                expand_into(word, variables, escape, wrong);
            break;
        case Arg:
        case Cmd:
        case Entrypoint:
        case Env:
        case From:
        case Healthcheck:
        case Label:
        case Maintainer:
        case Onbuild:
        case Run:
        case Shell:
            break;
    }
    return wrong;
}

}  // namespace

bool is_builtin_argument(const std::string& name) {
    constexpr std::array<std::string_view, 8> kBuiltin{"HTTP_PROXY",
                                                       "http_proxy",
                                                       "HTTPS_PROXY",
                                                       "https_proxy",
                                                       "FTP_PROXY",
                                                       "ftp_proxy",
                                                       "NO_PROXY",
                                                       "no_proxy"};
    return std::find(kBuiltin.begin(), kBuiltin.end(), name) != kBuiltin.end();
}

std::vector<std::string> build_arguments(const Build& build) {
    std::vector<std::string> out = values_of(build, build.arguments);
    std::erase_if(out, [&build](const std::string& argument) {
        const auto& environment = build.config.environment;
        return std::any_of(environment.begin(), environment.end(), [&](const std::string& entry) {
            return variable_name(entry) == variable_name(argument);
        });
    });
    return out;
}

std::vector<std::string> told_arguments(const Build& build) {
    std::vector<std::string> out = build_arguments(build);
    std::erase_if(out, [&build](const std::string& argument) {
        const std::string name = variable_name(argument);
        return is_builtin_argument(name) && !build.arguments.contains(name);
    });
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> meta_variables(const Build& build) {
    return values_of(build, build.meta_arguments);
}

std::vector<std::string> build_variables(const Build& build) {
    std::vector<std::string> out = build.config.environment;
    const std::vector<std::string> arguments = build_arguments(build);
    out.insert(out.end(), arguments.begin(), arguments.end());
    return out;
}

std::vector<std::string> command_words(const Build& build, const DockerStep& step) {
    if (step.json || step.words.empty()) return step.words;
    std::vector<std::string> out = build.config.shell;
    if (out.empty()) out = {"/bin/sh", "-c"};
    out.push_back(step.words.front());
    return out;
}

Result<std::string> configure(Build& build, DockerStep step) {
    using enum DockerInstruction;
    ImageConfig& config = build.config;
    if (auto wrong = expand(step, build_variables(build), build.file->escape)) return *wrong;
    switch (step.instruction) {
        case Arg:
            return set_argument(build, step);
        case Cmd:
            config.command = command_words(build, step);
            build.command_set = !step.words.empty();
            return fmt::format("CMD {}", go_quote(config.command));
        case Entrypoint:
            config.entrypoint = command_words(build, step);
            if (!build.command_set) config.command.clear();
            return fmt::format("ENTRYPOINT {}", go_quote(config.entrypoint));
        case Env: {
            std::string comment = "ENV";
            for (const auto& [name, value] : step.pairs) {
                set_variable(config.environment, name, value.value_or(""));
                comment += fmt::format(" {}={}", name, value.value_or(""));
            }
            return comment;
        }
        case Expose: {
            std::vector<std::string> ports;
            for (const std::string& word : step.words) {
                for (std::string& port : split_words(word))
                    ports.push_back(std::move(port));
            }
            return expose(build, ports);
        }
        case Healthcheck:
            config.health_check = step.check;
            return fmt::format("HEALTHCHECK {}", quoted_check(step.check));
        case Label: {
            std::string comment = "LABEL";
            for (const auto& [name, value] : step.pairs) {
                config.labels[name] = value.value_or("");
                comment += fmt::format(" {}={}", name, value.value_or(""));
            }
            return comment;
        }
        case Maintainer:
            build.maintainer = step.words.front();
            return "MAINTAINER " + step.words.front();
        case Shell:
            config.shell = step.words;
            return fmt::format("SHELL [{}]", join(step.words, " "));
        case Stopsignal:
            if (shell::signal_number(step.words.front()) <= 0)
                return Error{fmt::format("Invalid signal: {}", step.words.front()), {}, {}};
            config.stop_signal = step.words.front();
            return "STOPSIGNAL " + config.stop_signal;
        case User:
            config.user = step.words.front();
            return "USER " + config.user;
        case Volume:
            for (const std::string& path : step.words) {
                if (std::find(config.volumes.begin(), config.volumes.end(), path) ==
                    config.volumes.end())
                    config.volumes.push_back(path);
            }
            return fmt::format("VOLUME [{}]", join(step.words, " "));
        case Workdir:
            if (step.words.front().empty()) return Error{"cannot normalize nothing", {}, {}};
            config.working_directory =
                step.words.front().starts_with('/')
                    ? step.words.front()
                    : clean_path("/" + config.working_directory, step.words.front());
            return "WORKDIR " + config.working_directory;
        case Add:
        case Copy:
        case From:
        case Onbuild:
        case Run:
            break;
    }
    return Error{
        fmt::format("Podium does not simulate {}", step.text.substr(0, step.text.find(' '))),
        {},
        {}};
}

}  // namespace podium::model
