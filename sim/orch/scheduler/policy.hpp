#pragma once

// A policy of another kind than the spread strategy: it may refuse nodes, and the node with the
// highest score gets the next task. Filters hold all the same. What a policy thinks of a node
// follows from that node, the task and the time alone, and placing a task changes only the node it
// goes to; so a group of alike tasks asks about every node once, and then about the chosen one
// again.
//
// A Policy is immutable and may be shared by copies of a run on any threads. It answers within a
// Decision, which is made for one group and thrown away after it.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/orch/scheduler/node_info.hpp"
#include "sim/orch/scheduler/task_shape.hpp"

namespace podium::scheduler {

/// A policy as its author wrote it: one of a run's inputs. Without a text: the spread strategy.
struct PolicyText {
    std::string name;  ///< As errors and explanations name it: "mine.lua".
    std::string text;

    [[nodiscard]] bool spread() const { return text.empty(); }

    bool operator==(const PolicyText&) const = default;
};

/// What the spread strategy is called where a policy is named.
inline constexpr std::string_view kSpread = "spread";

/// One task of a group.
struct GroupTask {
    std::uint64_t slot = 0;      ///< From 1.
    std::uint32_t failures = 0;  ///< Earlier tasks of the slot that failed, as far as known.
};

/// Tasks of one shape, to be placed together.
struct Group {
    TaskShape shape;
    std::string service;  ///< Its name.
    Labels labels;        ///< The service's.
    std::vector<GroupTask> tasks;
};

/// What a policy is asked about.
struct Question {
    const Group& group;
    const GroupTask& task;
    const NodeInfo& node;
    Time now;
};

/// What it thinks of it.
struct Opinion {
    bool refuses = false;
    double score = 0;  ///< The higher, the better; never NaN. Of no meaning when it refuses.
};

class Decision {
  public:
    virtual ~Decision() = default;
    /// Asked of nodes that all filters let pass. Errors are the policy's, with its name and line.
    virtual Result<Opinion> judge(const Question& question) = 0;
    /// Why it thinks so, as a part of a sentence, like "too full"; empty when it doesn't say.
    virtual Result<std::string> reason(const Question& question) = 0;
    /// An answer has followed from which task of its group was asked about: from then on each task
    /// is asked about by itself, of every node.
    [[nodiscard]] virtual bool looked_at_task() const = 0;
};

class Policy {
  public:
    virtual ~Policy() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Decision> decide() const = 0;
};

using PolicyPointer = std::shared_ptr<const Policy>;

/// Understands a policy's text, and tries it as far as that is possible without a node.
using PolicyReader = Result<PolicyPointer> (*)(const PolicyText&);

/// What became of one task of a group.
struct Chosen {
    NodeNumber node = 0;  ///< 0: none suits it.
    /// Why there, in the policy's words, or why nowhere. Can be empty.
    std::string reason;
};

}  // namespace podium::scheduler
