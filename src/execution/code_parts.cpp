#include "execution/code_parts.hpp"

#include "objects/bytes.hpp"
#include "objects/errors.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// Whether the name is that of a variable, which then is a cell, too.
Result<bool> mark_as_cell(ThreadState& ts, Tuple& varnames, Object& name, Bytes& kinds) {
    for (Py_ssize_t i = 0; i < tuple_size(varnames); ++i) {
        if (!TRY(compare_bool(ts, name, tuple_item(varnames, i), Py_EQ))) continue;
        bytes_data(kinds)[i] |= char(language::kLocalCell);
        return true;
    }
    return false;
}

}  // namespace

Result<Ref<Code>> code_from_parts(ThreadState& ts, const CodeParts& p) {
    const Py_ssize_t variables = tuple_size(*p.varnames), cells = tuple_size(*p.cellvars),
                     free = tuple_size(*p.freevars);
    if (p.argcount < p.posonlyargcount || p.posonlyargcount < 0 || p.kwonlyargcount < 0 || p.nlocals < 0 ||
        p.stacksize < 0 || p.flags < 0) {
        return raise_bad_internal_call(ts);
    }
    if (bytes_view(*p.code).size() % sizeof(CodeWord)) return raise(ts, PyExc_ValueError, "code: co_code is malformed");
    if (code_parameter_count(p.argcount, p.kwonlyargcount, p.flags) > variables) {
        return raise(ts, PyExc_ValueError, "code: co_varnames is too small");
    }
    if (p.nlocals != variables) return raise(ts, PyExc_ValueError, "code: co_nlocals != len(co_varnames)");

    Ref<Tuple> names = TRY(tuple_new(ts, variables + cells + free));
    Ref<Bytes> kinds = TRY(bytes_new(ts, variables + cells + free));
    Py_ssize_t count = 0;
    auto add = [&](Object& name, int kind) {
        bytes_data(*kinds)[count] = char(kind);
        tuple_init_item(*names, count++, Ref<Object>::share(name));
    };
    for (Py_ssize_t i = 0; i < variables; ++i) add(tuple_item(*p.varnames, i), language::kLocalFast);
    for (Py_ssize_t i = 0; i < cells; ++i) {
        Object& name = tuple_item(*p.cellvars, i);
        if (!TRY(mark_as_cell(ts, *p.varnames, name, *kinds))) add(name, language::kLocalCell);
    }
    for (Py_ssize_t i = 0; i < free; ++i) add(tuple_item(*p.freevars, i), language::kLocalFree);
    names = TRY(tuple_resize(ts, std::move(names), count));
    kinds = TRY(bytes_from(ts, bytes_view(*kinds).substr(0, size_t(count))));

    return code_new(ts, {.filename = p.filename,
                         .name = p.name,
                         .qualname = p.qualname,
                         .flags = p.flags,
                         .code = p.code,
                         .firstlineno = p.firstlineno,
                         .linetable = p.linetable,
                         .consts = p.consts,
                         .names = p.names,
                         .localsplusnames = names.get(),
                         .localspluskinds = kinds.get(),
                         .argcount = p.argcount,
                         .posonlyargcount = p.posonlyargcount,
                         .kwonlyargcount = p.kwonlyargcount,
                         .stacksize = p.stacksize,
                         .exceptiontable = p.exceptiontable});
}

}  // namespace orochi
