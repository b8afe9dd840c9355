#pragma once

// The files of the simulated host as the Compose loader reads them.

#include "sim/base/files.hpp"
#include "sim/model/process.hpp"

namespace podium::programs::composing {

/// Reads through a process's own view; "-" is what it was given on standard input. Lives no longer than a step.
class HostFiles final : public FileReader {
  public:
    explicit HostFiles(model::ProcessContext& context, const std::string* input = nullptr) : context_(&context), input_(input) {}
    [[nodiscard]] Result<std::string> read(const std::string& path) const override;
    [[nodiscard]] bool exists(const std::string& path) const override;
    [[nodiscard]] bool is_directory(const std::string& path) const override;
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override;

  private:
    model::ProcessContext* context_;
    const std::string* input_;
};

}  // namespace podium::programs::composing
