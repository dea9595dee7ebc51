// threading.Thread.start() waits until the new thread says that it runs. A thread that ran out of memory, or was
// interrupted, before it could say so must not leave it waiting.
#pragma once

#include "memory/python.hpp"

namespace orochi::thread {

// The function of the current thread has ended with an exception. If it was the bootstrap method of a threading.Thread
// that is not marked as started, marks that as started and over.
void tell_over_before_started(ThreadState& ts, Object& function);

}  // namespace orochi::thread
