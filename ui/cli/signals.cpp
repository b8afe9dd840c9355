#include "ui/cli/signals.hpp"

#include <csignal>
#include <cstdlib>

namespace podium::cli {
namespace {

// Set by signals.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupts = 0;
volatile std::sig_atomic_t leave_by = 0;
volatile std::sig_atomic_t quits = 0;

// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void on_interrupt(int) {
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
}

bool take_interrupt() {
    const bool came = interrupts != 0;
    interrupts = 0;
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
    return leave_by != 0;
}

void end_by_signal() {
    const int signal = leave_by == 0 ? SIGINT : static_cast<int>(leave_by);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(128 + signal);
}

}  // namespace podium::cli
