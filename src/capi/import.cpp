// import.h, and PyState_FindModule and its kin.
#include "imports/import.hpp"
#include "imports/import_lock.hpp"
#include "imports/single_phase.hpp"

#include "modules/imp.hpp"
#include "objects/dict.hpp"
#include "objects/module.hpp"
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
PyObject* PyImport_ImportModuleLevelObject(PyObject* name, PyObject* globals, PyObject*, PyObject* fromlist,
                                           int level) {
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

PyObject* PyState_FindModule(PyModuleDef* definition) { return state_find_module(current_thread(), *definition); }
int PyState_AddModule(PyObject* module, PyModuleDef* definition) {
    if (!definition) fatal_error("PyState_AddModule", "module definition is NULL");
    return to_c(state_add_module(current_thread(), *module, *definition));
}
int PyState_RemoveModule(PyModuleDef* definition) { return to_c(state_remove_module(current_thread(), *definition)); }

// ---- Running code as a module ----

PyObject* PyImport_ExecCodeModule(const char* name, PyObject* code) {
    return PyImport_ExecCodeModuleWithPathnames(name, code, nullptr, nullptr);
}
PyObject* PyImport_ExecCodeModuleEx(const char* name, PyObject* code, const char* path) {
    return PyImport_ExecCodeModuleWithPathnames(name, code, path, nullptr);
}
PyObject* PyImport_ExecCodeModuleWithPathnames(const char* name, PyObject* code, const char* path,
                                               const char* compiled) {
    ThreadState& ts = current_thread();
    Ref<Str> name_text = TRY_OR(nullptr, str_from_utf8(ts, name));
    OptRef<Str> path_text, compiled_text;
    if (compiled) compiled_text = TRY_OR(nullptr, str_decode_filesystem(ts, compiled));
    if (path) path_text = TRY_OR(nullptr, str_decode_filesystem(ts, path));
    return PyImport_ExecCodeModuleObject(obj(name_text.get()), code, obj(path_text.get()), obj(compiled_text.get()));
}
PyObject* PyImport_ExecCodeModuleObject(PyObject* name, PyObject* code, PyObject* path, PyObject* compiled) {
    return to_c(import_code(current_thread(), *name, as<Code>(*code), path, compiled));
}
PyObject* PyImport_GetImporter(PyObject* path) { return to_c(path_importer(current_thread(), *path)); }
long PyImport_GetMagicNumber() {
    // 3495, then CR LF, as it begins every .pyc file.
    return 0x0a0d0da7;
}
const char* PyImport_GetMagicTag() { return "cpython-311"; }
int PyImport_ImportFrozenModuleObject(PyObject* name) {
    Ref<Object> module = TRY_OR(-1, init_frozen(current_thread(), as<Str>(*name)));
    return !is_none(module.get());
}
int PyImport_ImportFrozenModule(const char* name) {
    Ref<Str> text = TRY_OR(-1, str_from_utf8(current_thread(), name));
    return PyImport_ImportFrozenModuleObject(obj(text.get()));
}

// ---- The import lock ----

void _PyImport_AcquireLock() {
    if (!import_lock_acquire(current_thread()).ok()) error_clear(current_thread());
}
int _PyImport_ReleaseLock() {
    ThreadState& ts = current_thread();
    if (import_lock_release(ts).ok()) return 1;
    error_clear(ts);
    return -1;
}

}  // extern "C"
#pragma GCC visibility pop
