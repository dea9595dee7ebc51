// Turns an interpreter that has just been started into what further interpreters begin with (state/start_image.hpp).
#pragma once

#include "state/start_image.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// `ts` is the only thread of an interpreter that has run nothing but its start. Afterwards its heap holds the values
// that all interpreters share, and nothing may run in it any more. False when something in it cannot be moved.
bool start_image_build(ThreadState& ts, StartImage& image);

}  // namespace orochi
