#include "sim/lab/mounted_files.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/config_text.hpp"
#include "sim/programs/ignore_patterns.hpp"

namespace podium::lab {
namespace {

// Before every path of the project when it is loaded once more: what still has it afterwards was written relative.
const std::string kApart = "/.podium-apart";
const std::string kRepository = ".git";
constexpr int kDeepest = 64;  // folders in folders: a link may lead back to one of them

// The same files, all with kApart before their paths.
class Apart final : public FileReader {
  public:
    explicit Apart(const FileReader& real) : real_(real) {}
    [[nodiscard]] static std::string real(const std::string& path) {
        return path.starts_with(kApart + "/") ? path.substr(kApart.size()) : path;
    }
    [[nodiscard]] Result<std::string> read(const std::string& path) const override { return real_.read(real(path)); }
    [[nodiscard]] bool exists(const std::string& path) const override { return real_.exists(real(path)); }
    [[nodiscard]] bool is_directory(const std::string& path) const override { return real_.is_directory(real(path)); }
    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override { return real_.list(real(folder)); }
    [[nodiscard]] std::uint64_t size_bytes(const std::string& path) const override { return real_.size_bytes(real(path)); }

  private:
    const FileReader& real_;
};

// The names of those of a mount's files that could not be brought along as they are.
struct Left {
    std::vector<std::string> emptied;  // they are there with nothing in them
    std::vector<std::string> missing;
    [[nodiscard]] std::size_t size() const { return emptied.size() + missing.size(); }
};

class Gathering {
  public:
    // What is `known` comes along as a file the project is made of.
    Gathering(const FileReader& files, const std::map<std::string, std::string>& known) : files_(files), known_(known) {}

    void mount(const std::string& path, Left& left) {
        if (!files_.is_directory(path)) {
            // A socket or a pipe is in no list.
            const std::vector<std::string> beside = files_.list(directory_of(path));
            if (std::binary_search(beside.begin(), beside.end(), base_name(path))) file(path, left);
            return;
        }
        folder(path, 0, false, left);
    }

    // The same of a build's context, without what its client does not send.
    void context(const std::string& path, const programs::IgnorePatterns& ignored, Left& left) {
        context_ = path + "/";
        ignored_ = &ignored;
        mount(path, left);
        ignored_ = nullptr;
    }

    [[nodiscard]] std::vector<MountedFile> take() {
        std::vector<MountedFile> out;
        for (auto& [path, content] : found_) out.push_back({path, std::move(content)});
        return out;
    }

  private:
    void folder(const std::string& path, int depth, bool left_out, Left& left) {
        if (depth > kDeepest) {
            left.missing.push_back(path);
            return;
        }
        bool empty = true;
        for (const std::string& name : files_.list(path)) {
            if (left.size() >= kMostMountedFiles) return;
            const std::string inside = path + "/" + name;
            const std::string_view place =
                ignored_ == nullptr ? std::string_view() : std::string_view(inside).substr(context_.size());
            const bool ignored = ignored_ != nullptr && ignored_->leave_out(place);
            empty = empty && ignored;
            if (name == kRepository) continue;
            if (files_.is_directory(inside)) {
                if (!ignored || ignored_->may_keep_below(place)) folder(inside, depth + 1, ignored, left);
            } else if (!ignored) {
                file(inside, left);
            }
        }
        if (empty && !left_out) found_.try_emplace(path + "/");
    }

    void file(const std::string& path, Left& left) {
        if (known_.contains(path)) return;
        if (found_.contains(path)) {
            if (emptied_.contains(path)) left.emptied.push_back(path);
            return;
        }
        if (found_.size() >= kMostMountedFiles) {
            left.missing.push_back(path);
            return;
        }
        const std::uint64_t size = files_.size_bytes(path);
        Result<std::string> content{std::string()};
        const bool fits = size <= kMostMountedFileBytes && bytes_ + size <= kMostMountedBytes;
        if (fits) content = files_.read(path);
        // Without it the engine would make a folder of that name, and a COPY of it would end a build.
        if (!fits || !content) {
            emptied_.insert(path);
            left.emptied.push_back(path);
            found_.try_emplace(path);
            return;
        }
        bytes_ += content->size();
        found_.emplace(path, std::move(*content));
    }

