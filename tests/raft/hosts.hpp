#pragma once

// A group on hosts around one switch, and the loop that runs it. A value.

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "sim/core/fact_catalogue.hpp"
#include "sim/orch/raft/group.hpp"

namespace podium::raft {

constexpr FactKind kFactTestFault = kRoomTest + 1;  ///< What a test does to a host.

struct Hosts {
    Kernel kernel;
    model::Network network;
    Group group;
    model::NodeId hub;
    std::vector<model::NodeId> places;
    std::vector<model::LinkId> links;
    std::vector<News> news;
    std::size_t unreadable = 0;  ///< Entries that news told of and that the log had no more.

    explicit Hosts(std::uint32_t hosts, std::uint64_t seed = 1, GroupOptions options = {})
        : kernel(seed), group(1, "swarm", options) {
        group.watch();
        hub = network.add_switch("hub");
        for (std::uint32_t i = 1; i <= hosts; ++i)
            add_host();
    }

    [[nodiscard]] const std::string& broken() const { return group.broken(); }

    [[nodiscard]] Setting at() { return {kernel, network}; }

    MemberId add_host() {
        const auto number = static_cast<std::uint32_t>(places.size() + 1);
        places.push_back(network.add_host(fmt::format("host{}", number)));
        links.push_back(network.add_link(places.back(), hub));
        return group.add_member(
            {fmt::format("host{}", number), model::HostId{number}, places.back(), 0});
    }

    void found(std::uint32_t members) {
        std::vector<MemberId> founders;
        for (std::uint32_t i = 1; i <= members; ++i)
            founders.push_back(MemberId{i});
        group.found(at(), founders);
    }

    /// A fault's fact, which is the cause of what is done next.
    FactId blame(std::uint32_t host) {
        kernel.set_cause({});
        const FactId fact = kernel.record(kFactTestFault, Subject(SubjectType::Host, host));
        kernel.set_cause(fact);
        return fact;
    }

    void look() {
        for (const News& item : group.take_news()) {
            news.push_back(item);
            if (item.kind != News::Kind::Applied || group.presence(item.member) != Presence::Running) continue;
            for (Index index = item.first; index <= item.last; ++index) unreadable += group.node(item.member).log().term(index) ? 0U : 1U;
        }
    }

    /// Runs until `end` or until `enough`; true when `enough` ended it.
    template <class Enough>
    bool run_until(Time end, Enough enough) {
        while (kernel.next_time() <= end && broken().empty()) {
            const Event event = kernel.take_next();
            group.handle(at(), event);
            look();
            if (enough()) return true;
        }
        kernel.set_cause({});
        if (broken().empty()) kernel.advance_to(end);
        return false;
    }

    void run(Duration time) {
        run_until(kernel.now() + time, [] { return false; });
    }

    /// Until there is a ready leader; how long that took. The time itself when there is none.
    Duration elect(Duration patience = minutes(5)) {
        const Time begun = kernel.now();
        run_until(begun + patience,
                  [this] { return group.leader() && group.is_ready(group.leader()); });
        return kernel.now() - begun;
    }

    [[nodiscard]] std::uint32_t leader() const { return group.leader().value; }

    void stop(std::uint32_t host) { group.stop(at(), MemberId{host}); }

    void start(std::uint32_t host) { group.start(at(), MemberId{host}); }

    /// The facts of a kind.
    [[nodiscard]] std::vector<FactId> facts(FactKind kind) const {
        std::vector<FactId> out;
        kernel.journal().for_each(kernel.journal().first(), [&out, kind](const Fact& fact) {
            if (fact.kind == kind) out.push_back(fact.id);
        });
        return out;
    }

    [[nodiscard]] static const FactCatalogue& catalogue() {
        static const FactCatalogue made({&raft_facts()});
        return made;
    }

    [[nodiscard]] std::int64_t field(FactId fact, std::string_view name) const {
        return catalogue().field(kernel.journal().at(fact), name, kernel.interner()).number;
    }

    [[nodiscard]] std::uint64_t fingerprint() const {
        return catalogue().fingerprint(kernel.journal(), kernel.interner()) ^ mix64(group.bytes_sent()) ^
               mix64(kernel.events_handled() << 20);
    }
};

}  // namespace podium::raft
