// The table that relates the slots of a type to special methods: `__add__` to nb_add and so on.
//
// Each entry is the struct that CPython's headers call wrapperbase. `function` is the slot that calls the Python method
// (for classes that define it), `wrapper` is how the Python method calls the slot (for types from C). Several
// methods may share a slot (__add__ and __radd__), and several slots a method (__len__). Entries of the same
// slot stand together, slots in the order of PyHeapTypeObject.
#pragma once

#include <span>

#include "memory/python.hpp"

namespace orochi {

using SlotEntry = wrapperbase;

std::span<const SlotEntry> slot_table();

// Slot functions that other code compares with or installs.
extern const initproc slot_tp_init_pointer;
extern const getattrofunc slot_tp_getattro_pointer;  // __getattribute__ alone, no __getattr__
extern const setattrofunc slot_tp_setattro_pointer;
extern const newfunc slot_tp_new_pointer;
extern const iternextfunc slot_tp_iternext_pointer;

}  // namespace orochi
