#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {

int run_true(Tool& /*tool*/) {
    return 0;
}

int run_false(Tool& /*tool*/) {
    return 1;
}

}  // namespace podium::programs::small
