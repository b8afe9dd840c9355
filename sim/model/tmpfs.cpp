#include "sim/model/tmpfs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/volume.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kTmpfsPage = 4096;
constexpr std::int64_t kMostTmpfsBytes = std::int64_t{1} << 60;

// mount/flags_unix.go: those that stand alone.
constexpr auto kTmpfsFlags = std::to_array<std::string_view>(
    {"ro",         "rw",           "suid",   "nosuid",   "dev",     "nodev",    "exec",      "noexec",   "sync",   "async",   "dirsync", "remount",
     "mand",       "nomand",       "atime",  "noatime",  "diratime", "nodiratime", "bind",   "rbind",    "unbindable", "runbindable", "private", "rprivate",
     "shared",     "rshared",      "slave",  "rslave",   "relatime", "norelatime", "strictatime", "nostrictatime", "defaults"});
constexpr auto kTmpfsValues = std::to_array<std::string_view>({"size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"});

// A number as the kernel reads that of an option (lib/kstrtox.c, kstrtouint): base 0 is as C writes numbers.
std::optional<std::uint32_t> kernel_number(std::string_view text, int base) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (base == 0) {
        const bool hexadecimal = text.size() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
        base = hexadecimal ? 16 : text.starts_with('0') ? 8 : 10;
        if (hexadecimal) text.remove_prefix(2);
    }
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return number;
}

// No user's and no group's number (mm/shmem.c, shmem_parse_one: uid_valid, gid_valid).
constexpr std::uint32_t kNobody = UINT32_MAX;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::int64_t tmpfs_limit_of(std::int64_t memory, const std::string& options) {
    const std::int64_t asked = read_tmpfs_options(options, memory).size_bytes.value_or(memory / 2);
    return asked == 0 ? -1 : (asked + kTmpfsPage - 1) / kTmpfsPage * kTmpfsPage;
}

}  // namespace

TmpfsOptions read_tmpfs_options(std::string_view options, std::int64_t memory_bytes) {
    TmpfsOptions out;
    for (const std::string& option : split(std::string(options), ',')) {
        const std::string name = option.substr(0, option.find('='));
        const std::string_view value = std::string_view(option).substr(std::min(name.size() + 1, option.size()));
        if (option == "ro" || option == "rw") out.read_only = option == "ro";
        bool right = true;
        if (name == "mode") {
            const auto mode = kernel_number(value, 8);
            if (mode) out.mode = *mode;
            right = mode.has_value();
        } else if (name == "uid" || name == "gid") {
            right = kernel_number(value, 0).value_or(kNobody) != kNobody;
        } else if (name == "size") {
            const std::int64_t asked = tmpfs_size(value, memory_bytes);
            if (asked >= 0) out.size_bytes = asked;
            right = asked >= 0;
        }
        if (!right && out.wrong.empty()) out.wrong = option;
        const bool unheeded = name == "noexec" || name == "mode" || name == "uid" || name == "gid";
        if (unheeded && right && std::find(out.unheeded.begin(), out.unheeded.end(), name) == out.unheeded.end())
            out.unheeded.push_back(name);
    }
    return out;
}

std::string tmpfs_mistake(std::string_view options) {
    if (options.empty()) return {};
    std::vector<std::string> all = split(std::string(options), ',');
    std::reverse(all.begin(), all.end());
    for (const std::string& option : all) {
        if (is_one_of(kTmpfsFlags, option)) continue;
        const std::size_t equals = option.find('=');
        if (equals == std::string::npos) return fmt::format("Invalid tmpfs option [\"{}\"]", option);
        if (is_one_of(kTmpfsValues, std::string_view(option).substr(0, equals))) continue;
        return fmt::format("Invalid tmpfs option [\"{}\" \"{}\"]", option.substr(0, equals), option.substr(equals + 1));
    }
    return {};
}

std::int64_t tmpfs_size(std::string_view text, std::int64_t memory_bytes) {
    if (text.empty()) return -1;
    std::int64_t factor = 1;
    const char unit = text.back();
    const bool part = unit == '%';
    if (unit == 'k' || unit == 'K') factor = std::int64_t{1} << 10;
    if (unit == 'm' || unit == 'M') factor = std::int64_t{1} << 20;
    if (unit == 'g' || unit == 'G') factor = std::int64_t{1} << 30;
    if (unit == 't' || unit == 'T') factor = std::int64_t{1} << 40;
    if (factor != 1 || part) text.remove_suffix(1);
    std::int64_t number = 0;
    if (!parse_integer(text, number) || number < 0 || number > kMostTmpfsBytes / factor) return -1;
    if (part) {
        constexpr std::int64_t kWhole = 100;
        if (number > kWhole * kWhole) return -1;
        number = memory_bytes / kWhole * number;
    }
    return number * factor;
}

std::int64_t tmpfs_limit(const World& world, HostId host, const Mount& mount) {
    return tmpfs_limit_of(world.host(host).spec.memory_bytes, mount.tmpfs_options);
}

std::int64_t tmpfs_limit(const World& world, const Volume& volume) {
    const auto wished = volume.options.find("o");
    return tmpfs_limit_of(world.host(volume.host).spec.memory_bytes, wished == volume.options.end() ? std::string() : wished->second);
}

bool is_in_memory(const World& world, const FileLocation& location) {
    if (location.tree == FileLocation::Tree::Tmpfs) return true;
    return location.tree == FileLocation::Tree::Volume && volume_kind(world.volume(VolumeId{location.id})) == VolumeKind::Memory;
}

std::int64_t room_in_memory(const World& world, HostId host, const FileLocation& location) {
    constexpr std::int64_t kPlenty = std::int64_t{1} << 60;
    const bool volume = location.tree == FileLocation::Tree::Volume;
    const std::int64_t limit = volume ? tmpfs_limit(world, world.volume(VolumeId{location.id}))
                                      : tmpfs_limit(world, host, world.detail(ContainerId{location.id}).mounts[location.mount].mount);
    return limit < 0 ? kPlenty : std::max<std::int64_t>(0, limit - file_tree(world, location).size_bytes());
}

std::string tmpfs_options_text(bool read_only, std::int64_t mode, std::int64_t size_bytes) {
    std::vector<std::string> out;
    if (read_only) out.emplace_back("ro");
    if (mode != 0) out.push_back(fmt::format("mode={:o}", mode));
    if (size_bytes != 0) {
        std::int64_t size = size_bytes;
        std::string_view unit;
        for (const auto& [name, bytes] : {std::pair<std::string_view, std::int64_t>{"g", std::int64_t{1} << 30}, {"m", std::int64_t{1} << 20}, {"k", std::int64_t{1} << 10}}) {
            if (size % bytes != 0) continue;
            size /= bytes;
            unit = name;
            break;
        }
        out.push_back(fmt::format("size={}{}", size, unit));
    }
    return join(out, ",");
}

}  // namespace podium::model
