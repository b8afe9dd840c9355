#pragma once

// Users and groups: what stands in /etc/passwd and /etc/group, and whom `--user` and USER mean. Who a
// process is shows in id, whoami, ps and HOME; that files belong to somebody is not modelled.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/process.hpp"

namespace podium::model {

struct BehaviourProfile;

/// Who a process is to the kernel: the numbers of its user and of its groups.
struct Credentials {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::vector<std::uint32_t> further_groups;  ///< Without `group`, in ascending order.

    bool operator==(const Credentials&) const = default;
};

/// The accounts of an image's distribution and of the image itself (null: of a host), as /etc/passwd and /etc/group.
std::string passwd_text(const BehaviourProfile* profile);
std::string group_text(const BehaviourProfile* profile);

struct Identity {
    Credentials credentials;
    std::string home;  ///< "/" for a number without an account.
};

/// Whom "nobody", "1000", "1000:1000" or "" (root) means, looked up in the container's own files; errors are the
/// engine's sentences (opencontainers/runc libcontainer/user GetExecUser, as moby 20.10 getUser calls it). In an unknown image
/// (unknown_image.hpp) every name is somebody's, with the number 1000.
Result<Identity> find_identity(const World& world, HostId host, ContainerId container, const std::string& user);

/// The groups that --group-add gives a container's processes, or why it can't be started with them.
Result<std::vector<std::uint32_t>> added_groups(const World& world, HostId host, ContainerId container);
/// Who a process is: what the exec it comes from was given as --user, else its container's user; on a host, root.
Credentials credentials_of(const World& world, ProcessId process);

/// The environment of a process: with HOME, when nobody has set it.
std::shared_ptr<const std::vector<std::string>> with_home(std::vector<std::string> environment, const std::string& home);

/// The name of a user or group where a process is (container 0: on the host); nothing for one without an account.
std::optional<std::string> user_name(const World& world, HostId host, ContainerId container, std::uint32_t user);
std::optional<std::string> group_name(const World& world, HostId host, ContainerId container, std::uint32_t group);

/// The user a container runs as: the one asked for, else its image's; empty is root.
std::string user_of(const World& world, ContainerId container);

}  // namespace podium::model
