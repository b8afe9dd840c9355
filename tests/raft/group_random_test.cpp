// Groups on hosts under random faults of hosts and network: safe at every event, alive afterwards.

#include <cstdlib>

#include <catch2/catch.hpp>

#include "sim/base/assert.hpp"
#include "tests/raft/hosts.hpp"

namespace podium::raft {
namespace {

std::uint64_t wish(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    const std::uint64_t value = text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
    return value > 0 ? value : otherwise;
}

std::string how_to_replay(std::uint64_t seed) {
    return fmt::format(
        "replay: PODIUM_SIMULATION_FIRST={} PODIUM_SIMULATION_RUNS=1 test_raft \"random hosts*\"",
        seed);
}

// A run of faults. A value, so that a copy goes on alike.
struct Troubles {
    RandomStream random;
    Hosts hosts;
    std::vector<model::PartitionId> partitions;
    std::vector<model::OverlayId> overlays;
    std::uint32_t most = 9;

    static GroupOptions draw_options(RandomStream& random) {
        GroupOptions options;
        // Long writes, so that many a crash comes in the middle of one.
        options.write = random.chance(1, 4) ? Duration{} : milliseconds(random.between(1, 400));
        options.calls_at_once = random.chance(1, 2) ? 1 : 16;
        options.one_way_is_enough = random.chance(1, 4);
        options.vote_health_check = random.chance(1, 2);
        options.reconnect = random.chance(1, 2) ? Duration{} : seconds(1);
        options.raft.pre_vote = random.chance(1, 4);
        options.snapshot_interval = static_cast<Index>(random.between(5, 60));
        options.snapshot_keeps = random.below(10);
        return options;
    }

    static Hosts draw_hosts(RandomStream& random, std::uint64_t seed) {
        const auto members = static_cast<std::uint32_t>(random.between(1, 7));
        Hosts hosts(members, seed, draw_options(random));
        hosts.group.set_state(static_cast<std::uint64_t>(random.between(1, 100'000'000)), 1);
        hosts.found(members);
        return hosts;
    }

    explicit Troubles(std::uint64_t seed)
        : random(seed, "troubles", 0), hosts(draw_hosts(random, seed)) {}

    [[nodiscard]] MemberId any() {
        return MemberId{static_cast<std::uint32_t>(1 + random.below(hosts.group.member_count()))};
    }

