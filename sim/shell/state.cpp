#include "sim/shell/state.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace podium::shell {

bool Job::done() const {
    return std::all_of(
        statuses.begin(), statuses.end(), [](const auto& status) { return status.has_value(); });
}

int Job::status() const {
    return statuses.empty() ? 0 : statuses.back().value_or(0);
}

IndexedArray& Variable::make_array() {
    if (array) return *array;
    array.emplace();
    if (is_set) array->set(0, std::move(value));
    value.clear();
    is_set = true;
    return *array;
}

const std::string* ShellState::value_of(std::string_view variable) const {
    const auto found = variables.find(variable);
    return found != variables.end() ? found->second.text() : nullptr;
}

IndexedArray ShellState::function_names() const {
    IndexedArray out;
    if (function_depth == 0) return out;
    for (auto name_of_it = running.rbegin(); name_of_it != running.rend(); ++name_of_it) out.set(out.end_index(), *name_of_it);
    if (from_file) out.set(out.end_index(), "main");
    return out;
}

std::int64_t ShellState::index_in(std::string_view variable, std::int64_t index) const {
    if (index >= 0) return index;
    const auto found = variables.find(variable);
    if (found == variables.end()) return index;
    return index + (found->second.array ? found->second.array->end_index() : 1);
}

const std::string* ShellState::element_of(std::string_view variable, std::int64_t index) const {
    const auto found = variables.find(variable);
    if (found == variables.end()) return nullptr;
    const std::int64_t at = index_in(variable, index);
    if (found->second.array) return found->second.array->find(at);
    return at == 0 ? found->second.text() : nullptr;
}

std::string ShellState::value_or(std::string_view variable, std::string_view otherwise) const {
    const std::string* value = value_of(variable);
    return value != nullptr ? *value : std::string(otherwise);
}

bool ShellState::assign(std::string_view variable, std::string value) {
    if (owns(variable)) return true;
    auto found = variables.find(variable);
    if (found == variables.end())
        found = variables.emplace(std::string(variable), Variable{}).first;
    if (found->second.readonly) return false;
    if (found->second.array) {
        found->second.array->set(0, std::move(value));
    } else {
        found->second.value = std::move(value);
    }
    found->second.is_set = true;
    if (options.allexport) found->second.exported = true;
    return true;
}

std::string ShellState::too_large(std::string_view variable, std::size_t elements, std::size_t bytes) {
    if (elements <= kMaxArrayElements && bytes <= kMaxArrayBytes) return {};
    return fmt::format("{}: the array is too large (Podium's shell keeps {} elements and {} MiB)", variable, kMaxArrayElements, kMaxArrayBytes >> 20U);
}

std::string ShellState::assign_element(std::string_view variable, std::int64_t index, std::string value) {
    if (owns(variable)) return {};
    const std::int64_t at = index_in(variable, index);
    if (at < 0 || at > kHighestArrayIndex) return fmt::format("{}[{}]: bad array subscript", variable, index);
    auto found = variables.find(variable);
    if (found == variables.end()) {
        Variable fresh;
        fresh.is_set = false;
        found = variables.emplace(std::string(variable), std::move(fresh)).first;
    }
    if (found->second.readonly) return fmt::format("{}: readonly variable", variable);
    IndexedArray& array = found->second.make_array();
    std::string problem = too_large(variable, array.elements().size() + 1, array.bytes() + value.size());
    if (problem.empty()) array.set(at, std::move(value));
    return problem;
}

std::vector<std::string> ShellState::environment() const {
    std::vector<std::string> out;
    for (const auto& [variable, content] : variables) {
        if (content.exported && content.is_set && !content.array) out.push_back(variable + "=" + content.value);
    }
    return out;
}

std::int64_t ShellState::bytes_of_variables() const {
    std::int64_t bytes = saved_bytes;
    for (const auto& entry : variables)
        bytes += static_cast<std::int64_t>(entry.second.bytes());
    for (const auto& entry : aliases)
        bytes += static_cast<std::int64_t>(entry.second.size());
    return bytes;
}

void ShellState::count_array(System& system, std::size_t before, std::size_t after) {
    constexpr std::size_t kStep = std::size_t{1} << 16;
    if (after / kStep <= before / kStep) return;
    counts_memory = true;
    system.use_memory(bytes_of_variables());
}

