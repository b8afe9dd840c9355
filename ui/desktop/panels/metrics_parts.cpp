#include "ui/desktop/panels/metrics_parts.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace podium::desktop {
namespace {

// Null: none has a value.
const SeriesNewest* highest_of(const std::vector<SeriesNewest>& newest) {
    const auto highest = std::max_element(newest.begin(), newest.end(), [](const SeriesNewest& one, const SeriesNewest& other) { return one.value < other.value; });
    return highest == newest.end() || highest->value < 0 ? nullptr : &*highest;
}

}  // namespace

std::vector<SeriesColumn> fold_series(const std::vector<float>& values, std::size_t columns) {
    std::vector<SeriesColumn> out(columns);
    const std::size_t count = values.size();
    for (std::size_t column = 0; column < columns && count > 0; ++column) {
        const std::size_t begin = column * count / columns;
        const std::size_t end = std::max(begin + 1, (column + 1) * count / columns);
        SeriesColumn& folded = out[column];
        for (std::size_t i = begin; i < end; ++i) {
            if (values[i] < 0) continue;
            folded.low = folded.known ? std::min(folded.low, values[i]) : values[i];
            folded.high = folded.known ? std::max(folded.high, values[i]) : values[i];
            folded.last = values[i];
            folded.known = true;
        }
    }
    return out;
}

float scale_end(float most, float least) {
    const float wanted = std::max(most, least);
    float end = 1;
    while (end < wanted) end *= 10;
    while (end / 10 >= wanted && end > 1e-6F) end /= 10;
    if (end / 5 >= wanted) return end / 5;
    if (end / 2 >= wanted) return end / 2;
    return end;
}

Time sample_time(std::size_t place, Time last, Duration every, std::size_t count) { return last - every * static_cast<std::int64_t>(count - 1 - place); }

std::string series_words(float value, SeriesUnit unit) {
    if (value < 0) return "–";
    switch (unit) {
        case SeriesUnit::Share: return value >= 0.9995F || value * 100 == std::floor(value * 100) ? fmt::format("{:.0f} %", value * 100) : fmt::format("{:.1f} %", value * 100);
        case SeriesUnit::Milliseconds: return value < 10 ? fmt::format("{:.1f} ms", value) : value < 1000 ? fmt::format("{:.0f} ms", value) : fmt::format("{:.2f} s", value / 1000);
        case SeriesUnit::PerSecond: return value < 10 && value != std::floor(value) ? fmt::format("{:.1f}/s", value) : fmt::format("{:.0f}/s", value);
        case SeriesUnit::Count: return fmt::format("{:.0f}", value);
    }
    return {};
}

std::string newest_words(const std::vector<SeriesNewest>& newest, SeriesUnit unit) {
    std::string out;
    for (const SeriesNewest& one : newest) out += (out.empty() ? "" : " · ") + series_words(one.value, unit);
    return out;
}

std::string highest_words(const std::vector<SeriesNewest>& newest, SeriesUnit unit) {
    const SeriesNewest* highest = highest_of(newest);
    if (highest == nullptr) return series_words(-1, unit);
    return fmt::format("{} {}", highest->name, series_words(highest->value, unit));
}

std::string highest_with_host(const std::vector<SeriesNewest>& newest, SeriesUnit unit) {
    const SeriesNewest* highest = highest_of(newest);
    if (highest == nullptr || highest->host.empty()) return {};
    return fmt::format("{} on {}", highest_words(newest, unit), highest->host);
}

std::string_view host_of_value(const std::vector<std::string>& hosts, const std::vector<std::uint32_t>& numbers, std::size_t place,
                               float value) {
    const std::uint32_t number = place < numbers.size() ? numbers[place] : 0;
    if (hosts.size() < 2 || number == 0 || number > hosts.size() || value <= 0) return {};
    return hosts[number - 1];
}

std::vector<Area> names_below(const std::vector<Area>& sizes, const Area& within, float gap, float column_gap) {
    std::vector<Area> out;
    float x = within.x;
    float y = within.y;
    float widest = 0;
    for (const Area& size : sizes) {
        if (y > within.y && y + size.height > within.bottom()) {
            x += widest + column_gap;
            y = within.y;
            widest = 0;
        }
        out.push_back({x, y, size.width, size.height});
        y += size.height + gap;
        widest = std::max(widest, size.width);
    }
    return out;
}

std::string bytes_words(std::int64_t bytes) {
    const auto amount = static_cast<double>(bytes);
    if (bytes < 1'000) return fmt::format("{} B", bytes);
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", amount / 1e3);
    if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", amount / 1e6);
    return fmt::format("{:.2f} GB", amount / 1e9);
}

std::string down_words(Duration down) {
    if (down.nanoseconds == 0) return "0 s";
    if (down < seconds(60)) return format_seconds(down.nanoseconds, 1) + " s";
    const std::int64_t whole = down.nanoseconds / seconds(1).nanoseconds;
    if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
    return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
}

}  // namespace podium::desktop
