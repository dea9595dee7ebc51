// object.h: the functions of types.
#include "objects/int.hpp"
#include "objects/module_internal.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

int PyType_Ready(PyTypeObject* type) { return to_c(type_ready(current_thread(), *type)); }
void PyType_Modified(PyTypeObject* type) { type_modified(current_thread(), *type); }
unsigned int PyType_ClearCache(void) {
    ThreadState& ts = current_thread();
    type_cache_clear(ts);
    return ts.interpreter().next_type_version;
}
unsigned long PyType_GetFlags(PyTypeObject* type) { return type->tp_flags; }
void* PyType_GetSlot(PyTypeObject* type, int slot) {
    ThreadState& ts = current_thread();
    if (slot <= 0 || slot > Py_am_send) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return type_slot(*type, slot);
}
PyObject* PyType_FromSpec(PyType_Spec* spec) { return to_c(type_from_spec(current_thread(), nullptr, *spec, nullptr)); }
PyObject* PyType_FromSpecWithBases(PyType_Spec* spec, PyObject* bases) {
    return to_c(type_from_spec(current_thread(), nullptr, *spec, bases));
}
PyObject* PyType_FromModuleAndSpec(PyObject* module, PyType_Spec* spec, PyObject* bases) {
    return to_c(type_from_spec(current_thread(), module, *spec, bases));
}
PyObject* PyType_GetName(PyTypeObject* type) { return to_c(type_name(current_thread(), *type)); }
PyObject* PyType_GetQualName(PyTypeObject* type) { return to_c(type_qualified_name(current_thread(), *type)); }
PyObject* PyType_GetModule(PyTypeObject* type) {
    ThreadState& ts = current_thread();
    if (!is_heap_type(*type)) {
        (void)raise(ts, PyExc_TypeError, "PyType_GetModule: Type '%s' is not a heap type", type->tp_name);
        return nullptr;
    }
    Object* module = type_module(*type);
    if (!module)
        (void)raise(ts, PyExc_TypeError, "PyType_GetModule: Type '%s' has no associated module", type->tp_name);
    return module;
}
void* PyType_GetModuleState(PyTypeObject* type) {
    PyObject* module = PyType_GetModule(type);
    return module ? module_state(*module) : nullptr;
}
PyObject* PyType_GetModuleByDef(PyTypeObject* type, PyModuleDef* definition) {
    return to_c(type_module_by_definition(current_thread(), *type, *definition));
}
PyObject* _PyType_Lookup(PyTypeObject* type, PyObject* name) { return type_lookup(current_thread(), *type, *name); }
PyObject* _PyType_LookupId(PyTypeObject* type, _Py_Identifier* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, intern_utf8(ts, name->string));
    return type_lookup(ts, *type, *text);
}
const char* _PyType_Name(PyTypeObject* type) { return type_short_name(*type); }
PyTypeObject* _PyType_CalculateMetaclass(PyTypeObject* metatype, PyObject* bases) {
    auto winner = calculate_metaclass(current_thread(), *metatype, as<Tuple>(*bases));
    return winner.ok() ? std::move(winner).take() : nullptr;
}
int _PyType_CheckConsistency(PyTypeObject*) { return 1; }
PyObject* _PyType_GetDocFromInternalDoc(const char* name, const char* doc) {
    return to_c(doc_object(current_thread(), name, doc));
}
PyObject* _PyType_GetTextSignatureFromInternalDoc(const char* name, const char* doc) {
    return to_c(text_signature_object(current_thread(), name, doc));
}

}  // extern "C"
#pragma GCC visibility pop
