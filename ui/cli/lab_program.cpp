#include "ui/cli/lab_program.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include "ui/cli/app.hpp"
#include "ui/cli/output.hpp"

namespace podium::cli {
namespace {

bool lab_variable_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

}  // namespace

std::string lab_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    const std::string path = (program.parent_path() / "podium-lab").string();
    return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

bool can_show_lab() {
    return ::isatty(STDOUT_FILENO) == 1 && lab_variable_set("DISPLAY") && !lab_program().empty();
}

int start_lab(const std::vector<std::string>& arguments) {
    std::string path = lab_program();
    if (path.empty()) return bad_input({"this podium has no desktop: there is no podium-lab beside it", {}, "install the package podium-lab, or build with PODIUM_DESKTOP on"});
    // What was printed before must not wait for a process that is gone.
    if (Result<void> written = finish_output(); !written) return bad_input(written.error());
    std::vector<std::string> words = {path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execv(path.c_str(), pointers.data());
    return bad_input({fmt::format("{} can't be run: {}", path, std::generic_category().message(errno)), {}, {}});
}

}  // namespace podium::cli
