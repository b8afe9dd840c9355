#include "sim/model/file_tree.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/assert.hpp"

namespace podium::model {
namespace {

/// Appends to a node; what is beyond the limit, or after bytes that were not kept, is only counted.
void append_to(FileNode& node, std::string_view content, std::int64_t zero_bytes) {
    std::size_t kept = 0;
    if (node.extra_bytes == 0) {
        kept = std::min(content.size(), FileTree::kKeptBytes - node.content.size());
        node.content.append(content.substr(0, kept));
    }
    node.extra_bytes += static_cast<std::int64_t>(content.size() - kept) + zero_bytes;
}

FileNode directory_node(Time now) {
    FileNode node;
    node.directory = true;
    node.mode = 0755;
    node.modified = now;
    return node;
}

/// What paths below a directory begin with, but for the slash that follows.
std::string_view stem_of(std::string_view directory) {
    return directory == "/" ? std::string_view() : directory;
}

}  // namespace

bool PathOrder::operator()(std::string_view a, Below b) const {
    const std::string_view stem = stem_of(b.directory);
    const int order = a.compare(0, stem.size(), stem);
    if (order != 0) return order < 0;
    const std::string_view rest = a.substr(stem.size());
    return rest.empty() || static_cast<unsigned char>(rest.front()) < '/';
}

bool is_path_below(std::string_view path, std::string_view directory) {
    const std::string_view stem = stem_of(directory);
    return path.size() > stem.size() + 1 && path.starts_with(stem) && path[stem.size()] == '/';
}

const FileNode* FileTree::find(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? nullptr : &found->second;
}

bool FileTree::is_directory(const std::string& path) const {
    if (path == "/") return true;
    if (const FileNode* node = find(path)) return node->directory;
    const auto below = nodes_.lower_bound(PathOrder::Below{path});
    return below != nodes_.end() && is_path_below(below->first, path);
}

void FileTree::make_parents(const std::string& path, Time now) {
    for (std::size_t slash = path.rfind('/'); slash != 0 && slash != std::string::npos;
         slash = path.rfind('/', slash - 1)) {
        const std::string_view above = std::string_view(path).substr(0, slash);
        if (nodes_.contains(above)) return;
        nodes_.emplace(above, directory_node(now));
    }
}

std::int64_t FileTree::write(const std::string& path, std::string_view content, Time now) {
    make_parents(path, now);
    FileNode& node = nodes_[path];
    const std::int64_t before = node.size_bytes();
    node.content.clear();
    node.extra_bytes = 0;
    node.modified = now;
    append_to(node, content, 0);
    size_bytes_ += node.size_bytes() - before;
    return node.size_bytes() - before;
}

std::int64_t FileTree::append(const std::string& path,
                              std::string_view content,
                              Time now,
                              std::int64_t zero_bytes) {
    make_parents(path, now);
    FileNode& node = nodes_[path];
    append_to(node, content, zero_bytes);
    node.modified = now;
    const std::int64_t growth = static_cast<std::int64_t>(content.size()) + zero_bytes;
    size_bytes_ += growth;
    return growth;
}

std::int64_t FileTree::write_at(const std::string& path,
                                std::int64_t offset,
                                std::string_view content,
                                Time now,
                                std::int64_t zero_bytes) {
    make_parents(path, now);
    FileNode& node = nodes_[path];
    const std::int64_t before = node.size_bytes();
    node.modified = now;
    // A hole reads as zeros, which is what uncounted bytes read as.
    if (offset > before) append_to(node, {}, offset - before);
    const auto start = static_cast<std::size_t>(offset);
    if (start < node.content.size()) {
        const std::size_t over = std::min(content.size(), node.content.size() - start);
        node.content.replace(start, over, content.substr(0, over));
    }
    const std::int64_t end = offset + static_cast<std::int64_t>(content.size()) + zero_bytes;
    if (end > node.size_bytes()) {
        const std::int64_t present = node.size_bytes() - offset;
        const auto written =
            std::min<std::int64_t>(present, static_cast<std::int64_t>(content.size()));
        const std::string_view rest = content.substr(static_cast<std::size_t>(written));
        append_to(node, rest, end - node.size_bytes() - static_cast<std::int64_t>(rest.size()));
    }
    size_bytes_ += node.size_bytes() - before;
    return node.size_bytes() - before;
}

void FileTree::make_directory(const std::string& path, Time now) {
    if (path == "/") return;
    make_parents(path, now);
    if (!nodes_.contains(path)) nodes_.emplace(path, directory_node(now));
}

void FileTree::set_mode(const std::string& path, int mode) {
    const auto found = nodes_.find(path);
    PODIUM_ASSERT(found != nodes_.end(), "a mode is set on a file that exists");
    found->second.mode = mode;
}

void FileTree::set_modified(const std::string& path, Time now) {
    const auto found = nodes_.find(path);
    PODIUM_ASSERT(found != nodes_.end(), "a time is set on a file that exists");
    found->second.modified = now;
}

std::int64_t FileTree::remove(const std::string& path) {
    std::int64_t removed = 0;
    if (const auto found = nodes_.find(path); found != nodes_.end()) {
        removed += found->second.size_bytes();
        nodes_.erase(found);
    }
    auto below = nodes_.lower_bound(PathOrder::Below{path});
    while (below != nodes_.end() && is_path_below(below->first, path)) {
        removed += below->second.size_bytes();
        below = nodes_.erase(below);
    }
    size_bytes_ -= removed;
    return removed;
}

std::vector<std::string> FileTree::list(const std::string& path) const {
    std::vector<std::string> names;
    const std::string prefix = std::string(stem_of(path)) + "/";
    auto node = nodes_.lower_bound(prefix);
    while (node != nodes_.end() && node->first.starts_with(prefix)) {
        std::string name = node->first.substr(prefix.size());
        const std::size_t slash = name.find('/');
        if (slash == std::string::npos) {
            ++node;
        } else {
            // All that is below this directory has names before the one with the character after
            // '/'.
            name.resize(slash);
            node = nodes_.lower_bound(prefix + name + '0');
        }
        if (!name.empty()) names.push_back(std::move(name));
    }
    // A directory that is a node too was met twice, with "a-b" between "a" and "a/x".
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void FileTree::put(const std::string& path, const FileNode& node) {
    FileNode& mine = nodes_[path];
    size_bytes_ += node.size_bytes() - mine.size_bytes();
    mine = node;
}

void FileTree::copy_from(const FileTree& other) {
    for (const auto& [path, node] : other.nodes_)
        put(path, node);
}

}  // namespace podium::model
