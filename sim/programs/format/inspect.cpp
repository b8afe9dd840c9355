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
        case Inspected::Service:
            return "swarm.Service";
        case Inspected::Task:
            return "swarm.Task";
        case Inspected::Node:
            return "swarm.Node";
        case Inspected::Secret:
            return "swarm.Secret";
        case Inspected::Config:
            return "swarm.Config";
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

void Inspector::add(Inspected what, const nlohmann::ordered_json& described, bool with_json) {
    if (!template_) {
        found_.push_back(std::make_shared<const nlohmann::ordered_json>(described));
        return;
    }
    std::string wrong;
    const auto succeeds = [&](const Result<std::string>& made) {
        if (made)
            made_ += *made + "\n";
        else
            wrong = made.error().message;
        return made.ok();
    };
    if (what != Inspected::Other && succeeds(template_->execute({&described, go_type(what)})))
        return;
    if (with_json && succeeds(template_->execute({&described, kAny, true}))) return;
    errors_.push_back("template parsing error: " + wrong);
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
