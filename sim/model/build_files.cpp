// COPY and ADD: files of the build's context, or of another stage or image (moby v20.10.24
// builder/dockerfile/copy.go).

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/path_pattern.hpp"
#include "sim/base/text.hpp"
#include "sim/model/build.hpp"
#include "sim/model/object_id.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/world.hpp"

namespace podium::model {
namespace {

/// What stands for a program that a step which was taken as done would have made.
constexpr std::int64_t kStandInBytes = 8'000'000;

/// Names by which folders that builds make go; what else they make is taken for a program.
constexpr std::array<std::string_view, 16> kFoldersMade = {"bin",
                                                           "build",
                                                           "deps",
                                                           "dist",
                                                           "html",
                                                           "install",
                                                           "lib",
                                                           "modules",
                                                           "node_modules",
                                                           "out",
                                                           "output",
                                                           "packages",
                                                           "public",
                                                           "site-packages",
                                                           "target",
                                                           "venv"};

// Where files come from: the context, or an image.
class Source {
  public:
    Source(const World& world, const FileTree& context) : world_(&world), context_(&context) {}

    Source(const World& world, const Image& image) : world_(&world), image_(&image) {}

    [[nodiscard]] bool is_context() const { return context_ != nullptr; }
    /// Whether nobody here knows what is in it.
    [[nodiscard]] bool is_unknown() const { return image_ != nullptr && image_->profile.empty() && !image_->from_scratch; }

    [[nodiscard]] const FileNode* find(const std::string& path, FileNode& scratch) const {
        if (image_ != nullptr) return file_of_image(*world_, *image_, path, scratch);
        if (const FileNode* node = context_->find(path)) return node;
        if (path != "/" && !context_->is_directory(path)) return nullptr;
        scratch = {};
        scratch.directory = true;
        return &scratch;
    }

    [[nodiscard]] std::vector<std::string> list(const std::string& path) const {
        return image_ != nullptr ? directory_of_image(*world_, *image_, path)
                                 : context_->list(path);
    }

