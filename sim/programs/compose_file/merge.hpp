#pragma once

// How one Compose file is laid over another, and a service over the one it extends: mappings are
// merged key by key, lists appended, a few attributes by rules of their own; then what a list may
// hold only once is made unique.

#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"

namespace podium::compose {

/// `over` laid over `base`. Values tagged !reset take the base's away, those tagged !override
/// replace it. The error is "cannot override services.web.image" where a list meets a mapping.
Result<Node> merge(Node base, const Node& over, const Path& path = {});

/// Takes away what !reset marks and is still there, and all tags: for a file nothing was below of.
void settle_tags(Node& node);

/// Makes lists unique whose elements have an identity: ports, volumes by target, environment by
/// name and so on. The first one's position and the last one's value are kept.
Result<void> make_unique(Node& model);

/// What mounts of the short form look like: "SOURCE:TARGET:OPTIONS".
struct ShortMount {
    std::string source;
    std::string target;
    std::string options;
    std::string problem;  ///< Not empty: what is wrong with it.
};

ShortMount split_short_mount(std::string_view text);
/// Whether a short mount's source is a path of the host and no volume's name.
bool is_host_path(std::string_view source);

}  // namespace podium::compose
