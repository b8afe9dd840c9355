// The small value types: ids, interner, fingerprint, box and result.

#include <memory>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/base/box.hpp"
#include "sim/base/fingerprint.hpp"
#include "sim/base/interner.hpp"
#include "sim/base/result.hpp"

using namespace podium;

TEST_CASE("an id is none until it is given, and ids compare by number") {
    CHECK_FALSE(FactId{});
    CHECK(FactId{1});
    CHECK(FactId{1} < FactId{2});
}

TEST_CASE("interning gives ids in order of first use, and the same text the same id") {
    Interner interner;
    CHECK(interner.id("") == StringId{});
    CHECK(interner.id("web") == StringId{1});
    CHECK(interner.id("db") == StringId{2});
    CHECK(interner.id("web") == StringId{1});
    CHECK(interner.text(StringId{2}) == "db");
    CHECK(interner.text(StringId{}).empty());
    CHECK(interner.find("db") == StringId{2});
    CHECK_FALSE(interner.find("cache"));
    CHECK_FALSE(Interner{}.find("web"));
    CHECK(interner.size() == 2);
}

TEST_CASE("an interner keeps its ids as it grows, and a copy goes on by itself") {
    Interner interner;
    for (int i = 0; i < 20'000; ++i) interner.id("name " + std::to_string(i));
    Interner copy = interner;
    copy.id("only in the copy");
    for (int i = 0; i < 20'000; ++i) {
        const std::string name = "name " + std::to_string(i);
        const StringId id{static_cast<std::uint32_t>(i + 1)};
        REQUIRE(interner.find(name) == id);
        REQUIRE(copy.text(id) == name);
    }
    CHECK_FALSE(interner.find("only in the copy"));
    CHECK(interner.memory_bytes() > 20'000 * 9);
}

TEST_CASE("an interner tells texts with a NUL apart, and takes a part of one of its own texts") {
    Interner interner;
    const std::string with_nul("a\0b", 3);
    CHECK(interner.id("a") != interner.id(with_nul));
    CHECK(interner.text(interner.find(with_nul)) == with_nul);
    const StringId whole = interner.id("container.die");
    const StringId part = interner.id(interner.text(whole).substr(0, 9));
    CHECK(interner.text(part) == "container");
}

TEST_CASE("a fingerprint is pinned, and depends on every value and their order") {
    const auto print = [](std::uint64_t a, std::uint64_t b) {
        Fingerprint fingerprint;
        fingerprint.add(a);
        fingerprint.add(b);
        return fingerprint.value();
    };
    Fingerprint pinned;
    pinned.add(1);
    pinned.add_text("web");
    CHECK(pinned.value() == 0x70188BDDA17DD33DULL);
    CHECK(print(1, 2) == print(1, 2));
    CHECK(print(1, 2) != print(2, 1));
    CHECK(print(0, 0) != Fingerprint{}.value());
    Fingerprint split_early;
    split_early.add_text("a");
    split_early.add_text("bc");
    Fingerprint split_late;
    split_late.add_text("ab");
    split_late.add_text("c");
    CHECK_FALSE(split_early == split_late);
}

namespace {

struct Shape {
    virtual ~Shape() = default;
    [[nodiscard]] virtual std::unique_ptr<Shape> clone() const = 0;
    [[nodiscard]] virtual int corners() const = 0;
};

struct Triangle : Shape {
    [[nodiscard]] std::unique_ptr<Shape> clone() const override { return std::make_unique<Triangle>(*this); }
    [[nodiscard]] int corners() const override { return 3; }
};

Result<int> half(int number) {
    if (number % 2 != 0) return Error{"odd number", {"numbers.txt", 3, 7}, "write an even one"};
    return number / 2;
}

Result<void> require_even(int number) {
    if (const auto result = half(number); !result) return result.error();
    return {};
}

}  // namespace

TEST_CASE("a box is copied with its owner") {
    Box<std::string> empty;
    CHECK_FALSE(empty);
    Box<std::string> box;
    box.ensure() = "first";
    Box<std::string> copy = box;
    *copy = "second";
    CHECK(*box == "first");
    CHECK(box.ensure() == "first");
    copy = box;
    CHECK(*copy == "first");
    copy = empty;
    CHECK(copy.get() == nullptr);
    Box<std::string> moved = std::move(box);
    CHECK(moved->size() == 5);
    moved.reset();
    CHECK_FALSE(moved);
}

TEST_CASE("a box copies a derived value whole") {
    const Box<Shape> box(std::make_unique<Triangle>());
    const Box<Shape> copy = box;
    CHECK(copy->corners() == 3);
    CHECK(copy.get() != box.get());
}

TEST_CASE("a result holds a value or an error that says where and what to do") {
    CHECK(half(8).ok());
    CHECK(*half(8) == 4);
    const auto odd = half(7);
    REQUIRE_FALSE(odd);
    CHECK(odd.error().text() == "numbers.txt:3:7: odd number (write an even one)");
    CHECK(require_even(2).ok());
    CHECK(require_even(1).error().message == "odd number");
    Result<std::unique_ptr<int>> owner = std::make_unique<int>(5);
    CHECK(*std::move(*owner) == 5);
}

TEST_CASE("a place leaves out what is not known") {
    CHECK(Place{}.text().empty());
    CHECK(Place{"compose.yaml", 0, 0}.text() == "compose.yaml");
    CHECK(Place{"compose.yaml", 4, 0}.text() == "compose.yaml:4");
    CHECK(Place{"compose.yaml", 4, 9}.text() == "compose.yaml:4:9");
    CHECK(Place{"", 4, 9}.text() == "line 4:9");
    CHECK(Error{"no such file", {}, ""}.text() == "no such file");
}
