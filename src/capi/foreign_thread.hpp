// Functions that may be called by a thread that holds no interpreter lock, or has no thread state at all.
#pragma once

#include "memory/python.hpp"

namespace orochi {

// PyGILState_Ensure on behalf of the code at `caller`, an address that tells which extension image it is in. Goes with
// PyGILState_Release.
PyGILState_STATE enter_from_any_thread(const void* caller);

}  // namespace orochi
