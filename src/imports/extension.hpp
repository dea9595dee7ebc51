// Extension modules: shared objects loaded as private images.
//
// The first interpreter that imports an extension loads the file itself. Every further interpreter loads a copy
// (an anonymous file of the same content, so that the dynamic linker sees another object), and so has the C
// globals of the extension for itself. When an interpreter closes, its images are unloaded, except where something
// may still run their code; those stay until the process ends and are not used again, since their globals are dirty.
#pragma once

#include <vector>

#include "objects/object.hpp"

namespace orochi {

// What PyInit_NAME of the file returned: a module (single-phase initialisation) or a PyModuleDef to be used with
// module_from_definition and module_exec. ImportError with name and path when the file cannot be loaded or lacks
// the function; SystemError when the function breaks its contract.
Result<Ref<Object>> extension_initialize(ThreadState& ts, Object& spec);
// The same for an init function that is part of the program.
using InitFunction = Object* (*)();
Result<Ref<Object>> run_init_function(ThreadState& ts, InitFunction function, Object& name);

// Whether the interpreter has loaded any.
bool extensions_in_use(Interpreter& interpreter);
// Closing an interpreter, first: drops what is kept of single-phase modules.
void extensions_forget_modules(ThreadState& ts);
// Then, in two steps: its images belong to nobody from here on, and once its last object is gone
// those that this returns are to be unloaded. `threads_left`: a thread may come back to their code.
std::vector<void*> extensions_release(Interpreter& interpreter, bool threads_left);
void extensions_unload(Runtime& runtime, const std::vector<void*>& images);

// Which interpreter a thread that has none is to enter, by the code that calls: that of the extension image the
// address is in. `found` false: the address is in no image. Null with `found`: its interpreter has closed.
struct CodeOwner {
    bool found;
    Interpreter* interpreter;
};
// Marks the image as one that foreign threads run, so that it is never unloaded.
CodeOwner owner_of_calling_code(Runtime& runtime, const void* address);

}  // namespace orochi
