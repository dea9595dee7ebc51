// cpython/code.h.
#include "execution/code.hpp"
#include "execution/native_entries.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

#include "language/compiler/code_unit.hpp"

using namespace orochi;

namespace {

// The old way to say what the locals are, as the types.CodeType constructor has it, too.
struct OldStyle {
    int argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags;
    Object *code, *consts, *names, *varnames, *freevars, *cellvars, *filename, *name, *qualname;
    int firstlineno;
    Object *linetable, *exceptiontable;
};

Result<Ref<Code>> make(ThreadState& ts, const OldStyle& o) {
    for (Object* tuple : {o.consts, o.names, o.varnames, o.freevars, o.cellvars}) {
        if (!tuple || !PyTuple_Check(tuple)) return raise_bad_internal_call(ts);
    }
    for (Object* text : {o.filename, o.name, o.qualname}) {
        if (!text || !PyUnicode_Check(text)) return raise_bad_internal_call(ts);
    }
    for (Object* bytes : {o.code, o.linetable, o.exceptiontable}) {
        if (!bytes || !PyBytes_Check(bytes)) return raise_bad_internal_call(ts);
    }
    Tuple &variables = as<Tuple>(*o.varnames), &cells = as<Tuple>(*o.cellvars), &free = as<Tuple>(*o.freevars);
    if (o.nlocals != tuple_size(variables)) return raise(ts, PyExc_ValueError, "code: co_nlocals != len(co_varnames)");
    // Cells that are variables as well share their place.
    std::string kinds;
    Ref<Tuple> all = TRY(tuple_new(ts, tuple_size(variables) + tuple_size(cells) + tuple_size(free)));
    Py_ssize_t count = 0;
    auto add = [&](Object& name, int kind) {
        tuple_init_item(*all, count++, Ref<Object>::share(name));
        kinds.push_back(char(kind));
    };
    for (Py_ssize_t i = 0; i < tuple_size(variables); ++i) add(tuple_item(variables, i), language::kLocalFast);
    for (Py_ssize_t i = 0; i < tuple_size(cells); ++i) {
        Py_ssize_t at = 0;
        while (at < tuple_size(variables) &&
               !TRY(compare_bool(ts, tuple_item(variables, at), tuple_item(cells, i), Py_EQ)))
            ++at;
        if (at < tuple_size(variables)) {
            kinds[size_t(at)] = char(kinds[size_t(at)] | language::kLocalCell);
        } else {
            add(tuple_item(cells, i), language::kLocalCell);
        }
    }
    for (Py_ssize_t i = 0; i < tuple_size(free); ++i) add(tuple_item(free, i), language::kLocalFree);
    Ref<Tuple> names = TRY(tuple_resize(ts, std::move(all), count));
    Ref<Bytes> kind_bytes = TRY(bytes_from(ts, kinds));
    return code_new(ts, {.filename = as<Str>(o.filename),
                         .name = as<Str>(o.name),
                         .qualname = as<Str>(o.qualname),
                         .flags = o.flags,
                         .code = as<Bytes>(o.code),
                         .firstlineno = o.firstlineno,
                         .linetable = as<Bytes>(o.linetable),
                         .consts = as<Tuple>(o.consts),
                         .names = as<Tuple>(o.names),
                         .localsplusnames = names.get(),
                         .localspluskinds = kind_bytes.get(),
                         .argcount = o.argcount,
                         .posonlyargcount = o.posonlyargcount,
                         .kwonlyargcount = o.kwonlyargcount,
                         .stacksize = o.stacksize,
                         .exceptiontable = as<Bytes>(o.exceptiontable)});
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyCodeObject* PyCode_NewWithPosOnlyArgs(int argcount, int posonlyargcount, int kwonlyargcount, int nlocals,
                                        int stacksize, int flags, PyObject* code, PyObject* consts, PyObject* names,
                                        PyObject* varnames, PyObject* freevars, PyObject* cellvars, PyObject* filename,
                                        PyObject* name, PyObject* qualname, int firstlineno, PyObject* linetable,
                                        PyObject* exceptiontable) {
    auto made = make(current_thread(),
                     {argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, code, consts, names,
                      varnames, freevars, cellvars, filename, name, qualname, firstlineno, linetable, exceptiontable});
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
