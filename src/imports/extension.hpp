// Extension modules: shared objects loaded as private images.
//
// The first interpreter that imports an extension loads the file itself. Every further interpreter loads a copy
// (an anonymous file of the same content, so that the dynamic linker sees another object), and so has the C
// globals of the extension for itself. Images stay loaded until the process ends, since nothing yet tells when the
// last pointer into one is gone; one whose interpreter has closed is not used again, since its globals are dirty.
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi {

// What PyInit_NAME of the file returned: a module (single-phase initialisation) or a PyModuleDef to be used with
// module_from_definition and module_exec. ImportError with name and path when the file cannot be loaded or lacks
// the function; SystemError when the function breaks its contract.
Result<Ref<Object>> extension_initialize(ThreadState& ts, Object& spec);

// Part of closing the interpreter: its images belong to nobody from here on.
void extensions_release(Interpreter& interpreter);

}  // namespace orochi
