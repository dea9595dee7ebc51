#include "execution/code.hpp"

#include <cmath>

#include "language/compiler/opcodes.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/native.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/config.hpp"

namespace orochi {

bool code_interns(const Str& text) {
    if (!str_is_ascii(text)) return false;
    for (char c : str_ascii_view(text)) {
        if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
    }
    return true;
}

namespace {

void intern_item(ThreadState& ts, Object*& item) {
    item = obj(std::move(intern(ts, Ref<Str>::steal(*as<Str>(item)))).release());
}

Result<void> intern_names(ThreadState& ts, Tuple& names) {
    for (Py_ssize_t i = 0; i < tuple_size(names); ++i) {
        Object& item = tuple_item(names, i);
        if (!PyUnicode_CheckExact(&item)) {
            return raise(ts, PyExc_TypeError, "name tuples must contain only strings, not '%T'", &item);
        }
        intern_item(ts, names.ob_item[i]);
    }
    return {};
}

// Constants that look like names are interned, since they are likely to be looked up. Tells whether an item was
// replaced; a frozen set keeps its identity if none of its items was, for code objects share it.
Result<bool> intern_constants(ThreadState& ts, Tuple& constants) {
    bool changed = false;
    for (Py_ssize_t i = 0; i < tuple_size(constants); ++i) {
        Object& item = tuple_item(constants, i);
        if (PyUnicode_CheckExact(&item)) {
            if (!code_interns(as<Str>(item))) continue;
            intern_item(ts, constants.ob_item[i]);
            changed |= &tuple_item(constants, i) != &item;
        } else if (PyTuple_CheckExact(&item)) {
            TRY(intern_constants(ts, as<Tuple>(item)));
        } else if (PyFrozenSet_CheckExact(&item)) {
            Ref<Tuple> items = TRY(sequence_tuple(ts, item));
            if (!TRY(intern_constants(ts, items))) continue;
            Ref<Object> replaced = TRY(frozenset_new(ts, obj(items.get())));
            decref(item);
            constants.ob_item[i] = std::move(replaced).release();
            changed = true;
        }
    }
    return changed;
}

}  // namespace

Result<Ref<Code>> code_new(ThreadState& ts, const CodeFields& f) {
    Py_ssize_t locals = tuple_size(*f.localsplusnames);
    if (f.argcount < f.posonlyargcount || f.posonlyargcount < 0 || f.kwonlyargcount < 0 || f.stacksize < 0 ||
        f.flags < 0 || f.argcount > 0xFFFFFF || f.kwonlyargcount > 0xFFFFFF || f.stacksize > 0xFFFFFF ||
        locals > 0xFFFFFF) {
        return raise_bad_internal_call(ts);
    }
    if (bytes_view(*f.code).size() % sizeof(CodeWord)) return raise(ts, PyExc_ValueError, "code: co_code is malformed");
    if (bytes_view(*f.localspluskinds).size() != size_t(locals)) return raise_bad_internal_call(ts);
    TRY(intern_names(ts, *f.names));
    TRY(intern_names(ts, *f.localsplusnames));
    TRY(intern_constants(ts, *f.consts));

    int fast = 0, plain_cells = 0, cells = 0, frees = 0;
    for (Py_ssize_t i = 0; i < locals; ++i) {
        int kind = uint8_t(f.localspluskinds->ob_sval[i]);
        if (kind & language::kLocalFast) {
            ++fast;
            if (kind & language::kLocalCell) ++cells;
        } else if (kind & language::kLocalCell) {
            ++cells;
            ++plain_cells;
        } else if (kind & language::kLocalFree) {
            ++frees;
        }
    }
    int parameters = f.argcount + f.kwonlyargcount + !!(f.flags & CO_VARARGS) + !!(f.flags & CO_VARKEYWORDS);
    if (parameters > fast) return raise(ts, PyExc_ValueError, "code: varnames is too small");

    Ref<Bytes> linetable = Ref<Bytes>::share(*f.linetable);
    const Config* config = ts.interpreter().config;
    if (config && !config->code_debug_ranges) linetable = TRY(linetable_without_columns(ts, *f.linetable));

    Py_ssize_t words = Py_ssize_t(bytes_view(*f.code).size() / sizeof(CodeWord));
    Object* allocated =
        allocate_object(ts, PyCode_Type, offsetof(Code, co_code_adaptive) + size_t(words) * sizeof(CodeWord));
    if (!allocated) return failure;
    Code& code = *as<Code>(allocated);
    code.ob_base.ob_size = words;
    code.co_consts = obj(new_reference(*f.consts));
    code.co_names = obj(new_reference(*f.names));
    code.co_exceptiontable = obj(new_reference(*f.exceptiontable));
    code.co_flags = f.flags;
    code.co_warmup = -kExecutionsUntilWarm;
    code._co_linearray_entry_size = 0;
    code.co_argcount = f.argcount;
    code.co_posonlyargcount = f.posonlyargcount;
    code.co_kwonlyargcount = f.kwonlyargcount;
    code.co_stacksize = f.stacksize;
    code.co_firstlineno = f.firstlineno;
    code.co_nlocalsplus = int(locals);
    code.co_nlocals = fast;
    code.co_nplaincellvars = plain_cells;
    code.co_ncellvars = cells;
    code.co_nfreevars = frees;
    code.co_localsplusnames = obj(new_reference(*f.localsplusnames));
    code.co_localspluskinds = obj(new_reference(*f.localspluskinds));
    code.co_filename = obj(new_reference(*f.filename));
    code.co_name = obj(std::move(intern(ts, Ref<Str>::share(*f.name))).release());
    code.co_qualname = obj(new_reference(*f.qualname));
    code.co_linetable = obj(std::move(linetable).release());
    code.co_weakreflist = nullptr;
    code._co_code = nullptr;
    code._co_linearray = nullptr;
    code._co_firsttraceable = 0;
    code.co_extra = nullptr;
    memcpy(code.co_code_adaptive, f.code->ob_sval, size_t(words) * sizeof(CodeWord));
    const CodeWord* w = code_words(code);
    while (code._co_firsttraceable < words &&
           language::Opcode(_Py_OPCODE(w[code._co_firsttraceable])) != language::Opcode::RESUME) {
        ++code._co_firsttraceable;
    }
    return Ref<Code>::steal(code);
}

void code_original_words(const Code& code, CodeWord* to) {
    const CodeWord* from = code_words(code);
    const Py_ssize_t count = code_word_count(code);
    if (code.co_warmup < 0) {  // not specialised yet
        std::copy_n(from, count, to);
        return;
    }
    for (Py_ssize_t i = 0; i < count;) {
        int op = _Py_OPCODE(from[i]);
        int base = language::kOpcodeTables.base[op] ? language::kOpcodeTables.base[op] : op;
        to[i] = CodeWord(base | (_Py_OPARG(from[i]) << 8));
        int caches = language::kOpcodeTables.caches[base];
        ++i;
        for (int c = 0; c < caches && i < count; ++c) to[i++] = 0;
    }
}

Result<Ref<Bytes>> code_original_bytes(ThreadState& ts, const Code& code) {
    Ref<Bytes> bytes = TRY(bytes_new(ts, code_word_count(code) * Py_ssize_t(sizeof(CodeWord))));
    code_original_words(code, reinterpret_cast<CodeWord*>(bytes_data(*bytes)));
    return bytes;
}

Result<Ref<Tuple>> code_names_of_kind(ThreadState& ts, const Code& code, int kind) {
    Ref<List> names = TRY(list_new(ts, 0));
    for (int i = 0; i < code.co_nlocalsplus; ++i) {
        if (local_kind(code, i) & kind) TRY(list_append(ts, *names, obj(local_name(code, i))));
    }
    return list_as_tuple(ts, names);
}

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

// Constants compare with their types: 1, True and 1.0 differ, and so do 0.0 and -0.0. Not-a-number is no equal of
// itself.
Result<bool> constants_equal(ThreadState& ts, Object& a, Object& b) {
    if (&a == &b) return true;
    if (&type_of(a) != &type_of(b)) return false;
    if (PyTuple_CheckExact(&a)) {
        Tuple &x = as<Tuple>(a), &y = as<Tuple>(b);
        if (tuple_size(x) != tuple_size(y)) return false;
        for (Py_ssize_t i = 0; i < tuple_size(x); ++i) {
            if (!TRY(constants_equal(ts, tuple_item(x, i), tuple_item(y, i)))) return false;
        }
        return true;
    }
    if (PyFloat_CheckExact(&a)) {
        double x = as<Float>(a).ob_fval, y = as<Float>(b).ob_fval;
        return x == y && std::signbit(x) == std::signbit(y);
    }
    if (PyComplex_CheckExact(&a)) {
        Py_complex x = as<Complex>(a).cval, y = as<Complex>(b).cval;
        return x.real == y.real && x.imag == y.imag && std::signbit(x.real) == std::signbit(y.real) &&
               std::signbit(x.imag) == std::signbit(y.imag);
    }
    return compare_bool(ts, a, b, Py_EQ);
}

Result<bool> code_equal(ThreadState& ts, Code& a, Code& b) {
    if (a.co_argcount != b.co_argcount || a.co_posonlyargcount != b.co_posonlyargcount ||
        a.co_kwonlyargcount != b.co_kwonlyargcount || a.co_flags != b.co_flags ||
        a.co_firstlineno != b.co_firstlineno || code_word_count(a) != code_word_count(b)) {
        return false;
    }
    if (!TRY(compare_bool(ts, *a.co_name, *b.co_name, Py_EQ))) return false;
    Ref<Bytes> code_a = TRY(code_original_bytes(ts, a));
    Ref<Bytes> code_b = TRY(code_original_bytes(ts, b));
    if (bytes_view(*code_a) != bytes_view(*code_b)) return false;
    if (!TRY(constants_equal(ts, *a.co_consts, *b.co_consts))) return false;
    Object* pairs[][2] = {{a.co_names, b.co_names},
                          {a.co_localsplusnames, b.co_localsplusnames},
                          {a.co_linetable, b.co_linetable},
                          {a.co_exceptiontable, b.co_exceptiontable}};
    for (auto& pair : pairs) {
        if (!TRY(compare_bool(ts, *pair[0], *pair[1], Py_EQ))) return false;
    }
    return true;
}

Result<Ref<Object>> code_compare(ThreadState& ts, Object& a, Object& b, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyCode_Check(&a) || !PyCode_Check(&b)) return new_not_implemented();
    bool equal = &a == &b || TRY(code_equal(ts, as<Code>(a), as<Code>(b)));
    return new_bool(equal == (op == Py_EQ));
}

