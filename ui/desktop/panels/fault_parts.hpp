#pragma once

// What the faults panel shows, worked out from a frame: faults by the kind of what they break, the names
// a kind can break, and the line that is typed. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "ui/desktop/lab/frame.hpp"

namespace podium::desktop {

/// Longer, a partition's groups don't fit into a fault, which takes 1000 characters.
inline constexpr std::size_t kMostPartitionText = 900;

/// Faults that break the same kind of thing.
struct FaultGroup {
    std::string kind;   ///< As Lists::Fault::target.
    std::string title;  ///< "CONTAINERS"
    std::vector<const Lists::Fault*> faults;
};
/// In the order of the list; `filter` are letters that a fault's name or summary must have.
std::vector<FaultGroup> fault_groups(const Lists& lists, std::string_view filter);

/// What a fault of this kind can be aimed at now, at most kMostTargets.
std::vector<std::string> fault_targets(const Frame& frame, std::string_view kind);
inline constexpr std::size_t kMostTargets = 2'000;
/// The target that the selection means for this kind; empty: it means none.
std::string fault_target_of(const Frame& frame, std::string_view kind, const Selection& selection);

/// A fault as it is filled in.
struct FaultForm {
    std::string target;
    std::vector<std::string> arguments;  ///< Of the fault's arguments, in their order; empty: left out.
};
/// "inject kill web.1 signal=TERM", in quotes where a shell would read something into it.
std::string inject_line(const Lists::Fault& fault, const FaultForm& form);
/// What is missing in the form; empty: nothing.
std::string form_complaint(const Lists::Fault& fault, const FaultForm& form);
/// A fault's words, each as a shell reads it.
std::string shell_words(std::string_view text);
/// "12.4 s", "3 min 5 s": how long something has lasted.
std::string lasted(Duration duration);

}  // namespace podium::desktop