std::vector<Inherit> ShellState::inherited() const {
    std::vector<Inherit> out;
    for (const auto& [ours, systems] : descriptors)
        out.push_back({ours, systems});
    return out;
}

Job* ShellState::find_job(Pid pid) {
    for (Job& job : jobs) {
        if (std::find(job.pids.begin(), job.pids.end(), pid) != job.pids.end()) return &job;
    }
    return nullptr;
}

void ShellState::trace(System& system, std::string_view command) {
    std::string prompt = value_or("PS4", "+ ");
    // bash repeats its first letter for each substitution that this is within.
    if (dialect == Dialect::Bash && !prompt.empty()) prompt.insert(0, static_cast<std::size_t>(substitutions), prompt.front());
    write(system, 2, fmt::format("{}{}\n", prompt, command), "set");
}

std::string ShellState::option_letters() const {
    std::string out;
    const bool bash = dialect == Dialect::Bash;
    if (from_text && !bash) out += 'c';
    if (options.allexport) out += 'a';
    if (options.errexit) out += 'e';
    if (options.noglob) out += 'f';
    if (bash) out += 'h';
    if (interactive) out += 'i';
    if (options.nounset) out += 'u';
    if (options.xtrace) out += 'x';
    if (bash) out += 'B';
    if (options.noclobber) out += 'C';
    if (options.errtrace) out += 'E';
    if (from_text && bash) out += 'c';
    return out;
}

bool ShellState::write(System& system,
                       int descriptor,
                       std::string_view text,
                       std::string_view who) {
    if (text.empty()) return true;
    const auto found = descriptors.find(descriptor);
    const Errno error =
        found == descriptors.end() ? Errno::BadDescriptor : system.write(found->second, text);
    if (error == Errno::None) return true;
    if (error == Errno::BrokenPipe) {
        broken_pipe = true;
        return false;
    }
    if (descriptor != 2)
        complain_as_program(system, who, fmt::format("write error: {}", errno_text(error)));
    return false;
}

std::string ShellState::current_source() const {
    if (!sources.empty()) return sources.back();
    return from_text ? "environment" : from_file ? name : "main";
}

const std::string& ShellState::message_source() const {
    return dialect == Dialect::Bash && message_lines && !sources.empty() ? sources.back() : message_name;
}

void ShellState::complain(System& system, std::string_view text) {
    std::string prefix = message_source();
    if (message_lines) prefix += fmt::format(": line {}", line + message_line_offset);
    tell(system, fmt::format("{}: {}\n", prefix, text));
}

void ShellState::complain_for(System& system,
                              std::string_view builtin,
                              std::string_view text) {
    if (dialect == Dialect::Bash) return complain(system, fmt::format("{}: {}", builtin, text));
    std::string prefix = fmt::format("{}: {}", message_name, builtin);
    if (!interactive) prefix += fmt::format(": line {}", line + message_line_offset);
    tell(system, fmt::format("{}: {}\n", prefix, text));
}

void ShellState::complain_as_program(System& system,
                                     std::string_view builtin,
                                     std::string_view text) {
    if (dialect == Dialect::Bash) return complain(system, fmt::format("{}: {}", builtin, text));
    tell(system, fmt::format("sh: {}\n", text));
}

void ShellState::complain_of_usage(System& system,
                                   std::string_view builtin,
                                   std::string_view usage) {
    if (dialect != Dialect::Bash) return complain_as_program(system, builtin, usage);
    tell(system, fmt::format("{}: {}\n", builtin, usage));
}

// An error goes to whoever reads the errors; when that is nobody, the shell ends of it as of any other output.
void ShellState::tell(System& system, const std::string& line_text) {
    const auto found = descriptors.find(2);
    if (found == descriptors.end()) return;
    if (system.write(found->second, line_text) == Errno::BrokenPipe) broken_pipe = true;
}

std::int64_t bytes_of(const SavedVariables& saved) {
    std::int64_t bytes = 0;
    for (const auto& entry : saved) {
        if (entry.second) bytes += static_cast<std::int64_t>(entry.second->bytes());
    }
    return bytes;
}

void restore_variables(ShellState& state, const SavedVariables& saved) {
    for (auto entry = saved.rbegin(); entry != saved.rend(); ++entry) {
        if (entry->second) {
            state.variables[entry->first] = *entry->second;
        } else {
            state.variables.erase(entry->first);
        }
    }
}

}  // namespace podium::shell
