// The module builtins.
#include "objects/module.hpp"
#include "execution/compile_source.hpp"
#include "modules/builtins/functions.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

using namespace builtins;

constexpr MethodDef functions[] = {
#include "modules/builtins/function_table.inc"
    METHOD_END};

struct Entry {
    const char* name;
    Object* value;
};

const Entry constants[] = {
    {"None", &_Py_NoneStruct},
    {"Ellipsis", &_Py_EllipsisObject},
    {"NotImplemented", &_Py_NotImplementedStruct},
    {"False", reinterpret_cast<Object*>(&_Py_FalseStruct)},
    {"True", reinterpret_cast<Object*>(&_Py_TrueStruct)},
    {"bool", reinterpret_cast<Object*>(&PyBool_Type)},
    {"memoryview", reinterpret_cast<Object*>(&PyMemoryView_Type)},
    {"bytearray", reinterpret_cast<Object*>(&PyByteArray_Type)},
    {"bytes", reinterpret_cast<Object*>(&PyBytes_Type)},
    {"classmethod", reinterpret_cast<Object*>(&PyClassMethod_Type)},
    {"complex", reinterpret_cast<Object*>(&PyComplex_Type)},
    {"dict", reinterpret_cast<Object*>(&PyDict_Type)},
    {"enumerate", reinterpret_cast<Object*>(&PyEnum_Type)},
    {"filter", reinterpret_cast<Object*>(&PyFilter_Type)},
    {"float", reinterpret_cast<Object*>(&PyFloat_Type)},
    {"frozenset", reinterpret_cast<Object*>(&PyFrozenSet_Type)},
    {"property", reinterpret_cast<Object*>(&PyProperty_Type)},
    {"int", reinterpret_cast<Object*>(&PyLong_Type)},
    {"list", reinterpret_cast<Object*>(&PyList_Type)},
    {"map", reinterpret_cast<Object*>(&PyMap_Type)},
    {"object", reinterpret_cast<Object*>(&PyBaseObject_Type)},
    {"range", reinterpret_cast<Object*>(&PyRange_Type)},
    {"reversed", reinterpret_cast<Object*>(&PyReversed_Type)},
    {"set", reinterpret_cast<Object*>(&PySet_Type)},
    {"slice", reinterpret_cast<Object*>(&PySlice_Type)},
    {"staticmethod", reinterpret_cast<Object*>(&PyStaticMethod_Type)},
    {"str", reinterpret_cast<Object*>(&PyUnicode_Type)},
    {"super", reinterpret_cast<Object*>(&PySuper_Type)},
    {"tuple", reinterpret_cast<Object*>(&PyTuple_Type)},
    {"type", reinterpret_cast<Object*>(&PyType_Type)},
    {"zip", reinterpret_cast<Object*>(&PyZip_Type)},
};

Result<void> execute(ThreadState& ts, Object& module) {
    for (const Entry& entry : constants) TRY(module_add(ts, module, entry.name, *entry.value));
    // __debug__ is what the compiler takes it for.
    bool debug = !ts.interpreter().config || ts.interpreter().config->optimization_level <= 0;
    TRY(module_add(ts, module, "__debug__", bool_object(debug)));
    TRY(exceptions_add_to(ts, module_dict(module)));
    return {};
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)}, {0, nullptr}};

}  // namespace

PyModuleDef builtins_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "builtins",
    .m_doc =
        "Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the `nil' object; Ellipsis "
        "represents `...' in slices.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
