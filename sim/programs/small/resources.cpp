#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/tmpfs.hpp"
#include "sim/model/volume.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

// free, df, du: what of memory and disk is used.

namespace podium::programs::small {
namespace {

/// "1.5G" as -h has it: rounded up, one decimal below ten.
std::string human(std::int64_t bytes) {
    constexpr std::string_view kUnits = "BKMGT";
    std::int64_t unit = 1;
    std::size_t i = 0;
    while (i + 1 < kUnits.size() && bytes >= unit * 1024) {
        unit *= 1024;
        ++i;
    }
    if (i == 0) return bytes == 0 ? "0" : fmt::format("{}", bytes);
    const std::int64_t tenths = (bytes * 10 + unit - 1) / unit;
    return tenths < 100 ? fmt::format("{}.{}{}", tenths / 10, tenths % 10, kUnits[i])
                        : fmt::format("{}{}", (tenths + 9) / 10, kUnits[i]);
}

struct FileSystem {
    std::string device;
    std::string mounted;
    std::int64_t limit_bytes = 0;  ///< Of a tmpfs.
    std::int64_t used_bytes = 0;   ///< Of a tmpfs.
};

/// Bytes in a directory and all below it, printed from the deepest up as du does.
std::int64_t usage(Tool& tool, const std::string& path, int depth, int most_depth, bool in_human) {
    const shell::FileInfo info = tool.system.stat(path);
    constexpr std::int64_t kBlock = 4096;
    if (!info.is_directory) return (info.size_bytes + kBlock - 1) / kBlock * kBlock;
    std::int64_t sum = kBlock;
    std::vector<std::string> names;
    tool.system.list(path, names);
    for (const std::string& name : names)
        sum += usage(tool, path_below(path, name), depth + 1, most_depth, in_human);
    if (depth <= most_depth)
        tool.print(
            fmt::format("{}\t{}\n", in_human ? human(sum) : fmt::format("{}", sum / 1024), path));
    return sum;
}

/// busybox 1.35, df.c, has places of its own; coreutils 9.1, df.c (get_field_list, print_table), fits each column, but for
/// the least widths of its fields.
std::vector<std::string> df_heads(const Tool& tool, const Options& options) {
    const std::string blocks = options.has('m') ? "1M-blocks" : tool.gnu && options.has('P') ? "1024-blocks" : "1K-blocks";
    const bool human = options.has('h');
    std::vector<std::string> heads = {"Filesystem", human ? "Size" : blocks, "Used", human && tool.gnu ? "Avail" : "Available", tool.gnu && options.has('P') ? "Capacity" : "Use%", "Mounted on"};
    if (tool.gnu && options.has('T')) heads.insert(heads.begin() + 1, "Type");
    return heads;
}

std::string busybox_table(const std::vector<std::vector<std::string>>& rows) {
    std::string out;
    for (const std::vector<std::string>& row : rows) out += fmt::format("{:<20} {:>9} {:>9} {:>9} {:>4} {}\n", row[0], row[1], row[2], row[3], row[4], row[5]);
    return out;
}

std::string fitted_table(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t kNumbers = 4;  // before the last column, right-aligned
    const std::size_t last = rows.front().size() - 1;
    const std::size_t texts = last - kNumbers;
    std::vector<std::size_t> widths = {14, 5, 5, 5, 4};
    if (texts > 1) widths.insert(widths.begin() + 1, 4);
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < last; ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < last; ++i)
            out += i < texts ? fmt::format("{:<{}} ", row[i], widths[i]) : fmt::format("{:>{}} ", row[i], widths[i]);
        out += row[last] + "\n";
    }
    return out;
}

}  // namespace

