#include <csignal>
#include <cstdlib>

#include "ui/cli/app.hpp"

// What jemalloc reads of a program (its malloc_conf): large pages, with which a large swarm takes five sixths of the time, and what
// is free goes back to the system after 0.3 s instead of ten. Where there is another allocator nobody reads it.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,dirty_decay_ms:300";
}

namespace {

// A failed assertion has said its last words; it is a fault of Podium's own, which is status 3.
void on_abort(int) { std::_Exit(podium::cli::kOwnFault); }

}  // namespace

int main(int argument_count, char** arguments) {
    std::signal(SIGABRT, on_abort);
    return podium::cli::main_command(argument_count, arguments);
}
