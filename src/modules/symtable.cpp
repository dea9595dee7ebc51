// The module _symtable: the compiler's symbol table as objects.
#include "execution/compile_source.hpp"
#include "language/symbols/symbol_table.hpp"
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/paths.hpp"

namespace orochi {

extern PyModuleDef symtable_module;

namespace symtable_parts {

namespace {

using language::Scope;

struct State {
    Type* entry;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(entry);
    }
};
struct Entry {
    PyObject_HEAD
    Object *id, *name, *symbols, *varnames, *children;
    int type, nested, lineno;
    auto members() { return std::array{&id, &name, &symbols, &varnames, &children}; }
};

Result<Ref<Str>> text_of(ThreadState& ts, language::Identifier name) {
    Ref<Str> text = TRY(str_from_wtf8(ts, name.view()));
    return intern(ts, std::move(text));
}

Result<Ref<Object>> make_entry(ThreadState& ts, State& state, const Scope& scope) {
    Ref<Entry> entry = TRY(make_instance<Entry>(*state.entry));
    entry->id = std::move(TRY(int_from_pointer(ts, &scope))).release();
    entry->name = obj(std::move(TRY(text_of(ts, scope.name))).release());
    entry->type = int(scope.kind);
    entry->nested = scope.nested;
    entry->lineno = scope.kind == language::BlockKind::Module ? 0 : scope.location.lineno;
    Ref<Dict> symbols = TRY(dict_new(ts));
    entry->symbols = new_reference(obj(*symbols));
    for (const language::Symbol& symbol : scope.symbols) {
        Ref<Str> name = TRY(text_of(ts, symbol.name));
        Ref<Object> flags = TRY(int_from(ts, symbol.flags | uint32_t(symbol.scope) << language::kScopeOffset));
        TRY(dict_set(ts, *symbols, name, *flags));
    }
    Ref<List> parameters = TRY(list_new(ts, 0));
    entry->varnames = new_reference(obj(*parameters));
    for (language::Identifier parameter : scope.parameters) {
        Ref<Str> name = TRY(text_of(ts, parameter));
        TRY(list_append(ts, *parameters, Ref<Object>(std::move(name))));
    }
    Ref<List> children = TRY(list_new(ts, 0));
    entry->children = new_reference(obj(*children));
    for (const Scope* child : scope.children) {
        TRY(enter_recursion(ts, " during symbol table construction"));
        auto made = make_entry(ts, state, *child);
        leave_recursion(ts);
        TRY(list_append(ts, *children, TRY(std::move(made))));
    }
    return Ref<Object>(std::move(entry));
}
Result<Ref<Str>> entry_repr(ThreadState& ts, Entry& self) {
    return str_format(ts, "<symtable entry %U(%S), line %d>", self.name, self.id, self.lineno);
}

Result<Ref<Object>> symtable(ThreadState& ts, Object& module, Object& source, Object& filename,
                             std::string_view mode_text) {
    language::ParseMode mode;
    if (mode_text == "exec") {
        mode = language::ParseMode::Exec;
    } else if (mode_text == "eval") {
        mode = language::ParseMode::Eval;
    } else if (mode_text == "single") {
        mode = language::ParseMode::Single;
    } else {
        return raise(ts, PyExc_ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    }
    Ref<Object> file = TRY(lenient_filesystem_text(ts, filename));
    Ref<Object> holder = Ref<Object>::share(source);
    std::string_view text;
    auto origin = language::SourceOrigin::Text;
    if (PyUnicode_Check(&source)) {
        text = TRY(str_utf8(ts, as<Str>(source)));
    } else {
        if (!has_buffer(source)) return raise(ts, PyExc_TypeError, "symtable() arg 1 must be a string or bytes object");
        holder = TRY(bytes_of(ts, source));
        text = bytes_view(as<Bytes>(*holder));
        origin = language::SourceOrigin::Bytes;
    }
    if (text.find('\0') != text.npos)
        return raise(ts, PyExc_ValueError, "source code string cannot contain null bytes");
    language::Arena arena;
    CompileRequest request{.source = text, .origin = origin, .filename = as<Str>(*file), .mode = mode};
    language::ast::ModNode* tree = TRY(parse_source(ts, request, arena));
    language::Diagnostic error;
    uint32_t futures = 0;
    int last_line = -1;
    if (!language::find_future_features(*tree, futures, last_line, error))
        return raise_diagnostic(ts, error, request.filename);
    language::SymbolTable table;
    auto limit = language::DepthLimit::from_here(3 * ts.recursion_remaining, size_t(1) << 20);
    if (!language::build_symbol_table(table, *tree, arena, futures & CO_FUTURE_ANNOTATIONS, limit, error))
        return raise_diagnostic(ts, error, request.filename);
    return make_entry(ts, *static_cast<State*>(module_state(module)), *table.top);
}

constexpr MethodDef functions[] = {
    METHOD("symtable($module, source, filename, startstr, /)", symtable,
           "Return symbol and scope dictionaries used internally by compiler."),
    METHOD_END,
};
constexpr PyMemberDef entry_members[] = {
    {"id", T_OBJECT, offsetof(Entry, id), READONLY, nullptr},
    {"name", T_OBJECT, offsetof(Entry, name), READONLY, nullptr},
    {"symbols", T_OBJECT, offsetof(Entry, symbols), READONLY, nullptr},
    {"varnames", T_OBJECT, offsetof(Entry, varnames), READONLY, nullptr},
    {"children", T_OBJECT, offsetof(Entry, children), READONLY, nullptr},
    {"nested", T_INT, offsetof(Entry, nested), READONLY, nullptr},
    {"type", T_INT, offsetof(Entry, type), READONLY, nullptr},
    {"lineno", T_INT, offsetof(Entry, lineno), READONLY, nullptr},
    {},
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    Ref<Type> entry =
        TRY(make_type<Entry>(ts, module, "builtins.symtable entry", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                             {{Py_tp_repr, slot_pointer<reprfunc, entry_repr>()},
                              {Py_tp_members, const_cast<PyMemberDef*>(entry_members)}}));
    state.entry = std::move(entry).release();
    struct Number {
        const char* name;
        long value;
    };
    constexpr Number numbers[] = {
        {"USE", language::kUse},
        {"DEF_GLOBAL", language::kDefGlobal},
        {"DEF_NONLOCAL", language::kDefNonlocal},
        {"DEF_LOCAL", language::kDefLocal},
        {"DEF_PARAM", language::kDefParam},
        {"DEF_FREE", language::kDefFree},
        {"DEF_FREE_CLASS", language::kDefFreeClass},
        {"DEF_IMPORT", language::kDefImport},
        {"DEF_BOUND", language::kDefBound},
        {"DEF_ANNOT", language::kDefAnnotation},
        {"TYPE_FUNCTION", long(language::BlockKind::Function)},
        {"TYPE_CLASS", long(language::BlockKind::Class)},
        {"TYPE_MODULE", long(language::BlockKind::Module)},
        {"LOCAL", long(language::SymbolScope::Local)},
        {"GLOBAL_EXPLICIT", long(language::SymbolScope::GlobalExplicit)},
        {"GLOBAL_IMPLICIT", long(language::SymbolScope::GlobalImplicit)},
        {"FREE", long(language::SymbolScope::Free)},
        {"CELL", long(language::SymbolScope::Cell)},
        {"SCOPE_OFF", language::kScopeOffset},
        {"SCOPE_MASK", 15},
    };
    for (const Number& number : numbers) TRY(module_add_int(ts, module, number.name, number.value));
    return {};
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace symtable_parts

PyModuleDef symtable_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_symtable",
    .m_size = sizeof(symtable_parts::State),
    .m_methods = METHOD_TABLE(symtable_parts::functions),
    .m_slots = symtable_parts::slots,
    .m_traverse = ModuleReferences<symtable_parts::State>::traverse,
    .m_clear = ModuleReferences<symtable_parts::State>::clear,
    .m_free = ModuleReferences<symtable_parts::State>::free,
};

}  // namespace orochi
