#include "ui/cli/installation.hpp"

#include <array>
#include <filesystem>
#include <system_error>

namespace podium::cli {
namespace {

/// A folder is Podium's data when it has the catalogue's folder in it.
bool is_data_directory(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_directory(folder / "scenarios", ignored);
}

}  // namespace

std::string version() {
    return PODIUM_VERSION;
}

Result<std::string> data_directory(const std::string& program_folder,
                                   const std::string& source_tree) {
    const auto installed =
        (std::filesystem::path(program_folder) / ".." / "share" / "podium").lexically_normal();
    const auto tree = std::filesystem::path(source_tree);
    for (const auto& folder : std::array{installed, tree}) {
        if (is_data_directory(folder)) {
            return folder.string();
        }
    }
    return Error{
        "Podium's scenarios are neither in " + installed.string() + " nor in " + tree.string(),
        {},
        "install Podium again, or run it from the tree it was built in"};
}

Result<std::string> data_directory() {
    std::error_code error;
    // The link leads to the real file, so a symbolic link to the program somewhere in PATH works as
    // well.
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return data_directory(error ? std::string(".") : program.parent_path().string(),
                          PODIUM_SOURCE_DATA_DIRECTORY);
}

}  // namespace podium::cli
