#pragma once

// The lab's own kinds of facts: what was asked for from outside.

#include "sim/core/event.hpp"
#include "sim/core/fact.hpp"

namespace podium::lab {

enum LabFact : FactKind {
    kFactLine = kRoomLab,  ///< A line was given to a terminal's shell.
    kFactLineDone,         ///< It has ended: status, how long it took, what it wrote.
    kFactEngineSignal,     ///< A signal to an engine's process from outside.
    kFactFileWritten,      ///< A file of a host was replaced from outside.
    kFactInterrupt,        ///< Ctrl-C.
    kFactNarration,        ///< Said to those who watch.
    kFactScheduler,        ///< Tasks are placed by another policy from now on.
};

const FactTable& lab_facts();

}  // namespace podium::lab
