#pragma once

// Bodies of requests, read as Go's encoding/json reads them into dockerd's structs: the same
// sentences for what is no JSON and for values of a wrong type, names of fields in any case, null
// as nothing, unknown fields ignored, what stands behind the first value ignored. One limit is our
// own: how deep values may lie in each other.

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium::swarm {

/// Not ordered: a body with many fields must not cost their square.
using Input = nlohmann::json;

inline constexpr std::size_t kDeepestBody = 200;

/// The first value of the text.
Result<Input> parse_body(std::string_view text);

/// The first thing that was wrong about a body's types; empty while nothing is.
struct BodyProblem {
    std::string sentence;
};

/// The fields of one object of a body. What is absent, null or of a wrong type reads as zero; the
/// latter is noted. Every read names the field, and its Go type where that is not the usual one.
class Fields {
  public:
    /// The whole body, to be read into a struct: "swarm.ServiceSpec".
    Fields(const Input& body, std::string_view type, BodyProblem& problem);

    /// Whether the object itself was given.
    [[nodiscard]] bool given() const { return object_ != nullptr; }

    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

    [[nodiscard]] std::string text(std::string_view name, std::string_view type = "string") const;

    [[nodiscard]] bool flag(std::string_view name) const {
        return maybe_flag(name).value_or(false);
    }

    [[nodiscard]] std::optional<bool> maybe_flag(std::string_view name) const;

    [[nodiscard]] std::int64_t integer(std::string_view name,
                                       std::string_view type = "int64") const {
        return maybe_integer(name, type).value_or(0);
    }

    [[nodiscard]] std::optional<std::int64_t> maybe_integer(std::string_view name,
                                                            std::string_view type = "int64") const;

    [[nodiscard]] std::uint64_t natural(std::string_view name) const {
        return maybe_natural(name).value_or(0);
    }

    [[nodiscard]] std::uint32_t natural_32(std::string_view name,
                                           std::string_view type = "uint32") const {
        constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
        return static_cast<std::uint32_t>(maybe_natural(name, type, kMost).value_or(0));
    }

    [[nodiscard]] std::optional<std::uint64_t> maybe_natural(
        std::string_view name,
        std::string_view type = "uint64",
        std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const;
    /// A number in millionths, rounded to the nearest.
    [[nodiscard]] std::int64_t millionths(std::string_view name) const;

    [[nodiscard]] Duration duration(std::string_view name) const {
        return {integer(name, "time.Duration")};
    }

    [[nodiscard]] std::optional<Duration> maybe_duration(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
    [[nodiscard]] std::map<std::string, std::string> text_map(std::string_view name) const;
    /// Bytes, which JSON has in base 64.
    [[nodiscard]] std::string bytes(std::string_view name) const;
    [[nodiscard]] Fields object(std::string_view name, std::string_view type) const;
    /// A list of objects; `type` is that of one.
    [[nodiscard]] std::vector<Fields> objects(std::string_view name, std::string_view type) const;

  private:
    Fields(const Input* object, std::string_view type, std::string path, BodyProblem& problem);

    [[nodiscard]] const Input* find(std::string_view name) const;
    void wrong(const Input& value, std::string_view name, std::string_view type) const;

    const Input* object_ = nullptr;
    std::string struct_;  ///< The struct's name without its package.
    std::string path_;    ///< From the body to this object, with a dot behind.
    BodyProblem* problem_ = nullptr;
};

std::string base64(std::string_view bytes, bool padded = true);
/// The bytes; the error is Go's sentence.
Result<std::string> read_base64(std::string_view text);

}  // namespace podium::swarm