int run_free(Tool& tool) {
    const auto options =
        tool.options({"bkmgh", {{"human", 'h'}, {"mebi", 'm'}, {"bytes", 'b'}}, "clsStw"});
    if (!options) return 1;
    const model::Host& host = tool.context.world().host(tool.context.row().host);
    const std::int64_t total = host.spec.memory_bytes;
    const std::int64_t used = std::min(total, host.memory_used_bytes);
    const std::int64_t unit = options->has('b')   ? 1
                              : options->has('m') ? 1 << 20
                              : options->has('g') ? 1 << 30
                                                  : 1024;
    const auto text = [&](std::int64_t bytes) {
        if (!options->has('h')) return fmt::format("{}", bytes / unit);
        std::string out = human(bytes);
        // procps names the unit of every number, bytes as B.
        if (tool.gnu) out += out.back() > '9' ? 'i' : 'B';
        return out;
    };
    if (!tool.gnu) {
        // busybox 1.35: columns of twelve.
        tool.print(fmt::format("       {:>12}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "total", "used", "free", "shared", "buff/cache", "available"));
        tool.print(fmt::format("Mem:   {:>12}{:>12}{:>12}{:>12}{:>12}{:>12}\n", text(total), text(used), text(total - used), text(0), text(0), text(total - used)));
        tool.print(fmt::format("Swap:  {:>12}{:>12}{:>12}\n", text(0), text(0), text(0)));
        return 0;
    }
    tool.print(
        "               total        used        free      shared  buff/cache   available\n");
    tool.print(fmt::format("Mem:     {:>11} {:>11} {:>11} {:>11} {:>11} {:>11}\n",
                           text(total),
                           text(used),
                           text(total - used),
                           text(0),
                           text(0),
                           text(total - used)));
    tool.print(fmt::format("Swap:    {:>11} {:>11} {:>11}\n", text(0), text(0), text(0)));
    return 0;
}

int run_df(Tool& tool) {
    const auto options = tool.options({"hkmPT", {{"human-readable", 'h'}}, "aBiltx"});
    if (!options) return 1;
    const model::Process& self = tool.context.row();
    const model::World& world = tool.context.world();
    const model::Host& host = world.host(self.host);
    std::vector<FileSystem> systems = {{self.container ? "overlay" : "/dev/vda1", "/", 0, 0}};
    if (self.container) {
        for (const model::MountPoint& point : world.detail(self.container).mounts) {
            const bool own = point.mount.kind == model::MountKind::Tmpfs;
            const model::Volume* volume = point.mount.kind == model::MountKind::Volume ? &world.volume(point.volume) : nullptr;
            const bool memory = own || (volume != nullptr && model::volume_kind(*volume) == model::VolumeKind::Memory);
            const std::int64_t limit = own ? model::tmpfs_limit(world, self.host, point.mount) : memory ? model::tmpfs_limit(world, *volume) : 0;
            systems.push_back({memory ? "tmpfs" : "/dev/vda1", point.mount.target, limit < 0 ? host.spec.memory_bytes : limit,
                               own ? point.tmpfs.size_bytes() : memory ? volume->files.size_bytes() : 0});
        }
    }
    const std::int64_t total = host.spec.disk_bytes;
    const std::int64_t used = std::min(total, host.disk_used_bytes + host.disk_filled_bytes);
    const bool in_human = options->has('h');
    const bool types = tool.gnu && options->has('T');
    const auto text = [&](std::int64_t bytes) {
        return in_human ? human(bytes)
                        : fmt::format("{}", bytes / (options->has('m') ? 1 << 20 : 1024));
    };
    std::vector<std::vector<std::string>> rows = {df_heads(tool, *options)};
    for (const FileSystem& system : systems) {
        if (!options->operands.empty()) {
            const std::string path = tool.context.absolute_path(options->operands.front());
            const auto holds = [&path](const FileSystem& one) { return path == one.mounted || model::is_path_below(path, one.mounted); };
            const bool nearer = std::any_of(systems.begin(), systems.end(), [&](const FileSystem& other) {
                return other.mounted.size() > system.mounted.size() && holds(other);
            });
            if (!holds(system) || nearer) continue;
        }
        const bool memory = system.device == "tmpfs";
        const std::int64_t size = memory ? system.limit_bytes : total;
        const std::int64_t taken = memory ? system.used_bytes : used;
        const std::int64_t percent = size > 0 ? (taken * 100 + size - 1) / size : 0;
        rows.push_back({system.device, text(size), text(taken), text(size - taken), fmt::format("{}%", percent), system.mounted});
        if (types) rows.back().insert(rows.back().begin() + 1, memory ? "tmpfs" : system.device == "overlay" ? "overlay" : "ext4");
    }
    tool.print(tool.gnu ? fitted_table(rows) : busybox_table(rows));
    return 0;
}

int run_du(Tool& tool) {
    const auto options =
        tool.options({"hskd:",
                      {{"human-readable", 'h'}, {"summarize", 's'}, {"max-depth", 'd'}},
                      "abcDHlLmPSx"});
    if (!options) return 1;
    std::int64_t depth = options->has('s') ? 0 : INT32_MAX;
    if (options->has('d') && (!parse_integer(options->value('d'), depth) || depth < 0)) {
        tool.complain(fmt::format("invalid maximum depth '{}'", options->value('d')));
        return 1;
    }
    std::vector<std::string> paths = options->operands;
    if (paths.empty()) paths.emplace_back(".");
    int status = 0;
    for (const std::string& path : paths) {
        const shell::FileInfo info = tool.system.stat(path);
        if (!info.exists) {
            tool.complain(tool.gnu ? fmt::format("cannot access '{}'", path) : path,
                          Errno::NoEntry);
            status = 1;
            continue;
        }
        const std::int64_t sum = usage(tool,
                                       path,
                                       0,
                                       static_cast<int>(std::min<std::int64_t>(depth, INT32_MAX)),
                                       options->has('h'));
        if (!info.is_directory)
            tool.print(fmt::format(
                "{}\t{}\n", options->has('h') ? human(sum) : fmt::format("{}", sum / 1024), path));
    }
    return status;
}

}  // namespace podium::programs::small
