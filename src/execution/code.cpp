#include "execution/code.hpp"

#include "language/compiler/opcodes.hpp"
#include "objects/bytes.hpp"
#include "objects/list.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
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
            return raise(ts, PyExc_SystemError, "non-string found in code slot");
        }
        intern_item(ts, names.ob_item[i]);
    }
    return {};
}

// Constants that look like names are interned, since they are likely to be looked up. Tells whether an item was
// replaced; a frozen set keeps its identity if none of its items was, for code objects share it.
Result<bool> intern_constants(ThreadState& ts, Tuple& constants) {
    TRY(enter_recursion(ts, " in a constant"));
    RecursionScope scope{ts};
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
        f.flags < 0) {
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
    if (code_parameter_count(f.argcount, f.kwonlyargcount, f.flags) > fast)
        return raise(ts, PyExc_ValueError, "code: varnames is too small");

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

}  // namespace orochi
