#pragma once

// Where lessons come from. The front end supplies it.

#include "sim/base/files.hpp"

namespace podium::lessons {

using Shelf = FileReader;

}  // namespace podium::lessons
