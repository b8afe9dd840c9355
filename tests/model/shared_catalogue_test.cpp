#include <catch2/catch.hpp>

#include "sim/model/shared_catalogue.hpp"

namespace podium::model {
namespace {

std::string catalogue_named(const std::string& summary) {
    return "default: {repository: d, summary: s, versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n"
           "images:\n"
           "  - {repository: x, summary: " + summary + ", versions: [{tags: [latest], layers: [{size: 1MB}]}], run: {kind: tcp}}\n";
}

std::string summary_of(const Catalogue& catalogue) { return catalogue.find(parse_image_reference("x").value())->profile->summary; }

}  // namespace

TEST_CASE("shared catalogue: a text is read once, another one by itself") {
    const auto first = shared_catalogue(catalogue_named("first"), "c.yaml").value();
    CHECK(summary_of(*first) == "first");
    CHECK(summary_of(*shared_catalogue(catalogue_named("second"), "c.yaml").value()) == "second");
    CHECK(shared_catalogue(catalogue_named("first"), "c.yaml").value() == first);
}

TEST_CASE("shared catalogue: the one asked for least recently is given up, and stays with those who have it") {
    const auto oldest = shared_catalogue(catalogue_named("oldest"), "c.yaml").value();
    const std::weak_ptr<const Catalogue> watched = shared_catalogue(catalogue_named("watched"), "c.yaml").value();
    for (std::size_t i = 0; i + 1 < kMostSharedCatalogues; ++i) {
        REQUIRE(shared_catalogue(catalogue_named("n" + std::to_string(i)), "c.yaml").ok());
    }
    CHECK_FALSE(watched.expired());
    REQUIRE(shared_catalogue(catalogue_named("one more"), "c.yaml").ok());
    CHECK(watched.expired());
    CHECK(summary_of(*oldest) == "oldest");
    CHECK(shared_catalogue(catalogue_named("oldest"), "c.yaml").value() != oldest);
}

TEST_CASE("shared catalogue: what can't be read is an error each time") {
    CHECK(shared_catalogue("images: 3", "a.yaml").error().place.file == "a.yaml");
    CHECK(shared_catalogue("images: 3", "b.yaml").error().place.file == "b.yaml");
}
}  // namespace podium::model
