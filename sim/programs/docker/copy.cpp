// `docker cp`, between a container and the host. The engine is asked for the container; the files
// then go straight from one tree to the other, as the archive of the real API would carry them.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/container_facts.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::programs::docker {
namespace {

using model::ContainerId;
using model::ProcessContext;
using shell::Errno;
using shell::Step;

constexpr int kMostFiles = 10'000;

// One end of a copy: a container's files or (no container) the host's.
struct End {
    std::string container;  ///< As it was named.
    std::string path;       ///< As it was written.
};

End parse_end(const std::string& text) {
    const auto colon = text.find(':');
    if (text.front() == '/' || text.front() == '.' || colon == std::string::npos) return {{}, text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

// A place in a view of files.
struct View {
    model::World& world;
    model::HostId host;
    ContainerId container;

    [[nodiscard]] const model::FileNode* find(const std::string& path,
                                              model::FileNode& scratch) const {
        return model::view_file(world, host, container, path, scratch);
    }

    [[nodiscard]] bool is_directory(const std::string& path) const {
        model::FileNode scratch;
        const model::FileNode* node = find(path, scratch);
        return node != nullptr && node->directory;
    }

    [[nodiscard]] bool exists(const std::string& path) const {
        model::FileNode scratch;
        return find(path, scratch) != nullptr;
    }

    Errno write(const std::string& path, const model::FileNode& node) const {
        const model::FileLocation location = model::locate_file(world, host, container, path);
        if (node.directory)
            return is_directory(path) ? Errno::None
                                      : model::make_file_directory(world, host, location);
        return model::write_file(world, host, location, node.content, false, node.extra_bytes);
    }
};

// docker/cli 28.2.2, cli/command/container/cp.go (resolveLocalPath) and archive.PreserveTrailingDotOrSeparator: the
// absolute path, with the end that was written.
std::string local_path(const ProcessContext& context, const std::string& written) {
    std::string out = model::clean_path(context.working_directory(), written);
    std::string last = written;
    while (last.size() > 1 && last.ends_with('/')) last.pop_back();
    if (base_name(last) == ".") out += out.ends_with('/') ? "." : "/.";
    if (written.ends_with('/') && !out.ends_with('/')) out += '/';
    return out;
}

class Copy final : public VerbProgram<Copy> {
  public:
    using VerbProgram::VerbProgram;

  protected:
    Step advance(ProcessContext& context) override {
        const End from = parse_end(arguments()[0]);
        const End to = parse_end(arguments()[1]);
        if (!from.container.empty() && !to.container.empty())
            return fail(context, "copying between containers is not supported");
        if (from.container.empty() && to.container.empty())
            return fail(context, "must specify at least one container source");
        if (from.path == "-" || to.path == "-")
            return fail(
                context,
                "docker cp: Podium does not simulate archives on standard input and output yet",
                125);
        const std::string& name = from.container.empty() ? to.container : from.container;
        Answer answer;
        if (!asked(context, call_, answer, [&name] {
                return request_for(model::Operation::ContainerInspect, name);
            }))
            return Step::block();
        if (!answer.ok()) return fail(context, error_text(answer));
        model::Refusal refusal = model::not_refused();
        const model::HostId host = context.row().host;
        const ContainerId container = model::find_container(
            context.world(), host, Json::parse(answer.body).value("Id", std::string()), refusal);
        if (!container) return fail(context, "Error response from daemon: " + refusal.message);  // removed meanwhile
        const View inside{context.world(), host, container};
        const View outside{context.world(), host, {}};
        return from.container.empty() ? copy(context, outside, from, inside, to)
                                      : copy(context, inside, from, outside, to);
    }

  private:
    static std::string clean(ProcessContext& context, const End& end) {
        return model::clean_path(end.container.empty() ? context.working_directory() : "/",
                                 end.path);
    }

    static std::string missing(const End& end, const std::string& path) {
        if (end.container.empty()) return fmt::format("lstat {}: no such file or directory", path);
        return fmt::format("Error response from daemon: Could not find the file {} in container {}",
                           end.path,
                           end.container);
    }

    Step copy(ProcessContext& context,
              const View& source,
              const End& from,
              const View& target,
              const End& to) {
        const std::string source_path = clean(context, from);
        std::string target_path = clean(context, to);
        if (!source.exists(source_path)) return fail(context, missing(from, source_path));
        const bool directory = source.is_directory(source_path);
        const bool contents_only = from.path.ends_with("/.");
        const bool wants_directory = to.path.ends_with('/');
        if (target.is_directory(target_path)) {
            if (!directory || !contents_only)
                target_path = model::clean_path(target_path, base_name(source_path));
            if (directory && target.exists(target_path) && !target.is_directory(target_path))
                return fail(context, "cannot copy directory");
        } else if (target.exists(target_path)) {
            if (directory) return fail(context, "cannot copy directory");
            if (wants_directory) return fail(context, "not a directory");
        } else if (!target.is_directory(directory_of(target_path))) {
            return fail(context, missing_parent(to, directory_of(target_path)));
        } else if (!directory && wants_directory) {
            return fail(context, "no such directory");
        }
        if (std::string refused = closed_to_copies(target, directory && contents_only ? target_path : directory_of(target_path)); !refused.empty())
            return fail(context, refused);
        std::int64_t bytes = 1024;  // The end of an archive.
        int files = 0;
        const Errno error = copy_tree(source, source_path, target, target_path, bytes, files);
        if (error != Errno::None)
            return fail(context,
                        fmt::format("write {}: {}", target_path, lower(shell::errno_text(error))));
        if (files > kMostFiles)
            return fail(
                context,
                fmt::format("docker cp: Podium copies at most {} files at once", kMostFiles));
        tell_copy(source, target);
        const bool quiet = flags().has("quiet") ? flags().on("quiet") : !context.is_terminal(1);
        if (quiet) return Step::exit(0);
        const std::string shown = to.container.empty() ? local_path(context, to.path) : to.container + ":" + to.path;
        return finish(
            context,
            {{},
             fmt::format("Successfully copied {} to {}\n", format::human_size(bytes, 3), shown),
             0});
    }

    // moby v20.10.24 daemon/archive.go, containerExtractToDir and checkIfPathIsInAVolume: what --tmpfs mounts is none of the
    // container's mount points, as what --mount does is, so that it counts as part of its file system.
    static std::string closed_to_copies(const View& target, const std::string& directory) {
        if (!target.container) return {};
        const model::FileLocation place = model::locate_file(target.world, target.host, target.container, directory);
        const bool closed = target.world.spec(target.world.container(target.container)).read_only;
        const bool own = place.tree == model::FileLocation::Tree::Layer ||
                         (place.tree == model::FileLocation::Tree::Tmpfs && target.world.detail(target.container).mounts[place.mount].mount.create_host_path);
        if (own) return closed ? "Error response from daemon: container rootfs is marked read-only" : "";
        return place.read_only ? "Error response from daemon: mounted volume is marked read-only" : "";
    }

    // The engine's events of it (daemon/archive.go).
    static void tell_copy(const View& source, const View& target) {
        model::World& world = source.world;
        const CauseScope scope(world.kernel, world.kernel.cause());
        if (source.container) model::record_container_event(world, source.container, model::kFactContainerArchivePath);
        if (target.container) model::record_container_event(world, target.container, model::kFactContainerExtractToDir);
    }

    static std::string missing_parent(const End& end, const std::string& parent) {
        if (end.container.empty())
            return fmt::format("invalid output path: directory {} does not exist",
                               in_quotes(parent));
        return fmt::format("Error response from daemon: Could not find the file {} in container {}",
                           parent,
                           end.container);
    }

    // Copies depth first; counts the bytes that an archive of it would have.
    static Errno copy_tree(const View& source,
                           const std::string& from,
                           const View& target,
                           const std::string& to,
                           std::int64_t& bytes,
                           int& files) {
        constexpr std::int64_t kBlock = 512;
        model::FileNode scratch;
        const model::FileNode* node = source.find(from, scratch);
        if (node == nullptr || ++files > kMostFiles) return Errno::None;
        const model::FileNode copied = *node;
        bytes +=
            kBlock + (copied.directory ? 0 : (copied.size_bytes() + kBlock - 1) / kBlock * kBlock);
        if (const Errno error = target.write(to, copied); error != Errno::None || !copied.directory)
            return error;
        for (const std::string& name :
             model::view_directory(source.world, source.host, source.container, from)) {
            const Errno error = copy_tree(source,
                                          model::clean_path(from, name),
                                          target,
                                          model::clean_path(to, name),
                                          bytes,
                                          files);
            if (error != Errno::None) return error;
        }
        return Errno::None;
    }

    Call call_;
};

}  // namespace

std::unique_ptr<shell::Program> start_copy(Invocation invocation) {
    if (invocation.arguments()[0].empty())
        return say(std::move(invocation), failed("source can not be empty"));
    if (invocation.arguments()[1].empty())
        return say(std::move(invocation), failed("destination can not be empty"));
    return std::make_unique<Copy>(std::move(invocation));
}

}  // namespace podium::programs::docker
