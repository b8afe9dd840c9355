#pragma once

// What `podium lesson new` writes: the smallest lesson that passes its test.

#include <string_view>
#include <vector>

namespace podium::lessons {

struct TemplateFile {
    std::string_view path;
    std::string_view content;
};

const std::vector<TemplateFile>& lesson_template();

}  // namespace podium::lessons
