#pragma once

// A Dockerfile as the builder of engine 20.10 reads it (moby v20.10.24 with the parser of buildkit
// it was built with): lines joined, comments dropped, instructions checked. Pure; sentences are
// that parser's own. Files for docker compose 2 are read as BuildKit reads them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/model/container_spec.hpp"

namespace podium::model {

enum class DockerInstruction : std::uint8_t {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
};

/// Whose instructions are known: those of the engine's own builder, or besides those of BuildKit's frontend (docker/dockerfile
/// 1.x: documents in line, newer flags).
enum class DockerfileSyntax : std::uint8_t { Engine, BuildKit };

/// A document in line ("<<EOF") of BuildKit's syntax.
struct DockerDocument {
    std::string name;
    std::string content;        ///< Its lines, each with its end.
    bool expand = true;         ///< Its name has no quotes: COPY fills in variables.
    bool without_tabs = false;  ///< "<<-EOF": without tabs in front of lines.
};

/// One instruction.
struct DockerStep {
    DockerInstruction instruction = DockerInstruction::From;
    int line = 0;      ///< Its first line, from 1.
    std::string text;  ///< As `docker build` prints it: in one line.
    std::multimap<std::string, std::string> flags;  ///< By name; of RUN there may be several mounts, in their order.
    bool json = false;               ///< The words were written as a JSON list.
    std::vector<std::string> words;  ///< What follows the instruction; of RUN, CMD and the like
                                     ///< without JSON one text.
    /// ENV, LABEL, ARG: names and values, still with their quotes and variables; an ARG may have no
    /// value.
    std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
    bool literal = false;  ///< The pairs have neither quotes nor variables: they are of `--label`.
    std::vector<DockerDocument> documents;  ///< Of COPY and ADD: files to be made besides.
    std::string stage;     ///< FROM … AS stage, in small letters.
    HealthCheck check;     ///< Of HEALTHCHECK.
};

struct Dockerfile {
    std::vector<DockerStep> steps;
    char escape = '\\';
    std::vector<std::string> warnings;
};

/// Limits of a Dockerfile; what is beyond is refused.
inline constexpr std::size_t kMostDockerfileBytes = 1U << 20;
inline constexpr std::size_t kMostDockerSteps = 500;
/// The longest line that the engine reads.
inline constexpr std::size_t kLongestDockerLine = 65'535;

/// Reads a Dockerfile. Errors are the engine's sentences, with the line as the error's place.
Result<Dockerfile> parse_dockerfile(std::string_view text,
                                    const std::string& name,
                                    DockerfileSyntax syntax = DockerfileSyntax::Engine);
/// Reads what `docker commit --change` says, an instruction a line: those that make sense for a
/// container.
Result<Dockerfile> parse_docker_changes(std::string_view text);

/// A word with its quotes taken off and its variables filled in ($NAME, ${NAME}, ${NAME:-word},
/// ${NAME:+word}, ${NAME:?sentence}, ${NAME?sentence}), as the builder does it for all instructions
/// but RUN, CMD and ENTRYPOINT. `variables`: "NAME=value".
Result<std::string> expand_docker_word(std::string_view word,
                                       const std::vector<std::string>& variables,
                                       char escape);

}  // namespace podium::model
