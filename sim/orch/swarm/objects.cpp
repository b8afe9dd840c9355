#include "sim/orch/swarm/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/assert.hpp"
#include "sim/base/random.hpp"

namespace podium::swarm {

std::string public_id(Kind kind, std::uint32_t swarm, std::uint32_t number) {
    constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    constexpr std::array<std::string_view, 7> kNames = {
        "swarm node", "swarm service", "swarm task", "swarm network", "swarm secret", "swarm config",
        "swarm"};
    RandomStream digits(hash_text(kNames.at(static_cast<std::size_t>(kind))), swarm, number);
    std::string id(PublicId::kMost, '0');  // swarmkit identity/randomid.go: 128 bits in base 36
    for (char& digit : id) {
        digit = kDigits[digits.below(kDigits.size())];
    }
    return id;
}

PublicId& PublicId::operator=(std::string_view id) {
    PODIUM_ASSERT(id.size() <= kMost, "a public id has 25 characters");
    size_ = static_cast<std::uint8_t>(std::copy(id.begin(), id.end(), text_.begin()) - text_.begin());
    return *this;
}

std::string_view task_state_name(TaskState state) {
    switch (state) {
        case TaskState::New: return "new";
        case TaskState::Pending: return "pending";
        case TaskState::Assigned: return "assigned";
        case TaskState::Accepted: return "accepted";
        case TaskState::Preparing: return "preparing";
        case TaskState::Ready: return "ready";
        case TaskState::Starting: return "starting";
        case TaskState::Running: return "running";
        case TaskState::Complete: return "complete";
        case TaskState::Shutdown: return "shutdown";
        case TaskState::Failed: return "failed";
        case TaskState::Rejected: return "rejected";
        case TaskState::Remove: return "remove";
        case TaskState::Orphaned: return "orphaned";
    }
    return "";
}

std::string task_name(const Task& task, std::string_view node_id) {
    if (!task.service) return task.meta.id;
    const fmt::format_int slot(task.slot);
    const std::string_view last = task.slot == 0 && !node_id.empty() ? node_id : std::string_view(slot.data(), slot.size());
    std::string name;
    name.reserve(std::string_view(task.service_name).size() + 1 + last.size());
    name += task.service_name;
    name += '.';
    name += last;
    return name;
}

bool operator==(const TaskSpec& a, const TaskSpec& b) {
    return a.force_update == b.force_update && a.container == b.container &&
           a.container_labels == b.container_labels && a.isolation == b.isolation &&
           a.secrets == b.secrets && a.configs == b.configs && a.limits == b.limits &&
           a.reservations == b.reservations && a.pids_limit == b.pids_limit &&
           a.restart == b.restart && a.placement == b.placement && a.networks == b.networks &&
           a.log_driver == b.log_driver && a.log_options == b.log_options && a.runtime == b.runtime &&
           a.detail == b.detail;
}

bool operator==(const ServiceSpec& a, const ServiceSpec& b) {
    const bool same_task =
        a.task == b.task || (a.task != nullptr && b.task != nullptr && *a.task == *b.task);
    return same_task && a.name == b.name && a.labels == b.labels && a.mode == b.mode &&
           a.update == b.update && a.rollback == b.rollback && a.endpoint == b.endpoint;
}

ContainerKey::ContainerKey(std::string_view digits) {
    PODIUM_ASSERT(digits.empty() || digits.size() == 2 * bytes_.size(), "a container's id has 64 digits");
    const auto value = [](char digit) { return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10); };
    for (std::size_t i = 0; 2 * i < digits.size(); ++i) bytes_[i] = static_cast<std::uint8_t>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
}

ContainerKey::ContainerKey(const std::array<std::uint64_t, 4>& words) {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::uint8_t>(words[i / 8] >> (56 - 8 * (i % 8)));
}

std::string ContainerKey::text() const {
    if (empty()) return {};
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(2 * bytes_.size());
    for (const std::uint8_t byte : bytes_) {
        out += kDigits[byte >> 4];
        out += kDigits[byte & 0xF];
    }
    return out;
}

}  // namespace podium::swarm
