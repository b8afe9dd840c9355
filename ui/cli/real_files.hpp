#pragma once

// The real file system behind the small reader that sim asks for.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/files.hpp"

namespace podium::cli {

class RealFiles final : public FileReader {
  public:
    [[nodiscard]] Result<std::string> read(const std::string& path) const override;
    [[nodiscard]] bool exists(const std::string& path) const override;
    [[nodiscard]] bool is_directory(const std::string& path) const override;
    /// Sockets, pipes and devices are left out.
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override;
    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override;
};

/// Whether a file can be written there, before there is anything to lose.
Result<void> can_write(const std::string& path);
/// Whether two paths mean one file.
bool same_file(const std::string& one, const std::string& other);
/// The same of files that may not be there yet: those are compared by their names.
bool would_be_same_file(const std::string& one, const std::string& other);
/// Writes a file whole, through a temporary name, so that a failure loses nothing; a device in place.
Result<void> write_whole_file(const std::string& path, const std::string& content);
std::string working_directory();
/// Where Podium keeps what it remembers: $XDG_STATE_HOME/podium, else ~/.local/state/podium;
/// without a home a folder in /tmp with the user's number in its name.
std::string state_directory();
/// An error when that folder is in /tmp and is somebody else's, open to others, or a link.
Result<void> check_state_directory();
/// Makes it, in /tmp for its user alone.
Result<void> make_state_directory();
/// Makes a directory and those above it.
Result<void> make_directories(const std::string& path);

}  // namespace podium::cli
