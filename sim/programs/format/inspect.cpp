#include "sim/programs/format/inspect.hpp"

#include <nlohmann/json.hpp>

#include "sim/programs/format/json_text.hpp"

namespace podium::format {
namespace {

std::string_view go_type(Inspected what) {
    switch (what) {
        case Inspected::Container:
            return "container.InspectResponse";
        case Inspected::Image:
            return "image.InspectResponse";
        case Inspected::Network:
            return "network.Inspect";
        case Inspected::Volume:
            return "volume.Volume";
        case Inspected::Other:
            return {};
    }
    return {};
}

}  // namespace

Result<Inspector> Inspector::make(std::string_view format) {
    Inspector inspector;
    if (format.empty() || format == "json") {
        inspector.one_line_ = !format.empty();
        return inspector;
    }
    Result<GoTemplate> parsed = GoTemplate::parse(format);
    if (!parsed) return Error{"template parsing error: " + parsed.error().message, {}, {}};
    inspector.template_ = std::move(*parsed);
    return inspector;
}

void Inspector::add(Inspected what, const nlohmann::ordered_json& described) {
    if (!template_) {
        found_.push_back(std::make_shared<const nlohmann::ordered_json>(described));
        return;
    }
    if (what != Inspected::Other) {
        const Result<std::string> typed = template_->execute({&described, go_type(what)});
        if (typed) {
            made_ += *typed + "\n";
            return;
        }
    }
    const Result<std::string> raw = template_->execute({&described, kAny, true});
    if (raw) {
        made_ += *raw + "\n";
    } else {
        errors_.push_back("template parsing error: " + raw.error().message);
    }
}

std::string Inspector::output() const {
    if (template_) return made_.empty() ? "\n" : made_;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& found : found_)
        list.push_back(*found);
    return (one_line_ ? compact_json(list) : pretty_json(list)) + "\n";
}

std::string Inspector::errors() const {
    std::string text;
    for (const std::string& error : errors_)
        text += error + "\n";
    return text;
}

}  // namespace podium::format
