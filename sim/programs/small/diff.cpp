#include <algorithm>
#include <map>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/diff_lines.hpp"
#include "sim/programs/small/programs.hpp"

// diff: GNU's (diffutils 3.8), in the normal and the unified format, and busybox's (1.35), which
// knows the unified one alone and shows no times.

namespace podium::programs::small {
namespace {

constexpr int kTrouble = 2;
constexpr std::int64_t kMostBytes = 8 << 20;  // of a text; what is beyond is not kept by any file

/// diff [-u] [-U LINES] [-qsibwrNa] FIRST SECOND
class Diff final : public Cloned<Diff, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            gnu_ = is_gnu(system);
            if (!begin(system)) return Step::exit(gnu_ ? kTrouble : 1);
        }
        if (!read_streams(system)) return Step::block();
        compare(system, first_, second_);
        return Step::exit(std::max(status_, out_.flush(system, name()).value_or(0)));
    }

  private:
    bool begin(System& system) {
        const Options options = read_options(argv(),
                                             {gnu_ ? "uU:qsibwrNad" : "U:qsibwrNadL:",
                                              {{"unified", 'u'},
                                               {"brief", 'q'},
                                               {"report-identical-files", 's'},
                                               {"ignore-case", 'i'},
                                               {"ignore-space-change", 'b'},
                                               {"ignore-all-space", 'w'},
                                               {"recursive", 'r'},
                                               {"new-file", 'N'},
                                               {"text", 'a'},
                                               {"minimal", 'd'}},
                                              gnu_ ? "BcCDeEfFIlLnpStTWxXyZ" : "BSTt"},
                                             gnu_);
        if (!options.problem.empty()) {
            complain(system, options.problem);
            if (gnu_) complain(system, "Try 'diff --help' for more information.");
            return false;
        }
        if (options.operands.size() != 2) return wrong_count(system, options.operands);
        unified_ = !gnu_ || options.has('u') || options.has('U');
        if (options.has('U') && (!parse_integer(options.value('U'), context_) || context_ < 0)) {
            complain(system, fmt::format("invalid context length '{}'", options.value('U')));
            return false;
        }
        brief_ = options.has('q');
        tells_same_ = options.has('s');
        recursive_ = options.has('r');
        absent_is_empty_ = options.has('N');
        as_text_ = options.has('a');
        comparison_ = {options.has('i'), options.has('b'), options.has('w')};
        labels_ = options.values('L');
        for (std::size_t i = 1; i < argv().size(); ++i) {
            if (argv()[i].starts_with('-') && argv()[i].size() > 1) words_ += argv()[i] + " ";
        }
        first_ = options.operands[0];
        second_ = options.operands[1];
        for (const std::string& path : {first_, second_}) {
            // What a shell's <( ) has made may take its time, as standard input may.
            if (path == "-" || path.starts_with("/dev/fd/") || path == "/dev/stdin") streams_[path].descriptor = path == "-" ? 0 : -1;
        }
        return true;
    }

    bool wrong_count(System& system, const std::vector<std::string>& operands) {
        if (!gnu_) {
            system.write(
                2, "Usage: diff [-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2\n");
        } else if (operands.size() < 2) {
            complain(system,
                     fmt::format("missing operand after '{}'",
                                 operands.empty() ? "diff" : operands.back()));
        } else {
            complain(system, fmt::format("extra operand '{}'", operands[2]));
        }
        if (gnu_) complain(system, "Try 'diff --help' for more information.");
        return false;
    }

    // Standard input and the like, to their ends; false while there is more to come.
    bool read_streams(System& system) {
        constexpr std::size_t kAtOnce = 64U << 10;
        for (auto each = streams_.begin(); each != streams_.end();) {
            Stream& stream = each->second;
            if (stream.descriptor < 0 && system.open(each->first, shell::OpenMode::Read, stream.descriptor) != Errno::None) {
                each = streams_.erase(each);  // read_file() says why.
                continue;
            }
            while (!stream.ended) {
                const shell::ReadResult read = system.read(stream.descriptor, kAtOnce);
                if (read.kind == shell::ReadResult::Kind::WouldBlock) return false;
                stream.ended = read.kind != shell::ReadResult::Kind::Data;
                if (static_cast<std::int64_t>(stream.text.size()) < kMostBytes) stream.text += read.data;
            }
            ++each;
        }
        return true;
    }

    Errno read_file(System& system, const std::string& path, std::string& text) {
        if (const auto stream = streams_.find(path); stream != streams_.end()) {
            text = stream->second.text;
            return Errno::None;
        }
        if (absent_is_empty_ && !system.stat(path).exists) return Errno::None;
        int descriptor = -1;
        if (const Errno error = system.open(path, shell::OpenMode::Read, descriptor);
            error != Errno::None)
            return error;
        while (static_cast<std::int64_t>(text.size()) < kMostBytes) {
            const shell::ReadResult read = system.read(descriptor, kMostBytesAStep);
            if (read.kind != shell::ReadResult::Kind::Data) break;
            text += read.data;
        }
        system.close(descriptor);
        return Errno::None;
    }

    void trouble(System& system, const std::string& path, Errno error) {
        complain(system,
                 gnu_ ? fmt::format("{}: {}", path, errno_text(error))
                      : fmt::format("can't stat '{}': {}", path, errno_text(error)));
        status_ = kTrouble;
    }

    // Two operands, or a file of each of two directories.
    void compare(System& system, std::string first, std::string second) {
        const auto is_directory = [&](const std::string& path) {
            return path != "-" && system.stat(path).is_directory;
        };
        const auto is_there = [&](const std::string& path) {
            return path == "-" || system.stat(path).exists;
        };
        const bool one = is_directory(first);
        const bool two = is_directory(second);
        if (one && !two && second != "-") first = path_below(first, base_name(second));
        if (two && !one && first != "-") second = path_below(second, base_name(first));
        bool there = true;
        for (const std::string& path : {first, second}) {
            if (is_there(path) || absent_is_empty_) continue;
            trouble(system, path, Errno::NoEntry);
            there = false;
        }
        if (!there) return;
        if (one && two) {
            compare_directories(system, first, second);
        } else {
            compare_files(system, first, second, false);
        }
    }

    void compare_directories(System& system, const std::string& first, const std::string& second) {
        std::vector<std::string> ones;
        std::vector<std::string> twos;
        system.list(first, ones);
        system.list(second, twos);
        std::vector<std::string> names = ones;
        names.insert(names.end(), twos.begin(), twos.end());
        std::sort(names.begin(), names.end());
        names.erase(std::unique(names.begin(), names.end()), names.end());
        for (const std::string& name : names) {
            const bool in_one = std::binary_search(ones.begin(), ones.end(), name);
            const bool in_two = std::binary_search(twos.begin(), twos.end(), name);
            if (in_one && in_two) {
                compare_entry(system, path_below(first, name), path_below(second, name));
            } else if (absent_is_empty_) {
                compare_entry(system, path_below(first, name), path_below(second, name));
            } else {
                out_.add(fmt::format("Only in {}: {}\n", in_one ? first : second, name));
                status_ = std::max(status_, 1);
            }
        }
    }

    void compare_entry(System& system, const std::string& one, const std::string& two) {
        const shell::FileInfo first = system.stat(one);
        const shell::FileInfo second = system.stat(two);
        if (first.is_directory || second.is_directory) {
            const bool alike =
                (first.is_directory || !first.exists) && (second.is_directory || !second.exists);
            if (!alike) {
                const auto kind = [](const shell::FileInfo& info) {
                    return info.is_directory ? "directory" : "regular file";
                };
                out_.add(fmt::format("File {} is a {} while file {} is a {}\n",
                                     one,
                                     kind(first),
                                     two,
                                     kind(second)));
                status_ = std::max(status_, 1);
            } else if (recursive_) {
                compare_directories(system, one, two);
            } else if (gnu_) {
                out_.add(fmt::format("Common subdirectories: {} and {}\n", one, two));
            }
            return;
        }
        compare_files(system, one, two, true);
    }

    void compare_files(System& system,
                       const std::string& one,
                       const std::string& two,
                       bool of_directories) {
        std::string first;
        std::string second;
        for (const auto& [path, text] : {std::pair(&one, &first), std::pair(&two, &second)}) {
            if (const Errno error = read_file(system, *path, *text); error != Errno::None) {
                trouble(system, *path, error);
                return;
            }
        }
        const bool binary = !as_text_ && (first.find('\0') != std::string::npos ||
                                          second.find('\0') != std::string::npos);
        Lines ones = split_into_lines(first);
        Lines twos = split_into_lines(second);
        std::vector<Change> changes;
        if (binary) {
            if (first != second) changes.push_back({});
        } else {
            changes = find_changes(ones, twos, comparison_);
        }
        if (changes.empty()) {
            if (tells_same_) out_.add(fmt::format("Files {} and {} are identical\n", one, two));
            return;
        }
        status_ = std::max(status_, 1);
        if (brief_ || binary) {
            out_.add(fmt::format("{}iles {} and {} differ\n",
                                 binary && gnu_ && !brief_ ? "Binary f" : "F",
                                 one,
                                 two));
            return;
        }
        if (of_directories && gnu_) out_.add(fmt::format("diff {}{} {}\n", words_, one, two));
        if (unified_) {
            out_.add(heading(system, "---", one, 0) + heading(system, "+++", two, 1));
            print_unified(ones, twos, changes);
        } else {
            print_normal(ones, twos, changes);
        }
    }

    std::string heading(System& system,
                        std::string_view sign,
                        const std::string& path,
                        std::size_t which) {
        if (which < labels_.size()) return fmt::format("{} {}\n", sign, labels_[which]);
        if (!gnu_) return fmt::format("{} {}\n", sign, path);
        const ProcessContext& context = ProcessContext::of(system);
        const model::Host& host = ProcessContext::of(system).world().host(context.row().host);
        const shell::FileInfo info = system.stat(path);
        const CivilTime at = path == "-" ? civil_time(system.now(), host.clock_skew)
                                         : civil_time(host.stamped(info.modified), host.clock_skew);
        if (path != "-" && !info.exists)
            return fmt::format("{} {}\t1970-01-01 00:00:00.000000000 +0000\n", sign, path);
        return fmt::format("{} {}\t{}-{:02}-{:02} {:02}:{:02}:{:02}.{:09} +0000\n",
                           sign,
                           path,
                           at.year,
                           at.month,
                           at.day,
                           at.hour,
                           at.minute,
                           at.second,
                           at.nanosecond);
    }

    void print_line(std::string_view sign, const Lines& lines, std::size_t index) {
        out_.add(fmt::format("{}{}\n", sign, lines.text[index]));
        if (lines.unended && index + 1 == lines.text.size())
            out_.add("\\ No newline at end of file\n");
    }

    void print_normal(const Lines& ones, const Lines& twos, const std::vector<Change>& changes) {
        // "3,5", one number for one line, and the line before for none.
        const auto range = [](std::size_t begin, std::size_t end) {
            return end - begin > 1 ? fmt::format("{},{}", begin + 1, end)
                                   : fmt::format("{}", end == begin ? begin : end);
        };
        for (const Change& change : changes) {
            const bool removes = change.first_end > change.first;
            const bool adds = change.second_end > change.second;
            out_.add(fmt::format("{}{}{}\n",
                                 range(change.first, change.first_end),
                                 removes && adds ? 'c'
                                 : removes       ? 'd'
                                                 : 'a',
                                 range(change.second, change.second_end)));
            for (std::size_t i = change.first; i < change.first_end; ++i)
                print_line("< ", ones, i);
            if (removes && adds) out_.add("---\n");
            for (std::size_t i = change.second; i < change.second_end; ++i)
                print_line("> ", twos, i);
        }
    }

    void print_unified(const Lines& ones, const Lines& twos, const std::vector<Change>& changes) {
        const auto context = static_cast<std::size_t>(std::min<std::int64_t>(context_, kMostBytes));
        for (std::size_t begin = 0; begin < changes.size();) {
            std::size_t end = begin + 1;
            while (end < changes.size() &&
                   changes[end].first - changes[end - 1].first_end <= 2 * context)
                ++end;
            print_hunk(ones,
                       twos,
                       {changes.begin() + static_cast<std::ptrdiff_t>(begin),
                        changes.begin() + static_cast<std::ptrdiff_t>(end)},
                       context);
            begin = end;
        }
    }

    void print_hunk(const Lines& ones,
                    const Lines& twos,
                    const std::vector<Change>& changes,
                    std::size_t context) {
        const std::size_t before = std::min(context, changes.front().first);
        const std::size_t after = std::min(context, ones.text.size() - changes.back().first_end);
        const std::size_t first = changes.front().first - before;
        const std::size_t first_end = changes.back().first_end + after;
        const std::size_t second = changes.front().second - before;
        const std::size_t second_end = changes.back().second_end + after;
        const auto range = [](std::size_t from, std::size_t to) {
            return to - from == 1 ? fmt::format("{}", to)
                                  : fmt::format("{},{}", to == from ? from : from + 1, to - from);
        };
        out_.add(
            fmt::format("@@ -{} +{} @@\n", range(first, first_end), range(second, second_end)));
        std::size_t at = first;
        for (const Change& change : changes) {
            for (; at < change.first; ++at)
                print_line(" ", ones, at);
            for (; at < change.first_end; ++at)
                print_line("-", ones, at);
            for (std::size_t i = change.second; i < change.second_end; ++i)
                print_line("+", twos, i);
        }
        for (; at < first_end; ++at)
            print_line(" ", ones, at);
    }

    bool gnu_ = true;
    bool unified_ = false;
    bool brief_ = false;
    bool tells_same_ = false;
    bool recursive_ = false;
    bool absent_is_empty_ = false;
    bool as_text_ = false;
    std::int64_t context_ = 3;
    Comparison comparison_;
    std::vector<std::string> labels_;
    std::string words_;  // the options as given, for the line above a file of a directory
    std::string first_;
    std::string second_;
    struct Stream {
        int descriptor = -1;
        std::string text;
        bool ended = false;
    };
    std::map<std::string, Stream> streams_;
    Output out_;
    int status_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_diff(Start start) {
    return std::make_unique<Diff>(std::move(start));
}

}  // namespace podium::programs::small
