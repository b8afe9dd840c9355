#include "ui/cli/prepare.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

#include "scripting/lua_policy.hpp"
#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/lesson_files.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/project_run.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/scenario_files.hpp"

extern char** environ;  // NOLINT(readability-identifier-naming): the C library's

namespace podium::cli {
namespace {

std::map<std::string, std::string> real_environment() {
    std::map<std::string, std::string> out;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto equals = text.find('=');
        if (equals != std::string::npos) out[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return out;
}

// The names of what comes with Podium in a folder of its scenarios.
std::vector<std::string> names_in_folder(const std::string& folder, const std::string& extension) {
    std::vector<std::string> out;
    const auto data = data_directory();
    if (!data) return out;
    std::error_code failed;
    for (const auto& entry :
         std::filesystem::directory_iterator(*data + "/scenarios/" + folder, failed)) {
        if (entry.path().extension() == extension) out.push_back(entry.path().stem().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

// "-", where a Compose file is named: standard input, read once, as a file of this name where the person is.
constexpr std::string_view kInputName = "stdin.yaml";

class FilesWithInput final : public FileReader {
  public:
    FilesWithInput(std::string path, std::string content) : path_(std::move(path)), content_(std::move(content)) {}

    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        return is_input(path) ? Result<std::string>(content_) : real_.read(path);
    }
    [[nodiscard]] bool exists(const std::string& path) const override { return is_input(path) || real_.exists(path); }
    [[nodiscard]] bool is_directory(const std::string& path) const override { return !is_input(path) && real_.is_directory(path); }
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override { return real_.list(folder); }
    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override {
        return is_input(path) ? content_.size() : real_.size_bytes(path);
    }

  private:
    [[nodiscard]] bool is_input(const std::string& path) const {
        return !path_.empty() && (path == kInputName || clean_path(path) == path_);
    }

    RealFiles real_;
    std::string path_;  // empty: nothing is read from standard input
    std::string content_;
};

std::string all_of_input() {
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

Result<std::string> catalogue_text() {
    const auto data = data_directory();
    if (!data) return data.error();
    return RealFiles().read(*data + "/scenarios/images.yaml");
}

}  // namespace

// By its name, or by how it begins: any name may be given to --save.
bool is_saved_run(const std::string& path) {
    if (path.ends_with(".podium")) return true;
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return false;
    constexpr std::size_t kBeginning = 64;
    std::ifstream in(path, std::ios::binary);
    std::string text(kBeginning, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    std::erase_if(text, [](char letter) {
        return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
    });
    return text.starts_with("{\"podium\":");
}

Result<lab::PreparedProject> read_project(const std::vector<std::string>& named,
                                          const std::vector<std::string>& profiles,
                                          std::int64_t cpus,
                                          bool for_stack) {
    std::vector<std::string> paths = named;
    const auto input = std::find(paths.begin(), paths.end(), "-");
    const bool has_input = input != paths.end();
    if (has_input) *input = kInputName;
    const FilesWithInput files(has_input ? working_directory() + "/" + std::string(kInputName) : std::string(),
                               has_input ? all_of_input() : std::string());
    for (const std::string& path : paths) {
        const Place place{path, 0, 0};
        if (path == "-")
            return Error{"standard input can be read once", {}, "name - once"};
        if (path.ends_with(".lua"))
            return Error{"scenarios in Lua are not in this version of Podium",
                         place,
                         "give it a Compose file"};
        if (is_saved_run(path))
            return Error{"a saved run stands alone", place, "name it without other files"};
        if (is_lesson(path))
            return Error{fmt::format("'{}' is a lesson", path),
                         {},
                         fmt::format("begin it with: podium learn {}", path)};
        if (files.is_directory(path))
            return Error{"this is a folder",
                         place,
                         fmt::format("name a Compose file, like {}{}compose.yaml",
                                     path,
                                     path.ends_with('/') ? "" : "/")};
        if (files.exists(path)) continue;
        if (path.ends_with(".yml") || path.ends_with(".yaml"))
            return Error{"there is no such file", place, "check the name and the folder"};
        const std::string near = scenario_hint(path);
        return Error{fmt::format("'{}' is neither a file nor a scenario nor a lesson", path),
                     {},
                     !near.empty() ? near
                                   : "give it a Compose file, like compose.yaml, or one of those that "
                                     "podium scenarios lists"};
    }
    lab::ProjectRequest request;
    request.files = &files;
    request.paths = paths;
    request.working_directory = working_directory();
    request.profiles = profiles;
    request.cpus = cpus;
    request.for_stack = for_stack;
    request.environment = real_environment();
    auto catalogue = catalogue_text();
    if (!catalogue) return catalogue.error();
    request.catalogue = std::move(*catalogue);
    return lab::prepare_project(request, lab::HostSetUp{}.name);
}

const std::string& first_host(const lab::Session& session) {
    return session.set_up().hosts.front().name;
}

std::vector<std::string> cluster_names() {
    return names_in_folder("clusters", ".yaml");
}

std::vector<std::string> scheduler_policy_names() {
    return names_in_folder("schedulers", ".lua");
}

Result<scheduler::PolicyText> read_scheduler(const std::string& name) {
    if (name == scheduler::kSpread) return scheduler::PolicyText{name, {}};
    const RealFiles files;
    std::string path = name;
    if (!files.exists(path)) {
        std::vector<std::string> known = scheduler_policy_names();
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            known.emplace_back(scheduler::kSpread);
            const std::string meant = nearest(name, known);
            return Error{
                fmt::format("'{}' is neither a scheduling policy's file nor one that comes with "
                            "Podium",
                            name),
                {},
                meant.empty() ? fmt::format("those are {}", join(known, ", "))
                              : fmt::format("did you mean {}?", meant)};
        }
        const auto data = data_directory();
        if (!data) return data.error();
        path = *data + "/scenarios/schedulers/" + name + ".lua";
    }
    if (files.is_directory(path))
        return Error{"this is a folder", Place{path, 0, 0}, "name a scheduling policy in it"};
    const auto text = files.read(path);
    if (!text) return text.error();
    scheduler::PolicyText out{name, *text};
    if (const auto read = scripting::read_policy(out); !read) return read.error();
    return out;
}

Result<void> use_scheduler(lab::SetUp& set_up, const std::string& name) {
    set_up.read_policy = scripting::read_policy;
    if (name.empty()) return {};
    auto policy = read_scheduler(name);
    if (!policy) return policy.error();
    set_up.scheduler = std::move(*policy);
    return {};
}

Result<lab::ClusterFile> read_cluster(const std::string& name) {
    const RealFiles files;
    std::string path = name;
    if (!files.exists(path)) {
        const std::vector<std::string> known = cluster_names();
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const std::string meant = nearest(name, known);
            return Error{fmt::format("'{}' is neither a cluster file nor one that comes with Podium",
                                     name),
                         {},
                         meant.empty() ? fmt::format("those are {}", join(known, ", "))
                                       : fmt::format("did you mean {}?", meant)};
        }
        const auto data = data_directory();
        if (!data) return data.error();
        path = *data + "/scenarios/clusters/" + name + ".yaml";
    }
    if (files.is_directory(path))
        return Error{"this is a folder", Place{path, 0, 0}, "name a cluster file in it"};
    const auto text = files.read(path);
    if (!text) return text.error();
    return lab::parse_cluster_file(*text, path);
}

Result<lab::SetUp> set_up_for(const lab::PreparedProject* project,
                              std::uint64_t seed,
                              std::string program) {
    const auto catalogue = catalogue_text();
    if (!catalogue) return catalogue.error();
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.catalogue = *catalogue;
    set_up.program = std::move(program);
    if (project != nullptr) {
        set_up.files = project->files;
        set_up.environment = project->environment;
        set_up.directory = project->directory;
        set_up.services = project->services;
    }
    return set_up;
}

Result<lab::Session> load_run(const std::string& path) {
    const auto text = RealFiles().read(path);
    if (!text) return text.error();
    return lab::Session::load(*text, path, scripting::read_policy);
}

Result<lab::Session> prepare_session(const std::vector<std::string>& paths,
                                     const std::string& cluster,
                                     const std::string& scheduler,
                                     std::uint64_t seed,
                                     const std::string& terminal) {
    if (paths.size() == 1 && is_saved_run(paths.front())) {
        if (!cluster.empty())
            return Error{
                "a saved run has its hosts in it", Place{paths.front(), 0, 0}, "leave --cluster out"};
        auto session = load_run(paths.front());
        if (!session) return session;
        session->seek(session->saved_end());
        if (scheduler.empty()) return session;
        const auto policy = read_scheduler(scheduler);
        if (!policy) return policy.error();
        session->post(
            {session->now(), lab::CommandKind::Scheduler, {}, policy->name, policy->text});
        session->run_until(session->now());
        return session;
    }
    std::optional<lab::PreparedProject> project;
    if (!paths.empty()) {
        auto read = read_project(paths, {}, lab::ProjectRequest{}.cpus, !cluster.empty());
        if (!read) return read.error();
        for (const std::string& warning : read->warnings)
            complain(warning);
        project = std::move(*read);
    }
    auto set_up = set_up_for(project ? &*project : nullptr, seed, "podium shell");
    if (!set_up) return set_up.error();
    if (!cluster.empty()) {
        const auto hosts = read_cluster(cluster);
        if (!hosts) return hosts.error();
        lab::use_cluster(*set_up, *hosts);
    }
    if (Result<void> used = use_scheduler(*set_up, scheduler); !used) return used.error();
    // On a formed swarm the project is deployed as a stack.
    if (project) tell_left_out(*project, paths, set_up->swarm_formed ? Client::Stack : cluster.empty() ? Client::Compose : Client::Either);
    if (!terminal.empty()) set_up->environment.push_back("TERM=" + terminal);
    auto session = lab::begin_session(std::move(*set_up));
    if (session && session->set_up().swarm_formed) {
        session->run_until(session->log().back().time + seconds(2));
        (void)session->take_shown();
    }
    return session;
}

std::string last_run_path() {
    return state_directory() + "/last.podium";
}

Result<std::string> run_to_read(const std::string& named) {
    if (!named.empty()) return named;
    if (Result<void> ours = check_state_directory(); !ours) return ours.error();
    if (!RealFiles().exists(last_run_path()))
        return Error{"there is no last run to ask about", {}, "make one with: podium run FILE"};
    return last_run_path();
}

// Not being able to is worth a word, no more.
void remember_run(const lab::Session& session) {
    if (Result<void> made = make_state_directory(); !made) {
        complain("this run is not kept for `podium why`: " + made.error().text());
    } else if (Result<void> written = write_whole_file(last_run_path(), session.save()); !written) {
        complain("this run is not kept for `podium why`: " + written.error().text());
    }
}

std::vector<std::string> timeline_names(const lab::SetUp& set_up) {
    std::vector<std::string> out;
    for (const lab::HostSetUp& host : set_up.hosts)
        out.push_back(host.name);
    for (const lab::ServiceSetUp& service : set_up.services)
        out.push_back(service.name + ".1");
    return out;
}

}  // namespace podium::cli
