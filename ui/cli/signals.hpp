#pragma once

// Signals to the program: Ctrl-C, and being told to end. They are noted, and looked at where the
// work can be ended in good order.

namespace podium::cli {

/// From now on INT, TERM and HUP are noted instead of ending the program; a third INT that nobody
/// has taken ends it after all, and TERM and HUP do after 3 s in which nobody has looked at them.
void catch_signals();
/// From now on one INT ends the program after 3 s in which nobody has taken it.
void let_interrupts_end();
/// Ctrl-C was pressed since the last call.
bool take_interrupt();
/// From now on QUIT is noted too.
void catch_quit();
/// Ctrl-\ was pressed since the last call.
bool take_quit();
/// Ctrl-C or Ctrl-\ was pressed and not yet taken.
bool interrupt_waits();
/// TERM or HUP came: the program is to end.
bool asked_to_leave();
/// Ends the program by the signal it was told to end by (INT when none), so that its caller knows.
[[noreturn]] void end_by_signal();

}  // namespace podium::cli
