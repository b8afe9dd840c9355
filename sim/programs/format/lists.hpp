#pragma once

// Lists as the docker CLI prints them: `docker ps`, `docker images`, `docker volume ls` and the
// like, as tables, as JSON lines, by a template, or only the ids. A Row holds what a template can
// ask of one thing listed; a ListKind says what the rows are and how the columns are headed. The
// functions that make rows read the engine API's own answers (API 1.41), so whoever has these has
// the whole output.
//
//     const auto text = render_list(container_list(), container_format(format, quiet, size), rows);

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace podium::format {

/// One thing a template can ask of a row: {{.Names}}.
struct Cell {
    enum class Kind : std::uint8_t { Text, Null, Json };
    std::string name;
    std::string text;  ///< For Kind::Json a JSON text, such as "0" or "[]".
    Kind kind = Kind::Text;
};

struct Row {
    std::vector<Cell> cells;
    /// What {{.Label "name"}} finds. Nothing: rows of this kind have no such method.
    std::optional<std::vector<std::pair<std::string, std::string>>> labels;

    void add(std::string name, std::string text) {
        cells.push_back({std::move(name), std::move(text), Cell::Kind::Text});
    }
};

struct Header {
    std::string_view name;
    std::string_view text;
};

struct ListKind {
    std::string_view go_type;  ///< Shows up in errors: "can't evaluate field Foo in type
                               ///< *formatter.ContainerContext".
    std::span<const Header> headers;
};

/// The whole output for a format: "table TEMPLATE" is a table with headers, "json" a JSON object a
/// line, anything else a template applied to each row. In it `\t` and `\n` stand for tab and line
/// end. The error is docker's sentence ("template parsing error: template: :1: ...").
Result<std::string> render_list(const ListKind& kind,
                                std::string_view format,
                                std::span<const Row> rows);

const ListKind& container_list();
const ListKind& image_list();
const ListKind& history_list();
const ListKind& volume_list();
const ListKind& network_list();
const ListKind& stats_list();
const ListKind& disk_usage_list();
const ListKind& context_list();
const ListKind& compose_container_list();  ///< `docker compose ps`

// What `--format SOURCE` means for each list; an empty source is the command's own table.
std::string container_format(std::string_view source, bool quiet, bool size);
std::string image_format(std::string_view source, bool quiet, bool digests);
std::string history_format(std::string_view source, bool quiet, bool human);
std::string volume_format(std::string_view source, bool quiet);
std::string network_format(std::string_view source, bool quiet);
std::string stats_format(std::string_view source);
std::string disk_usage_format(std::string_view source);
std::string context_format(std::string_view source, bool quiet);
std::string compose_container_format(std::string_view source, bool quiet);

struct RowOptions {
    Time now{};            ///< What the program's own clock shows, for "2 seconds ago".
    bool truncate = true;  ///< Off with --no-trunc.
};

// Rows from the engine API's answers; members that are missing are taken as empty.
std::vector<Row> container_rows(const nlohmann::ordered_json& containers, RowOptions options);
/// Each tag is a row; tags stay in the engine's order (the real CLI shuffles repositories).
std::vector<Row> image_rows(const nlohmann::ordered_json& images,
                            RowOptions options,
                            bool digests = false);
std::vector<Row> history_rows(const nlohmann::ordered_json& history,
                              RowOptions options,
                              bool human = true);
/// Volumes and networks come out sorted by name, as the CLI sorts them.
std::vector<Row> volume_rows(const nlohmann::ordered_json& volumes);
std::vector<Row> network_rows(const nlohmann::ordered_json& networks, RowOptions options);
std::vector<Row> disk_usage_rows(const nlohmann::ordered_json& disk_usage);

/// One line of `docker stats`.
struct StatsFacts {
    std::string container;  ///< As it was asked for.
    std::string name;       ///< Without '/'.
    std::string id;
    std::string cpu_percent;  ///< See percentage() in human.hpp.
    std::int64_t memory_bytes = 0;
    std::int64_t memory_limit_bytes = 0;
    std::int64_t network_received_bytes = 0;
    std::int64_t network_sent_bytes = 0;
    std::int64_t block_read_bytes = 0;
    std::int64_t block_written_bytes = 0;
    std::int64_t processes = 0;
    bool known = true;  ///< False: nothing is known yet; all columns are "--".
};

/// Out of an answer to GET /containers/{id}/stats, computed as the CLI does.
StatsFacts stats_facts(const nlohmann::ordered_json& stats);
Row stats_row(const StatsFacts& facts, bool truncate = true);

/// One line of `docker compose ps` (compose 2.36).
struct ComposeContainerFacts {
    std::string id;
    std::string name;
    std::string project;
    std::string service;
    std::string image;
    std::string command;  ///< As the engine lists it (listed_command in human.hpp).
    std::string state;
    std::string status;
    std::string health;
    std::int64_t exit_code = 0;
    std::int64_t created_unix_seconds = 0;
    std::string ports;  ///< See ports_column in human.hpp.
    std::string publishers_json = "[]";
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<std::string> mounts;
    std::vector<std::string> networks;
    std::int64_t local_volumes = 0;
};

Row compose_container_row(const ComposeContainerFacts& facts, RowOptions options);

/// An image's name as people write it: "docker.io/library/busybox:latest" is "busybox:latest".
std::string familiar_name(std::string_view reference);

}  // namespace podium::format
