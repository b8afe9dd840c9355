#include "ui/desktop/panels/compose_words.hpp"

#include <algorithm>
#include <array>

#include "sim/lab/project.hpp"
#include "ui/desktop/panels/actions.hpp"

namespace podium::desktop {
namespace {

constexpr std::string_view kComposeProgram = "docker compose";
constexpr std::string_view kProjectDirectoryFlag = "--project-directory";

// docker compose 2 looks for these in the folder it is typed in (compose-go, DefaultFileNames and DefaultOverrideFileNames).
constexpr std::array<std::string_view, 4> kUsualFiles = {"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};
constexpr std::array<std::string_view, 4> kUsualOverrides = {"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"};

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

template <class Names>
bool is_usual(const std::string& file, const std::string& folder, const Names& names) {
    const std::string_view name = std::string_view(file).substr(file.rfind('/') + 1);
    return folder_of(file) == folder && std::find(names.begin(), names.end(), name) != names.end();
}

bool has_usual_files(const view::ServiceView& service) {
    if (service.files.empty() || service.files.size() > 2 || !is_usual(service.files[0], service.directory, kUsualFiles)) return false;
    return service.files.size() == 1 || is_usual(service.files[1], service.directory, kUsualOverrides);
}

// What follows a word as shell_word writes it.
std::string_view behind_word(std::string_view text) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (quoted || text[at] != ' '); ++at) {
        if (text[at] == '\'') quoted = !quoted;
        if (text[at] == '\\' && !quoted) ++at;
    }
    return text.substr(std::min(at, text.size()));
}

}  // namespace

ComposeWords compose_words(const view::ServiceView& service, std::string_view directory) {
    const std::string plain(kComposeProgram);
    const bool here = service.directory == directory;
    if (service.stack.empty()) {
        const bool elsewhere = !service.directory.empty() && !here;
        const std::string program = elsewhere ? plain + " " + std::string(kProjectDirectoryFlag) + " " + shell_word(service.directory) : plain;
        return {program, program, {}};
    }
    ComposeWords out{plain + " -p " + shell_word(service.stack), {}, {}};
    if (here && has_usual_files(service)) {
        if (lab::usual_project_name(directory) == service.stack) out.by_name = plain;
        out.by_files = out.by_name;
        return out;
    }
    out.by_files = out.by_name;
    if (service.files.empty()) {
        out.unable = "its project's file is not known";
        return out;
    }
    if (folder_of(service.files.front()) != service.directory) out.by_files += " " + std::string(kProjectDirectoryFlag) + " " + shell_word(service.directory);
    for (const std::string& file : service.files) out.by_files += " -f " + shell_word(file);
    return out;
}

std::string without_project_words(const std::string& line) {
    if (!line.starts_with(kComposeProgram)) return line;
    const std::array<std::string, 3> flags = {" -p ", " -f ", " " + std::string(kProjectDirectoryFlag) + " "};
    std::string_view rest = std::string_view(line).substr(kComposeProgram.size());
    while (true) {
        const auto flag = std::find_if(flags.begin(), flags.end(), [rest](const std::string& one) { return rest.starts_with(one); });
        if (flag == flags.end()) break;
        rest = behind_word(rest.substr(flag->size()));
    }
    return std::string(kComposeProgram) + std::string(rest);
}

}  // namespace podium::desktop
