// Any bytes are either a script or an error with a sentence; parsing them ends, and soon.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/shell/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto script = podium::shell::parse(text, "fuzz");
    PODIUM_ASSERT(script.ok() || !script.error().message.empty(), "a parse error has a sentence");
    return 0;
}
