#include "sim/model/unknown_image.hpp"

#include <fmt/format.h>

namespace podium::model {

std::string unknown_image_sentence(const ImageReference& reference, const PullAnswer& answer) {
    return fmt::format(
        "{} is not in Podium's catalogue of images{}; it is taken for a server that starts in a "
        "second and ends on TERM",
        reference.familiar_name(),
        answer.nearest.empty() ? "" : fmt::format(" (did you mean {}?)", answer.nearest));
}

}  // namespace podium::model
