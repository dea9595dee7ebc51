// Thread states that several threads of the system use one after the other.
#pragma once

#include "state/thread_state.hpp"

namespace orochi {

// The current thread state goes on in the calling thread, whichever one used it before. threading is told, too: what it
// takes for the main thread is the one that runs the interpreter for somebody, and that is another one from run to run.
void thread_state_moves_here(ThreadState& ts);

}  // namespace orochi
