#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "sim/base/calendar.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

constexpr std::size_t kTerminalColumns = 80;
constexpr std::array<std::string_view, 12> kMonthNames = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Entry {
    std::string name;
    shell::FileInfo info;
};

struct Wish {
    bool all = false;
    bool almost_all = false;
    bool long_lines = false;
    bool one_a_line = false;
    bool recursive = false;
    bool by_time = false;
    bool by_size = false;
    bool reverse = false;
    bool directory_itself = false;
    bool classify = false;
    bool human = false;
};

std::string mode_text(const shell::FileInfo& info) {
    constexpr int kType = 0170000;
    constexpr int kSocket = 0140000;  // stat(2): S_IFMT, S_IFSOCK
    std::string out = info.is_directory ? "d" : (info.mode & kType) == kSocket ? "s" : "-";
    constexpr std::string_view kLetters = "rwxrwxrwx";
    for (int i = 0; i < 9; ++i)
        out += (info.mode & (0400 >> i)) != 0 ? kLetters[static_cast<std::size_t>(i)] : '-';
    if ((info.mode & 01000) != 0) out.back() = out.back() == 'x' ? 't' : 'T';
    return out;
}

std::string size_text(std::int64_t bytes, bool human) {
    if (!human || bytes < 1024) return fmt::format("{}", bytes);
    constexpr std::string_view kUnits = "KMGT";
    std::int64_t unit = 1024;
    std::size_t i = 0;
    while (i + 1 < kUnits.size() && bytes >= unit * 1024) {
        unit *= 1024;
        ++i;
    }
    const std::int64_t tenths = (bytes * 10 + unit - 1) / unit;  // rounded up, as ls does
    return tenths < 100 ? fmt::format("{}.{}{}", tenths / 10, tenths % 10, kUnits[i])
                        : fmt::format("{}{}", (tenths + 9) / 10, kUnits[i]);
}

std::string shown_size(const Entry& entry, bool human) { return size_text(entry.info.is_directory ? 4096 : entry.info.size_bytes, human); }

// coreutils fits the sizes to the longest of them, BusyBox has nine places.
std::string long_line(const Tool& tool, const Entry& entry, bool human, std::size_t widest) {
    const model::Host& host = tool.context.world().host(tool.context.row().host);
    const CivilTime at = civil_time(host.stamped(entry.info.modified), host.clock_skew);
    const std::string date = fmt::format("{} {:2} {:02}:{:02}",
                                         kMonthNames[static_cast<std::size_t>(at.month - 1)],
                                         at.day,
                                         at.hour,
                                         at.minute);
    const int links = entry.info.is_directory ? 2 : 1;
    if (tool.gnu)
        return fmt::format("{} {} root root {:>{}} {} {}\n",
                           mode_text(entry.info),
                           links,
                           shown_size(entry, human),
                           widest,
                           date,
                           entry.name);
    return fmt::format("{} {:4} {:8} {:8} {:>9} {} {}\n",
                       mode_text(entry.info),
                       links,
                       "root",
                       "root",
                       shown_size(entry, human),
                       date,
                       entry.name);
}

/// coreutils, ls.c (calculate_columns): as many columns as fit when each is as wide as its longest name. (It fills up with
/// tabs where it can, which looks the same.)
std::string in_fitted_columns(const std::vector<Entry>& entries) {
    constexpr std::size_t kNarrowest = 3;  // a name of one letter and the gap
    std::size_t columns = std::max<std::size_t>(1, std::min(kTerminalColumns / kNarrowest, entries.size()));
    std::size_t rows = 0;
    std::vector<std::size_t> widths;
    for (;; --columns) {
        rows = (entries.size() + columns - 1) / columns;
        widths.assign(columns, kNarrowest);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const std::size_t column = i / rows;
            const std::size_t gap = column + 1 == columns ? 0 : 2;
            widths[column] = std::max(widths[column], entries[i].name.size() + gap);
        }
        if (columns == 1 || std::accumulate(widths.begin(), widths.end(), std::size_t{0}) < kTerminalColumns) break;
    }
    std::string out;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = row; i < entries.size(); i += rows)
            out += i + rows < entries.size() ? fmt::format("{:<{}}", entries[i].name, widths[i / rows]) : entries[i].name;
        out += '\n';
    }
    return out;
}

