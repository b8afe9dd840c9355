#include "sim/programs/format/human.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

#include "sim/base/int128.hpp"

namespace podium::format {
namespace {

constexpr std::array<std::string_view, 7> kDecimalUnits{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
constexpr std::array<std::string_view, 7> kBinaryUnits{
    "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

// printf's "%.*g", whatever the locale is.
std::string general(double value, int digits) {
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
    return std::string(buffer.data(), result.ptr);
}

// The division is repeated, not done once, because that is what is rounded in the real one; IEEE
// division gives the same bits everywhere.
std::string scaled(std::int64_t bytes,
                   double base,
                   int digits,
                   std::span<const std::string_view> units) {
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= base && unit + 1 < units.size()) {
        value /= base;
        ++unit;
    }
    return fmt::format("{}{}", general(value, digits), units[unit]);
}

}  // namespace

std::string human_duration(Duration duration) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    constexpr std::int64_t kMinute = 60 * kSecond;
    constexpr std::int64_t kHour = 60 * kMinute;
    const std::int64_t n = duration.nanoseconds;
    const std::int64_t seconds = n / kSecond;
    if (seconds < 1) return "Less than a second";
    if (seconds == 1) return "1 second";
    if (seconds < 60) return fmt::format("{} seconds", seconds);
    const std::int64_t minutes = n / kMinute;
    if (minutes == 1) return "About a minute";
    if (minutes < 60) return fmt::format("{} minutes", minutes);
    constexpr std::int64_t kHoursPerDay = 24;
    // Hours are rounded to the nearest; half an hour is added without overflow.
    const std::int64_t hours = n / kHour + (n % kHour >= kHour / 2 ? 1 : 0);
    if (hours == 1) return "About an hour";
    if (hours < 48) return fmt::format("{} hours", hours);
    if (hours < kHoursPerDay * 7 * 2) return fmt::format("{} days", hours / 24);
    if (hours < kHoursPerDay * 30 * 2) return fmt::format("{} weeks", hours / 24 / 7);
    if (hours < kHoursPerDay * 365 * 2) return fmt::format("{} months", hours / 24 / 30);
    return fmt::format("{} years", n / kHour / 24 / 365);
}

std::string human_size(std::int64_t bytes, int digits) {
    return scaled(bytes, 1000.0, digits, kDecimalUnits);
}

std::string bytes_size(std::int64_t bytes) {
    return scaled(bytes, 1024.0, 4, kBinaryUnits);
}

std::string compose_size(std::int64_t bytes) {
    std::int64_t power = 1;
    std::size_t unit = 0;
    while (bytes / power >= 1000 && unit + 1 < kDecimalUnits.size()) {
        power *= 1000;
        ++unit;
    }
    const double value = static_cast<double>(bytes) / static_cast<double>(power);
    return fmt::format("{} {}", general(value, 4), kDecimalUnits[unit]);
}

std::string percentage(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return "0.00%";
    const Int128 hundredths = (static_cast<Int128>(part) * 10'000 + whole / 2) / whole;
    const auto value = static_cast<std::int64_t>(hundredths);
    return fmt::format("{}.{:02d}%", value / 100, value % 100);
}

std::string_view state_word(const StateFacts& state) {
    if (state.running) {
        if (state.paused) return "paused";
        if (state.restarting) return "restarting";
        return "running";
    }
    if (state.removing) return "removing";
    if (state.dead) return "dead";
    if (!state.since_started) return "created";
    return "exited";
}

std::string status_text(const StateFacts& state) {
    const Duration up = state.since_started.value_or(Duration{});
    const Duration down = state.since_finished.value_or(Duration{});
    if (state.running) {
        if (state.paused) return fmt::format("Up {} (Paused)", human_duration(up));
        if (state.restarting)
            return fmt::format("Restarting ({}) {} ago", state.exit_code, human_duration(down));
        if (!state.health) return fmt::format("Up {}", human_duration(up));
        const bool starting = *state.health == "starting" || state.health->empty();
        return fmt::format(
            "Up {} ({})", human_duration(up), starting ? "health: starting" : *state.health);
    }
    if (state.removing) return "Removal In Progress";
    if (state.dead) return "Dead";
    if (!state.since_started) return "Created";
    if (!state.since_finished) return "";
    return fmt::format("Exited ({}) {} ago", state.exit_code, human_duration(down));
}

std::string compose_state(const StateFacts& state) {
    if (state.paused) return "Paused";
    if (state.restarting) return "Restarting";
    if (!state.running) return fmt::format("Exit {}", state.exit_code);
    if (!state.health) return "Up";
    return *state.health == "starting" ? "Up (health: starting)"
                                       : fmt::format("Up ({})", *state.health);
}

}  // namespace podium::format
