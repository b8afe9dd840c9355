// Command substitutions of an expansion, and redirections.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/shell_program.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell {

bool ShellProgram::settle(System& system, Expansion& expansion) {
    if (expansion.child == 0) return true;
    constexpr std::size_t kReadBytes = 4096;
    while (expansion.pipe >= 0) {
        const ReadResult got = system.read(expansion.pipe, kReadBytes);
        if (got.kind == ReadResult::Kind::WouldBlock) return false;
        // One byte above the limit is kept, so that the expansion sees that it is too long.
        const std::size_t room =
            kMaxExpansionBytes + 1 - std::min(expansion.text.size(), kMaxExpansionBytes + 1);
        expansion.text.append(got.data, 0, room);
        expansion.text_bytes += static_cast<std::int64_t>(got.data.size());
        if (expansion.text_bytes > static_cast<std::int64_t>(kMaxExpansionBytes)) {
            state_.counts_memory = true;
            system.use_memory(state_.bytes_of_variables() + expansion.text_bytes);
        }
        if (got.kind == ReadResult::Kind::Data) continue;
        system.close(expansion.pipe);
        expansion.pipe = -1;
    }
    const std::optional<int> status = system.reap(expansion.child);
    if (!status) return false;
    expansion.child = 0;
    expansion.status = *status;
    if (abandons_line(*status) || (state_.interactive && interrupted_)) {
        interrupted_ = true;
        return false;
    }
    while (!expansion.text.empty() && expansion.text.back() == '\n')
        expansion.text.pop_back();
    expansion.outputs.push_back(std::move(expansion.text));
    expansion.text.clear();
    expansion.text_bytes = 0;
    return true;
}

bool ShellProgram::start_substitution(System& system, Expansion& expansion, const List& list) {
    int read_end = -1;
    int write_end = -1;
    system.pipe(read_end, write_end);
    auto child = child_for();
    if (state_.dialect == Dialect::Bash) child->state_.options.errexit = false;
    ++child->state_.substitutions;
    DescriptorMap descriptors = state_.descriptors;
    descriptors[1] = write_end;
    std::vector<Inherit> inherited;
    for (const auto& [ours, systems] : descriptors)
        inherited.push_back({ours, systems});
    child->state_.descriptors[1] = 1;
    child->push_list(list, frames_.back().tested, true);
    const Spawned spawned = system.fork(std::move(child), inherited, false);
    system.close(write_end);
    if (spawned.pid == 0) {
        system.close(read_end);
        fatal(system, fmt::format("can't fork: {}", errno_text(spawned.error)));
        return false;
    }
    expansion.child = spawned.pid;
    expansion.pipe = read_end;
    return true;
}

// Nobody waits for what runs there: the shell goes on with the name of a pipe's other end (bash, subst.c, process_substitute).
ShellProgram::Progress ShellProgram::start_process(System& system, Expansion& expansion, const List& list, char direction) {
    if (state_.dialect == Dialect::Ash && system.find_program("busybox") == Errno::NoEntry)
        return fatal(system, "syntax error: unexpected \"(\"");  // The sh of such an image is dash.
    constexpr int kFirst = 63;
    constexpr int kLast = 10;
    int number = kFirst;
    while (number >= kLast && state_.descriptors.contains(number)) --number;
    if (number < kLast) return fatal(system, fmt::format("Podium's shell has up to {} process substitutions at once", kFirst - kLast + 1));
    int read_end = -1;
    int write_end = -1;
    system.pipe(read_end, write_end);
    const bool reads = direction == '<';
    auto child = child_for();
    DescriptorMap descriptors = state_.descriptors;
    descriptors[reads ? 1 : 0] = reads ? write_end : read_end;
    std::vector<Inherit> inherited;
    for (const auto& [ours, systems] : descriptors)
        inherited.push_back({ours, systems});
    ++child->state_.substitutions;
    child->state_.descriptors[reads ? 1 : 0] = reads ? 1 : 0;
    child->push_list(list, frames_.back().tested, true);
    const Spawned spawned = system.fork(std::move(child), inherited, false);
    system.close(reads ? write_end : read_end);
    if (spawned.pid == 0) {
        system.close(reads ? read_end : write_end);
        return fatal(system, fmt::format("can't fork: {}", errno_text(spawned.error)));
    }
    substitutes_.push_back(spawned.pid);
    state_.descriptors[number] = reads ? read_end : write_end;
    expansion.processes.push_back(number);
    expansion.outputs.push_back(fmt::format("/dev/fd/{}", number));
    return Progress::Continue;
}

