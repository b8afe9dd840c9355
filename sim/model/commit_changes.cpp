#include "sim/model/commit_changes.hpp"

#include <memory>

#include "sim/base/text.hpp"
#include "sim/model/build.hpp"
#include "sim/model/dockerfile.hpp"

namespace podium::model {

Refusal apply_changes(const std::vector<std::string>& changes, ImageConfig& config) {
    if (changes.empty()) return {0, {}};
    auto file = parse_docker_changes(join(changes, "\n"));
    if (!file) return {400, file.error().message};
    Build build;
    build.spec = std::make_shared<const BuildSpec>();
    build.config = std::move(config);
    build.file = std::make_shared<const Dockerfile>(std::move(*file));
    Refusal out{0, {}};
    for (const DockerStep& step : build.file->steps) {
        const auto done = configure(build, step);
        if (done) continue;
        out = {400, done.error().message};
        break;
    }
    config = std::move(build.config);
    return out;
}

}  // namespace podium::model
