// _string: format strings taken apart, for string.Formatter.
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/brace_format.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace string_helpers {

namespace {

struct FormatterIterator {
    PyObject_HEAD
    Object* text;
    MarkupParser* parser;
    auto members() { return std::array{&text}; }
};
struct FieldNameIterator {
    PyObject_HEAD
    Object* text;
    FieldPath* path;
    auto members() { return std::array{&text}; }
};
struct State {
    Type *formatter, *field_name;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(formatter);
        f(field_name);
    }
};

template <class T>
void iterator_dealloc(Object* self) {
    if constexpr (requires(T t) { t.parser; }) {
        Heap::free(as<T>(*self).parser);
    } else {
        Heap::free(as<T>(*self).path);
    }
    heap_dealloc<T>(self);
}

Result<Ref<Object>> range_text(ThreadState& ts, Str& text, TextRange range) {
    return str_substring(ts, text, range.start, std::max(range.start, range.end));
}

Result<OptRef<Object>> formatter_next(ThreadState& ts, FormatterIterator& self) {
    MarkupParser::Part part;
    if (!TRY(self.parser->next(ts, part))) return nullptr;
    Str& text = as<Str>(*self.text);
    Ref<Object> literal = TRY(range_text(ts, text, part.literal));
    if (!part.has_field) return tuple_of(ts, literal, none(), none(), none());
    Ref<Object> name = TRY(range_text(ts, text, part.name));
    Ref<Object> spec = TRY(range_text(ts, text, part.spec));
    Ref<Object> conversion = new_none();
    if (part.conversion) conversion = Ref<Object>(TRY(str_from_character(ts, part.conversion)));
    return tuple_of(ts, literal, name, spec, conversion);
}
Result<OptRef<Object>> field_name_next(ThreadState& ts, FieldNameIterator& self) {
    FieldPath::Step step;
    if (!TRY(self.path->next(ts, step))) return nullptr;
    Ref<Object> name = TRY(step.index >= 0 ? int_from(ts, step.index) : range_text(ts, as<Str>(*self.text), step.name));
    return tuple_of(ts, bool_object(step.is_attribute), name);
}

Result<void> check_text(ThreadState& ts, Object& text) {
    if (PyUnicode_Check(&text)) return {};
    return raise(ts, PyExc_TypeError, "expected str, got %T", &text);
}

Result<Ref<Object>> formatter_parser(ThreadState& ts, Object& module, Object& text) {
    TRY(check_text(ts, text));
    State& state = *static_cast<State*>(module_state(module));
    Ref<FormatterIterator> iterator = TRY(make_instance<FormatterIterator>(*state.formatter));
    void* memory = ts.heap().allocate(sizeof(MarkupParser));
    if (!memory) return raise_no_memory(ts);
    iterator->parser = new (memory) MarkupParser(as<Str>(text), {0, str_length(as<Str>(text))});
    iterator->text = new_reference(text);
    return Ref<Object>(std::move(iterator));
}

Result<Ref<Object>> formatter_field_name_split(ThreadState& ts, Object& module, Object& text) {
    TRY(check_text(ts, text));
    State& state = *static_cast<State*>(module_state(module));
    Str& name = as<Str>(text);
    Py_ssize_t index;
    TextRange rest;
    TextRange range = TRY(split_field_name(ts, name, {0, str_length(name)}, index, rest));
    Ref<Object> first = TRY(index >= 0 ? int_from(ts, index) : range_text(ts, name, range));
    Ref<FieldNameIterator> iterator = TRY(make_instance<FieldNameIterator>(*state.field_name));
    void* memory = ts.heap().allocate(sizeof(FieldPath));
    if (!memory) return raise_no_memory(ts);
    iterator->path = new (memory) FieldPath(name, rest);
    iterator->text = new_reference(text);
    return tuple_of(ts, first, iterator);
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("formatter_field_name_split($module, text, /)", formatter_field_name_split,
                 "split the argument as a field name"),
    METHOD_PLAIN("formatter_parser($module, text, /)", formatter_parser, "parse the argument as a format string"),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    constexpr unsigned flags = kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    Ref<Type> formatter =
        TRY(make_type<FormatterIterator>(ts, module, "builtins.formatteriterator", flags,
                                         {{Py_tp_dealloc, raw_pointer(iterator_dealloc<FormatterIterator>)},
                                          ITERATOR_SLOTS(next_pointer<formatter_next>())}));
    state.formatter = std::move(formatter).release();
    Ref<Type> field_name =
        TRY(make_type<FieldNameIterator>(ts, module, "builtins.fieldnameiterator", flags,
                                         {{Py_tp_dealloc, raw_pointer(iterator_dealloc<FieldNameIterator>)},
                                          ITERATOR_SLOTS(next_pointer<field_name_next>())}));
    state.field_name = std::move(field_name).release();
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

}  // namespace string_helpers

PyModuleDef string_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_string",
    .m_doc = "string helper module",
    .m_size = sizeof(string_helpers::State),
    .m_methods = METHOD_TABLE(string_helpers::functions),
    .m_slots = string_helpers::slots,
    .m_traverse = ModuleReferences<string_helpers::State>::traverse,
    .m_clear = ModuleReferences<string_helpers::State>::clear,
    .m_free = ModuleReferences<string_helpers::State>::free,
};

}  // namespace orochi
