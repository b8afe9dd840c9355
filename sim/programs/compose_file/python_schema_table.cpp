// The schema of docker-compose 1.29.2 (config/compose_spec.json) as a table: read the two side by
// side. The checking is in python_schema.cpp.

#include "sim/programs/compose_file/python_schema.hpp"

namespace podium::compose::python {
namespace {

using PythonWord = std::string_view;

// --- values of one kind -------------------------------------------------------------------------
constexpr Schema kString{.types = "string"};
constexpr Schema kBoolean{.types = "boolean"};
constexpr Schema kNumber{.types = "number"};
constexpr Schema kInteger{.types = "integer"};
constexpr Schema kNull{.types = "null"};
constexpr Schema kObject{.types = "object"};
constexpr Schema kStringOrNull{.types = "string/null"};
constexpr Schema kNumberOrString{.types = "number/string"};
constexpr Schema kStringOrNumber{.types = "string/number"};
constexpr Schema kStringOrInteger{.types = "string/integer"};
constexpr Schema kIntegerOrString{.types = "integer/string"};
constexpr Schema kStringNumberNull{.types = "string/number/null"};
constexpr Schema kStrings{.types = "array", .items = &kString};
constexpr Schema kStringSet{.types = "array", .items = &kString, .unique = true};
constexpr Schema kStringOrNumberSet{.types = "array", .items = &kStringOrNumber, .unique = true};

// --- values of several kinds --------------------------------------------------------------------
constexpr const Schema* kStringOrStrings[] = {&kString, &kStrings};
constexpr Schema kCommandLine{.one_of = kStringOrStrings};
constexpr const Schema* kStringOrSet[] = {&kString, &kStringSet};
constexpr Schema kStringOrList{.one_of = kStringOrSet};
constexpr Schema kFreeMapping{
    .types = "object", .values = &kStringNumberNull, .names = Names::NotEmpty, .closed = true};
constexpr const Schema* kMappingOrSet[] = {&kFreeMapping, &kStringSet};
constexpr Schema kListOrMapping{.one_of = kMappingOrSet};
constexpr Schema kDriverOptions{
    .types = "object", .values = &kStringOrNumber, .names = Names::NotEmptyLine};
constexpr Schema kStringMapping{
    .types = "object", .values = &kString, .names = Names::NotEmptyLine, .closed = true};

// --- parts of a service -------------------------------------------------------------------------
constexpr Property kBuildProperties[] = {{"context", &kString},
                                         {"dockerfile", &kString},
                                         {"args", &kListOrMapping},
                                         {"labels", &kListOrMapping},
                                         {"cache_from", &kStrings},
                                         {"network", &kString},
                                         {"target", &kString},
                                         {"shm_size", &kIntegerOrString},
                                         {"extra_hosts", &kListOrMapping},
                                         {"isolation", &kString}};
constexpr Schema kBuildMapping{
    .types = "object", .keys = kBuildProperties, .closed = true, .extensions = true};
constexpr const Schema* kBuildForms[] = {&kString, &kBuildMapping};
constexpr Schema kBuildSection{.one_of = kBuildForms};

constexpr Property kRateProperties[] = {{"path", &kString}, {"rate", &kIntegerOrString}};
constexpr Schema kRate{.types = "object", .keys = kRateProperties, .closed = true};
constexpr Schema kRates{.types = "array", .items = &kRate};
constexpr Property kWeightProperties[] = {{"path", &kString}, {"weight", &kInteger}};
constexpr Schema kWeight{.types = "object", .keys = kWeightProperties, .closed = true};
constexpr Schema kWeights{.types = "array", .items = &kWeight};
constexpr Property kBlockProperties[] = {{"device_read_bps", &kRates},
                                         {"device_read_iops", &kRates},
                                         {"device_write_bps", &kRates},
                                         {"device_write_iops", &kRates},
                                         {"weight", &kInteger},
                                         {"weight_device", &kWeights}};
constexpr Schema kBlockConfig{.types = "object", .keys = kBlockProperties, .closed = true};

constexpr Property kReferenceProperties[] = {{"source", &kString},
                                             {"target", &kString},
                                             {"uid", &kString},
                                             {"gid", &kString},
                                             {"mode", &kNumber}};
constexpr Schema kReferenceMapping{
    .types = "object", .keys = kReferenceProperties, .closed = true, .extensions = true};
constexpr const Schema* kReferenceForms[] = {&kString, &kReferenceMapping};
constexpr Schema kReference{.one_of = kReferenceForms};
constexpr Schema kReferences{.types = "array", .items = &kReference};

constexpr Property kSpecProperties[] = {
    {"config", &kString}, {"file", &kString}, {"registry", &kString}};
constexpr Schema kCredentialSpec{
    .types = "object", .keys = kSpecProperties, .closed = true, .extensions = true};

constexpr PythonWord kConditionWords[] = {
    "service_started", "service_healthy", "service_completed_successfully"};
constexpr Schema kConditionText{.types = "string", .words = kConditionWords};
constexpr Property kConditionProperties[] = {{"condition", &kConditionText}};
constexpr PythonWord kConditionRequired[] = {"condition"};
constexpr Schema kConditionMapping{.types = "object",
                                   .keys = kConditionProperties,
                                   .closed = true,
                                   .required = kConditionRequired,
                                   .order = Order::ClosedFirst};
constexpr Schema kConditions{
    .types = "object", .values = &kConditionMapping, .closed = true, .order = Order::ClosedFirst};
constexpr const Schema* kDependencyForms[] = {&kStringSet, &kConditions};
constexpr Schema kDependencies{.one_of = kDependencyForms};

constexpr Schema kExposed{.types = "string/number", .format = Format::Expose};
constexpr Schema kExposedSet{.types = "array", .items = &kExposed, .unique = true};

constexpr Property kExtendsProperties[] = {{"service", &kString}, {"file", &kString}};
constexpr PythonWord kExtendsNeeds[] = {"service"};
constexpr Schema kExtendsMapping{
    .types = "object", .keys = kExtendsProperties, .closed = true, .required = kExtendsNeeds};
constexpr const Schema* kExtendsForms[] = {&kString, &kExtendsMapping};
constexpr Schema kExtendsSection{.one_of = kExtendsForms};

constexpr Property kHealthProperties[] = {{"disable", &kBoolean},
                                          {"interval", &kString},
                                          {"retries", &kNumber},
                                          {"test", &kCommandLine},
                                          {"timeout", &kString},
                                          {"start_period", &kString}};
constexpr Schema kHealthcheck{
    .types = "object", .keys = kHealthProperties, .closed = true, .extensions = true};

constexpr Schema kLogOptionMapping{
    .types = "object", .values = &kStringNumberNull, .names = Names::NotEmptyLine};
constexpr Property kLogProperties[] = {{"driver", &kString}, {"options", &kLogOptionMapping}};
constexpr Schema kLog{
    .types = "object", .keys = kLogProperties, .closed = true, .extensions = true};

constexpr Property kAttachmentProperties[] = {{"aliases", &kStringSet},
                                              {"ipv4_address", &kString},
                                              {"ipv6_address", &kString},
                                              {"link_local_ips", &kStringSet},
                                              {"priority", &kNumber}};
constexpr Schema kAttachmentMapping{
    .types = "object", .keys = kAttachmentProperties, .closed = true, .extensions = true};
constexpr const Schema* kAttachmentForms[] = {&kAttachmentMapping, &kNull};
constexpr Schema kAttachment{.one_of = kAttachmentForms};
constexpr Schema kAttachments{.types = "object", .values = &kAttachment, .closed = true};
constexpr const Schema* kAttachmentsForms[] = {&kStringSet, &kAttachments};
constexpr Schema kServiceNetworkSection{.one_of = kAttachmentsForms};

constexpr Schema kPortNumber{.types = "number", .format = Format::Port};
constexpr Schema kPortText{.types = "string", .format = Format::Port};
constexpr Property kPortProperties[] = {
    {"mode", &kString}, {"target", &kInteger}, {"published", &kInteger}, {"protocol", &kString}};
constexpr Schema kPortMapping{
    .types = "object", .keys = kPortProperties, .closed = true, .extensions = true};
constexpr const Schema* kPortForms[] = {&kPortNumber, &kPortText, &kPortMapping};
constexpr Schema kOnePort{.one_of = kPortForms};
constexpr Schema kPortSet{.types = "array", .items = &kOnePort, .unique = true};

constexpr PythonWord kPullPolicies[] = {"always", "never", "if_not_present", "build"};
constexpr Schema kPullPolicyText{.types = "string", .words = kPullPolicies};

constexpr Property kUlimitProperties[] = {{"hard", &kInteger}, {"soft", &kInteger}};
constexpr PythonWord kUlimitNeeds[] = {"soft", "hard"};
constexpr Schema kUlimitMapping{.types = "object",
                                .keys = kUlimitProperties,
                                .closed = true,
                                .extensions = true,
                                .required = kUlimitNeeds};
constexpr const Schema* kUlimitForms[] = {&kInteger, &kUlimitMapping};
constexpr Schema kOneUlimit{.one_of = kUlimitForms};
constexpr Schema kUlimitSection{
    .types = "object", .values = &kOneUlimit, .names = Names::Lowercase};

constexpr Property kBindProperties[] = {{"propagation", &kString}};
constexpr Schema kBindOptions{
    .types = "object", .keys = kBindProperties, .closed = true, .extensions = true};
constexpr Property kCopyProperties[] = {{"nocopy", &kBoolean}};
constexpr Schema kVolumeOptions{
    .types = "object", .keys = kCopyProperties, .closed = true, .extensions = true};
constexpr Schema kSize{.types = "integer", .bounded = true};
constexpr Property kSizeProperties[] = {{"size", &kSize}};
constexpr Schema kTmpfsOptions{
    .types = "object", .keys = kSizeProperties, .closed = true, .extensions = true};
constexpr Property kMountProperties[] = {{"type", &kString},
                                         {"source", &kString},
                                         {"target", &kString},
                                         {"read_only", &kBoolean},
                                         {"consistency", &kString},
                                         {"bind", &kBindOptions},
                                         {"volume", &kVolumeOptions},
                                         {"tmpfs", &kTmpfsOptions}};
constexpr PythonWord kMountNeeds[] = {"type"};
constexpr Schema kMountMapping{.types = "object",
                               .keys = kMountProperties,
                               .closed = true,
                               .extensions = true,
                               .required = kMountNeeds,
                               .order = Order::RequiredFirst};
constexpr const Schema* kMountForms[] = {&kString, &kMountMapping};
constexpr Schema kOneMount{.one_of = kMountForms};
constexpr Schema kMountSet{.types = "array", .items = &kOneMount, .unique = true};

// --- deploy -------------------------------------------------------------------------------------
constexpr PythonWord kOrderWords[] = {"start-first", "stop-first"};
constexpr Schema kOrderText{.types = "string", .words = kOrderWords};
constexpr Property kRolloutProperties[] = {{"parallelism", &kInteger},
                                           {"delay", &kString},
                                           {"failure_action", &kString},
                                           {"monitor", &kString},
                                           {"max_failure_ratio", &kNumber},
                                           {"order", &kOrderText}};
constexpr Schema kRollout{
    .types = "object", .keys = kRolloutProperties, .closed = true, .extensions = true};
constexpr Property kLimitProperties[] = {{"cpus", &kNumberOrString}, {"memory", &kString}};
constexpr Schema kLimitSection{
    .types = "object", .keys = kLimitProperties, .closed = true, .extensions = true};
constexpr Property kDiscreteProperties[] = {{"kind", &kString}, {"value", &kNumber}};
constexpr Schema kDiscreteSpec{
    .types = "object", .keys = kDiscreteProperties, .closed = true, .extensions = true};
constexpr Property kGenericProperties[] = {{"discrete_resource_spec", &kDiscreteSpec}};
constexpr Schema kGenericResource{
    .types = "object", .keys = kGenericProperties, .closed = true, .extensions = true};
constexpr Schema kGenericResources{.types = "array", .items = &kGenericResource};
constexpr Property kRequestProperties[] = {{"capabilities", &kStringSet},
                                           {"count", &kStringOrInteger},
                                           {"device_ids", &kStringSet},
                                           {"driver", &kString},
                                           {"options", &kListOrMapping}};
constexpr Schema kDeviceRequest{
    .types = "object", .keys = kRequestProperties, .closed = true, .extensions = true};
constexpr Schema kDeviceRequests{.types = "array", .items = &kDeviceRequest};
constexpr Property kReservationProperties[] = {{"cpus", &kNumberOrString},
                                               {"memory", &kString},
                                               {"generic_resources", &kGenericResources},
                                               {"devices", &kDeviceRequests}};
constexpr Schema kReservationSection{
    .types = "object", .keys = kReservationProperties, .closed = true, .extensions = true};
constexpr Property kResourceProperties[] = {{"limits", &kLimitSection},
                                            {"reservations", &kReservationSection}};
constexpr Schema kResourceSection{
    .types = "object", .keys = kResourceProperties, .closed = true, .extensions = true};
constexpr Property kRestartProperties[] = {{"condition", &kString},
                                           {"delay", &kString},
                                           {"max_attempts", &kInteger},
                                           {"window", &kString}};
constexpr Schema kRestartSection{
    .types = "object", .keys = kRestartProperties, .closed = true, .extensions = true};
constexpr Property kSpreadProperties[] = {{"spread", &kString}};
constexpr Schema kSpread{
    .types = "object", .keys = kSpreadProperties, .closed = true, .extensions = true};
constexpr Schema kSpreads{.types = "array", .items = &kSpread};
constexpr Property kPlacementProperties[] = {
    {"constraints", &kStrings}, {"preferences", &kSpreads}, {"max_replicas_per_node", &kInteger}};
constexpr Schema kPlacementSection{
    .types = "object", .keys = kPlacementProperties, .closed = true, .extensions = true};
constexpr Property kDeployProperties[] = {{"mode", &kString},
                                          {"endpoint_mode", &kString},
                                          {"replicas", &kInteger},
                                          {"labels", &kListOrMapping},
                                          {"rollback_config", &kRollout},
                                          {"update_config", &kRollout},
                                          {"resources", &kResourceSection},
                                          {"restart_policy", &kRestartSection},
                                          {"placement", &kPlacementSection}};
constexpr Schema kDeploySection{
    .types = "object/null", .keys = kDeployProperties, .closed = true, .extensions = true};

// --- a service ----------------------------------------------------------------------------------
constexpr Schema kCount{.types = "integer", .bounded = true};
constexpr Schema kPercent{.types = "integer", .bounded = true, .minimum = 0, .maximum = 100};
constexpr Schema kScoreAdjustment{
    .types = "integer", .bounded = true, .minimum = -1000, .maximum = 1000};

constexpr Property kServiceProperties[] = {{"deploy", &kDeploySection},
                                           {"build", &kBuildSection},
                                           {"blkio_config", &kBlockConfig},
                                           {"cap_add", &kStringSet},
                                           {"cap_drop", &kStringSet},
                                           {"cgroup_parent", &kString},
                                           {"command", &kCommandLine},
                                           {"configs", &kReferences},
                                           {"container_name", &kString},
                                           {"cpu_count", &kCount},
                                           {"cpu_percent", &kPercent},
                                           {"cpu_shares", &kNumberOrString},
                                           {"cpu_quota", &kNumberOrString},
                                           {"cpu_period", &kNumberOrString},
                                           {"cpu_rt_period", &kNumberOrString},
                                           {"cpu_rt_runtime", &kNumberOrString},
                                           {"cpus", &kNumberOrString},
                                           {"cpuset", &kString},
                                           {"credential_spec", &kCredentialSpec},
                                           {"depends_on", &kDependencies},
                                           {"device_cgroup_rules", &kStringSet},
                                           {"devices", &kStringSet},
                                           {"dns", &kStringOrList},
                                           {"dns_opt", &kStringSet},
                                           {"dns_search", &kStringOrList},
                                           {"domainname", &kString},
                                           {"entrypoint", &kCommandLine},
                                           {"env_file", &kStringOrList},
                                           {"environment", &kListOrMapping},
                                           {"expose", &kExposedSet},
                                           {"extends", &kExtendsSection},
                                           {"external_links", &kStringSet},
                                           {"extra_hosts", &kListOrMapping},
                                           {"group_add", &kStringOrNumberSet},
                                           {"healthcheck", &kHealthcheck},
                                           {"hostname", &kString},
                                           {"image", &kString},
                                           {"init", &kBoolean},
                                           {"ipc", &kString},
                                           {"isolation", &kString},
                                           {"labels", &kListOrMapping},
                                           {"links", &kStringSet},
                                           {"logging", &kLog},
                                           {"mac_address", &kString},
                                           {"mem_limit", &kNumberOrString},
                                           {"mem_reservation", &kStringOrInteger},
                                           {"mem_swappiness", &kInteger},
                                           {"memswap_limit", &kNumberOrString},
                                           {"network_mode", &kString},
                                           {"networks", &kServiceNetworkSection},
                                           {"oom_kill_disable", &kBoolean},
                                           {"oom_score_adj", &kScoreAdjustment},
                                           {"pid", &kStringOrNull},
                                           {"pids_limit", &kNumberOrString},
                                           {"platform", &kString},
                                           {"ports", &kPortSet},
                                           {"privileged", &kBoolean},
                                           {"profiles", &kStringSet},
                                           {"pull_policy", &kPullPolicyText},
                                           {"read_only", &kBoolean},
                                           {"restart", &kString},
                                           {"runtime", &kString},
                                           {"scale", &kInteger},
                                           {"security_opt", &kStringSet},
                                           {"shm_size", &kNumberOrString},
                                           {"secrets", &kReferences},
                                           {"sysctls", &kListOrMapping},
                                           {"stdin_open", &kBoolean},
                                           {"stop_grace_period", &kString},
                                           {"stop_signal", &kString},
                                           {"storage_opt", &kObject},
                                           {"tmpfs", &kStringOrList},
                                           {"tty", &kBoolean},
                                           {"ulimits", &kUlimitSection},
                                           {"user", &kString},
                                           {"userns_mode", &kString},
                                           {"volumes", &kMountSet},
                                           {"volumes_from", &kStringSet},
                                           {"working_dir", &kString}};
constexpr Schema kServiceMapping{.types = "object",
                                 .keys = kServiceProperties,
                                 .closed = true,
                                 .extensions = true,
                                 .part = Part::Service};
constexpr Schema kServiceSection{
    .types = "object", .values = &kServiceMapping, .closed = true, .part = Part::Services};

// --- networks, volumes, secrets, configs --------------------------------------------------------
constexpr Property kExternalProperties[] = {{"name", &kString}};
constexpr Schema kExternalForm{
    .types = "boolean/object", .keys = kExternalProperties, .closed = true, .extensions = true};
constexpr Schema kOpenExternal{.types = "boolean/object", .keys = kExternalProperties};

constexpr Schema kSubnet{.types = "string", .format = Format::Subnet};
constexpr Property kPoolProperties[] = {{"subnet", &kSubnet},
                                        {"ip_range", &kString},
                                        {"gateway", &kString},
                                        {"aux_addresses", &kStringMapping}};
constexpr Schema kPoolMapping{
    .types = "object", .keys = kPoolProperties, .closed = true, .extensions = true};
constexpr Schema kPoolList{.types = "array", .items = &kPoolMapping};
constexpr Property kIpamProperties[] = {
    {"driver", &kString}, {"config", &kPoolList}, {"options", &kStringMapping}};
constexpr Schema kIpamSection{
    .types = "object", .keys = kIpamProperties, .closed = true, .extensions = true};
constexpr Property kNetworkProperties[] = {{"name", &kString},
                                           {"driver", &kString},
                                           {"driver_opts", &kDriverOptions},
                                           {"ipam", &kIpamSection},
                                           {"external", &kExternalForm},
                                           {"internal", &kBoolean},
                                           {"enable_ipv6", &kBoolean},
                                           {"attachable", &kBoolean},
                                           {"labels", &kListOrMapping}};
constexpr Schema kNetworkMapping{
    .types = "object/null", .keys = kNetworkProperties, .closed = true, .extensions = true};
constexpr Schema kNetworkSection{.types = "object", .values = &kNetworkMapping};

constexpr Property kVolumeProperties[] = {{"name", &kString},
                                          {"driver", &kString},
                                          {"driver_opts", &kDriverOptions},
                                          {"external", &kExternalForm},
                                          {"labels", &kListOrMapping}};
constexpr Schema kVolumeMapping{
    .types = "object/null", .keys = kVolumeProperties, .closed = true, .extensions = true};
constexpr Schema kVolumeSection{.types = "object", .values = &kVolumeMapping, .closed = true};

constexpr Property kSecretProperties[] = {{"name", &kString},
                                          {"file", &kString},
                                          {"external", &kOpenExternal},
                                          {"labels", &kListOrMapping},
                                          {"driver", &kString},
                                          {"driver_opts", &kDriverOptions},
                                          {"template_driver", &kString}};
constexpr Schema kSecretMapping{
    .types = "object", .keys = kSecretProperties, .closed = true, .extensions = true};
constexpr Schema kSecretSection{.types = "object", .values = &kSecretMapping, .closed = true};

constexpr Property kConfigProperties[] = {{"name", &kString},
                                          {"file", &kString},
                                          {"external", &kOpenExternal},
                                          {"labels", &kListOrMapping},
                                          {"template_driver", &kString}};
constexpr Schema kConfigMapping{
    .types = "object", .keys = kConfigProperties, .closed = true, .extensions = true};
constexpr Schema kConfigSection{.types = "object", .values = &kConfigMapping, .closed = true};

constexpr Property kFileProperties[] = {{"version", &kString},
                                        {"services", &kServiceSection},
                                        {"networks", &kNetworkSection},
                                        {"volumes", &kVolumeSection},
                                        {"secrets", &kSecretSection},
                                        {"configs", &kConfigSection}};
constexpr Schema kFileSchema{
    .types = "object", .keys = kFileProperties, .closed = true, .extensions = true};

}  // namespace

const Schema& file_schema() {
    return kFileSchema;
}

const Schema& service_schema() {
    return kServiceMapping;
}

}  // namespace podium::compose::python
