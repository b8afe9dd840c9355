#include "sim/orch/swarm/facts.hpp"

namespace podium::swarm {

const FactTable& swarm_facts() {
    constexpr FieldType kText = FieldType::Text;
    constexpr FieldType kInteger = FieldType::Integer;
    constexpr FieldType kLong = FieldType::Long;
    constexpr FieldType kDuration = FieldType::Duration;
    static const FactTable kTable = {
        {kFactLoopsBegin, "swarm.loops_begin", {{"services", kInteger}, {"tasks", kInteger}, {"nodes", kInteger}}},
        // mode: a ModeKind. replicas: of replicated services, completions of replicated jobs.
        {kFactServiceCreated, "swarm.service_created", {{"service", kText}, {"mode", kInteger}, {"replicas", kLong}}},
        {kFactServiceUpdated, "swarm.service_updated", {{"service", kText}, {"tasks_change", FieldType::Flag}, {"replicas", kLong}, {"replicas_before", kLong}}},
        {kFactServiceRemoved, "swarm.service_removed", {{"service", kText}, {"tasks", kInteger}}},
        {kFactServiceWaits, "swarm.service_waits", {{"service", kText}, {"reason", kText}}},
        {kFactUpdateStarted, "swarm.update_started", {{"service", kText}, {"slots", kInteger}, {"parallelism", kInteger}}},
        {kFactUpdatePaused, "swarm.update_paused", {{"service", kText}, {"message", kText}, {"failures", kInteger}}},
        {kFactUpdateCompleted, "swarm.update_completed", {{"service", kText}}},
        {kFactRollbackStarted, "swarm.rollback_started", {{"service", kText}, {"message", kText}, {"failures", kInteger}}},
        {kFactRollbackPaused, "swarm.rollback_paused", {{"service", kText}, {"message", kText}, {"failures", kInteger}}},
        {kFactRollbackCompleted, "swarm.rollback_completed", {{"service", kText}}},
        {kFactTaskCreated, "swarm.task_created", {{"task", kText}, {"reason", kInteger}, {"replaces", kInteger}}},
        // reserves_…: for the task. reason: a policy's own words.
        {kFactTaskAssigned, "swarm.task_assigned", {{"task", kText}, {"node", kText}, {"node_tasks", kInteger}, {"node_tasks_of_service", kInteger}, {"reserves_nano_cpus", kLong}, {"reserves_memory_bytes", kLong}, {"reason", kText}}},
        {kFactTaskPending, "swarm.task_pending", {{"task", kText}, {"explanation", kText}}},
        // state: a TaskState. exit_code: -1 where there is none.
        {kFactTaskEnded, "swarm.task_ended", {{"task", kText}, {"state", kInteger}, {"exit_code", kInteger}, {"error", kText}}},
        {kFactTaskStopping, "swarm.task_stopping", {{"task", kText}, {"desired", kInteger}, {"reason", kInteger}}},
        {kFactTaskRestart, "swarm.task_restart", {{"task", kText}, {"delay", kDuration}, {"reason", kInteger}, {"replacement", kInteger}}},
        {kFactTaskGivenUp, "swarm.task_given_up", {{"task", kText}, {"reason", kInteger}}},
        {kFactTaskReleased, "swarm.task_released", {{"task", kText}}},
        {kFactTaskRejected, "swarm.task_rejected", {{"task", kText}, {"node", kText}}},
        {kFactTaskDeleted, "swarm.task_deleted", {{"task", kText}, {"reason", kInteger}}},
        {kFactNodeShunned, "swarm.node_shunned", {{"node", kText}, {"service", kText}, {"failures", kInteger}}},
    };
    return kTable;
}

}  // namespace podium::swarm
