// Which thread of the system uses a thread state.
#pragma once

#include "state/thread_state.hpp"

namespace orochi {

// The calling thread does, from now on. Whoever interrupts it learns of that.
void thread_state_take_identity(ThreadState& ts);

}  // namespace orochi
