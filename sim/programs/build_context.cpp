#include "sim/programs/build_context.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/ignore_patterns.hpp"

namespace podium::programs {
namespace {

constexpr int kDeepest = 64;
constexpr std::int64_t kTarBlock = 512;

// What a file takes in an archive.
std::int64_t archived_bytes(std::int64_t bytes) {
    return kTarBlock + (bytes + kTarBlock - 1) / kTarBlock * kTarBlock;
}

class Gatherer {
  public:
    Gatherer(model::ProcessContext& context, std::string root) : context_(context), root_(std::move(root)) {}

    [[nodiscard]] const model::FileNode* find(const std::string& path, model::FileNode& scratch) const {
        return model::view_file(context_.world(), context_.row().host, {}, path, scratch);
    }

    [[nodiscard]] std::string content(const std::string& path) const {
        model::FileNode scratch;
        const model::FileNode* node = find(path, scratch);
        return node == nullptr ? std::string() : node->content;
    }

    /// Why it can't be gathered, or nothing.
    std::string run(model::BuildSpec& spec, const std::string& dockerfile) {
        patterns_ = IgnorePatterns(content(model::clean_path(root_, ".dockerignore")));
        keep_ = {".dockerignore", dockerfile};
        walk("", spec.context, 0);
        if (too_deep_) return fmt::format("Podium reads folders of a build's context at most {} deep", kDeepest);
        if (files_ > kMostContextFiles) return fmt::format("Podium reads at most {} files of a build's context", kMostContextFiles);
        return {};
    }

    [[nodiscard]] const std::string& wrong_pattern() const { return patterns_.wrong(); }
    [[nodiscard]] std::int64_t sent_bytes() const { return bytes_ + 2 * kTarBlock; }

  private:
    void walk(const std::string& below, model::FileTree& tree, int depth) {
        too_deep_ = too_deep_ || depth > kDeepest;
        if (too_deep_ || files_ > kMostContextFiles) return;
        for (const std::string& name : model::view_directory(context_.world(), context_.row().host, {}, below.empty() ? root_ : model::clean_path(root_, below))) {
            const std::string path = below.empty() ? name : below + "/" + name;
            model::FileNode scratch;
            const model::FileNode* node = find(model::clean_path(root_, path), scratch);
            if (node == nullptr) continue;
            const bool left_out = patterns_.leave_out(path);
            if (node->directory) {
                if (!left_out) {
                    tree.make_directory("/" + path, context_.now());
                    bytes_ += kTarBlock;
                }
                if (!left_out || patterns_.may_keep_below(path)) walk(path, tree, depth + 1);
                continue;
            }
            // docker sends the Dockerfile and .dockerignore in any case; the engine takes them out again.
            if (left_out && std::find(keep_.begin(), keep_.end(), path) == keep_.end()) continue;
            bytes_ += archived_bytes(node->size_bytes());
            ++files_;
            if (left_out) continue;
            tree.write("/" + path, node->content, node->modified);
            if (node->extra_bytes > 0) tree.append("/" + path, {}, node->modified, node->extra_bytes);
            tree.set_mode("/" + path, node->mode);
        }
    }

    model::ProcessContext& context_;
    std::string root_;
    IgnorePatterns patterns_;
    std::vector<std::string> keep_;
    std::size_t files_ = 0;
    bool too_deep_ = false;
    std::int64_t bytes_ = 0;
};

Error unprepared(const std::string& why) { return Error{"unable to prepare context: " + why, {}, {}}; }

}  // namespace

Result<BuildContext> read_build_context(model::ProcessContext& context,
                                        const std::string& directory,
                                        const std::string& dockerfile,
                                        const std::string& base,
                                        const std::string* text) {
    const std::string root = model::clean_path(context.working_directory(), directory);
    Gatherer gatherer(context, root);
    model::FileNode scratch;
    const model::FileNode* folder = gatherer.find(root, scratch);
    if (folder == nullptr) return unprepared(fmt::format("path \"{}\" not found", directory));
    if (!folder->directory) return unprepared(fmt::format("context must be a directory: {}", root));
    BuildContext out;
    out.spec = std::make_shared<model::BuildSpec>();
    std::string found = dockerfile.empty() ? model::clean_path(root, "Dockerfile") : model::clean_path(model::clean_path(context.working_directory(), base), dockerfile);
    // The client also takes a file that is written in small letters.
    const std::string small = model::clean_path(root, "dockerfile");
    if (dockerfile.empty() && gatherer.find(found, scratch) == nullptr && gatherer.find(small, scratch) != nullptr) found = small;
    if (text != nullptr) {
        out.spec->dockerfile = *text;
    } else {
        const model::FileNode* file = gatherer.find(found, scratch);
        if (file == nullptr) return unprepared(fmt::format("unable to evaluate symlinks in Dockerfile path: lstat {}: no such file or directory", found));
        out.spec->dockerfile = file->content;
    }
    const bool inside = root == "/" || found.starts_with(root + "/");
    out.spec->dockerfile_name = inside ? found.substr(root == "/" ? 1 : root.size() + 1) : base_name(found);
    const std::string here = context.working_directory();
    out.spec->place = found.starts_with(here + "/") ? found.substr(here.size() + 1) : found;
    if (const std::string failure = gatherer.run(*out.spec, out.spec->dockerfile_name); !failure.empty()) return Error{failure, {}, {}};
    out.sent_bytes = gatherer.sent_bytes();
    out.wrong_pattern = gatherer.wrong_pattern();
    return out;
}

BuildContext context_of_text(const std::string& text, Time now) {
    BuildContext out;
    out.spec = std::make_shared<model::BuildSpec>();
    out.spec->dockerfile = text;
    out.spec->dockerfile_name = "Dockerfile";
    out.spec->place = "Dockerfile";
    out.spec->context.write("/Dockerfile", text, now);
    out.sent_bytes = archived_bytes(static_cast<std::int64_t>(text.size())) + 2 * kTarBlock;
    return out;
}

}  // namespace podium::programs
