// cpython/code.h.
#include "execution/code_parts.hpp"
#include "execution/native_entries.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

#include "language/compiler/code_unit.hpp"

using namespace orochi;

namespace {

// Null, too, for what is of another type: the caller's mistake.
Bytes* bytes_or_null(Object* object) { return object && PyBytes_Check(object) ? as<Bytes>(object) : nullptr; }
Tuple* tuple_or_null(Object* object) { return object && PyTuple_Check(object) ? as<Tuple>(object) : nullptr; }
Str* str_or_null(Object* object) { return object && PyUnicode_Check(object) ? as<Str>(object) : nullptr; }

Result<Ref<Code>> make(ThreadState& ts, const CodeParts& parts) {
    for (Bytes* each : {parts.code, parts.linetable, parts.exceptiontable})
        if (!each) return raise_bad_internal_call(ts);
    for (Tuple* each : {parts.consts, parts.names, parts.varnames, parts.freevars, parts.cellvars})
        if (!each) return raise_bad_internal_call(ts);
    for (Str* each : {parts.filename, parts.name, parts.qualname})
        if (!each) return raise_bad_internal_call(ts);
    return code_from_parts(ts, parts);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyCodeObject* PyCode_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount, int nlocals,
                                        int stacksize, int flags, PyObject* code, PyObject* consts, PyObject* names,
                                        PyObject* varnames, PyObject* freevars, PyObject* cellvars, PyObject* filename,
                                        PyObject* name, PyObject* qualname, int firstlineno, PyObject* linetable,
                                        PyObject* exceptiontable) {
    auto made = make(current_thread(), {.argcount = argcount,
                                        .posonlyargcount = posonlyargcount,
                                        .kwonlyargcount = kwonlyargcount,
                                        .nlocals = nlocals,
                                        .stacksize = stacksize,
                                        .flags = flags,
                                        .code = bytes_or_null(code),
                                        .consts = tuple_or_null(consts),
                                        .names = tuple_or_null(names),
                                        .varnames = tuple_or_null(varnames),
                                        .filename = str_or_null(filename),
                                        .name = str_or_null(name),
                                        .qualname = str_or_null(qualname),
                                        .firstlineno = firstlineno,
                                        .linetable = bytes_or_null(linetable),
                                        .exceptiontable = bytes_or_null(exceptiontable),
                                        .freevars = tuple_or_null(freevars),
                                        .cellvars = tuple_or_null(cellvars)});
    return std::move(made).release();
}
PyCodeObject* PyCode_New(int argcount, int kwonlyargcount, int nlocals, int stacksize, int flags, PyObject* code,
                         PyObject* consts, PyObject* names, PyObject* varnames, PyObject* freevars, PyObject* cellvars,
                         PyObject* filename, PyObject* name, PyObject* qualname, int firstlineno, PyObject* linetable,
                         PyObject* exceptiontable) {
    return PyCode_NewWithPosOnlyArgs(argcount, 0, kwonlyargcount, nlocals, stacksize, flags, code, consts, names,
                                     varnames, freevars, cellvars, filename, name, qualname, firstlineno, linetable,
                                     exceptiontable);
}
PyCodeObject* PyCode_NewEmpty(const char* filename, const char* name, int line) {
    return code_new_empty(current_thread(), filename, name, line).release();
}
int PyCode_Addr2Line(PyCodeObject* code, int offset) {
    return offset < 0 ? code->co_firstlineno : code_line(*code, offset);
}
int PyCode_Addr2Location(PyCodeObject* code, int offset, int* line, int* column, int* end_line, int* end_column) {
    if (offset < 0) {
        *line = *end_line = code->co_firstlineno;
        *column = *end_column = 0;
        return 1;
    }
    CodePosition position = code_position(*code, offset);
    *line = position.line;
    *end_line = position.end_line;
    *column = position.column;
    *end_column = position.end_column;
    return 1;
}
PyObject* PyCode_GetCode(PyCodeObject* code) { return to_c(code_original_bytes(current_thread(), *code)); }
PyObject* PyCode_GetVarnames(PyCodeObject* code) {
    return to_c(code_names_of_kind(current_thread(), *code, language::kLocalFast));
}
PyObject* PyCode_GetCellvars(PyCodeObject* code) {
    return to_c(code_names_of_kind(current_thread(), *code, language::kLocalCell));
}
PyObject* PyCode_GetFreevars(PyCodeObject* code) {
    return to_c(code_names_of_kind(current_thread(), *code, language::kLocalFree));
}
// The optimiser works on the flow graph, before there is code.
PyObject* PyCode_Optimize(PyObject* code, PyObject*, PyObject*, PyObject*) { return new_reference(*code); }

}  // extern "C"
#pragma GCC visibility pop
