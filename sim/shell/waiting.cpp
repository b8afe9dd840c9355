// The builtins that take simulated time: wait and read.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/shell/builtins.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {
namespace {

constexpr int kStatusUnknownChild = 127;

/// The lowest signal of a set, 0 for none.
int lowest_signal(std::uint64_t pending) {
    for (int signal = 1; signal <= kHighestSignal; ++signal) {
        if ((pending >> static_cast<unsigned>(signal - 1) & 1U) != 0) return signal;
    }
    return 0;
}

}  // namespace

ShellProgram::Progress ShellProgram::advance_wait(System& system) {
    auto& wait = std::get<WaitFrame>(frames_.back().state);
    if (const int signal = lowest_signal(pending_); signal != 0)
        return finish(system, 128 + signal);
    reap_jobs(system);
    auto& jobs = state_.jobs;
    const auto is_done = [](const Job& job) { return job.done(); };
    if (wait.all) {
        if (!std::all_of(jobs.begin(), jobs.end(), is_done)) return Progress::Block;
        jobs.clear();
        return finish(system, 0);
    }
    if (wait.any) {
        const auto done = std::find_if(jobs.begin(), jobs.end(), is_done);
        if (done == jobs.end() && !jobs.empty()) return Progress::Block;
        const int status = done == jobs.end() ? kStatusUnknownChild : done->status();
        if (done != jobs.end()) jobs.erase(done);
        return finish(system, status);
    }
    for (const Pid pid : wait.pids) {
        const Job* job = state_.find_job(pid);
        if (job != nullptr && !job->done()) return Progress::Block;
    }
    int status = 0;
    for (const Pid pid : wait.pids) {
        Job* job = state_.find_job(pid);
        status = kStatusUnknownChild;
        if (job != nullptr) {
            const auto at = std::find(job->pids.begin(), job->pids.end(), pid) - job->pids.begin();
            status = job->statuses[static_cast<std::size_t>(at)].value_or(0);
            if (job->signal != 0 && !state_.interactive) {
                tell_signal(system, pid, std::exchange(job->signal, 0), job->text);
            }
        } else if (state_.dialect == Dialect::Bash) {
            state_.complain_for(
                system, "wait", fmt::format("pid {} is not a child of this shell", pid));
        }
    }
    for (const Pid pid : wait.pids) {
        std::erase_if(jobs, [pid](const Job& job) {
            return std::find(job.pids.begin(), job.pids.end(), pid) != job.pids.end();
        });
    }
    return finish(system, status);
}

ShellProgram::Progress ShellProgram::advance_read(System& system) {
    auto& read = std::get<ReadFrame>(frames_.back().state);
    const auto found = state_.descriptors.find(read.descriptor);
    if (found == state_.descriptors.end()) {
        state_.complain_for(
            system,
            "read",
            fmt::format("{}: {}", read.descriptor, errno_text(Errno::BadDescriptor)));
        return finish(system, 1);
    }
    bool at_end = false;
    while (true) {
        if (read.most >= 0 && static_cast<std::int64_t>(read.text.size()) >= read.most) break;
        // One byte at a time: what follows the line is for others who read here.
        const ReadResult got = system.read(found->second, 1);
        if (got.kind == ReadResult::Kind::WouldBlock) {
            // bash runs the trap and reads on (measured, 5.2; step() does it), ash gives up.
            if (pending_ != 0 && state_.dialect == Dialect::Ash) return finish(system, 1);
            if (system.now() >= read.deadline) {
                return finish(system, state_.dialect == Dialect::Ash ? 1 : 128 + kSigAlrm);
            }
            deadline_ = read.deadline;
            return Progress::Block;
        }
        at_end = got.kind != ReadResult::Kind::Data || got.data.empty();
        if (at_end) break;
        const char c = got.data.front();
        if (read.maps) {
            if (read.text.size() < kMaxCommandBytes && !(c == read.delimiter && read.strips)) read.text.push_back(c);
            if (c == read.delimiter && !keep_line(system)) return finish(system, 1);
            if (read.most_lines > 0 && read.lines.end_index() >= read.most_lines) break;
            continue;
        }
        if (read.escaped) {
            read.escaped = false;
            if (c == '\n') continue;
            read.text.push_back(c);
            read.marks.push_back('q');
        } else if (c == '\\' && !read.raw) {
            read.escaped = true;
        } else if (c == read.delimiter) {
            break;
        } else if (read.text.size() < kMaxCommandBytes) {
            read.text.push_back(c);
            read.marks.push_back('l');
        }
    }
    if (read.maps) {
        const bool well = (read.text.empty() || keep_line(system)) && fill_array(system, read.array, std::move(read.lines));
        return finish(system, well ? 0 : 1);
    }
    const std::optional<Outcome> failed = read_done(system);
    if (!failed) return finish(system, at_end ? 1 : 0);
    if (failed->kind == Outcome::Kind::GiveUp) return give_up_line(system, failed->text, Loss::Top);
    return finish(system, state_.dialect == Dialect::Ash ? 2 : failed->status);
}

