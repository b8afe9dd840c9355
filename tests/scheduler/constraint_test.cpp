// Placement constraints: what swarmkit's constraint.go accepts, refuses and matches.

#include "sim/orch/scheduler/constraint.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/scheduler/builders.hpp"

namespace podium {
namespace {

using scheduler::NodeDescription;
using scheduler::parse_constraints;
using scheduler::Role;

std::string error_of(const std::string& text) {
    const auto parsed = parse_constraints({text});
    return parsed ? "" : parsed.error().message;
}

bool holds(const std::string& text, const NodeDescription& node) {
    return scheduler::matches(test::constraints({text}), node);
}

TEST_CASE("constraint: what is malformed is refused in swarmkit's words") {
    CHECK(error_of("node.role=manager") == "constraint expected one operator from ==, !=");
    CHECK(error_of("") == "constraint expected one operator from ==, !=");
    CHECK(error_of("==manager") == "key '' is invalid");
    CHECK(error_of("a==b") == "key 'a' is invalid");
    CHECK(error_of("1node==x") == "key '1node' is invalid");
    CHECK(error_of("node role==x") == "key 'node role' is invalid");
    CHECK(error_of("node.role==") == "value '' is invalid");
    CHECK(error_of("node.role==a,b") == "value 'a,b' is invalid");
    CHECK(error_of("node.id==~x") == "value '~x' is invalid");
    // The first operator of the list that occurs is the one, wherever it stands.
    CHECK(error_of("node.a!=b==c") == "key 'node.a!=b' is invalid");
    CHECK(error_of("node.a==b==c") == "value 'b==c' is invalid");
    CHECK(error_of(" node.labels.x == a b ").empty());
    CHECK(error_of("node.labels.x==a:b_c.*()?+[]\\^$|/").empty());
}

TEST_CASE("constraint: keys and values are compared without regard to case, labels' names with") {
    auto node = test::node(1, {{"Disk", "SSD"}});
    node.role = Role::Manager;
    CHECK(holds("node.role==MANAGER", node));
    CHECK(holds("NODE.ROLE == manager", node));
    CHECK_FALSE(holds("node.role!=manager", node));
    CHECK(holds("node.labels.Disk==ssd", node));
    CHECK(holds("Node.Labels.Disk==ssd", node));
    CHECK_FALSE(holds("node.labels.disk==ssd", node));
    CHECK(holds("node.labels.disk!=ssd", node));
    CHECK(holds("node.hostname==N1", node));
    CHECK(holds("node.id==ID1", node));
    CHECK(holds("node.platform.os==linux", node));
    CHECK(holds("node.platform.arch==x86_64", node));
    CHECK_FALSE(holds("node.platform.arch==amd64", node));
    node.engine_labels["rack"] = "r7";
    CHECK(holds("engine.labels.rack==r7", node));
    CHECK_FALSE(holds("engine.labels.rack!=r7", node));
}

TEST_CASE("constraint: there are no wildcards, and an unknown key never holds") {
    const auto node = test::node(1, {{"zone", "a1"}});
    CHECK_FALSE(holds("node.labels.zone==a*", node));
    CHECK_FALSE(holds("node.colour==red", node));
    CHECK_FALSE(holds("node.colour!=red", node));
    CHECK_FALSE(holds("node.labels.==a", node));
}

TEST_CASE("constraint: addresses are compared as addresses and networks") {
    const auto node = test::node(1);  // 10.77.0.11
    CHECK(holds("node.ip==10.77.0.11", node));
    CHECK_FALSE(holds("node.ip!=10.77.0.11", node));
    CHECK(holds("node.ip==10.77.0.0/16", node));
    CHECK_FALSE(holds("node.ip==10.78.0.0/16", node));
    CHECK(holds("node.ip!=10.78.0.0/16", node));
    CHECK(holds("node.ip==0.0.0.0/0", node));
    CHECK(holds("node.ip==::ffff:10.77.0.11", node));
    CHECK(holds("node.ip!=2001:db8::2", node));
    CHECK(holds("node.ip!=2001:db8::/32", node));
    // Malformed ones refuse every node, whatever the operator.
    for (const char* text : {"node.ip!=10.77.0",
                             "node.ip!=10.77.0.256",
                             "node.ip!=10.0.0.0/33",
                             "node.ip!=1:2:3",
                             "node.ip!=::1::",
                             "node.ip!=host"}) {
        INFO(text);
        CHECK_FALSE(holds(text, node));
    }
    auto six = test::node(2);
    six.address = "2001:db8::2";
    CHECK(holds("node.ip==2001:db8:0:0:0:0:0:2", six));
    CHECK(holds("node.ip==2001:db8::/32", six));
    CHECK_FALSE(holds("node.ip==2001:db9::/32", six));
    CHECK_FALSE(holds("node.ip==0.0.0.0/0", six));
}

}  // namespace
}  // namespace podium
