// Any bytes as a Compose file: read by both dialects, printed when accepted. Nothing may throw,
// hang, overflow or assert.

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/base/assert.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/compose_file/load.hpp"

using podium::compose::Dialect;

namespace {

// Paths of the text may name anything; there is nothing else to read.
void read_as(const std::string& text, Dialect dialect) {
    podium::compose::LoadRequest request;
    request.working_directory = "/fuzz";
    request.environment = {{"HOME", "/root"}, {"SET", "value"}, {"EMPTY", ""}, {"PORT", "8080"}};
    request.profiles = {"*"};
    request.dialect = dialect;
    const auto project = podium::compose::load_text(text, "compose.yaml", request);
    if (!project) {
        PODIUM_ASSERT(!project.error().message.empty(), "an error says what is wrong");
        return;
    }
    for (const podium::compose::Service& service : project->services) {
        PODIUM_ASSERT(!canonical_service(*project, service.name).empty(),
                      "every service has a text to hash");
    }
    const std::string printed =
        dialect == Dialect::V1 ? config_yaml_v1(*project) : config_yaml_v2(*project);
    PODIUM_ASSERT(!printed.empty(), "a project is printed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    read_as(text, Dialect::V2);
    read_as(text, Dialect::V1);
    return 0;
}
