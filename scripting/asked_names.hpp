#pragma once

// The names a script's checks ask about (service "web", "die web") and its faults strike, and whether the run ever had
// them: what nobody was ever called is a slip of the pen, and a check with it would hold, or fail, for nothing. No Lua here.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/lab/project.hpp"
#include "sim/lab/session.hpp"

namespace podium::scripting {

class AskedNames {
  public:
    /// Names kept; a script that asks for more has the first of them looked up.
    static constexpr std::size_t kMost = 1'000;

    enum class Kind : std::uint8_t {
        Service,
        Container,
        Volume,
        Machine,   ///< What a fault strikes or traffic goes to: a service, container or host.
        Registry,  ///< That images come from.
        Image,
        Target,  ///< Of an event: anything a fact may be about.
    };

    /// Notes a name where it is first asked about.
    void ask(Kind kind, const std::string& name, const Place& place);
    /// The first name that nothing in the run had at any time, nor has in what the project declares.
    [[nodiscard]] std::optional<Error> unknown(const lab::Session& session,
                                               const lab::DeclaredNames& project) const;

  private:
    struct Asked {
        Kind kind;
        std::string name;
        Place place;
    };

    std::map<std::pair<Kind, std::string>, std::size_t> numbers_;
    std::vector<Asked> asked_;
};

}  // namespace podium::scripting
