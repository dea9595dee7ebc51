// Single-phase modules by the index of their definition: PyState_FindModule and its kin.
#pragma once

#include "objects/object.hpp"

namespace orochi {

Object* state_find_module(ThreadState& ts, PyModuleDef& definition);  // borrowed; null: not there
Result<void> state_add_module(ThreadState& ts, Object& module, PyModuleDef& definition);
Result<void> state_remove_module(ThreadState& ts, PyModuleDef& definition);

}  // namespace orochi
