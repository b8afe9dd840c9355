#include "sim/model/taken_as_done.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/image_command.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/unknown_image.hpp"

namespace podium::model {
namespace {

constexpr std::array<std::string_view, 17> kPreparing = {"apk",  "apt", "apt-get", "bun", "bundle", "cargo", "composer", "go",  "gradle",
                                                        "make", "mvn", "npm",     "npx", "pip",    "pip3",  "pnpm",     "yarn"};
constexpr std::array<std::string_view, 3> kPackageManagers = {"apk", "apt", "apt-get"};
constexpr std::array<std::string_view, 2> kUserMakers = {"adduser", "useradd"};
constexpr std::array<std::string_view, 2> kGroupMakers = {"addgroup", "groupadd"};
constexpr std::array<std::string_view, 4> kNodeManagers = {"bun", "npm", "pnpm", "yarn"};
constexpr std::array<std::string_view, 4> kNodeInstalls = {"add", "ci", "i", "install"};
constexpr std::int64_t kProgramBytes = 300'000;
constexpr std::int64_t kMadeBytes = 8'000'000;  // as a build's result is taken to have
constexpr std::uint32_t kFirstAccount = 1000;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

struct Inside {
    World& world;
    HostId host;
    ContainerId container;

    [[nodiscard]] std::string content(const std::string& path) const {
        FileNode scratch;
        const FileNode* node = view_file(world, host, container, path, scratch);
        return node == nullptr ? std::string() : node->content;
    }
    void write(const std::string& path, const std::string& content, std::int64_t bytes, int mode) const {
        const FileLocation location = locate_file(world, host, container, path);
        if (location.read_only || write_file(world, host, location, content, false, bytes) != shell::Errno::None) return;
        change_file_mode(world, host, container, path, mode);
    }
};

/// The number after an option ("-u 1001", "--uid=1001"); nothing when it is not there.
std::optional<std::uint32_t> number_of(const std::vector<std::string>& argv, std::initializer_list<std::string_view> options) {
    for (std::size_t i = 1; i < argv.size(); ++i) {
        for (const std::string_view option : options) {
            std::string value;
            if (argv[i] == option && i + 1 < argv.size()) value = argv[i + 1];
            if (argv[i].starts_with(std::string(option) + "=")) value = argv[i].substr(option.size() + 1);
            std::int64_t number = 0;
            if (!value.empty() && parse_integer(value, number) && number >= 0 && number < 65'536) return static_cast<std::uint32_t>(number);
        }
    }
    return std::nullopt;
}

bool has_account(const std::string& text, const std::string& name) { return text.starts_with(name + ":") || text.find("\n" + name + ":") != std::string::npos; }

bool has_number(const std::string& text, std::uint32_t number) {
    for (const std::string& line : split(text, '\n')) {
        const std::vector<std::string> fields = split(line, ':');
        if (fields.size() > 2 && fields[2] == fmt::format("{}", number)) return true;
    }
    return false;
}

std::uint32_t free_number(const std::string& text, const std::vector<std::string>& argv, std::initializer_list<std::string_view> options) {
    if (const auto given = number_of(argv, options)) return *given;
    std::uint32_t number = kFirstAccount;
    while (has_number(text, number)) ++number;
    return number;
}

void make_group(const Inside& place, const std::string& name, std::uint32_t number) {
    const std::string groups = place.content("/etc/group");
    if (!has_account(groups, name)) place.write("/etc/group", groups + fmt::format("{}:x:{}:\n", name, number), 0, 0644);
}

void make_account(const Inside& place, const std::vector<std::string>& argv) {
    if (argv.size() < 2 || argv.back().empty() || argv.back().starts_with('-')) return;
    const std::string& name = argv.back();
    const bool user = contains(kUserMakers, base_name(argv.front()));
    const std::string passwd = place.content("/etc/passwd");
    const std::string groups = place.content("/etc/group");
    if (!user) {
        make_group(place, name, free_number(groups, argv, {"-g", "--gid"}));
        return;
    }
    if (has_account(passwd, name)) return;
    const std::uint32_t number = free_number(passwd, argv, {"-u", "--uid"});
    make_group(place, name, number);
    place.write("/etc/passwd", passwd + fmt::format("{}:x:{}:{}::/home/{}:/bin/sh\n", name, number, number, name), 0, 0644);
    make_file_directory(place.world, place.host, locate_file(place.world, place.host, place.container, "/home/" + name));
}

/// The packages that Podium has programs of the same name for are there afterwards.
void install(const Inside& place, const std::vector<std::string>& argv) {
    if (std::none_of(argv.begin() + 1, argv.end(), [](const std::string& word) { return word == "install" || word == "add"; })) return;
    for (std::size_t i = 2; i < argv.size(); ++i) {
        const std::string name = argv[i].substr(0, argv[i].find('='));
        if (name.empty() || name.starts_with('-') || place.world.programs->find(name, true) != shell::Errno::None) continue;
        if (find_by_name(place.world, place.container, name) == shell::Errno::None) continue;
        place.write("/usr/bin/" + name, {}, kProgramBytes, 0755);
    }
}

/// The folder that an installation of packages, or a virtual environment of Python, is there afterwards: what follows moves it
/// about, or copies it.
void make_folder(const Inside& place, const std::string& name, const std::vector<std::string>& argv, const std::string& directory) {
    const auto has = [&argv](std::string_view word) { return std::find(argv.begin() + 1, argv.end(), word) != argv.end(); };
    std::string folder;
    if (contains(kNodeManagers, name) && !has("-g") && !has("--global")) {
        const bool installs = argv.size() > 1 ? contains(kNodeInstalls, argv[1]) : name == "yarn";
        if (installs) folder = "node_modules";
    }
    const auto venv = std::find(argv.begin() + 1, argv.end(), "venv");  // its folder may be called the same
    if (venv != argv.end() && *(venv - 1) == "-m" && name.starts_with("python") && venv + 1 != argv.end()) folder = argv.back();
    if (folder.empty()) return;
    make_file_directory(place.world, place.host, locate_file(place.world, place.host, place.container, clean_path(directory, folder)));
}

}  // namespace

std::unique_ptr<shell::Program> take_as_done(World& world, ContainerId container, const std::vector<std::string>& argv, const std::string& directory) {
    ContainerDetail& d = world.detail(container);
    const std::string name = base_name(argv.front());
    const bool building = !d.build_place.empty();
    const auto& interpreters = d.profile->interpreters;
    const bool own = d.profile->stands_in || std::find(interpreters.begin(), interpreters.end(), name) != interpreters.end();
    const bool unknown = (d.profile->unknown_commands_serve && !d.image->from_scratch) ||
                         (find_by_name(world, container, name) == shell::Errno::NoEntry &&
                          may_have_been_installed(world, container, argv.front()));
    if (!building && !unknown && !contains(kPreparing, name) && !(own && may_serve(*d.profile, name))) return nullptr;
    const Inside place{world, world.container(container).host, container};
    d.took_as_done = true;
    if (contains(kPackageManagers, name)) install(place, argv);
    if (contains(kUserMakers, name) || contains(kGroupMakers, name)) make_account(place, argv);
    make_folder(place, name, argv, directory);
    const std::string told = fmt::format("{}'{}' is not simulated; it is taken to have worked", building ? d.build_place + ": " : "", join(argv, " "));
    world.kernel.record(kFactNotModelled, Subject(SubjectType::Container, container.value), world.kernel.intern(told));
    return make_saying("Podium: " + told + "\n", true, 0);
}

std::unique_ptr<shell::Program> take_copy_as_done(World& world, ContainerId container, const std::vector<std::string>& argv, const std::string& directory) {
    if (!container || argv.empty()) return nullptr;
    const std::string name = base_name(argv.front());
    if (name != "cp" && name != "mv") return nullptr;
    const ContainerDetail& d = world.detail(container);
    if (d.build_place.empty() || (!d.took_as_done && !d.image->unsimulated)) return nullptr;
    std::vector<std::string> operands;
    std::copy_if(argv.begin() + 1, argv.end(), std::back_inserter(operands), [](const std::string& word) { return !word.starts_with('-'); });
    if (operands.size() < 2) return nullptr;
    const Inside place{world, world.container(container).host, container};
    const auto node_at = [&](const std::string& path, FileNode& scratch) { return view_file(world, place.host, container, clean_path(directory, path), scratch); };
    FileNode scratch;
    const bool all_there = std::all_of(operands.begin(), operands.end() - 1, [&](const std::string& path) { return node_at(path, scratch) != nullptr; });
    if (all_there) return nullptr;
    const FileNode* there = node_at(operands.back(), scratch);
    const bool into = operands.back().ends_with('/') || (there != nullptr && there->directory);
    const std::string target = clean_path(directory, operands.back());
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
        if (node_at(operands[i], scratch) != nullptr) continue;
        std::string source = base_name(operands[i]);
        std::replace(source.begin(), source.end(), '*', '_');
        place.write(into ? clean_path(target, source) : target, {}, kMadeBytes, 0755);
    }
    return take_as_done(world, container, argv, directory);
}

bool only_prepares(const std::string& name) { return contains(kPreparing, name) || contains(kUserMakers, name) || contains(kGroupMakers, name); }

bool reaches_outside(const World& world, ContainerId container, const std::vector<std::string>& argv) {
    if (!container || argv.empty() || world.detail(container).build_place.empty()) return false;
    const std::string name = base_name(argv.front());
    const bool asks = argv.size() > 1 && std::any_of(argv.begin() + 1, argv.end(), [](const std::string& word) { return !word.starts_with('-'); });
    return (name == "curl" || name == "wget") && asks;
}

bool is_opaque_program(const FileNode& node) { return !node.directory && node.content.empty() && node.extra_bytes > 0 && (node.mode & 0111) != 0; }

}  // namespace podium::model
