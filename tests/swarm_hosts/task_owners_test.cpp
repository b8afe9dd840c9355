// Whose agents' requests are.

#include <vector>

#include <catch2/catch.hpp>

#include "sim/orch/swarm/hosts/task_owners.hpp"

namespace podium::swarm {

TEST_CASE("task owners: a request's place is another's when it is used again, and what is forgotten is nobody's") {
    TaskRequests requests;
    const model::RequestId first{2, 1};
    const model::RequestId again{2, 2};
    CHECK(!requests.owner({}).host);
    CHECK(!requests.owner(first).host);
    requests.forget(first);
    requests.note(first, {model::HostId{3}, TaskId{7}});
    CHECK(requests.owner(first).host == model::HostId{3});
    CHECK(requests.owner(first).task == TaskId{7});
    CHECK(!requests.owner(again).host);
    CHECK(!requests.owner({1, 1}).host);
    requests.note(again, {model::HostId{4}, TaskId{8}});
    CHECK(!requests.owner(first).host);
    requests.forget(first);  // which is no more
    std::vector<model::RequestId> all;
    requests.for_each([&all](model::RequestId request, const TaskOwner& owner) {
        all.push_back(request);
        CHECK(owner.task == TaskId{8});
    });
    CHECK(all == std::vector{again});
    requests.forget(again);
    CHECK(!requests.owner(again).host);
}

}  // namespace podium::swarm
