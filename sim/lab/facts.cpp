#include "sim/lab/facts.hpp"

#include "sim/faults/fault.hpp"
#include "sim/lab/session.hpp"
#include "sim/orch/raft/facts.hpp"
#include "sim/orch/swarm/hosts/facts.hpp"

namespace podium::lab {

const FactTable& lab_facts() {
    static const FactTable table{
        {kFactLine, "command.line", {{"terminal", FieldType::Text}, {"line", FieldType::Text}}},
        {kFactLineDone,
         "command.done",
         {{"terminal", FieldType::Text},
          {"line", FieldType::Text},
          {"status", FieldType::Integer},
          {"took", FieldType::Duration},
          {"output", FieldType::Text},
          {"error", FieldType::Text}}},
        {kFactEngineSignal, "command.engine_signal", {{"host", FieldType::Text}, {"signal", FieldType::Text}}},
        {kFactFileWritten, "command.file", {{"host", FieldType::Text}, {"path", FieldType::Text}}},
        {kFactInterrupt, "command.interrupt", {{"terminal", FieldType::Text}}},
        {kFactNarration, "command.narrate", {{"text", FieldType::Text}}},
        {kFactScheduler, "command.scheduler", {{"scheduler", FieldType::Text}}},
    };
    return table;
}

const FactCatalogue& fact_catalogue() {
    static const FactCatalogue catalogue({&model::model_facts(), &model::traffic_facts(), &faults::fault_facts(), &lab_facts(),
                                       &raft::raft_facts(), &swarm::swarm_facts(), &swarm::swarm_host_facts()});
    return catalogue;
}

}  // namespace podium::lab
