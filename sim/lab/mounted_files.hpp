#pragma once

// What a person's own files are that the services of a Compose project mount, or that their images are built from: they
// belong on the simulated host's disk as well as the Compose file does.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/lab/project.hpp"
#include "sim/programs/compose_file/load.hpp"

namespace podium::lab {

/// Files carried over, of all mounts together; what is more is told and left behind.
inline constexpr std::size_t kMostMountedFiles = 2'000;
inline constexpr std::uint64_t kMostMountedBytes = 16U << 20;
/// What is in a larger file is left behind: a simulated disk keeps no more of a file's content (model::FileTree).
inline constexpr std::uint64_t kMostMountedFileBytes = 1U << 20;

struct MountedFile {
    std::string path;     ///< On the person's machine, absolute; it ends in '/' for a folder with nothing in it.
    std::string content;
};

/// A bind mount with a source that the engine makes, as nothing stands there.
struct MissingSource {
    std::string service;
    MadeFolder folder;
};

struct MountedFiles {
    std::vector<MountedFile> files;          ///< By path.
    std::vector<std::string> folders;        ///< Outside of the project, for volumes bound to them: made, with nothing in them.
    std::vector<NotSimulated> left_behind;   ///< Mounts whose files did not all come along.
    std::vector<MissingSource> missing;
};

/// Reads what bind mounts, volumes bound to a folder (driver_opts) and `build` of the project name by a relative path, all profiles
/// included. Of a build's context what its .dockerignore leaves out stays behind, as its client does not send it; a folder called
/// .git does, and so does what stands outside of the project (an absolute path, "~"): that is another machine's. Files the project
/// is made of (a Dockerfile is one) are read by `load`'s reader; the rest by `data`, never more of it than there is room for: a
/// file that is too large, or can't be read, is there with nothing in it. Those `known` when they are looked at are left out.
MountedFiles read_mounted_files(const compose::LoadRequest& load, const FileReader& data, const std::map<std::string, std::string>& known);

}  // namespace podium::lab
