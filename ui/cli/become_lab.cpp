#include "ui/cli/become_lab.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "ui/cli/output.hpp"

namespace podium::cli {

int become_lab(const std::vector<std::string>& arguments) {
    std::error_code error;
    const auto own = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string program = error ? std::string("podium-lab") : (own.parent_path() / "podium-lab").string();
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    (void)finish_output();
    execv(program.c_str(), pointers.data());
    if (errno == ENOENT) return bad_input({"the desktop is not here: there is no " + program, {}, "install the package podium-lab, or build Podium with the desktop (the preset release)"});
    return bad_input({"the desktop can't be started: " + program + ": " + std::strerror(errno), {}, {}});
}

}  // namespace podium::cli
