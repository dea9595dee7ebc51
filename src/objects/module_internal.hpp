// The layout of module objects, for the files that implement them.
#pragma once

#include "objects/module.hpp"
#include "state/start_image.hpp"

namespace orochi {

struct Module {
    PyObject ob_base;
    Object* dict;
    PyModuleDef* definition;  // null for modules written in Python
    void* state;              // definition->m_size bytes, made when the module is executed
    Object* weakrefs;
    Object* name;  // as it was at first, for messages at shutdown
};

// The dict of a module, and its state, each of which may have to be brought from a start image first. Null only after
// tp_clear, or for want of a state.
inline Object* loaded_dict(Module& module) {
    if (!module.dict) [[unlikely]]
        start_image_load_word(&module.dict);
    return module.dict;
}
inline void* loaded_state(Module& module) {
    if (!module.state) [[unlikely]]
        start_image_load_word(&module.state);
    return module.state;
}

// sys.__dict__; null before there is one.
Object* sys_dict(ThreadState& ts);

// Adds the functions of a table to a module.
Result<void> module_add_functions(ThreadState& ts, Object& module, PyMethodDef* functions, Object& name);
// A module of a single-phase definition (PyModule_Create2): complete, with its functions and doc string.
Result<Ref<Object>> module_create(ThreadState& ts, PyModuleDef& definition);
// Gives a definition its type and index (PyModuleDef_Init).
void module_definition_init(ThreadState& ts, PyModuleDef& definition);

}  // namespace orochi
