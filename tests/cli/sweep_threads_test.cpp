// Runs on many threads at once: what comes out is what one thread gives. Under ThreadSanitizer
// these say that runs share nothing they write to.

#include <atomic>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "scripting/sweep_run.hpp"
#include "sim/base/random.hpp"
#include "tests/source_directory.hpp"
#include "ui/cli/job_pool.hpp"
#include "ui/cli/real_files.hpp"
#include "ui/cli/sweep_output.hpp"

namespace podium::cli {
namespace {

void no_progress(std::size_t) {}

// A project, faults and traffic drawn from a number; the variants differ in policy and volume.
std::string random_script(std::uint64_t number) {
    RandomStream random(number, "random_script", 0);
    const auto one_of = [&random](const std::vector<std::string>& texts) {
        return texts[random.below(texts.size())];
    };
    std::string script =
        "scenario{duration = \"70s\"}\n"
        "local policy = param(\"policy\", \"no\")\n"
        "local volume = param(\"volume\", \"notes\")\n"
        "images{\"nginx:latest\", \"redis:latest\", \"busybox:latest\"}\n"
        "compose_text([[\n"
        "services:\n"
        "  web:\n"
        "    image: nginx\n"
        "    restart: ${POLICY}\n"
        "    ports: [\"8080:80\"]\n"
        "  db:\n"
        "    image: redis\n"
        "    restart: ${POLICY}\n"
        "  writer:\n"
        "    image: busybox\n"
        "    restart: ${POLICY}\n"
        "    command: sh -c 'while sleep 1; do echo note >> /data/notes; done'\n"
        "    volumes: [\"${VOLUME}:/data\"]\n"
        "volumes:\n"
        "  notes:\n"
        "  other:\n"
        "]], {environment = {POLICY = policy, VOLUME = volume}})\n";
    for (std::uint64_t i = 1 + random.below(5); i > 0; --i) {
        const std::string fault = one_of({"kill \"web\"",
                                          "kill \"db\"",
                                          "kill(\"writer\", {signal = \"TERM\"})",
                                          "sh \"docker compose rm -sf writer\"",
                                          "sh \"docker compose down -v\"",
                                          "sh \"docker compose up -d\"",
                                          "sh \"docker restart $(docker ps -q)\""});
        script += fmt::format(
            "at(between(\"{}s\", \"55s\"), function() {} end)\n", 5 + random.below(20), fault);
    }
    script += fmt::format(
        "at(\"3s\", function() traffic(\"web:8080\", {{rate = \"{}/s\", lasts = \"60s\"}}) end)\n",
        1 + random.below(20));
    script += one_of({"stable(function() return service(\"web\"):running() end, \"5s\")\n",
                      "at_most(2, \"die web\")\n",
                      "never(function() return service(\"db\"):starts() > 3 end)\n"});
    return script;
}

SweepReport report_of(const std::string& script, const lab::Sweep& sweep, std::size_t threads) {
    const RealFiles files;
    scripting::ScenarioRequest common;
    common.text = script;
    common.name = "random.lua";
    common.directory = "/nowhere";
    common.files = &files;
    common.catalogue = *files.read(test::source_directory() + "/scenarios/images.yaml");
    SweepReport report;
    report.title = "random.lua";
    report.key = "scenario";
    report.services = true;
    report.sweep = sweep;
    report.commands.resize(sweep.variants.size());
    report.runs.resize(sweep.runs());
    std::mutex mutex;
    std::string error;
    run_jobs(
        sweep.runs(),
        threads,
        [&](std::size_t number) {
            scripting::ScenarioRequest one = common;
            one.seed = sweep.seed_of(number);
            one.parameters = sweep.variants[sweep.variant_of(number)].parameters;
            auto run = scripting::sweep_run(std::move(one));
            if (run) {
                report.runs[number] = std::move(*run);
            } else {
                const std::scoped_lock lock(mutex);
                error = run.error().text();
            }
            return run.ok();
        },
        no_progress);
    CHECK(error.empty());
    return report;
}

}  // namespace

TEST_CASE("job pool: every job is done once, on as many threads as are asked for") {
    for (const std::size_t threads : {1U, 2U, 7U, 64U}) {
        std::vector<std::atomic<int>> done(50);
        std::size_t told = 0;
        run_jobs(
            done.size(),
            threads,
            [&done](std::size_t number) {
                ++done[number];
                return true;
            },
            [&told](std::size_t count) {
                CHECK(count >= told);
                told = count;
            });
        CHECK(told == done.size());
        for (const std::atomic<int>& count : done)
            CHECK(count == 1);
    }
    run_jobs(
        0, 4, [](std::size_t) { return false; }, no_progress);
}

TEST_CASE("job pool: after a job that fails none is begun, and all before it have ended") {
    for (const std::size_t threads : {1U, 3U}) {
        std::mutex mutex;
        std::set<std::size_t> done;
        run_jobs(
            100'000,
            threads,
            [&](std::size_t number) {
                const std::scoped_lock lock(mutex);
                done.insert(number);
                return number != 10;
            },
            no_progress);
        for (std::size_t number = 0; number <= 10; ++number)
            CHECK(done.count(number) == 1);
        CHECK(done.size() < 100'000);
    }
}

TEST_CASE("job pool: what a job throws is thrown where the jobs were asked for") {
    std::atomic<int> done = 0;
    const auto job = [&done](std::size_t number) -> bool {
        ++done;
        if (number == 3) throw std::runtime_error("no more");
        return true;
    };
    CHECK_THROWS_WITH(run_jobs(1'000'000, 2, job, no_progress), "no more");
    CHECK(done < 1'000'000);
}

TEST_CASE("sweep: random variants come out the same on one thread, on three, and again") {
    std::size_t failed = 0;
    std::size_t lost_data = 0;
    std::size_t outages = 0;
    for (std::uint64_t number = 1; number <= 8; ++number) {
        INFO(fmt::format("random script {}:\n{}", number, random_script(number)));
        const std::string script = random_script(number);
        const lab::Sweep sweep{*lab::cross_settings({"policy=no",
                                                     "policy=always",
                                                     "policy=on-failure:1",
                                                     "volume=notes",
                                                     "volume=other"}),
                               number * 100,
                               2};
        const SweepReport one = report_of(script, sweep, 1);
        const SweepReport three = report_of(script, sweep, 3);
        const SweepReport again = report_of(script, sweep, 3);
        REQUIRE(sweep_json(one) == sweep_json(three));
        REQUIRE(sweep_json(three) == sweep_json(again));
        REQUIRE(sweep_text(one) == sweep_text(three));
        REQUIRE(sweep_csv(one) == sweep_csv(three));
        REQUIRE(sweep_runs_csv(one) == sweep_runs_csv(three));
        failed += lab::failed_runs(one.runs);
        for (const lab::SweepRun& run : one.runs) {
            lost_data += run.outcome.lost_bytes() > 0 ? 1U : 0U;
            outages +=
                run.outcome.services.empty() ? 0 : run.outcome.services.front().outages.size();
        }
    }
    // They are worth something: checks failed, data was lost, services were out.
    CHECK(failed > 0);
    CHECK(lost_data > 0);
    CHECK(outages > 0);
}

}  // namespace podium::cli
