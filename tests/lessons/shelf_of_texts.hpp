#pragma once

// A shelf in memory: lessons given as texts.

#include <map>
#include <string>
#include <vector>

#include "lessons/shelf.hpp"
#include "lessons/template.hpp"

namespace podium::lessons {

class ShelfOfTexts final : public Shelf {
  public:
    std::map<std::string, std::string> files;

    [[nodiscard]] Result<std::string> read(const std::string& path) const override {
        const auto found = files.find(path);
        if (found == files.end()) return Error{"cannot open the file", Place{path, 0, 0}, {}};
        return found->second;
    }

    [[nodiscard]] bool exists(const std::string& path) const override {
        return files.count(path) != 0 || is_directory(path);
    }

    [[nodiscard]] bool is_directory(const std::string& path) const override {
        const auto next = files.lower_bound(path + "/");
        return next != files.end() && next->first.starts_with(path + "/");
    }

    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        return names_in(files, folder);
    }
};

/// The template, at "course/new".
inline ShelfOfTexts shelf_with_template() {
    ShelfOfTexts shelf;
    for (const TemplateFile& file : lesson_template())
        shelf.files["course/new/" + std::string(file.path)] = file.content;
    return shelf;
}

/// The template for a swarm at "course/new", with two hosts of "clusters/two.yaml".
inline ShelfOfTexts shelf_with_cluster_template() {
    ShelfOfTexts shelf;
    for (WrittenFile& file : cluster_lesson_template("two", "one"))
        shelf.files["course/new/" + file.path] = std::move(file.content);
    shelf.files["clusters/two.yaml"] =
        "swarm: bare\nhosts:\n  - {name: one, address: 10.9.0.11}\n  - {name: other, address: 10.9.0.12}\n";
    return shelf;
}

/// Replaces the first `from` in a file of the template.
inline void change(ShelfOfTexts& shelf,
                   const std::string& file,
                   const std::string& from,
                   const std::string& to) {
    std::string& text = shelf.files["course/new/" + file];
    const auto at = text.find(from);
    if (at != std::string::npos) text.replace(at, from.size(), to);
}

}  // namespace podium::lessons
