// Rows whose copies share what is full, held against a vector.

#include "sim/base/shared_rows.hpp"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace podium;

namespace {

using Rows = SharedRows<std::string>;

void check_same(const Rows& rows, const std::vector<std::string>& plain) {
    REQUIRE(rows.size() == plain.size());
    CHECK(rows.empty() == plain.empty());
    CHECK(std::equal(rows.begin(), rows.end(), plain.begin(), plain.end()));
    CHECK(rows == Rows(plain));
    if (plain.empty()) return;
    CHECK(rows.front() == plain.front());
    CHECK(rows.back() == plain.back());
}

}  // namespace

TEST_CASE("shared rows: added, changed and taken away at the end as of a vector") {
    Rows rows;
    std::vector<std::string> plain;
    RandomStream random(7, "shared rows", 1);
    for (int round = 0; round < 20'000; ++round) {
        // First more come than go, then the other way round.
        const bool grows = random.next() % 100 < (round < 10'000 ? 60U : 40U);
        if (grows || plain.empty()) {
            plain.push_back(std::to_string(round));
            rows.push_back(plain.back());
        } else if (random.next() % 4 == 0) {
            plain.back() += "!";
            rows.back() += "!";
        } else {
            plain.pop_back();
            rows.pop_back();
        }
        if (round % 500 == 0) check_same(rows, plain);
    }
    check_same(rows, plain);
    while (!plain.empty()) {
        plain.pop_back();
        rows.pop_back();
    }
    check_same(rows, plain);
}

TEST_CASE("shared rows: a copy shares full blocks, and neither sees what becomes of the other") {
    Rows rows;
    for (std::size_t i = 0; i < Rows::kRowsPerBlock * 3 + 5; ++i) rows.push_back(std::to_string(i));
    const Rows before = rows;
    CHECK(before.shares(rows, 0));
    CHECK(before.shares(rows, Rows::kRowsPerBlock * 3 - 1));
    CHECK_FALSE(before.shares(rows, Rows::kRowsPerBlock * 3));
    // Back into what is shared, and on from there.
    for (int i = 0; i < 10; ++i) rows.pop_back();
    rows.back() = "changed";
    rows.push_back("new");
    CHECK(before.size() == Rows::kRowsPerBlock * 3 + 5);
    CHECK(before[Rows::kRowsPerBlock * 3 - 6] == std::to_string(Rows::kRowsPerBlock * 3 - 6));
    CHECK(before.back() == std::to_string(Rows::kRowsPerBlock * 3 + 4));
    CHECK(before.shares(rows, Rows::kRowsPerBlock * 2 - 1));
    CHECK_FALSE(before == rows);
}

TEST_CASE("shared rows: searched by halves, forwards and backwards") {
    SharedRows<int> rows;
    for (int i = 0; i < 1'000; ++i) rows.push_back(i * 2);
    for (const int wanted : {-1, 0, 1, 511, 512, 1'997, 1'998, 5'000}) {
        const auto found = std::partition_point(rows.begin(), rows.end(), [wanted](int row) { return row < wanted; });
        const auto plain = std::count_if(rows.begin(), rows.end(), [wanted](int row) { return row < wanted; });
        CHECK(found - rows.begin() == plain);
        CHECK((found == rows.end() || *found >= wanted));
    }
    CHECK(*std::prev(rows.end()) == 1'998);
    CHECK(rows.begin()[300] == 600);
    CHECK(*(2 + rows.begin()) == 4);
    CHECK(rows.begin() < rows.end());
}
