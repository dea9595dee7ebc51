// cpython/funcobject.h, cpython/genobject.h.
#include "execution/function.hpp"
#include "objects/containers.hpp"

using namespace orochi;

namespace {

Function* function_of(Object* object) {
    if (object && PyFunction_Check(object)) return as<Function>(object);
    PyErr_BadInternalCall();
    return nullptr;
}
// None stands for null.
Object* value_of(Object* value) { return value && is_none(*value) ? nullptr : value; }

// Frames that C code makes (PyFrame_New) stand in tracebacks; they cannot run.
Object* no_generator() {
    PyErr_SetString(PyExc_SystemError, "a generator cannot be made from a frame object");
    return nullptr;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyFunction_New(PyObject* code, PyObject* globals) {
    return to_c(function_new(current_thread(), as<Code>(*code), *globals));
}
PyObject* PyFunction_NewWithQualName(PyObject* code, PyObject* globals, PyObject* qualname) {
    return to_c(function_new(current_thread(), as<Code>(*code), *globals, qualname));
}
PyObject* PyFunction_GetCode(PyObject* function) {
    Function* f = function_of(function);
    return f ? f->func_code : nullptr;
}
PyObject* PyFunction_GetGlobals(PyObject* function) {
    Function* f = function_of(function);
    return f ? loaded_globals(*f) : nullptr;
}
PyObject* PyFunction_GetModule(PyObject* function) {
    Function* f = function_of(function);
    return f ? f->func_module : nullptr;
}
PyObject* PyFunction_GetDefaults(PyObject* function) {
    Function* f = function_of(function);
    return f ? f->func_defaults : nullptr;
}
PyObject* PyFunction_GetKwDefaults(PyObject* function) {
    Function* f = function_of(function);
    return f ? f->func_kwdefaults : nullptr;
}
PyObject* PyFunction_GetClosure(PyObject* function) {
    Function* f = function_of(function);
    return f ? f->func_closure : nullptr;
}
PyObject* PyFunction_GetAnnotations(PyObject* function) {
    Function* f = function_of(function);
    if (!f) return nullptr;
    Ref<Object> value = TRY_OR(nullptr, getattr(current_thread(), *function, "__annotations__"_n));
    return value.get();  // the function holds it
}
int PyFunction_SetDefaults(PyObject* function, PyObject* defaults) {
    Function* f = function_of(function);
    if (!f) return -1;
    Object* value = value_of(defaults);
    if (value && !PyTuple_Check(value)) return PyErr_SetString(PyExc_SystemError, "non-tuple default args"), -1;
    f->func_version = 0;
    assign(f->func_defaults, OptRef<Object>::share(value));
    return 0;
}
int PyFunction_SetKwDefaults(PyObject* function, PyObject* defaults) {
    Function* f = function_of(function);
    if (!f) return -1;
    Object* value = value_of(defaults);
    if (value && !PyDict_Check(value))
        return PyErr_SetString(PyExc_SystemError, "non-dict keyword only default args"), -1;
    f->func_version = 0;
    assign(f->func_kwdefaults, OptRef<Object>::share(value));
    return 0;
}
int PyFunction_SetClosure(PyObject* function, PyObject* closure) {
    Function* f = function_of(function);
    if (!f) return -1;
    Object* value = value_of(closure);
    if (value && !PyTuple_Check(value))
        return PyErr_Format(PyExc_SystemError, "expected tuple for closure, got '%.100s'", type_of(*value).tp_name), -1;
    f->func_version = 0;
    assign(f->func_closure, OptRef<Object>::share(value));
    return 0;
}
int PyFunction_SetAnnotations(PyObject* function, PyObject* annotations) {
    Function* f = function_of(function);
    if (!f) return -1;
    Object* value = value_of(annotations);
    if (value && !PyDict_Check(value)) return PyErr_SetString(PyExc_SystemError, "non-dict annotations"), -1;
    f->func_version = 0;
    assign(f->func_annotations, OptRef<Object>::share(value));
    return 0;
}
PyObject* _PyFunction_Vectorcall(PyObject* function, PyObject* const* arguments, size_t nargsf,
                                 PyObject* keyword_names) {
    return function_vectorcall(function, arguments, nargsf, keyword_names);
}

PyObject* PyGen_NewWithQualName(PyFrameObject*, PyObject*, PyObject*) { return no_generator(); }
PyObject* PyGen_New(PyFrameObject*) { return no_generator(); }
PyObject* PyCoro_New(PyFrameObject*, PyObject*, PyObject*) { return no_generator(); }
PyObject* PyAsyncGen_New(PyFrameObject*, PyObject*, PyObject*) { return no_generator(); }
// Raises StopIteration(value); tuples and exceptions are wrapped so that they arrive whole.
int _PyGen_SetStopIterationValue(PyObject* value) {
    ThreadState& ts = current_thread();
    if (!value || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        (void)raise_value(ts, PyExc_StopIteration, value);
        return 0;
    }
    Ref<Object> exception = TRY_OR(-1, call(ts, *PyExc_StopIteration, *value));
    (void)raise_instance(ts, *exception);
    return 0;
}

}  // extern "C"
#pragma GCC visibility pop
