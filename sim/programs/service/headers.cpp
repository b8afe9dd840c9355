#include "sim/programs/service/headers.hpp"

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/programs/service/log_text.hpp"

namespace podium::programs {
namespace {

// RFC 9110, IMF-fixdate.
constexpr std::string_view kDate = "%a, %d %b %Y %H:%M:%S GMT";

const model::ImagePointer* image_of(model::ProcessContext& context) {
    const model::ContainerId container = context.row().container;
    return container ? &context.world().detail(container).image : nullptr;
}

// A file that comes with the image is as old as that.
Time time_of(model::ProcessContext& context, Time modified) {
    const model::ImagePointer* image = image_of(context);
    return modified == Time{} && image != nullptr && *image != nullptr ? (*image)->created() : modified;
}

bool is_whole(const std::string& line) {
    return line.find('{') == std::string::npos;
}

}  // namespace

std::map<std::string, std::string, std::less<>> release_here(model::ProcessContext& context) {
    const model::ImagePointer* image = image_of(context);
    if (image == nullptr || *image == nullptr) return {};
    return model::release_values((*image)->version);
}

std::string answer_headers(model::ProcessContext& context,
                           const model::BehaviourProfile& profile,
                           const Work& work) {
    if (profile.headers.empty()) return {};
    const Duration skew = context.world().host(context.row().host).clock_skew;
    const std::size_t length = work.body.size() + work.unmade;
    LogValues values{{"length", fmt::format("{}", length)},
                     {"length_hex", fmt::format("{:x}", length)},
                     {"date", time_text(kDate, context.now(), skew)}};
    if (!work.type.empty()) values.emplace("type", work.type);
    if (!work.location.empty()) values.emplace("location", work.location);
    if (work.modified) {
        const Time modified = time_of(context, *work.modified);
        values.emplace("modified", time_text(kDate, modified, skew));
        values.emplace("modified_hex", fmt::format("{:x}", unix_seconds(modified, skew)));
    }
    values.merge(release_here(context));
    std::string out;
    for (const std::string& line : profile.headers) {
        const std::string filled = model::fill_template(line, values);
        if (is_whole(filled)) out += filled + "\r\n";
    }
    return out;
}

}  // namespace podium::programs
