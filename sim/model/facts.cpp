#include "sim/model/facts.hpp"

#include "sim/model/prune.hpp"
#include "sim/model/restore.hpp"

#include <initializer_list>

namespace podium::model {
namespace {

constexpr FieldType kText = FieldType::Text;
constexpr FieldType kInteger = FieldType::Integer;
constexpr FieldType kLong = FieldType::Long;
constexpr FieldType kDuration = FieldType::Duration;

/// A container's fact: its name and its image as the user named it, then what the kind adds.
FactSpec of_container(FactKind kind,
                      std::string_view name,
                      std::initializer_list<FieldSpec> more = {}) {
    FactSpec spec{kind, name, {{"name", kText}, {"image", kText}}};
    spec.fields.insert(spec.fields.end(), more);
    return spec;
}

FactTable container_facts() {
    return {
        of_container(kFactContainerCreate, "container.create"),
        of_container(kFactContainerStart,
                     "container.start",
                     {{"reason", kInteger}, {"attempt", kInteger}, {"backoff", kDuration}}),
        of_container(kFactContainerDie,
                     "container.die",
                     {{"exit", kInteger},
                      {"how", kInteger},
                      {"signal", kInteger},
                      {"decision", kInteger},
                      {"ran", kDuration},
                      {"backoff", kDuration},
                      {"attempt", kInteger}}),
        of_container(kFactContainerKill, "container.kill", {{"signal", kInteger}}),
        of_container(kFactContainerStop, "container.stop"),
        of_container(kFactContainerRestart, "container.restart"),
        of_container(kFactContainerOom, "container.oom"),
        of_container(kFactContainerPause, "container.pause"),
        of_container(kFactContainerUnpause, "container.unpause"),
        // bytes: what containers had written there and went with it; so of a volume, too.
        of_container(kFactContainerDestroy, "container.destroy", {{"bytes", kLong}}),
        of_container(kFactContainerRename, "container.rename", {{"oldName", kText}}),
        of_container(kFactContainerUpdate, "container.update"),
        of_container(kFactContainerExecCreate,
                     "container.exec_create",
                     {{"command", kText}, {"execID", kText}}),
        of_container(kFactContainerExecStart,
                     "container.exec_start",
                     {{"command", kText}, {"execID", kText}}),
        of_container(
            kFactContainerExecDie, "container.exec_die", {{"exit", kInteger}, {"execID", kText}}),
        of_container(kFactContainerHealthStatus,
                     "container.health_status",
                     {{"status", kText}, {"streak", kInteger}}),
        {kFactContainerHealthProbe,
         "container.health_probe",
         {{"name", kText}, {"exit", kInteger}, {"streak", kInteger}, {"output", kText}}},
        of_container(kFactContainerStartFailed,
                     "container.start_failed",
                     {{"exit", kInteger}, {"error", kText}}),
        {kFactContainerRestartCancelled,
         "container.restart_cancelled",
         {{"name", kText}, {"reason", kText}}},
        of_container(kFactContainerFoundDead,
                     "container.found_dead",
                     {{"exit", kInteger},
                      {"how", kInteger},
                      {"signal", kInteger},
                      {"decision", kInteger},
                      {"ran", kDuration},
                      {"backoff", kDuration},
                      {"attempt", kInteger}}),
        of_container(kFactContainerAttach, "container.attach"),
        of_container(kFactContainerTop, "container.top"),
        of_container(kFactContainerCommit,
                     "container.commit",
                     {{"comment", kText}, {"imageID", kText}, {"imageRef", kText}}),
        of_container(kFactContainerArchivePath, "container.archive-path"),
        of_container(kFactContainerExtractToDir, "container.extract-to-dir"),
        of_container(kFactContainerDetach, "container.detach"),
        of_container(kFactContainerExecDetach, "container.exec_detach", {{"execID", kText}}),
    };
}

FactTable object_facts() {
    return {
        {kFactNetworkCreate, "network.create", {{"name", kText}, {"driver", kText}}},
        {kFactNetworkConnect,
         "network.connect",
         {{"name", kText}, {"container", kText}, {"containerName", kText}}},
        {kFactNetworkDisconnect,
         "network.disconnect",
         {{"name", kText}, {"container", kText}, {"containerName", kText}}},
        {kFactNetworkDestroy, "network.destroy", {{"name", kText}, {"driver", kText}}},
        {kFactVolumeCreate, "volume.create", {{"name", kText}, {"driver", kText}}},
        {kFactVolumeMount,
         "volume.mount",
         {{"name", kText}, {"container", kText}, {"destination", kText}, {"driver", kText}, {"access", kText}}},
        {kFactVolumeUnmount,
         "volume.unmount",
         {{"name", kText}, {"container", kText}, {"driver", kText}}},
        {kFactVolumeDestroy,
         "volume.destroy",
         {{"name", kText}, {"driver", kText}, {"bytes", kLong}}},
        {kFactImagePull, "image.pull", {{"name", kText}}},
        {kFactImageTag, "image.tag", {{"name", kText}, {"imageID", kText}}},
        {kFactImageUntag, "image.untag", {{"name", kText}}},
        {kFactImageDelete, "image.delete", {{"name", kText}}},
        {kFactPullBegin, "image.pull_begin", {{"name", kText}, {"bytes", kLong}}},
        {kFactPullFailed, "image.pull_failed", {{"name", kText}, {"error", kText}}},
    };
}

FactTable host_facts() {
    return {
        {kFactEngineUp, "engine.up", {{"host", kText}}},
        {kFactEngineStopping, "engine.stopping", {{"host", kText}}},
        {kFactEngineStopped, "engine.stopped", {{"host", kText}}},
        {kFactEngineCrashed, "engine.crashed", {{"host", kText}}},
        {kFactEngineStarting, "engine.starting", {{"host", kText}}},
        {kFactEngineRefused, "engine.refused", {{"host", kText}, {"error", kText}}},
        {kFactHostDown, "host.down", {{"host", kText}, {"reason", kText}}},
        {kFactHostUp, "host.up", {{"host", kText}, {"reason", kText}}},
        {kFactProcessKilled,
         "process.killed",
         {{"name", kText}, {"pid", kInteger}, {"signal", kInteger}, {"how", kInteger}}},
        {kFactNotModelled, "model.not_modelled", {{"text", kText}}},
        {kFactService, "container.service", {{"name", kText}, {"text", kText}}},
        {kFactDiskFull, "host.disk_full", {{"host", kText}, {"path", kText}}},
        {kFactContainerPrune, "container.prune", {{"host", kText}, {"reclaimed", kLong}}},
        {kFactNetworkPrune, "network.prune", {{"host", kText}, {"reclaimed", kLong}}},
        {kFactVolumePrune, "volume.prune", {{"host", kText}, {"reclaimed", kLong}}},
        {kFactImagePrune, "image.prune", {{"host", kText}, {"reclaimed", kLong}}},
    };
}

FactTable all_facts() {
    FactTable table = container_facts();
    for (const FactTable& part : {object_facts(), host_facts()}) {
        table.insert(table.end(), part.begin(), part.end());
    }
    return table;
}

}  // namespace

const FactTable& model_facts() {
    static const FactTable kTable = all_facts();
    return kTable;
}

}  // namespace podium::model
