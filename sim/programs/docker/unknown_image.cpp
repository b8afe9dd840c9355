#include "sim/programs/docker/unknown_image.hpp"

#include <fmt/format.h>

#include "sim/model/unknown_image.hpp"
#include "sim/model/world.hpp"

namespace podium::programs::docker {

std::string unknown_image_note(model::ProcessContext& context, const std::string& image) {
    const model::World& world = context.world();
    const auto reference = model::parse_image_reference(image);
    if (!reference || !world.only_image.empty() || world.catalogue == nullptr) return {};
    const model::PullAnswer answer =
        model::ask_registry(world, context.row().host, reference->with_default_tag());
    if (!answer.unknown) return {};
    return fmt::format("Podium: {}\n", model::unknown_image_sentence(*reference, answer));
}

}  // namespace podium::programs::docker
