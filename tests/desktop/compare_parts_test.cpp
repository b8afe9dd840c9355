#include "ui/desktop/panels/compare_parts.hpp"

#include <catch2/catch.hpp>

using namespace podium::desktop;

TEST_CASE("desktop: all values of a scenario's first parameter are compared until others are chosen") {
    Lists lists;
    lists.parameters = {"policy=no|always", "volume=named|none"};
    lists.schedulers = {"spread", "binpack"};
    std::vector<VariantChoice> choices = choices_of(lists);
    REQUIRE(choices.size() == 3);
    CHECK(variants_of(choices) == 2);
    intent::Compare wanted = wanted_of(choices, 20);
    CHECK(wanted.settings == std::vector<std::string>{"policy=no", "policy=always"});
    CHECK(wanted.schedulers.empty());
    CHECK(wanted.seeds == 20);
    choices[2].chosen = {true, true};
    CHECK(variants_of(choices) == 4);
    CHECK(wanted_of(choices, 20).schedulers == lists.schedulers);
    choices[0].chosen = {true, false};
    choices[2].chosen = {false, false};
    CHECK(variants_of(choices) == 1);
}

TEST_CASE("desktop: a variant's run opens with its seed, its parameters and its scheduler") {
    CompareView compare;
    compare.scenario = "restart/policies";
    compare.made_of = {{{"policy=no"}, "spread"}, {{"policy=always"}, ""}};
    const intent::Open first = opening(compare, 0, 7);
    CHECK(first.name == "restart/policies");
    CHECK(*first.seed == 7);
    CHECK(first.settings == std::vector<std::string>{"policy=no"});
    CHECK(first.scheduler == "spread");
}
