// Rows and a format become text.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/format/go_template.hpp"
#include "sim/programs/format/lists.hpp"
#include "sim/programs/format/table.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

Json row_value(const Row& row) {
    Json value = Json::object();
    for (const Cell& cell : row.cells) {
        switch (cell.kind) {
            case Cell::Kind::Text:
                value[cell.name] = cell.text;
                break;
            case Cell::Kind::Null:
                value[cell.name] = nullptr;
                break;
            case Cell::Kind::Json:
                value[cell.name] = Json::parse(cell.text, nullptr, false);
                break;
        }
    }
    if (row.labels) {
        Json labels = Json::object();
        for (const auto& [name, text] : *row.labels)
            labels[name] = text;
        value["Label"] = std::move(labels);
    }
    return value;
}

Json header_value(const ListKind& kind) {
    Json value = Json::object();
    for (const Header& header : kind.headers)
        value[std::string(header.name)] = header.text;
    return value;
}

// The template a format stands for.
std::string template_text(std::string_view format) {
    if (format == "json") return "{{json .}}";
    if (format.starts_with("table")) format.remove_prefix(5);
    const std::size_t first = format.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    format = format.substr(first, format.find_last_not_of(' ') - first + 1);
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char next = format[i] == '\\' && i + 1 < format.size() ? format[i + 1] : '\0';
        if (next == 't' || next == 'n') {
            text += next == 't' ? '\t' : '\n';
            ++i;
        } else {
            text += format[i];
        }
    }
    return text;
}

Error template_error(const Error& error) {
    return Error{"template parsing error: " + error.message, {}, {}};
}

}  // namespace

Result<std::string> render_list(const ListKind& kind,
                                std::string_view format,
                                std::span<const Row> rows) {
    const Result<GoTemplate> line = GoTemplate::parse(template_text(format));
    if (!line) return template_error(line.error());
    std::string body;
    for (const Row& row : rows) {
        const Json value = row_value(row);
        const Result<std::string> text = line->execute({&value, kind.go_type});
        if (!text) return template_error(text.error());
        body += *text + "\n";
    }
    if (!format.starts_with("table")) return body;
    const Json headers = header_value(kind);
    const std::string head =
        line->execute_leniently({&headers, "formatter.SubHeaderContext", false, true});
    return align_columns(head + "\n" + body, kTableStops);
}

}  // namespace podium::format
