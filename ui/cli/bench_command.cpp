// podium bench: the lab's benchmarks with this machine's clock and memory.

#include <unistd.h>

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/lab/bench.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
#include "ui/cli/lab_program.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/real_files.hpp"

namespace podium::cli {
namespace {

double monotonic_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::int64_t resident_bytes() {
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        long whole = 0;
        if (std::fscanf(file, "%ld %ld", &whole, &pages) != 2) pages = 0;
        std::fclose(file);
    }
    return static_cast<std::int64_t>(pages) * sysconf(_SC_PAGESIZE);
}

std::int64_t peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

Result<std::string> read_catalogue() {
    const auto data = data_directory();
    if (!data) return data.error();
    return RealFiles().read(*data + "/scenarios/images.yaml");
}

lab::BenchGauges gauges() { return {monotonic_seconds, resident_bytes, peak_bytes}; }

// Prints a benchmark's line, or says what went wrong.
int show(const Result<std::string>& line) {
    if (!line) {
        complain(line.error().text());
        return kOwnFault;
    }
    fmt::print("{}", *line);
    return kAllWell;
}

// --containers of a benchmark that takes one number.
Result<std::uint32_t> containers_of(const BenchOptions& options, std::uint32_t usual, std::uint32_t most) {
    const std::string& text = options.containers;
    if (text.empty()) return usual;
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1)
        return Error{fmt::format("--containers can't be '{}'", text), {}, fmt::format("bench {} takes a number from 1 to {}", options.name, most)};
    if (number > most) return Error{fmt::format("bench {} has at most {} containers; give --containers a smaller number", options.name, most), {}, {}};
    return number;
}

int churn(const BenchOptions& options) {
    lab::ChurnWish wish;
    constexpr std::uint32_t kMostContainers = 10'000'000;
    const auto containers = containers_of(options, wish.containers, kMostContainers);
    if (!containers) return bad_input(containers.error());
    wish.containers = *containers;
    wish.events = options.events.value_or(wish.events);
    wish.seed = options.seed;
    return show(lab::run_churn(wish, gauges()));
}

int raft(const BenchOptions& options) {
    lab::RaftWish wish;
    wish.seed = options.seed;
    return show(lab::run_raft_bench(wish, gauges()));
}

int health(const BenchOptions& options) {
    lab::HealthWish wish;
    const auto containers = containers_of(options, wish.containers, wish.containers);
    if (!containers) return bad_input(containers.error());
    wish.containers = *containers;
    wish.seed = options.seed;
    const auto catalogue = read_catalogue();
    return show(catalogue ? Result<std::string>(lab::run_health(wish, *catalogue, gauges())) : catalogue);
}

int swarm(const BenchOptions& options) {
    lab::SwarmWish wish;
    wish.nodes = static_cast<std::uint32_t>(options.nodes.value_or(wish.nodes));
    wish.services = static_cast<std::uint32_t>(options.services.value_or(wish.services));
    wish.tasks = static_cast<std::uint32_t>(options.tasks.value_or(wish.tasks));
    wish.seed = options.seed;
    if (!options.image.empty()) wish.image = options.image;
    const auto catalogue = read_catalogue();
    if (!catalogue) return show(catalogue);
    wish.catalogue = *catalogue;
    return show(lab::run_swarm_bench(wish, gauges()));
}

int traffic(const BenchOptions& options) {
    lab::TrafficWish wish;
    wish.seed = options.seed;
    const auto catalogue = read_catalogue();
    if (!catalogue) return show(catalogue);
    wish.catalogue = *catalogue;
    return show(lab::run_traffic_bench(wish, gauges()));
}

// The desktop's own program draws: this one links neither a window nor ImGui.
int ui(const BenchOptions& options) {
    constexpr std::uint64_t kUsualSeed = 1;
    if (options.seed != kUsualSeed) return bad_input({"bench ui has no chance in it", {}, "leave --seed away"});
    std::vector<std::string> arguments{"--bench", "ui"};
    if (!options.containers.empty()) arguments.insert(arguments.end(), {"--containers", options.containers});
    return start_lab(arguments);
}

struct Benchmark {
    std::string_view name;
    int (*run)(const BenchOptions& options);
    std::string_view flags;  // Those it knows beside --seed.
};

constexpr Benchmark kBenchmarks[] = {
    {"churn", churn, "--containers --events"}, {"health", health, "--containers"},
    {"raft", raft, ""},                        {"swarm", swarm, "--nodes --services --tasks --image"},
    {"traffic", traffic, ""},                 {"ui", ui, "--containers"},
};

}  // namespace

int bench_command(const BenchOptions& options) {
    const auto* found = std::find_if(std::begin(kBenchmarks), std::end(kBenchmarks), [&](const Benchmark& one) { return one.name == options.name; });
    if (found == std::end(kBenchmarks)) {
        std::string names;
        for (const Benchmark& one : kBenchmarks) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
        complain(fmt::format("there is no benchmark '{}'; there are: {}", options.name, names));
        return kBadInput;
    }
    const std::pair<std::string_view, bool> given[] = {{"--containers", !options.containers.empty()},
                                                       {"--events", options.events.has_value()},
                                                       {"--nodes", options.nodes.has_value()},
                                                       {"--services", options.services.has_value()},
                                                       {"--tasks", options.tasks.has_value()},
                                                       {"--image", !options.image.empty()}};
    for (const auto& [flag, is_given] : given) {
        if (!is_given || found->flags.find(flag) != std::string_view::npos) continue;
        complain(fmt::format("bench {} has no {}; {}", found->name, flag, found->flags.empty() ? "it has only --seed" : fmt::format("it has --seed {}", found->flags)));
        return kBadInput;
    }
    return found->run(options);
}

}  // namespace podium::cli
