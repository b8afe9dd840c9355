#pragma once

// The table of commands: all that `docker` knows, what Podium carries out and what it refuses by
// name.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/docker/verb.hpp"

namespace podium::programs::docker {

/// "container", "image" and the like: a name with verbs below it.
struct Group {
    std::string_view name;
    std::string_view about;
    bool swarm = false;
    std::string_view usage =
        {};  ///< What follows its name where it was called wrongly, with a blank.
};

std::span<const Group> groups();

/// What Podium carries out.
std::span<const Verb> verbs();

/// Why Podium doesn't carry out a command that exists in life.
enum class Absence : std::uint8_t {
    NotSimulated,    ///< Podium says so.
    Experimental,    ///< docker says so: the engine has to run with experimental features.
};

struct AbsentVerb {
    std::string_view path;   ///< "build", "image build".
    std::string_view about;  ///< Empty: help doesn't list it.
    Absence absence = Absence::NotSimulated;
    std::string_view what;  ///< What isn't simulated, as it ends the sentence.
};

std::span<const AbsentVerb> absent_verbs();

/// The flags of `docker` itself.
std::span<const Flag> global_flags();

/// The verbs of `docker run` and the like that the front page of the help shows first, in its
/// order.
std::span<const std::string_view> common_verbs();

/// A verb by its path without "docker" ("container ps"), aliases too; `canonical` gets the name
/// that usage lines show ("container ls"). Null when there is none.
const Verb* find_verb(const std::string& path, std::string& canonical);
const Group* find_group(std::string_view name);
const AbsentVerb* find_absent(const std::string& path);

/// All spellings of a verb, as its help lists them: "docker container ls, docker container list,
/// ...". Empty when it has only one.
std::string alias_text(const Verb& verb);

/// The help of a verb, a group, or of docker itself, with a line end at its end.
std::string verb_help(const Verb& verb, const std::string& canonical);
std::string group_help(const Group& group);
std::string front_page();
/// "docker ps [OPTIONS]".
std::string usage_line(const Verb& verb, const std::string& canonical);

// The two halves of the table.
std::span<const Verb> container_verbs();
std::span<const Verb> object_verbs();

}  // namespace podium::programs::docker
