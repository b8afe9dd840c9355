// Which tasks there are of each slot.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/orch/swarm/leader/slots.hpp"

namespace podium::swarm {
namespace {

constexpr std::uint32_t kServices = 3;
constexpr std::uint32_t kPlaces = 4;

std::vector<SlotKey> all_keys() {
    std::vector<SlotKey> out;
    for (std::uint32_t service = 1; service <= kServices; ++service) {
        for (std::uint32_t place = 0; place <= kPlaces; ++place) {
            if (place != 0) out.push_back({{service}, place, {}});
            out.push_back({{service}, 0, {place}});
        }
    }
    return out;
}

// As a walk through all of them has it; a job's, of slot 0 and on no node, are of none.
std::vector<TaskId> walked(const Store& store, const SlotKey& slot) {
    std::vector<TaskId> out;
    if (slot.slot == 0 && !slot.node) return out;
    store.tasks.for_each([&](std::uint32_t number, const Task& task) {
        if (task.service && slot_of(task) == slot) out.push_back({number});
    });
    return out;
}

}  // namespace

TEST_CASE("slots: their index has what a walk through all tasks finds, in whichever order these come and go") {
    RandomStream random(1, 2, 3);
    Store store;
    SlotIndex index;
    index.begin(store);
    const auto put = [&](std::uint32_t number, std::shared_ptr<const Task> row) {
        const Change change{{Put<Task>{number, std::move(row), kAnyVersion, {}}}, {}, {}};
        for (const Touched& touched : store.apply(change, Time{})) index.touched(store, touched);
    };
    const auto same = [&] {
        SlotIndex fresh;
        fresh.begin(store);
        for (const SlotKey& slot : all_keys()) {
            INFO(slot.service.value << ", slot " << slot.slot << ", node " << slot.node.value);
            CHECK(index.tasks(slot) == walked(store, slot));
            CHECK(fresh.tasks(slot) == walked(store, slot));
        }
    };
    std::set<std::uint32_t> unused;  // what is proposed first may apply last
    std::vector<std::uint32_t> present;
    std::uint32_t last = 0;
    for (int step = 0; step < 600; ++step) {
        while (unused.size() < 5) unused.insert(++last);
        if (present.empty() || random.chance(3, 5)) {
            const std::uint32_t number = *std::next(unused.begin(), static_cast<std::ptrdiff_t>(random.below(unused.size())));
            auto task = std::make_shared<Task>();
            task->meta.id = public_id(Kind::Task, 1, number);
            task->service = {static_cast<std::uint32_t>(random.below(kServices + 1))};  // none: a plain container's
            task->slot = random.below(kPlaces + 1);
            if (task->slot == 0 || random.chance(1, 2)) task->node = {static_cast<std::uint32_t>(random.below(kPlaces + 1))};
            put(number, task);
            unused.erase(number);
            present.push_back(number);
        } else {
            const auto at = present.begin() + static_cast<std::ptrdiff_t>(random.below(present.size()));
            const std::uint32_t number = *at;
            if (random.chance(1, 3)) {
                auto task = std::make_shared<Task>(*store.tasks.find(number));
                task->desired = TaskState::Shutdown;
                if (task->slot != 0) task->node = {1};
                put(number, task);
            } else {
                put(number, nullptr);
                present.erase(at);
            }
        }
        if (step % 10 == 0) same();
    }
    same();
}

}  // namespace podium::swarm
