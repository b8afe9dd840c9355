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

std::vector<std::string> recordings_below(const std::string& path) {
    std::vector<std::string> out;
    std::error_code failed;
    if (!fs::is_directory(path, failed)) return {path};
    for (fs::recursive_directory_iterator it(path, failed), end; it != end; it.increment(failed)) {
        if (failed) break;
        if (it->path().extension() == ".jsonl") out.push_back(it->path().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

struct Count {
    int reproduced = 0;
    int all = 0;
    int artefacts = 0;
    int artefacts_reproduced = 0;
};

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
    std::map<std::string, Count> counts;
    Count total;
    for (const std::string& directory : directories) {
        if (!files.exists(directory)) {
            complain(fmt::format("there is no '{}'; name a folder of recordings", directory));
            return kBadInput;
        }
        for (const std::string& path : recordings_below(directory)) {
            const auto text = files.read(path);
            if (!text) {
                complain(text.error().text());
                return kBadInput;
            }
            const auto result = conform::replay_recording(*text, path, *catalogue);
            if (!result) {
                complain(result.error().text());
                return kBadInput;
            }
            Count& count = counts[result->name.substr(0, result->name.find('/'))];
            if (!result->artefact.empty()) {
                ++count.artefacts;
                count.artefacts_reproduced += result->reproduced() ? 1 : 0;
                fmt::print("artefact  {}: {}: {}\n", result->name, result->artefact, result->reproduced() ? "reproduced all the same" : "not reproduced");
                continue;
            }
            ++count.all;
            count.reproduced += result->reproduced() ? 1 : 0;
            if (result->reproduced()) {
                if (verbose) fmt::print("ok        {}\n", result->name);
                continue;
            }
            for (std::size_t i = 0; i < (verbose ? result->differences.size() : 1); ++i) fmt::print("{}  {}: {}\n", i == 0 ? "FAILED  " : "        ", result->name, result->differences[i]);
        }
    }
    for (const auto& [name, count] : counts) {
        if (counts.size() > 1) fmt::print("{}: {} of {}\n", name, count.reproduced, count.all);
        total.reproduced += count.reproduced;
        total.all += count.all;
        total.artefacts += count.artefacts;
        total.artefacts_reproduced += count.artefacts_reproduced;
    }
    if (total.artefacts > 0) fmt::print("{} of {} artefacts reproduced\n", total.artefacts_reproduced, total.artefacts);
    fmt::print("{} of {} traces reproduced\n", total.reproduced, total.all);
    return total.reproduced == total.all ? kAllWell : kFailed;
}

}  // namespace podium::cli
