#pragma once

// What `podium lesson new` writes: the smallest lesson that passes its test.

#include <string>
#include <string_view>
#include <vector>

namespace podium::lessons {

struct TemplateFile {
    std::string_view path;
    std::string_view content;
};

const std::vector<TemplateFile>& lesson_template();

struct WrittenFile {
    std::string path;
    std::string content;
};

/// The same for a swarm: `cluster` as a lesson calls it, `host` its first.
std::vector<WrittenFile> cluster_lesson_template(const std::string& cluster,
                                                 const std::string& host);

}  // namespace podium::lessons
