#include <catch2/catch.hpp>

#include "sim/base/assert.hpp"
#include "sim/base/interner.hpp"
#include "sim/base/result.hpp"
#include "tests/base/death.hpp"

using namespace podium;
using Catch::Matchers::Contains;

TEST_CASE("a failed assertion says what should have held, where, and how to replay the run") {
    const std::string words = last_words_of([] {
        set_replay_hint("podium replay run.podium --at 1m30s");
        PODIUM_ASSERT(1 + 1 == 3, "numbers add up");
    });
    CHECK_THAT(words, Contains("internal error: numbers add up"));
    CHECK_THAT(words, Contains("1 + 1 == 3"));
    CHECK_THAT(words, Contains("assert_test.cpp:"));
    CHECK_THAT(words, Contains("replay: podium replay run.podium --at 1m30s"));
}

TEST_CASE("an assertion that holds says nothing") {
    CHECK(last_words_of([] { PODIUM_ASSERT(1 + 1 == 2, "numbers add up"); }) == "it did not abort");
}

TEST_CASE("reading what is not there is a programmer's error") {
    CHECK_THAT(last_words_of([] { (void)Result<int>(Error{"none", {}, ""}).value(); }), Contains("only when there is one"));
    CHECK_THAT(last_words_of([] { (void)Result<int>(1).error(); }), Contains("only when there is one"));
    CHECK_THAT(last_words_of([] { (void)Interner{}.text(StringId{1}); }), Contains("by the interner that made it"));
}
