// The tables, read back.

#include "sim/lab/export_csv.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include "sim/base/csv.hpp"
#include "sim/view/summary.hpp"
#include "tests/lab/export_fixture.hpp"
#include "tests/lab/look_lines.hpp"

namespace podium::lab {
namespace {

using Rows = std::vector<std::map<std::string, std::string>>;

// Each row by its columns' names; every row has as many cells as there are names.
std::map<std::string, Rows> tables_of(const Session& session) {
    std::map<std::string, Rows> out;
    const std::vector<CsvTable> tables = export_csv(session);
    REQUIRE(tables.size() == csv_table_names().size());
    for (std::size_t i = 0; i < tables.size(); ++i) {
        INFO(tables[i].name);
        CHECK(tables[i].name == csv_table_names()[i]);
        const auto rows = read_csv(tables[i].text);
        REQUIRE_FALSE(rows.empty());
        Rows& read = out[tables[i].name];
        for (std::size_t k = 1; k < rows.size(); ++k) {
            REQUIRE(rows[k].size() == rows[0].size());
            read.emplace_back();
            for (std::size_t column = 0; column < rows[0].size(); ++column) read.back()[rows[0][column]] = rows[k][column];
        }
    }
    return out;
}

std::map<std::string, std::string> row_with(const Rows& rows, const std::string& column, const std::string& value) {
    for (const auto& row : rows) {
        if (row.at(column) == value) return row;
    }
    FAIL("no row with " << column << " " << value);
    return {};
}

}  // namespace

TEST_CASE("csv: a cell with a comma, a quote or a line's end is quoted, and reads back") {
    const std::vector<std::string> cells{"plain", "a,b", "say \"hi\"", "two\nlines", "\r", "", " blank "};
    CHECK(csv_line(cells) == "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\r\",, blank \n");
    CHECK(read_csv(csv_line(cells)) == std::vector<std::vector<std::string>>{cells});
}

TEST_CASE("csv: every fact is a row, with its cause, and all its fields as JSON") {
    for (const Session& session : {busy_run(), hostile_run(), swarm_run()}) {
        const Rows facts = tables_of(session).at("facts.csv");
        REQUIRE(facts.size() == session.journal().size());
        session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
            const auto& row = facts[fact.id.value - 1];
            CHECK(row.at("fact") == std::to_string(fact.id.value));
            CHECK(row.at("cause") == (fact.cause ? std::to_string(fact.cause.value) : ""));
            CHECK_FALSE(row.at("kind").empty());
            CHECK(nlohmann::json::parse(row.at("fields")).at("fact") == fact.id.value);
        });
    }
}

TEST_CASE("csv: times are seconds, exact to the nanosecond") {
    const Session session = busy_run();
    const Rows facts = tables_of(session).at("facts.csv");
    session.journal().for_each(session.journal().first(), [&](const Fact& fact) {
        const std::string& text = facts[fact.id.value - 1].at("time_s");
        const std::size_t point = text.find('.');
        std::string digits = text.substr(0, point);
        std::string part = point == std::string::npos ? "" : text.substr(point + 1);
        part.resize(9, '0');
        CHECK(std::stoll(digits + part) == fact.time.nanoseconds);
    });
}

TEST_CASE("csv: services and outages are those of the summary, and containers are told apart") {
    const Session session = busy_run();
    const auto tables = tables_of(session);
    std::size_t outages = 0;
    for (const view::ServiceSummary& service : view::summarise(session.world(), fact_catalogue(), session.now())) {
        const auto row = row_with(tables.at("services.csv"), "service", service.service);
        CHECK(row.at("starts") == std::to_string(service.starts));
        CHECK(row.at("restarts") == std::to_string(service.restarts));
        CHECK(row.at("at_the_end") == service.at_the_end());
        outages += service.outages.size();
    }
    CHECK(tables.at("outages.csv").size() == outages);
    CHECK(outages > 3);
    // db was removed and made anew.
    CHECK(tables.at("containers.csv").size() == 4);
    const auto job = row_with(tables.at("containers.csv"), "container", "job");
    CHECK(job.at("last_exit") == "3");
    CHECK(job.at("at_the_end") == "exited");
    CHECK(job.at("image") == "busybox");
    const auto host = row_with(tables.at("hosts.csv"), "host", "host");
    CHECK(host.at("times_down") == "1");
    CHECK(std::stod(host.at("down_s")) > 10);  // off for ten seconds, and then it boots
    CHECK(std::stod(host.at("answers_s")) + std::stod(host.at("engine_away_s")) + std::stod(host.at("down_s")) == Approx(145));
    const auto traffic = row_with(tables.at("traffic.csv"), "traffic", "visitors");
    CHECK(std::stoi(traffic.at("sent")) == std::stoi(traffic.at("answered")) + std::stoi(traffic.at("failed")) + std::stoi(traffic.at("in_flight")));
    CHECK(traffic.at("failures").find("refused") != std::string::npos);
}

