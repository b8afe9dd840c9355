#include <functional>
#include <utility>

#include <catch2/catch.hpp>

#include "sim/orch/scheduler/placer.hpp"
#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::Chosen;
using scheduler::Group;
using scheduler::NodeNumber;
using scheduler::Opinion;
using scheduler::Placer;
using scheduler::Question;

/// A policy made of two functions, which counts what it is asked.
class Made final : public scheduler::Policy {
  public:
    using Judge = std::function<Result<Opinion>(const Question&, bool& looked_at_task)>;
    using Reason = std::function<std::string(const Question&)>;

    explicit Made(Judge judge, Reason reason = {})
        : judge_(std::move(judge)), reason_(std::move(reason)) {}

    [[nodiscard]] std::string_view name() const override { return "made"; }

    [[nodiscard]] std::unique_ptr<scheduler::Decision> decide() const override {
        return std::make_unique<Deciding>(*this);
    }

    mutable int asked = 0;

  private:
    class Deciding final : public scheduler::Decision {
      public:
        explicit Deciding(const Made& policy) : policy_(policy) {}

        Result<Opinion> judge(const Question& question) override {
            ++policy_.asked;
            return policy_.judge_(question, looked_);
        }

        Result<std::string> reason(const Question& question) override {
            return policy_.reason_ ? policy_.reason_(question) : std::string();
        }

        [[nodiscard]] bool looked_at_task() const override { return looked_; }

      private:
        const Made& policy_;
        bool looked_ = false;
    };

    Judge judge_;
    Reason reason_;
};

Group group_of(scheduler::TaskShape shape, std::uint64_t count) {
    Group group{std::move(shape), "web", {}, {}};
    for (std::uint64_t slot = 1; slot <= count; ++slot)
        group.tasks.push_back({slot, 0});
    return group;
}

std::vector<NodeNumber> nodes_of(const std::vector<Chosen>& chosen) {
    std::vector<NodeNumber> out;
    for (const Chosen& one : chosen)
        out.push_back(one.node);
    return out;
}

Result<std::vector<Chosen>> place(Placer& placer,
                                  const Group& group,
                                  const scheduler::Policy& policy,
                                  std::uint64_t seed = 1) {
    RandomStream random(seed, "test", 0);
    return placer.place(group, {}, random, policy);
}

Result<Opinion> fullest(const Question& question, bool& /*looked*/) {
    return Opinion{question.node.number == 3,
                   static_cast<double>(question.node.use.reserved.nano_cpus)};
}

TEST_CASE("policy: the highest score gets the task, filters hold all the same") {
    auto placer = test::nodes(3);
    auto half = test::shape();
    half.reservations = {test::kCpu, 0, {}};
    placer.task_added(2, use_of(half));
    const Made policy(fullest, [](const Question& question) {
        return question.node.number == 3 ? "is kept free" : "it is fullest";
    });
    const auto placed = place(placer, group_of(half, 5), policy);
    REQUIRE(placed);
    CHECK(nodes_of(*placed) == std::vector<NodeNumber>{2, 1, 1, 0, 0});
    CHECK((*placed)[0].reason == "it is fullest");
    const std::string why =
        "insufficient resources on 2 nodes; policy made refuses 1 node: is kept free";
    CHECK((*placed)[3].reason == why);
    CHECK((*placed)[4].reason == why);
}

TEST_CASE("policy: nodes it is indifferent to are taken as the spread strategy takes them") {
    auto placer = test::nodes(4);
    placer.task_added(1, use_of(test::shape(1)));  // of the service itself
    placer.task_added(2, use_of(test::shape(9)));
    placer.task_added(2, use_of(test::shape(9)));
    const Made policy([](const Question&, bool&) { return Opinion{}; });
    const auto placed = place(placer, group_of(test::shape(1), 4), policy);
    REQUIRE(placed);
    // Two empty nodes in any order, then the one without a task of the service, then by all tasks.
    CHECK(test::per_node({nodes_of(*placed)[0], nodes_of(*placed)[1]}) ==
          test::PerNode{{3, 1}, {4, 1}});
    CHECK(nodes_of(*placed)[2] == 2);
    // Equal to the last: chance decides, and the same seed decides the same.
    auto again = test::nodes(4);
    again.task_added(1, use_of(test::shape(1)));
    again.task_added(2, use_of(test::shape(9)));
    again.task_added(2, use_of(test::shape(9)));
    CHECK(nodes_of(*place(again, group_of(test::shape(1), 4), policy)) == nodes_of(*placed));
}

TEST_CASE("policy: a group asks about every node once, and about the chosen one again") {
    auto placer = test::nodes(100);
    const Made policy([](const Question& question, bool&) {
        return Opinion{false, static_cast<double>(question.node.number)};
    });
    REQUIRE(place(placer, group_of(test::shape(), 500), policy));
    CHECK(policy.asked == 100 + 499);
    CHECK(placer.node(100)->use.active == 500);
}

TEST_CASE("policy: one that tells the tasks of a group apart is asked about each") {
    auto placer = test::nodes(3);
    const Made policy(
        [](const Question& question, bool& looked) {
            looked = true;
            return Opinion{question.node.number != question.task.slot, 0};
        },
        [](const Question& question) {
            return "is not for slot " + std::to_string(question.task.slot);
        });
    const auto placed = place(placer, group_of(test::shape(), 4), policy);
    REQUIRE(placed);
    CHECK(nodes_of(*placed) == std::vector<NodeNumber>{1, 2, 3, 0});
    CHECK((*placed)[3].reason == "policy made refuses 3 nodes: is not for slot 4");
}

TEST_CASE("policy: several reasons are told with their nodes, the most frequent first") {
    auto placer = test::nodes(7);
    const Made policy(
        [](const Question&, bool&) {
            return Opinion{true, 0};
        },
        [](const Question& question) -> std::string {
            switch (question.node.number) {
                case 1:
                    return "a";
                case 2:
                case 3:
                    return "b";
                case 4:
                    return "c";
                case 5:
                    return "d";
                default:
                    return "";
            }
        });
    const auto placed = place(placer, group_of(test::shape(), 1), policy);
    REQUIRE(placed);
    CHECK((*placed)[0].reason ==
          "policy made refuses 7 nodes: b (2 nodes), a (1 node), c (1 node) and 1 more");
}

TEST_CASE("policy: after its error nothing is placed") {
    auto placer = test::nodes(2);
    int left = 4;
    const Made policy([&left](const Question&, bool&) -> Result<Opinion> {
        if (--left < 0) return Error{"it can't", {"made", 3, 0}, {}};
        return Opinion{};
    });
    const auto placed = place(placer, group_of(test::shape(), 5), policy);
    REQUIRE_FALSE(placed);
    CHECK(placed.error().text() == "made:3: it can't");
    for (const NodeNumber node : {1U, 2U}) {
        CHECK(placer.node(node)->use.active == 0);
        CHECK(placer.node(node)->use.active_of(1) == 0);
    }
}

TEST_CASE("policy: a node's outages are counted each time it stops answering") {
    auto placer = test::nodes(1);
    auto node = test::node(1);
    for (int i = 0; i < 2; ++i) {
        node.ready = false;
        placer.set_node(node);
        placer.set_node(node);
        node.ready = true;
        placer.set_node(node);
    }
    CHECK(placer.node(1)->use.outages == 2);
    placer.remove_node(1);
    placer.set_node(node);
    CHECK(placer.node(1)->use.outages == 0);
}

}  // namespace
}  // namespace podium
