#pragma once

// A swarm of one manager, as its API sees it: a store whose changes apply at once.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include <catch2/catch.hpp>

#include "sim/orch/swarm/api.hpp"

namespace podium::swarm::test {

struct Answer {
    int status = 0;
    std::string text;

    [[nodiscard]] Json body() const;
    /// "message" of its body, or nothing.
    [[nodiscard]] std::string message() const;
};

class Bench {
  public:
    Kernel kernel{1};
    Store store;
    ApiContext context{kernel,
                       1,
                       NodeId{1},
                       NodeId{1},
                       {{NodeId{1}, true}},
                       2377,
                       {"bridge", "host", "none", "local"}};
    std::optional<Change> change;  ///< Of the last answer.
    std::optional<LogsWanted> logs;

    Bench() {
        Cluster cluster;
        cluster.meta.id = public_id(Kind::Cluster, 1, 1);
        cluster.worker_token = join_token(cluster.meta.id, Role::Worker, 0);
        cluster.manager_token = join_token(cluster.meta.id, Role::Manager, 0);
        put(Put<Cluster>{1, std::make_shared<Cluster>(cluster), 0, {}});
        add_node("d4", Role::Manager, "10.78.0.4");
        Network ingress;
        ingress.name = "ingress";
        ingress.ingress = true;
        add(ingress, Kind::Network);
    }

    NodeId add_node(const std::string& name, Role role, const std::string& address) {
        Node node;
        node.spec.role = node.role = role;
        node.description.hostname = name;
        node.described = true;
        node.state = NodeState::Ready;
        node.address = address;
        return NodeId{add(node, Kind::Node)};
    }

    template <class T>
    std::uint32_t add(T row, Kind kind) {
        const std::uint32_t number = store.next_number(kind);
        row.meta.id = public_id(kind, 1, number);
        put(Put<T>{number, std::make_shared<T>(std::move(row)), 0, {}});
        return number;
    }

    template <class P>
    void put(P action) {
        Change one;
        one.actions.emplace_back(std::move(action));
        store.apply(one, kernel.now());
    }

    /// Changes a row behind the API's back.
    template <class T, class Edit>
    void edit(const Table<T>& table, std::uint32_t number, Edit edit) {
        auto row = std::make_shared<T>(*table.find(number));
        edit(*row);
        put(Put<T>{number, std::move(row), kAnyVersion, {}});
    }

    /// Asks, and applies what the answer would change.
    Answer ask(const std::string& target, const std::string& body = "") {
        ApiRequest request = parse_target(target);
        request.body = body;
        return ask(request);
    }

    Answer ask(const ApiRequest& request);

    std::vector<Touched> touched;

    /// A service's body of the least that is taken.
    static Json service_body(const std::string& name);

    std::string create_service(const Json& body);
};

/// "rpc error: code = NotFound desc = …", as dockerd passes swarmkit's errors on.
std::string rpc(const std::string& code, const std::string& text);
/// "version=12", as an update's query has it.
std::string version_of(const Meta& meta);
/// A body with one value in it changed.
Json with(Json body, const std::string& pointer, const Json& value);

}  // namespace podium::swarm::test
