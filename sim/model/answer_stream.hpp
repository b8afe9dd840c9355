#pragma once

// Answers that are streams: the frames in which the engine's API sends output and standard error over
// one connection, and for who answers requests of Operation::Orchestration a stream instead of a body.
// The engine's own streams (logs, events, exec) are in stream_operations.cpp.

#include <string>
#include <string_view>

#include "sim/model/request.hpp"

namespace podium::model {

/// What a frame carries (moby pkg/stdcopy). A client that gets a System frame ends with its text as the error.
enum class FrameKind : std::uint8_t { Output = 1, Error = 2, System = 3 };

/// Adds a frame: its kind, three zeros, the size in big-endian order, and the piece itself.
void append_frame(std::string& out, FrameKind kind, std::string_view piece);

/// The client of a request of Operation::Orchestration may read from now on.
void open_answer_stream(World& world, RequestId request);
/// Whether it was opened, has not ended, and its client has not hung up.
bool is_answer_stream_open(const World& world, RequestId request);
/// Sends a piece, whole or (when the pipe can't hold it) not at all. Requires that it is open.
void feed_answer_stream(World& world, RequestId request, std::string_view piece);
/// Ends it, with status 200. Requires that it is open.
void end_answer_stream(World& world, RequestId request);

}  // namespace podium::model