TEST_CASE("csv: what was lost with its host or ended unseen doesn't run, and of no answer there is no latency") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.run("docker run -d --name web nginx");
    run.run("docker run -d --name job busybox sleep 10");
    run.session().post({run.session().now(), CommandKind::Traffic, "host", "web:8080 rate=10/s name=nobody", {}});
    run.session().post({run.session().now(), CommandKind::EngineSignal, "host", "KILL", {}});
    run.wait(seconds(20));
    auto tables = tables_of(run.session());
    CHECK(row_with(tables.at("containers.csv"), "container", "web").at("at_the_end") == "running");
    CHECK(row_with(tables.at("containers.csv"), "container", "job").at("at_the_end") == "ended, not noticed yet");
    const auto nobody = row_with(tables.at("traffic.csv"), "traffic", "nobody");
    CHECK(nobody.at("answered") == "0");
    for (const char* column : {"median_s", "p95_s", "p99_s", "longest_s"}) CHECK(nobody.at(column).empty());
    run.inject("power-loss host");
    run.wait(seconds(1));
    tables = tables_of(run.session());
    CHECK(row_with(tables.at("containers.csv"), "container", "web").at("at_the_end") == "lost with its host");
}

TEST_CASE("csv: of two projects' services of one name each table calls each by its project") {
    typed::ComposeLines run("services: {web: {image: nginx}, db: {image: redis}}\n");
    run.run("docker compose -p shop up -d");
    run.run("docker compose -p blog up -d web");
    run.run("docker compose -p blog kill");
    run.wait(seconds(5));
    const auto tables = tables_of(run.session());
    CHECK(tables.at("services.csv").size() == 3);
    CHECK(row_with(tables.at("services.csv"), "service", "db").at("at_the_end") == "running");
    CHECK(row_with(tables.at("services.csv"), "service", "shop/web").at("at_the_end") == "running");
    CHECK(row_with(tables.at("services.csv"), "service", "blog/web").at("at_the_end") == "down");
    REQUIRE(tables.at("outages.csv").size() == 1);
    CHECK(tables.at("outages.csv").front().at("service") == "blog/web");
    const auto container = row_with(tables.at("containers.csv"), "container", "blog-web-1");
    CHECK(container.at("service") == "blog/web");
    CHECK(container.at("label") == "blog/web.1");
    CHECK(row_with(tables.at("containers.csv"), "container", "shop-db-1").at("label") == "db.1");
    const auto died = row_with(tables.at("facts.csv"), "kind", "container.die");
    CHECK(died.at("service") == "blog/web");
    CHECK(died.at("container") == "blog/web.1");
    CHECK(died.at("who") == "blog/web.1");
}

TEST_CASE("csv: a host that stands still answers nobody") {
    typed::ComposeLines run("services: {web: {image: nginx}}\n");
    run.wait(seconds(10));
    run.inject("freeze host");
    run.wait(seconds(30));
    const auto tables = tables_of(run.session());
    CHECK(std::stod(row_with(tables.at("hosts.csv"), "host", "host").at("answers_s")) == Approx(10));
}

TEST_CASE("csv: a run in which nothing happened has tables with their names alone") {
    for (const CsvTable& table : export_csv(quiet_run())) {
        INFO(table.name);
        CHECK(read_csv(table.text).size() == (table.name == "hosts.csv" ? 2 : 1));
    }
}

}  // namespace podium::lab
