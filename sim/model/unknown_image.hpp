#pragma once

// What becomes of an image that Podium's catalogue doesn't have. Nobody here knows which programs, files and users are in it:
// what a file asks of it is taken to be there, and that is told. What is said of it is in the facts of its host and containers.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/model/image.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

/// "foo/bar is not in Podium's catalogue of images (did you mean …?); it is taken for …".
std::string unknown_image_sentence(const ImageReference& reference, const PullAnswer& answer);

/// What the registry of an image answers when a host asks for it. A name that no catalogue has and somebody has given to an image
/// on one of the hosts is not there before it is pushed.
PullAnswer ask_registry(const World& world, HostId host, const ImageReference& reference);

/// Whether a container's image is none that the catalogue describes, nor one built from nothing. False for no container.
bool is_of_unknown_image(const World& world, ContainerId container);

/// Whether a path in such an image may lead to a program of the image: nothing stands there, and it is not in a mount, whose
/// files are all known. `path` is absolute.
bool may_be_of_unknown_image(const World& world, HostId host, ContainerId container, const std::string& path);

/// Whether a program that the image doesn't list may have come with a step of its build that was
/// only taken as done (`RUN pip install -r requirements.txt`): of an image whose servers are
/// programs that people bring along, for what a container runs, not its build, and a name that no
/// image of the catalogue has.
bool may_have_been_installed(const World& world, ContainerId container, const std::string& name);

/// The TCP ports at which a health check asks its own container ("http://localhost:8123/ping", "nc -z 127.0.0.1 8123",
/// "/dev/tcp/localhost/8123"), in its order. An unknown image's server listens on them, too. `names`: what the container is
/// called besides ("http://storage:5000/status").
std::vector<std::uint16_t> ports_of_check(const std::vector<std::string>& test, const std::vector<std::string>& names = {});
/// What a container can be called in a health check of its own: its name, its host name, its aliases in networks.
std::vector<std::string> names_for_checks(const World& world, ContainerId container);

/// Whether a container of the same Compose project waits for this one's service to have ended with 0
/// (service_completed_successfully, in the label docker compose 2 gives): what nobody can know here ends by itself, then.
bool is_counted_on_to_end(const World& world, ContainerId container);

/// What stands for the last command of an unknown image's own script: its server. That is told. Null for what only prepares.
std::unique_ptr<shell::Program> stand_in_server(World& world, ContainerId container, const std::vector<std::string>& argv);

/// What stands for a program that a health check runs, and only the unknown image has: it asks the container's server over its
/// first port, and ends with 0 when it answers, or when there is no port to ask. Told once for a start.
std::unique_ptr<shell::Program> stand_in_probe(World& world, ContainerId container, const std::vector<std::string>& argv);

/// The same for curl and wget that ask the container itself at an https address: the server that stands for the unknown
/// image's speaks no TLS. Null for all else.
std::unique_ptr<shell::Program> stand_in_probe_over_tls(World& world, ContainerId container, const std::vector<std::string>& argv);

}  // namespace podium::model
