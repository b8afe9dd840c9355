#pragma once

// What the files that write process rows share (process.cpp, signals.cpp, process_memory.cpp,
// process_context.cpp), and what they, image_files.cpp and volume_mounts.cpp tell those who start processes in containers
// (main_program.cpp, health.cpp, stream_operations.cpp).

#include <memory>
#include <string>
#include <vector>

#include "sim/model/process.hpp"

namespace podium::model {

struct ImageChanges;

struct Host;
struct Image;
struct BehaviourProfile;

/// The next number of a process on its host; those of a role that come with it are skipped.
std::uint32_t take_host_pid(Host& host, ProcessRole role);
/// The list that the processes of a container (0: of the host itself) stand in.
std::vector<ProcessId>& process_list(World& world, HostId host, ContainerId container);
/// Frozen with its container or host, stopped, or hung: it makes no steps.
bool cannot_run(const World& world, const Process& process);
/// Schedules a step under the present wake serial.
void schedule_step(World& world, ProcessId process, Time at);
/// Makes the process's timers dead: it has ended, or steps for another reason.
void drop_timers(World& world, Process& process);
/// Ends a living process and tells whom it concerns: its parent, its container, its request.
void end_process(World& world, ProcessId process, int exit_status, int killed_by);
/// Gives a process that may run again the signals and wakes it missed.
void resume_process(World& world, ProcessId process);
/// Acts on the signals that arrived while it could not run.
void deliver_held_signals(World& world, ProcessId process);
/// Books memory on its container and host, without a look at limits.
void change_memory(World& world, Process& process, std::int64_t change);
/// The program that argv names on a host or in a container; null with the reason. With `stand_ins` a program of
/// somebody's that nobody can know here (`node app.js`) is the server that acts in its place; else it is not modelled.
std::unique_ptr<shell::Program> make_program(const World& world,
                                             HostId host,
                                             ContainerId container,
                                             const std::vector<std::string>& argv,
                                             const std::shared_ptr<const std::vector<std::string>>& environment,
                                             shell::Errno& error,
                                             bool stand_ins);
/// The words of the applet that busybox is to run ("busybox echo hi"); what was given when it is nothing of the kind.
std::vector<std::string> applet_words(const BehaviourProfile* profile, const std::vector<std::string>& argv);
/// The path of the file that a command runs, when it is none of the image's programs but a script of somebody's; empty
/// when it is none.
std::string script_path(const World& world, HostId host, ContainerId container, const std::string& name);
/// The interpreter that the file at `path` names in its first line, with argv's words: the path stands for the first.
std::unique_ptr<shell::Program> make_script(const World& world,
                                            HostId host,
                                            ContainerId container,
                                            const std::string& path,
                                            const std::vector<std::string>& argv,
                                            const std::shared_ptr<const std::vector<std::string>>& environment,
                                            shell::Errno& error);

/// Whether the host and the container may have one more process: TryAgain when they may not.
shell::Errno room_for_process(const World& world, HostId host, ContainerId container);
/// A program by its name alone, as the path finds it: the table's answer, for a container NoEntry when its
/// image does not bring it along.
shell::Errno find_by_name(const World& world, ContainerId container, const std::string& name);
/// Whether a path is that of a program in one of the directories programs are in ("/bin/sh").
bool is_program_path(const World& world, ContainerId container, const std::string& path);
/// Why a path where nothing stands can't be run: NotModelled for the path of a program Podium does not model.
shell::Errno is_modelled_path(const World& world, ContainerId container, const std::string& path);
/// Whether a mount of the container stands exactly there.
bool is_mount_point(const World& world, HostId host, ContainerId container, const std::string& path);
shell::Errno rename_file(World& world, HostId host, ContainerId container, const std::string& from, const std::string& to);
shell::Errno change_file_mode(World& world, HostId host, ContainerId container, const std::string& path, int mode);

/// Whether builds and commits left this path of an image out, itself or with a directory; null: there were none.
bool is_left_out(const ImageChanges* changes, std::string_view path);

/// What a container's image brings along, and what every Linux shows: nodes that are in no tree. Null
/// when there is nothing; else `scratch` or a node that lives as long as the program.
const FileNode* image_file(const World& world, HostId host, ContainerId container, const std::string& path, FileNode& scratch);
/// The names in a directory of these, sorted.
std::vector<std::string> image_directory(const World& world, HostId host, ContainerId container, const std::string& path);

/// What stands at a path of an image that nobody has run: what builds have put there, or the image brings along.
const FileNode* file_of_image(const World& world, const Image& image, const std::string& path, FileNode& scratch);
/// The names in a directory of these, sorted.
std::vector<std::string> directory_of_image(const World& world, const Image& image, const std::string& path);

}  // namespace podium::model
