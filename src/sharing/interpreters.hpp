#pragma once

#include "objects/object.hpp"

namespace orochi {

extern PyModuleDef interpreters_module;

// Closes every interpreter that was created through the module and runs nothing; before the main one ends.
void interpreters_close_all(ThreadState& ts);

}  // namespace orochi
