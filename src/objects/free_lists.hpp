// The dead objects that an interpreter keeps for its next allocations (FreeLists), as a whole.
#pragma once

#include "state/thread_state.hpp"

namespace orochi {

void free_lists_clear(ThreadState& ts);
// Whether they keep anything from now on. While they do not, every object comes from the heap and returns to it.
void free_lists_use(ThreadState& ts, bool keep);

}  // namespace orochi
