#pragma once

// What `docker node ls`, `service ls`, `service ps`, `secret ls`, `config ls` and `stack ls` list: rows out
// of the API's answers, and what --format and --quiet mean for each (docker/cli 28.2, the formatter.go of
// each command).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/programs/docker/verb.hpp"
#include "sim/programs/format/lists.hpp"
#include "sim/programs/swarm/talk.hpp"

namespace podium::programs::docker {

enum class Listed : std::uint8_t { Node, Service, Task, Secret, Config, Stack };

/// The output for rows, or docker's sentence about a wrong template.
Ending render(Listed kind, const std::string& format, bool quiet, const std::vector<format::Row>& rows);

std::vector<format::Row> node_rows(const Json& nodes, const Json& info);
/// Sorted by name.
std::vector<format::Row> service_rows(const Json& services);
std::vector<format::Row> datum_rows(const Json& data, Time now, bool secrets);
std::vector<format::Row> stack_rows(const std::map<std::string, int>& stacks);

/// A task with the names of its service and node.
struct NamedTask {
    const Json* task = nullptr;
    std::string name;
    std::string node;
};
format::Row task_row(const NamedTask& named, Time now, bool truncate);

/// "Ready" of "ready"; the other letters become small.
std::string capitalised(std::string text);
/// A reference without its digest, where it has a tag besides.
std::string without_digest(const std::string& reference);
/// Sorts a list by the text at a path, as people count.
void sort_naturally(std::vector<const Json*>& list, std::string_view path);
std::vector<const Json*> pointers(const Json& list);

}  // namespace podium::programs::docker
