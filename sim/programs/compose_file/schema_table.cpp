// The table itself: one entry a key of the Compose specification. Read it beside the specification;
// the checking is in schema.cpp. Keys are in the order in which `docker compose config` prints
// them.

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/schema.hpp"

namespace podium::compose {
namespace {

using Word = std::string_view;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The schema's pattern is not anchored: two such characters in a row anywhere will do.
bool accepts_container_name(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const char next = text[i + 1];
        if (is_name_character(text[i]) &&
            (is_name_character(next) || next == '_' || next == '.' || next == '-')) {
            return true;
        }
    }
    return false;
}

bool accepts_pull_policy(std::string_view text) {
    for (const Word word :
         {"always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"}) {
        if (text.find(word) != std::string_view::npos) return true;
    }
    const std::size_t at = text.find("every_");
    if (at == std::string_view::npos) return false;
    std::size_t i = at + 6;
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9')
        ++i;
    return i > from && i < text.size() &&
           std::string_view("wdhms").find(text[i]) != std::string_view::npos;
}

// --- scalars -------------------------------------------------------------------------------------
constexpr Rule kAny{};
constexpr Rule kText{.kinds = kString, .types = "string"};
constexpr Rule kTextOrNull{.kinds = kString | kNull, .types = "string/null"};
constexpr Rule kFlag{.kinds = kBoolean | kString, .types = "boolean/string"};
constexpr Rule kStrictFlag{.kinds = kBoolean, .types = "boolean"};
constexpr Rule kNumberOrText{.kinds = kNumber | kString, .types = "number/string"};
constexpr Rule kTextOrNumber{.kinds = kNumber | kString, .types = "string/number"};
constexpr Rule kTextOrFlag{.kinds = kBoolean | kString, .types = "string/boolean"};
constexpr Rule kIntegerOrText{.kinds = kInteger | kString, .types = "integer/string"};
constexpr Rule kTextOrInteger{.kinds = kInteger | kString, .types = "string/integer"};
constexpr Rule kWholeNumber{.kinds = kInteger, .types = "integer"};
constexpr Rule kPlainNumber{.kinds = kNumber, .types = "number"};
constexpr Rule kAnyScalarOrNull{.kinds = kNumber | kString | kBoolean | kNull,
                                .types = "string/number/boolean/null"};
constexpr Rule kTextNumberNull{.kinds = kNumber | kString | kNull, .types = "string/number/null"};

// --- lists and free mappings
// -----------------------------------------------------------------------
constexpr Rule kTextList{.kinds = kSequence, .types = "array", .items = &kText};
constexpr Rule kTextSet{.kinds = kSequence, .types = "array", .items = &kText, .unique = true};
constexpr Rule kTextNumberSet{
    .kinds = kSequence, .types = "array", .items = &kTextOrNumber, .unique = true};
constexpr Rule kTextOrList{
    .kinds = kString | kSequence, .types = "string | array", .items = &kText, .unique = true};
constexpr Rule kTextOrPlainList{
    .kinds = kString | kSequence, .types = "string | array", .items = &kText};
constexpr Rule kCommand{
    .kinds = kNull | kString | kSequence, .types = "null | string | array", .items = &kText};
constexpr Rule kListOrMap{.kinds = kSequence | kMapping,
                          .types = "object | array",
                          .items = &kText,
                          .values = &kAnyScalarOrNull,
                          .unique = true};
constexpr Rule kOptions{.kinds = kMapping, .types = "object", .values = &kTextOrNumber};
constexpr Rule kTextMap{.kinds = kMapping, .types = "object", .values = &kText};
constexpr Rule kOpenMap{.kinds = kMapping, .types = "object", .values = &kAny};
constexpr Rule kHostAddresses{
    .kinds = kString | kSequence, .types = "string | array", .items = &kText};
constexpr Rule kExtraHosts{.kinds = kSequence | kMapping,
                           .types = "object | array",
                           .items = &kText,
                           .values = &kHostAddresses,
                           .unique = true};

// --- ulimits, devices, files
// --------------------------------------------------------------------------
constexpr Key kUlimitKeys[] = {{"soft", &kIntegerOrText}, {"hard", &kIntegerOrText}};
constexpr Word kUlimitRequired[] = {"soft", "hard"};
constexpr Rule kUlimit{.kinds = kInteger | kString | kMapping,
                       .types = "integer/string | object",
                       .keys = kUlimitKeys,
                       .required = kUlimitRequired};
constexpr Rule kUlimits{.kinds = kMapping, .types = "object", .values = &kUlimit};

constexpr Key kDeviceKeys[] = {{"source", &kText}, {"target", &kText}, {"permissions", &kText}};
constexpr Word kDeviceRequired[] = {"source"};
constexpr Rule kDevice{.kinds = kString | kMapping,
                       .types = "string | object",
                       .keys = kDeviceKeys,
                       .required = kDeviceRequired};
constexpr Rule kDevices{.kinds = kSequence, .types = "array", .items = &kDevice};

constexpr Key kFileMountKeys[] = {{"source", &kText},
                                  {"target", &kText},
                                  {"uid", &kText},
                                  {"gid", &kText},
                                  {"mode", &kNumberOrText}};
constexpr Rule kFileMount{
    .kinds = kString | kMapping, .types = "string | object", .keys = kFileMountKeys};
constexpr Rule kFileMounts{.kinds = kSequence, .types = "array", .items = &kFileMount};

constexpr Key kEnvFileKeys[] = {
    {"path", &kText}, {"required", &kFlag}, {"format", &kText}};
constexpr Word kEnvFileRequired[] = {"path"};
constexpr Rule kEnvFileItem{.kinds = kString | kMapping,
                            .types = "string | object",
                            .keys = kEnvFileKeys,
                            .required = kEnvFileRequired};
constexpr Rule kEnvFile{
    .kinds = kString | kSequence, .types = "string | array", .items = &kEnvFileItem};

// --- build
// -----------------------------------------------------------------------------------------------
constexpr Key kBuildKeys[] = {{"context", &kText},
                              {"dockerfile", &kText},
                              {"dockerfile_inline", &kText},
                              {"entitlements", &kTextList},
                              {"args", &kListOrMap},
                              {"provenance", &kTextOrFlag},
                              {"sbom", &kTextOrFlag},
                              {"ssh", &kListOrMap},
                              {"labels", &kListOrMap},
                              {"cache_from", &kTextList},
                              {"cache_to", &kTextList},
                              {"no_cache", &kFlag},
                              {"no_cache_filter", &kTextOrList},
                              {"additional_contexts", &kListOrMap},
                              {"pull", &kFlag},
                              {"extra_hosts", &kExtraHosts},
                              {"isolation", &kText},
                              {"network", &kText},
                              {"target", &kText},
                              {"secrets", &kFileMounts},
                              {"shm_size", &kIntegerOrText},
                              {"tags", &kTextList},
                              {"ulimits", &kUlimits},
                              {"platforms", &kTextList},
                              {"privileged", &kFlag}};
constexpr Rule kBuild{.kinds = kString | kMapping, .types = "string | object", .keys = kBuildKeys};

// --- block input and output
// -----------------------------------------------------------------------------
constexpr Key kBlockLimitKeys[] = {{"path", &kText}, {"rate", &kIntegerOrText}};
constexpr Rule kBlockLimit{
    .kinds = kMapping, .types = "object", .keys = kBlockLimitKeys, .extensions = false};
constexpr Rule kBlockLimits{.kinds = kSequence, .types = "array", .items = &kBlockLimit};
constexpr Key kBlockWeightKeys[] = {{"path", &kText}, {"weight", &kIntegerOrText}};
constexpr Rule kBlockWeight{
    .kinds = kMapping, .types = "object", .keys = kBlockWeightKeys, .extensions = false};
constexpr Rule kBlockWeights{.kinds = kSequence, .types = "array", .items = &kBlockWeight};
constexpr Key kBlockKeys[] = {{"weight", &kIntegerOrText},
                              {"weight_device", &kBlockWeights},
                              {"device_read_bps", &kBlockLimits},
                              {"device_read_iops", &kBlockLimits},
                              {"device_write_bps", &kBlockLimits},
                              {"device_write_iops", &kBlockLimits}};
constexpr Rule kBlock{
    .kinds = kMapping, .types = "object", .keys = kBlockKeys, .extensions = false};

// --- small mappings of a service
// ---------------------------------------------------------------------------
constexpr Key kCredentialKeys[] = {{"config", &kText}, {"file", &kText}, {"registry", &kText}};
constexpr Rule kCredential{.kinds = kMapping, .types = "object", .keys = kCredentialKeys};

constexpr Word kConditions[] = {
    "service_started", "service_healthy", "service_completed_successfully"};
constexpr Rule kCondition{.kinds = kString, .types = "string", .words = kConditions};
constexpr Key kDependencyKeys[] = {
    {"condition", &kCondition}, {"restart", &kFlag}, {"required", &kFlag}};
constexpr Word kDependencyRequired[] = {"condition"};
constexpr Rule kDependency{
    .kinds = kMapping, .types = "object", .keys = kDependencyKeys, .required = kDependencyRequired};
constexpr Rule kDependsOn{.kinds = kSequence | kMapping,
                          .types = "array | object",
                          .items = &kText,
                          .values = &kDependency,
                          .named = true,
                          .extensions = false,
                          .unique = true};

constexpr Key kExtendsKeys[] = {{"file", &kText}, {"service", &kText}};
constexpr Word kExtendsRequired[] = {"service"};
constexpr Rule kExtends{.kinds = kString | kMapping,
                        .types = "string | object",
                        .keys = kExtendsKeys,
                        .extensions = false,
                        .required = kExtendsRequired};

constexpr Key kHealthKeys[] = {{"test", &kTextOrPlainList},
                               {"timeout", &kText},
                               {"interval", &kText},
                               {"retries", &kNumberOrText},
                               {"start_period", &kText},
                               {"start_interval", &kText},
                               {"disable", &kFlag}};
constexpr Rule kHealth{.kinds = kMapping, .types = "object", .keys = kHealthKeys};

constexpr Rule kLogOptions{.kinds = kMapping, .types = "object", .values = &kTextNumberNull};
constexpr Key kLoggingKeys[] = {{"driver", &kText}, {"options", &kLogOptions}};
constexpr Rule kLogging{.kinds = kMapping, .types = "object", .keys = kLoggingKeys};

constexpr Key kServiceNetworkKeys[] = {{"aliases", &kTextSet},
                                       {"driver_opts", &kOptions},
                                       {"gw_priority", &kPlainNumber},
                                       {"interface_name", &kText},
                                       {"ipv4_address", &kText},
                                       {"ipv6_address", &kText},
                                       {"link_local_ips", &kTextSet},
                                       {"mac_address", &kText},
                                       {"priority", &kPlainNumber}};
constexpr Rule kServiceNetwork{
    .kinds = kMapping | kNull, .types = "object | null", .keys = kServiceNetworkKeys};
constexpr Rule kServiceNetworks{.kinds = kSequence | kMapping,
                                .types = "array | object",
                                .items = &kText,
                                .values = &kServiceNetwork,
                                .named = true,
                                .extensions = false,
                                .unique = true};

constexpr Key kServiceModelKeys[] = {{"endpoint_var", &kText}, {"model_var", &kText}};
constexpr Rule kServiceModel{
    .kinds = kMapping | kNull, .types = "object | null", .keys = kServiceModelKeys};
constexpr Rule kServiceModels{.kinds = kSequence | kMapping,
                              .types = "array | object",
                              .items = &kText,
                              .values = &kServiceModel,
                              .named = true,
                              .unique = true};

constexpr Key kPortKeys[] = {{"name", &kText},
                             {"mode", &kText},
                             {"host_ip", &kText},
                             {"target", &kIntegerOrText},
                             {"published", &kTextOrInteger},
                             {"protocol", &kText},
                             {"app_protocol", &kText}};
constexpr Rule kPort{
    .kinds = kNumber | kString | kMapping, .types = "number | string | object", .keys = kPortKeys};
constexpr Rule kPorts{.kinds = kSequence, .types = "array", .items = &kPort, .unique = true};

constexpr Word kProviderRequired[] = {"type"};
constexpr Key kProviderKeys[] = {{"type", &kText}, {"options", &kOpenMap}};
constexpr Rule kProvider{
    .kinds = kMapping, .types = "object", .keys = kProviderKeys, .required = kProviderRequired};

constexpr Word kHookRequired[] = {"command"};
constexpr Key kHookKeys[] = {{"command", &kCommand},
                             {"user", &kText},
                             {"privileged", &kFlag},
                             {"working_dir", &kText},
                             {"environment", &kListOrMap}};
constexpr Rule kHook{
    .kinds = kMapping, .types = "object", .keys = kHookKeys, .required = kHookRequired};
constexpr Rule kHooks{.kinds = kSequence, .types = "array", .items = &kHook};
constexpr Key kPreStartKeys[] = {{"command", &kCommand},
                                 {"image", &kText},
                                 {"user", &kText},
                                 {"privileged", &kFlag},
                                 {"working_dir", &kText},
                                 {"environment", &kListOrMap},
                                 {"per_replica", &kFlag}};
constexpr Rule kPreStart{.kinds = kMapping, .types = "object", .keys = kPreStartKeys};
constexpr Rule kPreStarts{.kinds = kSequence, .types = "array", .items = &kPreStart};

constexpr Word kWatchActions[] = {"rebuild", "sync", "restart", "sync+restart", "sync+exec"};
constexpr Rule kWatchAction{.kinds = kString, .types = "string", .words = kWatchActions};
constexpr Word kWatchRequired[] = {"path", "action"};
constexpr Key kWatchKeys[] = {{"path", &kText},
                              {"action", &kWatchAction},
                              {"target", &kText},
                              {"exec", &kHook},
                              {"include", &kTextOrList},
                              {"ignore", &kTextOrList},
                              {"initial_sync", &kStrictFlag}};
constexpr Rule kWatch{
    .kinds = kMapping, .types = "object", .keys = kWatchKeys, .required = kWatchRequired};
constexpr Rule kWatches{.kinds = kSequence, .types = "array", .items = &kWatch};
constexpr Key kDevelopKeys[] = {{"watch", &kWatches}};
constexpr Rule kDevelop{.kinds = kMapping | kNull, .types = "object/null", .keys = kDevelopKeys};

// --- mounts
// -----------------------------------------------------------------------------------------------
constexpr Word kRecursives[] = {"enabled", "disabled", "writable", "readonly"};
constexpr Rule kRecursive{.kinds = kString, .types = "string", .words = kRecursives};
constexpr Word kSelinuxes[] = {"z", "Z"};
constexpr Rule kSelinux{.kinds = kString, .types = "string", .words = kSelinuxes};
constexpr Key kBindKeys[] = {{"selinux", &kSelinux},
                             {"propagation", &kText},
                             {"create_host_path", &kFlag},
                             {"recursive", &kRecursive}};
constexpr Rule kBind{.kinds = kMapping, .types = "object", .keys = kBindKeys};
constexpr Key kMountVolumeKeys[] = {
    {"labels", &kListOrMap}, {"nocopy", &kFlag}, {"subpath", &kText}};
constexpr Rule kMountVolume{.kinds = kMapping, .types = "object", .keys = kMountVolumeKeys};
constexpr Rule kTmpfsSize{
    .kinds = kInteger | kString, .types = "integer | string", .bounded = true};
constexpr Key kTmpfsKeys[] = {{"size", &kTmpfsSize}, {"mode", &kNumberOrText}};
constexpr Rule kTmpfs{.kinds = kMapping, .types = "object", .keys = kTmpfsKeys};
constexpr Key kMountImageKeys[] = {{"subpath", &kText}};
constexpr Rule kMountImage{.kinds = kMapping, .types = "object", .keys = kMountImageKeys};
constexpr Word kMountTypes[] = {"bind", "volume", "tmpfs", "cluster", "npipe", "image"};
constexpr Rule kMountType{.kinds = kString, .types = "string", .words = kMountTypes};
constexpr Word kMountRequired[] = {"type"};
constexpr Key kMountKeys[] = {{"type", &kMountType},
                              {"source", &kText},
                              {"target", &kText},
                              {"read_only", &kFlag},
                              {"consistency", &kText},
                              {"bind", &kBind},
                              {"volume", &kMountVolume},
                              {"tmpfs", &kTmpfs},
                              {"image", &kMountImage}};
constexpr Rule kMount{.kinds = kString | kMapping,
                      .types = "string | object",
                      .keys = kMountKeys,
                      .required = kMountRequired};
constexpr Rule kMounts{.kinds = kSequence, .types = "array", .items = &kMount, .unique = true};

// --- deploy
// -----------------------------------------------------------------------------------------------
constexpr Word kOrders[] = {"start-first", "stop-first"};
constexpr Rule kOrder{.kinds = kString, .types = "string", .words = kOrders};
constexpr Key kUpdateKeys[] = {{"parallelism", &kIntegerOrText},
                               {"delay", &kText},
                               {"failure_action", &kText},
                               {"monitor", &kText},
                               {"max_failure_ratio", &kNumberOrText},
                               {"order", &kOrder}};
constexpr Rule kUpdate{.kinds = kMapping, .types = "object", .keys = kUpdateKeys};
constexpr Key kLimitKeys[] = {
    {"cpus", &kNumberOrText}, {"memory", &kText}, {"pids", &kIntegerOrText}};
constexpr Rule kLimits{.kinds = kMapping, .types = "object", .keys = kLimitKeys};
constexpr Key kDiscreteKeys[] = {{"kind", &kText}, {"value", &kNumberOrText}};
constexpr Rule kDiscrete{.kinds = kMapping, .types = "object", .keys = kDiscreteKeys};
constexpr Key kGenericKeys[] = {{"discrete_resource_spec", &kDiscrete}};
constexpr Rule kGeneric{.kinds = kMapping, .types = "object", .keys = kGenericKeys};
constexpr Rule kGenerics{.kinds = kSequence, .types = "array", .items = &kGeneric};
constexpr Word kRequestRequired[] = {"capabilities"};
constexpr Key kRequestKeys[] = {{"capabilities", &kTextSet},
                                {"driver", &kText},
                                {"count", &kTextOrInteger},
                                {"device_ids", &kTextSet},
                                {"options", &kListOrMap}};
constexpr Rule kRequest{
    .kinds = kMapping, .types = "object", .keys = kRequestKeys, .required = kRequestRequired};
constexpr Rule kRequests{.kinds = kSequence, .types = "array", .items = &kRequest};
constexpr Rule kGpu{.kinds = kMapping, .types = "object", .keys = kRequestKeys};
constexpr Word kGpuWords[] = {"all"};
constexpr Rule kGpus{
    .kinds = kString | kSequence, .types = "string | array", .items = &kGpu, .words = kGpuWords};
constexpr Key kReservationKeys[] = {{"cpus", &kNumberOrText},
                                    {"memory", &kText},
                                    {"devices", &kRequests},
                                    {"generic_resources", &kGenerics}};
constexpr Rule kReservations{.kinds = kMapping, .types = "object", .keys = kReservationKeys};
constexpr Key kResourceKeys[] = {{"limits", &kLimits}, {"reservations", &kReservations}};
constexpr Rule kResources{.kinds = kMapping, .types = "object", .keys = kResourceKeys};
constexpr Key kTaskRestartKeys[] = {{"condition", &kText},
                                    {"delay", &kText},
                                    {"max_attempts", &kIntegerOrText},
                                    {"window", &kText}};
constexpr Rule kTaskRestart{.kinds = kMapping, .types = "object", .keys = kTaskRestartKeys};
constexpr Key kPreferenceKeys[] = {{"spread", &kText}};
constexpr Rule kPreference{.kinds = kMapping, .types = "object", .keys = kPreferenceKeys};
constexpr Rule kPreferences{.kinds = kSequence, .types = "array", .items = &kPreference};
constexpr Key kPlacementKeys[] = {{"constraints", &kTextList},
                                  {"preferences", &kPreferences},
                                  {"max_replicas_per_node", &kIntegerOrText}};
constexpr Rule kPlacement{.kinds = kMapping, .types = "object", .keys = kPlacementKeys};
constexpr Key kDeployKeys[] = {{"mode", &kText},
                               {"replicas", &kIntegerOrText},
                               {"labels", &kListOrMap},
                               {"update_config", &kUpdate},
                               {"rollback_config", &kUpdate},
                               {"resources", &kResources},
                               {"restart_policy", &kTaskRestart},
                               {"placement", &kPlacement},
                               {"endpoint_mode", &kText}};
constexpr Rule kDeploy{.kinds = kMapping | kNull, .types = "object/null", .keys = kDeployKeys};

// --- a service
// ----------------------------------------------------------------------------------------------
constexpr Word kCgroups[] = {"host", "private"};
constexpr Rule kCgroup{.kinds = kString, .types = "string", .words = kCgroups};
constexpr Rule kContainerName{.kinds = kString,
                              .types = "string",
                              .accepts = accepts_container_name,
                              .pattern = "[a-zA-Z0-9][a-zA-Z0-9_.-]+"};
constexpr Rule kPullPolicy{.kinds = kString,
                           .types = "string",
                           .accepts = accepts_pull_policy,
                           .pattern =
                               "always|never|build|if_not_present|missing|refresh|daily|weekly|"
                               "every_([0-9]+[wdhms])+"};
constexpr Rule kCpuCount{.kinds = kInteger | kString, .types = "string | integer", .bounded = true};
constexpr Rule kCpuPercent{.kinds = kInteger | kString,
                           .types = "string | integer",
                           .bounded = true,
                           .minimum = 0,
                           .maximum = 100};
constexpr Rule kOomScore{.kinds = kInteger | kString,
                         .types = "string | integer",
                         .bounded = true,
                         .minimum = -1000,
                         .maximum = 1000};

constexpr Key kServiceKeys[] = {{"profiles", &kTextSet},
                                {"annotations", &kListOrMap},
                                {"attach", &kFlag},
                                {"build", &kBuild},
                                {"develop", &kDevelop},
                                {"blkio_config", &kBlock},
                                {"cap_add", &kTextSet},
                                {"cap_drop", &kTextSet},
                                {"cgroup_parent", &kText},
                                {"cgroup", &kCgroup},
                                {"cpu_count", &kCpuCount},
                                {"cpu_percent", &kCpuPercent},
                                {"cpu_period", &kNumberOrText},
                                {"cpu_quota", &kNumberOrText},
                                {"cpu_rt_period", &kNumberOrText},
                                {"cpu_rt_runtime", &kNumberOrText},
                                {"cpus", &kNumberOrText},
                                {"cpuset", &kText},
                                {"cpu_shares", &kNumberOrText},
                                {"command", &kCommand},
                                {"configs", &kFileMounts},
                                {"container_name", &kContainerName},
                                {"credential_spec", &kCredential},
                                {"depends_on", &kDependsOn},
                                {"deploy", &kDeploy},
                                {"device_cgroup_rules", &kTextSet},
                                {"devices", &kDevices},
                                {"dns", &kTextOrList},
                                {"dns_opt", &kTextSet},
                                {"dns_search", &kTextOrList},
                                {"domainname", &kText},
                                {"entrypoint", &kCommand},
                                {"provider", &kProvider},
                                {"environment", &kListOrMap},
                                {"env_file", &kEnvFile},
                                {"expose", &kTextNumberSet},
                                {"extends", &kExtends},
                                {"external_links", &kTextSet},
                                {"extra_hosts", &kExtraHosts},
                                {"group_add", &kTextNumberSet},
                                {"gpus", &kGpus},
                                {"hostname", &kText},
                                {"healthcheck", &kHealth},
                                {"image", &kText},
                                {"init", &kFlag},
                                {"ipc", &kText},
                                {"isolation", &kText},
                                {"labels", &kListOrMap},
                                {"label_file", &kTextOrPlainList},
                                {"links", &kTextSet},
                                {"logging", &kLogging},
                                {"mem_limit", &kNumberOrText},
                                {"mem_reservation", &kTextOrInteger},
                                {"memswap_limit", &kNumberOrText},
                                {"mem_swappiness", &kIntegerOrText},
                                {"mac_address", &kText},
                                {"models", &kServiceModels},
                                {"network_mode", &kText},
                                {"networks", &kServiceNetworks},
                                {"oom_kill_disable", &kFlag},
                                {"oom_score_adj", &kOomScore},
                                {"pid", &kTextOrNull},
                                {"pids_limit", &kNumberOrText},
                                {"platform", &kText},
                                {"ports", &kPorts},
                                {"privileged", &kFlag},
                                {"pull_policy", &kPullPolicy},
                                {"pull_refresh_after", &kText},
                                {"read_only", &kFlag},
                                {"restart", &kText},
                                {"runtime", &kText},
                                {"scale", &kIntegerOrText},
                                {"secrets", &kFileMounts},
                                {"security_opt", &kTextSet},
                                {"shm_size", &kNumberOrText},
                                {"stdin_open", &kFlag},
                                {"stop_grace_period", &kText},
                                {"stop_signal", &kText},
                                {"storage_opt", &kOpenMap},
                                {"sysctls", &kListOrMap},
                                {"tmpfs", &kTextOrList},
                                {"tty", &kFlag},
                                {"ulimits", &kUlimits},
                                {"use_api_socket", &kStrictFlag},
                                {"user", &kText},
                                {"userns_mode", &kText},
                                {"uts", &kText},
                                {"volumes", &kMounts},
                                {"volumes_from", &kTextSet},
                                {"working_dir", &kText},
                                {"pre_start", &kPreStarts},
                                {"post_start", &kHooks},
                                {"pre_stop", &kHooks}};
constexpr Rule kService{.kinds = kMapping, .types = "object", .keys = kServiceKeys};
constexpr Rule kServices{
    .kinds = kMapping, .types = "object", .values = &kService, .named = true, .extensions = false};

// --- networks, volumes, secrets, configs, models, include
// -----------------------------------------------------
constexpr Key kExternalKeys[] = {{"name", &kText}};
constexpr Rule kExternal{.kinds = kBoolean | kString | kMapping,
                         .types = "boolean/string/object",
                         .keys = kExternalKeys};

constexpr Key kPoolKeys[] = {
    {"subnet", &kText}, {"gateway", &kText}, {"ip_range", &kText}, {"aux_addresses", &kTextMap}};
constexpr Rule kPool{.kinds = kMapping, .types = "object", .keys = kPoolKeys};
constexpr Rule kPools{.kinds = kSequence, .types = "array", .items = &kPool};
constexpr Key kIpamKeys[] = {{"driver", &kText}, {"config", &kPools}, {"options", &kTextMap}};
constexpr Rule kIpam{.kinds = kMapping, .types = "object", .keys = kIpamKeys};
constexpr Key kNetworkKeys[] = {{"name", &kText},
                                {"driver", &kText},
                                {"driver_opts", &kOptions},
                                {"ipam", &kIpam},
                                {"external", &kExternal},
                                {"internal", &kFlag},
                                {"attachable", &kFlag},
                                {"labels", &kListOrMap},
                                {"enable_ipv4", &kFlag},
                                {"enable_ipv6", &kFlag}};
constexpr Rule kNetwork{.kinds = kMapping | kNull, .types = "object/null", .keys = kNetworkKeys};
constexpr Rule kNetworks{.kinds = kMapping, .types = "object", .values = &kNetwork, .named = true};

constexpr Key kVolumeKeys[] = {{"name", &kText},
                               {"driver", &kText},
                               {"driver_opts", &kOptions},
                               {"external", &kExternal},
                               {"labels", &kListOrMap}};
constexpr Rule kVolume{.kinds = kMapping | kNull, .types = "object/null", .keys = kVolumeKeys};
constexpr Rule kVolumes{
    .kinds = kMapping, .types = "object", .values = &kVolume, .named = true, .extensions = false};

constexpr Key kSecretKeys[] = {{"name", &kText},
                               {"file", &kText},
                               {"environment", &kText},
                               {"external", &kExternal},
                               {"labels", &kListOrMap},
                               {"driver", &kText},
                               {"driver_opts", &kOptions},
                               {"template_driver", &kText}};
constexpr Rule kSecret{.kinds = kMapping, .types = "object", .keys = kSecretKeys};
constexpr Rule kSecrets{
    .kinds = kMapping, .types = "object", .values = &kSecret, .named = true, .extensions = false};

constexpr Key kConfigKeys[] = {{"name", &kText},
                               {"file", &kText},
                               {"environment", &kText},
                               {"content", &kText},
                               {"external", &kExternal},
                               {"labels", &kListOrMap},
                               {"template_driver", &kText}};
constexpr Rule kConfig{.kinds = kMapping, .types = "object", .keys = kConfigKeys};
constexpr Rule kConfigs{
    .kinds = kMapping, .types = "object", .values = &kConfig, .named = true, .extensions = false};

constexpr Word kModelRequired[] = {"model"};
constexpr Key kModelKeys[] = {{"name", &kText},
                              {"model", &kText},
                              {"context_size", &kWholeNumber},
                              {"runtime_flags", &kTextList}};
constexpr Rule kModel{
    .kinds = kMapping, .types = "object", .keys = kModelKeys, .required = kModelRequired};
constexpr Rule kModels{.kinds = kMapping, .types = "object", .values = &kModel, .named = true};

constexpr Key kIncludeKeys[] = {
    {"path", &kTextOrList}, {"env_file", &kTextOrList}, {"project_directory", &kText}};
constexpr Rule kInclude{.kinds = kString | kMapping,
                        .types = "string | object",
                        .keys = kIncludeKeys,
                        .extensions = false};
constexpr Rule kIncludes{.kinds = kSequence, .types = "array", .items = &kInclude};

constexpr Key kFileKeys[] = {{"version", &kText},
                             {"name", &kText},
                             {"include", &kIncludes},
                             {"services", &kServices},
                             {"networks", &kNetworks},
                             {"volumes", &kVolumes},
                             {"secrets", &kSecrets},
                             {"configs", &kConfigs},
                             {"models", &kModels}};
constexpr Rule kFile{.kinds = kMapping, .types = "object", .keys = kFileKeys};

}  // namespace

const Rule& file_rule() {
    return kFile;
}

std::span<const Key> service_keys() {
    return kServiceKeys;
}

const Rule* rule_at(const Path& path) {
    const Rule* rule = &kFile;
    for (const std::string& step : path) {
        if (rule == nullptr) return nullptr;
        if (!step.empty() && step[0] == '[') {
            rule = rule->items;
            continue;
        }
        const Rule* next = rule->values;
        for (const Key& key : rule->keys) {
            if (key.name == step) next = key.rule;
        }
        rule = next;
    }
    return rule;
}

}  // namespace podium::compose
