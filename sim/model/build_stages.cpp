// Which stages of a Dockerfile a build goes through. The engine's own builder (moby v20.10.24 builder/dockerfile/builder.go)
// makes all up to the target; BuildKit (buildkit v0.25 frontend/dockerfile/dockerfile2llb/convert.go) those alone that the
// target is made of.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/build_parts.hpp"

namespace podium::model {
namespace {

struct Stage {
    std::string name;
    std::size_t begin = 0;  // its FROM
    std::size_t end = 0;
    bool needed = false;
};

std::vector<Stage> stages_of(const Dockerfile& file) {
    std::vector<Stage> out;
    for (std::size_t i = 0; i < file.steps.size(); ++i) {
        if (file.steps[i].instruction == DockerInstruction::From) {
            out.push_back({file.steps[i].stage, i, i, false});
            if (out.back().name.empty()) out.back().name = fmt::format("{}", out.size() - 1);
        }
        if (!out.empty()) out.back().end = i + 1;
    }
    return out;
}

// The stage before `before` that is meant; the number of stages when none is.
std::size_t stage_meant(const std::vector<Stage>& stages, const std::string& name, std::size_t before) {
    for (std::size_t i = 0; i < before; ++i) {
        if (stages[i].name == lower(name)) return i;
    }
    std::int64_t index = 0;
    if (parse_integer(name, index) && index >= 0 && static_cast<std::size_t>(index) < before) return static_cast<std::size_t>(index);
    return stages.size();
}

// What FROM's name is with the arguments before the first FROM filled in.
std::string base_meant(const Dockerfile& file, const BuildSpec& spec, const DockerStep& step) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : platform_arguments()) variables.push_back(name + "=" + value);
    for (const DockerStep& before : file.steps) {
        if (before.instruction != DockerInstruction::Arg) break;
        for (const auto& [name, value] : before.pairs) {
            const auto given = spec.arguments.find(name);
            const auto filled = expand_docker_word(value.value_or(""), variables, file.escape);
            variables.push_back(name + "=" + (given != spec.arguments.end() ? given->second : filled ? *filled : std::string()));
        }
    }
    const auto filled = expand_docker_word(step.words.front(), variables, file.escape);
    return filled ? *filled : step.words.front();
}

// The stage that `RUN --mount=…,from=stage` names; empty when it names none.
std::string mounted_stage(const std::string& mount) {
    for (const std::string& part : split(mount, ',')) {
        if (part.starts_with("from=")) return part.substr(5);
    }
    return {};
}

void mark(const Dockerfile& file, const BuildSpec& spec, std::vector<Stage>& stages, std::size_t which) {
    if (which >= stages.size() || stages[which].needed) return;
    stages[which].needed = true;
    for (std::size_t i = stages[which].begin; i < stages[which].end; ++i) {
        const DockerStep& step = file.steps[i];
        if (step.instruction == DockerInstruction::From) mark(file, spec, stages, stage_meant(stages, base_meant(file, spec, step), which));
        if (const auto from = step.flags.find("from"); from != step.flags.end()) mark(file, spec, stages, stage_meant(stages, from->second, which));
        const auto [first, last] = step.flags.equal_range("mount");
        for (auto mount = first; mount != last; ++mount) mark(file, spec, stages, stage_meant(stages, mounted_stage(mount->second), which));
    }
}

// The target's place among the stages; their number when there is no such stage.
std::size_t target_of_build(const Dockerfile& file, const std::vector<Stage>& stages, const BuildSpec& spec) {
    if (spec.target.empty()) return stages.size() - 1;
    if (spec.syntax == DockerfileSyntax::BuildKit) return stage_meant(stages, spec.target, stages.size());
    const auto found = std::find_if(stages.begin(), stages.end(), [&](const Stage& stage) { return file.steps[stage.begin].stage == lower(spec.target); });
    return static_cast<std::size_t>(found - stages.begin());
}

// Takes the stages out that the target is not made of. Those that stay are called by name, since their numbers change.
void leave_out(Dockerfile& file, const BuildSpec& spec, std::vector<Stage>& stages, std::size_t target) {
    mark(file, spec, stages, target);
    std::vector<DockerStep> kept(file.steps.begin(), file.steps.begin() + static_cast<std::ptrdiff_t>(stages.front().begin));
    for (std::size_t s = 0; s < stages.size(); ++s) {
        if (!stages[s].needed) continue;
        for (std::size_t i = stages[s].begin; i < stages[s].end; ++i) {
            DockerStep step = std::move(file.steps[i]);
            if (step.instruction == DockerInstruction::From) step.stage = stages[s].name;
            if (const auto from = step.flags.find("from"); from != step.flags.end()) {
                if (const std::size_t meant = stage_meant(stages, from->second, s); meant < stages.size()) from->second = stages[meant].name;
            }
            kept.push_back(std::move(step));
        }
    }
    file.steps = std::move(kept);
}

}  // namespace

std::map<std::string, std::string> platform_arguments() {
    return {{"BUILDARCH", "amd64"}, {"BUILDOS", "linux"},   {"BUILDPLATFORM", "linux/amd64"},  {"BUILDVARIANT", ""},
            {"TARGETARCH", "amd64"}, {"TARGETOS", "linux"}, {"TARGETPLATFORM", "linux/amd64"}, {"TARGETVARIANT", ""}};
}

bool choose_stages(Dockerfile& file, const BuildSpec& spec) {
    std::vector<Stage> stages = stages_of(file);
    if (stages.empty()) return spec.target.empty();
    const std::size_t target = target_of_build(file, stages, spec);
    if (target >= stages.size()) return false;
    file.steps.resize(stages[target].end);
    stages.resize(target + 1);
    if (spec.syntax == DockerfileSyntax::BuildKit) leave_out(file, spec, stages, target);
    return true;
}

}  // namespace podium::model