// The line that mapfile has read becomes an element; false when there are too many, which is said.
bool ShellProgram::keep_line(System& system) {
    auto& read = std::get<ReadFrame>(frames_.back().state);
    std::string line = std::exchange(read.text, {});
    if (read.skipped_lines > 0) {
        --read.skipped_lines;
        return true;
    }
    read.lines.set(read.lines.end_index(), std::move(line));
    const std::string problem = ShellState::too_large(read.array, read.lines.elements().size(), read.lines.bytes());
    if (!problem.empty()) state_.complain(system, problem);
    return problem.empty();
}

bool ShellProgram::fill_array(System& system, const std::string& name, IndexedArray values) {
    if (state_.owns(name)) return false;
    Variable& variable = state_.variables[name];
    if (variable.readonly) {
        state_.complain(system, fmt::format("{}: readonly variable", name));
        return false;
    }
    IndexedArray& array = variable.make_array();
    const std::size_t before = array.bytes();
    array = std::move(values);
    state_.count_array(system, before, array.bytes());
    return true;
}

// What was wrong with an assignment, which is said, or nothing.
std::optional<Outcome> ShellProgram::read_done(System& system) {
    const auto& read = std::get<ReadFrame>(frames_.back().state);
    const std::string separators =
        state_.value_of("IFS") != nullptr ? *state_.value_of("IFS") : " \t\n";
    const std::string& text = read.text;
    const auto separator = [&](std::size_t i) {
        return read.marks[i] == 'l' && separators.find(text[i]) != std::string::npos;
    };
    const auto white = [&](std::size_t i) {
        return separator(i) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n');
    };
    if (read.names.empty() && read.array.empty()) return assign_place(state_, system, "REPLY", text);
    std::size_t i = 0;
    std::size_t end = text.size();
    while (i < end && white(i))
        ++i;
    while (end > i && white(end - 1))
        --end;
    // The field that begins here, and what parts it from the next.
    const auto take_field = [&] {
        const std::size_t start = i;
        while (i < end && !separator(i))
            ++i;
        std::string field = text.substr(start, i - start);
        while (i < end && white(i))
            ++i;
        if (i < end && separator(i) && !white(i)) {
            ++i;
            while (i < end && white(i))
                ++i;
        }
        return field;
    };
    if (!read.array.empty()) {
        IndexedArray fields;
        while (i < end) {
            fields.set(fields.end_index(), take_field());
            const std::string problem = ShellState::too_large(read.array, fields.elements().size(), fields.bytes());
            if (problem.empty()) continue;
            state_.complain(system, problem);
            return Outcome::failed(1);
        }
        if (!fill_array(system, read.array, std::move(fields))) return Outcome::failed(1);
        return std::nullopt;
    }
    for (std::size_t n = 0; n + 1 < read.names.size(); ++n) {
        if (std::optional<Outcome> failed = assign_place(state_, system, read.names[n], take_field())) return failed;
    }
    // A single separator that ends the last field belongs to no field.
    std::size_t first = i;
    while (first < end && !separator(first))
        ++first;
    if (end > i && first + 1 == end && !white(first)) --end;
    return assign_place(state_, system, read.names.back(), text.substr(i, end - i));
}

}  // namespace podium::shell
