// posix.environ, for an interpreter that did not make it itself.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Fills posix.environ, on which os.environ stands, anew from the environment of the process.
Result<void> posix_environ_refresh(ThreadState& ts);

}  // namespace orochi
