#include "tests/tidy/source.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace podium::tidy {
namespace {

namespace fs = std::filesystem;

/// Where in a C++ file the reader is.
enum class Reading { kCode, kLineComment, kBlockComment, kString, kCharacter, kRawString };

bool is_digit_separator(std::string_view content, std::size_t at) {
    const auto is_hexadecimal = [](char c) {
        return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
    };
    return at > 0 && at + 1 < content.size() && is_hexadecimal(content[at - 1]) &&
           is_hexadecimal(content[at + 1]);
}

/// The content with comments and the inside of literals blanked; line ends stay where they are.
std::string code_of(std::string_view content) {
    std::string code(content);
    Reading reading = Reading::kCode;
    std::string raw_end;
    for (std::size_t at = 0; at < content.size(); ++at) {
        const std::string_view rest = content.substr(at);
        const char c = content[at];
        switch (reading) {
            case Reading::kCode:
                if (rest.starts_with("//") || rest.starts_with("/*")) {
                    reading = rest[1] == '/' ? Reading::kLineComment : Reading::kBlockComment;
                    code[at] = ' ';
                    code[++at] = ' ';
                } else if (rest.starts_with("R\"")) {
                    const auto open = rest.find('(');
                    if (open != std::string_view::npos) {
                        raw_end = ")" + std::string(rest.substr(2, open - 2)) + "\"";
                        reading = Reading::kRawString;
                        at += open;
                    }
                } else if (c == '"') {
                    reading = Reading::kString;
                } else if (c == '\'' && !is_digit_separator(content, at)) {
                    reading = Reading::kCharacter;
                }
                continue;
            case Reading::kLineComment:
                if (c == '\n') {
                    reading = Reading::kCode;
                }
                break;
            case Reading::kBlockComment:
                if (rest.starts_with("*/")) {
                    reading = Reading::kCode;
                    code[at] = ' ';
                    code[++at] = ' ';
                    continue;
                }
                break;
            case Reading::kString:
            case Reading::kCharacter:
                if (c == '\\' && at + 1 < content.size()) {
                    code[at++] = ' ';
                } else if (c == (reading == Reading::kString ? '"' : '\'') || c == '\n') {
                    reading = Reading::kCode;
                    continue;
                }
                break;
            case Reading::kRawString:
                if (rest.starts_with(raw_end)) {
                    reading = Reading::kCode;
                    at += raw_end.size() - 1;
                    continue;
                }
                break;
        }
        if (content[at] != '\n') {
            code[at] = ' ';
        }
    }
    return code;
}

std::vector<std::string> split_lines(std::string_view content) {
    std::vector<std::string> lines;
    while (!content.empty()) {
        const auto end = std::min(content.find('\n'), content.size());
        lines.emplace_back(content.substr(0, end));
        content.remove_prefix(std::min(end + 1, content.size()));
    }
    return lines;
}

/// Folders that hold no part of the project: other people's, or made by building.
bool is_outside(const fs::path& name) {
    const auto text = name.string();
    return text.starts_with("build") || text.starts_with("_") ||
           (text.starts_with(".") && text != ".ci");
}

}  // namespace

Source source_from(std::string path, std::string_view content) {
    Source source{std::move(path), {}};
    const auto lines = split_lines(content);
    const auto code =
        source.is_cpp() ? split_lines(code_of(content)) : std::vector<std::string>(lines.size());
    for (std::size_t index = 0; index < lines.size(); ++index) {
        source.lines.push_back({lines[index], code[index]});
    }
    return source;
}

std::vector<Include> includes_of(const Source& source) {
    std::vector<Include> includes;
    int number = 0;
    for (const auto& line : source.lines) {
        ++number;
        std::string_view text = line.text;
        const auto skip_spaces = [&text] {
            text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        };
        skip_spaces();
        if (!text.starts_with('#')) {
            continue;
        }
        text.remove_prefix(1);
        skip_spaces();
        if (!text.starts_with("include")) {
            continue;
        }
        text.remove_prefix(std::string_view("include").size());
        skip_spaces();
        if (text.empty() || (text[0] != '<' && text[0] != '"')) {
            continue;
        }
        const bool quoted = text[0] == '"';
        text.remove_prefix(1);
        includes.push_back(
            {std::string(text.substr(0, text.find(quoted ? '"' : '>'))), quoted, number});
    }
    return includes;
}

std::vector<Source> read_tree(const fs::path& root) {
    std::vector<fs::path> paths;
    for (auto entry = fs::recursive_directory_iterator(root);
         entry != fs::recursive_directory_iterator();
         ++entry) {
        const bool at_top = entry.depth() == 0;
        if (entry->is_directory()) {
            if (is_outside(entry->path().filename()) &&
                (at_top || entry->path().filename().string().starts_with("."))) {
                entry.disable_recursion_pending();
            }
        } else if (entry->is_regular_file() && entry->path().filename() != ".git") {  // a work tree of git has one
            paths.push_back(entry->path());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Source> tree;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
        if (content.find('\0') == std::string::npos) {
            tree.push_back(source_from(path.lexically_relative(root).generic_string(), content));
        }
    }
    return tree;
}

}  // namespace podium::tidy
