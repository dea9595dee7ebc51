// The type of code objects: what Python sees of them.
#include "execution/code.hpp"
#include "execution/code_parts.hpp"
#include "execution/shared_code.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

void code_dealloc(ThreadState& ts, Code& self) {
    if (self.co_weakreflist) clear_weakrefs(ts, obj(self));
    code_free_extra(ts, self);
    for (Object* member :
         {self.co_consts, self.co_names, self.co_exceptiontable, self.co_localsplusnames, self.co_localspluskinds,
          self.co_filename, self.co_name, self.co_qualname, self.co_linetable, self._co_code}) {
        decref_optional(member);
    }
    free_object(obj(self));
}

Result<Ref<Str>> code_repr(ThreadState& ts, Code& self) {
    int line = self.co_firstlineno ? self.co_firstlineno : -1;
    return str_format(ts, "<code object %U at %p, file \"%U\", line %d>", self.co_name, &self, self.co_filename, line);
}

Result<Ref<Object>> code_compare(ThreadState& ts, Object& a, Object& b, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyCode_Check(&a) || !PyCode_Check(&b)) return new_not_implemented();
    bool equal = &a == &b || TRY(code_equal(ts, as<Code>(a), as<Code>(b)));
    return new_bool(equal == (op == Py_EQ));
}

Result<Ref<Tuple>> code_varnames(ThreadState& ts, Code& self) {
    return code_names_of_kind(ts, self, language::kLocalFast);
}
Result<Ref<Tuple>> code_cellvars(ThreadState& ts, Code& self) {
    return code_names_of_kind(ts, self, language::kLocalCell);
}
Result<Ref<Tuple>> code_freevars(ThreadState& ts, Code& self) {
    return code_names_of_kind(ts, self, language::kLocalFree);
}
// Kept for the next time, but by what several interpreters have.
Result<Ref<Object>> code_code(ThreadState& ts, Code& self) {
    if (is_shared_code(self)) return code_original_bytes(ts, self);
    if (!self._co_code) self._co_code = obj(std::move(TRY(code_original_bytes(ts, self))).release());
    return Ref<Object>::share(*self._co_code);
}
Result<Ref<Bytes>> code_adaptive(ThreadState& ts, Code& self) {
    return bytes_from(ts, {self.co_code_adaptive, size_t(code_word_count(self)) * sizeof(CodeWord)});
}

// co_lnotab, the format before 3.10: pairs of (byte increment, signed line increment).
Result<Ref<Bytes>> code_lnotab(ThreadState& ts, Code& self) {
    std::string table;
    int line = self.co_firstlineno, code = 0;
    LocationReader reader(self);
    while (reader.next()) {
        if (reader.position().line < 0 || reader.position().line == line) continue;
        int code_delta = reader.start() - code;
        int line_delta = reader.position().line - line;
        for (; code_delta > 255; code_delta -= 255) table += {char(255), 0};
        if (line_delta < -128 || line_delta > 127) {
            int step = line_delta < 0 ? -128 : 127;
            table += {char(code_delta), char(step)};
            code_delta = 0;
            for (line_delta -= step; line_delta < -128 || line_delta > 127; line_delta -= step)
                table += {0, char(step)};
        }
        table += {char(code_delta), char(line_delta)};
        code = reader.start();
        line = reader.position().line;
    }
    return bytes_from(ts, table);
}

Result<Ref<Object>> optional_int(ThreadState& ts, int value) {
    if (value < 0) return new_none();
    return int_from(ts, value);
}

Result<Ref<Object>> code_positions(ThreadState& ts, Code& self) {
    Ref<List> list = TRY(list_new(ts, 0));
    LocationReader reader(self);
    while (reader.next()) {
        const CodePosition& p = reader.position();
        Ref<Object> line = TRY(optional_int(ts, p.line)), end_line = TRY(optional_int(ts, p.end_line));
        Ref<Object> column = TRY(optional_int(ts, p.column)), end_column = TRY(optional_int(ts, p.end_column));
        Ref<Tuple> entry = TRY(tuple_of(ts, *line, *end_line, *column, *end_column));
        for (int at = reader.start(); at < reader.end(); at += int(sizeof(CodeWord))) {
            TRY(list_append(ts, *list, obj(*entry)));
        }
    }
    return get_iter(ts, list);
}

// (start, end, line) for each entry of the location table.
Result<Ref<Object>> code_lines(ThreadState& ts, Code& self) {
    Ref<List> list = TRY(list_new(ts, 0));
    LocationReader reader(self);
    while (reader.next()) {
        Ref<Object> from = TRY(int_from(ts, reader.start())), to = TRY(int_from(ts, reader.end()));
        Ref<Object> number = TRY(optional_int(ts, reader.position().line));
        Ref<Tuple> entry = TRY(tuple_of(ts, *from, *to, *number));
        TRY(list_append(ts, *list, obj(*entry)));
    }
    return get_iter(ts, list);
}

