// What `docker compose` runs. It stands apart so that the CLI itself knows nothing of Compose.

#include "sim/programs/docker/docker.hpp"

namespace podium::programs::docker {

std::unique_ptr<shell::Program> make_docker(const std::vector<std::string>& argv,
                                            const std::vector<std::string>& environment) {
    return make_docker(argv, environment, nullptr);
}

}  // namespace podium::programs::docker
