#include "ui/cli/real_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

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

std::vector<std::string> RealFiles::list(const std::string& folder) const {
    std::vector<std::string> out;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
        std::error_code ignored;
        const fs::file_status status = fs::status(entry->path(), ignored);
        if (fs::is_regular_file(status) || fs::is_directory(status)) out.push_back(entry->path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::uint64_t RealFiles::size_bytes(const std::string& path) const {
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(path, failed);
    return failed ? 0 : size;
}

namespace {

Error cannot_write(const std::string& path, const char* reason) {
    return Error{fmt::format("cannot write the file: {}", reason), Place{path, 0, 0}, "check the folder, its permissions and the space left"};
}

// A device or a pipe is written to; a file is replaced whole, where a symbolic link leads.
bool is_written_in_place(const fs::path& path) {
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    return fs::exists(status) && !fs::is_regular_file(status);
}

fs::path real_path(const std::string& path) {
    std::error_code failed;
    fs::path real = fs::weakly_canonical(path, failed);
    return failed ? fs::path(path) : real;
}

fs::path temporary_for(const fs::path& path) { return path.string() + ".new." + std::to_string(getpid()); }

}  // namespace

Result<void> can_write(const std::string& path) {
    const fs::path real = real_path(path);
    std::error_code failed;
    if (fs::is_directory(real, failed)) return cannot_write(path, "it is a folder");
    if (is_written_in_place(real)) return {};
    const fs::path temporary = temporary_for(real);
    errno = 0;
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    if (!out) return cannot_write(path, std::strerror(errno));
    out.close();
    fs::remove(temporary, failed);
    return {};
}

Result<void> write_whole_file(const std::string& path, const std::string& content) {
    const fs::path real = real_path(path);
    const bool in_place = is_written_in_place(real);
    const fs::path temporary = in_place ? real : temporary_for(real);
    errno = 0;
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    std::error_code failed;
    if (!out) {
        const Error error = cannot_write(path, std::strerror(errno));
        if (!in_place) fs::remove(temporary, failed);
        return error;
    }
    if (in_place) return {};
    fs::rename(temporary, real, failed);
    if (!failed) return {};
    const Error error = cannot_write(path, failed.message().c_str());
    fs::remove(temporary, failed);
    return error;
}

bool same_file(const std::string& one, const std::string& other) {
    std::error_code failed;
    return fs::equivalent(one, other, failed) || real_path(one) == real_path(other);
}

bool would_be_same_file(const std::string& one, const std::string& other) {
    const std::string here = working_directory();
    return same_file(one, other) || resolve_path(here, one) == resolve_path(here, other);
}

std::string working_directory() {
    std::error_code ignored;
    return fs::current_path(ignored).string();
}

// Without a home: a folder in /tmp with the user's number in its name.
static std::string shared_state_directory() {
    std::error_code ignored;
    return fmt::format("{}/podium-state-{}", fs::temp_directory_path(ignored).string(), geteuid());
}

std::string state_directory() {
    if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') return std::string(state) + "/podium";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return std::string(home) + "/.local/state/podium";
    return shared_state_directory();
}

// The folder that /tmp offers to everybody must be ours alone: nobody else's file or link is read
// or written there.
Result<void> check_state_directory() {
    const std::string path = state_directory();

    struct stat found {};

    if (path != shared_state_directory() || lstat(path.c_str(), &found) != 0) return {};
    constexpr mode_t kOthers = 077;
    if (S_ISDIR(found.st_mode) && found.st_uid == geteuid() && (found.st_mode & kOthers) == 0)
        return {};
    return Error{"this is no folder of yours alone, so nothing is kept in it",
                 Place{path, 0, 0},
                 "set HOME, or remove it"};
}

Result<void> make_state_directory() {
    const std::string path = state_directory();
    if (path != shared_state_directory()) return make_directories(path);
    constexpr mode_t kOwner = 0700;
    if (mkdir(path.c_str(), kOwner) != 0 && errno != EEXIST)
        return Error{fmt::format("cannot make the folder: {}", std::strerror(errno)),
                     Place{path, 0, 0},
                     "set HOME"};
    return check_state_directory();
}

Result<void> make_directories(const std::string& path) {
    std::error_code failed;
    fs::create_directories(path, failed);
    if (failed) return Error{fmt::format("cannot make the folder: {}", failed.message()), Place{path, 0, 0}, "check its permissions"};
    return {};
}

}  // namespace podium::cli