Result<Py_hash_t> code_hash(ThreadState& ts, Code& self) {
    Py_hash_t result = TRY(hash(ts, *self.co_name));
    for (Object* member : {self.co_names, self.co_localsplusnames}) {
        result = result * 1000003 ^ TRY(hash(ts, *member));
    }
    result ^= self.co_argcount ^ (self.co_posonlyargcount << 8) ^ (self.co_kwonlyargcount << 16) ^ self.co_flags ^
              (Py_hash_t(self.co_firstlineno) << 20) ^ (code_word_count(self) << 32);
    return result == -1 ? -2 : result;
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
Result<Ref<Bytes>> code_code(ThreadState& ts, Code& self) { return code_original_bytes(ts, self); }
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

// The names of code(...): varnames, freevars and cellvars joined into localsplusnames and their kinds.
struct LocalTable {
    Ref<Tuple> names;
    Ref<Bytes> kinds;
};
Result<LocalTable> join_locals(ThreadState& ts, Tuple& varnames, Tuple& cellvars, Tuple& freevars) {
    Ref<List> names = TRY(list_new(ts, 0));
    std::string kinds;
    for (Py_ssize_t i = 0; i < tuple_size(varnames); ++i) {
        TRY(list_append(ts, *names, tuple_item(varnames, i)));
        kinds += char(language::kLocalFast);
    }
    for (Py_ssize_t i = 0; i < tuple_size(cellvars); ++i) {
        Object& name = tuple_item(cellvars, i);
        bool found = false;
        for (Py_ssize_t j = 0; j < tuple_size(varnames) && !found; ++j) {
            if (TRY(compare_bool(ts, name, tuple_item(varnames, j), Py_EQ))) {
                kinds[size_t(j)] = char(kinds[size_t(j)] | language::kLocalCell);
                found = true;
            }
        }
        if (found) continue;
        TRY(list_append(ts, *names, name));
        kinds += char(language::kLocalCell);
    }
    for (Py_ssize_t i = 0; i < tuple_size(freevars); ++i) {
        TRY(list_append(ts, *names, tuple_item(freevars, i)));
        kinds += char(language::kLocalFree);
    }
    Ref<Tuple> all = TRY(list_as_tuple(ts, names));
    Ref<Bytes> kind_bytes = TRY(bytes_from(ts, kinds));
    return LocalTable{std::move(all), std::move(kind_bytes)};
}

Result<Ref<Code>> make_code(ThreadState& ts, int argcount, int posonlyargcount, int kwonlyargcount, int nlocals,
                            int stacksize, int flags, Bytes& code, Tuple& consts, Tuple& names, Tuple& varnames,
                            Str& filename, Str& name, Str& qualname, int firstlineno, Bytes& linetable,
                            Bytes& exceptiontable, Tuple& freevars, Tuple& cellvars) {
    if (argcount < 0) return raise(ts, PyExc_ValueError, "code: argcount must not be negative");
    if (posonlyargcount < 0) return raise(ts, PyExc_ValueError, "code: posonlyargcount must not be negative");
    if (kwonlyargcount < 0) return raise(ts, PyExc_ValueError, "code: kwonlyargcount must not be negative");
    if (nlocals < 0) return raise(ts, PyExc_ValueError, "code: nlocals must not be negative");
    if (nlocals != tuple_size(varnames)) {
        return raise(ts, PyExc_ValueError, "code: co_nlocals != len(co_varnames)");
    }
    LocalTable locals = TRY(join_locals(ts, varnames, cellvars, freevars));
    // The names of a tuple are interned in place, so a caller's tuple is not used itself.
    Ref<Tuple> own_names = TRY(tuple_from_items(ts, names.ob_item, tuple_size(names)));
    Ref<Tuple> own_consts = TRY(tuple_from_items(ts, consts.ob_item, tuple_size(consts)));
    return code_new(ts, CodeFields{&filename, &name, &qualname, flags, &code, firstlineno, &linetable, own_consts.get(),
                                   own_names.get(), locals.names.get(), locals.kinds.get(), argcount, posonlyargcount,
                                   kwonlyargcount, stacksize, &exceptiontable});
}

Result<Ref<Code>> code_type_new(ThreadState& ts, Type& type, int argcount, int posonlyargcount, int kwonlyargcount,
                                int nlocals, int stacksize, int flags, Bytes& codestring, Tuple& constants,
                                Tuple& names, Tuple& varnames, Str& filename, Str& name, Str& qualname, int firstlineno,
                                Bytes& linetable, Bytes& exceptiontable, Tuple* freevars, Tuple* cellvars) {
    return make_code(ts, argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants,
                     names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable,
                     freevars ? *freevars : empty_tuple(), cellvars ? *cellvars : empty_tuple());
}

Result<Ref<Code>> code_replace(ThreadState& ts, Code& self, Object* argcount, Object* posonlyargcount,
                               Object* kwonlyargcount, Object* nlocals, Object* stacksize, Object* flags,
                               Object* firstlineno, Bytes* code, Tuple* consts, Tuple* names, Tuple* varnames,
                               Tuple* freevars, Tuple* cellvars, Str* filename, Str* name, Str* qualname,
                               Bytes* linetable, Bytes* exceptiontable) {
    const char* const names_of_counts[] = {"co_argcount", "co_posonlyargcount", "co_kwonlyargcount",
                                           "co_nlocals",  "co_stacksize",       "co_flags"};
    Object* const counts[] = {argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags};
    for (size_t i = 0; i < std::size(counts); ++i) {
        if (counts[i] && TRY(int_as_int(ts, *counts[i])) < 0) {
            return raise(ts, PyExc_ValueError, "%s must be a positive integer", names_of_counts[i]);
        }
    }
    auto number = [&](Object* given, int current) -> Result<int> {
        if (!given) return current;
        return int_as_int(ts, *given);
    };
    Ref<Bytes> own_code = code ? Ref<Bytes>::share(*code) : TRY(code_original_bytes(ts, self));
    Ref<Tuple> own_varnames = varnames ? Ref<Tuple>::share(*varnames) : TRY(code_varnames(ts, self));
    Ref<Tuple> own_freevars = freevars ? Ref<Tuple>::share(*freevars) : TRY(code_freevars(ts, self));
    Ref<Tuple> own_cellvars = cellvars ? Ref<Tuple>::share(*cellvars) : TRY(code_cellvars(ts, self));
    return make_code(
        ts, TRY(number(argcount, self.co_argcount)), TRY(number(posonlyargcount, self.co_posonlyargcount)),
        TRY(number(kwonlyargcount, self.co_kwonlyargcount)),
        nlocals ? TRY(int_as_int(ts, *nlocals)) : int(tuple_size(own_varnames)),
        TRY(number(stacksize, self.co_stacksize)), TRY(number(flags, self.co_flags)), *own_code,
        consts ? *consts : as<Tuple>(*self.co_consts), names ? *names : as<Tuple>(*self.co_names), *own_varnames,
        filename ? *filename : as<Str>(*self.co_filename), name ? *name : as<Str>(*self.co_name),
        qualname ? *qualname : as<Str>(*self.co_qualname), TRY(number(firstlineno, self.co_firstlineno)),
        linetable ? *linetable : as<Bytes>(*self.co_linetable),
        exceptiontable ? *exceptiontable : as<Bytes>(*self.co_exceptiontable), *own_freevars, *own_cellvars);
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
