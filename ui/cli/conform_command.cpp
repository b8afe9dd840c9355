// podium conform: replays recordings and says which of them come out.

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/conform/replay.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/real_files.hpp"

namespace podium::cli {
namespace {

namespace fs = std::filesystem;

struct Count {
    int reproduced = 0;
    int all = 0;
    int artefacts = 0;
    int artefacts_reproduced = 0;
    int not_replayed = 0;
    std::string why_not;  // the first reason
};

// A folder's recordings, in order of their names; a file is one itself.
Result<std::vector<std::string>> recordings_below(const std::string& path) {
    std::vector<std::string> out;
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return std::vector<std::string>{path};
    for (fs::recursive_directory_iterator it(path, failed), end; !failed && it != end; it.increment(failed)) {
        if (it->path().extension() == ".jsonl") out.push_back(it->path().string());
    }
    if (failed) return Error{fmt::format("'{}' can't be read: {}", path, failed.message()), {}, {}};
    if (out.empty()) return Error{fmt::format("there are no recordings in '{}'", path), {}, "name a folder with .jsonl files of the reference"};
    std::sort(out.begin(), out.end());
    return out;
}

void print_differences(const conform::CaseResult& result, bool all) {
    const std::size_t shown = all ? result.differences.size() : 1;
    for (std::size_t i = 0; i < shown; ++i) fmt::print("{}  {}: {}\n", i == 0 ? "FAILED  " : "        ", result.name, result.differences[i]);
}

void count_result(const conform::CaseResult& result, bool verbose, Count& count) {
    if (!result.not_replayed.empty()) {
        if (count.not_replayed++ == 0) count.why_not = result.not_replayed;
        if (verbose) fmt::print("not run   {}: {}\n", result.name, result.not_replayed);
    } else if (!result.artefact.empty()) {
        ++count.artefacts;
        count.artefacts_reproduced += result.reproduced() ? 1 : 0;
        fmt::print("artefact  {}: {}: {}\n", result.name, result.artefact, result.reproduced() ? "reproduced all the same" : "not reproduced");
    } else {
        ++count.all;
        count.reproduced += result.reproduced() ? 1 : 0;
        if (!result.reproduced()) print_differences(result, verbose);
        if (result.reproduced() && verbose) fmt::print("ok        {}\n", result.name);
    }
}

// Replays a file. One that can't be read is told, and the others go on.
void replay_file(const std::string& path, const std::string& catalogue, bool verbose, std::map<std::string, Count>& counts, int& unread) {
    const auto text = RealFiles().read(path);
    if (!text) {
        complain(text.error().text());
        ++unread;
        return;
    }
    const auto result = conform::replay_recording(*text, path, catalogue);
    if (!result) {
        complain(result.error().text());
        ++unread;
        return;
    }
    count_result(*result, verbose, counts[result->name.substr(0, result->name.find('/'))]);
}

Count print_counts(const std::map<std::string, Count>& counts) {
    Count total;
    for (const auto& [name, count] : counts) {
        if (counts.size() > 1 && count.all > 0) fmt::print("{}: {} of {}\n", name, count.reproduced, count.all);
        if (count.not_replayed > 0) fmt::print("{}: {} not replayed: {}\n", name, count.not_replayed, count.why_not);
        total.reproduced += count.reproduced;
        total.all += count.all;
        total.artefacts += count.artefacts;
        total.artefacts_reproduced += count.artefacts_reproduced;
        total.not_replayed += count.not_replayed;
    }
    if (total.artefacts > 0) fmt::print("{} of {} artefacts reproduced\n", total.artefacts_reproduced, total.artefacts);
    return total;
}

}  // namespace

int conform_command(const std::vector<std::string>& directories, bool verbose) {
    const RealFiles files;
    const auto data = data_directory();
    if (!data) {
        complain(data.error().text());
        return kOwnFault;
    }
    const auto catalogue = files.read(*data + "/scenarios/images.yaml");
    if (!catalogue) {
        complain(catalogue.error().text());
        return kOwnFault;
    }
    std::vector<std::string> paths;
    for (const std::string& directory : directories) {
        if (!files.exists(directory)) {
            complain(fmt::format("there is no '{}'; name a folder of recordings", directory));
            return kBadInput;
        }
        const auto found = recordings_below(directory);
        if (!found) {
            complain(found.error().text());
            return kBadInput;
        }
        paths.insert(paths.end(), found->begin(), found->end());
    }
    std::map<std::string, Count> counts;
    int unread = 0;
    for (const std::string& path : paths) replay_file(path, *catalogue, verbose, counts, unread);
    const Count total = print_counts(counts);
    if (unread > 0) fmt::print("{} could not be read\n", unread);
    fmt::print("{} of {} traces reproduced\n", total.reproduced, total.all);
    if (unread > 0) return kBadInput;
    if (total.all + total.artefacts == 0) {
        complain("none of these recordings can be replayed; name a folder of recordings of one host");
        return kBadInput;
    }
    return total.reproduced == total.all ? kAllWell : kFailed;
}

}  // namespace podium::cli
