// The plain interactive prompt.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Reads and runs statements until the end of input; the exit code. `banner`: greet, and run PYTHONSTARTUP.
int run_interactive(ThreadState& ts, bool banner);

}  // namespace orochi
