// The module builtins.
#include "execution/compile_source.hpp"
#include "modules/builtins/functions.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/module.hpp"
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
    const Entry exceptions[] = {
        {"BaseException", PyExc_BaseException},
        {"BaseExceptionGroup", PyExc_BaseExceptionGroup},
        {"Exception", PyExc_Exception},
        {"GeneratorExit", PyExc_GeneratorExit},
        {"KeyboardInterrupt", PyExc_KeyboardInterrupt},
        {"SystemExit", PyExc_SystemExit},
        {"ArithmeticError", PyExc_ArithmeticError},
        {"AssertionError", PyExc_AssertionError},
        {"AttributeError", PyExc_AttributeError},
        {"BufferError", PyExc_BufferError},
        {"EOFError", PyExc_EOFError},
        {"ImportError", PyExc_ImportError},
        {"LookupError", PyExc_LookupError},
        {"MemoryError", PyExc_MemoryError},
        {"NameError", PyExc_NameError},
        {"OSError", PyExc_OSError},
        {"ReferenceError", PyExc_ReferenceError},
        {"RuntimeError", PyExc_RuntimeError},
        {"StopAsyncIteration", PyExc_StopAsyncIteration},
        {"StopIteration", PyExc_StopIteration},
        {"SyntaxError", PyExc_SyntaxError},
        {"SystemError", PyExc_SystemError},
        {"TypeError", PyExc_TypeError},
        {"ValueError", PyExc_ValueError},
        {"Warning", PyExc_Warning},
        {"FloatingPointError", PyExc_FloatingPointError},
        {"OverflowError", PyExc_OverflowError},
        {"ZeroDivisionError", PyExc_ZeroDivisionError},
        {"BytesWarning", PyExc_BytesWarning},
        {"DeprecationWarning", PyExc_DeprecationWarning},
        {"EncodingWarning", PyExc_EncodingWarning},
        {"FutureWarning", PyExc_FutureWarning},
        {"ImportWarning", PyExc_ImportWarning},
        {"PendingDeprecationWarning", PyExc_PendingDeprecationWarning},
        {"ResourceWarning", PyExc_ResourceWarning},
        {"RuntimeWarning", PyExc_RuntimeWarning},
        {"SyntaxWarning", PyExc_SyntaxWarning},
        {"UnicodeWarning", PyExc_UnicodeWarning},
        {"UserWarning", PyExc_UserWarning},
        {"BlockingIOError", PyExc_BlockingIOError},
        {"ChildProcessError", PyExc_ChildProcessError},
        {"ConnectionError", PyExc_ConnectionError},
        {"FileExistsError", PyExc_FileExistsError},
        {"FileNotFoundError", PyExc_FileNotFoundError},
        {"InterruptedError", PyExc_InterruptedError},
        {"IsADirectoryError", PyExc_IsADirectoryError},
        {"NotADirectoryError", PyExc_NotADirectoryError},
        {"PermissionError", PyExc_PermissionError},
        {"ProcessLookupError", PyExc_ProcessLookupError},
        {"TimeoutError", PyExc_TimeoutError},
        {"IndentationError", PyExc_IndentationError},
        {"IndexError", PyExc_IndexError},
        {"KeyError", PyExc_KeyError},
        {"ModuleNotFoundError", PyExc_ModuleNotFoundError},
        {"NotImplementedError", PyExc_NotImplementedError},
        {"RecursionError", PyExc_RecursionError},
        {"UnboundLocalError", PyExc_UnboundLocalError},
        {"UnicodeError", PyExc_UnicodeError},
        {"BrokenPipeError", PyExc_BrokenPipeError},
        {"ConnectionAbortedError", PyExc_ConnectionAbortedError},
        {"ConnectionRefusedError", PyExc_ConnectionRefusedError},
        {"ConnectionResetError", PyExc_ConnectionResetError},
        {"TabError", PyExc_TabError},
        {"UnicodeDecodeError", PyExc_UnicodeDecodeError},
        {"UnicodeEncodeError", PyExc_UnicodeEncodeError},
        {"UnicodeTranslateError", PyExc_UnicodeTranslateError},
        {"EnvironmentError", PyExc_OSError},
        {"IOError", PyExc_OSError},
    };
    for (const Entry& entry : exceptions) TRY(module_add(ts, module, entry.name, *entry.value));
    return {};
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)}, {0, nullptr}};

}  // namespace

PyModuleDef builtins_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "builtins",
    .m_doc = "Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the `nil' object; Ellipsis "
             "represents `...' in slices.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
