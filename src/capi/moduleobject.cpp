// moduleobject.h and the module part of modsupport.h.
#include <cstring>
#include <utility>

#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/module_internal.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

using namespace orochi;

namespace {

bool is_module(ThreadState& ts, Object* o) {
    if (o && PyModule_Check(o)) return true;
    (void)raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    return false;
}

int add(ThreadState& ts, Object* module, const char* name, Object* value) {
    if (!module || !PyModule_Check(module)) {
        (void)raise(ts, PyExc_TypeError, "PyModule_AddObjectRef() first argument must be a module");
        return -1;
    }
    if (!value) {
        if (!error_pending(ts))
            (void)raise(ts, PyExc_SystemError,
                        "PyModule_AddObjectRef() must be called with an exception raised if value is NULL");
        return -1;
    }
    return to_c(module_add(ts, *module, name, *value));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyModuleDef_Init(PyModuleDef* definition) {
    module_definition_init(current_thread(), *definition);
    return reinterpret_cast<PyObject*>(definition);
}
PyObject* PyModule_NewObject(PyObject* name) { return to_c(module_new(current_thread(), *name)); }
PyObject* PyModule_New(const char* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, str_from_utf8(ts, name));
    return to_c(module_new(ts, obj(*text)));
}
PyObject* PyModule_GetDict(PyObject* module) {
    ThreadState& ts = current_thread();
    if (!module || !PyModule_Check(module)) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return loaded_dict(*as<Module>(module));
}
PyObject* PyModule_GetNameObject(PyObject* module) { return to_c(module_name(current_thread(), *module)); }
const char* PyModule_GetName(PyObject* module) {
    PyObject* name = PyModule_GetNameObject(module);
    if (!name) return nullptr;
    decref(*name);  // the module's dict holds it
    return PyUnicode_AsUTF8(name);
}
PyObject* PyModule_GetFilenameObject(PyObject* module) {
    ThreadState& ts = current_thread();
    if (!is_module(ts, module)) return nullptr;
    Object* dict = loaded_dict(*as<Module>(module));
    Object* file = dict ? dict_get_name(ts, as<Dict>(*dict), "__file__"_s) : nullptr;
    if (!file || !PyUnicode_Check(file)) {
        (void)raise(ts, PyExc_SystemError, "module filename missing");
        return nullptr;
    }
    return new_reference(*file);
}
const char* PyModule_GetFilename(PyObject* module) {
    PyObject* file = PyModule_GetFilenameObject(module);
    if (!file) return nullptr;
    const char* text = PyUnicode_AsUTF8(file);
    decref(*file);
    return text;
}
PyModuleDef* PyModule_GetDef(PyObject* module) {
    return is_module(current_thread(), module) ? as<Module>(module)->definition : nullptr;
}
void* PyModule_GetState(PyObject* module) {
    return is_module(current_thread(), module) ? loaded_state(*as<Module>(module)) : nullptr;
}
// Part of the binary interface. The name is per thread here (ThreadState::package_context), so this one stays null.
const char* _Py_PackageContext = nullptr;
#undef PyModule_Create2
#undef PyModule_FromDefAndSpec2
PyObject* PyModule_Create2(PyModuleDef* definition, int) { return to_c(module_create(current_thread(), *definition)); }
PyObject* _PyModule_CreateInitialized(PyModuleDef* definition, int) {
    return to_c(module_create(current_thread(), *definition));
}
PyObject* PyModule_FromDefAndSpec2(PyModuleDef* definition, PyObject* spec, int) {
    return to_c(module_from_definition(current_thread(), *definition, *spec));
}
int PyModule_ExecDef(PyObject* module, PyModuleDef* definition) {
    return to_c(module_exec(current_thread(), *module, *definition));
}
int PyModule_AddFunctions(PyObject* module, PyMethodDef* functions) {
    ThreadState& ts = current_thread();
    Ref<Object> name = TRY_OR(-1, module_name(ts, *module));
    return to_c(module_add_functions(ts, *module, functions, *name));
}
int PyModule_SetDocString(PyObject* module, const char* doc) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, doc));
    return to_c(setattr(ts, *module, "__doc__"_n, obj(*text)));
}
int PyModule_AddObjectRef(PyObject* module, const char* name, PyObject* value) {
    return add(current_thread(), module, name, value);
}
// Takes the reference over on success only.
int PyModule_AddObject(PyObject* module, const char* name, PyObject* value) {
    int status = add(current_thread(), module, name, value);
    if (status == 0) decref(*value);
    return status;
}
int PyModule_AddIntConstant(PyObject* module, const char* name, long value) {
    ThreadState& ts = current_thread();
    Ref<Object> number = TRY_OR(-1, int_from(ts, value));
    return add(ts, module, name, number.get());
}
int PyModule_AddStringConstant(PyObject* module, const char* name, const char* value) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, value));
    return add(ts, module, name, obj(text.get()));
}
int PyModule_AddType(PyObject* module, PyTypeObject* type) {
    ThreadState& ts = current_thread();
    if (!type_ready(ts, *type).ok()) return -1;
    const char* dot = std::strrchr(type->tp_name, '.');
    return add(ts, module, dot ? dot + 1 : type->tp_name, &obj(*type));
}
int _PyModuleSpec_IsInitializing(PyObject* spec) {
    ThreadState& ts = current_thread();
    if (!spec) return 0;
    auto value = getattr_optional(ts, *spec, "_initializing"_n);
    if (!value.ok()) {
        error_clear(ts);
        return 0;
    }
    OptRef<Object> flag = std::move(value).take();
    return flag ? to_c(is_true(ts, *flag)) : 0;
}

}  // extern "C"
#pragma GCC visibility pop