/// Columns filled from top to bottom, as many as fit, all of the same width: BusyBox.
std::string in_columns(const std::vector<Entry>& entries) {
    std::size_t widest = 0;
    for (const Entry& entry : entries)
        widest = std::max(widest, entry.name.size());
    const std::size_t columns = std::max<std::size_t>(1, kTerminalColumns / (widest + 2));
    const std::size_t rows = (entries.size() + columns - 1) / columns;
    std::string out;
    for (std::size_t row = 0; row < rows; ++row) {
        std::string line;
        for (std::size_t i = row; i < entries.size(); i += rows) {
            line += entries[i].name;
            if (i + rows < entries.size()) line.append(widest + 2 - entries[i].name.size(), ' ');
        }
        out += line + "\n";
    }
    return out;
}

void print_entries(Tool& tool, std::vector<Entry> entries, const Wish& wish, bool total) {
    if (wish.by_time)
        std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return a.info.modified > b.info.modified;
        });
    if (wish.by_size)
        std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return a.info.size_bytes > b.info.size_bytes;
        });
    if (wish.reverse) std::reverse(entries.begin(), entries.end());
    if (wish.classify) {
        for (Entry& entry : entries)
            entry.name += entry.info.is_directory ? "/" : (entry.info.mode & 0111) != 0 ? "*" : "";
    }
    if (wish.long_lines) {
        std::int64_t blocks = 0;
        for (const Entry& entry : entries)
            blocks += entry.info.is_directory ? 4 : (entry.info.size_bytes + 4095) / 4096 * 4;
        if (total)
            tool.print(fmt::format(
                "total {}\n",
                wish.human ? size_text(blocks * 1024, true) : fmt::format("{}", blocks)));
        std::size_t widest = 0;
        for (const Entry& entry : entries) widest = std::max(widest, shown_size(entry, wish.human).size());
        for (const Entry& entry : entries)
            tool.print(long_line(tool, entry, wish.human, widest));
    } else if (wish.one_a_line || !tool.system.is_terminal(1)) {
        for (const Entry& entry : entries)
            tool.print(entry.name + "\n");
    } else {
        tool.print(tool.gnu ? in_fitted_columns(entries) : in_columns(entries));
    }
}

void print_directory(
    Tool& tool, const std::string& path, const Wish& wish, bool with_name, bool& first) {
    if (!std::exchange(first, false)) tool.print("\n");
    if (with_name) tool.print(path + ":\n");
    std::vector<std::string> names;
    tool.system.list(path, names);
    if (wish.all) names.insert(names.begin(), {".", ".."});
    std::vector<Entry> entries;
    for (const std::string& name : names) {
        if (name.starts_with('.') && !wish.all && !wish.almost_all) continue;
        entries.push_back({name, tool.system.stat(path_below(path, name))});
    }
    print_entries(tool, entries, wish, true);
    if (!wish.recursive) return;
    for (const Entry& entry : entries) {
        if (entry.info.is_directory && entry.name != "." && entry.name != "..")
            print_directory(tool, path_below(path, entry.name), wish, true, first);
    }
}

}  // namespace

int run_ls(Tool& tool) {
    const auto options = tool.options({"laA1RtSrdFhC",
                                       {{"all", 'a'},
                                        {"almost-all", 'A'},
                                        {"recursive", 'R'},
                                        {"reverse", 'r'},
                                        {"directory", 'd'},
                                        {"human-readable", 'h'},
                                        {"classify", 'F'},
                                        {"color", 'C'}},
                                       "bBcDfgGHiIkLmnNopqQsTuUvwxXZ"});
    if (!options) return tool.gnu ? 2 : 1;
    Wish wish{.all = options->has('a'),
              .almost_all = options->has('A'),
              .long_lines = options->has('l'),
              .one_a_line = options->has('1'),
              .recursive = options->has('R'),
              .by_time = options->has('t'),
              .by_size = options->has('S'),
              .reverse = options->has('r'),
              .directory_itself = options->has('d'),
              .classify = options->has('F'),
              .human = options->has('h')};
    std::vector<std::string> paths = options->operands;
    if (paths.empty()) paths.emplace_back(".");
    std::sort(paths.begin(), paths.end());
    int status = 0;
    std::vector<Entry> files;
    std::vector<std::string> directories;
    for (const std::string& path : paths) {
        const shell::FileInfo info = tool.system.stat(path);
        if (!info.exists) {
            tool.complain(tool.gnu ? fmt::format("cannot access '{}'", path) : path,
                          Errno::NoEntry);
            status = tool.gnu ? 2 : 1;
        } else if (info.is_directory && !wish.directory_itself) {
            directories.push_back(path);
        } else {
            files.push_back({path, info});
        }
    }
    bool first = files.empty();
    if (!files.empty()) print_entries(tool, files, wish, false);
    for (const std::string& directory : directories)
        print_directory(tool, directory, wish, paths.size() > 1 || wish.recursive, first);
    return status;
}

}  // namespace podium::programs::small
