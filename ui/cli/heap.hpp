#pragma once

// How the process's heap grows.

namespace podium::cli {

/// Has glibc's malloc keep what was freed and grow in large steps (64 MiB of addresses, not of memory). By itself it hands large blocks
/// back to the kernel and asks for them again, page by page, which takes as long as all of a simulation's own work. Called once,
/// at the start of a program; without glibc it does nothing.
void keep_freed_memory();

}  // namespace podium::cli
