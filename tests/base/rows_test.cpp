// What keeps rows small and found fast: texts, lists and maps that are rarely there, and sorted rows.

#include <iterator>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/id.hpp"
#include "sim/base/literal.hpp"
#include "sim/base/random.hpp"
#include "sim/base/rare_map.hpp"
#include "sim/base/rare_text.hpp"
#include "sim/base/rare_vector.hpp"
#include "sim/base/sorted_rows.hpp"

using namespace podium;

TEST_CASE("what is rarely there takes a pointer's room while it is not") {
    static_assert(sizeof(Literal) == sizeof(void*));
    static_assert(sizeof(RareText) == sizeof(void*));
    static_assert(sizeof(RareVector<int>) == sizeof(void*));
    static_assert(sizeof(RareMap<int, int>) == sizeof(void*));
}

TEST_CASE("a rare text is what it was given last, and copies do not share it") {
    RareText text;
    CHECK(text.empty());
    CHECK(text.text().empty());
    CHECK(text == RareText());
    text = std::string("no suitable node");
    RareText copy = text;
    text = "";
    CHECK(text.empty());
    CHECK(copy == "no suitable node");
    const std::string& same = copy;
    CHECK(same == "no suitable node");
    CHECK(std::string(copy.begin(), copy.end()) == same);
    copy.clear();
    CHECK(copy == text);
}

TEST_CASE("literals are equal by what they say") {
    const std::string lasting = "started";
    CHECK(Literal() == "");
    CHECK(Literal().empty());
    CHECK(Literal("started") == Literal::of_lasting(lasting));
    CHECK_FALSE(Literal("started") == Literal("starting"));
    CHECK(Literal("started") == std::string_view("started"));
}

TEST_CASE("rare lists and maps are those they were given") {
    RareVector<int> list;
    CHECK((list.empty() && list.size() == 0 && list.begin() == list.end()));
    list.push_back(3);
    list = std::vector<int>{list.front(), 4};
    CHECK(list.vector() == std::vector<int>{3, 4});
    CHECK(RareVector<int>(std::vector<int>()) == RareVector<int>());
    RareMap<std::string, int> map = {{"one", 1}};
    const RareMap<std::string, int> before = map;
    map["two"] = 2;
    CHECK_FALSE(map.emplace("one", 7).second);
    CHECK(map.map() == std::map<std::string, int>{{"one", 1}, {"two", 2}});
    CHECK((before.size() == 1 && before.contains("one") && before.find("two") == before.end() && before.at("one") == 1));
    CHECK(map.erase("two") == 1);
    CHECK(map == before);
    map.clear();
    CHECK((map.empty() && map.count("one") == 0 && map.erase("one") == 0));
}

TEST_CASE("a rare map that may be written has nothing in it for who only looks") {
    RareMap<std::string, int> map;
    CHECK((map.begin() == map.end() && map.find("one") == map.end()));
    static_assert(std::is_same_v<decltype(map.begin()), decltype(std::as_const(map).begin())>);
    static_assert(std::is_same_v<decltype(map.end()), decltype(map.find("one"))>);
    for (const auto& [name, number] : map) FAIL(name << " is " << number);
    map["one"] = 1;
    CHECK((map.find("one") == map.begin() && map.find("two") == map.end()));
    map.change_each([](int& number) { number += 6; });
    CHECK(map.at("one") == 7);
    map.erase("one");
    map.change_each([](int&) { FAIL("there is nothing in it"); });
    CHECK((map.find("one") == map.end() && map == RareMap<std::string, int>()));
}

TEST_CASE("sorted rows hold what a map holds, and references to them last") {
    using Key = Id<struct RowTag>;
    RandomStream random(1, 2, 3);
    SortedRows<Key, std::string> rows;
    std::map<Key, std::string> map;
    std::size_t place = 0;
    std::string& lasts = rows[Key{500}];
    map[Key{500}];
    for (int i = 0; i < 3000; ++i) {
        const Key key{static_cast<std::uint32_t>(random.below(400))};
        if (random.below(3) == 0) {
            CHECK(rows.erase(key) == map.erase(key));
        } else {
            rows[key] += "x";
            map[key] += "x";
        }
        REQUIRE(rows.contains(key) == map.contains(key));
        REQUIRE((rows.find(key) == rows.end() || rows.find(key)->second == map.at(key)));
        // Whatever has come and gone since the place was that of another row.
        if (rows.contains(key)) REQUIRE(&rows.at(key, place) == &rows.at(key));
        REQUIRE(&rows.at(Key{500}, place) == &lasts);
        REQUIRE(rows.find(key, random.below(500)) == rows.find(key));
    }
    std::vector<Key> seen;
    const auto ends_at = std::prev(map.end(), 3)->first;
    CHECK(rows.any_from_last([&](Key key, const std::string& text) {
        CHECK(text == map.at(key));
        seen.push_back(key);
        return key == ends_at;
    }));
    CHECK(seen == std::vector<Key>{std::prev(map.end(), 1)->first, std::prev(map.end(), 2)->first, ends_at});
    CHECK_FALSE(rows.any_from_last([](Key, const std::string&) { return false; }));
    lasts = "still there";
    map[Key{500}] = "still there";
    const auto equals = [&map](const SortedRows<Key, std::string>& some) {
        return std::equal(some.begin(), some.end(), map.begin(), map.end(), [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; });
    };
    CHECK(rows.size() == map.size());
    CHECK(equals(rows));
    SortedRows<Key, std::string> copy = rows;
    for (auto& [key, text] : rows) text = "other";
    CHECK(equals(copy));
    rows.clear();
    CHECK(rows.empty());
    CHECK(copy.at(Key{500}) == "still there");
}
