#include "ui/desktop/panels/lesson_parts.hpp"

#include <catch2/catch.hpp>

using namespace podium::desktop;

TEST_CASE("desktop: a long lesson shows the steps around the present one") {
    const auto window = [](std::size_t present, std::size_t count) {
        const StepWindow shown = steps_around(present, count, 6);
        return std::pair{shown.first, shown.last};
    };
    CHECK(window(2, 5) == std::pair<std::size_t, std::size_t>{0, 5});
    CHECK(window(0, 20) == std::pair<std::size_t, std::size_t>{0, 6});
    CHECK(window(7, 20) == std::pair<std::size_t, std::size_t>{6, 12});
    CHECK(window(19, 20) == std::pair<std::size_t, std::size_t>{14, 20});
}

TEST_CASE("desktop: an order is answered by the numbers in which its items were chosen") {
    std::vector<std::size_t> chosen;
    choose(chosen, 2);
    choose(chosen, 0);
    choose(chosen, 1);
    CHECK(order_answer(chosen) == "3 1 2");
    choose(chosen, 0);
    CHECK(order_answer(chosen) == "3 2");
}

TEST_CASE("desktop: the lesson to go on with is the one that was begun, else the first that isn't finished") {
    Lists lists;
    for (const char* name : {"01-first", "02-second", "03-third"}) {
        Lists::Openable row;
        row.name = name;
        row.title = name;
        row.kind = "lesson";
        lists.openables.push_back(row);
    }
    lists.openables[0].finished = true;
    CHECK(lesson_to_go_on_with(lists)->name == "02-second");
    lists.openables[2].begun = true;
    CHECK(lesson_to_go_on_with(lists)->name == "03-third");
    CHECK(openables_of(lists, "lesson", "SECOND 02").size() == 1);
    CHECK(openables_of(lists, "scenario", "").empty());
    for (Lists::Openable& row : lists.openables) row.finished = true;
    CHECK(lesson_to_go_on_with(lists) == nullptr);
}

TEST_CASE("desktop: evidence falls into its moment and its words") {
    const EvidenceParts parts = evidence_parts("1m12.000s  web.1 has died");
    CHECK(parts.moment == "1m12.000s");
    CHECK(parts.words == "web.1 has died");
    CHECK(evidence_parts("no moment").moment.empty());
}
