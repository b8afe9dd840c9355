#include "sim/programs/service/unread_files.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/programs/service/start.hpp"

namespace podium::programs {
namespace {

using model::ProcessContext;

enum class Reading : std::uint8_t {
    Configuration,  ///< At every start.
    Scripts,        ///< On empty data only.
};

struct UnreadPath {
    std::string_view image;
    std::string_view path;  ///< A file, or a folder with all that is in it: that one ends in '/'.
    Reading reading = Reading::Configuration;
};

constexpr std::array kUnread = {
    UnreadPath{"elasticsearch", "/usr/share/elasticsearch/config/"},
    UnreadPath{"docker.elastic.co/elasticsearch/elasticsearch", "/usr/share/elasticsearch/config/"},
    UnreadPath{"grafana/grafana", "/etc/grafana/"},
    UnreadPath{"httpd", "/usr/local/apache2/conf/"},
    UnreadPath{"mariadb", "/etc/mysql/"},
    UnreadPath{"mariadb", "/docker-entrypoint-initdb.d/", Reading::Scripts},
    UnreadPath{"mongo", "/docker-entrypoint-initdb.d/", Reading::Scripts},
    UnreadPath{"mysql", "/etc/mysql/"},
    UnreadPath{"mysql", "/etc/my.cnf"},
    UnreadPath{"mysql", "/docker-entrypoint-initdb.d/", Reading::Scripts},
    UnreadPath{"nginx", "/etc/nginx/nginx.conf"},
    UnreadPath{"nginx", "/etc/nginx/conf.d/"},
    UnreadPath{"nginx", "/etc/nginx/templates/"},
    UnreadPath{"postgres", "/docker-entrypoint-initdb.d/", Reading::Scripts},
    UnreadPath{"prom/prometheus", "/etc/prometheus/"},
    UnreadPath{"rabbitmq", "/etc/rabbitmq/"},
    UnreadPath{"registry", "/etc/distribution/"},
    UnreadPath{"registry", "/etc/docker/registry/"},
    UnreadPath{"traefik", "/etc/traefik/"},
    UnreadPath{"wordpress", "/usr/local/etc/php/conf.d/"},
};

/// How many files are named of many, how many are looked at, and how far down.
constexpr std::size_t kMostFilesNamed = 3;
constexpr std::size_t kMostFilesLookedAt = 64;
constexpr int kMostLevels = 4;

// "nginx" of "library/nginx", "prometheus" of "prom/prometheus".
std::string_view short_name(std::string_view image) {
    return image.substr(image.rfind('/') + 1);
}

std::string_view instead_of(Reading reading) {
    switch (reading) {
        case Reading::Configuration:
            return "runs as with the configuration of its image";
        case Reading::Scripts:
            return "begins without what these make";
    }
    return {};
}

std::string_view verb_of(Reading reading) {
    return reading == Reading::Scripts ? "run" : "read";
}

bool is_images_own(ProcessContext& context,
                   const model::BehaviourProfile& profile,
                   const std::string& path,
                   std::int64_t bytes) {
    const auto own = std::find_if(
        profile.files.begin(), profile.files.end(), [&path](const model::ImageFile& file) {
            return file.path == path;
        });
    if (own == profile.files.end()) return false;
    return bytes == std::ssize(own->content) + own->bytes &&
           file_content(context, path) == own->content;
}

void collect(ProcessContext& context,
             const model::BehaviourProfile& profile,
             const std::string& path,
             int levels,
             std::vector<std::string>& found) {
    const shell::FileInfo file = context.stat(path);
    if (!file.exists || found.size() >= kMostFilesLookedAt) return;
    if (!file.is_directory) {
        if (!is_images_own(context, profile, path, file.size_bytes)) found.push_back(path);
        return;
    }
    std::vector<std::string> names;
    if (levels == 0 || context.list(path, names) != shell::Errno::None) return;
    for (const std::string& name : names)
        collect(context, profile, path + "/" + name, levels - 1, found);
}

bool is_within(std::string_view path, std::string_view folder) {
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

std::string unread_mount(std::string_view image, std::string_view target) {
    while (target.size() > 1 && target.ends_with('/'))
        target.remove_suffix(1);
    for (const UnreadPath& row : kUnread) {
        const std::string_view path =
            row.path.ends_with('/') ? row.path.substr(0, row.path.size() - 1) : row.path;
        if (row.image != image ||
            (path != target && !is_within(target, path) && !is_within(path, target)))
            continue;
        return fmt::format("Podium does not {} what is there: {} {}",
                           verb_of(row.reading),
                           short_name(image),
                           instead_of(row.reading));
    }
    return {};
}

std::vector<std::string> unread_files(ProcessContext& context,
                                      const model::BehaviourProfile& profile,
                                      bool initialises) {
    std::vector<std::string> out;
    for (const Reading reading : {Reading::Configuration, Reading::Scripts}) {
        if (reading == Reading::Scripts && !initialises) continue;
        std::vector<std::string> found;
        for (const UnreadPath& row : kUnread) {
            if (row.image != profile.name || row.reading != reading) continue;
            const std::string path(row.path.ends_with('/') ? row.path.substr(0, row.path.size() - 1)
                                                           : row.path);
            collect(context, profile, path, kMostLevels, found);
        }
        if (found.empty()) continue;
        const bool more = found.size() > kMostFilesNamed;
        if (more) found.resize(kMostFilesNamed);
        out.push_back(fmt::format("Podium does not {} {}{}: {} {}",
                                  verb_of(reading),
                                  join(found, ", "),
                                  more ? " and more" : "",
                                  short_name(profile.name),
                                  instead_of(reading)));
    }
    return out;
}

}  // namespace podium::programs
