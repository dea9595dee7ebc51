// import.h, and PyState_FindModule and its kin.
#include "imports/import.hpp"

#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/module_internal.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

// The module under the name, made empty when there is none; borrowed from sys.modules.
Object* add_module(ThreadState& ts, Object& name) {
    OptRef<Object> found = TRY_OR(nullptr, imported_module(ts, name));
    if (found && PyModule_Check(found.get())) return found.get();
    Ref<Object> made = TRY_OR(nullptr, module_new(ts, name));
    if (!setitem(ts, *ts.interpreter().modules, name, *made).ok()) return nullptr;
    return made.get();
}

Object* import_text(const char* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name));
    return to_c(import_module(ts, obj(*text)));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyImport_Import(PyObject* name) { return to_c(import_module(current_thread(), *name)); }
PyObject* PyImport_ImportModule(const char* name) { return import_text(name); }
PyObject* PyImport_ImportModuleNoBlock(const char* name) { return import_text(name); }
PyObject* PyImport_ImportModuleLevelObject(PyObject* name, PyObject* globals, PyObject*, PyObject* fromlist, int level) {
    return to_c(import_module_level(current_thread(), *name, globals, fromlist, level));
}
PyObject* PyImport_ImportModuleLevel(const char* name, PyObject* globals, PyObject*, PyObject* fromlist, int level) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name));
    return to_c(import_module_level(ts, obj(*text), globals, fromlist, level));
}
PyObject* PyImport_GetModuleDict(void) { return current_thread().interpreter().modules; }
PyObject* PyImport_GetModule(PyObject* name) {
    auto found = imported_module(current_thread(), *name);
    return found.ok() ? std::move(found).take().release() : nullptr;
}
PyObject* PyImport_AddModuleObject(PyObject* name) { return add_module(current_thread(), *name); }
PyObject* PyImport_AddModule(const char* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name));
    return add_module(ts, obj(*text));
}
PyObject* PyImport_ReloadModule(PyObject* module) {
    ThreadState& ts = current_thread();
    Ref<Object> importlib = TRY_OR(nullptr, import_module(ts, "importlib"_n));
    return to_c(call_method(ts, *importlib, "reload"_n, *module));
}
PyObject* _PyImport_GetModuleId(_Py_Identifier* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name->string));
    return PyImport_GetModule(obj(text.get()));
}
PyObject* _PyImport_GetModuleAttr(PyObject* module, PyObject* attribute) {
    return to_c(import_attribute(current_thread(), *module, *attribute));
}
PyObject* _PyImport_GetModuleAttrString(const char* module, const char* attribute) {
    ThreadState& ts = current_thread();
    Ref<Str> module_text = TRY_OR(nullptr, str_from_utf8(ts, module));
    Ref<Str> attribute_text = TRY_OR(nullptr, str_from_utf8(ts, attribute));
    return to_c(import_attribute(ts, obj(*module_text), obj(*attribute_text)));
}
int _PyImport_SetModule(PyObject* name, PyObject* module) {
    ThreadState& ts = current_thread();
    return to_c(setitem(ts, *ts.interpreter().modules, *name, *module));
}
int _PyImport_SetModuleString(const char* name, PyObject* module) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, name));
    return to_c(setitem(ts, *ts.interpreter().modules, obj(*text), *module));
}

// ---- Single-phase modules by the index of their definition ----

PyObject* PyState_FindModule(PyModuleDef* definition) {
    Object* list = current_thread().interpreter().modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    if (definition->m_slots || index == 0 || !list || index >= list_size(as<List>(*list))) return nullptr;
    Object& module = list_item(as<List>(*list), index);
    return is_none(module) ? nullptr : &module;
}
int PyState_AddModule(PyObject* module, PyModuleDef* definition) {
    ThreadState& ts = current_thread();
    if (!definition) fatal_error("PyState_AddModule", "module definition is NULL");
    if (definition->m_slots) {
        (void)raise(ts, PyExc_SystemError, "PyState_AddModule called on module with slots");
        return -1;
    }
    module_definition_init(ts, *definition);
    Object*& list = ts.interpreter().modules_by_index;
    if (!list) list = obj(std::move(TRY_OR(-1, list_new(ts, 0))).release());
    while (list_size(as<List>(*list)) <= definition->m_base.m_index) {
        if (!list_append(ts, as<List>(*list), none()).ok()) return -1;
    }
    return to_c(list_set_item(ts, as<List>(*list), definition->m_base.m_index, Ref<Object>::share(*module)));
}
int PyState_RemoveModule(PyModuleDef* definition) {
    ThreadState& ts = current_thread();
    Object* list = ts.interpreter().modules_by_index;
    Py_ssize_t index = definition->m_base.m_index;
    if (definition->m_slots) {
        (void)raise(ts, PyExc_SystemError, "PyState_RemoveModule called on module with slots");
        return -1;
    }
    if (index == 0 || !list || index >= list_size(as<List>(*list)))
        fatal_error("PyState_RemoveModule", "Module index out of bounds.");
    return to_c(list_set_item(ts, as<List>(*list), index, new_none()));
}

}  // extern "C"
#pragma GCC visibility pop
