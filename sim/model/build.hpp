#pragma once

// Building images from Dockerfiles with the engine's own builder (moby v20.10.24
// builder/dockerfile, the "classic" one): what is asked for, and a build under way. A build is a
// request like a pull: it goes from instruction to instruction, waits for pulls and for the
// containers that RUN needs, and writes what `docker build` shows to the request's stream. Written
// by the files build*.cpp.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/model/dockerfile.hpp"
#include "sim/model/file_tree.hpp"
#include "sim/model/ids.hpp"
#include "sim/model/image.hpp"

namespace podium::model {

struct World;
struct Request;

/// The body and the query of POST /build.
struct BuildSpec {
    std::string dockerfile;       ///< Its text.
    DockerfileSyntax syntax = DockerfileSyntax::Engine;  ///< BuildKit's: stages that nobody needs are left out, too.
    std::string dockerfile_name;  ///< Within the context, or as the client found it.
    std::string place;            ///< Where it is for people: "app/Dockerfile".
    FileTree context;             ///< Paths from "/", without what .dockerignore leaves out.
    std::vector<std::string> tags;
    std::map<std::string, std::string> arguments;
    std::map<std::string, std::string> labels;
    std::string target;
    std::string network;
    std::int64_t memory_bytes = 0;
    bool no_cache = false;
    bool pull = false;
    bool remove = true;         ///< Intermediate containers, after a build that succeeds.
    bool force_remove = false;  ///< Also after one that fails.
};

/// A build under way.
struct Build {
    /// What an instruction leaves to be done once its time is over.
    struct Commit {
        std::string key;         ///< What the cache finds it by.
        std::string created_by;  ///< For `docker history`.
        bool of_container = false;
        bool unsimulated = false;
        FileTree files;  ///< COPY, ADD and WORKDIR; a container's own are taken from its layer.
    };

    RequestId request;
    HostId host;
    std::shared_ptr<const BuildSpec> spec;
    std::shared_ptr<const Dockerfile> file;  ///< Up to the last step of the target.
    std::size_t next = 0;                    ///< Step.
    bool cache_missed = false;  ///< In this stage: nothing after it is taken from the cache.
    bool command_set = false;   ///< CMD stood in this stage: an ENTRYPOINT leaves it as it is.
    ImagePointer image;         ///< What the stage has come to; null for scratch.
    ImageConfig config;
    std::vector<std::pair<std::string, ImagePointer>>
        stages;  ///< Those that are done, with their names.
    std::map<std::string, std::optional<std::string>>
        meta_arguments;                                           ///< ARG before the first FROM.
    std::map<std::string, std::optional<std::string>> arguments;  ///< ARG of the stage.
    std::set<std::string> used_arguments;
    std::string maintainer;  ///< Of the stage: the images' author.
    std::string stage_name;
    RequestId pull;                     ///< Of a base image.
    ContainerId container;              ///< The present step's intermediate container.
    std::set<ContainerId> left_behind;  ///< Those that have not been removed.
    Commit commit;
    bool written =
        false;  ///< Something was shown: what goes wrong from here on is told in the stream.
};

/// POST /build.
void run_build(World& world, RequestId id, Request& request);
/// The client has hung up, or the engine is gone: the step's container is killed and removed, as
/// the builder does it.
void abandon_build(World& world, RequestId id);

// --- internal to the builder ---

/// The variables an instruction may use: the image's, then arguments that none of these hides;
/// "NAME=value".
std::vector<std::string> build_variables(const Build& build);
/// Of these, the arguments alone: what RUN gets besides.
std::vector<std::string> build_arguments(const Build& build);
/// Of these, those that tell a RUN from the same one with other arguments: not the proxies, which
/// need no ARG.
std::vector<std::string> told_arguments(const Build& build);
/// The arguments of before the first FROM.
std::vector<std::string> meta_variables(const Build& build);
/// Whether an argument may be given without an ARG for it.
bool is_builtin_argument(const std::string& name);
/// Carries out an instruction that changes nothing but the image's configuration; the comment it is
/// committed with.
Result<std::string> configure(Build& build, DockerStep step);
/// The words of a command in the image's shell, or as they are when they were written as JSON.
std::vector<std::string> command_words(const Build& build, const DockerStep& step);

/// What COPY and ADD put into the image.
struct Copied {
    FileTree files;
    std::string hash;                ///< "file:…", "dir:…" or "multi:…".
    std::string destination;         ///< As written, variables filled in.
    std::vector<std::string> notes;  ///< What is not simulated of it.
};

Result<Copied> copy_files(const World& world, const Build& build, const DockerStep& step);

}  // namespace podium::model
