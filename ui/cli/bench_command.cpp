// podium bench: the lab's benchmarks with this machine's clock and memory.

#include <unistd.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "sim/lab/bench.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/installation.hpp"
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

}  // namespace

namespace {

int traffic_bench(std::uint64_t seed) {
    const auto data = data_directory();
    const auto catalogue = data ? RealFiles().read(*data + "/scenarios/images.yaml") : Result<std::string>(data.error());
    if (!catalogue) {
        complain(catalogue.error().text());
        return kOwnFault;
    }
    lab::TrafficWish wish;
    wish.catalogue = *catalogue;
    wish.seed = seed;
    const auto line = lab::run_traffic_bench(wish, {monotonic_seconds, resident_bytes, peak_bytes});
    if (!line) {
        complain(line.error().text());
        return kOwnFault;
    }
    fmt::print("{}", *line);
    return kAllWell;
}

}  // namespace

int bench_command(const std::string& name, std::uint64_t containers, std::uint64_t events, std::uint64_t seed) {
    if (name == "churn") {
        const lab::BenchGauges gauges{monotonic_seconds, resident_bytes, peak_bytes};
        lab::ChurnWish wish;
        wish.containers = static_cast<std::uint32_t>(std::min<std::uint64_t>(containers, 10'000'000));
        wish.events = events;
        wish.seed = seed;
        fmt::print("{}", lab::run_churn(wish, gauges));
        return kAllWell;
    }
    if (name == "traffic") return traffic_bench(seed);
    if (name == "raft") {
        lab::RaftWish wish;
        wish.seed = seed;
        fmt::print("{}", lab::run_raft_bench(wish, {monotonic_seconds, resident_bytes, peak_bytes}));
        return kAllWell;
    }
    if (name == "health") {
        const lab::BenchGauges gauges{monotonic_seconds, resident_bytes, peak_bytes};
        lab::HealthWish wish;
        wish.containers = static_cast<std::uint32_t>(std::min<std::uint64_t>(containers, 10'000));
        wish.seed = seed;
        const auto catalogue = read_catalogue();
        if (!catalogue) {
            complain(catalogue.error().text());
            return kBadInput;
        }
        fmt::print("{}", lab::run_health(wish, *catalogue, gauges));
        return kAllWell;
    }
    complain(fmt::format("there is no benchmark '{}'; there are: churn, health, raft, traffic", name));
    return kBadInput;
}

}  // namespace podium::cli
