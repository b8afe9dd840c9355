#include <algorithm>

#include "sim/model/container.hpp"

namespace podium::model {

std::string_view restart_policy_name(RestartPolicyKind kind) {
    switch (kind) {
        case RestartPolicyKind::No: return "no";
        case RestartPolicyKind::Always: return "always";
        case RestartPolicyKind::UnlessStopped: return "unless-stopped";
        case RestartPolicyKind::OnFailure: return "on-failure";
    }
    return "";
}

// moby restartmanager.ShouldRestart (v20.10.24): a policy of `no` is asked first, then the
// cancellation; only then does the delay grow, also when the answer is not to restart.
PolicyOutput apply_restart_policy(const PolicyInput& input) {
    if (input.policy == RestartPolicyKind::No) return {ExitDecision::StaysDown, input.backoff};
    if (input.cancelled) return {ExitDecision::ManuallyStopped, input.backoff};
    Duration backoff = input.ran >= kBackoffResetRun ? Duration{} : input.backoff;
    backoff = backoff == Duration{} ? kBackoffFirst : std::min(backoff * kBackoffFactor, kBackoffCap);
    switch (input.policy) {
        case RestartPolicyKind::No: break;
        case RestartPolicyKind::Always: return {ExitDecision::Restart, backoff};
        case RestartPolicyKind::UnlessStopped:
            return {input.manually_stopped ? ExitDecision::ManuallyStopped : ExitDecision::Restart, backoff};
        case RestartPolicyKind::OnFailure:
            if (input.maximum_retries != 0 && input.restarts >= input.maximum_retries) {
                return {ExitDecision::OutOfAttempts, backoff};
            }
            return {input.exit_code != 0 ? ExitDecision::Restart : ExitDecision::Succeeded, backoff};
    }
    return {ExitDecision::StaysDown, backoff};
}

}  // namespace podium::model
