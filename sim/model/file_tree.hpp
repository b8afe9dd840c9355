#pragma once

// A tree of files: what a volume, a container's own layer, a host's disk or a tmpfs holds. A value.
// Paths are clean and absolute within the tree ("/data/f"). Directories exist when they were made or
// when something is below them. Content larger than kKeptBytes is counted but not kept.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/shell/system.hpp"

namespace podium::model {

struct FileNode {
    std::string content;            ///< At most FileTree::kKeptBytes.
    std::int64_t extra_bytes = 0;   ///< Written beyond what is kept.
    Time modified{};
    bool directory = false;
    int mode = 0644;

    [[nodiscard]] std::int64_t size_bytes() const { return static_cast<std::int64_t>(content.size()) + extra_bytes; }
};

/// The order of paths, by which what is below a directory is also found without its prefix being put together.
struct PathOrder {
    struct Below {
        std::string_view directory;  ///< Clean; stands for `directory` + "/".
    };
    using is_transparent = void;

    bool operator()(std::string_view a, std::string_view b) const { return a < b; }
    bool operator()(std::string_view a, Below b) const;
};

/// Whether a path is below a directory, both clean; a directory isn't below itself.
[[nodiscard]] bool is_path_below(std::string_view path, std::string_view directory);

class FileTree {
  public:
    using Nodes = std::map<std::string, FileNode, PathOrder>;

    static constexpr std::size_t kKeptBytes = 1U << 20;

    [[nodiscard]] const FileNode* find(const std::string& path) const;
    [[nodiscard]] bool is_directory(const std::string& path) const;
    /// Replaces a file; makes the directories above it. Returns by how much the tree grew, in bytes.
    std::int64_t write(const std::string& path, std::string_view content, Time now);
    /// Appends `content`, then `zero_bytes` more that are only counted. Returns the growth.
    std::int64_t append(const std::string& path, std::string_view content, Time now, std::int64_t zero_bytes = 0);
    /// Writes over what stands from `offset` on, growing the file as needed. Returns the growth.
    std::int64_t write_at(const std::string& path, std::int64_t offset, std::string_view content, Time now,
                          std::int64_t zero_bytes = 0);
    void make_directory(const std::string& path, Time now);
    /// Sets what `ls -l` and `touch` show. Requires that a node of its own stands there.
    void set_mode(const std::string& path, int mode);
    void set_modified(const std::string& path, Time now);
    /// Removes a file or a whole directory. Returns by how much the tree shrank.
    std::int64_t remove(const std::string& path);
    /// The names directly below a directory, sorted.
    [[nodiscard]] std::vector<std::string> list(const std::string& path) const;
    [[nodiscard]] std::int64_t size_bytes() const { return size_bytes_; }
    [[nodiscard]] const Nodes& nodes() const { return nodes_; }
    /// Puts a copy of a node of another tree here.
    void put(const std::string& path, const FileNode& node);
    /// Copies all of `other` over what is here.
    void copy_from(const FileTree& other);

  private:
    void make_parents(const std::string& path, Time now);

    Nodes nodes_;
    std::int64_t size_bytes_ = 0;
};

}  // namespace podium::model
