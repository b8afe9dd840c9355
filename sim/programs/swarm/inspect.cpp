#include "sim/programs/swarm/inspect.hpp"

#include <nlohmann/json.hpp>

namespace podium::programs::docker {

Outcome inspect_each(const Invocation& invocation, Talk& talk, format::Inspected what, AskFor ask, Pretty pretty) {
    const ParsedFlags& flags = invocation.flags;
    const bool for_people = flags.on("pretty");
    auto inspector = format::Inspector::make(for_people ? std::string() : flags.text("format"));
    if (!inspector) return ends_badly(inspector.error().message, format::kTemplateStatus);
    std::string out;
    for (const std::string& name : invocation.arguments()) {
        std::string error;
        const Reply* found = ask(talk, name, error);
        if (found == nullptr && error.empty()) return std::nullopt;
        if (error.empty() && !found->ok()) error = found->error();
        if (for_people) {
            // The first that isn't found ends it, and nothing is printed.
            if (!error.empty()) return ends_badly(error);
            const auto text = pretty(talk, found->value());
            if (!text) return std::nullopt;
            out += *text + "\n";
        } else if (!error.empty()) {
            inspector->add_error(error);
        } else {
            inspector->add(what, found->value(), what != format::Inspected::Service && what != format::Inspected::Node);
        }
    }
    if (for_people) return ends(std::move(out));
    const std::string errors = inspector->errors();
    return Ending{{inspector->output(), errors, errors.empty() ? 0 : 1}, {}, false, false};
}

}  // namespace podium::programs::docker
