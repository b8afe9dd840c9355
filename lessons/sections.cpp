#include "lessons/sections.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::lessons {
namespace {

// How many of the fence's characters a line begins with; 0: no fence.
std::size_t fence_length(std::string_view line, char mark) {
    std::size_t indent = 0;
    while (indent < line.size() && indent < 3 && line[indent] == ' ')
        ++indent;
    std::size_t length = 0;
    while (indent + length < line.size() && line[indent + length] == mark)
        ++length;
    return length >= 3 ? length : 0;
}

// "## Do: …" is a step's heading; "## " alone may as well be a comment of what a block shows.
bool begins_step(std::string_view line) {
    if (!line.starts_with("## ")) return false;
    const std::string_view heading = trim(line.substr(3));
    for (const std::string_view kind : {"Read:", "Predict:", "Do:", "Quiz:", "Check:", "Explain:"}) {
        if (heading.starts_with(kind)) return true;
    }
    return false;
}

struct Fence {
    char mark = 0;
    std::size_t length = 0;
    int line = 0;
};

class Cutter {
  public:
    explicit Cutter(std::string file) : file_(std::move(file)) {}

    Result<Document> cut(const std::string& text) {
        std::vector<std::string> lines = split(text, '\n');
        for (std::string& line : lines) {
            if (line.ends_with('\r')) line.pop_back();
        }
        if (lines.empty() || trim(lines[0]) != "---")
            return error(1, "a lesson begins with its front matter, between two lines of ---");
        std::size_t next = 1;
        document_.front_line = 2;
        while (next < lines.size() && trim(lines[next]) != "---")
            document_.front += lines[next++] + "\n";
        if (next == lines.size()) return error(1, "the front matter has no closing line of ---");
        for (++next; next < lines.size(); ++next) {
            if (Result<void> done = line(lines[next], static_cast<int>(next + 1)); !done)
                return done.error();
        }
        if (fence_.length > 0) return error(fence_.line, "this fenced block is not closed");
        if (document_.sections.empty())
            return error(
                static_cast<int>(lines.size()),
                "the lesson has no steps; each begins with a heading like '## Read: The file'");
        return std::move(document_);
    }

  private:
    [[nodiscard]] Error error(int line, std::string sentence) const {
        return Error{std::move(sentence), Place{file_, line, 0}, {}};
    }

    Result<void> line(const std::string& text, int number) {
        if (fence_.length > 0) {
            const std::size_t closing = fence_length(text, fence_.mark);
            if (closing >= fence_.length &&
                trim(text).find_first_not_of(fence_.mark) == std::string_view::npos) {
                fence_ = {};
                open_ = false;
                return {};
            }
            if (closing >= fence_.length || begins_step(text))
                return Error{fmt::format("this fenced block is not closed before line {}, where {}", number, closing >= fence_.length ? "another one begins" : "the next step does"),
                             Place{file_, fence_.line, 0},
                             fmt::format("end it with a line {}, or begin it with more of these than there are in it", std::string(fence_.length, fence_.mark))};
            chunk_of(true, number).text += text + "\n";
            return {};
        }
        if (text.starts_with("## ")) {
            document_.sections.push_back({std::string(trim(text.substr(3))), number, {}});
            open_ = false;
            return {};
        }
        if (document_.sections.empty()) {
            if (trim(text).empty()) return {};
            return error(number,
                         "text before the first step; each step begins with a heading like '## "
                         "Read: The file'");
        }
        for (const char mark : {'`', '~'}) {
            const std::size_t length = fence_length(text, mark);
            if (length == 0) continue;
            const std::string info(trim(trim(text).substr(length)));
            if (mark == '`' && info.find('`') != std::string::npos) continue;  // code within a line
            fence_ = {mark, length, number};
            document_.sections.back().chunks.push_back({true, info, {}, number + 1});
            open_ = true;
            return {};
        }
        chunk_of(false, number).text += text + "\n";
        return {};
    }

    Chunk& chunk_of(bool fenced, int number) {
        std::vector<Chunk>& chunks = document_.sections.back().chunks;
        if (!open_ || chunks.back().fenced != fenced) chunks.push_back({fenced, {}, {}, number});
        open_ = true;
        return chunks.back();
    }

    std::string file_;
    Document document_;
    Fence fence_;
    bool open_ = false;  // the last chunk takes more lines
};

}  // namespace

Result<Document> cut(const std::string& text, const std::string& file) {
    return Cutter(file).cut(text);
}

}  // namespace podium::lessons
