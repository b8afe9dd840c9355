#pragma once

// Takes typed values out of a canonical model. The first thing that cannot be read is kept as the
// error, with its place; after it, reading goes on with defaults so that callers stay plain.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

class Reader {
  public:
    Reader(Dialect dialect,
           std::vector<Warning>& warnings,
           bool for_client,
           bool configuration_only)
        : dialect_(dialect),
          warnings_(&warnings),
          for_client_(for_client),
          configuration_only_(configuration_only) {}

    /// Whether what only an engine refuses is left to it.
    [[nodiscard]] bool for_client() const { return for_client_; }

    [[nodiscard]] Dialect dialect() const { return dialect_; }

    [[nodiscard]] bool failed() const { return error_.has_value(); }

    [[nodiscard]] const Error& error() const { return *error_; }

    /// Keeps the first error.
    void fail(std::string message, const Place& place, std::string hint);
    /// The same of what a configuration of 1.29 holds as it is written and only an engine, or what
    /// is made of it, refuses.
    void fail_for_engine(std::string message, const Place& place, std::string hint);
    void warn(std::string sentence, const Place& place, bool own);

    /// The scalar's text, or empty.
    [[nodiscard]] static std::string text(const Node& mapping, std::string_view key);
    bool boolean(const Node& mapping,
                 std::string_view key,
                 const Path& path,
                 bool otherwise = false);
    std::optional<bool> optional_boolean(const Node& mapping,
                                         std::string_view key,
                                         const Path& path);
    std::optional<std::int64_t> integer(const Node& mapping,
                                        std::string_view key,
                                        const Path& path);
    /// A decimal number times 10^9, rounded: "0.5" CPUs are 500,000,000.
    std::optional<std::int64_t> nano(const Node& mapping, std::string_view key, const Path& path);
    double number(const Node& mapping, std::string_view key, const Path& path, double otherwise);
    std::optional<std::int64_t> bytes(const Node& mapping, std::string_view key, const Path& path);
    std::optional<Duration> duration(const Node& mapping, std::string_view key, const Path& path);
    /// A list of scalars; a scalar alone is a list of one.
    [[nodiscard]] static std::vector<std::string> list(const Node& mapping, std::string_view key);
    /// A mapping, or a list of "name=value".
    [[nodiscard]] static std::vector<Pair> pairs(const Node& mapping, std::string_view key);
    [[nodiscard]] static std::vector<EnvironmentVariable> variables(const Node& mapping,
                                                                    std::string_view key);
    /// A command as a list or a string; nullopt when it is not there or null.
    std::optional<std::vector<std::string>> command(const Node& mapping,
                                                    std::string_view key,
                                                    const Path& path);

  private:
    [[nodiscard]] std::string at(const Path& path, std::string_view key) const;

    Dialect dialect_;
    std::vector<Warning>* warnings_;
    bool for_client_;
    bool configuration_only_;
    std::optional<Error> error_;
};

}  // namespace podium::compose
