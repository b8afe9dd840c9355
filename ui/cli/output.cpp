#include "ui/cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "ui/cli/app.hpp"

namespace podium::cli {
namespace {

constexpr std::int64_t kLeastColumns = 16;
constexpr std::int64_t kMostColumns = 1000;

// Why standard output can't be written to; 0: it can.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): there is one standard output
int output_error = 0;

void note_error() {
    if (output_error == 0) output_error = errno == 0 ? EIO : errno;
}

}  // namespace

void put_text(std::string_view text) {
    if (output_error != 0) return;
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_error();
}

bool output_closed() {
    return output_error == EPIPE;
}

Result<void> finish_output() {
    errno = 0;
    if (output_error == 0 && std::fflush(stdout) != 0) note_error();
    if (output_error == 0 || output_error == EPIPE) return {};
    return Error{
        fmt::format("standard output could not be written whole: {}", std::strerror(output_error)),
        {},
        "check where it goes"};
}

void complain(const std::string& sentence) {
    (void)finish_output();  // so that both come in order where they go to one place
    fmt::print(stderr, "podium: {}\n", printable(sentence));
}

int bad_input(const Error& error) {
    complain(error.text());
    return kBadInput;
}

std::size_t width_of(std::FILE* stream) {
    std::int64_t columns = 0;
    const char* wanted = std::getenv("COLUMNS");
    if (wanted != nullptr && parse_integer(wanted, columns) && columns >= kLeastColumns &&
        columns <= kMostColumns) {
        return static_cast<std::size_t>(columns);
    }
    winsize size{};
    if (isatty(fileno(stream)) == 0 || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 ||
        size.ws_col < kLeastColumns)
        return 0;
    return size.ws_col;
}

bool wants_colour(std::FILE* stream) {
    const char* none = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (none != nullptr && *none != '\0') return false;
    return isatty(fileno(stream)) != 0 &&
           (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

}  // namespace podium::cli