    const FileReader& files_;
    const std::map<std::string, std::string>& known_;
    std::map<std::string, std::string> found_;
    std::set<std::string> emptied_;
    std::uint64_t bytes_ = 0;
    const programs::IgnorePatterns* ignored_ = nullptr;  // of the context that is gathered
    std::string context_;                                // its folder, with a slash at its end
};

std::string left_behind_sentence(const std::vector<std::string>& left, std::string_view what) {
    return fmt::format(
        "{} of the files in it {} {} on the simulated host ({}{}): Podium carries over {} files that can be read, {} MiB in all and {} MiB each",
        left.size(), left.size() == 1 ? "is" : "are", what, left.front(), left.size() > 1 ? " …" : "", kMostMountedFiles, kMostMountedBytes >> 20, kMostMountedFileBytes >> 20);
}

template <typename Tell>
void tell_left(const Left& left, const Tell& tell) {
    if (!left.missing.empty()) tell(left_behind_sentence(left.missing, "not"));
    if (!left.emptied.empty()) tell(left_behind_sentence(left.emptied, "empty"));
}

std::string source_as_written(const std::string& source, const std::string& directory) {
    return source.starts_with(directory + "/") ? "." + source.substr(directory.size()) : source;
}

// What a service's image is built from: its folder less what .dockerignore leaves out, and a Dockerfile, wherever it lies. This and
// .dockerignore are the project's own files, which the client sends in any case.
void gather_context(const FileReader& files, const compose::Service& service, Gathering& gathering, MountedFiles& out) {
    const compose::Build& build = *service.build;
    const auto tell = [&](std::string sentence) { out.left_behind.push_back({fmt::format("services.{}.build", service.name), build.place, std::move(sentence)}); };
    const std::string folder = Apart::real(build.context);
    if (folder == build.context) {
        if (folder.starts_with('/')) tell(fmt::format("{} stands outside of the project: what your machine has there is not on the simulated host", folder));
        return;
    }
    const std::string dockerfile = Apart::real(resolve_path(build.context, build.dockerfile.empty() ? "Dockerfile" : build.dockerfile));
    if (build.dockerfile_inline.empty() && files.exists(dockerfile) && !files.is_directory(dockerfile)) (void)files.read(dockerfile);
    const std::string ignore_file = resolve_path(folder, ".dockerignore");
    const bool ignores = files.exists(ignore_file) && !files.is_directory(ignore_file);
    const Result<std::string> patterns = ignores ? files.read(ignore_file) : Result<std::string>(std::string());
    Left left;
    if (files.exists(folder)) gathering.context(folder, programs::IgnorePatterns(patterns ? *patterns : std::string()), left);
    tell_left(left, tell);
}

// The folder of the host that a volume's options bind: the engine makes none, so without it no container starts.
void gather_volume(const FileReader& files, const compose::Volume& volume, Gathering& gathering, MountedFiles& out) {
    std::map<std::string, std::string> options;
    for (const compose::Pair& option : volume.driver_opts) options[option.name] = option.value;
    const std::string& device = options["device"];
    const std::vector<std::string> wishes = split(options["o"], ',');
    const bool binds = std::any_of(wishes.begin(), wishes.end(), [](const std::string& wish) { return wish == "bind" || wish == "rbind"; });
    if (!binds || !device.starts_with('/')) return;
    const auto tell = [&](std::string sentence) { out.left_behind.push_back({fmt::format("volumes.{}.driver_opts", volume.key), volume.place, std::move(sentence)}); };
    const std::string folder = Apart::real(device);
    if (folder == device) {
        out.folders.push_back(folder);
        return tell(fmt::format("{} stands outside of the project: it is an empty folder on the simulated host", folder));
    }
    Left left;
    if (files.exists(folder)) gathering.mount(folder, left);
    tell_left(left, tell);
}

}  // namespace

MountedFiles read_mounted_files(const compose::LoadRequest& load, const FileReader& data, const std::map<std::string, std::string>& known) {
    MountedFiles out;
    const Apart apart(*load.files);
    compose::LoadRequest again = load;
    again.files = &apart;
    again.working_directory = kApart + load.working_directory;
    again.profiles = {"*"};
    for (std::string& path : again.paths) path = kApart + resolve_path(load.working_directory, path);
    const auto project = compose::load(again);
    if (!project) return out;  // it loaded before, or its error has been told
    Gathering gathering(data, known);
    for (const compose::Service& service : project->services) {
        for (std::size_t i = 0; i < service.volumes.size(); ++i) {
            const compose::Mount& mount = service.volumes[i];
            if (mount.type != compose::MountType::Bind) continue;
            const auto tell = [&](std::string sentence) {
                out.left_behind.push_back({fmt::format("services.{}.volumes[{}]", service.name, i), mount.place, std::move(sentence)});
            };
            const std::string source = Apart::real(mount.source);
            if (source == mount.source) {
                tell(fmt::format("{} stands outside of the project: what your machine has there is not on the simulated host", source));
                continue;
            }
            if (!load.files->exists(source)) {
                if (mount.create_host_path)
                    out.missing.push_back({service.name, {fmt::format("services.{}.volumes[{}]", service.name, i), mount.place, source_as_written(source, Apart::real(project->directory))}});
                continue;
            }
            Left left;
            gathering.mount(source, left);
            tell_left(left, tell);
        }
        if (service.build) gather_context(*load.files, service, gathering, out);
    }
    for (const compose::Volume& volume : project->volumes) {
        if (!volume.external && compose::is_used(*project, volume)) gather_volume(*load.files, volume, gathering, out);
    }
    // A file beyond the working directory is told by its whole path.
    for (NotSimulated& row : out.left_behind) row.place.file = Apart::real(row.place.file);
    for (MissingSource& row : out.missing) row.folder.place.file = Apart::real(row.folder.place.file);
    out.files = gathering.take();
    return out;
}

}  // namespace podium::lab
