// Any bytes as a value with variables, by both dialects, and as an .env file. Nothing may throw,
// hang or grow without bound.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/assert.hpp"
#include "sim/programs/compose_file/command.hpp"
#include "sim/programs/compose_file/dotenv.hpp"
#include "sim/programs/compose_file/interpolate.hpp"

using podium::compose::Dialect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const podium::compose::Lookup lookup = [](std::string_view name) -> std::optional<std::string> {
        if (name == "SET") return "value";
        if (name == "EMPTY") return "";
        return std::nullopt;
    };
    for (const Dialect dialect : {Dialect::V2, Dialect::V1}) {
        const podium::compose::Interpolation result =
            podium::compose::interpolate(text, lookup, dialect);
        const bool done = result.outcome == podium::compose::Interpolation::Outcome::Done;
        PODIUM_ASSERT(done || result.text.empty(), "a refused text has no value");
        PODIUM_ASSERT(text.find('$') != std::string::npos || (done && result.text == text),
                      "a text without variables stays as it is");
        const podium::compose::SplitCommand words = podium::compose::split_command(text, dialect);
        PODIUM_ASSERT(words.words.size() <= text.size() + 1,
                      "there are no more words than characters");
    }
    for (const bool raw : {false, true}) {
        std::vector<std::string> unset;
        const auto lines = podium::compose::parse_dotenv(text, "fuzz.env", lookup, raw, unset);
        if (!lines) PODIUM_ASSERT(!lines.error().message.empty(), "an error says what is wrong");
    }
    return 0;
}
