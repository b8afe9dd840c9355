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

/// The couple's book of what was written in which order; null for a stream of none.
std::vector<Stream::Run>* runs_of(World& world, const Stream& stream) {
    if (!stream.first_of_couple) return nullptr;
    Stream* first = world.streams.find(stream.first_of_couple);
    return first == nullptr ? nullptr : &first->runs;
}

void note_written(World& world, const Stream& stream, std::size_t bytes) {
    std::vector<Stream::Run>* runs = runs_of(world, stream);
    if (runs == nullptr || bytes == 0) return;
    if (runs->empty() || runs->back().second != stream.second_of_couple) {
        runs->push_back({stream.second_of_couple, 0});
    }
    runs->back().bytes += bytes;
}

void note_read(World& world, const Stream& stream, std::size_t bytes) {
    std::vector<Stream::Run>* runs = runs_of(world, stream);
    if (runs == nullptr) return;
    for (Stream::Run& run : *runs) {
        if (run.second != stream.second_of_couple) continue;
        const std::size_t part = std::min(run.bytes, bytes);
        run.bytes -= part;
        bytes -= part;
        if (bytes == 0) break;
    }
    std::erase_if(*runs, [](const Stream::Run& run) { return run.bytes == 0; });
}

std::size_t unread_of(const Stream* stream) {
    return stream == nullptr ? 0 : stream->buffer.size() - static_cast<std::size_t>(stream->offset);
}

}  // namespace

void couple_streams(World& world, StreamId first, StreamId second) {
    world.streams.at(first).first_of_couple = first;
    world.streams.at(second).first_of_couple = first;
    world.streams.at(second).second_of_couple = true;
}

Stream::Run next_of_couple(const World& world, StreamId first, StreamId second) {
    const Stream* one = world.streams.find(first);
    const Stream* two = world.streams.find(second);
    const std::size_t left[] = {unread_of(one), unread_of(two)};
    const bool couple = one != nullptr && two != nullptr && one->first_of_couple == first &&
                        two->first_of_couple == first;
    if (couple) {
        for (const Stream::Run& run : one->runs) {
            const std::size_t bytes = std::min(run.bytes, left[run.second ? 1 : 0]);
            if (bytes > 0) return {run.second, bytes};
        }
    }
    return left[0] > 0 ? Stream::Run{false, left[0]} : Stream::Run{true, left[1]};
}

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
    data = data.substr(0, room);
    stream->buffer.append(data);
    note_written(world, *stream, data.size());
    wake_all(world, std::exchange(stream->waiting, {}));
}

std::string take_stream(World& world, StreamId id) {
    Stream* stream = world.streams.find(id);
    if (stream == nullptr) return {};
    std::string data = std::move(stream->buffer);
    data.erase(0, static_cast<std::size_t>(stream->offset));
    stream->buffer.clear();
    stream->offset = 0;
    note_read(world, *stream, data.size());
    release_writers(world, id);
    return data;
}

std::string read_pipe(World& world, StreamId id, std::size_t most_bytes) {
    Stream& stream = world.streams.at(id);
    const auto head = static_cast<std::size_t>(stream.offset);
    std::string data = stream.buffer.substr(head, most_bytes);
    stream.offset += static_cast<std::int64_t>(data.size());
    note_read(world, stream, data.size());
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
