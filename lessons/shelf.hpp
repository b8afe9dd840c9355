#pragma once

// Where lessons come from: a reader of files that can also list a folder. The front end supplies
// it.

#include <string>
#include <vector>

#include "sim/base/files.hpp"

namespace podium::lessons {

class Shelf : public FileReader {
  public:
    /// The names in a folder, sorted; none when it is not there.
    [[nodiscard]] virtual std::vector<std::string> list(const std::string& folder) const = 0;
};

}  // namespace podium::lessons
