// Any bytes as a Dockerfile, and each of its words expanded. Nothing may throw, hang or grow without bound.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/model/dockerfile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::vector<std::string> variables{"SET=value", "EMPTY="};
    const auto file = podium::model::parse_dockerfile(text, "Dockerfile");
    if (!file) {
        PODIUM_ASSERT(!file.error().message.empty(), "what is wrong is said");
        return 0;
    }
    PODIUM_ASSERT(file->steps.size() <= podium::model::kMostDockerSteps, "a Dockerfile has a limited number of steps");
    for (const podium::model::DockerStep& step : file->steps) {
        PODIUM_ASSERT(step.line > 0, "a step has its line");
        for (const std::string& word : step.words) static_cast<void>(podium::model::expand_docker_word(word, variables, file->escape));
    }
    return 0;
}
