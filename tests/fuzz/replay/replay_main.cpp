// Runs a fuzz target as an ordinary test, without libFuzzer: every file of its corpus, and near
// each file a fixed set of neighbours (beginnings of it, and it with one byte changed), so that the
// parsers meet broken input on every machine. When the target dies, the last line says on which
// input and how to have it again.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

/// How many beginnings and how many changed copies of a file are tried; small files have fewer
/// beginnings.
constexpr std::size_t kNeighbours = 200;

/// What the target is being given, for the signal handler.
std::array<char, 512>
    current_input{};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void say_input_and_die(int signal_number) {
    constexpr std::string_view kIntroduction = "\nthe target died on: ";
    static_cast<void>(!write(STDERR_FILENO, kIntroduction.data(), kIntroduction.size()));
    static_cast<void>(
        !write(STDERR_FILENO, current_input.data(), std::strlen(current_input.data())));
    static_cast<void>(!write(STDERR_FILENO, "\n", 1));
    std::signal(signal_number, SIG_DFL);
    static_cast<void>(std::raise(signal_number));
}

/// The handler has a stack of its own: recursion that used up the ordinary one is what parsers
/// mostly die of.
void catch_deadly_signals() {
    static std::array<char, 65536>
        stack;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
    stack_t alternative{};
    alternative.ss_sp = stack.data();
    alternative.ss_size = stack.size();
    sigaltstack(&alternative, nullptr);

    struct sigaction action {};

    action.sa_handler = say_input_and_die;
    action.sa_flags = SA_ONSTACK;
    for (const int signal_number : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
        struct sigaction present {};

        sigaction(signal_number, nullptr, &present);
        // A sanitizer's own handler says more; it then aborts, and that is caught here.
        if (present.sa_handler == SIG_DFL) {
            sigaction(signal_number, &action, nullptr);
        }
    }
}

/// Gives `bytes` to the target from a block of exactly that size, so that reading past its end is
/// seen.
void replay(const std::vector<std::uint8_t>& bytes,
            std::size_t size,
            const std::string& description) {
    const auto length = std::min(description.size(), current_input.size() - 1);
    std::memcpy(current_input.data(), description.data(), length);
    current_input[length] = '\0';
    const std::vector<std::uint8_t> input(bytes.begin(),
                                          bytes.begin() + static_cast<std::ptrdiff_t>(size));
    static_cast<void>(LLVMFuzzerTestOneInput(input.data(), input.size()));
}

/// Replays the file and its neighbours; returns how many inputs that were.
std::size_t replay_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                    std::istreambuf_iterator<char>()};
    std::size_t count = 1;
    replay(bytes, bytes.size(), path.string());
    const std::size_t step = std::max<std::size_t>(1, bytes.size() / kNeighbours);
    for (std::size_t size = 0; size < bytes.size(); size += step, ++count) {
        replay(bytes, size, path.string() + ", its first " + std::to_string(size) + " bytes");
    }
    std::uint64_t state = bytes.size() + 1;
    for (std::size_t change = 0; change < kNeighbours && !bytes.empty(); ++change, ++count) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        const std::size_t at = static_cast<std::size_t>(state >> 33U) % bytes.size();
        const auto byte = static_cast<std::uint8_t>(state >> 25U);
        const std::uint8_t before = bytes[at];
        bytes[at] = byte;
        replay(bytes,
               bytes.size(),
               path.string() + ", byte " + std::to_string(at) + " set to " + std::to_string(byte));
        bytes[at] = before;
    }
    return count;
}

std::vector<fs::path> files_of(const fs::path& place) {
    if (!fs::is_directory(place)) {
        return fs::exists(place) ? std::vector{place} : std::vector<fs::path>{};
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments) {
    catch_deadly_signals();
    std::size_t files = 0;
    std::size_t inputs = 0;
    for (int index = 1; index < count; ++index) {
        for (const auto& file : files_of(arguments[index])) {
            inputs += replay_file(file);
            ++files;
        }
    }
    if (files == 0) {
        std::fprintf(stderr, "no input to replay; usage: %s FILE-OR-FOLDER...\n", arguments[0]);
        return 1;
    }
    std::printf("replayed %zu files and %zu inputs near them\n", files, inputs - files);
    return 0;
}