Result<void> audit_new(ThreadState& ts, const CodeParts& parts) {
    return audit(ts, "code.__new__", "OOOiiiiii", parts.code, parts.filename, parts.name, parts.argcount,
                 parts.posonlyargcount, parts.kwonlyargcount, parts.nlocals, parts.stacksize, parts.flags);
}

// A tuple of one's own with names that are exactly strings.
Result<Ref<Tuple>> own_names(ThreadState& ts, Tuple& names) {
    Ref<Tuple> result = TRY(tuple_new(ts, tuple_size(names)));
    for (Py_ssize_t i = 0; i < tuple_size(names); ++i) {
        Object& name = tuple_item(names, i);
        if (!PyUnicode_Check(&name)) {
            return raise(ts, PyExc_TypeError, "name tuples must contain only strings, not '%T'", &name);
        }
        tuple_init_item(*result, i, TRY(str_exact(ts, as<Str>(name))));
    }
    return result;
}

Result<Ref<Code>> code_type_new(ThreadState& ts, Type& type, int argcount, int posonlyargcount, int kwonlyargcount,
                                int nlocals, int stacksize, int flags, Bytes& codestring, Tuple& constants,
                                Tuple& names, Tuple& varnames, Str& filename, Str& name, Str& qualname, int firstlineno,
                                Bytes& linetable, Bytes& exceptiontable, Tuple* freevars, Tuple* cellvars) {
    CodeParts parts{argcount,    posonlyargcount, kwonlyargcount, nlocals,         stacksize, flags,
                    &codestring, &constants,      &names,         &varnames,       &filename, &name,
                    &qualname,   firstlineno,     &linetable,     &exceptiontable, nullptr,   nullptr};
    TRY(audit_new(ts, parts));
    const char* const names_of_counts[] = {"argcount", "posonlyargcount", "kwonlyargcount", "nlocals"};
    const int counts[] = {argcount, posonlyargcount, kwonlyargcount, nlocals};
    for (size_t i = 0; i < std::size(counts); ++i) {
        if (counts[i] < 0) return raise(ts, PyExc_ValueError, "code: %s must not be negative", names_of_counts[i]);
    }
    Ref<Tuple> own = TRY(own_names(ts, names)), own_varnames = TRY(own_names(ts, varnames));
    Ref<Tuple> own_freevars = TRY(own_names(ts, freevars ? *freevars : empty_tuple()));
    Ref<Tuple> own_cellvars = TRY(own_names(ts, cellvars ? *cellvars : empty_tuple()));
    parts.names = own.get();
    parts.varnames = own_varnames.get();
    parts.freevars = own_freevars.get();
    parts.cellvars = own_cellvars.get();
    return code_from_parts(ts, parts);
}

Result<Ref<Code>> code_replace(ThreadState& ts, Code& self, Object* argcount, Object* posonlyargcount,
                               Object* kwonlyargcount, Object* nlocals, Object* stacksize, Object* flags,
                               Object* firstlineno, Bytes* code, Tuple* consts, Tuple* names, Tuple* varnames,
                               Tuple* freevars, Tuple* cellvars, Str* filename, Str* name, Str* qualname,
                               Bytes* linetable, Bytes* exceptiontable) {
    struct Number {
        const char* name;
        Object* given;
        int value;
    } numbers[] = {{"co_argcount", argcount, self.co_argcount},
                   {"co_posonlyargcount", posonlyargcount, self.co_posonlyargcount},
                   {"co_kwonlyargcount", kwonlyargcount, self.co_kwonlyargcount},
                   {"co_nlocals", nlocals, self.co_nlocals},
                   {"co_stacksize", stacksize, self.co_stacksize},
                   {"co_flags", flags, self.co_flags},
                   {"co_firstlineno", firstlineno, self.co_firstlineno}};
    for (Number& number : numbers) {
        if (number.given) number.value = TRY(int_as_int(ts, *number.given));
    }
    for (const Number& number : numbers) {
        if (number.value < 0) return raise(ts, PyExc_ValueError, "%s must be a positive integer", number.name);
    }
    Ref<Object> own_code = code ? Ref<Object>::share(*obj(code)) : TRY(code_code(ts, self));
    Ref<Tuple> own_varnames = varnames ? Ref<Tuple>::share(*varnames) : TRY(code_varnames(ts, self));
    Ref<Tuple> own_freevars = freevars ? Ref<Tuple>::share(*freevars) : TRY(code_freevars(ts, self));
    Ref<Tuple> own_cellvars = cellvars ? Ref<Tuple>::share(*cellvars) : TRY(code_cellvars(ts, self));
    CodeParts parts{.argcount = numbers[0].value,
                    .posonlyargcount = numbers[1].value,
                    .kwonlyargcount = numbers[2].value,
                    .nlocals = numbers[3].value,
                    .stacksize = numbers[4].value,
                    .flags = numbers[5].value,
                    .code = &as<Bytes>(*own_code),
                    .consts = consts ? consts : as<Tuple>(self.co_consts),
                    .names = names ? names : as<Tuple>(self.co_names),
                    .varnames = own_varnames.get(),
                    .filename = filename ? filename : as<Str>(self.co_filename),
                    .name = name ? name : as<Str>(self.co_name),
                    .qualname = qualname ? qualname : as<Str>(self.co_qualname),
                    .firstlineno = numbers[6].value,
                    .linetable = linetable ? linetable : as<Bytes>(self.co_linetable),
                    .exceptiontable = exceptiontable ? exceptiontable : as<Bytes>(self.co_exceptiontable),
                    .freevars = own_freevars.get(),
                    .cellvars = own_cellvars.get()};
    TRY(audit_new(ts, parts));
    return code_from_parts(ts, parts);
}