  private:
    const World* world_;
    const FileTree* context_ = nullptr;
    const Image* image_ = nullptr;
};

bool has_wildcard(const std::string& path) {
    for (std::size_t at = 0; at < path.size(); ++at) {
        if (path[at] == '\\')
            ++at;
        else if (path[at] == '*' || path[at] == '?' || path[at] == '[')
            return true;
    }
    return false;
}

bool is_archive(const std::string& path) {
    constexpr std::array<std::string_view, 7> kEndings = {
        ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"};
    return std::any_of(kEndings.begin(), kEndings.end(), [&path](std::string_view ending) {
        return path.ends_with(ending);
    });
}

constexpr int kDeepest = 64;
constexpr std::size_t kMostCopied = 20'000;

class Copier {
  public:
    Copier(const World& world, const Build& build, const DockerStep& step)
        : world_(world), build_(build), step_(step) {}

    Result<Copied> run() {
        const bool newer = build_.spec->syntax == DockerfileSyntax::BuildKit;
        for (const char* flag : {"parents", "exclude", "checksum", "keep-git-dir"}) {
            if (step_.flags.contains(flag)) return Error{fmt::format("Podium does not simulate --{} of COPY and ADD", flag), {}, {}};
        }
        if (newer) read_mode();
        if (!newer && step_.flags.contains("chmod"))
            return Error{
                "the --chmod option requires BuildKit. Refer to "
                "https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit "
                "enabled",
                {},
                {}};
        const std::string name = step_.instruction == DockerInstruction::Add ? "ADD" : "COPY";
        const auto source = find_source();
        if (!source) return source.error();
        out_.destination = step_.words.back();
        destination_ = clean_path(
            build_.config.working_directory.empty() ? "/" : build_.config.working_directory,
            out_.destination);
        folder_ = out_.destination.ends_with('/') || out_.destination == "." ||
                  out_.destination.ends_with("/.");
        std::vector<std::string> paths;
        for (std::size_t i = 0; i + 1 < step_.words.size(); ++i) {
            if (auto wrong = find_paths(*source, step_.words[i], paths))
                return Error{fmt::format("{} failed: {}", name, wrong->message), {}, {}};
        }
        if (paths.empty() && out_.notes.empty() && step_.documents.empty())
            return Error{fmt::format("{} failed: no source files were specified", name), {}, {}};
        if (paths.size() + step_.documents.size() > 1 && !out_.destination.ends_with('/'))
            return Error{fmt::format("When using {} with more than one source file, the "
                                     "destination must be a directory and end with a /",
                                     name),
                         {},
                         {}};
        std::string hashed;
        bool directory = false;
        for (const std::string& path : paths) {
            FileNode scratch;
            const FileNode* node = source->find(path, scratch);
            directory = node != nullptr && node->directory;
            if (node == nullptr) continue;
            if (directory)
                copy_directory(*source, path, destination_, hashed, 0);
            else
                copy_file(*node, target_of(path), hashed);
            if (!directory && step_.instruction == DockerInstruction::Add && is_archive(path))
                out_.notes.push_back(fmt::format("{} is not unpacked", path));
        }
        if (auto wrong = copy_documents(hashed)) return *wrong;
        if (too_many_)
            return Error{fmt::format("{} failed: Podium copies at most {} files in one instruction",
                                     name,
                                     kMostCopied),
                         {},
                         {}};
        out_.hash = fmt::format("{}:{}",
                                paths.size() > 1 ? "multi"
                                : directory      ? "dir"
                                                 : "file",
                                make_id("copy", hashed, 0));
        return std::move(out_);
    }

  private:
    // --chmod, octal; letters (docker/dockerfile 1.14) are told as not simulated.
    void read_mode() {
        const auto flag = step_.flags.find("chmod");
        if (flag == step_.flags.end()) return;
        const auto digits = expand_docker_word(flag->second, build_variables(build_), build_.file->escape);
        const bool octal = digits && !digits->empty() && digits->size() <= 5 &&
                           digits->find_first_not_of("01234567") == std::string::npos;
        if (!octal) {
            out_.notes.push_back(fmt::format("--chmod={} is not simulated", flag->second));
            return;
        }
        mode_ = 0;
        for (const char c : *digits)
            mode_ = *mode_ * 8 + (c - '0');
    }

    // Documents in line are files with their names, or the destination itself.
    std::optional<Error> copy_documents(std::string& hashed) {
        for (const DockerDocument& document : step_.documents) {
            FileNode node;
            node.content = document.content;
            node.mode = 0644;
            if (document.expand) {
                auto filled = fill_variables(document.content);
                if (!filled) return filled.error();
                node.content = std::move(*filled);
            }
            copy_file(node, target_of("/" + document.name), hashed);
        }
        return std::nullopt;
    }

    // $NAME and ${…} in a text whose quotes stay.
    Result<std::string> fill_variables(const std::string& text) const {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            if (text[at] == build_.file->escape && at + 1 < text.size() && text[at + 1] == '$') {
                out += '$';
                at += 2;
                continue;
            }
            const bool braces = text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{';
            std::size_t end = at + 1;
            if (braces) {
                end = std::min(text.find('}', at), text.size() - 1) + 1;
            } else if (text[at] == '$') {
                while (end < text.size() && (text[end] == '_' || is_name_character(text[end]))) ++end;
            }
            if (text[at] != '$' || end == at + 1) {
                out += text[at++];
                continue;
            }
            auto filled = expand_docker_word(std::string_view(text).substr(at, end - at), build_variables(build_), build_.file->escape);
            if (!filled) return filled;
            out += *filled;
            at = end;
        }
        return out;
    }

    static bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

    Result<Source> find_source() const {
        const auto from = step_.flags.find("from");
        if (from == step_.flags.end()) return Source(world_, build_.spec->context);
        std::int64_t index = 0;
        const bool number = parse_integer(from->second, index);
        for (std::size_t i = 0; i < build_.stages.size(); ++i) {
            const auto& [name, image] = build_.stages[i];
            if ((!name.empty() && name == lower(from->second)) ||
                (number && static_cast<std::size_t>(index) == i))
                return Source(world_, *image);
        }
        if (number)
            return Error{fmt::format("invalid from flag value {}: {}",
                                     from->second,
                                     static_cast<std::size_t>(index) == build_.stages.size()
                                         ? "refers to current build stage"
                                         : "index out of bounds"),
                         {},
                         {}};
        const ImagePointer image = world_.host(build_.host).images.find(from->second);
        if (image == nullptr)  // gone since it was looked for
            return Error{fmt::format("invalid from flag value {}: No such image: {}", from->second, from->second), {}, {}};
        return Source(world_, *image);
    }

    [[nodiscard]] bool of_unsimulated_stage() const {
        const auto from = step_.flags.find("from");
        if (from == step_.flags.end()) return false;
        return std::any_of(build_.stages.begin(), build_.stages.end(), [](const auto& stage) {
            return stage.second->unsimulated;
        });
    }

    std::optional<Error> find_paths(const Source& source,
                                    const std::string& written,
                                    std::vector<std::string>& paths) {
        if (written.starts_with("http://") || written.starts_with("https://")) {
            if (step_.instruction == DockerInstruction::Copy)
                return Error{"source can't be a URL for COPY", {}, {}};
            return Error{"Podium does not simulate ADD of an address", {}, {}};
        }
        if (source.is_context() && (written == ".." || written.starts_with("../")))
            return Error{
                fmt::format("forbidden path outside the build context: {} ()", written), {}, {}};
        const std::string path = clean_path("/", written);
        if (has_wildcard(path)) {
            const std::size_t before = paths.size();
            match_below(source, "/", path, paths, 0);
            if (paths.size() > before) return std::nullopt;
            if (!of_unsimulated_stage() && !source.is_unknown()) return Error{"no source files were specified", {}, {}};
            std::string made = path;
            std::replace(made.begin(), made.end(), '*', '_');
            stand_in(made);
            return std::nullopt;
        }
        FileNode scratch;
        if (source.find(path, scratch) != nullptr) {
            paths.push_back(path);
            return std::nullopt;
        }
        if (of_unsimulated_stage() || source.is_unknown()) {
            stand_in(path);
            return std::nullopt;
        }
        const std::string bare = path.substr(1);
        if (!source.is_context())
            return Error{fmt::format("stat {}: file does not exist", bare), {}, {}};
        return Error{fmt::format("file not found in build context or excluded by .dockerignore: "
                                 "stat {}: file does not exist",
                                 bare),
                     {},
                     {}};
    }

    void match_below(const Source& source,
                     const std::string& directory,
                     const std::string& pattern,
                     std::vector<std::string>& paths,
                     int depth) {
        if (depth > kDeepest) return;
        for (const std::string& name : source.list(directory)) {
            const std::string path = clean_path(directory, name);
            if (path_matches(pattern, path)) {
                paths.push_back(path);
                continue;
            }
            FileNode scratch;
            const FileNode* node = source.find(path, scratch);
            if (node != nullptr && node->directory)
                match_below(source, path, pattern, paths, depth + 1);
        }
    }

    // What a step that was taken as done would have made: a folder with nothing in it, or a program
    // without a content.
    void stand_in(const std::string& path) {
        const std::string name = base_name(path);
        const bool made_folder =
            std::find(kFoldersMade.begin(), kFoldersMade.end(), name) != kFoldersMade.end();
        if (made_folder) {
            out_.files.make_directory(destination_, world_.kernel.now());
            out_.notes.push_back(fmt::format(
                "{} would come from a step that is not simulated; the folder is empty here", path));
            return;
        }
        FileNode node;
        node.mode = 0755;
        node.extra_bytes = kStandInBytes;
        std::string ignored;
        copy_file(node, target_of(path), ignored);
        out_.notes.push_back(
            fmt::format("{} would come from a step that is not simulated; a server stands in for "
                        "it if it is run",
                        path));
    }

    [[nodiscard]] std::string target_of(const std::string& path) const {
        bool into = folder_;
        if (!into && build_.image != nullptr) {
            FileNode scratch;
            const FileNode* there = file_of_image(world_, *build_.image, destination_, scratch);
            into = there != nullptr && there->directory;
        }
        return into ? clean_path(destination_, base_name(path)) : destination_;
    }

    void copy_file(const FileNode& node, const std::string& target, std::string& hashed) {
        out_.files.write(target, node.content, world_.kernel.now());
        if (node.extra_bytes > 0)
            out_.files.append(target, {}, world_.kernel.now(), node.extra_bytes);
        const int mode = mode_.value_or(node.mode);
        out_.files.set_mode(target, mode);
        hashed += fmt::format("{}\n{}\n{}\n", target, mode, node.extra_bytes) + node.content;
        too_many_ = too_many_ || ++copied_ > kMostCopied;
    }

    void copy_directory(const Source& source,
                        const std::string& path,
                        const std::string& target,
                        std::string& hashed,
                        int depth) {
        out_.files.make_directory(target, world_.kernel.now());
        hashed += target + "\n";
        if (depth > kDeepest || too_many_) return;
        for (const std::string& name : source.list(path)) {
            const std::string from = clean_path(path, name);
            FileNode scratch;
            const FileNode* node = source.find(from, scratch);
            if (node == nullptr) continue;
            if (node->directory)
                copy_directory(source, from, clean_path(target, name), hashed, depth + 1);
            else
                copy_file(*node, clean_path(target, name), hashed);
        }
    }

    const World& world_;
    const Build& build_;
    const DockerStep& step_;
    Copied out_;
    std::string destination_;
    std::optional<int> mode_;  // that --chmod gives all files
    bool folder_ = false;
    bool too_many_ = false;
    std::size_t copied_ = 0;
};

}  // namespace

Result<Copied> copy_files(const World& world, const Build& build, const DockerStep& step) {
    DockerStep expanded = step;
    for (std::string& word : expanded.words) {
        auto filled = expand_docker_word(word, build_variables(build), build.file->escape);
        if (!filled) return filled.error();
        word = std::move(*filled);
    }
    return Copier(world, build, expanded).run();
}

}  // namespace podium::model
