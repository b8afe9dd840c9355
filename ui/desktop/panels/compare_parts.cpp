#include "ui/desktop/panels/compare_parts.hpp"

#include <algorithm>

#include "sim/base/text.hpp"

namespace podium::desktop {

std::size_t VariantChoice::count() const {
    return static_cast<std::size_t>(std::count(chosen.begin(), chosen.end(), true));
}

std::vector<VariantChoice> choices_of(const Lists& lists) {
    std::vector<VariantChoice> out;
    for (const std::string& parameter : lists.parameters) {
        const std::size_t equals = parameter.find('=');
        if (equals == std::string::npos) continue;
        VariantChoice choice;
        choice.name = parameter.substr(0, equals);
        choice.values = split(parameter.substr(equals + 1), '|');
        choice.chosen.assign(choice.values.size(), out.empty());
        out.push_back(std::move(choice));
    }
    if (lists.schedulers.size() > 1) {
        VariantChoice choice;
        choice.name = "scheduler";
        choice.values = lists.schedulers;
        choice.chosen.assign(choice.values.size(), false);
        choice.scheduler = true;
        out.push_back(std::move(choice));
    }
    return out;
}

std::size_t variants_of(const std::vector<VariantChoice>& choices) {
    std::size_t out = 1;
    for (const VariantChoice& choice : choices) out *= std::max<std::size_t>(choice.count(), 1);
    return out;
}

intent::Compare wanted_of(const std::vector<VariantChoice>& choices, std::uint64_t seeds) {
    intent::Compare out;
    out.seeds = seeds;
    for (const VariantChoice& choice : choices) {
        for (std::size_t i = 0; i < choice.values.size(); ++i) {
            if (!choice.chosen[i]) continue;
            if (choice.scheduler) {
                out.schedulers.push_back(choice.values[i]);
            } else {
                out.settings.push_back(choice.name + "=" + choice.values[i]);
            }
        }
    }
    return out;
}

intent::Open opening(const CompareView& compare, std::size_t variant, std::uint64_t seed) {
    intent::Open out{compare.scenario};
    out.seed = seed;
    if (variant < compare.made_of.size()) {
        out.settings = compare.made_of[variant].settings;
        out.scheduler = compare.made_of[variant].scheduler;
    }
    return out;
}

}  // namespace podium::desktop
