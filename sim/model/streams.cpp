#include <algorithm>
#include <utility>

#include "sim/model/process.hpp"
#include "sim/model/world.hpp"

// Streams: what descriptors refer to. A stream lives as long as a descriptor or the engine refers
// to it.

namespace podium::model {
namespace {

constexpr std::size_t kCompactFrom = 4096;

void wake_all(World& world, std::vector<ProcessId> processes) {
    for (const ProcessId process : processes)
        wake_process(world, process);
}

/// Lets those go on that waited for room in a pipe.
void release_writers(World& world, StreamId id) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr || stream->full_writers.empty()) return;
    for (const ProcessId writer : std::exchange(stream->full_writers, {})) {
        Process* process = world.processes.find(writer);
        if (process == nullptr || process->ended) continue;
        process->full_pipe = {};
        if (std::exchange(process->missed_wake, false)) wake_process(world, writer);
    }
}

}  // namespace

StreamId make_stream(World& world, Stream stream) {
    stream.references = 0;
    stream.readers = 0;
    stream.writers = 0;
    return world.streams.add(std::move(stream));
}

void retain_stream(World& world, StreamId id, bool reading, bool writing) {
    Stream& stream = world.streams.at(id);
    ++stream.references;
    if (reading) ++stream.readers;
    if (writing) ++stream.writers;
}

void release_stream(World& world, StreamId id, bool reading, bool writing) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr) return;
    PODIUM_ASSERT(stream->references > 0, "a stream is released as often as it was retained");
    --stream->references;
    std::vector<ProcessId> told_end;
    if (writing && --stream->writers == 0) told_end = std::exchange(stream->waiting, {});
    if (reading && --stream->readers == 0) release_writers(world, id);
    if (world.streams.at(id).references == 0) {
        release_writers(world, id);
        world.streams.erase(id);
    }
    wake_all(world, std::move(told_end));
}

void feed_stream(World& world, StreamId id, std::string_view data) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr || data.empty()) return;
    const std::size_t unread = stream->buffer.size() - static_cast<std::size_t>(stream->offset);
    const std::size_t room = kMostPipeBytes - std::min(kMostPipeBytes, unread);
    stream->buffer.append(data.substr(0, room));
    wake_all(world, std::exchange(stream->waiting, {}));
}

std::string take_stream(World& world, StreamId id) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr) return {};
    std::string data = std::move(stream->buffer);
    data.erase(0, static_cast<std::size_t>(stream->offset));
    stream->buffer.clear();
    stream->offset = 0;
    release_writers(world, id);
    return data;
}

std::string read_pipe(World& world, StreamId id, std::size_t most_bytes) {
    Stream& stream = world.streams.at(id);
    const auto head = static_cast<std::size_t>(stream.offset);
    std::string data = stream.buffer.substr(head, most_bytes);
    stream.offset += static_cast<std::int64_t>(data.size());
    const auto read = static_cast<std::size_t>(stream.offset);
    if (read == stream.buffer.size()) {
        stream.buffer.clear();
        stream.offset = 0;
    } else if (read > kCompactFrom && read * 2 > stream.buffer.size()) {
        stream.buffer.erase(0, read);
        stream.offset = 0;
    }
    if (stream.buffer.size() - static_cast<std::size_t>(stream.offset) < kPipeCapacity) {
        release_writers(world, id);
    }
    return data;
}

void type_into_terminal(World& world, StreamId id, std::string_view text, bool end) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr) return;
    stream->input.append(text);
    stream->input_ended = stream->input_ended || end;
    wake_all(world, std::exchange(stream->waiting, {}));
}

Descriptor open_descriptor(World& world, int number, StreamId stream, bool reading, bool writing) {
    retain_stream(world, stream, reading, writing);
    return Descriptor{number, stream, reading, writing};
}

}  // namespace podium::model
