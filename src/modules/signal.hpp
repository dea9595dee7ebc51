#pragma once

#include "objects/object.hpp"

namespace orochi {

// Puts the process's signal handlers back and frees the interpreter's; at its end.
void signals_stop(ThreadState& ts);

}  // namespace orochi
