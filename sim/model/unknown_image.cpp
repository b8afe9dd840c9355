#include "sim/model/unknown_image.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/image_command.hpp"
#include "sim/model/process_table.hpp"
#include "sim/model/taken_as_done.hpp"

namespace podium::model {
namespace {

constexpr std::int64_t kLastPortOfCheck = 65'535;

constexpr const char* kProjectOfContainer = "com.docker.compose.project";
constexpr const char* kServiceOfContainer = "com.docker.compose.service";
constexpr const char* kAwaitedByContainer = "com.docker.compose.depends_on";

bool is_digit_of_port(char c) { return c >= '0' && c <= '9'; }
bool is_letter_of_name(char c) { return is_digit_of_port(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.'; }

// The port that is asked at a name of the own container which stands in a text from `at` to `end`.
std::uint16_t port_after(std::string_view text, std::size_t at, std::size_t end) {
    const std::string_view before = text.substr(0, at);
    std::string_view rest = text.substr(end);
    const bool device = before.ends_with("/dev/tcp/");
    const bool named = rest.starts_with(':') || (device ? rest.starts_with('/') : rest.starts_with(' '));
    const std::string digits(rest.substr(named ? 1 : 0, rest.size()));
    const auto length = static_cast<std::size_t>(std::find_if_not(digits.begin(), digits.end(), is_digit_of_port) - digits.begin());
    std::int64_t port = 0;
    if (named && length > 0 && length <= 5 && parse_integer(digits.substr(0, length), port) && port > 0 && port <= kLastPortOfCheck) return static_cast<std::uint16_t>(port);
    if (rest.starts_with(':')) return 0;
    if (before.ends_with("http://")) return 80;
    return before.ends_with("https://") ? 443 : 0;
}

void tell_of_container(World& world, ContainerId container, const std::string& text) {
    world.kernel.record(kFactNotModelled, Subject(SubjectType::Container, container.value), world.kernel.intern(text));
}

std::uint16_t first_port(const World& world, ContainerId container) {
    const auto& listeners = world.host(world.container(container).host).listeners;
    const auto found = std::find_if(listeners.begin(), listeners.end(), [container](const auto& listener) { return listener.container == container && listener.protocol == "tcp"; });
    return found == listeners.end() ? std::uint16_t{0} : found->port;
}

}  // namespace

std::string unknown_image_sentence(const ImageReference& reference, const PullAnswer& answer) {
    return fmt::format(
        "{} is not in Podium's catalogue of images{}; it is taken for a server that starts in a "
        "second and ends on TERM",
        reference.familiar_name(),
        answer.nearest.empty() ? "" : fmt::format(" (did you mean {}?)", answer.nearest));
}

bool is_of_unknown_image(const World& world, ContainerId container) {
    if (!container) return false;
    const ContainerDetail& d = world.detail(container);
    return d.profile != nullptr && d.profile->unknown_commands_serve && d.image != nullptr && !d.image->from_scratch;
}

bool may_be_of_unknown_image(const World& world, HostId host, ContainerId container, const std::string& path) {
    return is_of_unknown_image(world, container) && locate_file(world, host, container, path).tree == FileLocation::Tree::Layer;
}

bool may_have_been_installed(const World& world, ContainerId container, const std::string& name) {
    if (!container || name.empty() || name.find('/') != std::string::npos) return false;
    // What other images have is known to be missing here: curl in a slim one.
    if (world.programs == nullptr || world.programs->find(name, true) != shell::Errno::NoEntry)
        return false;
    const ContainerDetail& d = world.detail(container);
    return d.profile != nullptr && d.profile->stands_in && d.image != nullptr &&
           d.image->unsimulated && d.build_place.empty();
}

std::vector<std::string> names_for_checks(const World& world, ContainerId container) {
    std::vector<std::string> out{std::string(world.name_of(container)), hostname_of(world, world.container(container).host, container)};
    for (const Endpoint& endpoint : world.detail(container).endpoints) out.insert(out.end(), endpoint.aliases.begin(), endpoint.aliases.end());
    return out;
}

bool is_counted_on_to_end(const World& world, ContainerId container) {
    const Container& self = world.container(container);
    const auto label_of = [&world](const Container& c, const char* name) {
        const auto& labels = world.spec(c).labels;
        const auto found = labels.find(name);
        return found == labels.end() ? std::string() : found->second;
    };
    const std::string project = label_of(self, kProjectOfContainer);
    const std::string service = label_of(self, kServiceOfContainer);
    if (project.empty() || service.empty()) return false;
    const std::string wanted = service + ":service_completed_successfully:";
    return std::any_of(world.containers.begin(), world.containers.end(), [&](const Container& c) {
        if (c.host != self.host || c.state == ContainerState::Removed || label_of(c, kProjectOfContainer) != project) return false;
        const std::vector<std::string> awaited = split(label_of(c, kAwaitedByContainer), ',');
        return std::any_of(awaited.begin(), awaited.end(), [&wanted](const std::string& entry) { return entry.starts_with(wanted); });
    });
}

std::vector<std::uint16_t> ports_of_check(const std::vector<std::string>& test, const std::vector<std::string>& names) {
    std::vector<std::string> self{"localhost", "127.0.0.1", "0.0.0.0", "[::1]"};
    self.insert(self.end(), names.begin(), names.end());
    const std::string text = join(test, " ");
    std::vector<std::uint16_t> out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        // A name begins where no other word goes on.
        if (at > 0 && is_letter_of_name(text[at - 1])) continue;
        const auto name = std::find_if(self.begin(), self.end(), [&](const std::string& one) {
            const std::size_t end = at + one.size();
            return !one.empty() && text.compare(at, one.size(), one) == 0 && (end == text.size() || !is_letter_of_name(text[end]));
        });
        if (name == self.end()) continue;
        const std::uint16_t port = port_after(text, at, at + name->size());
        if (port != 0 && std::find(out.begin(), out.end(), port) == out.end()) out.push_back(port);
    }
    return out;
}

std::unique_ptr<shell::Program> stand_in_server(World& world, ContainerId container, const std::vector<std::string>& argv) {
    // What Podium knows of by name is no server (chown), nor is what prepares.
    if (argv.empty() || only_prepares(base_name(argv.front())) || world.detail(container).profile->has_program(base_name(argv.front()))) return nullptr;
    const BehaviourProfile& profile = *world.detail(container).profile;
    // One that stands in for people's programs says so itself.
    if (!profile.stands_in)
        tell_of_container(world,
                          container,
                          fmt::format("Podium does not run '{}'; a web server acts in its place",
                                      join(argv, " ")));
    return world.programs->make_service(profile);
}

namespace {

std::unique_ptr<shell::Program> ask_server(World& world, ContainerId container, const std::string& not_modelled, const std::string& told) {
    Health& health = world.detail(container).health;
    if (health.not_modelled.empty()) {
        health.not_modelled = not_modelled;
        tell_of_container(world, container, fmt::format("its health check {}; it is taken to pass while the server answers", told));
    }
    const std::uint16_t port = first_port(world, container);
    if (port == 0) return make_saying({}, false, 0);
    shell::Errno none = shell::Errno::None;
    return world.programs->make({"wget", "-q", "-O", "/dev/null", fmt::format("http://127.0.0.1:{}/", port)}, {}, true, none);
}

}  // namespace

std::unique_ptr<shell::Program> stand_in_probe(World& world, ContainerId container, const std::vector<std::string>& argv) {
    return ask_server(world, container, fmt::format("the program {}", argv.front()), fmt::format("runs {}, which only its image may have", argv.front()));
}

std::unique_ptr<shell::Program> stand_in_probe_over_tls(World& world, ContainerId container, const std::vector<std::string>& argv) {
    if (argv.empty() || !is_of_unknown_image(world, container)) return nullptr;
    const std::string name = base_name(argv.front());
    if (name != "curl" && name != "wget") return nullptr;
    std::vector<std::string> addresses;
    std::copy_if(argv.begin() + 1, argv.end(), std::back_inserter(addresses), [](const std::string& word) { return word.starts_with("https://"); });
    if (addresses.empty() || ports_of_check(addresses, names_for_checks(world, container)).empty()) return nullptr;
    return ask_server(world, container, "TLS", "asks over TLS, which Podium does not model");
}

}  // namespace podium::model
