#pragma once

// What the comparing panel works out before it draws: which values of which parameters are chosen, and how many
// runs that makes. Plain functions, without ImGui.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// Something whose values make variants: a parameter of the scenario, or the scheduler.
struct VariantChoice {
    std::string name;
    std::vector<std::string> values;
    std::vector<bool> chosen;
    bool scheduler = false;

    [[nodiscard]] std::size_t count() const;
};

/// Of the open scenario: all values of the first parameter are chosen, of the others none, which leaves them as they are.
std::vector<VariantChoice> choices_of(const Lists& lists);
/// How many variants they make.
std::size_t variants_of(const std::vector<VariantChoice>& choices);
/// What is asked for.
intent::Compare wanted_of(const std::vector<VariantChoice>& choices, std::uint64_t seeds);
/// What opens one run of a variant.
intent::Open opening(const CompareView& compare, std::size_t variant, std::uint64_t seed);

}  // namespace podium::desktop
