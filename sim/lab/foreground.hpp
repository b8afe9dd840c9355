#pragma once

// What runs in the foreground of a terminal: whether it waits for something to be typed, and whom
// Ctrl-C reaches. A client that is attached to a container's terminal (docker exec -it, docker run
// -it) stands for what runs there: keys go to that, as in life.

#include <string>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// A line runs, and something waits for a line to be typed: cat, read, a shell behind docker exec
/// -it.
bool waits_for_typing(const model::World& world, const Terminal& terminal);

/// The prompt of a shell behind ssh that waits for a line in a terminal; empty when no such shell waits.
std::string remote_prompt(const model::World& world, const Terminal& terminal);

/// The keys that detach the client in the foreground from the container's terminal it is attached to, as
/// bytes: it hears them also while nothing there reads. Empty: there is no such client.
std::string detach_keys_of(const model::World& world, const Terminal& terminal);

/// Nothing that the running line waits for has an end of its own: it follows (docker logs -f, watch),
/// serves, or loops. False for what sleeps, is timed, or waits for the engine to answer, and while a
/// fault goes on.
bool never_ends(const SimState& state, const Terminal& terminal);
/// The same whatever faults go on.
bool follows(const model::World& world, const Terminal& terminal);

/// Ctrl-C: INT to what runs in the foreground of a terminal's shell.
void interrupt_foreground(model::World& world, model::ProcessId shell);

/// Ctrl-\: QUIT to the same, but for the shell itself, which ignores it.
void quit_foreground(model::World& world, model::ProcessId shell);

/// KILL to what runs in the foreground: the clients themselves, not what they are attached to.
void kill_foreground(model::World& world, model::ProcessId shell);

/// Gives a line up: KILL to the clients and programs in its foreground, while what they are attached to goes on, and
/// the shell runs nothing more of the line.
void drop_foreground(model::World& world, model::ProcessId shell);

/// Ctrl-D: the end of what is typed, seen once by what reads it.
void end_typing(model::World& world, const Terminal& terminal);

/// How a terminal stands between two lines.
struct Standing {
    bool more = false;  ///< The last line lacks its end ("if true; then"): the next is added to it.
    bool ended = false;     ///< Its shell has ended (exit, logout).
    bool down = false;      ///< Its host is down: nothing but Podium's own words can be typed.
    bool frozen = false;    ///< Its host stands still: the same.
    bool pausing = false;   ///< wait or at goes on.
    int status = 0;         ///< Of the last line, or of the shell when it has ended.
    std::string directory;  ///< Where its shell is.
};

Standing standing_of(const Session& session, const std::string& terminal);

}  // namespace podium::lab