Result<Ref<Object>> code_varname_from_oparg(ThreadState& ts, Code& self, int oparg) {
    return sequence_getitem(ts, *self.co_localsplusnames, oparg);
}

Result<Py_ssize_t> code_sizeof(ThreadState& ts, Code& self) {
    return Py_ssize_t(offsetof(Code, co_code_adaptive)) + code_word_count(self) * Py_ssize_t(sizeof(CodeWord));
}

constexpr MethodDef code_methods[] = {
    METHOD_PLAIN("__sizeof__($self)", code_sizeof, nullptr),
    METHOD_PLAIN("co_lines($self)", code_lines, nullptr),
    METHOD_PLAIN("co_positions($self)", code_positions, nullptr),
    METHOD("replace($self, /, *, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, "
           "co_stacksize=None, co_flags=None, co_firstlineno=None, co_code=None, co_consts=None, co_names=None, "
           "co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, "
           "co_linetable=None, co_exceptiontable=None)",
           code_replace, "Return a copy of the code object with new values for the specified fields."),
    METHOD("_varname_from_oparg($self, /, oparg)", code_varname_from_oparg,
           "(internal-only) Return the local variable name for the given oparg.\n\n"
           "WARNING: this method is for internal use only and may change or go away."),
    METHOD_END};

constexpr PyMemberDef code_members[] = {
    {"co_argcount", T_INT, offsetof(Code, co_argcount), READONLY, nullptr},
    {"co_posonlyargcount", T_INT, offsetof(Code, co_posonlyargcount), READONLY, nullptr},
    {"co_kwonlyargcount", T_INT, offsetof(Code, co_kwonlyargcount), READONLY, nullptr},
    {"co_stacksize", T_INT, offsetof(Code, co_stacksize), READONLY, nullptr},
    {"co_flags", T_INT, offsetof(Code, co_flags), READONLY, nullptr},
    {"co_names", T_OBJECT, offsetof(Code, co_names), READONLY, nullptr},
    {"co_filename", T_OBJECT, offsetof(Code, co_filename), READONLY, nullptr},
    {"co_name", T_OBJECT, offsetof(Code, co_name), READONLY, nullptr},
    {"co_qualname", T_OBJECT, offsetof(Code, co_qualname), READONLY, nullptr},
    {"co_firstlineno", T_INT, offsetof(Code, co_firstlineno), READONLY, nullptr},
    {"co_linetable", T_OBJECT, offsetof(Code, co_linetable), READONLY, nullptr},
    {"co_exceptiontable", T_OBJECT, offsetof(Code, co_exceptiontable), READONLY, nullptr},
    {"co_nlocals", T_INT, offsetof(Code, co_nlocals), READONLY, nullptr},
    {"co_consts", T_OBJECT, offsetof(Code, co_consts), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

constexpr PyGetSetDef code_getset[] = {GETTER("co_lnotab", code_lnotab, nullptr),
                                       GETTER("_co_code_adaptive", code_adaptive, nullptr),
                                       GETTER("co_varnames", code_varnames, nullptr),
                                       GETTER("co_cellvars", code_cellvars, nullptr),
                                       GETTER("co_freevars", code_freevars, nullptr),
                                       GETTER("co_code", code_code, nullptr),
                                       GETSET_END};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyCode_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "code",
    .tp_basicsize = offsetof(Code, co_code_adaptive),
    .tp_itemsize = sizeof(CodeWord),
    .tp_dealloc = slot<code_dealloc>,
    .tp_repr = slot<code_repr>,
    .tp_hash = slot<code_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc =
        "code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, "
        "varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)\n"
        "--\n\nCreate a code object.  Not for mere mortals.",
    .tp_richcompare = slot<code_compare>,
    .tp_weaklistoffset = offsetof(Code, co_weakreflist),
    .tp_methods = METHOD_TABLE(code_methods),
    .tp_members = MEMBER_TABLE(code_members),
    .tp_getset = GETSET_TABLE(code_getset),
    .tp_new = NEW_SLOT("code($type, argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, "
                       "constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, "
                       "freevars=(), cellvars=(), /)",
                       code_type_new),
};