void ShellProgram::close_processes(System& system, const Expansion& expansion) {
    for (const int number : expansion.processes) {
        const auto found = state_.descriptors.find(number);
        if (found == state_.descriptors.end()) continue;
        const int systems = found->second;
        state_.descriptors.erase(found);
        close_unused(system, systems);
    }
    if (!substitutes_.empty()) reap_jobs(system);
}

ShellProgram::Progress ShellProgram::expansion_stopped(System& system,
                                                       Expansion& expansion,
                                                       Expander& expander) {
    if (expander.wanted() == nullptr) {
        if (expander.loss() == Loss::Shell) return fatal(system, expander.failure(), expander.failure_status());
        return give_up_line(system, expander.failure(), expander.loss());
    }
    constexpr std::size_t kMostSubstitutions = 1000;
    if (expansion.outputs.size() >= kMostSubstitutions) {
        return fatal(system,
                     fmt::format("too many command substitutions in one command (at most {})",
                                 kMostSubstitutions));
    }
    // The child starts with what the expansion has assigned so far; the next try assigns it again.
    if (expander.wanted_process() != '\0') {
        // Its assignments are undone first: a shell that ends here has none to undo.
        const List& list = *expander.wanted();
        const char direction = expander.wanted_process();
        expander.rollback();
        return start_process(system, expansion, list, direction);
    }
    start_substitution(system, expansion, *expander.wanted());
    expander.rollback();
    return Progress::Continue;
}

void ShellProgram::close_unused(System& system, int systems) {
    const auto holds = [systems](const DescriptorMap& map) {
        return std::any_of(map.begin(), map.end(), [systems](const auto& entry) {
            return entry.second == systems;
        });
    };
    if (holds(state_.descriptors)) return;
    for (const Frame& frame : frames_) {
        const std::optional<DescriptorMap>* saved = nullptr;
        if (const auto* simple = std::get_if<SimpleFrame>(&frame.state))
            saved = &simple->descriptors;
        if (const auto* redirect = std::get_if<RedirectFrame>(&frame.state))
            saved = &redirect->descriptors;
        if (saved != nullptr && *saved && holds(**saved)) return;
    }
    system.close(systems);
}

void ShellProgram::put_back(System& system, const DescriptorMap& before) {
    const DescriptorMap after = std::exchange(state_.descriptors, before);
    for (const auto& entry : after) {
        const bool again =
            std::any_of(after.begin(), after.find(entry.first), [&entry](const auto& other) {
                return other.second == entry.second;
            });
        if (!again) close_unused(system, entry.second);
    }
}

bool ShellProgram::set_descriptor(System& system, int ours, int systems) {
    const auto found = state_.descriptors.find(ours);
    const std::optional<int> before =
        found != state_.descriptors.end() ? std::optional<int>(found->second) : std::nullopt;
    state_.descriptors[ours] = systems;
    if (before && *before != systems) close_unused(system, *before);
    return true;
}

bool ShellProgram::redirect(System& system,
                            const Command& command,
                            const std::vector<std::string>& targets) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (!redirect_one(system, command.redirections[i], targets[i])) return false;
    }
    return true;
}

