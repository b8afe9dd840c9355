#include "ui/cli/real_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace podium::cli {
namespace fs = std::filesystem;

Result<std::string> RealFiles::read(const std::string& path) const {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return Error{"this is a folder, not a file", Place{path, 0, 0}, "name a file in it"};
    std::ifstream in(path, std::ios::binary);
    if (!in) return Error{fmt::format("cannot open the file: {}", std::strerror(errno)), Place{path, 0, 0}, "check the name and its permissions"};
    std::ostringstream content;
    content << in.rdbuf();
    if (in.bad()) return Error{"cannot read the file", Place{path, 0, 0}, "check the disk"};
    return content.str();
}

bool RealFiles::exists(const std::string& path) const {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool RealFiles::is_directory(const std::string& path) const {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

Result<void> write_whole_file(const std::string& path, const std::string& content) {
    const std::string temporary = path + ".new";
    {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out << content;
        out.close();
        if (!out) return Error{fmt::format("cannot write the file: {}", std::strerror(errno)), Place{path, 0, 0}, "check the folder, its permissions and the space left"};
    }
    std::error_code failed;
    fs::rename(temporary, path, failed);
    if (failed) return Error{fmt::format("cannot write the file: {}", failed.message()), Place{path, 0, 0}, "check the folder and its permissions"};
    return {};
}

std::string working_directory() {
    std::error_code ignored;
    return fs::current_path(ignored).string();
}

std::string state_directory() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') return std::string(state) + "/podium";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return std::string(home) + "/.local/state/podium";
    std::error_code ignored;
    return fs::temp_directory_path(ignored).string() + "/podium-state";
}

Result<void> make_directories(const std::string& path) {
    std::error_code failed;
    fs::create_directories(path, failed);
    if (failed) return Error{fmt::format("cannot make the folder: {}", failed.message()), Place{path, 0, 0}, "check its permissions"};
    return {};
}

}  // namespace podium::cli