    void trouble_network() {
        std::vector<model::NodeId> part;
        for (const model::NodeId place : hosts.places) {
            if (random.chance(1, 3)) part.push_back(place);
        }
        const std::uint64_t what = random.below(5);
        if (what < 2 && !part.empty()) {
            partitions.push_back(
                hosts.network.partition({part}, static_cast<model::PartitionWay>(random.below(3))));
        } else if (what == 2) {
            model::LinkQuality quality;
            quality.added_delay = milliseconds(random.between(0, 300));
            quality.loss_ppm = random.between(0, 300'000);
            quality.cut = random.chance(1, 3);
            overlays.push_back(hosts.network.set_link_quality(
                {hosts.links[random.below(hosts.links.size())]}, quality));
        } else {
            mend_network();
        }
        hosts.group.network_changed(hosts.at());
    }

    void mend_network() {
        for (const auto partition : partitions)
            hosts.network.heal(partition);
        for (const auto overlay : overlays)
            hosts.network.end_link_quality(overlay);
        partitions.clear();
        overlays.clear();
    }

    void trouble_host() {
        const MemberId id = any();
        switch (hosts.group.presence(id)) {
            case Presence::Running:
                if (random.chance(2, 3)) {
                    hosts.group.stop(hosts.at(), id);
                } else {
                    hosts.group.freeze(hosts.at(), id);
                }
                return;
            case Presence::Stopped:
                hosts.start(id.value);
                return;
            case Presence::Frozen:
                hosts.group.thaw(hosts.at(), id);
                return;
        }
    }

    void use() {
        const MemberId leader = hosts.group.leader();
        if (!leader) return;
        const std::uint64_t what = random.below(20);
        if (what == 0 && hosts.group.member_count() < most) {
            const MemberId fresh = hosts.add_host();
            hosts.start(fresh.value);
            hosts.group.propose_change(hosts.at(), leader, EntryKind::AddVoter, fresh);
        } else if (what == 1) {
            hosts.group.propose_change(hosts.at(), leader, EntryKind::Remove, any());
        } else if (what == 2) {
            hosts.group.transfer_leadership(hosts.at(), leader, any());
        } else {
            for (std::uint64_t n = random.below(12); n > 0; --n)
                hosts.group.propose(
                    hosts.at(), leader, n, static_cast<std::uint32_t>(random.below(20'000)));
        }
    }

    void step() {
        hosts.blame(1);
        const std::uint64_t what = random.below(10);
        if (what == 0) trouble_network();
        if (what == 1) trouble_host();
        // Whoever has just voted, or taken an entry.
        if (what == 2 && hosts.group.leader()) hosts.group.stop(hosts.at(), any());
        if (what > 2) use();
        hosts.look();
        hosts.run(
            milliseconds(random.chance(1, 3) ? random.between(1, 100) : random.between(1, 3000)));
    }

    [[nodiscard]] std::string members() const {
        std::string out;
        for (std::uint32_t i = 1; i <= hosts.group.member_count(); ++i) {
            const Node& node = hosts.group.node(MemberId{i});
            out += fmt::format(
                "\n  {}: {} of {} in term {}, log {}-{}, committed {}, applied {}, voters",
                i,
                role_name(node.role()),
                node.leader().value,
                node.term(),
                node.log().base(),
                node.log().last(),
                node.commit(),
                node.applied());
            for (const MemberId id : node.configuration().voters)
                out += fmt::format(" {}", id.value);
        }
        return out;
    }

    // Ends all faults; empty when all members then follow one leader and take a proposal.
    std::string heal() {
        mend_network();
        hosts.group.network_changed(hosts.at());
        for (std::uint32_t i = 1; i <= hosts.group.member_count(); ++i) {
            hosts.group.thaw(hosts.at(), MemberId{i});
            if (hosts.group.presence(MemberId{i}) == Presence::Stopped) hosts.start(i);
        }
        Proposal wanted;
        const bool well = hosts.run_until(hosts.kernel.now() + minutes(20), [&] {
            const MemberId leader = hosts.group.leader();
            if (!leader) return false;
            std::vector<const Node*> members;
            for (const MemberId id : hosts.group.node(leader).configuration().voters)
                members.push_back(&hosts.group.node(id));
            if (settled_leader(members) != &hosts.group.node(leader)) return false;
            if (wanted.accepted() && hosts.group.node(leader).applied() >= wanted.index &&
                hosts.group.node(leader).log().matches(wanted.index, wanted.term))
                return true;
            wanted = hosts.group.propose(hosts.at(), leader, 1, 1);
            return false;
        });
        if (!hosts.broken().empty()) return hosts.broken();
        return well ? std::string()
                    : "20 minutes after all faults ended there is no leader whom all follow" +
                          members();
    }
};

}  // namespace

TEST_CASE("random hosts: safe at every event, and alive when all faults have ended") {
    const std::uint64_t first = wish("PODIUM_SIMULATION_FIRST", 1);
    std::uint64_t leaders = 0;
    std::uint64_t entries = 0;
    const std::uint64_t runs = wish("PODIUM_SIMULATION_RUNS", 200);
    for (std::uint64_t seed = first; seed < first + runs; ++seed) {
        set_replay_hint(how_to_replay(seed));
        Troubles run(seed);
        for (int i = 0; i < 120 && run.hosts.broken().empty(); ++i)
            run.step();
        const std::string broken = run.hosts.broken().empty() ? run.heal() : run.hosts.broken();
        INFO(how_to_replay(seed));
        INFO("at " << format_time(run.hosts.kernel.now()) << ": " << broken);
        REQUIRE(broken.empty());
        leaders += run.hosts.group.checker()->leaders_seen();
        entries += run.hosts.group.checker()->committed();
    }
    if (runs < 200) return;
    CHECK(leaders > 2 * runs);
    CHECK(entries > 60 * runs);
}

TEST_CASE(
    "random hosts: the same seed twice is the same bytes, and a copy goes on as the original") {
    const std::uint64_t first = wish("PODIUM_SIMULATION_FIRST", 1);
    for (std::uint64_t seed = first; seed < first + wish("PODIUM_SIMULATION_RUNS", 20); ++seed) {
        INFO(how_to_replay(seed));
        Troubles one(seed);
        Troubles two(seed);
        for (int i = 0; i < 40; ++i) {
            one.step();
            two.step();
        }
        REQUIRE(one.hosts.fingerprint() == two.hosts.fingerprint());
        Troubles copy = one;
        for (int i = 0; i < 40; ++i)
            one.step();
        for (int i = 0; i < 40; ++i)
            copy.step();
        REQUIRE(one.hosts.fingerprint() == copy.hosts.fingerprint());
        for (int i = 0; i < 40; ++i)
            two.step();
        REQUIRE(one.hosts.fingerprint() == two.hosts.fingerprint());
    }
}

}  // namespace podium::raft
