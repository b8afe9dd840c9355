// What the instructions of a Dockerfile do to the configuration of the image (moby v20.10.24
// builder/dockerfile/dispatchers.go, buildargs.go).

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/build.hpp"
#include "sim/model/process.hpp"
#include "sim/shell/signals.hpp"

namespace podium::model {
namespace {

std::string variable_name(const std::string& entry) { return entry.substr(0, entry.find('=')); }

void set_variable(std::vector<std::string>& environment, const std::string& name, const std::string& value) {
    for (std::string& entry : environment) {
        if (variable_name(entry) != name) continue;
        entry = name + "=" + value;
        return;
    }
    environment.push_back(name + "=" + value);
}

// Go's %q of a list, as CMD and ENTRYPOINT are told: ["nginx" "-g"].
std::string quoted_list(const std::vector<std::string>& words) {
    std::string out = "[";
    for (const std::string& word : words) {
        if (out.size() > 1) out += ' ';
        out += '"';
        for (const char c : word) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + "]";
}

std::optional<Duration> go_duration(const std::string& text) {
    Duration out{};
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t from = at;
        while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.')) ++at;
        const std::string number = text.substr(from, at - from);
        const std::size_t unit_from = at;
        while (at < text.size() && text[at] >= 'a' && text[at] <= 'z') ++at;
        const std::string unit = text.substr(unit_from, at - unit_from);
        const std::int64_t scale = unit == "h" ? 3'600'000'000'000 : unit == "m" ? 60'000'000'000 : unit == "s" ? 1'000'000'000 : unit == "ms" ? 1'000'000 : unit == "us" ? 1'000 : unit == "ns" ? 1 : 0;
        std::int64_t whole = 0;
        const std::size_t point = number.find('.');
        if (scale == 0 || !parse_integer(number.substr(0, point), whole)) return std::nullopt;
        out = out + Duration{whole * scale};
        std::int64_t part = scale;
        for (std::size_t i = point == std::string::npos ? number.size() : point + 1; i < number.size(); ++i) {
            part /= 10;
            out = out + Duration{part * (number[i] - '0')};
        }
    }
    return text.empty() ? std::nullopt : std::optional(out);
}

Result<std::string> set_health_check(Build& build, const DockerStep& step) {
    HealthCheck check;
    check.test = step.words;
    for (const auto& [name, value] : step.flags) {
        if (name == "retries") {
            std::int64_t number = 0;
            if (!parse_integer(value, number)) return Error{fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", value), {}, {}};
            if (number < 1) return Error{fmt::format("--retries must be at least 1 (not {})", number), {}, {}};
            check.retries = static_cast<int>(std::min<std::int64_t>(number, 1'000'000));
            continue;
        }
        const auto duration = go_duration(value);
        if (!duration) return Error{fmt::format("time: invalid duration \"{}\"", value), {}, {}};
        if (*duration < milliseconds(1)) return Error{fmt::format("Interval \"{}\" cannot be less than 1ms", name), {}, {}};
        (name == "interval" ? check.interval : name == "timeout" ? check.timeout : check.start_period) = *duration;
    }
    build.config.health_check = check;
    return fmt::format("HEALTHCHECK {}", quoted_list(check.test));
}

// docker/go-connections nat.ParsePortSpecs, as far as an image may say it: "80", "80/udp", "8000-8005".
Result<std::string> expose(Build& build, const std::vector<std::string>& ports) {
    for (const std::string& port : ports) {
        const std::size_t slash = port.find('/');
        const std::string protocol = slash == std::string::npos ? "tcp" : lower(port.substr(slash + 1));
        const std::string range = port.substr(0, slash);
        const std::size_t dash = range.find('-');
        std::int64_t first = 0;
        std::int64_t last = 0;
        const bool good = parse_integer(range.substr(0, dash), first) && parse_integer(dash == std::string::npos ? range : range.substr(dash + 1), last);
        if (!good || first < 1 || last > 65'535 || first > last) return Error{fmt::format("Invalid containerPort: {}", port), {}, {}};
        if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") return Error{fmt::format("Invalid proto: {}", protocol), {}, {}};
        for (; first <= last; ++first) {
            std::string name = fmt::format("{}/{}", first, protocol);
            auto& known = build.config.exposed_ports;
            if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(std::move(name));
        }
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

void expand_into(std::string& word, const std::vector<std::string>& variables, char escape, std::optional<Error>& wrong) {
    if (wrong) return;
    auto expanded = expand_docker_word(word, variables, escape);
    if (!expanded) {
        wrong = expanded.error();
        return;
    }
    word = std::move(*expanded);
}

// Fills in variables where the builder does: not in what a shell is given.
std::optional<Error> expand(DockerStep& step, const std::vector<std::string>& variables, char escape) {
    using enum DockerInstruction;
    std::optional<Error> wrong;
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
            for (std::string& word : step.words) expand_into(word, variables, escape, wrong);
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
        case Shell: break;
    }
    return wrong;
}

}  // namespace

std::vector<std::string> build_arguments(const Build& build) {
    std::vector<std::string> out;
    for (const auto& [name, value] : build.arguments) {
        const auto& environment = build.config.environment;
        if (std::any_of(environment.begin(), environment.end(), [&name = name](const std::string& entry) { return variable_name(entry) == name; })) continue;
        const auto given = build.spec->arguments.find(name);
        if (given != build.spec->arguments.end()) out.push_back(name + "=" + given->second);
        else if (value) out.push_back(name + "=" + *value);
    }
    return out;
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
        case Arg: return set_argument(build, step);
        case Cmd:
            config.command = command_words(build, step);
            build.command_set = !step.words.empty();
            return fmt::format("CMD {}", quoted_list(config.command));
        case Entrypoint:
            config.entrypoint = command_words(build, step);
            if (!build.command_set) config.command.clear();
            return fmt::format("ENTRYPOINT {}", quoted_list(config.entrypoint));
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
                for (std::string& port : split_words(word)) ports.push_back(std::move(port));
            }
            return expose(build, ports);
        }
        case Healthcheck: return set_health_check(build, step);
        case Label: {
            std::string comment = "LABEL";
            for (const auto& [name, value] : step.pairs) {
                config.labels[name] = value.value_or("");
                comment += fmt::format(" {}={}", name, value.value_or(""));
            }
            return comment;
        }
        case Maintainer: return "MAINTAINER " + step.words.front();
        case Shell:
            config.shell = step.words;
            return fmt::format("SHELL [{}]", join(step.words, " "));
        case Stopsignal:
            if (shell::signal_number(step.words.front()) <= 0) return Error{fmt::format("Invalid signal: {}", step.words.front()), {}, {}};
            config.stop_signal = step.words.front();
            return "STOPSIGNAL " + config.stop_signal;
        case User:
            config.user = step.words.front();
            return "USER " + config.user;
        case Volume:
            for (const std::string& path : step.words) {
                if (std::find(config.volumes.begin(), config.volumes.end(), path) == config.volumes.end()) config.volumes.push_back(path);
            }
            return fmt::format("VOLUME [{}]", join(step.words, " "));
        case Workdir:
            config.working_directory = clean_path(config.working_directory.empty() ? "/" : config.working_directory, step.words.front());
            return "WORKDIR " + config.working_directory;
        case Add:
        case Copy:
        case From:
        case Onbuild:
        case Run: break;
    }
    return Error{fmt::format("Podium does not simulate {}", step.text.substr(0, step.text.find(' '))), {}, {}};
}

}  // namespace podium::model
