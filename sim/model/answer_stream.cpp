#include "sim/model/answer_stream.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sim/base/assert.hpp"
#include "sim/model/defaults.hpp"
#include "sim/model/operations.hpp"
#include "sim/model/world.hpp"

namespace podium::model {

void append_frame(std::string& out, FrameKind kind, std::string_view piece) {
    const auto size = static_cast<std::uint32_t>(piece.size());
    out += static_cast<char>(kind);
    out.append(3, '\0');
    for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(size >> shift & 0xFFU);
    out += piece;
}

void open_answer_stream(World& world, RequestId id) {
    Request& request = world.requests.at(id);
    PODIUM_ASSERT(request.spec.operation == Operation::Orchestration && !request.upgraded && !request.done, "a stream is opened once, for who asked and waits");
    open_answer(world, request);
}

bool is_answer_stream_open(const World& world, RequestId id) {
    const Request* request = world.requests.find(id);
    return request != nullptr && request->upgraded && request->writing && !request->done && !request->released;
}

void feed_answer_stream(World& world, RequestId id, std::string_view piece) {
    const Request& request = world.requests.at(id);
    const Stream& stream = world.streams.at(request.stream);
    const std::size_t unread = stream.buffer.size() - static_cast<std::size_t>(stream.offset);
    if (piece.size() > kMostPipeBytes - std::min(kMostPipeBytes, unread)) return;
    feed_stream(world, request.stream, piece);
}

void end_answer_stream(World& world, RequestId id) {
    Request& request = world.requests.at(id);
    request.writing = false;
    close_engine_stream(world, request.stream);
    answer_request(world, id, 200);
}

}  // namespace podium::model
