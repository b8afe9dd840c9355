#pragma once

// What docker's and Compose's clients are asked for by flags that changes nothing here but what inspect shows.

#include <string>
#include <string_view>
#include <vector>

#include "sim/model/process.hpp"
#include "sim/programs/docker/flags.hpp"

namespace podium::programs::docker {

/// Says which of the flags given are taken and not acted on, and why ("--cap-add is not simulated: …"): on standard error, a
/// line for each reason in the table's order, and as a fact of the host. They are no lines of docker's: who asks for a right
/// or a limit that isn't simulated must not take it for kept. Flags that are refused are not among them.
void tell_unsimulated(model::ProcessContext& context, std::string_view verb, const ParsedFlags& flags);

/// The same with sentences that were made elsewhere.
void tell_unsimulated_sentences(model::ProcessContext& context, std::string_view verb, const std::vector<std::string>& sentences);

/// The same for the options of a network's driver, NAME=VALUE each.
void tell_unsimulated_options(model::ProcessContext& context, std::string_view verb, const std::vector<std::string>& options);

/// What is said of options that have no effect on a tmpfs here (model::TmpfsOptions::unheeded); empty for none.
std::string unheeded_tmpfs_sentence(const std::vector<std::string>& names);

}  // namespace podium::programs::docker
