#include "ui/cli/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace podium::cli {
namespace {

// Set by signals.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupts = 0;
volatile std::sig_atomic_t leave_by = 0;
volatile std::sig_atomic_t quits = 0;
volatile std::sig_atomic_t interrupt_ends = 0;

// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

// How long the program may go on with what it is at, in seconds, before a signal ends it in the midst of that: it looks for
// signals between two events of a run, and one event may have much to compute.
constexpr unsigned kGraceSeconds = 3;

void on_late(int) {
    const int signal = leave_by == 0 ? SIGINT : static_cast<int>(leave_by);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void on_interrupt(int) {
    if (interrupt_ends != 0) alarm(kGraceSeconds);
    if (interrupts >= 2) {
        std::signal(SIGINT, SIG_DFL);
        std::raise(SIGINT);
    }
    interrupts = interrupts + 1;
}

void on_quit(int) {
    quits = 1;
}

void on_leave(int signal) {
    leave_by = signal;
    alarm(kGraceSeconds);
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};

    action.sa_handler = handler;
    sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_signals() {
    handle(SIGINT, on_interrupt);
    handle(SIGTERM, on_leave);
    handle(SIGHUP, on_leave);
    handle(SIGALRM, on_late);
}

void let_interrupts_end() {
    interrupt_ends = 1;
}

bool take_interrupt() {
    const bool came = interrupts != 0;
    interrupts = 0;
    if (came && interrupt_ends != 0) alarm(0);
    return came;
}

void catch_quit() {
    handle(SIGQUIT, on_quit);
}

bool take_quit() {
    const bool came = quits != 0;
    quits = 0;
    return came;
}

bool interrupt_waits() {
    return interrupts != 0 || quits != 0;
}

bool asked_to_leave() {
    if (leave_by == 0) return false;
    alarm(0);
    return true;
}

void end_by_signal() {
    const int signal = leave_by == 0 ? SIGINT : static_cast<int>(leave_by);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(128 + signal);
}

}  // namespace podium::cli
