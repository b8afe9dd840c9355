#pragma once

// Runs a scenario given as text, with the files beside it given as texts too.

#include <map>
#include <memory>
#include <string>

#include "scripting/scenario.hpp"

namespace podium::scripting::tests {

/// Files by absolute path.
class TextFiles final : public FileReader {
  public:
    std::map<std::string, std::string> files;
    [[nodiscard]] Result<std::string> read(const std::string& path) const override;

    [[nodiscard]] bool exists(const std::string& path) const override {
        return files.count(path) != 0;
    }

    [[nodiscard]] bool is_directory(const std::string& path) const override;

    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        return names_in(files, folder);
    }
};

struct Played {
    std::unique_ptr<Scenario> scenario;  ///< Null when it did not compile.
    std::string error;                   ///< The script's, with its place; empty when it went well.
    std::vector<std::string> narrated;

    /// "passed", "failed" or "not decided", of the check of that number (from 0).
    [[nodiscard]] std::string outcome(std::size_t number) const;
    [[nodiscard]] const Verdict verdict(std::size_t number) const;

    [[nodiscard]] const lab::Session& session() const { return *scenario->session(); }

    [[nodiscard]] std::string joined() const;
};

struct PlayOptions {
    std::uint64_t seed = 1;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::map<std::string, std::string> files;  ///< By name, beside the script, or by absolute path.
    std::optional<Duration> duration;
    Limits limits;
    std::optional<scheduler::PolicyText> scheduler;
};

/// A project with one service `web` (nginx, its policy from ${POLICY:-no}) and its image on the
/// host.
extern const char* const kWeb;
Played play(const std::string& script, const PlayOptions& options = {});

}  // namespace podium::scripting::tests
