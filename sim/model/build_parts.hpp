#pragma once

// What the builder's files share (build.hpp): the stages of a request to build, what a build says,
// the containers and images that steps make. Internal to the builder.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/model/build.hpp"

namespace podium::model {

/// What a request to build waits for; see build.cpp.
inline constexpr std::uint8_t kBuildNext = 1;
inline constexpr std::uint8_t kBuildPulling = 2;
inline constexpr std::uint8_t kBuildRunning = 3;
inline constexpr std::uint8_t kBuildCommitting = 4;

/// Not recorded; of the size of a container's creation and removal (overheads.hpp).
inline constexpr Duration kBuildCommit = milliseconds(80);
inline constexpr Duration kBuildStep = milliseconds(2);

/// The build of a request; null when it has ended.
Build* find_build(World& world, RequestId id);
/// Shows something to the client.
void say(World& world, Build& build, const std::string& text);
/// Comes back to the request after a while.
void go_on(World& world, RequestId id, Request& request, std::uint8_t stage, Duration after);
/// Ends a build that went wrong; the row of it is gone then.
void fail_build(World& world,
                RequestId id,
                Request& request,
                const std::string& message,
                int status = 500,
                int code = 1);
void end_build(World& world, RequestId id);

// --- build_image.cpp ---

/// What FROM scratch begins with: in life no image at all, here one without anything in it.
std::string scratch_id();
/// " ---> 0123456789ab".
void show_image(World& world, Build& build);
/// Goes on from what the same step has made before; false when there is nothing.
bool take_from_cache(World& world, Build& build, const std::string& key);
/// An image over the present one, with what the step has written; why there is no room for it, or
/// nothing.
std::string make_image(World& world,
                       Build& build,
                       const FileTree& files,
                       const std::set<std::string>& removed);
/// The intermediate container of a step; false when the build has failed.
bool create_step_container(World& world,
                           RequestId id,
                           Request& request,
                           Build& build,
                           const DockerStep& step,
                           std::vector<std::string> command);
/// Takes containers away that steps have left, as far as they don't run.
void remove_containers(World& world, Build& build, bool told);

// --- build_stages.cpp ---

/// The platform's arguments that BuildKit gives without their being asked for (docker/dockerfile, "automatic platform ARGs").
std::map<std::string, std::string> platform_arguments();
/// Leaves out what stands behind the target's stage, and for BuildKit every stage that it is not made of; false when there is
/// no such stage.
bool choose_stages(Dockerfile& file, const BuildSpec& spec);

// --- build.cpp ---

/// COPY and ADD, once the image they may copy from is here.
void copy_step(World& world, RequestId id, Request& request, Build& build, const DockerStep& step);

// --- build_from.cpp ---

/// Has an image pulled that a step needs; look_at_pull goes on with the step.
void begin_pull(World& world, RequestId id, Build& build, const std::string& name);

/// An ARG before the first FROM.
void set_meta_argument(World& world, RequestId id, Request& request, Build& build, DockerStep step);
/// FROM.
void begin_stage(
    World& world, RequestId id, Request& request, Build& build, const DockerStep& step);
/// Looks how the pull of a base image goes.
void look_at_pull(World& world, RequestId id, Request& request, Build& build);

}  // namespace podium::model
