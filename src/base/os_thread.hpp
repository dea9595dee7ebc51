// Threads of the operating system: who one is, and starting one.
#pragma once

#include <cstddef>

namespace orochi::base {

// What threading.get_ident() and threading.get_native_id() show.
unsigned long thread_ident();
unsigned long native_thread_id();

inline constexpr unsigned long kNoThread = static_cast<unsigned long>(-1);
// Starts a detached thread that runs function(argument), with `stack_size` bytes of stack (0: the system's default).
// Returns its ident; kNoThread when the system has no thread or memory left.
unsigned long start_thread(void (*function)(void*), void* argument, size_t stack_size);
// Whether the system accepts the stack size, 0 included.
bool stack_size_allowed(size_t size);

}  // namespace orochi::base
