// What of faulthandler belongs to starting and stopping.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// At an interpreter's end: its watchdog stops. At the main one's end the process's handlers are put back.
void faulthandler_stop(ThreadState& ts);

}  // namespace orochi