bool ShellProgram::open_target(System& system,
                               const std::string& target,
                               Redirection::Kind kind,
                               int& descriptor) {
    const bool reads = kind == Redirection::Kind::Input;
    const bool appends =
        kind == Redirection::Kind::Append || kind == Redirection::Kind::AppendAndError;
    Errno error = Errno::None;
    const bool overwrites =
        kind == Redirection::Kind::Output || kind == Redirection::Kind::OutputAndError;
    if (overwrites && state_.options.noclobber && system.stat(target).exists &&
        !target.starts_with("/dev/")) {
        error = Errno::Exists;
    } else {
        error = system.open(target,
                            reads     ? OpenMode::Read
                            : appends ? OpenMode::Append
                                      : OpenMode::Write,
                            descriptor);
    }
    if (error == Errno::None) return true;
    if (state_.dialect == Dialect::Bash) {
        state_.complain(system,
                        error == Errno::Exists
                            ? fmt::format("{}: cannot overwrite existing file", target)
                            : fmt::format("{}: {}", target, errno_text(error)));
        return false;
    }
    const bool missing = error == Errno::NoEntry || error == Errno::NotDirectory;
    std::string_view why = errno_text(error);
    if (missing) why = reads ? "no such file" : "nonexistent directory";
    state_.complain(system, fmt::format("can't {} {}: {}", reads ? "open" : "create", target, why));
    return false;
}

bool ShellProgram::duplicate_target(System& system,
                                    const Redirection& redirection,
                                    const std::string& target) {
    if (target == "-") {
        const auto found = state_.descriptors.find(redirection.descriptor);
        if (found == state_.descriptors.end()) return true;
        const int systems = found->second;
        state_.descriptors.erase(found);
        close_unused(system, systems);
        return true;
    }
    std::int64_t number = 0;
    if (!parse_integer(target, number)) {
        state_.complain(system,
                        state_.dialect == Dialect::Ash
                            ? "bad file descriptor"
                            : fmt::format("{}: ambiguous redirect", target));
        return false;
    }
    const auto from = number >= 0 && number <= 999
                          ? state_.descriptors.find(static_cast<int>(number))
                          : state_.descriptors.end();
    if (from == state_.descriptors.end()) {
        state_.complain(system, fmt::format("{}: {}", target, errno_text(Errno::BadDescriptor)));
        return false;
    }
    return set_descriptor(system, redirection.descriptor, from->second);
}

// The names of what a shell has open already, by its own numbers (bash, redir.c: _redir_special_filenames); -1 for others.
int ShellProgram::own_descriptor(std::string_view path) const {
    constexpr std::string_view kNumbered = "/dev/fd/";
    std::int64_t number = path == "/dev/stdin" ? 0 : path == "/dev/stdout" ? 1 : path == "/dev/stderr" ? 2 : -1;
    if (path.starts_with(kNumbered) && (!parse_integer(path.substr(kNumbered.size()), number) || number < 0 || number > INT32_MAX)) return -1;
    const auto open = state_.descriptors.find(static_cast<int>(number));
    return open != state_.descriptors.end() ? open->second : -1;
}

bool ShellProgram::redirect_one(System& system,
                                const Redirection& redirection,
                                const std::string& target) {
    using Kind = Redirection::Kind;
    switch (redirection.kind) {
        case Kind::Duplicate: {
            std::int64_t number = 0;
            // ">&word" is "&>word", also in ash.
            if (redirection.descriptor == 1 && target != "-" && !target.empty() &&
                !parse_integer(target, number)) {
                Redirection both = redirection;
                both.kind = Kind::OutputAndError;
                return redirect_one(system, both, target);
            }
            return duplicate_target(system, redirection, target);
        }
        case Kind::HereDocument:
        case Kind::HereString: {
            int read_end = -1;
            int write_end = -1;
            system.pipe(read_end, write_end);
            system.write(write_end, redirection.kind == Kind::HereString ? target + "\n" : target);
            system.close(write_end);
            return set_descriptor(system, redirection.descriptor, read_end);
        }
        case Kind::ReadWrite:
            state_.complain(system,
                            "Podium's shell does not open files for both reading and writing (<>)");
            return false;
        case Kind::Input:
        case Kind::Output:
        case Kind::Append:
        case Kind::OutputAndError:
        case Kind::AppendAndError:
            break;
    }
    const bool both =
        redirection.kind == Kind::OutputAndError || redirection.kind == Kind::AppendAndError;
    int descriptor = own_descriptor(target);
    if (descriptor < 0 && !open_target(system, target, redirection.kind, descriptor)) return false;
    set_descriptor(system, redirection.descriptor, descriptor);
    if (both) set_descriptor(system, 2, descriptor);
    return true;
}

}  // namespace podium::shell
