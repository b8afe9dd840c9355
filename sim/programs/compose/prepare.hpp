#pragma once

// What `up`, `create`, `scale` and `run` see to before any container is made: networks, volumes and images.
// Plans the work from what the engine answered and puts it on a board, one thing after the other.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/programs/compose/board.hpp"
#include "sim/programs/compose/build.hpp"
#include "sim/programs/compose/found.hpp"

namespace podium::programs::composing {

class Preparer {
  public:
    Preparer(const compose::Project& project, Board& board) : project_(project), board_(board) {}

    /// The engine's answer to an inspect of the network: makes it when it isn't there, and anew when docker
    /// compose 2 made it from another definition; `containers` are the project's. The sentence of what
    /// is wrong; empty when all is well.
    std::string network(const compose::Network& network, const Answer& present, const std::vector<Found>& containers);
    std::string volume(const compose::Volume& volume, const Answer& present);
    /// Whether a volume exists and docker compose 2 made it from another definition.
    [[nodiscard]] bool volume_differs(const compose::Volume& volume, const Answer& present) const;
    /// Takes such a volume away, with the containers that use it, and makes it anew.
    void renew_volume(const compose::Volume& volume, const std::vector<Found>& containers);
    /// Plans the build of a service's image, with what 1.29 warns of at its end; the sentence of what keeps it from being
    /// begun, empty when nothing does.
    std::string build(model::ProcessContext& context, const compose::Service& service, const BuildWish& wish, std::string closing);
    /// The engine's answer to an inspect of a service's image: plans its pull where the policy asks for it at this
    /// moment of the host's clock. The sentence of what is wrong with the policy; empty when all is well.
    std::string image(const compose::Service& service, const Answer& present, const std::string& policy, bool quiet, Time now);
    /// The images that are to be pulled, and the first service that wants each.
    [[nodiscard]] const std::map<std::string, std::string>& pulled() const { return pulled_; }
    /// Sentences of the client's log that came up.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  private:
    [[nodiscard]] bool v1() const { return project_.dialect == compose::Dialect::V1; }
    std::size_t chain(std::string notice);
    void add(std::size_t batch, std::string subject, Act act);
    void create_network(const compose::Network& network);
    void create_volume(const compose::Volume& volume);
    void renew_network(const compose::Network& network, const std::vector<Found>& containers);
    std::size_t stop(const std::vector<Found>& containers);
    [[nodiscard]] Result<bool> must_pull(const compose::Service& service, const Answer& present, const std::string& policy, Time now) const;
    void pull(const compose::Service& service, const std::string& image, bool quiet);

    const compose::Project& project_;
    Board& board_;
    std::optional<std::size_t> last_;
    std::map<std::string, std::string> pulled_;
    std::set<std::string> built_;
    std::vector<std::string> warnings_;
};

/// What the label config-hash of a network or volume holds (docker compose 2).
std::string network_hash(const compose::Project& project, const compose::Network& network);
std::string volume_hash(const compose::Project& project, const compose::Volume& volume);
/// The engine's name of an image: with its tag.
std::string full_image(const std::string& image);

}  // namespace podium::programs::composing
