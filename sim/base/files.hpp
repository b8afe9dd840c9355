#pragma once

// The only way files reach sim, scripting and lessons: a small reader that the front end supplies.
// Paths are plain texts with '/' between parts.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace podium {

class FileReader {
  public:
    virtual ~FileReader() = default;
    /// The whole content, or an error that names the path.
    [[nodiscard]] virtual Result<std::string> read(const std::string& path) const = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
    [[nodiscard]] virtual bool is_directory(const std::string& path) const = 0;
    /// The names of the files and folders in a folder, sorted; none when it is not there.
    [[nodiscard]] virtual std::vector<std::string> list(const std::string& folder) const = 0;
    /// Of a file, in bytes; 0 when it is not there.
    [[nodiscard]] virtual std::uint64_t size_bytes(const std::string& path) const {
        const Result<std::string> content = read(path);
        return content ? content->size() : 0;
    }
};

/// "a/./b/../c" becomes "a/c"; a leading '/' is kept, ".." above the root is dropped.
std::string clean_path(std::string_view path);
/// `path` if it is absolute, else `directory`/`path`, cleaned.
std::string resolve_path(std::string_view directory, std::string_view path);
/// All before the last '/', "." when there is none, "/" for the root.
std::string directory_of(std::string_view path);
std::string base_name(std::string_view path);
/// FileReader::list() for files in memory, by path.
std::vector<std::string> names_in(const std::map<std::string, std::string>& files, const std::string& folder);

}  // namespace podium
