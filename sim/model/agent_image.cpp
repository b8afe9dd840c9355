// What is known of a name that agents pull.

#include "sim/model/agent_image.hpp"

#include "sim/model/world.hpp"

namespace podium::model {

namespace {

constexpr std::size_t kLongestName = 63;  // of a container's image; a longer text may be an id

void note(World& world, HostId host, std::string_view text, const AgentImage& now) {
    auto known = world.agent_images.find(text);
    if (known == world.agent_images.end()) known = world.agent_images.emplace(text, AgentImage{}).first;
    AgentImage& row = known->second;
    if (row.image == nullptr || row.image->id != now.image->id) {
        row = now;
        row.whole.assign(world.hosts.size(), 0);
    }
    row.takes = now.takes;
    row.asked = now.asked;
    row.whole.resize(world.hosts.size());
    row.whole[host.value - 1] = world.host(host).images.changes();
}

}  // namespace

void remember_image(World& world, HostId host, std::string_view text, const ImageReference& reference, const PullAnswer& answer) {
    if (!world.host(host).images.has(reference, answer.image)) return;
    note(world, host, text, {reference.full(), world.kernel.intern(reference.familiar()), answer.image, answer.takes, world.registries.changes(), {}});
}

void remember_other_name(World& world, HostId host, std::string_view text) {
    if (world.agent_images.empty() || text.size() > kLongestName) return;
    const auto reference = parse_image_reference(text);
    if (!reference) return;
    if (const AgentImage* pulled = whole_image(world, host, reference->with_default_tag().full())) note(world, host, text, *pulled);
}

const AgentImage* agent_image(const World& world, std::string_view text) {
    const auto known = world.agent_images.find(text);
    return known == world.agent_images.end() ? nullptr : &known->second;
}

const AgentImage* whole_image(const World& world, HostId host, std::string_view text) {
    const AgentImage* const known = agent_image(world, text);
    const std::uint32_t place = host.value - 1;  // no host: beyond all
    const bool holds = known != nullptr && place < known->whole.size() && known->whole[place] == world.host(host).images.changes();
    return holds ? known : nullptr;
}

}  // namespace podium::model
