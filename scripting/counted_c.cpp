#include "scripting/counted_c.hpp"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "scripting/limits.hpp"
#include "scripting/sandbox.hpp"

namespace podium::scripting {
namespace {

thread_local Sandbox* running = nullptr;

void count(std::uint64_t steps) {
    if (running != nullptr) running->count_c(steps);
}

// x to a whole power by squaring: the same on every machine, which the library's pow is not.
double whole_power(double x, std::uint64_t n) {
    double result = 1;
    for (; n != 0; n >>= 1U) {
        if ((n & 1U) != 0) result *= x;
        x *= x;
    }
    return result;
}

[[gnu::format(printf, 3, 0)]] int print_counted(char* to, std::size_t size, const char* format, va_list arguments) {
    int written = std::vsnprintf(to, size, format, arguments);
    // What is no number has a sign on some machines only.
    if (written == 4 && size > 4 && std::memcmp(to, "-nan", 4) == 0) {
        std::memmove(to, to + 1, 4);
        --written;
    }
    count(kNumberTextSteps + static_cast<std::uint64_t>(written > 0 ? written : 0) * 4);
    return written;
}

}  // namespace

Sandbox* counted_sandbox() {
    return running;
}

CountedC::CountedC(Sandbox* sandbox) : before_(running) {
    running = sandbox;
}

CountedC::~CountedC() {
    running = before_;
}

}  // namespace podium::scripting

// The names the build gives to the calls of Lua.
extern "C" {

double podium_counted_fmod(double x, double y) {
    podium::scripting::count(podium::scripting::kRemainderSteps);
    return std::fmod(x, y);
}

double podium_counted_pow(double x, double y) {
    podium::scripting::count(podium::scripting::kRemainderSteps);
    constexpr double kMostWhole = 4294967296.0;
    if (y == 0.5) return std::sqrt(x);
    if (y != std::floor(y) || std::fabs(y) > kMostWhole) return std::pow(x, y);
    const double power =
        podium::scripting::whole_power(x, static_cast<std::uint64_t>(std::fabs(y)));
    return y < 0 ? 1 / power : power;
}

double podium_counted_strtod(const char* text, char** end) {
    char* own_end = nullptr;
    const double value = std::strtod(text, &own_end);
    const auto size = static_cast<std::size_t>(own_end - text);
    podium::scripting::count(podium::scripting::kNumberTextSteps + size);
    if (end != nullptr) *end = own_end;
    return value;
}

// Lua's own luaT_gettm.
const void* podium_lua_event(const void* metatable, int event, const void* name) __asm__("_Z10luaT_gettmP5Table3TMSP7TString");

// What the collector finds in a metatable, in the place of luaT_gettm: nothing in those of a script. Lua's buffers of long
// texts keep their finalizer, without which one that an error left open would never give its memory back.
const void* podium_no_event(const void* metatable, int event, const void* name) {
    const bool buffers = podium::scripting::running != nullptr && podium::scripting::running->is_of_buffers(metatable);
    return buffers ? podium_lua_event(metatable, event, name) : nullptr;
}

// By bytes, the same on every machine; counted as far as the two are alike.
int podium_counted_strcoll(const char* a, const char* b) {
    constexpr std::size_t kPiece = 64;
    podium::scripting::count(1);
    while (true) {
        const std::size_t both = std::min(strnlen(a, kPiece), strnlen(b, kPiece));
        podium::scripting::count(both / podium::scripting::kBytesPerStep);
        const int order = std::memcmp(a, b, both);
        if (order != 0) return order;
        if (both < kPiece) return static_cast<unsigned char>(a[both]) - static_cast<unsigned char>(b[both]);
        a += kPiece;
        b += kPiece;
    }
}

int podium_counted_memcmp(const void* a, const void* b, std::size_t size) {
    podium::scripting::count(size / podium::scripting::kBytesPerStepOfEquals);
    return std::memcmp(a, b, size);
}

// Lua's own luaO_str2num.
std::size_t podium_lua_str2num(const char* text, void* value) __asm__("_Z12luaO_str2numPKcP6TValue");

// It goes through blanks, zeros and digits before it asks the C library.
std::size_t podium_counted_str2num(const char* text, void* value) {
    podium::scripting::count(std::strlen(text) / 4);
    return podium_lua_str2num(text, value);
}

__attribute__((format(printf, 3, 4)))  //
int podium_counted_snprintf(char* to, std::size_t size, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int written = podium::scripting::print_counted(to, size, format, arguments);
    va_end(arguments);
    return written;
}

__attribute__((format(printf, 5, 6)))  //
int podium_counted_snprintf_chk(
    char* to, std::size_t size, int, std::size_t, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int written = podium::scripting::print_counted(to, size, format, arguments);
    va_end(arguments);
    return written;
}
}
