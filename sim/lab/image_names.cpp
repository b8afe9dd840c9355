#include "sim/lab/image_names.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/image.hpp"
#include "sim/model/shared_catalogue.hpp"

namespace podium::lab {

Result<std::string> whole_image_name(const std::string& name) {
    const auto reference = model::parse_image_reference(name);
    if (!reference) return reference.error();
    return reference->with_default_tag().full();
}

Result<void> check_image_known(const std::string& catalogue, const std::string& name) {
    const auto known = model::shared_catalogue(catalogue, "images.yaml");
    if (!known) return known.error();
    const auto reference = model::parse_image_reference(name);
    if (!reference) return reference.error();
    if ((*known)->image(reference->with_default_tag())) return {};
    if ((*known)->find(*reference) != nullptr)
        return Error{fmt::format("the image '{}' has no such tag here", name),
                     {},
                     fmt::format("without one it is {}:latest", reference->familiar_name())};
    const std::string near = nearest(reference->familiar_name(), (*known)->names());
    return Error{fmt::format("there is no image '{}' here", name),
                 {},
                 near.empty() ? "take it out: what is not in scenarios/images.yaml has no programs that could run"
                              : fmt::format("did you mean '{}'?", near)};
}

}  // namespace podium::lab
