#pragma once

// Members that hear each other at once, and whatever a test takes out of their way.

#include <functional>
#include <vector>

#include "sim/orch/raft/node.hpp"

namespace podium::raft {

inline RandomStream chance_of(MemberId id, std::uint64_t seed = 1) {
    return {seed, "raft test", id.value};
}

class Circle {
  public:
    explicit Circle(std::uint32_t members, Options options = {}) : options_(options) {
        std::vector<MemberId> voters;
        for (std::uint32_t i = 1; i <= members; ++i)
            voters.push_back(MemberId{i});
        for (const MemberId id : voters)
            nodes_.push_back(Node::founder(id, options, chance_of(id), voters));
    }

    Node& operator[](std::uint32_t id) { return nodes_[id - 1]; }

    /// One that knows nobody.
    Node& add_stranger() {
        const MemberId id{static_cast<std::uint32_t>(nodes_.size() + 1)};
        nodes_.push_back(Node(id, options_, chance_of(id)));
        return nodes_.back();
    }

    void restart(std::uint32_t id) {
        Node& node = (*this)[id];
        node = Node::restarted(node.id(), options_, chance_of(node.id(), 99), node.image());
    }

    void cut(std::uint32_t id, bool cut = true) {
        cut_.resize(nodes_.size() + 1);
        cut_[id] = cut;
    }

    /// Takes what a member has to say without letting anybody hear it.
    std::vector<Message> take(std::uint32_t id) {
        std::vector<Message> out;
        out.swap((*this)[id].outbox());
        (*this)[id].apply((*this)[id].commit());
        return out;
    }

    /// Delivers until nobody has anything to say. `pass` may keep a message back.
    void settle(const std::function<bool(const Message&)>& pass = [](const Message&) {
        return true;
    }) {
        bool spoke = true;
        while (spoke) {
            spoke = false;
            for (std::size_t i = 0; i < nodes_.size(); ++i) {
                nodes_[i].apply(nodes_[i].commit());
                std::vector<Message> said;
                said.swap(nodes_[i].outbox());
                for (const Message& m : said) {
                    spoke = true;
                    ++delivered;
                    if (is_cut(m.from) || is_cut(m.to) || !pass(m)) continue;
                    (*this)[m.to.value].step(m);
                }
            }
        }
    }

    void elect(std::uint32_t id) {
        (*this)[id].campaign();
        settle();
    }

    void tick_all(std::uint32_t ticks) {
        for (std::uint32_t i = 0; i < ticks; ++i) {
            for (Node& node : nodes_)
                node.tick();
            settle();
        }
    }

    [[nodiscard]] std::vector<std::uint32_t> leaders() const {
        std::vector<std::uint32_t> out;
        for (const Node& node : nodes_) {
            if (node.role() == Role::Leader) out.push_back(node.id().value);
        }
        return out;
    }

    std::uint64_t delivered = 0;

  private:
    [[nodiscard]] bool is_cut(MemberId id) const {
        return id.value < cut_.size() && cut_[id.value];
    }

    Options options_;
    std::vector<Node> nodes_;
    std::vector<bool> cut_;
};

/// A log of these terms, in a group of `members`, at a term no lower than the last entry's.
inline Image image_of(const std::vector<Term>& terms,
                      std::uint32_t members,
                      Term term,
                      Index commit = 0) {
    Image image;
    Snapshot first;
    for (std::uint32_t i = 1; i <= members; ++i)
        first.configuration.voters.push_back(MemberId{i});
    image.snapshot = std::make_shared<const Snapshot>(std::move(first));
    for (const Term of : terms) {
        Entry entry;
        entry.term = of;
        entry.kind = EntryKind::Payload;
        image.log.append(entry);
    }
    image.term = term;
    image.commit = commit;
    return image;
}

inline Node node_with(std::uint32_t id, const Image& image, Options options = {}) {
    return Node::restarted(MemberId{id}, options, chance_of(MemberId{id}), image);
}

inline Message message_to(std::uint32_t to, std::uint32_t from, MessageKind kind, Term term) {
    Message m;
    m.kind = kind;
    m.from = MemberId{from};
    m.to = MemberId{to};
    m.term = term;
    return m;
}

inline std::vector<Term> terms_of(const Node& node) {
    std::vector<Term> out;
    for (Index index = node.log().first(); index <= node.log().last(); ++index)
        out.push_back(node.log().at(index).term);
    return out;
}

}  // namespace podium::raft
