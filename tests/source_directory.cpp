#include "tests/source_directory.hpp"

namespace podium::test {

const std::string& source_directory() {
    static const std::string kDirectory = PODIUM_SOURCE_DIR;
    return kDirectory;
}

}  // namespace podium::test
